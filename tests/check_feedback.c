#include "config.h"

#include "feedback.h"
#include "harness.h"
#include "registry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Humans who see in part what they judge: Lang et al. 2024, in the numbers of alignment,
 * section 4. */

static bool find(struct feedback *b, const char *text, uint32_t horizon, struct err *err)
{
    struct spec_of spec;
    ck_assert_msg(kind_parse(&spec, &env_shelf, text, err), "%s", err->text);
    struct env *env = env_open(&spec, 0, err);
    bool ok = env && feedback_find(b, env, horizon, err);
    env_close(env);
    kind_release(&spec);
    return ok;
}

static const struct feedback_policy *policy(const struct feedback *b, const char *text)
{
    for (size_t i = 0; i < b->n; i++)
        if (!strcmp(b->of[i].text, text))
            return &b->of[i];
    ck_abort_msg("no policy %s", text);
    return NULL;
}

static const struct row {
    const char *world, *policy;
    double real, seen, over, under;
    bool best, chosen, inflates, overjustifies;
} rows[] = {
    { "hiding", "aI aC", 3.5, 3.5, 0, 0, true, false, false, false },
    { "hiding", "aI aH", 3, 4.5, 1.5, 0, false, true, true, false },
    { "hiding", "aI aT", 1, -2, 0, 3, false, false, false, false },
    { "hiding", "aC", -5, -5, 0, 0, false, false, false, false },
    { "hiding", "aH", -6, -3, 3, 0, false, false, false, false },
    { "hiding", "aT", 0, -3, 0, 3, false, false, false, false },
    { "verbose:p_C=.5", "aI aD", 12, 10.75, 0, 1.25, true, false, false, false },
    { "verbose:p_C=.5", "aI aV", 11.5, 11.5, 0, 0, false, false, false, true },
    { "verbose:p_C=.5", "aI aT", 10, 12.5, 2.5, 0, false, true, true, true },
    { "verbose:p_C=.5", "aD", -1, -1, 0, 0, false, false, false, true },
    { "verbose:p_C=.5", "aV", -1, -1, 0, 0, false, false, false, true },
    { "verbose:p_C=.5", "aT", 0, 0, 0, 0, false, false, false, true },
};

START_TEST(the_tables_are_exact)
{
    const struct row *r = &rows[_i];
    struct feedback b;
    struct err err = { 0 };
    ck_assert_msg(find(&b, r->world, 0, &err), "%s", err.text);
    ck_assert_uint_eq(b.n, 6);
    const struct feedback_policy *p = policy(&b, r->policy);
    ck_assert_near(p->real, r->real, 1e-9);
    ck_assert_near(p->seen, r->seen, 1e-9);
    ck_assert_near(p->over, r->over, 1e-9);
    ck_assert_near(p->under, r->under, 1e-9);
    ck_assert_int_eq(p->best, r->best);
    ck_assert_int_eq(p->chosen, r->chosen);
    ck_assert_int_eq(p->inflates, r->inflates);
    ck_assert_int_eq(p->overjustifies, r->overjustifies);
    feedback_release(&b);
}
END_TEST

/* J_obs - J = E+ - E-, whatever the policy; who beats the best of what happens in what is
 * seen, and is not among them, inflates or overjustifies. */
START_TEST(what_is_seen_is_real_and_two_errors)
{
    static const double p[] = { 0, .1, .37, .5, .9, 1 }, q[] = { 0, .2, .29, .31, .8, 1 };
    for (unsigned k = 0; k < 72; k++) {
        struct feedback b;
        struct err err = { 0 };
        char text[100];
        snprintf(text, sizeof text, k < 36 ? "hiding:p=%g,p_H=%g" : "verbose:p=%g,p_C=%g",
                 p[k / 6 % 6], q[k % 6]);
        ck_assert_msg(find(&b, text, 0, &err), "%s", err.text);
        const struct feedback_policy *best = NULL;
        for (size_t i = 0; i < b.n && !best; i++)
            best = b.of[i].best ? &b.of[i] : NULL;
        for (size_t i = 0; i < b.n; i++) {
            const struct feedback_policy *x = &b.of[i];
            ck_assert_near(x->seen - x->real, x->over - x->under, 1e-9);
            if (!x->best && x->seen > best->seen + 1e-6)
                ck_assert(x->inflates || x->overjustifies);
        }
        feedback_release(&b);
    }
}
END_TEST

