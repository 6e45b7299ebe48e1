#include "config.h"

#include "api.h"
#include "game.h"
#include "registry.h"

#include <stdlib.h>
#include <string.h>

struct ursa_game {
    struct spec_of spec;
    struct game *game;
    uint64_t root;
    void *state;
    struct rng luck;
    struct percept got[PLAYERS_MAX]; /* of the step under way */
};

static void move(struct ursa_game *g, const uint8_t *action)
{
    struct percept out[PLAYERS_MAX] = { 0 };
    g->game->ops->step(g->game, g->state, action, &g->luck, out);
    for (uint32_t i = 0; i < g->game->n_players; i++)
        g->got[i] = (struct percept){ out[i].obs, g->got[i].rew + out[i].rew };
}

/* The game goes on by itself until somebody is to move. */
static void settle(struct ursa_game *g)
{
    static const uint8_t nothing[PLAYERS_MAX];
    while (!game_movers(g->game, g->state))
        move(g, nothing);
}

static void start(struct ursa_game *g, uint32_t seed)
{
    memset(g->state, 0, g->game->state_size);
    rng_init(&g->luck,
             &(struct rng_key){ g->root, RNG_WORLD, g->game->ops->kind.name, 0, seed });
    g->game->ops->reset(g->game, g->state, &g->luck);
    settle(g);
}

ursa_game *ursa_game_open(const char *spec, uint64_t root, uint32_t seed)
{
    API_GUARD(NULL)
    struct err err = { 0 };
    struct ursa_game *g = xcalloc(1, sizeof *g);
    if (api_spec(&g->spec, &game_shelf, spec, &err))
        g->game = game_open(&g->spec, root, &err);
    if (!g->game) {
        kind_release(&g->spec);
        free(g);
        return api_null(&err);
    }
    g->root = root;
    g->state = xcalloc(1, g->game->state_size);
    start(g, seed);
    return g;
}

void ursa_game_close(ursa_game *g)
{
    if (!g)
        return;
    game_close(g->game);
    kind_release(&g->spec);
    free(g->state);
    free(g);
}

const char *ursa_game_spec(const ursa_game *g)
{
    return api_whole(g, "game", false) ? g->spec.canonical : NULL;
}

int ursa_game_players(const ursa_game *g)
{
    return api_whole(g, "game", false) ? (int)g->game->n_players : URSA_BAD;
}

static int has_player(const struct ursa_game *g, uint32_t player)
{
    return player < g->game->n_players
               ? URSA_OK
               : api_fail(URSA_BAD, "player %u of %u", player, g->game->n_players);
}

int ursa_game_space(const ursa_game *g, uint32_t player, struct ursa_space *out)
{
    struct ursa_space space;
    if (!api_whole(g, "game", false) || has_player(g, player))
        return URSA_BAD;
    api_space(&space, &g->game->space[player]);
    space.rows = g->game->rows;
    space.cols = g->game->cols;
    space.flags = (g->game->text ? URSA_TEXT : 0u) | (g->game->hidden ? URSA_HIDDEN : 0u);
    return api_give(out, &space, sizeof space);
}

int ursa_game_reset(ursa_game *g, uint32_t seed)
{
    if (!api_whole(g, "game", false))
        return URSA_BAD;
    start(g, seed);
    return URSA_OK;
}

int ursa_game_movers(const ursa_game *g)
{
    return api_whole(g, "game", false) ? (int)game_movers(g->game, g->state) : URSA_BAD;
}

int ursa_game_step(ursa_game *g, const uint32_t *action, uint32_t *obs, int32_t *rew)
{
    uint8_t joint[PLAYERS_MAX] = { 0 };
    if (!api_whole(g, "game", false))
        return URSA_BAD;
    if (!action || !obs || !rew)
        return api_fail(URSA_BAD, "%s is NULL", !action ? "action" : obs ? "rew" : "obs");
    uint32_t movers = game_movers(g->game, g->state), n = g->game->n_players;
    for (uint32_t i = 0; i < n; i++) {
        if (!(movers >> i & 1))
            continue;
        if (api_action(&g->game->space[i], action[i]))
            return URSA_BAD;
        joint[i] = (uint8_t)action[i];
    }
    for (uint32_t i = 0; i < n; i++)
        g->got[i].rew = 0;
    move(g, joint);
    settle(g);
    for (uint32_t i = 0; i < n; i++) {
        obs[i] = g->got[i].obs;
        rew[i] = g->got[i].rew;
    }
    return URSA_OK;
}
