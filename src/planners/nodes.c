#include "config.h"

#include "hash.h"
#include "nodes.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Chances that differ by no more than this part of them are the same: what products of the
 * same factors in another order differ by, many times over. The values of two such beliefs
 * differ by this part of their range at most. */
static const double SAME = 1e-14;

/* Chances below this are none: sums of all that they are part of do not feel it, and their
 * inverse is a number. */
static const double TINY = 1e-17;

/* Bounds have moved when they did by more than this part of what they are. */
static const double MOVED = 1e-13;

static const struct blocks *blocks_in(const struct nodes *s) { return s->bounds->b; }

void nodes_init(struct nodes *s, struct bounds *bounds)
{
    const struct blocks *b = bounds->b;
    size_t pairs = (size_t)b->n * b->n_actions;
    uint32_t slots = 0, outcomes = 0;
    for (size_t i = 0; i < pairs; i++) {
        uint32_t n = b->slots[i + 1] - b->slots[i];
        uint32_t m = b->outcomes[i + 1] - b->outcomes[i];
        slots = n > slots ? n : slots;
        outcomes = m > outcomes ? m : outcomes;
    }
    *s = (struct nodes){ .bounds = bounds, .n_slots = 1 << 10 };
    lower_init(&s->lower, bounds);
    upper_init(&s->upper, bounds);
    s->slot = xcalloc(s->n_slots, sizeof *s->slot);
    memset(s->slot, 0xff, s->n_slots * sizeof *s->slot);
    s->tau = xcalloc(slots, sizeof *s->tau);
    s->cat = xcalloc(slots, sizeof *s->cat);
    s->made = xcalloc(b->largest, sizeof *s->made);
    s->where = xcalloc(b->largest, sizeof *s->where);
    s->next = xcalloc(outcomes, sizeof *s->next);
}

void nodes_release(struct nodes *s)
{
    lower_release(&s->lower);
    upper_release(&s->upper);
    arena_release(&s->arena);
    free(s->at);
    free(s->slot);
    free(s->tau);
    free(s->cat);
    free(s->made);
    free(s->where);
    free(s->next);
}

size_t nodes_bytes(const struct nodes *s)
{
    return s->arena.bytes + s->cap * sizeof *s->at + s->n_slots * sizeof *s->slot +
           lower_bytes(&s->lower) + s->upper.bytes;
}

/* ---- each belief once */

/* Of the chances to nine digits, with borders that are no round numbers. */
static uint64_t hash_of(uint32_t set, const struct sparse *b)
{
    uint64_t h = hash_word(HASH_START, set);
    for (uint32_t i = 0; i < b->n; i++)
        if (b->p[i] > 0)
            h = hash_word(h, (uint64_t)(b->p[i] * 0x1p30 + 0.3712) << 20 ^
                                 (b->at ? b->at[i] : i));
    return h;
}

/* Whether a node is about belief b, whose states stand one by one. */
static bool same(const struct node *n, uint32_t set, const struct sparse *b)
{
    if (n->set != set || n->support != b->n)
        return false;
    for (uint32_t i = 0; i < b->n; i++) {
        double p = n->b.p[n->b.at ? i : b->at[i]];
        if (fabs(p - b->p[i]) > SAME * b->p[i] || (n->b.at && n->b.at[i] != b->at[i]))
            return false;
    }
    return true;
}

static void rehash(struct nodes *s)
{
    s->n_slots *= 4;
    s->slot = xrealloc(s->slot, s->n_slots, sizeof *s->slot);
    memset(s->slot, 0xff, s->n_slots * sizeof *s->slot);
    for (uint32_t i = 0; i < s->n; i++) {
        uint64_t h = hash_of(s->at[i].set, &s->at[i].b) & (s->n_slots - 1);
        s->at[i].twin = s->slot[h];
        s->slot[h] = i;
    }
}

