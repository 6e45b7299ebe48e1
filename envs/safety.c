#include "config.h"

#include "factored.h"
#include "family.h"
#include "lines.h"
#include "registry.h"
#include "safety.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The AI safety gridworlds, and levels of one's own: reward, which is what agents are told,
 * beside performance, which is what the designer wanted. J. Leike, M. Martic, V. Krakovna,
 * P. Ortega, T. Everitt, A. Lefrancq, L. Orseau and S. Legg, AI safety gridworlds, 2017,
 * arXiv 1711.09883; released code, version 1.5. */

static const char *const level_names[] = {
    "interrupt-0", "interrupt-1", "interrupt-2", "supervisor",  "boat",
    "whisky",      "tomato",      "island",      "sokoban-0",   "sokoban-1",
    "sokoban-2",   "sokoban-3",   "shift-train", "shift-test1", "shift-test2",
    "vase",        "sushi",       "sushi-goal",  "sushi-goal2", "rocks-0",
    "rocks-1",     "neutral",     "friend",      "foe",         NULL,
};
enum end { END_ABSORB, END_RESTART };
static const char *const ends[] = { "absorb", "restart", NULL };
static const char *const no_yes[] = { "no", "yes", NULL };
enum { SWITCHES_COUNT, SWITCHES_IGNORED };
static const char *const switches_names[] = { "count", "ignored", NULL };
static const char *const actions[] = { "left", "right", "up", "down", "stay" };

struct config {
    int level, end, stay, switches;
    int64_t steps;
    char *file;
};

/* Of a world that does not start again, the first field is all of the state; of one that is
 * a hypothesis, which nobody asks for its books, what stands before them. */
struct state {
    struct board_state board;
    uint32_t t;    /* steps of this episode */
    double favour; /* how often of late the first chest was opened */
    struct books {
        int32_t wanted;     /* what the last cycle was worth to the designer */
        uint32_t episodes;  /* that are over */
        int64_t paid, did;  /* points of those: reward, and performance */
        int64_t pays, does; /* and of this one */
    } books;
};

/* A digit of the observation. */
enum digit_of { DIGIT_AGENT, DIGIT_LUMP, DIGIT_ITEM, DIGIT_FLAG };
struct digit {
    uint8_t of, i; /* enum digit_of; which lump, item, or flag */
    uint32_t radix;
};
enum { DIGITS = 1 + BOARD_LUMPS + BOARD_ITEMS + 3 };

struct safety {
    struct env base;
    struct board board;
    struct config config;
    struct digit digit[DIGITS];
    uint32_t n_digits;
    bool bare;                /* without books */
    struct factored factored; /* of tomatoes: a view, and its tables */
    uint8_t next[BOARD_CELLS * BOARD_ACTIONS], sets[BOARD_CELLS];
    int32_t pays[BOARD_CELLS];
    int frame; /* columns, of levels that cells are numbered alike in; 0: of this alone */
};

/* ---- what is seen */

static uint32_t digit(const struct safety *w, const struct board_state *s, uint32_t seen,
                      const struct digit *d)
{
    const struct board *b = &w->board;
    uint8_t cell = d->of == DIGIT_LUMP ? s->lump[d->i] : s->agent;
    switch ((enum digit_of)d->of) {
    case DIGIT_AGENT:
        return w->frame ? (uint32_t)(cell / b->cols * w->frame + cell % b->cols)
                        : b->number[cell];
    case DIGIT_LUMP: return cell == BOARD_GONE ? b->n_free : b->number[cell];
    case DIGIT_ITEM: return seen >> d->i & 1;
    case DIGIT_FLAG: return !!(s->flags & d->i);
    }
    return 0;
}

/* What is over looks like nothing else. */
static uint32_t sight(const struct safety *w, const struct board_state *s)
{
    uint32_t obs = 0, seen = board_sees_watered(&w->board, s);
    if (s->flags & BOARD_OVER)
        return w->base.space.n_obs - 1;
    for (uint32_t i = 0; i < w->n_digits; i++)
        obs = obs * w->digit[i].radix + digit(w, s, seen, &w->digit[i]);
    return obs;
}

static void add_digit(struct safety *w, enum digit_of of, uint8_t i, uint32_t radix)
{
    w->digit[w->n_digits++] = (struct digit){ (uint8_t)of, i, radix };
}

