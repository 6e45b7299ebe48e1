#include "config.h"

#include "film.h"

#include "ramp.h"
#include "seat.h"
#include "xalloc.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What follows a frame; all but the state is there only of some worlds and agents. */
enum part {
    PART_STATE,
    PART_BELIEF,
    PART_HIDDEN,
    PART_CHART,
    PART_HABITS,
    PART_OUTLOOK,
    PART_TWIGS,
    PART_ROWS,
    PART_SHARES,
    PART_SPREAD,
    PART_TALLY,
    PART_MIX,
    PART_JOINT,
    PARTS
};

/* A frame as it is kept, followed by its parts. */
struct kept {
    struct record rec;
    struct insight mind;
    int32_t cell;
    uint8_t n_twigs, n_rows, n_shares;
    bool moved, done;
    uint8_t action;
    uint64_t acts; /* so far */
    double gap, gap_average;
    uint8_t thing; /* on the agent's cell, with the truth: row of the world's tiles */
    bool has[PARTS];
};

/* Where the parts of a frame begin and how long they are, in bytes; 0: never there. */
struct plan_of_frame {
    size_t at[PARTS], size[PARTS], end;
};

struct film {
    const struct env *env;
    size_t cells;
    struct plan_of_frame plan;
    struct course *course; /* owned */
    uint32_t cap;          /* frames */
    int64_t first, last;
    unsigned char *frames;   /* [cap] ring, owned; grows up to cap */
    uint32_t room;           /* frames allocated */
    struct trail *gone;      /* [cells] of the frames that left */
    struct trail *known;     /* [cells] trails up to cycle *known_at, for the next call */
    int64_t *known_at;       /* -1: none */
    struct cell *canvas;     /* [cells] scratch */
    double *belief;          /* [cells + n_hidden] scratch */
    float *start;            /* [cells] the first belief there was */
    double p0;               /* of it; 0: none yet */
    struct outlook *outlook; /* scratch */
    struct equilibria nash;
};

static size_t round_up(size_t n)
{
    size_t align = _Alignof(max_align_t);
    return (n + align - 1) / align * align;
}

/* Whether beliefs about what actions pay are drawn. */
static bool weighs(const struct env *env, const struct agent *ag)
{
    const char *picture = env->ops->picture;
    return mind_of(ag)->spread && picture && !strcmp(picture, "arms");
}

/* The table of the game whose seat this world is, if it is played and small enough to be
 * drawn; NULL: none. */
static const struct normal *table_of(const struct env *env)
{
    uint32_t player;
    const struct game *g = seat_game(env, &player);
    const struct normal *table = g ? normal_of(g) : NULL;
    return table && table->n_joint <= FRAME_JOINT ? table : NULL;
}

/* Whose seat it is at such a table; -1: nobody's. */
static int player_of(const struct env *env)
{
    uint32_t player = 0;
    bool seated = table_of(env) && seat_game(env, &player);
    return seated ? (int)player : -1;
}

static size_t part_size(enum part part, const struct env *env, const struct agent *ag)
{
    const struct mind_ops *mind = mind_of(ag);
    const struct normal *table = table_of(env);
    size_t cells = (size_t)env->rows * (size_t)env->cols;
    switch (part) {
    case PART_STATE: return env->state_size;
    case PART_BELIEF: return mind->belief ? cells * sizeof(float) : 0;
    case PART_HIDDEN: return mind->hidden ? env->n_hidden * sizeof(float) : 0;
    case PART_CHART: return mind->chart ? cells : 0;
    case PART_HABITS: return mind->habits ? cells * sizeof(struct habit) : 0;
    case PART_OUTLOOK:
        return mind->foresee ? offsetof(struct outlook, action) +
                                   env->space.n_actions * sizeof(struct prospect)
                             : 0;
    case PART_TWIGS: return mind->twigs ? TWIGS_MAX * sizeof(struct twig) : 0;
    case PART_ROWS:
        return env->text && mind->rows ? FRAME_ROWS * sizeof(struct mind_row) : 0;
    case PART_SHARES:
        return env->text && mind->rows && mind->tables[1]
                   ? FRAME_SHARES * sizeof(struct mind_row)
                   : 0;
    case PART_SPREAD:
        return weighs(env, ag) ? env->space.n_actions * sizeof(struct spread) : 0;
    case PART_MIX:
        return table && ag->ops->chances ? env->space.n_actions * sizeof(float) : 0;
    case PART_JOINT: return table ? table->n_joint * sizeof(uint32_t) : 0;
    default: return env->text ? env->space.n_actions * sizeof(struct tally) : 0;
    }
}

