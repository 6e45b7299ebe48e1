#include "config.h"

#include "picture.h"
#include "ramp.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows and bars: hidden things by their chance, hypotheses by their weight, arms by what
 * they are believed to pay, how far back a predictor looks, what may come next. */

/* ---- hidden things, the likeliest first */

static bool fits_bars(const struct scene *s, const struct frame *f)
{
    return f->hidden && s->env->text;
}

static struct extent least_bars(const struct scene *s, const struct frame *f)
{
    (void)s;
    (void)f;
    return (struct extent){ 30, 4 };
}

static struct extent want_bars(const struct scene *s, const struct frame *f)
{
    (void)f;
    int n = (int)s->env->n_hidden + 1;
    return (struct extent){ 46, n > 14 ? 14 : n };
}

/* The k-th likeliest of n, of equal ones the first; `before` is that before it. */
static int next_likely(const float *p, int n, int before)
{
    int best = -1;
    for (int i = 0; i < n; i++) {
        bool later = before < 0 || p[i] < p[before] || (p[i] <= p[before] && i > before);
        if (later && (best < 0 || p[i] > p[best]))
            best = i;
    }
    return best;
}

static void draw_bars(const struct scene *s, const struct frame *f, struct pane p)
{
    int n = (int)s->env->n_hidden, shown = n <= p.r.rows ? n : p.r.rows - 1, k = -1;
    int width = p.r.cols / 3 < 24 ? p.r.cols / 3 : 24;
    double p0 = 1.0 / n, rest = 1;
    for (int row = 0; row < shown; row++) {
        char name[80];
        k = next_likely(f->hidden, n, k);
        double x = (double)f->hidden[k];
        env_hidden_text(s->env, (uint32_t)k, name, sizeof name);
        put_words(s, p, row, 0, width, k == hidden_truth(s, f) ? ROLE_EVENT : ROLE_TEXT,
                  name);
        fill_along(s, pane_part(p, row, width + 1, 1, p.r.cols - width - 7), x, p0);
        put_chance(s, p, row, p.r.cols - 5, x, p0);
        rest -= x;
    }
    if (shown < n)
        put_text(p, shown, 0, ROLE_DIM, "%d more, together %.1f%%", n - shown,
                 100 * fmax(0, rest));
}

const struct picture_part picture_bars = {
    .name = "bars",
    .main = true,
    .fits = fits_bars,
    .least = least_bars,
    .want = want_bars,
    .draw = draw_bars,
};

/* ---- hypotheses */

static bool fits_rows(const struct scene *s, const struct frame *f)
{
    return s->env->text && f->n_rows >= 2;
}

static struct extent least_rows(const struct scene *s, const struct frame *f)
{
    (void)s;
    (void)f;
    return (struct extent){ 24, 4 };
}

static struct extent want_rows(const struct scene *s, const struct frame *f)
{
    (void)s;
    return (struct extent){ 46, 2 + (int)f->n_rows };
}

/* Its chance in the frame of cycle t; NAN: it was not among those kept. */
static double chance_at(const struct scene *s, int64_t t, const char *name)
{
    if (t < film_first(s->film))
        return NAN;
    struct frame f = film_at(s->film, t);
    for (size_t i = 0; i < f.n_rows; i++)
        if (!strcmp(f.row[i].name, name))
            return f.row[i].p;
    return NAN;
}

/* From what it rose or fell in the cycle shown. */
static void put_change(const struct scene *s, struct pane p, int row, int col,
                       const struct mind_row *r)
{
    char text[16];
    double before = s->t ? chance_at(s, s->t - 1, r->name) : (double)NAN;
    if (!isfinite(before) || fabs(before - r->p) < 0.005 ||
        !ramp_text(text, sizeof text, before, 3))
        return;
    put_text(p, row, col, ROLE_DIM, "%s from %s%%", before < r->p ? "up" : "down", text);
}

