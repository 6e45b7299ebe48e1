#ifndef PERCEPTS_H
#define PERCEPTS_H

#include "env.h"

/* What may be seen in a world at all, by observation and then by reward: what its law has
 * from any start or, where it has none, all of its space. Returns how many, *out owned; 0:
 * more than 65536. */
uint32_t percepts_of(const struct env *truth, struct percept **out);
/* The place of e among them, or UINT32_MAX. */
uint32_t percepts_find(const struct percept *at, uint32_t n, struct percept e);

#endif
