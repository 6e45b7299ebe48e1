#include "config.h"

#include "eligibility.h"
#include "harness.h"
#include "life.h"

#include <string.h>

/* Eligibility traces, and sarsa-lambda and q-lambda, who learn with them. */

enum { STATES = 3 };

static const struct tabular_conf half = { .alpha = 0.5, .gamma = 0.9 };

static double value(const struct table *t, uint64_t state, unsigned action)
{
    return table_known(t, state)[action];
}

/* States 0, 1, 2, always advancing; reward 1 at the end, which is worth nothing itself. */
static void episode(struct eligibility *el, struct table *t)
{
    for (unsigned s = 0; s < STATES; s++) {
        double next = s + 1 < STATES ? t->conf.gamma * table_row(t, s + 1)[0] : 1;
        eligibility_learn(el, t, s, 0, next);
    }
    eligibility_cut(el);
}

static const struct {
    double lambda;
    double q[3][STATES]; /* after each episode */
} chains[] = {
    { 0.8, { { .2592, .36, .5 }, { .4536, .585, .75 } } },
    { 0, { { 0, 0, .5 }, { 0, .225, .75 }, { .10125, .45, .875 } } },
};

/* newer-agents, section 9, by an independent program. */
START_TEST(a_reward_reaches_back_as_far_as_the_traces)
{
    struct table t;
    struct eligibility el;
    table_init(&t, &half, 1);
    eligibility_init(&el, half.gamma * chains[_i / 2].lambda, 64, _i % 2);
    for (int k = 0; k < (_i / 2 ? 3 : 2); k++) {
        episode(&el, &t);
        for (unsigned s = 0; s < STATES; s++)
            ck_assert_near(value(&t, s, 0), chains[_i / 2].q[k][s], 1e-12);
    }
    eligibility_release(&el);
    table_release(&t);
}
END_TEST

/* With a decay of 1/2. Of two visits in a row the second adds to 1/2, or replaces it: each
 * surprise is 1, of rate 1/2, so Q = 1/2 and then 1/2 + 3/4, or 1/2 + 1/2. Of five others,
 * three are within reach: the one of two cycles ago has 1/4. */
static const struct {
    bool replace;
    uint32_t reach;
    unsigned n;
    uint64_t state[5];
    double target[5], q[5]; /* in the end */
} visits[] = {
    { false, 64, 2, { 7, 7 }, { 1, 1.5 }, { 1.25, 1.25 } },
    { true, 64, 2, { 7, 7 }, { 1, 1.5 }, { 1, 1 } },
    { false, 3, 5, { 0, 1, 2, 3, 4 }, { 0, 0, 0, 0, 1 }, { 0, 0, .125, .25, .5 } },
};

START_TEST(a_visit_has_the_trace_worked_out_by_hand)
{
    struct table t;
    struct eligibility el;
    table_init(&t, &half, 1);
    eligibility_init(&el, 0.5, visits[_i].reach, visits[_i].replace);
    for (unsigned k = 0; k < visits[_i].n; k++)
        eligibility_learn(&el, &t, visits[_i].state[k], 0, visits[_i].target[k]);
    for (unsigned k = 0; k < visits[_i].n; k++)
        ck_assert_near(value(&t, visits[_i].state[k], 0), visits[_i].q[k], 1e-12);
    eligibility_release(&el);
    table_release(&t);
}
END_TEST

static void live(struct life *l, unsigned action, uint32_t obs, int32_t rew)
{
    struct err err = { 0 };
    struct cycle c = { action, { obs, rew }, BY_AGENT };
    ck_assert(l->ag->ops->update(l->ag, &c, &err));
    l->ag->t++;
}

/* From the start action 1 leads to 0, there it pays 1, and then action 0, which is second
 * best, leads to 1, where it pays. By hand: of the last reward (0, 0) has 0.5 x 0.72, and
 * (0, 1), before the cut, nothing. */
START_TEST(q_lambda_cuts_where_an_action_is_not_the_best)
{
    struct life l;
    life_begin(&l, "q-lambda:alpha=0.5,gamma=0.9,lambda=0.8,initial=0", "coin-flip", 1);
    const struct table *t = &((const struct tabular *)l.ag)->table;
    live(&l, 1, 0, 0);
    live(&l, 1, 0, 1);
    ck_assert_near(value(t, BEFORE_ALL, 1), 0.36, 1e-12);
    ck_assert_near(value(t, 0, 1), 0.5, 1e-12);
    live(&l, 0, 1, 0);
    live(&l, 0, 1, 1);
    ck_assert_near(value(t, 1, 0), 0.5, 1e-12);
    ck_assert_near(value(t, 0, 0), 0.36, 1e-12);
    ck_assert_near(value(t, 0, 1), 0.5, 1e-12);
    ck_assert_near(value(t, BEFORE_ALL, 1), 0.36, 1e-12);
    life_end(&l);
}
END_TEST

static const char *const worlds[] = { "tiger", "gridworld:size=5,percepts=cell", "ipd" };
enum { WORLDS = sizeof worlds / sizeof *worlds };

/* Cycles of one luck until two agents act otherwise, or their values differ. */
static int alike(const char *one, const char *other, const char *env)
{
    enum { CYCLES = 300 };
    struct life a, b;
    int t = 0;
    life_begin(&a, one, env, 3);
    life_begin(&b, other, env, 3);
    b.s.mind = a.s.mind;
    const struct table *p = &((const struct tabular *)a.ag)->table;
    const struct table *q = &((const struct tabular *)b.ag)->table;
    for (bool same = true; same && t < CYCLES; t += same)
        same = life_live(&a)->action == life_live(&b)->action && p->n_rows == q->n_rows &&
               !memcmp(p->q, q->q, p->n_rows * p->n_actions * sizeof *p->q);
    life_end(&a);
    life_end(&b);
    return t;
}

START_TEST(without_lambda_they_are_the_others_to_the_last_bit)
{
    const char *world = worlds[_i];
    ck_assert_int_eq(alike("sarsa-lambda:lambda=0,alpha=0.9", "sarsa", world), 300);
    ck_assert_int_eq(alike("q-lambda:lambda=0,alpha=0.9", "q-learning", world), 300);
    ck_assert_int_lt(alike("sarsa-lambda:alpha=0.9", "sarsa", world), 300);
    ck_assert_int_lt(alike("q-lambda:alpha=0.9", "q-learning", world), 300);
}
END_TEST

START_TEST(they_learn_a_maze)
{
    const char *maze = "gridworld:map=thesis,percepts=cell";
    ck_assert_double_gt(life_learned("sarsa-lambda", maze, 10000, 10000), 20);
    ck_assert_double_gt(life_learned("q-lambda", maze, 10000, 10000), 20);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("eligibility");
    TCase *t = tcase_create("traces");
    tcase_add_loop_test(t, a_reward_reaches_back_as_far_as_the_traces, 0, 4);
    tcase_add_loop_test(t, a_visit_has_the_trace_worked_out_by_hand, 0, 3);
    suite_add_tcase(s, t);
    t = tcase_create("agents");
    tcase_add_test(t, q_lambda_cuts_where_an_action_is_not_the_best);
    tcase_add_loop_test(t, without_lambda_they_are_the_others_to_the_last_bit, 0, WORLDS);
    tcase_add_test(t, they_learn_a_maze);
    suite_add_tcase(s, t);
    return harness_run(s);
}
