#include "config.h"

#include "boot.h"
#include "contest.h"
#include "coverage.h"
#include "exact.h"
#include "harness.h"
#include "xalloc.h"

#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

/* Two agents on two maps. The expected numbers were worked out from rliable's formulas
 * (scipy.stats.trim_mean at 0.25, numpy means, Mann-Whitney U) by brute force. */
static const double ab[] = { 2.385, -1.0, 0.37,   7.5, 3.25,  1.125, 2.0,
                             0.5,   4.75, -2.625, 1.0, 2.385, 6.0,   0.25 };
static const size_t ab_size[] = { 7, 7 };
static const double yz[] = { 1.0, 2.385, -3.0, 0.1, 5.5, 0.0, 1.0, 2.385, 9.0 };
static const size_t yz_size[] = { 5, 4 };

static struct scores ab_scores(void) { return scores_init(ab, ab_size, 2); }
static struct scores yz_scores(void) { return scores_init(yz, yz_size, 2); }

START_TEST(statistics_have_rliables_values)
{
    struct scores s = ab_scores();
    ck_assert_near(stat_value(STAT_IQM, &s), 1.626875, 1e-12);
    ck_assert_near(stat_value(STAT_MEAN, &s), 1.992142857142857, 1e-12);
    ck_assert_near(stat_value(STAT_MEDIAN, &s), 1.5625, 1e-12);
    ck_assert_near(stat_value(STAT_GAP, &s), 0.5360714285714285, 1e-12);
    ck_assert_near(stat_sd(&s), 2.615834143309954, 1e-12);
    ck_assert_near(stat_above(&s, -1), 6 / 7.0, 1e-12);
    ck_assert_near(stat_above(&s, 0.37), 5 / 7.0, 1e-12);
    ck_assert_near(stat_above(&s, 4), 1.5 / 7, 1e-12);
    scores_release(&s);
}
END_TEST

START_TEST(a_stratum_weighs_the_same_however_many_runs_it_has)
{
    static const double x[] = { 2.0, 4.0, 9.0 };
    static const size_t size[] = { 2, 0, 1 };
    struct scores s = scores_init(x, size, 3);
    ck_assert_near(stat_value(STAT_MEAN, &s), 6, 1e-12);
    ck_assert_near(stat_above(&s, 3), 0.75, 1e-12);
    scores_release(&s);
}
END_TEST

START_TEST(superiority_counts_ties_half)
{
    struct scores x = ab_scores(), y = yz_scores();
    ck_assert_near(stat_superiority(&x, &y), 0.5214285714285715, 1e-12);
    ck_assert_near(stat_superiority(&x, &y) + stat_superiority(&y, &x), 1, 1e-12);
    ck_assert_near(stat_superiority(&x, &x), 0.5, 1e-12);
    scores_release(&x);
    scores_release(&y);
}
END_TEST

START_TEST(no_scores_have_no_value)
{
    static const size_t none[] = { 0 };
    struct scores s = scores_init(NULL, none, 1), y = yz_scores();
    for (int stat = 0; stat < STATS; stat++)
        ck_assert(isnan(stat_value((enum statistic)stat, &s)));
    ck_assert(isnan(stat_superiority(&s, &y)));
    ck_assert(!stat_modes(&s).two);
    struct boot b = { .reps = 10, .level = 0.95 };
    ck_assert(isnan(boot_stat(&s, "a", STAT_IQM, &b).lo));
    double p;
    ck_assert(isnan(boot_superiority(&s, "a", &y, "b", &b, &p).value));
    ck_assert(isnan(p));
    ck_assert_near(exact_rank_p(&s, &y), 1, 1e-12);
    scores_release(&s);
    scores_release(&y);
}
END_TEST

/* ---- exact tests */

