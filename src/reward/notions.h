#ifndef NOTIONS_H
#define NOTIONS_H

#include "env.h"
#include "err.h"

#include <stdint.h>

/* Worlds whose states are pairs s/theta of what is so and of what is wanted then, and the
 * notions of what it is to do well in them (Carroll, Foote, Siththaranjan, Russell, Dragan,
 * AI alignment with changing and influenceable reward functions, 2024, arXiv 2405.17713):
 * R_theta(s, a) is what action a is expected to pay in the state s/theta, and action 0 is
 * to do nothing. */
enum notion {
    NOTION_REALTIME,    /* sum of R_{theta_t}: by what is wanted at the time */
    NOTION_FINAL,       /* sum of R_{theta_H}, theta after the last action */
    NOTION_INITIAL,     /* sum of R_{theta_0} */
    NOTION_NATURAL,     /* by the thetas there would have been without action */
    NOTION_CONSTRAINED, /* real-time, of those policies that leave the law of theta alone */
    NOTION_MYOPIC,      /* the best action for theta_t wherever it comes to; no value */
    NOTION_PARETO,      /* no theta is worse off than without action, and nobody does better
                         * for all: unambiguously desirable; no value */
    NOTION_PRIVILEGED,  /* sum of R of one theta: NOTION_PRIVILEGED + its number */
};
enum { THETAS = 16, BEHAVIOURS = 1000000 };

/* Of all that is optimal by a notion. */
enum influence { INFLUENCES_NONE, INFLUENCES_SOME, INFLUENCES_ALL };

struct judgement {
    bool known;         /* false: it takes more policies than can be tried */
    double value;       /* NAN: the notion has none */
    size_t n;           /* behaviours that are optimal; 0: not counted */
    uint64_t *sequence; /* [n], owned: actions as digits, the first in front, base
                           * n_actions; NULL: the world draws */
    enum influence influence;
};

struct notions {
    uint32_t n_actions, n_theta, horizon;
    char *theta[THETAS]; /* owned names */
    bool draws;          /* chance has a say: behaviours are no sequences */
    bool whole;          /* all behaviours were tried; else values by dynamic programming */
    struct judgement of[NOTION_PRIVILEGED + THETAS];
};
extern const char *const notion_names[]; /* of those before NOTION_PRIVILEGED */

/* False with *err: the world's states have no names s/theta, a state lacks one of the
 * thetas, it begins in no one state, or the horizon is beyond what fits. */
bool notions_find(struct notions *n, const struct env *env, uint32_t horizon,
                  struct err *err);
void notions_release(struct notions *n);

#endif
