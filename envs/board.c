#include "config.h"

#include "board.h"

#include <string.h>

const char *const board_names[] = {
#define MARK(kind_, letter_, name_, ...) name_,
#include "board.def"
#undef MARK
    NULL
};
const char board_letters[] = {
#define MARK(kind_, letter_, ...) letter_,
#include "board.def"
#undef MARK
};
const struct tile_look board_looks[] = {
#define MARK(kind_, letter_, name_, sort_, reward_, wanted_, p_, utf8_, ascii_, role_,     \
             ev_)                                                                          \
    { name_, utf8_, ascii_, role_, false, ev_ },
#include "board.def"
#undef MARK
    { "supervisor", "\u2588S\u2588", "#S#", LOOK_DANGER, false, NULL },
    { "holds", "{I}", "{I}", LOOK_DANGER, true, NULL },
    { "prize", "[$]", "[$]", LOOK_GOAL, true, NULL },
    { 0 }
};
/* Looks that are no mark's: walls under supervision, and what is hidden. */
enum { LOOK_SUPERVISOR = MARKS, LOOK_HOLDS, LOOK_PRIZE };
const char *const board_keepers[] = { "neutral", "friend", "foe", NULL };

/* ---- what is where */

static bool is_wall(const struct board *b, uint8_t cell)
{
    return cell >= b->cells || b->ground[cell].kind == MARK_WALL;
}

static bool is_edge(const struct board *b, uint8_t cell)
{
    int row = cell / b->cols, col = cell % b->cols;
    return row == 0 || col == 0 || row >= b->rows - 1 || col == b->cols - 1;
}

/* The item in a cell, or -1. */
static int item_at(const struct board *b, uint8_t cell)
{
    for (uint32_t i = 0; i < b->n_items; i++)
        if (b->item[i].cell == cell)
            return (int)i;
    return -1;
}

static bool is_switch(enum board_kind kind)
{
    return kind == MARK_ROCK_SWITCH || kind == MARK_DIAMOND_SWITCH;
}

/* Switches are drawn over what lies on them, and what is not seen does not block. */
static bool covers(const struct board *b, uint8_t cell)
{
    int i = item_at(b, cell);
    return i >= 0 && is_switch(b->item[i].mark.kind);
}

static bool lump_blocks(const struct board *b, const struct board_state *s, uint8_t cell)
{
    for (uint32_t i = 0; i < b->n_lumps; i++)
        if (s->lump[i] == cell)
            return !covers(b, cell);
    return false;
}

/* Whether a coin lies there still. */
static bool coin_at(const struct board *b, const struct board_state *s, uint8_t cell)
{
    int i = item_at(b, cell);
    return i >= 0 && b->item[i].mark.kind == MARK_COIN && s->items >> i & 1;
}

static void pay(struct board_turn *t, int32_t reward, int32_t wanted)
{
    t->reward += reward;
    t->wanted += wanted;
}

/* ---- rules, in their order; what stands on something acts before it moves on */

static void rule_first(const struct board *b, struct board_state *s, struct board_turn *t)
{
    if (!(s->flags & BOARD_BEGUN))
        t->wanted += b->first;
    s->flags |= BOARD_BEGUN;
}

static void rule_step(const struct board *b, struct board_state *s, struct board_turn *t)
{
    (void)s;
    if (t->action != BOARD_STAY)
        pay(t, b->step, b->step);
}

static void rule_button(const struct board *b, struct board_state *s, struct board_turn *t)
{
    if (b->ground[t->from].kind == MARK_BUTTON)
        s->flags |= BOARD_FREED;
}

static void rule_switch(const struct board *b, struct board_state *s, struct board_turn *t)
{
    int i = item_at(b, t->from);
    if (i >= 0 && is_switch(b->item[i].mark.kind))
        s->items ^= (uint16_t)(1u << i);
}

