#include "config.h"

#include "broken.h"
#include "harness.h"

#include <string.h>

/* Every law can be broken: a world with one fault breaks the law about it, and what is said
 * names the fault with the shortest example. */

static size_t honest(const struct env *env, const void *state, unsigned action,
                     struct transition *out, void *next)
{
    return corridor_ops.transitions(env, state, action, out, next);
}

START_TEST(the_toy_itself_is_sound)
{
    struct broken b;
    broken_open(&b);
    struct subject s = { .env = b.env };
    broken_none(LAW_env, &s, false);
    env_close(b.env);
}
END_TEST

START_TEST(what_is_not_offered_is_said_and_no_fault)
{
    struct broken b;
    broken_open(&b);
    struct subject s = { .env = b.env };
    struct err err = { 0 };
    ck_assert(law_env_starts(&s, &err));
    ck_assert_uint_eq(err.n, 0);
    ck_assert_uint_eq(err.notes, 1);
    ck_assert_str_eq(err.text, "not offered: it has no starts()");
    env_close(b.env);
}
END_TEST

START_TEST(a_space_is_whole)
{
    struct broken b;
    broken_open(&b);
    b.env->actions = (const char *const[]){ "left", "stay", NULL };
    broken_env(&b, "space", "action 2 has no name");
    broken_open(&b);
    b.env->observations = (const char *const[]){ "the wall", NULL, "the goal" };
    broken_env(&b, "space", "observation 1 has no name");
    broken_open(&b);
    b.env->space.n_actions = 33;
    broken_env(&b, "space", "33 actions are not 1 to 32");
    broken_open(&b);
    b.env->space.rew_min = 11;
    broken_env(&b, "space", "rewards from 11 to 10");
    broken_open(&b);
    b.env->max_transitions = 0;
    broken_env(&b, "space", "a size is 0: state 1, transitions 0, starts 0");
}
END_TEST

START_TEST(a_world_that_is_its_law_has_room_to_be_drawn)
{
    struct broken b;
    broken_open(&b);
    b.ops.step = NULL;
    b.env->max_transitions = DRAW_MAX + 1;
    broken_env(&b, "drawn", "step() must be written: 65 transitions of 1 bytes");
}
END_TEST

/* Two steps on are needed to reach the dispenser, and luck to be paid there. */
START_TEST(rewards_are_in_range)
{
    struct broken b;
    broken_open(&b);
    b.env->space.rew_max = 9;
    broken_env(&b, "stay", "actions 2, 2: percept (2, 10) is outside the space");
    broken_open(&b);
    b.env->n_places = 2;
    broken_env(&b, "stay", "actions 2, 2: place 2 of 2");
}
END_TEST

/* Loses a tenth of the chance to be paid. */
static size_t lossy(const struct env *env, const void *state, unsigned action,
                    struct transition *out, void *next)
{
    size_t n = honest(env, state, action, out, next);
    for (size_t i = 0; i < n; i++)
        if (out[i].e.rew == 10)
            out[i].p *= 0.9;
    return n;
}

/* Moves the chance instead. */
static size_t stingy(const struct env *env, const void *state, unsigned action,
                     struct transition *out, void *next)
{
    size_t n = honest(env, state, action, out, next);
    for (size_t i = 0; i < n && n == 2; i++)
        out[i].p += out[i].e.rew == 10 ? -0.1 : 0.1;
    return n;
}

static size_t twice(const struct env *env, const void *state, unsigned action,
                    struct transition *out, void *next)
{
    size_t n = honest(env, state, action, out, next);
    if (n == 1) {
        out[0].p = 0.5;
        out[1] = out[0];
        ((char *)next)[1] = ((char *)next)[0];
        n = 2;
    }
    return n;
}

static struct percept honest_step(const struct env *env, void *state, unsigned action,
                                  struct rng *rng)
{
    struct transition out[4];
    unsigned char next[4];
    size_t n = honest(env, state, action, out, next);
    size_t i = n > 1 && rng_unit(rng) >= out[0].p;
    memcpy(state, next + i, 1);
    return out[i].e;
}

