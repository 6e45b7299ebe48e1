#include "config.h"

#include "compare.h"

#include "baseline.h"
#include "exact.h"
#include "registry.h"
#include "spec.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *compare_verdict(const struct contest *c, enum judgement verdict)
{
    static const char *const name[2][UNCLEAR + 1] = {
        { "", "baseline", "more", "less", "unclear" },
        { "", "baseline", "better", "worse", "unclear" }
    };
    return name[c->prized][verdict];
}

/* ---- pairs */

/* Differences x - y over runs of the same world, map and seed. */
static struct scores pair_up(const struct entrant *x, const struct entrant *y)
{
    const struct scores *a = &x->scores, *b = &y->scores;
    double *d = xcalloc(a->n ? a->n : 1, sizeof *d);
    size_t *size = xcalloc(a->strata + 1, sizeof *size), n = 0;
    for (size_t k = 0; k < a->strata; k++) {
        size_t j = b->start[k];
        for (size_t i = a->start[k]; i < a->start[k + 1]; i++) {
            while (j < b->start[k + 1] && y->row[j]->seed < x->row[i]->seed)
                j++;
            if (j < b->start[k + 1] && y->row[j]->seed == x->row[i]->seed) {
                d[n++] = a->x[i] - b->x[j++];
                size[k]++;
            }
        }
    }
    struct scores s = scores_init(d, size, a->strata);
    free(d);
    free(size);
    return s;
}

/* Wins of the pairs: 1, 1/2 for a tie, 0; their mean is P(x > y). */
static struct scores wins_of(const struct scores *d)
{
    struct scores w = { .n = d->n, .strata = d->strata };
    w.x = xcalloc(d->n ? d->n : 1, sizeof *w.x);
    w.start = xcalloc(d->strata + 1, sizeof *w.start);
    memcpy(w.start, d->start, (d->strata + 1) * sizeof *w.start);
    for (size_t i = 0; i < d->n; i++)
        w.x[i] = d->x[i] > 0 ? 1 : d->x[i] < 0 ? 0 : 0.5;
    return w;
}

static struct interval mean_with_p(const struct scores *s, const char *label,
                                   const struct boot *b, double *p)
{
    double value = stat_value(STAT_MEAN, s), widening = boot_widening(s, b);
    struct resample r = resample_init(s, label, b);
    double *rep = xcalloc(b->reps, sizeof *rep);
    for (size_t i = 0; i < b->reps && s->n; i++) {
        resample_draw(&r);
        rep[i] = resample_stat(&r, STAT_MEAN);
    }
    *p = boot_p(rep, b, 0.5, widening);
    struct interval out = boot_interval(value, rep, b, widening);
    free(rep);
    resample_release(&r);
    return out;
}

static double sign_p(const struct scores *d)
{
    size_t wins = 0, losses = 0;
    for (size_t i = 0; i < d->n; i++) {
        wins += d->x[i] > 0;
        losses += d->x[i] < 0;
    }
    return exact_sign_p(wins, losses);
}

/* ---- one contest */

static bool against(struct comparison *c, const struct compare_options *o, struct err *err)
{
    const struct entrant *e = c->of, *base = c->base;
    if (!o->paired) {
        c->p = boot_superiority(&e->scores, e->spec, &base->scores, base->spec, &o->boot,
                                &c->p_value);
        /* The bootstrap holds where agents differ in spread, the exact test with few runs:
         * both must reject. fmax() passes over the NAN of what has no interval. */
        c->p_value = fmax(c->p_value, exact_rank_p(&e->scores, &base->scores));
        return isfinite(c->p.value) ||
               err_set(err, "%s and %s have no map in common", e->label, base->label);
    }
    struct scores d = pair_up(e, base), w = wins_of(&d);
    c->pairs = d.n;
    c->difference = boot_stat(&d, e->spec, o->statistic, &o->boot);
    c->p = mean_with_p(&w, e->spec, &o->boot, &c->p_value);
    c->p_value = fmax(c->p_value, sign_p(&d));
    scores_release(&d);
    scores_release(&w);
    return c->pairs > 0 ||
           err_set(err, "%s and %s share no map and seed: no pairs", e->label, base->label);
}

