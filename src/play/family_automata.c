#include "config.h"

#include "opponents.h"
#include "registry.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* All that an opponent may do with few states: Moore machines, which say a move in each
 * state and go on by what they see; Rubinstein, J. Economic Theory 39 (1986); Abreu &
 * Rubinstein, Econometrica 56 (1988). Of A moves and O sights (A n^O)^n are written with n
 * states; each behaviour is listed once, as the smallest machine that has it, with its
 * states in the order in which they are reached. Of two moves and two sights those are 2,
 * 26, 1054 of at most 1, 2, 3 states. */

enum { STATES_MAX = 8, SIGHTS_MAX = 32 };
enum prior { PRIOR_UNIFORM, PRIOR_SIZE };

struct config {
    int64_t states;
    int prior;
};

struct table {
    uint8_t n, move[STATES_MAX], next[STATES_MAX][SIGHTS_MAX];
};

struct automaton {
    struct policy base;
    struct table table;
};

struct automata_class {
    struct opponents of;
    enum prior prior;
    uint32_t states;
    uint32_t *code; /* owned, [n[0] + ...]: those kept, by size */
    size_t n[STATES_MAX + 1], room;
};

/* ---- machines */

static void decode(struct table *t, uint32_t n, uint32_t code, const struct space *sp)
{
    t->n = (uint8_t)n;
    for (uint32_t i = 0; i < n; i++) {
        t->move[i] = (uint8_t)(code % sp->n_actions);
        code /= sp->n_actions;
        for (uint32_t o = 0; o < sp->n_obs; o++, code /= n)
            t->next[i][o] = (uint8_t)(code % n);
    }
}

/* State 0 first, and every other when it is first reached. */
static bool in_order(const struct table *t, uint32_t n_obs)
{
    uint32_t reached = 1;
    for (uint32_t i = 0; i < t->n; i++) {
        if (i >= reached)
            return false;
        for (uint32_t o = 0; o < n_obs; o++) {
            if (t->next[i][o] > reached)
                return false;
            reached += t->next[i][o] == reached;
        }
    }
    return true;
}

static bool alike(const struct table *t, uint32_t n_obs, const uint8_t *class, uint32_t i,
                  uint32_t k)
{
    bool same = class[i] == class[k];
    for (uint32_t o = 0; same && o < n_obs; o++)
        same = class[t->next[i][o]] == class[t->next[k][o]];
    return same;
}

/* No two states behave alike: Moore's partition, refined n times. */
static bool is_minimal(const struct table *t, uint32_t n_obs)
{
    uint8_t class[STATES_MAX], finer[STATES_MAX];
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < t->n; i++)
        class[i] = t->move[i];
    for (uint32_t round = 0; round < t->n; round++) {
        distinct = 0;
        for (uint32_t i = 0; i < t->n; i++) {
            uint32_t k = 0;
            while (k < i && !alike(t, n_obs, class, i, k))
                k++;
            finer[i] = (uint8_t)k;
            distinct += k == i;
        }
        for (uint32_t i = 0; i < t->n; i++)
            class[i] = finer[i];
    }
    return distinct == t->n;
}

/* ---- a machine as a policy */

static void reset(const struct policy *p, void *state)
{
    (void)p;
    *(uint8_t *)state = 0;
}

static void chances(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    const struct table *t = &((const struct automaton *)p)->table;
    double meant[ACTIONS_MAX] = { 0 };
    meant[t->move[*(const uint8_t *)state]] = 1;
    opponents_obey(p, meant, legal, out);
}

static void update(const struct policy *p, void *state, unsigned action, struct percept e)
{
    const struct table *t = &((const struct automaton *)p)->table;
    uint8_t *at = state;
    (void)action;
    *at = t->next[*at][e.obs];
}

static const struct policy_ops policy_automaton = {
    .kind.name = "automaton", .reset = reset, .chances = chances, .update = update
};

/* ---- the class */

/* How many are written with n states. */
static double written(const struct space *sp, uint32_t n)
{
    return pow(sp->n_actions * pow(n, sp->n_obs), n);
}

static void keep(struct automata_class *s, uint32_t n, uint32_t code, size_t all)
{
    if (all == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->code = xrealloc(s->code, s->room, sizeof *s->code);
    }
    s->code[all] = code;
    s->n[n]++;
}

