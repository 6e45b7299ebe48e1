#include "config.h"

#include "canvas.h"
#include "dirichlet_oracle.h"
#include "terrain.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum known { UNKNOWN, FREE, WALL };

struct tile {
    enum known known;
    double empty, pays, trap; /* counts of a free cell */
};

/* All that changes. */
struct moment {
    int row, col;
    bool trapped;
    double sum;     /* of the chances of a dispenser q over the cells */
    double sum_log; /* of q ln q */
};

struct plain {
    struct model base;
    struct terrain land;
    size_t n_cells;
    struct moment now;
    struct tile *tile; /* [n_cells + 1] */
    double divergence; /* sum of q' ln(q' / q) over the cells changed in this cycle */
    void *spare;       /* snapshot */
};

/* ---- one cell */

static struct tile seen_free(const struct plain *d)
{
    return (struct tile){ FREE, 1, 1, d->land.traps };
}

static uint32_t place_of(const struct plain *d)
{
    return (uint32_t)(d->now.row * d->land.cols + d->now.col);
}

static struct tile *here(const struct plain *d) { return &d->tile[place_of(d)]; }

/* The cell an action leads to; all beyond the edge are the last one, a wall. */
static struct tile *beside(const struct plain *d, unsigned action)
{
    static const int way[][2] = { { 0, -1 }, { 0, 1 }, { -1, 0 }, { 1, 0 }, { 0, 0 } };
    int row = d->now.row + way[action][0], col = d->now.col + way[action][1];
    bool out = row < 0 || col < 0 || row >= d->land.rows || col >= d->land.cols;
    return out ? &d->tile[d->n_cells] : &d->tile[row * d->land.cols + col];
}

static bool on_noise(const struct plain *d) { return place_of(d) == d->land.noise; }

static double p_wall(const struct tile *t)
{
    return t->known == WALL ? 1 : t->known == UNKNOWN ? 0.25 : 0;
}

static double p_pays(const struct tile *t)
{
    return t->known == UNKNOWN ? 0.25
           : t->known == WALL  ? 0
                               : t->pays / (t->empty + t->pays + t->trap);
}

static double p_trap(const struct tile *t)
{
    return t->trap > 0 ? t->trap / (t->empty + t->pays + t->trap) : 0;
}

static double xlogx(double x) { return x > 0 ? x * log(x) : 0; }

static void change(struct plain *d, struct tile *place, struct tile t)
{
    double before = p_pays(place), after = p_pays(&t);
    *place = t;
    if (before == after)
        return;
    d->now.sum += after - before;
    d->now.sum_log += xlogx(after) - xlogx(before);
    d->divergence += after > 0 ? after * log(after / before) : 0;
}

static void sum_up(struct plain *d)
{
    d->now.sum = d->now.sum_log = 0;
    for (size_t i = 0; i < d->n_cells; i++) {
        d->now.sum += p_pays(&d->tile[i]);
        d->now.sum_log += xlogx(p_pays(&d->tile[i]));
    }
}

static double entropy(const struct model *m)
{
    const struct plain *d = (const struct plain *)m;
    return d->now.sum > 0 ? fmax(0, log(d->now.sum) - d->now.sum_log / d->now.sum) : 0;
}

/* ---- what an action may come to */

enum event { EVENT_EMPTY, EVENT_PAYS, EVENT_TRAP, EVENT_BUMP, EVENTS };

static int32_t reward_of(const struct plain *d, enum event e)
{
    const struct terrain *l = &d->land;
    return e == EVENT_PAYS   ? l->step + l->prize
           : e == EVENT_TRAP ? l->trap
           : e == EVENT_BUMP ? l->step + l->bump
                             : l->step;
}

/* What would be stood on, were the cell free. */
static struct tile ground(const struct plain *d, const struct tile *t)
{
    return t->known == UNKNOWN ? seen_free(d) : *t;
}

static double event_chance(const struct plain *d, unsigned action, enum event e)
{
    double wall = p_wall(beside(d, action));
    if (d->now.trapped)
        return e == EVENT_TRAP;
    if (e == EVENT_BUMP || wall >= 1)
        return e == EVENT_BUMP ? wall : 0;
    struct tile t = ground(d, beside(d, action));
    double pays = p_pays(&t), trap = p_trap(&t);
    return (1 - wall) * (e == EVENT_PAYS ? pays : e == EVENT_TRAP ? trap : 1 - pays - trap);
}

