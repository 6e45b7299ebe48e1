#include "config.h"

#include "strategy.h"

#include "opponents.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct strategy *make(uint32_t n, uint32_t moves, uint32_t sights)
{
    struct strategy *s = xcalloc(1, sizeof *s);
    *s = (struct strategy){ .n = n, .moves = moves, .sights = sights };
    s->chance = xcalloc((size_t)n * moves, sizeof *s->chance);
    s->next = xcalloc((size_t)n * moves * sights, sizeof *s->next);
    return s;
}

void strategy_free(struct strategy *s)
{
    if (!s)
        return;
    free(s->chance);
    free(s->next);
    free(s);
}

static uint32_t *next_of(const struct strategy *s, uint32_t x, uint32_t own, uint32_t seen)
{
    return &s->next[((size_t)x * s->moves + own) * s->sights + seen];
}

/* ---- the smallest that behaves so */

static bool same_chances(const struct strategy *s, uint32_t x, uint32_t y)
{
    for (uint32_t a = 0; a < s->moves; a++)
        if (fabs(s->chance[(size_t)x * s->moves + a] -
                 s->chance[(size_t)y * s->moves + a]) > 1e-12)
            return false;
    return true;
}

static bool goes_alike(const struct strategy *s, const uint32_t *class, uint32_t x,
                       uint32_t y)
{
    size_t ways = (size_t)s->moves * s->sights;
    const uint32_t *a = s->next + x * ways, *b = s->next + y * ways;
    for (size_t k = 0; k < ways; k++)
        if (class[a[k]] != class[b[k]])
            return false;
    return true;
}

/* class[x] is the first memory that behaves as x: Moore's partition, refined until it stays
 * the same. */
static void classify(const struct strategy *s, uint32_t *class)
{
    uint32_t *finer = xcalloc(s->n, sizeof *finer), before, now = 0;
    do {
        before = now;
        now = 0;
        for (uint32_t x = 0; x < s->n; x++) {
            uint32_t y = 0;
            while (y < x &&
                   !(finer[y] == y && (!before || class[y] == class[x]) &&
                     same_chances(s, x, y) && (!before || goes_alike(s, class, x, y))))
                y++;
            finer[x] = y;
            now += y == x;
        }
        memcpy(class, finer, s->n * sizeof *class);
    } while (now != before);
    free(finer);
}

/* Memories in the order in which they are reached from the first, one of each class. Takes
 * s over. */
static struct strategy *reduce(struct strategy *s)
{
    uint32_t *class = xcalloc(s->n, sizeof *class), *place = xcalloc(s->n, sizeof *place);
    uint32_t *order = xcalloc(s->n, sizeof *order), n = 0;
    size_t ways = (size_t)s->moves * s->sights;
    classify(s, class);
    order[n++] = class[0];
    place[class[0]] = n;
    for (uint32_t i = 0; i < n; i++)
        for (size_t k = 0; k < ways; k++) {
            uint32_t to = class[s->next[order[i] * ways + k]];
            if (!place[to]) {
                order[n++] = to;
                place[to] = n;
            }
        }
    struct strategy *out = make(n, s->moves, s->sights);
    for (uint32_t i = 0; i < n; i++) {
        memcpy(out->chance + (size_t)i * s->moves, s->chance + (size_t)order[i] * s->moves,
               s->moves * sizeof *s->chance);
        for (size_t k = 0; k < ways; k++)
            out->next[i * ways + k] = place[class[s->next[order[i] * ways + k]]] - 1;
    }
    free(class);
    free(place);
    free(order);
    strategy_free(s);
    return out;
}

bool strategy_same(const struct strategy *a, const struct strategy *b)
{
    if (a->n != b->n || a->moves != b->moves || a->sights != b->sights ||
        memcmp(a->next, b->next, (size_t)a->n * a->moves * a->sights * sizeof *a->next))
        return false;
    for (size_t k = 0; k < (size_t)a->n * a->moves; k++)
        if (fabs(a->chance[k] - b->chance[k]) > 1e-12)
            return false;
    return true;
}