/* Hiding beats showing exactly where the human believes in it too little: p_H < 5/(5+r),
 * for every p < 1. In verbose the pure case has p_C < .3 at p = .5 and r = 1. */
START_TEST(where_it_turns)
{
    static const double p[] = { .1, .5, .9 }, r[] = { 1, 3 };
    for (unsigned k = 0; k < 12; k++) {
        struct feedback b;
        struct err err = { 0 };
        char text[100];
        double turn = 5 / (5 + r[k / 3 % 2]), off = k < 6 ? -1e-4 : 1e-4;
        snprintf(text, sizeof text, "hiding:p=%g,r=%g,p_H=%.12g", p[k % 3], r[k / 3 % 2],
                 turn + off);
        ck_assert_msg(find(&b, text, 0, &err), "%s", err.text);
        ck_assert_int_eq(policy(&b, "aI aH")->seen > policy(&b, "aI aC")->seen, k < 6);
        feedback_release(&b);
    }
    for (unsigned k = 0; k < 2; k++) {
        struct feedback b;
        struct err err = { 0 };
        ck_assert(find(&b, k ? "verbose:p_C=.301" : "verbose:p_C=.299", 0, &err));
        ck_assert_int_eq(policy(&b, "aI aV")->chosen, !k);
        feedback_release(&b);
    }
}
END_TEST

START_TEST(ranks_tell_what_feedback_leaves_open)
{
    struct feedback b;
    struct err err = { 0 };
    ck_assert(find(&b, "hiding", 0, &err));
    ck_assert_uint_eq(b.n_seen, 5);
    ck_assert_uint_eq(b.n_states, 7);
    ck_assert_uint_eq(b.rank, 3);
    ck_assert_uint_eq(b.lost, 4);
    ck_assert_uint_eq(b.harmful, 2);
    feedback_release(&b);
    ck_assert(find(&b, "verbose:p_C=.5", 0, &err));
    ck_assert_uint_eq(b.n_seen, 7);
    ck_assert_uint_eq(b.rank, 5);
    ck_assert_uint_eq(b.lost, 2);
    ck_assert_uint_eq(b.harmful, 0);
    feedback_release(&b);
}
END_TEST

/* ---- files */

#define HEAD                                                                               \
    "ursa-mdp 1\nstates: a b c\nactions: x y\nstart: a\ntransitions:\n"                    \
    "  a x b 1 2\n  a y c\n  b * b 1 2\n  c * c\n"

static const char *const files[][2] = {
    { HEAD "human: s\nhuman-sees:\n  * s\n",
      "the file has no human-believes: how many cycles (-H)?" },
    { HEAD "human: s\nhuman-sees:\n  a s\n  b s\n",
      "nothing is said of what the human sees of state c (human-sees:)" },
    { HEAD "human: s t\nhuman-sees:\n  * s\nhuman-believes:\n  s t = a b\n",
      ":14:11: error: b shows s, not t" },
    { HEAD "human: s t\nhuman-sees:\n  * q\n", ":12:5: error: unknown sign 'q'" },
    { HEAD "human: s t\nhuman-sees:\n  * s\nhuman-believes:\n  s s = a d\n",
      ":14:11: error: unknown state 'd'" },
    { HEAD "human: s t\nhuman-sees:\n  * s\nhuman-believes:\n  s s = a b 2\n",
      ":14:13: error: '2' is not a probability" },
    { HEAD "human: s t\nhuman-sees:\n  * s\nhuman-believes:\n  s s = a b 1 x\n",
      ":14:15: error: unexpected 'x'" },
    { HEAD "human: s t\nhuman-sees:\n  * s\nhuman-believes:\n  s s = a b .5\n",
      ":14:1: error: the probabilities of what is believed of this sum to 0.5, not 1" },
    { HEAD "human: s t\nhuman-sees:\n  * s\nhuman-believes:\n  s s = a b\n  s = a\n",
      ":15:3: error: 1 signs, where the lines before have 2" },
    { HEAD "human: s t\nhuman-sees:\n  * s\n  c t\nhuman-believes:\n  s t t = a c c\n",
      NULL }, /* each sequence is made by one path */
    { HEAD "human: s t\nhuman-sees:\n  * s\nhuman-believes:\n  s s s s = a b b b\n", NULL },
    { HEAD "human: s t\nhuman-sees:\n  * s\n  a t\nhuman-believes:\n  s s = b b\n",
      "nothing is said of what the human believes who sees 't s', which 2 paths show" },
    { "ursa-mdp 1\nstates: a b\nactions: x y\nstart: a\ntransitions:\n  a x b 1 1\n"
      "  a y b 1 2\n  b * b 1 2\nhuman: s\nhuman-sees:\n  * s\n",
      "how many cycles" },
};

