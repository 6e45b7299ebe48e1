#include "config.h"

#include "expectimax.h"
#include "harness.h"
#include "mdp.h"
#include "mixture.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_text(const char *text, struct mdp *m, struct err *err)
{
    FILE *f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    bool ok = mdp_read(m, f, "t.mdp", err);
    fclose(f);
    return ok;
}

static void values(const char *spec, uint32_t horizon, double *value)
{
    struct spec_of e;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&e, &env_shelf, spec, &err), "%s", err.text);
    struct env *env = env_open(&e, 1, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    struct model *m = mixture_new(family_find("mu", env, &err), NULL, &err);
    bool unseen = space_unseen(&env->space);
    struct plan p = { .model = m,
                      .utility = unseen ? &utility_worth : &utility_reward,
                      .horizon = horizon,
                      .now = 1 };
    p.discount.gamma = 1;
    ck_assert(expectimax(&p, 1000000, value).done);
    m->ops->free(m);
    env_close(env);
    kind_release(&e);
}

/* Two cycles by hand: a1 in s0 is worth .9 25 - .05 10 = 22, then 22 again from s0, 2.5
 * from s1 and 22.5 from s2. */
START_TEST(the_basic_process_has_its_values)
{
    double v[ACTIONS_MAX];
    values("mdp", 1, v);
    ck_assert_near(v[0], 2.5, 1e-12);
    ck_assert_near(v[1], 22, 1e-12);
    values("mdp", 2, v);
    ck_assert_near(v[1], 22 + 0.9 * 22 + 0.05 * 2.5 + 0.05 * 22.5, 1e-12);
}
END_TEST

/* A reward that tells the state is worth a point. */
START_TEST(a_reward_may_be_unseen)
{
    static const char *const text =
        "ursa-mdp 1\nstates: good bad\nactions: work swap\nobservations: same\n"
        "start: good 0.5 bad 0.5\ntransitions:\n  good work good 0.9 1\n"
        "  good work bad 0.1 1\n  bad work bad\n  good swap bad\n  bad swap good\n"
        "observe:\n  * same\n";
    char spec[100] = "pomdp:file=/tmp/ursa-mdp-XXXXXX";
    int fd = mkstemp(strchr(spec, '/'));
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    double v[ACTIONS_MAX];
    values(spec, 4, v);
    ck_assert_near(v[0], 2.7195, 1e-12);
    size_t len = strlen(spec);
    strcat(spec, ",rewards=unseen");
    values(spec, 4, v);
    ck_assert_near(v[0], 1.7195, 1e-12);
    values(spec, 1, v);
    ck_assert_near(v[0], 0.5, 1e-12);
    ck_assert_near(v[1], 0, 1e-12);
    spec[len] = '\0';
    unlink(strchr(spec, '/'));
}
END_TEST

/* The tiger from a file and the tiger in C are one problem. */
START_TEST(the_tiger_of_the_file_is_the_tiger)
{
    for (uint32_t horizon = 1; horizon <= 4; horizon++) {
        double file[ACTIONS_MAX], own[ACTIONS_MAX];
        values("pomdp", horizon, file);
        values("tiger", horizon, own);
        for (int a = 0; a < 3; a++)
            ck_assert_near(file[a], own[a], 1e-9);
    }
}
END_TEST

START_TEST(stars_and_defaults_are_understood)
{
    struct mdp m;
    struct err err = { 0 };
    ck_assert_msg(
        read_text("ursa-mdp 1\n# a comment\nstates: 3\nactions: go stay\nscale: 10\n"
                  "transitions:\n  * stay 0\n  0 go 1 0.5 0.5\n  0 go 2 0.5\n"
                  "  1 go 1\n  2 go 2\n",
                  &m, &err),
        "%s", err.text);
    ck_assert_uint_eq(m.n_states, 3);
    ck_assert_str_eq(m.state[2], "2");
    ck_assert_double_eq(m.start[0], 1);
    ck_assert_int_eq(m.edge[0].rew, 5);
    ck_assert_uint_eq(m.first[1], 2);
    ck_assert_uint_eq(m.edge[m.first[5]].next, 0);
    mdp_release(&m);
}
END_TEST

