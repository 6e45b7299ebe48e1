#ifndef BELIEF_H
#define BELIEF_H

#include "env.h"
#include "fsm.h"

/* A hidden world as a hypothesis: an environment whose state is the belief over the hidden
 * states of `world`,
 *     b'(y) ∝ sum_x b(x) P(e, y | x, a),
 * Kaelbling, Littman & Cassandra, AIJ 101 (1998), eq. 3. Its transitions() are the percepts
 * with their predictive probabilities, and its next state is a function of (state, action,
 * percept). `world` stays open and borrowed; `owned` is world again when the belief is to
 * close it, else NULL. NULL with *err when world has no transitions() or more than
 * max_states states reachable from any state that reset() may draw. */
struct env *belief_open(const struct env *world, struct env *owned, uint32_t max_states,
                        struct err *err);
/* From now on transitions() rounds the beliefs it leads to: ratios to 30 bits, and less
 * than 2^-40 is nothing. Beliefs that the same evidence in another order led to are then
 * one state, and near certainty is certainty, so that a world like the tiger's has finitely
 * many. For tables of values, not for agents: what rounding has excluded may still
 * happen. */
void belief_round(struct env *belief);
/* The automaton of the hidden states, of which the first n_states doubles of a state of
 * `belief` are the chances; borrowed. NULL: it is another sort of world. */
const struct fsm *belief_hidden(const struct env *belief);

/* Adds weight x P(hidden k | state) to p[k] for the hidden things of `truth` (env.h),
 * which are matched by their names. False, with some of it added: env is no belief, or
 * hides what `truth` has no name for. */
bool belief_tell(const struct env *env, const void *state, double weight,
                 const struct env *truth, double *p);

#endif
