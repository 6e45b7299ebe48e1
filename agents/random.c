#include "config.h"

#include "agent.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* Every action with the same probability: the floor that other agents are compared with. */

struct random_agent {
    struct agent base;
    uint32_t n_actions;
};

static struct agent *open_random(const void *config, const struct env *truth,
                                 struct err *err)
{
    (void)config;
    (void)err;
    struct random_agent *s = xcalloc(1, sizeof *s);
    s->base.ops = &agent_random;
    s->n_actions = truth->space.n_actions;
    return &s->base;
}

static void close_random(struct agent *ag) { free(ag); }

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    const struct random_agent *s = (const struct random_agent *)ag;
    (void)err;
    *action = rng_below(rng, s->n_actions);
    return true;
}

static bool chances(struct agent *ag, double *p)
{
    uint32_t n = ((const struct random_agent *)ag)->n_actions;
    for (uint32_t a = 0; a < n; a++)
        p[a] = 1.0 / n;
    return true;
}

static void ice(struct agent *ag, struct ice *ice)
{
    (void)ag;
    (void)ice;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)ag;
    (void)c;
    (void)err;
    return true;
}

const struct agent_ops agent_random = {
    .kind.name = "random",
    .kind.title = "uniformly random actions",
    .kind.version = 1,
    .kind.params = no_params,
    .kind.config_size = 1,
    .open = open_random,
    .close = close_random,
    .act = act,
    .update = update,
    .chances = chances,
    .ice = ice,
    .open_minded = true,
};
