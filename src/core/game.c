#include "config.h"

#include "game.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct game *game_open(const struct spec_of *spec, uint64_t root, struct err *err)
{
    return ((const struct game_ops *)spec->kind)->open(spec->config, root, err);
}

void game_close(struct game *g)
{
    if (g && g->ops->close)
        g->ops->close(g);
    else
        free(g);
}

uint32_t game_movers(const struct game *g, const void *state)
{
    return g->ops->movers ? g->ops->movers(g, state) : (UINT32_C(1) << g->n_players) - 1;
}

uint32_t game_legal(const struct game *g, const void *state, uint32_t player)
{
    return g->ops->legal ? g->ops->legal(g, state, player)
                         : (uint32_t)((UINT64_C(1) << g->space[player].n_actions) - 1);
}

double game_transition(const struct game *g, const void *state, const uint8_t *action,
                       size_t k, struct percept *out, void *next)
{
    if (g->ops->transition)
        return g->ops->transition(g, state, action, k, out, next);
    if (k > 0)
        return 0;
    memcpy(next, state, g->state_size);
    g->ops->step(g, next, action, NULL, out);
    return 1;
}

void game_action_text(const struct game *g, uint32_t player, unsigned action, char *buf,
                      size_t n)
{
    if (g->actions[player])
        snprintf(buf, n, "%s", g->actions[player][action]);
    else
        snprintf(buf, n, "%u", action);
}

void game_percept_text(const struct game *g, uint32_t player, struct percept e, char *buf,
                       size_t n)
{
    if (g->ops->percept_text)
        g->ops->percept_text(g, player, e, buf, n);
    else if (g->observations[player])
        snprintf(buf, n, "%s", g->observations[player][e.obs]);
    else
        snprintf(buf, n, "%" PRIu32, e.obs);
}
