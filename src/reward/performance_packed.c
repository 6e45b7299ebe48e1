#include "config.h"

#include "performance.h"

#include "hash.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Worlds without chance, up to tens of millions of states: four bytes an action for where
 * it leads and one for what it pays, a pair of whole points from a list of few; twelve
 * bytes a state for its values, of this horizon and the last one. When all are known they
 * are put into the order of their bytes, so that what differs in the last of them lies side
 * by side and memory is walked through, not jumped about in. */
struct values {
    int16_t reward, low, high, best, least, most;
};
struct pays {
    int32_t reward, wanted;
};
enum { PAYS = 256, DEPTH = UINT8_MAX };

struct table {
    const struct env *env;
    const struct performance_bounds *in;
    uint32_t n_actions, horizon;
    size_t bytes;
    unsigned char *state; /* [cap][state_size], until all are known */
    uint32_t n, cap;
    uint64_t *slot; /* their index by bytes: number + 1 below half of the hash; 0: free */
    size_t n_slots;
    uint32_t *next; /* [cap * n_actions] */
    uint8_t *paid;  /* [cap * n_actions] into `pays` */
    struct pays pays[PAYS];
    uint32_t n_pays;
    uint32_t *within; /* [horizon] states that take at most so many steps to come to */
    uint8_t *depth;   /* [n] how many it takes, at most DEPTH */
    uint32_t start;
    unsigned char *scratch;
    struct transition *out;
    struct pending *pending; /* [BATCH * n_actions] */
    unsigned char *after;    /* and their states */
    uint32_t n_pending;
};

/* An edge whose end has to be looked up: that is a walk through memory, so many are begun
 * before the first is ended. */
enum { BATCH = 32 };
struct pending {
    uint64_t hash;
    size_t edge;
};

/* ---- the states */

static inline void prefetch(const void *p)
{
#ifdef __GNUC__
    __builtin_prefetch(p);
#else
    (void)p;
#endif
}

static uint64_t hash_of(const struct table *t, const void *state)
{
    return hash_state(state, t->env->state_size);
}

static const uint64_t TAG = ~UINT64_C(0) << 32;

static uint32_t find(const struct table *t, const void *state, uint64_t hash)
{
    size_t size = t->env->state_size;
    for (uint64_t h = hash;; h++) {
        uint64_t slot = t->slot[h & (t->n_slots - 1)];
        uint32_t i = (uint32_t)slot;
        if (!slot)
            return UINT32_MAX;
        if (!((slot ^ hash) & TAG) &&
            !memcmp(t->state + (size_t)(i - 1) * size, state, size))
            return i - 1;
    }
}

static void place(struct table *t, uint32_t i, uint64_t hash)
{
    uint64_t h = hash;
    while (t->slot[h & (t->n_slots - 1)])
        h++;
    t->slot[h & (t->n_slots - 1)] = (hash & TAG) | (i + 1);
}

/* The most that all tables take at a time: while states are looked for, sorted, renumbered,
 * or valued. */
static size_t needs(const struct table *t, size_t cap, size_t slots)
{
    size_t size = t->env->state_size, number = sizeof(uint32_t);
    size_t edges = t->n_actions * (sizeof *t->next + sizeof *t->paid);
    size_t sort = size + edges + 2 * (size + number) + number;
    size_t renumber = size + 2 * edges + 2 * number;
    size_t most = sort > renumber ? sort : renumber;
    size_t search = cap * (size + edges) + slots * sizeof *t->slot;
    return search > cap * most ? search : cap * most;
}

