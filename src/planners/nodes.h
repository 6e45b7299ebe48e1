#ifndef NODES_H
#define NODES_H

#include "arena.h"
#include "bounds.h"
#include "lower.h"
#include "upper.h"

/* Beliefs that a search has met, each once however it is come to, with what may happen
 * next and the bounds known so far. Two beliefs are one where no chance differs by more
 * than rounding, which moves no value by more. */
struct arc {
    double p; /* > 0 */
    uint32_t node, outcome;
};

/* An action in a belief. What was found out about it earlier still holds. */
struct branch {
    double reward, lo, hi;
    struct arc *arc; /* NULL: not looked at, hi is from bounds that need no search */
    uint32_t n;
};

struct node {
    struct sparse b;
    double *inverse;         /* NULL: it is no point */
    double lo, hi, base;     /* base: corners . b */
    uint32_t set, support;   /* states of positive chance */
    uint32_t best;           /* vector that is best at it, NO_VECTOR: none was looked for */
    uint32_t lo_age, hi_age; /* vectors and points older than these were looked at */
    uint32_t twin;           /* next node of the same hash */
    struct branch *branch;   /* [n_actions]; NULL: it was not visited */
};
#define NO_NODE_YET UINT32_MAX

struct nodes {
    struct bounds *bounds; /* borrowed */
    struct lower lower;
    struct upper upper;
    struct node *at;
    uint32_t n, cap;
    uint32_t *slot; /* first node of a hash */
    uint32_t n_slots;
    struct arena arena;
    double *tau;            /* scratch: chances by slot of a pair */
    double *cat;            /* scratch: values by slot of a pair */
    double *made;           /* scratch: a vector, a belief */
    uint32_t *where, *next; /* scratch: states; vectors by outcome */
};

void nodes_init(struct nodes *s, struct bounds *bounds);
void nodes_release(struct nodes *s);
size_t nodes_bytes(const struct nodes *s);

/* The node of a belief: states one by one, chances positive, sum 1; copied. */
uint32_t nodes_find(struct nodes *s, uint32_t set, const struct sparse *b);
/* Brings a node's bounds up to what vectors and points say now. */
void nodes_refresh_lo(struct nodes *s, uint32_t node);
void nodes_refresh_hi(struct nodes *s, uint32_t node);
/* The branches of a node, with bounds that need no search. */
void nodes_visit(struct nodes *s, uint32_t node);
/* Looks at one action of a visited node: its arcs, if need be, and the bounds of their
 * ends. */
void nodes_look_hi(struct nodes *s, uint32_t node, unsigned a);
void nodes_look_lo(struct nodes *s, uint32_t node, unsigned a);
/* The action of the highest upper bound, which is then as good as it can be told. */
unsigned nodes_best_hi(struct nodes *s, uint32_t node);

/* Raises the lower bound of a visited node by a vector, and lowers the upper one. True when
 * they moved by more than rounding. */
bool nodes_back_up(struct nodes *s, uint32_t node);
/* Drops vectors that no belief that can still matter, from root on, has for its best. */
void nodes_prune(struct nodes *s, uint32_t root);

#endif
