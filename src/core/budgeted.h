#ifndef BUDGETED_H
#define BUDGETED_H

#include "atom.h"
#include "model.h"

/* A measure of which only a part is known, within a budget: masses of what agrees with the
 * history and of what is not decided, whose sum is at least what the whole measure gives
 * it. Borrowed from the model, valid until its next change. */
struct budgeted {
    const struct percept *percept; /* [n_percepts], rising: what may be seen at all */
    uint32_t n_percepts, n_actions;
    double agree, open; /* of 1 before any history; open includes all that ever was */
    uint32_t bits, most; /* the budget that is used now; that may be */
    /* Searches all anew with another one; only with no snapshot out. False: cancelled, and
     * all is as before. */
    bool (*deepen)(struct model *m, uint32_t bits, const atomic_int *cancel);
    /* Imagined futures of `depth` cycles as a tree of histories, of which 0 is now and
     * the children of node i are i * n_actions * n_percepts + 1 + action * n_percepts +
     * percept. SIZE_MAX: too many. */
    size_t (*nodes)(const struct model *m, uint32_t depth);
    /* mass[nodes]: of what says this; open[nodes * n_actions]: of what is undecided in the
     * cycle that follows an action. By so many threads, which never change a bit of it.
     * Returns machines run; 0: cancelled. */
    uint64_t (*imagine)(struct model *m, uint32_t depth, uint32_t threads,
                        const atomic_int *cancel, double *mass, double *open);
};
extern const struct view_kind view_budgeted;

/* NULL when the model has no such form. */
static inline const struct budgeted *budgeted_of(struct model *m)
{
    return (const struct budgeted *)model_view(m, &view_budgeted);
}

#endif