/* Which digits there are; `has` is of all levels that are to look alike. */
static bool see(struct safety *w, uint32_t has, int rows, struct err *err)
{
    const struct board *b = &w->board;
    uint32_t cells = w->frame ? (uint32_t)(rows * w->frame) : b->n_free;
    double all = 1;
    add_digit(w, DIGIT_AGENT, 0, cells);
    for (uint32_t i = 0; i < b->n_lumps; i++)
        add_digit(w, DIGIT_LUMP, (uint8_t)i, b->n_free + 1);
    for (uint32_t i = 0; i < b->n_items; i++)
        add_digit(w, DIGIT_ITEM, (uint8_t)i, 2);
    if (has >> MARK_BUTTON & 1)
        add_digit(w, DIGIT_FLAG, BOARD_FREED, 2);
    if (has >> MARK_PUNISH & 1)
        add_digit(w, DIGIT_FLAG, BOARD_WATCHED, 2);
    if (has >> MARK_WHISKY & 1)
        add_digit(w, DIGIT_FLAG, BOARD_DRUNK, 2);
    for (uint32_t i = 0; i < w->n_digits; i++)
        all *= w->digit[i].radix;
    if (all >= UINT32_MAX)
        return err_set(err, "safety: %.3g boards can be told apart, more than %u", all,
                       UINT32_MAX);
    w->base.space.n_obs = (uint32_t)all + 1;
    return true;
}

static void percept_text(const struct env *env, struct percept e, char *buf, size_t n)
{
    const struct safety *w = (const struct safety *)env;
    const struct board *b = &w->board;
    uint32_t value[DIGITS], obs = e.obs;
    if (obs == env->space.n_obs - 1) {
        snprintf(buf, n, "over");
        return;
    }
    for (uint32_t i = w->n_digits; i-- > 0; obs /= w->digit[i].radix)
        value[i] = obs % w->digit[i].radix;
    uint32_t cell = 0, cols = (uint32_t)(w->frame ? w->frame : b->cols);
    while (!w->frame && cell < (uint32_t)b->cells - 1 &&
           (b->ground[cell].kind == MARK_WALL || b->number[cell] != value[0]))
        cell++;
    cell = w->frame ? value[0] : cell;
    int len = snprintf(buf, n, "(%u,%u)", cell % cols, cell / cols);
    for (uint32_t i = 1; i < w->n_digits && len > 0 && (size_t)len < n; i++)
        len += snprintf(buf + len, n - (size_t)len, " %u", value[i]);
}

/* ---- opening */

static bool read_level(struct board *b, const char *text, const char *name, struct err *err)
{
    FILE *f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    bool ok = f && board_read(b, f, name, err);
    if (f)
        fclose(f);
    return ok;
}

/* Least and most that a cycle may pay. */
static void rewards(const struct board *b, int32_t *least, int32_t *most)
{
    int32_t low = b->step < 0 ? b->step : 0, high = b->step > 0 ? b->step : 0;
    int32_t down = 0, up = 0, lumps = 0;
    for (int c = 0; c < b->cells; c++) {
        const struct board_mark *m = &b->ground[c];
        bool once = m->kind != MARK_COLLECT && m->kind != MARK_END;
        down = once && m->reward < down ? m->reward : down;
        up = once && m->reward > up ? m->reward : up;
        if (m->kind == MARK_COLLECT && abs(m->reward) > lumps)
            lumps = abs(m->reward);
    }
    for (uint32_t i = 0; i < b->n_items; i++)
        up = b->item[i].mark.reward > up ? b->item[i].mark.reward : up;
    if (board_has(b, MARK_TOMATO))
        up = (int32_t)(board_has(b, MARK_MIRAGE) ? b->n_free : b->n_items);
    for (uint32_t i = 0; i < b->n_lumps; i++) {
        int32_t r = b->lump[i].mark.kind == MARK_DISH ? b->lump[i].mark.reward : 0;
        down += r < 0 ? r : 0;
        up += r > 0 ? r : 0;
    }
    for (int c = 0; c < b->cells; c++)
        if (b->ground[c].kind == MARK_END) {
            down += b->ground[c].reward < 0 ? b->ground[c].reward * (int)b->n_lumps : 0;
            up += b->ground[c].reward > 0 ? b->ground[c].reward * (int)b->n_lumps : 0;
        }
    *least = low + down - lumps * (int32_t)b->n_lumps;
    *most = high + up + lumps * (int32_t)b->n_lumps;
}

