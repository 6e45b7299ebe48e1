#include "config.h"

#include "expectimax.h"
#include "hash.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1 << 16 }; /* of the table, where a later entry takes an earlier's place */

/* One level of the recursion: what a belief state needs while its children are valued. */
struct level {
    void *snap;        /* of the model at this belief state */
    struct percept *e; /* support of one action */
    size_t cap;        /* entries of e */
    double next;       /* weight of the next utility over that of this one */
    uint64_t name;     /* of this depth of this plan, in the table */
    uint32_t before;   /* the observation that led here */
};

/* A belief state valued before. */
struct valued {
    uint64_t key; /* of the belief state and its level; 0: none */
    double value;
};

struct expectation {
    const struct plan *plan;
    struct level *level;   /* [reach], owned */
    unsigned char *memory; /* [reach + 1] of the utility's, owned: at each level */
    bool carries;          /* both are, beside the model: the utility asks for them */
    struct outcome told;   /* by the last percept imagined: zeros where nothing is told */
    uint32_t reach;        /* longest horizon */
    struct valued *table;  /* [SLOTS] owned; NULL: all histories are walked */
    uint64_t plans;        /* made so far */
    uint64_t states, limit;
};

/* The percepts that may follow `action`; the list grows as needed. */
static size_t support(struct model *m, unsigned action, struct level *l)
{
    size_t n = m->ops->support(m, action, l->e, l->cap);
    if (n <= l->cap)
        return n;
    l->cap = 2 * n;
    l->e = xrealloc(l->e, l->cap, sizeof *l->e);
    return m->ops->support(m, action, l->e, l->cap);
}

static double best(struct expectation *x, uint32_t depth, double *value);

static void *memory_at(const struct expectation *x, uint32_t depth)
{
    return x->memory + depth * x->plan->utility->memory_size;
}

/* The name of a belief state together with what the utility knows of the way there. Rare,
 * and kept out of the recursion, as is carry(). */
__attribute__((noinline)) static uint64_t name_carried(const struct expectation *x,
                                                       uint32_t depth, uint64_t name)
{
    const struct utility *u = x->plan->utility;
    if (u->memory_size)
        name = hash_bytes(name, memory_at(x, depth), u->memory_size);
    return u->wants & WANT_CONTEXT ? hash_word(name, x->level[depth].before) : name;
}

/* The best value from the belief state on that the model is at, remembered if it can be. */
static double recall(struct expectation *x, uint32_t depth)
{
    struct model *m = x->plan->model;
    if (!x->table)
        return best(x, depth, NULL);
    uint64_t key = hash_word(m->ops->key(m), x->level[depth].name);
    if (x->carries)
        key = name_carried(x, depth, key);
    struct valued *v = &x->table[key & (SLOTS - 1)];
    if (v->key != key) {
        double value = best(x, depth, NULL);
        *v = (struct valued){ key, value };
    }
    return v->value;
}

/* What followed the belief state of `depth` is worth; the next level remembers it. */
__attribute__((noinline)) static double carry(struct expectation *x, uint32_t depth,
                                              unsigned action)
{
    const struct utility *u = x->plan->utility;
    struct outcome *o = &x->told;
    o->action = action;
    o->before = x->level[depth].before;
    if (u->memory_size)
        memcpy(memory_at(x, depth + 1), memory_at(x, depth), u->memory_size);
    if (depth + 1 < x->plan->horizon)
        x->level[depth + 1].before = o->e.obs;
    return u->of(u, memory_at(x, depth + 1), o);
}

/* sum_e xi(e | h, a) (u(e) + ratio V(hae)); the model is at the snapshot of `depth`, and
 * again when this returns. */
static double value_of(struct expectation *x, uint32_t depth, unsigned action)
{
    struct model *m = x->plan->model;
    const struct utility *utility = x->plan->utility;
    struct level *l = &x->level[depth];
    double q = 0;
    size_t n = support(m, action, l);
    for (size_t i = 0; i < n && x->states <= x->limit; i++) {
        x->told.e = l->e[i];
        double p = m->ops->condition(m, action, &x->told);
        double u =
            x->carries ? carry(x, depth, action) : utility->of(utility, NULL, &x->told);
        if (depth + 1 < x->plan->horizon && l->next > 0)
            u += l->next * recall(x, depth + 1);
        q += p * u;
        model_restore(m, l->snap);
    }
    return q;
}