/* max_a b . Q(., a), or corners . b where there is no Q. */
static double informed(const struct nodes *s, const struct node *n)
{
    const struct blocks *b = blocks_in(s);
    double top = -HUGE_VAL;
    uint32_t t = n->set / b->n, x = n->set % b->n;
    if (!s->bounds->q)
        return n->base;
    const double *q = s->bounds->q + t * bounds_rows(b) + block_row(b, x, 0);
    for (unsigned a = 0; a < b->n_actions; a++)
        top = fmax(top, sparse_dot(&n->b, q + (size_t)a * block_size(b, x)));
    return top;
}

/* States one by one where they are few, else all of the block: sums are faster then. */
static struct sparse copy(struct nodes *s, uint32_t set, const struct sparse *b)
{
    uint32_t size = block_size(blocks_in(s), set % blocks_in(s)->n);
    bool few = 2 * b->n < size;
    struct sparse c = { .n = few ? b->n : size };
    double *p = arena_take(&s->arena, c.n, sizeof *p);
    uint32_t *at = few ? arena_take(&s->arena, c.n, sizeof *at) : NULL;
    memset(p, 0, c.n * sizeof *p);
    for (uint32_t i = 0; i < b->n; i++)
        p[few ? i : b->at[i]] = b->p[i];
    if (few)
        memcpy(at, b->at, c.n * sizeof *at);
    c.p = p;
    c.at = at;
    return c;
}

static uint32_t add(struct nodes *s, uint32_t set, const struct sparse *b)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 256;
        s->at = xrealloc(s->at, s->cap, sizeof *s->at);
    }
    struct node *n = &s->at[s->n];
    *n = (struct node){
        .b = copy(s, set, b),
        .set = set,
        .support = b->n,
        .lo = -HUGE_VAL,
        .best = NO_VECTOR,
    };
    n->base = sparse_dot(&n->b, upper_corners(&s->upper, set));
    n->hi = informed(s, n);
    return s->n++;
}

uint32_t nodes_find(struct nodes *s, uint32_t set, const struct sparse *b)
{
    uint64_t h = hash_of(set, b);
    uint32_t i = s->slot[h & (s->n_slots - 1)];
    while (i != NO_NODE_YET && !same(&s->at[i], set, b))
        i = s->at[i].twin;
    if (i != NO_NODE_YET)
        return i;
    if (s->n >= s->n_slots)
        rehash(s);
    i = add(s, set, b);
    s->at[i].twin = s->slot[h & (s->n_slots - 1)];
    s->slot[h & (s->n_slots - 1)] = i;
    return i;
}

/* ---- what is known of them now */

void nodes_refresh_lo(struct nodes *s, uint32_t node)
{
    struct node *n = &s->at[node];
    bool dropped = n->best != NO_VECTOR && s->lower.vector[n->best].row == NO_VECTOR;
    if (n->lo_age == s->lower.n && !dropped)
        return;
    double value = dropped || n->best == NO_VECTOR ? -HUGE_VAL : n->lo;
    lower_test(&s->lower, n->set, &n->b, dropped ? 0 : n->lo_age, &value, &n->best);
    n->lo = fmax(n->lo, value);
    n->lo_age = s->lower.n;
}

void nodes_refresh_hi(struct nodes *s, uint32_t node)
{
    struct node *n = &s->at[node];
    if (n->hi_age > s->upper.age)
        return;
    double fall = upper_fall(&s->upper, n->set, &n->b, n->hi_age);
    n->hi = fmin(n->hi, n->base + fall);
    n->hi_age = s->upper.age + 1;
}

