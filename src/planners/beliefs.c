#include "config.h"

#include "beliefs.h"
#include "hash.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What one belief and action lead to: the edges of all its states, sorted by percept, and
 * the belief after one of these. */
struct flow {
    double p;
    uint32_t next;
};
struct spread {
    struct flow *flow; /* [n] by percept */
    size_t n, cap;
    uint32_t *seen; /* [n_seen] percepts, in the order they are met */
    size_t n_seen;
    size_t *count;   /* [percepts] edges of each, then where the next one goes; 0 between */
    double *mass;    /* [n_states] of the belief after a percept; 0 between */
    uint32_t *touch; /* [n_touch] states with mass, rising */
    size_t n_touch;
    double *chance; /* [n_states] of those, in the same order */
};

/* ---- what follows a belief */

static void gather(struct beliefs *g, uint32_t i, unsigned a)
{
    struct spread *x = g->scratch;
    const struct pomdp_edge *e;
    size_t total = 0;
    x->n_seen = 0;
    for (size_t k = g->at[i]; k < g->at[i + 1]; k++) {
        size_t n = pomdp_edges(g->p, a, g->state[k], &e);
        for (size_t j = 0; j < n; j++)
            if (!x->count[e[j].percept]++)
                x->seen[x->n_seen++] = e[j].percept;
        total += n;
    }
    if (total > x->cap) {
        x->cap = 2 * total;
        x->flow = xrealloc(x->flow, x->cap, sizeof *x->flow);
    }
    x->n = total;
    g->work += total;
}

/* After gather(): count[z] is where the edges of percept z begin, and then where they
 * end. */