static bool grow(struct table *t, struct err *err)
{
    size_t cap = t->cap ? t->cap + t->cap / 2 : 1024,
           slots = t->n_slots ? t->n_slots : 1024;
    while (slots < cap + cap / 2)
        slots *= 2;
    if (needs(t, cap, slots) > t->in->bytes || cap > UINT32_MAX / 2)
        return err_set(err,
                       "more than %u states: their tables would take more than %zu MB "
                       "(--memory)",
                       t->n, t->in->bytes / 1000000);
    t->state = xrealloc(t->state, cap, t->env->state_size);
    t->next = xrealloc(t->next, cap * t->n_actions, sizeof *t->next);
    t->paid = xrealloc(t->paid, cap * t->n_actions, sizeof *t->paid);
    t->cap = (uint32_t)cap;
    t->bytes = needs(t, cap, slots);
    if (slots == t->n_slots)
        return true;
    free(t->slot);
    t->n_slots = slots;
    t->slot = xcalloc(slots, sizeof *t->slot);
    for (uint32_t i = 0; i < t->n; i++)
        place(t, i, hash_of(t, t->state + (size_t)i * t->env->state_size));
    return true;
}

/* Number of a state, new or not; UINT32_MAX with *err when there is no room. */
static uint32_t number(struct table *t, const void *state, uint64_t hash, struct err *err)
{
    uint32_t i = t->n_slots ? find(t, state, hash) : UINT32_MAX;
    if (i != UINT32_MAX)
        return i;
    if (t->n == t->cap && !grow(t, err))
        return UINT32_MAX;
    i = t->n++;
    memcpy(t->state + (size_t)i * t->env->state_size, state, t->env->state_size);
    place(t, i, hash);
    return i;
}

/* The number of a pair of pays; PAYS: there are too many, or they are no whole points. */
static uint32_t pay(struct table *t, double reward, double wanted)
{
    struct pays p = { (int32_t)reward, (int32_t)wanted };
    uint32_t i = 0;
    if (reward != rint(reward) || wanted != rint(wanted))
        return PAYS;
    while (i < t->n_pays &&
           (t->pays[i].reward != p.reward || t->pays[i].wanted != p.wanted))
        i++;
    if (i == t->n_pays && i < PAYS)
        t->pays[t->n_pays++] = p;
    return i;
}

/* What an action does in state i, into `pending`. False: it is chance's to say, or what is
 * paid is no whole points. */
static bool follow(struct table *t, uint32_t i, unsigned action)
{
    const struct env *env = t->env;
    size_t size = env->state_size, edge = (size_t)i * t->n_actions + action;
    const void *state = t->state + i * size;
    if (env->ops->transitions(env, state, action, t->out, t->scratch) != 1)
        return false;
    struct percept e = t->out->e;
    double wanted = env->ops->performance(env, state, action, e, t->scratch);
    uint32_t paid = pay(t, e.rew + env_worth(env, state, action, e, t->scratch), wanted);
    uint64_t hash = hash_of(t, t->scratch);
    if (paid == PAYS)
        return false;
    memcpy(t->after + t->n_pending * size, t->scratch, size);
    t->pending[t->n_pending++] = (struct pending){ hash, edge };
    prefetch(&t->slot[hash & (t->n_slots - 1)]);
    t->paid[edge] = (uint8_t)paid;
    return true;
}

/* Looks up where all that is pending ends. False when there is no room. */
static bool settle(struct table *t, struct err *err)
{
    size_t size = t->env->state_size;
    for (uint32_t k = 0; k < t->n_pending; k++) {
        uint32_t i = (uint32_t)t->slot[t->pending[k].hash & (t->n_slots - 1)];
        prefetch(t->state + (size_t)(i ? i - 1 : 0) * size);
    }
    for (uint32_t k = 0; k < t->n_pending; k++) {
        const struct pending *p = &t->pending[k];
        uint32_t next = number(t, t->after + k * size, p->hash, err);
        if (next == UINT32_MAX)
            return false;
        t->next[p->edge] = next;
    }
    t->n_pending = 0;
    return true;
}

/* All states that horizon - 1 steps lead to, with what follows from them. */
static bool explore(struct table *t, struct err *err)
{
    uint32_t i = 0;
    for (uint32_t d = 0; d < t->horizon; d++) {
        t->within[d] = t->n;
        while (i < t->within[d]) {
            uint32_t end = t->within[d] - i > BATCH ? i + BATCH : t->within[d];
            for (; i < end; i++)
                for (unsigned a = 0; a < t->n_actions; a++)
                    if (!follow(t, i, a))
                        return false;
            if (!settle(t, err) || performance_cancelled(t->in))
                return false;
        }
    }
    return true;
}

