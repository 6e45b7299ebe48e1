#include "config.h"

#include "harness.h"
#include "life.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* MC-AIXI-CTW learns small worlds from their bits: reward per cycle after its learning
 * phase, against the optimum that check_jair computes. */

#define AGENT "mc-aixi:explore=0.999,explore-decay=0.99,"

START_TEST(a_biased_coin_is_learned)
{
    double mean = life_learned(AGENT "samples=50,learn=500,predictor=ctw:depth=8,horizon=2",
                               "coin-flip:p=0.8", 500, 500);
    ck_assert_near(mean, 0.8, 3 * 0.018); /* sd of 500 flips */
}
END_TEST

START_TEST(a_maze_without_percepts_is_learned)
{
    double mean =
        life_learned(AGENT "samples=200,learn=1500,horizon=6", "maze-1d", 1500, 500);
    ck_assert_double_ge(mean, 0.44); /* optimum .5 */
    ck_assert_double_le(mean, 0.56);
}
END_TEST

START_TEST(a_proud_opponent_is_learned)
{
    double mean =
        life_learned(AGENT "samples=200,learn=3000,horizon=4", "biased-rps", 3000, 1000);
    ck_assert_double_ge(mean, 0.15); /* optimum .25, sd of 1000 rounds .026 */
}
END_TEST

START_TEST(it_is_evaluated_after_it_has_learned)
{
    /* seven samples a cycle for 3 cycles, then 20 for 2, whose rewards count; then rest */
    struct life l;
    life_begin(&l,
               "mc-aixi:explore=0,learn=3,samples=7,eval-samples=20,evaluate=2,horizon=2",
               "biased-rps", 1);
    static const uint64_t samples[] = { 7, 14, 21, 41, 61, 61, 61 };
    double learned = 0, measured = 0;
    for (int t = 0; t < 7; t++) {
        double total = life_live(&l)->total;
        struct insight in;
        insight_clear(&in);
        mind_of(l.ag)->inspect(l.ag, &in);
        ck_assert_uint_eq(in.life_samples, samples[t]);
        struct metric m[2];
        ck_assert_uint_eq(l.ag->ops->report(l.ag, m, 2), 2);
        ck_assert_str_eq(m[1].name, "evaluation_reward");
        if (t == 2)
            learned = total;
        if (t == 4)
            measured = (total - learned) / 2;
        if (t < 3)
            ck_assert(isnan(m[1].value));
        else if (t < 5)
            ck_assert_near(m[1].value, (total - learned) / (t - 2), 1e-12);
        else
            ck_assert_near(m[1].value, measured, 1e-12);
    }
    life_end(&l);
}
END_TEST

/* Search again in the same history, with other numbers at hand. */
START_TEST(a_search_may_draw_what_the_first_one_drew)
{
    static const char *const agents[] = {
        "mc-aixi:explore=0,samples=50,horizon=6,search-seed=new",
        "mc-aixi:explore=0,samples=50,horizon=6,search-seed=same",
    };
    struct life l;
    struct insight first, second;
    unsigned action;
    struct rng rng = { { 1, 2, 3, 4 } };
    life_begin(&l, agents[_i], "grid-4x4", 1);
    ck_assert(l.ag->ops->act(l.ag, &rng, &action, NULL));
    insight_clear(&first);
    mind_of(l.ag)->inspect(l.ag, &first);
    rng_u64(&rng);
    ck_assert(l.ag->ops->act(l.ag, &rng, &action, NULL));
    insight_clear(&second);
    mind_of(l.ag)->inspect(l.ag, &second);
    ck_assert_uint_eq(first.n_actions, 4);
    ck_assert_int_eq(!memcmp(first.value, second.value, 4 * sizeof *first.value), _i == 1);
    life_end(&l);
}
END_TEST

START_TEST(wrong_settings_are_told)
{
    static const struct {
        const char *agent, *message;
    } bad[] = {
        { "mc-aixi:predictor=ctw:depth=0", "out of range" },
        { "mc-aixi:predictor=cwt:depth=4", "cwt" },
        { "mc-aixi:planner=exact", "planner=exact" },
    };
    life_refused(bad[_i].agent, "coin-flip", bad[_i].message);
}
END_TEST

START_TEST(percepts_too_large_to_encode_are_told) { life_refused_wide("mc-aixi"); }
END_TEST

int main(void)
{
    Suite *s = suite_create("mc-aixi");
    TCase *tc = tcase_create("mc-aixi");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, a_biased_coin_is_learned);
    tcase_add_test(tc, a_maze_without_percepts_is_learned);
    tcase_add_test(tc, a_proud_opponent_is_learned);
    tcase_add_test(tc, it_is_evaluated_after_it_has_learned);
    tcase_add_loop_test(tc, a_search_may_draw_what_the_first_one_drew, 0, 2);
    tcase_add_loop_test(tc, wrong_settings_are_told, 0, 3);
    tcase_add_test(tc, percepts_too_large_to_encode_are_told);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
