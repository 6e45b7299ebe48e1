#include "config.h"

#include "fsm.h"
#include "hash.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Open addressing on power-of-two tables of indices + 1; 0 is free. */

static void alphabet_rehash(struct alphabet *a)
{
    a->n_slots = a->n_slots ? 2 * a->n_slots : 64;
    free(a->slot);
    a->slot = xcalloc(a->n_slots, sizeof *a->slot);
    for (uint32_t i = 0; i < a->n; i++) {
        uint64_t h = hash_mix(percept_key(a->at[i]));
        while (a->slot[h & (a->n_slots - 1)])
            h++;
        a->slot[h & (a->n_slots - 1)] = i + 1;
    }
}

uint32_t alphabet_find(const struct alphabet *a, struct percept e)
{
    if (!a->n_slots)
        return UINT32_MAX;
    for (uint64_t h = hash_mix(percept_key(e));; h++) {
        uint32_t i = a->slot[h & (a->n_slots - 1)];
        if (!i)
            return UINT32_MAX;
        if (percept_key(a->at[i - 1]) == percept_key(e))
            return i - 1;
    }
}

uint32_t alphabet_add(struct alphabet *a, struct percept e)
{
    uint32_t i = alphabet_find(a, e);
    if (i != UINT32_MAX)
        return i;
    if (a->n == a->cap) {
        a->cap = a->cap ? 2 * a->cap : 16;
        a->at = xrealloc(a->at, a->cap, sizeof *a->at);
    }
    a->at[a->n++] = e;
    if (2 * a->n > a->n_slots) {
        alphabet_rehash(a);
        return a->n - 1;
    }
    uint64_t h = hash_mix(percept_key(e));
    while (a->slot[h & (a->n_slots - 1)])
        h++;
    a->slot[h & (a->n_slots - 1)] = a->n;
    return a->n - 1;
}

void alphabet_release(struct alphabet *a)
{
    free(a->at);
    free(a->slot);
    *a = (struct alphabet){ 0 };
}

static uint32_t find(const struct fsm *f, const void *state)
{
    if (!f->n_slots)
        return UINT32_MAX;
    for (uint64_t h = hash_state(state, f->state_size);; h++) {
        uint32_t i = f->slot[h & (f->n_slots - 1)];
        if (!i)
            return UINT32_MAX;
        if (!memcmp(f->state + (size_t)(i - 1) * f->state_size, state, f->state_size))
            return i - 1;
    }
}

uint32_t fsm_find(const struct fsm *f, const void *state) { return find(f, state); }

static void place_slot(struct fsm *f, uint32_t i)
{
    uint64_t h = hash_state(f->state + (size_t)i * f->state_size, f->state_size);
    while (f->slot[h & (f->n_slots - 1)])
        h++;
    f->slot[h & (f->n_slots - 1)] = i + 1;
}

/* Number of `state`, adding it when new. */
static uint32_t number(struct fsm *f, const void *state, uint32_t *cap)
{
    uint32_t i = find(f, state);
    if (i != UINT32_MAX)
        return i;
    if (f->n_states == *cap) {
        *cap = *cap ? 2 * *cap : 64;
        f->state = xrealloc(f->state, *cap, f->state_size);
    }
    i = f->n_states++;
    memcpy(f->state + (size_t)i * f->state_size, state, f->state_size);
    if (2 * f->n_states > f->n_slots) {
        f->n_slots = f->n_slots ? 2 * f->n_slots : 128;
        free(f->slot);
        f->slot = xcalloc(f->n_slots, sizeof *f->slot);
        for (uint32_t k = 0; k < f->n_states; k++)
            place_slot(f, k);
    } else {
        place_slot(f, i);
    }
    return i;
}

/* Where each percept led, after the last state and action that could tell it. */
struct told {
    struct {
        size_t after; /* 1 + the pair; 0: none yet */
        uint32_t next;
    } * at;
    size_t n;
};

/* Whether two edges of one state and action share a percept but not the next state. */
static bool ambiguous(struct told *t, size_t pair, const struct fsm_edge *edge, size_t n)
{
    bool twice = false;
    for (size_t i = 0; i < n; i++) {
        uint32_t e = edge[i].percept;
        if (e >= t->n) {
            size_t had = t->n;
            t->n = 2 * (size_t)e + 16;
            t->at = xrealloc(t->at, t->n, sizeof *t->at);
            memset(t->at + had, 0, (t->n - had) * sizeof *t->at);
        }
        twice |= t->at[e].after == pair + 1 && t->at[e].next != edge[i].next;
        t->at[e].after = pair + 1;
        t->at[e].next = edge[i].next;
    }
    return twice;
}

/* Packs the edges for sampling, if their numbers fit. */
static void pack(struct fsm *f)
{
    size_t pairs = (size_t)f->n_states * f->n_actions, n = 1;
    f->jump = xcalloc(pairs, sizeof *f->jump);
    f->choice = xcalloc((size_t)f->first[pairs] + 1, sizeof *f->choice);
    for (size_t i = 0; i < pairs; i++) {
        const struct fsm_edge *e = &f->edge[f->first[i]];
        uint32_t count = f->first[i + 1] - f->first[i];
        if (e->percept > UINT16_MAX || n + count > UINT16_MAX) {
            free(f->jump);
            free(f->choice);
            f->jump = NULL;
            f->choice = NULL;
            return;
        }
        f->jump[i] =
            (struct fsm_jump){ e->next, (uint16_t)e->percept, count > 1 ? (uint16_t)n : 0 };
        double below = 0;
        for (uint32_t k = 0; count > 1 && k < count; k++) {
            below += e[k].p;
            double cut = k + 1 < count ? round(below * 0x1p32) : 0x1p32 - 1;
            f->choice[n++] =
                (struct fsm_choice){ cut >= 0x1p32 - 1 ? UINT32_MAX : (uint32_t)cut,
                                     e[k].next, e[k].percept };
        }
    }
}

