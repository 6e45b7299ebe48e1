#include "config.h"

#include "harness.h"
#include "life.h"

#include <string.h>

void life_open(struct life *l, const char *agent, const char *env)
{
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&l->e, &env_shelf, env, &err), "%s", err.text);
    ck_assert_msg(kind_parse(&l->a, &agent_shelf, agent, &err), "%s", err.text);
    l->env = env_open(&l->e, 1, &err);
    ck_assert_msg(l->env != NULL, "%s", err.text);
    l->ag = agent_open(&l->a, l->env, &err);
    ck_assert_msg(l->ag != NULL, "%s", err.text);
}

void life_start(struct life *l, uint32_t seed)
{
    session_init(&l->s, l->env, l->ag, 1, seed);
}

void life_begin(struct life *l, const char *agent, const char *env, uint32_t seed)
{
    life_open(l, agent, env);
    life_start(l, seed);
}

void life_end(struct life *l)
{
    session_release(&l->s);
    l->ag->ops->close(l->ag);
    env_close(l->env);
    kind_release(&l->e);
    kind_release(&l->a);
}

const struct record *life_live(struct life *l)
{
    struct err err = { 0 };
    ck_assert_msg(session_step(&l->s, &err), "%s", err.text);
    return &l->s.last;
}

double life_learned(const char *agent, const char *env, int learn, int evaluate)
{
    struct life l;
    life_begin(&l, agent, env, 1);
    for (int t = 0; t < learn; t++)
        life_live(&l);
    double before = l.s.last.total;
    for (int t = 0; t < evaluate; t++)
        life_live(&l);
    double mean = (l.s.last.total - before) / evaluate;
    life_end(&l);
    return mean;
}

static void refused(const char *agent, const char *env, bool wide, const char *message)
{
    struct spec_of e;
    struct spec_of a;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&e, &env_shelf, env, &err), "%s", err.text);
    struct env *world = env_open(&e, 1, &err);
    bool parsed = kind_parse(&a, &agent_shelf, agent, &err);
    if (wide) {
        world->space.n_obs = 1U << 30;
        world->space.rew_max = 1 << 20;
    }
    ck_assert(!parsed || !agent_open(&a, world, &err));
    ck_assert_msg(strstr(err.text, message) != NULL, "%s", err.text);
    env_close(world);
    kind_release(&e);
    kind_release(&a);
}

void life_refused(const char *agent, const char *env, const char *message)
{
    refused(agent, env, false, message);
}

void life_refused_wide(const char *agent)
{
    refused(agent, "coin-flip", true,
            "percepts of 51 bits (observation 30, reward 21) are too large to encode");
}

uint64_t life_hash(const char *agent, const char *env, const char *stream)
{
    enum { CYCLES = 40 };
    struct life l;
    life_open(&l, agent, env);
    if (stream)
        l.env->stream = stream;
    life_start(&l, 3);
    for (int t = 0; t < CYCLES; t++)
        life_live(&l);
    uint64_t hash = l.s.last.hash;
    life_end(&l);
    return hash;
}
