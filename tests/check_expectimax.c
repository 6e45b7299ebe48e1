#include "config.h"

#include "class.h"
#include "expectimax.h"
#include "harness.h"
#include "mixture.h"
#include "num.h"
#include "registry.h"
#include "toy.h"
#include "vi.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BACK, STAY, ON };

static struct env *env;
static struct model *model;
static struct plan plan;

static void open_plan(const struct corridor *c, const char *family, uint32_t horizon)
{
    struct err err = { 0 };
    env = corridor_open(c);
    model = mixture_new(family_find(family, env, &err), NULL, &err);
    ck_assert_msg(model, "%s", err.text);
    plan = (struct plan){
        .model = model, .utility = &utility_reward, .horizon = horizon, .now = 1
    };
    ck_assert(discount_init(
        &plan.discount, &(struct discount_conf){ .kind = DISCOUNT_MOVING, .window = 1000 },
        &err));
}

static void close_plan(void)
{
    model->ops->free(model);
    env_close(env);
}

static void solve(double *q)
{
    struct exact x = expectimax(&plan, 10000000, q);
    ck_assert(x.done);
}

/* theta = 1: half the time the dispenser is here (20 in two cycles), else it is there and
 * known to be (-1 + 10). */
START_TEST(a_sure_dispenser_in_one_of_two_cells)
{
    double q[3];
    open_plan(&(struct corridor){ 2, 0, 1, 1, SEES_CELL }, "goal", 2);
    solve(q);
    for (int a = 0; a < 3; a++)
        ck_assert_near(q[a], 14.5, 1e-12);
    close_plan();
}
END_TEST

/* theta = 1/2: a fruitless cycle here leaves weight 1/3 here and 2/3 there. */
START_TEST(an_unsure_dispenser_in_one_of_two_cells)
{
    double q[3];
    open_plan(&(struct corridor){ 2, 0, 1, 0.5, SEES_CELL }, "goal", 2);
    solve(q);
    double found = 10 + 4.5, nothing = -1 + (10.0 - 2.0) / 3;
    ck_assert_near(q[STAY], 0.25 * found + 0.75 * nothing, 1e-12);
    ck_assert_near(q[ON], q[STAY], 1e-12);
    close_plan();
}
END_TEST

START_TEST(horizon_one_is_the_expected_reward)
{
    double q[3];
    open_plan(&(struct corridor){ 4, 1, 3, 0.5, SEES_CELL }, "goal", 1);
    solve(q);
    for (int a = 0; a < 3; a++)
        ck_assert_near(q[a], 10.0 / 8 - 7.0 / 8, 1e-12);
    close_plan();
}
END_TEST

/* The posterior's entropies worked out by hand: staying tells nothing that going does not,
 * so all actions are worth one look at a cell of weight 1/3. */
START_TEST(knowledge_seekers_value_what_they_should)
{
    double q[3], paid[] = { 0.5 / 3, 1 - 0.5 / 3 };
    open_plan(&(struct corridor){ 3, 1, 2, 0.5, SEES_CELL }, "goal", 1);
    plan.utility = &utility_shannon;
    solve(q);
    ck_assert_near(q[STAY], num_entropy(paid, 2), 1e-12);
    plan.utility = &utility_square;
    solve(q);
    ck_assert_near(q[ON], -(paid[0] * paid[0] + paid[1] * paid[1]), 1e-12);
    plan.utility = &utility_gain;
    solve(q);
    ck_assert_near(q[BACK], num_entropy(paid, 2) - log(2) / 3, 1e-12);
    ck_assert_uint_eq(model->want, 0);
    close_plan();
}
END_TEST

/* Gain telescopes: over any horizon a policy earns the entropy it removes; going through
 * all cells twice with theta = 1 removes all of it. */
