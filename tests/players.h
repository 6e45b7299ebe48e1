#ifndef PLAYERS_H
#define PLAYERS_H

#include "game.h"
#include "policy.h"

/* Games and policies by their specs, for tests; what cannot be opened fails the test. */
struct game *players_game(const char *text);
struct policy *players_policy(const char *text, const struct space *space);

/* Three players and a die: each says 0 or 1, the die falls on 1 with chance 0.3, and player
 * i earns (i + 1) times the sum of what is said and the die. All at once, or by turns 0, 1,
 * 2 with the die after the last. What is seen is the last sum. */
enum { SAYERS = 3 };
extern const struct game_ops players_at_once, players_by_turns;
struct game players_toy(const struct game_ops *ops);

#endif
