#ifndef OBSERVER_H
#define OBSERVER_H

#include "kind.h"

#include <stdint.h>

/* A view of worlds that are tables of states (roster.h): what a human who judges the agent
 * sees of them, and what he takes that for. With a sequence of signs, one of each state
 * from the first on, a sequence of states comes with a chance. A sequence of signs that
 * only one sequence of states makes needs none. */
struct observer {
    uint32_t n_signs;
    char **sign;          /* names */
    uint32_t *shows;      /* [states] sign of each */
    uint32_t length;      /* of the sequences below; 0: there are none */
    size_t n_beliefs;     /* grouped by what is seen */
    uint32_t *seen, *met; /* [n_beliefs * length] signs; states */
    double *p;            /* [n_beliefs] sum 1 of each seen */
};
extern const struct view_kind view_observer;

#endif