static void go(struct plain *d, unsigned action, enum event e)
{
    struct tile *place = beside(d, action);
    if (d->now.trapped || (e == EVENT_BUMP && p_wall(place) >= 1))
        return;
    if (e == EVENT_BUMP) {
        change(d, place, (struct tile){ .known = WALL });
        return;
    }
    struct tile t = ground(d, place);
    t.empty += e == EVENT_EMPTY;
    t.pays += e == EVENT_PAYS;
    t.trap = 0;
    d->now.trapped = e == EVENT_TRAP;
    d->now.row = (int)(place - d->tile) / d->land.cols;
    d->now.col = (int)(place - d->tile) % d->land.cols;
    change(d, place, d->now.trapped ? (struct tile){ FREE, 0, 0, 1 } : t);
}

/* The chance of seeing `obs`, which is learned from. */
static double observe(struct plain *d, uint32_t obs)
{
    double p = 1;
    if (on_noise(d))
        return obs < d->land.symbols ? 1.0 / d->land.symbols : 0;
    if (!d->land.sees_walls)
        return obs == place_of(d);
    if (obs >> TERRAIN_WAYS)
        return 0;
    for (unsigned way = 0; way < TERRAIN_WAYS; way++) {
        struct tile *t = beside(d, way);
        bool wall = obs >> way & 1;
        p *= wall ? p_wall(t) : 1 - p_wall(t);
        if (p <= 0)
            return 0;
        if (t->known == UNKNOWN)
            change(d, t, wall ? (struct tile){ .known = WALL } : seen_free(d));
    }
    return p;
}

/* ---- the interface */

static void save(struct model *m, void *snap)
{
    struct plain *d = (struct plain *)m;
    memcpy(snap, &d->now, sizeof d->now);
    memcpy((char *)snap + sizeof d->now, d->tile, d->n_cells * sizeof *d->tile);
}

static void restore(struct model *m, const void *snap)
{
    struct plain *d = (struct plain *)m;
    memcpy(&d->now, snap, sizeof d->now);
    memcpy(d->tile, (const char *)snap + sizeof d->now, d->n_cells * sizeof *d->tile);
}

/* EVENTS: no event pays that. */
static enum event event_of(const struct plain *d, int32_t rew)
{
    enum event e = 0;
    while (e < EVENTS && ((e == EVENT_TRAP && !d->land.traps) || reward_of(d, e) != rew))
        e++;
    return e;
}

static double in_hindsight(const struct plain *d, enum event e)
{
    const struct tile *t = here(d);
    double noise = on_noise(d) ? 1.0 / d->land.symbols : 1;
    if (e == EVENT_EMPTY)
        return noise * t->empty / (t->empty + t->pays + t->trap);
    return e == EVENT_PAYS ? noise * p_pays(t) : noise;
}

/* The event came, from which time sums are as in `before`. */
static void report(struct plain *d, const struct moment *before, double entropy_before,
                   enum event e, struct outcome *o)
{
    if (!d->base.held)
        sum_up(d);
    if (d->base.gain_form == GAIN_ENTROPY)
        o->gain = entropy_before - entropy(&d->base);
    else
        o->gain =
            d->now.sum > 0 ? d->divergence / d->now.sum + log(before->sum / d->now.sum) : 0;
    o->hindsight = in_hindsight(d, e);
}

static double condition(struct model *m, unsigned action, struct outcome *o)
{
    struct plain *d = (struct plain *)m;
    struct moment before = d->now;
    double h = entropy(m);
    enum event e = event_of(d, o->e.rew);
    save(m, d->spare);
    d->divergence = 0;
    o->prob = e < EVENTS ? event_chance(d, action, e) : 0;
    if (o->prob > 0) {
        go(d, action, e);
        o->prob *= observe(d, o->e.obs);
    }
    if (o->prob > 0)
        report(d, &before, h, e, o);
    else
        restore(m, d->spare);
    return o->prob;
}