/* x wins u of its n m pairs with y, without ties. */
static double p_of_u(size_t u, size_t n, size_t m)
{
    double x[20], y[20];
    for (size_t i = 0; i < n; i++) {
        size_t wins = u < m ? u : m;
        x[i] = (double)wins + 0.5 + 0.001 * (double)i;
        u -= wins;
    }
    for (size_t i = 0; i < m; i++)
        y[i] = (double)i + 1;
    struct scores a = scores_init(x, &n, 1), b = scores_init(y, &m, 1);
    double p = exact_rank_p(&a, &b);
    ck_assert_near(p, exact_rank_p(&b, &a), 1e-12);
    scores_release(&a);
    scores_release(&b);
    return p;
}

/* The two-sided 5 % points of U that textbooks print (Milton 1964): U itself rejects, U + 1
 * does not. And by hand: 4 of the C(10, 5) = 252 ways have U <= 2. */
START_TEST(rank_test_has_the_critical_values_of_the_tables)
{
    static const size_t table[][3] = { { 4, 4, 0 },    { 5, 5, 2 },   { 6, 8, 8 },
                                       { 8, 8, 13 },   { 7, 15, 24 }, { 10, 10, 23 },
                                       { 20, 20, 127 } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const size_t *t = table[i];
        ck_assert_double_le(p_of_u(t[2], t[0], t[1]), 0.05);
        ck_assert_double_gt(p_of_u(t[2] + 1, t[0], t[1]), 0.05);
    }
    ck_assert_near(p_of_u(2, 5, 5), 8 / 252.0, 1e-12);
    ck_assert_near(p_of_u(0, 3, 3), 2 / 20.0, 1e-12);
}
END_TEST

/* Every way to deal the scores of two maps out, with ties, by brute force. */
START_TEST(rank_test_with_ties_and_maps_is_the_enumeration)
{
    static const double v[2][7] = { { 2.385, 0.37, 0.37, 5.5, 2.385, 2.385, 1 },
                                    { 3, 0, 1, 3, 3, 7, 1 } };
    static const size_t first[] = { 3, 4 }, second[] = { 4, 3 };
    double law[2 * 24 + 1] = { 0 }, all = 0, tail = 0;
    size_t seen = 0;
    for (unsigned a = 0; a < 128; a++) {
        for (unsigned b = 0; b < 128; b++) {
            unsigned of[] = { a, b };
            size_t twice = 0, taken[] = { 0, 0 };
            for (int k = 0; k < 2; k++)
                for (int i = 0; i < 7; i++)
                    for (int j = 0; j < 7; j++)
                        if (of[k] >> i & 1 && !(of[k] >> j & 1))
                            twice += v[k][i] > v[k][j] ? 2 : v[k][i] >= v[k][j];
            for (int i = 0; i < 14; i++)
                taken[i / 7] += of[i / 7] >> i % 7 & 1;
            if (taken[0] != first[0] || taken[1] != first[1])
                continue;
            law[twice]++;
            all++;
            if (a == 7 && b == 15) /* the data: the first 3, the first 4 */
                seen = twice;
        }
    }
    double x[7], y[7];
    for (int i = 0; i < 7; i++) {
        x[i] = i < 3 ? v[0][i] : v[1][i - 3];
        y[i] = i < 4 ? v[0][i + 3] : v[1][i];
    }
    struct scores s = scores_init(x, first, 2), t = scores_init(y, second, 2);
    bool above = stat_superiority(&s, &t) > 0.5;
    for (size_t u = 0; u <= 48; u++)
        if (above ? u >= seen : u <= seen)
            tail += law[u] / all;
    ck_assert_near(exact_rank_p(&s, &t), fmin(1, 2 * tail), 1e-12);
    ck_assert_double_lt(tail, 0.5);
    scores_release(&s);
    scores_release(&t);
}
END_TEST

/* At the border the normal law takes over: 31 x 32 pairs exactly, 32 x 32 by it. */
START_TEST(rank_test_of_many_runs_continues_the_exact_one)
{
    double x[32], y[32], p[2];
    static const size_t size[] = { 31, 32 };
    for (int i = 0; i < 32; i++) {
        x[i] = i + 5.5;
        y[i] = i;
    }
    struct scores t = scores_init(y, &size[1], 1);
    for (int k = 0; k < 2; k++) {
        struct scores s = scores_init(x + 1 - k, &size[k], 1);
        p[k] = exact_rank_p(&s, &t);
        scores_release(&s);
    }
    ck_assert_double_lt(p[0], p[1]); /* what was left out was the lowest score */
    ck_assert_near(p[1], 0.035, 0.01);
    ck_assert_near(p[0], p[1], 0.015);
    scores_release(&t);
}
END_TEST

