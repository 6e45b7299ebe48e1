#include "config.h"

#include "expectimax.h"
#include "fsm.h"
#include "harness.h"
#include "mixture.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The worlds that solvers of POMDPs are measured on, against their definitions. */

static struct env *open_world(const char *text)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &env_shelf, text, &err), "%s", err.text);
    struct env *env = env_open(&spec, 1, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    kind_release(&spec);
    return env;
}

static const struct {
    const char *world;
    uint32_t reachable, starts;
} sizes[] = {
    { "rocksample", 257, 16 },
    { "rocksample:map=5_5", 801, 32 },
    { "rocksample:map=5_7", 3201, 128 },
    { "rocksample:map=7_8", 12545, 256 },
    { "tag", 870, 841 },
    /* 60 and 92 with the headings in which nobody comes to the goal */
    { "hallway", 58, 56 },
    { "hallway2", 90, 88 },
};

START_TEST(they_have_as_many_states_as_they_are_said_to)
{
    struct env *env = open_world(sizes[_i].world);
    struct alphabet percepts = { 0 };
    double *p = xcalloc(env->max_starts, sizeof *p), sum = 0;
    void *states = xcalloc(env->max_starts, env->state_size);
    size_t n = env->ops->starts(env, p, states);
    ck_assert_uint_eq(n, sizes[_i].starts);
    for (size_t i = 0; i < n; i++)
        sum += p[i];
    ck_assert_near(sum, 1, 1e-12);
    struct fsm *f = fsm_new_from(env, states, n, 1 << 16, &percepts);
    ck_assert_uint_eq(f->n_states, sizes[_i].reachable);
    ck_assert_near(env->discount, 0.95, 1e-15);
    fsm_free(f);
    alphabet_release(&percepts);
    free(p);
    free(states);
    env_close(env);
}
END_TEST

/* Chance of a percept after actions that are certain from the i-th start on; the reward of
 * the last one is in *rew. */
struct walk {
    struct env *env;
    unsigned char *state;
    struct transition *out;
    unsigned char *next;
};

static void walk_open(struct walk *w, const char *world, size_t start)
{
    w->env = open_world(world);
    double *p = xcalloc(w->env->max_starts, sizeof *p);
    w->state = xcalloc(w->env->max_starts, w->env->state_size);
    w->env->ops->starts(w->env, p, w->state);
    memmove(w->state, w->state + start * w->env->state_size, w->env->state_size);
    w->out = xcalloc(w->env->max_transitions, sizeof *w->out);
    w->next = xcalloc(w->env->max_transitions, w->env->state_size);
    free(p);
}

static void walk_close(struct walk *w)
{
    env_close(w->env);
    free(w->state);
    free(w->out);
    free(w->next);
}

/* Acts where nothing is left to chance; returns the reward. */
static int32_t act(struct walk *w, unsigned action)
{
    size_t n = w->env->ops->transitions(w->env, w->state, action, w->out, w->next);
    ck_assert_uint_eq(n, 1);
    memcpy(w->state, w->next, w->env->state_size);
    return w->out[0].e.rew;
}

static double chance(struct walk *w, unsigned action, uint32_t obs)
{
    size_t n = w->env->ops->transitions(w->env, w->state, action, w->out, w->next);
    double p = 0;
    for (size_t i = 0; i < n; i++)
        p += w->out[i].e.obs == obs ? w->out[i].p : 0;
    return p;
}

enum { NORTH, SOUTH, EAST, WEST, SAMPLE, CHECK };

/* All rocks are good in the last start. */
START_TEST(a_rover_samples_and_leaves)
{
    struct walk w;
    walk_open(&w, "rocksample", 15);
    ck_assert_near(chance(&w, CHECK, 1), (1 + exp(-sqrt(10))) / 2, 1e-15);
    ck_assert_near(chance(&w, CHECK, 2), (1 - exp(-sqrt(10))) / 2, 1e-15);
    ck_assert_int_eq(act(&w, EAST), 0);
    ck_assert_int_eq(act(&w, EAST), 0);
    ck_assert_int_eq(act(&w, SOUTH), 0);
    ck_assert_near(chance(&w, CHECK + 1, 1), 1, 1e-15); /* it stands on the second rock */
    ck_assert_int_eq(act(&w, SAMPLE), 10);
    ck_assert_near(chance(&w, CHECK + 1, 2), 1, 1e-15);
    ck_assert_int_eq(act(&w, SAMPLE), -10);
    ck_assert_int_eq(act(&w, EAST), 0);
    ck_assert_int_eq(act(&w, EAST), 10);
    for (unsigned a = 0; a < w.env->space.n_actions; a++)
        ck_assert_int_eq(act(&w, a), 0); /* over */
    walk_close(&w);
    walk_open(&w, "rocksample:map=5_5", 0);
    ck_assert_near(chance(&w, CHECK, 2), (1 + exp2(-sqrt(8) / 4)) / 2, 1e-15);
    ck_assert_int_eq(act(&w, WEST), -100);
    ck_assert_int_eq(act(&w, EAST), 0);
    walk_close(&w);
    walk_open(&w, "rocksample:size=3,rocks=1/1,start=2/2,d0=1", 1);
    ck_assert_near(chance(&w, CHECK, 1), (1 + exp2(-sqrt(2))) / 2, 1e-15);
    ck_assert_int_eq(act(&w, SAMPLE), -100); /* there is no rock */
    walk_close(&w);
}
END_TEST

