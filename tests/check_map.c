#include "config.h"

#include "harness.h"
#include "mask.h"
#include "ramp.h"
#include "window.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The map of a world, drawn alone in cells of every size. */

struct subject {
    struct view v;
    struct scene scene;
    struct sheet sheet;
    struct cell_size size;
};

/* At cycle t; to be closed. */
static void open_map(struct subject *s, const char *agent, const char *env, int64_t t,
                     struct cell_size size, struct view_conf conf)
{
    *s = (struct subject){ .size = size };
    open_on(&s->v, agent, env, 200, conf);
    live_to(&s->v, t);
    view_locate(&s->v);
    s->scene = view_scene(&s->v, 0, sim_lock(s->v.sim[0]));
    ck_assert_int_eq(s->scene.t, t);
    sheet_resize(&s->sheet, s->scene.env->rows * size.rows, s->scene.env->cols * size.cols);
    draw_world(&s->scene,
               (struct pane){ &s->sheet, { 0, 0, s->sheet.rows, s->sheet.cols } }, size);
}

static void close_map(struct subject *s)
{
    sim_unlock(s->v.sim[0]);
    sheet_release(&s->sheet);
    view_release(&s->v);
}

static struct mark mark_at(const struct subject *s, int place, int row, int col)
{
    int cols = s->scene.env->cols;
    return s->sheet.at[(place / cols * s->size.rows + row) * s->sheet.cols +
                       place % cols * s->size.cols + col];
}

static bool is_wall(const struct subject *s, int place)
{
    return mark_at(s, place, 0, 0).ground == GROUND_VOID;
}

static int places(const struct subject *s)
{
    return s->scene.env->rows * s->scene.env->cols;
}

/* How often a character is on the sheet. */
static int count(const struct subject *s, uint32_t ch)
{
    int n = 0;
    for (int i = 0; i < s->sheet.rows * s->sheet.cols; i++)
        n += s->sheet.at[i].ch == ch;
    return n;
}

static struct view_conf poor(void) { return (struct view_conf){ .utf8 = true }; }

static const char maze[] = "gridworld:map=thesis";

/* Whatever the size, every column of every place stands on something, and the whole place
 * is of one ground but for the edges of tokens. */
START_TEST(every_place_has_a_ground)
{
    struct subject s;
    open_map(&s, "aixi", maze, 10, cell_sizes[_i], rich);
    ck_assert_int_eq(s.sheet.rows % s.size.rows, 0);
    for (int i = 0; i < s.sheet.rows * s.sheet.cols; i++)
        ck_assert_int_ne(s.sheet.at[i].ground, GROUND_NONE);
    for (int p = 0; p < places(&s); p++)
        for (int r = 0; r < s.size.rows; r++)
            for (int c = 0; c < s.size.cols; c++) {
                struct mark m = mark_at(&s, p, r, c), first = mark_at(&s, p, 0, 0);
                ck_assert(m.ground == first.ground || m.ground >= GROUND_AGENT ||
                          first.ground >= GROUND_AGENT);
            }
    ck_assert_int_eq(count(&s, '@'), 1);
    close_map(&s);
}
END_TEST

/* While nothing is known all live places look the same: no rank, and no number louder than
 * a whisper. */
START_TEST(a_flat_belief_is_one_calm_colour)
{
    struct subject s;
    open_map(&s, "aixi", "gridworld", 0, cell_sizes[_i], rich);
    for (int p = 0; p < places(&s); p++) {
        double p0, at = (double)film_at(s.scene.film, 0).belief[p];
        ck_assert_ptr_nonnull(film_start(s.scene.film, &p0));
        if (!is_wall(&s, p) && at > 0 && film_at(s.scene.film, 0).cell != p)
            ck_assert_int_eq(mark_at(&s, p, 0, 0).ground, GROUND_STEP + 2);
    }
    ck_assert_int_eq(count(&s, '#'), 0);
    for (int i = 0; i < s.sheet.rows * s.sheet.cols; i++)
        if (s.sheet.at[i].ch >= '0' && s.sheet.at[i].ch <= '9')
            ck_assert_int_eq(s.sheet.at[i].mix, 38);
    if (s.size.cols >= 5) /* 57 places: 1.8 per cent each, but where the agent stands */
        ck_assert_int_ge(count(&s, '8'), 56);
    close_map(&s);
}
END_TEST

