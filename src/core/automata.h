#ifndef AUTOMATA_H
#define AUTOMATA_H

#include "fsm.h"
#include "model.h"

/* The posterior as automata: hypothesis k has weight w[k] and stands in state at[k] of
 * fsm[k]. Borrowed from the model, valid until its next change. */
struct automata {
    size_t n;
    const double *w; /* not normalised */
    double total;    /* sum of w, > 0 */
    const struct fsm *const *fsm;
    const uint32_t *at;
    const struct alphabet *percepts;
};
extern const struct view_kind view_automata;

/* NULL when the model has no such form. */
static inline const struct automata *automata_of(struct model *m)
{
    return (const struct automata *)model_view(m, &view_automata);
}

#endif