START_TEST(total_gain_is_the_entropy_of_the_prior)
{
    double q[3];
    open_plan(&(struct corridor){ 3, 1, 2, 1, SEES_CELL }, "goal", 4);
    plan.utility = &utility_gain;
    solve(q);
    ck_assert_near(fmax(q[0], fmax(q[1], q[2])), log(3), 1e-12);
    close_plan();
}
END_TEST

START_TEST(in_a_known_world_it_is_value_iteration)
{
    double q[3];
    struct alphabet percepts = { 0 };
    unsigned char start = 1;
    open_plan(&(struct corridor){ 5, 1, 4, 0.3, SEES_CELL }, "mu", 6);
    ck_assert(discount_init(&plan.discount, &(struct discount_conf){ .gamma = 0.8 }, NULL));
    solve(q);
    struct fsm *f = fsm_new(env, &start, 10, &percepts);
    struct vi *v = vi_new(f, &utility_reward, &plan.discount, 6);
    for (int a = 0; a < 3; a++)
        ck_assert_near(q[a], vi_values(v, 0, 1)[a], 1e-12);
    vi_free(v);
    fsm_free(f);
    alphabet_release(&percepts);
    close_plan();
}
END_TEST

/* Ten a cycle, found by a walk of 100000 levels: no stack of the program's has them. */
START_TEST(a_horizon_may_be_longer_than_the_stack)
{
    enum { FAR = 100000 };
    double q[3];
    open_plan(&(struct corridor){ 2, 1, 1, 1, SEES_CELL }, "mu", FAR);
    ck_assert(discount_init(&plan.discount, &(struct discount_conf){ .gamma = 1 }, NULL));
    struct expectation *x = expectation_new(&plan);
    ck_assert(expectation_solve(x, &plan, 10 * FAR, q).done);
    ck_assert_double_eq(q[STAY], 10.0 * FAR);
    ck_assert_double_eq(q[BACK], -1 + 10.0 * (FAR - 1));
    expectation_free(x);
    close_plan();
}
END_TEST

/* Listening costs 1 and is right 85 times in 100; a door pays 10 or costs 100 and puts the
 * tiger behind one of them anew: computed over the lead of one side's growls over the
 * other's. */
START_TEST(five_cycles_of_the_tiger)
{
    double q[ACTIONS_MAX];
    struct err err = { 0 };
    struct spec_of spec;
    ck_assert_msg(kind_parse(&spec, &env_shelf, "tiger", &err), "%s", err.text);
    struct env *tiger = env_open(&spec, 1, &err);
    model = mixture_new(family_find("mu", tiger, &err), NULL, &err);
    ck_assert_msg(model, "%s", err.text);
    plan =
        (struct plan){ .model = model, .utility = &utility_reward, .horizon = 5, .now = 1 };
    plan.discount = (struct discount){ .kind = DISCOUNT_GEOMETRIC, .gamma = 1 };
    solve(q);
    ck_assert_near(q[0], 3.60915, 1e-12);
    ck_assert_near(q[1], -42.57875, 1e-12);
    ck_assert_near(q[2], -42.57875, 1e-12);
    model->ops->free(model);
    env_close(tiger);
    kind_release(&spec);
}
END_TEST

START_TEST(a_limit_ends_it_with_an_estimate)
{
    double q[3] = { 7, 7, 7 };
    open_plan(&(struct corridor){ 5, 2, 4, 0.5, SEES_CELL }, "goal", 8);
    struct exact x = expectimax(&plan, 100, q);
    ck_assert(!x.done);
    ck_assert_double_gt(x.estimate, 1e4);
    ck_assert_double_eq(q[0], 7);
    ck_assert_uint_eq(model->held, 0);
    ck_assert_near(model->ops->entropy(model), log(5), 1e-12);
    close_plan();
}
END_TEST

/* ---- the hunter, against the plain one */