/* ---- of a policy */

/* What both do, as the joint move of the table. */
static uint32_t joint_of(const struct normal *t, uint32_t player, uint32_t own,
                         uint32_t other)
{
    uint8_t move[2];
    move[player] = (uint8_t)own;
    move[!player] = (uint8_t)other;
    return normal_joint(t, move);
}

/* The memories of a policy found so far. */
struct found {
    const struct policy *p;
    size_t size;       /* of a memory, with what aligns it */
    unsigned char *at; /* [STRATEGY_MOST + 1][size] owned */
    uint32_t n;
};

/* Past STRATEGY_MOST the numbers mean nothing, and none is looked for. */
static uint32_t number_of(struct found *f, const unsigned char *memory)
{
    if (f->n > STRATEGY_MOST)
        return f->n;
    for (uint32_t x = 0; x < f->n; x++)
        if (!memcmp(f->at + x * f->size, memory, f->p->state_size))
            return x;
    if (f->n < STRATEGY_MOST)
        memcpy(f->at + f->n * f->size, memory, f->p->state_size);
    return f->n++;
}

/* Where memory x goes on whatever both do. */
static void go_on(struct found *f, struct strategy *s, const struct normal *t,
                  uint32_t player, uint32_t x, unsigned char *memory)
{
    uint32_t legal = s->moves < 32 ? (1U << s->moves) - 1 : UINT32_MAX;
    f->p->ops->chances(f->p, f->at + x * f->size, legal, s->chance + (size_t)x * s->moves);
    for (uint32_t a = 0; a < s->moves; a++)
        for (uint32_t o = 0; o < s->sights; o++) {
            uint32_t joint = joint_of(t, player, a, o);
            struct percept e = { o, t->pay[2 * (size_t)joint + player] };
            memcpy(memory, f->at + x * f->size, f->size);
            if (f->p->ops->update)
                f->p->ops->update(f->p, memory, a, e);
            *next_of(s, x, a, o) = number_of(f, memory);
        }
}

static const struct normal *table_of_two(const struct game *g, struct err *err)
{
    const struct normal *t = normal_of(g);
    if (t && g->n_players == 2 && g->space[0].n_obs == t->moves[1] &&
        g->space[1].n_obs == t->moves[0])
        return t;
    return err_null(err, "%s is no table of two players who see each other's moves",
                    g->ops->kind.name);
}

struct strategy *strategy_of(const struct policy *p, const struct game *g, uint32_t player,
                             struct err *err)
{
    const struct normal *t = table_of_two(g, err);
    if (!t)
        return NULL;
    struct strategy *s = make(STRATEGY_MOST, t->moves[player], t->moves[!player]);
    size_t size = (p->state_size / 16 + 1) * 16;
    struct found f = { p, size, xcalloc(STRATEGY_MOST + 1, size), 1 };
    unsigned char *memory = xcalloc(1, size);
    if (p->ops->reset)
        p->ops->reset(p, f.at);
    for (uint32_t x = 0; x < f.n && f.n <= STRATEGY_MOST; x++)
        go_on(&f, s, t, player, x, memory);
    s->n = f.n;
    free(f.at);
    free(memory);
    if (s->n <= STRATEGY_MOST)
        return reduce(s);
    err_set(err, "%s has more than %d memories, which are too many to list",
            p->ops->kind.name, STRATEGY_MOST);
    strategy_free(s);
    return NULL;
}

/* ---- what is best, and what it is worth */

/* V of every memory of the other once what comes is worth v: of each own move, q[n][moves],
 * and of the best. The difference to v. */