/* Room for what any of the agents shows. */
static struct plan_of_frame plan_frame(const struct env *env, const struct agent *const *ag,
                                       size_t n)
{
    struct plan_of_frame plan = { .end = round_up(sizeof(struct kept)) };
    for (int part = 0; part < PARTS; part++) {
        for (size_t i = 0; i < n; i++) {
            size_t size = part_size((enum part)part, env, ag[i]);
            plan.size[part] = size > plan.size[part] ? size : plan.size[part];
        }
        plan.at[part] = plan.end;
        plan.end += round_up(plan.size[part]);
    }
    return plan;
}

struct film *film_new(const struct env *env, const struct agent *const *ag, size_t n,
                      uint64_t steps, size_t bytes)
{
    struct film *f = xcalloc(1, sizeof *f);
    f->env = env;
    env_watch(env);
    f->cells = (size_t)env->rows * (size_t)env->cols;
    f->plan = plan_frame(env, ag, n);
    f->course = course_new(steps);
    size_t cap = bytes / f->plan.end;
    f->cap = cap < 2 ? 2 : cap > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)cap;
    f->last = -1;
    f->gone = xcalloc(f->cells + 1, sizeof *f->gone);
    f->known = xcalloc(f->cells + 1, sizeof *f->known);
    f->known_at = xcalloc(1, sizeof *f->known_at);
    *f->known_at = -1;
    f->canvas = xcalloc(f->cells + 1, sizeof *f->canvas);
    f->belief = xcalloc(f->cells + env->n_hidden + 1, sizeof *f->belief);
    f->start = xcalloc(f->cells + 1, sizeof *f->start);
    f->outlook = xcalloc(1, sizeof *f->outlook);
    if (player_of(env) == 0)
        equilibria_find(table_of(env), &f->nash);
    for (size_t i = 0; i < f->cells; i++)
        f->gone[i] = (struct trail){ 0, -1, NAN, 0 };
    return f;
}

void film_free(struct film *f)
{
    if (!f)
        return;
    free(f->course);
    free(f->frames);
    free(f->gone);
    free(f->known);
    free(f->known_at);
    free(f->canvas);
    free(f->belief);
    free(f->start);
    free(f->outlook);
    equilibria_release(&f->nash);
    free(f);
}

static struct kept *kept_at(const struct film *f, int64_t t)
{
    return (struct kept *)(void *)(f->frames + (size_t)(t % f->cap) * f->plan.end);
}

static void *part_of(const struct film *f, const struct kept *k, enum part part)
{
    return (char *)(uintptr_t)k + f->plan.at[part];
}

/* The cell the agent is in, -1: none, and what is there, hidden or not. */
static int cell_of_agent(const struct film *f, const void *state, uint8_t *thing)
{
    const struct env_ops *ops = f->env->ops;
    struct canvas cv = { f->env->rows, f->env->cols, f->canvas };
    int cell = ops->cell ? ops->cell(f->env, state, 0) : -1;
    if (cell < 0)
        return -1;
    canvas_clear(&cv);
    ops->draw(f->env, state, true, &cv);
    *thing = cv.at[cell].thing;
    return cell;
}

static double best_value(const struct insight *in)
{
    double top = NAN;
    for (uint32_t a = 0; a < in->n_actions; a++)
        if (!(in->value[a] <= top))
            top = isnan(in->value[a]) ? top : in->value[a];
    return top;
}

/* Adds cycle t to the trails: what was done in the cell of the cycle before, and a visit to
 * the one it led to. */
