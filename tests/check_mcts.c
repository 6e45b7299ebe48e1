#include "config.h"

#include "expectimax.h"
#include "harness.h"
#include "mcts.h"
#include "mixture.h"
#include "registry.h"
#include "toy.h"

#include <math.h>
#include <stdlib.h>

enum { BACK, STAY, ON };

static struct env *env;
static struct model *model;
static struct utility utility;
static struct plan plan;
static struct rng rng;

static void open_plan(const struct corridor *c, uint32_t horizon)
{
    struct err err = { 0 };
    env = corridor_open(c);
    model = mixture_new(family_find("goal", env, &err), NULL, &err);
    ck_assert_msg(model, "%s", err.text);
    utility = utility_reward;
    utility.lo = -1;
    utility.hi = 10;
    plan =
        (struct plan){ .model = model, .utility = &utility, .horizon = horizon, .now = 1 };
    ck_assert(discount_init(&plan.discount, &(struct discount_conf){ .gamma = 0.9 }, &err));
    rng_init(&rng, &(struct rng_key){ 1, RNG_PLAN, "check_mcts", 0, 0 });
}

static void close_plan(void)
{
    model->ops->free(model);
    env_close(env);
}

static struct mcts_conf conf(uint32_t samples, bool root)
{
    return (struct mcts_conf){ .samples = samples,
                               .max_nodes = 1 << 17,
                               .explore = 0.5,
                               .root_sampling = root ? ROOT_YES : ROOT_NO };
}

/* One look ahead every sample is a draw from the truth: a mean with a standard error. */
START_TEST(one_reward_ahead_it_is_a_sample_mean)
{
    double q[3], exact[3];
    uint32_t n[3];
    open_plan(&(struct corridor){ 4, 1, 3, 0.75, SEES_CELL }, 1);
    struct mcts_conf c = conf(60000, _i);
    struct mcts *s = mcts_new(&c, &plan);
    mcts_search(s, &plan, &rng);
    mcts_values(s, q, n);
    expectimax(&plan, 1000, exact);
    double sd = 11 * sqrt(3.0 / 16 * 13.0 / 16);
    for (int a = 0; a < 3; a++)
        ck_assert_near(q[a], exact[a], 4 * sd / sqrt(n[a]));
    ck_assert_uint_eq(n[0] + n[1] + n[2], 60000);
    ck_assert_uint_eq(mcts_stats(s).steps, 60000);
    mcts_free(s);
    close_plan();
}
END_TEST

/* The value of the best action comes near the exact one from below as samples grow. */
START_TEST(values_approach_the_exact_ones)
{
    double q[3], exact[3], before = HUGE_VAL;
    open_plan(&(struct corridor){ 5, 2, 4, 0.75, SEES_CELL }, 5);
    ck_assert(expectimax(&plan, 10000000, exact).done);
    for (uint32_t samples = 1000; samples <= 1000000; samples *= 1000) {
        struct mcts_conf c = conf(samples, _i);
        struct mcts *s = mcts_new(&c, &plan);
        unsigned a = mcts_search(s, &plan, &rng);
        mcts_values(s, q, NULL);
        double gap = fabs(q[a] - fmax(exact[0], fmax(exact[1], exact[2])));
        ck_assert_double_lt(gap, before);
        before = gap;
        mcts_free(s);
    }
    ck_assert_double_lt(before, 0.25);
    close_plan();
}
END_TEST

/* Scaled by the range of the root, deeper values weigh less against the bonus: another
 * search, but for one look ahead, of the same values in the end. */
START_TEST(the_range_of_the_root_changes_what_lies_deeper)
{
    uint32_t n[2][3];
    double q[3], exact[3];
    for (uint32_t horizon = 1; horizon <= 5; horizon += 4) {
        for (int root = 0; root < 2; root++) {
            open_plan(&(struct corridor){ 5, 2, 4, 0.75, SEES_CELL }, horizon);
            struct mcts_conf c = conf(100000, true);
            c.range = root ? RANGE_ROOT : RANGE_DEPTH;
            struct mcts *s = mcts_new(&c, &plan);
            unsigned a = mcts_search(s, &plan, &rng);
            mcts_values(s, q, n[root]);
            ck_assert(expectimax(&plan, 10000000, exact).done);
            ck_assert_near(q[a], exact[a], 0.25);
            mcts_free(s);
            close_plan();
        }
        ck_assert_int_eq(n[0][ON] == n[1][ON], horizon == 1);
    }
}
END_TEST

