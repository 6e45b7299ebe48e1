#ifndef RUNS_H
#define RUNS_H

#include "glyphs.h"
#include "results.h"
#include "sheet.h"
#include "show.h"

/* The runs of a directory of results as a table, from which one is opened: lived again by
 * its specs and seed. Keys go in, a sheet comes out. */

enum runs_column {
    RUNS_AGENT,
    RUNS_WORLD,
    RUNS_MAP,
    RUNS_SEED,
    RUNS_REWARD,
    RUNS_FOUND,
    RUNS_COLUMNS
};
struct runs_row {
    const struct run_row *run; /* borrowed */
    double reward;             /* a cycle, points; NAN: it failed */
    double found;              /* first cycle of a reward above the middle of its world's,
                                * where that has a map and the curve tells it; NAN: none */
    bool outlier;              /* far from the median of its agent and world */
};
struct runs {
    struct results results;     /* owned */
    const char *dir;            /* borrowed */
    struct runs_row *row;       /* [results.n] owned, sorted */
    size_t *shown, n;           /* [n] rows that the filter lets through, owned */
    size_t chosen;              /* below n */
    enum runs_column by;        /* sorted by it, */
    bool falling;               /* the greatest first */
    bool filtering;             /* what is typed filters */
    char filter[64], said[256]; /* said: until the next key */
};
enum runs_want { RUNS_STAY, RUNS_OPEN, RUNS_LEAVE };

/* False with *err: it is no directory of results. Lines that are none are counted and said.
 * To be closed in either case. */
bool runs_open(struct runs *r, const char *dir, struct err *err);
void runs_close(struct runs *r);
enum runs_want runs_key(struct runs *r, uint32_t key);
void runs_draw(const struct runs *r, struct sheet *s, const struct glyphs *g);
/* What the chosen run was of. False with *err: this program does not have its agent or
 * world. To be released in either case. */
bool runs_show(const struct runs *r, struct show *to, struct err *err);
void runs_say(struct runs *r, const char *text);

#endif
