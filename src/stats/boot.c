#include "config.h"

#include "boot.h"

#include "multinomial.h"
#include "xalloc.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Agarwal et al. 2021, section 4; Efron & Tibshirani 1993, ch. 12 (bootstrap-t) and 13
 * (percentiles); Hesterberg, "What teachers should know about the bootstrap", The American
 * Statistician 69 (2015), on how narrow percentiles are for few scores.
 * A resample is kept as counts over the sorted scores, so that no replicate sorts. */

/* Many scores of few values are drawn value by value. Fewer are drawn one by one, as they
 * ever were. */
enum { LUMPS_FROM = 1000, LUMPS_EACH = 16 };

/* Gives each score its slot, in rising order of the values: one of its own, or that of its
 * value in its stratum. Returns how many slots there are; stratum[i] is that of slot i. */
static size_t assign(struct resample *r, const size_t *order, bool lump, size_t *stratum)
{
    const struct scores *s = r->of;
    size_t *home = xcalloc(s->n + 1, sizeof *home), n = 0;
    size_t *last =
        xcalloc(s->strata + 1, sizeof *last); /* 1 + the newest slot of a stratum */
    for (size_t k = 0; k < s->strata; k++)
        for (size_t i = s->start[k]; i < s->start[k + 1]; i++)
            home[i] = k;
    for (size_t i = 0; i < s->n; i++) {
        size_t k = home[order[i]];
        double x = s->x[order[i]];
        if (!lump || !last[k] || !(r->sorted[last[k] - 1] >= x)) {
            stratum[n] = k;
            r->sorted[n] = x;
            r->weight[n] = 0;
            last[k] = ++n;
        }
        r->rank[order[i]] = last[k] - 1;
        r->weight[last[k] - 1]++;
    }
    free(home);
    free(last);
    return n;
}

/* The slots of each stratum, rising, and their chances. */
static void part(struct resample *r, const size_t *stratum)
{
    size_t strata = r->of->strata, n = 0;
    for (size_t i = 0; i < r->n; i++)
        r->first[stratum[i] + 1]++;
    for (size_t k = 0; k < strata; k++)
        r->first[k + 1] += r->first[k];
    size_t *next = xcalloc(strata + 1, sizeof *next);
    memcpy(next, r->first, strata * sizeof *next);
    for (size_t i = 0; i < r->n; i++)
        r->member[next[stratum[i]]++] = i;
    free(next);
    for (size_t i = 0; i < r->n; i++)
        r->upto[i + 1] = n += r->weight[r->member[i]];
}

struct resample resample_init(const struct scores *s, const char *label,
                              const struct boot *b)
{
    size_t n = s->n ? s->n : 1, strata = s->strata ? s->strata : 1;
    struct resample r = { .of = s, .tasks = b->tasks };
    r.sorted = xcalloc(n, sizeof *r.sorted);
    r.rank = xcalloc(n, sizeof *r.rank);
    r.weight = xcalloc(n, sizeof *r.weight);
    r.member = xcalloc(n, sizeof *r.member);
    r.first = xcalloc(strata + 1, sizeof *r.first);
    r.upto = xcalloc(n + 1, sizeof *r.upto);
    r.count = xcalloc(n, sizeof *r.count);
    r.drawn = xcalloc(n, sizeof *r.drawn);
    r.picked = xcalloc(strata, sizeof *r.picked);
    size_t *order = xcalloc(n, sizeof *order), *stratum = xcalloc(n, sizeof *stratum);
    gsl_sort_index(order, s->x, 1, s->n);
    r.n = assign(&r, order, true, stratum);
    r.lumps = s->n >= LUMPS_FROM && r.n <= s->n / LUMPS_EACH;
    if (!r.lumps)
        r.n = assign(&r, order, false, stratum);
    part(&r, stratum);
    free(order);
    free(stratum);
    rng_init(&r.rng,
             &(struct rng_key){ .root = b->seed, .purpose = RNG_BOOT, .id = label });
    rng_init(&r.task_rng,
             &(struct rng_key){ .root = b->seed, .purpose = RNG_BOOT, .id = "", .map = 1 });
    return r;
}

void resample_release(struct resample *r)
{
    free(r->sorted);
    free(r->rank);
    free(r->weight);
    free(r->member);
    free(r->first);
    free(r->upto);
    free(r->count);
    free(r->drawn);
    free(r->picked);
    *r = (struct resample){ 0 };
}

