#include "config.h"

#include "bytes.h"
#include "canvas.h"
#include "dirichlet.h"
#include "registry.h"
#include "terrain.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is known of a cell, in the bits of a view from beside it: walls are the low four, as
 * in an observation, cells that nobody knows the high four. */
enum known { FREE = 0, WALL = 1, UNKNOWN = 1 << TERRAIN_WAYS };
enum { WALLS = (1 << TERRAIN_WAYS) - 1 };

/* Counts of a cell: of an unknown one those it will have when it is seen free; a wall has
 * one against a dispenser. */
struct tile {
    uint32_t empty, pays;
    uint32_t trap;  /* 1: it may be one */
    uint32_t known; /* enum known */
};
static const struct tile wall_cell = { 1, 0, 0, WALL };

struct undo {
    uint32_t cell;
    struct tile tile;
};

/* The chance q of a dispenser, and q ln q. */
struct chance {
    double q, q_log_q;
};

/* A moment of the belief: what a snapshot holds. */
struct moment {
    uint32_t at;
    uint32_t trapped; /* 0 or 1 */
    size_t n_undone;
    struct chance sum; /* over the cells */
    double entropy;    /* by these sums, nats */
};

/* What an action may come to; the reward tells. */
enum event { EVENT_EMPTY, EVENT_PAYS, EVENT_TRAP, EVENT_BUMP, EVENTS };

enum {
    FEW = 16,                  /* counts whose chances are looked up */
    CHANGES = 1 + TERRAIN_WAYS /* cells that a cycle may tell of */
};

struct dirichlet {
    struct model base;
    struct terrain land;
    int32_t reward[EVENTS];
    uint32_t n_cells;
    ptrdiff_t width;                /* cells from one to that below it */
    ptrdiff_t way[TERRAIN_ACTIONS]; /* to the one an action leads to */
    struct tile *tile;              /* [n_cells], the land and a wall around it */
    uint32_t *name;                 /* [n_cells] number of a cell in the land */
    uint32_t noise;                 /* cell, UINT32_MAX: none */
    struct chance unknown;          /* of an unknown cell */
    struct moment now;
    struct undo *journal;
    size_t cap;
    uint32_t *obs;               /* scratch: what may be seen in one cell */
    struct chance sum_before;    /* as this cycle began */
    double entropy_before;       /* the same */
    double divergence;           /* sum of q' ln(q' / q) over the cells it changed */
    struct chance few[FEW][FEW]; /* by counts against and for a dispenser */
};

/* ---- one cell */

static inline uint32_t against(const struct tile *t) { return t->empty + t->trap; }

static inline uint32_t counts(const struct tile *t) { return against(t) + t->pays; }

/* Mean chance of a dispenser in a cell that is known. */
static inline double p_pays(const struct tile *t) { return (double)t->pays / counts(t); }

static double xlogx(double x) { return x > 0 ? x * log(x) : 0; }

static inline struct chance chance_of(const struct dirichlet *d, const struct tile *t)
{
    if (t->known == UNKNOWN)
        return d->unknown;
    if (against(t) < FEW && t->pays < FEW)
        return d->few[against(t)][t->pays];
    double q = p_pays(t);
    return (struct chance){ q, xlogx(q) };
}

static inline void count(struct dirichlet *d, const struct tile *before,
                         const struct tile *after)
{
    struct chance was = chance_of(d, before), is = chance_of(d, after);
    d->now.sum.q += is.q - was.q;
    d->now.sum.q_log_q += is.q_log_q - was.q_log_q;
    if (d->base.gain_form == GAIN_KL && is.q > 0)
        d->divergence += is.q * log(is.q / was.q);
}

/* Replaces what is known of a cell; can be undone until the cycle ends with no snapshot
 * out. */
static inline void change(struct dirichlet *d, uint32_t cell, struct tile t)
{
    struct tile *place = &d->tile[cell];
    d->journal[d->now.n_undone++] = (struct undo){ cell, *place };
    if (d->base.want & WANT_GAIN)
        count(d, place, &t);
    *place = t;
}

/* ---- the measure, percept by percept: each part returns its chance or learns from it */

/* The cell that an action leads to, if nothing is in the way. There is no way out of a
 * trap, nor into the cell stood on. */
static inline uint32_t target_of(const struct dirichlet *d, unsigned action)
{
    return d->now.trapped ? d->now.at : d->now.at + (uint32_t)d->way[action];
}

