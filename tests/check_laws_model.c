#include "config.h"

#include "broken.h"
#include "harness.h"

/* Every law can be broken: a model with one fault breaks the law about it, and what is said
 * names the fault with the shortest example. */

/* The mixture over where the dispenser is, with one entry of its table changed: by the one
 * field of `change` that is set. */
static const struct model_ops *sound;
static struct model_ops changed;

static size_t hidden; /* hypotheses that a model hides: they are to be freed too */

static void free_all(struct model *m)
{
    m->n += hidden;
    hidden = 0;
    sound->free(m);
}

static struct model *changed_open(const struct subject *s, struct err *err)
{
    const struct model_ops *change = s->with;
    struct model *m = broken_mixture(s, err);
    if (!m)
        return NULL;
    sound = m->ops;
    changed = *sound;
    if (change->step)
        changed.step = change->step;
    if (change->condition)
        changed.condition = change->condition;
    if (change->restore)
        changed.restore = change->restore;
    if (change->support)
        changed.support = change->support;
    if (change->posterior)
        changed.posterior = change->posterior;
    if (change->grow) {
        changed.grow = change->grow;
        changed.free = free_all;
    }
    if (change->thaw)
        changed.thaw = change->thaw;
    m->ops = &changed;
    return m;
}

static void model_must_fail(const struct model_ops *change, const char *name,
                            const char *words)
{
    struct broken b;
    broken_open(&b);
    broken_law(LAW_model, name,
               &(struct subject){ .env = b.env, .model = changed_open, .with = change },
               words);
    env_close(b.env);
}

START_TEST(the_sound_model_keeps_all_laws)
{
    struct broken b;
    broken_open(&b);
    struct subject s = { .env = b.env,
                         .model = changed_open,
                         .with = &(struct model_ops){ .name = "sound" } };
    broken_none(LAW_model, &s, true);
    env_close(b.env);
}
END_TEST

static size_t first_two(const struct family *f)
{
    (void)f;
    return 2;
}

START_TEST(models_believe_what_happens)
{
    struct broken b;
    struct subject s = { .model = changed_open,
                         .with = &(struct model_ops){ .name = "sound" } };
    broken_open(&b);
    struct family_ops ops = corridor_goals;
    const struct kind *const families[] = { &ops.kind, NULL };
    ops.count = first_two;
    b.ops.families = families;
    s.env = b.env;
    broken_law(LAW_model, "truth", &s,
               "actions 2, 2: percept (2, 10), which happens, has chance 0");
    env_close(b.env);
}
END_TEST

static size_t forgetful(struct model *m, unsigned action, struct percept *out, size_t cap)
{
    size_t n = sound->support(m, action, out, cap);
    return n > 1 ? n - 1 : n;
}

START_TEST(models_are_measures)
{
    model_must_fail(&(struct model_ops){ .support = forgetful }, "measure",
                    "action 0: chances sum to 0.75");
    model_must_fail(&(struct model_ops){ .support = forgetful }, "chances",
                    "action 0: step() draws what support() has not");
}
END_TEST

/* Says of a tenth that it is not decided. */
static double undecided(struct model *m, unsigned action, struct outcome *o)
{
    double p = sound->condition(m, action, o);
    o->open = m->want & WANT_LOSS ? 0.1 : 0;
    return p;
}

START_TEST(what_is_lost_is_counted)
{
    model_must_fail(&(struct model_ops){ .condition = undecided }, "measure",
                    "action 0: chances sum to 1.1000000000000001");
}
END_TEST

/* Says that it was less surprised than it was. */
static void boasts(struct model *m, unsigned action, struct rng *rng, struct outcome *o)
{
    sound->step(m, action, rng, o);
    o->prob = 1;
}

/* Has a luck of its own. */
static void stubborn(struct model *m, unsigned action, struct rng *rng, struct outcome *o)
{
    struct rng own = { { 1, 2, 3, 4 } };
    (void)rng;
    sound->step(m, action, &own, o);
}

START_TEST(what_is_drawn_is_what_is_told)
{
    model_must_fail(
        &(struct model_ops){ .step = boasts }, "step",
        "action 0: percept (0, -1) has chance 1 by step(), 0.75 by condition(), "
        "which tells 0.75");
    model_must_fail(
        &(struct model_ops){ .step = stubborn }, "chances",
        "action 0: percept (0, -1) has chance 0.75 and was drawn 500 times in 500");
}
END_TEST

