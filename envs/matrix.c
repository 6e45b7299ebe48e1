#include "config.h"

#include "matrix.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static_assert((int)MATRIX_MOVES == (int)PAYOFFS_MOVES, "tables are lent as they are");

/* The last round, for the screen: of `move` the first n_players. */
struct state {
    uint8_t played, move[PLAYERS_MAX];
};

static uint32_t others_joint(const struct normal *t, uint32_t player, const uint8_t *move)
{
    uint32_t obs = 0;
    for (uint32_t k = 0; k < t->n_players; k++)
        if (k != player)
            obs = obs * t->moves[k] + move[k];
    return obs;
}

static uint32_t others_sum(const struct normal *t, uint32_t player, const uint8_t *move)
{
    uint32_t obs = 0;
    for (uint32_t k = 0; k < t->n_players; k++)
        obs += k == player ? 0 : move[k];
    return obs;
}

/* ---- opening */

static struct space space_of(const struct matrix_game *s, uint32_t player)
{
    const struct normal *t = &s->table;
    struct space space = { .n_actions = t->moves[player],
                           .n_obs = 1,
                           .rew_min = INT32_MAX,
                           .rew_max = INT32_MIN,
                           .scale = t->scale };
    for (uint32_t k = 0; k < t->n_players; k++)
        if (k != player)
            space.n_obs =
                s->counts ? space.n_obs + t->moves[k] - 1 : space.n_obs * t->moves[k];
    for (uint32_t joint = 0; joint < t->n_joint; joint++) {
        int32_t rew = t->pay[joint * t->n_players + player];
        space.rew_min = rew < space.rew_min ? rew : space.rew_min;
        space.rew_max = rew > space.rew_max ? rew : space.rew_max;
    }
    return space;
}

/* The table as each of two players has it. */
static void turn(struct matrix_game *s)
{
    const struct normal *t = &s->table;
    uint32_t n = t->moves[0];
    s->square = t->n_players == 2 && n == t->moves[1] && n <= PAYOFFS_MOVES;
    for (uint32_t i = 0; s->square && i < 2; i++) {
        s->seen_from[i].moves = n;
        for (uint32_t k = 0; k < 2; k++)
            for (uint32_t own = 0; own < n; own++)
                for (uint32_t other = 0; other < n; other++) {
                    bool row = (i ^ k) == 0; /* player 0's move comes first in the table */
                    uint32_t joint = row ? own * n + other : other * n + own;
                    s->seen_from[i].pay[k][own][other] = t->pay[2 * joint + (i ^ k)];
                }
    }
}

/* ---- the picture of two: the table, below what was played */

enum { NAME = 12, TABLE_TOP = 3, ROWS_MOST = 16, COLS_MOST = 100 };

static int pair_text(const struct normal *t, uint32_t joint, bool last, char *buf, size_t n)
{
    return snprintf(buf, n, "%s%.6g,%.6g%s", last ? "[" : "", normal_pay(t, joint, 0),
                    normal_pay(t, joint, 1), last ? "]" : "");
}

/* Columns of an entry of the table. */
static int entry_width(const struct normal *t)
{
    char text[60];
    int width = 5;
    for (uint32_t joint = 0; joint < t->n_joint; joint++) {
        int own = pair_text(t, joint, true, text, sizeof text);
        width = own > width ? own : width;
    }
    return width > NAME ? width : NAME;
}

static int table_cols(const struct normal *t)
{
    return NAME + 1 + (int)t->moves[1] * (entry_width(t) + 1);
}

static bool has_table(const struct normal *t)
{
    return t->n_players == 2 && t->moves[0] <= ROWS_MOST && t->moves[1] <= ROWS_MOST &&
           table_cols(t) <= COLS_MOST;
}

void matrix_init(struct matrix_game *s, const struct game_ops *ops,
                 const struct normal *table, const char *const *const *name,
                 const char *const *const *seen)
{
    uint32_t n = table->n_players;
    s->table = *table;
    s->base = (struct game){ .ops = ops,
                             .n_players = n,
                             .state_size = 1 + n,
                             .max_transitions = 1,
                             .secret = s->counts && n > 2,
                             .text = true,
                             .rows = (int)n,
                             .cols = 40 };
    for (uint32_t i = 0; i < n; i++) {
        s->base.space[i] = space_of(s, i);
        s->base.actions[i] = name ? name[i] : NULL;
        s->base.observations[i] = seen ? seen[i] : NULL;
    }
    turn(s);
    if (!has_table(table))
        return;
    s->base.rows = TABLE_TOP + 1 + (int)table->moves[0];
    s->base.cols = table_cols(table) > 40 ? table_cols(table) : 40;
}

