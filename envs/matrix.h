#ifndef MATRIX_H
#define MATRIX_H

#include "game.h"

/* Games in which two players move at once, see each other's move and are paid by a
 * table. */
enum { MATRIX_MOVES = 4 };
struct matrix {
    uint32_t moves;
    int32_t pay[2][MATRIX_MOVES][MATRIX_MOVES]; /* [player][own move][the other's] */
    const char *const *name, *const *seen; /* [moves] of own moves and of the other's */
};

/* The game of a table that outlives it, with these operations: */
struct game *matrix_open(const struct game_ops *ops, const struct matrix *table);
void matrix_reset(const struct game *g, void *state, struct rng *rng);
void matrix_step(const struct game *g, void *state, const uint8_t *action, struct rng *rng,
                 struct percept *out);
void matrix_draw(const struct game *g, const void *state, bool truth, struct canvas *cv);
const void *matrix_view(const struct game *g, uint32_t player,
                        const struct view_kind *which);

#endif
