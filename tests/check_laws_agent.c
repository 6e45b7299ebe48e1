#include "config.h"

#include "broken.h"
#include "harness.h"
#include "ice.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Every law can be broken: a agent with one fault breaks the law about it, and what is said
 * names the fault with the shortest example. */

/* Counts what it was asked, and goes on and back in turns. */
struct counter {
    struct agent base;
    unsigned n;
};

static struct agent *open_counter(const void *config, const struct env *truth,
                                  struct err *err)
{
    struct counter *c = xcalloc(1, sizeof *c);
    (void)truth;
    (void)err;
    c->base.ops = config;
    return &c->base;
}

static void close_counter(struct agent *ag) { free(ag); }

static bool turns(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    (void)rng;
    (void)err;
    *action = ((struct counter *)ag)->n++ % 3;
    return true;
}

static bool learns_nothing(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)ag;
    (void)c;
    (void)err;
    return true;
}

/* The counter with an entry more, or another. */
static struct agent_ops counter(void)
{
    return (struct agent_ops){ .kind.name = "counter",
                               .open = open_counter,
                               .close = close_counter,
                               .act = turns,
                               .update = learns_nothing };
}

static void agent_must_fail(const struct agent_ops *ops, const char *name,
                            const char *words)
{
    struct broken b;
    struct agent_ops copy = *ops;
    struct spec_of spec = { .kind = &copy.kind, .config = &copy };
    broken_open(&b);
    broken_law(LAW_agent, name, &(struct subject){ .env = b.env, .spec = &spec }, words);
    env_close(b.env);
}

START_TEST(the_sound_agent_keeps_all_laws)
{
    struct broken b;
    struct agent_ops ops = counter();
    struct spec_of spec = { .kind = &ops.kind, .config = &ops };
    broken_open(&b);
    broken_none(LAW_agent, &(struct subject){ .env = b.env, .spec = &spec }, false);
    env_close(b.env);
}
END_TEST

/* As much as its future depends on, and a thing less. */
static void all_of_it(struct agent *ag, struct ice *ice)
{
    ice_piece(ice, &((struct counter *)ag)->n, sizeof(unsigned));
}

static void none_of_it(struct agent *ag, struct ice *ice)
{
    (void)ag;
    (void)ice;
}

static bool its_turn(struct agent *ag, double *p)
{
    for (unsigned a = 0; a < 3; a++)
        p[a] = ((const struct counter *)ag)->n % 3 == a;
    return true;
}

static bool any_turn(struct agent *ag, double *p)
{
    (void)ag;
    p[0] = p[1] = p[2] = 1.0 / 3;
    return true;
}

static bool few_turns(struct agent *ag, double *p)
{
    (void)ag;
    p[0] = p[1] = p[2] = 0.25;
    return true;
}

START_TEST(frozen_agents_live_on)
{
    struct agent_ops ops = counter();
    ops.ice = none_of_it;
    agent_must_fail(
        &ops, "thaw",
        "frozen after 0 cycles: cycle 1 is 0 (0, -1), thawed in another 1 (0, -1)");
}
END_TEST

START_TEST(agents_act_by_their_chances)
{
    struct agent_ops ops = counter();
    struct spec_of spec = { .kind = &ops.kind, .config = &ops };
    struct broken b;
    struct err err = { 0 };
    broken_open(&b);
    ops.ice = all_of_it;
    ops.chances = its_turn;
    struct subject s = { .env = b.env, .spec = &spec };
    ck_assert(law_agent_thaw(&s, &err) && law_agent_chances(&s, &err) && !err.text[0]);
    env_close(b.env);
    ops.chances = any_turn;
    agent_must_fail(
        &ops, "chances",
        "after 0 cycles: action 0 has chance 0.333333 and is done 1000 times in "
        "1000");
    ops.chances = few_turns;
    agent_must_fail(&ops, "chances", "after 0 cycles: chances sum to 0.75");
}
END_TEST

static bool shocked(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)ag;
    return c->e.rew != 3 || err_set(err, "three!");
}

START_TEST(open_minds_take_everything)
{
    struct agent_ops ops = counter();
    ops.open_minded = true;
    ops.update = shocked;
    agent_must_fail(&ops, "impossible",
                    "percept 21, (1, 3), is impossible to an open mind: three!");
    struct spec_of spec = { .kind = &ops.kind, .config = &ops };
    struct broken b;
    struct err err = { 0 };
    broken_open(&b);
    ops.open_minded = false;
    ck_assert(law_agent_impossible(&(struct subject){ .env = b.env, .spec = &spec }, &err));
    ck_assert_str_eq(err.text, "");
    ops.update = learns_nothing;
    ck_assert(law_agent_impossible(&(struct subject){ .env = b.env, .spec = &spec }, &err));
    ck_assert_str_eq(err.text, "not offered: no percept of this space is impossible to it");
    env_close(b.env);
}
END_TEST

