#include "config.h"

#include "matrix.h"
#include "registry.h"

/* The prisoner's dilemma, played again and again: Axelrod, "The Evolution of Cooperation"
 * (1984). */
static const char *const names[] = { "defect", "cooperate" };
static const char *const seen[] = { "defection", "cooperation" };
static const struct matrix table = {
    2, { { { 1, 5 }, { 0, 3 } }, { { 1, 5 }, { 0, 3 } } }, names, seen
};

static struct game *open_table(const void *config, uint64_t root, struct err *err)
{
    (void)config;
    (void)root;
    (void)err;
    return matrix_open(&game_prisoners_dilemma, &table);
}

const struct game_ops game_prisoners_dilemma = {
    .kind.name = "prisoners-dilemma",
    .kind.title = "two who may cooperate, and gain by not doing so",
    .kind.version = 1,
    .kind.params = no_params,
    .open = open_table,
    MATRIX_OPS,
};
