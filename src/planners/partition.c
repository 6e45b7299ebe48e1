#include "config.h"

#include "hash.h"
#include "partition.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Passes over all edges, of which a few suffice; whoever needs more is not taken apart. */
enum { PASSES_MAX = 100 };

/* Classes as a forest, and for each class, action and percept one successor. */
struct forest {
    const struct pomdp *p;
    uint32_t *up; /* [n_states] */
    struct successor {
        uint64_t class_action; /* class * n_actions + action + 1; 0: free */
        uint32_t percept, next;
    } * at; /* [n_slots], open addressing */
    size_t n_slots;
    bool changed;
};

static uint32_t find(struct forest *f, uint32_t s)
{
    while (f->up[s] != s) {
        f->up[s] = f->up[f->up[s]];
        s = f->up[s];
    }
    return s;
}

static void join(struct forest *f, uint32_t s, uint32_t t)
{
    s = find(f, s);
    t = find(f, t);
    if (s == t)
        return;
    f->up[s > t ? s : t] = s > t ? t : s;
    f->changed = true;
}

/* The edge leads to where the others of its class, action and percept lead. */
static void follow(struct forest *f, uint64_t class_action, const struct pomdp_edge *e)
{
    uint64_t h = hash_mix(class_action ^ (uint64_t)e->percept << 40);
    struct successor *at;
    for (;; h++) {
        at = &f->at[h & (f->n_slots - 1)];
        if (!at->class_action)
            break;
        if (at->class_action == class_action && at->percept == e->percept) {
            join(f, at->next, e->next);
            return;
        }
    }
    *at = (struct successor){ class_action, e->percept, e->next };
}

static void follow_all(struct forest *f, uint32_t s, uint64_t class)
{
    for (unsigned a = 0; a < f->p->n_actions; a++) {
        const struct pomdp_edge *e;
        size_t n = pomdp_edges(f->p, a, s, &e);
        for (size_t i = 0; i < n; i++)
            follow(f, class * f->p->n_actions + a + 1, &e[i]);
    }
}

/* Joins what must be joined; false when that takes too many passes. */
static bool close_up(struct forest *f)
{
    const struct pomdp *p = f->p;
    f->changed = true;
    for (int pass = 0; pass < PASSES_MAX && f->changed; pass++) {
        f->changed = false;
        memset(f->at, 0, f->n_slots * sizeof *f->at);
        for (uint32_t s = 0; s < p->n_states; s++) {
            follow_all(f, s, find(f, s));
            if (p->start[s] > 0)
                follow_all(f, s, p->n_states);
        }
    }
    return !f->changed;
}

/* Sum of the squares of the classes' sizes: what belief and vectors are to cost. */
static double cost(struct forest *f)
{
    uint32_t *size = xcalloc(f->p->n_states, sizeof *size);
    double sum = 0;
    for (uint32_t s = 0; s < f->p->n_states; s++)
        size[find(f, s)]++;
    for (uint32_t s = 0; s < f->p->n_states; s++)
        sum += (double)size[s] * size[s];
    free(size);
    return sum;
}

static void join_start(struct forest *f)
{
    const double *start = f->p->start;
    uint32_t one = 0;
    while (!(start[one] > 0))
        one++;
    for (uint32_t s = one; s < f->p->n_states; s++)
        if (start[s] > 0)
            join(f, one, s);
}

static void label(struct partition *q, struct forest *f)
{
    uint32_t n = f->p->n_states;
    q->label = xcalloc(n, sizeof *q->label);
    for (uint32_t s = 0; s < n; s++) {
        uint32_t root = find(f, s); /* the least of its class */
        q->label[s] = root == s ? q->n++ : q->label[root];
    }
}

static void lump(struct forest *f)
{
    for (uint32_t s = 0; s < f->p->n_states; s++)
        f->up[s] = 0;
}

void partition_find(struct partition *q, const struct pomdp *p)
{
    size_t edges = p->first[(size_t)p->n_actions * p->n_states];
    struct forest f = { .p = p, .n_slots = 64 };
    *q = (struct partition){ 0 };
    while (f.n_slots < 4 * edges)
        f.n_slots *= 2;
    f.up = xcalloc(p->n_states, sizeof *f.up);
    f.at = xcalloc(f.n_slots, sizeof *f.at);
    for (uint32_t s = 0; s < p->n_states; s++)
        f.up[s] = s;
    bool ok = close_up(&f);
    uint32_t *apart = xcalloc(p->n_states, sizeof *apart);
    memcpy(apart, f.up, p->n_states * sizeof *apart);
    double least = cost(&f);
    join_start(&f);
    if (!ok || !close_up(&f))
        lump(&f);
    /* A start that is spread over places that are seen later is no reason to lump them. */
    q->apart = ok && 2 * least < cost(&f);
    if (q->apart)
        memcpy(f.up, apart, p->n_states * sizeof *apart);
    label(q, &f);
    free(apart);
    free(f.up);
    free(f.at);
}

void partition_release(struct partition *q)
{
    free(q->label);
    *q = (struct partition){ 0 };
}
