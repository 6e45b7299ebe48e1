#include "config.h"

#include "policy.h"
#include "registry.h"
#include "xalloc.h"

/* Every action that the rules allow with the same probability. */

static struct policy *open_random(const void *config, const struct space *space,
                                  struct err *err)
{
    struct policy *p = xcalloc(1, sizeof *p);
    (void)config;
    (void)err;
    *p = (struct policy){ .ops = &policy_random, .space = *space };
    return p;
}

static void chances(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    unsigned n = 0;
    (void)state;
    for (unsigned a = 0; a < p->space.n_actions; a++)
        n += legal >> a & 1;
    for (unsigned a = 0; a < p->space.n_actions; a++)
        out[a] = legal >> a & 1 ? 1.0 / n : 0;
}

const struct policy_ops policy_random = {
    .kind.name = "random",
    .kind.title = "uniformly random among the allowed actions",
    .kind.version = 1,
    .kind.params = no_params,
    .open = open_random,
    .chances = chances,
};