static struct exact hunt(struct model *m, uint32_t horizon, uint64_t limit, double *q)
{
    struct plan p = { .model = m,
                      .utility = &utility_reward,
                      .horizon = horizon,
                      .discount = plan.discount,
                      .now = 1 };
    struct hunter *h = hunter_new(&p);
    ck_assert_ptr_nonnull(h);
    struct exact x = hunter_solve(h, &p, limit, q);
    double again[ACTIONS_MAX];
    hunter_solve(h, &p, limit, again);
    for (unsigned a = 0; x.done && a < m->space.n_actions; a++)
        ck_assert_double_eq(q[a], again[a]);
    hunter_free(h);
    return x;
}

/* It looks at the wish to stop in every belief state. */
START_TEST(a_cancelled_expectimax_ends_at_once)
{
    double q[3];
    atomic_int cancel = 1;
    open_plan(&(struct corridor){ 6, 2, 5, 0.6, SEES_CELL }, "goal", 30);
    plan.cancel = &cancel;
    struct exact x = expectimax(&plan, UINT64_MAX - 1, q);
    ck_assert(!x.done);
    ck_assert_uint_le(x.states, 3);
    struct expectation *kept = expectation_new(&plan);
    x = expectation_solve(kept, &plan, UINT64_MAX - 1, q);
    ck_assert(!x.done);
    ck_assert_uint_le(x.states, 3);
    cancel = 0;
    plan.horizon = 3;
    ck_assert(expectation_solve(kept, &plan, UINT64_MAX - 1, q).done);
    expectation_free(kept);
    close_plan();
}
END_TEST

/* On generated mazes, after histories of any length, all actions have the same value. */
START_TEST(both_expectimaxes_agree)
{
    static const char *const theta[] = { "0.3", "0.75", "1" };
    struct spec_of spec;
    struct err err = { 0 };
    struct rng walk;
    char text[80];
    snprintf(text, sizeof text, "gridworld:size=%d,map_index=%d,theta=%s", 3 + _i % 3, _i,
             theta[_i % 3]);
    ck_assert_msg(kind_parse(&spec, &env_shelf, text, &err), "%s", err.text);
    struct env *maze = env_open(&spec, 1, &err);
    ck_assert_msg(maze, "%s", err.text);
    rng_init(&walk, &(struct rng_key){ 1, RNG_PLAN, "walk", 0, (uint32_t)_i });
    ck_assert(
        discount_init(&plan.discount, &(struct discount_conf){ .gamma = 0.95 }, &err));
    struct model *m = class_goal(maze, NULL);
    ck_assert_ptr_nonnull(m);
    for (int t = 0; t < 12; t++) {
        double fast[ACTIONS_MAX], plain[ACTIONS_MAX];
        uint32_t horizon = 1 + rng_below(&walk, 4);
        struct plan p = { .model = m,
                          .utility = &utility_reward,
                          .horizon = horizon,
                          .discount = plan.discount,
                          .now = 1 };
        ck_assert(hunt(m, horizon, 1000000, fast).done);
        ck_assert(expectimax(&p, 10000000, plain).done);
        for (unsigned a = 0; a < m->space.n_actions; a++)
            ck_assert_near(fast[a], plain[a], 1e-9);
        struct outcome o;
        m->ops->step(m, rng_below(&walk, m->space.n_actions), &walk, &o);
    }
    m->ops->free(m);
    env_close(maze);
    kind_release(&spec);
}
END_TEST

START_TEST(a_hunt_too_large_says_so)
{
    double q[3];
    open_plan(&(struct corridor){ 40, 20, 39, 0.75, SEES_CELL }, "goal", 8);
    struct model *m = class_goal(env, NULL);
    struct exact x = hunt(m, 8, 2, q);
    ck_assert(!x.done);
    ck_assert_double_gt(x.estimate, 1000);
    ck_assert(hunt(m, 8, 1000000, q).done);
    m->ops->free(m);
    close_plan();
}
END_TEST

/* ---- belief states remembered, against the plain one */

enum { AIMS = 6, CYCLES = 5, REACH = 4, FAMILY_MAX = 80 };

