#ifndef TERRAIN_H
#define TERRAIN_H

#include "env.h"

/* What an agent may be told of a grid without its map, as data. Actions 0 .. 3 go left,
 * right, up, down, action 4 stays; observation bit i is set when way i is blocked. A world
 * of this shape lends it to models that learn the map. */
enum { TERRAIN_WAYS = 4, TERRAIN_STAY = 4, TERRAIN_ACTIONS = 5 };
struct terrain {
    int rows, cols;
    uint32_t start;   /* cell the agent begins in, row-major */
    int32_t step;     /* points: reward of a cycle */
    int32_t bump;     /* on top of it for walking into a wall, and nothing else happens */
    int32_t prize;    /* on top of it from a dispenser */
    int32_t trap;     /* reward of every cycle in a trap */
    bool traps;       /* there may be some */
    bool sees_walls;  /* else the observation is the cell */
    uint32_t noise;   /* cell whose observations are uniform on [0, symbols); */
    uint32_t symbols; /* UINT32_MAX: there is none */
};
extern const struct view_kind view_terrain;

/* NULL when the world has no such form. */
static inline const struct terrain *terrain_of(const struct env *env)
{
    return (const struct terrain *)env_view(env, &view_terrain);
}

#endif
