#ifndef LP_H
#define LP_H

#include <stdbool.h>
#include <stddef.h>

/* Where in the simplex of beliefs one vector is above others, by linear programming:
 *     max_b min_i b . (v - w_i),   b >= 0, sum b = 1.
 * What the library of linear programs answers is a hint: beliefs and certificates are made
 * whole here, and what is promised is computed from them in plain sums. */
struct lp;
struct lp *lp_new(size_t n); /* entries of a vector, >= 1 */
void lp_free(struct lp *lp); /* NULL is fine */
/* One more w, [n]; copied. */
void lp_add(struct lp *lp, const double *w);
/* Forgets them. */
void lp_clear(struct lp *lp);

/* What is known of v against all w that were added, at least one. */
struct lp_answer {
    /* min_i b . (v - w_i) of the belief that was found. Above 0: v is above all there. */
    double margin;
    /* No belief has v further above the best w than this: so much of a convex combination
     * of them lacks of v at most. HUGE_VAL: not known. */
    double loss;
};
struct lp_answer lp_witness(struct lp *lp, const double *v, double *b);

/* The chances x[n], sum 1, of the greatest goal . x among those with row_i . x >= 0 for
 * each of n_rows rows, row[n_rows][n]. False: there are none, or the library found none. */
bool lp_chances(size_t n, const double *goal, const double *row, size_t n_rows, double *x);

/* One term |base + of[0] x[at[0]] + of[1] x[at[1]]| of a sum. */
struct lp_gap {
    double base;
    size_t at[2];
    double of[2];
};
/* The x[n] of the least sum of the m terms, with x[i] = 0 where zero[i]. False: the library
 * found none. */
bool lp_least_gaps(size_t n, const struct lp_gap *gap, size_t m, const bool *zero,
                   double *x);

/* The table x[n][m], rows of chances, that comes closest to equations
 *     sum_i of[h][i] x[i][k] = is[h][k]   for all h < n_rows, k < m,
 * by the greatest gap between both sides. What it lacks is computed in plain sums, and so
 * is, from the prices of the rows, what any table lacks. */
struct lp_fit {
    double most;  /* the gap that x has */
    double least; /* and no table less; 0: nothing is known */
};
struct lp_fit lp_table(size_t n, size_t m, const double *of, const double *is,
                       size_t n_rows, double *x);

/* Version of the library, GLPK: "5.0". */
const char *lp_library(void);

#endif
