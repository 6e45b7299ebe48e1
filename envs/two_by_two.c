#include "config.h"

#include "matrix.h"
#include "registry.h"

/* Games of two players with a handful of moves, after Luce & Raiffa, "Games and Decisions"
 * (1957), chapter 5, and Rapoport & Guyer, "A taxonomy of 2x2 games", General Systems 11
 * (1966). Pay is [player][own move][the other's]; a symmetric game pays both alike. */
#define ALIKE(...)                                                                         \
    {                                                                                      \
        { __VA_ARGS__ }, { __VA_ARGS__ }                                                   \
    }

static const char *const hunts[] = { "stag", "hare" };
static const struct matrix stag_hunt = { 2, ALIKE({ 4, 0 }, { 3, 3 }), hunts, hunts };

/* Aumann, J. Math. Economics 1 (1974), whose device pays both 5. */
static const char *const drives[] = { "dare", "swerve" };
static const struct matrix chicken = { 2, ALIKE({ 0, 7 }, { 2, 6 }), drives, drives };

static const char *const evenings[] = { "boxing", "ballet" };
static const struct matrix battle_of_sexes = {
    2, { { { 2, 0 }, { 0, 1 } }, { { 1, 0 }, { 0, 2 } } }, evenings, evenings
};

static const char *const ways[] = { "left", "right" };
static const struct matrix coordination = { 2, ALIKE({ 1, 0 }, { 0, 1 }), ways, ways };

static const char *const hands[] = { "rock", "paper", "scissors" };
static const struct matrix rock_paper_scissors = {
    3, ALIKE({ 0, -1, 1 }, { 1, 0, -1 }, { -1, 1, 0 }), hands, hands
};

#define PLAYED(id, called, is)                                                             \
    static struct game *open_##id(const void *config, uint64_t root, struct err *err)      \
    {                                                                                      \
        (void)config;                                                                      \
        (void)root;                                                                        \
        (void)err;                                                                         \
        return matrix_open(&game_##id, &id);                                               \
    }                                                                                      \
    const struct game_ops game_##id = {                                                    \
        .kind.name = called,                                                               \
        .kind.title = is,                                                                  \
        .kind.version = 1,                                                                 \
        .kind.params = no_params,                                                          \
        .open = open_##id,                                                                 \
        MATRIX_OPS,                                                                        \
    };

PLAYED(stag_hunt, "stag-hunt", "two who catch a stag together, or a hare alone")
PLAYED(chicken, "chicken", "two who drive at each other and may swerve")
PLAYED(battle_of_sexes, "battle-of-sexes", "two who want to meet, each elsewhere")
PLAYED(coordination, "coordination", "two who want to do the same")
PLAYED(rock_paper_scissors, "rock-paper-scissors", "each hand beats one and loses to one")