START_TEST(sign_test_is_the_binomial)
{
    ck_assert_near(exact_sign_p(9, 1), 22 / 1024.0, 1e-12);
    ck_assert_near(exact_sign_p(0, 5), 2 / 32.0, 1e-12);
    ck_assert_near(exact_sign_p(3, 3), 1, 1e-12);
    ck_assert_near(exact_sign_p(0, 0), 1, 1e-12);
}
END_TEST

START_TEST(holms_correction_is_the_textbooks)
{
    double p[] = { 0.01, 0.04, 0.03, 0.005 };
    stat_holm(p, 4);
    ck_assert_near(p[0], 0.03, 1e-12);
    ck_assert_near(p[1], 0.06, 1e-12);
    ck_assert_near(p[2], 0.06, 1e-12);
    ck_assert_near(p[3], 0.02, 1e-12);
    double one[] = { 0.7, 0.8 };
    stat_holm(one, 2);
    ck_assert_near(one[0], 1, 1e-12);
    ck_assert_near(one[1], 1, 1e-12);
}
END_TEST

/* ---- two kinds of runs */

START_TEST(two_modes_are_told_from_one)
{
    double x[40];
    static const size_t size[] = { 40 };
    for (int i = 0; i < 40; i++)
        x[i] = i < 28 ? -1 + 0.01 * i : 40 + i; /* 28 failed, 12 did not */
    struct scores s = scores_init(x, size, 1);
    struct modes m = stat_modes(&s);
    ck_assert(m.two);
    ck_assert_uint_eq(m.n_low, 28);
    ck_assert_uint_eq(m.n_high, 12);
    ck_assert_near(m.split, 68, 1e-12);
    scores_release(&s);
    for (int i = 0; i < 40; i++)
        x[i] = i; /* uniform: three quarters of the variance, never two kinds */
    s = scores_init(x, size, 1);
    m = stat_modes(&s);
    ck_assert(!m.two);
    ck_assert_near(m.share, 0.75, 0.01);
    scores_release(&s);
}
END_TEST

START_TEST(equal_runs_are_one_kind)
{
    double x[30];
    static const size_t size[] = { 30 };
    for (int i = 0; i < 30; i++)
        x[i] = -1.7;
    struct scores s = scores_init(x, size, 1);
    ck_assert(!stat_modes(&s).two);
    scores_release(&s);
}
END_TEST

/* ---- the bootstrap */

/* All 27 resamples of three scores, by hand: the mean of {0, 3, 9} has this distribution,
 * from which the percentiles follow. */
START_TEST(bootstrap_of_three_scores_is_the_exact_one)
{
    static const double x[] = { 0, 3, 9 };
    static const size_t three[] = { 3 };
    static const double mean[] = { 0, 1, 2, 3, 3, 4, 5, 6, 7, 9 };
    static const double ways[] = { 1, 3, 3, 1, 3, 6, 3, 3, 3, 1 };
    enum { REPS = 54000 };
    struct boot b = { .reps = REPS, .level = 0.8 };
    struct scores s = scores_init(x, three, 1);
    struct resample r = resample_init(&s, "three", &b);
    double seen[10] = { 0 };
    for (int i = 0; i < REPS; i++) {
        resample_draw(&r);
        double m = resample_stat(&r, STAT_MEAN);
        for (int k = 0; k < 10; k++)
            if (fabs(m - mean[k]) < 1e-9 && (k != 4)) /* 3 is listed twice: 1 + 3 ways */
                seen[k]++;
    }
    double chi2 = 0;
    for (int k = 0; k < 10; k++) {
        double expected = REPS / 27.0 * (k == 3 ? ways[3] + ways[4] : ways[k]);
        if (k != 4)
            chi2 += (seen[k] - expected) * (seen[k] - expected) / expected;
    }
    ck_assert_double_lt(chi2, 26.1); /* 8 degrees of freedom, p = .001 */
    struct interval i = boot_stat(&s, "three", STAT_MEAN, &b);
    /* Three of 27 resamples have no spread: percentiles. 10 % of a normal law are 1.2816 of
     * its deviations away, sqrt(3/2) times as many have 5.8 % behind them. */
    ck_assert_near(i.lo, 1, 1e-9); /* P(0) = 1/27 < .058 < P(<= 1) = 4/27 */
    ck_assert_near(i.hi, 7, 1e-9); /* P(9) = 1/27 < .058 < P(>= 7) = 4/27 */
    resample_release(&r);
    scores_release(&s);
}
END_TEST