/* The first cycle of a certain belief; the run is lived on to it. */
static int64_t certainty(const char *agent, const char *env)
{
    struct view v;
    open_on(&v, agent, env, 200, rich);
    live_to(&v, 200);
    struct scene s = view_scene(&v, 0, sim_lock(v.sim[0]));
    int64_t t = 0;
    for (; t <= 200; t++) {
        float top = 0;
        for (int i = 0; i < s.env->rows * s.env->cols; i++)
            top = fmaxf(top, film_at(s.film, t).belief[i]);
        if (top > 0.99f)
            break;
    }
    sim_unlock(v.sim[0]);
    view_release(&v);
    ck_assert_int_le(t, 200);
    return t;
}

/* And when it is found exactly one blazes. */
START_TEST(a_collapsed_belief_is_one_bright_place)
{
    int64_t t = certainty("mdl", maze);
    for (int k = 0; cell_sizes[k].cols; k++) {
        struct subject s;
        int bright = 0, other = 0;
        open_map(&s, "mdl", maze, t, cell_sizes[k], rich);
        for (int p = 0; p < places(&s); p++) {
            int ground = mark_at(&s, p, s.size.rows - 1, s.size.cols - 1).ground;
            bright += ground >= GROUND_STEP + 6 && ground <= GROUND_STEP + 9;
            other += ground > GROUND_STEP + 1 && ground < GROUND_STEP + 6;
        }
        ck_assert_int_eq(bright, 1);
        ck_assert_int_eq(other, 0);
        close_map(&s);
    }
}
END_TEST

/* Without shades each place says the digit of its step, unless somebody or something
 * stands there; walls are walls. */
START_TEST(digits_are_the_steps)
{
    for (int64_t t = 0; t <= 60; t += 20)
        for (int k = 5; cell_sizes[k].cols; k++) {
            struct subject s;
            double p0;
            int said = 0;
            open_map(&s, "thompson", maze, t, cell_sizes[k], poor());
            struct frame f = film_at(s.scene.film, t);
            const float *start = film_start(s.scene.film, &p0);
            for (int p = 0; p < places(&s); p++) {
                struct mark m = mark_at(&s, p, 0, s.size.cols == 3);
                int step = ramp_step((double)f.belief[p], p0);
                if (is_wall(&s, p))
                    ck_assert_uint_eq(m.ch, 0x2592);
                else if (p != f.cell && p != f.mind.sampled) {
                    ck_assert_uint_eq(m.ch, step                   ? '0' + (uint32_t)step
                                            : (double)start[p] > 0 ? 0xb7
                                                                   : m.ch);
                    said += step > 0;
                }
            }
            ck_assert_int_gt(said, t ? 0 : 40);
            close_map(&s);
        }
}
END_TEST

/* ---- one place */

/* What it looks like, rows joined by slashes. */
static const char *face_of(struct cell_size size, const struct content *what, bool digits,
                           char *buf)
{
    struct sheet s = { 0 };
    char *at = buf;
    sheet_resize(&s, size.rows, size.cols);
    draw_cell((struct pane){ &s, { 0, 0, size.rows, size.cols } }, 0, 0, size, what,
              &glyphs_utf8, digits);
    for (int r = 0; r < size.rows; r++) {
        if (r)
            *at++ = '/';
        for (int c = 0; c < size.cols; c++)
            at += utf8_of(s.at[r * size.cols + c].ch, at);
    }
    *at = '\0';
    sheet_release(&s);
    return buf;
}

static struct content place(void)
{
    return (struct content){ .ground = GROUND_STEP + 5,
                             .bare = true,
                             .glyph = { ' ', ' ', ' ' },
                             .agent = -1,
                             .other = -1 };
}

