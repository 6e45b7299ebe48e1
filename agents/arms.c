#include "config.h"

#include "arms.h"

#include "ice.h"
#include "potential.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

bool arms_init(struct arms *s, const struct agent_ops *ops, struct bayes_conf *conf,
               const struct env *truth, struct err *err)
{
    const struct space *sp = &truth->space;
    s->base.ops = ops;
    s->n = sp->n_actions;
    s->lo = sp->rew_min;
    s->range = (double)sp->rew_max - sp->rew_min;
    for (uint32_t a = 0; a < s->n; a++)
        s->index[a] = NAN;
    if (!conf->potential)
        return true;
    struct plan one = { .horizon = 1, .now = 1, .before = NOTHING_SEEN };
    struct discount_conf none = { .gamma = 1 };
    if (!discount_init(&one.discount, &none, err))
        return false;
    s->potential = bayes_potential(conf, NULL, &one, truth, err);
    return s->potential;
}

unsigned arms_best(const struct arms *s)
{
    unsigned best = 0;
    for (uint32_t a = 1; a < s->n; a++)
        if (s->index[a] > s->index[best])
            best = a;
    return best;
}

void arms_close(struct agent *ag)
{
    potential_free(((struct arms *)ag)->potential);
    free(ag);
}

bool arms_update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct arms *s = (struct arms *)ag;
    (void)err;
    s->pulls++;
    s->pulled[c->action]++;
    s->paid[c->action] += s->range > 0 ? (c->e.rew - s->lo) / s->range : 0;
    if (s->potential)
        potential_update(s->potential, c);
    return true;
}

void arms_ice(struct agent *ag, struct ice *ice)
{
    struct arms *s = (struct arms *)ag;
    ice_piece(ice, &s->pulls, sizeof s->pulls);
    ice_piece(ice, s->pulled, sizeof s->pulled);
    ice_piece(ice, s->paid, sizeof s->paid);
    ice_piece(ice, s->index, sizeof s->index);
    if (s->potential)
        potential_ice(s->potential, ice);
}

static void inspect(const struct agent *ag, struct insight *out)
{
    const struct arms *s = (const struct arms *)ag;
    out->n_actions = s->n;
    for (uint32_t a = 0; a < s->n; a++) {
        out->value[a] = s->index[a];
        out->visits[a] = (double)s->pulled[a];
    }
    if (s->potential) {
        out->ep = potential_true(s->potential);
        out->expected_ep = potential_expected(s->potential);
    }
}

const struct mind_ops arms_mind = {
    .inspect = inspect,
};
