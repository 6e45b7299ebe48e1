#ifndef POLICY_GRAPH_H
#define POLICY_GRAPH_H

#include "atom.h"
#include "discount.h"
#include "err.h"
#include "percept.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A plan as a finite machine: in node i do action[i], and after percept[k] go on from node
 * next[i * n_percepts + k]. Hansen, "Solving POMDPs by searching in policy space", UAI
 * (1998). */
struct policy_graph {
    uint32_t n_nodes, n_percepts;
    uint32_t start;          /* node */
    struct percept *percept; /* [n_percepts], all different; owned */
    uint8_t *action;         /* [n_nodes]; owned */
    uint32_t *next;          /* [n_nodes * n_percepts]; owned */
};
#define NO_NODE UINT32_MAX /* the percept cannot follow, or nothing does: the last cycle */

void policy_graph_release(struct policy_graph *g);

/* As text, ursa-policy(5): whole or not at all. False with *err. */
bool policy_graph_write(const struct policy_graph *g, const char *path, struct err *err);
/* What was written so; actions below n_actions. False with *err: FILE:LINE:COL. */
bool policy_graph_read(struct policy_graph *g, const char *path, uint32_t n_actions,
                       struct err *err);

struct pomdp;
/* How such a plan is judged: so many cycles, or, with horizon 0, without end. */
struct policy_task {
    const struct discount *discount; /* geometric, where there is no end */
    uint64_t now;                    /* age at its first action */
    uint32_t horizon;
    const atomic_int *cancel; /* optional */
};
/* What following it from the start of the process earns in expectation, in utilities to go:
 * between *lo and *hi, which differ by rounding alone. Where it has no way on it does
 * action 0 for ever. False with *err: it is too large, or there was no time. */
bool policy_graph_value(const struct policy_graph *g, const struct pomdp *p,
                        const struct policy_task *t, double *lo, double *hi,
                        struct err *err);

#endif
