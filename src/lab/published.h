#ifndef PUBLISHED_H
#define PUBLISHED_H

#include "chart.h"
#include "contest.h"

#include <jansson.h>

/* Values that others have published, experiments/published/figures.json: a list of objects
 * {"figure", "env", "agent", "metric", "t", "mean", "sd", "runs", "source"}; agent is the
 * label in that figure, sd and runs may be null. */
struct published {
    double t, mean, sd, runs; /* NAN: not known */
    const char *source;       /* borrowed */
};

/* The shipped file; NULL with *err. The caller's reference. */
json_t *published_load(struct err *err);
/* The values for one agent of one figure in that world, in the file's order: at most n into
 * out; returns how many. */
size_t published_find(const json_t *all, const char *figure, const char *env,
                      const char *agent, const char *metric, struct published *out,
                      size_t n);

enum agreement {
    NOTHING_PUBLISHED,
    AGREES,       /* the published mean is inside our interval */
    WITHIN_ERROR, /* the difference is inside the interval of the two means together */
    DIFFERS
};
extern const char *const agreement_names[];
enum agreement published_agreement(const struct published *p, double mean, double lo,
                                   double hi);

#endif