/* ---- their order */

/* A state's bytes and its number, side by side. */
struct rows {
    size_t size, n;
    unsigned char *at, *spare; /* [n * size] */
};

/* One pass over byte k: stable, from the last byte to the first they make the order. */
static void sort_by(struct rows *r, size_t k)
{
    enum { VALUES = 256 };
    size_t from[VALUES + 1] = { 0 };
    for (size_t i = 0; i < r->n; i++)
        from[r->at[i * r->size + k] + 1]++;
    for (size_t v = 0; v < VALUES; v++) {
        if (from[v + 1] == r->n)
            return; /* all have the same */
        from[v + 1] += from[v];
    }
    for (size_t i = 0; i < r->n; i++) {
        const unsigned char *row = r->at + i * r->size;
        memcpy(r->spare + from[row[k]]++ * r->size, row, r->size);
    }
    unsigned char *swap = r->at;
    r->at = r->spare;
    r->spare = swap;
}

/* The states' numbers in the order of their bytes; owned by the caller. */
static uint32_t *order_of(const struct table *t)
{
    size_t size = t->env->state_size;
    struct rows r = { .size = size + sizeof(uint32_t), .n = t->n };
    uint32_t *order = xcalloc(t->n, sizeof *order);
    r.at = xcalloc(t->n, r.size);
    r.spare = xcalloc(t->n, r.size);
    for (uint32_t i = 0; i < t->n; i++) {
        memcpy(r.at + i * r.size, t->state + i * size, size);
        memcpy(r.at + i * r.size + size, &i, sizeof i);
    }
    for (size_t k = size; k-- > 0;)
        sort_by(&r, k);
    for (uint32_t i = 0; i < t->n; i++)
        memcpy(&order[i], r.at + i * r.size + size, sizeof i);
    free(r.at);
    free(r.spare);
    return order;
}

static uint8_t *depths(const struct table *t, const uint32_t *order)
{
    uint8_t *depth = xcalloc(t->n, sizeof *depth);
    uint8_t *old = xcalloc(t->n, sizeof *old);
    uint32_t i = 0;
    for (uint32_t d = 0; d <= t->horizon; d++)
        for (uint32_t end = d < t->horizon ? t->within[d] : t->n; i < end; i++)
            old[i] = (uint8_t)(d < DEPTH ? d : DEPTH);
    for (i = 0; i < t->n; i++)
        depth[i] = old[order[i]];
    free(old);
    return depth;
}

/* Numbers all states anew, and their edges with them. States that were never left have none
 * that count: they are known with no steps to go. */
static void put_in_order(struct table *t)
{
    uint32_t n_actions = t->n_actions, expanded = t->within[t->horizon - 1];
    uint32_t *order = order_of(t), *rank = xcalloc(t->n, sizeof *rank);
    uint32_t *next = xcalloc((size_t)t->n * n_actions, sizeof *next);
    uint8_t *paid = xcalloc((size_t)t->n * n_actions, sizeof *paid);
    for (uint32_t i = 0; i < t->n; i++)
        rank[order[i]] = i;
    for (uint32_t i = 0; i < t->n; i++)
        for (unsigned a = 0; a < n_actions && order[i] < expanded; a++) {
            size_t edge = (size_t)order[i] * n_actions + a;
            next[(size_t)i * n_actions + a] = rank[t->next[edge]];
            paid[(size_t)i * n_actions + a] = t->paid[edge];
        }
    free(t->next);
    free(t->paid);
    t->next = next;
    t->paid = paid;
    t->depth = depths(t, order);
    t->start = rank[0];
    free(order);
    free(rank);
}

/* ---- the values */

static inline void take(struct values *v, struct values q)
{
    if (q.reward > v->reward) {
        v->reward = q.reward;
        v->low = q.low;
        v->high = q.high;
    } else if (q.reward == v->reward) {
        v->low = q.low < v->low ? q.low : v->low;
        v->high = q.high > v->high ? q.high : v->high;
    }
    if (q.best > v->best) {
        v->best = q.best;
        v->least = q.least;
        v->most = q.most;
    } else if (q.best == v->best) {
        v->least = q.least < v->least ? q.least : v->least;
        v->most = q.most > v->most ? q.most : v->most;
    }
}

