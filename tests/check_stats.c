#include "config.h"

#include "boot.h"
#include "harness.h"
#include "xalloc.h"

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
    ck_assert_near(p, 1, 1e-12);
    scores_release(&s);
    scores_release(&y);
}
END_TEST

START_TEST(few_runs_cannot_convince)
{
    static const double x[] = { 0.37, 2.385, 5.5 };
    static const size_t three[] = { 3 };
    struct scores s = scores_init(x, three, 1);
    ck_assert_near(stat_least_p(&s, &s), 2 / 20.0, 1e-12); /* C(6, 3) = 20 */
    scores_release(&s);
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
    struct boot b = { .reps = REPS, .level = 0.9 };
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
    ck_assert_near(i.lo, 1, 1e-9); /* P(0) = 1/27 < .05 < P(<= 1) = 4/27 */
    ck_assert_near(i.hi, 7, 1e-9); /* P(9) = 1/27 < .05 < P(>= 7) = 4/27 */
    resample_release(&r);
    scores_release(&s);
}
END_TEST

/* A resample with every score drawn once has the statistics of the data. */
START_TEST(a_resample_equal_to_the_data_has_its_statistics)
{
    struct boot b = { .reps = 1, .level = 0.95 };
    struct scores s = ab_scores(), y = yz_scores();
    struct resample r = resample_init(&s, "s", &b), q = resample_init(&y, "y", &b);
    for (size_t i = 0; i < s.n; i++)
        r.count[i] = 1;
    for (size_t i = 0; i < y.n; i++)
        q.count[i] = 1;
    r.picked[0] = r.picked[1] = q.picked[0] = q.picked[1] = 1;
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
    ck_assert_near(p, 2 / 1000.0, 1e-12);
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
    double took = (double)(clock() - begin) / CLOCKS_PER_SEC;
    ck_assert(i.lo < i.value && i.value < i.hi);
    ck_assert_double_lt(took, 5);
    scores_release(&s);
    free(x);
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
    tcase_add_test(values, few_runs_cannot_convince);
    tcase_add_test(values, holms_correction_is_the_textbooks);
    tcase_add_test(values, two_modes_are_told_from_one);
    tcase_add_test(values, equal_runs_are_one_kind);
    suite_add_tcase(s, values);

    TCase *boot = tcase_create("bootstrap");
    tcase_set_timeout(boot, 60);
    tcase_add_test(boot, bootstrap_of_three_scores_is_the_exact_one);
    tcase_add_test(boot, a_resample_equal_to_the_data_has_its_statistics);
    tcase_add_loop_test(boot, resampled_statistics_are_those_of_the_scores_drawn, 0, 2);
    tcase_add_test(boot, draws_stay_within_their_stratum);
    tcase_add_test(boot, interval_of_a_mean_agrees_with_normal_theory);
    tcase_add_test(boot, the_same_seed_gives_the_same_interval);
    tcase_add_test(boot, p_values_tell_winners_from_equals);
    tcase_add_test(boot, resampling_maps_widens_the_interval);
    tcase_add_test(boot, profile_falls_from_one_to_nothing);
    tcase_add_test(boot, a_papers_bootstrap_is_quick);
    suite_add_tcase(s, boot);
    return harness_run(s);
}
