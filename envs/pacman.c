#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pac-Man through a keyhole: Veness et al., JAIR 40 (2011), section 7.1, "partially
 * observable Pacman". A move costs 1, a wall `bump`, being caught 50 more; a pellet pays
 * 10, the last one 100 more. The paper charges 10 for a wall in place of the move ("running
 * into a wall and being caught" is 60), its program of 2011 11. Caught or done, all starts
 * anew, with a pellet on each free cell with probability one half. Ghosts walk at random
 * until Pac-Man is near, then chase him for a while; a power pill lets him send them home.
 *
 * The paper describes the maze in words; this one, and the order of the observation's bits,
 * are those of the program it came with in 2011 (moridinamael/mc-aixi), not its chase
 * timers, which do not count, nor its missing western wall. What neither says is said here:
 * a chase lasts 5 cycles and is followed by 3 of rest, power lasts `power` cycles, a ghost
 * that was eaten goes home, the tunnel is Pac-Man's alone. */
enum { ROWS = 19, COLS = 17, CELLS = ROWS * COLS, GHOSTS = 4, PILLS = 4 };
enum { NEAR = 5, CHASE = 5, REST = 3, TUNNEL = 8 };
enum { NONE = -1 };
static const char *const actions[] = { "up", "right", "down", "left" };

static const char map[ROWS][COLS + 1] = {
    "                 ", //
    " ** *** * *** ** ", //
    "                 ", //
    " ** * ***** * ** ", //
    "    *   *   *    ", //
    "*** *** * *** ***", //
    "*** *       * ***", //
    "*** * *   * * ***", //
    "    * *   * *    ", //
    "*** * ***** * ***", //
    "*** *       * ***", //
    "*** * ***** * ***", //
    "                 ", //
    " ** *** * *** ** ", //
    "  *           *  ", //
    "* * * ***** * * *", //
    "    *   *   *    ", //
    " ****** * ****** ", //
    "                 ",
};
#define AT(row, col) ((row)*COLS + (col))
static const uint16_t pill_at[PILLS] = { AT(2, 0), AT(2, 16), AT(14, 0), AT(14, 16) };
static const uint16_t home[GHOSTS] = { AT(7, 8), AT(7, 9), AT(8, 8), AT(8, 9) };
enum { START = AT(12, 8) };

struct config {
    int64_t power, bump;
};
struct pacman {
    struct env base;
    uint16_t power, bump;
};
struct state {
    uint64_t pellet[(CELLS + 63) / 64];
    uint16_t at, ghost[GHOSTS];
    uint16_t power;       /* cycles left */
    uint16_t pellets;     /* left */
    int8_t chase[GHOSTS]; /* cycles of chase left; below 0: of rest */
    uint8_t pills;        /* a bit each */
    uint8_t spare[5];     /* always zero */
};
_Static_assert(sizeof(struct state) == 48 + 2 * 7 + 4 + 6, "no padding: states are bytes");

/* The cell north, east, south or west of `at`, or NONE. */
static int beside(int at, unsigned way)
{
    int row = at / COLS + (way == 2) - (way == 0),
        col = at % COLS + (way == 1) - (way == 3);
    if (row < 0 || row >= ROWS || col < 0 || col >= COLS || map[row][col] == '*')
        return NONE;
    return AT(row, col);
}

static bool pellet(const struct state *s, int at)
{
    return s->pellet[at / 64] >> (at % 64) & 1;
}

static int ghost_at(const struct state *s, int at)
{
    for (int g = 0; g < GHOSTS; g++)
        if (s->ghost[g] == at)
            return g;
    return NONE;
}

static int distance(int a, int b)
{
    return abs(a / COLS - b / COLS) + abs(a % COLS - b % COLS);
}

static struct env *open_pacman(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct pacman *s = xcalloc(1, sizeof *s);
    (void)root;
    (void)err;
    s->base = (struct env){ .ops = &env_pacman,
                            .space = { .n_actions = 4,
                                       .n_obs = 1u << 16,
                                       .rew_min = -50 - (int32_t)c->bump,
                                       .rew_max = 109,
                                       .scale = 1 },
                            .state_size = sizeof(struct state),
                            .hidden = true,
                            .actions = actions,
                            .rows = ROWS,
                            .cols = COLS };
    s->power = (uint16_t)c->power;
    s->bump = (uint16_t)c->bump;
    return &s->base;
}

static bool free_for_pellet(int at)
{
    bool taken = map[at / COLS][at % COLS] == '*' || at == START;
    for (int i = 0; i < 4; i++)
        taken |= at == pill_at[i] || at == home[i];
    return !taken;
}

static void reset(const struct env *env, void *state, struct rng *rng)
{
    struct state *s = state;
    (void)env;
    memset(s, 0, sizeof *s);
    s->at = START;
    s->pills = (1 << PILLS) - 1;
    memcpy(s->ghost, home, sizeof home);
    uint64_t coins = 0;
    for (int at = 0; at < CELLS; at++) {
        if (at % 64 == 0)
            coins = rng_u64(rng);
        if (coins >> at % 64 & 1 && free_for_pellet(at)) {
            s->pellet[at / 64] |= (uint64_t)1 << at % 64;
            s->pellets++;
        }
    }
}

static void send_home(struct state *s, int g)
{
    s->ghost[g] = home[g];
    s->chase[g] = 0;
}

/* Pac-Man and ghost g meet: true when he is caught. */
static bool meet(struct state *s, int g)
{
    if (s->power)
        send_home(s, g);
    return !s->power;
}

static int eat(const struct pacman *p, struct state *s)
{
    for (int i = 0; i < PILLS; i++)
        if (s->at == pill_at[i] && s->pills >> i & 1) {
            s->pills &= (uint8_t) ~(1u << i);
            s->power = p->power;
        }
    if (!pellet(s, s->at))
        return 0;
    s->pellet[s->at / 64] &= ~((uint64_t)1 << s->at % 64);
    return --s->pellets ? 10 : 110;
}

/* Where ghost g goes: nearer when chasing and possible, else anywhere free. */
static int way_of_ghost(const struct state *s, int g, struct rng *rng)
{
    int can[4], nearer[4], n = 0, near = 0;
    for (unsigned way = 0; way < 4; way++) {
        int to = beside(s->ghost[g], way);
        if (to == NONE || ghost_at(s, to) != NONE)
            continue;
        can[n++] = to;
        if (s->chase[g] > 0 && distance(to, s->at) < distance(s->ghost[g], s->at))
            nearer[near++] = to;
    }
    if (near)
        return nearer[rng_below(rng, (uint32_t)near)];
    return n ? can[rng_below(rng, (uint32_t)n)] : s->ghost[g];
}

/* True when Pac-Man is caught. */
static bool move_ghost(struct state *s, int g, struct rng *rng)
{
    if (s->chase[g] == 0 && distance(s->ghost[g], s->at) <= NEAR)
        s->chase[g] = CHASE;
    int to = way_of_ghost(s, g, rng);
    if (s->chase[g] > 0 && --s->chase[g] == 0)
        s->chase[g] = -REST;
    else if (s->chase[g] < 0)
        s->chase[g]++;
    if (to == s->at)
        return meet(s, g);
    s->ghost[g] = (uint16_t)to;
    return false;
}

/* Pac-Man's move: its reward; *caught when he ran into a ghost. */
static int move(const struct pacman *p, struct state *s, unsigned action, bool *caught)
{
    int to = beside(s->at, action);
    if (s->at == AT(TUNNEL, 0) && action == 3)
        to = AT(TUNNEL, COLS - 1);
    else if (s->at == AT(TUNNEL, COLS - 1) && action == 1)
        to = AT(TUNNEL, 0);
    if (to == NONE)
        return -p->bump;
    int g = ghost_at(s, to);
    if (g != NONE && (*caught = meet(s, g)))
        return -1;
    s->at = (uint16_t)to;
    return eat(p, s) - 1;
}

/* Bits of what stands in sight to one side: 1 a ghost, 2 food. */
static unsigned sight(const struct state *s, unsigned way)
{
    unsigned seen = 0;
    for (int at = beside(s->at, way); at != NONE; at = beside(at, way))
        seen |= (ghost_at(s, at) != NONE) | (unsigned)pellet(s, at) << 1;
    return seen;
}

static bool food_within(const struct state *s, int reach)
{
    for (int at = 0; at < CELLS; at++)
        if (pellet(s, at) && distance(at, s->at) <= reach)
            return true;
    return false;
}

static uint32_t look(const struct state *s)
{
    uint32_t walls = 0, ghosts = 0, food = 0, smell = 0;
    for (unsigned way = 0; way < 4; way++) {
        unsigned seen = sight(s, way);
        bool tunnel = (s->at == AT(TUNNEL, 0) && way == 3) ||
                      (s->at == AT(TUNNEL, COLS - 1) && way == 1);
        walls = walls << 1 | (beside(s->at, way) == NONE && !tunnel);
        ghosts = ghosts << 1 | (seen & 1);
        food = food << 1 | seen >> 1;
    }
    for (int reach = 2; reach <= 4; reach++)
        smell = smell << 1 | food_within(s, reach);
    return walls << 12 | ghosts << 8 | smell << 5 | food << 1 | (s->power > 0);
}

static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    const struct pacman *p = (const struct pacman *)env;
    struct state *s = state;
    bool caught = false;
    int rew = move(p, s, action, &caught);
    bool done = !s->pellets;
    for (int g = 0; g < GHOSTS && !caught && !done; g++)
        caught = move_ghost(s, g, rng);
    rew -= caught ? 50 : 0;
    s->power = (uint16_t)(s->power - (s->power > 0));
    if (caught || done)
        reset(env, s, rng);
    return (struct percept){ look(s), rew };
}

