#ifndef LAW_FILE_H
#define LAW_FILE_H

#include "env.h"

#include <stdio.h>

/* The law of a world in Cassandra's format, ursa-mdp(5): a process that says the same
 * percepts after the same actions with the same chances.
 *
 * What is seen there depends on the action and the state it led to, and the reward on
 * states, action and what is seen. Where a world's law is not of that form, a state is
 * written once for each percept that may lead to it. */

enum { LAW_STATES = 4096 };

/* False with *err where the world has no closed form of its law or more reachable states
 * than LAW_STATES. `spec` names the world in a comment. */
bool law_write(const struct env *env, const char *spec, FILE *to, struct err *err);

#endif