/* Of an unknown cell, a wall has one chance in four. */
static inline double event_chance(const struct tile *t, enum event e)
{
    double pays = p_pays(t), trap = t->trap ? 1.0 / counts(t) : 0;
    double wall = t->known == UNKNOWN ? 0.25 : t->known;
    const double chance[EVENTS] = {
        [EVENT_PAYS] = (1 - wall) * pays,
        [EVENT_TRAP] = (1 - wall) * trap,
        [EVENT_EMPTY] = (1 - wall) * (1 - pays - trap),
        [EVENT_BUMP] = wall,
    };
    return chance[e];
}

/* Moves to the cell, or bumps into it. No branches: what happens cannot be foreseen. */
static inline void go(struct dirichlet *d, uint32_t cell, enum event e)
{
    static const struct {
        uint32_t kept; /* mask of the counts there were */
        struct tile more;
    } effect[EVENTS] = {
        [EVENT_EMPTY] = { UINT32_MAX, { 1, 0, 0, FREE } },
        [EVENT_PAYS] = { UINT32_MAX, { 0, 1, 0, FREE } },
        [EVENT_TRAP] = { 0, { 0, 0, 1, FREE } },
        [EVENT_BUMP] = { 0, { 1, 0, 0, WALL } },
    };
    struct tile t = effect[e].more;
    t.empty += d->tile[cell].empty & effect[e].kept;
    t.pays += d->tile[cell].pays & effect[e].kept;
    d->now.at += (cell - d->now.at) & -(uint32_t)(e != EVENT_BUMP);
    d->now.trapped = e == EVENT_TRAP;
    change(d, cell, t);
}

/* What is around a cell. */
static inline unsigned view(const struct dirichlet *d, uint32_t cell)
{
    const struct tile *t = &d->tile[cell];
    return (unsigned)t[-1].known | (unsigned)t[1].known << 1 |
           (unsigned)t[-d->width].known << 2 | (unsigned)t[d->width].known << 3;
}

/* Learns which unknown neighbours are walls; returns the chance of it. */
static inline double look_around(struct dirichlet *d, unsigned unknown, uint32_t walls)
{
    double p = 1;
    for (; unknown; unknown &= unknown - 1) {
        unsigned way = (unsigned)__builtin_ctz(unknown);
        uint32_t cell = d->now.at + (uint32_t)d->way[way];
        bool wall = walls >> way & 1;
        struct tile seen = d->tile[cell];
        seen.known = FREE;
        p *= wall ? 0.25 : 0.75;
        change(d, cell, wall ? wall_cell : seen);
    }
    return p;
}

static double observe(struct dirichlet *d, uint32_t obs)
{
    if (d->now.at == d->noise)
        return obs < d->land.symbols ? 1.0 / d->land.symbols : 0;
    if (!d->land.sees_walls)
        return obs == d->name[d->now.at];
    unsigned seen = view(d, d->now.at), unknown = seen >> TERRAIN_WAYS;
    if ((obs ^ (seen & WALLS)) & ~unknown)
        return 0;
    return look_around(d, unknown, obs);
}

static int event_of(const struct dirichlet *d, int32_t rew)
{
    for (int e = 0; e < EVENTS; e++)
        if ((e != EVENT_TRAP || d->land.traps) && d->reward[e] == rew)
            return e;
    return -1;
}

/* ---- the interface */

static double entropy_dirichlet(const struct model *model)
{
    return ((const struct dirichlet *)model)->now.entropy;
}

static void weigh(struct moment *m)
{
    const struct chance *s = &m->sum;
    double h = s->q > 0 ? log(s->q) - s->q_log_q / s->q : 0;
    m->entropy = h > 0 ? h : 0;
}

/* Sums anew, after real percepts: rounding never piles up across a life. */
static void sum_up(struct dirichlet *d)
{
    struct chance sum = { 0, 0 };
    for (uint32_t i = 0; i < d->n_cells; i++) {
        struct chance c = chance_of(d, &d->tile[i]);
        sum.q += c.q;
        sum.q_log_q += c.q_log_q;
    }
    d->now.sum = sum;
    weigh(&d->now);
}

