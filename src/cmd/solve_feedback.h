#ifndef SOLVE_FEEDBACK_H
#define SOLVE_FEEDBACK_H

#include "options.h"

#include <stdint.h>

/* ursa solve WORLD --what=feedback: what a human makes of policies that he sees in part;
 * horizon 0: as long as his beliefs are. The exit status. */
int solve_feedback(struct args *a, const char *world, uint64_t root, uint32_t horizon);

#endif
