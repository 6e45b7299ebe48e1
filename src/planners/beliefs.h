#ifndef BELIEFS_H
#define BELIEFS_H

#include "pomdp.h"

/* The beliefs that a process can lead to, each once, numbered in the order in which they
 * are first reached: those of depth 0, then 1, ... Beliefs that differ by rounding are one.
 * How far a belief is from the one that stands for it is measured and kept with the edge
 * that leads there, so that whoever values beliefs can say what it cost: vectors of values
 * that differ by at most `span` from state to state value two beliefs whose chances differ
 * by `drift` in all (sum of absolute differences) alike within span * drift / 2. */
struct belief_edge {
    double p;
    uint32_t next;
    float drift; /* rounded up */
};

struct beliefs {
    const struct pomdp *p;    /* borrowed */
    double grain;             /* chances that round to the same multiple are the same */
    uint32_t n, n_expanded;   /* numbered; those below n_expanded have edges */
    uint32_t depth;           /* of the last one that was expanded, or is next to be */
    uint32_t *end;            /* [depth + 2] how many have at most that depth; owned */
    double *reward;           /* [n * n_actions] expected utility; owned */
    size_t *first;            /* [n_expanded * n_actions + 1] into edge; owned */
    struct belief_edge *edge; /* owned */
    size_t *at;               /* [n + 1] into state and chance; owned */
    uint32_t *state;          /* the states of each, rising; owned */
    double *chance;           /* > 0, sum 1; owned */
    uint64_t work;            /* edges of the process looked at so far */
    size_t bytes, bytes_max;  /* all this takes; may take */
    size_t n_edges, cap, edge_cap, entry_cap, end_cap;
    uint32_t *slot; /* index by content; owned */
    size_t n_slots;
    struct spread *scratch; /* owned */
};

/* With the start of the process as belief 0, exactly. bytes_max: what it may grow to. */
struct beliefs *beliefs_new(const struct pomdp *p, double grain, size_t bytes_max);
void beliefs_free(struct beliefs *g);
/* Expands the next one; false when there is no room, and nothing has changed. There must be
 * one: n_expanded < n. */
bool beliefs_expand(struct beliefs *g);
static inline bool beliefs_closed(const struct beliefs *g) { return g->n_expanded == g->n; }
/* Where each percept of the process leads from belief i under action a, into
 * next[percepts]; NO_BELIEF: nowhere, or nowhere that is known. */
#define NO_BELIEF UINT32_MAX
void beliefs_after(struct beliefs *g, uint32_t i, unsigned a, uint32_t *next);
/* sum_s b_i(s) v(s). */
double beliefs_dot(const struct beliefs *g, uint32_t i, const double *v);

#endif
