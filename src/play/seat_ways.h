#ifndef SEAT_WAYS_H
#define SEAT_WAYS_H

#include "env.h"
#include "game.h"
#include "policy.h"

/* How a seat goes on, as a world and as a law; for seat.c. Its state is that of the game
 * and what each of the others remembers, parts aligned like max_align_t. */
struct seat {
    struct env base;
    struct env_ops shown; /* base.ops of a game that says how it looks */
    const struct game *game;
    struct game *own; /* the game, when the seat opened it; owned */
    uint32_t player;
    struct policy *other[PLAYERS_MAX]; /* owned; NULL: the player itself, or an agent */
    size_t memory[PLAYERS_MAX];        /* where in the state; 0: remembers nothing */
};

/* The size rounded up to that of an aligned part. */
size_t seat_aligned(size_t size);
/* What stands before the memory of a policy. */
size_t seat_head(const struct game *g);

/* The operations of a world. */
void seat_reset(const struct env *env, void *state, struct rng *rng);
size_t seat_starts(const struct env *env, double *p, void *states);
struct percept seat_step(const struct env *env, void *state, unsigned action,
                         struct rng *rng);
size_t seat_transitions(const struct env *env, const void *state, unsigned action,
                        struct transition *out, void *next);

#endif