static void tread(const struct kept *before, const struct kept *now, struct trail *trail)
{
    if (now->cell >= 0)
        trail[now->cell].visits++;
    if (before && before->cell >= 0) {
        trail[before->cell].action = (int)now->rec.action;
        trail[before->cell].value = (float)best_value(&now->mind);
        trail[before->cell].when = (int64_t)now->rec.t;
    }
}

static void drop_first(struct film *f)
{
    /* The frame after it needs its cell, so actions are summed up one frame late. */
    if (f->first == 0)
        tread(NULL, kept_at(f, 0), f->gone);
    tread(kept_at(f, f->first), kept_at(f, f->first + 1), f->gone);
    f->first++;
}

static void make_room(struct film *f)
{
    int64_t n = f->last - f->first + 1;
    if (n == f->cap)
        drop_first(f);
    else if (n == f->room) {
        f->room = f->room ? f->room * 2 < f->cap ? f->room * 2 : f->cap : 256;
        if (f->room > f->cap)
            f->room = f->cap;
        f->frames = xrealloc(f->frames, f->room, f->plan.end);
    }
}

static void keep_chances(const struct film *f, void *bytes, size_t n)
{
    float *to = bytes;
    for (size_t i = 0; i < n; i++)
        to[i] = (float)f->belief[i];
}

/* A part of a frame; NULL: it has none. */
static const void *shown(const struct film *f, const struct kept *k, enum part part)
{
    return k->has[part] ? part_of(f, k, part) : NULL;
}

/* The belief that a map is about: where the agent itself is, if that is hidden from it;
 * else what pays. */
static const float *map_belief(const struct film *f, const struct kept *k)
{
    bool place = env_hides_place(f->env) && f->env->n_hidden == f->cells;
    return shown(f, k, place && k->has[PART_HIDDEN] ? PART_HIDDEN : PART_BELIEF);
}

/* What every shade is measured by. */
static void keep_start(struct film *f, const float *belief)
{
    if (f->p0 > 0)
        return;
    memcpy(f->start, belief, f->cells * sizeof *belief);
    f->p0 = ramp_start(f->start, (int)f->cells);
}

static void keep_belief(struct film *f, const struct agent *ag, struct kept *k)
{
    const struct mind_ops *mind = mind_of(ag);
    k->has[PART_CHART] =
        f->cells && mind->chart && mind->chart(ag, part_of(f, k, PART_CHART), f->cells);
    k->has[PART_HABITS] =
        f->cells && mind->habits && mind->habits(ag, part_of(f, k, PART_HABITS), f->cells);
    k->has[PART_BELIEF] = f->cells && mind->belief && mind->belief(ag, f->belief, f->cells);
    if (k->has[PART_BELIEF])
        keep_chances(f, part_of(f, k, PART_BELIEF), f->cells);
    size_t n = f->env->n_hidden;
    k->has[PART_HIDDEN] = n && mind->hidden && mind->hidden(ag, f->belief, n);
    if (k->has[PART_HIDDEN])
        keep_chances(f, part_of(f, k, PART_HIDDEN), n);
    if (map_belief(f, k))
        keep_start(f, map_belief(f, k));
}

static void keep_thoughts(struct film *f, struct agent *ag, struct kept *k)
{
    const struct mind_ops *mind = mind_of(ag);
    if (mind->foresee) {
        memset(f->outlook, 0, sizeof *f->outlook);
        mind->foresee(ag, f->outlook);
        memcpy(part_of(f, k, PART_OUTLOOK), f->outlook,
               offsetof(struct outlook, action) +
                   f->outlook->n_actions * sizeof(struct prospect));
        k->has[PART_OUTLOOK] = true;
    }
    if (mind->twigs && k->rec.t && k->rec.by != BY_PAST)
        k->n_twigs = (uint8_t)mind->twigs(ag, part_of(f, k, PART_TWIGS), TWIGS_MAX);
}

static struct kept *next_frame(struct film *f)
{
    make_room(f);
    struct kept *k = kept_at(f, ++f->last);
    memset(k, 0, f->plan.end);
    return k;
}

