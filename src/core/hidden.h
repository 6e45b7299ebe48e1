#ifndef HIDDEN_H
#define HIDDEN_H

#include "fsm.h"
#include "model.h"

/* The posterior as automata whose states may be hidden: a partially observable Markov
 * decision process on their disjoint union. Hypothesis k has weight w[k] and is in state s
 * of fsm[k] with chance b[k][s], sum 1, or for certain in at[k] where b[k] is NULL. Each
 * automaton has an alphabet of its own, fsm[k]->percepts, which others may share. Borrowed
 * from the model, valid until its next change. */
struct hidden {
    size_t n;
    const double *w; /* not normalised */
    double total;    /* sum of w, > 0 */
    const struct fsm *const *fsm;
    const double *const *b; /* NULL: every state is certain */
    const uint32_t *at;
};
extern const struct view_kind view_hidden;

/* NULL when the model has no such form. */
static inline const struct hidden *hidden_of(struct model *m)
{
    return (const struct hidden *)model_view(m, &view_hidden);
}

#endif
