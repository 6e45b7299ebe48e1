#include "config.h"

#include "broken.h"
#include "harness.h"

#include <string.h>

/* Every law can be broken: a class of hypotheses with one fault breaks the law about it,
 * and what is said names the fault with the shortest example. */

/* Of families: one that has no member, one whose second member breaks a law, one whose
 * dispenser stands where it is in no hypothesis, and two whose last member cannot be
 * opened, with and without a word. */
static struct env *wide(const struct family *f, size_t k, struct err *err)
{
    struct env *h = corridor_goals.at(f, k, err);
    if (k == 1)
        h->space.n_obs = 4;
    return h;
}

static struct env *lost(const struct family *f, size_t k, struct err *err)
{
    return k == 2 ? err_null(err, "no such maze") : corridor_goals.at(f, k, err);
}

static struct env *mute(const struct family *f, size_t k, struct err *err)
{
    return k == 2 ? NULL : corridor_goals.at(f, k, err);
}

static size_t none(const struct family *f)
{
    (void)f;
    return 0;
}

static size_t two(const struct family *f)
{
    (void)f;
    return 2;
}

static struct family *silent(const void *config, const struct env *truth, struct err *err)
{
    (void)config;
    (void)truth;
    (void)err;
    return NULL;
}

START_TEST(hypotheses_are_worlds_and_one_is_true)
{
    static const struct {
        struct family_ops ops;
        const char *law, *say;
    } cases[] = {
        { { .count = none }, "families", "family goal, it has no hypothesis" },
        { { .at = wide },
          "families",
          "family goal, hypothesis 1: 3 actions and 4 observations, not 3 and 3" },
        { { .at = lost }, "families", "family goal, hypothesis 2: no such maze" },
        { { .at = mute },
          "families",
          "family goal, hypothesis 2: neither a world nor an error" },
        { { .open = silent }, "families", "family goal: neither a class nor an error" },
        { { .count = two },
          "truth",
          "family goal: actions 2, 2: percept (2, 10), which happens, has chance 0" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct broken b;
        struct family_ops ops = corridor_goals;
        const struct kind *const families[] = { &ops.kind, NULL };
        ops.open = cases[i].ops.open;
        ops.count = cases[i].ops.count ? cases[i].ops.count : ops.count;
        ops.at = cases[i].ops.at ? cases[i].ops.at : ops.at;
        broken_open(&b);
        b.ops.families = families;
        broken_env(&b, cases[i].law, cases[i].say);
    }
}
END_TEST

/* A family of the corridor with one entry changed. */
static void family_must_fail(struct family_ops ops, const char *name, const char *words)
{
    struct broken b;
    struct spec_of spec = { .kind = &ops.kind };
    broken_open(&b);
    struct family *f = family_open(&spec, b.env, NULL);
    broken_law(LAW_family, name, &(struct subject){ .env = b.env, .family = f }, words);
    family_close(f);
    env_close(b.env);
}

/* Each time another one. */
static struct env *restive(const struct family *f, size_t k, struct err *err)
{
    static size_t asked;
    return corridor_goals.at(f, (k + asked++) % 3, err);
}

static double generous(const struct family *f, size_t k)
{
    (void)f;
    (void)k;
    return -0.5;
}

static void one_for_all(const struct family *f, size_t k, char *buf, size_t n)
{
    (void)f;
    (void)k;
    strncpy(buf, "somewhere", n);
}

START_TEST(families_are_what_they_say)
{
    struct family_ops ops = corridor_goals;
    ops.at = restive;
    family_must_fail(ops, "again",
                     "hypothesis 0: cycle 2 is (0, 10), and opened again (0, -1)");
    ops = corridor_goals;
    ops.log_prior = generous;
    family_must_fail(ops, "prior", "the first 3 weights sum to 1.81959197914");
    ops = corridor_goals;
    ops.text = one_for_all;
    family_must_fail(ops, "names", "hypotheses 0 and 1 are both called somewhere");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("laws of families");
    TCase *tc = tcase_create("families");
    tcase_add_test(tc, hypotheses_are_worlds_and_one_is_true);
    tcase_add_test(tc, families_are_what_they_say);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
