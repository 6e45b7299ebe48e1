#ifndef BENCH_H
#define BENCH_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A speed of the program as a row of "ursa bench". A room keeps its rows in a table
 * bench_ROOM of bench_ROOM.c, closed by a NULL name, and lists it in bench.def. */
enum bench_kind {
    BENCH_RATE,  /* units per second; higher is better */
    BENCH_TIME,  /* seconds per unit; lower is better */
    BENCH_AMOUNT /* what work() counts per round, such as bytes; lower is better */
};

struct bench_row {
    const char *name;  /* "plan.aimu" */
    const char *unit;  /* "sims/s", "s", "bytes" */
    const char *title; /* one line, no full stop */
    enum bench_kind kind;
    /* Sets up outside the measured time; NULL with *err on failure. */
    void *(*open)(struct err *err);
    /* Does n rounds and returns how many units that were. */
    double (*work)(void *context, uint64_t n);
    void (*close)(void *context);
};
extern const struct bench_row *const bench_table[]; /* tables, closed by NULL */

enum { BENCH_REPETITIONS = 5 };

/* The median of BENCH_REPETITIONS measurements of at least `seconds` of processor time
 * each, after one to warm up. False with *err. */
bool bench_measure(const struct bench_row *row, double seconds, double *value,
                   struct err *err);

#endif
