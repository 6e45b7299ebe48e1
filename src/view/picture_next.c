#include "config.h"

#include "picture.h"
#include "ramp.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* What a predictor of bits knows, what it expects next, and what was seen of late. */

/* ---- how far back it looks */

static bool fits_context(const struct scene *s, const struct frame *f)
{
    (void)s;
    return f->outlook && f->outlook->n_orders > 1;
}

static struct extent least_context(const struct scene *s, const struct frame *f)
{
    (void)s;
    (void)f;
    return (struct extent){ 30, 5 };
}

static struct extent want_context(const struct scene *s, const struct frame *f)
{
    (void)s;
    (void)f;
    return (struct extent){ 46, 8 };
}

static double mean_order(const struct outlook *o)
{
    double mean = 0;
    for (uint32_t i = 0; i < o->n_orders; i++)
        mean += (double)o->order[i] * i * o->depth / (o->n_orders - 1);
    return mean;
}

/* Column c of width of the plot: eighths of a row of the highest. */
static void draw_order(const struct scene *s, const struct outlook *o, double top,
                       struct pane p, int c)
{
    uint32_t i = (uint32_t)c * o->n_orders / (uint32_t)p.r.cols;
    int eighths = (int)lround((double)o->order[i] / top * p.r.rows * 8);
    eighths = o->order[i] > 0 && !eighths ? 1 : eighths;
    for (int r = p.r.rows - 1; r >= 0 && eighths > 0; r--, eighths -= 8)
        put_text(p, r, c, (enum role)(ROLE_BAR + s->nr), "%s",
                 s->glyphs->spark[eighths > 8 ? 8 : eighths]);
}

static void draw_context(const struct scene *s, const struct frame *f, struct pane p)
{
    const struct outlook *o = f->outlook;
    double top = 1e-9;
    char hi[16];
    struct pane in = put_heading(s, p, "context tree", "weight by how far back it looks");
    int width = in.r.cols - 6;
    width = width > (int)o->n_orders * 3 ? (int)o->n_orders * 3 : width;
    struct pane plot = pane_part(in, 0, 5, in.r.rows - 1, width);
    for (uint32_t i = 0; i < o->n_orders; i++)
        top = fmax(top, (double)o->order[i]);
    ramp_text(hi, sizeof hi, top, 3);
    put_text(in, 0, 0, ROLE_DIM, "%3s%%", hi);
    put_text(in, in.r.rows - 2, 0, ROLE_DIM, "  0%%");
    for (int c = 0; c < plot.r.cols; c++)
        draw_order(s, o, top, plot, c);
    int row = in.r.rows - 1;
    snprintf(hi, sizeof hi, "%" PRIu32, o->depth);
    int col = put_text(in, row, 5, ROLE_DIM, "0 bits back, mean %.1f", mean_order(o));
    if (col + 1 < 5 + width - text_width(hi))
        put_text(in, row, 5 + width - text_width(hi), ROLE_DIM, "%s", hi);
}

const struct picture_part picture_context = {
    .name = "context",
    .fits = fits_context,
    .least = least_context,
    .want = want_context,
    .draw = draw_context,
    .grow = 4,
};

/* ---- the next percept, of the action that was chosen */

static bool fits_percepts(const struct scene *s, const struct frame *f)
{
    (void)s;
    return f->outlook && f->outlook->n_actions > 0;
}

static struct extent least_percepts(const struct scene *s, const struct frame *f)
{
    (void)s;
    (void)f;
    return (struct extent){ 36, 1 + OUTLOOK_LIKELY };
}

static void draw_percepts(const struct scene *s, const struct frame *f, struct pane p)
{
    const struct prospect *next = &f->outlook->action[f->rec.action];
    char text[64];
    int width = 0;
    struct pane in = put_heading(s, p, "next percept", "if it does %s again",
                                 action_words(s, f->rec.action));
    for (int k = 0; k < OUTLOOK_LIKELY && next->p[k] > 0; k++) {
        percept_words(s, next->e[k], text, sizeof text);
        int w = text_width(text);
        width = w > width ? w : width;
    }
    width = width > p.r.cols / 3 ? p.r.cols / 3 : width;
    for (int k = 0; k < OUTLOOK_LIKELY && next->p[k] > 0; k++) {
        double x = (double)next->p[k];
        percept_words(s, next->e[k], text, sizeof text);
        put_words(s, in, k, 0, width, ROLE_TEXT, text);
        put_text(in, k, width + 1, ROLE_TEXT, "%+5" PRId32, next->e[k].rew);
        fill_along(s, pane_part(in, k, width + 8, 1, in.r.cols - width - 14), x,
                   1.0 / OUTLOOK_LIKELY);
        put_chance(s, in, k, in.r.cols - 5, x, 1.0 / OUTLOOK_LIKELY);
    }
}

const struct picture_part picture_percepts = {
    .name = "percepts",
    .fits = fits_percepts,
    .least = least_percepts,
    .want = least_percepts,
    .draw = draw_percepts,
};

/* ---- what was seen, the latest at the right */

enum { PAST_SHOWN = 16 };

static bool fits_past(const struct scene *s, const struct frame *f)
{
    (void)f;
    return s->env->text;
}

static struct extent least_past(const struct scene *s, const struct frame *f)
{
    (void)s;
    (void)f;
    return (struct extent){ 30, 1 };
}

static struct extent want_past(const struct scene *s, const struct frame *f)
{
    (void)f;
    return (struct extent){ 30, s->env->observations ? 1 : 3 };
}

/* The last cycles, the latest first: what was done and what came of it. */
static void draw_rounds(const struct scene *s, struct pane p)
{
    char percept[64];
    double middle = ((double)s->env->space.rew_min + s->env->space.rew_max) / 2;
    int64_t t = s->t, first = film_first(s->film);
    for (int row = 0; t > first && row < p.r.rows; t--, row++) {
        struct record r = film_at(s->film, t).rec;
        percept_words(s, r.e, percept, sizeof percept);
        int col = put_text(p, row, 0, ROLE_DIM, "%5" PRId64 " ", t);
        col = put_text(p, row, col, r.by == BY_USER ? ROLE_STRONG : ROLE_TEXT, "%s  ",
                       action_words(s, r.action));
        col = put_text(p, row, col, ROLE_TEXT, "%s  ", percept);
        put_text(p, row, col, r.e.rew > middle ? ROLE_GOOD : ROLE_TEXT, "%+" PRId32,
                 r.e.rew);
    }
}

static void draw_past(const struct scene *s, const struct frame *f, struct pane p)
{
    if (!s->env->observations) {
        draw_rounds(s, p);
        return;
    }
    const char *seen[PAST_SHOWN];
    int n = 0, width = 0, col = 6;
    for (int64_t t = s->t; n < PAST_SHOWN && t > 0 && t >= film_first(s->film); t--) {
        struct frame at = film_at(s->film, t);
        const char *name = s->env->observations[at.rec.e.obs];
        width += text_width(name) + 3;
        if (width > p.r.cols - col)
            break;
        seen[n++] = name;
    }
    (void)f;
    put_text(p, 0, 0, ROLE_DIM, "saw");
    while (n-- > 0) {
        col = put_text(p, 0, col, n ? ROLE_TEXT : ROLE_STRONG, "%s", seen[n]);
        if (n)
            col = put_text(p, 0, col, ROLE_DIM, " %s ", s->glyphs->dot);
    }
}

const struct picture_part picture_past = {
    .name = "past",
    .fits = fits_past,
    .least = least_past,
    .want = want_past,
    .draw = draw_past,
};
