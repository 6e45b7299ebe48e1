#include "config.h"

#include "canvas.h"
#include "dirichlet.h"
#include "terrain.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OUT = UINT16_MAX }; /* beyond the edge: a wall */
enum known { UNKNOWN, FREE, WALL };

/* Counts of a cell. */
struct tile {
    float empty, pays;
    uint8_t known; /* enum known */
    uint8_t trap;  /* 1: it may be one */
};

struct undo {
    uint32_t cell;
    struct tile tile;
};

/* A moment of the belief: what a snapshot holds. */
struct moment {
    uint32_t at;
    bool trapped;
    double sum;     /* of the chances of a dispenser q over the cells */
    double sum_log; /* of q ln q */
    size_t n_undone;
};

struct dirichlet {
    struct model base;
    struct terrain land;
    uint32_t n_cells;
    uint16_t (*next)[TERRAIN_WAYS]; /* [n_cells] neighbours */
    struct tile *tile;              /* [n_cells] */
    struct moment now;
    struct undo *journal;
    size_t cap;
    double divergence; /* sum of q' ln(q' / q) over the cells changed in this cycle */
};

/* ---- one cell */

/* Mean chances. Of an unknown cell each kind has one in four. */
static double p_wall(const struct dirichlet *d, uint32_t cell)
{
    if (cell == OUT)
        return 1;
    uint8_t known = d->tile[cell].known;
    return known == UNKNOWN ? 0.25 : known == WALL;
}

static double counts(const struct tile *t)
{
    return (double)t->empty + (double)t->pays + t->trap;
}

static double p_pays(const struct tile *t)
{
    return t->known == UNKNOWN ? 0.25 : t->known == WALL ? 0 : (double)t->pays / counts(t);
}

static double p_trap(const struct tile *t)
{
    return t->known == FREE && t->trap ? 1 / counts(t) : 0;
}

static double xlogx(double x) { return x > 0 ? x * log(x) : 0; }

static void journal(struct dirichlet *d, uint32_t cell)
{
    if (d->now.n_undone == d->cap) {
        d->cap = d->cap ? 2 * d->cap : 256;
        d->journal = xrealloc(d->journal, d->cap, sizeof *d->journal);
    }
    d->journal[d->now.n_undone++] = (struct undo){ cell, d->tile[cell] };
}

/* Replaces what is known of a cell; with snapshots out it can be undone. */
static void change(struct dirichlet *d, uint32_t cell, struct tile t)
{
    double before = 0, after = 0;
    bool counts = d->base.want & WANT_GAIN || !d->base.held; /* else nobody asks */
    if (counts) {
        before = p_pays(&d->tile[cell]);
        after = p_pays(&t);
    }
    if (d->base.held)
        journal(d, cell);
    d->tile[cell] = t;
    if (before == after)
        return;
    d->now.sum += after - before;
    d->now.sum_log += xlogx(after) - xlogx(before);
    d->divergence += after > 0 ? after * log(after / before) : 0;
}

static void see_wall(struct dirichlet *d, uint32_t cell)
{
    change(d, cell, (struct tile){ 0, 0, WALL, 0 });
}

static void see_free(struct dirichlet *d, uint32_t cell)
{
    change(d, cell, (struct tile){ 1, 1, FREE, d->land.traps });
}

/* ---- the measure, percept by percept: each part returns its chance and learns from it */

/* What the neighbours of the cell stood on look like. */
static double look_around(struct dirichlet *d, uint32_t obs)
{
    const uint16_t *next = d->next[d->now.at];
    double p = 1;
    for (unsigned way = 0; way < TERRAIN_WAYS; way++) {
        bool wall = obs >> way & 1;
        double chance = p_wall(d, next[way]);
        p *= wall ? chance : 1 - chance;
        if (p <= 0)
            return 0;
        if (next[way] != OUT && d->tile[next[way]].known == UNKNOWN) {
            if (wall)
                see_wall(d, next[way]);
            else
                see_free(d, next[way]);
        }
    }
    return p;
}

static double observe(struct dirichlet *d, uint32_t obs)
{
    if (d->now.at == d->land.noise)
        return obs < d->land.symbols ? 1.0 / d->land.symbols : 0;
    if (!d->land.sees_walls)
        return obs == d->now.at;
    return obs >> TERRAIN_WAYS ? 0 : look_around(d, obs);
}

/* What comes of standing on a free cell after an action; the reward tells. */
enum event { EVENT_EMPTY, EVENT_PAYS, EVENT_TRAP, EVENT_BUMP, EVENTS };