/* All 3125 resamples of five scores: t = (mean - 3.2) / (sd / sqrt 5) of each. */
static size_t enumerate_t(const double *x, double *t)
{
    size_t n = 0;
    for (int w = 0; w < 3125; w++) {
        double mean = 0, square = 0, of[5];
        for (int i = 0, rest = w; i < 5; i++, rest /= 5) {
            of[i] = x[rest % 5];
            mean += of[i] / 5;
        }
        for (int i = 0; i < 5; i++)
            square += (of[i] - mean) * (of[i] - mean);
        if (square > 1e-12)
            t[n++] = (mean - 3.2) / sqrt(square / 4 / 5);
    }
    gsl_sort(t, 1, n);
    return n;
}

START_TEST(bootstrap_t_of_five_scores_is_the_enumeration)
{
    static const double x[] = { 0.5, 1.25, 2.5, 4, 7.75 }; /* mean 3.2, squares 32.925 */
    static const size_t five[] = { 5 };
    double *t = xcalloc(3125, sizeof *t), error = sqrt(32.925 / 4 / 5);
    size_t n = enumerate_t(x, t);
    ck_assert_uint_eq(n, 3120);
    struct boot b = { .reps = 200000, .level = 0.9 };
    struct scores s = scores_init(x, five, 1);
    struct interval i = boot_stat(&s, "five", STAT_MEAN, &b);
    ck_assert_near(i.value, 3.2, 1e-12);
    /* 200,000 draws know a tail of 5 % to .15 %: three errors of .05 %. */
    ck_assert_double_ge(i.lo, 3.2 - error * t[(size_t)(0.9515 * (double)n)] - 1e-9);
    ck_assert_double_le(i.lo, 3.2 - error * t[(size_t)(0.9485 * (double)n)] + 1e-9);
    ck_assert_double_ge(i.hi, 3.2 - error * t[(size_t)(0.0515 * (double)n)] - 1e-9);
    ck_assert_double_le(i.hi, 3.2 - error * t[(size_t)(0.0485 * (double)n)] + 1e-9);
    scores_release(&s);
    free(t);
}
END_TEST

/* One run on each map says nothing of how runs scatter. */
START_TEST(one_run_a_map_has_no_interval)
{
    static const double x[] = { 1, 2, 4 };
    static const size_t size[] = { 1, 1, 1 };
    struct scores s = scores_init(x, size, 3);
    struct boot b = { .reps = 100, .level = 0.95 };
    ck_assert(isnan(boot_stat(&s, "a", STAT_MEAN, &b).lo));
    ck_assert(isnan(boot_stat(&s, "a", STAT_IQM, &b).hi));
    b.tasks = true;
    ck_assert(boot_stat(&s, "a", STAT_MEAN, &b).lo < 2);
    scores_release(&s);
}
END_TEST

