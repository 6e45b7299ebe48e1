#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A rover that knows where it and the rocks are, but not which rocks are worth sampling: T.
 * Smith and R. Simmons, Heuristic search value iteration for POMDPs, UAI 2004. The fields
 * are those of the problems that solvers are measured on; the sensor of 4_4 is another than
 * that of the others. */
enum { NORTH, SOUTH, EAST, WEST, SAMPLE, CHECK, ROCKS_MAX = 16, EDGE_MAX = 16 };
enum { NOTHING, GOOD, BAD };
enum { GAIN = 10, LOSS = -10, CRASH = -100 };
static const double DISCOUNT = 0.95;

static const char *const actions[] = {
    "north",    "south",    "east",     "west",     "sample",   "check-1",  "check-2",
    "check-3",  "check-4",  "check-5",  "check-6",  "check-7",  "check-8",  "check-9",
    "check-10", "check-11", "check-12", "check-13", "check-14", "check-15", "check-16",
};
static const char *const sights[] = { "nothing", "good", "bad" };

/* Cells are x from the left and y from below. */
static const char *const field_names[] = { "4_4", "5_5", "5_7", "7_8", "10_10", NULL };
static const struct field {
    int size;
    const char *start, *rocks;
    double d0;
} fields[] = {
    { 4, "0/2", "3/1+2/1+1/3+1/0", M_LN2 },
    { 5, "0/2", "2/4+0/4+3/3+2/2+4/1", 4 },
    { 5, "0/2", "1/0+2/1+1/2+2/2+4/2+0/3+3/4", 20 },
    { 7, "0/3", "2/0+0/1+3/1+6/3+2/4+3/4+5/5+1/6", 20 },
    { 10, "0/5", "0/3+0/7+1/8+3/3+3/8+4/3+5/8+6/1+9/3+9/9", 20 },
};

struct config {
    int map;
    int64_t size;
    char *start, *rocks;
    double d0;
};
struct spot {
    uint8_t x, y;
};
struct rover {
    struct env base;
    uint8_t size;
    struct spot start, rock[ROCKS_MAX];
    uint32_t n;
    double d0;
    char **hidden_names; /* [2^n] owned */
};
/* Over: all else is zero. */
struct state {
    struct spot at;
    uint16_t over;
    uint32_t good; /* bit i: rock i */
};

/* ---- opening */

/* "x/y+x/y"; how many, or 0 after telling. */
static uint32_t read_spots(const char *key, const char *text, uint8_t size,
                           struct spot *out, uint32_t most, struct err *err)
{
    uint32_t n = 0;
    for (const char *at = text;; at++) {
        unsigned x, y;
        int len = 0;
        if (sscanf(at, "%2u/%2u%n", &x, &y, &len) != 2 || x >= size || y >= size) {
            err_set(err, "rocksample: %s=%s: '%s' does not begin with a cell X/Y below %u",
                    key, text, at, size);
            return 0;
        }
        if (n == most) {
            err_set(err, "rocksample: %s=%s: more than %u", key, text, most);
            return 0;
        }
        for (uint32_t i = 0; i < n; i++)
            if (out[i].x == x && out[i].y == y) {
                err_set(err, "rocksample: %s=%s: %u/%u is named twice", key, text, x, y);
                return 0;
            }
        out[n++] = (struct spot){ (uint8_t)x, (uint8_t)y };
        at += len;
        if (!*at)
            return n;
        if (*at != '+') {
            err_set(err, "rocksample: %s=%s: '%s' where '+' should join cells", key, text,
                    at);
            return 0;
        }
    }
}

/* "good 1 3" for each set of rocks. */
static char **name_sets(uint32_t n)
{
    char **names = xcalloc((size_t)1 << n, sizeof *names);
    for (uint32_t set = 0; set < UINT32_C(1) << n; set++) {
        char text[80] = "good";
        for (uint32_t i = 0; i < n; i++)
            if (set >> i & 1)
                snprintf(text + strlen(text), sizeof text - strlen(text), " %u", i + 1);
        names[set] = xstrdup(set ? text : "none good");
    }
    return names;
}