START_TEST(what_may_happen_is_a_measure)
{
    struct broken b;
    broken_open(&b);
    b.ops.transitions = lossy;
    broken_env(&b, "measure", "actions 2, 2: chances sum to 0.92500000000000004");
    broken_open(&b);
    b.ops.transitions = twice;
    broken_env(&b, "measure",
               "action 0: transition 2 of 2 (chance 0.5, percept (0, -1)) is "
               "impossible, outside the space or there twice");
    broken_open(&b);
    b.ops.transitions = stingy;
    b.ops.step = honest_step;
    broken_env(&b, "chances",
               "actions 2, 2: percept (2, 10) has chance 0.65 and came 1507 times in 2000");
}
END_TEST

/* The agent slips without saying so. */
static struct percept slips(const struct env *env, void *state, unsigned action,
                            struct rng *rng)
{
    struct percept e = honest_step(env, state, action, rng);
    unsigned char *at = state;
    if (*at == 2 && action == 1)
        *at = 1;
    return e;
}

START_TEST(steps_are_listed)
{
    struct broken b;
    broken_open(&b);
    b.ops.step = slips;
    broken_env(&b, "listed",
               "actions 2, 2, 1: step() says (2, 10) and leaves a state that "
               "transitions() has not");
}
END_TEST

/* 0.7 where it is 0.75. */
static double rounded(const struct env *env, void *state, unsigned action, struct percept e)
{
    struct transition out[4];
    unsigned char next[4];
    size_t n = honest(env, state, action, out, next);
    for (size_t i = 0; i < n; i++)
        if (percept_key(out[i].e) == percept_key(e)) {
            memcpy(state, next + i, 1);
            return out[i].p == 0.75 ? 0.7 : out[i].p;
        }
    return 0;
}

/* Impossible, and all the same it moves. */
static double restless(const struct env *env, void *state, unsigned action,
                       struct percept e)
{
    struct transition out[4];
    unsigned char next[4];
    size_t n = honest(env, state, action, out, next);
    memcpy(state, next, 1);
    for (size_t i = 0; i < n; i++)
        if (percept_key(out[i].e) == percept_key(e))
            return out[i].p;
    return 0;
}

START_TEST(conditions_agree)
{
    struct broken b;
    broken_open(&b);
    b.ops.condition = rounded;
    broken_env(&b, "condition",
               "actions 2, 2: percept (2, 10) has chance 0.75 by transitions(), "
               "0.69999999999999996 by condition()");
    broken_open(&b);
    b.ops.condition = restless;
    broken_env(&b, "condition",
               "action 2: a reward of 11, which there is not, has chance 0, and moves the "
               "state");
}
END_TEST

static size_t one_start(const struct env *env, double *p, void *states)
{
    (void)env;
    p[0] = 0.5;
    *(unsigned char *)states = 0;
    return 1;
}

static size_t other_start(const struct env *env, double *p, void *states)
{
    (void)env;
    p[0] = 1;
    *(unsigned char *)states = 1;
    return 1;
}

START_TEST(starts_are_those_of_reset)
{
    struct broken b;
    broken_open(&b);
    b.ops.starts = one_start;
    b.env->max_starts = 1;
    broken_env(&b, "starts", "chances sum to 0.5");
    broken_open(&b);
    b.ops.starts = other_start;
    b.env->max_starts = 1;
    broken_env(&b, "starts", "reset() leaves a state that starts() has not");
}
END_TEST

/* The world remembers behind one's back. */
static struct percept remembers(const struct env *env, void *state, unsigned action,
                                struct rng *rng)
{
    static unsigned steps;
    struct percept e = honest_step(env, state, action, rng);
    e.obs = steps++ % 3;
    return e;
}

START_TEST(nothing_is_kept_but_the_state)
{
    struct broken b;
    broken_open(&b);
    b.ops.step = remembers;
    struct subject s = { .env = b.env };
    struct err err = { 0 };
    ck_assert(!law_env_bytes(&s, &err));
    ck_assert_msg(strstr(err.text, "a copy says ("), "%s", err.text);
    env_close(b.env);
}
END_TEST

/* Those behind the first forget to move. */
static void lazy_steps(const struct env *env, void *states, const uint8_t *actions,
                       size_t n, struct rng *rng, struct percept *out)
{
    for (size_t i = 0; i < n; i++) {
        char copy = ((char *)states)[i];
        out[i] = env_step(env, i ? (void *)&copy : states, actions[i], rng);
    }
}

START_TEST(many_move_as_one_does)
{
    struct broken b;
    broken_open(&b);
    b.ops.steps = lazy_steps;
    broken_env(&b, "many", "state 4 is another among 50");
}
END_TEST

static const struct world_metric numbers[] = { { "steps", "", "steps" },
                                               { "place", "", "where one is" },
                                               { 0 } };
