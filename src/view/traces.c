#include "config.h"

#include "plot.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which numbers are drawn over time */

struct trend_kind {
    const char *name;
    enum series series;
    struct span least;
};

static const struct trend_kind kinds[] = {
    [TREND_REWARD] = { "reward a cycle", SERIES_REWARD, { INFINITY, -INFINITY } },
    [TREND_ENTROPY] = { "entropy, bits", SERIES_ENTROPY, { 0, 0 } },
    [TREND_EXPLORED] = { "explored, %", SERIES_EXPLORED, { 0, 100 } },
    [TREND_VALUE] = { "value", SERIES_VALUE, { INFINITY, -INFINITY } },
    [TREND_EPSILON] = { "epsilon", SERIES_EPSILON, { 0, 0 } },
    [TREND_REGRET] = { "regret", SERIES_REWARD, { 0, 0 } },
    [TREND_GAP_AVERAGE] = { "NashConv so far", SERIES_GAP_AVERAGE, { 0, 0 } },
    [TREND_GAP] = { "NashConv now", SERIES_GAP, { 0, 0 } },
    [TREND_WANTED] = { "wanted a cycle", SERIES_WANTED, { INFINITY, -INFINITY } },
};

double trend_at(const struct scene *s, enum trend kind, int64_t t)
{
    double x = film_value(s->film, kinds[kind].series, t);
    return kind == TREND_REGRET ? (double)t * (s->status.optimal - x) : x;
}

/* Where there is no map the belief is one about a state: the chance of the first. */
static bool shows_state(const struct scene *s)
{
    return s->env->hidden_names && film_at(s->film, s->t).hidden;
}

bool trend_shown(const struct scene *s, enum trend kind)
{
    struct frame f = film_at(s->film, s->t);
    if (s->hidden >> kind & 1)
        return false;
    switch (kind) {
    case TREND_REWARD: return true;
    case TREND_ENTROPY:
        return shows_state(s) || (f.rec.t == 0 && mind_of(s->agent)->belief) ||
               (isfinite(f.mind.entropy) && f.mind.entropy_start > 0);
    case TREND_REGRET: return isfinite(s->status.optimal);
    case TREND_WANTED: return s->truth && f.rec.performance != f.rec.total;
    case TREND_VALUE: return mind_of(s->agent)->inspect != NULL;
    case TREND_GAP_AVERAGE: return f.joint != NULL;
    default: return isfinite(trend_at(s, kind, s->t));
    }
}

/* How it is drawn: the name may be one of the world's own. */
static struct plot plot_of(const struct scene *scenes, int n, enum trend kind, char *name,
                           size_t size)
{
    const struct scene *s = &scenes[0];
    struct plot plot = { .name = kinds[kind].name,
                         .scenes = scenes,
                         .n = n,
                         .series = kinds[kind].series,
                         .upto = s->cursor,
                         .best = NAN,
                         .least = kinds[kind].least,
                         .regret = kind == TREND_REGRET };
    if (kind == TREND_REWARD || kind == TREND_WANTED || kind == TREND_REGRET)
        plot.best = s->status.optimal;
    if (kind == TREND_ENTROPY && shows_state(s)) {
        plot.series = SERIES_FIRST;
        plot.least = (struct span){ 0, 1 };
        snprintf(name, size, "P(%.12s)", s->env->hidden_names[0]);
        plot.name = name;
    } else if (kind == TREND_ENTROPY) {
        double start = film_at(s->film, s->t).mind.entropy_start / M_LN2;
        plot.least.hi = isfinite(start) ? start : 0;
    }
    return plot;
}

int trends_shown(const struct scene *s, enum trend *out)
{
    static const enum trend order[] = { TREND_REWARD,  TREND_GAP_AVERAGE, TREND_GAP,
                                        TREND_ENTROPY, TREND_EXPLORED,    TREND_VALUE,
                                        TREND_EPSILON, TREND_WANTED,      TREND_REGRET };
    int n = 0;
    for (int i = 0; i < TREND_KINDS; i++)
        if (trend_shown(s, order[i]))
            out[n++] = order[i];
    return n;
}

void trend_draw(const struct scene *scenes, int n, enum trend kind, int64_t upto, bool logs,
                struct pane p)
{
    enum { WITH_DOTS = 6 };
    char name[24];
    struct scene all = scenes[0]; /* what is of all is in the colour of none */
    if (kind == TREND_GAP || kind == TREND_GAP_AVERAGE) {
        all.tag = "";
        all.nr = n == 2 ? 2 : all.nr;
        n = 1;
        scenes = &all;
    }
    struct plot plot = plot_of(scenes, n, kind, name, sizeof name);
    plot.upto = upto;
    plot.logs = logs;
    plot.each = kind == TREND_REWARD && n == 1 && p.r.rows >= WITH_DOTS;
    plot_draw(&plot, p);
}

/* ---- one above the other */

/* How many curves fit in so many rows: two of them have two rows each, more three, the
 * first more than the others. */
static int curves_in(int rows, int wanted)
{
    if (wanted > 2 && rows >= 10)
        return wanted < (rows - 1) / 3 ? wanted : (rows - 1) / 3;
    int n = rows >= 4 ? 2 : rows >= 2;
    return wanted < n ? wanted : n;
}

static void draw_curves(const struct scene *scenes, int n, struct pane p)
{
    enum trend shown[TREND_KINDS];
    int count = curves_in(p.r.rows, trends_shown(&scenes[0], shown));
    if (!count)
        return;
    int other = 2 * p.r.rows / (2 * count + 1), least = count > 2 ? 3 : 2, row = 0;
    other = other < least ? least : other;
    for (int i = 0; i < count; i++) {
        int rows = i ? other : p.r.rows - (count - 1) * other;
        trend_draw(scenes, n, shown[i], scenes[0].cursor, false,
                   pane_part(p, row, 0, rows, p.r.cols));
        row += rows;
    }
}

/* The rows of the slider and its numbers, below the curves. */
static int slider_rows(int rows) { return rows >= 4 || rows == 2 ? 2 : 1; }

void draw_traces(const struct scene *scenes, int n, struct pane p)
{
    int slider = slider_rows(p.r.rows), above = p.r.rows - slider;
    draw_curves(scenes, n, pane_part(p, 0, 0, above, p.r.cols));
    slider_draw(scenes, n, scenes[0].cursor, pane_part(p, above, 0, slider, p.r.cols));
}

int64_t traces_click(const struct scene *s, struct pane p, int row, int col)
{
    return row < 0 || row >= p.r.rows ? -1 : slider_cycle(s, p.r.cols, col);
}

/* ---- in lists */

void put_spark(const struct scene *s, enum trend kind, struct pane p, int row, int col,
               int width)
{
    if (width < 1)
        return;
    struct reach *r = xcalloc((size_t)width, sizeof *r), all = reach_none;
    film_course(s->film, kinds[kind].series, s->t, width, 1, r);
    for (int i = 0; i < width; i++)
        reach_add(&all, r[i]);
    double range = (double)(all.hi - all.lo);
    for (int i = 0; i < width; i++) {
        if (reach_empty(&r[i]))
            continue;
        double share = range > 0 ? (double)(r[i].last - all.lo) / range : 0;
        put_text(p, row, col + i, ROLE_BAR, "%s",
                 s->glyphs->spark[1 + (int)lround(7 * share)]);
    }
    free(r);
}