static void judge(struct comparison *out, size_t n, const struct compare_options *o)
{
    double *p = xcalloc(n ? n : 1, sizeof *p);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (out[i].base && out[i].verdict != BASELINE)
            p[m++] = out[i].p_value;
    if (o->holm)
        stat_holm(p, m);
    for (size_t i = 0, k = 0; i < n; i++) {
        if (!out[i].base || out[i].verdict == BASELINE)
            continue;
        out[i].p_value = p[k++];
        out[i].verdict = !(out[i].p_value <= 1 - o->boot.level) ? UNCLEAR
                         : out[i].p.value > 0.5                 ? BETTER
                                                                : WORSE;
    }
    free(p);
}

static int by_value(const void *a, const void *b)
{
    const struct comparison *x = a, *y = b;
    if (x->statistic.value > y->statistic.value)
        return -1;
    if (x->statistic.value < y->statistic.value)
        return 1;
    return strcmp(x->of->label, y->of->label);
}

static int by_gap(const void *a, const void *b)
{
    const struct comparison *x = a, *y = b;
    if (x->statistic.value < y->statistic.value)
        return -1;
    if (x->statistic.value > y->statistic.value)
        return 1;
    return strcmp(x->of->label, y->of->label);
}

static bool unknown_baseline(const struct contest *c, const char *name, struct err *err)
{
    char known[600] = "";
    for (size_t i = 0; i < c->n; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", c->at[i].label);
    }
    return err_set(err, "there is no one agent '%s' to compare with (%s)", name, known);
}

static void describe(const struct entrant *e, const struct compare_options *o,
                     struct comparison *out)
{
    *out = (struct comparison){ .of = e, .p_value = 1 };
    out->statistic = boot_stat(&e->scores, e->spec, o->statistic, &o->boot);
    out->median = stat_value(STAT_MEDIAN, &e->scores);
    out->mean = stat_value(STAT_MEAN, &e->scores);
    out->sd = stat_sd(&e->scores);
}

bool compare_contest(const struct contest *c, const struct compare_options *o,
                     struct comparison *out, struct err *err)
{
    size_t *of = o->baseline ? baselines_new(c, o->baseline) : NULL;
    if (o->baseline && !of)
        return unknown_baseline(c, o->baseline, err);
    bool ok = true;
    for (size_t i = 0; i < c->n; i++) {
        describe(&c->at[i], o, &out[i]);
        if (!of || of[i] == c->n)
            continue;
        out[i].base = &c->at[of[i]];
        if (of[i] == i)
            out[i].verdict = BASELINE;
        else
            ok = against(&out[i], o, err) && ok;
    }
    if (of)
        judge(out, c->n, o);
    free(of);
    qsort(out, c->n, sizeof *out, o->statistic == STAT_GAP ? by_gap : by_value);
    return ok;
}

const char *compare_baseline(const struct comparison *row, size_t n,
                             const struct compare_options *o)
{
    const struct entrant *one = NULL;
    for (size_t i = 0; i < n; i++) {
        if (row[i].base && one && row[i].base != one)
            return o->baseline;
        one = row[i].base ? row[i].base : one;
    }
    return one ? one->label : o->baseline;
}

/* ---- warnings */

static void warn(struct list *l, char *text)
{
    l->at = xrealloc(l->at, l->n + 1, sizeof *l->at);
    l->at[l->n++] = text;
}

static void add_budget(const struct contest *c, const char *key, char *text, size_t size)
{
    char *seen[16], joined[300] = "";
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        char *value = agent_param(c->at[i].spec, key);
        size_t k = 0;
        while (k < n && value && strcmp(seen[k], value) != 0)
            k++;
        if (value && k == n && n < 16)
            seen[n++] = value;
        else
            free(value);
    }
    for (size_t k = 0; k < n; k++) {
        size_t used = strlen(joined);
        snprintf(joined + used, sizeof joined - used, "%s%s", k ? "/" : "", seen[k]);
        free(seen[k]);
    }
    size_t used = strlen(text);
    if (n > 1)
        snprintf(text + used, size - used, "%s%s %s", used ? ", " : "", key, joined);
}

static void warn_modes(struct list *l, const struct entrant *e)
{
    struct modes m = stat_modes(&e->scores);
    if (!m.two)
        return;
    bool high = m.n_high <= m.n_low; /* the fewer are the news */
    warn(l,
         xasprintf("%s is bimodal: %zu of %zu runs average %.3g, the others %.3g. Look at "
                   "'ursa plot --profile'.",
                   e->label, high ? m.n_high : m.n_low, e->scores.n, high ? m.high : m.low,
                   high ? m.low : m.high));
}

