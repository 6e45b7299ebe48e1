#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* Sixteen cells and nothing to see. Reaching the bottom right one pays 1, and the walker
 * wakes up in one of the other fifteen. Veness et al., JAIR 40 (2011), section 7.1. */
enum { SIDE = 4, GOAL = SIDE * SIDE - 1, OTHERS = SIDE * SIDE - 1 };
static const char *const actions[] = { "up", "right", "down", "left" };

struct maze {
    struct env base;
    unsigned goal; /* the cell that pays */
};

static unsigned goal_of(const struct env *env) { return ((const struct maze *)env)->goal; }

static struct env *build(unsigned goal)
{
    struct maze *s = xcalloc(1, sizeof *s);
    s->base = (struct env){
        .ops = &env_grid_4x4,
        .space = { .n_actions = 4, .n_obs = 1, .rew_max = 1, .scale = 1, .obs_bits = 1 },
        .state_size = 1,
        .max_transitions = OTHERS,
        .max_starts = OTHERS,
        .n_places = OTHERS,
        .hidden = true,
        .n_hidden = SIDE * SIDE,
        .actions = actions,
        .rows = SIDE,
        .cols = SIDE
    };
    s->goal = goal;
    return &s->base;
}

static struct env *open_grid(const void *config, uint64_t root, struct err *err)
{
    (void)config;
    (void)root;
    (void)err;
    return build(GOAL);
}

/* ---- the family */

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    (void)f;
    (void)err;
    return build((unsigned)k);
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    (void)f;
    snprintf(buf, n, "row %zu column %zu", k / SIDE, k % SIDE);
}

static const struct family_ops family_goal = {
    .kind = { .name = "goal",
              .title = "which cell pays",
              .version = 1,
              .params = no_params },
    .n = SIDE * SIDE,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_goal.kind, NULL };

static int about(const struct env *env) { return (int)((const struct maze *)env)->goal; }

/* ---- the world */

static size_t starts(const struct env *env, double *p, void *states)
{
    unsigned char *to = states;
    size_t n = 0;
    for (unsigned char cell = 0; cell <= OTHERS; cell++) {
        if (cell == goal_of(env))
            continue;
        p[n] = 1.0 / OTHERS;
        to[n++] = cell;
    }
    return n;
}

static unsigned move(unsigned cell, unsigned action)
{
    unsigned row = cell / SIDE, col = cell % SIDE;
    switch (action) {
    case 0: return cell - (row > 0 ? SIDE : 0);
    case 1: return cell + (col < SIDE - 1);
    case 2: return cell + (row < SIDE - 1 ? SIDE : 0);
    default: return cell - (col > 0);
    }
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    double p[OTHERS];
    unsigned cell = move(*(const unsigned char *)state, action);
    if (cell != goal_of(env)) {
        *(unsigned char *)next = (unsigned char)cell;
        out[0] = (struct transition){ 1, { 0, 0 } };
        return 1;
    }
    size_t n = starts(env, p, next);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct transition){ p[i], { 0, 1 } };
    return n;
}

static uint32_t place(const struct env *env, const void *state)
{
    unsigned cell = *(const unsigned char *)state;
    return cell > goal_of(env) ? cell - 1 : cell;
}

static uint32_t hidden(const struct env *env, const void *state)
{
    (void)env;
    return *(const unsigned char *)state;
}

enum { FLOOR, DISPENSER };
static const struct tile_look tiles[] = {
    { "floor", " \u00b7 ", " . ", LOOK_GROUND, false, NULL },
    { "dispenser", " \u25c6 ", "[D]", LOOK_GOAL, false, NULL },
    { 0 },
};

static int cell_of_player(const struct env *env, const void *state, unsigned player)
{
    (void)env;
    return player ? -1 : *(const unsigned char *)state;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    int goal = about(env);
    for (int cell = 0; cell < SIDE * SIDE; cell++)
        canvas_tile(cv, cell / SIDE, cell % SIDE, FLOOR, cell == goal ? DISPENSER : 0);
    if (truth)
        cv->at[*(const unsigned char *)state].players = 1;
}

const struct env_ops env_grid_4x4 = {
    .kind.name = "grid-4x4",
    .kind.title = "sixteen cells and nothing to see",
    .kind.version = 1,
    .kind.params = no_params,
    .kind.config_size = 1,
    .families = families,
    .open = open_grid,
    .starts = starts,
    .transitions = transitions,
    .about = about,
    .place = place,
    .hidden = hidden,
    .tiles = tiles,
    .cell = cell_of_player,
    .draw = draw,
};
