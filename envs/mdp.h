#ifndef MDP_H
#define MDP_H

#include "err.h"
#include "observer.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A finite decision process in text, ursa-mdp(5): in its own format or in Cassandra's. What
 * is seen and paid belongs to a transition s, a -> s', o. */

/* What may be seen on the way, and what that pays beside the edge. */
struct sight {
    double p;
    uint32_t obs;
    int32_t rew; /* points */
};
/* With chance p to `next`, for rew points; what is seen then are the n_sights from `sight`
 * on, which many edges may share. */
struct edge {
    double p;
    uint32_t next;
    int32_t rew;
    uint32_t sight, n_sights; /* none where nothing but the state may be seen */
};

struct mdp {
    uint32_t n_states, n_actions, n_obs;
    char **state, **action, **obs; /* names, owned */
    double *start;                 /* [n_states], sum 1 */
    uint32_t *first;               /* [n_states * n_actions + 1] into edge */
    struct edge *edge;
    struct sight *sight;
    double scale;          /* points per unit */
    double discount;       /* advised, in (0, 1]; 0: none */
    struct observer human; /* who watches; without signs: nobody */
};

enum { MDP_STATES = 1 << 16, MDP_ACTIONS = 32, MDP_TRANSITIONS = 1 << 24 };

/* Reads a process of either format, which the first word tells; `file` names it in
 * messages. False with every error of the file in *err, "FILE:LINE:COL: error: ..." and the
 * line. */
bool mdp_read(struct mdp *m, FILE *f, const char *file, struct err *err);
/* The same of text. */
bool mdp_parse(struct mdp *m, const char *text, const char *name, struct err *err);
/* The process called `name`, shipped or a path. */
bool mdp_load(struct mdp *m, const char *name, struct err *err);
void mdp_release(struct mdp *m);

/* From now on nothing but the state is seen: sights are left where one edge may pay
 * differently, and show where it leads. */
void mdp_show_states(struct mdp *m);
/* Transitions s, a -> s', o after (state, action), each counted: most of any pair, or of
 * all pairs together. */
uint64_t mdp_most(const struct mdp *m);
uint64_t mdp_count(const struct mdp *m);

#endif