/* 14 arcs, of which 12 have room: those of the present state alone, in rows 2 and 3. */
START_TEST(of_too_many_arcs_those_at_hand_are_drawn)
{
    struct spec_of e;
    struct err err = { 0 };
    char spec[] = "mdp:file=/tmp/ursa-mdp-XXXXXX", *path = strchr(spec, '/');
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    FILE *f = fdopen(fd, "w");
    fputs("ursa-mdp 1\nstates: 7\nactions: 2\ntransitions:\n  * * 0\n", f);
    fclose(f);
    ck_assert_msg(kind_parse(&e, &env_shelf, spec, &err), "%s", err.text);
    struct env *env = env_open(&e, 1, &err);
    unlink(path);
    ck_assert_msg(env != NULL, "%s", err.text);
    struct canvas cv = { env->rows, env->cols,
                         xcalloc((size_t)(env->rows * env->cols), sizeof *cv.at) };
    uint32_t state = 0;
    ck_assert_int_eq(env->rows, 14);
    env->ops->draw(env, &state, true, &cv);
    for (int row = 2; row < 14; row++)
        ck_assert_msg((cv.at[row * env->cols].ch != 0) == (row < 4), "row %d", row);
    free(cv.at);
    env_close(env);
    kind_release(&e);
}
END_TEST

#define HEAD "ursa-mdp 1\nstates: a b\nactions: x\n"
static const struct {
    const char *text, *message;
} bad[] = {
    { "", "are needed" },
    { "hello: 2\n", "t.mdp:1:1: error: expected 'ursa-mdp 1'" },
    { "ursa-mdp 1\ntransitions:\n", "must come before" },
    { "ursa-mdp 1\nstaets: a\n", "did you mean 'states'" },
    { "ursa-mdp 1\nstates:\n", "missing" },
    { HEAD "states: c\n", "said before" },
    { HEAD "transitions:\n  a x c\n", "t.mdp:5:7: error: unknown state 'c'" },
    { HEAD "transitions:\n  a y b\n", "t.mdp:5:5: error: unknown action 'y'" },
    { HEAD "transitions:\n  a x\n", "expected STATE ACTION NEXT" },
    { HEAD "transitions:\n  a x b 1.5\n", "'1.5' is not a probability" },
    { HEAD "transitions:\n  a x b 1 0.5\n", "not a reward in whole points" },
    { HEAD "transitions:\n  a x b 1 1 1\n", "unexpected '1'" },
    { HEAD "transitions:\n  a x b 0.5\n  b x b\n",
      "t.mdp:5:3: error: the probabilities of state a, action x sum to 0.5" },
    { HEAD "transitions:\n  a x b\n",
      "t.mdp: error: the probabilities of state b, action x" },
    { HEAD "start: a 0.5\ntransitions:\n  * x b\n",
      "t.mdp:4:1: error: the probabilities of start: sum to 0.5" },
    { HEAD "observations: o\ntransitions:\n  * x b\nobserve:\n  a o 0.5\n  b o\n",
      "t.mdp:8:3: error: the probabilities of what state a shows sum to 0.5" },
    { "ursa-mdp 1\nstates: a b a\n", "t.mdp:2:13: error: 'a' is named twice" },
    { "ursa-mdp 1\nstates: 2.5\n", "t.mdp:2:9: error: 2.5 is not a whole number" },
    { "ursa-mdp 1\nstates: 0\n", "0 is not a whole number from 1 to 65536" },
    { "ursa-mdp 1\nactions: 2\nstates: 1000000\n",
      "t.mdp:3:9: error: 1000000 states: at most 65536; with one transition of each state "
      "and action that is 104 MB" },
    { "ursa-mdp 1\nactions: 33\n", "33 is not a whole number from 1 to 32" },
    { HEAD "scale: 0\n", "not a positive number" },
    { HEAD "observations: o\ntransitions:\n  * x b\nobserve:\n  a o\n",
      "what state b shows sum to 0" },
};

