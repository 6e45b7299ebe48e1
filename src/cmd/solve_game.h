#ifndef SOLVE_GAME_H
#define SOLVE_GAME_H

#include "options.h"

#include <stdint.h>

/* ursa solve GAME --what=equilibria: the equilibria of one round of a game that is a table,
 * and how far from them random play is. `epsilon`: the NashConv that logit responses are
 * sharpened to. The exit status. */
int solve_game(struct args *a, const char *text, uint64_t root, double epsilon);

#endif
