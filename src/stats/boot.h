#ifndef BOOT_H
#define BOOT_H

#include "rng.h"
#include "stats.h"

#include <stdint.h>

/* The stratified bootstrap: runs are drawn anew, with replacement, within each stratum, as
 * rliable does. Plain percentiles are too narrow for few runs; what is done about it, and
 * what that covers, is in ursa-compare(1) and tests/long_stats.c. */

struct boot {
    uint64_t seed; /* the same seed gives the same interval, whatever else is compared */
    size_t reps;
    double level; /* 0.95 */
    bool tasks;   /* draw the strata anew too: intervals for worlds not seen */
};
enum { BOOT_REPS = 4000 };

struct interval {
    double value;  /* of the data themselves */
    double lo, hi; /* NAN where no stratum has two scores */
};

/* One agent's resample, as the number of times each score was drawn. Each has a slot of its
 * own, but of at least 1000 scores that are few values, where equal ones of a stratum share
 * a slot and are drawn together: the same law by other random numbers. */
struct resample {
    const struct scores *of; /* borrowed */
    size_t n;                /* slots */
    double *sorted;          /* [n] their scores, rising; owned */
    size_t *rank;            /* [of->n] slot of x[i]; owned */
    uint32_t *weight;        /* [n] scores that have the slot; owned */
    size_t *member;          /* [n] slots of stratum k, rising, at first[k] ...; owned */
    size_t *first;           /* [strata + 1]; owned */
    uint64_t *upto;          /* [n + 1] scores of the slots before, as in member; owned */
    uint32_t *count;         /* [n] draws of the slot; owned */
    uint32_t *drawn;         /* [n] work; owned */
    uint32_t *picked;        /* [strata] times that the stratum was drawn; owned */
    struct rng rng, task_rng;
    bool tasks, lumps;
};

/* `label` names the stream: agents of different labels are drawn independently, the choice
 * of strata is common to all. */
struct resample resample_init(const struct scores *s, const char *label,
                              const struct boot *b);
void resample_draw(struct resample *r);  /* O(of->n), with lumps n log(of->n) and less */
void resample_whole(struct resample *r); /* every score and stratum once: the data */
double resample_stat(const struct resample *r, enum statistic stat);
double resample_above(const struct resample *r, double tau);
double resample_superiority(const struct resample *x, const struct resample *y);
void resample_release(struct resample *r);

/* By how much a resample varies less than the data would anew: sqrt(n / (n - strata)), a
 * sample's variance having one degree of freedom less in each stratum (Hesterberg 2015).
 * NAN where no stratum has two scores, or with `tasks`, where there is but one stratum. */
double boot_widening(const struct scores *s, const struct boot *b);
double boot_wider(double a, double b); /* the larger; NAN if either is */
/* From replicates of a statistic: sorts `rep`. The percentiles are those of a normal law
 * widened so, which leaves them what they are when n is large. */
struct interval boot_interval(double value, double *rep, const struct boot *b,
                              double widening);
/* Two-sided p-value of "the statistic is `null`" by inverting that interval; the rarer side
 * has (1 + its replicates) / (reps + 1), a replicate at `null` being on both. NAN where
 * there is no interval. */
double boot_p(const double *rep, const struct boot *b, double null, double widening);

/* Means and gaps by bootstrap-t, others by percentiles. */
struct interval boot_stat(const struct scores *s, const char *label, enum statistic stat,
                          const struct boot *b);
/* P(X > Y), with the p-value of P = 1/2 unless p is NULL; that is NAN without interval. */
struct interval boot_superiority(const struct scores *x, const char *x_label,
                                 const struct scores *y, const char *y_label,
                                 const struct boot *b, double *p);
/* The performance profile at tau[0 .. n - 1], pointwise intervals. */
void boot_profile(const struct scores *s, const char *label, const double *tau, size_t n,
                  const struct boot *b, struct interval *out);

#endif
