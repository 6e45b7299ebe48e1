#include "config.h"

#include "expectimax.h"
#include "hash.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1 << 16 }; /* of the table, where a later entry takes an earlier's place */

/* One level of the walk: what a belief state needs while its children are valued, and how
 * far that is. */
struct level {
    void *snap;        /* of the model at this belief state */
    struct percept *e; /* support of one action */
    size_t cap;        /* entries of e */
    double next;       /* weight of the next utility over that of this one */
    uint64_t name;     /* of this depth of this plan, in the table */
    uint32_t before;   /* the observation that led here */
    unsigned action;   /* that is being valued */
    size_t i, n;       /* percept of it, of how many */
    double p, u;       /* of that percept: its chance, and what it earns */
    double q, top;     /* of the action so far, and of the best one before */
    uint64_t key;      /* of this belief state in the table */
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

/* The place of the belief state that the model is at, one level down. */
static struct valued *place(struct expectation *x, uint32_t depth)
{
    struct level *l = &x->level[depth];
    l->key = hash_word(x->plan->model->ops->key(x->plan->model), l->name);
    if (x->carries)
        l->key = name_carried(x, depth, l->key);
    return &x->table[l->key & (SLOTS - 1)];
}

/* Whether nobody waits for the result: it then ends as if its limit were reached. */
static bool is_cancelled(const struct expectation *x)
{
    const atomic_int *cancel = x->plan->cancel;
    return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

static void begin(struct expectation *x, struct level *l, unsigned action)
{
    l->action = action;
    l->q = 0;
    l->i = 0;
    l->n = support(x->plan->model, action, l);
}

/* The model has come to a belief state that is not known. */
static void enter(struct expectation *x, uint32_t depth)
{
    struct level *l = &x->level[depth];
    x->states++;
    if (is_cancelled(x))
        x->limit = 0;
    model_save(x->plan->model, l->snap);
    l->top = -HUGE_VAL;
    begin(x, l, 0);
}

/* The percept is valued: the model is at the level's snapshot again. */
static void take(struct expectation *x, struct level *l)
{
    l->q += l->p * l->u;
    l->i++;
    model_restore(x->plan->model, l->snap);
}

/* Imagines the next percept; true when what follows it has to be walked. */
static bool imagine(struct expectation *x, uint32_t depth)
{
    struct model *m = x->plan->model;
    struct level *l = &x->level[depth];
    const struct utility *utility = x->plan->utility;
    x->told.e = l->e[l->i];
    l->p = m->ops->condition(m, l->action, &x->told);
    l->u = x->carries ? carry(x, depth, l->action) : utility->of(utility, NULL, &x->told);
    if (depth + 1 < x->plan->horizon && l->next > 0) {
        const struct valued *v = x->table ? place(x, depth + 1) : NULL;
        if (!v || v->key != l[1].key)
            return true;
        l->u += l->next * v->value;
    }
    take(x, l);
    return false;
}

/* The belief state of `depth` is valued: its parent, if any, goes on. */
static void leave(struct expectation *x, uint32_t depth)
{
    struct level *l = &x->level[depth];
    model_release(x->plan->model);
    if (!depth)
        return;
    if (x->table)
        x->table[l->key & (SLOTS - 1)] = (struct valued){ l->key, l->top };
    l[-1].u += l[-1].next * l->top;
    take(x, l - 1);
}

/* max_a sum_e xi(e | h, a) (u(e) + ratio V(hae)) of the belief state that the model is at,
 * and at again when this returns; the values of its actions go to `value`. No recursion: a
 * horizon may be longer than the program's stack. */
static void walk(struct expectation *x, double *value)
{
    uint32_t depth = 0;
    enter(x, 0);
    for (;;) {
        struct level *l = &x->level[depth];
        if (l->i < l->n && x->states <= x->limit) {
            if (imagine(x, depth))
                enter(x, ++depth);
            continue;
        }
        l->top = fmax(l->top, l->q);
        if (!depth)
            value[l->action] = l->q;
        if (l->action + 1 < x->plan->model->space.n_actions) {
            begin(x, l, l->action + 1);
            continue;
        }
        leave(x, depth);
        if (!depth--)
            return;
    }
}

/* Belief states of a full tree in which each has so many others behind it. */
static double tree_size(uint32_t horizon, double branches)
{
    double states = 1;
    for (uint32_t d = 1; d < horizon && isfinite(states); d++)
        states = 1 + branches * states;
    return states;
}

double expectimax_histories(const struct plan *p)
{
    struct model *m = p->model;
    double branches = 0;
    for (unsigned a = 0; a < m->space.n_actions; a++)
        branches += (double)m->ops->support(m, a, NULL, 0);
    return tree_size(p->horizon, branches);
}

double exact_effort(const void *config, const struct plan *p)
{
    enum { MOST = 1 << 30 };
    double n = p->model->space.n_actions;
    (void)config;
    if (n * tree_size(p->horizon, n) > MOST) /* with one percept an action */
        return HUGE_VAL;
    return n * expectimax_histories(p);
}

uint64_t exact_limit(uint64_t configured, const struct plan *p)
{
    return p->patience && p->patience < configured ? p->patience : configured;
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
    walk(x, q);
    struct exact done = { .done = x->states <= x->limit, .states = x->states };
    if (!done.done)
        done.estimate = expectimax_histories(p);
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
