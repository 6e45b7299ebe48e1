#ifndef POMDP_H
#define POMDP_H

#include "hidden.h"
#include "utility.h"

/* A partially observable Markov decision process, flat and sparse: the disjoint union of
 * the automata that a model believes in, from the belief in which it stands. Kaelbling,
 * Littman & Cassandra, "Planning and acting in partially observable stochastic domains",
 * AIJ 101 (1998). States that nothing leads to are left out; one automaton that several
 * hypotheses share is there once. */
struct pomdp_edge {
    double p; /* > 0 */
    uint32_t next;
    uint32_t percept; /* index into percepts.at */
};

struct pomdp {
    uint32_t n_states, n_actions;
    size_t *first; /* [n_actions * n_states + 1] into edge; row a * n_states + s */
    struct pomdp_edge *edge; /* by (a, s), then percept, then next, each pair once; sum 1 */
    double *reward;          /* [n_actions * n_states], expected utility of one cycle */
    double *start;           /* [n_states], sum 1 */
    struct alphabet percepts; /* of all states, numbered in common */
    /* Which state of which automaton each was: for beliefs that are read later. */
    const struct fsm **from; /* [n_from] distinct automata, borrowed from the model */
    size_t n_from;
    size_t *offset;   /* [n_from + 1] into number */
    uint32_t *number; /* state of this process; UINT32_MAX: left out */
};

/* All arrays are owned. NULL with *err, before anything large is allocated: the model
 * shows no automata, the utility wants more than percepts, or more than max_states states
 * can be reached (the memory they would take is told). Belief 0 to `start`. Model and
 * utility are not needed afterwards, but by pomdp_belief(). */
struct pomdp *pomdp_of(struct model *m, const struct utility *u, size_t max_states,
                       struct err *err);
void pomdp_free(struct pomdp *p); /* NULL is fine */

/* The belief of the same model after more of its life into b, [n_states], sum 1. False: it
 * is in a state that could not be reached. */
bool pomdp_belief(const struct pomdp *p, struct model *m, double *b);

/* b^{ae}(s') ~ sum_s b(s) P(s', e | s, a) into `next`, [n_states], not `b`, normalised.
 * Returns P(e | b, a); when that is 0, next is all 0. */
double pomdp_update(const struct pomdp *p, const double *b, unsigned a, uint32_t percept,
                    double *next);
/* sum_s b(s) v(s) of n states. */
double pomdp_dot(const double *b, const double *v, size_t n);

static inline const double *pomdp_reward(const struct pomdp *p, unsigned a)
{
    return p->reward + (size_t)a * p->n_states;
}

/* The edges of state s under action a: from *at, so many. */
static inline size_t pomdp_edges(const struct pomdp *p, unsigned a, uint32_t s,
                                 const struct pomdp_edge **at)
{
    size_t row = (size_t)a * p->n_states + s;
    *at = p->edge + p->first[row];
    return p->first[row + 1] - p->first[row];
}

#endif