START_TEST(mistakes_are_told_with_their_place)
{
    struct mdp m;
    struct err err = { 0 };
    ck_assert(!read_text(bad[_i].text, &m, &err));
    ck_assert_msg(strstr(err.text, bad[_i].message) != NULL, "%s", err.text);
}
END_TEST

START_TEST(all_mistakes_are_told_at_once)
{
    struct mdp m;
    struct err err = { 0 };
    ck_assert(!read_text(HEAD "transitions:\n  a x c\n  a y b\n  b x b 2\n", &m, &err));
    ck_assert_uint_eq(err.n, 3);
    ck_assert_ptr_nonnull(strstr(err.text, "\n    5 |   a x c\n      |       ^"));
    err = (struct err){ 0 };
    ck_assert(!read_text(HEAD "observations: o\nstart: a 0.5\ntransitions:\n"
                              "  a x b 0.5\n  b x b 0.2\n  b x b 0.2\n",
                         &m, &err));
    ck_assert_uint_eq(err.n, 5);
    struct err once = { 0 };
    ck_assert(!read_text(HEAD "transitions:\n  * x b 0.5\n", &m, &once));
    ck_assert_uint_eq(once.n, 1);
    ck_assert_ptr_nonnull(
        strstr(err.text, "t.mdp:8:3: error: the probabilities of state b"));
}
END_TEST

/* A ring of 65,536 states, one for each and with '*', is read and walked at once. */
START_TEST(a_process_may_have_65536_states)
{
    struct mdp m;
    struct err err = { 0 };
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    fputs("ursa-mdp 1\nstates: 65536\nactions: 2\nobservations: o p\ntransitions:\n", f);
    for (unsigned s = 0; s < MDP_STATES; s++)
        fprintf(f, "  %u * %u 1 %u\n", s, (s + 1) % MDP_STATES, s == 7);
    fputs("observe:\n  * o 0.25\n  * p 0.75\n", f);
    fclose(f);
    ck_assert_msg(read_text(text, &m, &err), "%s", err.text);
    ck_assert_uint_eq(m.n_states, 65536);
    ck_assert_uint_eq(mdp_count(&m), 4 * 65536);
    ck_assert_uint_eq(m.edge[2 * 65535].next, 0);
    mdp_release(&m);
    free(text);
}
END_TEST

START_TEST(an_mdp_is_no_pomdp)
{
    struct spec_of e;
    struct err err = { 0 };
    ck_assert(kind_parse(&e, &env_shelf, "pomdp:file=basic", &err));
    ck_assert_ptr_null(env_open(&e, 1, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "no observations"));
    kind_release(&e);
    ck_assert(kind_parse(&e, &env_shelf, "mdp:file=/nowhere", &err));
    ck_assert_ptr_null(env_open(&e, 1, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "cannot read /nowhere"));
    kind_release(&e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mdp");
    TCase *tc = tcase_create("mdp");
    tcase_add_test(tc, the_basic_process_has_its_values);
    tcase_add_test(tc, the_tiger_of_the_file_is_the_tiger);
    tcase_add_test(tc, stars_and_defaults_are_understood);
    tcase_add_test(tc, of_too_many_arcs_those_at_hand_are_drawn);
    tcase_add_loop_test(tc, mistakes_are_told_with_their_place, 0,
                        sizeof bad / sizeof *bad);
    tcase_add_test(tc, all_mistakes_are_told_at_once);
    tcase_add_test(tc, a_process_may_have_65536_states);
    tcase_add_test(tc, an_mdp_is_no_pomdp);
    tcase_add_test(tc, a_reward_may_be_unseen);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