struct fsm *fsm_new(const struct env *env, const void *start, uint32_t max_states,
                    struct alphabet *percepts)
{
    return fsm_new_from(env, start, 1, max_states, percepts);
}

/* Room for n more than *used entries; returns the array. */
static void *room(void *array, size_t used, size_t n, size_t *cap, size_t size)
{
    if (used + n <= *cap)
        return array;
    *cap = 2 * (used + n);
    return xrealloc(array, *cap, size);
}

/* What an automaton is built with: rooms, and scratch for one state. */
struct builder {
    struct fsm *f;
    const struct env *env;
    uint32_t states_cap;
    size_t n_edges, edge_cap, worth_cap, pair, pair_cap;
    struct transition *out;
    unsigned char *next, *here;
    struct told told;
};

static void builder_init(struct builder *b, struct fsm *f, const struct env *env)
{
    *b = (struct builder){ .f = f, .env = env };
    b->out = xcalloc(env->max_transitions, sizeof *b->out);
    b->next = xcalloc(env->max_transitions, env->state_size);
    b->here = xcalloc(1, env->state_size);
}

static void builder_release(struct builder *b)
{
    free(b->told.at);
    free(b->out);
    free(b->next);
    free(b->here);
}

/* What the n edges from `edge` on earn beside their percepts. */
static void add_worths(struct builder *b, unsigned action, size_t n)
{
    struct fsm *f = b->f;
    f->worth = room(f->worth, b->n_edges, n, &b->worth_cap, sizeof *f->worth);
    for (size_t i = 0; i < n; i++)
        f->worth[b->n_edges + i] =
            env_worth(b->env, b->here, action, b->out[i].e, b->next + i * f->state_size);
}

/* The edges of the pair that is next, from the state in b->here. */
static void add_edges(struct builder *b, unsigned action)
{
    struct fsm *f = b->f;
    size_t n = b->env->ops->transitions(b->env, b->here, action, b->out, b->next);
    f->edge = room(f->edge, b->n_edges, n, &b->edge_cap, sizeof *f->edge);
    f->first = room(f->first, b->pair, 2, &b->pair_cap, sizeof *f->first);
    f->first[b->pair] = (uint32_t)b->n_edges;
    for (size_t i = 0; i < n; i++)
        f->edge[b->n_edges + i] =
            (struct fsm_edge){ b->out[i].p,
                               number(f, b->next + i * f->state_size, &b->states_cap),
                               alphabet_add(f->percepts, b->out[i].e) };
    f->unifilar &= !ambiguous(&b->told, b->pair, &f->edge[b->n_edges], n);
    if (space_unseen(&b->env->space))
        add_worths(b, action, n);
    b->n_edges += n;
    f->first[++b->pair] = (uint32_t)b->n_edges;
}

struct fsm *fsm_new_from(const struct env *env, const void *starts, size_t n_starts,
                         uint32_t max_states, struct alphabet *percepts)
{
    if (!env->ops->transitions)
        return NULL;
    struct fsm *f = xcalloc(1, sizeof *f);
    struct builder b;
    f->n_actions = env->space.n_actions;
    f->state_size = env->state_size;
    f->percepts = percepts;
    f->unifilar = true;
    builder_init(&b, f, env);
    for (size_t i = 0; i < n_starts; i++)
        number(f, (const char *)starts + i * f->state_size, &b.states_cap);
    for (uint32_t s = 0; s < f->n_states && f->n_states <= max_states; s++) {
        memcpy(b.here, f->state + (size_t)s * f->state_size, f->state_size);
        for (unsigned a = 0; a < f->n_actions; a++)
            add_edges(&b, a);
    }
    builder_release(&b);
    if (f->n_states > max_states) {
        fsm_free(f);
        return NULL;
    }
    pack(f);
    return f;
}

struct fsm *fsm_new_whole(const struct env *env, uint32_t max_states,
                          struct alphabet *percepts, double **start)
{
    size_t cap = env->ops->starts ? env->max_starts : 1, n = 1;
    double *p = xcalloc(cap, sizeof *p);
    unsigned char *state = xcalloc(cap, env->state_size);
    struct rng none = { { 1, 2, 3, 4 } };
    p[0] = 1;
    if (env->ops->starts)
        n = env->ops->starts(env, p, state);
    else
        env_reset(env, state, &none);
    struct fsm *f = fsm_new_from(env, state, n, max_states, percepts);
    *start = f ? xcalloc(f->n_states, sizeof **start) : NULL;
    for (size_t i = 0; f && i < n; i++)
        (*start)[fsm_find(f, state + i * env->state_size)] += p[i];
    free(p);
    free(state);
    return f;
}

void fsm_free(struct fsm *f)
{
    if (!f)
        return;
    free(f->first);
    free(f->edge);
    free(f->worth);
    free(f->jump);
    free(f->choice);
    free(f->state);
    free(f->slot);
    free(f);
}