/* A resample with every score drawn once has the statistics of the data. */
START_TEST(a_resample_equal_to_the_data_has_its_statistics)
{
    struct boot b = { .reps = 1, .level = 0.95 };
    struct scores s = ab_scores(), y = yz_scores();
    struct resample r = resample_init(&s, "s", &b), q = resample_init(&y, "y", &b);
    resample_whole(&r);
    resample_whole(&q);
    for (int stat = 0; stat < STATS; stat++)
        ck_assert_near(resample_stat(&r, (enum statistic)stat),
                       stat_value((enum statistic)stat, &s), 1e-12);
    ck_assert_near(resample_above(&r, 0.37), stat_above(&s, 0.37), 1e-12);
    ck_assert_near(resample_superiority(&r, &q), stat_superiority(&s, &y), 1e-12);
    resample_release(&r);
    resample_release(&q);
    scores_release(&s);
    scores_release(&y);
}
END_TEST

/* Each draw agrees with the statistics of the scores written out. */
START_TEST(resampled_statistics_are_those_of_the_scores_drawn)
{
    struct boot b = { .reps = 1, .level = 0.95, .tasks = _i };
    struct scores s = ab_scores();
    struct resample r = resample_init(&s, "s", &b);
    for (int rep = 0; rep < 200; rep++) {
        double x[28];
        size_t n = 0;
        resample_draw(&r);
        for (size_t i = 0; i < s.n; i++)
            for (uint32_t c = 0; c < r.count[i]; c++)
                x[n++] = r.sorted[i];
        struct scores drawn = scores_init(x, &n, 1);
        ck_assert_uint_eq(n, 14);
        for (int stat = 0; stat < STATS; stat++)
            ck_assert_near(resample_stat(&r, (enum statistic)stat),
                           stat_value((enum statistic)stat, &drawn), 1e-12);
        scores_release(&drawn);
    }
    resample_release(&r);
    scores_release(&s);
}
END_TEST

START_TEST(draws_stay_within_their_stratum)
{
    struct boot b = { .reps = 1, .level = 0.95 };
    struct scores s = ab_scores();
    struct resample r = resample_init(&s, "s", &b);
    for (int rep = 0; rep < 100; rep++) {
        resample_draw(&r);
        for (size_t k = 0; k < 2; k++) {
            size_t n = 0;
            for (size_t i = s.start[k]; i < s.start[k + 1]; i++)
                n += r.count[r.member[i]];
            ck_assert_uint_eq(n, 7);
        }
    }
    resample_release(&r);
    scores_release(&s);
}
END_TEST

/* Normal theory for a mean of many scores: half width 1.96 sd / sqrt(n). */
START_TEST(interval_of_a_mean_agrees_with_normal_theory)
{
    enum { N = 400 };
    double x[N];
    static const size_t size[] = { N };
    struct rng rng;
    rng_init(&rng, &(struct rng_key){ .root = 3, .purpose = RNG_WORLD, .id = "normal" });
    for (int i = 0; i < N; i++) {
        x[i] = -6;
        for (int k = 0; k < 12; k++)
            x[i] += rng_unit(&rng);
    }
    struct scores s = scores_init(x, size, 1);
    struct boot b = { .reps = 20000, .level = 0.95 };
    struct interval i = boot_stat(&s, "normal", STAT_MEAN, &b);
    double half = 1.96 * stat_sd(&s) / sqrt(N);
    ck_assert_near(i.hi - i.value, half, 0.04 * half);
    ck_assert_near(i.value - i.lo, half, 0.04 * half);
    scores_release(&s);
}
END_TEST

START_TEST(the_same_seed_gives_the_same_interval)
{
    struct boot b = { .reps = 500, .level = 0.95 }, other = b;
    other.seed = 1;
    struct scores s = ab_scores();
    struct interval i = boot_stat(&s, "a", STAT_IQM, &b);
    struct interval j = boot_stat(&s, "a", STAT_IQM, &b);
    struct interval k = boot_stat(&s, "a", STAT_IQM, &other);
    ck_assert(i.lo == j.lo && i.hi == j.hi);
    ck_assert(i.lo != k.lo || i.hi != k.hi);
    scores_release(&s);
}
END_TEST

