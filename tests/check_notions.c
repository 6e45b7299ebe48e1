#include "config.h"

#include "harness.h"
#include "notions.h"
#include "registry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Notions of doing well in worlds where what is wanted changes: Carroll et al. 2024. */

static void find(struct notions *n, const char *world, uint32_t horizon)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &env_shelf, world, &err), "%s", err.text);
    struct env *env = env_open(&spec, 0, &err);
    ck_assert_msg(env && notions_find(n, env, horizon, &err), "%s", err.text);
    env_close(env);
    kind_release(&spec);
}

/* What is optimal, as "01 11", base 2. */
static void sequences(const struct notions *n, const struct judgement *j, char *buf)
{
    char *at = buf;
    for (size_t i = 0; i < j->n; i++) {
        if (i)
            *at++ = ' ';
        for (uint32_t k = n->horizon; k-- > 0;)
            *at++ = (char)('0' + (j->sequence[i] >> k & 1));
    }
    *at = '\0';
}

/* Values NAN where the notion has none. Privileged ones by the order of the states. */
static const struct row {
    const char *world;
    uint32_t horizon;
    struct {
        double value;
        const char *optimal;
        enum influence influence;
    } of[NOTION_PRIVILEGED + 2];
} table[] = {
    { "drmdp:case=conspiracy",
      2,
      { { 20, "00", INFLUENCES_NONE },
        { 200, "11", INFLUENCES_ALL },
        { 20, "00", INFLUENCES_NONE },
        { 20, "00", INFLUENCES_NONE },
        { 20, "00", INFLUENCES_NONE },
        { NAN, "00", INFLUENCES_NONE },
        { NAN, "00", INFLUENCES_NONE },
        { 20, "00", INFLUENCES_NONE },
        { 200, "11", INFLUENCES_ALL } } },
    { "drmdp:case=conspiracy",
      3,
      { { 100, "111", INFLUENCES_ALL },
        { 300, "111", INFLUENCES_ALL },
        { 30, "000", INFLUENCES_NONE },
        { 30, "000", INFLUENCES_NONE },
        { 30, "000", INFLUENCES_NONE },
        { NAN, "000", INFLUENCES_NONE },
        { NAN, "000", INFLUENCES_NONE },
        { 30, "000", INFLUENCES_NONE },
        { 300, "111", INFLUENCES_ALL } } },
    { "drmdp:case=writer",
      3,
      { { 1.5, "000 001", INFLUENCES_SOME },
        { 2.5, "110", INFLUENCES_ALL },
        { 2.5, "110 111", INFLUENCES_ALL },
        { 2.5, "110 111", INFLUENCES_ALL },
        { 1.5, "000", INFLUENCES_NONE },
        { NAN, "000 001 010 011 100 101 110 111", INFLUENCES_SOME },
        { NAN, "000 001", INFLUENCES_SOME },
        { 2.5, "110 111", INFLUENCES_ALL },
        { 1.5, "000 001", INFLUENCES_SOME } } },
    { "drmdp:case=clickbait",
      2,
      { { 3, "01", INFLUENCES_ALL },
        { 2, "00", INFLUENCES_NONE },
        { 4, "11", INFLUENCES_ALL },
        { 4, "11", INFLUENCES_ALL },
        { 2, "00", INFLUENCES_NONE },
        { NAN, "10", INFLUENCES_ALL },
        { NAN, "00", INFLUENCES_NONE },
        { 4, "11", INFLUENCES_ALL },
        { 1, "00", INFLUENCES_NONE } } },
};

START_TEST(the_worlds_of_the_paper_have_its_table)
{
    const struct row *r = &table[_i];
    struct notions n;
    find(&n, r->world, r->horizon);
    ck_assert(n.whole && !n.draws && n.n_theta == 2);
    for (unsigned k = 0; k < NOTION_PRIVILEGED + 2; k++) {
        char text[200];
        const struct judgement *j = &n.of[k];
        sequences(&n, j, text);
        ck_assert_msg(!strcmp(text, r->of[k].optimal), "%s %u %u: %s, not %s", r->world,
                      r->horizon, k, text, r->of[k].optimal);
        if (isnan(r->of[k].value))
            ck_assert(isnan(j->value));
        else
            ck_assert_near(j->value, r->of[k].value, 1e-9);
        ck_assert_int_eq(j->influence, r->of[k].influence);
    }
    notions_release(&n);
}
END_TEST

/* The trainer is the same process under other names, deliberately. */
START_TEST(the_trainer_is_a_conspiracy)
{
    for (uint32_t h = 1; h <= 6; h++) {
        struct notions a, b;
        find(&a, "drmdp:case=conspiracy", h);
        find(&b, "drmdp:case=trainer", h);
        for (unsigned k = 0; k < NOTION_PRIVILEGED + 2; k++) {
            ck_assert_uint_eq(a.of[k].n, b.of[k].n);
            ck_assert_mem_eq(a.of[k].sequence, b.of[k].sequence,
                             a.of[k].n * sizeof *a.of[k].sequence);
            ck_assert(isnan(a.of[k].value) ? isnan(b.of[k].value)
                                           : fabs(a.of[k].value - b.of[k].value) <= 0);
        }
        notions_release(&a);
        notions_release(&b);
    }
}
END_TEST