static void sort_by_percept(struct beliefs *g, uint32_t i, unsigned a)
{
    struct spread *x = g->scratch;
    const struct pomdp_edge *e;
    size_t from = 0;
    for (size_t k = 0; k < x->n_seen; k++) {
        size_t n = x->count[x->seen[k]];
        x->count[x->seen[k]] = from;
        from += n;
    }
    for (size_t k = g->at[i]; k < g->at[i + 1]; k++) {
        size_t n = pomdp_edges(g->p, a, g->state[k], &e);
        for (size_t j = 0; j < n; j++)
            x->flow[x->count[e[j].percept]++] =
                (struct flow){ g->chance[k] * e[j].p, e[j].next };
    }
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

/* The belief after the flow from `from` to `to`, into touch and chance; returns its
 * chance. */
static double fold(struct beliefs *g, size_t from, size_t to)
{
    struct spread *x = g->scratch;
    double total = 0;
    x->n_touch = 0;
    for (size_t k = from; k < to; k++) {
        const struct flow *f = &x->flow[k];
        if (f->p > 0 && x->mass[f->next] == 0)
            x->touch[x->n_touch++] = f->next;
        x->mass[f->next] += f->p;
        total += f->p;
    }
    qsort(x->touch, x->n_touch, sizeof *x->touch, by_number);
    for (size_t k = 0; k < x->n_touch; k++) {
        x->chance[k] = x->mass[x->touch[k]] / total;
        x->mass[x->touch[k]] = 0;
    }
    return total;
}

/* ---- the belief that stands for others */

static uint64_t multiple(const struct beliefs *g, double chance)
{
    return (uint64_t)(chance / g->grain + 0.5);
}

static uint64_t hash_of(const struct beliefs *g, const uint32_t *state,
                        const double *chance, size_t n)
{
    uint64_t h = HASH_START;
    for (size_t k = 0; k < n; k++) {
        uint64_t q = multiple(g, chance[k]);
        if (q)
            h = hash_word(hash_word(h, state[k]), q);
    }
    return hash_mix(h);
}

/* Whether the belief in scratch rounds to what belief i rounds to. */
static bool is_same(const struct beliefs *g, uint32_t i)
{
    const struct spread *x = g->scratch;
    size_t k = g->at[i], end = g->at[i + 1];
    for (size_t j = 0; j < x->n_touch; j++) {
        uint64_t q = multiple(g, x->chance[j]);
        if (!q)
            continue;
        while (k < end && !multiple(g, g->chance[k]))
            k++;
        if (k == end || g->state[k] != x->touch[j] || multiple(g, g->chance[k]) != q)
            return false;
        k++;
    }
    while (k < end && !multiple(g, g->chance[k]))
        k++;
    return k == end;
}

/* The slot of the belief in scratch: of the one that stands for it, or a free one. */
static size_t slot_of(const struct beliefs *g)
{
    const struct spread *x = g->scratch;
    uint64_t h = hash_of(g, x->touch, x->chance, x->n_touch);
    for (;; h++) {
        uint32_t i = g->slot[h & (g->n_slots - 1)];
        if (!i || is_same(g, i - 1))
            return h & (g->n_slots - 1);
    }
}

/* Sum of absolute differences of the belief in scratch and belief i. */
static double distance(const struct beliefs *g, uint32_t i)
{
    const struct spread *x = g->scratch;
    size_t k = g->at[i], end = g->at[i + 1], j = 0;
    double sum = 0;
    while (k < end || j < x->n_touch) {
        if (j == x->n_touch || (k < end && g->state[k] < x->touch[j]))
            sum += g->chance[k++];
        else if (k == end || x->touch[j] < g->state[k])
            sum += x->chance[j++];
        else
            sum += fabs(g->chance[k++] - x->chance[j++]);
    }
    return sum;
}

/* What is less than half a grain is nothing: returns how much that was. */
static double cut(const struct beliefs *g)
{
    struct spread *x = g->scratch;
    size_t n = 0;
    double sum = 0, lost = 0;
    for (size_t k = 0; k < x->n_touch; k++)
        if (multiple(g, x->chance[k])) {
            x->touch[n] = x->touch[k];
            sum += x->chance[n++] = x->chance[k];
        } else {
            lost += x->chance[k];
        }
    for (size_t k = 0; k < n && lost > 0; k++)
        x->chance[k] /= sum;
    x->n_touch = n;
    return lost;
}

static void index_again(struct beliefs *g)
{
    memset(g->slot, 0, g->n_slots * sizeof *g->slot);
    for (uint32_t i = 0; i < g->n; i++) {
        uint64_t h =
            hash_of(g, g->state + g->at[i], g->chance + g->at[i], g->at[i + 1] - g->at[i]);
        while (g->slot[h & (g->n_slots - 1)])
            h++;
        g->slot[h & (g->n_slots - 1)] = i + 1;
    }
}

/* Appends the belief in scratch; there is room. */
static uint32_t append(struct beliefs *g)
{
    const struct spread *x = g->scratch;
    uint32_t i = g->n++;
    size_t from = g->at[i];
    memcpy(g->state + from, x->touch, x->n_touch * sizeof *x->touch);
    memcpy(g->chance + from, x->chance, x->n_touch * sizeof *x->chance);
    g->at[i + 1] = from + x->n_touch;
    for (unsigned a = 0; a < g->p->n_actions; a++)
        g->reward[(size_t)i * g->p->n_actions + a] =
            beliefs_dot(g, i, pomdp_reward(g->p, a));
    return i;
}

/* The number of the belief in scratch, and how far it is at most from the one that stands
 * for it. */
static uint32_t number(struct beliefs *g, float *drift)
{
    double lost = cut(g);
    size_t slot = slot_of(g);
    double far = 2 * lost + (g->slot[slot] ? distance(g, g->slot[slot] - 1) : 0);
    if (!g->slot[slot])
        g->slot[slot] = append(g) + 1;
    *drift = far > 0 ? nextafterf((float)far, HUGE_VALF) : 0;
    return g->slot[slot] - 1;
}

/* ---- room */

static size_t doubled(size_t cap, size_t want)
{
    size_t more = cap ? cap : 64;
    while (more < want)
        more *= 2;
    return more;
}

static size_t bytes_of(const struct beliefs *g, size_t beliefs, size_t entries,
                       size_t edges)
{
    size_t actions = g->p->n_actions;
    return beliefs * (sizeof *g->at + actions * (sizeof *g->reward + sizeof *g->first)) +
           entries * (sizeof *g->state + sizeof *g->chance) + edges * sizeof *g->edge +
           2 * beliefs * sizeof *g->slot;
}

static void room_for_slots(struct beliefs *g)
{
    g->n_slots = 2 * g->cap;
    g->slot = xrealloc(g->slot, g->n_slots, sizeof *g->slot);
    index_again(g);
}

/* Room for so many more of each; false when that is too much: while an array is moved, the
 * old one is there as well. */
static bool room(struct beliefs *g, size_t beliefs, size_t entries, size_t edges)
{
    size_t cap = doubled(g->cap, g->n + beliefs + 2), actions = g->p->n_actions;
    size_t entry_cap = doubled(g->entry_cap, (g->cap ? g->at[g->n] : 0) + entries);
    size_t edge_cap = doubled(g->edge_cap, g->n_edges + edges);
    size_t bytes = bytes_of(g, cap, entry_cap, edge_cap);
    if (bytes == g->bytes)
        return true;
    if (bytes + bytes / 4 > g->bytes_max || cap >= UINT32_MAX)
        return false;
    g->bytes = bytes;
    bool more = cap > g->cap;
    g->cap = cap;
    g->entry_cap = entry_cap;
    g->edge_cap = edge_cap;
    g->at = xrealloc(g->at, cap, sizeof *g->at);
    g->reward = xrealloc(g->reward, cap, actions * sizeof *g->reward);
    g->first = xrealloc(g->first, cap, actions * sizeof *g->first);
    g->state = xrealloc(g->state, entry_cap, sizeof *g->state);
    g->chance = xrealloc(g->chance, entry_cap, sizeof *g->chance);
    g->edge = xrealloc(g->edge, edge_cap, sizeof *g->edge);
    if (more)
        room_for_slots(g);
    return true;
}

/* ---- the graph */

static struct spread *spread_new(const struct pomdp *p)
{
    struct spread *x = xcalloc(1, sizeof *x);
    x->seen = xcalloc(p->percepts.n, sizeof *x->seen);
    x->count = xcalloc(p->percepts.n, sizeof *x->count);
    x->mass = xcalloc(p->n_states, sizeof *x->mass);
    x->touch = xcalloc(p->n_states, sizeof *x->touch);
    x->chance = xcalloc(p->n_states, sizeof *x->chance);
    return x;
}

static void spread_free(struct spread *x)
{
    free(x->flow);
    free(x->seen);
    free(x->count);
    free(x->mass);
    free(x->touch);
    free(x->chance);
    free(x);
}

struct beliefs *beliefs_new(const struct pomdp *p, double grain, size_t bytes_max)
{
    struct beliefs *g = xcalloc(1, sizeof *g);
    *g = (struct beliefs){ .p = p, .grain = grain, .scratch = spread_new(p) };
    struct spread *x = g->scratch;
    for (uint32_t s = 0; s < p->n_states; s++)
        if (p->start[s] > 0) {
            x->touch[x->n_touch] = s;
            x->chance[x->n_touch++] = p->start[s];
        }
    g->bytes_max = SIZE_MAX;
    room(g, 1, x->n_touch, 1);
    g->bytes_max = bytes_max;
    g->at[0] = g->first[0] = 0;
    size_t slot = slot_of(g);
    g->slot[slot] = append(g) + 1;
    g->end_cap = 16;
    g->end = xcalloc(g->end_cap, sizeof *g->end);
    g->end[0] = 1;
    return g;
}

void beliefs_free(struct beliefs *g)
{
    if (!g)
        return;
    spread_free(g->scratch);
    free(g->end);
    free(g->reward);
    free(g->first);
    free(g->edge);
    free(g->at);
    free(g->state);
    free(g->chance);
    free(g->slot);
    free(g);
}

/* One more edge of the action whose edges begin at `from`; those that lead to the same
 * belief are one. */
static void join(struct beliefs *g, size_t from, struct belief_edge e)
{
    for (size_t k = from; k < g->n_edges; k++)
        if (g->edge[k].next == e.next) {
            g->edge[k].p += e.p;
            g->edge[k].drift = fmaxf(g->edge[k].drift, e.drift);
            return;
        }
    g->edge[g->n_edges++] = e;
}

static void forget(struct spread *x)
{
    for (size_t k = 0; k < x->n_seen; k++)
        x->count[x->seen[k]] = 0;
}

static bool expand_action(struct beliefs *g, uint32_t i, unsigned a)
{
    struct spread *x = g->scratch;
    size_t begin = 0, from = g->n_edges;
    gather(g, i, a);
    if (!room(g, x->n_seen, x->n, x->n_seen)) {
        forget(x);
        return false;
    }
    sort_by_percept(g, i, a);
    for (size_t k = 0; k < x->n_seen; k++) {
        struct belief_edge e;
        size_t to = x->count[x->seen[k]];
        e.p = fold(g, begin, to);
        if (e.p > 0) {
            e.next = number(g, &e.drift);
            join(g, from, e);
        }
        begin = to;
    }
    forget(x);
    return true;
}

/* The beliefs of one depth are expanded: those of the next are all known. */
static void descend(struct beliefs *g)
{
    if (g->n_expanded < g->end[g->depth])
        return;
    if (++g->depth == g->end_cap)
        g->end = xrealloc(g->end, g->end_cap *= 2, sizeof *g->end);
    g->end[g->depth] = g->n;
}

bool beliefs_expand(struct beliefs *g)
{
    uint32_t i = g->n_expanded;
    size_t from = g->n_edges, actions = g->p->n_actions;
    for (unsigned a = 0; a < actions; a++) {
        if (!expand_action(g, i, a)) {
            g->n_edges = from;
            return false;
        }
        g->first[i * actions + a + 1] = g->n_edges;
    }
    g->n_expanded++;
    descend(g);
    return true;
}

/* The belief that stands for the one in scratch. */
static uint32_t find(struct beliefs *g)
{
    cut(g);
    return g->slot[slot_of(g)] - 1;
}

void beliefs_after(struct beliefs *g, uint32_t i, unsigned a, uint32_t *next)
{
    struct spread *x = g->scratch;
    for (uint32_t z = 0; z < g->p->percepts.n; z++)
        next[z] = NO_BELIEF;
    gather(g, i, a);
    sort_by_percept(g, i, a);
    size_t begin = 0;
    for (size_t k = 0; k < x->n_seen; k++) {
        size_t to = x->count[x->seen[k]];
        if (fold(g, begin, to) > 0)
            next[x->seen[k]] = find(g);
        begin = to;
    }
    forget(x);
}

double beliefs_dot(const struct beliefs *g, uint32_t i, const double *v)
{
    double sum = 0;
    for (size_t k = g->at[i]; k < g->at[i + 1]; k++)
        sum += g->chance[k] * v[g->state[k]];
    return sum;
}
