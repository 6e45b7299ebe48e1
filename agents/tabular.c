#include "config.h"

#include "ice.h"
#include "tabular.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void table_init(struct table *t, const struct tabular_conf *conf, uint32_t n_actions)
{
    *t = (struct table){ .conf = *conf, .n_actions = n_actions };
}

void table_release(struct table *t)
{
    free(t->key);
    free(t->q);
    free(t->slot);
    *t = (struct table){ 0 };
}

/* Where a key is or would be put: Fibonacci hashing, linear probing. */
static uint32_t *slot_of(const struct table *t, uint64_t key)
{
    uint32_t mask = 2 * t->cap - 1;
    uint32_t i = (uint32_t)((key * 0x9e3779b97f4a7c15u) >> 32) & mask;
    while (t->slot[i] && t->key[t->slot[i] - 1] != key)
        i = (i + 1) & mask;
    return &t->slot[i];
}

static void grow(struct table *t)
{
    t->cap = t->cap ? 2 * t->cap : 32;
    t->key = xrealloc(t->key, t->cap, sizeof *t->key);
    t->q = xrealloc(t->q, (size_t)t->cap * t->n_actions, sizeof *t->q);
    free(t->slot);
    t->slot = xcalloc(2 * (size_t)t->cap, sizeof *t->slot);
    for (uint32_t r = 0; r < t->n_rows; r++)
        *slot_of(t, t->key[r]) = r + 1;
}

uint32_t table_number(struct table *t, uint64_t state)
{
    if (t->n_rows == t->cap)
        grow(t);
    uint32_t *slot = slot_of(t, state);
    if (!*slot) {
        t->key[t->n_rows] = state;
        for (uint32_t a = 0; a < t->n_actions; a++)
            t->q[(size_t)t->n_rows * t->n_actions + a] = t->conf.initial;
        *slot = ++t->n_rows;
    }
    return *slot - 1;
}

static void forget(struct table *t)
{
    t->n_rows = 0;
    memset(t->slot, 0, 2 * (size_t)t->cap * sizeof *t->slot);
}

double *table_row(struct table *t, uint64_t state)
{
    uint32_t row = table_number(t, state); /* which may move the table */
    return t->q + (size_t)row * t->n_actions;
}

const double *table_known(const struct table *t, uint64_t state)
{
    uint32_t row = t->cap ? *slot_of(t, state) : 0;
    return row ? t->q + (size_t)(row - 1) * t->n_actions : NULL;
}

unsigned table_greedy(const double *q, uint32_t n, struct rng *rng)
{
    unsigned best = 0, ties = 0;
    for (unsigned a = 0; a < n; a++) {
        if (q[a] > q[best])
            ties = 0;
        if ((q[a] > q[best] || q[a] == q[best]) && !rng_below(rng, ++ties))
            best = a;
    }
    return best;
}

static double epsilon_at(const struct table *t, uint64_t now)
{
    return t->conf.epsilon * pow((double)now, -t->conf.decay);
}

unsigned table_epsilon_greedy(struct table *t, uint64_t state, uint64_t now,
                              struct rng *rng)
{
    if (rng_unit(rng) < epsilon_at(t, now))
        return rng_below(rng, t->n_actions);
    return table_greedy(table_row(t, state), t->n_actions, rng);
}

/* All the best are as likely as each other. */
void table_chances(const struct table *t, uint64_t state, uint64_t now, double *p)
{
    const double *q = table_known(t, state);
    double epsilon = fmin(1, epsilon_at(t, now)), top = -HUGE_VAL;
    unsigned ties = 0;
    for (uint32_t a = 0; q && a < t->n_actions; a++) {
        ties = q[a] > top ? 1 : ties + !(q[a] < top);
        top = fmax(top, q[a]);
    }
    for (uint32_t a = 0; a < t->n_actions; a++) {
        double greedy = q ? q[a] < top ? 0 : 1.0 / ties : 1.0 / t->n_actions;
        p[a] = epsilon / t->n_actions + (1 - epsilon) * greedy;
    }
}

/* Rows in the order in which they were met, which numbers them again. */
void table_ice(struct table *t, struct ice *ice)
{
    uint32_t n = t->n_rows;
    ice_piece(ice, &n, sizeof n);
    if (ice->way == ICE_THAW)
        forget(t);
    for (uint32_t r = 0; r < n; r++) {
        uint64_t key = ice->way == ICE_THAW ? 0 : t->key[r];
        ice_piece(ice, &key, sizeof key);
        if (ice->way == ICE_THAW)
            table_number(t, key);
        ice_piece(ice, t->q + (size_t)r * t->n_actions, t->n_actions * sizeof *t->q);
    }
}

void table_learn(struct table *t, uint64_t state, unsigned action, double target)
{
    double *q = table_row(t, state) + action;
    *q += t->conf.alpha * (target - *q);
}

/* ---- agents */

void tabular_open(struct tabular *s, const struct agent_ops *ops,
                  const struct tabular_conf *conf, const struct env *truth)
{
    s->base.ops = ops;
    s->state = BEFORE_ALL;
    table_init(&s->table, conf, truth->space.n_actions);
    table_row(&s->table, s->state);
}

void tabular_ice(struct agent *ag, struct ice *ice)
{
    struct tabular *s = (struct tabular *)ag;
    ice_piece(ice, &s->state, sizeof s->state);
    table_ice(&s->table, ice);
}

void tabular_close(struct agent *ag)
{
    table_release(&((struct tabular *)ag)->table);
    free(ag);
}

size_t tabular_report(const struct agent *ag, struct metric *out, size_t n)
{
    if (n)
        out[0] = (struct metric){ "states", ((const struct tabular *)ag)->table.n_rows };
    return n > 0;
}

static void inspect(const struct agent *ag, struct insight *out)
{
    const struct table *t = &((const struct tabular *)ag)->table;
    uint64_t state = ((const struct tabular *)ag)->state;
    out->n_actions = t->n_actions;
    for (uint32_t r = 0; r < t->n_rows; r++)
        if (t->key[r] == state)
            memcpy(out->value, t->q + (size_t)r * t->n_actions,
                   t->n_actions * sizeof *out->value);
}

const struct mind_ops tabular_mind = { .inspect = inspect };
