#ifndef BODIES_H
#define BODIES_H

#include "game.h"
#include "grid.h"

/* Games on the maps of gridworlds: every player is a body that goes left, right, up or down
 * or stays, all at once. Several may stand in one cell, walls stop them. A player sees
 * where it is, and where the others are as far as it sees. What that pays is the game's. */
enum { BODIES_MAX = 4, BODIES_ACTIONS = 5, BODIES_STAY = GRID_WAYS };

struct bodies_config {
    char *map;
    int64_t players, sight;
};

struct bodies {
    struct game base;
    struct grid grid; /* owned */
    uint32_t n_cells; /* that can be reached */
    uint32_t *id;     /* [rows * cols] owned: their numbers */
    uint16_t *cell;   /* [n_cells] owned: and back */
    int32_t sight;    /* steps */
    bool all_seen;
    struct stand {
        uint16_t at[BODIES_MAX]; /* cells; of who is not there 0 */
    } start;
};

#define BODIES_PARAMS(shipped_, least_, players_help_)                                     \
    TEXT("map", bodies.map, .unit = "MAP",                                                 \
         .help = "a shipped map or a file; unset: " shipped_),                             \
        INT("players", bodies.players, .def = 2, .min = (least_), .max = BODIES_MAX,       \
            .help = players_help_),                                                        \
        INT("sight", bodies.sight, .def = 2 * GRID_MAX, .min = 0, .max = 2 * GRID_MAX,     \
            .unit = "steps", .help = "how far others are seen")

/* What a map may hold beside floor and walls, as bits of tile kinds. */
#define BODIES_FOOD (1u << TILE_DISPENSER)

/* Fills all but spaces' rewards and max_transitions (1) of *s, all bodies at the map's
 * start, from the map called `config->map`, or `map` when that is unset. False with *err;
 * *s then is as good as closed. */
bool bodies_init(struct bodies *s, const struct game_ops *ops,
                 const struct bodies_config *config, const char *map, unsigned tiles,
                 struct err *err);
void bodies_rewards(struct bodies *s, uint32_t player, int32_t min, int32_t max);
/* The cell farthest from the start, the first of them. */
uint16_t bodies_far(const struct bodies *s);

/* Where a body gets from a cell. */
uint16_t bodies_walk(const struct bodies *s, uint16_t cell, unsigned action);
/* Everybody's move. */
void bodies_move(const struct bodies *s, struct stand *p, const uint8_t *action);
/* What everybody then sees, into out[i].obs. */
void bodies_look(const struct bodies *s, const struct stand *p, struct percept *out);

/* The operations of a game that are all alike: state is a struct stand. */
void bodies_close(struct game *g);
void bodies_reset(const struct game *g, void *state, struct rng *rng);
int bodies_cell(const struct game *g, const void *state, uint32_t player);
void bodies_draw(const struct game *g, const void *state, bool truth, struct canvas *cv);
void bodies_text(const struct game *g, uint32_t player, struct percept e, char *buf,
                 size_t n);
#define BODIES_OPS                                                                         \
    .close = bodies_close, .reset = bodies_reset, .tiles = grid_looks,                     \
    .cell = bodies_cell, .draw = bodies_draw, .percept_text = bodies_text

#endif
