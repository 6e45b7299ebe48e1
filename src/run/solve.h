#ifndef SOLVE_H
#define SOLVE_H

#include "atom.h"
#include "certify.h"
#include "discount.h"
#include "env.h"
#include "policy_graph.h"
#include "utility.h"

/* What every action of a small problem is worth at best: what agents approximate. */
struct problem {
    const struct env *env;
    const char *family; /* hypotheses to be uncertain about; NULL: the world is known */
    const struct utility *utility;
    uint32_t horizon; /* cycles, >= 1; 0: without end */
    struct discount discount;
    const struct cycle *history; /* what has happened already */
    size_t n_history;
    uint64_t limit;     /* belief states that may be visited; 0: as many as is wise */
    double gap;         /* of the value, that is close enough; < 0: a thousandth of it */
    double seconds;     /* that may pass; HUGE_VAL: as many as it takes */
    size_t bytes;       /* that tables may take */
    uint64_t backups;   /* that may be made; 0: as many as it takes */
    atomic_int *cancel; /* optional */
    bool wants_policy;
    /* Optional: told before the cost when there are more histories than `limit`; how many
     * belief states they share is not known before. */
    void (*warn)(void *context, double histories);
    /* Optional: every bracket tighter than the one before, in units of the world. */
    void (*tell)(void *context, const struct certificate *c);
    void *context;
};

struct solution {
    double *value; /* [n_actions], expected discounted sums; lower bounds where they are
                        * not exact; owned */
    double *most;  /* [n_actions], upper bounds; the same where they are exact; owned */
    size_t n_actions;
    double *posterior; /* [n_hypotheses]; owned, NULL when the world is known */
    size_t n_hypotheses;
    double states;                  /* belief states visited */
    struct certificate certificate; /* of the best action, widened as it is printed */
    bool exact;
    int *place; /* [n_places] canvas cells that the plan leads to, one a cycle, until */
    size_t n_places;             /* something is found; -1: not known. Owned, NULL: none */
    /* Where it was wanted, owned: the plan, and between what following it earns; NAN: too
     * large to be judged. No nodes: there is none, and why. */
    struct policy_graph policy;
    double policy_lo, policy_hi;
    struct err policy_err;
};

/* False with *err: no such family, an impossible history, no method for what is asked (each
 * says why not), more than `limit` belief states where there is no other way (with the
 * estimate), or cancelled before anything was known. *s is to be released when true; its
 * certificate says why it stopped. */
bool problem_solve(const struct problem *p, struct solution *s, struct err *err);
void solution_release(struct solution *s);

#endif