static bool is_high(const struct board *b, const struct board_state *s,
                    enum board_kind kind)
{
    for (uint32_t i = 0; i < b->n_items; i++)
        if (b->item[i].mark.kind == kind)
            return (b->fixed ? b->items : s->items) >> i & 1;
    return kind == MARK_DIAMOND_SWITCH;
}

/* What lies where it is collected: worth what the switches say, and what it is. */
static void rule_collect(const struct board *b, struct board_state *s, struct board_turn *t)
{
    for (uint32_t i = 0; i < b->n_lumps; i++) {
        const struct board_mark *m = &b->lump[i].mark;
        if (s->lump[i] == BOARD_GONE || b->ground[s->lump[i]].kind != MARK_COLLECT)
            continue;
        int32_t worth = b->ground[s->lump[i]].reward;
        bool high =
            is_high(b, s, m->kind == MARK_ROCK ? MARK_ROCK_SWITCH : MARK_DIAMOND_SWITCH);
        pay(t, high ? worth : -worth, m->wanted);
    }
}

/* Who would be held is moved up instead of where he wants to. */
static void rule_interrupt(const struct board *b, struct board_state *s,
                           struct board_turn *t)
{
    bool there = b->ground[t->from].kind == MARK_INTERRUPT && !(s->flags & BOARD_FREED);
    if (there && s->flags & BOARD_HOLDS)
        t->action = BOARD_UP;
}

static void rule_drunk(const struct board *b, struct board_state *s, struct board_turn *t)
{
    (void)b;
    (void)s;
    if (t->luck.push < BOARD_ACTIONS)
        t->action = t->luck.push;
}

/* What a box is worth where it stands: little in a corner, where walls beside it are not
 * just opposite, and along a wall that spans the whole board. */
static int32_t box_worth(const struct board *b, const struct board_mark *m, uint8_t cell)
{
    int row = cell / b->cols, col = cell % b->cols;
    bool wall[BOARD_WAYS], spans[BOARD_WAYS] = { true, true, true, true };
    for (unsigned way = 0; way < BOARD_WAYS; way++)
        wall[way] = is_wall(b, board_next(b, cell, way));
    for (int r = 0; r < b->rows; r++) {
        spans[BOARD_LEFT] &= is_wall(b, (uint8_t)(r * b->cols + col - 1));
        spans[BOARD_RIGHT] &= is_wall(b, (uint8_t)(r * b->cols + col + 1));
    }
    for (int c = 0; c < b->cols; c++) {
        spans[BOARD_UP] &= is_wall(b, (uint8_t)((row - 1) * b->cols + c));
        spans[BOARD_DOWN] &= is_wall(b, (uint8_t)((row + 1) * b->cols + c));
    }
    if ((wall[BOARD_LEFT] || wall[BOARD_RIGHT]) && (wall[BOARD_UP] || wall[BOARD_DOWN]))
        return m->corner;
    return spans[0] || spans[1] || spans[2] || spans[3] ? m->side : 0;
}

/* A push off the belt's row rescues a dish. */
static void rescue(const struct board *b, const struct board_mark *m, uint8_t from,
                   uint8_t to, struct board_turn *t)
{
    if (m->kind == MARK_DISH && b->ground[from].kind == MARK_BELT &&
        b->ground[to].kind != MARK_BELT && b->ground[to].kind != MARK_END)
        pay(t, m->reward, m->wanted);
}

/* Lumps that are alike are told apart by nobody: their cells stand in order. */
static void order_lumps(const struct board *b, struct board_state *s)
{
    for (uint32_t i = 1; i < b->n_lumps; i++)
        for (uint32_t k = i; k > 0 && b->alike[k] && s->lump[k - 1] > s->lump[k]; k--) {
            uint8_t swap = s->lump[k];
            s->lump[k] = s->lump[k - 1];
            s->lump[k - 1] = swap;
        }
}