/* What worlds without a map are drawn from. */
static void keep_picture(struct film *f, const struct agent *ag, struct kept *k)
{
    const struct mind_ops *mind = mind_of(ag);
    struct tally *tally = part_of(f, k, PART_TALLY);
    if (!f->env->text)
        return;
    if (mind->rows)
        k->n_rows =
            (uint8_t)mind->rows(ag, mind->tables[0], part_of(f, k, PART_ROWS), FRAME_ROWS);
    if (mind->rows && mind->tables[1])
        k->n_shares = (uint8_t)mind->rows(ag, mind->tables[1], part_of(f, k, PART_SHARES),
                                          FRAME_SHARES);
    k->has[PART_SPREAD] =
        weighs(f->env, ag) && mind->spread(ag, part_of(f, k, PART_SPREAD));
    k->has[PART_TALLY] = true;
    if (f->last <= 0)
        return;
    memcpy(tally, part_of(f, kept_at(f, f->last - 1), PART_TALLY),
           f->env->space.n_actions * sizeof *tally);
    if (!k->done)
        return;
    tally[k->rec.action].n++;
    tally[k->rec.action].sum += k->rec.e.rew;
}

static void note_course(struct film *f);

/* What is known of all who play, of a seat. */
static void keep_match(struct film *f, struct agent *ag, const struct gaps *gaps,
                       struct kept *k)
{
    double law[ACTIONS_MAX];
    struct profile so_far;
    float *mix = part_of(f, k, PART_MIX);
    uint32_t *joint = part_of(f, k, PART_JOINT);
    if (f->plan.size[PART_MIX] && ag->ops->chances && ag->ops->chances(ag, law)) {
        for (uint32_t a = 0; a < f->env->space.n_actions; a++)
            mix[a] = (float)law[a];
        k->has[PART_MIX] = true;
    }
    if (!f->plan.size[PART_JOINT] || !gaps)
        return;
    for (uint32_t i = 0; i < gaps->n_joint; i++)
        joint[i] = (uint32_t)gaps->joint[i];
    k->has[PART_JOINT] = true;
    if (!gaps->rounds)
        return;
    k->gap = gaps->last;
    gaps_average(gaps, &so_far);
    k->gap_average = profile_nashconv(gaps->table, &so_far, NULL);
}

void film_add(struct film *f, const struct session *s, const struct sight *sight)
{
    struct kept *k = next_frame(f);
    k->rec = s->last;
    k->moved = sight->moved;
    k->done = sight->done;
    k->action = (uint8_t)sight->action;
    k->acts = (f->last > 0 ? kept_at(f, f->last - 1)->acts : 0) + sight->moved;
    k->gap = k->gap_average = NAN;
    insight_clear(&k->mind);
    if (mind_of(s->agent)->inspect && s->last.t)
        mind_of(s->agent)->inspect(s->agent, &k->mind);
    k->cell = cell_of_agent(f, s->state, &k->thing);
    memcpy(part_of(f, k, PART_STATE), s->state, f->env->state_size);
    keep_belief(f, s->agent, k);
    keep_thoughts(f, s->agent, k);
    keep_picture(f, s->agent, k);
    keep_match(f, s->agent, sight->gaps, k);
    note_course(f);
}

uint64_t film_acts(const struct film *f, int64_t t) { return kept_at(f, t)->acts; }

int64_t film_act(const struct film *f, uint64_t n)
{
    int64_t t = 0;
    while (t < f->last && kept_at(f, t)->acts < n)
        t++;
    return t;
}

/* A frame of another film of the same world, but for what is never kept in this one. */
static void copy_frame(struct film *f, const struct film *from, int64_t t)
{
    const struct kept *old = kept_at(from, t);
    struct kept *k = next_frame(f);
    *k = *old;
    for (int part = 0; part < PARTS; part++) {
        bool fits = f->plan.size[part] >= from->plan.size[part];
        k->has[part] = old->has[part] && fits;
        if (fits)
            memcpy(part_of(f, k, (enum part)part), part_of(from, old, (enum part)part),
                   from->plan.size[part]);
    }
    k->n_twigs = f->plan.size[PART_TWIGS] ? old->n_twigs : 0;
    k->n_rows = f->plan.size[PART_ROWS] ? old->n_rows : 0;
    k->n_shares = f->plan.size[PART_SHARES] ? old->n_shares : 0;
    note_course(f);
}

