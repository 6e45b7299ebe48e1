#include "config.h"

#include "cassandra.h"
#include "hash.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* ---- distributions */

bool says_put(struct cassandra *c, struct says *t, size_t line, const struct cell *cell,
              uint32_t n, bool replace)
{
    struct line *l = &t->line[line];
    if (replace) {
        t->n_cells -= l->n;
        l->n = 0;
        l->reset = false;
    }
    if ((t->n_cells += n) > MDP_TRANSITIONS) {
        if (!c->stopped)
            cassandra_fault(c, c->now.at, "more than %d probabilities", MDP_TRANSITIONS);
        c->stopped = true;
        return false;
    }
    if (l->n + n > l->cap) {
        l->cap = replace ? n : 2 * (l->n + n);
        l->cell = xrealloc(l->cell, l->cap, sizeof *l->cell);
    }
    if (n)
        memcpy(l->cell + l->n, cell, n * sizeof *cell);
    l->n += n;
    l->said = true;
    return true;
}

static int by_column(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;
    return x->col != y->col ? (x->col > y->col) - (x->col < y->col)
                            : (x->at > y->at) - (x->at < y->at);
}

static bool in_order(const struct line *l)
{
    for (uint32_t i = 1; i < l->n; i++)
        if (l->cell[i - 1].col >= l->cell[i].col)
            return false;
    return true;
}

/* What it begins with stands before all that was said of it. */
static void begin_as(struct line *l, const double *start, uint32_t n)
{
    l->cell = xrealloc(l->cell, (size_t)l->n + n, sizeof *l->cell);
    for (uint32_t s = 0; s < n; s++)
        if (start[s] > 0)
            l->cell[l->n++] = (struct cell){ start[s], s, 0 };
}

double line_settle(struct cassandra *c, struct line *l, const double *start, uint32_t n,
                   const char **over)
{
    double sum = 0;
    uint32_t kept = 0;
    *over = NULL;
    if (l->reset)
        begin_as(l, start, n);
    if (!in_order(l))
        qsort(l->cell, l->n, sizeof *l->cell, by_column);
    for (uint32_t i = 0; i < l->n; i++) {
        if (i + 1 < l->n && l->cell[i + 1].col == l->cell[i].col) {
            *over = c->text + l->cell[i].at;
            continue;
        }
        sum += l->cell[i].p;
        if (l->cell[i].p > 0)
            l->cell[kept++] = l->cell[i];
    }
    l->n = kept;
    return sum;
}

void says_release(struct says *t, size_t n_lines)
{
    for (size_t i = 0; t->line && i < n_lines; i++)
        free(t->line[i].cell);
    free(t->line);
    *t = (struct says){ 0 };
}

/* ---- rewards: a rule is found by the indices that matter to it */

enum { ACTION = 1, STATE = 2, NEXT = 4, OBS = 8, SHAPES = 16 };

static unsigned shape_of(struct when w)
{
    return (w.action >= 0 ? ACTION : 0u) | (w.state >= 0 ? STATE : 0u) |
           (w.next >= 0 ? NEXT : 0u) | (w.obs >= 0 ? OBS : 0u);
}

/* Six bits for an action, 17 for all else, 0 where it does not matter. */
static uint64_t key_of(struct when w, unsigned shape)
{
    uint64_t key = shape & ACTION ? (uint64_t)w.action + 1 : 0;
    key = key << 17 | (shape & STATE ? (uint64_t)w.state + 1 : 0);
    key = key << 17 | (shape & NEXT ? (uint64_t)w.next + 1 : 0);
    return key << 17 | (shape & OBS ? (uint64_t)w.obs + 1 : 0);
}

static struct rule *slot_of(const struct rules *r, uint64_t key)
{
    for (uint64_t h = hash_mix(key);; h++) {
        struct rule *at = &r->slot[h & (r->n_slots - 1)];
        if (!at->rank || at->key == key)
            return at;
    }
}

static void widen(struct rules *r)
{
    struct rules old = *r;
    r->n_slots = old.n_slots ? 2 * old.n_slots : 64;
    r->slot = xcalloc(r->n_slots, sizeof *r->slot);
    for (uint32_t i = 0; i < old.n_slots; i++)
        if (old.slot[i].rank)
            *slot_of(r, old.slot[i].key) = old.slot[i];
    free(old.slot);
}

void rules_put(struct rules *r, struct when w, double value, uint32_t at)
{
    unsigned shape = shape_of(w);
    if (2 * (r->n + 1) > r->n_slots)
        widen(r);
    uint64_t key = key_of(w, shape);
    *slot_of(r, key) = (struct rule){ key, value, ++r->n, at };
    r->shapes |= 1u << shape;
}

const struct rule *rules_find(const struct rules *r, struct when w)
{
    const struct rule *last = NULL;
    for (unsigned shape = 0; shape < SHAPES; shape++) {
        if (!(r->shapes >> shape & 1))
            continue;
        const struct rule *at = slot_of(r, key_of(w, shape));
        if (at->rank && (!last || at->rank > last->rank))
            last = at;
    }
    return last;
}
