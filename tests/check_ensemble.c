#include "config.h"

#include "ensemble.h"
#include "harness.h"
#include "registry.h"
#include "rng.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A member that always says the same. */
struct fixed {
    struct predictor base;
    double one;
};

static double say(struct predictor *p, unsigned slot)
{
    (void)slot;
    return ((struct fixed *)p)->one;
}
static void hear(struct predictor *p, unsigned bit)
{
    (void)p;
    (void)bit;
}
static void save(const struct predictor *p, void *snap)
{
    (void)p;
    (void)snap;
}
static void restore(struct predictor *p, const void *snap)
{
    (void)p;
    (void)snap;
}
static void forget(struct predictor *p) { free(p); }

static const struct predictor_ops fixed_ops = {
    .name = "fixed",
    .predict = say,
    .update = hear,
    .append = hear,
    .save = save,
    .restore = restore,
    .free = forget,
};

enum { MEMBERS = 3, N = 3000 };
static const double says[MEMBERS] = { 0.93, 0.11, 0.42 };

static struct predictor *ensemble(enum ensemble_kind kind, double rate, double step)
{
    struct predictor *member[MEMBERS];
    for (int i = 0; i < MEMBERS; i++) {
        struct fixed *f = xcalloc(1, sizeof *f);
        *f = (struct fixed){ { &fixed_ops, 0, 0 }, says[i] };
        member[i] = &f->base;
    }
    return ensemble_new(&(struct ensemble_conf){ kind, rate, step }, member, MEMBERS);
}

static double loss(double one, unsigned bit) { return -log(bit ? one : 1 - one); }

/* Ones with chance .9, .1, .9, ... for 300 bits each. */
static unsigned draw(struct rng *r, int t)
{
    return rng_unit(r) < (t / 300 % 2 ? 0.1 : 0.9);
}

static double learn(struct predictor *p, unsigned bit)
{
    double l = loss(p->ops->predict(p, 0), bit);
    p->ops->update(p, bit);
    return l;
}

START_TEST(two_symbols_have_the_weights_worked_out_by_hand)
{
    struct predictor *p = ensemble(ENSEMBLE_MIX, 0, 0);
    double w[MEMBERS];
    ck_assert_near(p->ops->predict(p, 0), (0.93 + 0.11 + 0.42) / 3, 1e-12);
    p->ops->update(p, 1);
    p->ops->predict(p, 0);
    p->ops->update(p, 0);
    ck_assert_uint_eq(p->ops->members(p, w, MEMBERS), MEMBERS);
    double sum = 0.93 * 0.07 + 0.11 * 0.89 + 0.42 * 0.58;
    ck_assert_near(w[0], 0.93 * 0.07 / sum, 1e-12);
    ck_assert_near(w[2], 0.42 * 0.58 / sum, 1e-12);
    predictor_free(p);

    p = ensemble(ENSEMBLE_SWITCH, 0.2, 0);
    p->ops->predict(p, 0);
    p->ops->update(p, 1);
    p->ops->members(p, w, MEMBERS);
    double v = 0.93 / (0.93 + 0.11 + 0.42);
    ck_assert_near(w[0], 0.8 * v + 0.1 * (1 - v), 1e-12);
    predictor_free(p);

    p = ensemble(ENSEMBLE_CONVEX, 0, 0.06);
    p->ops->predict(p, 0);
    p->ops->update(p, 1);
    p->ops->members(p, w, MEMBERS);
    double mean = (0.93 + 0.11 + 0.42) / 3; /* the gradient less its mean stays inside */
    ck_assert_near(w[1], 1. / 3 + 0.06 * (0.11 / mean - 1), 1e-12);
    predictor_free(p);
}
END_TEST

START_TEST(a_mixture_is_within_ln_n_of_its_best_member)
{
    struct predictor *p = ensemble(ENSEMBLE_MIX, 0, 0);
    struct rng r = { { 1, 2, 3, 4 } };
    double ours = 0, theirs[MEMBERS] = { 0 };
    for (int t = 0; t < N; t++) {
        unsigned bit = draw(&r, t);
        ours += learn(p, bit);
        for (int i = 0; i < MEMBERS; i++) {
            theirs[i] += loss(says[i], bit);
            ck_assert_double_le(ours, theirs[i] + log(MEMBERS) * (1 + 1e-12) + 1e-9 * t);
        }
    }
    predictor_free(p);
}
END_TEST

