#include "config.h"

#include "harness.h"
#include "layout.h"

/* The table of panels and its solver: every size of terminal, pure and cheap. */

static bool outside(struct rect r, const struct layout_want *w)
{
    return r.row < 0 || r.col < 0 || r.row + r.rows > w->rows || r.col + r.cols > w->cols;
}

static bool overlap(struct rect a, struct rect b)
{
    return !rect_empty(a) && !rect_empty(b) && a.row < b.row + b.rows &&
           b.row < a.row + a.rows && a.col < b.col + b.cols && b.col < a.col + a.cols;
}

/* All rectangles of a layout; returns how many. */
enum { RECTS = PANELS + LAYOUT_RUNS + 2 };
static int rects_of(const struct layout *l, struct rect out[RECTS])
{
    int n = 0;
    for (int p = 0; p < PANELS; p++)
        out[n++] = l->at[p];
    for (int i = 0; i < l->maps; i++)
        out[n++] = l->map[i];
    out[n++] = l->heading;
    out[n++] = l->words;
    return n;
}

static const char *overlapping(const struct layout *l, const struct layout_want *w)
{
    struct rect r[RECTS];
    int n = rects_of(l, r);
    for (int i = 0; i < n; i++) {
        if (outside(r[i], w))
            return "is outside";
        for (int j = 0; j < i; j++)
            if (overlap(r[i], r[j]))
                return "overlap";
    }
    return NULL;
}

static unsigned bit(enum panel p) { return 1u << p; }

static unsigned present(const struct layout *l)
{
    unsigned which = 0;
    for (int p = 0; p < PANELS; p++)
        which |= rect_empty(l->at[p]) ? 0 : bit((enum panel)p);
    return which;
}

/* At the six sizes of the issue at most a quarter of the rows of each column of the body is
 * in no panel. */
static const struct extent six[] = { { 40, 12 },  { 80, 24 },  { 100, 30 },
                                     { 120, 36 }, { 160, 48 }, { 200, 60 } };

static const char *wasted(const struct layout *l, const struct layout_want *w)
{
    const struct rect *traces = &l->at[PANEL_traces], *slider = &l->at[PANEL_slider];
    int end = traces->rows ? traces->row : l->small ? w->rows - 1 : slider->row;
    const struct rect *third = &l->at[PANEL_visits];
    const int at[] = { l->map[0].col, l->at[PANEL_actions].col,
                       third->rows ? third->col : l->at[PANEL_events].col };
    struct rect r[RECTS];
    int n = rects_of(l, r);
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        int covered = 0;
        for (int row = 1; row < end; row++)
            for (int i = 0; i < n; i++)
                covered += overlap(r[i], (struct rect){ row, at[k], 1, 1 });
        if (covered && 4 * (end - 1 - covered) > end - 1)
            return "is wasted";
    }
    return NULL;
}

/* Kinds of worlds: maps, then pictures. */
static struct layout_want world(int kind)
{
    static const int sides[] = { 4, 7, 10, 13, 20, 27, 40 };
    struct layout_want w = { 0 };
    if (kind < 7)
        w.map = (struct extent){ sides[kind], sides[kind] };
    else {
        w.picture = (struct extent){ 8 * kind - 20, 3 * kind - 17 };
        w.picture_min = (struct extent){ 20, kind - 4 };
        w.without = bit(PANEL_scale) | bit(PANEL_visits) | bit(PANEL_value) |
                    (kind & 1 ? bit(PANEL_tree) : 0) | (kind & 2 ? bit(PANEL_expects) : 0);
    }
    return w;
}
enum { WORLDS = 12, ROWS = 80, COLS = 240 };

/* What one size must be like, after those of one row or column less. */
static const char *broken(const struct layout_want *w, const struct layout *l,
                          const struct layout *less_rows, const struct layout *less_cols)
{
    unsigned always = bit(PANEL_title) | bit(PANEL_actions) | bit(PANEL_slider) |
                      bit(PANEL_keys) | (w->map.cols ? bit(PANEL_scale) : 0);
    const struct layout *less[] = { less_rows, less_cols };
    const char *why = overlapping(l, w);
    if (always & ~present(l) || !l->maps)
        return "is without what never leaves";
    if (!w->map.cols == !rect_empty(l->at[PANEL_scale]))
        return "has a scale without a map";
    for (int i = 0; i < 2 && !why; i++)
        if (less[i] && (present(less[i]) & ~present(l) || less[i]->maps > l->maps))
            why = "lost a panel of a smaller size";
    for (size_t i = 0; i < sizeof six / sizeof *six && !why; i++)
        if (six[i].cols == w->cols && six[i].rows == w->rows)
            why = wasted(l, w);
    return why;
}

