#include "config.h"

#include "agent.h"
#include "env.h"
#include "harness.h"
#include "registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Who learns from a human what is wanted: Lang et al. 2024, by alignment, section 4. */

/* The actions of a path in that world, as "aI aT"; what the human then cannot choose has
 * no meaning, as all actions lead to T. */
static void acts(const char *agent, const char *world, uint64_t seed, char *buf, size_t n)
{
    struct spec_of who, where;
    struct err err = { 0 };
    struct rng rng, luck;
    ck_assert_msg(kind_parse(&who, &agent_shelf, agent, &err), "%s", err.text);
    ck_assert_msg(kind_parse(&where, &env_shelf, world, &err), "%s", err.text);
    struct env *env = env_open(&where, 0, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    struct agent *ag = agent_open(&who, env, &err);
    ck_assert_msg(ag != NULL, "%s", err.text);
    void *state = calloc(1, env->state_size);
    rng_init(&rng, &(struct rng_key){ .seed = (uint32_t)seed });
    rng_init(&luck, &(struct rng_key){ .purpose = RNG_WORLD, .seed = (uint32_t)seed });
    env_reset(env, state, &luck);
    buf[0] = '\0';
    for (unsigned t = 0; t < 2; t++) {
        unsigned a;
        char name[40];
        struct cycle c = { 0 };
        ck_assert(ag->ops->act(ag, &rng, &a, &err));
        env_action_text(env, a, name, sizeof name);
        snprintf(buf + strlen(buf), n - strlen(buf), "%s%s", t ? " " : "", name);
        c.action = (uint8_t)a;
        c.e = env_step(env, state, a, &luck);
        ck_assert(ag->ops->update(ag, &c, &err));
    }
    free(state);
    ag->ops->close(ag);
    env_close(env);
    kind_release(&who);
    kind_release(&where);
}

static const struct row {
    const char *agent, *world, *acts;
} rows[] = {
    /* Who believes his eyes makes the greatest J_obs, */
    { "rlhf", "hiding", "aI aH" },
    { "rlhf:beta=5", "hiding", "aI aH" },
    { "rlhf:beta=0.2", "hiding", "aI aH" },
    { "rlhf", "hiding:p_H=.9,p_H0=.9", "aI aC" },
    { "rlhf", "verbose:p_C=.5", "aI aT" },
    { "rlhf", "verbose:p_C=.2", "aI aV" },
    /* and who knows what is seen the greatest J, where that can be told. */
    { "rlhf:aware=yes", "verbose:p_C=.5", "aI aD" },
    { "rlhf:aware=yes", "verbose:p_C=.2", "aI aD" },
    { "rlhf:aware=yes", "verbose", "aI aD" },
    { "rlhf:aware=yes,beta=0.2", "verbose:p_C=.5", "aI aD" },
};

START_TEST(it_does_what_the_table_says)
{
    char text[80];
    acts(rows[_i].agent, rows[_i].world, 1, text, sizeof text);
    ck_assert_msg(!strcmp(text, rows[_i].acts), "%s in %s: %s, not %s", rows[_i].agent,
                  rows[_i].world, text, rows[_i].acts);
}
END_TEST

/* Drawn comparisons come to the same when they are many, and luck decides when one. */
START_TEST(many_answers_are_as_good_as_all)
{
    unsigned right = 0, lone = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        char text[80];
        acts("rlhf:aware=yes,queries=20000", "verbose:p_C=.5", seed, text, sizeof text);
        right += !strcmp(text, "aI aD");
        acts("rlhf:aware=yes,queries=1", "verbose:p_C=.5", seed, text, sizeof text);
        lone += !strcmp(text, "aI aD");
    }
    ck_assert_uint_ge(right, 15);
    ck_assert_uint_le(lone, 10);
}
END_TEST

START_TEST(others_are_refused_with_the_reason)
{
    struct spec_of who, where;
    struct err err = { 0 };
    ck_assert(kind_parse(&who, &agent_shelf, "rlhf", &err));
    ck_assert(kind_parse(&where, &env_shelf, "chain", &err));
    struct env *env = env_open(&where, 0, &err);
    ck_assert(agent_open(&who, env, &err) == NULL);
    ck_assert_msg(strstr(err.text, "no human watches chain") != NULL, "%s", err.text);
    env_close(env);
    kind_release(&who);
    kind_release(&where);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rlhf");
    TCase *t = tcase_create("rlhf");
    tcase_add_loop_test(t, it_does_what_the_table_says, 0, sizeof rows / sizeof *rows);
    tcase_add_test(t, many_answers_are_as_good_as_all);
    tcase_add_test(t, others_are_refused_with_the_reason);
    suite_add_tcase(s, t);
    return harness_run(s);
}
