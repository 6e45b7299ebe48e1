#ifndef TOY_H
#define TOY_H

#include "env.h"

/* The smallest worlds with a hidden dispenser, for values one can work out by hand: a
 * corridor of `cells` cells, actions back (0), stay (1) and on (2), the agent starts in cell
 * `start`. Being in cell `goal` after an action pays 10 with probability theta, else and
 * elsewhere the step costs 1. The observation is the cell when `seen`, else 0. Family
 * "goal": where the dispenser is. */
struct corridor {
    unsigned cells, start, goal;
    double theta;
    bool seen;
};
struct env *corridor_open(const struct corridor *c);

#endif
