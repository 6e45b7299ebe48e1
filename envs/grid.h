#ifndef GRID_H
#define GRID_H

#include "canvas.h"
#include "err.h"
#include "rng.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Layouts of gridworlds: what stands where. TILE_DISPENSER pays with probability theta,
 * TILE_TRAP is absorbing, observations are random at TILE_NOISE, TILE_MODIFIER makes every
 * later reward the maximum, TILE_CORRUPT pays what the designer did not want. */
enum tile_kind {
#define TILE(kind, ...) TILE_##kind,
#include "grid.def"
#undef TILE
    TILES
};
extern const char *const tile_names[]; /* closed by NULL */
extern const char *const tile_many[];  /* [TILES] in listings: "traps" */
extern const char tile_letters[];      /* [TILES] on maps */
extern const struct tile_look grid_looks[];

struct tile {
    uint8_t kind;   /* enum tile_kind */
    bool paid;      /* reward is set */
    char glyph;     /* of the map it was read from; 0: the usual one of its kind */
    double theta;   /* TILE_DISPENSER: chance to pay; -1: not set */
    int32_t reward; /* TILE_DISPENSER, TILE_CORRUPT: points on top of a step's */
};

enum { GRID_MAX = 64 }; /* rows and columns */

/* Row-major tiles; the caller owns `at` and `name`. */
struct grid {
    int rows, cols;
    int start; /* cell */
    struct tile *at;
    char *name; /* "" for none */
};

void grid_init(struct grid *g, int rows, int cols);
void grid_copy(struct grid *to, const struct grid *from);
void grid_release(struct grid *g);
/* Whether both are the same world; names do not count. */
bool grid_same(const struct grid *a, const struct grid *b);

/* Directions of travel: left, right, up, down. */
enum { GRID_WAYS = 4 };
/* The cell next to `cell` that way, or -1 at the edge or before a wall. */
int grid_next(const struct grid *g, int cell, int way);
/* Bit i is set when way i is blocked. */
unsigned grid_walls(const struct grid *g, int cell);
/* Marks the cells that can be reached from `from`, itself included; a trap is reached but
 * not left. Returns how many. */
int grid_reach(const struct grid *g, int from, bool *reached);

/* Paints it, hidden tiles only when `truth`; and where a player stands on it. */
void grid_paint(const struct grid *g, bool truth, struct canvas *cv);
void grid_stand(const struct grid *g, int cell, unsigned player, struct canvas *cv);

/* ---- grid_map.c: the text form, ursa-map(5) */

/* Reads a map. False with every error of the file in *err, "FILE:LINE:COL: error: ..." and
 * the line; what is odd but can be used is warned of. `file` names it in messages. */
bool grid_read(struct grid *g, FILE *f, const char *file, struct err *err);
/* The map called `name`, shipped or a path. */
bool grid_load(struct grid *g, const char *name, struct err *err);
/* Writes what grid_read() reads back as the same layout. */
void grid_write(const struct grid *g, FILE *f);

/* ---- grid_convert.c: maps of other programs */
extern const char *const grid_formats[]; /* closed by NULL */
/* Reads a map of format grid_formats[format], as grid_read() does. What is not quite the
 * same here is warned of. */
bool grid_convert(struct grid *g, int format, FILE *f, const char *file, struct err *err);

/* ---- gridworld.c */
struct env;
/* A copy of the layout of a gridworld; false: the world is none. */
bool gridworld_layout(const struct env *env, struct grid *g);

/* ---- grid_make.c: random layouts */

struct grid_wish {
    int size;            /* rows and columns */
    double walls, traps; /* chance of each in a cell */
    int dispensers;      /* at least half the size away from the start, reachable */
    bool noise;          /* on the cell below the start */
    bool modifier;       /* on some reachable cell */
};
/* A layout after Aslanides' AIXIjs: start top left, drawn again until all can be reached.
 * False with *err when that does not happen. */
bool grid_make(struct grid *g, const struct grid_wish *wish, struct rng *rng,
               struct err *err);

#endif
