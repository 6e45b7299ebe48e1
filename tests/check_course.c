#include "config.h"

#include "harness.h"
#include "plot.h"
#include "window.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers over a whole run and the one axis of time. */

START_TEST(a_column_goes_to_its_cycle_and_back)
{
    static const uint64_t runs[] = { 1, 2, 10, 60, 200, 3000, 1000000, 1000000000000 };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        for (int columns = 2; columns <= 240; columns += 7) {
            ck_assert_int_eq(time_column(0, runs[i], columns, 1), 0);
            ck_assert_int_eq(time_column((int64_t)runs[i], runs[i], columns, 1),
                             columns - 1);
            for (int c = 0; c < columns; c++) {
                int64_t t = time_cycle(c, runs[i], columns);
                int back = time_column(t, runs[i], columns, 1);
                ck_assert(t >= 0 && t <= (int64_t)runs[i]);
                ck_assert_int_eq(time_column(t, runs[i], columns, 2) / 2, back);
                if (runs[i] >= (uint64_t)columns - 1)
                    ck_assert_int_le(abs(back - c), 1);
                ck_assert_int_eq(
                    time_column(time_cycle(back, runs[i], columns), runs[i], columns, 1),
                    back);
            }
        }
}
END_TEST

START_TEST(bins_hold_the_least_and_the_greatest_of_their_cycles)
{
    static const uint64_t runs[] = { 100, 2047, 2048, 10000 };
    uint64_t steps = runs[_i];
    struct course *c = course_new(steps);
    for (int64_t t = 0; t <= (int64_t)steps; t++) {
        double x[SERIES_N] = { [SERIES_EACH] = sin((double)t), [SERIES_VALUE] = NAN };
        course_add(c, t, x, t % 7 ? 0 : HAPPENED);
        size_t b = course_bin(c, t);
        ck_assert_uint_lt(b, COURSE_BINS);
        ck_assert(course_first(c, b) <= t && (!b || course_first(c, b - 1) < t));
        ck_assert_uint_eq(course_bin(c, course_first(c, b)), b);
    }
    for (size_t b = 0; b <= course_bin(c, (int64_t)steps); b++) {
        struct reach want = reach_none;
        int64_t end =
            b < course_bin(c, (int64_t)steps) ? course_first(c, b + 1) : (int64_t)steps + 1;
        for (int64_t t = course_first(c, b); t < end; t++) {
            float y = (float)sin((double)t);
            reach_add(&want, (struct reach){ y, y, y });
        }
        ck_assert_int_eq(memcmp(&want, &c->bin[SERIES_EACH][b], sizeof want), 0);
        ck_assert(reach_empty(&c->bin[SERIES_VALUE][b]));
    }
    free(c);
}
END_TEST

START_TEST(axes_end_in_round_numbers_that_hold_the_data)
{
    static const struct {
        struct span data, axis;
        const char *lo, *hi;
    } cases[] = {
        { { -1, 69.88 }, { -1, 70 }, "-1", "70" },
        { { 0, 5.83 }, { 0, 6 }, "0", "6" },
        { { 0, 100 }, { 0, 100 }, "0", "100" },
        { { 0, 1 }, { 0, 1 }, "0", "1" },
        { { -1, 1.06 }, { -1, 1.5 }, "-1", "1.5" },
        { { -17.3, 302.2 }, { -20, 350 }, "-20", "350" },
        { { 5, 5 }, { 5, 10 }, "5", "10" },
        { { 0, 123456 }, { 0, 150000 }, "0", "1.5e+05" },
        { { 0.42, 0.5 }, { 0.4, 0.5 }, "0.4", "0.5" },
    };
    char text[24];
    struct span s = span_round(cases[_i].data);
    ck_assert_near(s.lo, cases[_i].axis.lo, 1e-9);
    ck_assert_near(s.hi, cases[_i].axis.hi, 1e-9);
    axis_text(text, sizeof text, s.lo);
    ck_assert_str_eq(text, cases[_i].lo);
    axis_text(text, sizeof text, s.hi);
    ck_assert_str_eq(text, cases[_i].hi);
}
END_TEST

