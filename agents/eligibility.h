#ifndef ELIGIBILITY_H
#define ELIGIBILITY_H

#include "tabular.h"

/* Eligibility traces: what was done lately has its share in every surprise. As a list, not
 * a table: with decay d = gamma lambda the pair visited i cycles ago has d^i, so the last
 * pairs are all there is to keep and nothing decays by itself. An accumulating trace is
 * the sum over its visits; a replacing one has the last visit alone (Singh & Sutton 1996;
 * Sutton & Barto 2018, chapter 12). */
struct eligibility {
    uint32_t reach, n, newest;
    bool replace;
    double *weight; /* [reach] d^i */
    uint32_t *cell; /* [reach] a ring: row * n_actions + action, or VOID_CELL */
};
#define VOID_CELL UINT32_MAX

/* Visits older than `reach` cycles are forgotten. */
void eligibility_init(struct eligibility *el, double decay, uint32_t reach, bool replace);
void eligibility_release(struct eligibility *el);
/* An episode ends, or an action was not that of the policy learned about. */
void eligibility_cut(struct eligibility *el);
/* Q += alpha (target - Q(s, a)) e, for all that have a trace e; (s, a) is the newest. */
void eligibility_learn(struct eligibility *el, struct table *t, uint64_t state,
                       unsigned action, double target);
void eligibility_ice(struct eligibility *el, struct ice *ice);

#endif
