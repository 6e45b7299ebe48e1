#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* Tic-tac-toe against an opponent who plays at random; the agent moves first. A win pays 2,
 * a draw 1, a loss -2, a move onto a taken square -3; each of these ends the game, and the
 * empty board is seen. Veness et al., JAIR 40 (2011), section 7.1.
 *
 * The game of two is below: a seat in it against the policy "random" is this world. */
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

/* Of the two bits of a square the lower one is MINE, the upper one THEIRS. */
static bool has_won(uint32_t board, unsigned who)
{
    enum { RIGHT = 0x1041, BOTTOM = 0x15, FALLING = 0x10101, RISING = 0x1110 };
    uint32_t his = board >> (who - MINE);
    uint32_t rows = his & his >> 2 & his >> 4 & RIGHT;
    uint32_t cols = his & his >> 6 & his >> 12 & BOTTOM;
    return rows || cols || (his & FALLING) == FALLING || (his & RISING) == RISING;
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

static void paint(uint32_t board, struct canvas *cv)
{
    static const uint32_t mark[] = { '.', 'X', 'O', '?' };
    for (unsigned i = 0; i < SQUARES; i++) {
        unsigned who = square(board, i);
        enum ink ink = who == MINE ? INK_GOOD : who == THEIRS ? INK_BAD : INK_DIM;
        canvas_put(cv, (int)(i / 3 * 2), (int)(i % 3 * 4 + 1), ink, mark[who]);
    }
}

/* The first of the marks is an empty square's. */
static void write_board(uint32_t board, const char *mark, char *buf, size_t n)
{
    char text[SQUARES + 1] = { 0 };
    for (unsigned i = 0; i < SQUARES; i++)
        text[i] = mark[square(board, i)];
    snprintf(buf, n, "%.3s/%.3s/%.3s", text, text + 3, text + 6);
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    (void)env;
    (void)truth;
    paint(*(const uint32_t *)state, cv);
}

static void percept_text(const struct env *env, struct percept e, char *buf, size_t n)
{
    (void)env;
    write_board(e.obs, ".XO?", buf, n);
}

const struct env_ops env_tictactoe = {
    .kind.name = "tictactoe",
    .kind.title = "tic-tac-toe against one who plays at random",
    .kind.version = 1,
    .kind.params = no_params,
    .open = open_board,
    .transitions = transitions,
    .picture = "board",
    .draw = draw,
    .percept_text = percept_text,
};

/* ---- the game: both are rewarded as above, each sees its own marks as the agent's are
 * seen, and whoever moves onto a taken square loses its 3 alone */

enum { PLAYER_X, PLAYER_O, PLAYERS };

struct position {
    uint32_t board;  /* MINE is X */
    uint8_t turn;    /* who moves */
    uint8_t over;    /* nobody moves: the board is cleared next */
    uint16_t unused; /* no padding */
};

static struct game *open_match(const void *config, uint64_t root, struct err *err)
{
    /* X has an answer to its move, O two when X has won and begins again. */
    enum { ANSWERS = SQUARES - 1, ANSWERS_AND_STARTS = (SQUARES - 2) * SQUARES };
    const struct space space = { .n_actions = SQUARES,
                                 .n_obs = 1u << 2 * SQUARES,
                                 .rew_min = ILLEGAL,
                                 .rew_max = WIN,
                                 .scale = 1 };
    struct game *g = xcalloc(1, sizeof *g);
    (void)config;
    (void)root;
    (void)err;
    *g = (struct game){ .ops = &game_tictactoe,
                        .n_players = PLAYERS,
                        .space = { space, space },
                        .state_size = sizeof(struct position),
                        .max_transitions = 1,
                        .max_ways = { ANSWERS, ANSWERS_AND_STARTS },
                        .secret = true,
                        .actions = { actions, actions },
                        .text = true,
                        .rows = 5,
                        .cols = 11 };
    return g;
}

static void clear(const struct game *g, void *state, struct rng *rng)
{
    (void)g;
    (void)rng;
    *(struct position *)state = (struct position){ .turn = PLAYER_X };
}

static uint32_t movers(const struct game *g, const void *state)
{
    const struct position *s = state;
    (void)g;
    return s->over ? 0 : UINT32_C(1) << s->turn;
}

static uint32_t legal(const struct game *g, const void *state, uint32_t player)
{
    uint32_t empty = 0;
    (void)g;
    (void)player;
    for (unsigned i = 0; i < SQUARES; i++)
        empty |= (uint32_t)(square(((const struct position *)state)->board, i) == EMPTY)
                 << i;
    return empty;
}

/* The board with the marks of X and O exchanged. */
static uint32_t exchange(uint32_t board)
{
    uint32_t low = (UINT32_C(1) << 2 * SQUARES) / 3; /* the lower bit of every square */
    return (board & low) << 1 | (board >> 1 & low);
}

static void play(const struct game *g, void *state, const uint8_t *action, struct rng *rng,
                 struct percept *out)
{
    struct position *s = state;
    unsigned me = s->turn, at = action[me];
    bool taken = square(s->board, at) != EMPTY;
    (void)rng;
    out[me] = out[!me] = (struct percept){ 0, 0 };
    if (s->over) {
        clear(g, state, NULL);
        return;
    }
    s->over = taken;
    if (taken) {
        out[me].rew = ILLEGAL;
        return;
    }
    unsigned mark = me == PLAYER_X ? MINE : THEIRS;
    s->board = put(s->board, at, mark);
    if (has_won(s->board, mark)) {
        s->over = 1;
        out[me].rew = WIN;
        out[!me].rew = LOSS;
    } else if (!legal(g, state, me)) {
        s->over = 1;
        out[me].rew = out[!me].rew = DRAW;
    } else {
        s->turn = !me;
        out[!me].obs = me == PLAYER_X ? exchange(s->board) : s->board;
    }
}

static void draw_match(const struct game *g, const void *state, bool truth,
                       struct canvas *cv)
{
    (void)g;
    (void)truth;
    paint(((const struct position *)state)->board, cv);
}

static void board_text(const struct game *g, uint32_t player, struct percept e, char *buf,
                       size_t n)
{
    (void)g;
    write_board(e.obs, player == PLAYER_X ? ".XO?" : ".OX?", buf, n);
}

const struct game_ops game_tictactoe = {
    .kind.name = "tictactoe",
    .kind.title = "tic-tac-toe, by turns",
    .kind.version = 1,
    .kind.params = no_params,
    .open = open_match,
    .reset = clear,
    .movers = movers,
    .legal = legal,
    .step = play,
    .picture = "board",
    .draw = draw_match,
    .percept_text = board_text,
};
