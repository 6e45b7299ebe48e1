#ifndef ALIAS_H
#define ALIAS_H

#include <stddef.h>
#include <stdint.h>

/* A table from which indices are drawn by weight in constant time: M. D. Vose, A linear
 * algorithm for generating random numbers with a given distribution, IEEE Transactions on
 * Software Engineering 17 (1991). Index i with chance cut / 2^32, else `other`. */
struct alias {
    struct {
        uint32_t cut, other;
    } * at;          /* [cap] owned */
    double *excess;  /* [cap] scratch */
    uint32_t *order; /* [cap] scratch */
    size_t n, cap;
};

/* Room for n weights, so that alias_make() allocates nothing. */
void alias_reserve(struct alias *t, size_t n);
/* For n weights >= 0 whose sum is `total`, > 0: O(n). */
void alias_make(struct alias *t, const double *w, double total, size_t n);
void alias_release(struct alias *t);

/* Draws by 64 random bits. */
static inline uint32_t alias_draw(const struct alias *t, uint64_t u)
{
    uint32_t k = (uint32_t)((u >> 32) * t->n >> 32);
    return (uint32_t)u >= t->at[k].cut ? t->at[k].other : k;
}

#endif
