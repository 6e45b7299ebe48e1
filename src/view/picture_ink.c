#include "config.h"

#include "picture.h"
#include "ramp.h"
#include "words.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What parts of pictures are drawn with. */

static const struct mark *mark_at(struct pane p, int row, int col)
{
    row += p.r.row;
    col += p.r.col;
    bool inside = row >= 0 && row < p.sheet->rows && col >= 0 && col < p.sheet->cols;
    return inside ? &p.sheet->at[row * p.sheet->cols + col] : NULL;
}

int put_over(struct pane p, int row, int col, enum role role, const char *fmt, ...)
{
    char text[200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    int end = col + text_width(text);
    struct mark under[200];
    for (int c = col; c < end && c - col < 200; c++)
        under[c - col] = mark_at(p, row, c) ? *mark_at(p, row, c) : (struct mark){ 0 };
    put_text(p, row, col, role, "%s", text);
    for (int c = col; c < end && c - col < 200; c++) {
        const struct mark *now = mark_at(p, row, c);
        if (!now || c < 0 || c >= p.r.cols)
            continue;
        struct mark m = *now;
        m.ground = under[c - col].ground;
        /* Bright steps take ink, the floor the role's own colour. */
        if (m.ground > GROUND_FLOOR && m.ground <= GROUND_STEP + STEPS)
            m.role = ROLE_INK;
        put_mark(p, row, c, m);
    }
    return end;
}

void put_centred(struct pane p, int row, enum role role, const char *text)
{
    int col = (p.r.cols - text_width(text)) / 2;
    put_over(p, row, col > 0 ? col : 0, role, "%s", text);
}

struct pane put_frame(struct pane p, const struct glyphs *g, enum role role)
{
    int bottom = p.r.rows - 1, right = p.r.cols - 1;
    for (int c = 1; c < right; c++) {
        put_ch(p, 0, c, role, g->h);
        put_ch(p, bottom, c, role, g->h);
    }
    for (int r = 1; r < bottom; r++) {
        put_ch(p, r, 0, role, g->v);
        put_ch(p, r, right, role, g->v);
    }
    put_ch(p, 0, 0, role, g->ascii ? g->tl : 0x256d);
    put_ch(p, 0, right, role, g->ascii ? g->tr : 0x256e);
    put_ch(p, bottom, 0, role, g->ascii ? g->bl : 0x2570);
    put_ch(p, bottom, right, role, g->ascii ? g->br : 0x256f);
    return pane_part(p, 1, 1, p.r.rows - 2, p.r.cols - 2);
}

/* The step as a digit, where there are no shades. */
static uint32_t digit_of(const struct scene *s, int step)
{
    return s->digits && step ? '0' + (uint32_t)step : ' ';
}

static enum ground ground_of(int step) { return (enum ground)(GROUND_STEP + step); }

void fill_up(const struct scene *s, struct pane p, double x, double p0)
{
    int step = ramp_step(x, p0), eighths = (int)lround(x * p.r.rows * 8);
    enum ground ground = ground_of(step);
    for (int r = 0; r < p.r.rows; r++) {
        int k = eighths - 8 * (p.r.rows - 1 - r);
        bool full = k >= 8 || (s->digits && k >= 4), part = !full && k > 0 && !s->digits;
        for (int c = 0; c < p.r.cols; c++)
            if (part)
                put_text(p, r, c, ROLE_ON(ROLE_OF(ground), GROUND_FLOOR), "%s",
                         s->glyphs->spark[k]);
            else
                put_ch(p, r, c, ROLE_ON(ROLE_INK, full ? ground : GROUND_FLOOR),
                       full ? digit_of(s, step) : ' ');
    }
}

void fill_along(const struct scene *s, struct pane p, double x, double p0)
{
    int step = ramp_step(x, p0), eighths = (int)lround(x * p.r.cols * 8);
    enum ground ground = ground_of(step);
    for (int c = 0; c < p.r.cols; c++, eighths -= 8) {
        bool full = eighths >= 8 || (s->digits && eighths >= 4);
        bool part = !full && eighths > 0 && !s->digits;
        for (int r = 0; r < p.r.rows; r++)
            if (part)
                put_text(p, r, c, ROLE_ON(ROLE_OF(ground), GROUND_BAR), "%s",
                         s->glyphs->bar[eighths]);
            else
                put_ch(p, r, c, ROLE_ON(ROLE_INK, full ? ground : GROUND_BAR),
                       full ? digit_of(s, step) : ' ');
    }
}

void put_chance(const struct scene *s, struct pane p, int row, int col, double x, double p0)
{
    char text[16];
    int step = ramp_step(x, p0), len = ramp_text(text, sizeof text, x, 3);
    enum role role = ROLE_ON(step ? ROLE_INK : ROLE_DIM, ground_of(step));
    (void)s;
    put_text(p, row, col, role, "%*s%s%%", len ? 3 - len : 0, "",
             len        ? text
             : x > 1e-9 ? "<.1"
                        : "  0");
}

struct pane put_heading(const struct scene *s, struct pane p, const char *name,
                        const char *fmt, ...)
{
    char info[120];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(info, sizeof info, fmt, ap);
    va_end(ap);
    int col = put_text(p, 0, 0, ROLE_TEXT, "%s ", name), width = text_width(info);
    int end = width && col + width + 2 <= p.r.cols ? p.r.cols - width - 1 : p.r.cols;
    for (int c = col; c < end; c++)
        put_ch(p, 0, c, ROLE_FRAME, s->glyphs->h);
    if (end < p.r.cols)
        put_text(p, 0, end + 1, ROLE_DIM, "%s", info);
    return pane_part(p, 1, 0, p.r.rows - 1, p.r.cols);
}

/* Of a single word its initial, as pairs of moves are told by. */
int put_words(const struct scene *s, struct pane p, int row, int col, int width,
              enum role role, const char *text)
{
    char cut[160];
    if (!words_cut(cut, sizeof cut, s->glyphs, text, width) && width > 0 && *text)
        snprintf(cut, sizeof cut, "%c", toupper((unsigned char)*text));
    return put_text(p, row, col, role, "%s", cut);
}

/* ---- what they know */

bool law_is_known(const struct scene *s)
{
    int64_t first = film_first(s->film), t = s->t > first ? s->t : first + 1;
    if (s->truth)
        return true;
    if (t > film_last(s->film))
        return false;
    struct frame f = film_at(s->film, t);
    return f.mind.informed || (f.mind.live == 1 && f.mind.entropy_start <= 0);
}

int hidden_truth(const struct scene *s, const struct frame *f)
{
    if (!s->truth || !s->env->ops->hidden)
        return -1;
    return (int)s->env->ops->hidden(s->env, f->state);
}