/* Real-time reward leads on from three cycles on: -100 + 100 (H - 1) > 10 H. */
START_TEST(conspiracy_pays_from_three_cycles_on)
{
    for (uint32_t h = 1; h <= 12; h++) {
        struct notions n;
        double led = -100 + 100 * ((double)h - 1), left = 10 * h;
        find(&n, "drmdp", h);
        ck_assert_near(n.of[NOTION_REALTIME].value, fmax(led, left), 1e-9);
        ck_assert_int_eq(n.of[NOTION_REALTIME].influence,
                         h > 2 ? INFLUENCES_ALL : INFLUENCES_NONE);
        notions_release(&n);
    }
}
END_TEST

/* Beyond what can be tried, the same values by dynamic programming. */
START_TEST(long_horizons_are_planned)
{
    struct notions n;
    find(&n, "drmdp", 40);
    ck_assert(!n.whole);
    ck_assert_near(n.of[NOTION_REALTIME].value, 3800, 1e-9);
    ck_assert_near(n.of[NOTION_FINAL].value, 4000, 1e-9);
    ck_assert_near(n.of[NOTION_INITIAL].value, 400, 1e-9);
    ck_assert_near(n.of[NOTION_NATURAL].value, 400, 1e-9);
    ck_assert_near(n.of[NOTION_PRIVILEGED + 1].value, 4000, 1e-9);
    ck_assert(!n.of[NOTION_CONSTRAINED].known && !n.of[NOTION_PARETO].known);
    ck_assert_int_eq(n.of[NOTION_REALTIME].influence, INFLUENCES_ALL);
    ck_assert_int_eq(n.of[NOTION_INITIAL].influence, INFLUENCES_NONE);
    notions_release(&n);
}
END_TEST

/* Both ways in one world, with chance: led on with .5, it pays 1 to wait for it. By hand:
 * real-time over two cycles is noop noop 2, or try noop .5 * 1 + .5 * 4. */
START_TEST(chance_is_averaged)
{
    char file[] = "/tmp/check_notions.XXXXXX", world[80];
    int fd = mkstemp(file);
    FILE *f = fdopen(fd, "w");
    struct notions n;
    fputs("ursa-mdp 1\nstates: -/a -/b\nactions: noop try\nscale: 1\ntransitions:\n"
          "  -/a noop -/a 1 1\n  -/a try -/a 0.5 0\n  -/a try -/b 0.5 0\n"
          "  -/b noop -/b 1 4\n  -/b try -/b 1 4\n",
          f);
    fclose(f);
    snprintf(world, sizeof world, "mdp:file=%s", file);
    find(&n, world, 2);
    unlink(file);
    ck_assert(n.draws && n.whole && !n.of[0].sequence);
    ck_assert_near(n.of[NOTION_REALTIME].value, 2.5, 1e-12);
    /* final: b at the end values all of the past by b: try, and try again */
    ck_assert_near(n.of[NOTION_FINAL].value, .5 * 8 + .25 * 8, 1e-12);
    ck_assert_near(n.of[NOTION_CONSTRAINED].value, 2, 1e-12);
    ck_assert_uint_eq(n.of[NOTION_CONSTRAINED].n, 1);
    ck_assert_int_eq(n.of[NOTION_REALTIME].influence, INFLUENCES_ALL);
    notions_release(&n);
}
END_TEST

static void refused(const char *world, const char *why)
{
    struct spec_of spec;
    struct err err = { 0 };
    struct notions n;
    ck_assert(kind_parse(&spec, &env_shelf, world, &err));
    struct env *env = env_open(&spec, 0, &err);
    ck_assert(env && !notions_find(&n, env, 2, &err));
    ck_assert_msg(strstr(err.text, why) != NULL, "%s", err.text);
    env_close(env);
    kind_release(&spec);
}

START_TEST(others_are_refused_with_the_reason)
{
    refused("gridworld", "gridworld is no table of states with names S/THETA");
    refused("mdp:file=basic", "is no pair of what is so and what is wanted, S/THETA");
}
END_TEST

/* R is -|theta - s| - (theta - 2)^2, also -2 of theta 3 in state 2, where the text of the
 * paper has -5. Who ends with theta 2 stays where it is. */
START_TEST(dehydration_is_by_the_formula)
{
    struct notions n;
    find(&n, "drmdp:case=dehydration", 2);
    ck_assert_uint_eq(n.n_theta, 3);
    ck_assert_near(n.of[NOTION_REALTIME].value, -2, 1e-12); /* noop noop: -1 -1 */
    ck_assert_near(n.of[NOTION_INITIAL].value, -1, 1e-12);  /* a3: -1, then 0 */
    notions_release(&n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("notions");
    TCase *t = tcase_create("notions");
    tcase_add_loop_test(t, the_worlds_of_the_paper_have_its_table, 0,
                        sizeof table / sizeof *table);
    tcase_add_test(t, the_trainer_is_a_conspiracy);
    tcase_add_test(t, conspiracy_pays_from_three_cycles_on);
    tcase_add_test(t, long_horizons_are_planned);
    tcase_add_test(t, chance_is_averaged);
    tcase_add_test(t, others_are_refused_with_the_reason);
    tcase_add_test(t, dehydration_is_by_the_formula);
    suite_add_tcase(s, t);
    return harness_run(s);
}
