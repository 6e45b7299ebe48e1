#ifndef GRIDWORLD_H
#define GRIDWORLD_H

#include "env.h"
#include "grid.h"
#include "terrain.h"

/* What gridworld.c and its families in grid_family.c share; made in grid_build.c. */
enum { LEFT, RIGHT, UP, DOWN, STAY, ACTIONS };

struct gridworld_config {
    int64_t size, map_index, dispensers, symbols, step, bump, prize, trap, cap;
    double theta, walls, traps;
    int percepts, noise, modifier, hide;
    char *map, *mazes;
};

/* What an action leads to. A state is a cell, or once the modifier was stepped on the
 * number of cells and a cell: every reward is then the cap. */
enum { NOISY = 1, PAYS = 2 };
struct move {
    struct percept e; /* without chance */
    uint32_t next;    /* state */
    uint32_t special; /* NOISY: the observation is random; PAYS: the dispenser may pay */
};

/* A cell as it is stood on after an action. */
struct place {
    uint8_t kind;
    uint32_t id;  /* in [0, n_places), UINT32_MAX: not reachable */
    uint32_t obs; /* seen there, unless it is noise */
    double theta;
    int32_t prize;
};

struct gridworld {
    struct env base;
    struct grid grid;
    struct gridworld_config config; /* strings owned */
    uint64_t root;
    uint32_t cells, states;
    struct move *move;   /* [states * ACTIONS] */
    struct place *place; /* [cells] */
    int about;           /* cell of the one dispenser, -1: none or several */
    struct terrain land; /* the view of that kind; has_land false: it is none */
    bool has_land;
};

extern const char *const gridworld_moves[]; /* [ACTIONS] names */

static inline uint32_t gridworld_cell(const struct gridworld *w, uint32_t state)
{
    return state < w->cells ? state : state - w->cells;
}
/* Where an action leads, and whether it was into a wall. */
int gridworld_walk(const struct gridworld *w, int cell, unsigned action, bool *bumped);
/* What the designer wants a move to be rewarded with, payouts apart. */
int32_t gridworld_reward(const struct gridworld *w, int next, bool bumped);

/* A world with this layout, which it takes over. */
struct env *gridworld_build(struct grid *layout, const struct gridworld_config *c,
                            uint64_t root, const struct env_ops *ops);
/* The random layout of that index. */
bool gridworld_make_layout(struct grid *g, const struct gridworld_config *c,
                           int64_t map_index, uint64_t root, struct err *err);
/* Another one like it; the caller closes it. */
struct gridworld *gridworld_copy(const struct gridworld *w);
/* Floor where a dispenser was or the other way round: moves that do not end there stay what
 * they are, and so does what can be reached. */
void gridworld_replace(struct gridworld *w, int cell, struct tile t);

/* Its families of hypotheses: env_ops.families. */
extern const struct kind *const gridworld_families[];

#endif
