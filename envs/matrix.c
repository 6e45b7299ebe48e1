#include "config.h"

#include "matrix.h"
#include "payoffs.h"
#include "xalloc.h"

#include <string.h>

static_assert((int)MATRIX_MOVES == (int)PAYOFFS_MOVES, "tables are lent as they are");

struct matrix_game {
    struct game base;
    const struct matrix *table;  /* borrowed */
    struct payoffs seen_from[2]; /* the table, as each player has it */
};

/* The last round, for the screen. */
struct state {
    uint8_t played, move[2];
};

static const struct matrix *table_of(const struct game *g)
{
    return ((const struct matrix_game *)g)->table;
}

static struct space space_of(const struct matrix *t, unsigned player)
{
    struct space space = { .n_actions = t->moves,
                           .n_obs = t->moves,
                           .rew_min = INT32_MAX,
                           .rew_max = INT32_MIN,
                           .scale = 1 };
    for (unsigned a = 0; a < t->moves; a++)
        for (unsigned b = 0; b < t->moves; b++) {
            int32_t rew = t->pay[player][a][b];
            space.rew_min = rew < space.rew_min ? rew : space.rew_min;
            space.rew_max = rew > space.rew_max ? rew : space.rew_max;
        }
    return space;
}

struct game *matrix_open(const struct game_ops *ops, const struct matrix *table)
{
    struct matrix_game *s = xcalloc(1, sizeof *s);
    s->table = table;
    for (unsigned i = 0; i < 2; i++) {
        s->seen_from[i].moves = table->moves;
        memcpy(s->seen_from[i].pay[0], table->pay[i], sizeof table->pay[i]);
        memcpy(s->seen_from[i].pay[1], table->pay[!i], sizeof table->pay[i]);
    }
    s->base = (struct game){ .ops = ops,
                             .n_players = 2,
                             .space = { space_of(table, 0), space_of(table, 1) },
                             .state_size = sizeof(struct state),
                             .max_transitions = 1,
                             .actions = { table->name, table->name },
                             .observations = { table->seen, table->seen },
                             .text = true,
                             .rows = 2,
                             .cols = 24 };
    return &s->base;
}

void matrix_reset(const struct game *g, void *state, struct rng *rng)
{
    (void)g;
    (void)rng;
    *(struct state *)state = (struct state){ 0, { 0, 0 } };
}

void matrix_step(const struct game *g, void *state, const uint8_t *action, struct rng *rng,
                 struct percept *out)
{
    const struct matrix *t = table_of(g);
    uint8_t a = action[0], b = action[1];
    (void)rng;
    *(struct state *)state = (struct state){ 1, { a, b } };
    out[0] = (struct percept){ b, t->pay[0][a][b] };
    out[1] = (struct percept){ a, t->pay[1][b][a] };
}

void matrix_draw(const struct game *g, const void *state, bool truth, struct canvas *cv)
{
    const struct matrix *t = table_of(g);
    const struct state *s = state;
    (void)truth;
    for (unsigned i = 0; i < 2 && s->played; i++) {
        const struct space *space = &g->space[i];
        int32_t rew = t->pay[i][s->move[i]][s->move[!i]];
        enum ink ink = 2 * rew > space->rew_min + space->rew_max ? INK_GOOD : INK_BAD;
        canvas_text(cv, (int)i, 0, ink, "player %u %.12s", i, t->name[s->move[i]]);
    }
}

const void *matrix_view(const struct game *g, uint32_t player,
                        const struct view_kind *which)
{
    return which == &view_payoffs ? &((const struct matrix_game *)g)->seen_from[player]
                                  : NULL;
}
