#ifndef SUMMARY_H
#define SUMMARY_H

#include "boot.h"
#include "published.h"

/* One row of a table over several experiments, as of a paper's table of worlds: what its
 * agent earned after how much experience and with how many simulations, beside what was
 * published for how much. */
struct summary_row {
    char *world; /* owned */
    struct published published;
    enum agreement agreement;
    double cycles, samples; /* ours; NAN: does not say */
    struct interval mean;
    size_t runs;
    double optimal, cpu_s; /* of a run */
};

/* Rows under their title, in the order they came. */
struct summary {
    char *title; /* owned; NULL: no rows yet */
    struct summary_row *row;
    size_t n;
};

/* The row is taken over. */
void summary_add(struct summary *s, const struct summary_row *row);
void summary_release(struct summary *s);

#endif
