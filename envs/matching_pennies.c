#include "config.h"

#include "matrix.h"
#include "registry.h"

/* Matching pennies: von Neumann & Morgenstern, "Theory of Games and Economic Behavior"
 * (1944). Player 0 wins a penny when both show the same side, player 1
 * otherwise. */
static const char *const sides[] = { "heads", "tails" };
static const struct matrix table = {
    2, { { { 1, -1 }, { -1, 1 } }, { { -1, 1 }, { 1, -1 } } }, sides, sides
};

static struct game *open_table(const void *config, uint64_t root, struct err *err)
{
    (void)config;
    (void)root;
    (void)err;
    return matrix_open(&game_matching_pennies, &table);
}

const struct game_ops game_matching_pennies = {
    .kind.name = "matching-pennies",
    .kind.title = "one wants to show the same side, the other does not",
    .kind.version = 1,
    .kind.params = no_params,
    .open = open_table,
    .reset = matrix_reset,
    .step = matrix_step,
    .view = matrix_view,
    .draw = matrix_draw,
};