enum { FLOOR, WALL, FOOD, POWER, GHOST };
static const struct tile_look tiles[] = {
    { "floor", " \u00b7 ", " . ", LOOK_GROUND, false, NULL },
    { "wall", "\u2588\u2588\u2588", "###", LOOK_BLOCK, false, NULL },
    { "food", " \u2022 ", " , ", LOOK_GROUND, false, NULL },
    { "power", " \u25cf ", " O ", LOOK_GOAL, false, NULL },
    { "ghost", " \u2229 ", "{G}", LOOK_DANGER, false, NULL },
    { 0 },
};

static const struct world_metric metrics[] = {
    { "pellets", "", "pellets left in the maze of pacman" },
    { "power", "cycles", "how much longer pacman's power pill lasts" },
    { 0 },
};

static void report(const struct env *env, const void *state, double *out)
{
    const struct state *s = state;
    (void)env;
    out[0] = s->pellets;
    out[1] = s->power;
}

static int cell_of_player(const struct env *env, const void *state, unsigned player)
{
    (void)env;
    return player ? -1 : ((const struct state *)state)->at;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct state *s = state;
    (void)env;
    (void)truth;
    for (int at = 0; at < CELLS; at++) {
        int row = at / COLS, col = at % COLS;
        canvas_tile(cv, row, col, map[row][col] == '*' ? WALL : FLOOR,
                    pellet(s, at) ? FOOD : 0);
    }
    for (int i = 0; i < PILLS; i++)
        if (s->pills >> i & 1)
            cv->at[pill_at[i]].thing = POWER;
    for (int g = 0; g < GHOSTS; g++)
        cv->at[s->ghost[g]].thing = GHOST;
    cv->at[s->at].players = 1;
}