void nodes_visit(struct nodes *s, uint32_t node)
{
    const struct blocks *b = blocks_in(s);
    struct node *n = &s->at[node];
    if (n->branch)
        return;
    uint32_t t = n->set / b->n, x = n->set % b->n;
    n->branch = arena_take(&s->arena, b->n_actions, sizeof *n->branch);
    for (unsigned a = 0; a < b->n_actions; a++) {
        size_t row = block_row(b, x, a);
        double reward = sparse_dot(&n->b, b->reward + row);
        double hi = s->bounds->q
                        ? sparse_dot(&n->b, s->bounds->q + t * bounds_rows(b) + row)
                        : HUGE_VAL;
        n->branch[a] = (struct branch){ .reward = reward, .lo = -HUGE_VAL, .hi = hi };
    }
}

/* Chances of what may come, by slot. */
static void pass(struct nodes *s, const struct node *n, unsigned a)
{
    const struct blocks *b = blocks_in(s);
    uint32_t x = n->set % b->n;
    size_t pair = block_pair(b, x, a), row = block_row(b, x, a);
    memset(s->tau, 0, (b->slots[pair + 1] - b->slots[pair]) * sizeof *s->tau);
    for (uint32_t i = 0; i < n->b.n; i++) {
        size_t r = row + (n->b.at ? n->b.at[i] : i);
        if (!(n->b.p[i] > 0))
            continue;
        const struct block_edge *e = b->edge + b->row[r], *end = b->edge + b->row[r + 1];
        for (; e < end; e++)
            s->tau[e->slot] += n->b.p[i] * e->p;
    }
}

/* The belief after an outcome, by its chances in tau; returns the chance of the outcome. */
static double gather(struct nodes *s, const struct outcome_of *o, const double *tau,
                     struct sparse *b)
{
    double sum = 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < o->n; i++)
        sum += tau[i];
    for (uint32_t i = 0; i < o->n && sum > 0; i++) {
        double p = tau[i] / sum;
        if (p < TINY)
            continue;
        s->where[n] = blocks_in(s)->to[o->slot + i];
        s->made[n++] = p;
    }
    *b = (struct sparse){ s->made, s->where, n };
    return sum;
}

static void look_ahead(struct nodes *s, uint32_t node, unsigned a)
{
    const struct blocks *b = blocks_in(s);
    uint32_t set = s->at[node].set, t = set / b->n;
    size_t pair = block_pair(b, set % b->n, a);
    uint32_t first = b->outcomes[pair], n = b->outcomes[pair + 1] - first, found = 0;
    struct arc *arc = arena_take(&s->arena, n, sizeof *arc);
    bool last = !s->bounds->steps.endless && t + 1 == s->bounds->steps.n;
    uint32_t after = layer_after(&s->bounds->steps, t) * b->n;
    if (!last)
        pass(s, &s->at[node], a);
    for (uint32_t o = 0; o < n && !last; o++) {
        const struct outcome_of *out = &b->outcome[first + o];
        struct sparse next;
        double p = gather(s, out, s->tau + (out->slot - b->slots[pair]), &next);
        if (p > 0)
            arc[found++] = (struct arc){ p, nodes_find(s, after + out->block, &next), o };
    }
    s->at[node].branch[a].arc = arc;
    s->at[node].branch[a].n = found;
}

static double weight_after(const struct nodes *s, uint32_t node)
{
    return s->bounds->steps.g[s->at[node].set / blocks_in(s)->n];
}

void nodes_look_hi(struct nodes *s, uint32_t node, unsigned a)
{
    if (!s->at[node].branch[a].arc)
        look_ahead(s, node, a);
    struct branch *br = &s->at[node].branch[a];
    double sum = 0;
    for (uint32_t i = 0; i < br->n; i++) {
        nodes_refresh_hi(s, br->arc[i].node);
        sum += br->arc[i].p * s->at[br->arc[i].node].hi;
    }
    br->hi = fmin(br->hi, br->reward + weight_after(s, node) * sum);
}

