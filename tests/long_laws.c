#include "config.h"

#include "harness.h"
#include "laws.h"
#include "registry.h"
#include "seat.h"

#include <string.h>

/* What tests/check_contract.c does in seconds, done in minutes: every agent in every
 * world that takes it, in lives of several seeds, and the families of every seat. */

enum { SEEDS = 3, STARTS = 15 };

static int count(const struct shelf *shelf)
{
    int n = 0;
    while (shelf->at[n])
        n++;
    return n;
}

static void hold(enum law_sort sort, const struct subject *s, const char *what,
                 const char *in)
{
    for (const struct law *law = law_table; law->name; law++) {
        struct err err = { 0 };
        if (law->sort == sort)
            ck_assert_msg(law->holds(s, &err), "%s, %s, seed %u: %s (%s): %s", in, what,
                          s->seed, law->name, law->promise, err.text);
    }
}

/* As it comes; NULL: it needs a file or another setting. */
static struct env *open_world(const struct kind *kind)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &env_shelf, kind->name, &err), "%s", err.text);
    struct env *env = env_open(&spec, 5, &err);
    kind_release(&spec);
    return env;
}

/* All laws of agents, where the world is one for it. */
static void hold_agent(const struct spec_of *agent, const struct env *env, const char *in)
{
    struct err err = { 0 };
    struct agent *ag = agent_open(agent, env, &err);
    if (!ag)
        return;
    ag->ops->close(ag);
    for (uint32_t seed = 0; seed < SEEDS; seed++)
        hold(LAW_agent, &(struct subject){ .env = env, .spec = agent, .seed = seed },
             agent->canonical, in);
}

START_TEST(an_agent_keeps_its_promises_in_every_world)
{
    struct spec_of agent;
    struct err err = { 0 };
    ck_assert(kind_parse(&agent, &agent_shelf, agent_shelf.at[_i]->name, &err));
    if (param_find(agent.kind->params,
                   "samples")) /* enough for a cancelled search to show */
        ck_assert(kind_set(&agent, "samples", "70", &err));
    for (int k = 0; env_shelf.at[k]; k++) {
        struct env *env = open_world(env_shelf.at[k]);
        struct spec_of here;
        kind_copy(&here, &agent);
        /* where much is hidden, a belief in every imagined step takes hours */
        if (env && env->max_starts > STARTS &&
            param_find(agent.kind->params, "root-sampling"))
            ck_assert(kind_set(&here, "root-sampling", "state", &err));
        if (env)
            hold_agent(&here, env, env_shelf.at[k]->name);
        env_close(env);
        kind_release(&here);
    }
    kind_release(&agent);
}
END_TEST

static struct policy *random_player(const struct space *space)
{
    struct spec_of spec = { .kind = &policy_random.kind };
    struct err err = { 0 };
    struct policy *p = policy_open(&spec, space, &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    return p;
}

START_TEST(the_seats_of_a_game_are_worlds_with_families)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert(kind_parse(&spec, &game_shelf, game_shelf.at[_i]->name, &err));
    struct game *g = game_open(&spec, 5, &err);
    ck_assert_msg(g != NULL, "%s", err.text);
    for (uint32_t i = 0; i < g->n_players; i++) {
        struct policy *other[PLAYERS_MAX] = { NULL };
        for (uint32_t j = 0; j < g->n_players; j++)
            other[j] = j == i ? NULL : random_player(&g->space[j]);
        struct env *seat = seat_open(g, i, other);
        hold(LAW_env, &(struct subject){ .env = seat }, "a seat", spec.canonical);
        env_close(seat);
    }
    game_close(g);
    kind_release(&spec);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("laws, for long");
    TCase *tc = tcase_create("pairs");
    tcase_set_timeout(tc, 1800);
    tcase_add_loop_test(tc, an_agent_keeps_its_promises_in_every_world, 0,
                        count(&agent_shelf));
    tcase_add_loop_test(tc, the_seats_of_a_game_are_worlds_with_families, 0,
                        count(&game_shelf));
    suite_add_tcase(s, tc);
    return harness_run(s);
}
