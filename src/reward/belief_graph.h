#ifndef BELIEF_GRAPH_H
#define BELIEF_GRAPH_H

#include "atom.h"
#include "env.h"
#include "err.h"
#include "fsm.h"

#include <stdint.h>

/* Every belief that a start and percepts may leave, as nodes of a graph: the states of the
 * world's automaton that are possible, with their chances. */
struct belief_part {
    uint32_t state;
    double p;
};
struct belief_link {
    double p;
    uint32_t next;
};
/* What an action of a belief is expected to earn. */
struct belief_pays {
    double reward, wanted;
};

struct belief_graph {
    /* Given by the caller. */
    const struct env *env;
    const struct fsm *f;      /* fsm_new_whole() */
    const double *wanted;     /* [edges of f] beside their reward; NULL: 0 */
    size_t bytes;             /* that tables may take */
    const atomic_int *cancel; /* NULL: nobody will */
    uint32_t n_actions, horizon;
    uint32_t *within; /* [horizon] room for: nodes at most so many cycles away */

    uint32_t n, cap;
    size_t *first; /* [cap + 1] into part */
    struct belief_part *part;
    size_t n_parts, part_cap;
    size_t *link_first; /* [cap * n_actions + 1] into link; of nodes that were expanded */
    struct belief_link *link;
    size_t n_links, link_cap;
    struct belief_pays *pays; /* [cap * n_actions] */
    uint32_t *slot, n_slots;
    struct belief_step { /* what an action may lead to, before it is sorted by percept */
        uint32_t percept, state;
        double p;
    } * step;
    size_t n_steps, step_cap;
};

/* What the designer wanted of each edge of f, the caller's; NULL: the world tells not. */
double *belief_graph_wanted(const struct env *env, const struct fsm *f);
/* Makes nodes of the starts, start[s] being the chance of state s, by what they show: how
 * many; chance[i], room for one a state, is that of node i. */
uint32_t belief_graph_begin(struct belief_graph *g, const double *start, double *chance);
/* All that they lead to within the horizon. False: there was no room, with *err, or it was
 * cancelled. */
bool belief_graph_explore(struct belief_graph *g, struct err *err);
size_t belief_graph_bytes(const struct belief_graph *g);
/* Frees what it has made, not what was given. */
void belief_graph_release(struct belief_graph *g);

#endif
