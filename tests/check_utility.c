#include "config.h"

#include "automata.h"
#include "bayes.h"
#include "expectimax.h"
#include "harness.h"
#include "mcts.h"
#include "mixture.h"
#include "registry.h"
#include "toy.h"
#include "vi.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Utilities that no percept alone decides, in every planner: one that remembers, one that
 * looks at the action and the observation before, one that changes. */

enum { BACK, STAY, ON };
enum { CELLS = 5, HORIZON = 4 };

static struct env *env;
static struct model *model;
static struct plan plan;
static uint8_t seen[CELLS]; /* in the real history */

/* ---- the utilities, and what they pay for a whole history */

/* 1 for an observation that was never made before. */
static double novel(const struct utility *u, void *memory, const struct outcome *o)
{
    uint8_t *been = memory;
    double worth = !been[o->e.obs];
    (void)u;
    been[o->e.obs] = 1;
    return worth;
}
static const struct utility novelty = { .of = novel, .memory_size = CELLS, .hi = 1 };

static double novel_now(const struct cycle *h, uint32_t n)
{
    if (seen[h[n].e.obs])
        return 0;
    for (uint32_t i = 0; i < n; i++)
        if (h[i].e.obs == h[n].e.obs)
            return 0;
    return 1;
}

/* 1 or 1/2 for doing what the coin said, 1/4 for waiting until there is one: of two
 * histories with other coins the belief is the same, and what is best is not. */
static double obedience(uint32_t before, unsigned action)
{
    if (before == NOTHING_SEEN)
        return action == STAY ? 0.25 : 0;
    return action == (before ? ON : BACK) ? before ? 1 : 0.5 : 0;
}

static double obeys(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)u;
    (void)memory;
    return obedience(o->before, o->action);
}
static const struct utility obedient = { .of = obeys, .wants = WANT_CONTEXT, .hi = 1 };

static double obeys_now(const struct cycle *h, uint32_t n)
{
    return obedience(n ? h[n - 1].e.obs : NOTHING_SEEN, h[n].action);
}

static void open_plan(const char *family, const struct utility *u)
{
    struct err err = { 0 };
    enum sight sight = u == &obedient ? SEES_COIN : SEES_CELL;
    env = corridor_open(&(struct corridor){ CELLS, 2, 4, 0.5, sight });
    model = mixture_new(family_find(family, env, &err), NULL, &err);
    ck_assert_msg(model, "%s", err.text);
    memset(seen, 0, sizeof seen);
    plan = (struct plan){ .model = model,
                          .utility = u,
                          .memory = seen,
                          .before = NOTHING_SEEN,
                          .horizon = HORIZON,
                          .now = 1 };
    ck_assert(discount_init(&plan.discount, &(struct discount_conf){ .gamma = 0.9 }, &err));
}

static void close_plan(void)
{
    model->ops->free(model);
    env_close(env);
}

/* ---- all histories, with no help from a planner: the value of every first action */

typedef double worth_fn(const struct cycle *h, uint32_t n);

static double best_of_all(worth_fn *worth, struct cycle *h, uint32_t n, double *value)
{
    double top = -HUGE_VAL;
    void *snap = xcalloc(1, model->snap_size);
    for (unsigned a = 0; a < 3; a++) {
        struct percept e[16];
        size_t k = model->ops->support(model, a, e, 16);
        double q = 0;
        model_save(model, snap);
        for (size_t i = 0; i < k; i++) {
            struct outcome o = { .e = e[i] };
            h[n] = (struct cycle){ a, e[i], BY_AGENT };
            double p = model->ops->condition(model, a, &o);
            double rest = n + 1 < HORIZON ? best_of_all(worth, h, n + 1, NULL) : 0;
            q += p * (worth(h, n) + 0.9 * rest);
            model_restore(model, snap);
        }
        model_release(model);
        top = fmax(top, q);
        if (value)
            value[a] = q;
    }
    free(snap);
    return top;
}

