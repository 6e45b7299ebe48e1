#include "config.h"

#include "bits.h"
#include "bytes.h"
#include "ctw.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A run of contexts, from the depth after its parent's `last` down to `last`. */
struct node {
    /* What it has learned. */
    uint32_t seen[2]; /* zeros and ones that followed */
    float odds;    /* of stopping in the run against going deeper: odds x 2^scale, with */
    int32_t scale; /* odds in [1, 2); without meaning in a leaf */
    /* Where it stands. */
    uint32_t child[2]; /* by the context bit at depth `last`; 0: never seen */
    uint32_t pos;      /* the bits before it are the context, down to `last` */
    uint32_t last;
};
enum { HALF = 16, LEARNED = 0, PLACE = 1 };
_Static_assert(sizeof(struct node) == 2 * HALF, "two nodes a cache line");

/* Half of a node as it was. */
struct entry {
    uint32_t half; /* 2 x node + LEARNED or PLACE */
    unsigned char was[HALF];
};

struct tree {
    uint32_t root, depth;
};

/* The nodes from root to leaf for the current context, and what follows from them: their KT
 * estimates of a one, the chances of stopping at them, and p[i], the weighted probability
 * of a one at node i and below; p[n] is what is below the last, which is a leaf: its
 * own. */
struct path {
    uint32_t n;
    uint32_t *at;
    double *kt, *stop, *p;
};

struct ctw {
    struct predictor base;
    struct bits bits;
    struct node *pool; /* owned; [0] stands for "none" */
    uint32_t n_nodes, cap, max_nodes;
    struct entry *journal; /* owned */
    uint64_t n_journal, journal_cap;
    uint32_t deepest;
    double *below; /* owned, [deepest + 2]: 1 - 2^-k */
    struct path path;
    uint32_t n_trees;
    struct tree tree[];
};

struct snapshot {
    uint64_t n_bits, n_journal, n_nodes;
};

static struct ctw *ctw_of(const struct predictor *p) { return (struct ctw *)(uintptr_t)p; }