static double improve(const struct strategy *other, const struct normal *t, uint32_t player,
                      double gamma, double *v, double *q)
{
    double change = 0;
    for (uint32_t x = 0; x < other->n; x++) {
        double best = -HUGE_VAL;
        for (uint32_t a = 0; a < other->sights; a++) {
            double sum = 0;
            for (uint32_t o = 0; o < other->moves; o++) {
                double pays = normal_pay(t, joint_of(t, player, a, o), player);
                sum += other->chance[(size_t)x * other->moves + o] *
                       ((1 - gamma) * pays + gamma * v[*next_of(other, x, o, a)]);
            }
            q[(size_t)x * other->sights + a] = sum;
            best = fmax(best, sum);
        }
        change = fmax(change, fabs(best - v[x]));
        v[x] = best;
    }
    return change;
}

/* V* in v and Q* in q, to 1e-13 of the greatest. Owned by the caller. */
static double *solve(const struct strategy *other, const struct normal *t, uint32_t player,
                     double gamma, double *q)
{
    double *v = xcalloc(other->n, sizeof *v), scale = 0;
    for (uint32_t j = 0; j < t->n_joint; j++)
        scale = fmax(scale, fabs(normal_pay(t, j, player)));
    while (improve(other, t, player, gamma, v, q) * gamma / (1 - gamma) > 1e-13 * scale)
        ;
    return v;
}

double strategy_best(const struct strategy *other, const struct normal *t, uint32_t player,
                     double gamma)
{
    double *q = xcalloc((size_t)other->n * other->sights, sizeof *q);
    double *v = solve(other, t, player, gamma, q), best = v[0];
    free(q);
    free(v);
    return best;
}

struct strategy *strategy_response(const struct strategy *other, const struct normal *t,
                                   uint32_t player, double gamma)
{
    struct strategy *s = make(other->n, other->sights, other->moves);
    double *q = xcalloc((size_t)other->n * other->sights, sizeof *q);
    double *v = solve(other, t, player, gamma, q);
    for (uint32_t x = 0; x < s->n; x++) {
        const double *of = q + (size_t)x * s->moves;
        double *chance = s->chance + (size_t)x * s->moves, ties = 0;
        for (uint32_t a = 0; a < s->moves; a++)
            ties += of[a] >= v[x] - 1e-9 * (1 + fabs(v[x]));
        for (uint32_t a = 0; a < s->moves; a++) {
            chance[a] = of[a] >= v[x] - 1e-9 * (1 + fabs(v[x])) ? 1 / ties : 0;
            for (uint32_t o = 0; o < s->sights; o++)
                *next_of(s, x, a, o) = *next_of(other, x, o, a);
        }
    }
    free(q);
    free(v);
    return reduce(s);
}

/* One round more of both. The greatest change. */
static double play_on(const struct strategy *own, const struct strategy *other,
                      const struct normal *t, uint32_t player, double gamma, double *v)
{
    double change = 0;
    for (uint32_t x = 0; x < own->n; x++)
        for (uint32_t y = 0; y < other->n; y++) {
            double sum = 0;
            for (uint32_t a = 0; a < own->moves; a++)
                for (uint32_t o = 0; o < other->moves; o++) {
                    double p = own->chance[(size_t)x * own->moves + a] *
                               other->chance[(size_t)y * other->moves + o];
                    size_t to = (size_t)*next_of(own, x, a, o) * other->n +
                                *next_of(other, y, o, a);
                    if (p > 0)
                        sum += p * ((1 - gamma) *
                                        normal_pay(t, joint_of(t, player, a, o), player) +
                                    gamma * v[to]);
                }
            change = fmax(change, fabs(sum - v[(size_t)x * other->n + y]));
            v[(size_t)x * other->n + y] = sum;
        }
    return change;
}

