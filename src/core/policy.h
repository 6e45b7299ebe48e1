#ifndef POLICY_H
#define POLICY_H

#include "err.h"
#include "kind.h"
#include "percept.h"

#include <stddef.h>

/* What acts, as plain data: a law of actions given history, so that it can be a
 * hypothesis, as a world can. What it remembers is policy->state_size bytes of the
 * caller's, copied with memcpy and compared with memcmp (so padding must be zero). No op
 * from reset() on allocates or draws. */
struct policy;
struct policy_ops {
    struct kind kind;
    /* A policy of a seat with this space; NULL with *err when it plays no such game. */
    struct policy *(*open)(const void *config, const struct space *space, struct err *err);
    void (*close)(struct policy *p); /* NULL: free() is all there is to do */

    /* As after an empty history; may be NULL when state_size is 0, as may update(). */
    void (*reset)(const struct policy *p, void *state);
    /* The chance of each action now, sum 1. Bit a of `legal`: action a is allowed; no other
     * gets a chance. */
    void (*chances)(const struct policy *p, const void *state, uint32_t legal, double *out);
    void (*update)(const struct policy *p, void *state, unsigned action, struct percept e);
};

/* Constant from open() to close(). First member of each concrete struct. */
struct policy {
    const struct policy_ops *ops;
    struct space space; /* of the seat it plays in */
    size_t state_size;  /* 0: it remembers nothing */
};

/* The policy of a spec whose kind is the head of a policy_ops. NULL with *err. */
struct policy *policy_open(const struct spec_of *spec, const struct space *space,
                           struct err *err);
void policy_close(struct policy *p); /* accepts NULL */

#endif
