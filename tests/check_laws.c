#include "config.h"

#include "harness.h"
#include "laws.h"
#include "toy.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Every law can be broken: a thing with one fault breaks the law about it, and what is said
 * names the fault with the shortest example. */

/* The law called `name` of a sort must fail, in these words. */
static void must_fail(enum law_sort sort, const char *name, const struct subject *s,
                      const char *words)
{
    struct err err = { 0 };
    const struct law *law = law_table;
    while (law->name && (law->sort != sort || strcmp(law->name, name)))
        law++;
    ck_assert_msg(law->name, "no law '%s'", name);
    ck_assert_msg(!law->holds(s, &err), "%s holds: %s", name, err.text);
    ck_assert_str_eq(err.text, words);
}

/* ---- worlds */

/* A corridor of three cells that shows where one is, with a dispenser in the last that pays
 * three times in four. The table of ops is a copy, to be changed by one entry. */
struct broken {
    struct env_ops ops;
    struct env *env;
};

static void world(struct broken *b)
{
    b->env = corridor_open(&(struct corridor){ 3, 0, 2, 0.75, SEES_CELL });
    b->ops = *b->env->ops;
    b->env->ops = &b->ops;
}

static void env_must_fail(struct broken *b, const char *name, const char *words)
{
    struct subject s = { .env = b->env };
    must_fail(LAW_env, name, &s, words);
    env_close(b->env);
}

static size_t honest(const struct env *env, const void *state, unsigned action,
                     struct transition *out, void *next)
{
    return corridor_ops.transitions(env, state, action, out, next);
}

START_TEST(the_toy_itself_is_sound)
{
    struct broken b;
    world(&b);
    struct subject s = { .env = b.env };
    for (const struct law *law = law_table; law->name; law++) {
        struct err err = { 0 };
        if (law->sort == LAW_env)
            ck_assert_msg(law->holds(&s, &err) && !err.n, "%s: %s", law->name, err.text);
    }
    env_close(b.env);
}
END_TEST

START_TEST(what_is_not_offered_is_said_and_no_fault)
{
    struct broken b;
    world(&b);
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
    world(&b);
    b.env->actions = (const char *const[]){ "left", "stay", NULL };
    env_must_fail(&b, "space", "action 2 has no name");
    world(&b);
    b.env->observations = (const char *const[]){ "the wall", NULL, "the goal" };
    env_must_fail(&b, "space", "observation 1 has no name");
    world(&b);
    b.env->space.n_actions = 33;
    env_must_fail(&b, "space", "33 actions are not 1 to 32");
    world(&b);
    b.env->space.rew_min = 11;
    env_must_fail(&b, "space", "rewards from 11 to 10");
    world(&b);
    b.env->max_transitions = 0;
    env_must_fail(&b, "space", "a size is 0: state 1, transitions 0, starts 0");
}
END_TEST

START_TEST(a_world_that_is_its_law_has_room_to_be_drawn)
{
    struct broken b;
    world(&b);
    b.ops.step = NULL;
    b.env->max_transitions = 33;
    env_must_fail(&b, "drawn", "step() must be written: 33 transitions of 1 bytes");
}
END_TEST

/* Two steps on are needed to reach the dispenser, and luck to be paid there. */
START_TEST(rewards_are_in_range)
{
    struct broken b;
    world(&b);
    b.env->space.rew_max = 9;
    env_must_fail(&b, "stay", "actions 2, 2: percept (2, 10) is outside the space");
    world(&b);
    b.env->n_places = 2;
    env_must_fail(&b, "stay", "actions 2, 2: place 2 of 2");
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
    world(&b);
    b.ops.transitions = lossy;
    env_must_fail(&b, "measure", "actions 2, 2: chances sum to 0.92500000000000004");
    world(&b);
    b.ops.transitions = twice;
    env_must_fail(&b, "measure",
                  "action 0: transition 2 of 2 (chance 0.5, percept (0, -1)) is "
                  "impossible, outside the space or there twice");
    world(&b);
    b.ops.transitions = stingy;
    b.ops.step = honest_step;
    env_must_fail(
        &b, "chances",
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
    world(&b);
    b.ops.step = slips;
    env_must_fail(&b, "listed",
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
    world(&b);
    b.ops.condition = rounded;
    env_must_fail(&b, "condition",
                  "actions 2, 2: percept (2, 10) has chance 0.75 by transitions(), "
                  "0.69999999999999996 by condition()");
    world(&b);
    b.ops.condition = restless;
    env_must_fail(
        &b, "condition",
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
    world(&b);
    b.ops.starts = one_start;
    b.env->max_starts = 1;
    env_must_fail(&b, "starts", "chances sum to 0.5");
    world(&b);
    b.ops.starts = other_start;
    b.env->max_starts = 1;
    env_must_fail(&b, "starts", "reset() leaves a state that starts() has not");
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
    world(&b);
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
    world(&b);
    b.ops.steps = lazy_steps;
    env_must_fail(&b, "many", "state 4 is another among 50");
}
END_TEST

/* Of families: one that has no member, and one whose second member breaks a law. */
static struct env *nobody(const struct env *truth, const char *family, size_t k,
                          struct err *err)
{
    (void)truth;
    (void)family;
    (void)k;
    (void)err;
    return NULL;
}

static struct env *wide(const struct env *truth, const char *family, size_t k,
                        struct err *err)
{
    struct env *h = corridor_ops.hypothesis(truth, family, k, err);
    if (h && k == 1)
        h->space.n_obs = 4;
    return h;
}

/* The dispenser stands where it is in no hypothesis. */
static struct env *elsewhere(const struct env *truth, const char *family, size_t k,
                             struct err *err)
{
    return k == 2 ? NULL : corridor_ops.hypothesis(truth, family, k, err);
}

START_TEST(hypotheses_are_worlds_and_one_is_true)
{
    struct broken b;
    world(&b);
    b.ops.hypothesis = nobody;
    env_must_fail(&b, "families", "family goal has no hypothesis");
    world(&b);
    b.ops.hypothesis = wide;
    env_must_fail(&b, "families",
                  "family goal, hypothesis 1: 3 actions and 4 observations, not 3 and 3");
    world(&b);
    b.ops.hypothesis = elsewhere;
    env_must_fail(&b, "truth", "family goal: actions 2, 2: percept (2, 10) is impossible");
}
END_TEST

static void beyond(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    (void)state;
    if (truth)
        cv->at[env->rows * env->cols].ch = 'x';
}

static void in_new_ink(const struct env *env, const void *state, bool truth,
                       struct canvas *cv)
{
    (void)env;
    (void)truth;
    cv->at[*(const unsigned char *)state].ink = INKS;
}

START_TEST(pictures_stay_within_their_frame)
{
    struct broken b;
    world(&b);
    b.ops.draw = beyond;
    env_must_fail(&b, "canvas", "it draws beyond 1 rows of 3");
    world(&b);
    b.ops.draw = in_new_ink;
    env_must_fail(&b, "canvas", "cell 0 has ink 16, which there is not");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("laws");
    TCase *tc = tcase_create("worlds");
    tcase_add_test(tc, the_toy_itself_is_sound);
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
    tcase_add_test(tc, hypotheses_are_worlds_and_one_is_true);
    tcase_add_test(tc, pictures_stay_within_their_frame);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
