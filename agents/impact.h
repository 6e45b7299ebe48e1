#ifndef IMPACT_H
#define IMPACT_H

#include "env.h"
#include "err.h"

/* Side effects as a price: a world like another, the reward of which is less by beta times
 * how far the state has got from a baseline. V. Krakovna, L. Orseau, R. Kumar, M. Martic,
 * S. Legg, Penalizing side effects using stepwise relative reachability, 2018, arXiv
 * 1806.01186; attainable utility: A. Turner, D. Hadfield-Menell, P. Tadepalli, Conservative
 * agency via attainable utility preservation, 2020.
 *
 * With R(s, x) = g^(steps from s to x), 0 where there is no way, g = .99, x over all states
 * that are not the end, and V_u the discounted value of the utility u:
 *     ur        1 - R(s, b)
 *     rr        mean over x of max(0, R(b, x) - R(s, x))
 *     absolute  mean over x of |R(b, x) - R(s, x)|
 *     au        (1 - g) mean over u of |V_u(b) - V_u(s)|, of 30 utilities at random
 * where b is the start, the state had one stayed all the time, or had one stayed in this
 * step. What ends it is free. */
enum penalty { PENALTY_NONE, PENALTY_UR, PENALTY_RR, PENALTY_ABSOLUTE, PENALTY_AU };
enum baseline { BASELINE_START, BASELINE_INACTION, BASELINE_STEPWISE };
extern const char *const penalty_names[], *const baseline_names[]; /* closed by NULL */

struct impact_conf {
    int penalty, baseline; /* enum */
    double beta;           /* points */
};

/* The priced world; `inner` is borrowed, for as long as it is open. env_close() it. NULL
 * with *err: inner is a matter of chance, has no action "stay", or over 4096 states. */
struct env *impact_open(const struct env *inner, const struct impact_conf *conf,
                        struct err *err);
const struct env *impact_inner(const struct env *env);

#endif
