#ifndef MACHINES_H
#define MACHINES_H

#include "env.h"

/* Worlds as Mealy machines: what a cycle says and where it leads is a table of (state,
 * action). Hypotheses of families that know no world. */
struct machine_step {
    uint32_t next, percept; /* a state; a place in the list of percepts */
};
/* Copies the table, [n_states * n_actions], of a machine that begins in state 0 and
 * lives in the space of `truth`; the percepts stay borrowed. */
struct env *machine_world(const struct env *truth, uint32_t n_states,
                          const struct machine_step *table, const struct percept *percept);

#endif