/* Draws `n` scores of a stratum, all at once. */
static void draw_lumps(struct resample *r, size_t k, size_t n)
{
    size_t from = r->first[k], slots = r->first[k + 1] - from;
    if (!slots)
        return;
    multinomial_draw(&r->rng, n, r->upto + from, slots, r->drawn);
    for (size_t i = 0; i < slots; i++)
        r->count[r->member[from + i]] = r->drawn[i];
}

void resample_draw(struct resample *r)
{
    const struct scores *s = r->of;
    memset(r->count, 0, r->n * sizeof *r->count);
    for (size_t k = 0; k < s->strata; k++)
        r->picked[k] = !r->tasks;
    for (size_t k = 0; r->tasks && k < s->strata; k++)
        r->picked[rng_below(&r->task_rng, (uint32_t)s->strata)]++;
    for (size_t k = 0; k < s->strata; k++) {
        const size_t *rank = r->rank + s->start[k];
        uint32_t len = (uint32_t)(s->start[k + 1] - s->start[k]);
        size_t draws = (size_t)len * r->picked[k];
        if (r->lumps)
            draw_lumps(r, k, draws);
        for (size_t i = 0; i < draws && !r->lumps; i++)
            r->count[rank[rng_below(&r->rng, len)]]++;
    }
}

void resample_whole(struct resample *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->count[i] = r->weight[i];
    for (size_t k = 0; k < r->of->strata; k++)
        r->picked[k] = 1;
}

static size_t drawn(const struct resample *r)
{
    size_t n = 0;
    for (size_t k = 0; k < r->of->strata; k++)
        n += r->picked[k] * (r->of->start[k + 1] - r->of->start[k]);
    return n;
}

/* Mean of the resampled scores of ranks [cut, n - cut). */
static double middle_mean(const struct resample *r, size_t cut)
{
    size_t n = drawn(r), seen = 0;
    double total = 0;
    for (size_t i = 0; i < r->n && seen < n - cut; i++) {
        size_t from = seen > cut ? seen : cut, to = seen + r->count[i];
        if (to > n - cut)
            to = n - cut;
        if (to > from)
            total += (double)(to - from) * r->sorted[i];
        seen += r->count[i];
    }
    return n ? total / (double)(n - 2 * cut) : (double)NAN;
}

/* Mean over the strata drawn of the mean of f(score). */
static double mean_of_means(const struct resample *r, score_fn f, double arg)
{
    const struct scores *s = r->of;
    double total = 0, used = 0;
    for (size_t k = 0; k < s->strata; k++) {
        size_t len = s->start[k + 1] - s->start[k];
        double part = 0;
        if (!len || !r->picked[k])
            continue;
        for (size_t i = r->first[k]; i < r->first[k + 1]; i++)
            part += r->count[r->member[i]] * f(r->sorted[r->member[i]], arg);
        total += part / (double)len; /* the stratum's mean, once for each pick */
        used += r->picked[k];
    }
    return used > 0 ? total / used : (double)NAN;
}

/* Standard error of that mean, each stratum drawn once; strata of one score add nothing. */
static double error_of_means(const struct resample *r, score_fn f, double arg)
{
    const struct scores *s = r->of;
    double total = 0, used = 0;
    for (size_t k = 0; k < s->strata; k++) {
        size_t from = r->first[k], to = r->first[k + 1];
        double len = (double)(s->start[k + 1] - s->start[k]), mean = 0, square = 0;
        for (size_t i = from; i < to; i++)
            mean += r->count[r->member[i]] * f(r->sorted[r->member[i]], arg) / len;
        for (size_t i = from; i < to; i++) {
            double d = f(r->sorted[r->member[i]], arg) - mean;
            square += r->count[r->member[i]] * d * d;
        }
        total += len > 1 ? square / (len - 1) / len : 0;
        used += len > 0;
    }
    return sqrt(total) / used;
}

double resample_stat(const struct resample *r, enum statistic stat)
{
    size_t n = drawn(r);
    switch (stat) {
    case STAT_MEAN: return mean_of_means(r, score_itself, 0);
    case STAT_GAP: return 1 - mean_of_means(r, score_capped, 1);
    case STAT_MEDIAN: return middle_mean(r, n ? (n - 1) / 2 : 0);
    default: return middle_mean(r, n / 4);
    }
}

