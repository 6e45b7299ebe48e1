#include "config.h"

#include "harness.h"
#include "run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct result run(const char *agent, const char *env, uint32_t seed, uint64_t steps)
{
    struct spec_of e;
    struct spec_of a;
    struct err err = { 0 };
    struct result r;
    ck_assert_msg(kind_parse(&e, &env_shelf, env, &err), "%s", err.text);
    ck_assert_msg(kind_parse(&a, &agent_shelf, agent, &err), "%s", err.text);
    struct job job = { .env = &e, .agent = &a, .root = 1, .seed = seed, .steps = steps };
    ck_assert_msg(job_run(&job, NULL, 0, NULL, &r, &err), "%s", err.text);
    kind_release(&e);
    kind_release(&a);
    return r;
}

static double mean_reward(const char *agent, const char *env, uint32_t seeds)
{
    double total = 0;
    for (uint32_t s = 1; s <= seeds; s++) {
        struct result r = run(agent, env, s, 200);
        total += r.reward_per_step;
        result_release(&r);
    }
    return total / seeds;
}

START_TEST(the_informed_optimum_of_the_thesis_map_is_known)
{
    struct result r = run("random", "gridworld:map=thesis", 1, 200);
    ck_assert_near(r.optimal_reward_per_step, (7 * -1 + 193 * 74) / 200.0, 1e-9);
    ck_assert_double_lt(r.random_reward_per_step, 0);
    result_release(&r);
}
END_TEST

/* One payout has standard deviation 100 sqrt(.75 .25): 50 runs of 193 of them, 0.43. */
START_TEST(aimu_earns_the_optimum)
{
    ck_assert_near(mean_reward("aimu", "gridworld:map=thesis", 50), 71.375, 3 * 0.43);
}
END_TEST

/* Published with 600 samples: 69.2 to 71.1. */
START_TEST(aimu_by_search_earns_what_is_published)
{
    double mean =
        mean_reward("aimu:planner=mcts,horizon=7,samples=600", "gridworld:map=thesis", 50);
    ck_assert_double_ge(mean, 70.0);
    ck_assert_double_le(mean, 71.375 + 3 * 0.43);
}
END_TEST

START_TEST(aimu_reaches_the_dispenser_of_every_maze)
{
    char env[64];
    snprintf(env, sizeof env, "gridworld:map_index=%d", _i);
    struct result r = run("aimu", env, 1, 400);
    ck_assert_double_gt(r.reward_per_step, 0);
    result_release(&r);
}
END_TEST

START_TEST(one_reward_ahead_aimu_stays)
{
    struct result r = run("aimu:horizon=1", "gridworld:map=thesis", 1, 200);
    ck_assert_double_le(r.reward_per_step, -1.0);
    result_release(&r);
}
END_TEST

/* The same measure, so the same exact values and the same run. */
START_TEST(both_forms_of_the_mixture_plan_alike)
{
    struct result fast = run("aixi:planner=exact,horizon=4", "gridworld:size=5", 3, 100);
    struct result plain =
        run("aixi:planner=exact,horizon=4,model=plain-mixture", "gridworld:size=5", 3, 100);
    ck_assert_near(fast.information_gain, plain.information_gain, 1e-9);
    ck_assert_double_eq(fast.final[1].value, 0);
    result_release(&fast);
    result_release(&plain);
}
END_TEST

START_TEST(exact_planning_is_not_worse_than_search)
{
    double exact = mean_reward("aixi:planner=exact", "gridworld:map=thesis", 20);
    double search = mean_reward("aixi", "gridworld:map=thesis", 20);
    ck_assert_double_ge(exact, search);
}
END_TEST

START_TEST(an_exact_plan_too_large_falls_back_and_counts_it)
{
    struct result r = run("aixi:planner=exact,max-states=1", "gridworld:map=thesis", 1, 10);
    ck_assert_str_eq(r.final[1].name, "exact_fallbacks");
    ck_assert_double_gt(r.final[1].value, 0);
    ck_assert_double_gt(r.simulations, 0);
    result_release(&r);
}
END_TEST

