#ifndef POMDPS_H
#define POMDPS_H

#include "policy_graph.h"
#include "pomdp.h"

/* Processes to plan in, for tests. */

/* Of a world by its spec: of what is known of it, or of a family of hypotheses (NULL: the
 * world itself). What cannot be opened fails the test. */
struct subject_pomdp {
    struct env *env;
    struct model *model;
    struct pomdp *pomdp;
};
void subject_open(struct subject_pomdp *s, const char *world, const char *family);
void subject_close(struct subject_pomdp *s);

/* By hand: rewards and chances are put in, percepts are observation 0 .. n_obs - 1 without
 * a reward. */
struct pomdp *pomdp_blank(uint32_t n_states, uint32_t n_actions, uint32_t n_obs);
/* Rows in the order of (a, s), every edge of one after the other; p > 0. */
void pomdp_put(struct pomdp *p, unsigned a, uint32_t s, struct pomdp_edge e);
/* A small process by lot: at most 6 states, 3 actions, 3 percepts, rewards of both signs,
 * some percepts impossible. */
struct pomdp *pomdp_by_lot(uint64_t seed);

/* What so many lives by a plan earned, discounted, from starts that are drawn: the mean and
 * its standard error. */
struct lived {
    double mean, error;
};
struct lived plan_lives(const struct pomdp *p, const struct policy_graph *g, double gamma,
                        uint32_t lives);

#endif
