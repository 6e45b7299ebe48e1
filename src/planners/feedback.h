#ifndef FEEDBACK_H
#define FEEDBACK_H

#include "env.h"
#include "err.h"
#include "observer.h"

#include <stdint.h>

/* What a human makes of policies whom he judges by what he sees. A path ~s of states is
 * worth G(~s) = sum of R(s_t); who sees ~o = O(~s) takes it for paths by his belief
 * B(~s | ~o), and values it at G_obs(~o) = sum B(~s | ~o) G(~s). L. Lang, D. Foote, S.
 * Russell, A. Dragan, E. Jenner and S. Emmons, "When your AIs deceive you" (2024, arXiv
 * 2402.17747). Rewards are of the state that is entered, the first state has none. */
enum { FEEDBACK_POLICIES = 100000, FEEDBACK_PATHS = 20000, FEEDBACK_CYCLES = 63 };
enum { FEEDBACK_CELLS = 1 << 24 }; /* paths times states */
struct feedback_policy {
    char *text;         /* owned: its actions where it has a choice, "aI aC" */
    double real, seen;  /* units: J, J_obs */
    double over, under; /* E+ and E-: E max(0, G_obs - G), E max(0, G - G_obs) */
    bool best, chosen;  /* greatest J; greatest J_obs, which feedback without end makes */
    /* Against the first of the best: E+ and J_obs above its; E- and J below its. */
    bool inflates, overjustifies;
};
struct feedback {
    uint32_t n_states, horizon;
    uint32_t n_paths, n_seen; /* paths that some policy can take; what they look like */
    double *visits;           /* [n_paths][n_states], owned */
    double *meant;            /* [n_seen][n_states]: those expected by B, owned */
    uint32_t *looks;          /* [n_paths] which of what is seen, owned */
    double *worth;            /* [n_states] units: R, owned */
    double *start;            /* [n_states] chance to begin there, owned */
    size_t n;
    struct feedback_policy *of; /* owned */
    /* What differences of G_obs tell of R, which has n_states numbers: their rank, the
     * directions lost, and how many of these change differences of G. */
    uint32_t rank, lost, harmful;
};

/* Horizon 0: as long as the beliefs of the human are. False with *err: nobody watches, a
 * state pays differently by the way in, there are too many paths or policies, whose number
 * is told, or something is seen of which the human believes nothing. */
bool feedback_find(struct feedback *b, const struct env *env, uint32_t horizon,
                   struct err *err);
void feedback_release(struct feedback *b);

#endif
