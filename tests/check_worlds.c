#include "config.h"

#include "class.h"
#include "expectimax.h"
#include "harness.h"
#include "life.h"
#include "mixture.h"
#include "payoffs.h"
#include "registry.h"
#include "run.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Small worlds with answers that are known exactly. */

static struct result run(const char *agent, const char *env, uint64_t steps)
{
    struct spec_of e;
    struct spec_of a;
    struct err err = { 0 };
    struct result r;
    ck_assert_msg(kind_parse(&e, &env_shelf, env, &err), "%s", err.text);
    ck_assert_msg(kind_parse(&a, &agent_shelf, agent, &err), "%s", err.text);
    struct job job = { .env = &e, .agent = &a, .root = 1, .seed = 1, .steps = steps };
    ck_assert_msg(job_run(&job, NULL, 0, NULL, &r, &err), "%s", err.text);
    kind_release(&e);
    kind_release(&a);
    return r;
}

static double mean_reward(const char *agent, const char *env, uint64_t steps)
{
    struct result r = run(agent, env, steps);
    double mean = r.reward_per_step;
    result_release(&r);
    return mean;
}

/* Undiscounted values of all actions under a family. */
static void solve(const char *spec, const char *family, const struct utility *utility,
                  uint32_t horizon, double *value)
{
    struct spec_of e;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&e, &env_shelf, spec, &err), "%s", err.text);
    struct env *env = env_open(&e, 1, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    struct model *m = mixture_new(family_find(family, env, &err), NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    struct plan p = { .model = m, .utility = utility, .horizon = horizon, .now = 1 };
    p.discount.kind = DISCOUNT_GEOMETRIC;
    p.discount.gamma = 1;
    ck_assert(expectimax(&p, 10000000, value).done);
    m->ops->free(m);
    env_close(env);
    kind_release(&e);
}

/* ---- chain: discounting, thesis section 4.6 */

static const struct {
    const char *agent;
    double mean;
} chains[] = {
    { "aimu:horizon=7,gamma=0.99", 165 },
    { "aimu:horizon=7,gamma=0.5", 165 },
    { "aimu:horizon=7,gamma=0.35", 4 },
    { "aimu:horizon=7,discount=hyperbolic,kappa=1,beta=2", 165 },
    { "aimu:horizon=7,discount=hyperbolic,kappa=1,beta=2.5", 4 },
    { "aimu:horizon=7,discount=hyperbolic,kappa=3,beta=2", 4 },
    { "aimu:horizon=7,discount=power,beta=1.5", 165 },
    { "aimu:horizon=7,discount=power,beta=3", 165.02 },
    { "aimu:horizon=7,discount=moving,window=6", 165 },
    { "aimu:horizon=7,discount=moving,window=5", 4 },
    { "aimu:horizon=5,gamma=0.99", 4 },
};

START_TEST(discounts_choose_between_now_and_later)
{
    ck_assert_near(mean_reward(chains[_i].agent, "chain", 200), chains[_i].mean, 1e-9);
}
END_TEST

/* Thesis, section 4.6: at each age the plan is to take once and then to go on, and at each
 * age the agent takes; a geometric plan is carried out. */
START_TEST(inconsistent_plans_are_made_and_never_carried_out)
{
    static const char *const agents[] = {
        "aimu:horizon=7,discount=hyperbolic,kappa=1,beta=2.5", "aimu:horizon=7,gamma=0.99"
    };
    for (int k = 0; k < 2; k++) {
        struct spec_of e;
        struct spec_of a;
        struct err err = { 0 };
        struct session s;
        int reversals = 0, meant = -1;
        ck_assert(kind_parse(&e, &env_shelf, "chain", &err) &&
                  kind_parse(&a, &agent_shelf, agents[k], &err));
        struct env *env = env_open(&e, 1, &err);
        struct agent *ag = agent_open(&a, env, &err);
        session_init(&s, env, ag, 1, 1);
        for (int t = 0; t < 60; t++) {
            struct insight in;
            insight_clear(&in);
            ck_assert(session_step(&s, &err));
            mind_of(ag)->inspect(ag, &in);
            reversals += meant >= 0 && (unsigned)meant != s.last.action;
            ck_assert_uint_eq(in.n_plan, 7);
            meant = in.plan[1];
        }
        ck_assert_int_eq(reversals, k ? 0 : 59);
        session_release(&s);
        ag->ops->close(ag);
        env_close(env);
        kind_release(&e);
        kind_release(&a);
    }
}
END_TEST

START_TEST(the_optimum_of_the_chain_is_known)
{
    struct result r = run("random", "chain", 200);
    ck_assert_near(r.optimal_reward_per_step, 165.04, 1e-9); /* 33 circuits, then 4 twice */
    result_release(&r);
    r = run("random", "chain:length=300", 200);
    ck_assert_near(r.optimal_reward_per_step, 4, 1e-9);
    result_release(&r);
}
END_TEST

/* ---- delay: when to stop waiting */

static const struct {
    const char *agent;
    int cycle; /* of "up"; 0: never in 60 */
} waits[] = {
    { "aimu:gamma=0.5", 1 },
    { "aimu:gamma=0.7", 1 },
    { "aimu:gamma=0.8", 2 },
    { "aimu:gamma=0.9", 3 },
    { "aimu:gamma=0.95", 4 },
    { "aimu:gamma=0.99", 10 },
    { "aimu:discount=moving,window=2,horizon=2", 0 },
    { "aimu:discount=moving,window=9,horizon=9", 0 },
    { "aimu:discount=lifetime,lifetime=20,horizon=20", 20 },
};

START_TEST(patience_is_what_the_discount_says)
{
    int k = waits[_i].cycle;
    ck_assert_near(mean_reward(waits[_i].agent, "delay", 60) * 60, k ? k / (k + 1.0) : 0.0,
                   1e-6);
}
END_TEST

/* ---- heaven and hell: no policy is good in both */

START_TEST(the_best_policy_loses_half_of_heaven)
{
    double value[ACTIONS_MAX];
    solve("heaven-hell", "heaven", &utility_reward, 5, value);
    ck_assert_near(value[0], 2.5, 1e-12);
    ck_assert_near(value[1], 2.5, 1e-12);
    solve("heaven-hell:heaven=left", "mu", &utility_reward, 5, value);
    ck_assert_near(value[0], 5, 1e-12);
    ck_assert_near(value[1], 0, 1e-12);
}
END_TEST

/* ---- the cliff: from the middle of 7 x 7 the column left of the rim, 5 / 7, is two steps
 * away. Over the rim there may be 6 / 7: in half of the hypotheses. */

START_TEST(the_best_of_the_plateau_is_before_its_edge)
{
    double value[ACTIONS_MAX];
    solve("cliff", "mu", &utility_reward, 3, value); /* in points: 70 a unit */
    ck_assert_near(value[0], 20 + 30 + 40, 1e-9);
    ck_assert_near(value[1], 40 + 50 + 50, 1e-9);
    ck_assert_near(value[2], 30 + 40 + 50, 1e-9);
    solve("cliff:open=right", "mu", &utility_reward, 4, value);
    ck_assert_near(value[1], 40 + 50 + 60 + 60, 1e-9);
    solve("cliff:size=3", "mu", &utility_reward, 2, value); /* no step is safe */
    for (int a = 0; a < 4; a++)
        ck_assert_near(value[a], 0, 1e-9);
    solve("cliff:size=3", "sides", &utility_reward, 2, value); /* half of (20 + 20) */
    ck_assert_near(value[0], 0.5 * (0 + 10), 1e-9);
    ck_assert_near(value[1], 0.5 * (20 + 20), 1e-9);
    ck_assert_near(value[2], 0.5 * (10 + fmax(10, 0.5 * 20)), 1e-9);
}
END_TEST

/* ---- ksa-toy: ALT 2013, worked example */

START_TEST(the_right_questions_learn_all_there_is)
{
    double value[ACTIONS_MAX];
    solve("ksa-toy", "all", &utility_gain, 5, value);
    ck_assert_near(value[1], 1.0986122886681098, 1e-12);
    ck_assert_near(value[0], 0.6365141682948128, 1e-12);
}
END_TEST

/* All 32 open-loop plans: only three values occur, and one plan has the greatest. */
START_TEST(every_plan_of_the_example_has_its_known_value)
{
    struct spec_of e;
    struct err err = { 0 };
    int best = 0, half = 0, none = 0;
    ck_assert(kind_parse(&e, &env_shelf, "ksa-toy", &err));
    struct env *env = env_open(&e, 1, &err);
    for (unsigned plan = 0; plan < 32; plan++) {
        double expected = 0;
        for (size_t k = 0; k < 3; k++) {
            struct env *truth = class_at(env, "all", k, &err);
            struct model *m = mixture_new(family_find("all", env, &err), NULL, &err);
            struct rng rng = { { 1, 2, 3, 4 } };
            unsigned char state[16] = { 0 };
            double prior = m->ops->entropy(m);
            env_reset(truth, state, &rng);
            for (int t = 0; t < 5; t++) {
                unsigned action = plan >> (4 - t) & 1;
                struct outcome o = { .e = env_step(truth, state, action, &rng) };
                ck_assert_double_gt(m->ops->condition(m, action, &o), 0);
            }
            expected += (prior - m->ops->entropy(m)) / 3;
            m->ops->free(m);
            env_close(truth);
        }
        best += fabs(expected - log(3)) < 1e-12 && plan == 0x14; /* 10100 */
        half += fabs(expected - 0.6365141682948128) < 1e-12;
        none += fabs(expected) < 1e-12;
    }
    ck_assert_int_eq(best, 1);
    ck_assert_int_eq(half + none, 31);
    env_close(env);
    kind_release(&e);
}
END_TEST

START_TEST(kl_ksa_asks_them)
{
    struct result r = run("kl-ksa:planner=exact,horizon=5,discount=lifetime,lifetime=5",
                          "ksa-toy:world=1", 5);
    ck_assert_near(r.information_gain, log2(3), 1e-12);
    result_release(&r);
}
END_TEST

/* ---- bandit */

/* Two arms of .2 and .8 in unknown order. One pull is worth .5. After it the better guess
 * has posterior .8 and pays .8 .8 + .2 .2 = .68. */
START_TEST(two_pulls_are_worth_what_a_hand_computes)
{
    double value[ACTIONS_MAX];
    solve("bandit:means=0.2+0.8", "places", &utility_reward, 2, value);
    ck_assert_near(value[0], 1.18, 1e-12);
    ck_assert_near(value[1], 1.18, 1e-12);
}
END_TEST

START_TEST(gaussian_arms_have_their_means)
{
    double value[ACTIONS_MAX];
    solve("bandit:kind=gaussian,resolution=10", "mu", &utility_reward, 1, value);
    ck_assert_near(value[0] / 10, 10, 1e-3);
    ck_assert_near(value[1] / 10, 8, 1e-3);
}
END_TEST

/* Opens a bandit whose arms are in a file of this text; NULL with *err. */
static struct env *from_file(const char *kind, const char *text, struct err *err)
{
    char name[] = "arms.XXXXXX", spec[64];
    struct spec_of e;
    int fd = mkstemp(name);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, text, strlen(text)), (int)strlen(text));
    close(fd);
    snprintf(spec, sizeof spec, "bandit:%sfile=%s", kind, name);
    ck_assert_msg(kind_parse(&e, &env_shelf, spec, err), "%s", err->text);
    struct env *env = env_open(&e, 1, err);
    remove(name);
    kind_release(&e);
    return env;
}

