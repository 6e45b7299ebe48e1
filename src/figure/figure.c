#include "config.h"

#include "figure.h"

#include "label.h"
#include "metrics.h"
#include "spec.h"
#include "xalloc.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const band_names[] = { "ci", "iqr", "minmax", "runs", NULL };

/* "reward per step (points)" */
static char *axis_of(const char *metric)
{
    const struct metric_row *m = metric_find(metric);
    char *text = m && *m->unit ? xasprintf("%s (%s)", metric, m->unit) : xstrdup(metric);
    for (char *c = text; *c; c++)
        if (*c == '_')
            *c = ' ';
    return text;
}

static void refer(struct chart *ch, const struct contest *c)
{
    char text[64];
    if (isfinite(c->optimal)) {
        snprintf(text, sizeof text, "optimal %.3g", c->optimal);
        chart_refer(ch, text, c->optimal);
    }
    if (isfinite(c->bayes_lower)) {
        snprintf(text, sizeof text, "Bayes-optimal from %.3g", c->bayes_lower);
        chart_refer(ch, text, c->bayes_lower);
        snprintf(text, sizeof text, "... to %.3g", c->bayes_upper);
        chart_refer(ch, text, c->bayes_upper);
    }
    if (isfinite(c->random)) {
        snprintf(text, sizeof text, "random %.3g", c->random);
        chart_refer(ch, text, c->random);
    }
}

/* ---- curves */

struct line { /* of one agent */
    size_t n;
    double *t, *y, *lo, *hi;
};

static void band_at(const struct entrant *e, const struct figure_options *o,
                    const struct scores *s, struct line *l, size_t i)
{
    if (o->band == BAND_CI || o->band == BAND_RUNS) {
        struct boot b = o->how.boot;
        struct interval x = { stat_value(o->how.statistic, s), NAN, NAN };
        if (o->band == BAND_CI)
            x = boot_stat(s, e->spec, o->how.statistic, &b);
        l->y[i] = x.value;
        l->lo[i] = x.lo;
        l->hi[i] = x.hi;
        return;
    }
    double *sorted = xcalloc(s->n, sizeof *sorted), tail = o->band == BAND_IQR ? 0.25 : 0;
    memcpy(sorted, s->x, s->n * sizeof *sorted);
    gsl_sort(sorted, 1, s->n);
    l->y[i] = stat_value(o->how.statistic, s);
    l->lo[i] = gsl_stats_quantile_from_sorted_data(sorted, 1, s->n, tail);
    l->hi[i] = gsl_stats_quantile_from_sorted_data(sorted, 1, s->n, 1 - tail);
    free(sorted);
}

/* The ages of the first run's curve; the others are read at those. */
static struct line line_new(const struct entrant *e)
{
    const json_t *t = json_object_get(e->row[0]->curve, "t");
    struct line l = { .n = json_array_size(t) };
    size_t n = l.n ? l.n : 1;
    l.t = xcalloc(n, sizeof *l.t);
    l.y = xcalloc(n, sizeof *l.y);
    l.lo = xcalloc(n, sizeof *l.lo);
    l.hi = xcalloc(n, sizeof *l.hi);
    for (size_t i = 0; i < l.n; i++)
        l.t[i] = json_number_value(json_array_get(t, i));
    return l;
}

static void line_release(struct line *l)
{
    free(l->t);
    free(l->y);
    free(l->lo);
    free(l->hi);
}

/* Scores of the agent at age t, by stratum; runs without a value there are left out. */
static struct scores scores_at(const struct entrant *e, const char *metric, double t)
{
    double *x = xcalloc(e->scores.n, sizeof *x);
    size_t *size = xcalloc(e->scores.strata + 1, sizeof *size), n = 0;
    for (size_t k = 0; k < e->scores.strata; k++)
        for (size_t i = e->scores.start[k]; i < e->scores.start[k + 1]; i++) {
            double v = row_metric_at(e->row[i], metric, (uint64_t)t);
            if (isfinite(v)) {
                x[n++] = v;
                size[k]++;
            }
        }
    struct scores s = scores_init(x, size, e->scores.strata);
    free(x);
    free(size);
    return s;
}

static void add_runs(struct chart *ch, const struct entrant *e, const char *metric,
                     size_t color)
{
    for (size_t i = 0; i < e->scores.n; i++) {
        struct line l = line_new(e);
        for (size_t k = 0; k < l.n; k++)
            l.y[k] = row_metric_at(e->row[i], metric, (uint64_t)l.t[k]);
        chart_add(ch, "", l.t, l.y, NULL, NULL, l.n);
        ch->series[ch->n - 1].color = color;
        line_release(&l);
    }
}

