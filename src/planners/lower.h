#ifndef LOWER_H
#define LOWER_H

#include "arena.h"
#include "bounds.h"
#include "sparse.h"

/* Vectors: each is the value, state by state, of a plan that can be carried out, which
 * begins with an action and goes on, after each outcome, with the plan of another vector.
 * The best of them at a belief is a lower bound of its value. They stand in sets, one for
 * each layer and block: set = layer * blocks + block. */
struct vector {
    uint32_t set, row; /* NO_VECTOR: its values were dropped, what it does was not */
    uint32_t action;
    uint32_t *next; /* [outcomes]; NULL: a simple plan, or the last layer */
};
#define NO_VECTOR UINT32_MAX

struct lower_set {
    double *value; /* [n] rows of as many as the block has states */
    uint32_t *id;  /* [n] whose they are, rising */
    uint32_t n, cap;
};

struct lower {
    const struct bounds *bounds; /* borrowed */
    struct lower_set *set;
    size_t n_sets;
    struct vector *vector; /* as they were made: the number is the age */
    uint32_t n, cap, kept;
    struct arena arena;
    size_t bytes; /* of the sets */
};

/* With the simple plans; nothing else is read of *bounds later but plans' actions. */
void lower_init(struct lower *l, struct bounds *bounds);
void lower_release(struct lower *l);
size_t lower_bytes(const struct lower *l);

/* The values of a vector that is kept. */
static inline const double *lower_values(const struct lower *l, uint32_t id)
{
    const struct vector *v = &l->vector[id];
    const struct lower_set *set = &l->set[v->set];
    uint32_t block = v->set % l->bounds->b->n;
    return set->value + (size_t)v->row * block_size(l->bounds->b, block);
}

/* The best at b of the set's vectors from number `from` on: raises *value and tells which,
 * or leaves both. */
void lower_test(const struct lower *l, uint32_t set, const struct sparse *b, uint32_t from,
                double *value, uint32_t *best);
/* Adds a vector of values [size of the block], copied, as `next` is; returns its number.
 * Those that it is nowhere below, but for rounding, are dropped, when `drop` says that
 * they may. */
uint32_t lower_add(struct lower *l, const struct vector *v, const double *value);
/* Drops the values of all that keep[] does not say of, [n]. */
void lower_prune(struct lower *l, const unsigned char *keep);
/* The vector that follows after an outcome. */
uint32_t lower_next(const struct lower *l, uint32_t id, uint32_t outcome);

#endif
