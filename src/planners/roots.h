#ifndef ROOTS_H
#define ROOTS_H

#include "alias.h"
#include "hidden.h"
#include "rng.h"

/* Where the world may be now: hypotheses and their states, drawn by the posterior. Whoever
 * imagines from a state that was drawn imagines percepts by the posterior's law, without
 * carrying a belief along: D. Silver and J. Veness, Monte-Carlo planning in large POMDPs,
 * NIPS 2010. */
struct root {
    uint32_t hypothesis, state;
};
struct roots {
    struct root *at; /* [cap] owned */
    double *w;       /* [cap] owned */
    size_t n, cap;
    struct alias alias;
};

/* Room for every state of all, so that roots_list() allocates nothing. */
void roots_reserve(struct roots *r, const struct hidden *h);
/* Lists all that has weight: O(states). */
void roots_list(struct roots *r, const struct hidden *h);
void roots_release(struct roots *r);

static inline struct root roots_draw(const struct roots *r, struct rng *rng)
{
    return r->at[alias_draw(&r->alias, rng_u64(rng))];
}

#endif