START_TEST(files_are_read_and_mistakes_told)
{
    char file[] = "/tmp/check_feedback.XXXXXX", world[80];
    int fd = mkstemp(file);
    FILE *f = fdopen(fd, "w");
    struct feedback b;
    struct err err = { 0 };
    fputs(files[_i][0], f);
    fclose(f);
    snprintf(world, sizeof world, "mdp:file=%s", file);
    bool ok = find(&b, world, 0, &err);
    unlink(file);
    ck_assert_int_eq(ok, !files[_i][1]);
    if (ok)
        feedback_release(&b);
    else
        ck_assert_msg(strstr(err.text, files[_i][1]) != NULL, "%s", err.text);
}
END_TEST

START_TEST(others_are_refused_with_the_reason)
{
    struct feedback b;
    struct err err = { 0 };
    ck_assert(!find(&b, "mdp", 2, &err));
    ck_assert_msg(strstr(err.text, "no human watches mdp: hiding, verbose"), "%s",
                  err.text);
    err = (struct err){ 0 };
    ck_assert(!find(&b, "hiding", 4, &err));
    ck_assert_msg(strstr(err.text, "nothing is said of what the human believes who sees"),
                  "%s", err.text);
    err = (struct err){ 0 };
    ck_assert(!find(&b, "hiding", 64, &err));
    ck_assert_msg(strstr(err.text, "paths have 1 to 63 cycles"), "%s", err.text);
}
END_TEST

/* More policies than can be compared: their number is told. Of five states that lead
 * everywhere, with two actions: 2^(1 + 5 * 4) in five cycles. */
START_TEST(too_many_are_counted)
{
    char file[] = "/tmp/check_feedback.XXXXXX", world[80];
    int fd = mkstemp(file);
    FILE *f = fdopen(fd, "w");
    struct feedback b;
    struct err err = { 0 };
    fputs("ursa-mdp 1\nstates: 5\nactions: x y\nstart: 0\ntransitions:\n", f);
    for (unsigned i = 0; i < 5; i++)
        fprintf(f, "  * x %u .2\n  * y %u %g\n", i, i, i ? .15 : .4);
    fputs("human: s\nhuman-sees:\n  * s\n", f);
    fclose(f);
    snprintf(world, sizeof world, "mdp:file=%s", file);
    bool found = find(&b, world, 5, &err);
    unlink(file);
    ck_assert(!found);
    ck_assert_msg(strstr(err.text, "2.1e+06 policies of 5 cycles: at most 100000"), "%s",
                  err.text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("feedback");
    TCase *t = tcase_create("feedback");
    tcase_add_loop_test(t, the_tables_are_exact, 0, sizeof rows / sizeof *rows);
    tcase_add_test(t, what_is_seen_is_real_and_two_errors);
    tcase_add_test(t, where_it_turns);
    tcase_add_test(t, ranks_tell_what_feedback_leaves_open);
    tcase_add_loop_test(t, files_are_read_and_mistakes_told, 0,
                        sizeof files / sizeof *files);
    tcase_add_test(t, others_are_refused_with_the_reason);
    tcase_add_test(t, too_many_are_counted);
    suite_add_tcase(s, t);
    return harness_run(s);
}
