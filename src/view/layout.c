#include "config.h"

#include "layout.h"

#include <string.h>

/* ---- the table */

enum home { HOME_LINE, HOME_MAPS, HOME_AGENT, HOME_THIRD };
struct row {
    enum home home;
    struct extent min, want;
    bool grow;
    int drop;
};

enum { CURVES = 3, CURVE_MOST = 8, ACTIONS_LEAST = 12, SMALL_ROWS = 14, WIDE = 160 };

static int min(int a, int b) { return a < b ? a : b; }
static int max(int a, int b) { return a > b ? a : b; }

/* How the maps stand: so many across and down, the agent beside them or, in a band of its
 * own, below. */
struct plan {
    struct cell_size cell;
    int across, down;
    bool below;
};

static void measure(const struct layout_want *w, struct plan p, struct row t[PANELS])
{
    bool map = w->map.cols > 0;
    int n = w->actions, m = min(n, ACTIONS_LEAST), k = w->runs, f = max(4, w->facts);
    int W = map ? w->map.cols : w->picture.cols, H = map ? w->map.rows : w->picture.rows;
    int c = p.cell.cols, r = p.cell.rows;
#define PANEL(name, home, c0, r0, c1, r1, grow, drop)                                      \
    t[PANEL_##name] = (struct row){ HOME_##home, { c0, r0 }, { c1, r1 }, grow, drop };
#include "layout.def"
#undef PANEL
}

int layout_drop(enum panel p)
{
#define PANEL(name, home, c0, r0, c1, r1, grow, drop) drop,
    static const int drops[] = {
#include "layout.def"
    };
#undef PANEL
    return drops[p];
}

/* ---- the solver */

struct solver {
    const struct layout_want *w;
    struct plan p;
    struct row t[PANELS];
    struct layout *l;
    int left, width, gap; /* of the screen without its margins; between columns */
    int body, rest;       /* rows of the body; those for it and the traces */
    struct extent maps;   /* all of them, with headings */
    bool traces;
    int spare; /* rows that the body has only because there are no traces */
};

static bool wanted(const struct solver *s, enum panel p)
{
    return !(s->w->without >> p & 1);
}

/* What a column gives to its panels. */
struct share {
    unsigned which;
    int rows[PANELS], free;
};

/* Raises those that leave at `drop` to what they want. */
static void satisfy(const struct solver *s, struct share *h, int drop)
{
    for (int p = 0; p < PANELS; p++)
        if (h->rows[p] && s->t[p].drop == drop) {
            int more = max(0, min(h->free, s->t[p].want.rows - h->rows[p]));
            h->rows[p] += more;
            h->free -= more;
        }
}

/* The least rows of those that leave at `drop`, until one does not fit: false. */
static bool admit(const struct solver *s, struct share *h, int drop)
{
    for (int p = 0; p < PANELS; p++) {
        const struct row *t = &s->t[p];
        if (!(h->which >> p & 1) || t->drop != drop)
            continue;
        int least = drop ? t->min.rows : min(t->min.rows + 1, max(h->free, 1));
        if (least > h->free)
            return false;
        h->free -= least;
        h->rows[p] = least;
    }
    return true;
}

static bool has_heading(int p) { return p != PANEL_facts; }

/* What is over: a row above each heading, the rest to the last one that grows. Returns the
 * rows above a heading. */
static int spread(const struct solver *s, struct share *h)
{
    int grows = -1, headings = -1;
    for (int p = 0; p < PANELS; p++)
        if (h->rows[p]) {
            headings += has_heading(p);
            grows = s->t[p].grow ? p : grows;
        }
    bool blank = headings > 0 && h->free >= headings;
    h->free -= blank ? headings : 0;
    if (grows >= 0)
        h->rows[grows] += h->free;
    return blank;
}

/* Places those of a column one below the other. What leaves last gets what it wants first;
 * the others their least rows, the last to leave first, then what they want. A panel that
 * the column is too narrow for leaves its rows free only when all are in, so that it takes
 * none away where the column is wider. Returns the row below them. */
static int stack(struct solver *s, struct rect col, unsigned which)
{
    struct share h = { which, { 0 }, col.rows };
    bool fits = admit(s, &h, 0) && admit(s, &h, 4);
    satisfy(s, &h, 0);
    satisfy(s, &h, 4);
    h.free -= s->spare;
    for (int drop = 3; drop > 0 && fits; drop--)
        fits = admit(s, &h, drop);
    h.free += s->spare;
    for (int p = 0; p < PANELS; p++)
        if (h.rows[p] && s->t[p].min.cols > col.cols) {
            h.free += h.rows[p];
            h.rows[p] = 0;
        }
    for (int drop = 4; drop > 0; drop--)
        satisfy(s, &h, drop);
    int blank = spread(s, &h), at = col.row;
    for (int p = 0; p < PANELS; p++)
        if (h.rows[p]) {
            at += at > col.row && has_heading(p) ? blank : 0;
            s->l->at[p] = (struct rect){ at, col.col, h.rows[p], col.cols };
            at += h.rows[p];
        }
    return at;
}

/* Whether they fit beside the smallest map of several, so that one map may have them. */
static bool events_fit(const struct layout_want *w) { return w->actions + 9 < w->map.rows; }

/* Margins and gaps open one column at a time. */
static void breathe(struct solver *s)
{
    int air = min(4, (s->w->cols - LAYOUT_MIN_COLS) / 5);
    s->gap = air > 2 ? 2 : air > 0 || !s->w->map.cols; /* maps have grounds of their own */
    s->left = air > 1;
    s->width = s->w->cols - s->left - (air > 3);
}

static void size_maps(struct solver *s)
{
    const struct layout_want *w = s->w;
    struct plan p = s->p;
    bool map = w->map.cols > 0;
    struct extent one = { map ? w->map.cols * p.cell.cols : w->picture.cols,
                          map ? w->map.rows * p.cell.rows : w->picture.rows };
    int head = !s->l->small, scale = map && wanted(s, PANEL_scale);
    if (one.cols && !map) { /* pictures shrink before the agent's column does */
        int room = p.below ? s->width : s->width - s->gap - s->t[PANEL_actions].want.cols;
        one.cols = min(one.cols, max(w->picture_min.cols, (room + 1) / p.across - 1));
    }
    s->maps.cols = one.cols ? p.across * (one.cols + 1) - 1 : 0;
    s->maps.rows = one.cols ? p.down * (one.rows + head) + scale : 0;
}

/* Rows that would have all that stands beside one map, as it wants. */
static int rows_of_all(const struct solver *s)
{
    int n = s->t[PANEL_actions].want.rows + s->t[PANEL_facts].want.rows;
    for (int p = 0; p < PANELS && s->w->runs == 1; p++)
        if (wanted(s, (enum panel)p) && (s->t[p].home == HOME_AGENT || p == PANEL_events) &&
            s->t[p].drop > 0 && s->t[p].drop < 4)
            n += s->t[p].want.rows + 1;
    return n;
}

/* Rows of the body and, below it, of the traces. False: maps do not fit as they want. */
static bool share_rows(struct solver *s)
{
    const struct layout_want *w = s->w;
    int n = s->t[PANEL_actions].want.rows, least = s->t[PANEL_actions].min.rows + 3;
    int facts = s->t[PANEL_facts].want.rows, traces = s->t[PANEL_traces].min.rows;
    int need = s->p.below ? s->maps.rows + n : max(s->maps.rows, n + facts);
    s->rest = w->rows - (s->l->small ? 2 : 4);
    bool room = !s->l->small && s->rest - max(min(s->maps.rows, 10), least) >= traces;
    s->body = min(need, s->rest - traces);
    s->traces = wanted(s, PANEL_traces) && room && w->cols >= s->t[PANEL_traces].min.cols;
    if (!s->traces) {
        s->spare = !wanted(s, PANEL_traces) ? 0 : room ? s->rest - s->body + 1 : s->rest;
        s->body = s->rest;
        return s->maps.rows <= s->body;
    }
    int enough = s->rest - s->t[PANEL_traces].want.rows - 2;
    s->body = max(s->body, min(rows_of_all(s), enough));
    int over = s->rest - s->body - 2 - CURVE_MOST * (CURVES + 1);
    if (over > 0)
        s->body += over * 3 / 5;
    return (s->p.below ? need : s->maps.rows) <= s->body;
}

static void place_maps(struct solver *s)
{
    struct layout *l = s->l;
    struct plan p = s->p;
    bool map = s->w->map.cols > 0;
    int scale = map && wanted(s, PANEL_scale);
    int rows = map       ? min((s->maps.rows - scale) / p.down, s->body - scale)
               : p.below ? s->maps.rows
                         : s->body / p.down;
    int cols = (min(s->maps.cols, s->width) + 1) / p.across - 1;
    l->maps = p.across * p.down > 1 ? s->w->runs : 1;
    if (!s->maps.cols)
        return;
    for (int i = 0; i < l->maps; i++)
        l->map[i] = (struct rect){ 1 + i / p.across * rows,
                                   s->left + i % p.across * (cols + 1), rows, cols };
    int wide = max(20, s->maps.cols);
    int under = 1 + rows * p.down;
    if (!scale)
        return;
    l->at[PANEL_scale] = (struct rect){ under, s->left, 1, wide };
    if (!p.below)
        l->words = (struct rect){ under + 1, s->left, s->body - under, wide };
}

/* Traces and their slider below the body, their heading above or beside the scale. */
static void place_traces(struct solver *s, struct rect beside)
{
    struct layout *l = s->l;
    int top = 1 + s->body, rows = s->rest - s->body;
    bool own = rows >= s->t[PANEL_traces].min.rows + 2;
    int ticks = rows > s->t[PANEL_traces].min.rows, slider = s->w->rows - 3;
    if (s->traces) {
        l->heading = own ? (struct rect){ top, s->left, 1, s->width } : beside;
        l->at[PANEL_traces] =
            (struct rect){ top + own, s->left, rows - own - ticks, s->width };
        slider -= ticks;
    } else
        ticks = 0;
    if (!l->small)
        l->at[PANEL_slider] = (struct rect){ slider, s->left, 1 + ticks, s->width };
}

/* Panels of a home that have something to show, of those that leave at `drop` or later. */
static unsigned of_home(const struct solver *s, enum home home, int drop)
{
    unsigned which = 0;
    for (int p = 0; p < PANELS; p++)
        if (wanted(s, (enum panel)p) && s->t[p].home == home &&
            (s->t[p].drop == 0 || s->t[p].drop >= drop))
            which |= 1u << p;
    return which;
}

/* The agent's column and, beside it where it is wide, a third one, whose small maps wait
 * until all is there that leaves with them. Of several runs there are events besides.
 * Returns the row below what the agent's column has. */
static int place_agent(struct solver *s, struct rect agent)
{
    const struct layout *l = s->l;
    bool one = s->w->runs == 1, full = true,
         more = one || l->maps > 1 || s->w->overlaid || events_fit(s->w);
    unsigned events = more ? of_home(s, HOME_THIRD, 2) : 0,
             which = of_home(s, HOME_AGENT, one ? 1 : 4),
             last = which & ~of_home(s, HOME_AGENT, 2);
    int least = s->t[PANEL_events].min.cols + s->gap, wide = agent.cols,
        want = s->t[PANEL_actions].want.cols;
    if (!one || s->w->cols < WIDE || wide < want + least)
        return stack(s, agent, which | events);
    struct rect third = agent;
    third.cols = min(wide / 2 - s->gap / 2, wide - want - s->gap);
    agent.cols -= third.cols + s->gap;
    third.col += agent.cols + s->gap;
    stack(s, agent, which);
    for (int p = 0; p < PANELS; p++)
        full &= !(last >> p & 1) || !rect_empty(l->at[p]);
    stack(s, third, full ? of_home(s, HOME_THIRD, 1) : events);
    return s->w->rows;
}

/* All beside the maps; returns where the traces' heading may stand. */
static struct rect place_columns(struct solver *s)
{
    struct layout *l = s->l;
    struct rect *scale = &l->at[PANEL_scale];
    int used = s->maps.cols ? max(20, s->maps.cols) + s->gap : 0, wide = s->width - used;
    bool merged =
        s->traces && scale->rows && s->rest - s->body < s->t[PANEL_traces].min.rows + 2;
    struct rect agent = { 1, s->left + used, s->body - merged - l->small, wide };
    if (l->small)
        l->at[PANEL_slider] = (struct rect){ s->body, agent.col, 1, wide };
    int end = place_agent(s, agent);
    if (scale->rows && end <= scale->row && rect_empty(l->words) && !merged && !l->small)
        l->words = (struct rect){ scale->row, agent.col, 1, wide };
    return merged ? (struct rect){ s->body, agent.col, 1, wide } : (struct rect){ 0 };
}

/* The same in a band below the maps: what is done beside what is known. */
static struct rect place_band(struct solver *s)
{
    int half = min(s->t[PANEL_actions].want.cols + 16, s->width / 2);
    struct rect band = { 1 + s->maps.rows, s->left, s->body - s->maps.rows, half };
    s->l->at[PANEL_actions] = band;
    band.col += half + s->gap;
    band.cols = s->width - half - s->gap;
    s->l->at[PANEL_facts] = band;
    return (struct rect){ 0 };
}

static void place_lines(struct solver *s)
{
    const struct layout_want *w = s->w;
    s->l->at[PANEL_title] = (struct rect){ 0, s->left, 1, s->width };
    s->l->at[PANEL_keys] = (struct rect){ w->rows - 1, s->left, 1, s->width };
    if (!s->l->small)
        s->l->at[PANEL_status] = (struct rect){ w->rows - 2, s->left, 1, s->width };
}

/* Whether the maps stand so with what leaves last as wide as it wants. The two smallest
 * places may scroll, where there is room for the least of the actions. */
static bool fits(const struct solver *s, bool rows)
{
    struct plan p = s->p;
    bool scrolls = p.across == 1 && p.cell.rows == 1,
         tiny = p.across == 1 && (p.cell.cols <= 2 || s->maps.cols <= 20);
    int agent = s->width - s->gap - max(20, s->maps.cols);
    const struct row *t = &s->t[PANEL_actions];
    if (p.across > 1 && (s->l->small || !s->traces))
        return false;
    if (!rows && !scrolls && s->maps.cols)
        return false;
    if (p.cell.rows > 2 && s->traces && s->body == s->maps.rows &&
        s->rest - s->body < s->t[PANEL_traces].want.rows)
        return false;
    return !s->maps.cols || p.cell.cols == 1 ? p.across == 1 || agent >= t->want.cols
           : p.below                         ? s->maps.cols <= s->width
                                             : agent >= (tiny ? t->min.cols : t->want.cols);
}

static bool solve(const struct layout_want *w, struct plan p, struct layout *l)
{
    struct solver s = { .w = w, .p = p, .l = l };
    *l = (struct layout){ .cell = p.cell, .small = w->rows < SMALL_ROWS };
    measure(w, p, s.t);
    breathe(&s);
    size_maps(&s);
    bool rows = share_rows(&s);
    if (!fits(&s, rows))
        return false;
    int room = s.width - s.gap - s.t[PANEL_actions].min.cols;
    if (!p.below && s.maps.cols > room) /* it scrolls sideways, too */
        s.maps.cols = room;
    place_maps(&s);
    place_lines(&s);
    place_traces(&s, p.below ? place_band(&s) : place_columns(&s));
    return true;
}

/* More maps, then more panels that leave later, then larger places, which come first. */
static int worth(const struct layout *l)
{
    int n = l->maps << 20;
    for (int p = 0; p < PANELS; p++)
        if (!rect_empty(l->at[p]))
            n += 1 << 3 * layout_drop((enum panel)p);
    return n;
}

static void try_plans(const struct layout_want *w, struct cell_size cell,
                      struct layout *best)
{
    bool many = w->runs > 1 && !w->overlaid && cell.cols > 1;
    const struct plan plans[] = {
        { cell, 1, 1, false },
        { cell, many ? w->runs : 0, 1, false },
        { cell, many && w->runs > 2 ? 2 : 0, 2, false },
        { cell, many && w->runs > 2 && !events_fit(w) ? w->runs : 0, 1, true },
    };
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct layout l;
        if (plans[i].across && solve(w, plans[i], &l) && worth(&l) > worth(best))
            *best = l;
    }
}

struct layout layout_make(const struct layout_want *w)
{
    struct layout best = { .maps = 0 };
    if (w->rows < LAYOUT_MIN_ROWS || w->cols < LAYOUT_MIN_COLS)
        return (struct layout){ .too_small = true };
    if (w->map.cols)
        for (const struct cell_size *cell = cell_sizes; cell->cols; cell++)
            try_plans(w, *cell, &best);
    else
        try_plans(w, (struct cell_size){ 2, 1 }, &best);
    return best;
}

int layout_small_cell(const struct layout_want *w, struct rect r)
{
    int c = w->map.cols ? r.cols / w->map.cols : 0;
    return c > 5 ? 5 : c > 1 ? c : 0;
}