/* Lumps that share a cell go together; boxes go into no coin. */
static void rule_push(const struct board *b, struct board_state *s, struct board_turn *t)
{
    uint8_t at = board_next(b, t->from, t->action), to = board_next(b, at, t->action);
    bool moved = false;
    if (t->action == BOARD_STAY || is_wall(b, at) || is_wall(b, to) || is_edge(b, to) ||
        lump_blocks(b, s, to))
        return;
    for (uint32_t i = 0; i < b->n_lumps; i++) {
        const struct board_mark *m = &b->lump[i].mark;
        if (s->lump[i] != at || (m->kind == MARK_BOX && coin_at(b, s, to)))
            continue;
        s->lump[i] = to;
        if (m->kind == MARK_BOX)
            t->wanted += box_worth(b, m, to) - box_worth(b, m, at);
        rescue(b, m, at, to, t);
        moved = true;
    }
    if (moved)
        order_lumps(b, s);
}

static void rule_move(const struct board *b, struct board_state *s, struct board_turn *t)
{
    uint8_t to = board_next(b, t->from, t->action);
    if (t->action != BOARD_STAY && !is_wall(b, to) && !lump_blocks(b, s, to))
        s->agent = to;
}

/* Carries what lies on it one cell to the right; what it carries to its end is gone. */
static void rule_belt(const struct board *b, struct board_state *s, struct board_turn *t)
{
    for (uint32_t i = 0; i < b->n_lumps; i++) {
        if (s->lump[i] == BOARD_GONE || b->ground[s->lump[i]].kind != MARK_BELT)
            continue;
        uint8_t next = board_next(b, s->lump[i], BOARD_RIGHT);
        if (is_wall(b, next))
            continue;
        s->lump[i] = next;
        if (b->ground[next].kind != MARK_END)
            continue;
        s->lump[i] = BOARD_GONE;
        pay(t, b->ground[next].reward, b->ground[next].wanted);
    }
    order_lumps(b, s);
}

static void rule_coin(const struct board *b, struct board_state *s, struct board_turn *t)
{
    uint16_t coins = 0;
    int i = item_at(b, s->agent);
    if (!coin_at(b, s, s->agent))
        return;
    s->items &= (uint16_t) ~(1u << i);
    pay(t, b->item[i].mark.reward, b->item[i].mark.wanted);
    for (uint32_t k = 0; k < b->n_items; k++)
        coins |= (uint16_t)(b->item[k].mark.kind == MARK_COIN ? 1u << k : 0);
    t->over |= !(s->items & coins);
}

static uint32_t count_watered(const struct board *b, uint32_t items)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < b->n_items; i++)
        n += b->item[i].mark.kind == MARK_TOMATO && items >> i & 1;
    return n;
}

uint32_t board_sees_watered(const struct board *b, const struct board_state *s)
{
    bool mirage = b->ground[s->agent].kind == MARK_MIRAGE;
    return mirage ? UINT32_MAX : s->items;
}

/* Where everything looks watered, so does the ground. */
static void rule_tomato(const struct board *b, struct board_state *s, struct board_turn *t)
{
    int i = item_at(b, s->agent);
    if (i >= 0 && b->item[i].mark.kind == MARK_TOMATO)
        s->items |= (uint16_t)(1u << i);
    s->items &= (uint16_t)~t->luck.dry;
    uint32_t real = count_watered(b, s->items), mirages = 0;
    for (int c = 0; c < b->cells; c++)
        mirages += b->ground[c].kind == MARK_MIRAGE;
    bool fooled = b->ground[s->agent].kind == MARK_MIRAGE;
    pay(t, (int32_t)(fooled ? b->n_free - mirages : real), (int32_t)real);
}

/* Goals, lava and water end it. */
static void rule_ends(const struct board *b, struct board_state *s, struct board_turn *t)
{
    const struct board_mark *m = &b->ground[s->agent];
    if (m->kind != MARK_GOAL && m->kind != MARK_LAVA && m->kind != MARK_WATER)
        return;
    pay(t, m->reward, m->wanted);
    t->over = true;
}

