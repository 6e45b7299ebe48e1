#ifndef REFERENCES_H
#define REFERENCES_H

#include "experiment.h"
#include "run.h"

/* What the Bayes-optimal policy earns in the worlds of a batch: a file for each world, map
 * and number of steps, references/ID.json in the directory of its results, there whole or
 * not at all, and with the same bytes whoever makes it. */

/* One such file. */
struct reference_row {
    char *env; /* canonical, without the map; owned */
    char *why; /* there are no bounds; owned, NULL: there are */
    uint32_t map;
    bool any_map; /* the world draws nothing from its map */
    uint64_t root, steps;
    double lower, upper; /* per step; NAN: none */
};
struct references_read {
    struct reference_row *row; /* [n] in the order of the files' names */
    size_t n, damaged;         /* files that are none */
};

/* Makes those that the runs of the plan lack. False with *err: a file cannot be written, or
 * `stop` was set. */
bool references_make(const char *dir, const struct experiment *e,
                     const struct planned *plan, size_t n, atomic_int *stop,
                     struct err *err);
/* Those of a directory; one that has none has none. */
void references_read(struct references_read *r, const char *dir);
void references_release(struct references_read *r);
/* That of a run; NULL: there is none. */
const struct reference_row *references_find(const struct references_read *r,
                                            const struct run_row *row);
/* Removes the files. False with *err. */
bool references_discard(const char *dir, struct err *err);
/* [lower, upper] and how they were found, as "run --json" has them; the caller's
 * reference. */
json_t *bayes_json(const struct bayes_optimal *b);

#endif
