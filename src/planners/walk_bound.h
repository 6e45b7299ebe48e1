#ifndef WALK_BOUND_H
#define WALK_BOUND_H

#include "walk_ground.h"

/* An upper bound of all walks by relaxation. A table r_i(t, l) >= 0 says what a visit to
 * cell i at cycle t is credited when l earlier ones, 0 or at least 1, are remembered; the
 * cell pays the least credit of those that its true count allows back. Then
 *     J <= max over walks of sum_t w r(t, l_t)
 *          + sum_i w_i max over t_0 < t_1 < ... of
 *                sum_k m_k gain(t_k) - min_{l <= k} r(t_k, l)
 * with m_k = theta q^k, where a walk remembers, of the cells of a neighbourhood, whether it
 * has been there, and forgets them where it leaves that: Baldacci, Mingozzi & Roberti, "New
 * route relaxation and pricing strategies for the vehicle routing problem", Operations
 * Research 59 (2011). Every table is a proof, and better ones are found by subgradients,
 * whose steps are scaled as of Kingma & Ba, "Adam" (2015).
 */
enum { NEAR_FEW = 4, NEAR_MAX = 10, WALK_LEVELS = 2 };

struct bound {
    const struct ground *g;   /* borrowed */
    uint32_t counts;          /* visits that cells count one by one */
    double *m, *power;        /* [counts + 1] theta q^k; [256] q^k */
    uint32_t most_bits, bits; /* cells that are remembered: at most, and now */
    uint32_t masks;           /* 1 << bits */
    uint32_t *n_near;         /* [n] cells with weight near each... */
    uint32_t *near;           /* [n][NEAR_MAX] the nearest first */
    uint16_t *map;    /* [arcs][masks] memory after the move, and above it the level */
    double *r, *best; /* [T + 1][n][2] credits now, and of the least bound */
    double *ahead;    /* [T + 1][n][masks] credit to go of the walk */
    double *rest;     /* [T + 1][n][counts + 1] w times what the cell keeps */
    double *spread;   /* [n][2][masks] scratch */
    uint32_t *to;     /* [T + 1] cells of the relaxed walk... */
    uint8_t *level;   /* [T + 1] ... and what it remembered of them */
    uint32_t knot, n_knots; /* the credits are linear between knots so far apart */
    double *x, *slope, *first, *second; /* [n][knots][2]; Adam's moments */
    uint64_t rounds;                    /* since the last bound_warm() */
    double end;                         /* what mass not found by T may be worth then */
    double upper;                       /* the least of all tables so far */
};

/* ---- walk_prices.c: which table */

/* Takes at most so many bytes where it can. Tables that charge each count of visits a
 * price are tried at once. */
struct bound *bound_new(const struct ground *g, size_t bytes);
void bound_free(struct bound *b);
size_t bound_bytes(const struct ground *g, uint32_t bits);
/* Begins to step anew from where the credits are, with knots so far apart. */
void bound_warm(struct bound *b, uint32_t knot);
/* One step of at most `rate` points per credit. */
void bound_round(struct bound *b, double rate);
/* ---- walk_bound.c: what a table proves */

/* The bound of the credits as they are: noted if it is the least. */
double bound_evaluate(struct bound *b);
/* The slopes of it. */
void bound_blame(struct bound *b);
void bound_look_around(struct bound *b); /* which are near, in the beginning */
/* Remembers so many cells, at most most_bits: few are fast, many are precise. */
void bound_remember(struct bound *b, uint32_t bits);
/* Makes `ahead` and `rest` of the best table, with all memory there is: what labels are
 * completed by. */
void bound_settle(struct bound *b);

/* Credit to go of a walk that is in a cell after cycle t >= 1, these visits behind it. */
double bound_ahead(const struct bound *b, uint32_t t, uint32_t at, const uint8_t *visits);
/* Of visits k <= 255. */
static inline double bound_rest(const struct bound *b, uint32_t t, uint32_t i, uint32_t k)
{
    const double *rest = b->rest + ((size_t)t * b->g->n + i) * ((size_t)b->counts + 1);
    if (k < b->counts)
        return rest[k];
    return rest[b->counts] * b->power[k - b->counts];
}
/* Most that a walk with this first arc is worth; after bound_settle(). */
double bound_first(const struct bound *b, const struct walk_arc *arc);

#endif
