#include "config.h"

#include "gridworld.h"
#include "param.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* What a layout comes to as a world: where every move leads, how every place pays. It knows
 * the world's operations as an argument alone, so that the world may name its families and
 * these build worlds. */

const char *const gridworld_moves[] = { "left", "right", "up", "down", "stay" };

static uint32_t observation(const struct gridworld *w, int cell)
{
    return w->config.percepts ? (uint32_t)cell : grid_walls(&w->grid, cell);
}

int gridworld_walk(const struct gridworld *w, int cell, unsigned action, bool *bumped)
{
    bool trapped = w->grid.at[cell].kind == TILE_TRAP;
    int next = action == STAY || trapped ? cell : grid_next(&w->grid, cell, (int)action);
    *bumped = next < 0;
    return *bumped ? cell : next;
}

int32_t gridworld_reward(const struct gridworld *w, int next, bool bumped)
{
    const struct gridworld_config *c = &w->config;
    if (w->place[next].kind == TILE_TRAP)
        return (int32_t)c->trap;
    return (int32_t)(bumped ? c->step + c->bump : c->step);
}

static struct move make_move(const struct gridworld *w, uint32_t state, unsigned action)
{
    bool bumped, modified = state >= w->cells;
    int next = gridworld_walk(w, (int)gridworld_cell(w, state), action, &bumped);
    const struct place *p = &w->place[next];
    struct move m = { { p->obs, gridworld_reward(w, next, bumped) }, (uint32_t)next, 0 };
    if (modified || p->kind == TILE_MODIFIER) {
        m.next += w->cells;
        m.e.rew = (int32_t)w->config.cap;
    } else if (p->theta >= 1 && !bumped)
        m.e.rew += p->prize;
    else if (p->theta > 0 && p->prize && !bumped)
        m.special |= PAYS;
    if (p->kind == TILE_NOISE)
        m.special |= NOISY;
    return m;
}

static struct place make_place(const struct gridworld *w, int cell)
{
    const struct tile *t = &w->grid.at[cell];
    struct place p = { .kind = t->kind, .id = UINT32_MAX, .obs = observation(w, cell) };
    if (t->kind == TILE_DISPENSER) {
        p.theta = w->config.theta >= 0 ? w->config.theta : t->theta >= 0 ? t->theta : 0.75;
        p.prize = t->paid ? t->reward : (int32_t)w->config.prize;
    } else if (t->kind == TILE_CORRUPT) {
        p.theta = 1;
        p.prize = t->paid ? t->reward : (int32_t)w->config.prize;
    }
    return p;
}

static bool has_kind(const struct gridworld *w, enum tile_kind kind)
{
    for (int i = 0; i < w->grid.rows * w->grid.cols; i++)
        if (w->grid.at[i].kind == kind)
            return true;
    return false;
}

/* Least and greatest reward of any move, payouts and modifier included. */
static void find_range(struct gridworld *w)
{
    struct space *s = &w->base.space;
    const struct gridworld_config *c = &w->config;
    int64_t lo = c->step < c->step + c->bump ? c->step : c->step + c->bump;
    int64_t hi = c->step > c->step + c->bump ? c->step : c->step + c->bump;
    lo = c->trap < lo ? c->trap : lo; /* hypotheses may hold traps where there are none */
    hi = c->trap > hi ? c->trap : hi;
    for (int i = 0; i < w->grid.rows * w->grid.cols; i++) {
        const struct place *p = &w->place[i];
        int64_t net = c->step + p->prize;
        if (p->kind == TILE_TRAP)
            net = c->trap;
        if (p->kind == TILE_MODIFIER)
            net = c->cap;
        lo = net < lo ? net : lo;
        hi = net > hi ? net : hi;
    }
    s->rew_min = (int32_t)lo;
    s->rew_max = (int32_t)hi;
}

static void number_places(struct gridworld *w)
{
    size_t cells = (size_t)w->grid.rows * (size_t)w->grid.cols;
    bool *reached = xcalloc(cells, sizeof *reached);
    w->base.n_places = (uint32_t)grid_reach(&w->grid, w->grid.start, reached);
    uint32_t id = 0;
    for (size_t i = 0; i < cells; i++)
        if (reached[i])
            w->place[i].id = id++;
    free(reached);
}