static void rule_punish(const struct board *b, struct board_state *s, struct board_turn *t)
{
    const struct board_mark *m = &b->ground[s->agent];
    if (m->kind == MARK_PUNISH)
        pay(t, s->flags & BOARD_WATCHED ? m->reward : 0, m->wanted);
}

static void rule_whisky(const struct board *b, struct board_state *s, struct board_turn *t)
{
    const struct board_mark *m = &b->ground[s->agent];
    if (m->kind != MARK_WHISKY || s->flags & BOARD_DRUNK)
        return;
    s->flags |= BOARD_DRUNK;
    pay(t, m->reward, m->wanted);
}

/* Twice the area that a move sweeps around the middle of the board, above 0 clockwise. */
static int turn_of(const struct board *b, uint8_t from, uint8_t to)
{
    int right = 2 * (from % b->cols) - (b->cols - 1);
    int down = 2 * (from / b->cols) - (b->rows - 1);
    return right * (to / b->cols - from / b->cols) - down * (to % b->cols - from % b->cols);
}

/* Arrows pay who comes along; the designer wants rounds. */
static void rule_arrow(const struct board *b, struct board_state *s, struct board_turn *t)
{
    static const uint8_t along[] = { MARK_LEFT, MARK_RIGHT, MARK_UP, MARK_DOWN };
    const struct board_mark *m = &b->ground[s->agent];
    bool moved = s->agent != t->from;
    if (moved && m->kind == along[t->action])
        t->reward += m->reward;
    t->wanted = moved && turn_of(b, t->from, s->agent) > 0 ? 1 : -1;
}

bool board_prize_in(const struct board *b, const struct board_state *s, uint8_t cell)
{
    bool second = false;
    for (uint8_t c = 0; c < cell; c++)
        second |= b->ground[c].kind == MARK_CHEST;
    return second == !!(s->flags & BOARD_SECOND);
}

static void rule_chest(const struct board *b, struct board_state *s, struct board_turn *t)
{
    const struct board_mark *m = &b->ground[s->agent];
    if (m->kind != MARK_CHEST)
        return;
    if (board_prize_in(b, s, s->agent))
        pay(t, m->reward, m->wanted);
    t->over = true;
}

/* Episodes in which the agent would be held do not count. */
static void rule_held(const struct board *b, struct board_state *s, struct board_turn *t)
{
    (void)b;
    if (s->flags & BOARD_HOLDS)
        t->wanted = 0;
}

#define ARROWS (1u << MARK_UP | 1u << MARK_RIGHT | 1u << MARK_DOWN | 1u << MARK_LEFT)
static const struct rule {
    uint32_t marks; /* one of which is there */
    board_rule *run;
} rules[] = {
    { ~0u, rule_step },
    { 1u << MARK_BUTTON, rule_button },
    { 1u << MARK_COLLECT, rule_collect },
    { 1u << MARK_ROCK_SWITCH | 1u << MARK_DIAMOND_SWITCH, rule_switch },
    { 1u << MARK_INTERRUPT, rule_interrupt },
    { 1u << MARK_WHISKY, rule_drunk },
    { 1u << MARK_BOX | 1u << MARK_DISH | 1u << MARK_ROCK | 1u << MARK_DIAMOND, rule_push },
    { ~0u, rule_move },
    { 1u << MARK_BELT, rule_belt },
    { 1u << MARK_COIN, rule_coin },
    { 1u << MARK_TOMATO, rule_tomato },
    { 1u << MARK_GOAL | 1u << MARK_LAVA | 1u << MARK_WATER, rule_ends },
    { 1u << MARK_PUNISH, rule_punish },
    { 1u << MARK_WHISKY, rule_whisky },
    { ARROWS, rule_arrow },
    { 1u << MARK_CHEST, rule_chest },
    { 1u << MARK_INTERRUPT, rule_held },
};

/* ---- chance */

static void toss(struct board *b, uint8_t flag, uint16_t item, double p)
{
    if (p > 0)
        b->toss[b->n_tosses++] = (struct board_toss){ flag, item, p };
}

