#ifndef SPARSE_H
#define SPARSE_H

#include <stddef.h>
#include <stdint.h>

/* A belief within a block: chance p[i] > 0 of state at[i], rising; at NULL: of state i. */
struct sparse {
    const double *p;
    const uint32_t *at;
    uint32_t n;
};

/* sum b(s) v(s). Sums run side by side: additions would else wait for each other. */
static inline double sparse_dot(const struct sparse *b, const double *v)
{
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    const double *p = b->p;
    uint32_t i = 0;
    if (b->at) {
        const uint32_t *at = b->at;
        for (; i + 4 <= b->n; i += 4) {
            s0 += p[i] * v[at[i]];
            s1 += p[i + 1] * v[at[i + 1]];
            s2 += p[i + 2] * v[at[i + 2]];
            s3 += p[i + 3] * v[at[i + 3]];
        }
        for (; i < b->n; i++)
            s0 += p[i] * v[at[i]];
    } else {
        for (; i + 4 <= b->n; i += 4) {
            s0 += p[i] * v[i];
            s1 += p[i + 1] * v[i + 1];
            s2 += p[i + 2] * v[i + 2];
            s3 += p[i + 3] * v[i + 3];
        }
        for (; i < b->n; i++)
            s0 += p[i] * v[i];
    }
    return s0 + s1 + (s2 + s3);
}

#endif
