#ifndef EXPECTIMAX_H
#define EXPECTIMAX_H

#include "planner.h"

/* The exact value of every action, by
 *     V(h) = max_a sum_e xi(e | h, a) (u(e) + gamma_{k+1}/gamma_k V(hae))
 * over p->horizon cycles. The plain version walks all histories, in any model that has
 * support(): the oracle of every other planner. Values are normalised like mcts.h's: the
 * first utility has weight gamma_1 / gamma_1 = 1. */
struct exact {
    bool done;       /* false: `limit` was reached, values are not to be used */
    uint64_t states; /* belief states visited */
    double estimate; /* of the histories a full search would walk, when not done */
};

/* Histories of a full tree, were every action of every one to branch as those of the root
 * do. */
double expectimax_histories(const struct plan *p);

/* value: [n_actions], written when done. */
struct exact expectimax(const struct plan *p, uint64_t limit, double *value);

/* Belief states that a plan like *p may visit at most: `configured`, or fewer. */
uint64_t exact_limit(uint64_t configured, const struct plan *p);
/* Steps that a full tree imagines, were every action of every belief state to branch as
 * those of the root do; HUGE_VAL: more than a search ever does. */
double exact_effort(const void *config, const struct plan *p);

/* The same values to the last bit, with tables that are kept from cycle to cycle, for plans
 * like *p or nearer ones: where the model has key(), a belief state that several histories
 * lead to is visited once, while it is remembered. */
struct expectation;
struct expectation *expectation_new(const struct plan *p);
void expectation_free(struct expectation *x);
struct exact expectation_solve(struct expectation *x, const struct plan *p, uint64_t limit,
                               double *value);

/* The same values for models with a hunt() view, by memoised search over beliefs with
 * branch and bound: at step j at most the largest remaining weight within reach can be
 * found. An object because it keeps its tables from cycle to cycle. */
struct hunter;
bool hunter_fits(const struct plan *p);          /* a hunt, and for rewards */
struct hunter *hunter_new(const struct plan *p); /* NULL: it does not fit */
void hunter_free(struct hunter *h);
struct exact hunter_solve(struct hunter *h, const struct plan *p, uint64_t limit,
                          double *value);

/* What both take as planners, and answer; the rest of the verdict stays when not done. */
struct exact_conf {
    int64_t max_states; /* per plan */
};
extern const struct param exact_params[];
void verdict_of_exact(struct verdict *v, const struct exact *x, const double *value,
                      uint32_t n, struct rng *rng);

#endif
