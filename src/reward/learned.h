#ifndef LEARNED_H
#define LEARNED_H

#include "atom.h"
#include "env.h"
#include "err.h"
#include "learning.h"

#include <stdint.h>

/* What becomes of a reward that is learned while it is earned (learning.h), over all
 * policies of a finite life. It is riggable after a history when what rho is expected to
 * be in the end depends on the policy from there; it is uninfluenceable when there are
 * chances eta(reward | world), known before, of which every rho is what the history makes
 * expected: rho(R | h) = sum_world P(world | h) eta(R | world). Who cannot influence it
 * cannot rig it; who cannot rig it may influence it. */
struct learned_span {
    double lo, hi;
};
struct learned {
    const struct learning *of;                  /* the world's */
    double value;                               /* points: the best E sum of rewards */
    struct learned_span wanted;                 /* performance of those who reach it */
    struct learned_span rho[LEARNING_REWARDS];  /* expected in the end, of any policy */
    struct learned_span best[LEARNING_REWARDS]; /* of those that are best */
    struct learned_span event[LEARNING_EVENTS]; /* chance, of those */
    uint32_t beliefs, riggable; /* beliefs at a time, but at the end; riggable ones */
    bool at_start;              /* it is riggable there */
    uint32_t histories;         /* equations: ends that differ in rho or in the belief */
    uint32_t n_worlds;
    double *eta;             /* [n_worlds][n_rewards] that comes closest, owned */
    struct learned_span gap; /* by which it misses an equation; that any must miss one */
    bool influenceable;
};
struct learned_bounds {
    uint32_t horizon; /* 0: the life of the world */
    size_t bytes;
    const atomic_int *cancel;
};
enum { LEARNED_CYCLES = 1000 };

/* False with *err: the world learns no reward, its life is not of that size, or it was
 * cancelled. */
bool learned_find(struct learned *l, const struct env *env, const struct learned_bounds *in,
                  struct err *err);
void learned_release(struct learned *l);

#endif
