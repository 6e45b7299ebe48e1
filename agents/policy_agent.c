#include "config.h"

#include "agent.h"
#include "ice.h"
#include "policy.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* A policy of ursa-policies(7) as an agent: it draws from the policy's chances and learns
 * nothing. What is a hypothesis to others plays here itself. */

struct config {
    char *policy;
};

static const struct param params[] = {
    SPEC("policy", policy, policy_shelf, .unit = "POLICY",
         .help = "what it follows; unset: random"),
    { 0 },
};

struct policy_agent {
    struct agent base;
    struct policy *policy; /* owned */
    void *memory;          /* owned, policy->state_size bytes */
    uint32_t n_actions;
};

static void close_policy(struct agent *ag)
{
    struct policy_agent *s = (struct policy_agent *)ag;
    policy_close(s->policy);
    free(s->memory);
    free(s);
}

static struct agent *open_policy(const void *config, const struct env *truth,
                                 struct err *err)
{
    const char *text = ((const struct config *)config)->policy;
    struct spec_of spec;
    if (!kind_parse_within(&spec, &policy_shelf, text ? text : "random", err))
        return NULL;
    struct policy *p = policy_open(&spec, &truth->space, err);
    kind_release(&spec);
    if (!p)
        return NULL;
    struct policy_agent *s = xcalloc(1, sizeof *s);
    s->base.ops = &agent_policy;
    s->policy = p;
    s->n_actions = truth->space.n_actions;
    s->memory = xcalloc(1, p->state_size + 1);
    if (p->ops->reset)
        p->ops->reset(p, s->memory);
    return &s->base;
}

static const struct policy *policy_of(const struct agent *ag)
{
    return ((const struct policy_agent *)ag)->policy;
}

static bool chances(struct agent *ag, double *p)
{
    const struct policy_agent *s = (const struct policy_agent *)ag;
    uint32_t legal = s->n_actions < 32 ? (1U << s->n_actions) - 1 : UINT32_MAX;
    s->policy->ops->chances(s->policy, s->memory, legal, p);
    return true;
}

/* One number is drawn where there is a choice. */
static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    const uint32_t n = ((const struct policy_agent *)ag)->n_actions;
    double p[ACTIONS_MAX];
    uint32_t last = 0, likely = 0;
    (void)err;
    chances(ag, p);
    for (uint32_t a = 0; a < n; a++)
        if (p[a] > 0) {
            last = a;
            likely++;
        }
    double u = likely > 1 ? rng_unit(rng) : 0;
    uint32_t a = 0;
    while (a < last && (u -= p[a]) >= 0)
        a++;
    *action = likely > 1 ? a : last;
    return true;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct policy_agent *s = (struct policy_agent *)ag;
    (void)err;
    if (s->policy->ops->update)
        s->policy->ops->update(s->policy, s->memory, c->action, c->e);
    return true;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct policy_agent *s = (struct policy_agent *)ag;
    ice_piece(ice, s->memory, s->policy->state_size);
}

const struct agent_ops agent_policy = {
    .kind.name = "policy",
    .kind.title = "follows a policy",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_policy,
    .close = close_policy,
    .act = act,
    .update = update,
    .chances = chances,
    .policy = policy_of,
    .ice = ice,
    .open_minded = true,
};