/* Takes back everything since the journal was that long. */
static void take_back(struct dirichlet *d, const struct moment *then)
{
    for (size_t i = d->now.n_undone; i > then->n_undone; i--)
        d->tile[d->journal[i - 1].cell] = d->journal[i - 1].tile;
    d->now = *then;
}

/* The chance that the percept of event e would have now that it has been learned from: the
 * walls are known, what stands there is not. */
static double in_hindsight(const struct dirichlet *d, enum event e)
{
    const struct tile *t = &d->tile[d->now.at];
    double noise = d->now.at == d->noise ? 1.0 / d->land.symbols : 1;
    const double chance[EVENTS] = {
        [EVENT_EMPTY] = noise * t->empty / counts(t),
        [EVENT_PAYS] = noise * p_pays(t),
        [EVENT_TRAP] = noise,
        [EVENT_BUMP] = noise,
    };
    return chance[e];
}

static void grow_journal(struct dirichlet *d)
{
    d->cap *= 2;
    d->journal = xrealloc(d->journal, d->cap, sizeof *d->journal);
}

static inline void begin_cycle(struct dirichlet *d)
{
    if (d->now.n_undone + CHANGES > d->cap)
        grow_journal(d);
    if (d->base.want & WANT_GAIN) {
        d->sum_before = d->now.sum;
        d->entropy_before = d->now.entropy;
        d->divergence = 0;
    }
}

static void count_gain(struct dirichlet *d, struct outcome *o)
{
    double sum = d->now.sum.q;
    weigh(&d->now);
    if (d->base.gain_form == GAIN_ENTROPY)
        o->gain = d->entropy_before - d->now.entropy;
    else
        o->gain = sum > 0 ? d->divergence / sum + log(d->sum_before.q / sum) : 0;
}

/* Fills what is wanted of a cycle in which event e came. */
static inline void end_cycle(struct dirichlet *d, enum event e, struct outcome *o)
{
    if (!d->base.held) {
        d->now.n_undone = 0;
        sum_up(d);
    }
    if (d->base.want & WANT_GAIN)
        count_gain(d, o);
    if (d->base.want & WANT_HINDSIGHT)
        o->hindsight = in_hindsight(d, e);
}

static double condition_dirichlet(struct model *model, unsigned action, struct outcome *o)
{
    struct dirichlet *d = (struct dirichlet *)model;
    struct moment then = d->now;
    uint32_t cell = target_of(d, action);
    int e = event_of(d, o->e.rew);
    o->prob = e < 0 ? 0 : event_chance(&d->tile[cell], (enum event)e);
    if (o->prob <= 0)
        return 0;
    begin_cycle(d);
    go(d, cell, (enum event)e);
    o->prob *= observe(d, o->e.obs);
    if (o->prob <= 0) {
        take_back(d, &then);
        return 0;
    }
    end_cycle(d, (enum event)e, o);
    return o->prob;
}

/* A wall of an unknown cell by 2 random bits, then one of the counts by 32. */
static inline enum event draw_event(const struct tile *t, uint64_t bits)
{
    _Static_assert(EVENT_BUMP == (EVENT_PAYS | EVENT_TRAP), "the bits of all others");
    unsigned wall = (t->known & (bits & 3 ? WALL : WALL | UNKNOWN)) != 0;
    uint32_t k = (uint32_t)((bits >> 32) * counts(t) >> 32);
    unsigned pays = k < t->pays, ends = k < t->pays + t->trap;
    return (enum event)(pays * EVENT_PAYS | (ends ^ pays) * EVENT_TRAP | wall * EVENT_BUMP);
}

/* Four bits, each set with one chance in four, from eight random ones. */
static inline unsigned draw_walls(unsigned bits)
{
    bits = ~(bits | bits >> 1) & 0x55;
    bits = (bits | bits >> 1) & 0x33;
    return (bits | bits >> 2) & WALLS;
}

