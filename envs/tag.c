#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A robot that knows where it is looks for one who runs away, and meets it unseen: J.
 * Pineau, G. Gordon and S. Thrun, Point-based value iteration: an anytime algorithm for
 * POMDPs, IJCAI 2003. Whoever is caught stays so; from then on nothing is paid. */
enum { NORTH, SOUTH, EAST, WEST, CATCH, ACTIONS };
enum { CELLS = 29, CAUGHT = CELLS, SAME = CELLS, WIDE = 10, HIGH = 5, WAYS_MAX = 5 };
enum { STEP = -1, HIT = 10, MISS = -10 };
static const double FLEES = 0.4, STAYS = 0.2, DISCOUNT = 0.95;

static const char *const actions[] = { "north", "south", "east", "west", "catch" };

struct tag {
    struct env base;
    char *hidden_names[CELLS + 1], *sights[CELLS + 1]; /* owned */
};
struct state {
    uint8_t robot, other; /* cells; CAUGHT */
};

/* Cells 0 .. 9 and 10 .. 19 are two long rows, the lower first; three rows of three stand
 * on them from the sixth column on. */
static void place_of(int cell, int *x, int *y)
{
    *x = cell < 20 ? cell % WIDE : 5 + (cell - 20) % 3;
    *y = cell < 20 ? cell / WIDE : 2 + (cell - 20) / 3;
}

static int cell_at(int x, int y)
{
    if (y >= 0 && y < 2 && x >= 0 && x < WIDE)
        return y * WIDE + x;
    if (y >= 2 && y < HIGH && x >= 5 && x < 8)
        return 20 + (y - 2) * 3 + x - 5;
    return -1;
}

static int neighbour(int cell, int right, int up)
{
    int x, y;
    place_of(cell, &x, &y);
    int next = cell_at(x + right, y + up);
    return next < 0 ? cell : next;
}

static struct env *open_tag(const void *config, uint64_t root, struct err *err)
{
    struct tag *s = xcalloc(1, sizeof *s);
    (void)config;
    (void)root;
    (void)err;
    for (int i = 0; i < CELLS; i++) {
        int x, y;
        place_of(i, &x, &y);
        s->hidden_names[i] = xasprintf("the other at %d/%d", x, y);
        s->sights[i] = xasprintf("at %d/%d", x, y);
    }
    s->hidden_names[CAUGHT] = xstrdup("the other is caught");
    s->sights[SAME] = xstrdup("together");
    s->base = (struct env){ .ops = &env_tag,
                            .space = { .n_actions = ACTIONS,
                                       .n_obs = CELLS + 1,
                                       .rew_min = MISS,
                                       .rew_max = HIT,
                                       .scale = 1 },
                            .state_size = sizeof(struct state),
                            .max_transitions = WAYS_MAX,
                            .max_starts = CELLS * CELLS,
                            .n_places = CELLS,
                            .hidden = true,
                            .n_hidden = CELLS + 1,
                            .hidden_names = (const char *const *)s->hidden_names,
                            .actions = actions,
                            .observations = (const char *const *)s->sights,
                            .discount = DISCOUNT,
                            .rows = HIGH,
                            .cols = WIDE };
    return &s->base;
}

static void close_tag(struct env *env)
{
    struct tag *s = (struct tag *)env;
    for (int i = 0; i <= CELLS; i++) {
        free(s->hidden_names[i]);
        free(s->sights[i]);
    }
    free(s);
}

/* ---- the world */

static size_t starts(const struct env *env, double *p, void *states)
{
    struct state *to = states;
    (void)env;
    for (int i = 0; i < CELLS * CELLS; i++) {
        p[i] = 1.0 / (CELLS * CELLS);
        to[i] = (struct state){ (uint8_t)(i / CELLS), (uint8_t)(i % CELLS) };
    }
    return CELLS * CELLS;
}

static void reset(const struct env *env, void *state, struct rng *rng)
{
    uint32_t i = rng_below(rng, CELLS * CELLS);
    (void)env;
    *(struct state *)state = (struct state){ (uint8_t)(i / CELLS), (uint8_t)(i % CELLS) };
}

