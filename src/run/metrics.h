#ifndef METRICS_H
#define METRICS_H

#include "run.h"

/* The numbers that every run reports, rows of metrics.def. Agents and worlds add their own
 * (result.final). */
enum metric_kind {
    METRIC_CURVE, /* told at any age; a column of the learning curve */
    METRIC_END,   /* of the whole life */
    METRIC_COUNT, /* the same, a whole number */
    METRIC_CLOCK  /* the same, of this machine and not of the job */
};

/* What the value of a metric is taken from. */
struct instant {
    const struct record *last;
    double scale; /* reward units a point */
    struct insight mind;
    struct references reference; /* from here at the end of a life alone */
    double cpu_s, wall_s;
};
/* The mind is looked into; the rest is not known. */
void instant_init(struct instant *at, const struct record *last, const struct agent *ag,
                  double scale);

struct metric_row {
    const char *name;
    enum metric_kind kind;
    const char *unit, *help;                   /* help: one line, no full stop */
    size_t offset;                             /* of a double in struct result */
    double (*value)(const struct instant *at); /* NAN: there is none */
};
extern const struct metric_row metric_table[]; /* closed by a NULL name */

const struct metric_row *metric_find(const char *name);
/* The k-th that is a column of the learning curve; NULL past the last. */
const struct metric_row *metric_column(size_t k);
double metric_get(const struct metric_row *m, const struct result *r);
/* The value of a metric of the table, the agent or the world; NAN when the run has none.
 * *known (optional) says whether it is a metric at all. */
double metric_value(const struct result *r, const char *name, bool *known);
/* Makes every metric of the table absent. */
void metrics_clear(struct result *r);
/* Takes those of the clocks, or all others, from the instant. */
void metrics_take(struct result *r, const struct instant *at, bool clocks);

#endif
