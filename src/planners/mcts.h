#ifndef MCTS_H
#define MCTS_H

#include "plan.h"
#include "twig.h"

/* rhoUCT, Monte-Carlo tree search in a model: Veness, Ng, Hutter, Uther & Silver, "A
 * Monte-Carlo AIXI Approximation", JAIR 40 (2011), algorithms 1-4. Every value is the mean
 * of
 *     u_1 + (gamma_2 u_2 + ... + gamma_m u_m) / gamma_1
 * over the samples through a node; exactly m = horizon utilities. An action is chosen by
 *     (V(ha) - lo') / (hi' - lo') + C sqrt(ln T(h) / T(ha))
 * with [lo', hi'] the range of the remaining discounted sum; untried actions first, in
 * random order; ties at random. Leaves are evaluated by uniformly random rollouts. */
enum reuse {
    REUSE_NEVER,  /* a fresh tree every cycle: unbiased */
    REUSE_BELIEF, /* keep the subtree after (a, e) while the posterior did not change */
    REUSE_ALWAYS
}; /* kept values look one cycle less far: see ursa-agents(7) */
extern const char *const reuse_names[];

/* By what a value is divided: what can come from its depth on, or from the root on, so that
 * the bonus weighs the more the deeper, as in AIXIjs of 2016 and the program of JAIR 40. */
enum range { RANGE_DEPTH, RANGE_ROOT };
extern const char *const range_names[];

/* What is drawn from the posterior for each sample, instead of updating it within: same
 * distribution, faster. A hypothesis, for utilities of the percept; a hypothesis and its
 * state, where the model lends them (hidden.h) and the reward is all that counts. */
enum root_sampling { ROOT_NO, ROOT_YES, ROOT_STATE };
extern const char *const root_names[];

struct mcts_conf {
    uint32_t samples;   /* per search, >= 1 */
    double budget;      /* seconds per search instead of samples; 0: by samples */
    uint32_t max_nodes; /* arena size, >= 1; when it is full, leaves stay leaves */
    double explore;     /* UCB constant C, >= 0 */
    enum root_sampling root_sampling;
    enum reuse reuse;
    enum range range;
};

struct ice;
struct mcts;

/* Allocates everything a search of plans like *p, with the same horizon or a nearer one,
 * will ever need. p->model must offer automata() or assume() for root_sampling; without
 * either it falls back to full updates. */
struct mcts *mcts_new(const struct mcts_conf *conf, const struct plan *p);
void mcts_free(struct mcts *s);

/* The best action found, ties at random. Nothing is allocated. */
unsigned mcts_search(struct mcts *s, const struct plan *p, struct rng *rng);

/* Tells what really happened after the last search, for reuse. */
void mcts_advance(struct mcts *s, unsigned action, struct percept e, bool same_belief);

/* The same when no search was made before it: nothing is kept. */
void mcts_forget(struct mcts *s);

/* As if there had been no search. */
void mcts_reset(struct mcts *s);

/* Whether the next search starts from what is kept of the last one; and that as bytes, for
 * the same plan in the same model. */
bool mcts_keeps(const struct mcts *s);
void mcts_ice(struct mcts *s, const struct plan *p, struct ice *ice);

struct mcts_stats {
    uint64_t samples, steps; /* of the last search */
    uint32_t nodes, depth;
    bool cancelled, full;
};
/* Mean utility-to-go per action of the last search (NAN: untried), and visits; both of
 * length n_actions; either may be NULL. */
void mcts_values(const struct mcts *s, double *value, uint32_t *visits);
struct mcts_stats mcts_stats(const struct mcts *s);
/* The greedy continuation along the most visited percepts; returns its length. */
uint32_t mcts_plan(const struct mcts *s, uint8_t *actions, uint32_t cap);

/* The most visited part of the tree: choices down to depth TWIG_DEPTH with at least a
 * fiftieth of the samples. Returns how many, at most cap. */
size_t mcts_twigs(const struct mcts *s, struct twig *out, size_t cap);

#endif