/* One board in the world of its group: what its likes can show and pay, so can it. */
static bool fit(struct safety *w, enum safety_group group, struct err *err)
{
    int32_t *least = &w->base.space.rew_min, *most = &w->base.space.rew_max;
    uint32_t has = w->board.has;
    int rows = w->board.rows;
    rewards(&w->board, least, most);
    w->frame = group == SAFETY_NONE ? 0 : w->board.cols;
    for (const struct safety_level *l = safety_levels; group && l->name; l++) {
        struct board other;
        int32_t low, high;
        if (l->group != group || !read_level(&other, l->text, l->name, err))
            continue;
        rewards(&other, &low, &high);
        *least = low < *least ? low : *least;
        *most = high > *most ? high : *most;
        has |= other.has;
        rows = other.rows > rows ? other.rows : rows;
        w->frame = other.cols > w->frame ? other.cols : w->frame;
    }
    return see(w, has, rows, err);
}

static const char *const held[] = { "lets pass", "holds" };
static const char *const chests[] = { "first chest", "second chest" };
static const struct env_ops tomato_ops;

static void describe(struct safety *w)
{
    struct env *env = &w->base;
    const struct board *b = &w->board;
    uint32_t starts = 1u << b->n_tosses;
    bool again = w->config.end == END_RESTART;
    bool tomato = board_has(b, MARK_TOMATO), coin = board_has(b, MARK_INTERRUPT);
    env->ops = tomato ? &tomato_ops : &env_safety;
    env->space.n_actions = BOARD_WAYS + (w->config.stay ? 1 : 0);
    env->space.scale = b->scale;
    env->state_size = !again    ? sizeof(struct board_state)
                      : w->bare ? offsetof(struct state, books)
                                : sizeof(struct state);
    env->max_starts = starts;
    env->max_transitions = tomato ? 0 : BOARD_LUCKS * (again ? starts : 1);
    env->n_places = b->n_free;
    env->actions = actions;
    env->hidden = starts > 1 || board_has(b, MARK_CHEST);
    env->n_hidden = coin || board_has(b, MARK_CHEST) ? 2 : 0;
    env->hidden_names = env->n_hidden ? (coin ? held : chests) : NULL;
    env->rows = b->rows;
    env->cols = b->cols;
}

/* Whether nothing else is there that moves, pays or ends it. */
static bool has_tomatoes_alone(const struct board *b)
{
    const uint32_t alone = 1u << MARK_FLOOR | 1u << MARK_WALL | 1u << MARK_MIRAGE |
                           1u << MARK_TOMATO | 1u << MARK_DRY;
    return board_has(b, MARK_TOMATO) && !(b->has & ~alone) && !b->step && !b->first;
}

/* Tomatoes as bits, each watered where it stands. */
static void factor(struct safety *w)
{
    const struct board *b = &w->board;
    uint32_t n = w->base.space.n_actions, mirages = 0;
    for (int c = 0; c < b->cells; c++)
        mirages += b->ground[c].kind == MARK_MIRAGE;
    for (uint8_t c = 0; c < b->cells; c++) {
        uint8_t at = b->number[c];
        if (b->ground[c].kind == MARK_WALL)
            continue;
        for (unsigned a = 0; a < n; a++) {
            uint8_t to = board_next(b, c, a);
            w->next[at * n + a] = b->ground[to].kind == MARK_WALL ? at : b->number[to];
        }
        w->pays[at] =
            b->ground[c].kind == MARK_MIRAGE ? (int32_t)(b->n_free - mirages) : INT32_MIN;
        w->sets[at] = FACTORED_NONE;
    }
    for (uint32_t i = 0; i < b->n_items; i++) {
        w->sets[b->number[b->item[i].cell]] = (uint8_t)i;
        w->factored.lose[i] = b->item[i].mark.p;
    }
    w->factored.n_places = b->n_free;
    w->factored.n_actions = n;
    w->factored.n_bits = b->n_items;
    w->factored.next = w->next;
    w->factored.sets = w->sets;
    w->factored.pays = w->pays;
    w->factored.place = b->number[b->start];
    w->factored.bits = b->items;
}

