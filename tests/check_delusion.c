#include "config.h"

#include "harness.h"
#include "life.h"
#include "solve.h"

#include <math.h>
#include <string.h>

/* Who uses the delusion box? A hidden coin, 1/4 or 3/4 equally likely; newer-agents,
 * section 8, by an independent program. */

enum { OPEN, ONES, ZEROS, FLIP, ACTIONS };

static void values(const char *world, const char *family, const char *utility,
                   uint32_t horizon, double gamma, double *value)
{
    struct spec_of e, u;
    struct err err = { 0 };
    struct solution s;
    ck_assert(kind_parse(&e, &env_shelf, world, &err));
    ck_assert_msg(kind_parse(&u, &utility_shelf, utility, &err), "%s", err.text);
    struct env *env = env_open(&e, 1, &err);
    ck_assert_msg(env, "%s", err.text);
    struct problem p = { .env = env,
                         .family = family,
                         .utility = utility_open(&u, &env->space, &err),
                         .horizon = horizon,
                         .gap = 0,
                         .seconds = HUGE_VAL };
    ck_assert(discount_init(&p.discount, &(struct discount_conf){ .gamma = gamma }, &err));
    ck_assert_msg(p.utility && problem_solve(&p, &s, &err), "%s", err.text);
    memcpy(value, s.value, s.n_actions * sizeof *value);
    solution_release(&s);
    utility_close(&u, p.utility);
    env_close(env);
    kind_release(&e);
    kind_release(&u);
}

static const struct {
    const char *utility;
    uint32_t horizon;
    double value[ACTIONS]; /* open, ones, zeros, flip */
} table[] = {
    { "reward", 1, { 0.5, 1, 0, 0.5 } },
    { "reward", 2, { 1.5, 2, 1, 1.5 } },
    { "prediction", 1, { 0.5, 1, 1, 0.5 } },
    { "prediction", 2, { 1.5, 2, 2, 1.5 } },
    { "kl", 1, { 0.130812, 0, 0, 0.130812 } },
    { "kl", 2, { 0.230040, 0.130812, 0.130812, 0.230040 } },
    { "goal:obs=1", 1, { 0.5, 1, 0, 0.5 } },
    { "goal:obs=1,action=0", 1, { 0.5, 0, 0, 0 } },
    { "goal:obs=1,action=0", 2, { 0.6875, 0.5, 0.5, 0.5 } },
};
enum { ROWS = sizeof table / sizeof *table };

START_TEST(values_of_what_stands_before_the_coin)
{
    double value[ACTIONS];
    values("delusion", "coins", table[_i].utility, table[_i].horizon, 1, value);
    for (int a = 0; a < ACTIONS; a++)
        ck_assert_near(value[a], table[_i].value[a], 1e-6);
}
END_TEST

/* A goal is reached once: whatever is seen first, two cycles make 1 for sure. */
START_TEST(a_goal_judged_by_the_percept_is_reached_in_the_box)
{
    double value[ACTIONS];
    values("delusion", "coins", "goal:obs=1", 2, 1, value);
    for (int a = 0; a < ACTIONS; a++)
        ck_assert_near(value[a], 1, 1e-12);
}
END_TEST

/* The agent itself: which actions it has chosen in 40 cycles. */
static void count(const char *agent, unsigned *n)
{
    struct life l;
    memset(n, 0, ACTIONS * sizeof *n);
    life_begin(&l, agent, "delusion", 3);
    for (int t = 0; t < 40; t++)
        n[life_live(&l)->action]++;
    life_end(&l);
}

START_TEST(who_uses_the_box)
{
    unsigned n[ACTIONS];
    count("aixi:horizon=3", n);
    ck_assert_uint_eq(n[ONES], 40);
    count("aixi:horizon=3,utility=prediction", n);
    ck_assert_uint_eq(n[ONES] + n[ZEROS], 40);
    count("aixi:horizon=3,utility=kl", n);
    ck_assert_uint_eq(n[ONES] + n[ZEROS], 0);
    count("kl-ksa:horizon=3", n);
    ck_assert_uint_eq(n[ONES] + n[ZEROS], 0);
}
END_TEST

/* Until it is reached; then nothing is worth anything, and all actions are equal. */
START_TEST(a_goal_in_the_open_keeps_the_box_shut)
{
    struct life l;
    bool reached = false;
    int boxed = 0;
    life_begin(&l, "aixi:horizon=3,utility=goal:obs=1:action=0", "delusion:p=0.25", 2);
    for (int t = 0; t < 60; t++) {
        const struct record c = *life_live(&l);
        if (!reached)
            ck_assert_uint_eq(c.action, OPEN);
        boxed += c.action != OPEN;
        reached = reached || c.e.obs == 1;
    }
    ck_assert(reached);
    ck_assert_int_gt(boxed, 10);
    life_end(&l);
}
END_TEST

/* What its actions were worth to it in the first cycle. */
static void promised(const char *agent, const char *env, double *value)
{
    struct life l;
    struct insight in;
    life_begin(&l, agent, env, 3);
    life_live(&l);
    insight_clear(&in);
    mind_of(l.ag)->inspect(l.ag, &in);
    memcpy(value, in.value, sizeof in.value);
    life_end(&l);
}

