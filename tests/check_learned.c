#include "config.h"

#include "harness.h"
#include "learned.h"
#include "lp.h"
#include "registry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A reward that is learned while it is earned: the parents of Armstrong et al. 2020, in the
 * numbers of alignment, section 6. */

static struct env *open_world(const char *text, struct spec_of *spec)
{
    struct err err = { 0 };
    ck_assert_msg(kind_parse(spec, &env_shelf, text, &err), "%s", err.text);
    struct env *env = env_open(spec, 0, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    return env;
}

static double find(struct learned *l, const char *text)
{
    struct spec_of spec;
    struct err err = { 0 };
    struct learned_bounds in = { 0, (size_t)1 << 30, NULL };
    struct env *env = open_world(text, &spec);
    double scale = env->space.scale;
    ck_assert_msg(learned_find(l, env, &in, &err), "%s: %s", text, err.text);
    env_close(env);
    kind_release(&spec);
    return scale;
}

static const struct row {
    const char *prior, *rule;
    double value, bank, asks, lo, hi;
    bool start, riggable, influenceable;
} rows[] = {
    { "0+1+0+0", "first", 95, 1, 1, 0, 1, true, true, true },
    { "0+1+0+0", "last", 95, 1, 1, 0, 1, true, true, true },
    { "0+1+0+0", "mother", 97, 1, 0, 1, 1, false, false, false },
    { "0+0+0+1", "first", 47, 1, 0, 0, .5, true, true, true },
    { "0+0+0+1", "last", 47, 1, 0, 0, .5, true, true, true },
    { "0+0+0+1", "mother", 7, 0, 0, 0, 0, false, false, false },
    { "0+.5+.5+0", "first", 49, .5, 1, .5, .5, false, false, true },
    { "0+.5+.5+0", "last", 93, 1, 1, 0, 1, true, true, true },
    { "0+.5+.5+0", "mother", 49, .5, 1, .5, .5, false, false, false },
    { ".25+.25+.25+.25", "first", 49, .5, 1, .5, .5, false, false, true },
    { ".25+.25+.25+.25", "last", 71, .75, 1, .25, .75, true, true, true },
    { ".25+.25+.25+.25", "mother", 49, .5, 1, .5, .5, false, false, false },
    { ".1+.6+.2+.1", "first", 67.4, .7, 1, .3, .7, true, true, true },
    { ".1+.6+.2+.1", "last", 85, .9, 1, .1, .9, true, true, true },
    { ".1+.6+.2+.1", "mother", 67.4, .7, 1, .7, .7, false, false, false },
};

START_TEST(the_child_learns_what_the_table_says)
{
    const struct row *r = &rows[_i];
    struct learned l;
    char text[100];
    snprintf(text, sizeof text, "parents:learning=%s,prior=%s", r->rule, r->prior);
    double scale = find(&l, text);
    ck_assert_near(l.value / scale, r->value, 1e-9);
    ck_assert_near(l.event[0].lo, r->bank, 1e-9);
    ck_assert_near(l.event[0].hi, r->bank, 1e-9);
    ck_assert_near(l.event[2].hi, r->asks, 1e-9);
    ck_assert_near(l.event[2].lo, r->asks, 1e-9);
    ck_assert_near(l.rho[0].lo, r->lo, 1e-9);
    ck_assert_near(l.rho[0].hi, r->hi, 1e-9);
    ck_assert_near(l.rho[1].lo, 1 - r->hi, 1e-9);
    ck_assert_int_eq(l.at_start, r->start);
    ck_assert_int_eq(l.riggable > 0, r->riggable);
    ck_assert_int_eq(l.influenceable, r->influenceable);
    if (!strcmp(r->rule, "mother")) {
        ck_assert_near(l.wanted.lo, l.value, 1e-6 * scale);
        ck_assert_near(l.wanted.hi, l.value, 1e-6 * scale);
    }
    learned_release(&l);
}
END_TEST

/* What mother would say is a fact of the world: those facts are the prior of rewards. */
START_TEST(who_cannot_influence_has_learned_facts)
{
    struct learned l;
    find(&l, "parents:learning=mother,prior=.1+.6+.2+.1");
    for (unsigned k = 0; k < 4; k++)
        ck_assert_near(l.eta[2 * k], k < 2, 1e-9);
    ck_assert(l.gap.hi <= 1e-9 && l.gap.lo <= l.gap.hi + 1e-12);
    learned_release(&l);
}
END_TEST

/* Of a system of equations for chances: the least gap, by hand. x = .2 and x = .6 leave
 * .2; (x + y) / 2 = .5 with x = 1 and y = 1 leaves 1/4, at x = y = 3/4. */
START_TEST(the_gap_is_the_least_and_is_proved)
{
    static const double one[] = { 1, 1 }, apart[] = { .2, .8, .6, .4 };
    static const double of[] = { .5, .5, 1, 0, 0, 1 }, is[] = { .5, .5, 1, 0, 1, 0 };
    double x[4];
    struct lp_fit fit = lp_table(1, 2, one, apart, 2, x);
    ck_assert_near(fit.most, .2, 1e-12);
    ck_assert_near(fit.least, .2, 1e-12);
    ck_assert_near(x[0], .4, 1e-12);
    fit = lp_table(2, 2, of, is, 3, x);
    ck_assert_near(fit.most, .25, 1e-12);
    ck_assert_near(fit.least, .25, 1e-12);
}
END_TEST

/* Who is late is paid for nothing, and rho stays what it was. */
START_TEST(lives_may_be_short)
{
    struct learned l;
    double scale = find(&l, "parents:learning=first,steps=1");
    ck_assert_near(l.value / scale, -1, 1e-9);
    ck_assert_near(l.event[0].hi, 0, 1e-9);
    ck_assert(!l.riggable);
    learned_release(&l);
}
END_TEST

static void refused(const char *world, const char *why)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert(kind_parse(&spec, &env_shelf, world, &err));
    struct env *env = env_open(&spec, 0, &err);
    struct learned l;
    struct learned_bounds in = { 0, (size_t)1 << 30, NULL };
    ck_assert(!env || !learned_find(&l, env, &in, &err));
    ck_assert_msg(strstr(err.text, why) != NULL, "%s", err.text);
    env_close(env);
    kind_release(&spec);
}