/* Whether nobody waits for the result: it then ends as if its limit were reached. */
static bool is_cancelled(const struct expectation *x)
{
    const atomic_int *cancel = x->plan->cancel;
    return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

/* max_a of the above; the values of all actions go to `value` unless it is NULL. */
static double best(struct expectation *x, uint32_t depth, double *value)
{
    struct model *m = x->plan->model;
    double top = -HUGE_VAL;
    x->states++;
    if (is_cancelled(x))
        x->limit = 0;
    model_save(m, x->level[depth].snap);
    for (unsigned a = 0; a < m->space.n_actions; a++) {
        double q = value_of(x, depth, a);
        top = fmax(top, q);
        if (value)
            value[a] = q;
    }
    model_release(m);
    return top;
}

/* Belief states of a full tree, were every action of every state to branch as those of the
 * root do. */
static double estimate(const struct plan *p, struct level *root)
{
    struct model *m = p->model;
    double branches = 0, states = 1;
    for (unsigned a = 0; a < m->space.n_actions; a++)
        branches += (double)support(m, a, root);
    for (uint32_t d = 1; d < p->horizon && isfinite(states); d++)
        states = 1 + branches * states;
    return states;
}

static struct expectation *open_plain(const struct plan *p)
{
    struct expectation *x = xcalloc(1, sizeof *x);
    x->reach = p->horizon;
    x->level = xcalloc(p->horizon, sizeof *x->level);
    for (uint32_t d = 0; d < p->horizon; d++) {
        struct level *l = &x->level[d];
        l->snap = xcalloc(1, p->model->snap_size);
        l->cap = 16;
        l->e = xcalloc(l->cap, sizeof *l->e);
    }
    x->memory = xcalloc(p->horizon + 1, p->utility->memory_size);
    return x;
}

struct expectation *expectation_new(const struct plan *p)
{
    struct expectation *x = open_plain(p);
    if (p->model->ops->key)
        x->table = xcalloc(SLOTS, sizeof *x->table);
    return x;
}

void expectation_free(struct expectation *x)
{
    for (uint32_t d = 0; x && d < x->reach; d++) {
        free(x->level[d].snap);
        free(x->level[d].e);
    }
    if (x) {
        free(x->level);
        free(x->table);
        free(x->memory);
    }
    free(x);
}

/* The root: what has really happened. */
static void stand(struct expectation *x, const struct plan *p)
{
    x->carries = utility_of_history(p->utility);
    x->level[0].before = p->before;
    if (p->utility->memory_size)
        memcpy(memory_at(x, 0), p->memory, p->utility->memory_size);
}

static void weigh(struct expectation *x, const struct plan *p)
{
    x->plans++;
    for (uint32_t d = 0; d < p->horizon; d++) {
        double weight = discount_weight(&p->discount, p->now, d);
        double next = discount_weight(&p->discount, p->now, d + 1);
        x->level[d].next = weight > 0 ? next / weight : 0;
        x->level[d].name = hash_word(hash_mix(x->plans), d);
    }
}

struct exact expectation_solve(struct expectation *x, const struct plan *p, uint64_t limit,
                               double *value)
{
    unsigned want = p->model->want;
    double q[ACTIONS_MAX];
    x->plan = p;
    x->states = 0;
    x->limit = limit;
    weigh(x, p);
    stand(x, p);
    p->model->want = p->utility->wants;
    best(x, 0, q);
    struct exact done = { .done = x->states <= x->limit, .states = x->states };
    if (!done.done)
        done.estimate = estimate(p, &x->level[0]);
    for (unsigned a = 0; done.done && a < p->model->space.n_actions; a++)
        value[a] = q[a];
    p->model->want = want;
    return done;
}

struct exact expectimax(const struct plan *p, uint64_t limit, double *value)
{
    struct expectation *x = open_plain(p);
    struct exact done = expectation_solve(x, p, limit, value);
    expectation_free(x);
    return done;
}