/* Whether they are policies that it may be, and not worlds that it may be in. */
static bool of_itself(const struct scene *s)
{
    return !strcmp(mind_of(s->agent)->tables[0], "selves");
}

static void draw_rows(const struct scene *s, const struct frame *f, struct pane p)
{
    bool self = of_itself(s);
    uint32_t live = f->mind.live && !self ? f->mind.live : (uint32_t)f->n_rows;
    int64_t first = film_first(s->film);
    struct frame one = film_at(s->film, first);
    double p0 = one.n_rows ? one.row[0].p : f->row[0].p, rest = 1;
    struct pane in = put_heading(s, p, self ? "selves" : "hypotheses",
                                 self ? "%u likeliest" : "%u live", live);
    int n = (int)f->n_rows, room = in.r.rows, change = p.r.cols - 14;
    int shown = n < room || (n == room && live <= (uint32_t)n) ? n : room - 1;
    for (int i = 0; i < shown; i++) {
        const struct mind_row *r = &f->row[i];
        put_chance(s, in, i, 0, r->p, p0);
        int end = change > 24 ? change - 1 : p.r.cols;
        put_words(s, in, i, 6, end - 6, ROLE_TEXT, r->name);
        if (isfinite(r->value) && change > 28)
            put_text(in, i, change - 11, ROLE_TEXT, "%s %+.4g", self ? "worth" : "next",
                     r->value);
        if (change > 24)
            put_change(s, in, i, change, r);
        rest -= r->p;
    }
    if (shown < room && rest > 5e-4) {
        put_chance(s, in, shown, 0, rest, 1);
        put_words(s, in, shown, 6, in.r.cols - 6, ROLE_DIM, "the others together");
    }
}

const struct picture_part picture_rows = {
    .name = "rows",
    .fits = fits_rows,
    .least = least_rows,
    .want = want_rows,
    .draw = draw_rows,
};

/* ---- arms */

static bool fits_arms(const struct scene *s, const struct frame *f)
{
    const char *picture = s->env->ops->picture;
    return f->tally && picture && !strcmp(picture, "arms");
}

static struct extent least_arms(const struct scene *s, const struct frame *f)
{
    (void)f;
    int n = (int)s->env->space.n_actions;
    return (struct extent){ 40, 1 + (n > 6 ? 6 : n) };
}

static struct extent want_arms(const struct scene *s, const struct frame *f)
{
    (void)f;
    return (struct extent){ 66, 3 + (int)s->env->space.n_actions };
}

/* Columns of a table of arms: the name, densities, numbers. */
struct arm_columns {
    int name, density, width, mean, pulls, best;
    bool deviation; /* there is room for it */
};

static struct arm_columns arm_columns(const struct scene *s, const struct frame *f,
                                      int cols)
{
    struct arm_columns c = { 0 };
    for (unsigned a = 0; a < s->env->space.n_actions; a++) {
        int width = s->env->actions ? text_width(s->env->actions[a]) : 8;
        c.name = width > c.name ? width : c.name;
    }
    c.name = c.name > 14 ? 14 : c.name;
    c.density = c.name + 1;
    c.deviation = cols >= 46;
    c.best = cols - (f->spread ? 8 : 0);
    c.pulls = cols < 28 ? c.best : c.best - 7; /* no room: none */
    c.mean = c.pulls - (f->spread && c.deviation ? 15 : 7);
    c.width = f->spread ? c.mean - c.density - 1 : 0;
    c.width = c.width > 60 ? 60 : c.width < 0 ? 0 : c.width;
    return c;
}

/* The distribution over what it pays on average; the highest of all arms is a full row. */
static void draw_density(const struct scene *s, const struct spread *x, double top,
                         struct pane p, int row, int col, int width)
{
    for (int c = 0; c < width; c++) {
        double sum = 0;
        int from = c * SPREAD_BINS / width, to = (c + 1) * SPREAD_BINS / width;
        for (int i = from; i < (to > from ? to : from + 1); i++)
            sum = fmax(sum, (double)x->bin[i]);
        int k = sum > 1e-9 ? (int)fmax(1, round(8 * sum / top)) : 0;
        put_text(p, row, col + c, ROLE_ON(ROLE_BAR + s->nr, GROUND_BAR), "%s",
                 s->glyphs->spark[k > 8 ? 8 : k]);
    }
}

