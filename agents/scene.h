#ifndef SCENE_H
#define SCENE_H

#include "hidden.h"

/* A hypothesis together with what a policy sees of it: the states that are reachable of the
 * pair (state of the world, label). A policy is then a law of actions by label, and what it
 * is worth an ordinary evaluation. */

/* What policies look at. */
struct eyes {
    const struct fsm *walks; /* borrowed: the label is its state; NULL: the observation's */
    uint32_t n_labels;
    uint32_t start; /* label before the first percept */
    uint32_t *obs;  /* [n_obs] rising, owned: observation k has label k */
    uint32_t n_obs;
};

struct scene_edge {
    double p, reward; /* points */
    uint32_t next;
};
struct scene {
    uint32_t n, n_actions, n_labels;
    uint32_t *first; /* [n * n_actions + 1] into edge */
    struct scene_edge *edge;
    uint32_t *label; /* [n] */
    uint32_t *index; /* [states of the world * n_labels]; UINT32_MAX: not reachable */
};

/* Of observations of these worlds, which stand where they begin. */
void eyes_on_percepts(struct eyes *e, const struct hidden *worlds);
void eyes_on_walk(struct eyes *e, const struct fsm *f);
void eyes_release(struct eyes *e);
/* The label after (a, percept); a walk that does not expect it stays, and so does who sees
 * observations when that is none. */
uint32_t eyes_follow(const struct eyes *e, uint32_t label, unsigned a, struct percept p);

/* Of hypothesis k of these worlds, which stand where they begin. */
void scene_init(struct scene *s, const struct hidden *worlds, size_t k,
                const struct eyes *e);
void scene_release(struct scene *s);

/* v[n] of a law [n_labels][n_actions], NULL: of the best; sums of discounted rewards over
 * `horizon` cycles, 0: without end, as near as doubles come.
 * `next` is scratch of n. */
void scene_evaluate(const struct scene *s, const double *law, double gamma,
                    uint32_t horizon, double *v, double *next);
/* Q of an action, followed by v. */
double scene_q(const struct scene *s, uint32_t z, unsigned a, double gamma,
               const double *v);

#endif
