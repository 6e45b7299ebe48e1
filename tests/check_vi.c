#include "config.h"

#include "harness.h"
#include "toy.h"
#include "vi.h"

#include <math.h>

static struct env *env;
static struct fsm *world;
static struct alphabet percepts;

static void open_world(unsigned cells, unsigned goal, double theta)
{
    unsigned char start = 0;
    env = corridor_open(&(struct corridor){ cells, 0, goal, theta, SEES_CELL });
    percepts = (struct alphabet){ 0 };
    world = fsm_new(env, &start, 100, &percepts);
    ck_assert_ptr_nonnull(world);
}

static void close_world(void)
{
    fsm_free(world);
    alphabet_release(&percepts);
    env_close(env);
}

static struct discount discount_of(const struct discount_conf *conf)
{
    struct discount d;
    struct err err = { 0 };
    ck_assert(discount_init(&d, conf, &err));
    return d;
}

/* Two cells, the dispenser in the second: on pays 10 now and for ever after. */
START_TEST(two_cells_have_the_values_worked_out_by_hand)
{
    struct discount d = discount_of(&(struct discount_conf){ .gamma = 0.9 });
    open_world(2, 1, 1);
    struct vi *v = vi_new(world, &utility_reward, &d, 3);
    const double *q = vi_values(v, 0, 1);
    ck_assert_near(q[2], 10 + 9 + 8.1, 1e-12);
    ck_assert_near(q[1], -1 + 9 + 8.1, 1e-12);
    ck_assert_near(q[0], -1 + 9 + 8.1, 1e-12);
    vi_free(v);
    close_world();
}
END_TEST

/* theta = .75: a visit is worth 7.25. */
START_TEST(a_corridor_is_walked_to_its_end)
{
    struct discount d = discount_of(&(struct discount_conf){ .gamma = 0.5 });
    open_world(4, 3, 0.75);
    struct vi *v = vi_new(world, &utility_reward, &d, 4);
    ck_assert_near(vi_values(v, 0, 1)[2], -1 - 0.5 + 7.25 / 4 + 7.25 / 8, 1e-12);
    ck_assert_near(vi_values(v, 0, 7)[1], -1 - 0.5 - 0.25 + 7.25 / 8, 1e-12);
    vi_free(v);
    close_world();
}
END_TEST

START_TEST(horizon_m_means_m_rewards)
{
    struct discount d =
        discount_of(&(struct discount_conf){ .kind = DISCOUNT_MOVING, .window = 1000 });
    open_world(6, 5, 1);
    for (uint32_t m = 1; m <= 8; m++) {
        struct vi *v = vi_new(world, &utility_reward, &d, m);
        double expect = m < 5 ? -(double)m : -4 + 10.0 * (m - 4);
        ck_assert_near(vi_values(v, 0, 1)[2], expect, 1e-12);
        vi_free(v);
    }
    close_world();
}
END_TEST

/* gamma = .99 looks 459 cycles ahead: far enough for a corridor of 60. */
START_TEST(the_effective_horizon_is_the_default)
{
    struct discount d = discount_of(&(struct discount_conf){ .gamma = 0.99 });
    open_world(60, 59, 1);
    struct vi *far = vi_new(world, &utility_reward, &d, 0);
    struct vi *told = vi_new(world, &utility_reward, &d, 459);
    const double *q = vi_values(far, 0, 1);
    ck_assert_double_gt(q[2], q[1]);
    for (unsigned a = 0; a < 3; a++)
        ck_assert_double_eq(q[a], vi_values(told, 0, 1)[a]);
    vi_free(far);
    vi_free(told);
    close_world();
}
END_TEST

/* A lifetime of 10 cycles is worth fewer of them the older one is, and nothing at its
 * end. */
START_TEST(a_lifetime_runs_out)
{
    struct discount d =
        discount_of(&(struct discount_conf){ .kind = DISCOUNT_LIFETIME, .lifetime = 10 });
    open_world(2, 1, 1);
    struct vi *v = vi_new(world, &utility_reward, &d, 20);
    ck_assert_near(vi_values(v, 0, 1)[2], 100, 1e-12);
    ck_assert_near(vi_values(v, 0, 9)[2], 20, 1e-12);
    ck_assert_near(vi_values(v, 0, 11)[2], 0, 1e-12);
    vi_free(v);
    close_world();
}
END_TEST

START_TEST(undiscounted_sums_are_those_of_the_walk)
{
    open_world(9, 8, 0.5);
    ck_assert_near(vi_optimal_sum(world, 7, NULL), -7, 1e-12);
    ck_assert_near(vi_optimal_sum(world, 8, NULL), -7 + 4.5, 1e-12);
    ck_assert_near(vi_optimal_sum(world, 1000000, NULL), -7 + 4.5 * (1000000 - 7), 1e-3);
    ck_assert_near(vi_random_sum(world, 1, NULL), -1, 1e-12);
    close_world();
    open_world(2, 1, 1);
    /* cell 1 next: from 0 by "on", from 1 by "stay" and "on". */
    ck_assert_near(vi_random_sum(world, 1, NULL), (10 - 2) / 3.0, 1e-12);
    double in = 1.0 / 3 * 2 / 3 + 2.0 / 3 * 1 / 3;
    ck_assert_near(vi_random_sum(world, 2, NULL), (10 - 2) / 3.0 + 11 * in - 1, 1e-12);
    close_world();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("vi");
    TCase *tc = tcase_create("vi");
    tcase_add_test(tc, two_cells_have_the_values_worked_out_by_hand);
    tcase_add_test(tc, a_corridor_is_walked_to_its_end);
    tcase_add_test(tc, horizon_m_means_m_rewards);
    tcase_add_test(tc, the_effective_horizon_is_the_default);
    tcase_add_test(tc, a_lifetime_runs_out);
    tcase_add_test(tc, undiscounted_sums_are_those_of_the_walk);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
