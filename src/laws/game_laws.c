#include "config.h"

#include "game.h"
#include "laws.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The promises of src/core/game.h, of a game that all play at random by its rules. That
 * each seat is a world is for the laws of worlds. */

enum { STEPS = 400, ALONE = 100 };

/* A game about to take a step. */
struct table {
    const struct game *g;
    unsigned char *state, *a, *b; /* owned, room for two more */
    struct rng luck, whim;
    uint8_t action[PLAYERS_MAX];
    uint32_t movers;
    int t, alone; /* steps, and those in a row where nobody moved */
};
typedef bool see_fn(struct table *t, struct err *err);

/* A random action of a player, of those that the rules allow. */
static uint8_t choose(struct table *t, uint32_t player)
{
    uint32_t legal = game_legal(t->g, t->state, player), n = t->g->space[player].n_actions;
    uint32_t a = rng_below(&t->whim, n);
    for (uint32_t i = 0; legal && !(legal >> a & 1) && i < n; i++)
        a = (a + 1) % n;
    return (uint8_t)a;
}

/* Who moves, and what they do; false: none of the players there are. */
static bool decide(struct table *t, struct err *err)
{
    t->movers = game_movers(t->g, t->state);
    if (t->movers >> t->g->n_players)
        return err_set(err, "player %u moves, of %u", t->g->n_players, t->g->n_players);
    t->alone = t->movers ? 0 : t->alone + 1;
    if (t->alone > ALONE)
        return err_set(err, "nobody has moved for %d steps", ALONE);
    for (uint32_t i = 0; i < t->g->n_players; i++) {
        uint32_t legal = game_legal(t->g, t->state, i);
        if (t->movers >> i & 1 && (!legal || (uint64_t)legal >> t->g->space[i].n_actions))
            return err_set(err, "player %u, who moves, is allowed actions 0x%x of %u", i,
                           legal, t->g->space[i].n_actions);
        t->action[i] = t->movers >> i & 1 ? choose(t, i) : 0;
    }
    return true;
}

static bool plays(const struct game *g, see_fn *see, struct err *err)
{
    struct table t = { .g = g, .luck = { { 1, 2, 3, 4 } }, .whim = { { 5, 6, 7, 8 } } };
    struct percept out[PLAYERS_MAX];
    bool ok = true;
    t.state = xcalloc(1, g->state_size);
    t.a = xcalloc(1, g->state_size);
    t.b = xcalloc(1, g->state_size);
    g->ops->reset(g, t.state, &t.luck);
    for (t.t = 1; ok && t.t <= STEPS; t.t++) {
        struct err what = { 0 };
        struct rng luck = t.luck;
        ok = decide(&t, &what) && (!see || see(&t, &what));
        if (!ok)
            err_set(err, "step %d: %s", t.t, what.text);
        t.luck = luck;
        if (ok)
            g->ops->step(g, t.state, t.action, &t.luck, out);
    }
    free(t.state);
    free(t.a);
    free(t.b);
    return ok;
}

bool law_game_movers(const struct subject *s, struct err *err)
{
    const struct game *g = s->game;
    if (g->n_players < 1 || g->n_players > PLAYERS_MAX)
        return err_set(err, "%u players are not 1 to %d", g->n_players, PLAYERS_MAX);
    for (uint32_t i = 0; i < g->n_players; i++)
        if (g->space[i].n_actions < 1 || g->space[i].n_actions > ACTIONS_MAX ||
            g->space[i].rew_min > g->space[i].rew_max)
            return err_set(err, "player %u has %u actions and rewards %d to %d", i,
                           g->space[i].n_actions, g->space[i].rew_min, g->space[i].rew_max);
    return plays(g, NULL, err);
}

/* The same step twice, from one state with one luck. */
static bool copies(struct table *t, struct err *err)
{
    const struct game *g = t->g;
    struct percept x[PLAYERS_MAX] = { { 0 } }, y[PLAYERS_MAX] = { { 0 } };
    struct rng one = t->luck, two = t->luck;
    memcpy(t->a, t->state, g->state_size);
    memcpy(t->b, t->state, g->state_size);
    g->ops->step(g, t->a, t->action, &one, x);
    g->ops->step(g, t->b, t->action, &two, y);
    for (uint32_t i = 0; i < g->n_players; i++)
        if (x[i].rew != y[i].rew)
            return err_set(err, "player %u gets %d, and in a copy %d", i, x[i].rew,
                           y[i].rew);
    return (!memcmp(t->a, t->b, g->state_size) && !memcmp(&one, &two, sizeof one)) ||
           err_set(err, "a copy becomes another state than the original, or draws more");
}

bool law_game_bytes(const struct subject *s, struct err *err)
{
    return plays(s->game, copies, err);
}

/* Whether players next to move see something of their space. */
static bool sees(const struct game *g, const void *state, const struct percept *out,
                 struct err *err)
{
    uint32_t next = game_movers(g, state);
    for (uint32_t i = 0; i < g->n_players; i++)
        if (next >> i & 1 && g->space[i].n_obs && out[i].obs >= g->space[i].n_obs)
            return err_set(err, "player %u sees %u of %u", i, out[i].obs,
                           g->space[i].n_obs);
    return true;
}

/* What step() does is listed, and the list is a measure. */
static bool is_listed(struct table *t, struct err *err)
{
    const struct game *g = t->g;
    struct percept out[PLAYERS_MAX] = { { 0 } }, may[PLAYERS_MAX] = { { 0 } };
    double total = 0, p;
    bool listed = false;
    size_t k = 0;
    memcpy(t->a, t->state, g->state_size);
    g->ops->step(g, t->a, t->action, &t->luck, out);
    for (; k <= g->max_transitions &&
           (p = game_transition(g, t->state, t->action, k, may, t->b)) > 0;
         k++) {
        bool same = !memcmp(t->a, t->b, g->state_size);
        for (uint32_t i = 0; i < g->n_players; i++)
            same &= may[i].rew == out[i].rew;
        listed |= same;
        total += p;
        if (!sees(g, t->b, may, err))
            return false;
    }
    if (k > g->max_transitions)
        return err_set(err, "more transitions than %u", g->max_transitions);
    if (fabs(total - 1) > 1e-12)
        return err_set(err, "chances sum to %.17g", total);
    return listed || err_set(err, "step() does what transition() has not");
}

bool law_game_measure(const struct subject *s, struct err *err)
{
    if (!s->game->max_transitions)
        return law_idle(err, "it has no law of useful size");
    return plays(s->game, is_listed, err);
}

bool law_game_starts(const struct subject *s, struct err *err)
{
    const struct game *g = s->game;
    if (!g->ops->start)
        return law_idle(err, "it has no start()");
    unsigned char *state = xcalloc(1, g->state_size), *listed = xcalloc(1, g->state_size);
    struct rng rng = { { 1, 2, 3, 4 } };
    double total = 0, p;
    bool found = false;
    g->ops->reset(g, state, &rng);
    for (size_t k = 0; k <= g->max_starts && (p = g->ops->start(g, k, listed)) > 0; k++) {
        total += p;
        found |= !memcmp(state, listed, g->state_size);
    }
    free(state);
    free(listed);
    if (fabs(total - 1) > 1e-12)
        return err_set(err, "chances sum to %.17g", total);
    return found || err_set(err, "reset() leaves a state that start() has not");
}
