#include "config.h"

#include "crowd.h"
#include "population.h"

#include <stdio.h>
#include <string.h>

/* Hidden incentives: learners, and what chooses among them (envs/population.c). */

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

/* d theta = rate beta P (1 - P), by hand: P(0.4) = 0.598687660, 0.4 - 0.15 x 0.240260746 =
 * 0.363960888, P = 0.590003; and so on. */
START_TEST(what_is_expected_of_the_gradient_is_followed_exactly)
{
    struct flock f;
    double theta = 0.4;
    flock_open(&f, "population:size=3,learner=expected,theta=0.4,rate=0.3,beta=-0.5");
    ck_assert_near(flock_live(&f, 0), 0.598687660, 1e-9);
    ck_assert_near(flock_live(&f, 1), sigmoid(0.363960888), 1e-9);
    for (int t = 1; t <= 20; t++) {
        double p = sigmoid(theta);
        theta += 0.3 * -0.5 * p * (1 - p);
        ck_assert_near(flock_live(&f, t), sigmoid(theta), 1e-12);
        ck_assert_near(f.now[SPREAD], 0, 1e-7);
    }
    flock_close(&f);
}
END_TEST

/* One step of REINFORCE from theta = 0.4 at rate 0.7: four things may happen, each moving
 * theta by 0.7 (s - a / 2 - 1/2)(a - P). */
START_TEST(reinforce_steps_as_the_four_things_that_may_happen)
{
    enum { FLOCKS = 60, SIZE = 1000 };
    struct flock f;
    double p = sigmoid(0.4), mean = 0, square = 0, sum = 0;
    for (int s = 0; s < 2; s++)
        for (int a = 0; a < 2; a++) {
            double chance = 0.5 * (a ? p : 1 - p);
            double x = sigmoid(0.4 + 0.7 * (s - 0.5 * a - 0.5) * (a - p));
            mean += chance * x;
            square += chance * x * x;
        }
    flock_open(&f, "population:size=1000,theta=0.4,rate=0.7");
    for (int i = 0; i < FLOCKS; i++)
        sum += flock_live(&f, 1);
    double error = sqrt((square - mean * mean) / FLOCKS / SIZE);
    ck_assert_near(sum / FLOCKS, mean, 4 * error);
    ck_assert_double_le(error, 0.001); /* the step itself is -0.02 */
    flock_close(&f);
}
END_TEST

/* Rates multiply by 1.2 or 0.8: of five learners one is replaced, so that log rates add up
 * to one such step where copies alone are disturbed, to five where all are. */
static bool is_sum_of_steps(double sum, int steps)
{
    for (int up = 0; up <= steps; up++)
        if (fabs(sum - (up * log(1.2) + (steps - up) * log(0.8))) < 1e-12)
            return true;
    return false;
}

START_TEST(whose_learning_rates_are_disturbed_is_as_asked)
{
    static const struct {
        const char *explore;
        int steps;
    } cases[] = { { "none", 0 }, { "copies", 1 }, { "all", 5 } };
    for (int k = 0; k < 3; k++) {
        char spec[128];
        struct flock f;
        snprintf(spec, sizeof spec,
                 "population:size=5,rate=0.1,outer=pbt,every=3,explore=%s",
                 cases[k].explore);
        flock_open(&f, spec);
        for (int i = 0; i < 20; i++) {
            flock_live(&f, 2);
            ck_assert_near(f.now[LEARNING_RATE], 0.1, 1e-15);
            flock_live(&f, 3);
            double sum = 5 * log(f.now[LEARNING_RATE] / 0.1);
            ck_assert_msg(is_sum_of_steps(sum, cases[k].steps), "%s", spec);
        }
        flock_close(&f);
    }
}
END_TEST

/* Learners who hardly learn, of whom those with the higher last reward are copied: nobody
 * is new, so that in the end all are one, and nothing then changes. */