/* Chances of what an action may come to: a wall in the way, else what stands there. */
struct odds {
    uint32_t target;
    double wall, pays, trap;
};

static uint32_t target_of(const struct dirichlet *d, unsigned action)
{
    return action < TERRAIN_WAYS ? d->next[d->now.at][action] : d->now.at;
}

static struct odds odds_of(const struct dirichlet *d, unsigned action)
{
    struct odds o = { .target = target_of(d, action) };
    if (d->now.trapped)
        return o;
    o.wall = action < TERRAIN_WAYS ? p_wall(d, o.target) : 0;
    if (o.wall >= 1)
        return o;
    const struct tile *t = &d->tile[o.target];
    const struct tile seen = { 1, 1, FREE, d->land.traps };
    if (t->known == UNKNOWN)
        t = &seen;
    o.pays = p_pays(t);
    o.trap = t->trap ? p_trap(t) : 0;
    return o;
}

static double event_chance(const struct dirichlet *d, const struct odds *o, enum event e)
{
    if (d->now.trapped)
        return e == EVENT_TRAP;
    if (e == EVENT_BUMP)
        return o->wall;
    double p = e == EVENT_PAYS   ? o->pays
               : e == EVENT_TRAP ? o->trap
                                 : 1 - o->pays - o->trap;
    return (1 - o->wall) * p;
}

static void stand(struct dirichlet *d, uint32_t cell, enum event e)
{
    struct tile t = d->tile[cell];
    if (t.known == UNKNOWN)
        t = (struct tile){ 1, 1, FREE, d->land.traps };
    t.empty += e == EVENT_EMPTY;
    t.pays += e == EVENT_PAYS;
    t.trap = e == EVENT_TRAP;
    if (e == EVENT_TRAP)
        t.empty = t.pays = 0;
    d->now.trapped = e == EVENT_TRAP;
    d->now.at = cell;
    change(d, cell, t);
}

/* Moves, or bumps into, what the action leads to; returns the chance of that. */
static double go(struct dirichlet *d, const struct odds *o, enum event e)
{
    double p = event_chance(d, o, e);
    if (d->now.trapped || p <= 0)
        return p;
    if (e != EVENT_BUMP)
        stand(d, o->target, e);
    else if (o->wall < 1)
        see_wall(d, o->target);
    return p;
}

static int32_t reward_of(const struct dirichlet *d, enum event e)
{
    const struct terrain *l = &d->land;
    return e == EVENT_PAYS   ? l->step + l->prize
           : e == EVENT_TRAP ? l->trap
           : e == EVENT_BUMP ? l->step + l->bump
                             : l->step;
}

static int event_of(const struct dirichlet *d, int32_t rew)
{
    for (int e = 0; e < EVENTS; e++)
        if ((e != EVENT_TRAP || d->land.traps) && reward_of(d, (enum event)e) == rew)
            return e;
    return -1;
}

/* ---- the interface */

static double entropy_dirichlet(const struct model *model)
{
    const struct dirichlet *d = (const struct dirichlet *)model;
    if (!(d->now.sum > 0))
        return 0;
    return fmax(0, log(d->now.sum) - d->now.sum_log / d->now.sum);
}

/* Takes back everything since the journal was that long. */
static void take_back(struct dirichlet *d, const struct moment *then)
{
    for (size_t i = d->now.n_undone; i > then->n_undone; i--)
        d->tile[d->journal[i - 1].cell] = d->journal[i - 1].tile;
    d->now = *then;
}

static void count_gain(struct dirichlet *d, double entropy_before, double sum_before,
                       struct outcome *o)
{
    if (d->base.gain_form == GAIN_ENTROPY)
        o->gain = entropy_before - entropy_dirichlet(&d->base);
    else
        o->gain =
            d->now.sum > 0 ? d->divergence / d->now.sum + log(sum_before / d->now.sum) : 0;
}

/* Sums anew, after real percepts: rounding never piles up across a life. */
static void sum_up(struct dirichlet *d)
{
    d->now.sum = d->now.sum_log = 0;
    for (uint32_t i = 0; i < d->n_cells; i++) {
        double q = p_pays(&d->tile[i]);
        d->now.sum += q;
        d->now.sum_log += xlogx(q);
    }
}

/* The chance that the percept of event e would have now that it has been learned from: the
 * walls are known, what stands there is not. */
static double in_hindsight(const struct dirichlet *d, enum event e)
{
    const struct tile *t = &d->tile[d->now.at];
    double noise = d->now.at == d->land.noise ? 1.0 / d->land.symbols : 1;
    if (e == EVENT_EMPTY)
        return noise * (double)t->empty / counts(t);
    return e == EVENT_PAYS ? noise * p_pays(t) : noise;
}