static void stays_changed(struct model *m, const void *snap)
{
    (void)m;
    (void)snap;
}

/* Every imagined cycle makes it a little less sure of everything. */
static unsigned imagined;
static void counts(struct model *m, unsigned action, struct rng *rng, struct outcome *o)
{
    sound->step(m, action, rng, o);
    imagined++;
}

static double wearies(struct model *m, unsigned action, struct outcome *o)
{
    return sound->condition(m, action, o) * (1 - 1e-9 * imagined);
}

START_TEST(imagining_is_taken_back)
{
    model_must_fail(&(struct model_ops){ .restore = stays_changed }, "restore",
                    "action 0: after an outer restore(), imagined cycle 1 is (2, -1) with "
                    "chance 1, not (0, 10) with 0.25");
    model_must_fail(&(struct model_ops){ .step = counts, .condition = wearies }, "trace",
                    "action 0: percept (0, -1) has chance 0.74999998499999998 to who "
                    "imagined, 0.74999999249999993 to who did not");
}
END_TEST

/* What cannot be is taken for a fruitless step. */
static double gullible(struct model *m, unsigned action, struct outcome *o)
{
    double p = sound->condition(m, action, o);
    if (p <= 0)
        sound->condition(m, action, &(struct outcome){ .e = { 1, -1 } });
    return p;
}

START_TEST(the_impossible_changes_nothing)
{
    model_must_fail(
        &(struct model_ops){ .condition = gullible }, "impossible",
        "action 2: after an impossible percept, imagined cycle 1 is (1, -1) with "
        "chance 0.91666666666666663, not (0, 10) with 0.25");
}
END_TEST

static size_t heavy(const struct model *m, double *w, size_t cap)
{
    size_t n = sound->posterior(m, w, cap);
    w[0] += 0.25;
    return n;
}

static size_t swaps(const struct model *m, double *w, size_t cap)
{
    size_t n = sound->posterior(m, w, cap);
    double first = w[0];
    w[0] = w[1];
    w[1] = first;
    return n;
}

START_TEST(weights_are_those_of_the_posterior)
{
    model_must_fail(&(struct model_ops){ .posterior = heavy }, "weights",
                    "action 0: 3 weights of 3 hypotheses sum to 1.25");
    model_must_fail(&(struct model_ops){ .posterior = swaps }, "weights",
                    "actions 0, 0: log_weights() and posterior() differ on hypothesis 1");
}
END_TEST

/* Learns what nobody told. */
static bool presumes(struct model *m, uint64_t work, struct err *err)
{
    struct outcome o = { .e = { 0, -1 } };
    (void)work;
    (void)err;
    sound->condition(m, 1, &o);
    return true;
}

static bool shrinks(struct model *m, uint64_t work, struct err *err)
{
    (void)work;
    (void)err;
    m->n--;
    hidden++;
    return true;
}

START_TEST(growth_keeps_what_was_known)
{
    model_must_fail(&(struct model_ops){ .grow = presumes }, "grow",
                    "action 0: ln w1 / w0 was 0 and is 1.38629436112");
    model_must_fail(&(struct model_ops){ .grow = shrinks }, "grow",
                    "action 0: of 3 hypotheses 2 are left");
}
END_TEST

static bool sleeps_on(struct model *m, const void *bytes, struct err *err)
{
    (void)m;
    (void)bytes;
    (void)err;
    return true;
}

START_TEST(what_was_frozen_is_thawed)
{
    model_must_fail(&(struct model_ops){ .thaw = sleeps_on }, "thaw",
                    "action 0: thawed in another, imagined cycle 1 is (0, 10) with chance "
                    "0.75, not (0, 10) with 0.25");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("laws of models");
    TCase *tc = tcase_create("models");
    tcase_add_test(tc, the_sound_model_keeps_all_laws);
    tcase_add_test(tc, models_believe_what_happens);
    tcase_add_test(tc, models_are_measures);
    tcase_add_test(tc, what_is_lost_is_counted);
    tcase_add_test(tc, what_is_drawn_is_what_is_told);
    tcase_add_test(tc, imagining_is_taken_back);
    tcase_add_test(tc, the_impossible_changes_nothing);
    tcase_add_test(tc, weights_are_those_of_the_posterior);
    tcase_add_test(tc, growth_keeps_what_was_known);
    tcase_add_test(tc, what_was_frozen_is_thawed);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
