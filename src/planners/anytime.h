#ifndef ANYTIME_H
#define ANYTIME_H

#include "budgeted.h"
#include "planner.h"

/* Expectimax where only a part of the measure is known: every value has a bracket that
 * holds for the whole class. With c the mass that agrees and u that which was undecided on
 * the way, V lies in
 *     [N / (c + u), (N+ + u) / (c + u)]
 * where N counts rewards of what is decided and N+ what is undecided as if it paid the most
 * from there on. Leike & Hutter, "On the Computability of AIXI" (UAI 2015): an
 * epsilon-optimal action is limit-computable, and this is how far the limit is away. */

/* What a program that dies is worth from there on. death: 0, no percept, no reward (Martin,
 * Everitt & Hutter 2016); ignorance and hope: the least and the most there is, the lower
 * and the upper Choquet integral (Wyeth & Hutter 2025); normalise: nothing is, its mass is
 * taken away. */
enum loss { LOSS_DEATH, LOSS_IGNORANCE, LOSS_HOPE, LOSS_NORMALISE };
extern const char *const loss_names[]; /* closed by NULL */

struct anytime_conf {
    enum loss loss;
    uint32_t threads; /* >= 1; never change a bit */
};
/* Whether plans like *p can be made: the model lends its budgeted form, the utility is one
 * of percepts, and the futures are not too many. False with *err. */
bool anytime_fits(const struct plan *p, struct err *err);
/* Values are those of the class as far as it is known, N / c, or NAN where it has nothing
 * left; lo and hi are of all; the best has the greatest lo, then value; nodes: machines
 * run. Where the horizon is the discount's own, what lies behind it is within the bracket.
 * PLAN_CANCELLED: the verdict is not touched. */
void anytime_plan(const struct plan *p, const struct anytime_conf *c, struct rng *rng,
                  struct verdict *out);
/* More of the budget after it, in bits of what is read: 0, there is no more. */
enum { ANYTIME_START = 8 };
uint32_t anytime_next(const struct budgeted *b);
/* By how much an action that is better than the best one may be, at most. */
double anytime_epsilon(const struct verdict *v);

#endif