static const struct {
    const struct utility *utility;
    worth_fn *worth;
} cases[] = { { &novelty, novel_now }, { &obedient, obeys_now } };
enum { CASES = sizeof cases / sizeof *cases };

START_TEST(exact_planners_agree_with_all_histories)
{
    struct cycle h[HORIZON];
    double all[3], plain[3], kept[3];
    open_plan("goal", cases[_i].utility);
    seen[3] = 1;
    best_of_all(cases[_i].worth, h, 0, all);
    ck_assert_double_gt(fmax(all[0], fmax(all[1], all[2])),
                        fmin(all[0], fmin(all[1], all[2])) + 0.1);
    ck_assert(expectimax(&plan, 1000000, plain).done);
    struct expectation *x = expectation_new(&plan);
    struct exact e = expectation_solve(x, &plan, 1000000, kept);
    ck_assert(e.done);
    ck_assert_uint_eq(seen[2], 0);
    for (int a = 0; a < 3; a++) {
        ck_assert_near(plain[a], all[a], 1e-12);
        ck_assert_double_eq(kept[a], plain[a]);
    }
    expectation_free(x);
    close_plan();
}
END_TEST

/* With root sampling and without: neither utility asks for the posterior. */
START_TEST(searches_approach_the_values_of_all_histories)
{
    struct cycle h[HORIZON];
    double all[3], q[3];
    open_plan("goal", cases[_i % CASES].utility);
    seen[3] = 1;
    best_of_all(cases[_i % CASES].worth, h, 0, all);
    struct mcts *s = mcts_new(&(struct mcts_conf){ .samples = 200000,
                                                   .max_nodes = 1 << 17,
                                                   .explore = 0.5,
                                                   .root_sampling = _i >= CASES },
                              &plan);
    struct rng rng;
    rng_init(&rng, &(struct rng_key){ 1, RNG_PLAN, "check_utility", 0, 0 });
    unsigned a = mcts_search(s, &plan, &rng);
    mcts_values(s, q, NULL);
    ck_assert_near(q[a], all[a], 0.02);
    ck_assert_near(all[a], fmax(all[0], fmax(all[1], all[2])), 1e-12);
    mcts_free(s);
    close_plan();
}
END_TEST

START_TEST(value_iteration_and_hunts_refuse_what_they_cannot_see)
{
    struct err err = { 0 };
    open_plan("goal", cases[_i].utility);
    ck_assert(!vi_fits(cases[_i].utility, &err));
    ck_assert_str_eq(err.text, "value iteration needs a utility of the percept alone");
    ck_assert(vi_fits(&utility_reward, &err));
    ck_assert_ptr_null(hunter_new(&plan));
    close_plan();
}
END_TEST

/* ---- a utility that changes */

/* The observation times a weight that may be learned. */
struct taste {
    struct utility base;
    double weight;
};

static double tasted(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)memory;
    return ((const struct taste *)u)->weight * o->e.obs;
}

static struct taste likes_the_end(void)
{
    return (struct taste){ { .of = tasted, .lo = -CELLS, .hi = CELLS }, 1 };
}

static void dislike(struct taste *t)
{
    t->weight = -1;
    t->base.stamp++;
}

/* In the automata, and with full updates; the tree and the worth of percepts are kept. */
START_TEST(a_search_forgets_what_was_worth_something_else)
{
    struct taste t = likes_the_end();
    open_plan("goal", &t.base);
    struct mcts *s = mcts_new(&(struct mcts_conf){ .samples = 400,
                                                   .max_nodes = 1 << 17,
                                                   .explore = 0.5,
                                                   .root_sampling = (enum root_sampling)_i,
                                                   .reuse = REUSE_ALWAYS },
                              &plan);
    struct rng rng;
    rng_init(&rng, &(struct rng_key){ 1, RNG_PLAN, "check_utility", 0, 0 });
    struct outcome o = { .e = { 2, -1 } };
    double q[3];
    ck_assert_uint_eq(mcts_search(s, &plan, &rng), ON);
    mcts_values(s, q, NULL);
    ck_assert_double_gt(q[ON], 0);
    ck_assert_double_gt(model->ops->condition(model, STAY, &o), 0);
    mcts_advance(s, STAY, o.e, true);
    plan.simulations = 20;
    dislike(&t);
    ck_assert_uint_eq(mcts_search(s, &plan, &rng), BACK);
    mcts_values(s, q, NULL);
    for (int a = 0; a < 3; a++)
        ck_assert_double_lt(q[a], 0);
    mcts_free(s);
    close_plan();
}
END_TEST