/* Why an interval has no width. */
enum flat { FLAT_NOT, FLAT_ALL, FLAT_MAPS, FLAT_MIDDLE, FLATS };

static enum flat flat_of(const struct comparison *row)
{
    const struct scores *s = &row->of->scores;
    bool all = true, within = true;
    if (s->n < 2 || !isfinite(row->statistic.lo) || row->statistic.hi > row->statistic.lo)
        return FLAT_NOT;
    for (size_t k = 0; k < s->strata; k++)
        for (size_t i = s->start[k]; i < s->start[k + 1]; i++) {
            all = all && !(s->x[i] < s->x[0]) && !(s->x[i] > s->x[0]);
            within =
                within && !(s->x[i] < s->x[s->start[k]]) && !(s->x[i] > s->x[s->start[k]]);
        }
    return all ? FLAT_ALL : within ? FLAT_MAPS : FLAT_MIDDLE;
}

/* An interval without width looks like knowledge, and is the want of it. */
static void warn_flat(struct list *l, const struct comparison *row, size_t n)
{
    static const char *const why[FLATS] = {
        [FLAT_ALL] = "their runs are all alike, and what others would do is not known",
        [FLAT_MAPS] = "on each map their runs are alike. Other maps would differ: --tasks "
                      "resamples them",
        [FLAT_MIDDLE] = "the runs differ, but not those that this statistic looks at",
    };
    for (int k = FLAT_ALL; k < FLATS; k++) {
        char who[300] = "";
        for (size_t i = 0; i < n; i++) {
            size_t used = strlen(who);
            if (flat_of(&row[i]) == (enum flat)k && used < sizeof who - 1)
                snprintf(who + used, sizeof who - used, "%s%s", used ? ", " : "",
                         row[i].of->label);
        }
        if (*who)
            warn(l, xasprintf("intervals without width (%s): %s.", who, why[k]));
    }
}

/* Whether the world has more than one map. */
static bool draws_maps(const char *env)
{
    struct spec_of w;
    bool draws = true; /* unknown worlds may */
    if (spec_origin(env))
        return draws; /* results are read without running what they name */
    if (kind_parse(&w, &env_shelf, env, NULL))
        draws = param_find(w.kind->params, "map_index") != NULL;
    kind_release(&w);
    return draws;
}

enum { FEW_RUNS = 20 };

static bool is_few(const struct comparison *row) { return row->of->scores.n < FEW_RUNS; }
static bool has_none(const struct comparison *row) { return isnan(row->statistic.lo); }

/* "aixi 3, q-learning 3": the agents of which `what` is true, with their runs. */
static void name_those(const struct comparison *row, size_t n,
                       bool (*what)(const struct comparison *), char *text, size_t size)
{
    *text = '\0';
    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(text);
        if (what(&row[i]) && used < size - 1)
            snprintf(text + used, size - used, "%s%s %zu", used ? ", " : "",
                     row[i].of->label, row[i].of->scores.n);
    }
}

static void warn_few(struct list *l, const struct comparison *row, size_t n)
{
    char text[300];
    name_those(row, n, is_few, text, sizeof text);
    if (*text)
        warn(l, xasprintf("few runs (%s): below %d runs intervals are rough and most "
                          "differences stay unclear.",
                          text, FEW_RUNS));
    name_those(row, n, has_none, text, sizeof text);
    if (*text)
        warn(l, xasprintf("no interval (%s): there must be two runs on some map, or with "
                          "--tasks two maps.",
                          text));
}

struct list compare_warnings(const struct contest *c, const struct comparison *row)
{
    struct list l = { 0 };
    char text[700] = "";
    if (c->n_maps == 1 && c->n && draws_maps(c->at[0].row[0]->env))
        warn(&l, xstrdup("1 map. These intervals describe this map only; use --maps to "
                         "sample more."));
    warn_few(&l, row, c->n);
    warn_flat(&l, row, c->n);
    add_budget(c, "samples", text, sizeof text);
    add_budget(c, "horizon", text, sizeof text);
    if (*text)
        warn(&l, xasprintf("agents differ in planning budget: %s.", text));
    if (!c->steps)
        warn(&l, xstrdup("runs differ in length."));
    for (size_t i = 0; i < c->n; i++)
        warn_modes(&l, &c->at[i]);
    return l;
}
