#ifndef POOL_H
#define POOL_H

#include "experiment.h"
#include "store.h"

#include <stdatomic.h>

/* Forked workers that live the runs of a plan. A crash, a time-out or a memory limit costs
 * one run. Workers take run numbers out of one pipe, so that slow runs hold nobody up, and
 * send their lines back, each through a pipe of its own. */

enum trace_policy { TRACE_NONE, TRACE_FAILED, TRACE_FIRST, TRACE_ALL };

/* What came of one run. The lines end in a newline. */
struct ending {
    size_t k; /* place in the plan */
    enum run_status status;
    double wall;         /* seconds */
    const char *run;     /* the line for the store; NULL when it did not finish */
    const char *curve;   /* "" without one */
    const char *message; /* of a failure, one line; else "" */
};

struct pool {
    const struct experiment *experiment;
    const struct planned *plan; /* [n] to be lived, in this order */
    size_t n;
    unsigned jobs;
    double timeout, grace; /* seconds; timeout 0: none */
    size_t memory;         /* bytes of address space for each worker; 0: no limit */
    unsigned retries;      /* of a run that failed */
    enum trace_policy trace;
    const char *trace_dir;
    /* 1: finish what runs, then return; 2 and more: kill it. */
    const atomic_int *stop;
    void *context;
    /* False ends the pool: no further run is begun. */
    bool (*done)(void *context, const struct ending *o);
    /* Called about ten times a second. */
    void (*tick)(void *context, size_t running);
};

/* Returns how many runs came to an outcome; all n unless stopped, by `stop`, by `done` or
 * with *err for want of workers or when a trace cannot be written. */
size_t pool_run(const struct pool *p, struct err *err);

/* Lives one run in this process; for estimates. *curve is curve_text() or NULL, the
 * caller's. False with *err. */
bool pool_live(const struct experiment *e, const struct planned *p, struct result *r,
               char **curve, struct err *err);

#endif
