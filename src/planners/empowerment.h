#ifndef EMPOWERMENT_H
#define EMPOWERMENT_H

#include "fsm.h"

/* Empowerment: how much an agent can decide about where it will be, n actions from now: the
 * capacity of the channel from them to the state that they lead to,
 *     C_n(s) = max_{p(a_1 .. a_n)} I(A_1 .. A_n ; S')
 * in bits. Klyubin, Polani & Nehaniv, "Empowerment: A Universal Agent-Centric Measure of
 * Control" (CEC 2005). Where nothing is left to luck it is log2 of the number of states
 * that can be reached in exactly n actions. */

/* The capacity of a channel, bits: p[n_in][n_out], rows sum to 1. By Blahut & Arimoto
 * (1972), until its bounds are CAPACITY_GAP apart. `work`: scratch of n_in + n_out. */
#define CAPACITY_GAP 1e-9
double capacity(const double *p, size_t n_in, size_t n_out, double *work);

struct empowerment;

enum { EMPOWERMENT_STEPS = 16, EMPOWERMENT_CELLS = 1 << 22 };

/* In a world f, borrowed; `what` [n_states] is what counts of each state, in [0, n_what),
 * copied; NULL: the state itself. 1 <= steps <= EMPOWERMENT_STEPS. NULL with *err: luck has
 * a say, and there are more sequences of actions than can be compared, A^n times what they
 * lead to being above EMPOWERMENT_CELLS. */
struct empowerment *empowerment_new(const struct fsm *f, const uint32_t *what,
                                    uint32_t n_what, uint32_t steps, struct err *err);
void empowerment_free(struct empowerment *e); /* accepts NULL */
/* Of state s, bits; found once and kept. */
double empowerment_at(struct empowerment *e, uint32_t s);

#endif