/* Two values and their letters have sixteen columns. */
START_TEST(values_at_the_cursor_are_short)
{
    static const struct {
        double x;
        const char *text;
    } cases[] = { { 0, "0.00" },        { -1, "-1.00" },    { 66.666, "66.67" },
                  { 232.95, "232.9" },  { 5870.2, "5870" }, { 14175, "14175" },
                  { 2.5e7, "2.5e+07" }, { NAN, "-" } };
    char text[24];
    value_text(text, sizeof text, cases[_i].x);
    ck_assert_str_eq(text, cases[_i].text);
}
END_TEST

/* The column of a mark in a row of the pane; -1: it is not there, -2: twice. */
static int column_of(const struct sheet *s, int row, uint32_t ch)
{
    int at = -1;
    for (int c = 0; c < s->cols; c++)
        if (s->at[row * s->cols + c].ch == ch)
            at = at < 0 ? c : -2;
    return at;
}

/* The knob of the slider, the cursor of every curve and the end of its line stand in one
 * column, and a click there goes to the cycle. */
START_TEST(slider_and_cursors_share_a_column)
{
    static const int64_t at[] = { 0, 1, 57, 100, 199, 200 };
    struct view v;
    open_on(&v, "aixi:samples=30", "gridworld:map=thesis", 200, rich);
    live_to(&v, 200);
    for (int cols = 20; cols <= 200; cols += 9)
        for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
            live_to(&v, at[i]);
            struct sheet s = { 0 };
            sheet_resize(&s, 14, cols);
            struct pane p = { &s, { 0, 0, 14, cols } };
            struct scene c = view_scene(&v, 0, sim_lock(v.sim[0]));
            draw_traces(&c, 1, p);
            struct gutters g = plot_gutters(cols);
            int knob = column_of(&s, 12, 0x25cf), want;
            want = g.left + time_column(at[i], 200, g.columns, 1);
            ck_assert_int_eq(knob, want);
            for (int row = 0; row < 12; row++)
                for (int col = want + 1; col < g.left + g.columns; col++) {
                    uint32_t ch = s.at[row * cols + col].ch;
                    ck_assert_msg(ch == ' ' || !ch || ch == 0x254c,
                                  "row %d, column %d of %d: %x", row, col, cols, ch);
                }
            int64_t t = traces_click(&c, p, 12, knob);
            ck_assert_int_eq(time_column(t, 200, g.columns, 1) + g.left, knob);
            ck_assert_int_eq(traces_click(&c, p, 3, knob), t);
            ck_assert_int_eq(traces_click(&c, p, 14, knob), -1);
            sim_unlock(v.sim[0]);
            sheet_release(&s);
        }
    view_release(&v);
}
END_TEST

static int row_of(const struct sheet *s, uint32_t ch)
{
    for (int row = 0; row < s->rows; row++)
        if (column_of(s, row, ch) >= 0)
            return row;
    return -1;
}

/* A press on a curve or the slider goes to its cycle, and so does the mouse wherever it is
 * dragged to from there; the wheel goes one cycle. */
START_TEST(the_mouse_moves_the_slider)
{
    static const int sizes[][2] = { { 24, 80 }, { 36, 120 }, { 12, 40 } };
    struct view v;
    open_on(&v, "aixi:samples=30", "gridworld:map=thesis", 200, rich);
    live_to(&v, 200);
    for (int i = 0; i < 3; i++) {
        view_key(&v, VK_END);
        struct sheet s = drawn(&v, sizes[i][0], sizes[i][1]);
        int row = row_of(&s, 0x25cf), end = column_of(&s, row, 0x25cf);
        view_click(&v, &s, row, end - 9);
        int64_t t = v.t;
        ck_assert(t < 200 && t >= 100);
        view_draw(&v, &s);
        ck_assert_int_eq(column_of(&s, row, 0x25cf), end - 9);
        view_drag(&v, &s, 0, end - 4);
        ck_assert_int_gt(v.t, t);
        view_draw(&v, &s);
        ck_assert_int_eq(column_of(&s, row, 0x25cf), end - 4);
        t = v.t;
        view_key(&v, VK_WHEEL_UP);
        ck_assert_int_eq(v.t, t - 1);
        view_click(&v, &s, 3, 2);
        view_drag(&v, &s, row, end - 9);
        ck_assert_int_eq(v.t, t - 1);
        if (i < 2) {
            view_click(&v, &s, row - 1, end - 9);
            ck_assert_int_lt(v.t, t - 1);
        }
        sheet_release(&s);
    }
    view_release(&v);
}
END_TEST