START_TEST(selection_alone_ends_with_a_single_one)
{
    struct flock f;
    flock_open(&f,
               "population:size=10,learner=expected,rate=0.0001,outer=pbt,explore=none");
    flock_live(&f, 0);
    ck_assert_double_gt(f.now[SPREAD], 0.05);
    flock_live(&f, 400);
    ck_assert_double_lt(f.now[SPREAD], 0.005);
    flock_close(&f);
    /* nobody is replaced where a fifth of the learners is nobody */
    flock_open(&f, "population:size=4,learner=expected,rate=0.0001,outer=pbt,explore=none");
    flock_live(&f, 400);
    ck_assert_double_gt(f.now[SPREAD], 0.01);
    flock_close(&f);
}
END_TEST

/* Where cooperating pays at once and nothing later differs (beta = 2: R is s + 2 a - 1/2),
 * defectors are the ones who go. */
START_TEST(those_of_higher_reward_are_copied)
{
    double sd, with = flock_mean("population:size=50,learner=expected,rate=0.0001,beta=2,"
                                 "outer=pbt,explore=none",
                                 60, 20, &sd);
    double without =
        flock_mean("population:size=50,learner=expected,rate=0.0001,beta=2", 60, 20, &sd);
    ck_assert_near(without, 0.5, 0.05);
    ck_assert_double_gt(with, 0.85);
}
END_TEST

/* Rates stay with their places, so that swapping gives every learner the mean rate: equal
 * learners stay nearly equal, 0.01 to 1 apart they do not. */
START_TEST(swapping_moves_the_learners_and_leaves_the_rates)
{
    struct flock f;
    flock_open(&f, "population:size=50,learner=expected,theta=0.4");
    flock_live(&f, 50);
    double apart = f.now[SPREAD], rate = f.now[LEARNING_RATE];
    flock_close(&f);
    flock_open(&f, "population:size=50,learner=expected,theta=0.4,swap=yes");
    flock_live(&f, 50);
    ck_assert_double_gt(apart, 0.1);
    ck_assert_double_lt(f.now[SPREAD], 0.005); /* each has been in every place */
    ck_assert_near(f.now[LEARNING_RATE], rate, 1e-12);
    flock_close(&f);
}
END_TEST

/* The released program gives 26 or 27 % of Q-learners that lock into cooperation (more than
 * 80 % of their cycles), all together 0.34; swapped 0 % and about 0.05. 500 learners: a
 * standard error is 2 %. */
START_TEST(q_learners_lock_into_cooperation_unless_swapped)
{
    struct flock f;
    flock_open(&f, "population:size=500,learner=q-learning");
    flock_live(&f, 3000);
    ck_assert_near(f.now[LOCKED], 27, 3 * 2);
    ck_assert_near(f.now[COOPERATED], 0.34, 0.05);
    ck_assert(isnan(f.now[LEARNING_RATE]));
    flock_close(&f);
    flock_open(&f, "population:size=500,learner=q-learning,swap=yes");
    flock_live(&f, 3000);
    ck_assert_near(f.now[LOCKED], 0, 1e-12);
    ck_assert_near(f.now[COOPERATED], 0.055, 0.005);
    flock_close(&f);
}
END_TEST

/* Of the table the rows of ten learners; tests/long_population.c has all. */
START_TEST(small_populations_end_as_published)
{
    if (table[_i].size == 10)
        row_agrees(&table[_i], 400);
}
END_TEST