/* A rank, an arrow and a chance, the agent, and what is hidden under it, from one record.
 * */
START_TEST(a_place_is_drawn_in_every_size)
{
    static const struct {
        const char *likely, *agent, *loud, *poor;
    } want[] = {
        { "#2         /     ↑     /           /           /     14    ",
          "         ◆ /    ▐@▌    /           /           /     14    ",
          "         ◆ /    ‹@›    /           /           /     14    ", "" },
        { "#2       /    ↑    /         /    14   ",
          "       ◆ /   ▐@▌   /         /    14   ",
          "       ◆ /   ‹@›   /         /    14   ", "" },
        { "#2     /   ↑   /   14  ", "     ◆ /  ▐@▌  /   14  ", "     ◆ /  ‹@›  /   14  ",
          "" },
        { "#2 ↑ /  14 ", " ▐@▌◆/  14 ", " ‹@›◆/  14 ", "" },
        { "#2↑ / 14 ", "▐@▌◆/ 14 ", "‹@›◆/ 14 ", " 5  / 14 " },
        { "2↑ ", "◆@▌", "◆@›", " 5 " },
        { "2↑", "@▌", "@›", "5 " },
        { "↑", "@", "@", "5" },
    };
    struct content likely = place(), agent = place(), digit = place();
    char buf[400];
    likely.rank = 2;
    likely.arrow = 0x2191;
    likely.number = agent.number = (struct figure){ FIGURE_CHANCE, 0.14 };
    digit = likely;
    digit.glyph[1] = '5';
    agent.agent = 0;
    agent.letter = '@';
    agent.truth[0] = agent.truth[2] = ' ';
    agent.truth[1] = 0x25c6;
    struct content loud = agent;
    loud.loud = true;
    struct cell_size size = cell_sizes[_i];
    ck_assert_str_eq(face_of(size, &likely, false, buf), want[_i].likely);
    ck_assert_str_eq(face_of(size, &agent, false, buf), want[_i].agent);
    ck_assert_str_eq(face_of(size, &loud, false, buf), want[_i].loud);
    loud.rank = 1;
    loud.truth[1] = 0;
    if (size.cols == 5)
        ck_assert_str_eq(face_of(size, &loud, false, buf), " ‹@› /  14 ");
    if (size.cols == 4)
        ck_assert_str_eq(face_of(size, &loud, false, buf), "‹@› / 14 ");
    if (size.cols < 5)
        ck_assert_str_eq(face_of(size, &digit, true, buf), want[_i].poor);
}
END_TEST

/* A number never has a digit less than it should: it is whole, or rounded, or not there. */
START_TEST(numbers_in_places_are_whole)
{
    static const struct {
        enum figure_kind kind;
        double x;
        const char *wide, *narrow; /* in 5x2, in 4x2 */
    } table[] = {
        { FIGURE_CHANCE, 0.018, " 1.8 ", "  2 " },
        { FIGURE_CHANCE, 0.33, "  33 ", " 33 " },
        { FIGURE_CHANCE, 1, " 100 ", "    " },
        { FIGURE_CHANCE, 0.0009, "     ", "    " },
        { FIGURE_CHANCE, 0.0044, " 0.4 ", " .4 " },
        { FIGURE_COUNT, 7, "  7  ", "  7 " },
        { FIGURE_COUNT, 123, " 123 ", "    " },
        { FIGURE_COUNT, 1234, "     ", "    " },
        { FIGURE_VALUE, -9.04, "  -9 ", " -9 " },
        { FIGURE_VALUE, 4.25, " 4.2 ", "  4 " },
        { FIGURE_VALUE, -123.4, "  -  ", "  - " },
        { FIGURE_VALUE, 302.2, " 302 ", "  + " },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct content c = place();
        char buf[64];
        c.number = (struct figure){ table[i].kind, table[i].x };
        ck_assert_str_eq(face_of((struct cell_size){ 5, 2 }, &c, false, buf) + 6,
                         table[i].wide);
        ck_assert_str_eq(face_of((struct cell_size){ 4, 2 }, &c, false, buf) + 5,
                         table[i].narrow);
    }
}
END_TEST