static void check_world(struct layout_want w, int step)
{
    static struct layout row[2][COLS + 1];
    for (w.rows = LAYOUT_MIN_ROWS; w.rows <= ROWS; w.rows++)
        for (w.cols = LAYOUT_MIN_COLS; w.cols <= COLS; w.cols += step) {
            struct layout *l = &row[w.rows % 2][w.cols];
            *l = layout_make(&w);
            const char *why = broken(
                &w, l, w.rows > LAYOUT_MIN_ROWS ? &row[(w.rows + 1) % 2][w.cols] : NULL,
                w.cols > LAYOUT_MIN_COLS ? l - step : NULL);
            if (why)
                ck_abort_msg("%dx%d with %d runs, %d actions, map %d, picture %d %s",
                             w.cols, w.rows, w.runs, w.actions, w.map.cols, w.picture.cols,
                             why);
        }
}

/* Nothing overlaps or leaves the screen; what is there at a size is there at every larger
 * one. */
START_TEST(panels_have_their_places_at_every_size)
{
    for (int actions = 2; actions <= 12; actions += actions < 5 ? 3 : 7)
        for (int kind = 0; kind < WORLDS; kind++) {
            struct layout_want w = world(kind);
            w.runs = _i + 1;
            w.actions = actions;
            check_world(w, kind == 2 ? 1 : 5);
            w.overlaid = true;
            check_world(w, 10);
        }
}
END_TEST

/* As the terminal shrinks panels leave by their numbers: one with a larger number is there
 * while a smaller one is. (But for those of a third column, where others have no room, and
 * for what is known, which stands beside the map where the traces could not.) */
START_TEST(panels_leave_in_the_order_of_the_table)
{
    for (int kind = 0; kind < WORLDS; kind++)
        for (int rows = LAYOUT_MIN_ROWS; rows <= ROWS; rows++)
            for (int cols = 92; cols < 160; cols += 4) {
                struct layout_want w = world(kind);
                w.rows = rows;
                w.cols = cols;
                w.runs = 1;
                w.actions = 5;
                struct layout l = layout_make(&w);
                int left = 0; /* the largest number of those that are not there */
                for (int p = 0; p < PANELS; p++)
                    if (!(present(&l) >> p & 1) && !(w.without >> p & 1) && p != PANEL_map)
                        left = layout_drop((enum panel)p) > left
                                   ? layout_drop((enum panel)p)
                                   : left;
                for (int p = 0; p < PANELS; p++)
                    if (present(&l) >> p & 1 && layout_drop((enum panel)p) % 4)
                        ck_assert_msg(
                            layout_drop((enum panel)p) >= left,
                            "%dx%d, world %d: panel %d is there without one of %d", cols,
                            rows, kind, p, left);
            }
}
END_TEST

/* What comes out for a map of 10 x 10 and five actions. */
START_TEST(places_are_as_large_as_the_issue_says)
{
    static const struct {
        int size, runs, maps, cols, rows, traces;
    } want[] = { { 0, 1, 1, 2, 1, 0 }, { 1, 1, 1, 3, 1, 6 },  { 2, 1, 1, 5, 2, 4 },
                 { 3, 1, 1, 5, 2, 8 }, { 4, 1, 1, 7, 3, 10 }, { 5, 1, 1, 9, 4, 12 },
                 { 0, 2, 1, 2, 1, 0 }, { 1, 2, 2, 2, 1, 6 },  { 2, 2, 2, 3, 1, 12 },
                 { 3, 2, 2, 4, 2, 8 }, { 4, 2, 2, 5, 2, 20 }, { 5, 2, 2, 7, 3, 22 },
                 { 0, 4, 1, 2, 1, 0 }, { 1, 4, 1, 3, 1, 6 },  { 2, 4, 4, 2, 1, 5 },
                 { 3, 4, 4, 3, 1, 7 }, { 4, 4, 4, 3, 1, 19 }, { 5, 4, 4, 5, 2, 11 } };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct layout_want w = world(2);
        w.cols = six[want[i].size].cols;
        w.rows = six[want[i].size].rows;
        w.runs = want[i].runs;
        w.actions = 5;
        struct layout l = layout_make(&w);
        ck_assert_int_eq(l.maps, want[i].maps);
        ck_assert_int_eq(l.cell.cols, want[i].cols);
        ck_assert_int_eq(l.cell.rows, want[i].rows);
        ck_assert_int_eq(l.at[PANEL_traces].rows, want[i].traces);
    }
}
END_TEST

START_TEST(too_small_is_said)
{
    struct layout_want w = world(2);
    w.runs = 1;
    for (w.rows = 1; w.rows < 20; w.rows++)
        for (w.cols = 1; w.cols < 60; w.cols++)
            ck_assert_int_eq(layout_make(&w).too_small, w.rows < 12 || w.cols < 40);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("layout");
    TCase *tc = tcase_create("layout");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, panels_have_their_places_at_every_size, 0, LAYOUT_RUNS);
    tcase_add_test(tc, panels_leave_in_the_order_of_the_table);
    tcase_add_test(tc, places_are_as_large_as_the_issue_says);
    tcase_add_test(tc, too_small_is_said);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