static enum event draw_event(const struct plain *d, unsigned action, uint64_t bits)
{
    double u = (double)(bits >> 32) * 0x1p-32, wall = p_wall(beside(d, action));
    if (d->now.trapped)
        return EVENT_TRAP;
    if (wall >= 1 || (wall > 0 && !(bits & 3)))
        return EVENT_BUMP;
    struct tile t = ground(d, beside(d, action));
    return u < p_pays(&t)                ? EVENT_PAYS
           : u < p_pays(&t) + p_trap(&t) ? EVENT_TRAP
                                         : EVENT_EMPTY;
}

static uint32_t draw_obs(const struct plain *d, uint64_t bits, struct rng *rng)
{
    uint32_t obs = 0;
    if (on_noise(d))
        return rng_below(rng, d->land.symbols);
    if (!d->land.sees_walls)
        return place_of(d);
    for (unsigned way = 0; way < TERRAIN_WAYS; way++, bits >>= 2) {
        double wall = p_wall(beside(d, way));
        obs |= (uint32_t)(wall >= 1 || (wall > 0 && !(bits & 3))) << way;
    }
    return obs;
}

static void step(struct model *m, unsigned action, struct rng *rng, struct outcome *o)
{
    struct plain *d = (struct plain *)m;
    struct moment before = d->now;
    double h = entropy(m);
    uint64_t u = rng_u64(rng);
    enum event e = draw_event(d, action, u);
    d->divergence = 0;
    o->prob = event_chance(d, action, e);
    go(d, action, e);
    o->e.rew = reward_of(d, e);
    o->e.obs = draw_obs(d, u >> 2, rng);
    o->prob *= observe(d, o->e.obs);
    report(d, &before, h, e, o);
}

/* Whatever can be conditioned on. */
static size_t support(struct model *m, unsigned action, struct percept *out, size_t cap)
{
    struct plain *d = (struct plain *)m;
    void *snap = xcalloc(1, m->snap_size);
    uint32_t n_obs = d->land.symbols + (uint32_t)d->n_cells + (1u << TERRAIN_WAYS);
    size_t n = 0;
    model_save(m, snap);
    for (enum event e = 0; e < EVENTS; e++)
        for (uint32_t obs = 0; obs < n_obs; obs++) {
            struct outcome o = { .e = { obs, reward_of(d, e) } };
            bool another = e == EVENT_TRAP && !d->land.traps;
            if (!another && condition(m, action, &o) > 0 && n++ < cap)
                out[n - 1] = o.e;
            model_restore(m, snap);
        }
    model_release(m);
    free(snap);
    return n;
}

static bool chart(const struct model *m, uint8_t *ink, size_t n)
{
    const struct plain *d = (const struct plain *)m;
    for (size_t i = 0; i < n && i < d->n_cells; i++)
        ink[i] = d->tile[i].known == UNKNOWN ? CHART_UNKNOWN
                 : d->tile[i].known == FREE  ? CHART_FREE
                                             : CHART_WALL;
    return true;
}

static bool heat(const struct model *m, double *cell, size_t n)
{
    const struct plain *d = (const struct plain *)m;
    for (size_t i = 0; i < n && i < d->n_cells; i++)
        cell[i] = p_pays(&d->tile[i]);
    return true;
}

static void free_plain(struct model *m)
{
    struct plain *d = (struct plain *)m;
    free(d->tile);
    free(d->spare);
    free(d);
}

struct model *plain_dirichlet_new(const struct env *truth)
{
    static const struct model_ops ops = {
        .name = "plain dirichlet",
        .step = step,
        .condition = condition,
        .save = save,
        .restore = restore,
        .free = free_plain,
        .support = support,
        .entropy = entropy,
        .heat = heat,
        .chart = chart,
    };
    const struct terrain *land = terrain_of(truth);
    if (!land)
        return NULL;
    struct plain *d = xcalloc(1, sizeof *d);
    d->base = (struct model){ .ops = &ops, .space = truth->space };
    d->land = *land;
    d->n_cells = (size_t)d->land.rows * (size_t)d->land.cols;
    d->base.snap_size = sizeof d->now + d->n_cells * sizeof *d->tile;
    d->tile = xcalloc(d->n_cells + 1, sizeof *d->tile);
    d->tile[d->n_cells].known = WALL;
    d->spare = xcalloc(1, d->base.snap_size);
    d->now.row = (int)d->land.start / d->land.cols;
    d->now.col = (int)d->land.start % d->land.cols;
    *here(d) = (struct tile){ FREE, 1, 1, 0 };
    sum_up(d);
    return &d->base;
}