static double condition_dirichlet(struct model *model, unsigned action, struct outcome *o)
{
    struct dirichlet *d = (struct dirichlet *)model;
    bool gain = model->want & WANT_GAIN;
    double before = gain ? entropy_dirichlet(model) : 0, sum = d->now.sum;
    struct moment then = d->now;
    int event = event_of(d, o->e.rew);
    d->divergence = 0;
    d->base.held++; /* so that an impossible percept can be taken back */
    struct odds odds = odds_of(d, action);
    double p = event < 0 ? 0 : go(d, &odds, (enum event)event);
    if (p > 0)
        p *= observe(d, o->e.obs);
    d->base.held--;
    o->prob = p;
    if (p <= 0) {
        take_back(d, &then);
        return 0;
    }
    if (!d->base.held) {
        d->now.n_undone = 0;
        sum_up(d);
    }
    if (gain)
        count_gain(d, before, sum, o);
    if (model->want & WANT_HINDSIGHT)
        o->hindsight = in_hindsight(d, (enum event)event);
    return p;
}

/* One kind of event by its chances, from 2 and 32 random bits. */
static enum event draw_event(const struct dirichlet *d, const struct odds *o, uint64_t bits)
{
    double u = (double)(bits >> 32) * 0x1p-32;
    if (d->now.trapped)
        return EVENT_TRAP;
    if (o->wall >= 1 || (o->wall > 0 && !(bits & 3)))
        return EVENT_BUMP;
    return u < o->pays ? EVENT_PAYS : u < o->pays + o->trap ? EVENT_TRAP : EVENT_EMPTY;
}

/* Walls around the cell stood on: known ones, and one in four of the unknown. */
static uint32_t draw_walls(const struct dirichlet *d, uint64_t bits)
{
    const uint16_t *next = d->next[d->now.at];
    uint32_t obs = 0;
    for (unsigned way = 0; way < TERRAIN_WAYS; way++, bits >>= 2) {
        unsigned known = next[way] == OUT ? WALL : d->tile[next[way]].known;
        bool wall = known == WALL || (known == UNKNOWN && !(bits & 3));
        obs |= (uint32_t)wall << way;
    }
    return obs;
}

static void step_dirichlet(struct model *model, unsigned action, struct rng *rng,
                           struct outcome *o)
{
    struct dirichlet *d = (struct dirichlet *)model;
    bool gain = model->want & WANT_GAIN;
    double before = gain ? entropy_dirichlet(model) : 0, sum = d->now.sum;
    uint64_t u = rng_u64(rng);
    struct odds odds = odds_of(d, action);
    enum event e = draw_event(d, &odds, u);
    d->divergence = 0;
    double p = go(d, &odds, e);
    o->e.rew = reward_of(d, e);
    o->e.obs = d->now.at == d->land.noise ? rng_below(rng, d->land.symbols)
               : d->land.sees_walls       ? draw_walls(d, u >> 2)
                                          : d->now.at;
    o->prob = p * observe(d, o->e.obs);
    if (!d->base.held)
        sum_up(d);
    if (gain)
        count_gain(d, before, sum, o);
    if (model->want & WANT_HINDSIGHT)
        o->hindsight = in_hindsight(d, e);
}

static void save_dirichlet(struct model *model, void *snap)
{
    *(struct moment *)snap = ((struct dirichlet *)model)->now;
}

static void restore_dirichlet(struct model *model, const void *snap)
{
    take_back((struct dirichlet *)model, snap);
}

/* The observations that may be made in `cell`; the model is not changed. */
static size_t observations(const struct dirichlet *d, uint32_t cell, uint32_t *out)
{
    size_t n = 0;
    if (cell == d->land.noise) {
        for (; n < d->land.symbols; n++)
            out[n] = (uint32_t)n;
        return n;
    }
    if (!d->land.sees_walls) {
        out[0] = cell;
        return 1;
    }
    for (uint32_t obs = 0; obs < 1u << TERRAIN_WAYS; obs++) {
        bool possible = true;
        for (unsigned way = 0; way < TERRAIN_WAYS; way++) {
            /* The cell the agent comes from is free, whatever was known of it. */
            uint32_t next = d->next[cell][way];
            double chance = next == d->now.at ? 0 : p_wall(d, next);
            possible &= obs >> way & 1 ? chance > 0 : chance < 1;
        }
        if (possible)
            out[n++] = obs;
    }
    return n;
}

