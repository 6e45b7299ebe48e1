#ifndef RESULTS_H
#define RESULTS_H

#include "store.h"

/* One finished or failed run as a results file has it. */
struct run_row {
    uint64_t id, hash;
    enum run_status status;
    const char *agent, *env; /* canonical specs */
    const char *message;     /* of a failure; else NULL */
    uint32_t map, seed;
    uint64_t root, steps;
    json_t *line;     /* all of it; owned, what is above points into it */
    json_t *curve;    /* NULL unless asked for; owned */
    const char *file; /* where it was read; owned by struct results */
};

/* All runs of some directories, sorted by id, each once: arithmetic over them is done in
 * the same order however many workers, shards and machines made them. */
struct results {
    struct run_row *run;             /* [n] */
    size_t n, n_failed;              /* failed ones are among the n */
    size_t planned;                  /* runs that the manifests promise */
    char *name;                      /* of the first directory's experiment */
    char *baseline, *metric, *first; /* first: agent of the experiment */
    char **file;                     /* names of the files read */
    size_t n_files;
};

/* Reads every runs-*.jsonl, and the curves-*.jsonl when asked. An unfinished last line is
 * dropped. Of one id, identical runs count once, an ok one goes before a failed one, and two
 * ok ones that differ are an error that names both files. False with *err. */
bool results_load(struct results *r, char *const *dirs, size_t n, bool curves,
                  struct err *err);
/* The runs of one file's text, called `name` in messages. */
bool results_parse(struct results *r, const char *text, size_t len, const char *name,
                   struct err *err);
void results_release(struct results *r);

/* The value of a metric at the end; NAN when the run has none. */
double row_metric(const struct run_row *row, const char *metric);
/* The curve's value at the last point not after t; NAN without one. */
double row_metric_at(const struct run_row *row, const char *metric, uint64_t t);
/* A digest of everything but times and places: the same results give the same digest. */
uint64_t results_digest(const struct results *r);

#endif
