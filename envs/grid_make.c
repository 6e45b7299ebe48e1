#include "config.h"

#include "grid.h"
#include "xalloc.h"

#include <stdlib.h>

enum { TRIES = 100000 };

/* Walls and traps in every cell but the start, and the cell below it when it makes
 * noise. */
static void scatter(struct grid *g, const struct grid_wish *wish, struct rng *rng)
{
    for (int i = 0; i < g->rows * g->cols; i++) {
        g->at[i] = (struct tile){ .theta = -1 };
        if (rng_bernoulli(rng, wish->walls))
            g->at[i].kind = TILE_WALL;
        else if (rng_bernoulli(rng, wish->traps))
            g->at[i].kind = TILE_TRAP;
    }
    g->start = 0;
    g->at[0].kind = TILE_FLOOR;
    if (wish->noise)
        g->at[g->cols].kind = TILE_NOISE;
}

/* Puts a tile on a random reachable floor cell at least `away` steps of the crow from the
 * start; false when there is none. */
static bool put(struct grid *g, const bool *reached, int away, enum tile_kind kind,
                struct rng *rng)
{
    uint32_t seen = 0;
    int cell = -1;
    for (int i = 1; i < g->rows * g->cols; i++)
        if (reached[i] && g->at[i].kind == TILE_FLOOR &&
            i / g->cols + i % g->cols >= away && !rng_below(rng, ++seen))
            cell = i;
    if (cell >= 0)
        g->at[cell].kind = (uint8_t)kind;
    return cell >= 0;
}

/* Reachable cells stay reachable: a dispenser or a modifier is walked over like floor. */
static bool furnish(struct grid *g, const struct grid_wish *wish, const bool *reached,
                    struct rng *rng)
{
    for (int i = 0; i < wish->dispensers; i++)
        if (!put(g, reached, (wish->size + 1) / 2, TILE_DISPENSER, rng))
            return false;
    return !wish->modifier || put(g, reached, 1, TILE_MODIFIER, rng);
}

bool grid_make(struct grid *g, const struct grid_wish *wish, struct rng *rng,
               struct err *err)
{
    grid_init(g, wish->size, wish->size);
    bool *reached = xcalloc((size_t)wish->size * (size_t)wish->size, sizeof *reached);
    bool ok = false;
    for (int i = 0; i < TRIES && !ok; i++) {
        scatter(g, wish, rng);
        grid_reach(g, g->start, reached);
        ok = furnish(g, wish, reached, rng);
    }
    free(reached);
    if (ok)
        return true;
    grid_release(g);
    return err_set(err,
                   "no layout of size %d with walls=%g, traps=%g has room for all that can "
                   "be reached from the start",
                   wish->size, wish->walls, wish->traps);
}
