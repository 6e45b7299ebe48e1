#include "config.h"

#include "family.h"
#include "registry.h"
#include "seat.h"
#include "seat_ways.h"
#include "spec.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAYS_MAX = 1 << 16 };

static const struct env_ops seat_drawn, seat_lawless, seat_among;

/* ---- for people */

static double performance(const struct env *env, const void *before, unsigned action,
                          struct percept e, const void *after)
{
    const struct seat *s = (const struct seat *)env;
    const struct game *g = s->game;
    if (!g->ops->performance)
        return e.rew;
    return g->ops->performance(g, s->player, before, action, e, after);
}

static const void *view(const struct env *env, const struct view_kind *which)
{
    const struct seat *s = (const struct seat *)env;
    return s->game->ops->view ? s->game->ops->view(s->game, s->player, which) : NULL;
}

/* The game's number of who is player k of the seat's world: itself is the first there, then
 * come the others in their order. */
static uint32_t player_of(const struct seat *s, unsigned k)
{
    return !k ? s->player : k <= s->player ? k - 1 : k;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct seat *s = (const struct seat *)env;
    if (!s->game->ops->draw)
        return;
    s->game->ops->draw(s->game, state, truth, cv);
    for (int i = 0; s->game->ops->tiles && i < cv->rows * cv->cols; i++) {
        uint8_t there = cv->at[i].players;
        cv->at[i].players = 0;
        for (unsigned k = 0; there && k < s->game->n_players; k++)
            cv->at[i].players |= (uint8_t)((there >> player_of(s, k) & 1) << k);
    }
}

static int cell(const struct env *env, const void *state, unsigned player)
{
    const struct seat *s = (const struct seat *)env;
    const struct game *g = s->game;
    return player < g->n_players ? g->ops->cell(g, state, player_of(s, player)) : -1;
}

static uint32_t hidden(const struct env *env, const void *state)
{
    const struct seat *s = (const struct seat *)env;
    return s->game->ops->hidden(s->game, s->player, state);
}

static void percept_text(const struct env *env, struct percept e, char *buf, size_t n)
{
    const struct seat *s = (const struct seat *)env;
    game_percept_text(s->game, s->player, e, buf, n);
}

/* ---- opening */

static void close_seat(struct env *env)
{
    struct seat *s = (struct seat *)env;
    for (uint32_t k = 0; k < s->game->n_players; k++)
        policy_close(s->other[k]);
    game_close(s->own);
    free(s);
}

/* A bound on the transitions of a seat and the room they need on the way; 0: too many. */
static uint32_t room(const struct game *g, uint32_t player)
{
    uint64_t told = g->max_ways[player], ways = told ? told : g->max_transitions;
    for (uint32_t k = 0; k < g->n_players && !told; k++)
        if (k != player && ways <= WAYS_MAX)
            ways *= g->space[k].n_actions;
    if (!g->max_transitions || ways > WAYS_MAX)
        return 0;
    /* By turns a level of ways and the next are there together; a list is asked once
     * more than it has entries. */
    return (uint32_t)(g->ops->movers ? 2 * ways : ways) + (g->ops->transition != NULL);
}

/* As this world, with the looks of the game. */
static void become(struct seat *s, const struct env_ops *ops)
{
    const struct game_ops *g = s->game->ops;
    s->base.ops = ops;
    if (!g->tiles && !g->picture && !g->hidden)
        return;
    s->shown = *ops;
    s->shown.tiles = g->tiles;
    s->shown.cell = g->tiles ? cell : NULL;
    s->shown.picture = g->picture;
    s->shown.asks = g->asks;
    s->shown.hidden = g->hidden ? hidden : NULL;
    s->base.ops = &s->shown;
}

static struct seat *build(const struct game *g, uint32_t player)
{
    struct seat *s = xcalloc(1, sizeof *s);
    s->game = g;
    s->player = player;
    s->base = (struct env){ .space = g->space[player],
                            .state_size = seat_aligned(g->state_size),
                            .stream = g->ops->kind.name,
                            .actions = g->actions[player],
                            .hidden = g->hidden,
                            .n_hidden = g->n_hidden,
                            .hidden_names = g->hidden_names,
                            .text = g->text,
                            .rows = g->rows,
                            .cols = g->cols };
    become(s, &seat_among);
    return s;
}

