#ifndef POLICY_GRAPH_H
#define POLICY_GRAPH_H

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

#endif
