#ifndef SPARSE_H
#define SPARSE_H

#include <stddef.h>
#include <stdint.h>
#ifdef __SSE2__
#    include <emmintrin.h>
#endif

/* A belief within a block: chance p[i] > 0 of state at[i], rising; at NULL: chance p[i] >=
 * 0 of state i, for all states of the block. */
struct sparse {
    const double *p;
    const uint32_t *at;
    uint32_t n;
};

/* sum p(i) v(i). Eight sums run side by side: additions would else wait for each other. Two
 * at a time or one by one they are the same to the last bit. */
static inline double dot_all(const double *p, const double *v, size_t n)
{
    double s[8] = { 0 };
    size_t i = 0;
#ifdef __SSE2__
    __m128d a = _mm_setzero_pd(), b = a, c = a, d = a;
    for (; i + 8 <= n; i += 8) {
        a = _mm_add_pd(a, _mm_mul_pd(_mm_loadu_pd(p + i), _mm_loadu_pd(v + i)));
        b = _mm_add_pd(b, _mm_mul_pd(_mm_loadu_pd(p + i + 2), _mm_loadu_pd(v + i + 2)));
        c = _mm_add_pd(c, _mm_mul_pd(_mm_loadu_pd(p + i + 4), _mm_loadu_pd(v + i + 4)));
        d = _mm_add_pd(d, _mm_mul_pd(_mm_loadu_pd(p + i + 6), _mm_loadu_pd(v + i + 6)));
    }
    _mm_storeu_pd(s, a);
    _mm_storeu_pd(s + 2, b);
    _mm_storeu_pd(s + 4, c);
    _mm_storeu_pd(s + 6, d);
#else
    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            s[k] += p[i + k] * v[i + k];
#endif
    for (; i < n; i++)
        s[i % 8] += p[i] * v[i];
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}

static inline double dot_at(const double *p, const uint32_t *at, const double *v, size_t n)
{
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        s0 += p[i] * v[at[i]];
        s1 += p[i + 1] * v[at[i + 1]];
        s2 += p[i + 2] * v[at[i + 2]];
        s3 += p[i + 3] * v[at[i + 3]];
    }
    for (; i < n; i++)
        s0 += p[i] * v[at[i]];
    return (s0 + s1) + (s2 + s3);
}

static inline double sparse_dot(const struct sparse *b, const double *v)
{
    return b->at ? dot_at(b->p, b->at, v, b->n) : dot_all(b->p, v, b->n);
}

#endif
