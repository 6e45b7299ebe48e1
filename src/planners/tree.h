#ifndef TREE_H
#define TREE_H

#include "percept.h"
#include "rng.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The tree of a search: histories, and what is known of the actions after each. A history
 * is named by a number; all of them lie in one arena, whose size is fixed when it is
 * made. */
enum {
    NONE = 0, /* no node */
    ROOT = 1,
    TABLE = 4096 /* visit counts whose roots are looked up */
};
static const double UNTRIED = 1e300; /* beats every value, ties with its like */

/* A history. Behind this header stand, for n_actions actions each,
 *     double q[]   mean utility-to-go; UNTRIED before the first visit
 *     float rs[]   1 / sqrt(n)
 *     uint32_t n[] visits
 *     uint32_t child[]  first of the histories after (h, a), linked by next
 * so that five actions fill two cache lines. */
struct node {
    uint64_t percept; /* that led here */
    uint32_t visits;
    uint32_t next; /* sibling with another percept */
    uint32_t best; /* bit a: action a has the greatest score */
};

struct tree {
    unsigned char *arena, *spare; /* owned; spare only where subtrees are kept */
    uint32_t n_actions;
    uint32_t used, most; /* nodes in use; that there is room for */
    double explore;      /* C of UCB1 */
    double inv[TABLE];   /* 1 / n */
    float rs_of[TABLE];  /* 1 / sqrt(n) */
    float bonus[TABLE];  /* C sqrt(ln n) */
};

void tree_open(struct tree *t, uint32_t n_actions, uint32_t most, double explore,
               bool keeps);
void tree_close(struct tree *t);
/* Leaves a root alone whose actions are untried. */
void tree_clear(struct tree *t);
/* Leaves the subtree of `from`; its scores are to be had from tree_score(). */
void tree_keep(struct tree *t, uint32_t from);
/* Scores all histories of a subtree that was kept; those at depth d by inv_range[d]. */
void tree_score(struct tree *t, const double *inv_range);

/* ---- What follows is where a search spends its time. `n` is the number of actions: given
 * as a constant, it makes the places of the arrays constants too. */

static inline size_t node_size(uint32_t n)
{
    size_t line = 64, each = sizeof(double) + sizeof(float) + 2 * sizeof(uint32_t);
    size_t size = sizeof(struct node) + n * each;
    return (size + line - 1) / line * line;
}

static inline struct node *node_at(const struct tree *t, uint32_t n, uint32_t i)
{
    return (struct node *)(void *)(t->arena + i * node_size(n));
}

static inline double *node_q(struct node *v) { return (double *)(void *)(v + 1); }

static inline float *node_rs(struct node *v, uint32_t n)
{
    return (float *)(void *)(node_q(v) + n);
}

static inline uint32_t *node_n(struct node *v, uint32_t n)
{
    return (uint32_t *)(void *)(node_rs(v, n) + n);
}

static inline uint32_t *node_child(struct node *v, uint32_t n) { return node_n(v, n) + n; }

/* NONE when the arena is full. */
static inline uint32_t node_new(struct tree *t, uint32_t n, uint64_t percept)
{
    if (t->used >= t->most)
        return NONE;
    uint32_t i = ++t->used;
    struct node *v = node_at(t, n, i);
    *v = (struct node){ .percept = percept, .best = UINT32_MAX >> (32 - n) };
    double *q = node_q(v);
    for (uint32_t a = 0; a < n; a++)
        q[a] = UNTRIED;
    memset(node_rs(v, n), 0, n * (sizeof(float) + 2 * sizeof(uint32_t)));
    return i;
}

/* The history after (v, action, percept), or NONE. */
static inline uint32_t find_child(const struct tree *t, uint32_t n, struct node *v,
                                  unsigned action, uint64_t percept)
{
    uint32_t i = node_child(v, n)[action];
    while (i != NONE && node_at(t, n, i)->percept != percept)
        i = node_at(t, n, i)->next;
    return i;
}

/* Makes that history, where there is none yet, as one that was visited once. NONE: no
 * room. */
static inline uint32_t add_child(struct tree *t, uint32_t n, struct node *v,
                                 unsigned action, uint64_t percept)
{
    uint32_t *first = &node_child(v, n)[action], i = node_new(t, n, percept);
    if (i == NONE)
        return NONE;
    struct node *leaf = node_at(t, n, i);
    leaf->visits = 1;
    leaf->next = *first;
    return *first = i;
}

/* UCB1 on normalised values (Auer et al. 2002; Kocsis & Szepesvari 2006). The lower end of
 * the range is the same for all actions and cancels. Two passes without branches: which
 * action is best cannot be foreseen. */
__attribute__((always_inline)) static inline void score(const struct tree *t, uint32_t n,
                                                        struct node *v, double inv_range)
{
    const double *q = node_q(v);
    const float *rs = node_rs(v, n);
    double bonus = v->visits < TABLE ? (double)t->bonus[v->visits]
                                     : t->explore * sqrt(log((double)v->visits));
    double ucb[ACTIONS_MAX], top = -HUGE_VAL;
    uint32_t best = 0;
    for (uint32_t a = 0; a < n; a++) {
        ucb[a] = q[a] * inv_range + bonus * (double)rs[a];
        top = ucb[a] > top ? ucb[a] : top;
    }
    for (uint32_t a = 0; a < n; a++)
        best |= (uint32_t)(ucb[a] >= top) << a;
    v->best = best;
}

/* A sample through (v, action) was worth `value`. The history is scored at once, not when
 * it is next come by: then the sample waits for nothing on its way down, and the histories
 * of a path can be scored side by side. Untried actions are the best as long as there are
 * some. */
__attribute__((always_inline)) static inline void back_up(const struct tree *t, uint32_t n,
                                                          struct node *v, unsigned action,
                                                          double value, double inv_range)
{
    double *q = node_q(v) + action;
    uint32_t visits = ++node_n(v, n)[action];
    v->visits++;
    *q = visits == 1 ? value
                     : *q + (value - *q) * (visits < TABLE ? t->inv[visits] : 1.0 / visits);
    node_rs(v, n)[action] = visits < TABLE ? t->rs_of[visits] : 1.0f / sqrtf((float)visits);
    uint32_t others = v->best & ~(1u << action);
    if (visits == 1 && others)
        v->best = others;
    else
        score(t, n, v, inv_range);
}

/* Set bits of x; the builtin is a call where the processor is not known to count them. */
static inline uint32_t count_bits(uint32_t x)
{
    x -= x >> 1 & 0x55555555u;
    x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
    return ((x + (x >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24;
}

static inline unsigned random_bit(uint32_t mask, struct rng *rng)
{
    for (uint32_t k = rng_below(rng, count_bits(mask)); k; k--)
        mask &= mask - 1;
    return (unsigned)__builtin_ctz(mask);
}

/* The action to try next, ties at random. */
static inline unsigned choose(const struct node *v, struct rng *rng)
{
    uint32_t best = v->best;
    return best & (best - 1) ? random_bit(best, rng) : (unsigned)__builtin_ctz(best);
}

#endif