/* Where chance or the others come before the player's first action, the start is hidden. */
static void count_starts(struct seat *s)
{
    const struct game *g = s->game;
    size_t most = g->ops->start ? g->max_starts : 1;
    most = g->ops->movers ? most * s->base.max_transitions + 1 : most + 1;
    double *p = xcalloc(most, sizeof *p);
    void *states = xcalloc(most, s->base.state_size);
    size_t n = seat_starts(&s->base, p, states);
    free(p);
    free(states);
    if (n == 1)
        return;
    become(s, &seat_drawn);
    s->base.max_starts = (uint32_t)most;
    s->base.hidden = true;
}

struct env *seat_open(const struct game *g, uint32_t player, struct policy *const *other)
{
    struct seat *s = build(g, player);
    for (uint32_t k = 0; k < g->n_players; k++) {
        if (k == player)
            continue;
        s->other[k] = other[k];
        if (!other[k]->state_size)
            continue;
        s->memory[k] = s->base.state_size;
        s->base.state_size += seat_head(g) + seat_aligned(other[k]->state_size);
        s->base.hidden |= g->secret;
    }
    s->base.max_transitions = room(g, player);
    become(s, s->base.max_transitions ? &env_seat : &seat_lawless);
    if (s->base.max_transitions)
        count_starts(s);
    return &s->base;
}

struct env *seat_open_among(const struct game *g, uint32_t player)
{
    return &build(g, player)->base;
}

const struct game *seat_game(const struct env *env, uint32_t *player)
{
    if (env->ops->close != close_seat)
        return NULL;
    *player = ((const struct seat *)env)->player;
    return ((const struct seat *)env)->game;
}

const struct policy *seat_policy(const struct env *seat, uint32_t player)
{
    return ((const struct seat *)seat)->other[player];
}

/* ---- policies as hypotheses */

/* The k-th policy that can play with this space, at its defaults; NULL past the last. */
static struct policy *candidate(const struct space *space, size_t k)
{
    for (size_t i = 0; policy_shelf.at[i]; i++) {
        struct spec_of spec;
        struct policy *p = NULL;
        if (kind_parse(&spec, &policy_shelf, policy_shelf.at[i]->name, NULL))
            p = policy_open(&spec, space, NULL);
        kind_release(&spec);
        if (p && !k--)
            return p;
        policy_close(p);
    }
    return NULL;
}

static size_t count_candidates(const struct space *space)
{
    struct policy *p;
    size_t n = 0;
    for (; (p = candidate(space, n)); n++)
        policy_close(p);
    return n;
}

/* Each of the others follows any policy that can play in its seat; the last of them changes
 * first. */
struct policies {
    struct family base;
    size_t n[PLAYERS_MAX]; /* candidates for each seat; 1 for the player's own */
};

static struct family *open_policies(const void *config, const struct env *truth,
                                    struct err *err)
{
    const struct seat *s = (const struct seat *)truth;
    struct policies *f = xcalloc(1, sizeof *f);
    (void)config;
    for (uint32_t i = 0; i < s->game->n_players; i++) {
        f->n[i] = i == s->player ? 1 : count_candidates(&s->game->space[i]);
        if (f->n[i])
            continue;
        err_set(err, "%s: no policy plays in the seat of player %u",
                s->game->ops->kind.name, i);
        free(f);
        return NULL;
    }
    return &f->base;
}

static size_t count_policies(const struct family *f)
{
    const struct policies *s = (const struct policies *)f;
    const struct game *g = ((const struct seat *)f->truth)->game;
    size_t n = 1;
    for (uint32_t i = 0; i < g->n_players; i++)
        n *= s->n[i];
    return n;
}

static struct env *policies_at(const struct family *f, size_t k, struct err *err)
{
    const struct policies *s = (const struct policies *)f;
    const struct seat *t = (const struct seat *)f->truth;
    struct policy *other[PLAYERS_MAX] = { 0 };
    (void)err;
    for (uint32_t i = t->game->n_players; i--; k /= s->n[i])
        if (i != t->player)
            other[i] = candidate(&t->game->space[i], k % s->n[i]);
    return seat_open(t->game, t->player, other);
}

