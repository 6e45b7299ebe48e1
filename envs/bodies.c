#include "config.h"

#include "bodies.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGHTS_MAX = 1 << 20 };

static const char *const moves[] = { "left", "right", "up", "down", "stay" };

/* ---- opening */

static bool holds_only(const struct grid *g, unsigned tiles, const char *map,
                       const char *game, struct err *err)
{
    tiles |= 1u << TILE_FLOOR | 1u << TILE_WALL;
    for (int i = 0; i < g->rows * g->cols; i++)
        if (!(tiles >> g->at[i].kind & 1))
            return err_set(err, "map=%s: the %s at (%d,%d) has no meaning in %s", map,
                           tile_names[g->at[i].kind], i % g->cols, i / g->cols, game);
    return true;
}

static void number_cells(struct bodies *s)
{
    size_t n = (size_t)(s->grid.rows * s->grid.cols);
    bool *reached = xcalloc(n, sizeof *reached);
    s->id = xcalloc(n, sizeof *s->id);
    s->cell = xcalloc(n, sizeof *s->cell);
    grid_reach(&s->grid, s->grid.start, reached);
    for (size_t i = 0; i < n; i++)
        if (reached[i]) {
            s->id[i] = s->n_cells;
            s->cell[s->n_cells++] = (uint16_t)i;
        }
    free(reached);
}

/* Of one of the others there is one thing more to see where sight ends: nothing. */
static bool count_sights(struct bodies *s, const char *game, struct err *err)
{
    double sights = s->n_cells;
    for (uint32_t k = 1; k < s->base.n_players; k++)
        sights *= s->n_cells + !s->all_seen;
    if (sights > SIGHTS_MAX)
        return err_set(err,
                       "%s: %" PRIu32 " players in %" PRIu32
                       " cells may see %.4g things; at most %d",
                       game, s->base.n_players, s->n_cells, sights, SIGHTS_MAX);
    for (uint32_t i = 0; i < s->base.n_players; i++)
        s->base.space[i] = (struct space){ .n_actions = BODIES_ACTIONS,
                                           .n_obs = (uint32_t)sights,
                                           .scale = 1 };
    return true;
}

bool bodies_init(struct bodies *s, const struct game_ops *ops,
                 const struct bodies_config *config, const char *map, unsigned tiles,
                 struct err *err)
{
    const char *name = config->map ? config->map : map;
    if (!grid_load(&s->grid, name, err)) {
        free(s);
        return false;
    }
    const struct grid *g = &s->grid;
    s->base = (struct game){ .ops = ops,
                             .n_players = (uint32_t)config->players,
                             .state_size = sizeof(struct stand),
                             .max_transitions = 1,
                             .secret = true,
                             .rows = g->rows,
                             .cols = g->cols };
    s->sight = (int32_t)config->sight;
    s->all_seen = s->sight >= g->rows + g->cols - 2;
    s->base.hidden = !s->all_seen;
    number_cells(s);
    for (uint32_t i = 0; i < s->base.n_players; i++) {
        s->base.actions[i] = moves;
        s->start.at[i] = (uint16_t)g->start;
    }
    if (holds_only(g, tiles, name, ops->kind.name, err) &&
        count_sights(s, ops->kind.name, err))
        return true;
    bodies_close(&s->base);
    return false;
}

void bodies_rewards(struct bodies *s, uint32_t player, int32_t min, int32_t max)
{
    s->base.space[player].rew_min = min;
    s->base.space[player].rew_max = max;
}

void bodies_close(struct game *g)
{
    struct bodies *s = (struct bodies *)g;
    grid_release(&s->grid);
    free(s->id);
    free(s->cell);
    free(s);
}

/* The last that a search in breadth comes to stands as far as any; of these the first. */
uint16_t bodies_far(const struct bodies *s)
{
    uint32_t *steps = xcalloc(s->n_cells, sizeof *steps), last = 0, far = 0;
    uint16_t *queue = xcalloc(s->n_cells, sizeof *queue);
    steps[s->id[s->grid.start]] = 1;
    queue[0] = (uint16_t)s->grid.start;
    for (uint32_t i = 0; i <= last; i++)
        for (unsigned way = 0; way < GRID_WAYS; way++) {
            uint16_t next = bodies_walk(s, queue[i], way);
            if (steps[s->id[next]])
                continue;
            steps[s->id[next]] = steps[s->id[queue[i]]] + 1;
            queue[++last] = next;
        }
    for (uint32_t k = 1; k < s->n_cells; k++)
        far = steps[k] > steps[far] ? k : far;
    free(steps);
    free(queue);
    return s->cell[far];
}

/* ---- playing */

uint16_t bodies_walk(const struct bodies *s, uint16_t cell, unsigned action)
{
    int next = action == BODIES_STAY ? cell : grid_next(&s->grid, cell, (int)action);
    return next < 0 ? cell : (uint16_t)next;
}

void bodies_move(const struct bodies *s, struct stand *p, const uint8_t *action)
{
    for (uint32_t i = 0; i < s->base.n_players; i++)
        p->at[i] = bodies_walk(s, p->at[i], action[i]);
}

static bool sees(const struct bodies *s, int from, int to)
{
    int cols = s->grid.cols;
    return s->all_seen ||
           abs(from / cols - to / cols) + abs(from % cols - to % cols) <= s->sight;
}

/* Its own cell first, then those of the others, in their order. */
void bodies_look(const struct bodies *s, const struct stand *p, struct percept *out)
{
    for (uint32_t i = 0; i < s->base.n_players; i++) {
        uint32_t obs = s->id[p->at[i]];
        for (uint32_t k = 0; k < s->base.n_players; k++) {
            if (k == i)
                continue;
            bool seen = sees(s, p->at[i], p->at[k]);
            obs = obs * (s->n_cells + !s->all_seen) + (seen ? s->id[p->at[k]] : s->n_cells);
        }
        out[i].obs = obs;
    }
}

void bodies_reset(const struct game *g, void *state, struct rng *rng)
{
    (void)rng;
    *(struct stand *)state = ((const struct bodies *)g)->start;
}

/* ---- for people */

int bodies_cell(const struct game *g, const void *state, uint32_t player)
{
    return player < g->n_players ? ((const struct stand *)state)->at[player] : -1;
}

void bodies_draw(const struct game *g, const void *state, bool truth, struct canvas *cv)
{
    const struct bodies *s = (const struct bodies *)g;
    const struct stand *p = state;
    grid_paint(&s->grid, truth, cv);
    for (uint32_t i = 0; i < g->n_players; i++)
        grid_stand(&s->grid, p->at[i], i, cv);
}

void bodies_text(const struct game *g, uint32_t player, struct percept e, char *buf,
                 size_t n)
{
    const struct bodies *s = (const struct bodies *)g;
    uint32_t unit = 1, base = s->n_cells + !s->all_seen;
    for (uint32_t k = 1; k < g->n_players; k++)
        unit *= base;
    int cell = s->cell[e.obs / unit], cols = s->grid.cols;
    size_t used = (size_t)snprintf(buf, n, "at row %d column %d", cell / cols, cell % cols);
    for (uint32_t k = 0; k < g->n_players && used < n; k++) {
        if (k == player)
            continue;
        unit /= base;
        uint32_t id = e.obs / unit % base;
        if (id == s->n_cells)
            used += (size_t)snprintf(buf + used, n - used, ", %" PRIu32 " unseen", k);
        else
            used += (size_t)snprintf(buf + used, n - used, ", %" PRIu32 " at %d %d", k,
                                     s->cell[id] / cols, s->cell[id] % cols);
    }
}
