#ifndef SEAT_H
#define SEAT_H

#include "env.h"
#include "game.h"
#include "policy.h"

/* A game as one of its players has it, the others' policies known: a world like any other,
 * and a hypothesis for whoever does not know them. A cycle of it is the player's action and
 * all that happens until the player is to move again. Its luck is drawn from the stream
 * named after the game.
 *
 * other[i] is the policy of player i != player; the seat takes them over, the game is
 * borrowed. */
struct env *seat_open(const struct game *g, uint32_t player, struct policy *const *other);

/* The seat of an agent among agents: the space and the families of the seat, but no law,
 * and no life of its own: a match moves it. */
struct env *seat_open_among(const struct game *g, uint32_t player);

/* The game that a seat is in, and whose seat it is; NULL: this world is none. Families of
 * what the others do are made of these. */
const struct game *seat_game(const struct env *env, uint32_t *player);

/* The policy of another player in a seat; NULL: an agent's, or the seat's own. Borrowed. */
const struct policy *seat_policy(const struct env *seat, uint32_t player);

#endif
