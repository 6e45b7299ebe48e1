#ifndef MATRIX_H
#define MATRIX_H

#include "game.h"
#include "normal.h"
#include "payoffs.h"

/* Games in which all move at once and are paid by a table (normal.h), every round alike.
 * Two see each other's move; more see the moves of the others, numbered as joint moves are,
 * or where moves are counted their sum and not whose they were. */
struct matrix_game {
    struct game base;
    struct normal table; /* pay owned */
    bool counts;
    bool square; /* two players, as many moves each, few enough for seen_from */
    struct payoffs seen_from[2];
};

/* Fills *s from a table, whose pay it takes over, with the names of each player's moves and
 * of what it sees, [n_players], which are borrowed and may be NULL. */
void matrix_init(struct matrix_game *s, const struct game_ops *ops,
                 const struct normal *table, const char *const *const *name,
                 const char *const *const *seen);
void matrix_close(struct game *g); /* frees *s and its table */

/* Two players with the same moves, a table of constants: */
enum { MATRIX_MOVES = 4 };
struct matrix {
    uint32_t moves;
    int32_t pay[2][MATRIX_MOVES][MATRIX_MOVES]; /* [player][own move][the other's] */
    const char *const *name, *const *seen; /* [moves] of own moves and of the other's */
};
struct game *matrix_open(const struct game_ops *ops, const struct matrix *table);

void matrix_reset(const struct game *g, void *state, struct rng *rng);
void matrix_step(const struct game *g, void *state, const uint8_t *action, struct rng *rng,
                 struct percept *out);
void matrix_draw(const struct game *g, const void *state, bool truth, struct canvas *cv);
const void *matrix_view(const struct game *g, uint32_t player,
                        const struct view_kind *which);
void matrix_text(const struct game *g, uint32_t player, struct percept e, char *buf,
                 size_t n);

/* The operations of such a game, but open() and what it is called. */
#define MATRIX_OPS                                                                         \
    .close = matrix_close, .reset = matrix_reset, .step = matrix_step,                     \
    .view = matrix_view, .draw = matrix_draw, .percept_text = matrix_text

#endif
