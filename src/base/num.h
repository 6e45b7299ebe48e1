#ifndef NUM_H
#define NUM_H

#include <stddef.h>

/* ln(e^a + e^b); -HUGE_VAL stands for ln 0. */
double log_add(double a, double b);
/* -sum p ln p in nats of w / sum(w); zero weights are skipped; 0 when all are 0. */
double num_entropy(const double *w, size_t n);
/* Pairwise summation: error O(log n) ulp, the same order on every machine. */
double num_sum(const double *x, size_t n);
/* Hurwitz's zeta function, the sum of (q + k)^-s over k >= 0, for s > 1 and q > 0. */
double num_zeta(double s, double q);

#endif