START_TEST(value_iteration_is_made_anew)
{
    struct taste t = likes_the_end();
    open_plan("mu", &t.base);
    const struct automata *au = automata_of(model);
    struct vi *v = vi_new(au->fsm[0], &t.base, &plan.discount, HORIZON);
    double before[3];
    memcpy(before, vi_values(v, au->at[0], 1), sizeof before);
    ck_assert_double_gt(before[ON], before[BACK]);
    dislike(&t);
    const double *after = vi_values(v, au->at[0], 1);
    ck_assert_double_gt(after[BACK], after[ON]);
    expectimax(&plan, 1000000, before);
    for (int a = 0; a < 3; a++)
        ck_assert_near(after[a], before[a], 1e-12);
    vi_free(v);
    close_plan();
}
END_TEST

/* ---- an agent whose utility remembers */

static struct utility task_novelty(struct model *m)
{
    (void)m;
    return novelty;
}

/* It sees all five cells as soon as can be: two steps to the nearer end, four to the other.
 * By search, and exactly. */
START_TEST(an_agent_carries_the_memory_through_its_life)
{
    static const char *const specs[] = { "aixi:planner=mcts,horizon=6,samples=4000",
                                         "aixi:planner=exact,horizon=6" };
    struct spec_of spec;
    static const struct agent_ops ops = { .kind = { .name = "novelty" } };
    struct bayes *b = xcalloc(1, sizeof *b);
    struct err err = { 0 };
    struct rng rng;
    rng_init(&rng, &(struct rng_key){ 1, RNG_AGENT, "check_utility", 0, 0 });
    env = corridor_open(&(struct corridor){ CELLS, 2, 4, 0.5, SEES_CELL });
    b->base.ops = &ops;
    ck_assert(kind_parse(&spec, &agent_shelf, specs[_i], &err));
    ck_assert_msg(bayes_init(b, spec.config, env, "goal", task_novelty, &err), "%s",
                  err.text);
    uint8_t *state = xcalloc(1, env->state_size);
    *state = 2;
    for (; b->base.t < 6; b->base.t++) {
        struct cycle c = { 0 };
        ck_assert(bayes_act(&b->base, &rng, &c.action, &err));
        c.e = env_step(env, state, c.action, &rng);
        ck_assert(bayes_update(&b->base, &c, &err));
        ck_assert_uint_eq(((uint8_t *)b->aim.memory)[c.e.obs], 1);
        ck_assert_uint_eq(b->aim.plan.before, c.e.obs);
    }
    ck_assert_int_eq(memcmp(b->aim.memory, "\1\1\1\1\1", CELLS), 0);
    free(state);
    bayes_close(&b->base);
    kind_release(&spec);
    env_close(env);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("utility");
    TCase *t = tcase_create("utility");
    tcase_add_loop_test(t, exact_planners_agree_with_all_histories, 0, CASES);
    tcase_add_loop_test(t, searches_approach_the_values_of_all_histories, 0, 2 * CASES);
    tcase_add_loop_test(t, value_iteration_and_hunts_refuse_what_they_cannot_see, 0, CASES);
    tcase_add_loop_test(t, a_search_forgets_what_was_worth_something_else, 0, 2);
    tcase_add_test(t, value_iteration_is_made_anew);
    tcase_add_loop_test(t, an_agent_carries_the_memory_through_its_life, 0, 2);
    suite_add_tcase(s, t);
    return harness_run(s);
}
