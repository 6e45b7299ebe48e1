#include "config.h"

#include "plot.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AGENTS = 4 };

/* ---- numbers */

struct gutters plot_gutters(int cols)
{
    enum { LEFT = 8, RIGHT = 17, BARE = 36, NAMED = 60 };
    struct gutters g = { cols < BARE ? 0 : LEFT, 0, cols < NAMED ? 0 : RIGHT };
    g.columns = cols - g.left - g.right;
    return g;
}

/* One digit, or the half of one where that is less than five; nothing finer than the range
 * is worth. */
static double step_of(double x, double range)
{
    double own = x == 0 ? 0 : pow(10, floor(log10(fabs(x)) + 1e-9));
    double finest = pow(10, floor(log10(range) + 1e-9)) / 10;
    double step = fabs(x) < 5 * own ? own / 2 : own;
    return step > finest ? step : finest;
}

struct span span_round(struct span data)
{
    if (!(data.lo <= data.hi))
        return (struct span){ 0, 1 };
    if (!(data.hi > data.lo))
        data.hi = data.lo + fmax(1, fabs(data.lo));
    double range = data.hi - data.lo, lo = step_of(data.lo, range),
           hi = step_of(data.hi, range);
    return (struct span){ floor(data.lo / lo + 1e-9) * lo, ceil(data.hi / hi - 1e-9) * hi };
}

void axis_text(char *buf, size_t n, double x)
{
    x = fabs(x) < 1e-12 ? 0 : x;
    snprintf(buf, n, fabs(x) < 1e5 ? "%.5g" : "%.2g", x);
}

void value_text(char *buf, size_t n, double x)
{
    double size = fabs(x);
    if (!isfinite(x))
        snprintf(buf, n, "-");
    else if (size < 1e7)
        snprintf(buf, n, "%.*f", size < 100 ? 2 : size < 1000 ? 1 : 0, x);
    else
        snprintf(buf, n, "%.2g", x);
}

static double bend(const struct plot *plot, double x)
{
    return plot->logs ? copysign(log10(1 + fabs(x)), x) : x;
}

static double of_axis(const struct plot *plot, double y)
{
    return plot->logs ? copysign(pow(10, fabs(y)) - 1, y) : y;
}

double plot_value(const struct plot *plot, int i)
{
    const struct scene *s = &plot->scenes[i];
    int64_t t = plot->scenes[0].cursor;
    if (t < s->status.first || t > film_last(s->film))
        return NAN;
    double x = film_value(s->film, plot->series, t);
    return plot->regret ? (double)t * (plot->best - x) : x;
}

/* ---- what is drawn */

/* Of all agents, in parts of columns; on a scale of levels from the bottom. */
struct drawing {
    const struct plot *plot;
    struct pane area; /* without the gutters */
    int fine, each;   /* parts a column, levels a row */
    int columns;      /* parts in all */
    struct span axis; /* as drawn: with air, bent */
    struct reach *line[AGENTS], *dots;
    uint8_t *ink[AGENTS], *dim; /* [rows * cols] of braille, or 1 + level in the row */
};

static float regret(const struct plot *plot, float mean, int part, int fine, int columns)
{
    uint64_t steps = plot->scenes[0].status.steps;
    double t = (double)part / fine / (columns > 1 ? columns - 1 : 1) * (double)steps;
    return (float)(t * (plot->best - (double)mean));
}

static struct reach *read_line(const struct drawing *d, int i, enum series k)
{
    const struct plot *plot = d->plot;
    int cols = d->area.r.cols;
    int64_t last = film_last(plot->scenes[i].film);
    struct reach *r = xcalloc((size_t)d->columns, sizeof *r);
    film_course(plot->scenes[i].film, k, plot->upto < last ? plot->upto : last, cols,
                d->fine, r);
    for (int x = 0; x < d->columns; x++) {
        if (reach_empty(&r[x]))
            continue;
        if (plot->regret) {
            float worst = regret(plot, r[x].lo, x, d->fine, cols);
            r[x].lo = regret(plot, r[x].hi, x, d->fine, cols);
            r[x].hi = worst;
            r[x].last = regret(plot, r[x].last, x, d->fine, cols);
        }
        r[x].lo = (float)bend(plot, (double)r[x].lo);
        r[x].hi = (float)bend(plot, (double)r[x].hi);
        r[x].last = (float)bend(plot, (double)r[x].last);
    }
    return r;
}

