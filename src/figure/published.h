#ifndef PUBLISHED_H
#define PUBLISHED_H

#include "chart.h"
#include "contest.h"

#include <jansson.h>

/* Values that others have published, experiments/published/figures.json: a list of objects
 * {"figure", "env", "agent", "metric", "t", "mean", "sd", "runs", "source"}; agent is the
 * label in that figure; sd and runs may be null, and t where the life has no one length.
 * "cycles" of learning and "samples" say after what and with what, where that matters. */
struct published {
    double t, mean, sd, runs; /* NAN: not known */
    double cycles, samples;   /* NAN: not said */
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
    DIFFERS,
    REDUCED /* ours is not the published protocol: nothing can be said */
};
extern const char *const agreement_names[];
enum agreement published_agreement(const struct published *p, double mean, double lo,
                                   double hi);

#endif
