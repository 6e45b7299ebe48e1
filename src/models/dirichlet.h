#ifndef DIRICHLET_H
#define DIRICHLET_H

#include "env.h"
#include "model.h"

/* An unknown grid of known size: an independent Dirichlet distribution over {empty,
 * dispenser, wall, trap} per cell, predicting by its mean. Aslanides, "AIXIjs" (2016),
 * section 3.4.2. Nothing is known of a cell at first (Haldane prior, 1/4 each); a neighbour
 * seen as a wall is one, one seen free has one count each for empty and dispenser, and each
 * visit adds one to what it turned out to be: after n fruitless visits the chance of
 * another is (n + 1) / (n + 2). Where there may be traps a cell seen free has a count for
 * them, too, until it is visited.
 *
 * There is no list of hypotheses. Entropy is that of the normalised chances of a dispenser
 * over the cells, a surrogate; information gain is counted on it. Steps, snapshots and
 * restores are O(1). NULL with *err when truth is no such grid, or one whose rewards do not
 * tell a bump, a payout and a trap apart. */
struct model *dirichlet_new(const struct env *truth, struct err *err);

#endif