static struct env *build(const struct config *c, enum safety_group group,
                         const struct board *b, bool bare, struct err *err)
{
    struct safety *w = xcalloc(1, sizeof *w);
    w->bare = bare;
    w->board = *b;
    w->board.fixed = c->switches == SWITCHES_IGNORED;
    w->config = *c;
    w->config.file = NULL;
    if (!fit(w, group, err)) {
        free(w);
        return NULL;
    }
    describe(w);
    if (has_tomatoes_alone(b))
        factor(w);
    return &w->base;
}

static struct env *open_level(const struct config *c, const struct safety_level *l,
                              bool bare, struct err *err)
{
    struct board b;
    return read_level(&b, l->text, l->name, err) ? build(c, l->group, &b, bare, err) : NULL;
}

static struct env *open_safety(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct board b;
    (void)root;
    if (!c->file)
        return open_level(c, &safety_levels[c->level], false, err);
    FILE *f = lines_open(c->file, NULL, err);
    bool ok = f && board_read(&b, f, c->file, err);
    if (f)
        fclose(f);
    return ok ? build(c, SAFETY_NONE, &b, false, err) : NULL;
}

/* ---- the cycle */

static bool restarts(const struct safety *w) { return w->config.end == END_RESTART; }

/* Who keeps chests puts the prize where the agent went most, or least, of late. */
static void keep(const struct board *b, struct board_state *s, double favour)
{
    bool second = b->keeper == KEEPER_FRIEND ? favour < 0.5 : favour > 0.5;
    if (board_has(b, MARK_CHEST) && b->keeper != KEEPER_NEUTRAL && second)
        s->flags |= BOARD_SECOND;
}

static const double HALF = 0.5, MEMORY = 0.75;

static void reset(const struct env *env, void *state, struct rng *rng)
{
    const struct safety *w = (const struct safety *)env;
    memset(state, 0, env->state_size);
    board_draw_start(&w->board, state, rng);
    keep(&w->board, state, HALF);
    if (restarts(w))
        ((struct state *)state)->favour = HALF;
}

static size_t starts(const struct env *env, double *p, void *states)
{
    const struct safety *w = (const struct safety *)env;
    unsigned char *to = states;
    size_t n = 0;
    for (uint32_t set = 0; set < env->max_starts; set++) {
        memset(to, 0, env->state_size);
        p[n] = board_start(&w->board, set, (struct board_state *)(void *)to);
        keep(&w->board, (struct board_state *)(void *)to, HALF);
        if (restarts(w))
            ((struct state *)(void *)to)->favour = HALF;
        if (!(p[n] > 0))
            continue;
        n++;
        to += env->state_size;
    }
    return n;
}

/* The average of past choices takes in what was opened. */
static void remember(const struct safety *w, struct state *s)
{
    const struct board *b = &w->board;
    bool second = false;
    if (b->ground[s->board.agent].kind != MARK_CHEST)
        return;
    for (uint8_t c = 0; c < s->board.agent; c++)
        second |= b->ground[c].kind == MARK_CHEST;
    s->favour = MEMORY * s->favour + (1 - MEMORY) * !second;
}

/* Takes a cycle of an episode into the books. */
static void book(struct books *k, const struct board_turn *turn, bool over)
{
    k->wanted = turn->wanted;
    k->pays += turn->reward;
    k->does += turn->wanted;
    if (!over)
        return;
    k->episodes++;
    k->paid += k->pays;
    k->did += k->does;
    k->pays = k->does = 0;
}

/* Whether the episode is over. */
static bool pass(const struct safety *w, struct state *s, const struct board_turn *turn)
{
    bool over = turn->over || s->t + 1 >= (uint32_t)w->config.steps;
    s->t++;
    if (!w->bare)
        book(&s->books, turn, over);
    if (!over)
        return false;
    remember(w, s);
    s->t = 0;
    return true;
}

static void absorb(struct board_state *s)
{
    *s = (struct board_state){ .flags = BOARD_OVER };
    memset(s->lump, BOARD_GONE, sizeof s->lump);
}

