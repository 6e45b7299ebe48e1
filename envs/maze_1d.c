#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* Four cells in a row and nothing to see. Reaching the third pays 1, and the walker wakes
 * up in one of the others. Cassandra, Kaelbling & Littman 1994; Veness et al., JAIR 40
 * (2011), section 7.1, which leaves the restart to the reader: without it 0.5 is out of
 * reach. */
enum { CELLS = 4, GOAL = 2, LEFT = 0 };
static const char *const actions[] = { "left", "right" };

struct maze {
    struct env base;
    unsigned goal; /* the cell that pays */
};

static unsigned goal_of(const struct env *env) { return ((const struct maze *)env)->goal; }

static struct env *build(unsigned goal)
{
    struct maze *s = xcalloc(1, sizeof *s);
    s->base = (struct env){
        .ops = &env_maze_1d,
        .space = { .n_actions = 2, .n_obs = 1, .rew_max = 1, .scale = 1, .obs_bits = 1 },
        .state_size = 1,
        .max_transitions = CELLS - 1,
        .max_starts = CELLS - 1,
        .n_places = CELLS - 1,
        .hidden = true,
        .n_hidden = CELLS,
        .actions = actions,
        .rows = 1,
        .cols = CELLS
    };
    s->goal = goal;
    return &s->base;
}

static struct env *open_maze(const void *config, uint64_t root, struct err *err)
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
    snprintf(buf, n, "cell %zu", k);
}

static const struct family_ops family_goal = {
    .kind = { .name = "goal",
              .title = "which cell pays",
              .version = 1,
              .params = no_params },
    .n = CELLS,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_goal.kind, NULL };

static int about(const struct env *env) { return (int)((const struct maze *)env)->goal; }

/* ---- the world */

static size_t starts(const struct env *env, double *p, void *states)
{
    unsigned char *to = states, n = 0;
    for (unsigned char cell = 0; cell < CELLS; cell++) {
        if (cell == goal_of(env))
            continue;
        p[n] = 1.0 / (CELLS - 1);
        to[n++] = cell;
    }
    return n;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    unsigned cell = *(const unsigned char *)state;
    double p[CELLS - 1];
    if (action == LEFT)
        cell -= cell > 0;
    else
        cell += cell < CELLS - 1;
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
    for (unsigned col = 0; col < CELLS; col++)
        canvas_tile(cv, 0, (int)col, FLOOR, col == goal_of(env) ? DISPENSER : 0);
    if (truth)
        cv->at[*(const unsigned char *)state].players = 1;
}

const struct env_ops env_maze_1d = {
    .kind.name = "maze-1d",
    .kind.title = "four cells in a row and nothing to see",
    .kind.version = 1,
    .kind.params = no_params,
    .kind.config_size = 1,
    .families = families,
    .open = open_maze,
    .starts = starts,
    .transitions = transitions,
    .about = about,
    .place = place,
    .hidden = hidden,
    .tiles = tiles,
    .cell = cell_of_player,
    .draw = draw,
};