static void step_dirichlet(struct model *model, unsigned action, struct rng *rng,
                           struct outcome *o)
{
    struct dirichlet *d = (struct dirichlet *)model;
    uint64_t u = rng_u64(rng);
    uint32_t cell = target_of(d, action);
    enum event e = draw_event(&d->tile[cell], u);
    begin_cycle(d);
    double p = d->base.want & WANT_PROB ? event_chance(&d->tile[cell], e) : 0;
    go(d, cell, e);
    o->e.rew = d->reward[e];
    if (d->now.at == d->noise) {
        o->e.obs = rng_below(rng, d->land.symbols);
        p *= 1.0 / d->land.symbols;
    } else if (d->land.sees_walls) {
        unsigned seen = view(d, d->now.at), unknown = seen >> TERRAIN_WAYS;
        o->e.obs = seen & WALLS;
        if (unknown) {
            o->e.obs |= draw_walls((unsigned)(u >> 2)) & unknown;
            p *= look_around(d, unknown, o->e.obs);
        }
    } else
        o->e.obs = d->name[d->now.at];
    o->prob = p;
    end_cycle(d, e, o);
}

static void save_dirichlet(struct model *model, void *snap)
{
    *(struct moment *)snap = ((struct dirichlet *)model)->now;
}

static void restore_dirichlet(struct model *model, const void *snap)
{
    take_back((struct dirichlet *)model, snap);
}

/* The observations that may be made in `cell`, entered from beside or stayed in; the model
 * is not changed. */
static size_t observations(const struct dirichlet *d, uint32_t cell, uint32_t *out)
{
    size_t n = 0;
    if (cell == d->noise) {
        for (; n < d->land.symbols; n++)
            out[n] = (uint32_t)n;
        return n;
    }
    if (!d->land.sees_walls) {
        out[0] = d->name[cell];
        return 1;
    }
    unsigned seen = view(d, cell), unknown = seen >> TERRAIN_WAYS;
    for (uint32_t obs = 0; obs <= WALLS; obs++)
        if (!((obs ^ (seen & WALLS)) & ~unknown))
            out[n++] = obs;
    return n;
}

static size_t support_dirichlet(struct model *model, unsigned action, struct percept *out,
                                size_t cap)
{
    struct dirichlet *d = (struct dirichlet *)model;
    uint32_t cell = target_of(d, action);
    uint32_t *obs = d->obs;
    size_t n = 0, n_obs;
    for (int e = 0; e < EVENTS; e++) {
        bool bump = e == EVENT_BUMP;
        if (!(event_chance(&d->tile[cell], (enum event)e) > 0))
            continue;
        n_obs = observations(d, bump ? d->now.at : cell, obs);
        for (size_t i = 0; i < n_obs; i++) {
            /* A bump into an unknown cell shows a wall there. */
            if (bump && d->land.sees_walls && d->now.at != d->noise &&
                !(obs[i] >> action & 1))
                continue;
            if (n++ < cap)
                out[n - 1] = (struct percept){ obs[i], d->reward[e] };
        }
    }
    return n;
}

static bool chart_dirichlet(const struct model *model, uint8_t *ink, size_t n)
{
    const struct dirichlet *d = (const struct dirichlet *)model;
    for (uint32_t i = 0; i < d->n_cells; i++) {
        unsigned known = d->tile[i].known;
        if (d->name[i] < n)
            ink[d->name[i]] = known == UNKNOWN ? CHART_UNKNOWN
                              : known == WALL  ? CHART_WALL
                                               : CHART_FREE;
    }
    return true;
}

static bool heat_dirichlet(const struct model *model, double *cell, size_t n)
{
    const struct dirichlet *d = (const struct dirichlet *)model;
    for (uint32_t i = 0; i < d->n_cells; i++)
        if (d->name[i] < n)
            cell[d->name[i]] = chance_of(d, &d->tile[i]).q;
    return true;
}

/* How many cells, the moment, then what is known of each; the journal is empty. */
static size_t frozen_size_dirichlet(const struct model *model)
{
    const struct dirichlet *d = (const struct dirichlet *)model;
    return sizeof d->n_cells + sizeof d->now + d->n_cells * sizeof *d->tile;
}

static void freeze_dirichlet(const struct model *model, void *bytes)
{
    const struct dirichlet *d = (const struct dirichlet *)model;
    bytes = bytes_put(bytes, &d->n_cells, sizeof d->n_cells);
    bytes = bytes_put(bytes, &d->now, sizeof d->now);
    bytes_put(bytes, d->tile, d->n_cells * sizeof *d->tile);
}

static bool thaw_dirichlet(struct model *model, const void *bytes, struct err *err)
{
    struct dirichlet *d = (struct dirichlet *)model;
    uint32_t n;
    bytes = bytes_take(bytes, &n, sizeof n);
    if (n != d->n_cells)
        return err_set(err, "what was frozen has %u cells, not %u", n, d->n_cells);
    bytes = bytes_take(bytes, &d->now, sizeof d->now);
    bytes_take(bytes, d->tile, d->n_cells * sizeof *d->tile);
    return true;
}

