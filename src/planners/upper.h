#ifndef UPPER_H
#define UPPER_H

#include "bounds.h"
#include "sparse.h"

/* Points (b_i, v_i), beliefs whose value is at most v_i, and what they and the corners of
 * the simplex say of other beliefs, values being convex (sawtooth; Hauskrecht 2000):
 *     U(b) = c . b + min_i (v_i - c . b_i) min_{s in b_i} b(s) / b_i(s). */
struct upper_point {
    struct sparse b;       /* borrowed */
    const double *inverse; /* 1 / b.p, HUGE_VAL where that is 0; borrowed */
    double fall;           /* v_i - c . b_i < 0 */
    uint64_t states;       /* upper_states() of b */
    uint32_t age;          /* when it was put, or lowered */
    uint32_t support;      /* states of positive chance */
};

struct upper_set {
    struct upper_point *point; /* by age */
    uint32_t n, cap;
};

struct upper {
    const struct bounds *bounds; /* borrowed; the corners are its */
    struct upper_set *set;       /* by layer * blocks + block */
    size_t n_sets;
    uint32_t age, kept;
    double *dense; /* [largest] scratch, all 0 between calls */
    size_t bytes;
};

void upper_init(struct upper *u, const struct bounds *bounds);
void upper_release(struct upper *u);

static inline const double *upper_corners(const struct upper *u, uint32_t set)
{
    const struct blocks *b = u->bounds->b;
    return u->bounds->corner + (size_t)(set / b->n) * b->n_states + b->first[set % b->n];
}

/* How far below c . b the points put at age `from` or later say that the value of b is, <=
 * 0. */
double upper_fall(struct upper *u, uint32_t set, const struct sparse *b, uint32_t from);
/* A mark for each state of positive chance, states having to share them: a belief with a
 * mark that another has not is no part of that. */
uint64_t upper_states(const struct sparse *b);
/* Puts a point; others of the set that it makes superfluous go. inverse: 1 / b->p. */
void upper_put(struct upper *u, uint32_t set, const struct sparse *b, const double *inverse,
               double fall);

#endif