static size_t support_dirichlet(struct model *model, unsigned action, struct percept *out,
                                size_t cap)
{
    struct dirichlet *d = (struct dirichlet *)model;
    struct odds odds = odds_of(d, action);
    size_t n = 0, n_obs, room = d->land.symbols > 16 ? d->land.symbols : 16;
    uint32_t *obs = xcalloc(room, sizeof *obs);
    for (int e = 0; e < EVENTS; e++) {
        bool bump = e == EVENT_BUMP;
        if (!(event_chance(d, &odds, (enum event)e) > 0))
            continue;
        n_obs = observations(d, bump || d->now.trapped ? d->now.at : odds.target, obs);
        for (size_t i = 0; i < n_obs; i++) {
            /* A bump into an unknown cell shows a wall there. */
            if (bump && d->land.sees_walls && d->now.at != d->land.noise &&
                !(obs[i] >> action & 1))
                continue;
            if (n++ < cap)
                out[n - 1] = (struct percept){ obs[i], reward_of(d, (enum event)e) };
        }
    }
    free(obs);
    return n;
}

static bool chart_dirichlet(const struct model *model, uint8_t *ink, size_t n)
{
    static const uint8_t inks[] = {
        [UNKNOWN] = INK_UNKNOWN, [FREE] = INK_FLOOR, [WALL] = INK_WALL
    };
    const struct dirichlet *d = (const struct dirichlet *)model;
    for (size_t i = 0; i < n && i < d->n_cells; i++)
        ink[i] = inks[d->tile[i].known];
    return true;
}

static bool heat_dirichlet(const struct model *model, double *cell, size_t n)
{
    const struct dirichlet *d = (const struct dirichlet *)model;
    for (size_t i = 0; i < n && i < d->n_cells; i++)
        cell[i] = p_pays(&d->tile[i]);
    return true;
}

static void free_dirichlet(struct model *model)
{
    struct dirichlet *d = (struct dirichlet *)model;
    free(d->next);
    free(d->tile);
    free(d->journal);
    free(d);
}

static const struct model_ops dirichlet_ops = {
    .name = "dirichlet",
    .step = step_dirichlet,
    .condition = condition_dirichlet,
    .save = save_dirichlet,
    .restore = restore_dirichlet,
    .free = free_dirichlet,
    .support = support_dirichlet,
    .entropy = entropy_dirichlet,
    .heat = heat_dirichlet,
    .chart = chart_dirichlet,
};

/* ---- opening */

/* Whether each reward stands for one event. */
static bool tells_apart(const struct terrain *l)
{
    bool traps = l->traps && (l->trap == l->step || l->trap == l->step + l->bump ||
                              l->trap == l->step + l->prize);
    return l->bump && l->prize && l->bump != l->prize && !traps;
}

static void map_out(struct dirichlet *d)
{
    static const int way[TERRAIN_WAYS][2] = { { 0, -1 }, { 0, 1 }, { -1, 0 }, { 1, 0 } };
    const struct terrain *l = &d->land;
    for (int r = 0; r < l->rows; r++)
        for (int c = 0; c < l->cols; c++)
            for (int i = 0; i < TERRAIN_WAYS; i++) {
                int row = r + way[i][0], col = c + way[i][1];
                bool out = row < 0 || col < 0 || row >= l->rows || col >= l->cols;
                d->next[r * l->cols + c][i] = out ? OUT : (uint16_t)(row * l->cols + col);
            }
}

struct model *dirichlet_new(const struct env *truth, struct err *err)
{
    struct terrain land;
    if (!truth->ops->terrain || !truth->ops->terrain(truth, &land))
        return err_null(
            err,
            "model=dirichlet learns grids of walls, dispensers, traps and noise, "
            "and %s as set is none",
            truth->ops->name);
    if (!tells_apart(&land))
        return err_null(err,
                        "model=dirichlet cannot tell a bump, a payout and a trap apart "
                        "by these rewards: let bump, prize and trap differ");
    struct dirichlet *d = xcalloc(1, sizeof *d);
    d->base = (struct model){ .ops = &dirichlet_ops,
                              .space = truth->space,
                              .snap_size = sizeof(struct moment) };
    d->land = land;
    d->n_cells = (uint32_t)(land.rows * land.cols);
    d->next = xcalloc(d->n_cells, sizeof *d->next);
    d->tile = xcalloc(d->n_cells, sizeof *d->tile);
    d->now.at = land.start;
    d->tile[land.start] = (struct tile){ 1, 1, FREE, 0 };
    map_out(d);
    sum_up(d);
    return &d->base;
}