static bool draw_curves(const struct contest *c, const struct figure_options *o,
                        struct chart *ch, struct err *err)
{
    size_t points = 0;
    ch->kind = CHART_LINES;
    ch->x_label = xstrdup("cycle");
    ch->y_label = axis_of(o->contest.metric);
    ch->log_x = o->log_x;
    refer(ch, c);
    for (size_t i = 0; i < c->n && i < SERIES_MAX; i++) {
        const struct entrant *e = &c->at[i];
        struct line l = line_new(e);
        for (size_t k = 0; k < l.n; k++) {
            struct scores s = scores_at(e, o->contest.metric, l.t[k]);
            l.y[k] = l.lo[k] = l.hi[k] = NAN;
            if (s.n)
                band_at(e, o, &s, &l, k);
            points += s.n;
            scores_release(&s);
        }
        if (o->band == BAND_RUNS)
            add_runs(ch, e, o->contest.metric, i);
        bool band = o->band != BAND_RUNS;
        chart_add(ch, e->label, l.t, l.y, band ? l.lo : NULL, band ? l.hi : NULL, l.n);
        ch->series[ch->n - 1].color = i;
        line_release(&l);
    }
    return points > 0 ||
           err_set(err, "no run has a learning curve of '%s'", o->contest.metric);
}

/* ---- intervals */

static bool draw_intervals(const struct contest *c, const struct figure_options *o,
                           struct chart *ch, struct err *err)
{
    struct comparison *row = xcalloc(c->n ? c->n : 1, sizeof *row);
    bool improvement = o->kind == FIGURE_IMPROVEMENT;
    bool ok = compare_contest(c, &o->how, row, err);
    ch->kind = CHART_INTERVALS;
    if (improvement && !o->how.baseline)
        ok = err_set(err, "an improvement needs a --baseline");
    if (improvement && ok) {
        ch->x_label = xasprintf("P(agent > %s) by %s", compare_baseline(row, c->n, &o->how),
                                o->contest.metric);
        chart_refer(ch, "equal", 0.5);
    } else if (ok) {
        ch->x_label = axis_of(o->contest.metric);
        refer(ch, c);
    }
    for (size_t i = 0; ok && i < c->n && i < SERIES_MAX; i++) {
        const struct interval *x = improvement ? &row[i].p : &row[i].statistic;
        double zero = 0;
        if (!improvement || row[i].verdict > BASELINE)
            chart_add(ch, row[i].of->label, &zero, &x->value, &x->lo, &x->hi, 1);
    }
    free(row);
    return ok;
}

/* ---- profiles */

enum { TAUS = 81 };

static bool draw_profiles(const struct contest *c, const struct figure_options *o,
                          struct chart *ch, struct err *err)
{
    double least = HUGE_VAL, greatest = -HUGE_VAL, tau[TAUS];
    (void)err;
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < c->at[i].scores.n; k++) {
            least = fmin(least, c->at[i].scores.x[k]);
            greatest = fmax(greatest, c->at[i].scores.x[k]);
        }
    double step = fmax(greatest - least, 1e-9) / (TAUS - 1);
    for (size_t i = 0; i < TAUS; i++)
        tau[i] = least - step / 2 + (double)i * step;
    ch->kind = CHART_LINES;
    ch->x_label = axis_of(o->contest.metric);
    ch->y_label = xstrdup("fraction of runs above");
    for (size_t i = 0; i < c->n && i < SERIES_MAX; i++) {
        struct interval at[TAUS];
        double y[TAUS], lo[TAUS], hi[TAUS];
        boot_profile(&c->at[i].scores, c->at[i].spec, tau, TAUS, &o->how.boot, at);
        for (size_t k = 0; k < TAUS; k++) {
            y[k] = at[k].value;
            lo[k] = at[k].lo;
            hi[k] = at[k].hi;
        }
        chart_add(ch, c->at[i].label, tau, y, lo, hi, TAUS);
    }
    return true;
}

/* ---- sweeps */

/* A parameter in which agents of one name differ, or NULL; the caller frees. */
static char *varying_key(const struct contest *c)
{
    char *key = NULL;
    for (size_t i = 0; i < c->n && !key; i++) {
        struct spec s;
        if (!spec_parse(&s, c->at[i].label, NULL))
            continue;
        if (s.n)
            key = xstrdup(s.pair[0].key); /* labels name what differs, nothing else */
        spec_release(&s);
    }
    return key;
}

struct point {
    double x, y, lo, hi;
};

static int by_x(const void *a, const void *b)
{
    const struct point *p = a, *q = b;
    return (p->x > q->x) - (p->x < q->x);
}

