#ifndef EQUILIBRIA_H
#define EQUILIBRIA_H

#include "normal.h"

/* Mixed moves of a game that is a table (normal.h), how far they are from equilibrium, and
 * where the equilibria are. All values are in units of reward, of one round.
 *
 * Nash, "Non-cooperative games", Annals of Mathematics 54 (1951); NashConv after Lanctot
 * et al., "A Unified Game-Theoretic Approach to Multiagent Reinforcement Learning", NIPS
 * 2017. What is measured of a profile allocates nothing. */

/* With which chance each player makes each move: p[i][a], of each player sum 1. */
struct profile {
    double p[PLAYERS_MAX][ACTIONS_MAX];
};

void profile_uniform(const struct normal *g, struct profile *x);
void profile_pure(const struct normal *g, uint32_t joint, struct profile *x);
/* What each move of player i is worth against the others of x, worth[moves[i]]; its own
 * p[i] is not read. O(n_joint * n_players). */
void profile_worth(const struct normal *g, const struct profile *x, uint32_t i,
                   double *worth);
/* What player i gets on average. */
double profile_value(const struct normal *g, const struct profile *x, uint32_t i);
/* What player i gains by its best move instead of p[i]: >= 0, 0 when p[i] is a best
 * response. Its greatest over i is the exploitability, epsilon of an epsilon-Nash. */
double profile_gap(const struct normal *g, const struct profile *x, uint32_t i);
/* NashConv: the sum of the gaps, which are left in gap[n_players] unless that is NULL. */
double profile_nashconv(const struct normal *g, const struct profile *x, double *gap);

/* ---- the equilibria */

struct equilibria {
    struct profile *at; /* [n] owned; pure ones first, in the order of their numbers */
    size_t n, n_pure;
    /* NULL: these are all of them, or where there are infinitely many the corners of their
     * convex sets; else what was not looked for and why, a literal. */
    const char *lacks;
};

/* Pure ones by enumeration. Mixed ones of two players by the corners of both best-response
 * polytopes, of which those that fit are the extreme equilibria: Mangasarian, J. SIAM 12
 * (1964); Avis, Rosenberg, Savani & von Stengel, Economic Theory 42 (2010); where nothing
 * is degenerate that is the enumeration of supports. At most EQUILIBRIA_SUPPORTS pairs of
 * supports are tried, 8 moves against 8; beyond, a game of constant sum gets one by linear
 * programming, and others have pure ones only. Allocates. */
enum { EQUILIBRIA_SUPPORTS = 12870 };
void equilibria_find(const struct normal *g, struct equilibria *out);
void equilibria_release(struct equilibria *e);

/* Whether what all get together is the same always, which *sum then is. */
bool normal_constant_sum(const struct normal *g, double *sum);
/* The most that player i can be sure of on average whatever the others do, together if they
 * like, and a mixed move that ensures it, mix[moves[i]]: von Neumann, Math. Annalen 100
 * (1928), by linear programming. Allocates. */
double normal_maximin(const struct normal *g, uint32_t i, double *mix);

/* ---- logit responses: everyone makes move a with chance proportional to
 * exp(lambda * worth(a)); McKelvey & Palfrey, Games and Economic Behavior 10 (1995) */

/* Iterates x <- x + s (response(x) - x) from x until no chance differs from its response
 * by more than `close`, or for `most` steps; true: it came to rest. Damped so that it does
 * not circle where lambda is large: s is 0.02 / (1 + lambda), or less. */
bool logit_response(const struct normal *g, double lambda, double close, uint64_t most,
                    struct profile *x);
/* From the uniform profile, lambda 1 and doubled until NashConv is below epsilon: the
 * oracle's randomisation at indifference, by iteration. The last lambda; 0: NashConv of the
 * uniform profile is below it; HUGE_VAL: it did not come so close in reasonable time. */
double logit_path(const struct normal *g, double epsilon, struct profile *x);

/* ---- correlated equilibria: Aumann, J. Math. Economics 1 (1974) */

/* The most that any player gains on average by doing otherwise than it is told, when a
 * device draws joint moves with chances p[n_joint] and tells everyone its own: <= 0 in a
 * correlated equilibrium. */
double correlated_gap(const struct normal *g, const double *p);
/* The device of the greatest sum of payments, by linear programming; false: the table has
 * more than CORRELATED_JOINT joint moves, or no answer was found. Allocates. */
enum { CORRELATED_JOINT = 1024 };
bool correlated_best(const struct normal *g, double *p);

#endif
