#ifndef COURSE_H
#define COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How numbers went over a whole run: of a bounded number of bins, each of as many cycles in
 * a row as it takes, the least, the greatest and the last value. What a film no longer has
 * as frames is still there. */
enum series {
    SERIES_REWARD,      /* mean of a cycle so far, points */
    SERIES_EACH,        /* of the cycle itself */
    SERIES_WANTED,      /* what the designer wanted, mean so far */
    SERIES_ENTROPY,     /* of the belief, bits */
    SERIES_FIRST,       /* chance of the first hidden thing */
    SERIES_EXPLORED,    /* per cent */
    SERIES_VALUE,       /* of the best action */
    SERIES_EPSILON,     /* by how much another one may be better, where that is proved */
    SERIES_GAP,         /* NashConv of a match: of what each does in this round */
    SERIES_GAP_AVERAGE, /* of what each has done so far */
    SERIES_TOTAL,       /* reward so far, points */
    SERIES_N
};
enum { COURSE_BINS = 2048 };

struct reach {
    float lo, hi, last; /* lo > hi: nothing is there */
};
extern const struct reach reach_none;
void reach_add(struct reach *to, struct reach x);
static inline bool reach_empty(const struct reach *r) { return !(r->lo <= r->hi); }

/* Events of a cycle, bit by bit. */
enum {
    HAPPENED = 1,       /* something did */
    PAID = 2,           /* a reward that is worth it */
    HAPPENED_TRUTH = 4, /* as one sees it who sees what is hidden */
    ALL_EVENTS = 7
};

/* Over cycles 0 to steps. */
struct course {
    uint64_t steps;
    struct reach bin[SERIES_N][COURSE_BINS];
    uint8_t events[COURSE_BINS];
};
struct course *course_new(uint64_t steps); /* free() ends it */
/* Values of cycle t; NAN: there is none. */
void course_add(struct course *c, int64_t t, const double x[SERIES_N], unsigned events);
/* The bin of a cycle, and the first cycle of a bin. */
size_t course_bin(const struct course *c, int64_t t);
int64_t course_first(const struct course *c, size_t bin);

/* One axis of time for all curves and the slider: the column of cycle t in 0 .. steps, and
 * the cycle that stands nearest to the middle of a column. `fine` parts a column. */
int time_column(int64_t t, uint64_t steps, int columns, int fine);
int64_t time_cycle(int column, uint64_t steps, int columns);

#endif
