#include "config.h"

#include "ctw_oracle.h"
#include "num.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

struct onode {
    double log_kt, log_pw;
    uint32_t seen[2], child[2];
};

struct oracle {
    unsigned depth;
    unsigned char *bits; /* owned */
    size_t n, cap;
    struct onode *node; /* owned; [0] is "none", [1] the root */
    size_t n_nodes, node_cap;
};

struct oracle *oracle_new(unsigned depth)
{
    struct oracle *o = xcalloc(1, sizeof *o);
    o->depth = depth;
    o->n_nodes = 2;
    o->node_cap = 1024;
    o->node = xcalloc(o->node_cap, sizeof *o->node);
    return o;
}

void oracle_free(struct oracle *o)
{
    free(o->bits);
    free(o->node);
    free(o);
}

void oracle_append(struct oracle *o, unsigned bit)
{
    if (o->n == o->cap) {
        o->cap = 2 * o->cap + 64;
        o->bits = xrealloc(o->bits, o->cap, 1);
    }
    o->bits[o->n++] = (unsigned char)bit;
}

static uint32_t child(struct oracle *o, uint32_t x, unsigned side)
{
    if (!o->node[x].child[side]) {
        if (o->n_nodes == o->node_cap) {
            o->node_cap *= 2;
            o->node = xrealloc(o->node, o->node_cap, sizeof *o->node);
        }
        o->node[o->n_nodes] = (struct onode){ 0 };
        o->node[x].child[side] = (uint32_t)o->n_nodes++;
    }
    return o->node[x].child[side];
}

static void learn(struct oracle *o, uint32_t x, unsigned depth, unsigned bit)
{
    uint32_t below = depth < o->depth ? child(o, x, o->bits[o->n - 1 - depth]) : 0;
    if (below)
        learn(o, below, depth + 1, bit);
    struct onode *v = &o->node[x];
    v->log_kt += log((v->seen[bit] + 0.5) / ((double)v->seen[0] + v->seen[1] + 1));
    v->seen[bit]++;
    v->log_pw = v->log_kt;
    if (below)
        v->log_pw = log_add(v->log_kt - log(2), o->node[v->child[0]].log_pw +
                                                    o->node[v->child[1]].log_pw - log(2));
}

double oracle_update(struct oracle *o, unsigned bit)
{
    double before = oracle_log_prob(o), log_prob = log(0.5);
    if (o->n >= o->depth) {
        learn(o, 1, 0, bit);
        log_prob = oracle_log_prob(o) - before;
    }
    oracle_append(o, bit);
    return log_prob;
}

double oracle_log_prob(const struct oracle *o) { return o->node[1].log_pw; }

/* Everything is an integer over 2^COST_MAX (2^n n!): a tree has P = 2^-cost prod_s KT(a_s,
 * b_s), KT(a, b) = (1/2)(3/2)...(a - 1/2) (1/2)...(b - 1/2) / (a + b)!, and the n_s add up
 * to n, so prod_s 1/n_s! is the multinomial coefficient over n!. */
enum { COST_MAX = 7 };

struct input {
    const unsigned char *bits;
    unsigned n, depth;
};

/* Trees are coded as the list of their splits in preorder: bits of `shape`, used up. */
static unsigned take(uint32_t *shape)
{
    unsigned bit = *shape & 1;
    *shape >>= 1;
    return bit;
}

static uint64_t odd_factorial(unsigned k) /* 1 x 3 x ... x (2k - 1) */
{
    uint64_t f = 1;
    for (unsigned i = 1; i <= k; i++)
        f *= 2 * i - 1;
    return f;
}

static uint64_t binomial(unsigned n, unsigned k)
{
    uint64_t c = 1;
    for (unsigned i = 1; i <= k; i++)
        c = c * (n - k + i) / i;
    return c;
}

struct sum {
    uint64_t product; /* of odd factorials and binomials */
    unsigned cost, placed;
};

/* Contexts are given as their first `depth` newest bits in `context`, newest lowest. */
static void add_node(const struct input *in, uint32_t *shape, unsigned depth,
                     unsigned context, struct sum *s)
{
    unsigned count[2] = { 0, 0 };
    s->cost += depth < in->depth;
    if (depth < in->depth && take(shape)) {
        add_node(in, shape, depth + 1, context, s);
        add_node(in, shape, depth + 1, context | 1U << depth, s);
        return;
    }
    for (unsigned t = in->depth; t < in->n; t++) {
        unsigned same = 1;
        for (unsigned d = 0; d < depth; d++)
            same &= in->bits[t - 1 - d] == (context >> d & 1);
        if (same)
            count[in->bits[t]]++;
    }
    unsigned both = count[0] + count[1];
    s->placed += both;
    s->product *= odd_factorial(count[0]) * odd_factorial(count[1]);
    s->product *= binomial(s->placed, both);
}

/* Number of splits asked about when the answers are `shape`; a shape that leaves answers
 * over is not in normal form. */
static uint64_t tree_term(const struct input *in, uint32_t shape)
{
    struct sum s = { 1, 0, 0 };
    add_node(in, &shape, 0, 0, &s);
    return shape ? 0 : s.product << (COST_MAX - s.cost);
}

uint64_t enumerate_trees(const unsigned char *bits, unsigned n, unsigned depth,
                         uint64_t *denominator)
{
    struct input in = { bits, n, depth };
    uint64_t total = 0, factorial = 1;
    for (unsigned i = 2; i <= n - depth; i++)
        factorial *= i;
    *denominator = factorial << (COST_MAX + n - depth);
    /* a tree of depth 3 asks at most 7 times; trailing "no" answers are the zeros above */
    for (uint32_t shape = 0; shape < 128; shape++)
        total += tree_term(&in, shape);
    return total;
}
