#include "config.h"

#include "agent.h"
#include "opponents.h"
#include "registry.h"
#include "seat.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Opponents that learn: agents as policies. An agent can be one when it tells the chances
 * of its actions and can be frozen into bytes of a bounded number: what such a policy
 * remembers is the frozen agent, thawed into an agent of the policy's own whenever it is
 * asked. So hypotheses of one class are not for several threads. */

enum { TRIAL = 256, TRIALS = 8192, SIGHTS_MAX = 32 };

struct config {
    char *of;
};
struct agents_class {
    struct opponents base;
    struct spec_of *list; /* owned, [n] */
    size_t n;
};

struct learner {
    struct policy base;
    struct env *seat;    /* owned: what it was opened for */
    struct agent *agent; /* owned: whoever was thawed last */
    size_t most;         /* bytes of a frozen one */
};

/* ---- an agent as a policy */

static void close_learner(struct policy *p)
{
    struct learner *s = (struct learner *)p;
    if (s->agent)
        s->agent->ops->close(s->agent);
    env_close(s->seat);
    free(s);
}

/* Its length, and itself; what it does not need is zero. */
static void keep(const struct learner *s, void *state)
{
    uint64_t n = agent_frozen_size(s->agent);
    memset(state, 0, s->base.state_size);
    memcpy(state, &n, sizeof n);
    agent_freeze(s->agent, (unsigned char *)state + sizeof n);
}

/* To begin with a policy's memory is the agent that was never asked, which is kept behind
 * the largest. */
static void reset(const struct policy *p, void *state)
{
    const struct learner *s = (const struct learner *)p;
    memcpy(state, (const unsigned char *)(s + 1), p->state_size);
}

static void take(const struct learner *s, const void *state)
{
    agent_thaw(s->agent, (const unsigned char *)state + sizeof(uint64_t), NULL);
}

static void chances(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    const struct learner *s = (const struct learner *)p;
    double meant[ACTIONS_MAX] = { 0 };
    take(s, state);
    /* What comes to search by chance may do anything. */
    if (!s->agent->ops->chances(s->agent, meant))
        for (uint32_t a = 0; a < s->seat->space.n_actions; a++)
            meant[a] = 1.0 / s->seat->space.n_actions;
    opponents_obey(p, meant, legal, out);
}

static bool learn(struct agent *ag, unsigned action, struct percept e)
{
    struct cycle c = { .action = (uint8_t)action, .e = e };
    bool ok = ag->ops->update(ag, &c, NULL);
    ag->t++;
    return ok;
}

/* One that would need more bytes than any did in its trial learns no more. */
static void update(const struct policy *p, void *state, unsigned action, struct percept e)
{
    const struct learner *s = (const struct learner *)p;
    take(s, state);
    if (learn(s->agent, action, e) && agent_frozen_size(s->agent) <= s->most)
        keep(s, state);
}

static const struct policy_ops policy_learner = { .kind.name = "agent",
                                                  .close = close_learner,
                                                  .reset = reset,
                                                  .chances = chances,
                                                  .update = update };

/* ---- whether it can be one */

/* The most bytes of a frozen one in a life among everything that it may see, once twice the
 * life adds none; 0 with *err: there are ever more. */
static size_t try_out(struct agent *ag, const struct space *sp, struct err *err)
{
    size_t most = agent_frozen_size(ag), before = most;
    struct rng rng = { { 1, 2, 3, 4 } };
    for (int t = 0, next = TRIAL; t < TRIALS; t++) {
        struct percept e = { rng_below(&rng, sp->n_obs),
                             t & 1 ? sp->rew_max : sp->rew_min };
        if (t == next && most == before)
            return most;
        if (t == next) {
            before = most;
            next *= 2;
        }
        if (!learn(ag, rng_below(&rng, sp->n_actions), e))
            return most;
        size_t n = agent_frozen_size(ag);
        most = n > most ? n : most;
    }
    err_set(err, "%s is no policy: the more it has lived, the more it remembers",
            ag->ops->kind.name);
    return 0;
}

static size_t measure(const struct spec_of *spec, const struct env *seat, struct err *err)
{
    struct agent *ag = agent_open(spec, seat, err);
    double p[ACTIONS_MAX];
    size_t most = 0;
    if (!ag)
        return 0;
    if (!ag->ops->chances || !ag->ops->chances(ag, p))
        err_set(err, "%s is no policy: it does not tell the chances of its actions",
                spec->kind->name);
    else if (!agent_frozen_size(ag))
        err_set(err, "%s is no policy: it cannot be copied", spec->kind->name);
    else
        most = try_out(ag, &seat->space, err);
    ag->ops->close(ag);
    return most;
}

static struct policy *learner_new(const struct agents_class *s, const struct spec_of *spec,
                                  struct err *err)
{
    struct env *seat = seat_open_among(s->base.game, !s->base.player);
    size_t most = measure(spec, seat, err), size = sizeof(uint64_t) + most;
    if (!most) {
        env_close(seat);
        return NULL;
    }
    struct learner *p = xcalloc(1, sizeof *p + size);
    p->base = (struct policy){ &policy_learner, *s->base.space, size };
    p->seat = seat;
    p->most = most;
    p->agent = agent_open(spec, seat, err);
    if (p->agent) {
        keep(p, p + 1);
        return &p->base;
    }
    close_learner(&p->base);
    return NULL;
}

/* ---- the class */

static void close_agents(struct family *f)
{
    struct agents_class *s = (struct agents_class *)f;
    if (s->list)
        kind_free_list(s->list, s->n);
    free(s);
}

static bool try_all(const struct agents_class *s, struct err *err)
{
    if (s->base.space->n_obs > SIGHTS_MAX)
        return err_set(err, "family agents: they see one of %u things; at most %d",
                       s->base.space->n_obs, SIGHTS_MAX);
    bool ok = true;
    for (size_t k = 0; ok && k < s->n; k++) {
        struct policy *p = learner_new(s, &s->list[k], err);
        ok = p;
        if (p)
            close_learner(p);
    }
    return ok;
}

static struct family *open_agents(const void *config, const struct env *truth,
                                  struct err *err)
{
    const struct config *c = config;
    struct agents_class *s = xcalloc(1, sizeof *s);
    bool ok = opponents_init(&s->base, truth, "agents", err);
    if (ok)
        s->list = kind_parse_list(&agent_shelf, c->of ? c->of : "random", &s->n, err);
    if (s->list && try_all(s, err))
        return &s->base.base;
    close_agents(&s->base.base);
    return NULL;
}

static size_t count(const struct family *f) { return ((const struct agents_class *)f)->n; }

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct agents_class *s = (const struct agents_class *)f;
    struct policy *p = learner_new(s, &s->list[k], err);
    return p ? opponents_seat(&s->base, p) : NULL;
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    snprintf(buf, n, "%s", ((const struct agents_class *)f)->list[k].canonical);
}

static const struct param params[] = {
    SPECS("of", of, agent_shelf, .unit = "AGENT+AGENT...", .tail = true,
          .help = "the hypotheses; unset: random"),
    { 0 },
};

const struct family_ops family_agents = {
    .kind = { .name = "agents",
              .title = "opponents that are agents themselves",
              .version = 1,
              .params = params,
              .config_size = sizeof(struct config) },
    .open = open_agents,
    .close = close_agents,
    .count = count,
    .at = at,
    .text = text,
};