/* Drawing a hypothesis per sample is the same distribution as updating the posterior. */
START_TEST(root_sampling_and_full_updates_agree)
{
    enum { SEARCHES = 300 };
    double mean[2] = { 0 }, square[2] = { 0 }, q[3];
    open_plan(&(struct corridor){ 6, 2, 5, 0.6, SEES_CELL }, 6);
    for (int root = 0; root < 2; root++) {
        struct mcts_conf c = conf(200, root);
        struct mcts *s = mcts_new(&c, &plan);
        for (int i = 0; i < SEARCHES; i++) {
            mcts_search(s, &plan, &rng);
            mcts_values(s, q, NULL);
            mean[root] += q[ON] / SEARCHES;
            square[root] += q[ON] * q[ON] / SEARCHES;
        }
        mcts_free(s);
    }
    double error =
        sqrt((square[0] - mean[0] * mean[0] + square[1] - mean[1] * mean[1]) / SEARCHES);
    ck_assert_near(mean[0], mean[1], 4 * error);
    close_plan();
}
END_TEST

/* So is drawing a state of it, in hidden worlds: the mean of searches agrees for every
 * action, with one hypothesis and several. */
static const struct {
    const char *world, *family;
} hidden_worlds[] = {
    { "tiger", "mu" },
    { "tiger", "hearing" },
    { "cheese-maze", "mu" },
};

/* Means of the values of `n` searches, and their squared errors. */
static void search_often(const struct mcts_conf *c, const struct plan *p, int n,
                         double mean[ACTIONS_MAX], double error[ACTIONS_MAX])
{
    double q[ACTIONS_MAX];
    struct mcts *s = mcts_new(c, p);
    for (unsigned a = 0; a < p->model->space.n_actions; a++)
        mean[a] = error[a] = 0;
    for (int i = 0; i < n; i++) {
        mcts_search(s, p, &rng);
        mcts_values(s, q, NULL);
        for (unsigned a = 0; a < p->model->space.n_actions; a++) {
            mean[a] += q[a] / n;
            error[a] += q[a] * q[a] / n;
        }
    }
    for (unsigned a = 0; a < p->model->space.n_actions; a++)
        error[a] = (error[a] - mean[a] * mean[a]) / n;
    mcts_free(s);
}

START_TEST(states_drawn_at_the_root_agree_with_beliefs)
{
    enum { SEARCHES = 400 };
    struct spec_of e, reward;
    struct err err = { 0 };
    double mean[2][ACTIONS_MAX], error[2][ACTIONS_MAX];
    ck_assert(kind_parse(&e, &env_shelf, hidden_worlds[_i].world, &err));
    ck_assert(kind_parse(&reward, &utility_shelf, "reward", &err));
    struct env *world = env_open(&e, 1, &err);
    struct model *m =
        mixture_new(family_find(hidden_worlds[_i].family, world, &err), NULL, &err);
    struct utility u = *utility_open(&reward, &world->space, &err);
    u.lo = world->space.rew_min + world->space.worth_min;
    u.hi = world->space.rew_max + world->space.worth_max;
    struct plan p = { .model = m, .utility = &u, .horizon = 4, .now = 1 };
    ck_assert(discount_init(&p.discount, &(struct discount_conf){ .gamma = 0.9 }, &err));
    rng_init(&rng, &(struct rng_key){ 1, RNG_PLAN, "check_mcts", 0, 0 });
    for (int t = 0; t < 2; t++) { /* what has been seen weighs the states */
        struct outcome o = { 0 };
        m->ops->step(m, 0, &rng, &o);
    }
    for (int i = 0; i < 2; i++) {
        struct mcts_conf c = conf(100, ROOT_YES);
        c.root_sampling = i ? ROOT_STATE : ROOT_YES;
        search_often(&c, &p, SEARCHES, mean[i], error[i]);
    }
    for (unsigned a = 0; a < m->space.n_actions; a++)
        ck_assert_near(mean[0][a], mean[1][a],
                       4.5 * sqrt(error[0][a] + error[1][a]) + 1e-9);
    m->ops->free(m);
    env_close(world);
    kind_release(&e);
    kind_release(&reward);
}
END_TEST

