#include "config.h"

#include "env.h"
#include "fsm.h"
#include "registry.h"
#include "teacher.h"
#include "utility.h"
#include "vi.h"
#include "xalloc.h"

#include <stdlib.h>

/* A mentor who knows the world and does what is best in it, or now and then anything: value
 * iteration over all that can happen. */
enum { STATES_MAX = 1 << 16 };

struct config {
    double gamma, noise;
};
struct expert {
    struct teacher base;
    uint32_t n_actions;
    double noise;
    struct discount discount;
    struct alphabet percepts;
    struct fsm *fsm;
    struct vi *vi;
};

static void close_expert(struct teacher *t)
{
    struct expert *s = (struct expert *)t;
    vi_free(s->vi);
    fsm_free(s->fsm);
    alphabet_release(&s->percepts);
    free(s);
}

/* All states from wherever it may begin. */
static struct fsm *whole_world(const struct env *env, struct alphabet *percepts)
{
    struct rng none = { { 1, 2, 3, 4 } };
    size_t n = env->ops->starts ? env->max_starts : 1;
    void *states = xcalloc(n, env->state_size);
    double *p = xcalloc(n, sizeof *p);
    if (env->ops->starts)
        n = env->ops->starts(env, p, states);
    else
        env_reset(env, states, &none);
    struct fsm *f = fsm_new_from(env, states, n, STATES_MAX, percepts);
    free(p);
    free(states);
    return f;
}

static struct teacher *open_expert(const void *config, const struct env *truth,
                                   struct err *err)
{
    const struct config *c = config;
    struct expert *s = xcalloc(1, sizeof *s);
    s->base.ops = &teacher_optimal;
    s->n_actions = truth->space.n_actions;
    s->noise = c->noise;
    s->discount = (struct discount){ .kind = DISCOUNT_GEOMETRIC, .gamma = c->gamma };
    s->fsm = whole_world(truth, &s->percepts);
    if (!s->fsm) {
        err_set(err, "optimal cannot act in %s: %s", truth->ops->kind.name,
                truth->ops->transitions ? "it has more than 65536 states"
                                        : "it has no law to know");
        close_expert(&s->base);
        return NULL;
    }
    s->vi = vi_new(s->fsm, space_unseen(&truth->space) ? &utility_worth : &utility_reward,
                   &s->discount, 0);
    return &s->base;
}

static bool answer(struct teacher *t, const void *state, const struct question *q,
                   struct rng *rng, struct answer *out, struct err *err)
{
    struct expert *s = (struct expert *)t;
    uint32_t at = fsm_find(s->fsm, state);
    *out = (struct answer){ .given = q->ask == ASK_ACTION };
    if (at == UINT32_MAX)
        return err_set(err, "optimal does not know the state that the world is in");
    if (rng_bernoulli(rng, s->noise)) {
        out->value = rng_below(rng, s->n_actions);
        return true;
    }
    const double *v = vi_values(s->vi, at, 1);
    unsigned best = 0, ties = 1;
    for (unsigned a = 1; a < s->n_actions; a++) {
        if (v[a] > v[best]) {
            best = a;
            ties = 1;
        } else if (v[a] >= v[best] && !rng_below(rng, ++ties)) {
            best = a;
        }
    }
    out->value = best;
    return true;
}

static const struct param params[] = {
    REAL("gamma", gamma, .def = 0.99, .min = 0, .max = 0.9999,
         .help = "weight of the next cycle's reward to this one's"),
    REAL("noise", noise, .def = 0, .min = 0, .max = 1,
         .help = "how often it does anything at all"),
    { 0 },
};

const struct teacher_ops teacher_optimal = {
    .kind.name = "optimal",
    .kind.title = "the best action in the true world, but for some noise",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_expert,
    .close = close_expert,
    .answer = answer,
};
