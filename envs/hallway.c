#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A robot with a heading in an office corridor, poor wheels and poor sensors: M. L.
 * Littman, A. R. Cassandra and L. P. Kaelbling, Learning policies for partially observable
 * environments: scaling up, ICML 1995. Chances and numbers are those of the authors' files;
 * the goal pays on arrival, and from there it begins again anywhere. */
enum { STAY, FORWARD, RIGHT, AROUND, LEFT, ACTIONS };
enum { NORTH, EAST, SOUTH, WEST, HEADINGS };
enum { WALLS = 16, CELLS_MAX = 24, NOWHERE = 255, STEPS_MAX = 8 };
static const double WALL_SEEN = 0.9, GAP_SEEN = 0.95, DISCOUNT = 0.95;

static const char *const actions[] = { "stay", "forward", "right", "around", "left" };
/* Bits 8, 4, 2, 1: a wall in front, to the right, behind, to the left. */
static const char *const sights[] = {
    "open", "L",    "B",      "BL",     "R",      "RL",     "RB",
    "RBL",  "F",    "FL",     "FB",     "FBL",    "FR",     "FRL",
    "FRB",  "FRBL", "mark-1", "mark-2", "mark-3", "mark-4", "goal",
};
static const char *const sights2[] = {
    "open", "L",  "B",   "BL", "R",   "RL",  "RB",   "RBL",  "F",
    "FL",   "FB", "FBL", "FR", "FRL", "FRB", "FRBL", "goal",
};

/* '+' is the goal; 's' is floor whose south, looked at, is a landmark. */
static const char *const short_hall[] = { "..s.s.s.s..", "##.#.#.#+##", NULL };
static const char *const long_hall[] = { "#.....#", "..#.#..", "#.#.#.#",
                                         "..#.#.+", "#.....#", NULL };

struct hall {
    struct env base;
    unsigned n, goal;                   /* cells; the one that pays */
    uint8_t next[CELLS_MAX][HEADINGS];  /* NOWHERE: a wall */
    uint8_t sees[CELLS_MAX * HEADINGS]; /* walls, or WALLS and up: a landmark, the goal */
    uint16_t canvas[CELLS_MAX];         /* cell of the canvas */
    bool mark[CELLS_MAX];
};

/* ---- opening */

static void number_cells(struct hall *s, const char *const *rows)
{
    for (int row = 0; rows[row]; row++)
        for (int col = 0; col < s->base.cols; col++) {
            if (rows[row][col] == '#')
                continue;
            s->goal = rows[row][col] == '+' ? s->n : s->goal;
            s->mark[s->n] = rows[row][col] == 's';
            s->canvas[s->n++] = (uint16_t)(row * s->base.cols + col);
        }
}

static uint8_t cell_at(const struct hall *s, int row, int col)
{
    for (unsigned i = 0; i < s->n; i++)
        if (row >= 0 && col >= 0 && col < s->base.cols &&
            s->canvas[i] == row * s->base.cols + col)
            return (uint8_t)i;
    return NOWHERE;
}

static void join_cells(struct hall *s)
{
    static const int down[] = { -1, 0, 1, 0 }, right[] = { 0, 1, 0, -1 };
    for (unsigned i = 0; i < s->n; i++)
        for (int h = 0; h < HEADINGS; h++)
            s->next[i][h] = cell_at(s, s->canvas[i] / s->base.cols + down[h],
                                    s->canvas[i] % s->base.cols + right[h]);
}

static void look_around(struct hall *s)
{
    uint8_t marks = 0;
    for (unsigned i = 0; i < s->n; i++)
        for (unsigned h = 0; h < HEADINGS; h++) {
            uint8_t *sees = &s->sees[i * HEADINGS + h];
            for (unsigned side = 0; side < HEADINGS; side++)
                if (s->next[i][(h + side) % HEADINGS] == NOWHERE)
                    *sees |= (uint8_t)(8 >> side);
            if (s->mark[i] && h == SOUTH)
                *sees = (uint8_t)(WALLS + marks++);
        }
    for (unsigned h = 0; h < HEADINGS; h++)
        s->sees[s->goal * HEADINGS + h] = (uint8_t)(WALLS + marks);
}

