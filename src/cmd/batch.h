#ifndef BATCH_H
#define BATCH_H

#include "cmd.h"
#include "pool.h"
#include "progress.h"
#include "shard.h"
#include "stop.h"

/* What lives the runs of an experiment into a directory of results: the commands batch and
 * match, whose own struct begins with this one. */
struct batch {
    struct args *args;
    struct experiment e;
    const char *out, *shard_text, *curve, *maps, *seeds;
    struct list sweeps; /* owned; as given */
    char *dir;          /* owned */
    struct shard shard;
    struct pool pool;
    int64_t jobs, steps, root, retries, slurm;
    int trace, reference;
    bool fresh, extend, retry_failed, fail_fast, dry_run, show_config;
    bool silent; /* nothing but mistakes is told */

    struct stops stops;
    struct store *store;
    struct progress *progress;
    struct err err; /* of the store and the pool */
    bool told;      /* that an interrupt was understood */
};

/* The options that both have; `where` is the help of -o. */
#define BATCH_AT(field) offsetof(struct batch, field)
#define BATCH_ROW(letter_, name_, type_, field_, arg_, ...)                                \
    {                                                                                      \
        .letter = letter_, .name = name_, .type = type_, .offset = BATCH_AT(field_),       \
        .arg = arg_, __VA_ARGS__                                                           \
    }
#define BATCH_ROWS(where)                                                                  \
    BATCH_ROW('o', "output", OPTION_TEXT, out, "DIR", .help = where),                      \
        BATCH_ROW('j', "jobs", OPTION_INT, jobs, "N", .max = 4096,                         \
                  .help = "workers; 0: one per core"),                                     \
        BATCH_ROW(0, "shard", OPTION_TEXT, shard_text, "I/N",                              \
                  .help = "live the I-th of N parts alone, from 0"),                       \
        BATCH_ROW(0, "timeout", OPTION_TIME, pool.timeout, "TIME", .min = 1e-3,            \
                  .max = 1e9, .help = "give a run up after so long, as in 30s"),           \
        BATCH_ROW(0, "grace", OPTION_TIME, pool.grace, "TIME", .def = 60, .min = 1e-3,     \
                  .max = 1e9, .help = "wait for running ones after an interrupt"),         \
        BATCH_ROW(0, "memory", OPTION_TAKE, pool.memory, "SIZE", .take = batch_take_size,  \
                  .help = "limit a worker's address space, as in 500M"),                   \
        BATCH_ROW(0, "retries", OPTION_INT, retries, "N", .max = 100,                      \
                  .help = "try a failed run again up to N times"),                         \
        BATCH_ROW(0, "retry-failed", OPTION_FLAG, retry_failed, NULL,                      \
                  .help = "repeat runs that failed before"),                               \
        BATCH_ROW(0, "fail-fast", OPTION_FLAG, fail_fast, NULL,                            \
                  .help = "stop at the first failure"),                                    \
        BATCH_ROW(0, "fresh", OPTION_FLAG, fresh, NULL,                                    \
                  .help = "discard what the directory holds")
#define BATCH_TRACE                                                                        \
    BATCH_ROW(0, "trace", OPTION_CHOICE, trace, NULL, .choices = batch_traces,             \
              .help = "record runs")
extern const char *const batch_traces[];
bool batch_take_size(void *config, const char *value, struct err *err);

/* Lives what is left of the resolved experiment into b->dir. The exit status. */
int batch_live(struct batch *b);
void batch_release(struct batch *b);

#endif