START_TEST(who_is_chased_runs_away)
{
    struct walk w;
    walk_open(&w, "tag", 2); /* robot 0/0, other 2/0: may flee to 3/0 and to 2/1 */
    size_t n = w.env->ops->transitions(w.env, w.state, EAST, w.out, w.next);
    ck_assert_uint_eq(n, 3);
    for (size_t i = 0; i < n; i++) {
        unsigned other = w.next[2 * i + 1];
        ck_assert_uint_eq(w.next[2 * i], 1);
        ck_assert_uint_eq(w.out[i].e.obs, 1);
        ck_assert_int_eq(w.out[i].e.rew, -1);
        ck_assert_near(w.out[i].p, other == 12 ? 0.2 : 0.4, 1e-15);
        ck_assert(other == 2 || other == 3 || other == 12);
    }
    ck_assert_int_eq(act(&w, 4), -10);
    walk_close(&w);
    walk_open(&w, "tag", 5 * 29 + 5);
    ck_assert_int_eq(act(&w, 4), 10);
    ck_assert_int_eq(act(&w, 4), 0);
    ck_assert_int_eq(act(&w, NORTH), 0);
    walk_close(&w);
    walk_open(&w, "tag", 3 * 29 + 4); /* the other may stay where the robot comes */
    ck_assert_near(chance(&w, EAST, 29), 0.4, 1e-15);
    walk_close(&w);
}
END_TEST

/* Chances that it ends heading h in cell c. */
static double comes_to(struct walk *w, unsigned action, unsigned state)
{
    size_t n = w->env->ops->transitions(w->env, w->state, action, w->out, w->next);
    double p = 0;
    for (size_t i = 0; i < n; i++)
        p += w->next[i] == state ? w->out[i].p : 0;
    return p;
}

START_TEST(wheels_and_sensors_are_poor)
{
    enum { FORWARD = 1, RIGHT };
    struct walk w;
    walk_open(&w, "hallway", 4 * 1 + 1); /* the second cell, heading east */
    ck_assert_near(comes_to(&w, FORWARD, 4 * 2 + 1), 0.8, 1e-15);
    ck_assert_near(comes_to(&w, FORWARD, 4 * 0 + 1), 0.025, 1e-15);
    ck_assert_near(comes_to(&w, FORWARD, 4 * 0 + 3), 0.025, 1e-15);
    ck_assert_near(comes_to(&w, FORWARD, 4 * 1 + 1), 0.15, 1e-15);
    ck_assert_near(comes_to(&w, RIGHT, 4 * 1 + 2), 0.7, 1e-15);
    /* standing there: walls left and right, 1 and 4 */
    ck_assert_near(chance(&w, 0, 5), 0.9 * 0.9 * 0.95 * 0.95, 1e-15);
    ck_assert_near(chance(&w, 0, 0), 0.1 * 0.1 * 0.95 * 0.95, 1e-15);
    ck_assert_near(chance(&w, 0, 15), 0.9 * 0.9 * 0.05 * 0.05, 1e-15);
    walk_close(&w);
    walk_open(&w, "hallway", 4 * 4 + 2); /* the second landmark */
    ck_assert_near(chance(&w, 0, 17), 1, 1e-15);
    walk_close(&w);
    walk_open(&w, "hallway2", 4 * 16 + 1); /* the goal ahead */
    ck_assert_near(chance(&w, FORWARD, 16), 0.8, 1e-15);
    walk_close(&w);
}
END_TEST

/* Best values without discount, by hand: the goal is next to one cell and comes from four
 * headings with .8, .05, .05 and .05; a rover needs four moves for its 10 points; and a
 * blind catch costs more than a step. */
START_TEST(short_horizons_have_their_values)
{
    static const struct {
        const char *world;
        uint32_t horizon;
        double value;
    } want[] = { { "hallway", 1, 0.95 / 56 },
                 { "hallway2", 1, 0.95 / 88 },
                 { "rocksample", 3, 0 },
                 { "rocksample", 4, 10 },
                 { "tag", 1, -1 } };
    struct env *env = open_world(want[_i].world);
    struct err err = { 0 };
    struct model *m = mixture_new(family_find("mu", env, &err), NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    struct plan p = {
        .model = m, .utility = &utility_reward, .horizon = want[_i].horizon, .now = 1
    };
    double value[ACTIONS_MAX], best = -HUGE_VAL;
    p.discount.gamma = 1;
    ck_assert(expectimax(&p, 10000000, value).done);
    for (uint32_t a = 0; a < env->space.n_actions; a++)
        best = fmax(best, value[a]);
    ck_assert_near(best, want[_i].value, 1e-12);
    m->ops->free(m);
    env_close(env);
}
END_TEST

static const struct {
    const char *spec, *says;
} bad[] = {
    { "rocksample:rocks=4/1", "'4/1' does not begin with a cell X/Y below 4" },
    { "rocksample:rocks=1/1+1/1", "1/1 is named twice" },
    { "rocksample:rocks=1/1x", "'x' where '+' should join cells" },
    { "rocksample:start=1/1+2/2", "more than 1" },
    { "rocksample:start=a", "'a' does not begin with a cell" },
};

START_TEST(a_field_that_makes_no_sense_is_told)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &env_shelf, bad[_i].spec, &err), "%s", err.text);
    ck_assert_ptr_null(env_open(&spec, 1, &err));
    ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
    kind_release(&spec);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("benchmarks");
    TCase *tc = tcase_create("benchmarks");
    tcase_add_loop_test(tc, they_have_as_many_states_as_they_are_said_to, 0,
                        sizeof sizes / sizeof *sizes);
    tcase_add_test(tc, a_rover_samples_and_leaves);
    tcase_add_test(tc, who_is_chased_runs_away);
    tcase_add_test(tc, wheels_and_sensors_are_poor);
    tcase_add_loop_test(tc, short_horizons_have_their_values, 0, 5);
    tcase_add_loop_test(tc, a_field_that_makes_no_sense_is_told, 0,
                        sizeof bad / sizeof *bad);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
