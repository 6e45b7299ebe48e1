#ifndef ORACLE_H
#define ORACLE_H

#include "fsm.h"
#include "rng.h"

/* A human who knows what is wanted, for agents that ask: the true reward of a world, which
 * no agent reads but through his answers. */

/* Part of a life, lived or imagined, in states of the world's automaton. */
enum { ORACLE_CYCLES = 64 };
struct segment {
    uint32_t n, unused;
    struct segment_step {
        uint32_t from, action, next;
    } step[ORACLE_CYCLES];
};
/* Returns next. */
uint32_t segment_add(struct segment *s, uint32_t from, uint32_t action, uint32_t next);

struct oracle {
    const struct fsm *f; /* borrowed */
    double *reward;      /* [edges] points, owned */
    double beta, error;
};
void oracle_init(struct oracle *h, const struct fsm *f, double beta, double error);
void oracle_release(struct oracle *h);
/* Whether he says to like a better than b, which is as long. */
bool oracle_prefers(const struct oracle *h, const struct segment *a,
                    const struct segment *b, struct rng *rng);
/* What he would do from state 0: softmax(beta Q), Q discounted by gamma. */
void oracle_shows(const struct oracle *h, uint32_t n, double beta, double gamma,
                  struct segment *out, struct rng *rng);

/* Q of all states, [n_states][n_actions], for rewards of edges. */
void oracle_values(const struct fsm *f, const double *reward, double gamma, double *q);
/* Where it may lead, drawn. */
uint32_t oracle_step(const struct fsm *f, uint32_t state, uint32_t action, struct rng *rng);
/* Where it led, by the observation alone; UINT32_MAX: nowhere. */
uint32_t oracle_next(const struct fsm *f, uint32_t state, uint32_t action, uint32_t obs);
/* Whether that is always one place. */
bool oracle_follows(const struct fsm *f);

#endif
