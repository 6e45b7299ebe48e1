#ifndef VECTORS_H
#define VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sets of vectors over n states, which stand for the convex function of beliefs
 *     V(b) = max_i b . v_i,
 * and what it takes to keep them few. Incremental pruning: Cassandra, Littman & Zhang,
 * UAI (1997); the filter is Lark's (White, 1991). */
struct vectors {
    size_t n;          /* entries of each, >= 1 */
    size_t count, cap; /* */
    double *v;         /* [cap][n] owned */
    uint32_t *tag;     /* [cap] owned: the caller's, moves with its vector */
};
void vectors_init(struct vectors *s, size_t n);
void vectors_release(struct vectors *s);
/* One more, [n], copied. */
void vectors_add(struct vectors *s, const double *v, uint32_t tag);
/* V(b), and which it was unless `which` is NULL; at least one vector. */
double vectors_value(const struct vectors *s, const double *b, size_t *which);

/* Drops vectors that are nowhere above all others. What is in doubt stays. No belief loses
 * more than the number that is returned, at most `slack` >= 0 (of rounding alone when that
 * is 0). Stops early, and drops no more, when stop(context) says so; NULL: it does not. */
double vectors_prune(struct vectors *s, double slack, bool (*stop)(void *context),
                     void *context);

#endif