static void describe(struct rover *s)
{
    s->hidden_names = name_sets(s->n);
    s->base = (struct env){ .ops = &env_rocksample,
                            .space = { .n_actions = CHECK + s->n,
                                       .n_obs = 3,
                                       .rew_min = CRASH,
                                       .rew_max = GAIN,
                                       .scale = 1 },
                            .state_size = sizeof(struct state),
                            .max_transitions = 2,
                            .max_starts = UINT32_C(1) << s->n,
                            .n_places = (uint32_t)s->size * s->size + 1,
                            .hidden = true,
                            .n_hidden = UINT32_C(1) << s->n,
                            .hidden_names = (const char *const *)s->hidden_names,
                            .actions = actions,
                            .observations = sights,
                            .discount = DISCOUNT,
                            .rows = s->size,
                            .cols = s->size };
}

static struct env *open_rover(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    const struct field *f = &fields[c->map];
    struct rover *s = xcalloc(1, sizeof *s);
    (void)root;
    s->size = (uint8_t)(c->size ? c->size : f->size);
    s->d0 = c->d0 > 0 ? c->d0 : f->d0;
    s->n = read_spots("rocks", c->rocks ? c->rocks : f->rocks, s->size, s->rock, ROCKS_MAX,
                      err);
    if (!s->n ||
        !read_spots("start", c->start ? c->start : f->start, s->size, &s->start, 1, err)) {
        free(s);
        return NULL;
    }
    describe(s);
    return &s->base;
}

static void close_rover(struct env *env)
{
    struct rover *s = (struct rover *)env;
    for (uint32_t set = 0; set < UINT32_C(1) << s->n; set++)
        free(s->hidden_names[set]);
    free(s->hidden_names);
    free(s);
}

/* ---- the world */

static size_t starts(const struct env *env, double *p, void *states)
{
    const struct rover *s = (const struct rover *)env;
    struct state *to = states;
    uint32_t n = UINT32_C(1) << s->n;
    for (uint32_t set = 0; set < n; set++) {
        p[set] = 1.0 / n;
        to[set] = (struct state){ .at = s->start, .good = set };
    }
    return n;
}

static void reset(const struct env *env, void *state, struct rng *rng)
{
    const struct rover *s = (const struct rover *)env;
    uint32_t good = rng_below(rng, env->max_starts);
    *(struct state *)state = (struct state){ .at = s->start, .good = good };
}

/* The index of the rock under the rover, or -1. */
static int rock_at(const struct rover *s, struct spot at)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->rock[i].x == at.x && s->rock[i].y == at.y)
            return (int)i;
    return -1;
}

/* Moves and samples: what follows is certain. Returns the points. */
static int32_t act(const struct rover *s, struct state *st, unsigned action)
{
    static const int right[] = { 0, 0, 1, -1 }, up[] = { 1, -1, 0, 0 };
    static const struct state over = { .over = 1 };
    if (action == SAMPLE) {
        int rock = rock_at(s, st->at);
        bool good = rock >= 0 && st->good >> rock & 1;
        if (rock < 0) {
            *st = over;
            return CRASH;
        }
        st->good &= ~(UINT32_C(1) << rock);
        return good ? GAIN : LOSS;
    }
    int x = st->at.x + right[action], y = st->at.y + up[action];
    if (x == s->size) {
        *st = over;
        return GAIN;
    }
    if (x < 0 || y < 0 || y == s->size) {
        *st = over;
        return CRASH;
    }
    st->at = (struct spot){ (uint8_t)x, (uint8_t)y };
    return 0;
}

