#ifndef MDP_H
#define MDP_H

#include "err.h"

#include <stdint.h>
#include <stdio.h>

/* A finite decision process in text, ursa-mdp(5). */
struct edge {
    double p;
    uint32_t next;
    int32_t rew; /* points */
};
struct sight {
    double p;
    uint32_t obs;
};

struct mdp {
    uint32_t n_states, n_actions, n_obs;
    char **state, **action, **obs; /* names, owned */
    double *start;                 /* [n_states] */
    uint32_t *first;               /* [n_states * n_actions + 1] into edge */
    struct edge *edge;
    uint32_t *sees; /* [n_states + 1] into sight; NULL: the state is seen */
    struct sight *sight;
    double scale; /* points per unit */
};

enum { MDP_STATES = 4096, MDP_ACTIONS = 32 };

/* Reads a process; `file` names it in messages. False with every error of the file in *err,
 * "FILE:LINE:COL: error: ..." and the line. */
bool mdp_read(struct mdp *m, FILE *f, const char *file, struct err *err);
/* The process called `name`, shipped or a path. */
bool mdp_load(struct mdp *m, const char *name, struct err *err);
void mdp_release(struct mdp *m);

#endif