/* In one line what is counted stands in the middle, and never touches its neighbour. */
START_TEST(numbers_in_one_line_leave_a_blank)
{
    static const struct {
        struct figure f;
        const char *three, *five;
    } table[] = {
        { { FIGURE_COUNT, 7 }, " 7 ", "  7  " },
        { { FIGURE_COUNT, 12 }, "12 ", " 12  " },
        { { FIGURE_COUNT, 123 }, "   ", " 123 " },
        { { FIGURE_VALUE, -13.2 }, " - ", " -13 " },
        { { FIGURE_VALUE, 302 }, " + ", " 302 " },
        { { FIGURE_CHANCE, 0.5 }, "   ", "     " },
        { { FIGURE_VALUE, -123.4 }, " - ", "-123 " },
        { { FIGURE_COUNT, 12345 }, "   ", "     " },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct content c = place();
        char buf[64];
        c.number = table[i].f;
        ck_assert_str_eq(face_of((struct cell_size){ 3, 1 }, &c, false, buf),
                         table[i].three);
        ck_assert_str_eq(face_of((struct cell_size){ 5, 1 }, &c, false, buf),
                         table[i].five);
    }
}
END_TEST

/* ---- layers */

/* Visits and values have their own grounds, and never those of belief. */
START_TEST(layers_have_grounds_of_their_own)
{
    static const struct {
        int layer, from, to;
    } layers[] = { { LAYER_visits, GROUND_VISITS + 1, GROUND_VISITS + 9 },
                   { LAYER_value, GROUND_BELOW + 1, GROUND_ABOVE + 4 } };
    struct subject s;
    open_map(&s, "aixi", maze, 30, (struct cell_size){ 3, 1 }, rich);
    struct trail trail[100];
    film_trails(s.scene.film, 30, trail);
    s.scene.layer = layers[_i].layer;
    draw_world(&s.scene, (struct pane){ &s.sheet, { 0, 0, 10, 30 } }, s.size);
    for (int p = 0; p < places(&s); p++) {
        int ground = mark_at(&s, p, 0, 2).ground;
        bool has = _i ? !isnan(trail[p].value) : trail[p].visits > 0;
        ck_assert(is_wall(&s, p) ||
                  has == (ground >= layers[_i].from && ground <= layers[_i].to));
        ck_assert(is_wall(&s, p) || has || ground == GROUND_FLOOR);
    }
    close_map(&s);
}
END_TEST

/* What it expects of itself is the glyph and what would be best stands beside it, where
 * that differs; where it expects nothing, the place keeps its own. */
START_TEST(habits_stand_beside_what_is_best)
{
    static const char agent[] = "self-aixi:policies=kt,epsilon=0.2,family=mu";
    struct subject s;
    int sure = 0, torn = 0;
    open_map(&s, agent, "gridworld:size=5,percepts=cell", 60, (struct cell_size){ 3, 1 },
             rich);
    struct frame f = film_at(s.scene.film, 60);
    ck_assert_int_eq(s.scene.layer, LAYER_self); /* it has no other belief */
    s.scene.numbers = false;
    draw_world(&s.scene, (struct pane){ &s.sheet, { 0, 0, 5, 15 } }, s.size);
    for (int p = 0; p < places(&s); p++) {
        const struct habit *h = &f.habit[p];
        if (is_wall(&s, p) || p == f.cell)
            continue;
        int ground = mark_at(&s, p, 0, 0).ground;
        const char *own = h->own < 0 ? "" : action_glyph(&s.scene, (unsigned)h->own);
        const char *best = action_glyph(&s.scene, (unsigned)h->best);
        ck_assert((h->own >= 0) == (ground > GROUND_VISITS && ground <= GROUND_VISITS + 9));
        if (h->own >= 0)
            ck_assert_uint_eq(mark_at(&s, p, 0, 1).ch, next_char(&own));
        sure += h->own >= 0;
        torn += h->own != h->best;
        if (h->own != h->best)
            ck_assert_uint_eq(mark_at(&s, p, 0, 2).ch, next_char(&best));
    }
    ck_assert_int_ge(sure, 5);
    ck_assert_int_ge(torn, 2);
    close_map(&s);
}
END_TEST

