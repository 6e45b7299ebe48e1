#include "config.h"

#include "lower.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

static uint32_t block_of(const struct lower *l, uint32_t set)
{
    return set % l->bounds->b->n;
}

static uint32_t size_of(const struct lower *l, uint32_t set)
{
    return block_size(l->bounds->b, block_of(l, set));
}

static void append(struct lower *l, uint32_t id, const double *value)
{
    struct vector *v = &l->vector[id];
    struct lower_set *s = &l->set[v->set];
    size_t size = size_of(l, v->set);
    if (s->n == s->cap) {
        uint32_t cap = s->cap ? 2 * s->cap : 4;
        s->value = xrealloc(s->value, cap * size, sizeof *s->value);
        s->id = xrealloc(s->id, cap, sizeof *s->id);
        l->bytes += (cap - s->cap) * (size * sizeof *s->value + sizeof *s->id);
        s->cap = cap;
    }
    v->row = s->n;
    memcpy(s->value + s->n * size, value, size * sizeof *value);
    s->id[s->n++] = id;
    l->kept++;
}

/* Whether v is nowhere above w. */
static bool below(const double *v, const double *w, uint32_t n)
{
    uint32_t i = 0;
    while (i < n && v[i] <= w[i])
        i++;
    return i == n;
}

/* Closes the gaps that rows of NO_VECTOR leave in a set. */
static void close_gaps(struct lower *l, uint32_t set)
{
    struct lower_set *s = &l->set[set];
    size_t size = size_of(l, set);
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t id = s->id[i];
        if (l->vector[id].row == NO_VECTOR)
            continue;
        if (n != i)
            memcpy(s->value + n * size, s->value + i * size, size * sizeof *s->value);
        s->id[n] = id;
        l->vector[id].row = n++;
    }
    l->kept -= s->n - n;
    s->n = n;
}

/* Drops what is nowhere above the newest of its set. */
static void drop_below_last(struct lower *l, uint32_t set)
{
    struct lower_set *s = &l->set[set];
    uint32_t size = size_of(l, set);
    const double *last = s->value + (size_t)(s->n - 1) * size;
    bool any = false;
    for (uint32_t i = 0; i + 1 < s->n; i++)
        if (below(s->value + (size_t)i * size, last, size)) {
            l->vector[s->id[i]].row = NO_VECTOR;
            any = true;
        }
    if (any)
        close_gaps(l, set);
}

static uint32_t name(struct lower *l, const struct vector *v)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 256;
        l->vector = xrealloc(l->vector, l->cap, sizeof *l->vector);
    }
    l->vector[l->n] = *v;
    return l->n++;
}

void lower_init(struct lower *l, struct bounds *bounds)
{
    const struct blocks *b = bounds->b;
    *l = (struct lower){ .bounds = bounds, .n_sets = (size_t)bounds->steps.n * b->n };
    l->set = xcalloc(l->n_sets, sizeof *l->set);
    l->bytes = l->n_sets * sizeof *l->set;
    for (uint32_t set = 0; set < l->n_sets; set++) {
        uint32_t x = set % b->n;
        size_t from = (size_t)(set / b->n) * b->n_states + b->first[x];
        for (uint32_t k = 0; k < bounds->n_plans; k++) {
            struct vector v = { .set = set, .action = bounds->plan[k].action[x] };
            append(l, name(l, &v), bounds->plan[k].value + from);
            drop_below_last(l, set);
        }
    }
}

void lower_release(struct lower *l)
{
    for (size_t i = 0; i < l->n_sets; i++) {
        free(l->set[i].value);
        free(l->set[i].id);
    }
    free(l->set);
    free(l->vector);
    arena_release(&l->arena);
}

size_t lower_bytes(const struct lower *l)
{
    return l->bytes + l->arena.bytes + l->cap * sizeof *l->vector;
}

void lower_test(const struct lower *l, uint32_t set, const struct sparse *b, uint32_t from,
                double *value, uint32_t *best)
{
    const struct lower_set *s = &l->set[set];
    size_t size = size_of(l, set);
    for (uint32_t i = s->n; i-- > 0 && s->id[i] >= from;) {
        double v = sparse_dot(b, s->value + i * size);
        if (v > *value) {
            *value = v;
            *best = s->id[i];
        }
    }
}

uint32_t lower_add(struct lower *l, const struct vector *v, const double *value)
{
    const struct blocks *b = l->bounds->b;
    size_t pair = block_pair(b, block_of(l, v->set), v->action);
    size_t n = b->outcomes[pair + 1] - b->outcomes[pair];
    struct vector own = *v;
    if (v->next) {
        own.next = arena_take(&l->arena, n, sizeof *own.next);
        memcpy(own.next, v->next, n * sizeof *own.next);
    }
    uint32_t id = name(l, &own);
    append(l, id, value);
    drop_below_last(l, v->set);
    return id;
}

void lower_prune(struct lower *l, const unsigned char *keep)
{
    for (uint32_t id = 0; id < l->n; id++)
        if (!keep[id])
            l->vector[id].row = NO_VECTOR;
    for (uint32_t set = 0; set < l->n_sets; set++)
        close_gaps(l, set);
}

uint32_t lower_next(const struct lower *l, uint32_t id, uint32_t outcome)
{
    const struct blocks *b = l->bounds->b;
    const struct vector *v = &l->vector[id];
    if (v->next)
        return v->next[outcome];
    uint32_t t = v->set / b->n, plans = l->bounds->n_plans;
    if (id >= l->n_sets * plans ||
        (!l->bounds->steps.endless && t + 1 == l->bounds->steps.n))
        return NO_VECTOR;
    size_t pair = block_pair(b, block_of(l, v->set), v->action);
    uint32_t x = b->outcome[b->outcomes[pair] + outcome].block;
    size_t set = (size_t)layer_after(&l->bounds->steps, t) * b->n + x;
    return (uint32_t)(set * plans + id % plans);
}