static const struct {
    const struct utility *utility;
    enum gain_form form;
} aims[AIMS] = {
    { &utility_reward, GAIN_ENTROPY },  { &utility_square, GAIN_ENTROPY },
    { &utility_shannon, GAIN_ENTROPY }, { &utility_gain, GAIN_ENTROPY },
    { &utility_gain, GAIN_KL },         { &utility_square_hindsight, GAIN_ENTROPY },
};

/* Settings besides the defaults that make beliefs of other kinds. */
static const char *const variants[] = {
    "gridworld:map=thesis",
    "gridworld:noise=start,symbols=3,modifier=random",
    "gridworld:traps=0.2,dispensers=3,theta=0.5,map_index=2",
    "gridworld:percepts=cell,theta=1",
    "gridworld:size=3,walls=0,theta=0.3",
    "gridworld:size=4,map_index=3,noise=start",
};
enum { VARIANTS = sizeof variants / sizeof *variants };

static int n_worlds(void)
{
    int n = 0;
    while (env_shelf.at[n])
        n++;
    return n + VARIANTS;
}

static struct env *open_text(const char *text)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &env_shelf, text, &err), "%s", err.text);
    struct env *world = env_open(&spec, 5, &err); /* NULL: it needs a file */
    kind_release(&spec);
    return world;
}

static struct env *open_world(int i)
{
    return open_text(i < VARIANTS ? variants[i] : env_shelf.at[i - VARIANTS]->name);
}

/* Where a belief is over hundreds of states every step of it is dear: there the whole size
 * is for tests/sizes.long. */
static bool is_dear(const struct env *world)
{
    return world->max_starts > 50 && !getenv("URSA_LONG");
}

/* Both plan as far as the plain one can in a moment. */
static void compare(struct expectation *x, struct model *m, int aim, uint64_t now,
                    uint64_t limit)
{
    double plain[ACTIONS_MAX], quick[ACTIONS_MAX];
    struct plan p = { .model = m,
                      .utility = aims[aim].utility,
                      .horizon = REACH,
                      .discount = plan.discount,
                      .now = now };
    m->gain_form = aims[aim].form;
    struct exact full = expectimax(&p, limit, plain);
    while (!full.done && p.horizon > 1) {
        p.horizon--;
        full = expectimax(&p, limit, plain);
    }
    struct exact y = expectation_solve(x, &p, full.states, quick);
    ck_assert(y.done);
    ck_assert_uint_le(y.states, full.states);
    ck_assert_uint_eq(m->held, 0);
    for (unsigned a = 0; a < m->space.n_actions; a++)
        ck_assert_double_eq(quick[a], plain[a]);
}

/* Along one history, with what is kept from cycle to cycle. */
static void live(struct model *m, bool dear)
{
    struct expectation *x[AIMS];
    struct plan widest = { .model = m, .utility = &utility_reward, .horizon = REACH };
    struct rng walk;
    rng_init(&walk, &(struct rng_key){ 1, RNG_PLAN, "walk", 0, 0 });
    for (int i = 0; i < AIMS; i++)
        x[i] = expectation_new(&widest);
    for (uint64_t t = 1; t <= (dear ? 2 : CYCLES); t++) {
        struct outcome o;
        for (int i = 0; i < AIMS; i++)
            compare(x[i], m, i, t, dear ? 80 : 400);
        m->ops->step(m, rng_below(&walk, m->space.n_actions), &walk, &o);
    }
    for (int i = 0; i < AIMS; i++)
        expectation_free(x[i]);
    m->ops->free(m);
}

static void live_in(const struct env *world, const char *family)
{
    struct err err = { 0 };
    if (class_count(world, family, &err) > FAMILY_MAX)
        return;
    struct model *m = mixture_new(family_find(family, world, &err), NULL, &err);
    if (m)
        live(m, is_dear(world));
    m = strcmp(family, "goal") ? NULL : class_goal(world, NULL);
    if (m)
        live(m, is_dear(world));
}

