#include "config.h"

#include "opponents.h"
#include "reflective.h"
#include "registry.h"
#include "seat.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A class with a grain of truth: opponents of another class, and one that knows that it is
 * believed in, and by whom (reflective.h). */

enum { HISTORIES_MAX = 30000 };
static const double WALKS_MAX = 5e6;  /* policies times histories */
static const double EFFORT_MAX = 1e8; /* iterations times histories */

struct config {
    char *of;
    int64_t rounds;
    double grain, gamma, epsilon;
};

struct grain_class {
    struct opponents of;
    struct env *seat[2];  /* owned: where the given policies are met */
    struct family *given; /* owned: as this player meets them */
    double all;           /* what the weights of these sum to */
    struct reflective point;
};

/* ---- a fixed point as a policy; after its rounds it begins anew */

struct fixed {
    struct policy base;
    uint32_t n, n_joint, moves, others, player;
    double p[]; /* [n][moves] */
};

static void reset(const struct policy *p, void *state) { memset(state, 0, p->state_size); }

static void chances(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    const struct fixed *s = (const struct fixed *)p;
    opponents_obey(p, s->p + (size_t) * (const uint32_t *)state * s->moves, legal, out);
}

static void update(const struct policy *p, void *state, unsigned action, struct percept e)
{
    const struct fixed *s = (const struct fixed *)p;
    uint32_t *h = state;
    uint32_t joint = s->player ? e.obs * s->moves + action : action * s->others + e.obs;
    uint64_t next = 1 + (uint64_t)*h * s->n_joint + joint;
    *h = next < s->n ? (uint32_t)next : 0;
}

static const struct policy_ops policy_fixed = {
    .kind.name = "reflective", .reset = reset, .chances = chances, .update = update
};

static struct policy *fixed_new(const struct grain_class *s)
{
    const struct reflective *r = &s->point;
    uint32_t other = !s->of.player, moves = r->table->moves[other];
    size_t cells = (size_t)r->n * moves;
    struct fixed *p = xcalloc(1, sizeof *p + cells * sizeof *p->p);
    p->base = (struct policy){ &policy_fixed, *s->of.space, sizeof(uint32_t) };
    p->n = r->n;
    p->n_joint = r->table->n_joint;
    p->moves = moves;
    p->others = r->table->moves[!other];
    p->player = other;
    memcpy(p->p, r->p[other], cells * sizeof *p->p);
    return &p->base;
}

/* ---- where the given policies lead */

/* A walk with one of them through all histories. */
struct walk {
    struct reflective *r;
    uint32_t player;
    const struct env *seat;
    struct transition *out;
    unsigned char *next; /* of each round, [rounds][max_transitions] states */
};

static void follow(const struct walk *w, const unsigned char *state, uint32_t h,
                   uint32_t round, double mass)
{
    const struct env *seat = w->seat;
    const struct normal *table = w->r->table;
    uint32_t others = table->moves[!w->player];
    size_t many = seat->max_transitions;
    unsigned char *next = w->next + round * many * seat->state_size;
    struct transition *out = w->out + round * many;
    for (unsigned a = 0; a < table->moves[w->player]; a++) {
        size_t n = seat->ops->transitions(seat, state, a, out, next);
        for (size_t k = 0; k < n; k++) {
            uint32_t b = out[k].e.obs;
            uint32_t joint = w->player ? b * table->moves[1] + a : a * others + b;
            uint32_t to = reflective_next(w->r, h, joint);
            if (!a)
                w->r->given[w->player][(size_t)h * others + b] += mass * out[k].p;
            if (to)
                follow(w, next + k * seat->state_size, to, round + 1, mass * out[k].p);
        }
    }
}

static bool walk_one(struct reflective *r, uint32_t player, const struct env *seat,
                     const char *name, double mass, struct err *err)
{
    struct rng none = { { 1, 2, 3, 4 } };
    if (!seat->ops->transitions || seat->ops->starts)
        return err_set(err, "family reflective: it is not known what %s does", name);
    size_t many = (size_t)r->rounds * seat->max_transitions;
    struct walk w = { r, player, seat, xcalloc(many, sizeof *w.out),
                      xcalloc(many + 1, seat->state_size) };
    unsigned char *first = w.next + many * seat->state_size;
    env_reset(seat, first, &none);
    follow(&w, first, 0, 0, mass);
    free(w.out);
    free(w.next);
    return true;
}

static double weight(const struct family *f, size_t k)
{
    return f->ops->log_prior ? exp(f->ops->log_prior(f, k)) : 1. / (double)family_count(f);
}

