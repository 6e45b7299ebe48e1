#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* McCallum's cheese maze (1996) as in Veness et al., JAIR 40 (2011), section 7.1: eleven
 * cells that look like their walls, so that some look alike. The cheese pays 10, a step -1,
 * a bump -10. The paper does not say what follows the cheese; here the mouse wakes up in
 * one of the other ten cells and sees its walls, as in the program of moridinamael. */
enum { ROWS = 5, COLS = 7, OTHERS = 10 };
enum { NORTH = 8, EAST = 4, SOUTH = 2, WEST = 1 };
static const char *const actions[] = { "up", "right", "down", "left" };

static const char map[ROWS][COLS + 1] = {
    "#######", //
    "#.....#", //
    "#.#.#.#", //
    "#.#*#.#", //
    "#######",
};

struct maze {
    struct env base;
    int cheese; /* where it is */
};

static int cheese_of(const struct env *env) { return ((const struct maze *)env)->cheese; }

/* A state is the mouse's place on the map: row * COLS + col. */
static bool wall(int at) { return map[at / COLS][at % COLS] == '#'; }

static int beside(int at, unsigned action)
{
    static const int step[] = { -COLS, 1, COLS, -1 };
    return at + step[action];
}

static uint32_t look(int at)
{
    uint32_t obs = 0;
    for (unsigned action = 0; action < 4; action++)
        obs = obs << 1 | wall(beside(at, action));
    return obs;
}

static struct env *build(int cheese)
{
    struct maze *s = xcalloc(1, sizeof *s);
    s->base = (struct env){
        .ops = &env_cheese_maze,
        .space = { .n_actions = 4, .n_obs = 16, .rew_min = -10, .rew_max = 10, .scale = 1 },
        .state_size = 1,
        .max_transitions = OTHERS,
        .max_starts = OTHERS,
        .hidden = true,
        .n_hidden = ROWS * COLS,
        .actions = actions,
        .rows = ROWS,
        .cols = COLS
    };
    s->cheese = cheese;
    return &s->base;
}

/* Cell k that is no wall, row by row. */
static int nth(size_t k)
{
    int cell = 0;
    while (wall(cell) || k--)
        cell++;
    return cell;
}

static struct env *open_maze(const void *config, uint64_t root, struct err *err)
{
    int cell = 0;
    (void)config;
    (void)root;
    (void)err;
    while (map[cell / COLS][cell % COLS] != '*')
        cell++;
    return build(cell);
}

/* ---- the family */

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    (void)f;
    (void)err;
    return build(nth(k));
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    (void)f;
    snprintf(buf, n, "row %d column %d", nth(k) / COLS, nth(k) % COLS);
}

static const struct family_ops family_cheese = {
    .kind = { .name = "cheese",
              .title = "where the cheese is",
              .version = 1,
              .params = no_params },
    .n = OTHERS + 1,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_cheese.kind, NULL };

static int about(const struct env *env) { return (int)((const struct maze *)env)->cheese; }

/* ---- the world */

static size_t starts(const struct env *env, double *p, void *states)
{
    unsigned char *to = states;
    size_t n = 0;
    for (int at = 0; at < ROWS * COLS; at++) {
        if (wall(at) || at == cheese_of(env))
            continue;
        p[n] = 1.0 / OTHERS;
        to[n++] = (unsigned char)at;
    }
    return n;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    int from = *(const unsigned char *)state, to = beside(from, action);
    unsigned char *at = next;
    double p[OTHERS];
    if (to != cheese_of(env)) {
        bool bump = wall(to);
        at[0] = (unsigned char)(bump ? from : to);
        out[0] = (struct transition){ 1, { look(at[0]), bump ? -10 : -1 } };
        return 1;
    }
    size_t n = starts(env, p, next);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct transition){ p[i], { look(at[i]), 10 } };
    return n;
}

static uint32_t hidden(const struct env *env, const void *state)
{
    (void)env;
    return *(const unsigned char *)state;
}

enum { FLOOR, WALL, CHEESE };
static const struct tile_look tiles[] = {
    { "floor", " \u00b7 ", " . ", LOOK_GROUND, false, NULL },
    { "wall", "\u2588\u2588\u2588", "###", LOOK_BLOCK, false, NULL },
    { "cheese", " \u2022 ", " , ", LOOK_GROUND, false, NULL },
    { 0 },
};

static int cell_of_player(const struct env *env, const void *state, unsigned player)
{
    (void)env;
    return player ? -1 : *(const unsigned char *)state;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    for (int at = 0; at < ROWS * COLS; at++)
        canvas_tile(cv, at / COLS, at % COLS, wall(at) ? WALL : FLOOR,
                    at == cheese_of(env) ? CHEESE : 0);
    if (truth)
        cv->at[*(const unsigned char *)state].players = 1;
}

static void percept_text(const struct env *env, struct percept e, char *buf, size_t n)
{
    (void)env;
    snprintf(buf, n, "walls %s%s%s%s", e.obs & NORTH ? "N" : "", e.obs & EAST ? "E" : "",
             e.obs & SOUTH ? "S" : "", e.obs & WEST ? "W" : "");
}

const struct env_ops env_cheese_maze = {
    .kind.name = "cheese-maze",
    .kind.title = "eleven cells, some of which look alike",
    .kind.version = 1,
    .kind.params = no_params,
    .kind.config_size = 1,
    .families = families,
    .open = open_maze,
    .starts = starts,
    .transitions = transitions,
    .about = about,
    .hidden = hidden,
    .tiles = tiles,
    .cell = cell_of_player,
    .draw = draw,
    .percept_text = percept_text,
};