/* An agent without the map: what it has not seen has the shade of its belief and no glyph,
 * what it has seen keeps its dot. */
START_TEST(the_unseen_is_the_calmest)
{
    struct subject s;
    open_map(&s, "aixi:model=dirichlet", maze, 30, (struct cell_size){ 3, 1 }, rich);
    struct frame f = film_at(s.scene.film, 30);
    int unseen = 0, seen = 0;
    for (int p = 0; p < places(&s); p++) {
        struct mark m = mark_at(&s, p, 0, 1);
        if (f.chart[p] == CHART_UNKNOWN) {
            unseen++;
            ck_assert_uint_eq(m.ch, ' ');
            ck_assert_int_eq(m.ground, GROUND_STEP + 2);
        } else if (f.chart[p] == CHART_FREE && m.ground < GROUND_AGENT && m.ch == 0xb7)
            seen++;
    }
    ck_assert_int_gt(unseen, 40);
    ck_assert_int_gt(seen, 3);
    close_map(&s);
}
END_TEST

/* Where its own place is hidden from the agent, the map is what it believes of it; nothing
 * tells the place but the truth: no token, no plan, no trail. */
START_TEST(a_hidden_place_is_kept)
{
    static const char *const worlds[] = { "cheese-maze", "maze-1d", "grid-4x4" };
    for (int layer = 0; layer < LAYERS; layer++) {
        struct subject s;
        open_map(&s, "aimu", worlds[_i], 3, (struct cell_size){ 3, 1 }, rich);
        struct frame f = film_at(s.scene.film, 3);
        struct pane p = { &s.sheet, { 0, 0, s.sheet.rows, s.sheet.cols } };
        ck_assert_ptr_eq(f.belief, f.hidden);
        s.scene.layer = layer;
        draw_world(&s.scene, p, s.size);
        for (int i = 0; i < places(&s); i++) {
            uint32_t ch = mark_at(&s, i, 0, 1).ch;
            ck_assert(ch != '@' && !(ch >= 0x2190 && ch <= 0x2193));
            ck_assert_int_lt(mark_at(&s, i, 0, 0).ground, GROUND_VISITS + 1);
        }
        s.scene.truth = true;
        draw_world(&s.scene, p, s.size);
        ck_assert_int_eq(count(&s, '@'), 1);
        close_map(&s);
    }
}
END_TEST

/* Two agents on one map: both their marks, the belief of the first, and a corner in the
 * other's colour wherever it is surer by two steps. */
START_TEST(agents_are_laid_on_one_map)
{
    struct view v;
    struct scene all[2];
    struct sheet sheet = { 0 };
    open_on(&v, "aixi mdl", "gridworld", 200, rich);
    live_to(&v, 60);
    view_locate(&v);
    for (int i = 0; i < 2; i++)
        all[i] = view_scene(&v, i, sim_lock(v.sim[i]));
    all[0].company = all;
    all[0].n_company = 2;
    sheet_resize(&sheet, 20, 50);
    draw_world(&all[0], (struct pane){ &sheet, { 0, 0, 20, 50 } },
               (struct cell_size){ 5, 2 });
    int letters[2] = { 0 }, corners = 0;
    for (int p = 0; p < 100; p++) {
        double p0, q0;
        const struct mark *m = &sheet.at[p / 10 * 100 + p % 10 * 5];
        film_start(all[0].film, &p0);
        film_start(all[1].film, &q0);
        int mine = ramp_step((double)film_at(all[0].film, 60).belief[p], p0);
        int other = ramp_step((double)film_at(all[1].film, 60).belief[p], q0);
        bool corner = m[50].ch == 0x2596;
        letters[0] += m[2].ch == 'A' && m[2].ground == GROUND_AGENT;
        letters[1] += m[2].ch == 'B' && m[2].ground == GROUND_AGENT + 1;
        if (m->ground == GROUND_VOID)
            continue;
        ck_assert_int_eq(m->ground, GROUND_STEP + mine);
        ck_assert_int_eq(corner, other >= mine + 2);
        ck_assert(!corner || m[50].role == ROLE_OF(GROUND_AGENT + 1));
        corners += corner;
    }
    ck_assert(letters[0] == 1 && letters[1] == 1);
    ck_assert_int_gt(corners, 0);
    for (int i = 0; i < 2; i++)
        sim_unlock(v.sim[i]);
    sheet_release(&sheet);
    view_release(&v);
}
END_TEST