START_TEST(bad_configurations_are_refused)
{
    static const struct {
        const char *agent, *world, *message;
    } bad[] = {
        { "aimu:discount=power,beta=0.9", "gridworld:size=4", "give a horizon" },
        { "aixi:family=maz", "gridworld:size=4",
          "gridworld has no family of hypotheses 'maz'; did you mean 'maze' or 'mu'?  (it "
          "has: goal, floor, start, maze, dogma, mu, mealy, closed, worlds, automata, "
          "named, responses, bernoulli, mixed, agents, reflective)" },
        { "aixi:family=maze:maze=1", "gridworld:size=4",
          "maze has no parameter 'maze'; did you mean 'mazes'?" },
        { "aixi:prior=file", "gridworld:size=4", "prior" },
        { "aixi:prior=file,prior-file=missing", "gridworld:size=4", "missing" },
        { "aixi:discount=schedule", "gridworld:size=4", "schedule" },
        { "aixi", "bandit:means=.1+.2+.3+.4+.5+.6+.7+.8",
          "family places needs at most 7 arms" },
        { "aixi:family=maze", "gridworld:mazes=zzz", "zzz: No such file" },
        { "aixi:family=maze", "gridworld:mazes=0+zzz+1+2", "zzz: No such file" },
        { "aixi:family=maze", "gridworld:mazes=0-4294967295",
          "family maze: mazes=0-4294967295: a list has more than 1000000 items" },
        { "aixi:family=maze", "gridworld:mazes=4294967296",
          "there is no layout 4294967296" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct spec_of e, a;
        struct err err = { 0 };
        ck_assert(kind_parse(&e, &env_shelf, bad[i].world, &err));
        ck_assert(kind_parse(&a, &agent_shelf, bad[i].agent, &err));
        struct env *env = env_open(&e, 1, &err);
        ck_assert_ptr_null(agent_open(&a, env, &err));
        ck_assert_uint_ge(err.n, 1);
        ck_assert_msg(strstr(err.text, bad[i].message), "%s", err.text);
        env_close(env);
        kind_release(&e);
        kind_release(&a);
    }
}
END_TEST

START_TEST(the_belief_is_a_distribution_over_cells)
{
    struct spec_of e;
    struct spec_of a;
    struct err err = { 0 };
    ck_assert(kind_parse(&e, &env_shelf, "gridworld:map=thesis", &err));
    ck_assert(kind_parse(&a, &agent_shelf, _i ? "aixi:model=plain-mixture" : "aixi", &err));
    struct env *env = env_open(&e, 1, &err);
    struct agent *ag = agent_open(&a, env, &err);
    struct session s;
    session_init(&s, env, ag, 1, 5);
    size_t n = (size_t)env->rows * (size_t)env->cols;
    double *cell = calloc(n, sizeof *cell);
    for (int t = 0; t < 30; t++) {
        double sum = 0;
        ck_assert(session_step(&s, &err));
        ck_assert(mind_of(ag)->belief(ag, cell, n));
        for (size_t i = 0; i < n; i++) {
            ck_assert_double_ge(cell[i], 0);
            sum += cell[i];
        }
        ck_assert_near(sum, 1, 1e-9);
    }
    struct insight in;
    insight_clear(&in);
    mind_of(ag)->inspect(ag, &in);
    ck_assert_uint_eq(in.n_actions, 5);
    ck_assert_double_lt(in.entropy, in.entropy_start);
    ck_assert_uint_ge(in.n_plan, 1);
    ck_assert_uint_eq(in.samples, 600);
    free(cell);
    session_release(&s);
    ag->ops->close(ag);
    env_close(env);
    kind_release(&e);
    kind_release(&a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bayes");
    TCase *tc = tcase_create("bayes");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, the_informed_optimum_of_the_thesis_map_is_known);
    tcase_add_test(tc, aimu_earns_the_optimum);
    tcase_add_test(tc, aimu_by_search_earns_what_is_published);
    tcase_add_loop_test(tc, aimu_reaches_the_dispenser_of_every_maze, 0, 20);
    tcase_add_test(tc, one_reward_ahead_aimu_stays);
    tcase_add_test(tc, both_forms_of_the_mixture_plan_alike);
    tcase_add_test(tc, exact_planning_is_not_worse_than_search);
    tcase_add_test(tc, an_exact_plan_too_large_falls_back_and_counts_it);
    tcase_add_test(tc, bad_configurations_are_refused);
    tcase_add_loop_test(tc, the_belief_is_a_distribution_over_cells, 0, 2);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