/* An agent that always wins is better, one against its own like is not. */
START_TEST(p_values_tell_winners_from_equals)
{
    static const size_t size[] = { 20 };
    double low[20], high[20], p;
    for (int i = 0; i < 20; i++) {
        low[i] = 0.37 * i;
        high[i] = 10 + 0.37 * i;
    }
    struct boot b = { .reps = 999, .level = 0.95 };
    struct scores x = scores_init(high, size, 1), y = scores_init(low, size, 1);
    struct interval i = boot_superiority(&x, "x", &y, "y", &b, &p);
    ck_assert_near(i.value, 1, 1e-12);
    /* One of 1000 is 3.0902 deviations away; over sqrt(20/19): 2 Q(3.0120). */
    ck_assert_near(p, 0.002596, 1e-5);
    i = boot_superiority(&y, "y", &y, "another", &b, &p);
    ck_assert_double_lt(i.lo, 0.5);
    ck_assert_double_gt(i.hi, 0.5);
    ck_assert_double_gt(p, 0.5);
    scores_release(&x);
    scores_release(&y);
}
END_TEST

START_TEST(resampling_maps_widens_the_interval)
{
    double x[60];
    size_t size[6];
    for (size_t k = 0; k < 6; k++) {
        size[k] = 10;
        for (size_t i = 0; i < 10; i++)
            x[10 * k + i] = 10 * (double)k + 0.1 * (double)i; /* maps differ, runs do not */
    }
    struct scores s = scores_init(x, size, 6);
    struct boot fixed = { .reps = 1000, .level = 0.95 }, tasks = fixed;
    tasks.tasks = true;
    struct interval i = boot_stat(&s, "a", STAT_MEAN, &fixed);
    struct interval j = boot_stat(&s, "a", STAT_MEAN, &tasks);
    ck_assert_double_gt(j.hi - j.lo, 20 * (i.hi - i.lo));
    scores_release(&s);
}
END_TEST

START_TEST(profile_falls_from_one_to_nothing)
{
    static const double tau[] = { -10, 0, 2.385, 100 };
    struct interval at[4];
    struct boot b = { .reps = 200, .level = 0.95 };
    struct scores s = ab_scores();
    boot_profile(&s, "a", tau, 4, &b, at);
    ck_assert_near(at[0].value, 1, 1e-12);
    ck_assert_near(at[1].value, 12 / 14.0, 1e-12);
    ck_assert_near(at[2].value, 4 / 14.0, 1e-12);
    ck_assert_near(at[3].hi, 0, 1e-12);
    ck_assert(at[1].lo < at[1].value && at[1].hi > at[1].value);
    scores_release(&s);
}
END_TEST

/* 50 runs on 10 maps, 50,000 resamples: the intervals of a paper take under five
 * seconds. */
START_TEST(a_papers_bootstrap_is_quick)
{
    double *x = xcalloc(500, sizeof *x);
    size_t size[10];
    struct rng rng;
    rng_init(&rng, &(struct rng_key){ .root = 5, .purpose = RNG_WORLD, .id = "scores" });
    for (size_t i = 0; i < 500; i++)
        x[i] = rng_unit(&rng);
    for (size_t k = 0; k < 10; k++)
        size[k] = 50;
    struct scores s = scores_init(x, size, 10);
    struct boot b = { .reps = 50000, .level = 0.95 };
    clock_t begin = clock();
    struct interval i = boot_stat(&s, "a", STAT_IQM, &b);
    struct interval j = boot_stat(&s, "a", STAT_MEAN, &b);
    double took = (double)(clock() - begin) / CLOCKS_PER_SEC;
    ck_assert(i.lo < i.value && i.value < i.hi);
    ck_assert(j.lo < j.value && j.value < j.hi);
    ck_assert_double_lt(took, 5);
    scores_release(&s);
    free(x);
}
END_TEST

/* ---- what is promised (the whole table is that of tests/long_stats.c) */

START_TEST(intervals_of_ten_runs_cover_the_truth)
{
    struct sampling t = { NORMAL, 10, 400, 400 };
    double mean = coverage(&t, STAT_MEAN), iqm = coverage(&t, STAT_IQM);
    t.law = SKEWED;
    double skewed = coverage(&t, STAT_MEAN);
    ck_assert(mean > 0.92 && mean < 0.98);
    ck_assert(iqm > 0.92 && iqm < 0.98);
    ck_assert_double_gt(skewed, 0.88); /* percentiles: .81 */
}
END_TEST