/* A door is worth -45 on average, and -100 or 10 in each sample, seen or not: 5 standard
 * errors of all that went there. */
START_TEST(of_a_state_that_is_drawn_the_unseen_reward_is_its_own)
{
    struct spec_of e;
    struct err err = { 0 };
    double q[ACTIONS_MAX];
    uint32_t n[ACTIONS_MAX];
    ck_assert(kind_parse(&e, &env_shelf, "pomdp:rewards=unseen", &err));
    struct env *world = env_open(&e, 1, &err);
    struct model *m = mixture_new(family_find("mu", world, &err), NULL, &err);
    struct utility u = utility_worth;
    u.lo = -100;
    u.hi = 10;
    struct plan p = { .model = m, .utility = &u, .horizon = 1, .now = 1 };
    struct mcts_conf c = conf(30000, true);
    c.root_sampling = ROOT_STATE;
    c.explore = 1000; /* all alike */
    rng_init(&rng, &(struct rng_key){ 1, RNG_PLAN, "check_mcts", 0, 0 });
    struct mcts *s = mcts_new(&c, &p);
    mcts_search(s, &p, &rng);
    mcts_values(s, q, n);
    ck_assert_near(q[0], -1, 1e-12);
    ck_assert_uint_gt(n[1], 5000);
    ck_assert_near(q[1], -45, 5 * 55 / sqrt(n[1]));
    ck_assert_double_gt(fabs(q[1] + 45), 0); /* no belief was asked */
    mcts_free(s);
    m->ops->free(m);
    env_close(world);
    kind_release(&e);
}
END_TEST

/* A dispenser four steps away is seen with horizon 4, not with 3. */
START_TEST(horizon_m_means_m_rewards)
{
    struct err err = { 0 };
    double q[3];
    open_plan(&(struct corridor){ 5, 0, 4, 1, SEES_CELL }, (uint32_t)_i);
    model->ops->free(model);
    model = plan.model = mixture_new(family_find("mu", env, &err), NULL, &err);
    struct mcts_conf c = conf(5000, true);
    struct mcts *s = mcts_new(&c, &plan);
    unsigned a = mcts_search(s, &plan, &rng);
    mcts_values(s, q, NULL);
    if (_i < 4)
        ck_assert_near(q[ON], -(1 - pow(0.9, _i)) / 0.1, 1e-9);
    else
        ck_assert_uint_eq(a, ON);
    mcts_free(s);
    close_plan();
}
END_TEST

START_TEST(ties_fall_at_random)
{
    unsigned count[3] = { 0 };
    open_plan(&(struct corridor){ 1, 0, 0, 0, SEES_CELL }, 2);
    struct mcts_conf c = conf(3, true);
    struct mcts *s = mcts_new(&c, &plan);
    for (int i = 0; i < 3000; i++)
        count[mcts_search(s, &plan, &rng)]++;
    for (int a = 0; a < 3; a++)
        ck_assert_near(count[a], 1000, 4 * sqrt(3000 * 2.0 / 9));
    mcts_free(s);
    close_plan();
}
END_TEST

START_TEST(the_same_stream_gives_the_same_search)
{
    double q[2][3];
    open_plan(&(struct corridor){ 6, 2, 5, 0.6, SEES_CELL }, 6);
    for (int i = 0; i < 2; i++) {
        struct mcts_conf c = conf(500, true);
        struct mcts *s = mcts_new(&c, &plan);
        rng_init(&rng, &(struct rng_key){ 1, RNG_PLAN, "same", 0, 0 });
        mcts_search(s, &plan, &rng);
        mcts_values(s, q[i], NULL);
        mcts_free(s);
    }
    ck_assert_mem_eq(q[0], q[1], sizeof q[0]);
    close_plan();
}
END_TEST

