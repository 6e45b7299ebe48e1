#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* A plateau whose rim is a cliff: further right pays more, and who steps over the edge is
 * gone, for ever, with nothing. What lies beyond a side nobody knows who was not there: it
 * may be more of the same. The world of the public code of Cohen & Hutter, "Pessimism
 * about unknown unknowns inspires conservatism" (COLT 2020,
 * github.com/j-bernardi/pessimistic-agents): 7 x 7 cells of which 5 x 5 are safe, rewards
 * of mean column / 7 and deviation .1. Its episodes end in the fall; here life goes on
 * without pay. */
enum { LEFT = 1, RIGHT = 2, TOP = 4, BOTTOM = 8, SIDES = 16, ALL = SIDES - 1 };
static const char *const actions[] = { "left", "right", "up", "down" };

static const char *const open_sides[] = { "none", "left", "right", "top", "bottom", NULL };

struct config {
    int64_t size;
    int open;
};
struct cliff {
    struct env base;
    uint32_t size;
    unsigned sides; /* that are cliffs */
};

static const struct cliff *of(const struct env *env) { return (const struct cliff *)env; }

/* A percept is the cell, or size * size: gone. */
static struct env *build(uint32_t size, unsigned sides)
{
    struct cliff *s = xcalloc(1, sizeof *s);
    s->base = (struct env){
        .ops = &env_cliff,
        .space = { .n_actions = 4,
                   .n_obs = size * size + 1,
                   .rew_max = (int32_t)(10 * (size - 1) + size),
                   .scale = (int32_t)(10 * size) },
        .state_size = 1,
        .max_transitions = 2,
        .n_places = size * size,
        .actions = actions,
        .rows = (int)size,
        .cols = (int)size,
    };
    s->size = size;
    s->sides = sides;
    return &s->base;
}

static struct env *open_cliff(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    (void)err;
    const struct config *c = config;
    return build((uint32_t)c->size, c->open ? ALL & ~(1u << (c->open - 1)) : ALL);
}

/* ---- the family */

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    (void)err;
    return build(of(f->truth)->size, (unsigned)k);
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    static const char *const names[] = { "left", "right", "top", "bottom" };
    size_t used = (size_t)snprintf(buf, n, k ? "cliffs" : "no cliffs");
    (void)f;
    for (int i = 0; i < 4; i++)
        if ((k >> i & 1) && used < n)
            used += (size_t)snprintf(buf + used, n - used, " %s", names[i]);
}

static const struct family_ops family_sides = {
    .kind = { .name = "sides",
              .title = "which of the four sides are cliffs",
              .version = 1,
              .params = no_params },
    .n = SIDES,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_sides.kind, NULL };

/* ---- the world */

static unsigned sides_of(const struct cliff *w, unsigned cell)
{
    unsigned row = cell / w->size, col = cell % w->size, last = w->size - 1;
    return (col == 0 ? LEFT : 0) | (col == last ? RIGHT : 0) | (row == 0 ? TOP : 0) |
           (row == last ? BOTTOM : 0);
}

static void reset(const struct env *env, void *state, struct rng *rng)
{
    const struct cliff *w = of(env);
    (void)rng;
    *(unsigned char *)state = (unsigned char)((w->size / 2) * w->size + w->size / 2);
}

/* Behind the rim, where that is no cliff, there is a wall. */
static unsigned move(const struct cliff *w, unsigned cell, unsigned action)
{
    unsigned row = cell / w->size, col = cell % w->size, last = w->size - 1;
    switch (action) {
    case 0: return cell - (col > 0);
    case 1: return cell + (col < last);
    case 2: return cell - (row > 0 ? w->size : 0);
    default: return cell + (row < last ? w->size : 0);
    }
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct cliff *w = of(env);
    unsigned char *to = next;
    unsigned gone = w->size * w->size, cell = *(const unsigned char *)state;
    if (cell != gone)
        cell = move(w, cell, action);
    if (cell == gone || (w->sides & sides_of(w, cell)))
        cell = gone;
    int32_t mean = cell == gone ? 0 : (int32_t)(10 * (cell % w->size));
    int32_t spread = mean ? (int32_t)w->size : 0;
    size_t n = spread ? 2 : 1;
    for (size_t i = 0; i < n; i++) {
        to[i] = (unsigned char)cell;
        out[i] = (struct transition){ 1.0 / (double)n,
                                      { cell, i ? mean - spread : mean + spread } };
    }
    return n;
}

static uint32_t place(const struct env *env, const void *state)
{
    unsigned cell = *(const unsigned char *)state;
    return cell < env->n_places ? cell : of(env)->size * (of(env)->size / 2);
}

/* ---- drawing */

enum { PLATEAU, EDGE };
static const struct tile_look tiles[] = {
    { "plateau", " \u00b7 ", " . ", LOOK_GROUND, false, NULL },
    { "cliff", " \u25bd ", " v ", LOOK_DANGER, false, NULL },
    { 0 },
};

static int cell_of_player(const struct env *env, const void *state, unsigned player)
{
    unsigned cell = *(const unsigned char *)state;
    return player || cell == of(env)->size * of(env)->size ? -1 : (int)cell;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct cliff *w = of(env);
    unsigned here = *(const unsigned char *)state, n = w->size * w->size;
    (void)truth;
    for (unsigned cell = 0; cell < n; cell++)
        canvas_tile(cv, (int)(cell / w->size), (int)(cell % w->size),
                    w->sides & sides_of(w, cell) ? EDGE : PLATEAU, 0);
    if (here < n)
        cv->at[here].players = 1;
}

static void percept_text(const struct env *env, struct percept e, char *buf, size_t n)
{
    uint32_t size = of(env)->size;
    if (e.obs == size * size)
        snprintf(buf, n, "gone");
    else
        snprintf(buf, n, "row %u column %u", e.obs / size, e.obs % size);
}

static const struct param params[] = {
    INT("size", size, .def = 7, .min = 3, .max = 15, .unit = "cells",
        .help = "cells a side, the rim counted"),
    CHOICE("open", open, open_sides, .help = "the side that is no cliff"),
    { 0 },
};

const struct env_ops env_cliff = {
    .kind.name = "cliff",
    .kind.title = "a plateau whose rim is a cliff",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .families = families,
    .open = open_cliff,
    .reset = reset,
    .transitions = transitions,
    .place = place,
    .tiles = tiles,
    .cell = cell_of_player,
    .draw = draw,
    .percept_text = percept_text,
};
