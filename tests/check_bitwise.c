#include "config.h"

#include "bitwise.h"
#include "code.h"
#include "harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct model *open_model(const struct space *space, const char *spec)
{
    struct err err = { 0 };
    struct model *m = bitwise_new(space, spec, &err);
    ck_assert_msg(m, "%s", err.text);
    return m;
}

static const struct space tiger = {
    .n_actions = 3, .n_obs = 3, .rew_min = -100, .rew_max = 10, .scale = 1
};

START_TEST(a_code_has_as_few_bits_as_will_do)
{
    struct code c;
    struct err err = { 0 };
    ck_assert(code_init(&c, &tiger, &err));
    ck_assert_uint_eq(c.action_bits, 2);
    ck_assert_uint_eq(c.obs_bits, 2);
    ck_assert_uint_eq(c.rew_bits, 7);
    struct space one_obs = { .n_actions = 1, .n_obs = 1, .rew_max = 1, .obs_bits = 1 };
    ck_assert(code_init(&c, &one_obs, &err));
    ck_assert_uint_eq(c.action_bits, 1);
    ck_assert_uint_eq(c.obs_bits, 1);
    ck_assert_uint_eq(c.bits, 2);
}
END_TEST

START_TEST(what_cannot_be_encoded_is_refused)
{
    struct code c;
    struct err err = { 0 };
    struct space wide = { .n_actions = 2, .n_obs = 0, .rew_max = 1 << 20 };
    ck_assert(!code_init(&c, &wide, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "too large to encode"));
    struct space narrow = { .n_actions = 2, .n_obs = 17, .rew_max = 1, .obs_bits = 4 };
    ck_assert(!code_init(&c, &narrow, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "observations need 5 bits"));
    struct space mute = { .n_actions = 2, .n_obs = 1 };
    ck_assert(!code_init(&c, &mute, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "one percept"));
}
END_TEST

static const char *const specs[] = { "ctw:depth=20", "fac-ctw:depth=7",
                                     "switch:ctw:depth=3+fac-ctw:depth=12" };

/* Over a life: nothing is lost to percepts that the world does not have. */
START_TEST(probabilities_of_all_percepts_sum_to_one)
{
    struct space space = { .n_actions = 3, .n_obs = 5, .rew_min = -3, .rew_max = 8 };
    struct model *m = open_model(&space, specs[_i]);
    struct rng r = { { 1, 2, 3, 4 } };
    void *snap = malloc(m->snap_size);
    for (int t = 0; t < 60; t++) {
        unsigned action = rng_below(&r, 3);
        double sum = 0;
        for (uint32_t o = 0; o < 5; o++)
            for (int32_t rew = -3; rew <= 8; rew++)
                sum += model_prob(m, action, (struct percept){ o, rew }, snap);
        ck_assert_near(sum, 1, 1e-9);
        struct outcome o = { .e = { action + rng_below(&r, 3),
                                    (int32_t)rng_below(&r, 4) } };
        ck_assert_double_gt(m->ops->condition(m, action, &o), 0);
    }
    free(snap);
    m->ops->free(m);
}
END_TEST

/* chi-square of 6 percepts over 20000 draws, seeds fixed. */
START_TEST(steps_follow_the_probabilities)
{
    enum { DRAWS = 20000 };
    struct space space = { .n_actions = 2, .n_obs = 3, .rew_max = 1 };
    struct model *m = open_model(&space, specs[_i]);
    struct rng r = { { 1, 2, 3, 4 } };
    void *snap = malloc(m->snap_size);
    for (int t = 0; t < 40; t++) {
        struct outcome o = { .e = { (uint32_t)t % 3, t % 3 == 1 } };
        m->ops->condition(m, (unsigned)t & 1, &o);
    }
    double chi = 0, count[3][2] = { { 0 } };
    model_save(m, snap);
    for (int i = 0; i < DRAWS; i++) {
        struct outcome o = { 0 };
        m->ops->step(m, 1, &r, &o);
        count[o.e.obs][o.e.rew]++;
        m->ops->restore(m, snap);
    }
    model_release(m);
    for (uint32_t o = 0; o < 3; o++)
        for (int32_t rew = 0; rew < 2; rew++) {
            double want = DRAWS * model_prob(m, 1, (struct percept){ o, rew }, snap);
            chi += (count[o][rew] - want) * (count[o][rew] - want) / want;
        }
    ck_assert_double_lt(chi, 20.5); /* 5 degrees of freedom, p = .001 */
    free(snap);
    m->ops->free(m);
}
END_TEST

START_TEST(a_percept_outside_the_space_is_impossible_and_changes_nothing)
{
    struct model *m = open_model(&tiger, specs[0]);
    void *snap = malloc(m->snap_size);
    double before = model_prob(m, 1, (struct percept){ 1, -1 }, snap);
    struct outcome o = { .e = { 3, -1 } }, p = { .e = { 0, 11 } }, q = { .e = { 0, -101 } };
    ck_assert_double_eq(m->ops->condition(m, 1, &o), 0);
    ck_assert_double_eq(m->ops->condition(m, 1, &p), 0);
    ck_assert_double_eq(m->ops->condition(m, 1, &q), 0);
    ck_assert_double_eq(model_prob(m, 1, (struct percept){ 1, -1 }, snap), before);
    free(snap);
    m->ops->free(m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bitwise");
    TCase *tc = tcase_create("bitwise");
    tcase_add_test(tc, a_code_has_as_few_bits_as_will_do);
    tcase_add_test(tc, what_cannot_be_encoded_is_refused);
    tcase_add_loop_test(tc, probabilities_of_all_percepts_sum_to_one, 0, 3);
    tcase_add_loop_test(tc, steps_follow_the_probabilities, 0, 3);
    tcase_add_test(tc, a_percept_outside_the_space_is_impossible_and_changes_nothing);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