struct way {
    size_t n;
    uint8_t to[WAYS_MAX];
    double p[WAYS_MAX];
};

static void add(struct way *w, int to, double p)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->to[i] == to) {
            w->p[i] += p;
            return;
        }
    w->to[w->n] = (uint8_t)to;
    w->p[w->n++] = p;
}

static int sign(int x) { return (x > 0) - (x < 0); }

/* The other runs away from where the robot was, along either axis, either way where it is
 * on the same line; a wall keeps it. */
static struct way flee(struct state from)
{
    int rx, ry, x, y;
    struct way w = { 0 };
    place_of(from.robot, &rx, &ry);
    place_of(from.other, &x, &y);
    int right = sign(x - rx), up = sign(y - ry);
    add(&w, from.other, STAYS);
    if (right) {
        add(&w, neighbour(from.other, right, 0), FLEES);
    } else {
        add(&w, neighbour(from.other, 1, 0), FLEES / 2);
        add(&w, neighbour(from.other, -1, 0), FLEES / 2);
    }
    if (up) {
        add(&w, neighbour(from.other, 0, up), FLEES);
    } else {
        add(&w, neighbour(from.other, 0, 1), FLEES / 2);
        add(&w, neighbour(from.other, 0, -1), FLEES / 2);
    }
    return w;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    static const int right[] = { 0, 0, 1, -1 }, up[] = { 1, -1, 0, 0 };
    struct state from = *(const struct state *)state, *to = next;
    (void)env;
    if (action == CATCH || from.other == CAUGHT) {
        bool hit = from.robot == from.other, over = from.other == CAUGHT;
        to[0] = (struct state){ from.robot, hit ? CAUGHT : from.other };
        out[0] = (struct transition){ 1, { from.robot, over ? 0 : hit ? HIT : MISS } };
        return 1;
    }
    struct way w = flee(from);
    int robot = neighbour(from.robot, right[action], up[action]);
    for (size_t i = 0; i < w.n; i++) {
        to[i] = (struct state){ (uint8_t)robot, w.to[i] };
        uint32_t sees = w.to[i] == robot ? (uint32_t)SAME : (uint32_t)robot;
        out[i] = (struct transition){ w.p[i], { sees, STEP } };
    }
    return w.n;
}

static uint32_t place(const struct env *env, const void *state)
{
    (void)env;
    return ((const struct state *)state)->robot;
}

static uint32_t hidden(const struct env *env, const void *state)
{
    (void)env;
    return ((const struct state *)state)->other;
}

/* ---- the picture */

enum { FLOOR, WALL };
static const struct tile_look tiles[] = {
    { "floor", " \u00b7 ", " . ", LOOK_GROUND, false, NULL },
    { "wall", "\u2588\u2588\u2588", "###", LOOK_BLOCK, false, NULL },
    { 0 },
};

static int canvas_cell(int cell)
{
    int x, y;
    place_of(cell, &x, &y);
    return (HIGH - 1 - y) * WIDE + x;
}

static int cell_of_player(const struct env *env, const void *state, unsigned player)
{
    const struct state *st = state;
    (void)env;
    if (player > 1 || (player == 1 && st->other == CAUGHT))
        return -1;
    return canvas_cell(player ? st->other : st->robot);
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct state *st = state;
    (void)env;
    for (int y = 0; y < HIGH; y++)
        for (int x = 0; x < WIDE; x++)
            canvas_tile(cv, HIGH - 1 - y, x, cell_at(x, y) < 0 ? WALL : FLOOR, 0);
    cv->at[canvas_cell(st->robot)].players |= 1;
    if (truth && st->other != CAUGHT)
        cv->at[canvas_cell(st->other)].players |= 2;
}

const struct env_ops env_tag = {
    .kind.name = "tag",
    .kind.title = "a robot looks for one who runs away",
    .kind.version = 1,
    .kind.params = no_params,
    .open = open_tag,
    .close = close_tag,
    .reset = reset,
    .starts = starts,
    .transitions = transitions,
    .place = place,
    .hidden = hidden,
    .tiles = tiles,
    .cell = cell_of_player,
    .asks = "where is the other?",
    .draw = draw,
};
