#include "config.h"

#include "class.h"
#include "expectimax.h"
#include "harness.h"
#include "toy.h"

#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { LIMIT = 10000000 };

static const struct corridor corridors[] = {
    { 2, 0, 1, 1, SEES_CELL },      { 5, 2, 4, 0.75, SEES_CELL },
    { 9, 0, 3, 0.3, SEES_NOTHING }, { 7, 6, 0, 1, SEES_CELL },
    { 12, 5, 5, 0.999, SEES_CELL }, { 3, 1, 1, 0.01, SEES_CELL },
    { 6, 3, 2, 0.5, SEES_NOTHING },
};
enum { CORRIDORS = sizeof corridors / sizeof *corridors };

static const struct discount_conf discounts[] = {
    { DISCOUNT_GEOMETRIC, 1, 1.5, 1, 200, 5, NULL },
    { DISCOUNT_GEOMETRIC, 0.8, 1.5, 1, 200, 5, NULL },
    { DISCOUNT_HYPERBOLIC, 0.99, 1.5, 1, 200, 5, NULL },
    { DISCOUNT_POWER, 0.99, 2, 1, 200, 5, NULL },
    { DISCOUNT_LIFETIME, 0.99, 2, 1, 12, 5, NULL },
    { DISCOUNT_MOVING, 0.99, 2, 1, 12, 3, NULL },
};
enum { DISCOUNTS = sizeof discounts / sizeof *discounts };

struct hunting {
    struct env *env;
    struct model *model;
    struct plan plan;
};

static void open_hunting(struct hunting *x, const struct corridor *c,
                         const struct discount_conf *d, uint32_t horizon)
{
    x->env = corridor_open(c);
    x->model = class_goal(x->env, NULL);
    ck_assert_ptr_nonnull(x->model);
    x->plan = (struct plan){
        .model = x->model, .utility = &utility_reward, .horizon = horizon, .now = 1
    };
    ck_assert(discount_init(&x->plan.discount, d, NULL));
}

static void close_hunting(struct hunting *x)
{
    x->model->ops->free(x->model);
    env_close(x->env);
}

static void agree(struct hunter *h, const struct plan *p)
{
    double plain[ACTIONS_MAX], fast[ACTIONS_MAX];
    struct exact a = expectimax(p, LIMIT, plain), b = hunter_solve(h, p, LIMIT, fast);
    ck_assert(a.done);
    ck_assert(b.done);
    for (uint32_t k = 0; k < p->model->space.n_actions; k++)
        ck_assert_near(plain[k], fast[k], 1e-9);
}

/* Along a random life, until the dispenser is found and beyond. */
START_TEST(the_fast_search_agrees_with_the_plain_one)
{
    for (size_t d = 0; d < DISCOUNTS; d++) {
        struct hunting x;
        struct rng rng;
        open_hunting(&x, &corridors[_i], &discounts[d], 1 + (uint32_t)d);
        struct hunter *h = hunter_new(&x.plan);
        ck_assert_ptr_nonnull(h);
        rng_init(&rng, &(struct rng_key){ 1, RNG_PLAN, "hunter", 0, (uint32_t)d });
        for (; x.plan.now < 16; x.plan.now++) {
            struct outcome o;
            agree(h, &x.plan);
            x.model->ops->step(x.model, rng_below(&rng, 3), &rng, &o);
        }
        hunter_free(h);
        close_hunting(&x);
    }
}
END_TEST

/* Two cells, the dispenser in either, certain to pay 10; stay or go, one cycle: half a
 * chance of 10 and of -1 each way. */
