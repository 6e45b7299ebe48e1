#include "config.h"

#include "discount.h"
#include "harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Table 0.1 of the survey notes: effective horizons in closed form. */
static const struct {
    enum discount_kind kind;
    double gamma, eps;
    uint64_t t, horizon;
} known[] = {
    { DISCOUNT_GEOMETRIC, 0.9, 0.5, 1, 7 },      { DISCOUNT_GEOMETRIC, 0.9, 0.1, 5, 22 },
    { DISCOUNT_GEOMETRIC, 0.9, 0.05, 1, 29 },    { DISCOUNT_GEOMETRIC, 0.9, 0.01, 9, 44 },
    { DISCOUNT_GEOMETRIC, 0.95, 0.5, 1, 14 },    { DISCOUNT_GEOMETRIC, 0.95, 0.1, 1, 45 },
    { DISCOUNT_GEOMETRIC, 0.95, 0.05, 1, 59 },   { DISCOUNT_GEOMETRIC, 0.95, 0.01, 1, 90 },
    { DISCOUNT_GEOMETRIC, 0.99, 0.5, 1, 69 },    { DISCOUNT_GEOMETRIC, 0.99, 0.1, 1, 230 },
    { DISCOUNT_GEOMETRIC, 0.99, 0.05, 77, 299 }, { DISCOUNT_GEOMETRIC, 0.99, 0.01, 1, 459 },
    { DISCOUNT_QUADRATIC, 0, 0.1, 1, 9 },        { DISCOUNT_QUADRATIC, 0, 0.1, 10, 90 },
    { DISCOUNT_QUADRATIC, 0, 0.05, 100, 1900 },
};

static struct discount make(enum discount_kind kind)
{
    return (struct discount){
        .kind = kind, .gamma = 0.95, .kappa = 1, .beta = 1.5, .lifetime = 200, .window = 5
    };
}

START_TEST(effective_horizons_are_the_known_ones)
{
    struct discount d = make(known[_i].kind);
    d.gamma = known[_i].gamma;
    ck_assert_uint_eq(discount_horizon(&d, known[_i].t, known[_i].eps), known[_i].horizon);
}
END_TEST

START_TEST(lifetime_and_window_shrink_as_they_should)
{
    struct discount d = make(DISCOUNT_LIFETIME);
    ck_assert_uint_eq(discount_horizon(&d, 1, 0.1), 180);   /* ceil(.9 * 200) */
    ck_assert_uint_eq(discount_horizon(&d, 101, 0.25), 75); /* ceil(.75 * 100) */
    ck_assert_uint_eq(discount_horizon(&d, 201, 0.25), 0);
    d = make(DISCOUNT_MOVING);
    ck_assert_uint_eq(discount_horizon(&d, 1, 0.1), 5); /* ceil(.9 * 5) */
    ck_assert_uint_eq(discount_horizon(&d, 1000, 0.5), 3);
}
END_TEST

START_TEST(approximate_forms_are_near)
{
    struct discount d = make(DISCOUNT_HYPERBOLIC);
    d.kappa = 0.01; /* the integral stands for the sum when steps are small */
    double h = (double)discount_horizon(&d, 12, 0.05);
    ck_assert_near(h / (pow(0.05, 1 / (1 - 1.5)) - 1) * d.kappa, 1, 0.01);
    d = make(DISCOUNT_POWER);
    h = (double)discount_horizon(&d, 500, 0.1);
    ck_assert_near(h / (500 * (pow(0.1, 1 / (1 - 1.5)) - 1)), 1, 0.01);
    d = make(DISCOUNT_SUBGEOMETRIC);
    double t = 400, l = log(0.1);
    h = (double)discount_horizon(&d, (uint64_t)t, 0.1);
    ck_assert_near(h / (-2 * sqrt(t) * l + l * l), 1, 0.02);
}
END_TEST