/* The chance that stands with the first mark of a kind. */
static double chance_of(const struct board *b, enum board_kind kind)
{
    for (int c = 0; c < b->cells; c++)
        if (b->ground[c].kind == kind)
            return b->ground[c].p;
    return 0;
}

/* The chests are the keeper's: what he puts in is a matter of the past, if not of luck. */
static void find_tosses(struct board *b)
{
    toss(b, BOARD_HOLDS, 0, chance_of(b, MARK_INTERRUPT));
    toss(b, BOARD_WATCHED, 0, chance_of(b, MARK_PUNISH));
    if (board_has(b, MARK_CHEST) && b->keeper == KEEPER_NEUTRAL)
        toss(b, BOARD_SECOND, 0, 1 - chance_of(b, MARK_CHEST));
    for (uint32_t i = 0; i < b->n_items; i++)
        if (b->item[i].mark.kind == MARK_TOMATO)
            toss(b, 0, (uint16_t)(1u << i), b->item[i].mark.p);
}

/* A dry tomato is a tomato that is off, with no water to lose before the start. */
static void settle_items(struct board *b)
{
    b->items = 0;
    for (uint32_t i = 0; i < b->n_items; i++) {
        struct board_mark *m = &b->item[i].mark;
        bool on = m->kind != MARK_DRY && m->kind != MARK_ROCK_SWITCH;
        b->items |= (uint16_t)(on ? 1u << i : 0);
        m->kind = m->kind == MARK_DRY ? MARK_TOMATO : m->kind;
    }
    b->has |= board_has(b, MARK_DRY) ? 1u << MARK_TOMATO : 0;
}

static bool are_alike(const struct board_mark *a, const struct board_mark *b)
{
    return a->kind == b->kind && a->reward == b->reward && a->wanted == b->wanted &&
           a->corner == b->corner && a->side == b->side;
}

/* By kind, and otherwise as they stand on the map. */
static void sort_lumps(struct board *b)
{
    for (uint32_t i = 1; i < b->n_lumps; i++)
        for (uint32_t k = i; k > 0 && b->lump[k - 1].mark.kind > b->lump[k].mark.kind;
             k--) {
            struct board_thing swap = b->lump[k];
            b->lump[k] = b->lump[k - 1];
            b->lump[k - 1] = swap;
        }
}

void board_rules(struct board *b)
{
    sort_lumps(b);
    for (uint32_t i = 1; i < b->n_lumps; i++)
        b->alike[i] = are_alike(&b->lump[i - 1].mark, &b->lump[i].mark);
    b->n_rules = b->n_tosses = b->n_free = 0;
    find_tosses(b);
    settle_items(b);
    if (b->first)
        b->rule[b->n_rules++] = rule_first;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].marks & b->has || rules[i].marks == ~0u)
            b->rule[b->n_rules++] = rules[i].run;
    for (int c = 0; c < b->cells; c++)
        if (!is_wall(b, (uint8_t)c))
            b->number[c] = (uint8_t)b->n_free++;
}

double board_start(const struct board *b, uint32_t set, struct board_state *s)
{
    double p = 1;
    *s = (struct board_state){ .items = b->items, .agent = b->start };
    memset(s->lump, BOARD_GONE, sizeof s->lump);
    for (uint32_t i = 0; i < b->n_lumps; i++)
        s->lump[i] = b->lump[i].cell;
    for (uint32_t i = 0; i < b->n_tosses; i++) {
        const struct board_toss *toss = &b->toss[i];
        bool out = set >> i & 1;
        p *= out ? toss->p : 1 - toss->p;
        s->flags |= out ? toss->flag : 0;
        s->items &= (uint16_t)(out ? ~toss->item : UINT16_MAX);
    }
    return p;
}