START_TEST(a_percept_is_what_was_done_and_earned)
{
    struct flock f;
    char text[40];
    flock_open(&f, "population:size=3,theta=20,beta=-0.5");
    env_reset(f.env, f.state, &f.rng);
    env_step(f.env, f.state, 0, &f.rng);
    struct percept e = env_step(f.env, f.state, 0, &f.rng);
    ck_assert_uint_eq(e.obs, 100); /* all cooperate and did: 1 - 1/2 - 1/2 */
    ck_assert_int_eq(e.rew, 0);
    env_percept_text(f.env, e, text, sizeof text);
    ck_assert_str_eq(text, "100% cooperated");
    flock_close(&f);
    flock_open(&f, "population:size=3,theta=-20,beta=-0.5");
    env_reset(f.env, f.state, &f.rng);
    env_step(f.env, f.state, 0, &f.rng);
    e = env_step(f.env, f.state, 0, &f.rng);
    ck_assert_uint_eq(e.obs, 0);
    ck_assert_int_eq(e.rew, -500); /* 0 - 0 - 1/2, in thousandths */
    flock_close(&f);
}
END_TEST

/* Row by row as text, blanks at the end left out. */
START_TEST(it_is_drawn_as_a_histogram)
{
    struct flock f;
    struct cell at[11 * 52];
    flock_open(&f, "population:size=8,theta=2,learner=expected");
    struct canvas cv = { f.env->rows, f.env->cols, at };
    ck_assert_int_eq(cv.rows * cv.cols, 11 * 52);
    env_reset(f.env, f.state, &f.rng);
    canvas_clear(&cv);
    f.env->ops->draw(f.env, f.state, true, &cv);
    /* P(2) = 0.88: one bar of full height in the ninth tenth, its number above it */
    ck_assert_uint_eq(at[0 * 52 + 44].ch, '8');
    for (int r = 1; r <= 8; r++)
        for (int c = 0; c < 52; c++)
            ck_assert_uint_eq(at[r * 52 + c].ch == '#', c >= 41 && c <= 44);
    flock_close(&f);
}
END_TEST

/* What the window asks for: all of one chance are in one bin of any number of them. */
START_TEST(a_crowd_is_counted_in_bins)
{
    struct flock f;
    uint32_t bin[20], sum = 0;
    flock_open(&f, "population:size=7,theta=2,rate=0.3,outer=pbt");
    env_reset(f.env, f.state, &f.rng);
    const struct crowd *c = f.env->ops->view(f.env, &view_crowd);
    ck_assert_ptr_nonnull(c);
    ck_assert_uint_eq(c->n, 7);
    ck_assert_near(c->count(f.env, f.state, bin, 20), sigmoid(2), 1e-12);
    for (int k = 0; k < 20; k++) /* P(2) = 0.88 is in 0.85 .. 0.9 */
        ck_assert_uint_eq(bin[k], k == 17 ? 7 : 0);
    for (int t = 0; t < 50; t++)
        env_step(f.env, f.state, 0, &f.rng);
    double mean = c->count(f.env, f.state, bin, 3);
    f.env->ops->report(f.env, f.state, f.now);
    ck_assert_near(mean, f.now[COOPERATE], 1e-12);
    for (int k = 0; k < 3; k++)
        sum += bin[k];
    ck_assert_uint_eq(sum, 7);
    flock_close(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("population");
    TCase *t = tcase_create("learners");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, what_is_expected_of_the_gradient_is_followed_exactly);
    tcase_add_test(t, reinforce_steps_as_the_four_things_that_may_happen);
    tcase_add_test(t, whose_learning_rates_are_disturbed_is_as_asked);
    tcase_add_test(t, selection_alone_ends_with_a_single_one);
    tcase_add_test(t, those_of_higher_reward_are_copied);
    tcase_add_test(t, swapping_moves_the_learners_and_leaves_the_rates);
    tcase_add_test(t, q_learners_lock_into_cooperation_unless_swapped);
    tcase_add_loop_test(t, small_populations_end_as_published, 0, TABLE);
    tcase_add_test(t, a_percept_is_what_was_done_and_earned);
    tcase_add_test(t, it_is_drawn_as_a_histogram);
    tcase_add_test(t, a_crowd_is_counted_in_bins);
    suite_add_tcase(s, t);
    return harness_run(s);
}
