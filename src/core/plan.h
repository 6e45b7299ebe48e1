#ifndef PLAN_H
#define PLAN_H

#include "atom.h"
#include "discount.h"
#include "utility.h"

#include <stdbool.h>

/* A planning problem: what every planner is given and all it may know. */
struct plan {
    struct model *model;           /* borrowed; left as it was found */
    const struct utility *utility; /* borrowed */
    const void *memory;            /* borrowed: the utility's, of the real history */
    uint32_t before;               /* the last real observation; NOTHING_SEEN: none yet */
    struct discount discount;
    uint32_t horizon;     /* rewards looked ahead, >= 1 */
    bool effective;       /* it is H_t(0.01) of the discount at age 1: who can look as far
                               * at every age, does */
    size_t followed;      /* 1 + the hypothesis taken for the truth; 0: all of them */
    uint32_t simulations; /* of a search; 0: as configured */
    uint64_t patience;    /* belief states, after which an exact plan is given up; 0: as
                           * configured */
    uint64_t now;         /* t, age of the agent at its next action, from 1 */
    const atomic_int *cancel; /* optional: the search ends soon after it is set */
};

#endif
