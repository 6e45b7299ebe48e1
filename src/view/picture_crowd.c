#include "config.h"

#include "crowd.h"
#include "picture.h"
#include "ramp.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A population as a histogram over the chance that each does a thing; below it, where there
 * is room, how that came about: time to the right, the chance upwards, shaded by how many
 * have it. */

enum { BINS_MOST = 20, BIN_COLS = 6, BELOW = 2, STRIP_LEAST = 5, STRIP_MOST = 10 };

static const struct crowd *crowd_of(const struct scene *s)
{
    return s->env->ops->view ? s->env->ops->view(s->env, &view_crowd) : NULL;
}

static bool fits_crowd(const struct scene *s, const struct frame *f)
{
    (void)f;
    return crowd_of(s) != NULL;
}

static struct extent least_crowd(const struct scene *s, const struct frame *f)
{
    (void)s;
    (void)f;
    return (struct extent){ 31, 6 };
}

static struct extent want_crowd(const struct scene *s, const struct frame *f)
{
    (void)s;
    (void)f;
    return (struct extent){ 62, 21 };
}

/* ---- now */

/* Eighths of a row from the bottom of the pane. */
static void put_column(const struct scene *s, struct pane p, int col, int eighths,
                       enum role role)
{
    for (int r = p.r.rows - 1; r >= 0 && eighths > 0; r--, eighths -= 8)
        put_text(p, r, col, role, "%s", s->glyphs->spark[eighths > 8 ? 8 : eighths]);
}

/* Bars of `width` columns, the tallest as high as the pane but for the row of numbers. */
static void draw_bars(const struct scene *s, struct pane p, const uint32_t *bin, int bins,
                      int width)
{
    uint32_t most = 1;
    int high = 8 * (p.r.rows - 1);
    for (int k = 0; k < bins; k++)
        most = bin[k] > most ? bin[k] : most;
    for (int k = 0; k < bins; k++) {
        int eighths = (int)lround((double)high * bin[k] / most);
        eighths = bin[k] && !eighths ? 1 : eighths;
        for (int c = 0; c < width - (width > 1); c++)
            put_column(s, p, k * width + c, eighths, 2 * k < bins ? ROLE_BAD : ROLE_GOOD);
        if (bin[k] && width >= 4)
            put_text(p, p.r.rows - 1 - (eighths + 7) / 8, k * width, ROLE_DIM, "%*" PRIu32,
                     width - 1, bin[k]);
    }
}

/* The axis with its mean, and what it is. */
static void draw_below(const struct scene *s, const struct crowd *c, struct pane p,
                       double mean, int width)
{
    char text[120];
    put_text(p, 0, 0, ROLE_DIM, "0");
    put_text(p, 0, width / 2 - 1, ROLE_DIM, "0.5");
    put_text(p, 0, width - 1, ROLE_DIM, "1");
    put_ch(p, 0, (int)lround(mean * (width - 1)), ROLE_EVENT,
           s->glyphs->ascii ? '^' : 0x25b2);
    snprintf(text, sizeof text, "%s: mean %.3f of %" PRIu32 " %s", c->what, mean, c->n,
             c->who);
    bool whole = text_width(text) <= p.r.cols;
    put_text(p, 1, 0, ROLE_TEXT, "%s", whole ? text : strstr(text, "mean"));
}

/* ---- since the beginning */

/* One moment: the bins of a column, the last above. */
static void draw_moment(const struct scene *s, const struct crowd *c, struct pane p,
                        int col, int64_t t)
{
    uint32_t bin[STRIP_MOST];
    int n = p.r.rows;
    c->count(s->env, film_at(s->film, t).state, bin, n);
    for (int k = 0; k < n; k++) {
        int step = bin[k] ? ramp_step((double)bin[k] / c->n, 1.0 / n) : 0;
        struct pane cell = pane_part(p, n - 1 - k, col, 1, 1);
        pane_fill(cell, (enum ground)(GROUND_STEP + step));
        if (s->digits && step)
            put_ch(cell, 0, 0, ROLE_TEXT, (uint32_t)('0' + step));
    }
}

static void draw_strip(const struct scene *s, const struct crowd *c, struct pane p)
{
    struct pane in = put_heading(s, p, "so far", "1 above, 0 below");
    int64_t first = film_first(s->film), span = s->t - first + 1;
    int cols = span < in.r.cols ? (int)span : in.r.cols;
    in.r.rows = in.r.rows > STRIP_MOST ? STRIP_MOST : in.r.rows;
    for (int col = 0; col < cols; col++)
        draw_moment(s, c, in, col, first + (span - 1) * col / (cols > 1 ? cols - 1 : 1));
}

static void draw_crowd(const struct scene *s, const struct frame *f, struct pane p)
{
    const struct crowd *c = crowd_of(s);
    uint32_t bin[BINS_MOST];
    if (!c)
        return;
    int bins = p.r.cols >= 4 * BINS_MOST ? BINS_MOST : BINS_MOST / 2;
    int width = p.r.cols / bins > BIN_COLS ? BIN_COLS : p.r.cols / bins;
    int left = p.r.rows - BELOW, strip = 0;
    if (left >= 2 * STRIP_LEAST + 3)
        strip = left / 2 > STRIP_MOST + 2 ? STRIP_MOST + 2 : left / 2;
    double mean = c->count(s->env, f->state, bin, bins);
    draw_bars(s, pane_part(p, 0, 0, left - strip, p.r.cols), bin, bins, width);
    draw_below(s, c, pane_part(p, left - strip, 0, BELOW, p.r.cols), mean, bins * width);
    if (strip)
        draw_strip(s, c, pane_part(p, p.r.rows - strip + 1, 0, strip - 1, p.r.cols));
}

const struct picture_part picture_crowd = {
    .name = "crowd",
    .main = true,
    .fits = fits_crowd,
    .least = least_crowd,
    .want = want_crowd,
    .draw = draw_crowd,
    .grow = 10,
};
