#ifndef POTENTIAL_H
#define POTENTIAL_H

#include "percept.h"
#include "plan.h"

/* Exploration potential: how wrong hypotheses that may still be true are about what their
 * own best policies earn,
 *     EP_mu(h) = sum_nu w(nu | h) |V_nu^{pi*_nu}(h) - V_mu^{pi*_nu}(h)|.
 * It goes to 0 for every mu of the class if and only if the agent learns to act optimally
 * in each. Leike, "Exploration Potential" (EWRL 2016, arXiv 1609.04994). Values are means
 * of the rewards looked at, in units of reward; policies take the first of equal
 * actions. */
struct potential;
struct ice;

/* Over the hypotheses of p->model, borrowed unless it is its `own`; the utility is reward;
 * `truth`, which it takes over, has the true world alone. NULL with *err, and nothing is
 * left of what it took. */
struct potential *potential_new(const struct plan *p, bool own, struct model *truth,
                                struct err *err);
void potential_free(struct potential *p); /* accepts NULL */
/* A cycle, which a borrowed model has already seen. */
void potential_update(struct potential *p, const struct cycle *c);
/* EP of the true world now, and what the agent can know of it, sum_rho w(rho | h) EP_rho.
 * O(n) and O(n^2) look-ups for n hypotheses. NAN: the class has grown too large. */
double potential_true(struct potential *p);
double potential_expected(struct potential *p);
void potential_ice(struct potential *p, struct ice *ice);

#endif
