#ifndef METRICS_H
#define METRICS_H

#include "run.h"

/* The numbers that every run reports, under one name in "run --metric", results files,
 * compare and plot. Agents add numbers of their own (result.final). */
struct metric_row {
    const char *name, *unit;
    const char *help; /* one line, no full stop */
    size_t offset;    /* of a double in struct result */
    bool curve;       /* also a column of the learning curve */
};
extern const struct metric_row metric_table[]; /* closed by a NULL name */

const struct metric_row *metric_find(const char *name);
/* The value of a metric of the table or of the agent; NAN when the run has none. *known
 * (optional) says whether it is a metric at all. */
double metric_value(const struct result *r, const char *name, bool *known);

#endif