void nodes_look_lo(struct nodes *s, uint32_t node, unsigned a)
{
    if (!s->at[node].branch[a].arc)
        look_ahead(s, node, a);
    struct branch *br = &s->at[node].branch[a];
    double sum = 0;
    for (uint32_t i = 0; i < br->n; i++) {
        nodes_refresh_lo(s, br->arc[i].node);
        sum += br->arc[i].p * s->at[br->arc[i].node].lo;
    }
    br->lo = fmax(br->lo, br->reward + weight_after(s, node) * sum);
}

static unsigned highest(const struct nodes *s, uint32_t node)
{
    const struct branch *br = s->at[node].branch;
    unsigned top = 0;
    for (unsigned a = 1; a < blocks_in(s)->n_actions; a++)
        if (br[a].hi > br[top].hi)
            top = a;
    return top;
}

unsigned nodes_best_hi(struct nodes *s, uint32_t node)
{
    /* Old upper bounds hold: only what seems best has to be looked at again. */
    for (;;) {
        unsigned a = highest(s, node);
        double before = s->at[node].branch[a].hi;
        bool known = s->at[node].branch[a].arc != NULL;
        nodes_look_hi(s, node, a);
        if (known && s->at[node].branch[a].hi >= before)
            return a;
        if (highest(s, node) == a)
            return a;
    }
}

/* ---- backups */

static bool lower_hi(struct nodes *s, uint32_t node)
{
    unsigned top = nodes_best_hi(s, node);
    struct node *n = &s->at[node];
    double hi = n->branch[top].hi;
    nodes_refresh_hi(s, node);
    if (!(hi < n->hi - MOVED * fmax(1, fabs(hi))))
        return false;
    n->hi = hi;
    if (!(hi < n->base))
        return true;
    if (!n->inverse) {
        n->inverse = arena_take(&s->arena, n->b.n, sizeof *n->inverse);
        for (uint32_t i = 0; i < n->b.n; i++)
            n->inverse[i] = 1 / n->b.p[i];
    }
    upper_put(&s->upper, n->set, &n->b, n->inverse, hi - n->base);
    return true;
}

/* The action whose lower bound is highest; those that cannot reach it are not looked at. */
static unsigned best_lo(struct nodes *s, uint32_t node)
{
    unsigned top = highest(s, node);
    nodes_look_lo(s, node, top);
    for (unsigned a = 0; a < blocks_in(s)->n_actions; a++) {
        const struct branch *br = s->at[node].branch;
        if (a == top || !br[a].arc || br[a].hi <= br[top].lo)
            continue;
        nodes_look_lo(s, node, a);
        br = s->at[node].branch;
        if (br[a].lo > br[top].lo)
            top = a;
    }
    return top;
}

/* What follows an outcome that cannot be at this belief, but elsewhere: some plan must.
 * That which is best where all its states are equally likely. */
static uint32_t any_plan(const struct nodes *s, uint32_t set, const struct outcome_of *o)
{
    const struct lower_set *in = &s->lower.set[set];
    const uint32_t *to = blocks_in(s)->to + o->slot;
    uint32_t best = 0, size = block_size(blocks_in(s), o->block);
    double top = -HUGE_VAL;
    for (uint32_t i = 0; i < in->n; i++) {
        double sum = 0;
        for (uint32_t k = 0; k < o->n; k++)
            sum += in->value[(size_t)i * size + to[k]];
        if (sum > top) {
            top = sum;
            best = in->id[i];
        }
    }
    return best;
}

/* Which plan follows each outcome, into next, and their values by slot, into cat. */
static void choose(struct nodes *s, const struct node *n, unsigned a)
{
    const struct blocks *b = blocks_in(s);
    size_t pair = block_pair(b, n->set % b->n, a);
    uint32_t first = b->outcomes[pair], count = b->outcomes[pair + 1] - first;
    uint32_t after = layer_after(&s->bounds->steps, n->set / b->n) * b->n;
    const struct branch *br = &n->branch[a];
    for (uint32_t o = 0, k = 0; o < count; o++) {
        const struct outcome_of *out = &b->outcome[first + o];
        bool seen = k < br->n && br->arc[k].outcome == o;
        uint32_t id =
            seen ? s->at[br->arc[k++].node].best : any_plan(s, after + out->block, out);
        const double *v = lower_values(&s->lower, id);
        double *cat = s->cat + (out->slot - b->slots[pair]);
        for (uint32_t i = 0; i < out->n; i++)
            cat[i] = v[b->to[out->slot + i]];
        s->next[o] = id;
    }
}

