#include "config.h"

#include "harness.h"
#include "life.h"

#include <string.h>

void life_begin(struct life *l, const char *agent, const char *env, uint32_t seed)
{
    struct err err = { 0 };
    ck_assert_msg(env_spec_parse(&l->e, env, &err), "%s", err.text);
    ck_assert_msg(agent_spec_parse(&l->a, agent, &err), "%s", err.text);
    l->env = l->e.ops->open(l->e.config, 1, &err);
    ck_assert_msg(l->env != NULL, "%s", err.text);
    l->ag = l->a.ops->open(l->a.config, l->env, &err);
    ck_assert_msg(l->ag != NULL, "%s", err.text);
    session_init(&l->s, l->env, l->ag, 1, seed);
}

void life_end(struct life *l)
{
    session_release(&l->s);
    l->ag->ops->close(l->ag);
    env_close(l->env);
    env_spec_release(&l->e);
    agent_spec_release(&l->a);
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
    struct env_spec e;
    struct agent_spec a;
    struct err err = { 0 };
    ck_assert_msg(env_spec_parse(&e, env, &err), "%s", err.text);
    ck_assert_msg(agent_spec_parse(&a, agent, &err), "%s", err.text);
    struct env *world = e.ops->open(e.config, 1, &err);
    if (wide) {
        world->space.n_obs = 1U << 30;
        world->space.rew_max = 1 << 20;
    }
    ck_assert_ptr_null(a.ops->open(a.config, world, &err));
    ck_assert_msg(strstr(err.text, message) != NULL, "%s", err.text);
    env_close(world);
    env_spec_release(&e);
    agent_spec_release(&a);
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
