#ifndef VI_H
#define VI_H

#include "discount.h"
#include "fsm.h"
#include "plan.h"

/* Finite-horizon value iteration in one known world: exact, far-sighted, microseconds.
 *     Q_h(s, a) = sum_e p(e) (u(e) + gamma_{k+1}/gamma_k max_a' Q_{h-1}(s', a')) */
struct vi;

/* False with *err: a state of the world does not tell what the utility asks for. */
bool vi_fits(const struct utility *u, struct err *err);

/* horizon 0: the effective horizon H_t(0.01) of the discount (plan.h); with a discount that
 * is not summable the caller must give one. The utility, borrowed, must be one of
 * vi_fits(). */
struct vi *vi_new(const struct fsm *world, const struct utility *u,
                  const struct discount *d, uint32_t horizon);
void vi_free(struct vi *v);
/* Values are not waited for, and not to be used, once *cancel (may be NULL) is set. */
void vi_heed(struct vi *v, const atomic_int *cancel);
/* Looks so many rewards ahead from now on; 0 as above. */
void vi_look(struct vi *v, uint32_t horizon);
/* Values of the actions in `state` at age `now`, [n_actions], valid until the next call.
 * Solved once for stationary discounts, anew at each age otherwise, and when the utility
 * has changed. */
const double *vi_values(struct vi *v, uint32_t state, uint64_t now);

/* What the plan made in the last vi_values() means to do `delay` cycles later in `state`,
 * delay < VI_PLAN; with a discount that is not consistent in time it will do otherwise. */
enum { VI_PLAN = 24 };
unsigned vi_intention(const struct vi *v, uint32_t state, uint32_t delay);

/* Undiscounted expected sum of `steps` rewards from state 0: of the optimal policy and of
 * uniformly random actions. NAN: cancelled (cancel may be NULL), or it takes minutes. */
double vi_optimal_sum(const struct fsm *world, uint64_t steps, const atomic_int *cancel);
double vi_random_sum(const struct fsm *world, uint64_t steps, const atomic_int *cancel);

#endif