/* The tail is the sum of the weights it stands for. */
START_TEST(tails_telescope_into_weights)
{
    struct discount d = make((enum discount_kind)_i);
    static const uint64_t ages[] = { 1, 2, 17, 190 };
    for (int i = 0; i < 4; i++) {
        for (uint64_t k = 0; k < 30; k++) {
            double w = discount_tail(&d, ages[i], k) - discount_tail(&d, ages[i], k + 1);
            ck_assert_near(w, discount_weight(&d, ages[i], k),
                           1e-12 * discount_tail(&d, ages[i], 0));
        }
    }
}
END_TEST

/* From age 1000 on the sum is a formula: here is the sum, whose rest is below 1e-60. */
START_TEST(a_subgeometric_tail_is_the_sum_of_its_weights)
{
    struct discount d = make(DISCOUNT_SUBGEOMETRIC);
    double sum = 0;
    for (uint64_t k = 0; k < 30000; k++)
        sum += discount_weight(&d, 1500, k);
    ck_assert_near(discount_tail(&d, 1500, 0) / sum, 1, 1e-9);
}
END_TEST

START_TEST(horizon_is_the_least)
{
    struct discount d = make((enum discount_kind)_i);
    double eps = 0.037, all = discount_tail(&d, 23, 0);
    uint64_t h = discount_horizon(&d, 23, eps);
    ck_assert(discount_tail(&d, 23, h) <= eps * all * (1 + 1e-9));
    ck_assert(discount_tail(&d, 23, h - 1) > eps * all);
}
END_TEST

START_TEST(a_divergent_discount_has_no_horizon)
{
    struct discount d = make(DISCOUNT_POWER);
    d.beta = 1; /* harmonic */
    ck_assert(!discount_summable(&d, 1));
    ck_assert_uint_eq(discount_horizon(&d, 1, 0.1), 0);
    d = make(DISCOUNT_GEOMETRIC);
    d.gamma = 1;
    ck_assert(!discount_summable(&d, 1));
}
END_TEST

START_TEST(a_schedule_switches_at_its_ages)
{
    struct discount_conf c = { .kind = DISCOUNT_SCHEDULE,
                               .gamma = 0.5,
                               .beta = 2,
                               .schedule = (char[]){ "geometric@1+power@10" } };
    struct discount d;
    struct err err = { 0 };
    ck_assert_msg(discount_init(&d, &c, &err), "%s", err.text);
    ck_assert_double_eq(discount_weight(&d, 9, 3), 0.125);
    ck_assert_near(discount_weight(&d, 10, 3), 1.0 / 169, 1e-15);
    ck_assert(!discount_consistent(&d));
}
END_TEST

START_TEST(bad_schedules_are_refused)
{
    static const char *const bad[] = { "linear@1", "geometric@2",  "geometric@1+power@1",
                                       "power",    "geometric@1+", "schedule@1" };
    struct discount_conf c = { .kind = DISCOUNT_SCHEDULE, .schedule = strdup(bad[_i]) };
    struct discount d;
    struct err err = { 0 };
    ck_assert(!discount_init(&d, &c, &err));
    free(c.schedule);
    ck_assert_uint_eq(err.n, 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("discount");
    TCase *tc = tcase_create("discount");
    tcase_add_loop_test(tc, effective_horizons_are_the_known_ones, 0,
                        sizeof known / sizeof *known);
    tcase_add_test(tc, lifetime_and_window_shrink_as_they_should);
    tcase_add_test(tc, approximate_forms_are_near);
    tcase_add_loop_test(tc, tails_telescope_into_weights, 0, DISCOUNT_SCHEDULE);
    tcase_add_loop_test(tc, horizon_is_the_least, 0, DISCOUNT_SCHEDULE);
    tcase_add_test(tc, a_subgeometric_tail_is_the_sum_of_its_weights);
    tcase_add_test(tc, a_divergent_discount_has_no_horizon);
    tcase_add_test(tc, a_schedule_switches_at_its_ages);
    tcase_add_loop_test(tc, bad_schedules_are_refused, 0, 6);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