static bool walk_all(struct grain_class *s, uint32_t player, const struct family *f,
                     struct err *err)
{
    struct reflective *r = &s->point;
    size_t n = family_count(f);
    bool ok = true;
    s->all = 0;
    if ((double)n * r->n > WALKS_MAX)
        return err_set(err, "family reflective: %zu policies in %" PRIu32 " histories", n,
                       r->n);
    for (size_t k = 0; k < n; k++)
        s->all += weight(f, k);
    for (size_t k = 0; ok && k < n; k++) {
        char name[64];
        struct env *seat = f->ops->at(f, k, err);
        family_text(f, k, name, sizeof name);
        ok = seat &&
             walk_one(r, player, seat, name, (1 - r->grain) * weight(f, k) / s->all, err);
        if (seat)
            family_drop(f, seat);
    }
    return ok;
}

/* ---- the class */

static void close_class(struct family *f)
{
    struct grain_class *s = (struct grain_class *)f;
    family_close(s->given);
    env_close(s->seat[0]);
    env_close(s->seat[1]);
    reflective_release(&s->point);
    free(s);
}

/* That the game is a table in which each sees the other's move. */
static bool measure(const struct grain_class *s, const struct config *c, struct err *err)
{
    const struct game *g = s->of.game;
    const struct normal *table = normal_of(g);
    for (uint32_t i = 0; table && i < 2; i++)
        if (g->space[i].n_obs != table->moves[!i])
            table = NULL;
    if (!table)
        return err_set(err, "family reflective is of games of a table, and %s is none",
                       g->ops->kind.name);
    if (reflective_histories(table, (uint32_t)c->rounds, HISTORIES_MAX))
        return true;
    return err_set(err,
                   "family reflective: more than %d histories of %" PRId64
                   " rounds of %" PRIu32 " joint moves",
                   HISTORIES_MAX, c->rounds, table->n_joint);
}

static bool find(struct grain_class *s, const struct config *c, struct err *err)
{
    struct reflective *r = &s->point;
    const char *of = c->of ? c->of : "automata";
    bool ok = true;
    reflective_init(r, normal_of(s->of.game), (uint32_t)c->rounds);
    r->grain = c->grain;
    r->gamma = c->gamma;
    /* This player last: the weights of what is given are then its own. */
    for (uint32_t turn = 0; ok && turn < 2; turn++) {
        uint32_t i = turn ? s->of.player : !s->of.player;
        s->seat[i] = seat_open_among(s->of.game, i);
        struct family *f = family_find(of, s->seat[i], err);
        ok = f && walk_all(s, i, f, err);
        if (i == s->of.player)
            s->given = f;
        else
            family_close(f);
    }
    if (!ok || reflective_solve(r, c->epsilon, (uint64_t)(EFFORT_MAX / r->n)))
        return ok;
    return err_set(err,
                   "family reflective: no fixed point within %g was found: within %g and "
                   "%g after %.0f iterations",
                   c->epsilon, r->epsilon[0], r->epsilon[1], floor(EFFORT_MAX / r->n));
}

static struct family *open_class(const void *config, const struct env *truth,
                                 struct err *err)
{
    struct grain_class *s = xcalloc(1, sizeof *s);
    if (opponents_init(&s->of, truth, "reflective", err) && measure(s, config, err) &&
        find(s, config, err))
        return &s->of.base;
    close_class(&s->of.base);
    return NULL;
}

static size_t count(const struct family *f)
{
    return family_count(((const struct grain_class *)f)->given) + 1;
}

static bool is_given(const struct family *f, size_t k) { return k + 1 < count(f); }

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct grain_class *s = (const struct grain_class *)f;
    return is_given(f, k) ? s->given->ops->at(s->given, k, err)
                          : opponents_seat(&s->of, fixed_new(s));
}

static double log_prior(const struct family *f, size_t k)
{
    const struct grain_class *s = (const struct grain_class *)f;
    return is_given(f, k) ? log((1 - s->point.grain) * weight(s->given, k) / s->all)
                          : log(s->point.grain);
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    const struct grain_class *s = (const struct grain_class *)f;
    if (is_given(f, k))
        family_text(s->given, k, buf, n);
    else
        snprintf(buf, n, "best within %.2g", s->point.epsilon[!s->of.player]);
}

static const struct param params[] = {
    SPEC("of", of, family_shelf, .unit = "FAMILY",
         .help = "the other hypotheses, of each about the other; unset: automata"),
    INT("rounds", rounds, .def = 3, .min = 1, .max = 16, .help = "that are played"),
    REAL("grain", grain, .def = 0.5, .min = 0.001, .max = 0.999,
         .help = "weight of the one that knows it is believed in"),
    REAL("gamma", gamma, .def = 1, .max = 1, .help = "weight of the next round"),
    REAL("epsilon", epsilon, .def = 0.001, .min = 1e-9, .max = 1, .unit = "reward",
         .help = "that the best policy may gain on it"),
    { 0 },
};

const struct family_ops family_reflective = {
    .kind = { .name = "reflective",
              .title = "given opponents, and one that knows it is believed in",
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