static void widen(struct span *s, double x)
{
    s->lo = fmin(s->lo, x);
    s->hi = fmax(s->hi, x);
}

/* The ends of the axis, which are labelled; the rewards themselves do not count. */
static struct span ends_of(const struct drawing *d)
{
    const struct plot *plot = d->plot;
    struct span s = { INFINITY, -INFINITY };
    for (int i = 0; i < plot->n; i++)
        for (int x = 0; x < d->columns; x++)
            if (!reach_empty(&d->line[i][x])) {
                widen(&s, of_axis(plot, (double)d->line[i][x].lo));
                widen(&s, of_axis(plot, (double)d->line[i][x].hi));
            }
    if (isfinite(plot->best) && !plot->regret)
        widen(&s, plot->best);
    if (plot->least.lo <= plot->least.hi) {
        widen(&s, plot->least.lo);
        widen(&s, plot->least.hi);
    }
    return span_round(s);
}

static int levels(const struct drawing *d) { return d->each * d->area.r.rows; }

/* From the bottom; outside of the axis below 0 or above the top. */
static int level_of(const struct drawing *d, double y)
{
    double share = (y - d->axis.lo) / (d->axis.hi - d->axis.lo);
    return (int)lround(fmin(2, fmax(-1, share)) * (levels(d) - 1));
}

/* ---- ink */

static void put_level(const struct drawing *d, uint8_t *ink, int x, int level)
{
    static const uint8_t bit[4][2] = { { 0, 3 }, { 1, 4 }, { 2, 5 }, { 6, 7 } };
    int y = levels(d) - 1 - level, row = y / d->each;
    uint8_t *cell = &ink[row * d->area.r.cols + x / d->fine];
    if (d->each == 4)
        *cell |= (uint8_t)(1u << bit[y % 4][x % 2]);
    else if (*cell < 1 + level % d->each)
        *cell = (uint8_t)(1 + level % d->each);
}

static void ink_between(const struct drawing *d, uint8_t *ink, int x, int a, int b)
{
    int top = levels(d) - 1, lo = a < b ? a : b, hi = a < b ? b : a;
    for (int level = lo < 0 ? 0 : lo; level <= hi && level <= top; level++)
        put_level(d, ink, x, level);
}

/* A line from the last value of a part to the next, level while nothing comes. */
static void ink_line(const struct drawing *d, const struct reach *line, uint8_t *ink,
                     int64_t upto)
{
    uint64_t steps = d->plot->scenes[0].status.steps;
    int end = time_column(upto, steps, d->area.r.cols, d->fine), before = INT32_MIN;
    for (int x = 0; x <= end && x < d->columns; x++) {
        const struct reach *r = &line[x];
        if (reach_empty(r)) {
            if (before != INT32_MIN)
                ink_between(d, ink, x, before, before);
            continue;
        }
        int lo = level_of(d, (double)r->lo), hi = level_of(d, (double)r->hi);
        if (before != INT32_MIN && before < lo)
            lo = before + 1;
        if (before != INT32_MIN && before > hi)
            hi = before - 1;
        ink_between(d, ink, x, lo, hi);
        before = level_of(d, (double)r->last);
    }
}

