#include "config.h"

#include "laws.h"
#include "policy.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The promises of src/core/policy.h: of a policy that lives among percepts drawn at random
 * from its space, with all actions allowed and with some. */

enum { CYCLES = 200 };

/* A policy in the middle of a life. */
struct player {
    const struct policy *p;
    unsigned char *state, *copy; /* owned */
    struct rng rng;
    uint32_t legal;
    double chance[ACTIONS_MAX];
    unsigned action;
    int t;
};
typedef bool watch_fn(struct player *pl, struct err *err);

static struct percept any_percept(struct rng *rng, const struct space *sp)
{
    uint32_t span = (uint32_t)((int64_t)sp->rew_max - sp->rew_min) + 1;
    return (struct percept){ sp->n_obs ? rng_below(rng, sp->n_obs) : (uint32_t)rng_u64(rng),
                             sp->rew_min + (int32_t)(span ? rng_below(rng, span) : 0) };
}

/* All actions, or a few of them. */
static uint32_t some_actions(struct rng *rng, uint32_t n)
{
    uint32_t all = (uint32_t)((UINT64_C(1) << n) - 1);
    uint32_t legal = rng_below(rng, 2) ? all : (uint32_t)rng_u64(rng) & all;
    return legal ? legal : 1;
}

static void go_on(struct player *pl)
{
    const struct policy *p = pl->p;
    pl->action = rng_index(&pl->rng, pl->chance, p->space.n_actions, 1);
    if (p->ops->update)
        p->ops->update(p, pl->state, pl->action, any_percept(&pl->rng, &p->space));
}

/* Watches each cycle, with the chances known and the action to come. */
static bool lives(const struct policy *p, watch_fn *watch, struct err *err)
{
    struct player pl = { .p = p, .rng = { { 3, 2, 3, 4 } } };
    bool ok = true;
    pl.state = xcalloc(1, p->state_size + 1);
    pl.copy = xcalloc(1, p->state_size + 1);
    if (p->ops->reset)
        p->ops->reset(p, pl.state);
    for (pl.t = 1; ok && pl.t <= CYCLES; pl.t++) {
        struct err what = { 0 };
        pl.legal = some_actions(&pl.rng, p->space.n_actions);
        memcpy(pl.copy, pl.state, p->state_size);
        p->ops->chances(p, pl.state, pl.legal, pl.chance);
        if (!watch(&pl, &what))
            ok = err_set(err, "cycle %d: %s", pl.t, what.text);
        else
            go_on(&pl);
    }
    free(pl.state);
    free(pl.copy);
    return ok;
}

static bool is_law(struct player *pl, struct err *err)
{
    double total = 0;
    for (unsigned a = 0; a < pl->p->space.n_actions; a++) {
        if (!(pl->chance[a] >= 0) || (pl->chance[a] > 0 && !(pl->legal >> a & 1)))
            return err_set(err, "action %u has chance %g%s", a, pl->chance[a],
                           pl->chance[a] > 0 ? ", which is not allowed" : "");
        total += pl->chance[a];
    }
    return fabs(total - 1) <= 1e-12 || err_set(err, "chances sum to %.17g", total);
}

bool law_policy_chances(const struct subject *s, struct err *err)
{
    return lives(s->policy, is_law, err);
}

/* Asked again, in the same state: the same, and nothing has changed; and a copy of the
 * state is told the same and becomes the same. */
static bool is_bytes(struct player *pl, struct err *err)
{
    const struct policy *p = pl->p;
    double again[ACTIONS_MAX];
    size_t n = p->space.n_actions * sizeof *again;
    if (memcmp(pl->copy, pl->state, p->state_size))
        return err_set(err, "asking for chances changes the state");
    p->ops->chances(p, pl->copy, pl->legal, again);
    if (memcmp(again, pl->chance, n))
        return err_set(err, "the same state has other chances when asked again");
    struct rng rng = pl->rng;
    unsigned action = rng_index(&rng, pl->chance, p->space.n_actions, 1);
    struct percept e = any_percept(&rng, &p->space);
    unsigned char *other = xcalloc(1, p->state_size + 1);
    memcpy(other, pl->state, p->state_size);
    if (p->ops->update) {
        p->ops->update(p, pl->copy, action, e);
        p->ops->update(p, other, action, e);
    }
    bool same = !memcmp(other, pl->copy, p->state_size);
    free(other);
    return same || err_set(err, "a copy of the state becomes another by the same percept");
}

bool law_policy_bytes(const struct subject *s, struct err *err)
{
    return lives(s->policy, is_bytes, err);
}

bool law_policy_start(const struct subject *s, struct err *err)
{
    const struct policy *p = s->policy;
    unsigned char *used = xcalloc(1, p->state_size + 1),
                  *fresh = xcalloc(1, p->state_size + 1);
    if (p->state_size && !p->ops->reset) {
        free(used);
        free(fresh);
        return err_set(err, "it remembers %zu bytes and has no reset()", p->state_size);
    }
    memset(used, 0x5a, p->state_size);
    if (p->ops->reset) {
        p->ops->reset(p, fresh);
        p->ops->reset(p, used);
    }
    bool same = !p->state_size || !memcmp(used, fresh, p->state_size);
    free(used);
    free(fresh);
    return same || err_set(err, "reset() leaves some of what was there before");
}
