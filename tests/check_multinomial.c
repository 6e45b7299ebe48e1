#include "config.h"

#include "boot.h"
#include "harness.h"
#include "multinomial.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* Draws counted by kinds, and resamples of many scores of few values that are made of
 * them. */

static void seed(struct rng *r, uint32_t i)
{
    rng_init(r, &(struct rng_key){ .root = 5, .purpose = RNG_BOOT, .id = "", .seed = i });
}

/* Whether counts of `n` draws may be of law p[0 .. k - 1]: one in 10^4 that are would not
 * pass. */
static void check_law(const unsigned *count, const double *p, size_t k, double n)
{
    double chi = 0;
    for (size_t i = 0; i < k; i++)
        chi += (count[i] - n * p[i]) * (count[i] - n * p[i]) / (n * p[i]);
    ck_assert_double_lt(chi, gsl_cdf_chisq_Qinv(1e-4, (double)k - 1));
}

/* A third is no finite row of bits, three eighths are, as is next to nothing. */
START_TEST(hits_have_the_binomial_law)
{
    static const struct {
        uint64_t n, a, of;
    } c[] = { { 5, 1, 3 }, { 6, 3, 8 }, { 1, 5, 7 }, { 3, 1, 2 }, { 7, 12, 13 } };
    for (uint32_t i = 0; i < sizeof c / sizeof *c; i++) {
        enum { DRAWS = 200000 };
        unsigned count[8] = { 0 };
        double p[8];
        struct rng r;
        seed(&r, i);
        for (unsigned k = 0; k <= c[i].n; k++)
            p[k] =
                gsl_ran_binomial_pdf(k, (double)c[i].a / (double)c[i].of, (unsigned)c[i].n);
        for (int k = 0; k < DRAWS; k++)
            count[binomial_draw(&r, c[i].n, c[i].a, c[i].of)]++;
        check_law(count, p, (size_t)c[i].n + 1, DRAWS);
    }
}
END_TEST

START_TEST(never_and_always_are_sure)
{
    struct rng r;
    seed(&r, 0);
    ck_assert_uint_eq(binomial_draw(&r, 1000, 0, 9), 0);
    ck_assert_uint_eq(binomial_draw(&r, 1000, 9, 9), 1000);
    ck_assert_uint_eq(binomial_draw(&r, 0, 4, 9), 0);
}
END_TEST

/* Beyond 64 draws: mean n p and variance n p (1 - p), within four standard errors. */
START_TEST(many_hits_have_their_mean_and_variance)
{
    enum { DRAWS = 20000, N = 1003 };
    const double p = 2.0 / 7, var = N * p * (1 - p);
    double sum = 0, square = 0;
    struct rng r;
    seed(&r, 0);
    for (int k = 0; k < DRAWS; k++) {
        double d = (double)binomial_draw(&r, N, 2, 7) - N * p;
        sum += d;
        square += d * d;
    }
    ck_assert_near(sum / DRAWS, 0, 4 * sqrt(var / DRAWS));
    ck_assert_near(square / DRAWS, var, 4 * var * sqrt(2.0 / DRAWS));
}
END_TEST

/* Four draws of three kinds, 1 : 2 : 5: all 15 outcomes. */
START_TEST(counts_have_the_multinomial_law)
{
    enum { DRAWS = 200000, N = 4 };
    static const uint64_t upto[] = { 3, 4, 6, 11 };
    static const double chance[] = { 1 / 8.0, 2 / 8.0, 5 / 8.0 };
    unsigned count[(N + 1) * (N + 1)] = { 0 };
    double p[(N + 1) * (N + 1)];
    size_t n = 0;
    struct rng r;
    seed(&r, 0);
    for (int k = 0; k < DRAWS; k++) {
        uint32_t of[3];
        multinomial_draw(&r, N, upto, 3, of);
        ck_assert_uint_eq(of[0] + of[1] + of[2], N);
        count[of[0] * (N + 1) + of[1]]++;
    }
    for (unsigned i = 0; i <= N; i++)
        for (unsigned k = 0; i + k <= N; k++) {
            p[n] = gsl_ran_multinomial_pdf(3, chance, (unsigned[]){ i, k, N - i - k });
            count[n++] = count[i * (N + 1) + k];
        }
    check_law(count, p, n, DRAWS);
}
END_TEST

