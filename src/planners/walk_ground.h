#ifndef WALK_GROUND_H
#define WALK_GROUND_H

#include "hunt.h"
#include "plan.h"

#include <math.h>

/* The problem of the hidden dispenser as an open-loop walk. Until it pays, nothing but
 * failures is seen, and once it does the rest is known; so the Bayes-optimal policy is a
 * walk p_1 .. p_H that is left at the first payout, worth
 *     base - sum_t d_t cost_t Z_{t-1} + sum_t w(p_t) theta q^c gain_t(p_t),
 * where q = 1 - theta, c counts the earlier cycles in that cell, Z is the mass not found
 * yet, and gain_t(i) is what a payout in cell i at cycle t is worth on top of going on for
 * ever at the greatest reward of a step. With theta = 1 this is the minimum latency
 * problem: Lucena, Networks 20 (1990); with a search that may overlook: Stone, Theory of
 * Optimal Search (1975). */

/* A move; the best of those that lead there. */
struct walk_arc {
    uint32_t to;
    uint8_t action;
    double cost; /* points below the greatest reward of a step, >= 0 */
};

struct ground {
    uint32_t n, start; /* cells that can be reached */
    uint32_t *first;   /* [n + 1] into arc */
    struct walk_arc *arc;
    uint32_t *cell;   /* [n] cell of the hunt; */
    uint32_t *number; /* [cells of the hunt] and back; NOWHERE: cannot be reached */
    uint32_t n_cells; /* of the hunt */
    double *w;        /* [n] weights, sum 1 */
    double theta, q, prize, best; /* best: greatest reward of a step */
    uint32_t steps;               /* H: rewards that count */
    uint32_t depth;               /* T <= H: cycles searched */
    double *d;                    /* [H + 2] weight of the reward of cycle t, d[1] = 1 */
    double *ahead;                /* [H + 2] sum of the weights from cycle t on */
    uint32_t columns;             /* 1: gains are the same in all cells; else n */
    double *gain;                 /* [(H + 2) * columns], 0 after H */
    double *most;  /* [H + 2] greatest gain of cycle t and all later ones, >= 0 */
    double *left;  /* [T + 1] mass that is not found by cycle t, whatever is done: >= */
    double base;   /* the greatest reward of a step for H cycles */
    double after;  /* rewards after H, when they count: at least this... */
    double beyond; /* ... and at most this */
    uint16_t *far; /* [n * n] moves from cell to cell */
    double *known; /* [(H + 2) * n] one cell has all the weight: what is to go; or NULL */
};
enum { WALK_CELLS = 2048, WALK_COUNTS = 64 };
#define NOWHERE UINT32_MAX

static inline double ground_gain(const struct ground *g, uint32_t t, uint32_t i)
{
    return g->gain[(size_t)t * g->columns + (g->columns > 1 ? i : 0)];
}

/* Whether it is a walk at all; false with *err, which says why not. Cheap but for the first
 * look at the view. */
bool ground_fits(const struct plan *p, bool endless, struct err *err);
/* Bytes that the tables of such a plan take, before anything is made. */
double ground_bytes(const struct plan *p, bool endless);
/* Of a plan that fits. */
struct ground *ground_new(const struct plan *p, bool endless);
void ground_free(struct ground *g);

/* The exact value of a walk over cells path[1 .. H], numbered as in g, without what comes
 * after; `pays`: the first move may. c is scratch [n]. */
double ground_value(const struct ground *g, const uint32_t *path, bool pays, uint32_t *c);
/* The arc from one cell to the next; NULL: there is none. */
const struct walk_arc *ground_arc(const struct ground *g, uint32_t from, uint32_t to);
static inline double ground_cost(const struct ground *g, uint32_t from, uint32_t to)
{
    const struct walk_arc *arc = ground_arc(g, from, to);
    return arc ? arc->cost : HUGE_VAL;
}

#endif
