#ifndef SHIFTS_H
#define SHIFTS_H

#include "notions.h"

#include "fsm.h"

/* What notions.c and notions_dp.c share: a world of pairs as tables. */
struct shifts {
    struct fsm *f; /* of all states, in the order of the roster */
    struct alphabet percepts;
    uint32_t n, n_actions, n_theta, H, start;
    uint32_t *theta; /* [n] */
    uint32_t *with;  /* [n * n_theta]: the same s with another theta */
    double *pay;     /* [n * n_actions], expected, in units */
    double *natural; /* [(H + 1) * n_theta]: chances of theta_t without action */
    bool draws;
};

/* Of env, over w->H cycles; names and sizes go into *n. False with *err: notions.h says
 * why. */
bool shifts_open(struct shifts *w, struct notions *n, const struct env *env,
                 struct err *err);
void shifts_release(struct shifts *w);

/* R_theta(s, a). */
static inline double shifts_pay(const struct shifts *w, uint32_t theta, uint32_t s,
                                unsigned a)
{
    return w->pay[(size_t)w->with[(size_t)s * w->n_theta + theta] * w->n_actions + a];
}
static inline const struct fsm_edge *shifts_edges(const struct shifts *w, uint32_t s,
                                                  unsigned a, uint32_t *n)
{
    const uint32_t *first = w->f->first + (size_t)s * w->n_actions + a;
    *n = first[1] - first[0];
    return w->f->edge + first[0];
}

/* Chances of theta_t under a policy, policy[t * n + s], or of action 0 where it is NULL;
 * [(H + 1) * n_theta], which the caller frees. */
double *shifts_law(const struct shifts *w, const uint8_t *policy);

/* By dynamic programming, where there are too many policies to try. */
void notions_plan(const struct shifts *w, struct notions *n);

#endif
