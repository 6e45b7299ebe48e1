#ifndef PLAN_H
#define PLAN_H

#include "discount.h"
#include "model.h"

#include <stdatomic.h>
#include <stdbool.h>

/* Worth of an outcome to this agent, in [plan.lo, plan.hi]. Pure. */
typedef double utility_fn(const struct outcome *o);

/* A planning problem: what every planner is given and all it may know. */
struct plan {
    struct model *model; /* borrowed; left as it was found */
    utility_fn *utility;
    double lo, hi;  /* bounds of the utility of one cycle, lo <= hi */
    double total;   /* bound of all utilities to come together, as of a gain; 0: none */
    unsigned wants; /* WANT_PROB, WANT_GAIN: what the utility reads besides the percept */
    struct discount discount;
    uint32_t horizon;         /* rewards looked ahead, >= 1 */
    uint64_t now;             /* t, age of the agent at its next action, from 1 */
    const atomic_int *cancel; /* optional: the search ends soon after it is set */
};

/* u(e) = r: the utility of every reward-seeking agent. */
double utility_reward(const struct outcome *o);
/* u = -xi(e) and u = -ln xi(e): Orseau's knowledge seekers. */
double utility_square(const struct outcome *o);
double utility_shannon(const struct outcome *o);
/* The same of the chance in hindsight, as AIXIjs has them: an ablation. */
double utility_square_hindsight(const struct outcome *o);
double utility_shannon_hindsight(const struct outcome *o);
/* u = information gain of the step, nats. */
double utility_gain(const struct outcome *o);

#endif