/* In all worlds, for all utilities, to the last bit; the discount changes with age. */
START_TEST(remembered_beliefs_change_no_value)
{
    struct env *world = open_world(_i);
    if (!world)
        return;
    ck_assert(discount_init(&plan.discount,
                            &(struct discount_conf){ .kind = DISCOUNT_POWER, .beta = 1.1 },
                            NULL));
    live_in(world, "mu");
    for (const struct kind *const *f = world->ops->families; f && *f; f++)
        live_in(world, (*f)->name);
    env_close(world);
}
END_TEST

/* Nothing is to be learned here: of each depth there are no more belief states than places,
 * however many observations the noise makes and whatever pays, since chances of 1/4 and 1/2
 * scale the weight by powers of two. The four places are the corners of a square, of which
 * the start reaches three in one action. */
START_TEST(a_belief_many_histories_lead_to_is_visited_once)
{
    double q[ACTIONS_MAX];
    struct err err = { 0 };
    struct env *world = open_text("gridworld:size=4,map_index=3,noise=start,theta=0.5");
    struct model *m = mixture_new(family_find("mu", world, &err), NULL, &err);
    ck_assert_msg(m, "%s", err.text);
    struct plan p = { .model = m,
                      .utility = &utility_shannon,
                      .horizon = 30,
                      .discount = { .kind = DISCOUNT_GEOMETRIC, .gamma = 1 },
                      .now = 1 };
    struct expectation *x = expectation_new(&p);
    struct exact all = expectation_solve(x, &p, 1000000, q);
    ck_assert(all.done);
    ck_assert_uint_eq(all.states, 1 + 3 + 28 * 4);
    expectation_free(x);
    m->ops->free(m);
    env_close(world);
}
END_TEST

START_TEST(visits_in_any_order_are_one_belief)
{
    double q[ACTIONS_MAX];
    open_plan(&(struct corridor){ 9, 4, 8, 0.5, true }, "goal", 9);
    struct model *m = class_goal(env, NULL);
    plan.model = m;
    plan.utility = &utility_square;
    struct expectation *x = expectation_new(&plan);
    uint64_t plain = expectimax(&plan, 10000000, q).states;
    ck_assert_uint_lt(20 * expectation_solve(x, &plan, 10000000, q).states, plain);
    ck_assert(!expectation_solve(x, &plan, 10, q).done);
    ck_assert(expectation_solve(x, &plan, 10000000, q).done);
    expectation_free(x);
    m->ops->free(m);
    close_plan();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("expectimax");
    TCase *tc = tcase_create("expectimax");
    tcase_add_test(tc, a_sure_dispenser_in_one_of_two_cells);
    tcase_add_test(tc, an_unsure_dispenser_in_one_of_two_cells);
    tcase_add_test(tc, horizon_one_is_the_expected_reward);
    tcase_add_test(tc, knowledge_seekers_value_what_they_should);
    tcase_add_test(tc, total_gain_is_the_entropy_of_the_prior);
    tcase_add_test(tc, in_a_known_world_it_is_value_iteration);
    tcase_add_test(tc, a_horizon_may_be_longer_than_the_stack);
    tcase_add_test(tc, five_cycles_of_the_tiger);
    tcase_add_test(tc, a_limit_ends_it_with_an_estimate);
    tcase_add_test(tc, a_cancelled_expectimax_ends_at_once);
    tcase_add_loop_test(tc, both_expectimaxes_agree, 0, 24);
    tcase_add_test(tc, a_hunt_too_large_says_so);
    tcase_add_loop_test(tc, remembered_beliefs_change_no_value, 0, n_worlds());
    tcase_add_test(tc, a_belief_many_histories_lead_to_is_visited_once);
    tcase_add_test(tc, visits_in_any_order_are_one_belief);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