double resample_above(const struct resample *r, double tau)
{
    return mean_of_means(r, score_above, tau);
}

/* U / n m of one stratum from the counts. */
static double stratum_superiority(const struct resample *x, const struct resample *y,
                                  size_t k)
{
    size_t i = x->first[k], i_end = x->first[k + 1];
    size_t j = y->first[k], j_end = y->first[k + 1];
    double n = (double)(x->of->start[k + 1] - x->of->start[k]) * x->picked[k];
    double m = (double)(y->of->start[k + 1] - y->of->start[k]) * y->picked[k];
    double u = 0, less = 0;
    while (i < i_end) {
        double v = x->sorted[x->member[i]], ties = 0, mine = 0;
        for (; j < j_end && y->sorted[y->member[j]] < v; j++)
            less += y->count[y->member[j]];
        for (; j < j_end && y->sorted[y->member[j]] <= v; j++)
            ties += y->count[y->member[j]];
        for (; i < i_end && x->sorted[x->member[i]] <= v; i++)
            mine += x->count[x->member[i]];
        u += mine * (less + ties / 2);
        less += ties;
    }
    return u / (n * m);
}

double resample_superiority(const struct resample *x, const struct resample *y)
{
    double total = 0, used = 0;
    for (size_t k = 0; k < x->of->strata; k++) {
        if (x->of->start[k] == x->of->start[k + 1] || !x->picked[k] ||
            y->of->start[k] == y->of->start[k + 1])
            continue;
        total += x->picked[k] * stratum_superiority(x, y, k);
        used += x->picked[k];
    }
    return used > 0 ? total / used : (double)NAN;
}

/* ---- intervals */

/* With the strata drawn anew, a replicate may hold none of the agent's: it says nothing. */
static double or_else(double replicate, double value)
{
    return isnan(replicate) ? value : replicate;
}

double boot_widening(const struct scores *s, const struct boot *b)
{
    size_t used = 0;
    for (size_t k = 0; k < s->strata; k++)
        used += s->start[k + 1] > s->start[k];
    size_t n = b->tasks ? used : s->n, lost = b->tasks ? 1 : used;
    return n > lost ? sqrt((double)n / (double)(n - lost)) : (double)NAN;
}

double boot_wider(double a, double b)
{
    return isnan(a) || isnan(b) ? (double)NAN : fmax(a, b);
}

struct interval boot_interval(double value, double *rep, const struct boot *b,
                              double widening)
{
    if (isnan(widening))
        return (struct interval){ value, NAN, NAN };
    double z = gsl_cdf_ugaussian_Qinv((1 - b->level) / 2);
    double tail = gsl_cdf_ugaussian_Q(widening * z);
    gsl_sort(rep, 1, b->reps);
    double lo = gsl_stats_quantile_from_sorted_data(rep, 1, b->reps, tail);
    double hi = gsl_stats_quantile_from_sorted_data(rep, 1, b->reps, 1 - tail);
    return (struct interval){ value, lo, hi };
}

double boot_p(const double *rep, const struct boot *b, double null, double widening)
{
    size_t low = 0, high = 0;
    if (isnan(widening))
        return NAN;
    for (size_t i = 0; i < b->reps; i++) {
        low += rep[i] <= null;
        high += rep[i] >= null;
    }
    double tail = (double)(1 + (low < high ? low : high)) / (double)(b->reps + 1);
    return tail >= 0.5 ? 1
                       : 2 * gsl_cdf_ugaussian_Q(gsl_cdf_ugaussian_Qinv(tail) / widening);
}

/* ---- means */

/* Whether the deviations from the means of the strata are of two kinds. A resample of such
 * data that has nearly all of its scores in one of them has hardly any standard error, and
 * no ratio to that means anything. */
enum { KIND_LEAST = 2 }; /* one score alone may be the tail of a law */
#define KINDS_SHARE 0.92
static bool two_kinds(const struct scores *s)
{
    double *d = xcalloc(s->n ? s->n : 1, sizeof *d);
    for (size_t k = 0; k < s->strata; k++) {
        size_t from = s->start[k], len = s->start[k + 1] - from;
        double mean = gsl_stats_mean(s->x + from, 1, len);
        for (size_t i = from; i < from + len; i++)
            d[i] = s->x[i] - mean;
    }
    struct scores one = scores_init(d, &s->n, 1);
    struct modes m = stat_modes(&one);
    scores_release(&one);
    free(d);
    return m.share >= KINDS_SHARE && m.n_low >= KIND_LEAST && m.n_high >= KIND_LEAST;
}

