#ifndef WALK_H
#define WALK_H

#include "env.h"

/* A world about to go through a cycle, and room to try what it will do. */
struct moment {
    const struct env *env;
    void *with; /* what the look needs besides, borrowed */
    size_t t;   /* cycles lived; 0: a new start */
    unsigned action;
    struct rng luck;        /* what the world draws from next */
    unsigned char *state;   /* now; for looking only */
    unsigned char *a, *b;   /* room for a state each */
    struct transition *out; /* room for all that may happen, and the states after it */
    unsigned char *next;
};

/* Whether all is well with this cycle; false with *err. */
typedef bool look_fn(struct moment *m, struct err *err);

/* Looks at each of n cycles of a random walk. Where one is not well, finds a shorter walk
 * that fails too, by leaving actions out, and says it: "actions left, up: ...". */
bool walk_holds(const struct env *env, size_t n, look_fn *look, void *with,
                struct err *err);

/* Whether two states of a world are the same. */
bool walk_same(const struct env *env, const void *a, const void *b);
/* The state at place i of an array of them. */
unsigned char *walk_state(const struct env *env, unsigned char *states, size_t i);

#endif
