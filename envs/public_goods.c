#include "config.h"

#include "matrix.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* The public goods game: everyone has a coin and keeps it or gives it; what is given is
 * multiplied and shared by all: Isaac & Walker, "Group size effects in public goods
 * provision", Quarterly Journal of Economics 103 (1988). While the factor is less than the
 * number of players nobody gains by giving, and while it is above 1 all would by giving
 * together. A coin is as many points as there are players, so that shares are whole. */
enum { KEEP, GIVE, MOVES, LEAST = 3 };
static const char *const moves[] = { "keep", "give" };

struct config {
    int64_t players, factor;
};

static int32_t *payments(const struct config *c, const struct normal *t)
{
    int32_t *pay = xcalloc((size_t)t->n_joint * t->n_players, sizeof *pay);
    for (uint32_t joint = 0; joint < t->n_joint; joint++) {
        uint8_t move[PLAYERS_MAX];
        int32_t given = 0;
        normal_moves(t, joint, move);
        for (uint32_t i = 0; i < t->n_players; i++)
            given += move[i] == GIVE;
        for (uint32_t i = 0; i < t->n_players; i++)
            pay[joint * t->n_players + i] =
                (int32_t)c->factor * given + (move[i] == KEEP ? (int32_t)c->players : 0);
    }
    return pay;
}

static struct game *open_goods(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct matrix_game *s = xcalloc(1, sizeof *s);
    struct normal t = { .n_players = (uint32_t)c->players,
                        .n_joint = UINT32_C(1) << c->players,
                        .scale = (double)c->players };
    const char *const *name[PLAYERS_MAX];
    (void)root;
    (void)err;
    for (uint32_t i = 0; i < t.n_players; i++) {
        t.moves[i] = MOVES;
        name[i] = moves;
    }
    t.pay = payments(c, &t);
    s->counts = true;
    matrix_init(s, &game_public_goods, &t, name, NULL);
    return &s->base;
}

static const struct param params[] = {
    INT("players", players, .def = 4, .min = LEAST, .max = PLAYERS_MAX,
        .help = "how many they are"),
    INT("factor", factor, .def = 2, .min = 1, .max = PLAYERS_MAX,
        .help = "what a coin that is given becomes, for all together"),
    { 0 },
};

const struct game_ops game_public_goods = {
    .kind.name = "public-goods",
    .kind.title = "several who may give to all of them, and gain by not doing so",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_goods,
    MATRIX_OPS,
};