/* Another palette and back, and every mark is as it was. */
START_TEST(a_palette_and_back_shows_the_same)
{
    struct view v;
    open_on(&v, "aixi", maze, 30, rich);
    live_to(&v, 12);
    struct sheet before = drawn(&v, 36, 120);
    for (int p = 1; p <= PALETTES; p++) {
        view_palette(&v, (enum palette)(p % PALETTES));
        *v.message = '\0';
        struct sheet now = drawn(&v, 36, 120);
        size_t bytes = sizeof *now.at * 36 * 120;
        ck_assert_int_eq(memcmp(now.at, before.at, bytes) == 0, p != PALETTE_MONO);
        sheet_release(&now);
    }
    sheet_release(&before);
    view_release(&v);
}
END_TEST

/* The scale under the map: its blocks in the colours of the steps, no two numbers touch. */
START_TEST(the_scale_has_the_colours_of_the_map)
{
    struct subject s;
    open_map(&s, "aixi", "gridworld", 0, (struct cell_size){ 3, 1 }, rich);
    for (int width = 2; width <= 11; width++) {
        struct sheet line = { 0 };
        sheet_resize(&line, 1, 10 * width);
        draw_scale(&s.scene, (struct pane){ &line, { 0, 0, 1, 10 * width } });
        for (int c = 0; c < 10 * width; c++)
            ck_assert_int_eq(line.at[c].ground, GROUND_STEP + c / width);
        if (width == 3) {
            static const char want[] = " 0  <  2  3  6 10 18 32 56 100";
            for (int c = 0; c < 30; c++)
                ck_assert_uint_eq(line.at[c].ch, (uint8_t)want[c]);
        }
        if (width == 5) {
            static const char want[] = "  0  <1.8  1.8  3.1  5.6  9.9  18   32   56   100 ";
            for (int c = 0; c < 50; c++)
                ck_assert_msg(line.at[c].ch == (uint8_t)want[c], "column %d: '%c'", c,
                              (int)line.at[c].ch);
        }
        sheet_release(&line);
    }
    close_map(&s);
}
END_TEST

int main(void)
{
    enum { SIZES = 8 };
    Suite *s = suite_create("map");
    TCase *tc = tcase_create("map");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, every_place_has_a_ground, 0, SIZES);
    tcase_add_loop_test(tc, a_flat_belief_is_one_calm_colour, 0, SIZES);
    tcase_add_test(tc, a_collapsed_belief_is_one_bright_place);
    tcase_add_test(tc, digits_are_the_steps);
    tcase_add_loop_test(tc, a_place_is_drawn_in_every_size, 0, SIZES);
    tcase_add_test(tc, numbers_in_places_are_whole);
    tcase_add_test(tc, numbers_in_one_line_leave_a_blank);
    tcase_add_loop_test(tc, layers_have_grounds_of_their_own, 0, 2);
    tcase_add_test(tc, habits_stand_beside_what_is_best);
    tcase_add_test(tc, the_unseen_is_the_calmest);
    tcase_add_loop_test(tc, a_hidden_place_is_kept, 0, 3);
    tcase_add_test(tc, agents_are_laid_on_one_map);
    tcase_add_test(tc, a_palette_and_back_shows_the_same);
    tcase_add_test(tc, the_scale_has_the_colours_of_the_map);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