bool film_take(struct film *f, const struct film *from, int64_t t)
{
    if (from->first > 0 || from->last < t || f->last >= 0)
        return false;
    for (int64_t i = 0; i <= t; i++)
        copy_frame(f, from, i);
    memcpy(f->start, from->start, f->cells * sizeof *f->start);
    f->p0 = from->p0;
    return true;
}

const struct equilibria *film_equilibria(const struct film *f) { return &f->nash; }

int64_t film_first(const struct film *f) { return f->first; }
int64_t film_last(const struct film *f) { return f->last; }

struct frame film_at(const struct film *f, int64_t t)
{
    const struct kept *k = kept_at(f, t);
    return (struct frame){
        .rec = k->rec,
        .mind = k->mind,
        .cell = k->cell,
        .state = part_of(f, k, PART_STATE),
        .belief = map_belief(f, k),
        .hidden = shown(f, k, PART_HIDDEN),
        .chart = shown(f, k, PART_CHART),
        .habit = shown(f, k, PART_HABITS),
        .outlook = shown(f, k, PART_OUTLOOK),
        .twig = part_of(f, k, PART_TWIGS),
        .n_twigs = k->n_twigs,
        .row = part_of(f, k, PART_ROWS),
        .n_rows = k->n_rows,
        .share = part_of(f, k, PART_SHARES),
        .n_shares = k->n_shares,
        .spread = shown(f, k, PART_SPREAD),
        .tally = shown(f, k, PART_TALLY),
        .moved = k->moved,
        .done = k->done,
        .action = k->action,
        .mix = shown(f, k, PART_MIX),
        .joint = shown(f, k, PART_JOINT),
        .n_joint = (uint32_t)(f->plan.size[PART_JOINT] / sizeof(uint32_t)),
        .gap = k->gap,
        .gap_average = k->gap_average,
    };
}

const float *film_start(const struct film *f, double *p0)
{
    *p0 = f->p0;
    return f->p0 > 0 ? f->start : NULL;
}

void film_trails(const struct film *f, int64_t t, struct trail *out)
{
    int64_t from = *f->known_at;
    bool usable = from >= f->first && from <= t;
    memcpy(out, usable ? f->known : f->gone, f->cells * sizeof *out);
    if (f->last < f->first)
        return;
    if (!usable) {
        from = f->first;
        if (from == 0)
            tread(NULL, kept_at(f, 0), out);
    }
    for (int64_t i = from + 1; i <= t; i++)
        tread(kept_at(f, i - 1), kept_at(f, i), out);
    memcpy(f->known, out, f->cells * sizeof *out);
    *f->known_at = t;
}

/* ---- events */

static bool is_new(const char *now, const char *before)
{
    /* "resample in 4" counts down: only its first word is the phase. */
    size_t n = strcspn(now, " ");
    return *now && (n != strcspn(before, " ") || strncmp(now, before, n) != 0);
}

/* A line made of parts. */
struct line {
    char *to;
    size_t n, at;
};