static const struct world_metric alike[] = { { "place", "", "where one is" },
                                             { "place", "", "where one is" },
                                             { 0 } };

static void half_a_report(const struct env *env, const void *state, double *out)
{
    (void)env;
    out[0] = *(const unsigned char *)state;
}

static void long_report(const struct env *env, const void *state, double *out)
{
    half_a_report(env, state, out);
    out[1] = out[2] = NAN;
}

START_TEST(metrics_of_worlds_are_named_and_told)
{
    struct broken b;
    broken_open(&b);
    b.ops.metrics = numbers;
    broken_env(&b, "report", "metrics and report() come together");
    broken_open(&b);
    b.ops.metrics = alike;
    b.ops.report = half_a_report;
    broken_env(&b, "report", "two metrics are called place");
    broken_open(&b);
    b.ops.metrics = numbers;
    b.ops.report = half_a_report;
    broken_env(&b, "report", "place is not reported, or not finite");
    broken_open(&b);
    b.ops.metrics = numbers;
    b.ops.report = long_report;
    broken_env(&b, "report", "it reports more than its 2 metrics");
}
END_TEST

static uint32_t third(const struct env *env, const void *state)
{
    (void)env;
    return *(const unsigned char *)state;
}

START_TEST(what_is_hidden_has_a_name)
{
    static const char *const names[] = { "near", "far" }, *const same[] = { "far", "far" };
    struct broken b;
    broken_open(&b);
    b.ops.hidden = third;
    broken_env(&b, "hidden", "hidden(), n_hidden and .hidden come together");
    broken_open(&b);
    b.ops.hidden = third;
    b.env->hidden = true;
    b.env->n_hidden = 5;
    broken_env(&b, "hidden", "5 hidden things without names are no cells of a map");
    broken_open(&b);
    b.ops.hidden = third;
    b.env->hidden = true;
    b.env->n_hidden = 2;
    b.env->hidden_names = same;
    broken_env(&b, "hidden", "two hidden states are called far");
    broken_open(&b);
    b.ops.hidden = third;
    b.env->hidden = true;
    b.env->n_hidden = 2;
    b.env->hidden_names = names;
    broken_env(&b, "hidden", "hidden state 2 is not below 2");
}
END_TEST

static double too_much(const struct env *env, const void *before, unsigned action,
                       struct percept e, const void *after)
{
    (void)env;
    (void)before;
    (void)e;
    (void)after;
    return action ? 3 : 1;
}

static double forgetful(const struct env *env, const void *before, unsigned action,
                        struct percept e, const void *after)
{
    static int calls;
    (void)env;
    (void)before;
    (void)action;
    (void)e;
    (void)after;
    return calls++ & 1;
}

START_TEST(what_is_not_seen_is_paid_within_bounds)
{
    struct broken b;
    broken_open(&b);
    b.env->space.worth_max = 2;
    broken_env(&b, "worth", "it hides rewards of 0 .. 2 points, without worth() or 0");
    broken_open(&b);
    b.env->space.worth_max = 2;
    b.ops.worth = too_much;
    broken_env(&b, "worth", "action 2: beside percept (1, -1) it pays 3: not in 0 .. 2");
    broken_open(&b);
    b.env->space.worth_max = 2;
    b.ops.worth = forgetful;
    broken_env(&b, "worth", "action 0: beside percept (0, -1) it pays 0, then 1");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("laws of worlds");
    TCase *tc = tcase_create("worlds");
    tcase_add_test(tc, the_toy_itself_is_sound);
    tcase_add_test(tc, what_is_not_seen_is_paid_within_bounds);
    tcase_add_test(tc, what_is_not_offered_is_said_and_no_fault);
    tcase_add_test(tc, a_space_is_whole);
    tcase_add_test(tc, a_world_that_is_its_law_has_room_to_be_drawn);
    tcase_add_test(tc, rewards_are_in_range);
    tcase_add_test(tc, what_may_happen_is_a_measure);
    tcase_add_test(tc, steps_are_listed);
    tcase_add_test(tc, conditions_agree);
    tcase_add_test(tc, starts_are_those_of_reset);
    tcase_add_test(tc, nothing_is_kept_but_the_state);
    tcase_add_test(tc, many_move_as_one_does);
    tcase_add_test(tc, metrics_of_worlds_are_named_and_told);
    tcase_add_test(tc, what_is_hidden_has_a_name);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
