#include "config.h"

#include "nodes.h"
#include "points.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A trial goes on where the bounds are further apart than this part of what they are at the
 * start: most stay near, where the upper bound is made, and while the bounds are still wide
 * one in eight goes deep, where good plans are found. Either alone is slower. */
static const double NEAR = 0.95, DEEP = 0.2, WIDE = 0.05;
enum { DEEP_EVERY = 8 };
/* Vectors are looked over when there are so many times more than after the last time. */
static const double GROWTH = 1.1;

struct points {
    const struct blocks *b;
    struct steps steps;
    struct bounds *bounds;
    struct nodes nodes;
    uint32_t root;
    uint64_t backups, trials;
    uint32_t pruned;  /* vectors left by the last time */
    double first_gap; /* at the root, before any trial */
    struct leg {
        uint32_t node;
        double enough; /* the gap that does not matter here */
    } * path;
    uint32_t n_path, cap;
};

static uint32_t node_of(struct points *p, const double *belief)
{
    double *in = xcalloc(p->b->largest, sizeof *in);
    double *chance = xcalloc(p->b->largest, sizeof *in), sum = 0;
    uint32_t *at = xcalloc(p->b->largest, sizeof *at);
    struct sparse s = { chance, at, 0 };
    uint32_t x = blocks_belief(p->b, belief, in), node = NO_NODE_YET;
    for (uint32_t y = 0; x < p->b->n && y < block_size(p->b, x); y++)
        sum += in[y];
    for (uint32_t y = 0; x < p->b->n && y < block_size(p->b, x); y++)
        if (in[y] > 0) {
            at[s.n] = y;
            chance[s.n++] = in[y] / sum;
        }
    if (x < p->b->n)
        node = nodes_find(&p->nodes, x, &s);
    free(in);
    free(chance);
    free(at);
    return node;
}

bool points_move(struct points *p, const double *belief)
{
    uint32_t node = node_of(p, belief);
    if (node == NO_NODE_YET)
        return false;
    p->root = node;
    nodes_visit(&p->nodes, node);
    nodes_refresh_lo(&p->nodes, node);
    nodes_refresh_hi(&p->nodes, node);
    p->first_gap = p->nodes.at[node].hi - p->nodes.at[node].lo;
    return true;
}

struct points *points_new(const struct blocks *b, const struct steps *steps, size_t bytes)
{
    struct points *p = xcalloc(1, sizeof *p);
    *p = (struct points){ .b = b, .steps = *steps };
    p->bounds = bounds_new(b, steps, bytes);
    nodes_init(&p->nodes, p->bounds);
    for (uint32_t k = 0; k < p->bounds->n_plans; k++) {
        free(p->bounds->plan[k].value); /* they are vectors now */
        p->bounds->plan[k].value = NULL;
    }
    p->pruned = p->nodes.lower.kept;
    points_move(p, b->p->start);
    return p;
}

void points_free(struct points *p)
{
    if (!p)
        return;
    nodes_release(&p->nodes);
    bounds_free(p->bounds);
    free(p->path);
    free(p);
}

/* ---- trials */

static void go(struct points *p, uint32_t node, double enough)
{
    if (p->n_path == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 64;
        p->path = xrealloc(p->path, p->cap, sizeof *p->path);
    }
    p->path[p->n_path++] = (struct leg){ node, enough };
    nodes_visit(&p->nodes, node);
}

/* Where most of the gap comes from: by what seems best, to what is likely and not known.
 * False: it is all known well enough. */
static bool go_on(struct points *p)
{
    struct nodes *s = &p->nodes;
    struct leg from = p->path[p->n_path - 1];
    unsigned a = nodes_best_hi(s, from.node);
    nodes_look_lo(s, from.node, a);
    const struct branch *br = &s->at[from.node].branch[a];
    double enough = from.enough / p->steps.g[s->at[from.node].set / p->b->n], most = 0;
    uint32_t next = NO_NODE_YET;
    for (uint32_t i = 0; i < br->n; i++) {
        const struct node *n = &s->at[br->arc[i].node];
        double excess = br->arc[i].p * (n->hi - n->lo - enough);
        if (excess > most) {
            most = excess;
            next = br->arc[i].node;
        }
    }
    if (next == NO_NODE_YET)
        return false;
    go(p, next, enough);
    return true;
}

static bool must_stop(const struct points_stop *stop)
{
    return stop && stop->now(stop->context);
}

static void look_over(struct points *p)
{
    if (p->nodes.lower.kept <= GROWTH * p->pruned + 10)
        return;
    nodes_prune(&p->nodes, p->root);
    p->pruned = p->nodes.lower.kept;
}

bool points_trial(struct points *p, const struct points_stop *stop)
{
    const struct node *root = &p->nodes.at[p->root];
    double wide = root->hi - root->lo;
    bool deep = ++p->trials % DEEP_EVERY == 0 && wide > WIDE * p->first_gap;
    bool moved = false;
    p->n_path = 0;
    go(p, p->root, (deep ? DEEP : NEAR) * wide);
    while (!must_stop(stop) && go_on(p))
        ;
    while (p->n_path) {
        moved |= nodes_back_up(&p->nodes, p->path[--p->n_path].node);
        p->backups++;
    }
    look_over(p);
    return moved;
}

/* ---- what is known */

const struct nodes *points_nodes(struct points *p, uint32_t *start)
{
    nodes_refresh_lo(&p->nodes, p->root);
    *start = p->nodes.at[p->root].best;
    return &p->nodes;
}

struct points_told points_told(struct points *p, double *lo, double *hi)
{
    struct nodes *s = &p->nodes;
    for (unsigned a = 0; lo && hi && a < p->b->n_actions; a++) {
        nodes_look_hi(s, p->root, a);
        nodes_look_lo(s, p->root, a);
        lo[a] = s->at[p->root].branch[a].lo;
        hi[a] = s->at[p->root].branch[a].hi;
    }
    const struct node *root = &s->at[p->root];
    return (struct points_told){ root->lo,      root->hi,
                                 p->backups,    p->trials,
                                 s->lower.kept, s->upper.kept,
                                 s->n,          nodes_bytes(s) + p->bounds->bytes };
}