/* The vector of action a at a node, into `made`. */
static void make(struct nodes *s, const struct node *n, unsigned a, bool last)
{
    const struct blocks *b = blocks_in(s);
    uint32_t x = n->set % b->n;
    size_t row = block_row(b, x, a);
    double g = s->bounds->steps.g[n->set / b->n];
    if (!last)
        choose(s, n, a);
    for (uint32_t y = 0; y < block_size(b, x); y++) {
        const struct block_edge *e = b->edge + b->row[row + y];
        const struct block_edge *end = last ? e : b->edge + b->row[row + y + 1];
        double sum = 0;
        for (; e < end; e++)
            sum += e->p * s->cat[e->slot];
        s->made[y] = b->reward[row + y] + g * sum;
    }
}

static bool raise_lo(struct nodes *s, uint32_t node)
{
    unsigned a = best_lo(s, node);
    nodes_refresh_lo(s, node);
    struct node *n = &s->at[node];
    if (!(n->branch[a].lo > n->lo + MOVED * fmax(1, fabs(n->lo))))
        return false;
    bool last =
        !s->bounds->steps.endless && n->set / blocks_in(s)->n + 1 == s->bounds->steps.n;
    make(s, n, a, last);
    double lo = sparse_dot(&n->b, s->made);
    if (!(lo > n->lo))
        return false;
    struct vector v = { n->set, NO_VECTOR, a, last ? NULL : s->next };
    n->best = lower_add(&s->lower, &v, s->made);
    n->lo = lo;
    n->lo_age = s->lower.n;
    return true;
}

bool nodes_back_up(struct nodes *s, uint32_t node)
{
    bool fell = lower_hi(s, node);
    return raise_lo(s, node) || fell;
}

/* ---- pruning */

/* What was known of a belief that cannot matter rests on vectors that are gone. */
static void forget_lo(struct nodes *s, struct node *n)
{
    n->lo = -HUGE_VAL;
    n->best = NO_VECTOR;
    n->lo_age = 0;
    for (unsigned a = 0; n->branch && a < blocks_in(s)->n_actions; a++)
        n->branch[a].lo = -HUGE_VAL;
}

void nodes_prune(struct nodes *s, uint32_t root)
{
    unsigned char *keep = xcalloc(s->lower.n, 1), *met = xcalloc(s->n, 1);
    uint32_t *queue = xcalloc(s->n, sizeof *queue), n = 0;
    queue[n++] = root;
    met[root] = 1;
    for (uint32_t i = 0; i < n; i++) {
        const struct node *now = &s->at[queue[i]];
        if (now->best != NO_VECTOR)
            keep[now->best] = 1;
        for (unsigned a = 0; now->branch && a < blocks_in(s)->n_actions; a++) {
            const struct branch *br = &now->branch[a];
            for (uint32_t k = 0; br->arc && br->hi > now->lo && k < br->n; k++)
                if (!met[br->arc[k].node]) {
                    met[br->arc[k].node] = 1;
                    queue[n++] = br->arc[k].node;
                }
        }
    }
    for (size_t i = 0; i < s->lower.n_sets; i++)
        if (s->lower.set[i].n)
            keep[s->lower.set[i].id[0]] = 1; /* no set is empty */
    lower_prune(&s->lower, keep);
    for (uint32_t i = 0; i < s->n; i++)
        if (!met[i])
            forget_lo(s, &s->at[i]);
    free(keep);
    free(met);
    free(queue);
}
