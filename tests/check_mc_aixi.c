#include "config.h"

#include "harness.h"
#include "registry.h"
#include "session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* MC-AIXI-CTW learns small worlds from their bits: reward per cycle after its learning phase,
 * against the optimum that check_jair computes. */

static double learned(const char *agent, const char *env, int learn, int evaluate)
{
    struct env_spec e;
    struct agent_spec a;
    struct err err = { 0 };
    struct session s;
    ck_assert_msg(env_spec_parse(&e, env, &err), "%s", err.text);
    ck_assert_msg(agent_spec_parse(&a, agent, &err), "%s", err.text);
    struct env *world = e.ops->open(e.config, 1, &err);
    struct agent *ag = a.ops->open(a.config, world, &err);
    ck_assert_msg(ag != NULL, "%s", err.text);
    session_init(&s, world, ag, 1, 1);
    for (int t = 0; t < learn; t++)
        ck_assert(session_step(&s, &err));
    double before = s.last.total;
    for (int t = 0; t < evaluate; t++)
        ck_assert(session_step(&s, &err));
    double mean = (s.last.total - before) / evaluate;
    session_release(&s);
    ag->ops->close(ag);
    world->ops->close(world);
    env_spec_release(&e);
    agent_spec_release(&a);
    return mean;
}

#define AGENT "mc-aixi:explore=0.999,explore-decay=0.99,"

START_TEST(a_biased_coin_is_learned)
{
    double mean = learned(AGENT "samples=50,learn=500,predictor=ctw:depth=8,horizon=2",
                          "coin-flip:p=0.8", 500, 500);
    ck_assert_near(mean, 0.8, 3 * 0.018); /* sd of 500 flips */
}
END_TEST

START_TEST(a_maze_without_percepts_is_learned)
{
    double mean = learned(AGENT "samples=200,learn=1500,horizon=6", "maze-1d", 1500, 500);
    ck_assert_double_ge(mean, 0.44); /* optimum .5 */
    ck_assert_double_le(mean, 0.56);
}
END_TEST

START_TEST(a_proud_opponent_is_learned)
{
    double mean =
        learned(AGENT "samples=200,learn=3000,horizon=4", "biased-rps", 3000, 1000);
    ck_assert_double_ge(mean, 0.15); /* optimum .25, sd of 1000 rounds .026 */
}
END_TEST

START_TEST(it_is_evaluated_after_it_has_learned)
{
    /* seven samples a cycle for 3 cycles, then 20 for 2, whose rewards count; then rest */
    struct session s;
    struct env_spec e;
    struct agent_spec a;
    struct err err = { 0 };
    ck_assert(env_spec_parse(&e, "biased-rps", &err));
    ck_assert(agent_spec_parse(
        &a, "mc-aixi:explore=0,learn=3,samples=7,eval-samples=20,evaluate=2,horizon=2",
        &err));
    struct env *world = e.ops->open(e.config, 1, &err);
    struct agent *ag = a.ops->open(a.config, world, &err);
    session_init(&s, world, ag, 1, 1);
    static const uint64_t samples[] = { 7, 14, 21, 41, 61, 61, 61 };
    double learned = 0, measured = 0;
    for (int t = 0; t < 7; t++) {
        ck_assert(session_step(&s, &err));
        struct insight in;
        insight_clear(&in);
        ag->ops->inspect(ag, &in);
        ck_assert_uint_eq(in.life_samples, samples[t]);
        struct metric m[2];
        ck_assert_uint_eq(ag->ops->report(ag, m, 2), 2);
        ck_assert_str_eq(m[1].name, "evaluation_reward");
        if (t == 2)
            learned = s.last.total;
        if (t == 4)
            measured = (s.last.total - learned) / 2;
        if (t < 3)
            ck_assert(isnan(m[1].value));
        else if (t < 5)
            ck_assert_near(m[1].value, (s.last.total - learned) / (t - 2), 1e-12);
        else
            ck_assert_near(m[1].value, measured, 1e-12);
    }
    session_release(&s);
    ag->ops->close(ag);
    world->ops->close(world);
    env_spec_release(&e);
    agent_spec_release(&a);
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
    struct env_spec e;
    struct agent_spec a;
    struct err err = { 0 };
    ck_assert(env_spec_parse(&e, "coin-flip", &err));
    ck_assert_msg(agent_spec_parse(&a, bad[_i].agent, &err), "%s", err.text);
    struct env *world = e.ops->open(e.config, 1, &err);
    ck_assert_ptr_null(a.ops->open(a.config, world, &err));
    ck_assert_msg(strstr(err.text, bad[_i].message) != NULL, "%s", err.text);
    world->ops->close(world);
    env_spec_release(&e);
    agent_spec_release(&a);
}
END_TEST

START_TEST(percepts_too_large_to_encode_are_told)
{
    struct env_spec e;
    struct agent_spec a;
    struct err err = { 0 };
    ck_assert(env_spec_parse(&e, "coin-flip", &err));
    ck_assert(agent_spec_parse(&a, "mc-aixi", &err));
    struct env *world = e.ops->open(e.config, 1, &err);
    world->space.n_obs = 1U << 30;
    world->space.rew_max = 1 << 20;
    ck_assert_ptr_null(a.ops->open(a.config, world, &err));
    ck_assert_msg(strstr(err.text,
                         "percepts of 51 bits (observation 30, reward 21) are too "
                         "large to encode") != NULL,
                  "%s", err.text);
    world->ops->close(world);
    env_spec_release(&e);
    agent_spec_release(&a);
}
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
    tcase_add_loop_test(tc, wrong_settings_are_told, 0, 3);
    tcase_add_test(tc, percepts_too_large_to_encode_are_told);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