START_TEST(agents_of_one_law_are_seldom_told_apart)
{
    struct sampling t = { NORMAL, 5, 400, 100 };
    ck_assert_double_le(false_verdicts(&t, 2, false), 0.055);
    ck_assert_double_le(false_verdicts(&t, 5, false), 0.055);
    t.runs = 8;
    ck_assert_double_le(false_verdicts(&t, 2, true), 0.055);
}
END_TEST

/* Trapezoids: (0 + 2) 10 / 2 + (2 + 4) 20 / 2 = 70 over 30 cycles. */
START_TEST(the_score_of_a_curve_is_its_area)
{
    static const struct {
        const char *curve;
        double score;
    } known[] = {
        { "{\"t\":[10,20,40],\"explored\":[0,2,4]}", 70. / 30 },
        { "{\"t\":[10,20,40],\"explored\":[0,2]}", (double)NAN },
        { "{\"t\":[10,20,40],\"explored\":[0,null,4]}", (double)NAN },
        { "{\"t\":[10,20],\"explored\":[0,2,4]}", (double)NAN },
        { "{\"t\":[10],\"explored\":[3]}", (double)NAN },
    };
    struct contest_options o = { .metric = "explored", .moment = AT_AUC };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct run_row row = { .curve = json_loads(known[i].curve, 0, NULL) };
        double score = contest_score(&row, &o);
        if (isnan(known[i].score))
            ck_assert_msg(isnan(score), "%s: %g", known[i].curve, score);
        else
            ck_assert_near(score, known[i].score, 1e-12);
        json_decref(row.curve);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stats");
    TCase *values = tcase_create("values");
    tcase_add_test(values, statistics_have_rliables_values);
    tcase_add_test(values, a_stratum_weighs_the_same_however_many_runs_it_has);
    tcase_add_test(values, superiority_counts_ties_half);
    tcase_add_test(values, no_scores_have_no_value);
    tcase_add_test(values, the_score_of_a_curve_is_its_area);
    tcase_add_test(values, rank_test_has_the_critical_values_of_the_tables);
    tcase_add_test(values, rank_test_with_ties_and_maps_is_the_enumeration);
    tcase_add_test(values, rank_test_of_many_runs_continues_the_exact_one);
    tcase_add_test(values, sign_test_is_the_binomial);
    tcase_add_test(values, holms_correction_is_the_textbooks);
    tcase_add_test(values, two_modes_are_told_from_one);
    tcase_add_test(values, equal_runs_are_one_kind);
    suite_add_tcase(s, values);

    TCase *boot = tcase_create("bootstrap");
    tcase_set_timeout(boot, 60);
    tcase_add_test(boot, bootstrap_of_three_scores_is_the_exact_one);
    tcase_add_test(boot, bootstrap_t_of_five_scores_is_the_enumeration);
    tcase_add_test(boot, one_run_a_map_has_no_interval);
    tcase_add_test(boot, a_resample_equal_to_the_data_has_its_statistics);
    tcase_add_loop_test(boot, resampled_statistics_are_those_of_the_scores_drawn, 0, 2);
    tcase_add_test(boot, draws_stay_within_their_stratum);
    tcase_add_test(boot, interval_of_a_mean_agrees_with_normal_theory);
    tcase_add_test(boot, the_same_seed_gives_the_same_interval);
    tcase_add_test(boot, p_values_tell_winners_from_equals);
    tcase_add_test(boot, resampling_maps_widens_the_interval);
    tcase_add_test(boot, profile_falls_from_one_to_nothing);
    tcase_add_test(boot, a_papers_bootstrap_is_quick);
    tcase_add_test(boot, intervals_of_ten_runs_cover_the_truth);
    tcase_add_test(boot, agents_of_one_law_are_seldom_told_apart);
    suite_add_tcase(s, boot);
    return harness_run(s);
}
