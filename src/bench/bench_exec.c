#include "config.h"

#include "bench.h"
#include "clock.h"
#include "registry.h"
#include "session.h"
#include "xalloc.h"

#include <stdlib.h>

/* A cycle with a program at the other end: ourselves, as `ursa serve`. By the clock on the
 * wall, since both wait for each other. */

struct life {
    struct spec_of agent, env;
    struct env *world;
    struct agent *who;
    struct session session;
};

static void close_life(void *context)
{
    struct life *l = context;
    if (l->session.env)
        session_release(&l->session);
    if (l->who)
        l->who->ops->close(l->who);
    env_close(l->world);
    kind_release(&l->agent);
    kind_release(&l->env);
    free(l);
}

static void *open_life(const char *agent, const char *env, struct err *err)
{
    struct life *l = xcalloc(1, sizeof *l);
    bool ok = kind_parse(&l->agent, &agent_shelf, agent, err) &&
              kind_parse(&l->env, &env_shelf, env, err);
    l->world = ok ? env_open(&l->env, 0, err) : NULL;
    l->who = l->world ? agent_open(&l->agent, l->world, err) : NULL;
    if (!l->who) {
        close_life(l);
        return NULL;
    }
    session_init(&l->session, l->world, l->who, 0, 1);
    return l;
}

static void *open_world(struct err *err)
{
    return open_life("random", "exec:/proc/self/exe:args=serve+coin-flip", err);
}

static void *open_agent(struct err *err)
{
    return open_life("exec:/proc/self/exe:args=serve+--agent+random", "coin-flip", err);
}

static double live(void *context, uint64_t n)
{
    enum { CYCLES = 2000 };
    struct life *l = context;
    double from = clock_now();
    for (uint64_t i = 0; i < n * CYCLES; i++)
        session_step(&l->session, NULL);
    return (clock_now() - from) * 1e6 / CYCLES;
}

const struct bench_row bench_exec[] = {
    { "exec.world", "us", "a cycle in a world that is a program", BENCH_AMOUNT, open_world,
      live, close_life },
    { "exec.agent", "us", "a cycle of an agent that is a program", BENCH_AMOUNT, open_agent,
      live, close_life },
    { 0 },
};