/* A curve is told up to the cycle shown, however much was lived, and though frames have
 * been dropped. */
START_TEST(a_curve_is_the_same_on_every_visit)
{
    struct view v, little;
    struct view_conf few = rich;
    few.bytes = 1 << 17;
    open_on(&v, "random", "gridworld:map=thesis", 5000, rich);
    open_on(&little, "random", "gridworld:map=thesis", 5000, few);
    live_to(&little, 5000);
    struct reach first[120], again[120], dropped[120];
    for (int64_t t = 4990; t <= 4999; t += 3) {
        live_to(&v, t);
        film_course(sim_film(v.sim[0]), SERIES_REWARD, t, 60, 2, first);
        live_to(&v, t + 1);
        film_course(sim_film(v.sim[0]), SERIES_REWARD, t, 60, 2, again);
        film_course(sim_film(little.sim[0]), SERIES_REWARD, t, 60, 2, dropped);
        ck_assert_int_eq(memcmp(first, again, sizeof first), 0);
        ck_assert_int_eq(memcmp(first, dropped, sizeof first), 0);
    }
    ck_assert_int_gt(film_first(sim_film(little.sim[0])), 4000);
    view_release(&v);
    view_release(&little);
}
END_TEST

/* Wherever there are few rows or columns, nothing is drawn outside. */
START_TEST(curves_fit_in_any_pane)
{
    struct view v;
    open_on(&v, "aixi:samples=30 random", "coin-flip", 50, rich);
    live_to(&v, 20);
    struct scene c[2];
    for (int i = 0; i < 2; i++)
        c[i] = view_scene(&v, i, sim_lock(v.sim[i]));
    for (int graph = 0; graph < GRAPHS; graph++)
        for (int rows = 1; rows <= 24; rows++)
            for (int cols = 20; cols <= 130; cols += 11) {
                struct sheet s = { 0 };
                sheet_resize(&s, rows + 2, cols + 2);
                c[0].graph = c[1].graph = (enum graph)graph;
                draw_traces(c, 2, (struct pane){ &s, { 1, 1, rows, cols } });
                for (int i = 0; i < (rows + 2) * (cols + 2); i++) {
                    int row = i / (cols + 2), col = i % (cols + 2);
                    if (!row || !col || row > rows || col > cols)
                        ck_assert_uint_eq(s.at[i].ch, ' ');
                }
                sheet_release(&s);
            }
    for (int i = 0; i < 2; i++)
        sim_unlock(v.sim[i]);
    view_release(&v);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("course");
    TCase *tc = tcase_create("course");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, a_column_goes_to_its_cycle_and_back);
    tcase_add_loop_test(tc, bins_hold_the_least_and_the_greatest_of_their_cycles, 0, 4);
    tcase_add_loop_test(tc, axes_end_in_round_numbers_that_hold_the_data, 0, 9);
    tcase_add_loop_test(tc, values_at_the_cursor_are_short, 0, 8);
    tcase_add_test(tc, slider_and_cursors_share_a_column);
    tcase_add_test(tc, the_mouse_moves_the_slider);
    tcase_add_test(tc, a_curve_is_the_same_on_every_visit);
    tcase_add_test(tc, curves_fit_in_any_pane);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
