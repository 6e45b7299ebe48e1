#include "config.h"

#include "seat_ways.h"

#include <stdalign.h>
#include <stddef.h>
#include <string.h>

/* What one of the others remembers, before the memory of its policy: a cycle that is not
 * over, in a game of turns. */
struct pending {
    int32_t rew; /* since the action */
    uint8_t action, acted;
    uint16_t unused; /* no padding */
};

size_t seat_aligned(size_t size)
{
    size_t unit = alignof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

/* A turn game keeps the others' cycles open; where all move at once none stays so. */
size_t seat_head(const struct game *g)
{
    return g->ops->movers ? seat_aligned(sizeof(struct pending)) : 0;
}

static unsigned char *memory(const struct seat *s, void *state, uint32_t k)
{
    return (unsigned char *)state + s->memory[k] + seat_head(s->game);
}

static bool moves(uint32_t movers, uint32_t player) { return movers >> player & 1; }

static void chances(const struct seat *s, const void *state, uint32_t k, double *p)
{
    const struct policy *other = s->other[k];
    const unsigned char *kept =
        (const unsigned char *)state + s->memory[k] + seat_head(s->game);
    other->ops->chances(other, kept, game_legal(s->game, state, k), p);
}

/* The others learn from a step what is theirs to know: all of it at once, or, in a turn
 * game, a percept when they are to move again. */
static void tell(const struct seat *s, void *state, uint32_t moved, const uint8_t *action,
                 const struct percept *out)
{
    uint32_t movers = game_movers(s->game, state);
    for (uint32_t k = 0; k < s->game->n_players; k++) {
        struct percept e = out[k];
        const struct policy *other = s->other[k];
        if (!s->memory[k])
            continue;
        if (!s->game->ops->movers) {
            other->ops->update(other, memory(s, state, k), action[k], e);
            continue;
        }
        struct pending own, *kept = (void *)((unsigned char *)state + s->memory[k]);
        own = moves(moved, k) ? (struct pending){ .action = action[k], .acted = 1 } : *kept;
        own.rew += own.acted ? e.rew : 0;
        e.rew = own.rew;
        *kept = moves(movers, k) ? (struct pending){ 0 } : own;
        if (own.acted && moves(movers, k))
            other->ops->update(other, memory(s, state, k), own.action, e);
    }
}

/* ---- as a world */

/* Draws only where there is a choice. */
static unsigned pick(const double *p, uint32_t n, struct rng *rng)
{
    uint32_t some = 0;
    while (p[some] <= 0 && some + 1 < n)
        some++;
    return p[some] < 1 ? rng_index(rng, p, n, 1) : some;
}

/* One step in which everybody draws; `own` is the player's action, should it move. */
static struct percept draw_step(const struct seat *s, void *state, unsigned own,
                                struct rng *rng)
{
    const struct game *g = s->game;
    uint32_t movers = game_movers(g, state);
    uint8_t action[PLAYERS_MAX] = { 0 };
    struct percept out[PLAYERS_MAX];
    action[s->player] = (uint8_t)own;
    for (uint32_t k = 0; k < g->n_players; k++) {
        double p[ACTIONS_MAX];
        if (k == s->player || !moves(movers, k))
            continue;
        chances(s, state, k, p);
        action[k] = (uint8_t)pick(p, g->space[k].n_actions, rng);
    }
    g->ops->step(g, state, action, rng, out);
    tell(s, state, movers, action, out);
    return out[s->player];
}

static bool is_to_move(const struct seat *s, const void *state)
{
    return moves(game_movers(s->game, state), s->player);
}

static void forget(const struct seat *s, unsigned char *state)
{
    memset(state + s->game->state_size, 0, s->base.state_size - s->game->state_size);
    for (uint32_t k = 0; k < s->game->n_players; k++)
        if (s->memory[k])
            s->other[k]->ops->reset(s->other[k], memory(s, state, k));
}

/* A small law is drawn from, as that of a world written by hand; of a larger one every
 * choice is drawn by itself. */
static bool is_small(const struct env *env, uint32_t n)
{
    return n <= DRAW_MAX && n * env->state_size <= DRAW_BYTES;
}

void seat_reset(const struct env *env, void *state, struct rng *rng)
{
    const struct seat *s = (const struct seat *)env;
    if (env->ops->starts && is_small(env, env->max_starts)) {
        env_draw_start(env, state, rng);
        return;
    }
    s->game->ops->reset(s->game, state, rng);
    forget(s, state);
    while (!is_to_move(s, state))
        draw_step(s, state, 0, rng);
}

struct percept seat_step(const struct env *env, void *state, unsigned action,
                         struct rng *rng)
{
    const struct seat *s = (const struct seat *)env;
    if (env->ops->transitions && is_small(env, env->max_transitions))
        return env_draw(env, state, action, rng);
    struct percept e = draw_step(s, state, action, rng);
    while (!is_to_move(s, state)) {
        struct percept more = draw_step(s, state, 0, rng);
        e = (struct percept){ more.obs, e.rew + more.rew };
    }
    return e;
}

/* ---- as a law: every way in which it may go on until the player is to move. What comes in
 * fewer steps stands before what comes in more, and in each step all is in the order of the
 * players, their actions and what the game lists. */

struct ways {
    const struct seat *s;
    struct transition *out; /* NULL: of starts, which have chances alone */
    double *p;
    unsigned char *state;
    size_t n;
};

static double *chance(const struct ways *w, size_t i)
{
    return w->out ? &w->out[i].p : &w->p[i];
}

static unsigned char *state_of(const struct ways *w, size_t i)
{
    return w->state + i * w->s->base.state_size;
}

/* A step from `from`, to which the ways have come with chance p and the percept `e` so
 * far. */
struct branch {
    struct ways *to;
    const unsigned char *from;
    double p;
    struct percept e;
    uint32_t movers;
    uint8_t action[PLAYERS_MAX];
};

static void add_outcomes(struct branch *b)
{
    struct ways *w = b->to;
    const struct seat *s = w->s;
    struct percept out[PLAYERS_MAX];
    for (size_t i = 0; i < s->game->max_transitions; i++) {
        unsigned char *next = state_of(w, w->n);
        memcpy(next, b->from, s->base.state_size);
        double p = game_transition(s->game, b->from, b->action, i, out, next);
        if (p <= 0)
            return;
        tell(s, next, b->movers, b->action, out);
        *chance(w, w->n) = b->p * p;
        struct percept e = out[s->player];
        if (w->out)
            w->out[w->n].e = (struct percept){ e.obs, b->e.rew + e.rew };
        w->n++;
    }
}

/* Every joint action of the players from k on. */
static void branch(struct branch *b, uint32_t k)
{
    const struct seat *s = b->to->s;
    double p[ACTIONS_MAX], so_far = b->p;
    if (k == s->game->n_players) {
        add_outcomes(b);
    } else if (k == s->player || !moves(b->movers, k)) {
        branch(b, k + 1);
    } else {
        chances(s, b->from, k, p);
        for (uint32_t a = 0; a < s->game->space[k].n_actions; a++) {
            b->p = so_far * p[a];
            b->action[k] = (uint8_t)a;
            if (p[a] > 0)
                branch(b, k + 1);
        }
        b->p = so_far;
    }
}

static void go_on(struct ways *w, const unsigned char *from, double p, struct percept e,
                  unsigned own)
{
    struct branch b = { w, from, p, e, game_movers(w->s->game, from), { 0 } };
    b.action[w->s->player] = (uint8_t)own;
    branch(&b, 0);
}

static void move_way(struct ways *w, size_t to, size_t from)
{
    if (to == from)
        return;
    memcpy(state_of(w, to), state_of(w, from), w->s->base.state_size);
    *chance(w, to) = *chance(w, from);
    if (w->out)
        w->out[to].e = w->out[from].e;
}

/* Takes out those without a chance; those before `at` have one. */
static void close_gaps(struct ways *w, size_t at)
{
    size_t n = at;
    for (size_t i = at; i < w->n; i++)
        if (*chance(w, i) > 0)
            move_way(w, n++, i);
    w->n = n;
}

/* Goes on with every way, step by step, until the player is to move in each. */
static void finish(struct ways *w)
{
    size_t from = 0;
    while (from < w->n) {
        size_t end = w->n, done = from;
        for (size_t i = from; i < end; i++) {
            if (is_to_move(w->s, state_of(w, i))) {
                done++;
                continue;
            }
            struct percept e = w->out ? w->out[i].e : (struct percept){ 0, 0 };
            go_on(w, state_of(w, i), *chance(w, i), e, 0);
            *chance(w, i) = 0;
        }
        close_gaps(w, from);
        from = done;
    }
}

static bool same_way(const struct ways *w, size_t i, size_t k)
{
    if (w->out && percept_key(w->out[i].e) != percept_key(w->out[k].e))
        return false;
    return !memcmp(state_of(w, i), state_of(w, k), w->s->base.state_size);
}

/* Ways that end alike are one thing that may happen, at the place of the first. */
static size_t merge(struct ways *w)
{
    for (size_t i = 1; i < w->n; i++)
        for (size_t k = 0; k < i; k++)
            if (*chance(w, k) > 0 && same_way(w, i, k)) {
                *chance(w, k) += *chance(w, i);
                *chance(w, i) = 0;
                break;
            }
    close_gaps(w, 0);
    return w->n;
}

size_t seat_transitions(const struct env *env, const void *state, unsigned action,
                        struct transition *out, void *next)
{
    struct ways w = { (const struct seat *)env, out, NULL, next, 0 };
    go_on(&w, state, 1, (struct percept){ 0, 0 }, action);
    finish(&w);
    return merge(&w);
}

size_t seat_starts(const struct env *env, double *p, void *states)
{
    const struct seat *s = (const struct seat *)env;
    const struct game *g = s->game;
    struct ways w = { s, NULL, p, states, 0 };
    for (size_t k = 0; k < (g->ops->start ? g->max_starts : 1); k++) {
        unsigned char *state = state_of(&w, w.n);
        double chance_of = 1;
        if (g->ops->start)
            chance_of = g->ops->start(g, k, state);
        else
            g->ops->reset(g, state, NULL);
        if (chance_of <= 0)
            break;
        forget(s, state);
        *chance(&w, w.n++) = chance_of;
    }
    finish(&w);
    return merge(&w);
}