static struct env *build(const struct env_ops *ops, const char *const *rows,
                         const char *const *names, unsigned n_obs)
{
    struct hall *s = xcalloc(1, sizeof *s);
    int n_rows = 0;
    while (rows[n_rows])
        n_rows++;
    s->base.rows = n_rows;
    s->base.cols = (int)strlen(rows[0]);
    number_cells(s, rows);
    join_cells(s);
    look_around(s);
    s->base = (struct env){
        .ops = ops,
        .space = { .n_actions = ACTIONS, .n_obs = n_obs, .rew_max = 1, .scale = 1 },
        .state_size = 1,
        .max_transitions = (s->n - 1) * HEADINGS * WALLS,
        .max_starts = (s->n - 1) * HEADINGS,
        .n_places = s->n,
        .hidden = true,
        .n_hidden = (uint32_t)(n_rows * s->base.cols),
        .actions = actions,
        .observations = names,
        .discount = DISCOUNT,
        .rows = n_rows,
        .cols = s->base.cols,
    };
    return &s->base;
}

static struct env *open_hallway(const void *config, uint64_t root, struct err *err)
{
    (void)config;
    (void)root;
    (void)err;
    return build(&env_hallway, short_hall, sights, WALLS + 5);
}

static struct env *open_hallway2(const void *config, uint64_t root, struct err *err)
{
    (void)config;
    (void)root;
    (void)err;
    return build(&env_hallway2, long_hall, sights2, WALLS + 1);
}

/* ---- the world: a state is 4 cell + heading */

static size_t starts(const struct env *env, double *p, void *states)
{
    const struct hall *s = (const struct hall *)env;
    uint8_t *to = states;
    size_t n = 0;
    for (unsigned i = 0; i < s->n * HEADINGS; i++)
        if (i / HEADINGS != s->goal) {
            p[n] = 1.0 / env->max_starts;
            to[n++] = (uint8_t)i;
        }
    return n;
}

static void reset(const struct env *env, void *state, struct rng *rng)
{
    const struct hall *s = (const struct hall *)env;
    uint32_t i = rng_below(rng, env->max_starts);
    *(uint8_t *)state = (uint8_t)(i < s->goal * HEADINGS ? i : i + HEADINGS);
}

/* Where a cycle leads: states, each once, with their chances. */
struct way {
    unsigned n;
    uint8_t to[STEPS_MAX];
    double p[STEPS_MAX];
};

static void add(struct way *w, unsigned to, double p)
{
    for (unsigned i = 0; i < w->n; i++)
        if (w->to[i] == to) {
            w->p[i] += p;
            return;
        }
    w->to[w->n] = (uint8_t)to;
    w->p[w->n++] = p;
}

/* To the neighbour on a side, there heading so; a wall keeps everything as it is. */
static void roll(const struct hall *s, struct way *w, unsigned state, unsigned side,
                 unsigned heading, double p)
{
    unsigned cell = s->next[state / HEADINGS][side % HEADINGS];
    add(w, cell == NOWHERE ? state : cell * HEADINGS + heading % HEADINGS, p);
}

static void forward(const struct hall *s, struct way *w, unsigned state)
{
    unsigned h = state % HEADINGS;
    roll(s, w, state, h, h, 0.8);
    roll(s, w, state, h + 1, h + 1, 0.05);
    roll(s, w, state, h + 3, h + 3, 0.05);
    roll(s, w, state, h + 2, h, 0.025);
    roll(s, w, state, h + 2, h + 2, 0.025);
    add(w, state, 0.05);
}

/* Chances of turning by so many quarters to the right. */
static const double turns[ACTIONS][HEADINGS] = {
    [STAY] = { 1, 0, 0, 0 },
    [RIGHT] = { 0.1, 0.7, 0.1, 0.1 },
    [AROUND] = { 0.1, 0.15, 0.6, 0.15 },
    [LEFT] = { 0.1, 0.1, 0.1, 0.7 },
};

static struct way move(const struct hall *s, unsigned state, unsigned action)
{
    struct way w = { 0 };
    if (action == FORWARD)
        forward(s, &w, state);
    for (unsigned q = 0; action != FORWARD && q < HEADINGS; q++)
        if (turns[action][q] > 0)
            add(&w, state / HEADINGS * HEADINGS + (state + q) % HEADINGS, turns[action][q]);
    return w;
}