/* Letters of the ways north, east, south and west whose bit is set. */
static void put_ways(char *to, unsigned bits)
{
    for (int i = 0; i < 4; i++)
        if (bits >> (3 - i) & 1)
            *to++ = "NESW"[i];
    *to = '\0';
}

static void percept_text(const struct env *env, struct percept e, char *buf, size_t n)
{
    char walls[8], ghosts[8], food[8];
    (void)env;
    put_ways(walls, e.obs >> 12);
    put_ways(ghosts, e.obs >> 8);
    put_ways(food, e.obs >> 1);
    unsigned smell = e.obs >> 5 & 7, near = smell & 4 ? 2 : smell & 2 ? 3 : smell ? 4 : 0;
    snprintf(buf, n, "wall %s ghost %s food %s near %u%s", *walls ? walls : "-",
             *ghosts ? ghosts : "-", *food ? food : "-", near, e.obs & 1 ? " power" : "");
}

static const struct param params[] = {
    INT("power", power, .def = 10, .min = 1, .max = 1000, .unit = "cycles",
        .help = "how long a power pill lasts"),
    INT("bump", bump, .def = 11, .min = 1, .max = 100, .unit = "points",
        .help = "what running into a wall costs; 10 in the paper's text"),
    { 0 },
};

const struct env_ops env_pacman = {
    .kind.name = "pacman",
    .kind.title = "Pac-Man through a keyhole",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_pacman,
    .reset = reset,
    .step = step,
    .tiles = tiles,
    .metrics = metrics,
    .report = report,
    .cell = cell_of_player,
    .draw = draw,
    .percept_text = percept_text,
};
