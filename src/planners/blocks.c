#include "config.h"

#include "blocks.h"
#include "partition.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- states */

static uint32_t start_size(const struct pomdp *p)
{
    uint32_t n = 0;
    for (uint32_t s = 0; s < p->n_states; s++)
        n += p->start[s] > 0;
    return n;
}

/* Deals the states into their blocks; block 0 is that of the start when it is apart. */
static void deal(struct blocks *b, const struct partition *q, uint32_t *within)
{
    const struct pomdp *p = b->p;
    uint32_t copies = q->apart ? start_size(p) : 0, shift = q->apart, s = 0;
    b->n = q->n + shift;
    b->n_states = p->n_states + copies;
    b->first = xcalloc(b->n + 1, sizeof *b->first);
    b->state = xcalloc(b->n_states, sizeof *b->state);
    for (uint32_t n = 0; n < copies; s++)
        if (p->start[s] > 0)
            b->state[n++] = s;
    if (shift)
        b->first[1] = copies;
    for (s = 0; s < p->n_states; s++) {
        within[s] = b->first[q->label[s] + shift + 1]++;
        if (p->start[s] > 0 && !q->apart)
            b->start = q->label[s];
    }
    for (uint32_t x = shift; x < b->n; x++)
        b->first[x + 1] += b->first[x];
    for (s = 0; s < p->n_states; s++)
        b->state[b->first[q->label[s] + shift] + within[s]] = s;
    for (uint32_t x = 0; x < b->n; x++)
        b->largest = block_size(b, x) > b->largest ? block_size(b, x) : b->largest;
}

/* ---- what happens in a block */

/* An edge of a pair, with its percept or outcome. */
struct item {
    uint32_t what; /* percept; later outcome */
    uint32_t y;    /* state within the block */
    uint32_t next; /* state within the next one; later its slot */
    double p;
};

/* Percept `what` as it stands in items[from .. to - 1]. */
struct group {
    size_t from, to;
    double sum;
    uint32_t outcome;
};

struct builder {
    struct blocks *b;
    const struct partition *q;
    const uint32_t *within;
    struct item *item;
    size_t n_items;
    struct group *group;
    size_t n_groups;
    uint32_t *slot_of; /* [largest] scratch: 1 + slot of a next state */
    size_t cap_outcomes, cap_slots, cap_edges, cap_heard;
    size_t n_outcomes, n_slots, n_edges, n_heard;
};

static void *room(void *array, size_t need, size_t *cap, size_t size)
{
    if (need <= *cap)
        return array;
    *cap = 2 * need;
    return xrealloc(array, *cap, size);
}

static int by_what(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->what != y->what)
        return x->what < y->what ? -1 : 1;
    if (x->y != y->y)
        return x->y < y->y ? -1 : 1;
    return (x->next > y->next) - (x->next < y->next);
}

static int by_state(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->y != y->y)
        return x->y < y->y ? -1 : 1;
    return by_what(a, b);
}

static void collect(struct builder *w, uint32_t x, unsigned a)
{
    struct blocks *b = w->b;
    w->n_items = 0;
    for (uint32_t y = 0; y < block_size(b, x); y++) {
        const struct pomdp_edge *e;
        uint32_t s = b->state[b->first[x] + y];
        size_t n = pomdp_edges(b->p, a, s, &e);
        b->reward[block_row(b, x, a) + y] = pomdp_reward(b->p, a)[s];
        for (size_t i = 0; i < n; i++)
            w->item[w->n_items++] =
                (struct item){ e[i].percept, y, w->within[e[i].next], e[i].p };
    }
    qsort(w->item, w->n_items, sizeof *w->item, by_what);
}

static void group(struct builder *w)
{
    w->n_groups = 0;
    for (size_t i = 0, to; i < w->n_items; i = to) {
        struct group g = { .from = i };
        for (to = i; to < w->n_items && w->item[to].what == w->item[i].what; to++)
            g.sum += w->item[to].p;
        g.to = to;
        w->group[w->n_groups++] = g;
    }
}

/* Whether two percepts are equally likely in all, but for one factor: sums in another order
 * differ by rounding, and no more is let pass. */
static bool proportional(const struct builder *w, const struct group *g,
                         const struct group *h)
{
    if (g->to - g->from != h->to - h->from)
        return false;
    for (size_t i = 0; i < g->to - g->from; i++) {
        const struct item *x = &w->item[g->from + i], *y = &w->item[h->from + i];
        double p = x->p / g->sum, q = y->p / h->sum;
        if (x->y != y->y || x->next != y->next || fabs(p - q) > 1e-14 * p)
            return false;
    }
    return true;
}

