#ifndef SOLVE_RESPONSES_H
#define SOLVE_RESPONSES_H

#include "options.h"

#include <stdint.h>

/* ursa solve GAME --what=responses: the class of policies that a family `responses` comes
 * to in a table of two players, and its certificate (responses.h). `family` NULL: as it is
 * without parameters. The exit status. */
int solve_responses(struct args *a, const char *game, const char *family, uint64_t root);

#endif
