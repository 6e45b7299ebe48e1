#include "config.h"

#include "chart.h"
#include "harness.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Charts in the terminal, cell by cell: a plane as wide and high as its values count, so
 * that where a point stands can be read off. */

/* The chart in ASCII on a canvas of this size; to be freed. */
static char *drawn(const struct chart *c, int rows, int cols)
{
    struct canvas cv = { rows, cols, xcalloc((size_t)(rows * cols), sizeof *cv.at) };
    char *text = NULL;
    size_t n = 0;
    chart_draw(c, &cv, CHARSET_ASCII);
    FILE *to = open_memstream(&text, &n);
    ck_assert_ptr_nonnull(to);
    canvas_print(&cv, false, to);
    fclose(to);
    free(cv.at);
    return text;
}

static void draws(struct chart *c, int rows, int cols, const char *picture)
{
    char *text = drawn(c, rows, cols);
    ck_assert_msg(!strcmp(text, picture), "\n%s", text);
    free(text);
    chart_release(c);
}

START_TEST(a_curve_passes_through_its_points)
{
    struct chart c = { .kind = CHART_LINES };
    chart_add(&c, "a", (double[]){ 0, 5, 10 }, (double[]){ 0, 10, 5 }, NULL, NULL, 3);
    draws(&c, 15, 25,
          "\n"
          "     10 +     *\n"
          "        |     **\n"
          "        |    *  *\n"
          "        |    *   *\n"
          "        |   *     *\n"
          "      5 +  **      * a\n"
          "        |  *\n"
          "        | *\n"
          "        | *\n"
          "        |*\n"
          "      0 +*\n"
          "        ++---------+\n"
          "         0        10\n"
          "\n");
}
END_TEST

START_TEST(labels_stand_where_their_lines_end)
{
    struct chart c = { .kind = CHART_LINES };
    chart_add(&c, "up", (double[]){ 0, 20 }, (double[]){ 0, 4 }, NULL, NULL, 2);
    chart_add(&c, "down", (double[]){ 0, 20 }, (double[]){ 4, 0 }, NULL, NULL, 2);
    chart_refer(&c, "half", 2);
    draws(&c, 9, 38,
          "\n"
          "        |+++               *** up\n"
          "        |   +++++     *****\n"
          "        |.   .   +++++   .   . half\n"
          "        |   *****     +++++\n"
          "      0 +***               +++ down\n"
          "        ++---------+---------+\n"
          "         0        10        20\n"
          "\n");
}
END_TEST

START_TEST(decades_are_equally_wide)
{
    struct chart c = { .kind = CHART_LINES, .log_x = true };
    chart_add(&c, "a", (double[]){ 1, 10, 1000 }, (double[]){ 0, 5, 5 }, NULL, NULL, 3);
    draws(&c, 10, 45,
          "\n"
          "      5 +         ********************** a\n"
          "        |       **\n"
          "        |     **\n"
          "        |    **\n"
          "        |  **\n"
          "      0 +**\n"
          "        ++---------+---------+---------+\n"
          "         1        10        100      1000\n"
          "\n");
}
END_TEST

START_TEST(a_band_is_dotted)
{
    struct chart c = { .kind = CHART_LINES };
    chart_add(&c, "a", (double[]){ 0, 10 }, (double[]){ 2, 2 }, (double[]){ 0, 0 },
              (double[]){ 4, 4 }, 2);
    draws(&c, 9, 25,
          "\n"
          "        |.   .   .\n"
          "        |\n"
          "        |*********** a\n"
          "        |\n"
          "      0 +.   .   .\n"
          "        ++---------+\n"
          "         0        10\n"
          "\n");
}
END_TEST

START_TEST(intervals_reach_from_end_to_end)
{
    struct chart c = { .kind = CHART_INTERVALS };
    const double no[] = { 0 };
    chart_add(&c, "wide", no, (double[]){ 10 }, (double[]){ 5 }, (double[]){ 25 }, 1);
    chart_add(&c, "sure", no, (double[]){ 15 }, NULL, NULL, 1);
    chart_refer(&c, "best", 20);
    draws(&c, 3, 32,
          "            10        20\n"
          "  wide  |----o--------------|\n"
          "  sure            o    :\n");
}
END_TEST

/* Ticks of a range of rounding alone would be no steps. */
START_TEST(values_alike_but_for_rounding_are_one_value)
{
    struct chart c = { .kind = CHART_INTERVALS };
    double lo = nextafter(1, 0), hi = nextafter(1, 2), one = 1, least, greatest;
    chart_add(&c, "a", &one, &one, &lo, &hi, 1);
    ck_assert(chart_range(&c, true, &least, &greatest));
    ck_assert_near(least, 0, 1e-9);
    ck_assert_near(greatest, 2, 1e-9);
    free(drawn(&c, 3, 40));
    chart_release(&c);
}
END_TEST

START_TEST(a_heat_map_is_darkest_at_the_greatest)
{
    struct chart c = { .kind = CHART_HEAT, .rows = 2, .columns = 2 };
    const double value[] = { 0, 2.5, NAN, 10 };
    c.row = xcalloc(2, sizeof *c.row);
    c.column = xcalloc(2, sizeof *c.column);
    c.value = xcalloc(4, sizeof *c.value);
    for (int i = 0; i < 2; i++) {
        c.row[i] = xstrdup(i ? "aixi" : "aimu");
        c.column[i] = xstrdup(i ? "2" : "1");
    }
    memcpy(c.value, value, sizeof value);
    c.x_label = xstrdup("horizon");
    c.y_label = xstrdup("agent");
    c.z_label = xstrdup("reward");
    draws(&c, 4, 40,
          "agent \\ horizon   reward\n"
          "              1         2\n"
          "aimu          0 ..    2.5\n"
          "aixi          - ##     10\n");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("charts");
    TCase *tc = tcase_create("terminal");
    tcase_add_test(tc, a_curve_passes_through_its_points);
    tcase_add_test(tc, labels_stand_where_their_lines_end);
    tcase_add_test(tc, decades_are_equally_wide);
    tcase_add_test(tc, a_band_is_dotted);
    tcase_add_test(tc, intervals_reach_from_end_to_end);
    tcase_add_test(tc, values_alike_but_for_rounding_are_one_value);
    tcase_add_test(tc, a_heat_map_is_darkest_at_the_greatest);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