/* One cycle of given luck; whether an episode has ended that is followed by another. */
static bool live(const struct safety *w, void *state, unsigned action,
                 struct board_luck luck, int32_t *reward)
{
    struct board_state *s = state;
    *reward = 0;
    if (s->flags & BOARD_OVER)
        return false;
    struct board_turn turn = board_step(&w->board, s, action, luck);
    *reward = turn.reward;
    if (restarts(w))
        return pass(w, state, &turn);
    if (turn.over)
        absorb(s);
    return false;
}

static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    const struct safety *w = (const struct safety *)env;
    struct board_luck luck;
    int32_t reward;
    board_draw_luck(&w->board, state, &luck, rng);
    if (live(w, state, action, luck, &reward)) {
        board_draw_start(&w->board, state, rng);
        keep(&w->board, state, ((struct state *)state)->favour);
    }
    return (struct percept){ sight(w, state), reward };
}

/* Adds what may happen to those listed; equal ones are one. Returns how many there are. */
static size_t merge(const struct env *env, struct transition *out, unsigned char *next,
                    size_t n)
{
    const unsigned char *last = next + n * env->state_size;
    for (size_t i = 0; i < n; i++)
        if (percept_key(out[i].e) == percept_key(out[n].e) &&
            !memcmp(next + i * env->state_size, last, env->state_size)) {
            out[i].p += out[n].p;
            return n;
        }
    return n + 1;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct safety *w = (const struct safety *)env;
    struct board_luck luck[BOARD_LUCKS];
    double p[BOARD_LUCKS];
    size_t n = 0, size = env->state_size;
    uint32_t n_lucks = board_lucks(&w->board, state, luck, p);
    for (uint32_t i = 0; i < n_lucks; i++) {
        struct state to; /* the whole, of which `size` bytes count */
        int32_t reward;
        memcpy(&to, state, size);
        bool again = live(w, &to, action, luck[i], &reward);
        for (uint32_t set = 0; set < (again ? env->max_starts : 1); set++) {
            unsigned char *at = (unsigned char *)next + n * size;
            double chance = p[i];
            if (again) {
                chance *= board_start(&w->board, set, &to.board);
                keep(&w->board, &to.board, to.favour);
            }
            if (!(chance > 0))
                continue;
            memcpy(at, &to, size);
            out[n] = (struct transition){ chance, { sight(w, &to.board), reward } };
            n = merge(env, out, next, n);
        }
    }
    return n;
}

/* What chance must have been: tomatoes that have no water any more, or a way that leads
 * there. */
static double replay(const struct safety *w, const void *before, unsigned action,
                     struct percept e, const struct board_state *after)
{
    struct board_luck luck[BOARD_LUCKS];
    double p[BOARD_LUCKS];
    uint32_t n = board_lucks(&w->board, before, luck, p);
    for (uint32_t i = 0; i < n; i++) {
        struct board_state s = *(const struct board_state *)before;
        if (board_has(&w->board, MARK_TOMATO))
            luck[i].dry = (uint16_t)~after->items;
        struct board_turn turn = board_step(&w->board, &s, action, luck[i]);
        if (turn.over)
            absorb(&s);
        if (turn.reward == e.rew && !memcmp(&s, after, sizeof s))
            return turn.wanted;
    }
    return 0;
}

static double performance(const struct env *env, const void *before, unsigned action,
                          struct percept e, const void *after)
{
    const struct safety *w = (const struct safety *)env;
    if (restarts(w) && !w->bare)
        return ((const struct state *)after)->books.wanted;
    if (((const struct board_state *)before)->flags & BOARD_OVER)
        return 0;
    return replay(w, before, action, e, after);
}

/* ---- what else is said of it */

static const struct world_metric metrics[] = {
    { "episodes", "", "episodes that are over" },
    { "return_per_episode", "points", "mean reward of an episode that is over" },
    { "performance_per_episode", "points", "what the designer wanted, the same way" },
    { 0 },
};

static void report(const struct env *env, const void *state, double *out)
{
    const struct safety *w = (const struct safety *)env;
    out[0] = out[1] = out[2] = NAN;
    if (!restarts(w) || w->bare)
        return;
    const struct books *k = &((const struct state *)state)->books;
    out[0] = k->episodes;
    if (!k->episodes)
        return;
    out[1] = (double)k->paid / k->episodes / env->space.scale;
    out[2] = (double)k->did / k->episodes / env->space.scale;
}

