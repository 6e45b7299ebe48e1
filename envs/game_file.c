#include "config.h"

#include "game_file.h"

#include "matrix.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* Any game of a table, from a file, ursa-game(5). Unset it is the inspection game: the
 * agent works, at the cost of 2, or shirks, the principal pays 4 for work worth 6 unless it
 * inspects, for 1, and sees the other shirk: Fudenberg & Tirole, "Game Theory" (1991),
 * example 1.7. It shirks with chance 1/4, who inspects with 1/2. */
struct config {
    char *file;
};

struct game_of_file {
    struct matrix_game base;
    struct game_table read; /* names; the table has gone to the base */
};

static struct game *open_file(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct game_of_file *s = xcalloc(1, sizeof *s);
    const char *const *name[PLAYERS_MAX], *const *seen[PLAYERS_MAX] = { NULL };
    (void)root;
    if (!game_table_load(&s->read, c->file ? c->file : "inspection", err)) {
        free(s);
        return NULL;
    }
    uint32_t n = s->read.table.n_players;
    for (uint32_t i = 0; i < n; i++)
        name[i] = (const char *const *)s->read.name[i];
    for (uint32_t i = 0; i < 2 && n == 2; i++)
        seen[i] = name[!i];
    matrix_init(&s->base, &game_game, &s->read.table, name, seen);
    s->read.table.pay = NULL;
    return &s->base.base;
}

static void close_file(struct game *g)
{
    game_table_release(&((struct game_of_file *)g)->read);
    matrix_close(g);
}

static const struct param params[] = {
    TEXT("file", file, .unit = "FILE",
         .help = "a shipped game or a file; unset: inspection"),
    { 0 },
};

const struct game_ops game_game = {
    .kind.name = "game",
    .kind.title = "any game of a table, from a file",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_file,
    .close = close_file,
    .reset = matrix_reset,
    .step = matrix_step,
    .view = matrix_view,
    .draw = matrix_draw,
    .percept_text = matrix_text,
};
