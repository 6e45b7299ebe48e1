#ifndef WALK_H
#define WALK_H

#include "walk_beam.h"

/* The walk of a hidden dispenser: a good one, and how good another could be at most. Both
 * get better with the work that is done, never worse: rounds for the bound and beams for
 * the walk by turns, each longer and wider than the last. */
struct walk {
    struct ground *g;
    struct bound *b;            /* NULL: the dispenser is known, and all is exact */
    struct beam *beam;          /* NULL: none under way */
    size_t bytes;               /* that all of it may take */
    uint32_t turn;              /* rounds and a beam each */
    uint64_t rounds;            /* to make before the beam of this turn */
    uint64_t work;       /* rounds and layers made */
    uint32_t *path;             /* [H + 1] cells of the best walk, path[0] the start */
    uint32_t *scratch, *counts; /* [H + 1], [n] */
    double lower, upper;        /* of all H cycles, where they count those after H too */
    bool closed;                /* no walk is better: proved by exhaustion */
    bool full;                  /* there is no room for a wider beam */
};

struct walk *walk_new(const struct plan *p, bool endless, size_t bytes);
void walk_free(struct walk *w);
/* Some work, of a tenth of a second at most; false: there is nothing more to do (closed or
 * full). */
bool walk_step(struct walk *w);
/* Bounds of what is to go when the first k cycles of the path have been walked and nothing
 * was found, in units of the reward of the next; k < H. */
void walk_rest(const struct walk *w, uint32_t k, double *lower, double *upper);
/* Bounds of each action in the beginning, [n_actions]. The walk of one that turns out to be
 * better than the best is the best. */
void walk_actions(struct walk *w, const struct hunt *h, double *lo, double *hi);
size_t walk_bytes(const struct walk *w);

#endif
