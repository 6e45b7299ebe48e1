#ifndef BLOCKS_H
#define BLOCKS_H

#include "pomdp.h"

/* A process with what is always known of its state taken apart: mixed observability, Ong,
 * Png, Hsu & Lee, "POMDPs for robotic tasks with mixed observability", RSS 2009. States
 * are dealt into blocks such that a belief never leaves one block for two: block, action
 * and percept tell the next block. A block is what is known (the place, say), the states
 * in it what is not, and beliefs and vectors are of one block alone. The blocks are as
 * small as can be without telling one state in two blocks; where nothing is known for
 * certain there is one.
 *
 * Percepts that say the same of the states of a block, their likelihoods being in
 * proportion, are one outcome: every posterior after them is the same. */
struct outcome_of {
    uint32_t block;   /* in which it leaves the state */
    uint32_t percept; /* one of those that have it */
    uint32_t slot, n; /* its states are to[slot] .. to[slot + n - 1] */
};

struct block_edge {
    double p;
    uint32_t slot; /* of outcome and next state, from the first slot of (block, action) */
    uint32_t outcome; /* from the first outcome of (block, action) */
};

/* Which outcome a percept is. */
struct heard {
    uint32_t percept, outcome; /* from the first outcome of (block, action) */
};

struct blocks {
    const struct pomdp *p; /* borrowed */
    uint32_t n, n_actions, n_states;
    uint32_t *first;  /* [n + 1] states of each block */
    uint32_t *state;  /* [n_states] of p; the first block may repeat some */
    uint32_t start;   /* block of the start */
    uint32_t largest; /* states of the largest block */

    /* By pair x * n_actions + a. */
    uint32_t *outcomes; /* [pairs + 1] into outcome */
    struct outcome_of *outcome;
    uint32_t *to;    /* states within the next block, by slot; slots of a pair follow each
                       * other */
    uint32_t *slots; /* [pairs + 1] into to */
    size_t *row;     /* [n_states * n_actions + 1] into edge, by (x, a, state in x) */
    struct block_edge *edge; /* by outcome within a row */
    double *reward;          /* by row */
    size_t *heard;           /* [pairs + 1] into hear */
    struct heard *hear;      /* by percept within a pair */
};

struct blocks *blocks_new(const struct pomdp *p);
void blocks_free(struct blocks *b); /* NULL is fine */
/* Bytes that it takes. */
size_t blocks_bytes(const struct blocks *b);

/* The outcome that a percept is after action a in block x, from the first of the pair;
 * UINT32_MAX: it cannot be. */
uint32_t blocks_outcome(const struct blocks *b, uint32_t x, unsigned a, uint32_t percept);
/* The belief of p, [p->n_states], as the block in which it is and the chances of its
 * states, at most b->largest of them, into `in`. UINT32_MAX: it is in two blocks. */
uint32_t blocks_belief(const struct blocks *b, const double *belief, double *in);

static inline uint32_t block_size(const struct blocks *b, uint32_t x)
{
    return b->first[x + 1] - b->first[x];
}

static inline size_t block_pair(const struct blocks *b, uint32_t x, unsigned a)
{
    return (size_t)x * b->n_actions + a;
}

/* Row of the first state of block x under action a; those of its other states follow. */
static inline size_t block_row(const struct blocks *b, uint32_t x, unsigned a)
{
    return (size_t)b->first[x] * b->n_actions + (size_t)a * block_size(b, x);
}

#endif