static inline struct values paid(struct values q, struct pays p)
{
    q.reward = (int16_t)(q.reward + p.reward);
    q.least = (int16_t)(q.least + p.reward);
    q.most = (int16_t)(q.most + p.reward);
    q.best = (int16_t)(q.best + p.wanted);
    q.low = (int16_t)(q.low + p.wanted);
    q.high = (int16_t)(q.high + p.wanted);
    return q;
}

/* One more step to go, of the states that at most so many steps lead to. */
static void sweep(const struct table *t, uint32_t steps, const struct values *old,
                  struct values *new)
{
    for (uint32_t i = 0; i < t->n; i++) {
        if (t->depth[i] > steps)
            continue;
        const uint32_t *next = t->next + (size_t)i * t->n_actions;
        const uint8_t *p = t->paid + (size_t)i * t->n_actions;
        struct values v = paid(old[next[0]], t->pays[p[0]]);
        for (unsigned a = 1; a < t->n_actions; a++)
            take(&v, paid(old[next[a]], t->pays[p[a]]));
        new[i] = v;
    }
}

/* Whether sums of so many pays fit into two bytes. */
static bool fits(const struct table *t)
{
    int64_t most = 0;
    for (uint32_t i = 0; i < t->n_pays; i++) {
        int64_t r = llabs(t->pays[i].reward), w = llabs(t->pays[i].wanted);
        most = r > most ? r : most;
        most = w > most ? w : most;
    }
    return most * t->horizon <= INT16_MAX;
}

static void evaluate(struct table *t, struct performance *p)
{
    struct values *old = xcalloc(t->n, sizeof *old), *new = xcalloc(t->n, sizeof *new);
    for (uint32_t k = 1; k <= t->horizon && !performance_cancelled(t->in); k++) {
        sweep(t, t->horizon - k, old, new);
        struct values *swap = old;
        old = new;
        new = swap;
    }
    const struct values *v = old + t->start;
    p->of = (struct worths){ v->reward, v->low, v->high, v->best, v->least, v->most };
    p->nodes = t->n;
    p->method = "packed";
    free(old);
    free(new);
}

/* The one start; false when there are several. */
static bool begin(struct table *t, struct err *err)
{
    const struct env *env = t->env;
    struct rng unused = { { 1, 2, 3, 4 } };
    memset(t->scratch, 0, env->state_size);
    env_reset(env, t->scratch, &unused);
    return (!env->ops->starts || env->max_starts == 1) &&
           !number(t, t->scratch, hash_of(t, t->scratch), err);
}

static void drop_states(struct table *t)
{
    free(t->state);
    free(t->slot);
    t->state = NULL;
    t->slot = NULL;
}

bool performance_packed(struct performance *p, const struct env *env,
                        const struct performance_bounds *in, struct err *err)
{
    size_t room = env->state_size * (1 + (size_t)env->max_transitions);
    struct table t = { .env = env,
                       .n_actions = env->space.n_actions,
                       .horizon = in->horizon,
                       .in = in,
                       .within = xcalloc(in->horizon, sizeof *t.within),
                       .scratch = xcalloc(1, room),
                       .out = xcalloc(env->max_transitions, sizeof *t.out) };
    size_t edges = (size_t)BATCH * t.n_actions;
    t.pending = xcalloc(edges, sizeof *t.pending);
    t.after = xcalloc(edges, env->state_size);
    bool ok = begin(&t, err) && explore(&t, err) && fits(&t);
    if (ok) {
        free(t.slot);
        t.slot = NULL;
        put_in_order(&t);
        drop_states(&t);
        evaluate(&t, p);
        p->bytes = t.bytes;
    }
    drop_states(&t);
    free(t.next);
    free(t.paid);
    free(t.within);
    free(t.depth);
    free(t.scratch);
    free(t.out);
    free(t.pending);
    free(t.after);
    return ok;
}