static uint32_t block_after(const struct builder *w, uint32_t x, unsigned a,
                            const struct item *i)
{
    const struct pomdp_edge *e;
    uint32_t s = w->b->state[w->b->first[x] + i->y];
    size_t n = pomdp_edges(w->b->p, a, s, &e);
    while (n-- && e->percept != i->what)
        e++;
    return w->q->label[e->next] + w->q->apart;
}

/* Numbers the outcomes of a pair: the percepts that are in proportion are one. */
static void name_outcomes(struct builder *w, uint32_t x, unsigned a)
{
    struct blocks *b = w->b;
    size_t first = w->n_outcomes;
    for (size_t g = 0; g < w->n_groups; g++) {
        struct group *now = &w->group[g];
        const struct item *one = &w->item[now->from];
        uint32_t next = block_after(w, x, a, one);
        size_t h = 0;
        while (h < g && (b->outcome[first + w->group[h].outcome].block != next ||
                         !proportional(w, &w->group[h], now)))
            h++;
        now->outcome = h < g ? w->group[h].outcome : (uint32_t)(w->n_outcomes - first);
        b->hear = room(b->hear, w->n_heard + 1, &w->cap_heard, sizeof *b->hear);
        b->hear[w->n_heard++] = (struct heard){ one->what, now->outcome };
        if (h < g)
            continue;
        b->outcome =
            room(b->outcome, w->n_outcomes + 1, &w->cap_outcomes, sizeof *b->outcome);
        b->outcome[w->n_outcomes++] =
            (struct outcome_of){ .block = next, .percept = one->what };
    }
}

/* Gives the next states of an outcome their slots, in the order of the states. */
static void lay_slots(struct builder *w, const struct group *g, struct outcome_of *o)
{
    struct blocks *b = w->b;
    uint32_t size = block_size(b, o->block);
    memset(w->slot_of, 0, size * sizeof *w->slot_of);
    for (size_t i = g->from; i < g->to; i++)
        w->slot_of[w->item[i].next] = 1;
    b->to = room(b->to, w->n_slots + size, &w->cap_slots, sizeof *b->to);
    o->slot = (uint32_t)w->n_slots;
    for (uint32_t y = 0; y < size; y++) {
        if (!w->slot_of[y])
            continue;
        w->slot_of[y] = (uint32_t)w->n_slots;
        b->to[w->n_slots++] = y;
    }
    o->n = (uint32_t)(w->n_slots - o->slot);
}

/* Percepts become outcomes, next states slots. */
static void rename_items(struct builder *w, size_t first, uint32_t base)
{
    uint32_t done = 0;
    for (size_t k = 0; k < w->n_groups; k++) {
        struct group *g = &w->group[k];
        bool fresh = g->outcome == done;
        struct outcome_of *o = &w->b->outcome[first + g->outcome];
        if (fresh) {
            lay_slots(w, g, o);
            done++;
        }
        /* The same states in the same order as in the percept that had it first. */
        const struct group *like = w->group;
        while (like->outcome != g->outcome)
            like++;
        for (size_t i = g->from; i < g->to; i++)
            w->item[i] = (struct item){ g->outcome, w->item[i].y,
                                        fresh ? w->slot_of[w->item[i].next] - base
                                              : w->item[like->from + (i - g->from)].next,
                                        w->item[i].p };
    }
}

/* Adds the rows of a pair: the items, sorted, with those of one outcome and end joined. */
static void lay_rows(struct builder *w, uint32_t x, unsigned a)
{
    struct blocks *b = w->b;
    size_t row = block_row(b, x, a), i = 0;
    qsort(w->item, w->n_items, sizeof *w->item, by_state);
    b->edge = room(b->edge, w->n_edges + w->n_items, &w->cap_edges, sizeof *b->edge);
    for (uint32_t y = 0; y < block_size(b, x); y++) {
        b->row[row + y] = w->n_edges;
        for (; i < w->n_items && w->item[i].y == y; i++) {
            struct block_edge *last = b->edge + w->n_edges;
            if (w->n_edges > b->row[row + y] && last[-1].outcome == w->item[i].what &&
                last[-1].slot == w->item[i].next)
                last[-1].p += w->item[i].p;
            else
                b->edge[w->n_edges++] =
                    (struct block_edge){ w->item[i].p, w->item[i].next, w->item[i].what };
        }
    }
}