/* The best sequence of members, by hindsight: member 0 while ones are frequent, else 1. */
START_TEST(fixed_share_follows_the_best_sequence_of_members)
{
    static const double rates[] = { 0.01, 0.0033, 0 };
    double a = rates[_i];
    struct predictor *p = ensemble(ENSEMBLE_SWITCH, a, 0);
    struct rng r = { { 1, 2, 3, 4 } };
    double ours = 0, theirs = 0, never = 0;
    for (int t = 0; t < N; t++) {
        unsigned bit = draw(&r, t);
        int s = t / 300, n = t + 1;
        ours += learn(p, bit);
        theirs += loss(says[s % 2], bit);
        never += loss(says[2], bit);
        double price = log(MEMBERS);
        if (a > 0)
            price += s * log((MEMBERS - 1) / a) - (n - 1 - s) * log(1 - a);
        else
            price += s * log(MEMBERS - 1) + (s + 1) * log(n);
        ck_assert_double_le(ours, theirs + price + 1e-9 * n);
    }
    ck_assert_double_lt(ours, never);
    predictor_free(p);
}
END_TEST

/* Any fixed weights (here all of a grid) lose at most sqrt(n) / step + step / 2 sum g^2 /
 * sqrt(t) less: Zinkevich's bound with the gradients that came. */
START_TEST(convex_weights_are_nearly_as_good_as_the_best_fixed_ones)
{
    enum { GRID = 20 };
    const double step = 0.2;
    struct predictor *p = ensemble(ENSEMBLE_CONVEX, 0, step);
    struct rng r = { { 1, 2, 3, 4 } };
    static double fixed[GRID + 1][GRID + 1];
    double ours = 0, price = 0, best = HUGE_VAL;
    memset(fixed, 0, sizeof fixed);
    for (int t = 0; t < N; t++) {
        unsigned bit = rng_unit(&r) < 0.7;
        double one = p->ops->predict(p, 0), l = loss(one, bit), square = 0;
        p->ops->update(p, bit);
        ours += l;
        for (int i = 0; i < MEMBERS; i++)
            square += exp(2 * (l - loss(says[i], bit)));
        price += step / 2 * square / sqrt(t + 1);
        for (int i = 0; i <= GRID; i++)
            for (int j = 0; i + j <= GRID; j++)
                fixed[i][j] += loss(
                    (i * says[0] + j * says[1] + (GRID - i - j) * says[2]) / GRID, bit);
    }
    for (int i = 0; i <= GRID; i++)
        for (int j = 0; i + j <= GRID; j++)
            best = fmin(best, fixed[i][j]);
    ck_assert_double_le(ours, best + sqrt(N) / step + price);
    ck_assert_double_lt(ours / N, best / N + 0.01);
    predictor_free(p);
}
END_TEST

START_TEST(the_longest_row_of_plus_signs_separates_the_outermost)
{
    struct err err = { 0 };
    double w[4];
    struct predictor *p = predictor_new(
        "mix:ctw:depth=8++switch:rate=0.1:ctw:depth=2+ctw:depth=32++ctw", 3, &err);
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(p->ops->members(p, w, 4), 3);
    ck_assert_uint_eq(p->context, 32);
    predictor_free(p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ensemble");
    TCase *tc = tcase_create("ensemble");
    tcase_add_test(tc, two_symbols_have_the_weights_worked_out_by_hand);
    tcase_add_test(tc, a_mixture_is_within_ln_n_of_its_best_member);
    tcase_add_loop_test(tc, fixed_share_follows_the_best_sequence_of_members, 0, 3);
    tcase_add_test(tc, convex_weights_are_nearly_as_good_as_the_best_fixed_ones);
    tcase_add_test(tc, the_longest_row_of_plus_signs_separates_the_outermost);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