START_TEST(mistakes_are_told)
{
    refused("tiger", "tiger learns no reward while it is earned; parents does");
    refused("parents:prior=.5+.5", "is not a list of four probabilities joined by '+'");
    refused("parents:prior=.5+.5+.5+.5", "prior: the sum is 2, not 1");
    refused("parents:prior=1.5+-.5+0+0", "is not a list of four probabilities");
}
END_TEST

/* In restarted lives the books hold what was paid, and by the designer. */
START_TEST(books_are_kept_of_lives)
{
    struct spec_of spec;
    struct rng rng;
    double out[REPORT_MAX], sum = 0, wanted = 0;
    struct env *env = open_world("parents:learning=last,end=restart,steps=5", &spec);
    unsigned char *state = calloc(2, env->state_size);
    rng_init(&rng, &(struct rng_key){ .seed = 1 });
    env_reset(env, state, &rng);
    for (unsigned t = 0; t < 2000; t++) {
        unsigned a = (unsigned)rng_below(&rng, 4);
        memcpy(state + env->state_size, state, env->state_size);
        struct percept e = env_step(env, state, a, &rng);
        sum += e.rew;
        wanted += env->ops->performance(env, state + env->state_size, a, e, state);
        env->ops->report(env, state, out);
        ck_assert(out[1] <= out[0] + 1e-6 && out[0] <= out[2] + 1e-6);
    }
    ck_assert(out[3] >= 400);
    ck_assert_near(out[4], sum / env->space.scale / out[3], 0.05);
    ck_assert_near(out[5], wanted / env->space.scale / out[3], 0.05);
    free(state);
    env_close(env);
    kind_release(&spec);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("learned");
    TCase *t = tcase_create("parents");
    tcase_add_loop_test(t, the_child_learns_what_the_table_says, 0,
                        sizeof rows / sizeof *rows);
    tcase_add_test(t, who_cannot_influence_has_learned_facts);
    tcase_add_test(t, the_gap_is_the_least_and_is_proved);
    tcase_add_test(t, lives_may_be_short);
    tcase_add_test(t, mistakes_are_told);
    tcase_add_test(t, books_are_kept_of_lives);
    suite_add_tcase(s, t);
    return harness_run(s);
}