static double tallest(const struct spread *x, unsigned n)
{
    double top = 1e-9;
    for (unsigned a = 0; a < n; a++)
        for (int i = 0; i < SPREAD_BINS; i++)
            top = fmax(top, (double)x[a].bin[i]);
    return top;
}

static void draw_arm(const struct scene *s, const struct frame *f, struct pane p, int row,
                     unsigned a, const struct arm_columns *c)
{
    double scale = s->env->space.scale;
    bool chosen = f->rec.t && f->rec.action == a;
    put_words(s, p, row, 0, c->name, chosen ? ROLE_STRONG : ROLE_TEXT, action_words(s, a));
    if (f->spread)
        put_text(p, row, c->mean, ROLE_TEXT, "%6.2f", (double)f->spread[a].mean / scale);
    if (f->spread && c->deviation)
        put_text(p, row, c->mean + 7, ROLE_TEXT, "%s%5.2f",
                 s->glyphs->ascii ? "+-" : "\u00b1",
                 (double)f->spread[a].deviation / scale);
    if (!f->spread && f->tally[a].n)
        put_text(p, row, c->mean, ROLE_TEXT, "%6.2f",
                 f->tally[a].sum / f->tally[a].n / scale);
    if (c->pulls < c->best)
        put_text(p, row, c->pulls, ROLE_TEXT, "%6" PRIu32, f->tally[a].n);
    if (f->spread)
        put_chance(s, p, row, c->best + 2, (double)f->spread[a].best,
                   1.0 / s->env->space.n_actions);
}

static void draw_axis(const struct scene *s, const struct spread *x, struct pane p, int row,
                      const struct arm_columns *c)
{
    char hi[24];
    double scale = s->env->space.scale;
    snprintf(hi, sizeof hi, "%.4g", (double)x->hi / scale);
    put_text(p, row, c->density, ROLE_DIM, "%.4g", (double)x->lo / scale);
    if (c->width > 20)
        put_text(p, row, c->density + c->width / 2 - 4, ROLE_DIM, "pays");
    put_text(p, row, c->density + c->width - text_width(hi), ROLE_DIM, "%s", hi);
}

static void draw_arms(const struct scene *s, const struct frame *f, struct pane p)
{
    unsigned n = s->env->space.n_actions;
    struct arm_columns c = arm_columns(s, f, p.r.cols);
    double top = f->spread ? tallest(f->spread, n) : 1;
    int room = p.r.rows - 1 - (f->spread && p.r.rows > (int)n + 1), shown = (int)n;
    if (shown > room)
        shown = room - 1;
    put_text(p, 0, c.mean, ROLE_DIM,
             !f->spread    ? "  paid"
             : c.deviation ? "believed mean"
                           : "  mean");
    if (c.pulls < c.best)
        put_text(p, 0, c.pulls + 1, ROLE_DIM, "pulls");
    if (f->spread)
        put_text(p, 0, c.best + 1, ROLE_DIM, "P(best)");
    for (int a = 0; a < shown; a++) {
        if (f->spread && c.width >= 8)
            draw_density(s, &f->spread[a], top, p, 1 + a, c.density, c.width);
        draw_arm(s, f, p, 1 + a, (unsigned)a, &c);
    }
    if (shown < (int)n)
        put_text(p, 1 + shown, 0, ROLE_DIM, "and %d more", (int)n - shown);
    else if (f->spread && c.width >= 8 && 1 + shown < p.r.rows)
        draw_axis(s, f->spread, p, 1 + shown, &c);
}

const struct picture_part picture_arms = {
    .name = "arms",
    .main = true,
    .fits = fits_arms,
    .least = least_arms,
    .want = want_arms,
    .draw = draw_arms,
};
