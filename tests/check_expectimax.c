#include "config.h"

#include "expectimax.h"
#include "harness.h"
#include "mixture.h"
#include "num.h"
#include "toy.h"
#include "vi.h"

#include <math.h>
#include <stdlib.h>

enum { BACK, STAY, ON };

static struct env *env;
static struct model *model;
static struct plan plan;

static void open_plan(const struct corridor *c, const char *family, uint32_t horizon)
{
    struct err err = { 0 };
    env = corridor_open(c);
    model = mixture_new(env, family, NULL, &err);
    ck_assert_msg(model, "%s", err.text);
    plan = (struct plan){ .model = model,
                          .utility = utility_reward,
                          .lo = -1,
                          .hi = 10,
                          .horizon = horizon,
                          .now = 1 };
    ck_assert(discount_init(
        &plan.discount, &(struct discount_conf){ .kind = DISCOUNT_MOVING, .window = 1000 },
        &err));
}

static void close_plan(void)
{
    model->ops->free(model);
    env->ops->close(env);
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
    open_plan(&(struct corridor){ 2, 0, 1, 1, true }, "goal", 2);
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
    open_plan(&(struct corridor){ 2, 0, 1, 0.5, true }, "goal", 2);
    solve(q);
    double found = 10 + 4.5, not = -1 + (10.0 - 2.0) / 3;
    ck_assert_near(q[STAY], 0.25 * found + 0.75 * not, 1e-12);
    ck_assert_near(q[ON], q[STAY], 1e-12);
    close_plan();
}
END_TEST

START_TEST(horizon_one_is_the_expected_reward)
{
    double q[3];
    open_plan(&(struct corridor){ 4, 1, 3, 0.5, true }, "goal", 1);
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
    open_plan(&(struct corridor){ 3, 1, 2, 0.5, true }, "goal", 1);
    plan.utility = utility_shannon;
    plan.wants = WANT_PROB;
    solve(q);
    ck_assert_near(q[STAY], entropy(paid, 2), 1e-12);
    plan.utility = utility_square;
    solve(q);
    ck_assert_near(q[ON], -(paid[0] * paid[0] + paid[1] * paid[1]), 1e-12);
    plan.utility = utility_gain;
    plan.wants = WANT_GAIN;
    solve(q);
    ck_assert_near(q[BACK], entropy(paid, 2) - log(2) / 3, 1e-12);
    ck_assert_uint_eq(model->want, 0);
    close_plan();
}
END_TEST

/* Gain telescopes: over any horizon a policy earns the entropy it removes; going through
 * all cells twice with theta = 1 removes all of it. */
START_TEST(total_gain_is_the_entropy_of_the_prior)
{
    double q[3];
    open_plan(&(struct corridor){ 3, 1, 2, 1, true }, "goal", 4);
    plan.utility = utility_gain;
    plan.wants = WANT_GAIN;
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
    open_plan(&(struct corridor){ 5, 1, 4, 0.3, true }, "mu", 6);
    ck_assert(discount_init(&plan.discount, &(struct discount_conf){ .gamma = 0.8 }, NULL));
    solve(q);
    struct fsm *f = fsm_new(env, &start, 10, &percepts);
    struct vi *v = vi_new(f, utility_reward, &plan.discount, 6);
    for (int a = 0; a < 3; a++)
        ck_assert_near(q[a], vi_values(v, 0, 1)[a], 1e-12);
    vi_free(v);
    fsm_free(f);
    alphabet_release(&percepts);
    close_plan();
}
END_TEST

START_TEST(a_limit_ends_it_with_an_estimate)
{
    double q[3] = { 7, 7, 7 };
    open_plan(&(struct corridor){ 5, 2, 4, 0.5, true }, "goal", 8);
    struct exact x = expectimax(&plan, 100, q);
    ck_assert(!x.done);
    ck_assert_double_gt(x.estimate, 1e4);
    ck_assert_double_eq(q[0], 7);
    ck_assert_uint_eq(model->held, 0);
    ck_assert_near(model->ops->entropy(model), log(5), 1e-12);
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
    tcase_add_test(tc, a_limit_ends_it_with_an_estimate);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