static bool wild(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    turns(ag, rng, action, err);
    *action *= 2;
    return true;
}

static bool with_a_past(struct agent *ag, struct rng *rng, unsigned *action,
                        struct err *err)
{
    static unsigned all;
    (void)ag;
    (void)rng;
    (void)err;
    *action = all++ % 3;
    return true;
}

START_TEST(lives_repeat_themselves)
{
    struct agent_ops ops = counter();
    ops.act = wild;
    agent_must_fail(&ops, "again", "cycle 3: counter answers action 4 of 3");
    ops.act = with_a_past;
    agent_must_fail(&ops, "again", "cycle 1 is 0 (0, -1), and lived again 1 (0, -1)");
}
END_TEST

/* Knows the world that it was opened in, and asks it what it should not. */
struct spy {
    struct agent base;
    const struct env *truth;
};

static struct agent *open_spy(const void *config, const struct env *truth, struct err *err)
{
    struct spy *c = xcalloc(1, sizeof *c);
    (void)err;
    c->base.ops = config;
    c->truth = truth;
    return &c->base;
}

static bool peeks(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    const struct env *env = ((struct spy *)ag)->truth;
    const struct percept e = { 0, 0 };
    (void)rng;
    (void)err;
    *action = env->ops->performance && env->ops->performance(env, NULL, 0, e, NULL) < 0;
    return true;
}

START_TEST(agents_are_blind_to_what_was_wanted)
{
    struct agent_ops ops = counter();
    ops.open = open_spy;
    ops.act = peeks;
    agent_must_fail(&ops, "blind",
                    "cycle 1 is action 0, and 1 where something else was wanted");
}
END_TEST

static void foresees_and_counts(struct agent *ag, struct outlook *out)
{
    struct counter *c = (struct counter *)ag;
    out->n_actions = 0;
    c->n += c->n == 2;
}

START_TEST(looking_changes_nothing)
{
    struct agent_ops ops = counter();
    const struct mind_ops mind = { .foresee = foresees_and_counts };
    ops.mind = &mind;
    agent_must_fail(&ops, "looking",
                    "cycle 3 is 2 (1, -1), and of whom was looked at 0 (0, -1)");
}
END_TEST

static size_t same_name(const struct agent *ag, struct metric *out, size_t n)
{
    (void)ag;
    for (size_t i = 0; i < n && i < 2; i++)
        out[i] = (struct metric){ "size", 1 };
    return n < 2 ? n : 2;
}

static size_t endless(const struct agent *ag, struct metric *out, size_t n)
{
    (void)n;
    out[0] = (struct metric){ "asked", HUGE_VAL };
    return ag->t > 4;
}

static size_t pushy(const struct agent *ag, struct metric *out, size_t n)
{
    (void)ag;
    (void)n;
    out[0] = (struct metric){ "asked", NAN };
    out[1] = (struct metric){ "told", 1 };
    return 2;
}

START_TEST(metrics_are_sound)
{
    struct agent_ops ops = counter();
    ops.report = same_name;
    agent_must_fail(&ops, "metrics", "two metrics are called size");
    ops.report = endless;
    agent_must_fail(&ops, "metrics", "asked is not finite");
    ops.report = pushy;
    agent_must_fail(&ops, "metrics", "with room for 1 metrics it writes more");
}
END_TEST

static void says_much(const struct agent *ag, struct insight *out)
{
    (void)ag;
    out->samples = 600;
}

START_TEST(cancelled_searches_end)
{
    struct agent_ops ops = counter();
    const struct mind_ops mind = { .inspect = says_much };
    ops.mind = &mind;
    agent_must_fail(&ops, "cancel", "a cancelled search made 600 samples, 0 nodes");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("laws of agents");
    TCase *tc = tcase_create("agents");
    tcase_add_test(tc, the_sound_agent_keeps_all_laws);
    tcase_add_test(tc, frozen_agents_live_on);
    tcase_add_test(tc, agents_act_by_their_chances);
    tcase_add_test(tc, open_minds_take_everything);
    tcase_add_test(tc, lives_repeat_themselves);
    tcase_add_test(tc, agents_are_blind_to_what_was_wanted);
    tcase_add_test(tc, looking_changes_nothing);
    tcase_add_test(tc, metrics_are_sound);
    tcase_add_test(tc, cancelled_searches_end);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
