#ifndef SOLVE_EMPOWERMENT_H
#define SOLVE_EMPOWERMENT_H

#include "options.h"

#include <stdint.h>

/* ursa solve WORLD --what=empowerment: how much can be decided from each place of a world
 * about where one is so many actions later, or, where gamma is no NAN, by the next action
 * about where one is in all that follows. The exit status. */
int solve_empowerment(struct args *a, const char *world, uint64_t root, int64_t steps,
                      double gamma);

#endif
