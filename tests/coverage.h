#ifndef COVERAGE_H
#define COVERAGE_H

#include "compare.h"

/* Simulated runs, to see whether what compare promises holds: how often an interval covers
 * the truth and how often agents of one law are told apart. */

/* N(0, 1); 7 in 10 N(0, 1), else N(10, 1); exp N(0, 1) */
enum law { NORMAL, TWO_MODES, SKEWED, LAWS };
extern const char *const law_names[];

struct sampling {
    enum law law;
    size_t runs, sets; /* runs of an agent, simulated sets of data */
    size_t reps;       /* resamples */
};

/* The statistic of the law itself. */
double law_value(enum law law, enum statistic stat);
/* Part of the sets whose 95 % interval covers it. */
double coverage(const struct sampling *t, enum statistic stat);
/* The same for the difference of pairs, one of which is the other plus a draw of the law
 * less its statistic: the truth is 0. */
double coverage_of_pairs(const struct sampling *t, enum statistic stat);
/* Part of the sets in which any agent is called better or worse than the first, though all
 * have one law. */
double false_verdicts(const struct sampling *t, size_t agents, bool paired);

#endif