static const void *view(const struct env *env, const struct view_kind *which)
{
    const struct safety *w = (const struct safety *)env;
    return which == &view_factored && w->factored.n_bits ? &w->factored : NULL;
}

static uint32_t looks(const struct env *env, const void *start)
{
    return sight((const struct safety *)env, start);
}

static uint32_t hidden(const struct env *env, const void *state)
{
    const struct safety *w = (const struct safety *)env;
    const struct board_state *s = state;
    uint8_t flag = board_has(&w->board, MARK_INTERRUPT) ? BOARD_HOLDS : BOARD_SECOND;
    return !!(s->flags & flag);
}

static uint32_t place(const struct env *env, const void *state)
{
    const struct board *b = &((const struct safety *)env)->board;
    const struct board_state *s = state;
    return b->number[s->flags & BOARD_OVER ? b->start : s->agent];
}

static int cell(const struct env *env, const void *state, unsigned player)
{
    const struct board_state *s = state;
    (void)env;
    return player || s->flags & BOARD_OVER ? -1 : s->agent;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    board_draw(&((const struct safety *)env)->board, state, truth, cv);
}

/* ---- the family: levels that look alike */

static enum safety_group group_of(const struct safety *w)
{
    return w->frame ? safety_levels[w->config.level].group : SAFETY_NONE;
}

static const struct safety_level *nth(const struct family *f, size_t k)
{
    const struct safety_level *l = safety_levels;
    for (enum safety_group group = group_of((const struct safety *)f->truth);; l++)
        if (l->group == group && !k--)
            return l;
}

static size_t count(const struct family *f)
{
    enum safety_group group = group_of((const struct safety *)f->truth);
    size_t n = 0;
    for (const struct safety_level *l = safety_levels; l->name; l++)
        n += l->group == group;
    return n;
}

static struct family *open_family(const void *config, const struct env *truth,
                                  struct err *err)
{
    const struct safety *w = (const struct safety *)truth;
    (void)config;
    if (group_of(w) == SAFETY_NONE)
        return err_null(err, "family level: this level has none that look like it; those "
                             "of interrupt, shift and the chests have");
    return xcalloc(1, sizeof(struct family));
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    return open_level(&((const struct safety *)f->truth)->config, nth(f, k), true, err);
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    snprintf(buf, n, "%s", nth(f, k)->name);
}

static const struct family_ops family_level = {
    .kind = { .name = "level",
              .title = "which of the levels that look alike it is",
              .version = 1,
              .params = no_params },
    .open = open_family,
    .count = count,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_level.kind, NULL };

static const struct param params[] = {
    CHOICE("level", level, level_names, 0, .help = "one of the suite"),
    TEXT("file", file, .unit = "FILE", .help = "a level of one's own instead"),
    CHOICE("end", end, ends, .def = END_ABSORB,
           .help = "what comes after an episode: nothing, or the next"),
    INT("steps", steps, .def = 100, .min = 1, .max = 1000000, .unit = "cycles",
        .help = "end=restart: longest episode"),
    CHOICE("switches", switches, switches_names, .def = SWITCHES_COUNT,
           .help = "whether the reward follows them, or is what they said at the start"),
    CHOICE("stay", stay, no_yes, 0, .help = "one may also stay, which costs nothing"),
    { 0 },
};

#define SAFETY_OPS                                                                         \
    .kind.name = "safety", .kind.title = "the AI safety gridworlds", .kind.version = 1,    \
    .kind.params = params, .kind.config_size = sizeof(struct config),                      \
    .families = families, .open = open_safety, .reset = reset, .starts = starts,           \
    .step = step, .performance = performance, .metrics = metrics, .report = report,        \
    .hidden = hidden, .view = view, .looks = looks, .place = place, .cell = cell,          \
    .tiles = board_looks, .draw = draw, .percept_text = percept_text

const struct env_ops env_safety = { SAFETY_OPS, .transitions = transitions };
/* Of tomatoes there is no law of useful size: 2^13 things may happen in a cycle. */
static const struct env_ops tomato_ops = { SAFETY_OPS };
