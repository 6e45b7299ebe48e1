#ifndef GAME_H
#define GAME_H

#include "canvas.h"
#include "err.h"
#include "kind.h"
#include "percept.h"
#include "rng.h"

#include <stdbool.h>
#include <stddef.h>

/* A world of several players, each with percepts of its own. State is plain data, as a
 * world's. Players may move all at once or by turns. A percept is complete when its
 * player is to move again: its observation is that of the last step, its reward the sum
 * since the player's last action. There is no percept before a player's first action. No
 * op from reset() on allocates. */
struct game;
struct game_ops {
    struct kind kind;
    struct game *(*open)(const void *config, uint64_t root, struct err *err);
    void (*close)(struct game *g); /* NULL: free() is all there is to do */

    void (*reset)(const struct game *g, void *state, struct rng *rng);
    /* The k-th state that reset() may leave, into `state`: its probability; 0: there are no
     * more. NULL: reset() draws nothing. */
    double (*start)(const struct game *g, size_t k, void *state);
    /* Bit i: player i acts now; 0: nobody does, the game goes on by itself. NULL: all,
     * always. */
    uint32_t (*movers)(const struct game *g, const void *state);
    /* Bit a: the rules allow `player` action a now. A player may try any action, and the
     * game says what becomes of it; a policy is told. NULL: all. */
    uint32_t (*legal)(const struct game *g, const void *state, uint32_t player);
    /* One step: action[i] of those who move, and what it gives to whom: out[i].rew to every
     * player i, out[i].obs to those who are to move next. */
    void (*step)(const struct game *g, void *state, const uint8_t *action, struct rng *rng,
                 struct percept *out);
    /* Optional, the law of step(): the k-th thing that may happen, at most max_transitions:
     * its probability, with its percepts and next state; 0: there are no more. */
    double (*transition)(const struct game *g, const void *state, const uint8_t *action,
                         size_t k, struct percept *out, void *next);

    /* Optional from here, as of a world, with the player as an argument. `before` is the
     * state that the player acted in. */
    double (*performance)(const struct game *g, uint32_t player, const void *before,
                          unsigned action, struct percept e, const void *after);
    /* A form that it lends to a player's seat (kind.h). */
    const void *(*view)(const struct game *g, uint32_t player,
                        const struct view_kind *which);
    /* What is hidden from a player, in [0, n_hidden); and as of a world without a map what
     * the window draws, and asks. */
    uint32_t (*hidden)(const struct game *g, uint32_t player, const void *state);
    const char *picture, *asks;
    /* How its things look, closed by a NULL name; NULL: its canvas is text, or none. */
    const struct tile_look *tiles;
    /* The canvas cell (row * cols + col) where a player stands; -1: nowhere. */
    int (*cell)(const struct game *g, const void *state, uint32_t player);
    void (*draw)(const struct game *g, const void *state, bool truth, struct canvas *cv);
    void (*percept_text)(const struct game *g, uint32_t player, struct percept e, char *buf,
                         size_t n);
};

/* Constant from open() to close(). First member of each concrete struct. */
struct game {
    const struct game_ops *ops;
    uint32_t n_players;
    struct space space[PLAYERS_MAX];
    size_t state_size;
    uint32_t max_transitions; /* of a step. 1 without ops->transition: step() draws nothing;
                               * 0: no law of useful size */
    /* In how many ways the cycle of each player may go on at most, whatever the others
     * do and whatever falls: bounds the law of its seat. 0: all move at once, so that
     * there are as many as joint actions and transitions make. */
    uint32_t max_ways[PLAYERS_MAX];
    uint32_t max_starts;
    /* Names for people, of each player; NULL: numbers. */
    const char *const *actions[PLAYERS_MAX], *const *observations[PLAYERS_MAX];
    bool hidden; /* the state is random at reset or not a function of (state, joint action,
                  * what one player perceives) */
    uint32_t n_hidden;               /* 0 when ops->hidden is NULL; else .hidden is set */
    const char *const *hidden_names; /* [n_hidden] */
    bool secret;    /* nor does it tell what the others did and perceived */
    bool text;      /* the canvas is text, not tiles */
    int rows, cols; /* canvas it draws on; 0 x 0 when it draws nothing */
};

/* The game of a spec whose kind is the head of a game_ops. NULL with *err. */
struct game *game_open(const struct spec_of *spec, uint64_t root, struct err *err);

void game_close(struct game *g); /* accepts NULL */

/* Who acts now, as bits. */
uint32_t game_movers(const struct game *g, const void *state);
/* What the rules allow, as bits. */
uint32_t game_legal(const struct game *g, const void *state, uint32_t player);
/* transition(), of games too that draw nothing; max_transitions > 0. */
double game_transition(const struct game *g, const void *state, const uint8_t *action,
                       size_t k, struct percept *out, void *next);

/* What people call an action and a percept of a player. */
void game_action_text(const struct game *g, uint32_t player, unsigned action, char *buf,
                      size_t n);
void game_percept_text(const struct game *g, uint32_t player, struct percept e, char *buf,
                       size_t n);

#endif
