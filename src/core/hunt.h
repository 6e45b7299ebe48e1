#ifndef HUNT_H
#define HUNT_H

#include "model.h"

/* The shape of the flagship problem, as data: a known, deterministic maze in which one
 * dispenser is hidden. Standing on the right cell after an action pays `prize` on top of
 * the step's own reward with probability theta; until it pays once, a fruitless visit
 * multiplies that cell's weight by 1 - theta. A model that has this shape lends it to
 * planners that know how to hunt. */
struct hunt {
    uint32_t n_cells, n_actions;
    const uint32_t *next; /* [n_cells][n_actions] */
    const int32_t *rew;   /* [n_cells][n_actions] points of the step itself */
    const uint8_t *lands; /* [n_cells][n_actions] 1: the next cell's dispenser may pay */
    const double *w;      /* [n_cells] weight that the dispenser is there, not normalised */
    double theta;         /* in [0, 1] */
    int32_t prize;        /* points, may be any sign */
    uint32_t at;          /* where the agent stands */
    const int *place;     /* [n_cells] canvas cell, -1: not known; NULL: none is */
};
extern const struct view_kind view_hunt;

/* NULL when the model has no such form. */
static inline const struct hunt *hunt_of(struct model *m)
{
    return (const struct hunt *)model_view(m, &view_hunt);
}

#endif
