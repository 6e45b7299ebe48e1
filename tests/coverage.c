#include "config.h"

#include "coverage.h"

#include "xalloc.h"

#include <check.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdlib.h>

const char *const law_names[] = { "normal", "two modes", "skewed", NULL };

enum { AGENTS = 5, RUNS = 64 };

static double normal(struct rng *r)
{
    return gsl_cdf_ugaussian_Pinv((rng_unit(r) * 0x1p53 + 0.5) * 0x1p-53);
}

static double draw(enum law law, struct rng *r)
{
    double z = normal(r);
    switch (law) {
    case NORMAL: return z;
    case TWO_MODES: return z + (rng_unit(r) < 0.7 ? 0 : 10);
    default: return exp(z);
    }
}

static double below(enum law law, double x)
{
    switch (law) {
    case NORMAL: return gsl_cdf_ugaussian_P(x);
    case TWO_MODES: return 0.7 * gsl_cdf_ugaussian_P(x) + 0.3 * gsl_cdf_ugaussian_P(x - 10);
    default: return x > 0 ? gsl_cdf_ugaussian_P(log(x)) : 0;
    }
}

static double quantile(enum law law, double p)
{
    double lo = -40, hi = 400;
    for (int i = 0; i < 100; i++) {
        double x = (lo + hi) / 2;
        *(below(law, x) < p ? &lo : &hi) = x;
    }
    return lo;
}

double law_value(enum law law, enum statistic stat)
{
    static const double mean[] = { 0, 3, 1.6487212707001282 }; /* exp(1/2) */
    enum { STEPS = 4000 };
    double total = 0;
    if (stat == STAT_MEAN)
        return mean[law];
    if (stat == STAT_MEDIAN)
        return quantile(law, 0.5);
    for (int i = 0; i < STEPS; i++) /* the quantiles of the middle half */
        total += quantile(law, 0.25 + (i + 0.5) / (2.0 * STEPS));
    return total / STEPS;
}

static struct rng stream(const struct sampling *t, const char *id)
{
    struct rng r;
    rng_init(&r, &(struct rng_key){ .root = 1947,
                                    .purpose = RNG_WORLD,
                                    .id = id,
                                    .map = (uint32_t)t->law,
                                    .seed = (uint32_t)t->runs });
    return r;
}

static bool covers(const struct interval *i, double truth)
{
    return i->lo <= truth && truth <= i->hi;
}

double coverage(const struct sampling *t, enum statistic stat)
{
    double truth = law_value(t->law, stat), x[RUNS];
    size_t covered = 0;
    struct rng r = stream(t, "coverage");
    for (size_t k = 0; k < t->sets; k++) {
        for (size_t i = 0; i < t->runs; i++)
            x[i] = draw(t->law, &r);
        struct scores s = scores_init(x, &t->runs, 1);
        struct boot b = { .seed = k, .reps = t->reps, .level = 0.95 };
        struct interval i = boot_stat(&s, "agent", stat, &b);
        covered += covers(&i, truth);
        scores_release(&s);
    }
    return (double)covered / (double)t->sets;
}

/* Agents with `runs` runs each on one map, of seeds 1, 2, ... */
struct field {
    struct contest contest;
    struct entrant entrant[AGENTS];
    char name[AGENTS][2];
    struct run_row row[RUNS];
    const struct run_row *at[RUNS];
    double x[AGENTS][RUNS];
};

static void field_open(struct field *f, size_t agents, size_t runs)
{
    ck_assert(agents <= AGENTS && runs <= RUNS);
    *f = (struct field){ .contest = { .n = agents, .n_maps = 1 } };
    f->contest.at = f->entrant;
    for (size_t i = 0; i < runs; i++) {
        f->row[i].seed = (uint32_t)i + 1;
        f->at[i] = &f->row[i];
    }
    for (size_t k = 0; k < agents; k++) {
        f->name[k][0] = (char)('a' + k);
        f->entrant[k] =
            (struct entrant){ .label = f->name[k], .spec = f->name[k], .row = f->at };
    }
}

static void field_compare(struct field *f, size_t runs, const struct compare_options *o,
                          struct comparison *out)
{
    struct err err = { 0 };
    for (size_t k = 0; k < f->contest.n; k++)
        f->entrant[k].scores = scores_init(f->x[k], &runs, 1);
    ck_assert_msg(compare_contest(&f->contest, o, out, &err), "%s", err.text);
    for (size_t k = 0; k < f->contest.n; k++)
        scores_release(&f->entrant[k].scores);
}

static struct compare_options options(const struct sampling *t, enum statistic stat,
                                      uint64_t seed)
{
    return (struct compare_options){
        .statistic = stat,
        .boot = { .seed = seed, .reps = t->reps, .level = 0.95 },
        .holm = true,
        .baseline = "a",
    };
}

double coverage_of_pairs(const struct sampling *t, enum statistic stat)
{
    double truth = law_value(t->law, stat);
    size_t covered = 0;
    struct rng r = stream(t, "pairs");
    struct comparison out[AGENTS];
    struct field f;
    field_open(&f, 2, t->runs);
    for (size_t k = 0; k < t->sets; k++) {
        for (size_t i = 0; i < t->runs; i++) {
            f.x[0][i] = 5 * normal(&r); /* the luck that both have */
            f.x[1][i] = f.x[0][i] + draw(t->law, &r) - truth;
        }
        struct compare_options o = options(t, stat, k);
        o.paired = true;
        field_compare(&f, t->runs, &o, out);
        covered += covers(&out[out[0].verdict == BASELINE].difference, 0);
    }
    return (double)covered / (double)t->sets;
}

double false_verdicts(const struct sampling *t, size_t agents, bool paired)
{
    size_t wrong = 0;
    struct rng r = stream(t, "verdicts");
    struct comparison out[AGENTS];
    struct field f;
    field_open(&f, agents, t->runs);
    for (size_t k = 0; k < t->sets; k++) {
        bool any = false;
        for (size_t a = 0; a < agents; a++)
            for (size_t i = 0; i < t->runs; i++)
                f.x[a][i] = draw(t->law, &r);
        struct compare_options o = options(t, STAT_MEDIAN, k);
        o.paired = paired;
        field_compare(&f, t->runs, &o, out);
        for (size_t a = 0; a < agents; a++)
            any = any || out[a].verdict == BETTER || out[a].verdict == WORSE;
        wrong += any;
    }
    return (double)wrong / (double)t->sets;
}
