#ifndef SOLVE_PERFORMANCE_H
#define SOLVE_PERFORMANCE_H

#include "options.h"

#include <stdint.h>

/* ursa solve WORLD --what=performance: what its reward makes of what its designer wanted,
 * within so many bytes. The exit status. */
int solve_performance(struct args *a, const char *world, uint64_t root, uint32_t horizon,
                      size_t bytes);

#endif