START_TEST(arms_come_from_a_file)
{
    struct err err = { 0 };
    struct transition out[64];
    unsigned char state = 0, next[64];
    struct env *env = from_file("", "# a comment\n0.25\n\n  .5 # the better\n0.37\n", &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    ck_assert_uint_eq(env->space.n_actions, 3);
    ck_assert_uint_eq(env->ops->transitions(env, &state, 2, out, next), 2);
    ck_assert_near(out[1].p, 0.37, 1e-15);
    env_close(env);
    env = from_file("kind=gaussian,", "2 1.5\n-3 0.5\n", &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    ck_assert_int_eq(env->space.rew_min, -5);
    ck_assert_int_eq(env->space.rew_max, 8);
    env_close(env);
}
END_TEST

static const struct {
    const char *kind, *text, *message;
} bad_arms[] = {
    { "", "0.5\n 1.5\n", ":2:2: error: '1.5' is not a number from 0 to 1" },
    { "", "0.5 0.5\n", ":1:5: error: an arm of a bernoulli is one chance" },
    { "kind=gaussian,", "7 1\n7 \n", ":2:3: error: a number from 0.01 to 100 is missing" },
    { "kind=gaussian,", "7 1 x\n", "an arm of a gaussian is a mean and a deviation" },
    { "", "# none\n", "error: no arms" },
    { "means=0.5,", "0.5\n", "no means beside it" },
    { "",
      "1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n"
      "1\n1\n1\n1\n1\n1\n",
      ":33:1: error: a bandit has at most 32 arms" },
};

START_TEST(mistakes_in_files_of_arms_are_told)
{
    struct err err = { 0 };
    ck_assert_ptr_null(from_file(bad_arms[_i].kind, bad_arms[_i].text, &err));
    ck_assert_msg(strstr(err.text, bad_arms[_i].message) != NULL, "%s", err.text);
}
END_TEST

/* Leike et al. 2016: in a class of environments that forgive, Thompson sampling learns to
 * act optimally. */
START_TEST(thompson_learns_the_best_arm)
{
    ck_assert_near(mean_reward("thompson:gamma=0.9", "bandit", 20000), 0.8, 0.01);
}
END_TEST

/* ---- ipd: what can be had of each opponent, a round in the long run */

static const struct {
    const char *opponent;
    double best;
} opponents[] = { { "all-c", 5 },
                  { "all-d", 1 },
                  { "random", 3 },
                  { "tit-for-tat", 3 },
                  { "tit-for-two-tats", 4 },
                  { "pavlov", 3 },
                  { "grudger", 3 },
                  { "suspicious-tit-for-tat", 3 } };

START_TEST(opponents_yield_what_is_known)
{
    char env[64];
    snprintf(env, sizeof env, "ipd:opponent=%s", opponents[_i].opponent);
    struct result r = run("random", env, 10000);
    ck_assert_near(r.optimal_reward_per_step, opponents[_i].best, 0.001);
    result_release(&r);
}
END_TEST

/* What an opponent does is likely before it sees the agent's move, not after: tit-for-tat
 * that faced cooperation cooperates while the agent defects. */
START_TEST(likelihood_comes_before_the_opponents_memory)
{
    struct spec_of e;
    struct err err = { 0 };
    ck_assert(kind_parse(&e, &env_shelf, "ipd:opponent=tit-for-tat", &err));
    struct env *env = env_open(&e, 1, &err);
    struct model *m = mixture_new(family_find("mu", env, &err), NULL, &err);
    static const struct {
        unsigned action, obs;
        int32_t rew;
        double p;
    } rounds[] = {
        { 1, 1, 3, 1 }, { 0, 1, 5, 1 }, { 1, 0, 0, 1 }, { 1, 0, 0, 0 }, { 1, 1, 3, 1 }
    };
    for (int i = 0; i < 5; i++) {
        struct outcome o = { .e = { rounds[i].obs, rounds[i].rew } };
        ck_assert_double_eq(m->ops->condition(m, rounds[i].action, &o), rounds[i].p);
    }
    m->ops->free(m);
    env_close(env);
    kind_release(&e);
}
END_TEST

START_TEST(gradual_punishes_the_nth_defection_n_times)
{
    struct spec_of e;
    struct err err = { 0 };
    struct rng rng = { { 1, 2, 3, 4 } };
    unsigned char state[64] = { 0 };
    ck_assert(kind_parse(&e, &env_shelf, "ipd:opponent=gradual", &err));
    struct env *env = env_open(&e, 1, &err);
    env_reset(env, state, &rng);
    /* defect once, cooperate; defect again, cooperate */
    static const unsigned mine[] = { 0, 1, 1, 1, 0, 1, 1, 1, 1, 1 };
    static const unsigned theirs[] = { 1, 0, 1, 1, 1, 0, 0, 1, 1, 1 };
    for (int i = 0; i < 10; i++)
        ck_assert_uint_eq(env_step(env, state, mine[i], &rng).obs, theirs[i]);
    env_close(env);
    kind_release(&e);
}
END_TEST

START_TEST(aixi_finds_out_whom_it_plays)
{
    struct result r = run("aixi:samples=300", "ipd:opponent=all-c", 60);
    ck_assert_double_gt(r.reward_per_step, 4);
    result_release(&r);
}
END_TEST

START_TEST(mistakes_in_settings_are_told)
{
    static const struct {
        const char *spec, *message;
    } bad[] = {
        { "bandit:means=0.5+x", "not a list of numbers" },
        { "bandit:means=2", "not a list of numbers in 0..1" },
        { "bandit:means=0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0",
          "at most 32 arms" },
        { "bandit:kind=gaussian,means=1+2,deviations=1", "2 means and 1 deviations" },
        { "bandit:kind=gaussian,means=1+2,deviations=1+100.5",
          "not a list of numbers in 0.01..100" },
    };
    struct spec_of e;
    struct err err = { 0 };
    ck_assert(kind_parse(&e, &env_shelf, bad[_i].spec, &err));
    ck_assert_ptr_null(env_open(&e, 1, &err));
    ck_assert_msg(strstr(err.text, bad[_i].message) != NULL, "%s", err.text);
    kind_release(&e);
}
END_TEST

/* Where two move at once, the world's table is what it pays. */
START_TEST(what_is_paid_stands_in_the_table)
{
    static const char *const worlds[] = { "ipd:opponent=random", "biased-rps",
                                          "seat:game=matching-pennies",
                                          "seat:game=matching-pennies,player=1",
                                          "seat:player=1" };
    struct life l;
    life_begin(&l, "random", worlds[_i], 1);
    const struct payoffs *p = payoffs_of(l.env);
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(p->moves, l.env->space.n_actions);
    for (int t = 0; t < 60; t++) {
        const struct record *r = life_live(&l);
        ck_assert_int_eq(r->e.rew, p->pay[0][r->action][r->e.obs]);
        if (_i > 0 && _i < 4) /* what one wins the other loses, or a penny is won */
            ck_assert_int_eq(r->e.rew + p->pay[1][r->e.obs][r->action], _i > 1);
    }
    life_end(&l);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("worlds");
    TCase *tc = tcase_create("worlds");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, discounts_choose_between_now_and_later, 0,
                        (int)(sizeof chains / sizeof *chains));
    tcase_add_test(tc, inconsistent_plans_are_made_and_never_carried_out);
    tcase_add_test(tc, the_optimum_of_the_chain_is_known);
    tcase_add_loop_test(tc, patience_is_what_the_discount_says, 0,
                        (int)(sizeof waits / sizeof *waits));
    tcase_add_test(tc, the_best_policy_loses_half_of_heaven);
    tcase_add_test(tc, the_best_of_the_plateau_is_before_its_edge);
    tcase_add_test(tc, the_right_questions_learn_all_there_is);
    tcase_add_test(tc, every_plan_of_the_example_has_its_known_value);
    tcase_add_test(tc, kl_ksa_asks_them);
    tcase_add_test(tc, two_pulls_are_worth_what_a_hand_computes);
    tcase_add_test(tc, gaussian_arms_have_their_means);
    tcase_add_test(tc, arms_come_from_a_file);
    tcase_add_loop_test(tc, mistakes_in_files_of_arms_are_told, 0, 7);
    tcase_add_test(tc, thompson_learns_the_best_arm);
    tcase_add_loop_test(tc, opponents_yield_what_is_known, 0,
                        (int)(sizeof opponents / sizeof *opponents));
    tcase_add_test(tc, likelihood_comes_before_the_opponents_memory);
    tcase_add_test(tc, gradual_punishes_the_nth_defection_n_times);
    tcase_add_test(tc, aixi_finds_out_whom_it_plays);
    tcase_add_loop_test(tc, what_is_paid_stands_in_the_table, 0, 5);
    tcase_add_loop_test(tc, mistakes_in_settings_are_told, 0, 5);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