static void list_behaviours(struct automata_class *s)
{
    const struct space *sp = s->of.space;
    size_t all = 0;
    struct table t = { 0 };
    for (uint32_t n = 1; n <= s->states; n++)
        for (uint32_t code = 0, end = (uint32_t)written(sp, n); code < end; code++) {
            decode(&t, n, code, sp);
            if (in_order(&t, sp->n_obs) && is_minimal(&t, sp->n_obs))
                keep(s, n, code, all++);
        }
}

static void close_class(struct family *f)
{
    free(((struct automata_class *)f)->code);
    free(f);
}

static struct family *open_class(const void *config, const struct env *truth,
                                 struct err *err)
{
    const struct config *c = config;
    struct automata_class *s = xcalloc(1, sizeof *s);
    double all = 0;
    char count[32];
    s->states = (uint32_t)c->states;
    s->prior = (enum prior)c->prior;
    bool ok = opponents_init(&s->of, truth, "automata", err);
    if (ok && s->of.space->n_obs > SIGHTS_MAX)
        ok = err_set(err, "family automata: they see one of %" PRIu32 " things; at most %d",
                     s->of.space->n_obs, SIGHTS_MAX);
    for (uint32_t n = 1; ok && n <= s->states; n++)
        all += written(s->of.space, n);
    if (ok && all > OPPONENTS_MOST)
        ok = err_set(err,
                     "family automata: %s are written with at most %" PRIu32
                     " states, %" PRIu32 " moves and %" PRIu32 " sights; at most %d",
                     opponents_count(all, count), s->states, s->of.space->n_actions,
                     s->of.space->n_obs, OPPONENTS_MOST);
    if (ok) {
        list_behaviours(s);
        return &s->of.base;
    }
    free(s);
    return NULL;
}

static size_t count(const struct family *f)
{
    const struct automata_class *s = (const struct automata_class *)f;
    size_t all = 0;
    for (uint32_t n = 1; n <= s->states; n++)
        all += s->n[n];
    return all;
}

static void table_of(const struct automata_class *s, size_t k, struct table *t)
{
    uint32_t n = 1;
    for (size_t i = k; i >= s->n[n]; n++)
        i -= s->n[n];
    *t = (struct table){ 0 };
    decode(t, n, s->code[k], s->of.space);
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct automata_class *s = (const struct automata_class *)f;
    struct automaton *p = xcalloc(1, sizeof *p);
    (void)err;
    p->base = (struct policy){ &policy_automaton, *s->of.space, 1 };
    table_of(s, k, &p->table);
    return opponents_seat(&s->of, &p->base);
}

/* By size: those of n states have 2^-n together. */
static double log_prior(const struct family *f, size_t k)
{
    const struct automata_class *s = (const struct automata_class *)f;
    struct table t;
    if (s->prior == PRIOR_UNIFORM)
        return -log((double)count(f));
    table_of(s, k, &t);
    return -t.n * M_LN2 - log((double)s->n[t.n]);
}

/* The move of each state, and where it goes from there on each sight: "1:01 0:01". */
static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    const struct automata_class *s = (const struct automata_class *)f;
    struct table t;
    size_t used = 0;
    table_of(s, k, &t);
    if (s->of.space->n_obs > 4)
        used = (size_t)snprintf(buf, n, "no. %zu ", k);
    for (uint32_t i = 0; i < t.n && used < n; i++) {
        used += (size_t)snprintf(buf + used, n - used, "%s%u:", i ? " " : "", t.move[i]);
        for (uint32_t o = 0; o < s->of.space->n_obs && used < n; o++)
            used += (size_t)snprintf(buf + used, n - used, "%u", t.next[i][o]);
    }
}

static const char *const priors[] = { "uniform", "size", NULL };

static const struct param params[] = {
    INT("states", states, .def = 2, .min = 1, .max = STATES_MAX, .help = "at most"),
    CHOICE("prior", prior, priors, .def = PRIOR_UNIFORM,
           .help = "each alike, or 2^-n for all of n states together"),
    { 0 },
};

const struct family_ops family_automata = {
    .kind = { .name = "automata",
              .title = "opponents that are automata of few states",
              .version = 1,
              .params = params,
              .config_size = sizeof(struct config) },
    .open = open_class,
    .close = close_class,
    .count = count,
    .at = at,
    .log_prior = log_prior,
    .text = text,
};
