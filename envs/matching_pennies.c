#include "config.h"

#include "matrix.h"
#include "registry.h"

/* Matching pennies: von Neumann & Morgenstern, "Theory of Games and Economic Behavior"
 * (1944). Player 0 wins the penny when both show the same side, player 1 otherwise. In the
 * asymmetric one player 0 wins four on heads: Goeree & Holt, "Ten Little Treasures of Game
 * Theory and Ten Intuitive Contradictions", American Economic Review 91 (2001), whose
 * players play its heads too often, as no equilibrium says. */
static const char *const sides[] = { "heads", "tails" };
static const struct matrix table = {
    2, { { { 1, 0 }, { 0, 1 } }, { { 0, 1 }, { 1, 0 } } }, sides, sides
};
static const struct matrix asymmetric = {
    2, { { { 4, 0 }, { 0, 1 } }, { { 0, 1 }, { 1, 0 } } }, sides, sides
};

static struct game *open_table(const void *config, uint64_t root, struct err *err)
{
    (void)config;
    (void)root;
    (void)err;
    return matrix_open(&game_matching_pennies, &table);
}

static struct game *open_asymmetric(const void *config, uint64_t root, struct err *err)
{
    (void)config;
    (void)root;
    (void)err;
    return matrix_open(&game_asymmetric_pennies, &asymmetric);
}

const struct game_ops game_matching_pennies = {
    .kind.name = "matching-pennies",
    .kind.title = "one wants to show the same side, the other does not",
    .kind.version = 2,
    .kind.params = no_params,
    .open = open_table,
    MATRIX_OPS,
};

const struct game_ops game_asymmetric_pennies = {
    .kind.name = "asymmetric-pennies",
    .kind.title = "matching pennies in which two heads are worth four",
    .kind.version = 1,
    .kind.params = no_params,
    .open = open_asymmetric,
    MATRIX_OPS,
};