/* Dispensers whose pay differs, modifiers and corrupt tiles are not of this kind. */
static bool find_terrain(const struct gridworld *w, struct terrain *out)
{
    const struct gridworld_config *c = &w->config;
    int32_t prize = (int32_t)c->prize;
    *out = (struct terrain){ w->grid.rows,
                             w->grid.cols,
                             (uint32_t)w->grid.start,
                             (int32_t)c->step,
                             (int32_t)c->bump,
                             prize,
                             (int32_t)c->trap,
                             has_kind(w, TILE_TRAP) || c->traps > 0,
                             !c->percepts,
                             UINT32_MAX,
                             (uint32_t)c->symbols };
    for (int i = 0; i < w->grid.rows * w->grid.cols; i++) {
        const struct place *p = &w->place[i];
        bool second = p->kind == TILE_NOISE && out->noise != UINT32_MAX;
        bool pays_else = p->kind == TILE_DISPENSER && p->prize != prize;
        if (second || pays_else || p->kind == TILE_MODIFIER || p->kind == TILE_CORRUPT)
            return false;
        if (p->kind == TILE_NOISE)
            out->noise = (uint32_t)i;
    }
    return true;
}

static void tabulate(struct gridworld *w, const struct env_ops *ops)
{
    int cells = w->grid.rows * w->grid.cols, dispensers = 0;
    w->cells = (uint32_t)cells;
    w->states = has_kind(w, TILE_MODIFIER) ? 2 * w->cells : w->cells;
    w->move = xcalloc((size_t)w->states * ACTIONS, sizeof *w->move);
    w->place = xcalloc(w->cells, sizeof *w->place);
    w->about = -1;
    for (int i = 0; i < cells; i++)
        w->place[i] = make_place(w, i);
    for (uint32_t s = 0; s < w->states; s++)
        for (unsigned a = 0; a < ACTIONS; a++)
            w->move[s * ACTIONS + a] = make_move(w, s, a);
    for (int i = 0; i < cells; i++) {
        if (w->place[i].kind == TILE_DISPENSER && dispensers++ == 0)
            w->about = i;
    }
    if (dispensers != 1)
        w->about = -1;
    uint32_t obs = w->config.percepts ? (uint32_t)cells : 1u << GRID_WAYS;
    bool noise = has_kind(w, TILE_NOISE);
    if (noise && w->config.symbols > obs)
        obs = (uint32_t)w->config.symbols;
    w->base = (struct env){
        .actions = gridworld_moves,
        .ops = ops,
        .space = { .n_actions = ACTIONS, .n_obs = obs, .scale = 1 },
        .state_size = sizeof(uint32_t),
        .max_transitions = noise ? (uint32_t)w->config.symbols : 2,
        .map = (uint32_t)w->config.map_index,
        .rows = w->grid.rows,
        .cols = w->grid.cols,
    };
    if (w->base.max_transitions < 2)
        w->base.max_transitions = 2;
    find_range(w);
    number_places(w);
    w->has_land = find_terrain(w, &w->land);
}

struct env *gridworld_build(struct grid *layout, const struct gridworld_config *c,
                            uint64_t root, const struct env_ops *ops)
{
    struct gridworld *w = xcalloc(1, sizeof *w);
    w->grid = *layout;
    w->root = root;
    param_copy(ops->kind.params, &w->config, c, sizeof w->config);
    tabulate(w, ops);
    return &w->base;
}

bool gridworld_make_layout(struct grid *g, const struct gridworld_config *c,
                           int64_t map_index, uint64_t root, struct err *err)
{
    struct rng rng;
    rng_init(&rng,
             &(struct rng_key){ root, RNG_LAYOUT, "gridworld", (uint32_t)map_index, 0 });
    return grid_make(g,
                     &(struct grid_wish){ .size = (int)c->size,
                                          .walls = c->walls,
                                          .traps = c->traps,
                                          .dispensers = (int)c->dispensers,
                                          .noise = c->noise,
                                          .modifier = c->modifier },
                     &rng, err);
}

struct gridworld *gridworld_copy(const struct gridworld *w)
{
    struct gridworld *c = xcalloc(1, sizeof *c);
    *c = *w;
    grid_copy(&c->grid, &w->grid);
    param_copy(w->base.ops->kind.params, &c->config, &w->config, sizeof c->config);
    c->move = xcalloc((size_t)c->states * ACTIONS, sizeof *c->move);
    memcpy(c->move, w->move, (size_t)c->states * ACTIONS * sizeof *c->move);
    c->place = xcalloc(c->cells, sizeof *c->place);
    memcpy(c->place, w->place, c->cells * sizeof *c->place);
    return c;
}

void gridworld_replace(struct gridworld *w, int cell, struct tile t)
{
    uint32_t id = w->place[cell].id;
    w->grid.at[cell] = t;
    w->place[cell] = make_place(w, cell);
    w->place[cell].id = id;
    for (uint32_t i = 0; i < w->states * ACTIONS; i++)
        if (gridworld_cell(w, w->move[i].next) == (uint32_t)cell)
            w->move[i] = make_move(w, i / ACTIONS, i % ACTIONS);
    w->has_land = find_terrain(w, &w->land);
}
