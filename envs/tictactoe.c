#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* Tic-tac-toe against an opponent who plays at random; the agent moves first. A win pays 2,
 * a draw 1, a loss -2, a move onto a taken square -3; each of these ends the game, and the
 * empty board is seen. Veness et al., JAIR 40 (2011), section 7.1. */
enum { SQUARES = 9, EMPTY = 0, MINE = 1, THEIRS = 2 };
enum { WIN = 2, DRAW = 1, LOSS = -2, ILLEGAL = -3 };
static const char *const actions[] = { "1,1", "1,2", "1,3", "2,1", "2,2",
                                       "2,3", "3,1", "3,2", "3,3" };

/* A state is the observation: two bits a square, the first in the top bits. */
static unsigned square(uint32_t board, unsigned i)
{
    return board >> 2 * (SQUARES - 1 - i) & 3;
}

static uint32_t put(uint32_t board, unsigned i, unsigned who)
{
    return board | (uint32_t)who << 2 * (SQUARES - 1 - i);
}

static bool has_won(uint32_t board, unsigned who)
{
    static const unsigned char lines[8][3] = {
        { 0, 1, 2 }, { 3, 4, 5 }, { 6, 7, 8 }, { 0, 3, 6 },
        { 1, 4, 7 }, { 2, 5, 8 }, { 0, 4, 8 }, { 2, 4, 6 },
    };
    for (unsigned k = 0; k < 8; k++)
        if (square(board, lines[k][0]) == who && square(board, lines[k][1]) == who &&
            square(board, lines[k][2]) == who)
            return true;
    return false;
}

static struct env *open_board(const void *config, uint64_t root, struct err *err)
{
    struct env *s = xcalloc(1, sizeof *s);
    (void)config;
    (void)root;
    (void)err;
    *s = (struct env){ .ops = &env_tictactoe,
                       .space = { .n_actions = SQUARES,
                                  .n_obs = 1u << 2 * SQUARES,
                                  .rew_min = ILLEGAL,
                                  .rew_max = WIN,
                                  .scale = 1 },
                       .state_size = sizeof(uint32_t),
                       .max_transitions = SQUARES - 1,
                       .text = true,
                       .actions = actions,
                       .rows = 5,
                       .cols = 11 };
    return s;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    uint32_t board = *(const uint32_t *)state, *to = next;
    unsigned empty = 0;
    size_t n = 0;
    (void)env;
    to[0] = 0;
    if (square(board, action) != EMPTY) {
        out[0] = (struct transition){ 1, { 0, ILLEGAL } };
        return 1;
    }
    board = put(board, action, MINE);
    for (unsigned i = 0; i < SQUARES; i++)
        empty += square(board, i) == EMPTY;
    if (has_won(board, MINE) || !empty) {
        out[0] = (struct transition){ 1, { 0, has_won(board, MINE) ? WIN : DRAW } };
        return 1;
    }
    double lost = 0;
    for (unsigned i = 0; i < SQUARES; i++) {
        if (square(board, i) != EMPTY)
            continue;
        uint32_t reply = put(board, i, THEIRS);
        if (has_won(reply, THEIRS)) {
            lost += 1.0 / empty;
            continue;
        }
        to[n] = reply;
        out[n++] = (struct transition){ 1.0 / empty, { reply, 0 } };
    }
    if (lost > 0) {
        to[n] = 0;
        out[n++] = (struct transition){ lost, { 0, LOSS } };
    }
    return n;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    static const uint32_t mark[] = { '.', 'X', 'O', '?' };
    uint32_t board = *(const uint32_t *)state;
    (void)env;
    (void)truth;
    for (unsigned i = 0; i < SQUARES; i++) {
        unsigned who = square(board, i);
        enum ink ink = who == MINE ? INK_GOOD : who == THEIRS ? INK_BAD : INK_DIM;
        canvas_put(cv, (int)(i / 3 * 2), (int)(i % 3 * 4 + 1), ink, mark[who]);
    }
}

static void percept_text(const struct env *env, struct percept e, char *buf, size_t n)
{
    static const char mark[] = ".XO?";
    char text[SQUARES + 1] = { 0 };
    (void)env;
    for (unsigned i = 0; i < SQUARES; i++)
        text[i] = mark[square(e.obs, i)];
    snprintf(buf, n, "%.3s/%.3s/%.3s", text, text + 3, text + 6);
}

static const struct param params[] = { { 0 } };

const struct env_ops env_tictactoe = {
    .kind.name = "tictactoe",
    .kind.title = "tic-tac-toe against one who plays at random",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = 1,
    .open = open_board,
    .transitions = transitions,
    .draw = draw,
    .percept_text = percept_text,
};
