#ifndef LINE_H
#define LINE_H

#include "curve.h"
#include "run.h"

#include <jansson.h>

/* The JSON of lives: what "run --json" shows, and the lines of a directory of results,
 * written and read here alone; ursa-results(5). Numbers that are absent are null, for JSON
 * has no NAN. */
json_t *number_json(double x);
/* The object of "run --json", keys as documented in ursa(1); the caller's reference. */
json_t *result_json(const struct result *r);
/* {"t": [...], "reward_per_step": [...], ...} */
json_t *curve_json(const struct curve *c);
/* The members of the same object as text, without its braces: the caller's to free. Several
 * times as fast. */
char *curve_text(const struct curve *c);

enum run_status { RUN_OK, RUN_ERROR, RUN_SIGNAL, RUN_TIMEOUT, RUN_MEMORY, RUN_STATUSES };
extern const char *const run_status_names[]; /* "ok", "error", ... */

/* All that a planned run depends on, as the experiment lists it: the map index is not in
 * the world's spec. */
struct run_key {
    const char *agent, *env; /* canonical specs; borrowed */
    uint64_t root, steps;
    uint32_t map, seed;
};
/* A hash of the key. */
uint64_t run_id(const struct run_key *key);

/* ---- writing; with the newline, the caller frees */
char *line_run(const struct run_key *key, const struct result *r);
char *line_failure(const struct run_key *key, enum run_status status, double wall,
                   const char *message);
char *line_curve(uint64_t id, const char *members); /* of curve_text() */

/* ---- reading */

/* One finished or failed run as a results file has it. */
struct run_row {
    uint64_t id, hash;
    enum run_status status;
    const char *agent, *env; /* canonical specs */
    const char *message;     /* of a failure; else NULL */
    uint32_t map, seed;
    uint64_t root, steps;
    double bayes_lower, bayes_upper; /* per step, of its world; NAN: not known */
    json_t *line;                    /* all of it; owned, what is above points into it */
    json_t *curve;                   /* NULL unless asked for; owned */
    const char *file;                /* where it was read; owned by struct results */
};

/* Fills *row from a run's line, whose reference it does not take. False with the reason in
 * why->text; a line whose id is not that of its fields is none. */
bool line_read(struct run_row *row, json_t *line, json_error_t *why);
/* The run whose curve the line is. */
bool line_read_curve(const json_t *line, uint64_t *id);
/* The id of a line, closed by its newline and a NUL, and whether its run is ok; false where
 * line_read() would refuse it. Those that we wrote are not parsed. */
bool line_scan(const char *line, size_t len, uint64_t *id, bool *ok);
/* Blank lines stand where damaged ones were. */
bool line_blank(const char *line);

/* The value of a metric at the end; NAN when the run has none. */
double row_metric(const struct run_row *row, const char *metric);
/* The curve's value at the last point not after t; NAN without one. */
double row_metric_at(const struct run_row *row, const char *metric, uint64_t t);

#endif