/* The search leaves the model as it was, and the arena bounds the tree. */
START_TEST(a_full_arena_bounds_the_tree)
{
    double w[6], after[6];
    open_plan(&(struct corridor){ 6, 2, 5, 0.6, SEES_CELL }, 6);
    model->ops->posterior(model, w, 6);
    struct mcts_conf c = conf(2000, _i);
    c.max_nodes = 20;
    struct mcts *s = mcts_new(&c, &plan);
    mcts_search(s, &plan, &rng);
    ck_assert_uint_eq(mcts_stats(s).nodes, 20);
    ck_assert(mcts_stats(s).full);
    ck_assert_uint_eq(mcts_stats(s).samples, 2000);
    model->ops->posterior(model, after, 6);
    ck_assert_mem_eq(w, after, sizeof w);
    ck_assert_uint_eq(model->held, 0);
    mcts_free(s);
    close_plan();
}
END_TEST

START_TEST(a_cancelled_search_ends_soon_with_an_action)
{
    atomic_int cancel = 1;
    open_plan(&(struct corridor){ 6, 2, 5, 0.6, SEES_CELL }, 6);
    plan.cancel = &cancel;
    struct mcts_conf c = conf(10000000, true);
    struct mcts *s = mcts_new(&c, &plan);
    ck_assert_uint_lt(mcts_search(s, &plan, &rng), 3);
    ck_assert(mcts_stats(s).cancelled);
    ck_assert_uint_le(mcts_stats(s).samples, 100);
    mcts_free(s);
    close_plan();
}
END_TEST

START_TEST(a_time_budget_replaces_the_samples)
{
    open_plan(&(struct corridor){ 6, 2, 5, 0.6, SEES_CELL }, 6);
    struct mcts_conf c = conf(1, true);
    c.budget = 0.01;
    struct mcts *s = mcts_new(&c, &plan);
    mcts_search(s, &plan, &rng);
    ck_assert_uint_gt(mcts_stats(s).samples, 32);
    mcts_free(s);
    close_plan();
}
END_TEST

/* What is kept are the samples that went through (a, e). */
START_TEST(a_kept_subtree_starts_the_next_search)
{
    static const struct {
        enum reuse reuse;
        bool same, kept;
    } law[] = {
        { REUSE_NEVER, true, false },
        { REUSE_BELIEF, false, false },
        { REUSE_BELIEF, true, true },
        { REUSE_ALWAYS, false, true },
    };
    uint32_t n[3];
    open_plan(&(struct corridor){ 6, 2, 5, 0.6, SEES_CELL }, 6);
    struct mcts_conf c = conf(1000, true);
    c.reuse = law[_i].reuse;
    struct mcts *s = mcts_new(&c, &plan);
    mcts_search(s, &plan, &rng);
    struct outcome o = { .e = { 3, -1 } };
    model->ops->condition(model, ON, &o);
    mcts_advance(s, ON, o.e, law[_i].same);
    mcts_search(s, &plan, &rng);
    mcts_values(s, NULL, n);
    ck_assert_uint_eq(n[0] + n[1] + n[2] > 1000, law[_i].kept);
    uint8_t walk[6];
    ck_assert_uint_ge(mcts_plan(s, walk, 6), 1);
    mcts_free(s);
    close_plan();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mcts");
    TCase *tc = tcase_create("mcts");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, one_reward_ahead_it_is_a_sample_mean, 0, 2);
    tcase_add_loop_test(tc, values_approach_the_exact_ones, 0, 2);
    tcase_add_test(tc, the_range_of_the_root_changes_what_lies_deeper);
    tcase_add_test(tc, root_sampling_and_full_updates_agree);
    tcase_add_loop_test(tc, states_drawn_at_the_root_agree_with_beliefs, 0, 3);
    tcase_add_test(tc, of_a_state_that_is_drawn_the_unseen_reward_is_its_own);
    tcase_add_loop_test(tc, horizon_m_means_m_rewards, 1, 6);
    tcase_add_test(tc, ties_fall_at_random);
    tcase_add_test(tc, the_same_stream_gives_the_same_search);
    tcase_add_loop_test(tc, a_full_arena_bounds_the_tree, 0, 2);
    tcase_add_test(tc, a_cancelled_search_ends_soon_with_an_action);
    tcase_add_test(tc, a_time_budget_replaces_the_samples);
    tcase_add_loop_test(tc, a_kept_subtree_starts_the_next_search, 0, 4);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
