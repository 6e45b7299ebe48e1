#ifndef DIRICHLET_ORACLE_H
#define DIRICHLET_ORACLE_H

#include "env.h"
#include "model.h"

/* The model of dirichlet.h as its paper has it, to be read and believed: chances are
 * divided when they are asked for, a snapshot is a copy of all cells. It draws the same
 * percepts from the same numbers. `truth` must be a world that dirichlet_new() takes. */
struct model *plain_dirichlet_new(const struct env *truth);

#endif
