#ifndef SOLVE_NOTIONS_H
#define SOLVE_NOTIONS_H

#include "options.h"

#include <stdint.h>

/* ursa solve WORLD --what=notions: what notions of doing well say of a world in which what
 * is wanted changes. The exit status. */
int solve_notions(struct args *a, const char *world, uint64_t root, uint32_t horizon);

#endif
