#ifndef STATS_H
#define STATS_H

#include <stdbool.h>
#include <stddef.h>

/* Statistics over runs, with the definitions of rliable (Agarwal, Schwarzer, Castro,
 * Courville & Bellemare, "Deep reinforcement learning at the edge of the statistical
 * precipice", NeurIPS 2021). Their tasks are our strata: one world on one map. */

/* The scores of one agent, stratum by stratum. */
struct scores {
    double *x;     /* [n]; owned */
    size_t n;      /* scores in all */
    size_t *start; /* [strata + 1]: stratum k is x[start[k] .. start[k + 1] - 1]; owned */
    size_t strata;
};

/* Copies x, whose strata have size[0 .. strata - 1] scores; strata may be empty. */
struct scores scores_init(const double *x, const size_t *size, size_t strata);
void scores_release(struct scores *s);

enum statistic {
    STAT_IQM,    /* mean of the middle half of all scores: a quarter of them, rounded down,
                    is cut off at each end */
    STAT_MEAN,   /* mean over strata of the stratum's mean */
    STAT_MEDIAN, /* of all scores */
    STAT_GAP,    /* optimality gap: 1 - mean of min(score, 1); scores are normalised */
    STATS
};
extern const char *const stat_names[]; /* closed by NULL */

/* What a mean is taken of. */
typedef double (*score_fn)(double x, double arg);
static inline double score_itself(double x, double unused) { return (void)unused, x; }
static inline double score_capped(double x, double cap) { return x < cap ? x : cap; }
static inline double score_above(double x, double tau) { return x > tau; }

/* NAN when there are no scores. */
double stat_value(enum statistic stat, const struct scores *s);
/* Standard deviation of all scores, n in the denominator as numpy's std; NAN below two. */
double stat_sd(const struct scores *s);
/* Fraction of scores above tau, averaged over strata: the performance profile at tau. */
double stat_above(const struct scores *s, double tau);

/* P(X > Y) + P(X = Y) / 2 for one run of each on the same stratum, averaged over the strata
 * that both have: Mann and Whitney's U over n m. NAN when they share none. */
double stat_superiority(const struct scores *x, const struct scores *y);
/* Holm's step-down correction (1979): p[i] becomes the smallest family-wise error level at
 * which hypothesis i is rejected. */
void stat_holm(double *p, size_t n);

/* A split of the scores at the point that leaves the least variance within the two parts
 * (exact two-means; Otsu 1979). `two` says that they are two kinds of runs, not one: at
 * least MODES_LEAST scores, a tenth of them in each part, and a MODES_SHARE of the variance
 * between the parts. That share is 2/pi = .64 for a normal sample and .75 for a uniform
 * one; the chance that 20 scores of one kind exceed .85 is under 1 in 10. */
struct modes {
    bool two;
    size_t n_low, n_high;
    double low, high; /* means of the parts */
    double split;     /* the least score of the higher part */
    double share;     /* of the variance that lies between the parts */
};
enum { MODES_LEAST = 20 };
#define MODES_SHARE 0.85
struct modes stat_modes(const struct scores *s);

#endif
