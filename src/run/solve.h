#ifndef SOLVE_H
#define SOLVE_H

#include "atom.h"
#include "discount.h"
#include "env.h"
#include "utility.h"

/* The exact value of every action of a small problem: what agents approximate. */
struct problem {
    const struct env *env;
    const char *family; /* hypotheses to be uncertain about; NULL: the world is known */
    const struct utility *utility;
    uint32_t horizon;           /* cycles, >= 1 */
    struct discount discount;
    const struct cycle *history; /* what has happened already */
    size_t n_history;
    uint64_t limit;     /* belief states that may be visited */
    atomic_int *cancel; /* optional */
    /* Optional: told before the cost when there are more histories than `limit`; how many
     * belief states they share is not known before. */
    void (*warn)(void *context, double histories);
    void *context;
};

struct solution {
    double *value; /* [n_actions], expected discounted sums; owned */
    size_t n_actions;
    double *posterior; /* [n_hypotheses]; owned, NULL when the world is known */
    size_t n_hypotheses;
    double states; /* belief states visited */
};

/* False with *err: no such family, an impossible history, more than `limit` belief states
 * (with the estimate), or cancelled. *s is to be released when true. */
bool problem_solve(const struct problem *p, struct solution *s, struct err *err);
void solution_release(struct solution *s);

#endif
