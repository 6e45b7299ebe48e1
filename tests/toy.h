#ifndef TOY_H
#define TOY_H

#include "family.h"

/* The smallest worlds with a hidden dispenser, for values one can work out by hand: a
 * corridor of `cells` cells, actions back (0), stay (1) and on (2), the agent starts in
 * cell `start`. Being in cell `goal` after an action pays 10 with probability theta, else
 * and elsewhere the step costs 1. The observation is 0, the cell, or a fair coin. Family
 * "goal": where the dispenser is. */
enum sight { SEES_NOTHING, SEES_CELL, SEES_COIN };
struct corridor {
    unsigned cells, start, goal;
    double theta;
    enum sight sight;
};
struct env *corridor_open(const struct corridor *c);
extern const struct env_ops corridor_ops;
extern const struct family_ops corridor_goals;

#endif
