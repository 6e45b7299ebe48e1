#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

/* Sixteen cells and nothing to see. Reaching the bottom right one pays 1, and the walker
 * wakes up in one of the other fifteen. Veness et al., JAIR 40 (2011), section 7.1. */
enum { SIDE = 4, GOAL = SIDE * SIDE - 1, OTHERS = SIDE * SIDE - 1 };
static const char *const actions[] = { "up", "right", "down", "left" };

static struct env *open_grid(const void *config, uint64_t root, struct err *err)
{
    struct env *s = xcalloc(1, sizeof *s);
    (void)config;
    (void)root;
    (void)err;
    *s = (struct env){
        .ops = &env_grid_4x4,
        .space = { .n_actions = 4, .n_obs = 1, .rew_max = 1, .scale = 1, .obs_bits = 1 },
        .state_size = 1,
        .max_transitions = OTHERS,
        .max_starts = OTHERS,
        .n_places = OTHERS,
        .hidden = true,
        .actions = actions,
        .rows = SIDE,
        .cols = SIDE
    };
    return s;
}

static size_t starts(const struct env *env, double *p, void *states)
{
    unsigned char *to = states;
    (void)env;
    for (unsigned char cell = 0; cell < OTHERS; cell++) {
        p[cell] = 1.0 / OTHERS;
        to[cell] = cell;
    }
    return OTHERS;
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
    if (cell != GOAL) {
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
    (void)env;
    for (int cell = 0; cell < SIDE * SIDE; cell++)
        canvas_tile(cv, cell / SIDE, cell % SIDE, FLOOR, cell == GOAL ? DISPENSER : 0);
    if (truth)
        cv->at[*(const unsigned char *)state].players = 1;
}

const struct env_ops env_grid_4x4 = {
    .kind.name = "grid-4x4",
    .kind.title = "sixteen cells and nothing to see",
    .kind.version = 1,
    .kind.params = no_params,
    .kind.config_size = 1,
    .open = open_grid,
    .starts = starts,
    .transitions = transitions,
    .place = place,
    .tiles = tiles,
    .cell = cell_of_player,
    .draw = draw,
};
