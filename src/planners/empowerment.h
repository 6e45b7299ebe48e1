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

/* Effective empowerment of each state, bits, [n_states], owned by the caller: how much the
 * next action alone, drawn uniformly, says of what one is K cycles after it, K geometric
 * with mean gamma / (1 - gamma), all later actions uniform too: I(A; S+ | s). Du et al.,
 * "AvE: Assistance via Empowerment" (NeurIPS 2020); Myers et al., "Learning to Assist
 * Humans without Inferring Rewards" (NeurIPS 2024). 0 <= gamma <= EFFECTIVE_GAMMA. NULL
 * with *err: states times what counts of them are more than EMPOWERMENT_CELLS. */
#define EFFECTIVE_GAMMA 0.999
double *empowerment_effective(const struct fsm *f, const uint32_t *what, uint32_t n_what,
                              double gamma, struct err *err);

#endif