static void policies_text(const struct family *f, size_t k, char *buf, size_t n)
{
    struct seat *s = (struct seat *)policies_at(f, k, NULL);
    size_t used = 0;
    for (uint32_t i = 0; i < s->game->n_players; i++)
        if (s->other[i] && used < n)
            used += (size_t)snprintf(buf + used, n - used, "%s%s", used ? "+" : "",
                                     s->other[i]->ops->kind.name);
    close_seat(&s->base);
}

static const struct family_ops family_policies = {
    .kind = { .name = "policies",
              .title = "every way the other players may play",
              .version = 1,
              .params = no_params },
    .open = open_policies,
    .count = count_policies,
    .at = policies_at,
    .text = policies_text,
};

/* ---- by name */

struct config {
    char *game, *others;
    int64_t player;
};

static struct game *open_game(const struct config *c, uint64_t root, struct err *err)
{
    struct spec_of spec;
    struct game *g = NULL;
    if (kind_parse_within(&spec, &game_shelf, c->game ? c->game : "prisoners-dilemma", err))
        g = game_open(&spec, root, err);
    kind_release(&spec);
    if (!g || c->player < g->n_players)
        return g;
    err_set(err, "player=%d: %s has players 0..%u", (int)c->player, g->ops->kind.name,
            g->n_players - 1);
    game_close(g);
    return NULL;
}

/* One policy for each of the others, in order. */
static bool open_others(const struct config *c, const struct game *g, struct policy **other,
                        struct err *err)
{
    size_t n = 0, k = 0;
    struct spec_of *spec =
        kind_parse_list(&policy_shelf, c->others ? c->others : "random", &n, err);
    bool ok = spec;
    if (ok && c->others && n != g->n_players - 1)
        ok = err_set(err, "others=%s: %s has %u other players", c->others,
                     g->ops->kind.name, g->n_players - 1);
    for (uint32_t i = 0; ok && i < g->n_players; i++) {
        if (i == c->player)
            continue;
        other[i] = policy_open(&spec[k], &g->space[i], err);
        ok = other[i];
        k += c->others != NULL;
    }
    kind_free_list(spec, n);
    return ok;
}

static struct env *open_seat(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct policy *other[PLAYERS_MAX] = { 0 };
    struct game *g = open_game(c, root, err);
    if (!g)
        return NULL;
    if (open_others(c, g, other, err)) {
        struct env *env = seat_open(g, (uint32_t)c->player, other);
        ((struct seat *)env)->own = g;
        return env;
    }
    for (uint32_t i = 0; i < g->n_players; i++)
        policy_close(other[i]);
    game_close(g);
    return NULL;
}

static const struct kind *const families[] = { &family_policies.kind, NULL };

static const struct param params[] = {
    SPEC("game", game, game_shelf, .unit = "GAME",
         .help = "what is played; unset: prisoners-dilemma"),
    INT("player", player, .max = PLAYERS_MAX - 1, .help = "whose seat it is"),
    SPECS("others", others, policy_shelf, .unit = "POLICY+POLICY...",
          .help = "who the other players are, in order; unset: all random"),
    { 0 },
};

#define SEAT                                                                               \
    .kind.name = "seat", .kind.title = "one player's seat in a game, the others policies", \
    .kind.version = 1, .kind.params = params, .kind.config_size = sizeof(struct config),   \
    .families = families, .close = close_seat, .performance = performance, .view = view,   \
    .draw = draw, .percept_text = percept_text
#define LIVES .reset = seat_reset, .step = seat_step

const struct env_ops env_seat = { SEAT, LIVES, .open = open_seat,
                                  .transitions = seat_transitions };
/* The start is drawn; there is no law; agents sit in the other seats. */
static const struct env_ops seat_drawn = { SEAT, LIVES, .starts = seat_starts,
                                           .transitions = seat_transitions };
static const struct env_ops seat_lawless = { SEAT, LIVES };
static const struct env_ops seat_among = { SEAT };