START_TEST(two_cells_are_worth_what_a_hand_computes)
{
    struct hunting x;
    double value[ACTIONS_MAX];
    open_hunting(&x, &corridors[0], &discounts[0], 1);
    struct hunter *h = hunter_new(&x.plan);
    ck_assert(hunter_solve(h, &x.plan, LIMIT, value).done);
    ck_assert_near(value[1], 4.5, 1e-12);
    ck_assert_near(value[2], 4.5, 1e-12);
    hunter_free(h);
    /* Two cycles: found at once (10 + 10) or else known to be in the other (-1 + 10). */
    x.plan.horizon = 2;
    h = hunter_new(&x.plan);
    ck_assert(hunter_solve(h, &x.plan, LIMIT, value).done);
    ck_assert_near(value[1], 14.5, 1e-12);
    ck_assert_near(value[2], 14.5, 1e-12);
    hunter_free(h);
    close_hunting(&x);
}
END_TEST

START_TEST(the_limit_and_the_wish_to_stop_are_heeded)
{
    struct hunting x;
    double value[ACTIONS_MAX];
    open_hunting(&x, &corridors[4], &discounts[0], 12);
    struct hunter *h = hunter_new(&x.plan);
    struct exact e = hunter_solve(h, &x.plan, 3, value);
    ck_assert(!e.done);
    ck_assert(e.estimate > 3);
    ck_assert_uint_eq(e.states, 3);
    ck_assert(hunter_solve(h, &x.plan, LIMIT, value).done);
    atomic_int wish = 1;
    x.plan.cancel = &wish;
    e = hunter_solve(h, &x.plan, LIMIT, value);
    ck_assert(!e.done);
    ck_assert_uint_eq(e.states, 0);
    hunter_free(h);
    close_hunting(&x);
}
END_TEST

START_TEST(a_long_horizon_is_searched_in_few_states)
{
    struct hunting x;
    double value[ACTIONS_MAX];
    open_hunting(&x, &corridors[4], &discounts[1], 16);
    struct hunter *h = hunter_new(&x.plan);
    struct exact e = hunter_solve(h, &x.plan, LIMIT, value);
    ck_assert(e.done);
    ck_assert_uint_eq(e.states, 328); /* more, where a belief is forgotten */
    hunter_free(h);
    close_hunting(&x);
}
END_TEST

/* Depth first into a hunt that rarely finds, on a stack that has a few hundred bytes for
 * each of its cycles. */
START_TEST(a_hunt_may_be_longer_than_the_stack)
{
    enum { FAR = 2000, STACK = 512 << 10 };
    struct hunting x;
    double value[ACTIONS_MAX];
    struct rlimit was;
    open_hunting(&x, &(struct corridor){ 2, 0, 1, 0.001, SEES_CELL }, &discounts[0], FAR);
    struct hunter *h = hunter_new(&x.plan);
    ck_assert_ptr_nonnull(h);
    ck_assert(!getrlimit(RLIMIT_STACK, &was));
    struct rlimit small = { STACK, was.rlim_max };
    ck_assert(!setrlimit(RLIMIT_STACK, &small));
    struct exact e = hunter_solve(h, &x.plan, FAR + 100, value);
    ck_assert(!setrlimit(RLIMIT_STACK, &was));
    ck_assert(!e.done);
    ck_assert_uint_eq(e.states, FAR + 100);
    hunter_free(h);
    close_hunting(&x);
}
END_TEST

START_TEST(other_problems_are_not_hunts)
{
    struct hunting x;
    open_hunting(&x, &corridors[1], &discounts[0], 3);
    x.plan.utility = &utility_gain;
    ck_assert_ptr_null(hunter_new(&x.plan));
    x.plan.utility = &utility_reward;
    x.plan.horizon = 1000000;
    ck_assert_ptr_null(hunter_new(&x.plan));
    close_hunting(&x);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hunter");
    TCase *tc = tcase_create("hunter");
    tcase_add_loop_test(tc, the_fast_search_agrees_with_the_plain_one, 0, CORRIDORS);
    tcase_add_test(tc, two_cells_are_worth_what_a_hand_computes);
    tcase_add_test(tc, the_limit_and_the_wish_to_stop_are_heeded);
    tcase_add_test(tc, a_long_horizon_is_searched_in_few_states);
    tcase_add_test(tc, a_hunt_may_be_longer_than_the_stack);
    tcase_add_test(tc, other_problems_are_not_hunts);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