static void build_pair(struct builder *w, uint32_t x, unsigned a)
{
    struct blocks *b = w->b;
    size_t pair = block_pair(b, x, a), first = w->n_outcomes;
    b->outcomes[pair] = (uint32_t)first;
    b->slots[pair] = (uint32_t)w->n_slots;
    b->heard[pair] = w->n_heard;
    collect(w, x, a);
    group(w);
    name_outcomes(w, x, a);
    rename_items(w, first, b->slots[pair]);
    lay_rows(w, x, a);
    b->outcomes[pair + 1] = (uint32_t)w->n_outcomes;
    b->slots[pair + 1] = (uint32_t)w->n_slots;
    b->heard[pair + 1] = w->n_heard;
}

/* Most edges of a block under one action: the items that there can be at once. */
static size_t most_items(const struct blocks *b)
{
    size_t most = 0;
    for (uint32_t x = 0; x < b->n; x++)
        for (unsigned a = 0; a < b->n_actions; a++) {
            size_t n = 0;
            for (uint32_t i = b->first[x]; i < b->first[x + 1]; i++) {
                const struct pomdp_edge *e;
                n += pomdp_edges(b->p, a, b->state[i], &e);
            }
            most = n > most ? n : most;
        }
    return most;
}

static void build(struct builder *w)
{
    struct blocks *b = w->b;
    size_t pairs = (size_t)b->n * b->n_actions, rows = (size_t)b->n_states * b->n_actions;
    size_t items = most_items(b);
    w->item = xcalloc(items, sizeof *w->item);
    w->group = xcalloc(items, sizeof *w->group);
    w->slot_of = xcalloc(b->largest, sizeof *w->slot_of);
    b->outcomes = xcalloc(pairs + 1, sizeof *b->outcomes);
    b->slots = xcalloc(pairs + 1, sizeof *b->slots);
    b->heard = xcalloc(pairs + 1, sizeof *b->heard);
    b->row = xcalloc(rows + 1, sizeof *b->row);
    b->reward = xcalloc(rows, sizeof *b->reward);
    for (uint32_t x = 0; x < b->n; x++)
        for (unsigned a = 0; a < b->n_actions; a++)
            build_pair(w, x, a);
    b->row[rows] = w->n_edges;
    free(w->item);
    free(w->group);
    free(w->slot_of);
}

struct blocks *blocks_new(const struct pomdp *p)
{
    struct blocks *b = xcalloc(1, sizeof *b);
    struct partition q;
    partition_find(&q, p);
    uint32_t *within = xcalloc(p->n_states, sizeof *within);
    b->p = p;
    b->n_actions = p->n_actions;
    deal(b, &q, within);
    build(&(struct builder){ .b = b, .q = &q, .within = within });
    free(within);
    partition_release(&q);
    return b;
}

void blocks_free(struct blocks *b)
{
    if (!b)
        return;
    free(b->first);
    free(b->state);
    free(b->outcomes);
    free(b->outcome);
    free(b->to);
    free(b->slots);
    free(b->row);
    free(b->edge);
    free(b->reward);
    free(b->heard);
    free(b->hear);
    free(b);
}

size_t blocks_bytes(const struct blocks *b)
{
    size_t pairs = (size_t)b->n * b->n_actions, rows = (size_t)b->n_states * b->n_actions;
    return pairs * (2 * sizeof(uint32_t) + sizeof(size_t)) +
           rows * (sizeof *b->reward + sizeof *b->row) + b->row[rows] * sizeof *b->edge +
           b->outcomes[pairs] * sizeof *b->outcome + b->slots[pairs] * sizeof *b->to +
           b->heard[pairs] * sizeof *b->hear;
}

uint32_t blocks_outcome(const struct blocks *b, uint32_t x, unsigned a, uint32_t percept)
{
    size_t low = b->heard[block_pair(b, x, a)], high = b->heard[block_pair(b, x, a) + 1];
    size_t end = high;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (b->hear[middle].percept < percept)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && b->hear[low].percept == percept ? b->hear[low].outcome : UINT32_MAX;
}

/* Takes the belief in block x; false when some of it, in `n` states, is elsewhere. */
static bool take(const struct blocks *b, uint32_t x, const double *belief, uint32_t n,
                 double *in)
{
    for (uint32_t i = b->first[x]; i < b->first[x + 1]; i++) {
        in[i - b->first[x]] = belief[b->state[i]];
        n -= belief[b->state[i]] > 0;
    }
    return !n;
}

uint32_t blocks_belief(const struct blocks *b, const double *belief, double *in)
{
    uint32_t n = 0;
    for (uint32_t s = 0; s < b->p->n_states; s++)
        n += belief[s] > 0;
    /* A start that is apart repeats states of other blocks: it comes last. */
    for (uint32_t x = b->n; x-- > 0;)
        if (take(b, x, belief, n, in))
            return x;
    return UINT32_MAX;
}