/* m 2^e as a double; beyond 2^±1000 the other side of the odds no longer counts. */
static inline double scaled(double m, int32_t e)
{
    e = e > 1000 ? 1000 : e < -1000 ? -1000 : e;
    uint64_t bits = (uint64_t)(e + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return m * power;
}

/* Stores positive x 2^e into (odds, scale). x must be a normal float. */
static inline void normalise(double x, int32_t e, float *odds, int32_t *scale)
{
    float f = (float)x;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    *scale = e + (int32_t)(bits >> 23) - 127;
    bits = (bits & 0x7fffff) | 0x3f800000;
    memcpy(odds, &bits, sizeof bits);
}

static void grow_pool(struct ctw *c)
{
    uint32_t cap = c->cap < c->max_nodes / 2 ? 2 * c->cap : c->max_nodes;
    struct node *pool = xalloc_spread((size_t)cap + 1, sizeof *pool);
    if (c->pool)
        memcpy(pool, c->pool, (size_t)c->n_nodes * sizeof *pool);
    free(c->pool);
    c->pool = pool;
    c->cap = cap;
}

/* Room for whatever one bit may need. */
static void reserve(struct ctw *c)
{
    bits_reserve(&c->bits);
    if (c->n_nodes + 2 > c->cap && c->cap < c->max_nodes)
        grow_pool(c);
    if (c->n_journal + c->deepest + 3 > c->journal_cap) {
        c->journal_cap = 2 * c->journal_cap + c->deepest + 3;
        c->journal = xrealloc(c->journal, c->journal_cap, sizeof *c->journal);
    }
}

/* The odds of a run of `upper` contexts above one of `lower` that it was cut from, both
 * with the counts of the whole, which had the odds *v. With rho = P_kt / (P_w0 P_w1) below:
 *     whole (2^(u+l) - 1) rho, lower (2^l - 1) rho,
 *     upper (2^u - 1) P_kt / P_w(lower) = (2^u - 1) 2^l rho / (1 + odds of lower). */
static void cut_odds(const struct ctw *c, struct node *v, struct node *low, uint32_t upper,
                     uint32_t lower)
{
    double rho = (double)v->odds / c->below[upper + lower];
    int32_t e = v->scale;
    normalise(rho * c->below[lower], e - (int32_t)upper, &low->odds, &low->scale);
    double up = rho * c->below[upper];
    if (low->scale > 60)
        normalise(up / (double)low->odds, e - low->scale, &v->odds, &v->scale);
    else
        normalise(up / (1 + scaled((double)low->odds, low->scale)), e, &v->odds, &v->scale);
}

static void *half_of(const struct ctw *c, uint32_t half)
{
    return (unsigned char *)c->pool + (size_t)half * HALF;
}

/* Writes half of a node, as it is now, into the journal; returns its end. */
static inline struct entry *keep(const struct ctw *c, struct entry *log, uint32_t half)
{
    log->half = half;
    memcpy(log->was, half_of(c, half), HALF);
    return log + 1;
}

static uint32_t new_leaf(struct ctw *c, uint32_t depth)
{
    uint32_t x = c->n_nodes++;
    c->pool[x] = (struct node){ .odds = 1, .pos = (uint32_t)c->bits.n, .last = depth };
    return x;
}

/* Cuts run x, which starts at depth `top`, after depth `at`, where the current context
 * leaves it; that context gets a leaf. Its node has been journalled. */
static void cut(struct ctw *c, const struct tree *tree, uint32_t x, uint32_t top,
                uint32_t at)
{
    uint32_t y = c->n_nodes++;
    struct node *v = &c->pool[x], *low = &c->pool[y];
    unsigned side = bits_at(&c->bits, v->pos - 1 - at);
    *low = *v;
    if (v->last == tree->depth) /* a leaf: P_w = P_kt all along */
        normalise(c->below[at + 1 - top], (int32_t)(at + 1 - top), &v->odds, &v->scale);
    else
        cut_odds(c, v, low, at + 1 - top, v->last - at);
    v->last = at;
    v->child[side] = y;
    v->child[!side] = new_leaf(c, tree->depth);
}

/* Appends node x, as it is now, to the path. The arithmetic is done here and not in a loop
 * of its own, because here the processor has nothing to do but wait for the next node. */
static inline void visit(struct path *path, const struct node *v, uint32_t x)
{
    uint32_t i = path->n++;
    double zeros = (int32_t)v->seen[0], ones = (int32_t)v->seen[1];
    double odds = scaled((double)v->odds, v->scale);
    path->at[i] = x;
    path->kt[i] = (ones + 0.5) / (zeros + ones + 1);
    path->stop[i] = odds / (1 + odds);
}

/* A context that the tree has not seen: below node x when `at` is its last depth, else in
 * the middle of its run. Returns the journal's end. */
static struct entry *branch(struct ctw *c, const struct tree *tree, struct entry *log,
                            uint32_t top, uint32_t at)
{
    struct path *p = &c->path;
    uint32_t x = p->at[p->n - 1];
    if (c->n_nodes + 2 > c->max_nodes) {
        p->n -= at < c->pool[x].last; /* the parent serves for all that follows */
        return log;
    }
    log = keep(c, log, 2 * x + PLACE);
    if (at < c->pool[x].last) {
        cut(c, tree, x, top, at);
        p->n--;
        visit(p, &c->pool[x], x);
    } else {
        c->pool[x].child[bits_at(&c->bits, c->bits.n - 1 - at)] = new_leaf(c, tree->depth);
    }
    visit(p, &c->pool[c->n_nodes - 1], c->n_nodes - 1);
    return log;
}

/* The context bit at depth d; newest: the first 64 of them. */
static inline unsigned side_at(const struct bits *b, uint64_t newest, uint32_t d)
{
    return d < 64 ? (unsigned)(newest >> (63 - d) & 1) : bits_at(b, b->n - 1 - d);
}

/* Lays out the path of the current context, making it where it is new. */
static void walk(struct ctw *c, const struct tree *tree)
{
    const uint64_t now = c->bits.n, newest = bits_before(&c->bits, now);
    const uint32_t depth = tree->depth;
    struct entry *log = c->journal + c->n_journal;
    struct path path = c->path; /* its pointers in registers */
    uint32_t x = tree->root, top = 0;
    path.n = 0;
    for (;;) {
        const struct node *v = &c->pool[x];
        const uint32_t last = v->last, run = last - top;
        log = keep(c, log, 2 * x + LEARNED);
        visit(&path, v, x);
        uint32_t same = run ? bits_agree(&c->bits, now - top, v->pos - top, run) : 0;
        uint32_t next =
            same < run || last == depth ? 0 : v->child[side_at(&c->bits, newest, last)];
        if (!next) {
            c->path.n = path.n;
            if (same < run || last < depth)
                log = branch(c, tree, log, top, top + same);
            break;
        }
        x = next;
        top = last + 1;
    }
    c->n_journal = (uint64_t)(log - c->journal);
}

static void weigh(struct path *path)
{
    const uint32_t n = path->n;
    const double *kt = path->kt, *stop = path->stop;
    double *p = path->p, below = kt[n - 1];
    p[n] = p[n - 1] = below;
    for (uint32_t i = n - 1; i-- > 0;)
        p[i] = below += stop[i] * (kt[i] - below);
}

static double predict(struct predictor *base, unsigned slot)
{
    struct ctw *c = ctw_of(base);
    const struct tree *tree = &c->tree[c->n_trees > 1 ? slot : 0];
    reserve(c);
    c->path.n = 0;
    if (c->bits.n < tree->depth)
        return 0.5;
    walk(c, tree);
    weigh(&c->path);
    return c->path.p[0];
}

/* beta <- beta P_kt(bit) / P_w(bit | below), and one more count. */
static void update(struct predictor *base, unsigned bit)
{
    struct ctw *c = ctw_of(base);
    const struct path path = c->path;
    struct node *const pool = c->pool;
    const double other = !bit; /* |other - P(1)| is P(bit) */
    for (uint32_t i = 0; i < path.n; i++) {
        struct node *v = &pool[path.at[i]];
        v->seen[bit]++;
        if (i + 1 == path.n)
            break; /* nothing is below: odds times 1 */
        double ratio = fabs(other - path.kt[i]) / fabs(other - path.p[i + 1]);
        normalise((double)v->odds * ratio, v->scale, &v->odds, &v->scale);
    }
    bits_push(&c->bits, bit);
}

static void append(struct predictor *base, unsigned bit)
{
    struct ctw *c = ctw_of(base);
    bits_reserve(&c->bits);
    bits_push(&c->bits, bit);
}

static void save(const struct predictor *base, void *snap)
{
    const struct ctw *c = ctw_of(base);
    struct snapshot s = { c->bits.n, c->n_journal, c->n_nodes };
    memcpy(snap, &s, sizeof s);
}

static void restore(struct predictor *base, const void *snap)
{
    struct ctw *c = ctw_of(base);
    struct snapshot s;
    memcpy(&s, snap, sizeof s);
    while (c->n_journal > s.n_journal) {
        const struct entry *e = &c->journal[--c->n_journal];
        memcpy(half_of(c, e->half), e->was, HALF);
    }
    c->n_nodes = (uint32_t)s.n_nodes;
    c->bits.n = s.n_bits;
}

static void commit(struct predictor *base) { ctw_of(base)->n_journal = 0; }

/* Which forest it is and how large, then the history, then the nodes in use. */
struct frozen {
    uint32_t trees, depth, max_nodes, n_nodes;
};

static struct frozen shape_of(const struct ctw *c)
{
    return (struct frozen){ c->n_trees, c->tree[0].depth, c->max_nodes, c->n_nodes };
}

static size_t frozen_size(const struct predictor *base)
{
    const struct ctw *c = ctw_of(base);
    return sizeof(struct frozen) + bits_frozen_size(&c->bits) +
           (c->n_nodes - 1) * sizeof *c->pool;
}

static void freeze(const struct predictor *base, void *bytes)
{
    const struct ctw *c = ctw_of(base);
    struct frozen shape = shape_of(c);
    bytes = bytes_put(bytes, &shape, sizeof shape);
    bytes = bits_freeze(&c->bits, bytes);
    bytes_put(bytes, c->pool + 1, (c->n_nodes - 1) * sizeof *c->pool);
}

static bool thaw(struct predictor *base, const void *bytes, struct err *err)
{
    struct ctw *c = ctw_of(base);
    struct frozen mine = shape_of(c), then;
    bytes = bytes_take(bytes, &then, sizeof then);
    if (then.trees != mine.trees || then.depth != mine.depth ||
        then.max_nodes != mine.max_nodes)
        return err_set(err, "what was frozen is no %s of depth %u", base->ops->name,
                       mine.depth);
    bytes = bits_thaw(&c->bits, bytes);
    while (c->cap < then.n_nodes)
        grow_pool(c);
    c->n_nodes = then.n_nodes;
    bytes_take(bytes, c->pool + 1, (c->n_nodes - 1) * sizeof *c->pool);
    c->path.n = 0;
    commit(base);
    return true;
}

static size_t bytes(const struct predictor *base)
{
    const struct ctw *c = ctw_of(base);
    return c->n_nodes * sizeof *c->pool + c->bits.cap / 8;
}

/* A run's mass spreads over its k contexts as 1/2, 1/4, ... of the prior, renormalised. */
static size_t orders(struct predictor *base, unsigned slot, double *weight, size_t cap)
{
    struct ctw *c = ctw_of(base);
    struct snapshot s;
    save(base, &s);
    predict(base, slot);
    uint32_t depth = c->tree[c->n_trees > 1 ? slot : 0].depth, d = 0;
    double rest = 1;
    for (size_t i = 0; i < cap; i++)
        weight[i] = 0;
    for (uint32_t i = 0; i < c->path.n; i++) {
        uint32_t last = c->pool[c->path.at[i]].last, k = last + 1 - d;
        bool leaf = i + 1 == c->path.n;
        double here = leaf ? rest : rest * c->path.stop[i];
        double part = leaf ? here : here / c->below[k];
        for (; d <= last && d < cap; d++)
            weight[d] = leaf && d == depth ? part : (part /= 2);
        rest -= here;
        d = last + 1;
    }
    restore(base, &s);
    return depth + 1 < cap ? depth + 1 : cap;
}

static void free_ctw(struct predictor *base)
{
    struct ctw *c = ctw_of(base);
    struct path *p = &c->path;
    bits_release(&c->bits);
    free(c->pool);
    free(c->journal);
    free(c->below);
    free(p->at);
    free(p->kt);
    free(p->stop);
    free(p->p);
    free(c);
}

static const struct predictor_ops ops = {
    .name = "ctw",
    .predict = predict,
    .update = update,
    .append = append,
    .save = save,
    .restore = restore,
    .commit = commit,
    .frozen_size = frozen_size,
    .freeze = freeze,
    .thaw = thaw,
    .free = free_ctw,
    .bytes = bytes,
    .orders = orders,
};

static void open_path(struct path *p, size_t n)
{
    p->at = xcalloc(n, sizeof *p->at);
    p->kt = xcalloc_line(n, sizeof *p->kt);
    p->stop = xcalloc_line(n, sizeof *p->stop);
    p->p = xcalloc_line(n + 1, sizeof *p->p);
}

struct predictor *ctw_new(const struct ctw_conf *conf)
{
    struct ctw *c = xcalloc(1, sizeof *c + conf->trees * sizeof *c->tree);
    c->base =
        (struct predictor){ &ops, sizeof(struct snapshot), conf->depth + conf->trees - 1 };
    c->deepest = c->base.context;
    c->max_nodes = conf->max_nodes;
    c->cap = conf->trees + 1 > 512 ? conf->trees + 1 : 512;
    grow_pool(c);
    c->n_nodes = 1;
    c->n_trees = conf->trees;
    for (uint32_t i = 0; i < conf->trees; i++) {
        c->tree[i] = (struct tree){ c->n_nodes, conf->depth + i };
        /* the root is a run of its own, so that every other node has a parent */
        c->pool[c->n_nodes++] = (struct node){ .odds = 1 };
    }
    c->below = xcalloc(c->deepest + 2, sizeof *c->below);
    for (uint32_t k = 0; k < c->deepest + 2; k++)
        c->below[k] = 1 - ldexp(1, -(int)k);
    open_path(&c->path, c->deepest + 3);
    return &c->base;
}

uint32_t ctw_nodes(const struct predictor *p) { return ctw_of(p)->n_nodes - 1; }
