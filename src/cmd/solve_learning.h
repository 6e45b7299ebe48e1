#ifndef SOLVE_LEARNING_H
#define SOLVE_LEARNING_H

#include "options.h"

#include <stdint.h>

/* ursa solve WORLD --what=learning: what becomes of a reward that is learned while it is
 * earned; horizon 0 is a life of the world; its tables take at most so many bytes. The
 * exit status. */
int solve_learning(struct args *a, const char *world, uint64_t root, uint32_t horizon,
                   size_t bytes);

#endif
