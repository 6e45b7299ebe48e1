#ifndef PERFORMANCE_H
#define PERFORMANCE_H

#include "atom.h"
#include "env.h"
#include "err.h"
#include "worths.h"

#include <stdint.h>

/* What a world's reward makes of what its designer wanted (env_ops.performance), over a
 * number of cycles, undiscounted: the best return and the range of performance over all
 * policies that reach it; the best performance and the range of their returns. Policies go
 * by percepts; where the world can be looked at before the first action (env_ops.looks),
 * they go by that, too. */
struct performance {
    struct worths of;
    double nodes; /* beliefs that were weighed; of worlds without chance their states */
    const char *method;
    size_t bytes;
};
struct performance_bounds {
    uint32_t horizon;         /* cycles, in [1, PERFORMANCE_CYCLES] */
    size_t bytes;             /* that tables may take */
    const atomic_int *cancel; /* NULL: nobody will */
};
enum { PERFORMANCE_CYCLES = 100000 };

/* False with *err: the world tells no performance, has no law, or is larger than that; or
 * it was cancelled. */
bool performance_find(struct performance *p, const struct env *env,
                      const struct performance_bounds *in, struct err *err);

/* ---- the ways it is done */

/* By a table of the states of a world without chance, two bytes a number. False without
 * *err: it is not such a world. */
bool performance_packed(struct performance *p, const struct env *env,
                        const struct performance_bounds *in, struct err *err);
/* By all beliefs that may come up. */
bool performance_beliefs(struct performance *p, const struct env *env,
                         const struct performance_bounds *in, struct err *err);
/* Bit by bit, where the world lends such a form (factored.h). */
bool performance_factored(struct performance *p, const struct env *env,
                          const struct performance_bounds *in, struct err *err);

static inline bool performance_cancelled(const struct performance_bounds *in)
{
    return in->cancel && atomic_load_explicit(in->cancel, memory_order_relaxed);
}

#endif