/* ---- resamples */

enum { MANY = 1600 };

/* Two strata of 640 and 960 scores of five values; or nearly so. */
static struct scores many(double apart)
{
    static const double value[] = { 0.37, 2.4, 2.4001, 1.1, 0 };
    static const size_t size[] = { 640, 960 };
    double x[MANY];
    struct rng r;
    seed(&r, 1);
    for (int i = 0; i < MANY; i++)
        x[i] = value[rng_below(&r, i < 640 ? 5 : 4)] + apart * i;
    return scores_init(x, size, 2);
}

START_TEST(a_lumped_resample_is_one_of_the_scores)
{
    struct boot b = { .reps = 1, .level = 0.95, .tasks = _i };
    struct scores s = many(0);
    struct resample r = resample_init(&s, "s", &b);
    ck_assert(r.lumps);
    ck_assert_uint_eq(r.n, 9);
    resample_whole(&r);
    for (int stat = 0; stat < STATS; stat++)
        ck_assert_near(resample_stat(&r, (enum statistic)stat),
                       stat_value((enum statistic)stat, &s), 1e-12);
    ck_assert_near(resample_above(&r, 1), stat_above(&s, 1), 1e-12);
    ck_assert_near(resample_superiority(&r, &r), 0.5, 1e-12);
    for (int rep = 0; rep < 50; rep++) {
        static double x[2 * MANY]; /* both picks may be the longer stratum */
        size_t size[2] = { 0, 0 }, n = 0;
        resample_draw(&r);
        for (size_t k = 0; k < 2; k++) {
            size[k] = n;
            for (size_t i = r.first[k]; i < r.first[k + 1]; i++)
                for (uint32_t c = 0; c < r.count[r.member[i]]; c++)
                    x[n++] = r.sorted[r.member[i]];
            size[k] = n - size[k];
            ck_assert_uint_eq(size[k], r.picked[k] * (s.start[k + 1] - s.start[k]));
        }
        struct scores drawn = scores_init(x, &n, 1);
        ck_assert_near(resample_stat(&r, STAT_IQM), stat_value(STAT_IQM, &drawn), 1e-12);
        scores_release(&drawn);
    }
    resample_release(&r);
    scores_release(&s);
}
END_TEST

/* The same scores, hardly apart, are drawn one by one: other luck, the same law. */
START_TEST(intervals_are_those_of_single_draws)
{
    struct boot b = { .reps = 20000, .level = 0.95 };
    struct scores s = many(0), t = many(1e-12);
    struct resample r = resample_init(&t, "t", &b);
    ck_assert(!r.lumps);
    resample_release(&r);
    for (int stat = 0; stat < STATS; stat++) {
        struct interval i = boot_stat(&s, "s", (enum statistic)stat, &b),
                        k = boot_stat(&t, "t", (enum statistic)stat, &b);
        double width = k.hi - k.lo;
        ck_assert_near(i.value, k.value, 1e-8);
        ck_assert_near(i.lo, k.lo, 0.03 * width + 1e-8); /* a median is a value */
        ck_assert_near(i.hi, k.hi, 0.03 * width + 1e-8);
    }
    scores_release(&s);
    scores_release(&t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("multinomial");
    TCase *law = tcase_create("law");
    tcase_add_test(law, hits_have_the_binomial_law);
    tcase_add_test(law, never_and_always_are_sure);
    tcase_add_test(law, many_hits_have_their_mean_and_variance);
    tcase_add_test(law, counts_have_the_multinomial_law);
    suite_add_tcase(s, law);

    TCase *boot = tcase_create("bootstrap");
    tcase_set_timeout(boot, 60);
    tcase_add_loop_test(boot, a_lumped_resample_is_one_of_the_scores, 0, 2);
    tcase_add_test(boot, intervals_are_those_of_single_draws);
    suite_add_tcase(s, boot);
    return harness_run(s);
}