static double error_of(const struct resample *r, enum statistic stat)
{
    return stat == STAT_GAP ? error_of_means(r, score_capped, 1)
                            : error_of_means(r, score_itself, 0);
}

/* Bootstrap-t: percentiles of (replicate - value) / its own standard error. They know that
 * where the mean is small by chance so is its error, which is what skewed data need. False
 * when too many resamples have no error at all. */
static bool studentised(struct resample *r, enum statistic stat, const struct boot *b,
                        struct interval *out)
{
    double *t = xcalloc(b->reps, sizeof *t), tail = (1 - b->level) / 2;
    size_t n = 0;
    resample_whole(r);
    double error = error_of(r, stat);
    for (size_t i = 0; i < b->reps; i++) {
        resample_draw(r);
        double e = error_of(r, stat);
        if (e > 1e-9 * error)
            t[n++] = (resample_stat(r, stat) - out->value) / e;
    }
    bool ok = (double)(b->reps - n) < tail * (double)b->reps;
    if (ok) {
        gsl_sort(t, 1, n);
        out->lo =
            out->value - error * gsl_stats_quantile_from_sorted_data(t, 1, n, 1 - tail);
        out->hi = out->value - error * gsl_stats_quantile_from_sorted_data(t, 1, n, tail);
    }
    free(t);
    return ok;
}

struct interval boot_stat(const struct scores *s, const char *label, enum statistic stat,
                          const struct boot *b)
{
    struct interval out = { stat_value(stat, s), NAN, NAN };
    double widening = boot_widening(s, b);
    if (isnan(widening))
        return out;
    struct resample r = resample_init(s, label, b);
    bool mean = (stat == STAT_MEAN || stat == STAT_GAP) && !b->tasks && !two_kinds(s);
    if (!mean || !studentised(&r, stat, b, &out)) {
        double *rep = xcalloc(b->reps, sizeof *rep);
        for (size_t i = 0; i < b->reps; i++) {
            resample_draw(&r);
            rep[i] = or_else(resample_stat(&r, stat), out.value);
        }
        out = boot_interval(out.value, rep, b, widening);
        free(rep);
    }
    resample_release(&r);
    return out;
}

struct interval boot_superiority(const struct scores *x, const char *x_label,
                                 const struct scores *y, const char *y_label,
                                 const struct boot *b, double *p)
{
    struct interval out = { stat_superiority(x, y), NAN, NAN };
    double widening = boot_wider(boot_widening(x, b), boot_widening(y, b));
    if (p)
        *p = NAN;
    if (!(out.value >= 0) || isnan(widening))
        return out;
    struct resample rx = resample_init(x, x_label, b), ry = resample_init(y, y_label, b);
    double *rep = xcalloc(b->reps, sizeof *rep);
    for (size_t i = 0; i < b->reps; i++) {
        resample_draw(&rx);
        resample_draw(&ry);
        rep[i] = or_else(resample_superiority(&rx, &ry), out.value);
    }
    if (p)
        *p = boot_p(rep, b, 0.5, widening);
    out = boot_interval(out.value, rep, b, widening);
    free(rep);
    resample_release(&rx);
    resample_release(&ry);
    return out;
}

void boot_profile(const struct scores *s, const char *label, const double *tau, size_t n,
                  const struct boot *b, struct interval *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (struct interval){ stat_above(s, tau[i]), NAN, NAN };
    double widening = boot_widening(s, b);
    if (isnan(widening))
        return;
    struct resample r = resample_init(s, label, b);
    double *rep = xcalloc(n * b->reps, sizeof *rep); /* [n][reps] */
    for (size_t j = 0; j < b->reps; j++) {
        resample_draw(&r);
        for (size_t i = 0; i < n; i++)
            rep[i * b->reps + j] = or_else(resample_above(&r, tau[i]), out[i].value);
    }
    for (size_t i = 0; i < n; i++)
        out[i] = boot_interval(out[i].value, rep + i * b->reps, b, widening);
    free(rep);
    resample_release(&r);
}