/* How often the sensor is right about a rock so far away. */
static double accuracy(const struct rover *s, struct spot at, struct spot rock)
{
    double d = hypot(at.x - rock.x, at.y - rock.y);
    return (1 + exp2(-d / s->d0)) / 2;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct rover *s = (const struct rover *)env;
    struct state *to = next, from = *(const struct state *)state;
    to[0] = from;
    out[0] = (struct transition){ 1, { NOTHING, 0 } };
    if (from.over)
        return 1;
    if (action < CHECK) {
        out[0].e.rew = act(s, to, action);
        return 1;
    }
    unsigned rock = action - CHECK;
    double right = accuracy(s, from.at, s->rock[rock]);
    bool good = from.good >> rock & 1;
    out[0] = (struct transition){ right, { good ? GOOD : BAD, 0 } };
    if (right >= 1)
        return 1;
    to[1] = from;
    out[1] = (struct transition){ 1 - right, { good ? BAD : GOOD, 0 } };
    return 2;
}

static uint32_t place(const struct env *env, const void *state)
{
    const struct rover *s = (const struct rover *)env;
    const struct state *st = state;
    return st->over ? (uint32_t)s->size * s->size : (uint32_t)st->at.y * s->size + st->at.x;
}

static uint32_t hidden(const struct env *env, const void *state)
{
    (void)env;
    return ((const struct state *)state)->good;
}

/* ---- the picture: the first row of the canvas is the uppermost */

enum { FLOOR, ROCK, GOOD_ROCK, BAD_ROCK };
static const struct tile_look tiles[] = {
    { "floor", " \u00b7 ", " . ", LOOK_GROUND, false, NULL },
    { "rock", " \u25cb ", "(?)", LOOK_OBJECT, false, NULL },
    { "good rock", " \u25c6 ", "(+)", LOOK_GOAL, true, NULL },
    { "bad rock", " \u25cf ", "(-)", LOOK_DANGER, true, NULL },
    { 0 },
};

static int cell_of(const struct rover *s, struct spot at)
{
    return (s->size - 1 - at.y) * s->size + at.x;
}

static int cell_of_player(const struct env *env, const void *state, unsigned player)
{
    const struct state *st = state;
    return player || st->over ? -1 : cell_of((const struct rover *)env, st->at);
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct rover *s = (const struct rover *)env;
    const struct state *st = state;
    for (int cell = 0; cell < s->size * s->size; cell++)
        canvas_tile(cv, cell / s->size, cell % s->size, FLOOR, 0);
    for (uint32_t i = 0; i < s->n; i++) {
        int cell = cell_of(s, s->rock[i]);
        int known = st->good >> i & 1 ? GOOD_ROCK : BAD_ROCK;
        canvas_tile(cv, cell / s->size, cell % s->size, FLOOR, truth ? known : ROCK);
    }
    if (!st->over)
        cv->at[cell_of(s, st->at)].players = 1;
}

static const struct param params[] = {
    CHOICE("map", map, field_names, 0, .help = "field: size, rocks, start and sensor"),
    INT("size", size, .min = 2, .max = EDGE_MAX, .unit = "cells",
        .help = "edge of the field; unset: the map's"),
    TEXT("start", start, .unit = "X/Y", .help = "where the rover begins; unset: the map's"),
    TEXT("rocks", rocks, .unit = "X/Y+X/Y...", .help = "cells of rocks; unset: the map's"),
    REAL("d0", d0, .min = 1e-3, .max = 1e3, .unit = "cells",
         .help = "distance that halves what the sensor tells; unset: the map's"),
    { 0 },
};

const struct env_ops env_rocksample = {
    .kind.name = "rocksample",
    .kind.title = "a rover and rocks that may be worth sampling",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_rover,
    .close = close_rover,
    .reset = reset,
    .starts = starts,
    .transitions = transitions,
    .place = place,
    .hidden = hidden,
    .tiles = tiles,
    .cell = cell_of_player,
    .asks = "which rocks are good?",
    .draw = draw,
};
