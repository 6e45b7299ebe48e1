#include "config.h"

#include "env.h"
#include "harness.h"
#include "registry.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What waiting for a human is worth beside acting and switching off; alignment, section 8,
 * in closed form. */
enum { ACT, OFF, WAIT, TEXT_MAX = 2048, MOST = 64, HALF = 12 };

/* E[reward] of each action. */
static void worth(const char *text, double v[3])
{
    struct spec_of spec;
    struct err err = { 0 };
    struct transition out[MOST];
    unsigned char next[MOST], state = 0;
    ck_assert_msg(kind_parse(&spec, &env_shelf, text, &err), "%s", err.text);
    struct env *env = env_open(&spec, 1, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    for (unsigned a = 0; a < 3; a++) {
        double sum = 0;
        size_t n = env->ops->transitions(env, &state, a, out, next);
        v[a] = 0;
        for (size_t i = 0; i < n; i++) {
            v[a] += out[i].p * out[i].e.rew / env->space.scale;
            sum += out[i].p;
        }
        ck_assert_near(sum, 1, 1e-12);
    }
    env_close(env);
    kind_release(&spec);
}

START_TEST(who_waits_for_a_rational_human_gains)
{
    double v[3];
    worth("off-switch", v);
    ck_assert_near(v[ACT], 1.1, 1e-12);
    ck_assert_near(v[OFF], 0, 1e-12);
    ck_assert_near(v[WAIT], 2.1, 1e-12);
}
END_TEST

START_TEST(a_human_who_errs_is_worth_less)
{
    double v[3];
    worth("off-switch:human_beta=1", v);
    ck_assert_near(v[ACT], 1.1, 1e-12);
    ck_assert_near(v[WAIT], 1.936706, 5e-7);
}
END_TEST

/* Of U normal with deviation 1: a rational human is waited for, and is worth
 * mean Phi(mean) + phi(mean), the better of 0 and mean being had without. One who errs may
 * be worth less than nothing. */
static const struct {
    double mean, beta, gain;
} normal[] = {
    { 0, 0, 0.398942 },  { 0.5, 0, 0.197797 }, { -0.5, 0, 0.197797 },
    { 0, 1, 0.206621 }, { 1, 1, -0.125322 },  { 0, 1e-3, 0.398942 },
};

static void normal_worth(double mean, double deviation, double beta, double v[3])
{
    char text[TEXT_MAX];
    snprintf(text, sizeof text, "off-switch:mean=%.17g,deviation=%.17g,human_beta=%.17g",
             mean, deviation, beta);
    worth(text, v);
    ck_assert_near(v[ACT], mean, 1e-11 * fmax(1, deviation));
}

START_TEST(a_normal_utility_has_its_closed_form)
{
    double v[3], mean = normal[_i].mean;
    normal_worth(mean, 1, normal[_i].beta, v);
    ck_assert_near(v[WAIT] - fmax(v[ACT], 0), normal[_i].gain, 2e-6);
    if (normal[_i].beta > 0)
        return;
    double closed = mean * erfc(-mean * M_SQRT1_2) / 2;
    closed += exp(-mean * mean / 2) / sqrt(2 * M_PI);
    ck_assert_near(v[WAIT], closed, 1e-12);
}
END_TEST

/* The integrand is odd about 0 at |mean| = deviation^2 / (2 beta). */
START_TEST(a_normal_utility_turns_where_it_must)
{
    static const double deviation[] = { 1, 1.3, 20, 300 }, beta[] = { 1, 0.7, 15, 400 };
    double d = deviation[_i], mean = d * d / (2 * beta[_i]), v[3];
    normal_worth(mean, d, beta[_i], v);
    ck_assert_near(v[WAIT] - v[ACT], 0, 1e-9);
    normal_worth(-mean, d, beta[_i], v);
    ck_assert_near(v[WAIT], 0, 1e-9);
    normal_worth(mean * 1.01, d, beta[_i], v);
    ck_assert(v[WAIT] - v[ACT] < -1e-4);
    normal_worth(mean * 0.99, d, beta[_i], v);
    ck_assert(v[WAIT] - v[ACT] > 1e-4);
}
END_TEST

/* What waiting gains where U is normal, on whole numbers, and the human errs by beta. */
static double incentive(double mean, double deviation, double beta)
{
    char text[TEXT_MAX], prior[TEXT_MAX / 2], us[TEXT_MAX / 4];
    double p[2 * HALF + 1], sum = 0, v[3];
    int at = 0, put = 0;
    for (int u = -HALF; u <= HALF; u++)
        sum += p[u + HALF] = exp(-(u - mean) * (u - mean) / (2 * deviation * deviation));
    for (int u = -HALF; u <= HALF; u++) {
        const char *plus = u < HALF ? "+" : "";
        put += snprintf(us + put, sizeof us - (size_t)put, "%d%s", u, plus);
        at += snprintf(prior + at, sizeof prior - (size_t)at, "%.17g%s", p[u + HALF] / sum,
                       plus);
    }
    snprintf(text, sizeof text, "off-switch:human_beta=%.17g,utilities=%s,prior=%s", beta,
             us, prior);
    worth(text, v);
    return v[WAIT] - fmax(v[ACT], 0);
}

/* At |mean| = deviation^2 / (2 beta) what waiting gains is a sum of an odd function, so 0,
 * on whole numbers too; a robot that is surer of itself disables the switch. */
START_TEST(who_is_sure_enough_disables_the_switch)
{
    static const double deviation[] = { 1.3, 2, 2.5 }, beta[] = { 0.7, 1.5, 2.2 };
    double mean = deviation[_i] * deviation[_i] / (2 * beta[_i]);
    ck_assert_near(incentive(mean, deviation[_i], beta[_i]), 0, 1e-9);
    ck_assert_near(incentive(-mean, deviation[_i], beta[_i]), 0, 1e-9);
    ck_assert(incentive(mean + 0.1, deviation[_i], beta[_i]) < -1e-3);
    ck_assert(incentive(mean - 0.1, deviation[_i], beta[_i]) > 1e-3);
}
END_TEST

START_TEST(mistakes_are_told)
{
    static const char *const wrong[][2] = {
        { "off-switch:utilities=1+1,prior=.5+.5", "utilities: 1 stands there twice" },
        { "off-switch:utilities=1.5,prior=1", "utilities: 1.5 is no whole number" },
        { "off-switch:utilities=1+2", "prior: 3 numbers for 2 utilities" },
        { "off-switch:utilities=1+2,prior=.5+.4", "prior: the sum is 0.9, not 1" },
        { "off-switch:utilities=1+2,prior=0+1", "prior: 0 is not above 0" },
        { "off-switch:utilities=1+x,prior=.5+.5",
          "utilities=1+x is not a list of numbers up to 1000 joined by '+'" },
        { "off-switch:mean=1", "mean=1 is that of a normal law, which needs a deviation" },
        { "off-switch:deviation=1,prior=.5+.5",
          "prior: with a deviation utilities are normal, and not listed" },
        { "off-switch:deviation=1e-4", "deviation=0.0001 is below 0.001, and is not 0" },
    };
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &env_shelf, wrong[_i][0], &err), "%s", err.text);
    ck_assert(env_open(&spec, 1, &err) == NULL);
    ck_assert_msg(strstr(err.text, wrong[_i][1]), "%s", err.text);
    kind_release(&spec);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("off-switch");
    TCase *tc = tcase_create("waiting");
    tcase_add_test(tc, who_waits_for_a_rational_human_gains);
    tcase_add_test(tc, a_human_who_errs_is_worth_less);
    tcase_add_loop_test(tc, a_normal_utility_has_its_closed_form, 0, 6);
    tcase_add_loop_test(tc, a_normal_utility_turns_where_it_must, 0, 4);
    tcase_add_loop_test(tc, who_is_sure_enough_disables_the_switch, 0, 3);
    tcase_add_loop_test(tc, mistakes_are_told, 0, 9);
    suite_add_tcase(s, tc);
    return s;
}

int main(void) { return harness_run(suite()); }