/* Single rewards: where they are off the axis, its edge says so. */
static void ink_dots(const struct drawing *d)
{
    int top = levels(d) - 1, rows = d->area.r.rows;
    const struct glyphs *g = d->plot->scenes[0].glyphs;
    for (int x = 0; x < d->columns; x++) {
        const struct reach *r = &d->dots[x];
        if (reach_empty(r))
            continue;
        int lo = level_of(d, (double)r->lo), hi = level_of(d, (double)r->hi);
        if (hi > top)
            put_text(d->area, 0, x / d->fine, ROLE_DIM, "%s", g->ascii ? "^" : "\u25b4");
        else if (hi >= 0)
            put_level(d, d->dim, x, hi);
        if (lo < 0)
            put_text(d->area, rows - 1, x / d->fine, ROLE_DIM, "%s",
                     g->ascii ? "v" : "\u25be");
        else if (lo <= top)
            put_level(d, d->dim, x, lo);
    }
}

/* ---- to the sheet */

static void put_ink(const struct drawing *d, int row, int col, enum role role, uint8_t ink,
                    const char *letter)
{
    const struct glyphs *g = d->plot->scenes[0].glyphs;
    if (d->each == 4)
        put_ch(d->area, row, col, role, 0x2800u + ink);
    else if (d->each == 8)
        put_text(d->area, row, col, role, "%s", g->spark[ink]);
    else
        put_text(d->area, row, col, role, "%.1s", *letter ? letter : "*");
}

/* Where lines lie on each other they take turns, column by column. */
static void put_cell(const struct drawing *d, int row, int col)
{
    int there[AGENTS], n = 0, i = row * d->area.r.cols + col;
    uint8_t all = 0;
    for (int k = 0; k < d->plot->n; k++)
        if (d->ink[k][i]) {
            there[n++] = k;
            all = d->each == 4 ? all | d->ink[k][i] : d->ink[k][i];
        }
    if (!n) {
        if (d->dim && d->dim[i])
            put_ink(d, row, col, ROLE_DIM, d->dim[i], ".");
        return;
    }
    int k = there[col % n];
    put_ink(d, row, col, (enum role)(ROLE_BAR + k), d->each == 4 ? all : d->ink[k][i],
            d->plot->scenes[k].tag);
}

static void put_best(const struct drawing *d)
{
    const struct plot *plot = d->plot;
    if (!isfinite(plot->best) || plot->regret)
        return;
    int level = level_of(d, bend(plot, plot->best));
    if (level < 0 || level >= levels(d))
        return;
    int row = d->area.r.rows - 1 - level / d->each;
    for (int c = 0; c < d->area.r.cols; c++)
        put_text(d->area, row, c, ROLE_OPTIMAL, "%s",
                 plot->scenes[0].glyphs->ascii ? c % 2 ? " " : "-" : "\u254c");
}

static void put_cursor(const struct drawing *d)
{
    const struct scene *s = &d->plot->scenes[0];
    int col = time_column(s->cursor, s->status.steps, d->area.r.cols, 1);
    for (int row = 0; row < d->area.r.rows; row++)
        put_ch(d->area, row, col, ROLE_FRAME, s->glyphs->v);
}

static void put_axis(const struct drawing *d, struct pane p, struct span ends)
{
    const struct glyphs *g = d->plot->scenes[0].glyphs;
    int left = plot_gutters(p.r.cols).left;
    double end[2] = { ends.hi, ends.lo };
    char text[24];
    if (!left)
        return;
    for (int row = 0; row < p.r.rows; row++)
        put_ch(p, row, left - 1, ROLE_FRAME, g->v);
    for (int i = 0; i < 2; i++) {
        int row = i ? p.r.rows - 1 : 0;
        axis_text(text, sizeof text, end[i]);
        put_text(p, row, left - 1 - text_width(text), ROLE_DIM, "%s", text);
        put_text(p, row, left - 1, ROLE_FRAME, "%s", g->ascii ? "+" : "\u2524");
    }
}

enum { PAIRED = 8 }; /* columns of a letter, a value and a blank */

