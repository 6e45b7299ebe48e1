#ifndef CODE_H
#define CODE_H

#include "err.h"
#include "percept.h"

#include <stdbool.h>

/* How bit-wise predictors see a cycle: the action, then the observation, then the reward
 * less rew_min, each with its most significant bit first, in as many bits as the world's
 * space says or as few as will do (an action has at least one). */
struct code {
    unsigned action_bits, obs_bits, rew_bits;
    unsigned bits; /* of a percept */
    uint32_t obs_max, rew_max;
    int32_t rew_min;
};
enum { CODE_BITS_MAX = 48 };

/* False with *err when the percepts are too many to encode. */
bool code_init(struct code *c, const struct space *space, struct err *err);
/* Whether e is in the space. */
bool code_has(const struct code *c, struct percept e);

#endif