double strategy_value(const struct strategy *own, const struct strategy *other,
                      const struct normal *t, uint32_t player, double gamma)
{
    double *v = xcalloc((size_t)own->n * other->n, sizeof *v), scale = 0;
    for (uint32_t j = 0; j < t->n_joint; j++)
        scale = fmax(scale, fabs(normal_pay(t, j, player)));
    while (play_on(own, other, t, player, gamma, v) * gamma / (1 - gamma) > 1e-13 * scale)
        ;
    double value = v[0];
    free(v);
    return value;
}

/* ---- in an automaton */

/* Pairs of a state and a memory that must behave alike. */
struct pairs {
    bool *seen;     /* [n_states][n] owned */
    uint32_t *todo; /* owned, as many: those to be looked at */
    size_t n;
};

static void add_pair(struct pairs *w, const struct strategy *s, uint32_t state, uint32_t x)
{
    size_t k = (size_t)state * s->n + x;
    if (w->seen[k])
        return;
    w->seen[k] = true;
    w->todo[w->n++] = (uint32_t)k;
}

/* After own action a the moves of the other have the chances of memory x. */
static bool shows(const struct strategy *s, const struct fsm *f, uint32_t state, uint32_t x,
                  uint32_t a, struct pairs *w)
{
    const uint32_t *first = f->first + (size_t)state * f->n_actions + a;
    double chance[ACTIONS_MAX] = { 0 };
    for (uint32_t k = first[0]; k < first[1]; k++) {
        uint32_t move = f->percepts->at[f->edge[k].percept].obs;
        chance[move] += f->edge[k].p;
        add_pair(w, s, f->edge[k].next, *next_of(s, x, move, a));
    }
    for (uint32_t move = 0; move < s->moves; move++)
        if (fabs(chance[move] - s->chance[(size_t)x * s->moves + move]) > 1e-9)
            return false;
    return true;
}

bool strategy_plays(const struct strategy *other, const struct fsm *f, uint32_t at)
{
    size_t all = (size_t)f->n_states * other->n;
    struct pairs w = { xcalloc(all, sizeof *w.seen), xcalloc(all, sizeof *w.todo), 0 };
    bool same = true;
    add_pair(&w, other, at, 0);
    for (size_t i = 0; same && i < w.n; i++)
        for (uint32_t a = 0; same && a < other->sights; a++)
            same = shows(other, f, w.todo[i] / other->n, w.todo[i] % other->n, a, &w);
    free(w.seen);
    free(w.todo);
    return same;
}

/* ---- as a policy */

struct player_of {
    struct policy base;
    struct strategy *s; /* owned */
};

static void close_player(struct policy *p)
{
    strategy_free(((struct player_of *)p)->s);
    free(p);
}

static void reset(const struct policy *p, void *state)
{
    (void)p;
    memset(state, 0, sizeof(uint32_t));
}

static void chances(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    const struct strategy *s = ((const struct player_of *)p)->s;
    uint32_t x;
    memcpy(&x, state, sizeof x);
    opponents_obey(p, s->chance + (size_t)x * s->moves, legal, out);
}

static void update(const struct policy *p, void *state, unsigned action, struct percept e)
{
    uint32_t x;
    memcpy(&x, state, sizeof x);
    x = *next_of(((const struct player_of *)p)->s, x, action, e.obs);
    memcpy(state, &x, sizeof x);
}

static const struct policy_ops policy_strategy = { .kind.name = "strategy",
                                                   .close = close_player,
                                                   .reset = reset,
                                                   .chances = chances,
                                                   .update = update };

struct policy *strategy_policy(const struct strategy *s, const struct space *space)
{
    struct player_of *p = xcalloc(1, sizeof *p);
    struct strategy *copy = make(s->n, s->moves, s->sights);
    memcpy(copy->chance, s->chance, (size_t)s->n * s->moves * sizeof *s->chance);
    memcpy(copy->next, s->next, (size_t)s->n * s->moves * s->sights * sizeof *s->next);
    p->base = (struct policy){ &policy_strategy, *space, sizeof(uint32_t) };
    p->s = copy;
    return &p->base;
}
