#ifndef BOUNDS_H
#define BOUNDS_H

#include "blocks.h"

/* Bounds of values that need no search.
 *
 * From above the fast informed bound: Hauskrecht, "Value-function approximations for
 * partially observable Markov decision processes", JAIR 13 (2000):
 *     Q(s, a) = R(s, a) + g sum_e max_a' sum_s' P(s', e | s, a) Q(s', a'),
 * which is max_a b . Q(., a) >= V(b). It begins at the values of who sees the state, which
 * are made a bound first, and comes down: every sweep is a bound.
 *
 * From below plans that look at nothing but the block: one action for ever, and what would
 * be best were the state known to be of one hypothesis, an automaton that is not left.
 * Theirs are sums, made a bound from below. */

/* When later utilities count: step t is worth step t - 1 times g[t - 1]. */
struct steps {
    uint32_t n;      /* layers: steps that count, the last of them n - 1; 1 when endless */
    bool endless;    /* every step is like the one before, g[0] < 1 */
    const double *g; /* [n], borrowed; g[n - 1] is not looked at when there is an end */
};

struct simple_plan {
    uint8_t *action; /* [blocks] */
    double *value;   /* [layers][n_states], at least */
};

struct bounds {
    const struct blocks *b;
    struct steps steps;
    double *q;      /* [layers][rows], at most; NULL: there was no room, corner has to do */
    double *corner; /* [layers][n_states], max_a q */
    struct simple_plan *plan;
    uint32_t n_plans;
    size_t bytes;
};

/* At most about `bytes`. b and what *steps has are borrowed. */
struct bounds *bounds_new(const struct blocks *b, const struct steps *steps, size_t bytes);
void bounds_free(struct bounds *v); /* NULL is fine */

static inline size_t bounds_rows(const struct blocks *b)
{
    return (size_t)b->n_states * b->n_actions;
}

/* The layer after t. */
static inline uint32_t layer_after(const struct steps *s, uint32_t t)
{
    return s->endless ? t : t + 1;
}

#endif