static void free_dirichlet(struct model *model)
{
    struct dirichlet *d = (struct dirichlet *)model;
    free(d->tile);
    free(d->name);
    free(d->journal);
    free(d->obs);
    free(d);
}

static const struct model_ops dirichlet_ops = {
    .name = "dirichlet",
    .step = step_dirichlet,
    .condition = condition_dirichlet,
    .save = save_dirichlet,
    .restore = restore_dirichlet,
    .free = free_dirichlet,
    .frozen_size = frozen_size_dirichlet,
    .freeze = freeze_dirichlet,
    .thaw = thaw_dirichlet,
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

static void look_up_chances(struct dirichlet *d)
{
    for (uint32_t no = 0; no < FEW; no++)
        for (uint32_t yes = 0; yes < FEW; yes++) {
            double q = no + yes ? p_pays(&(struct tile){ .empty = no, .pays = yes }) : 0;
            d->few[no][yes] = (struct chance){ q, xlogx(q) };
        }
}

/* A land of which nothing is known but its size, in a frame of walls without a name. */
static void map_out(struct dirichlet *d)
{
    const struct terrain *l = &d->land;
    const struct tile unknown = { 1, 1, l->traps, UNKNOWN };
    uint32_t width = (uint32_t)l->cols + 2, n_names = 0;
    d->n_cells = ((uint32_t)l->rows + 2) * width;
    d->tile = xcalloc(d->n_cells, sizeof *d->tile);
    d->name = xcalloc(d->n_cells, sizeof *d->name);
    d->width = width;
    memcpy(d->way, (const ptrdiff_t[]){ -1, 1, -d->width, d->width, 0 }, sizeof d->way);
    d->noise = UINT32_MAX;
    for (uint32_t i = 0; i < d->n_cells; i++) {
        uint32_t row = i / width, col = i % width;
        bool inside =
            row > 0 && row <= (uint32_t)l->rows && col > 0 && col <= (uint32_t)l->cols;
        uint32_t name = inside ? n_names++ : UINT32_MAX;
        d->tile[i] = inside ? unknown : wall_cell;
        d->name[i] = name;
        if (inside && name == l->start)
            d->now.at = i;
        if (inside && name == l->noise)
            d->noise = i;
    }
    d->tile[d->now.at] = (struct tile){ 1, 1, 0, FREE };
}

struct model *dirichlet_new(const struct env *truth, struct err *err)
{
    const struct terrain *land = terrain_of(truth);
    if (!land)
        return err_null(
            err,
            "model=dirichlet learns grids of walls, dispensers, traps and noise, "
            "and %s as set is none",
            truth->ops->kind.name);
    if (!tells_apart(land))
        return err_null(err,
                        "model=dirichlet cannot tell a bump, a payout and a trap apart "
                        "by these rewards: let bump, prize and trap differ");
    struct dirichlet *d = xcalloc(1, sizeof *d);
    d->base = (struct model){ .ops = &dirichlet_ops,
                              .space = truth->space,
                              .snap_size = sizeof(struct moment),
                              .lacks = WANT_MOST };
    d->land = *land;
    d->reward[EVENT_EMPTY] = land->step;
    d->reward[EVENT_PAYS] = land->step + land->prize;
    d->reward[EVENT_TRAP] = land->trap;
    d->reward[EVENT_BUMP] = land->step + land->bump;
    d->unknown = (struct chance){ 0.25, xlogx(0.25) };
    d->cap = 256;
    d->journal = xcalloc(d->cap, sizeof *d->journal);
    d->obs = xcalloc(land->symbols > WALLS ? land->symbols : WALLS + 1, sizeof *d->obs);
    look_up_chances(d);
    map_out(d);
    sum_up(d);
    return &d->base;
}

static struct model *open_dirichlet(const void *config, const struct env *truth,
                                    struct err *err)
{
    (void)config;
    return dirichlet_new(truth, err);
}

const struct model_kind model_dirichlet = {
    .kind.name = "dirichlet",
    .kind.title = "learns an unknown grid cell by cell",
    .kind.version = 1,
    .kind.params = no_params,
    .open = open_dirichlet,
};