/* Whether two of the values fit into one row. */
static bool values_pair(const struct plot *plot)
{
    char text[24];
    for (int i = 0; i < plot->n; i++) {
        value_text(text, sizeof text, plot_value(plot, i));
        if (text_width(text) > PAIRED - 3)
            return false;
    }
    return true;
}

/* Name, value at the cursor, and what is best, as far as rows go. */
static void put_gutter(const struct plot *plot, struct pane p)
{
    struct gutters g = plot_gutters(p.r.cols);
    char text[24];
    if (!g.right)
        return;
    struct pane right = pane_part(p, 0, g.left + g.columns + 1, p.r.rows, g.right - 1);
    put_text(right, 0, 0, ROLE_TEXT, "%s", plot->name);
    int row = 1, pair = values_pair(plot) ? 2 : 1;
    for (int i = 0; i < plot->n; i++) {
        int col = i % pair * PAIRED;
        value_text(text, sizeof text, plot_value(plot, i));
        if (*plot->scenes[i].tag)
            col = put_text(right, row, col, (enum role)(ROLE_AGENT + i), "%s ",
                           plot->scenes[i].tag);
        put_text(right, row, col, (enum role)(ROLE_AGENT + i), "%s", text);
        row += (i + 1) % pair == 0 || i + 1 == plot->n;
    }
    if (!isfinite(plot->best) || plot->regret)
        return;
    value_text(text, sizeof text, plot->best);
    put_text(right, row, 0, ROLE_OPTIMAL, "%s best %s",
             plot->scenes[0].glyphs->ascii ? "-" : "\u254c", text);
}

static void begin(struct drawing *d, struct pane p)
{
    const struct plot *plot = d->plot;
    struct gutters g = plot_gutters(p.r.cols);
    enum graph graph = plot->scenes[0].graph;
    d->area = pane_part(p, 0, g.left, p.r.rows, g.columns);
    d->fine = graph == GRAPH_BRAILLE ? 2 : 1;
    d->each = graph == GRAPH_BRAILLE ? 4 : graph == GRAPH_BLOCK ? 8 : 1;
    d->columns = d->fine * g.columns;
    size_t cells = (size_t)p.r.rows * (size_t)g.columns;
    for (int i = 0; i < plot->n; i++) {
        d->line[i] = read_line(d, i, plot->series);
        d->ink[i] = xcalloc(cells, 1);
    }
    if (plot->each) {
        d->dots = read_line(d, 0, SERIES_EACH);
        d->dim = xcalloc(cells, 1);
    }
}

static void end(struct drawing *d)
{
    for (int i = 0; i < d->plot->n; i++) {
        free(d->line[i]);
        free(d->ink[i]);
    }
    free(d->dots);
    free(d->dim);
}

void plot_draw(const struct plot *plot, struct pane p)
{
    enum { AIR = 3 }; /* per cent at each end */
    struct drawing d = { .plot = plot };
    if (p.r.rows < 2 || plot_gutters(p.r.cols).columns < 2)
        return;
    begin(&d, p);
    struct span ends = ends_of(&d);
    d.axis = (struct span){ bend(plot, ends.lo), bend(plot, ends.hi) };
    double air = p.r.rows > 2 ? AIR / 100.0 * (d.axis.hi - d.axis.lo) : 0;
    d.axis = (struct span){ d.axis.lo - air, d.axis.hi + air };
    put_best(&d);
    put_cursor(&d);
    for (int i = 0; i < plot->n; i++) {
        int64_t last = film_last(plot->scenes[i].film);
        ink_line(&d, d.line[i], d.ink[i], plot->upto < last ? plot->upto : last);
    }
    if (plot->each)
        ink_dots(&d);
    for (int row = 0; row < d.area.r.rows; row++)
        for (int col = 0; col < d.area.r.cols; col++)
            put_cell(&d, row, col);
    put_axis(&d, p, ends);
    put_gutter(plot, p);
    end(&d);
}