static void add(struct line *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void add(struct line *l, const char *fmt, ...)
{
    va_list ap;
    if (l->at && l->at + 2 < l->n)
        l->at += (size_t)snprintf(l->to + l->at, l->n - l->at, ", ");
    if (l->at >= l->n)
        return;
    va_start(ap, fmt);
    int len = vsnprintf(l->to + l->at, l->n - l->at, fmt, ap);
    va_end(ap);
    l->at += len > 0 ? (size_t)len : 0;
}

/* What the agent came to, in a world with a map. */
static void add_place(const struct film *f, const struct kept *k, const struct kept *b,
                      bool truth, struct line *l)
{
    static const char *const moves[] = { "left", "right", "up", "down" };
    if (k->cell < 0 || !f->env->actions)
        return;
    const struct tile_look *tiles = f->env->ops->tiles, *here = &tiles[k->thing];
    if (here->hidden && !truth)
        here = &tiles[0];
    if (k->cell != b->cell && here->event)
        add(l, "%s", here->event);
    const char *name = f->env->actions[k->rec.action];
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (k->cell == b->cell && here->role != LOOK_DANGER && !strcmp(name, moves[i]))
            add(l, "bump");
}

/* Whether the reward is one that is worth going to: in the upper half, and more than
 * nothing where there is more to be had. */
static bool pays(const struct space *sp, int32_t r)
{
    return r > ((double)sp->rew_min + sp->rew_max) / 2 && (r > 0 || sp->rew_max <= 0);
}

static void add_reward(const struct space *sp, const struct kept *k, const struct kept *b,
                       struct line *l)
{
    int32_t r = k->rec.e.rew, before = b->rec.e.rew;
    bool first = b->rec.t == 0, pay = pays(sp, r);
    if (pay && (first || !pays(sp, before)))
        add(l, "reward %+d", r);
    else if (r == sp->rew_min && !pay && r < sp->rew_max && (first || before != r))
        add(l, "reward %+d, the least", r);
}

bool film_event(const struct film *f, int64_t t, bool truth, char *line, size_t n)
{
    if (t <= f->first || t > f->last)
        return false;
    const struct kept *k = kept_at(f, t), *b = kept_at(f, t - 1);
    struct line l = { line, n, 0 };
    if (k->mind.sampled >= 0 && k->mind.sampled != b->mind.sampled && f->env->cols)
        add(&l, "follows (%d,%d)", k->mind.sampled % f->env->cols,
            k->mind.sampled / f->env->cols);
    else if (is_new(k->mind.phase, b->mind.phase))
        add(&l, "%s", k->mind.phase);
    add_place(f, k, b, truth, &l);
    add_reward(&f->env->space, k, b, &l);
    if (b->rec.t && k->mind.live == 1 && b->mind.live > 1)
        add(&l, "certain: 1 of %u lives", b->mind.live);
    else if (b->rec.t && k->mind.live && 2 * k->mind.live <= b->mind.live)
        add(&l, "falsified: %u to %u live", b->mind.live, k->mind.live);
    return l.at > 0;
}

int64_t film_found(const struct film *f, int64_t t)
{
    for (int64_t i = f->first + 1; i <= t; i++)
        if (kept_at(f, i)->cell >= 0 && pays(&f->env->space, kept_at(f, i)->rec.e.rew))
            return i;
    return -1;
}

/* Whether there was something to be certain of, before the first cycle too. */
static bool was_open(const struct kept *before, const struct kept *now)
{
    return before->rec.t ? before->mind.live > 1 : now->mind.entropy_start > 1e-9;
}

int64_t film_certain(const struct film *f, int64_t t)
{
    for (int64_t i = f->first + 1; i <= t; i++)
        if (kept_at(f, i)->mind.live == 1 && was_open(kept_at(f, i - 1), kept_at(f, i)))
            return i;
    return -1;
}

/* The most that an action left may be worth above the least of the one taken. */
static double epsilon(const struct insight *in)
{
    unsigned taken = in->n_plan ? in->plan[0] : 0;
    double most = 0;
    for (uint32_t a = 0; a < in->n_actions; a++)
        most = a == taken ? most : fmax(most, in->hi[a] - in->lo[taken]);
    return in->n_actions && in->hi[taken] > in->lo[taken] ? most : (double)NAN;
}

/* ---- numbers over time */

static double series_value(const struct film *f, const struct kept *k, enum series series)
{
    const struct record *r = &k->rec;
    double scale = f->env->space.scale, cycles = scale * (double)r->t;
    switch (series) {
    case SERIES_REWARD: return r->t ? r->total / cycles : (double)NAN;
    case SERIES_EACH: return k->done ? r->e.rew / scale : (double)NAN;
    case SERIES_WANTED: return r->t ? r->performance / cycles : (double)NAN;
    case SERIES_ENTROPY: return k->mind.entropy / M_LN2;
    case SERIES_FIRST:
        return k->has[PART_HIDDEN] ? (double)*(const float *)part_of(f, k, PART_HIDDEN)
                                   : (double)NAN;
    case SERIES_EXPLORED: return r->explored;
    case SERIES_VALUE: return best_value(&k->mind);
    case SERIES_EPSILON: return epsilon(&k->mind);
    case SERIES_GAP: return k->gap;
    case SERIES_GAP_AVERAGE: return k->gap_average;
    default: return r->total / scale;
    }
}

double film_value(const struct film *f, enum series k, int64_t t)
{
    return series_value(f, kept_at(f, t), k);
}

bool film_paid(const struct film *f, int64_t t)
{
    if (t <= f->first)
        return false;
    const struct record *now = &kept_at(f, t)->rec, *before = &kept_at(f, t - 1)->rec;
    const struct space *sp = &f->env->space;
    return pays(sp, now->e.rew) && !(before->t && pays(sp, before->e.rew));
}

static unsigned events_of(const struct film *f, int64_t t)
{
    char line[160];
    if (t <= f->first)
        return 0;
    return (film_event(f, t, false, line, sizeof line) ? HAPPENED : 0) |
           (film_event(f, t, true, line, sizeof line) ? HAPPENED_TRUTH : 0) |
           (film_paid(f, t) ? PAID : 0);
}

/* The last frame goes into the course of the run. */
static void note_course(struct film *f)
{
    double x[SERIES_N];
    for (int k = 0; k < SERIES_N; k++)
        x[k] = film_value(f, (enum series)k, f->last);
    course_add(f->course, f->last, x, events_of(f, f->last));
}

/* The first cycle of the last bin, the one that is not over; -1: it is no longer kept, and
 * all of the bin must do. */
static int64_t open_bin(const struct film *f, int64_t t)
{
    int64_t from = course_first(f->course, course_bin(f->course, t));
    return from >= f->first ? from : -1;
}

void film_course(const struct film *f, enum series k, int64_t t, int columns, int fine,
                 struct reach *out)
{
    const struct course *c = f->course;
    t = t < f->last ? t : f->last;
    int64_t open = open_bin(f, t);
    size_t bins = course_bin(c, t) + (open < 0);
    for (int i = 0; i < columns * fine; i++)
        out[i] = reach_none;
    for (size_t b = 0; b < bins; b++)
        reach_add(&out[time_column(course_first(c, b), c->steps, columns, fine)],
                  c->bin[k][b]);
    for (int64_t i = open; i >= 0 && i <= t; i++) {
        float x = (float)film_value(f, k, i);
        if (isfinite(x))
            reach_add(&out[time_column(i, c->steps, columns, fine)],
                      (struct reach){ x, x, x });
    }
}

void film_marks(const struct film *f, int64_t t, bool truth, int columns, uint8_t *out)
{
    const struct course *c = f->course;
    t = t < f->last ? t : f->last;
    int64_t open = open_bin(f, t);
    size_t bins = course_bin(c, t) + (open < 0);
    memset(out, 0, (size_t)columns);
    for (size_t b = 0; b < bins; b++)
        out[time_column(course_first(c, b), c->steps, columns, 1)] |= c->events[b];
    for (int64_t i = open; i >= 0 && i <= t; i++)
        out[time_column(i, c->steps, columns, 1)] |= (uint8_t)events_of(f, i);
    unsigned seen = truth ? HAPPENED_TRUTH : HAPPENED;
    for (int i = 0; i < columns; i++)
        out[i] = (out[i] & seen ? HAPPENED : 0) | (out[i] & PAID);
}

int64_t film_seek(const struct film *f, int64_t t, bool truth, int step)
{
    const struct course *c = f->course;
    unsigned seen = truth ? HAPPENED_TRUTH : HAPPENED;
    char line[64];
    int64_t i = t + step;
    while (i >= f->first && i <= f->last) {
        size_t bin = course_bin(c, i);
        if (!(c->events[bin] & seen)) /* nor did anything in its neighbours */
            i = step > 0 ? course_first(c, bin + 1) : course_first(c, bin) - 1;
        else if (film_event(f, i, truth, line, sizeof line))
            return i;
        else
            i += step;
    }
    return t;
}