/* The same agent by two names, to the last bit. */
START_TEST(aixi_that_seeks_knowledge_is_kl_ksa)
{
    static const char *const same[][3] = {
        { "aixi:horizon=5,utility=kl", "kl-ksa:horizon=5", "ksa-toy" },
        { "aixi:horizon=3,utility=square", "square-ksa:horizon=3", "delusion" },
        { "aixi:horizon=3,utility=reward", "aixi:horizon=3", "tiger" },
    };
    double a[ACTIONS_MAX], b[ACTIONS_MAX];
    promised(same[_i][0], same[_i][2], a);
    promised(same[_i][1], same[_i][2], b);
    ck_assert(fabs(a[0]) + fabs(a[1]) > 0.1);
    ck_assert_double_eq(a[0], b[0]);
    ck_assert_double_eq(a[1], b[1]);
}
END_TEST

/* (1 - gamma) / (1 - gamma (1 - hazard)) of a job that pays 1 and may kill, normalised. */
START_TEST(a_job_that_may_kill)
{
    double value[2];
    values("mortal:pay=1,hazard=0.1", NULL, "reward", 400, 0.9, value);
    ck_assert_near(0.1 * value[0], 0.526316, 1e-6);
    ck_assert_near(value[1], 0, 1e-12);
}
END_TEST

/* The same rewards, shifted by -1: one cycle lived costs .6, and then it dies. */
START_TEST(a_shift_makes_it_die)
{
    static const struct {
        const char *world;
        double live;
        unsigned best;
    } cases[] = { { "mortal:pay=0.4", 0.4, 0 },
                  { "mortal:pay=0.4,shift=-1", -0.06, 1 },
                  { "mortal:pay=0.99,shift=-1", -0.001, 1 },
                  { "mortal:pay=0.01", 0.01, 0 } };
    double value[2];
    struct life l;
    values(cases[_i].world, NULL, "reward", 400, 0.9, value);
    ck_assert_near(0.1 * value[0], cases[_i].live, 1e-9);
    ck_assert_near(value[1], 0, 1e-12);
    life_begin(&l, "aimu:gamma=0.9", cases[_i].world, 1);
    ck_assert_uint_eq(life_live(&l)->action, cases[_i].best);
    life_end(&l);
}
END_TEST

/* .6 x .2 + .4 x .9, .6 x .8 + .4 x .1, and nothing. Who has looked knows which it is: .8
 * or .9 from then on. */
START_TEST(reward_that_is_evidence)
{
    double value[3];
    values("value-learning", "utilities", "reward", 1, 1, value);
    ck_assert_near(value[0], 0.48, 1e-9);
    ck_assert_near(value[1], 0.52, 1e-9);
    ck_assert_near(value[2], 0, 1e-9);
    values("value-learning", "utilities", "reward", 2, 1, value);
    ck_assert_near(value[0], 0.48 + 0.6 * 0.8 + 0.4 * 0.9, 1e-9);
    ck_assert_near(value[2], 0.52, 1e-9);
}
END_TEST

/* A learner of what it is shown deludes itself, and the other never. */
START_TEST(who_takes_reward_for_the_value)
{
    struct life l;
    unsigned last = 0;
    life_begin(&l, "q-learning:epsilon=0.05,alpha=0.5,gamma=0.5", "value-learning", 1);
    for (int t = 0; t < 300; t++)
        last += life_live(&l)->action == 2 && t >= 200;
    ck_assert_uint_ge(last, 90);
    life_end(&l);
    life_begin(&l, "aixi:horizon=2", "value-learning", 1);
    for (int t = 0; t < 20; t++)
        ck_assert_uint_ne(life_live(&l)->action, 2);
    life_end(&l);
}
END_TEST

START_TEST(refusals)
{
    life_refused("aixi:utility=goal:obs=2", "delusion", "there is no observation 2");
    life_refused("aixi:utility=goal:action=4", "delusion", "there is no action 4");
    life_refused("aixi:utility=prediction", "gridworld", "model=plain-mixture does");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("delusion");
    TCase *box = tcase_create("box");
    tcase_add_loop_test(box, values_of_what_stands_before_the_coin, 0, ROWS);
    tcase_add_test(box, a_goal_judged_by_the_percept_is_reached_in_the_box);
    tcase_add_test(box, who_uses_the_box);
    tcase_add_test(box, a_goal_in_the_open_keeps_the_box_shut);
    tcase_add_loop_test(box, aixi_that_seeks_knowledge_is_kl_ksa, 0, 3);
    tcase_add_test(box, refusals);
    suite_add_tcase(s, box);
    TCase *death = tcase_create("death");
    tcase_add_test(death, a_job_that_may_kill);
    tcase_add_loop_test(death, a_shift_makes_it_die, 0, 4);
    tcase_add_test(death, reward_that_is_evidence);
    tcase_add_test(death, who_takes_reward_for_the_value);
    suite_add_tcase(s, death);
    return s;
}

int main(void) { return harness_run(suite()); }