/* What is seen in a state, with chances; returns how much. */
static size_t look(const struct hall *s, unsigned state, double *p, uint32_t *obs)
{
    unsigned sees = s->sees[state];
    if (sees >= WALLS) {
        p[0] = 1;
        obs[0] = sees;
        return 1;
    }
    for (unsigned o = 0; o < WALLS; o++) {
        obs[o] = o;
        p[o] = 1;
        for (unsigned bit = 1; bit < WALLS; bit *= 2) {
            double right = sees & bit ? WALL_SEEN : GAP_SEEN;
            p[o] *= (sees ^ o) & bit ? 1 - right : right;
        }
    }
    return WALLS;
}

static int32_t pays(const struct hall *s, unsigned state)
{
    return state / HEADINGS == s->goal;
}

static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    const struct hall *s = (const struct hall *)env;
    uint8_t *at = state;
    double p[WALLS];
    uint32_t obs[WALLS];
    if (*at / HEADINGS == s->goal) {
        reset(env, state, rng);
    } else {
        struct way w = move(s, *at, action);
        *at = w.to[rng_index(rng, w.p, w.n, 1)];
    }
    size_t n = look(s, *at, p, obs);
    return (struct percept){ obs[n > 1 ? rng_index(rng, p, (uint32_t)n, 1) : 0],
                             pays(s, *at) };
}

/* The transitions that lead to one state with chance q. */
static size_t lead(const struct hall *s, unsigned to, double q, struct transition *out,
                   uint8_t *next)
{
    double p[WALLS];
    uint32_t obs[WALLS];
    size_t n = look(s, to, p, obs);
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct transition){ q * p[i], { obs[i], pays(s, to) } };
        next[i] = (uint8_t)to;
    }
    return n;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct hall *s = (const struct hall *)env;
    unsigned at = *(const uint8_t *)state;
    uint8_t *to = next;
    size_t n = 0;
    if (at / HEADINGS == s->goal) {
        for (unsigned i = 0; i < s->n * HEADINGS; i++)
            if (i / HEADINGS != s->goal)
                n += lead(s, i, 1.0 / env->max_starts, out + n, to + n);
        return n;
    }
    struct way w = move(s, at, action);
    for (unsigned i = 0; i < w.n; i++)
        n += lead(s, w.to[i], w.p[i], out + n, to + n);
    return n;
}

static uint32_t place(const struct env *env, const void *state)
{
    (void)env;
    return *(const uint8_t *)state / HEADINGS;
}

static uint32_t hidden(const struct env *env, const void *state)
{
    return ((const struct hall *)env)->canvas[place(env, state)];
}

/* ---- the picture */

enum { FLOOR, WALL, GOAL, MARK };
static const struct tile_look tiles[] = {
    { "floor", " \u00b7 ", " . ", LOOK_GROUND, false, NULL },
    { "wall", "\u2588\u2588\u2588", "###", LOOK_BLOCK, false, NULL },
    { "goal", " \u25c6 ", "[G]", LOOK_GOAL, false, "at the goal" },
    { "landmark", " \u25bf ", " v ", LOOK_OBJECT, false, NULL },
    { 0 },
};

static int about(const struct env *env)
{
    const struct hall *s = (const struct hall *)env;
    return s->canvas[s->goal];
}

static int cell_of_player(const struct env *env, const void *state, unsigned player)
{
    return player ? -1 : (int)hidden(env, state);
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct hall *s = (const struct hall *)env;
    for (int cell = 0; cell < env->rows * env->cols; cell++)
        canvas_tile(cv, cell / env->cols, cell % env->cols, WALL, 0);
    for (unsigned i = 0; i < s->n; i++)
        canvas_tile(cv, s->canvas[i] / env->cols, s->canvas[i] % env->cols, FLOOR,
                    i == s->goal ? GOAL
                    : s->mark[i] ? MARK
                                 : 0);
    if (truth)
        cv->at[hidden(env, state)].players = 1;
}

#define HALL                                                                               \
    .kind.version = 1, .kind.params = no_params, .reset = reset, .starts = starts,         \
    .step = step, .transitions = transitions, .place = place, .hidden = hidden,            \
    .tiles = tiles, .about = about, .cell = cell_of_player, .asks = "where am I?",         \
    .draw = draw

const struct env_ops env_hallway = {
    .kind.name = "hallway",
    .kind.title = "a corridor with landmarks and poor sensors",
    .open = open_hallway,
    HALL,
};

const struct env_ops env_hallway2 = {
    .kind.name = "hallway2",
    .kind.title = "corridors around two blocks, without landmarks",
    .open = open_hallway2,
    HALL,
};
