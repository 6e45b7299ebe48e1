#include "config.h"

#include "stats.h"

#include "num.h"
#include "xalloc.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const stat_names[] = { "iqm", "mean", "median", "gap", NULL };

struct scores scores_init(const double *x, const size_t *size, size_t strata)
{
    struct scores s = { .strata = strata };
    s.start = xcalloc(strata + 1, sizeof *s.start);
    for (size_t k = 0; k < strata; k++)
        s.start[k + 1] = s.start[k] + size[k];
    s.n = s.start[strata];
    s.x = xcalloc(s.n ? s.n : 1, sizeof *s.x);
    if (s.n)
        memcpy(s.x, x, s.n * sizeof *s.x);
    return s;
}

void scores_release(struct scores *s)
{
    free(s->x);
    free(s->start);
    *s = (struct scores){ 0 };
}

static double *sorted_copy(const double *x, size_t n)
{
    double *copy = xcalloc(n ? n : 1, sizeof *copy);
    if (n)
        memcpy(copy, x, n * sizeof *copy);
    gsl_sort(copy, 1, n);
    return copy;
}

/* Mean over the strata that have scores of f(score). */
static double mean_of_means(const struct scores *s, score_fn f, double arg)
{
    double total = 0;
    size_t used = 0;
    for (size_t k = 0; k < s->strata; k++) {
        size_t n = s->start[k + 1] - s->start[k];
        double part = 0;
        for (size_t i = s->start[k]; i < s->start[k + 1]; i++)
            part += f(s->x[i], arg);
        if (!n)
            continue;
        total += part / (double)n;
        used++;
    }
    return used ? total / (double)used : (double)NAN;
}

double stat_value(enum statistic stat, const struct scores *s)
{
    if (!s->n)
        return NAN;
    if (stat == STAT_MEAN)
        return mean_of_means(s, score_itself, 0);
    if (stat == STAT_GAP)
        return 1 - mean_of_means(s, score_capped, 1);
    double *x = sorted_copy(s->x, s->n);
    double value = stat == STAT_MEDIAN
                       ? gsl_stats_median_from_sorted_data(x, 1, s->n)
                       : gsl_stats_trmean_from_sorted_data(0.25, x, 1, s->n);
    free(x);
    return value;
}

double stat_sd(const struct scores *s)
{
    if (s->n < 2)
        return NAN;
    return gsl_stats_sd_with_fixed_mean(s->x, 1, s->n, gsl_stats_mean(s->x, 1, s->n));
}

double stat_above(const struct scores *s, double tau)
{
    return mean_of_means(s, score_above, tau);
}

/* ---- two agents */

static size_t size(const struct scores *s, size_t k)
{
    return k < s->strata ? s->start[k + 1] - s->start[k] : 0;
}

/* Mann and Whitney's U of one stratum over its largest value. */
static double superiority(const double *x, size_t n, const double *y, size_t m)
{
    double *a = sorted_copy(x, n), *b = sorted_copy(y, m), u = 0;
    for (size_t i = 0, less = 0, upto = 0; i < n; i++) {
        while (less < m && b[less] < a[i])
            less++;
        while (upto < m && b[upto] <= a[i])
            upto++;
        u += 0.5 * (double)(less + upto);
    }
    free(a);
    free(b);
    return u / ((double)n * (double)m);
}

double stat_superiority(const struct scores *x, const struct scores *y)
{
    double total = 0;
    size_t shared = 0;
    for (size_t k = 0; k < x->strata; k++) {
        if (!size(x, k) || !size(y, k))
            continue;
        total +=
            superiority(x->x + x->start[k], size(x, k), y->x + y->start[k], size(y, k));
        shared++;
    }
    return shared ? total / (double)shared : (double)NAN;
}

void stat_holm(double *p, size_t n)
{
    size_t *order = xcalloc(n ? n : 1, sizeof *order);
    gsl_sort_index(order, p, 1, n);
    double least = 0;
    for (size_t i = 0; i < n; i++) {
        least = fmax(least, fmin(1, p[order[i]] * (double)(n - i)));
        p[order[i]] = least;
    }
    free(order);
}

/* ---- two kinds of runs */

struct modes stat_modes(const struct scores *s)
{
    struct modes m = { 0 };
    double *x = sorted_copy(s->x, s->n), all = num_sum(s->x, s->n), low = 0;
    double n = (double)s->n, best = 0;
    for (size_t i = 1; i < s->n; i++) {
        low += x[i - 1];
        double a = low / (double)i, b = (all - low) / (double)(s->n - i);
        double between = (double)i * (double)(s->n - i) / n * (b - a) * (b - a);
        if (between > best && x[i] > x[i - 1]) {
            best = between;
            m = (struct modes){
                .n_low = i, .n_high = s->n - i, .low = a, .high = b, .split = x[i]
            };
        }
    }
    if (best > 0)
        m.share = best / gsl_stats_tss(x, 1, s->n);
    size_t few = m.n_low < m.n_high ? m.n_low : m.n_high;
    m.two = s->n >= MODES_LEAST && m.share >= MODES_SHARE && 10 * few >= s->n;
    free(x);
    return m;
}