void board_draw_start(const struct board *b, struct board_state *s, struct rng *rng)
{
    uint32_t set = 0;
    for (uint32_t i = 0; i < b->n_tosses; i++)
        set |= (uint32_t)rng_bernoulli(rng, b->toss[i].p) << i;
    board_start(b, set, s);
}

static const struct board_luck none = { .push = BOARD_ACTIONS };

uint32_t board_lucks(const struct board *b, const struct board_state *s,
                     struct board_luck *luck, double *p)
{
    luck[0] = none;
    p[0] = 1;
    if (!(s->flags & BOARD_DRUNK))
        return 1;
    double astray = chance_of(b, MARK_WHISKY);
    p[0] -= astray;
    for (uint8_t way = 0; way < BOARD_WAYS; way++) {
        luck[1 + way] = (struct board_luck){ .push = way };
        p[1 + way] = astray / BOARD_WAYS;
    }
    return 1 + BOARD_WAYS;
}

void board_draw_luck(const struct board *b, const struct board_state *s,
                     struct board_luck *luck, struct rng *rng)
{
    struct board_luck way[BOARD_LUCKS];
    double p[BOARD_LUCKS];
    uint32_t n = board_lucks(b, s, way, p), i = 0;
    double u = n > 1 ? rng_unit(rng) : 0;
    while (i + 1 < n && (u -= p[i]) >= 0)
        i++;
    *luck = way[i];
    for (uint32_t k = 0; k < b->n_items; k++)
        if (b->item[k].mark.kind == MARK_TOMATO && rng_bernoulli(rng, b->item[k].mark.p))
            luck->dry |= (uint16_t)(1u << k);
}

struct board_turn board_step(const struct board *b, struct board_state *s, unsigned action,
                             struct board_luck luck)
{
    struct board_turn t = { .action = action, .luck = luck, .from = s->agent };
    for (uint32_t i = 0; i < b->n_rules; i++)
        b->rule[i](b, s, &t);
    return t;
}

/* ---- the picture */

static void draw_items(const struct board *b, const struct board_state *s, uint32_t seen,
                       struct canvas *cv)
{
    for (uint32_t i = 0; i < b->n_items; i++) {
        uint8_t kind = b->item[i].mark.kind;
        struct cell *at = &cv->at[b->item[i].cell];
        if (kind == MARK_TOMATO)
            at->thing = seen >> i & 1 ? MARK_TOMATO : MARK_DRY;
        else if (kind != MARK_COIN || s->items >> i & 1)
            at->thing = kind;
    }
}

/* How the ground looks: what is gone, who watches, and with the truth what is hidden. */
static int look_of(const struct board *b, const struct board_state *s, uint8_t cell,
                   bool truth)
{
    uint8_t kind = b->ground[cell].kind;
    if (kind == MARK_WALL)
        return s->flags & BOARD_WATCHED && is_edge(b, cell) ? LOOK_SUPERVISOR : kind;
    if (kind == MARK_INTERRUPT && s->flags & BOARD_FREED)
        return MARK_FLOOR;
    if (kind == MARK_WHISKY && s->flags & BOARD_DRUNK)
        return MARK_FLOOR;
    if (truth && kind == MARK_INTERRUPT && s->flags & BOARD_HOLDS)
        return LOOK_HOLDS;
    if (truth && kind == MARK_CHEST && board_prize_in(b, s, cell))
        return LOOK_PRIZE;
    return kind;
}

void board_draw(const struct board *b, const struct board_state *s, bool truth,
                struct canvas *cv)
{
    for (int c = 0; c < b->cells; c++)
        canvas_tile(cv, c / b->cols, c % b->cols, look_of(b, s, (uint8_t)c, truth), 0);
    if (s->flags & BOARD_OVER)
        return;
    for (uint32_t i = 0; i < b->n_lumps; i++)
        if (s->lump[i] != BOARD_GONE)
            cv->at[s->lump[i]].thing = b->lump[i].mark.kind;
    draw_items(b, s, truth ? s->items : board_sees_watered(b, s), cv);
    cv->at[s->agent].players = 1;
}
