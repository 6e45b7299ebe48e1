#ifndef CROWD_H
#define CROWD_H

#include "env.h"

/* Many who each do one thing with a chance of their own: a view of worlds that are
 * populations, as they are spread. Lent by the world for as long as it is open. */
struct crowd {
    uint32_t n;       /* of them */
    const char *what; /* the chance: "chance to cooperate" */
    const char *who;  /* "learners" */
    /* How many have a chance in each of `bins` equal parts of [0, 1], 1 in the last;
     * returns the mean chance. O(n), allocates nothing. */
    double (*count)(const struct env *env, const void *state, uint32_t *bin, int bins);
};
extern const struct view_kind view_crowd;

#endif
