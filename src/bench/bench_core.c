#include "config.h"

#include "bench.h"
#include "registry.h"
#include "rng.h"
#include "session.h"
#include "xalloc.h"

#include <stdlib.h>

/* The ground everything else stands on: a draw, and a cycle of the loop itself. */

struct draws {
    struct rng rng;
    uint64_t sum; /* so that the draws are made */
};

static void *open_draws(struct err *err)
{
    struct draws *d = xcalloc(1, sizeof *d);
    (void)err;
    rng_init(&d->rng, &(struct rng_key){ 0, RNG_PLAN, "bench", 0, 0 });
    return d;
}

static double draw(void *context, uint64_t n)
{
    struct draws *d = context;
    for (uint64_t i = 0; i < n; i++)
        d->sum += rng_below(&d->rng, 5);
    return (double)n;
}

struct life {
    struct spec_of env_spec;
    struct spec_of agent_spec;
    struct env *env;
    struct agent *agent;
    struct session session;
};

static void close_life(void *context)
{
    struct life *l = context;
    if (l->session.env)
        session_release(&l->session);
    if (l->agent)
        l->agent->ops->close(l->agent);
    env_close(l->env);
    kind_release(&l->agent_spec);
    kind_release(&l->env_spec);
    free(l);
}

static void *open_life(struct err *err)
{
    struct life *l = xcalloc(1, sizeof *l);
    bool ok = kind_parse(&l->env_spec, &env_shelf, "coin-flip", err) &&
              kind_parse(&l->agent_spec, &agent_shelf, "random", err);
    if (ok)
        l->env = env_open(&l->env_spec, 0, err);
    if (l->env)
        l->agent = agent_open(&l->agent_spec, l->env, err);
    if (!l->agent) {
        close_life(l);
        return NULL;
    }
    session_init(&l->session, l->env, l->agent, 0, 1);
    return l;
}

static double live(void *context, uint64_t n)
{
    struct life *l = context;
    for (uint64_t i = 0; i < n; i++)
        session_step(&l->session, NULL);
    return (double)n;
}

const struct bench_row bench_core[] = {
    { "rng.below", "draws/s", "bounded random draws", BENCH_RATE, open_draws, draw, free },
    { "session.cycles", "cycles/s", "the interaction loop: random in coin-flip", BENCH_RATE,
      open_life, live, close_life },
    { 0 },
};