/* The line of all agents that are called `name` but for the parameter. */
static void add_sweep(struct chart *ch, const struct contest *c, const char *name,
                      const char *key, const struct figure_options *o)
{
    struct point *at = xcalloc(c->n, sizeof *at);
    double *column = xcalloc(4 * c->n, sizeof *column);
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        char *rest = spec_without(c->at[i].label, key);
        char *value = agent_param(c->at[i].spec, key);
        if (value && !strcmp(rest, name)) {
            struct interval v =
                boot_stat(&c->at[i].scores, c->at[i].spec, o->how.statistic, &o->how.boot);
            at[n++] = (struct point){ strtod(value, NULL), v.value, v.lo, v.hi };
        }
        free(rest);
        free(value);
    }
    qsort(at, n, sizeof *at, by_x);
    for (size_t i = 0; i < n; i++) {
        column[i] = at[i].x;
        column[c->n + i] = at[i].y;
        column[2 * c->n + i] = at[i].lo;
        column[3 * c->n + i] = at[i].hi;
    }
    if (n)
        chart_add(ch, name, column, column + c->n, column + 2 * c->n, column + 3 * c->n, n);
    free(at);
    free(column);
}

static bool draw_sweep(const struct contest *c, const struct figure_options *o,
                       struct chart *ch, struct err *err)
{
    char *key = o->x_key ? xstrdup(o->x_key) : varying_key(c);
    ch->kind = CHART_LINES;
    if (!key)
        return err_set(err, "no parameter differs among agents of one name: no sweep");
    ch->x_label = key;
    ch->y_label = axis_of(o->contest.metric);
    ch->log_x = o->log_x;
    refer(ch, c);
    for (size_t i = 0; i < c->n; i++) {
        char *name = spec_without(c->at[i].label, key);
        bool known = false;
        for (size_t k = 0; k < ch->n && !known; k++)
            known = !strcmp(ch->series[k].label, name);
        if (!known)
            add_sweep(ch, c, name, key, o);
        free(name);
    }
    return ch->n > 0 || err_set(err, "no agent has a parameter '%s'", key);
}

/* ---- heat maps */

/* The place of a label in a list, appended when new. */
static size_t place(char ***list, size_t *n, const char *label)
{
    for (size_t i = 0; i < *n; i++)
        if (!strcmp((*list)[i], label))
            return i;
    *list = xrealloc(*list, *n + 1, sizeof **list);
    (*list)[*n] = xstrdup(label);
    return (*n)++;
}

/* Row and column of an agent: its label apart from the parameter, and that. */
static void locate(const struct contest *c, size_t i, const char *key, struct chart *ch,
                   size_t *row, size_t *col)
{
    char *value = agent_param(c->at[i].spec, key);
    char *rest = spec_without(c->at[i].label, key);
    *col = place(&ch->column, &ch->columns, value ? value : "(none)");
    *row = place(&ch->row, &ch->rows, rest);
    free(value);
    free(rest);
}

static bool draw_heat(const struct contest *c, const struct figure_options *o,
                      struct chart *ch, struct err *err)
{
    char *key = o->x_key ? xstrdup(o->x_key) : varying_key(c);
    size_t row, col;
    ch->kind = CHART_HEAT;
    if (!key)
        return err_set(err,
                       "a heat map needs a sweep: no parameter differs among agents of "
                       "one name");
    for (size_t i = 0; i < c->n; i++)
        locate(c, i, key, ch, &row, &col);
    ch->value = xcalloc(ch->rows * ch->columns, sizeof *ch->value);
    for (size_t i = 0; i < ch->rows * ch->columns; i++)
        ch->value[i] = NAN;
    for (size_t i = 0; i < c->n; i++) {
        locate(c, i, key, ch, &row, &col);
        ch->value[row * ch->columns + col] = stat_value(o->how.statistic, &c->at[i].scores);
    }
    ch->x_label = key;
    ch->y_label = xstrdup("agent");
    char *metric = axis_of(o->contest.metric);
    ch->z_label = xasprintf("%s, %s", metric, stat_names[o->how.statistic]);
    free(metric);
    return true;
}

bool figure_chart(const struct contest *c, const struct figure_options *o,
                  struct chart *out, struct err *err)
{
    *out = (struct chart){ .title = xstrdup(c->title) };
    switch (o->kind) {
    case FIGURE_CURVE: return draw_curves(c, o, out, err);
    case FIGURE_PROFILE: return draw_profiles(c, o, out, err);
    case FIGURE_SWEEP: return draw_sweep(c, o, out, err);
    case FIGURE_HEATMAP: return draw_heat(c, o, out, err);
    default: return draw_intervals(c, o, out, err);
    }
}