struct game *matrix_open(const struct game_ops *ops, const struct matrix *table)
{
    struct matrix_game *s = xcalloc(1, sizeof *s);
    uint32_t n = table->moves;
    const char *const *const name[] = { table->name, table->name };
    const char *const *const seen[] = { table->seen, table->seen };
    int32_t *pay = xcalloc(2 * (size_t)n * n, sizeof *pay);
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = 0; b < n; b++) {
            pay[2 * (a * n + b)] = table->pay[0][a][b];
            pay[2 * (a * n + b) + 1] = table->pay[1][b][a];
        }
    struct normal normal = { 2, { n, n }, n * n, pay, 1 };
    matrix_init(s, ops, &normal, name, seen);
    return &s->base;
}

void matrix_close(struct game *g)
{
    struct matrix_game *s = (struct matrix_game *)g;
    free((void *)(uintptr_t)s->table.pay);
    free(s);
}

/* ---- the game */

void matrix_reset(const struct game *g, void *state, struct rng *rng)
{
    (void)rng;
    memset(state, 0, g->state_size);
}

void matrix_step(const struct game *g, void *state, const uint8_t *action, struct rng *rng,
                 struct percept *out)
{
    const struct matrix_game *s = (const struct matrix_game *)g;
    const struct normal *t = &s->table;
    const int32_t *pay = t->pay + (size_t)normal_joint(t, action) * t->n_players;
    struct state *last = state;
    (void)rng;
    last->played = 1;
    for (uint32_t i = 0; i < t->n_players; i++) {
        last->move[i] = action[i];
        uint32_t obs = s->counts ? others_sum(t, i, action) : others_joint(t, i, action);
        out[i] = (struct percept){ obs, pay[i] };
    }
}

/* ---- for people */

static enum ink ink_of(const struct space *space, int32_t rew)
{
    return 2 * (int64_t)rew > (int64_t)space->rew_min + space->rew_max ? INK_GOOD : INK_BAD;
}

static void draw_table(const struct game *g, const struct normal *t,
                       const struct state *last, struct canvas *cv)
{
    char name[64], text[60];
    int width = entry_width(t) + 1;
    for (uint32_t b = 0; b < t->moves[1]; b++) {
        game_action_text(g, 1, b, name, sizeof name);
        canvas_text(cv, TABLE_TOP, NAME + 1 + (int)b * width, INK_DIM, "%.12s", name);
    }
    for (uint32_t joint = 0; joint < t->n_joint; joint++) {
        uint32_t a = joint / t->moves[1], b = joint % t->moves[1];
        bool lit = last->played && last->move[0] == a && last->move[1] == b;
        int row = TABLE_TOP + 1 + (int)a;
        game_action_text(g, 0, a, name, sizeof name);
        canvas_text(cv, row, 0, INK_DIM, "%.12s", name);
        pair_text(t, joint, lit, text, sizeof text);
        canvas_text(cv, row, NAME + 1 - lit + (int)b * width, lit ? INK_STRONG : INK_TEXT,
                    "%s", text);
    }
}

void matrix_draw(const struct game *g, const void *state, bool truth, struct canvas *cv)
{
    const struct normal *t = &((const struct matrix_game *)g)->table;
    const struct state *last = state;
    uint32_t joint = normal_joint(t, last->move);
    char name[64];
    (void)truth;
    for (uint32_t i = 0; i < t->n_players && last->played; i++) {
        int32_t rew = t->pay[joint * t->n_players + i];
        game_action_text(g, i, last->move[i], name, sizeof name);
        canvas_text(cv, (int)i, 0, ink_of(&g->space[i], rew), "player %u %.12s", i, name);
        canvas_text(cv, (int)i, 23, INK_DIM, "%.6g", normal_pay(t, joint, i));
    }
    if (has_table(t))
        draw_table(g, t, last, cv);
}

const void *matrix_view(const struct game *g, uint32_t player,
                        const struct view_kind *which)
{
    const struct matrix_game *s = (const struct matrix_game *)g;
    if (which == &view_normal)
        return &s->table;
    return which == &view_payoffs && s->square ? &s->seen_from[player] : NULL;
}

/* The moves of the others, in their order. */
static void write_moves(const struct game *g, uint32_t player, uint32_t obs, char *buf,
                        size_t n)
{
    const struct normal *t = &((const struct matrix_game *)g)->table;
    uint32_t unit = 1;
    size_t used = 0;
    for (uint32_t k = 0; k < t->n_players; k++)
        unit *= k == player ? 1 : t->moves[k];
    *buf = '\0';
    for (uint32_t k = 0; k < t->n_players && used < n; k++) {
        char name[64];
        if (k == player)
            continue;
        unit /= t->moves[k];
        game_action_text(g, k, obs / unit % t->moves[k], name, sizeof name);
        used += (size_t)snprintf(buf + used, n - used, "%s%s", used ? " " : "", name);
    }
}

void matrix_text(const struct game *g, uint32_t player, struct percept e, char *buf,
                 size_t n)
{
    if (g->observations[player])
        snprintf(buf, n, "%s", g->observations[player][e.obs]);
    else if (((const struct matrix_game *)g)->counts)
        snprintf(buf, n, "%" PRIu32 " of the others", e.obs);
    else
        write_moves(g, player, e.obs, buf, n);
}
