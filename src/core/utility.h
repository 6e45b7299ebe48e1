#ifndef UTILITY_H
#define UTILITY_H

#include "kind.h"
#include "model.h"

/* Worth of what a cycle told, to an agent. First member of what else it needs to know: the
 * weights of a learned reward, a threshold. Pure in (self, memory, outcome) as long as
 * `stamp` stays. */
struct utility {
    /* `memory` is what the utility remembers of the history before *o, all zero at birth;
     * it is left as it is after *o. Planners carry it along what they imagine, and two
     * beliefs of the same name are the same only with the same bytes in it: no padding, no
     * pointers. */
    double (*of)(const struct utility *u, void *memory, const struct outcome *o);
    size_t memory_size; /* 0: the outcome alone tells its worth; memory may then be NULL */
    double lo, hi;      /* bounds of the expected worth of one cycle; equal: not known */
    double total;       /* bound of all to come together, as of a gain; 0: none */
    unsigned wants;     /* WANT_... of model.h: what it reads besides the percept */
    uint64_t stamp;     /* rises when `of` changes: whoever keeps values makes them anew */
};

/* Whether a percept always has the same worth: tables of percepts do for it. */
static inline bool utility_of_percept(const struct utility *u)
{
    return !u->wants && !u->memory_size;
}

/* Whether it asks where the history comes from: it must be carried along what is
 * imagined. */
static inline bool utility_of_history(const struct utility *u)
{
    return u->memory_size || u->wants & WANT_CONTEXT;
}

/* Whether its worth depends on the posterior, beside what was done and seen. */
static inline bool utility_of_belief(const struct utility *u)
{
    return u->wants & ~(unsigned)WANT_CONTEXT;
}

/* u(e) = r: the utility of every reward-seeking agent. These know no bounds: whoever needs
 * them copies and completes it. */
extern const struct utility utility_reward;
/* The same where some of the reward is no part of the percept: r + E[it | h, a, e]. */
extern const struct utility utility_worth;
/* u = -xi(e) and u = -ln xi(e): Orseau's knowledge seekers. */
extern const struct utility utility_square, utility_shannon;
/* The same of the chance in hindsight, as AIXIjs has them: an ablation. */
extern const struct utility utility_square_hindsight, utility_shannon_hindsight;
/* u = information gain of the step, nats. */
extern const struct utility utility_gain;

/* The chance of the likeliest percept: what a predictor expects to be right. */
extern const struct utility utility_prediction;

/* A utility as it can be named. */
struct utility_kind {
    struct kind kind;
    const struct utility *fixed;  /* the same for all; NULL: it is opened and closed */
    const struct utility *unseen; /* in worlds that hide rewards; NULL: no other */
    /* Of what happens in such a space; bounds need not be known. NULL with *err. */
    struct utility *(*open)(const void *config, const struct space *space, struct err *err);
    void (*close)(struct utility *u);
};

const struct utility *utility_open(const struct spec_of *spec, const struct space *space,
                                   struct err *err);
void utility_close(const struct spec_of *spec, const struct utility *u); /* NULL is fine */

#endif
