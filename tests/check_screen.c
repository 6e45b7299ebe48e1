#include "config.h"

#include "harness.h"
#include "terminal.h"
#include "view.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <vterm.h>

static VTermScreenCell cell_at(struct terminal *t, int row, int col)
{
    VTermScreenCell cell;
    vterm_screen_get_cell(t->screen, (VTermPos){ row, col }, &cell);
    return cell;
}

/* A cell of the maze is shaded by the belief, the uniform one at first, in the colour that
 * the theme says; walls are cut out of it and hatched. */
START_TEST(belief_is_a_background_colour)
{
    struct terminal t = start(24, 80, "xterm-256color", watch);
    wait_for(&t, "before the first action");
    VTermScreenCell floor = cell_at(&t, 3, 5), wall = cell_at(&t, 2, 5);
    struct theme theme = { .colors = 256 };
    ck_assert(VTERM_COLOR_IS_INDEXED(&floor.bg) && VTERM_COLOR_IS_INDEXED(&wall.bg));
    ck_assert_int_eq(floor.bg.indexed.idx, theme_ground(theme, GROUND_STEP + 2).index);
    ck_assert_int_eq(wall.bg.indexed.idx, theme_ground(theme, GROUND_VOID).index);
    ck_assert_uint_eq(wall.chars[0], 0x2571);
    press(&t, "q");
    end(&t);
}
END_TEST

/* Waits for a background of the wall in the first row of the map. */
static void expect_wall(struct terminal *t, int index)
{
    int is = -2;
    for (double from = seconds(); seconds() - from < PATIENCE; listen_for(t, 20)) {
        VTermScreenCell wall = cell_at(t, 2, 5);
        is = VTERM_COLOR_IS_INDEXED(&wall.bg) ? wall.bg.indexed.idx : -1;
        if (is == index)
            return;
    }
    ck_assert_int_eq(is, index);
}

/* The terminal answers late, in pieces, twice and with nonsense: the palette follows, and
 * nothing that it says is a key. That it can tell of changes is asked, used and taken
 * back. */
START_TEST(the_background_is_what_the_terminal_says)
{
    static const char *const pieces[] = {
        "\033",     "]11;rgb:ffff/", "ffff/ffff\033", "\\", "\033]11;rgb:ffff/ffff/ffff\a",
        "\033[?62", ";22c"
    };
    struct theme dark = { .colors = 256 };
    struct theme light = { .colors = 256, .backdrop = BACKDROP_LIGHT };
    unsetenv("COLORFGBG");
    struct terminal t = start(24, 80, "xterm-256color", watch);
    wait_for(&t, "before the first action");
    expect_wall(&t, theme_ground(dark, GROUND_VOID).index);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        press(&t, pieces[i]);
        for (int k = 0; k < 3; k++)
            listen_for(&t, 20);
    }
    expect_wall(&t, theme_ground(light, GROUND_VOID).index);
    press(&t, "\033]11;nothing\033\\\033[?2031;2$y\033[?997;1n");
    press(&t, "\033]11;rgb:1212/1212/1212\033\\\033[?62;22c");
    expect_wall(&t, theme_ground(dark, GROUND_VOID).index);
    ck_assert(shown(&t, "before the first action") && !shown(&t, "t=1 "));
    press(&t, "q");
    end(&t);
}
END_TEST

/* ---- every cell, for kinds of terminals */

struct tty_kind {
    const char *term, *locale;
    struct view_conf conf; /* what the window should make of it */
    bool no_color;
};
static const struct tty_kind kinds[] = {
    { "xterm-256color", "C.UTF-8", { .utf8 = true, .theme.colors = 256 }, false },
    { "xterm", "C.UTF-8", { .utf8 = true, .theme.colors = 8 }, false },
    { "vt100", "C", { .utf8 = false, .theme.colors = 0 }, false },
    { "screen-256color", "C.UTF-8", { .utf8 = true, .theme.colors = 256 }, false },
    { "tmux-256color", "C.UTF-8", { .utf8 = true, .theme.colors = 256 }, false },
    { "linux",
      "C.UTF-8",
      { .utf8 = true, .theme.colors = 8, .graph = GRAPH_BLOCK },
      false },
    { "xterm-256color", "C.UTF-8", { .utf8 = true, .theme.colors = 0 }, true },
    { "screen-256color", "C", { .utf8 = false, .theme.colors = 256 }, false },
};
enum { KINDS_OF_ALL = 3 }; /* the rest is shown one demonstration */

static const struct {
    const char *agents[2], *env;
    int t;
} demos[] = {
    { { "aixi", NULL }, "gridworld", 60 },
    { { "thompson:resample=horizon,horizon=20", NULL }, "gridworld:map=thesis", 45 },
    { { "kl-ksa", NULL }, "gridworld:noise=start", 30 },
    { { "aixi", "mdl" }, "gridworld:map=thesis", 40 },
    { { "mc-aixi:samples=50,predictor=fac-ctw:depth=16", NULL }, "tiger", 99 }
};
enum { DEMOS = sizeof demos / sizeof *demos };

static int colour_of(const VTermColor *c)
{
    return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : -1;
}

/* "" when the cell is what the sheet says, else what differs. libvterm knows no dim. */
static const char *difference(const VTermScreenCell *cell, struct mark m,
                              const struct view_conf *conf)
{
    struct look look = theme_look(conf->theme, m);
    uint32_t is = cell->chars[0] ? cell->chars[0] : ' ', want = m.ch ? m.ch : ' ';
    if (is != want)
        return "character";
    if (!cell->attrs.reverse != !(look.attr & LOOK_REVERSE))
        return "reverse";
    if (want == ' ' && colour_of(&cell->bg) == look.bg)
        return ""; /* what a blank is painted with is not seen */
    if (!cell->attrs.bold != !(look.attr & LOOK_BOLD))
        return "bold";
    if (!cell->attrs.underline != !(look.attr & LOOK_UNDERLINE))
        return "underline";
    if (colour_of(&cell->fg) != look.fg)
        return "foreground";
    return colour_of(&cell->bg) == look.bg ? "" : "background";
}

/* Waits until the terminal shows the sheet, cell by cell. */
static void expect_sheet(struct terminal *t, const struct sheet *s,
                         const struct view_conf *conf, const char *name)
{
    const char *what = "";
    int at = 0;
    for (double from = seconds(); seconds() - from < PATIENCE; listen_for(t, 20)) {
        for (at = 0, what = ""; at < s->rows * s->cols && !*what; at++) {
            VTermScreenCell cell = cell_at(t, at / s->cols, at % s->cols);
            what = difference(&cell, s->at[at], conf);
        }
        if (!*what)
            return;
    }
    at--;
    ck_abort_msg("%s, %dx%d: %s of row %d, column %d:\n%s", name, s->cols, s->rows, what,
                 at / s->cols, at % s->cols, row_text(t, at / s->cols));
}

static void resize(struct terminal *t, int rows, int cols)
{
    struct winsize size = { (unsigned short)rows, (unsigned short)cols, 0, 0 };
    t->rows = rows;
    t->cols = cols;
    vterm_set_size(t->vt, rows, cols);
    ck_assert_int_eq(ioctl(t->fd, TIOCSWINSZ, &size), 0);
}

/* The same window without a terminal, at cycle t. */
static void open_like(struct view *v, const struct tty_kind *kind, int demo)
{
    struct err err = { 0 };
    struct show show = { .seed = 7, .steps = 200 };
    for (int i = 0; i < 2 && demos[demo].agents[i]; i++)
        ck_assert(
            kind_parse(&show.agent[show.n++], &agent_shelf, demos[demo].agents[i], &err));
    ck_assert(kind_parse(&show.env, &env_shelf, demos[demo].env, &err));
    ck_assert(view_init(v, &kind->conf, &show, &err));
    view_go(v, demos[demo].t);
    for (int i = 0; i < v->show.n; i++)
        sim_wait(v->sim[i], demos[demo].t);
}

/* What the terminal shows is what the sheet says, whose goldens are those of check_view:
 * characters, colours and attributes of every cell, in three sizes. */
START_TEST(every_cell_is_as_drawn)
{
    static const struct {
        int rows, cols;
    } sizes[] = { { 12, 40 }, { 24, 80 }, { 36, 120 } };
    int all = KINDS_OF_ALL * DEMOS;
    int k = _i < all ? _i / DEMOS : _i - all + KINDS_OF_ALL,
        demo = _i < all ? _i % DEMOS : 0;
    const struct tty_kind *kind = &kinds[k];
    const char *args[12] = { "ursa", "watch", "--paused", "-s", "7" };
    int n = 5;
    for (int i = 0; i < 2 && demos[demo].agents[i]; i++)
        args[n++] = demos[demo].agents[i];
    args[n] = demos[demo].env;
    setenv("NO_COLOR", kind->no_color ? "1" : "", 1);
    struct terminal t = start_as(NULL, 12, 40, kind->term, kind->locale, args);
    struct view v;
    char go[20];
    open_like(&v, kind, demo);
    wait_for(&t, "q quit");
    snprintf(go, sizeof go, "g%d\r", demos[demo].t);
    press(&t, go);
    for (size_t i = 0; i < 3; i++) {
        struct sheet s = { 0 };
        resize(&t, sizes[i].rows, sizes[i].cols);
        sheet_resize(&s, sizes[i].rows, sizes[i].cols);
        view_draw(&v, &s);
        expect_sheet(&t, &s, &kind->conf, kind->term);
        sheet_release(&s);
    }
    view_release(&v);
    press(&t, "q");
    end(&t);
}
END_TEST

/* On eight colours and none the belief is told by digits. */
START_TEST(poor_terminals_show_digits)
{
    static const char *const terms[] = { "xterm", "vt100" };
    struct terminal t = start(24, 80, terms[_i], watch);
    wait_for(&t, "before the first action");
    VTermScreenCell floor = cell_at(&t, 3, 5);
    ck_assert_uint_eq(floor.chars[0], '2'); /* of 9: as at the start */
    ck_assert(VTERM_COLOR_IS_DEFAULT_BG(&floor.bg));
    press(&t, "q");
    end(&t);
}
END_TEST

/* Takes what comes until nothing has for a while. */
static void settle(struct terminal *t)
{
    for (double from = seconds(); seconds() - from < 0.4;)
        listen_for(t, 50);
}

/* Nothing of a larger picture is left in a smaller one, and none of that in a larger. */
START_TEST(shrinking_and_growing_leave_no_stale_cell)
{
    static const struct {
        int rows, cols;
    } sizes[] = { { 12, 40 }, { 36, 120 }, { 24, 80 }, { 20, 50 }, { 24, 80 } };
    struct terminal t = start(24, 80, "xterm-256color", watch);
    wait_for(&t, "before the first action");
    settle(&t);
    char *first[24];
    for (int r = 0; r < 24; r++)
        first[r] = row_text(&t, r);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        resize(&t, sizes[i].rows, sizes[i].cols);
        settle(&t);
    }
    for (int r = 0; r < 24; r++) {
        char *now = row_text(&t, r);
        ck_assert_str_eq(now, first[r]);
        free(now);
        free(first[r]);
    }
    press(&t, "q");
    end(&t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("screen");
    TCase *tc = tcase_create("screen");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, belief_is_a_background_colour);
    tcase_add_test(tc, the_background_is_what_the_terminal_says);
    tcase_add_loop_test(tc, every_cell_is_as_drawn, 0,
                        KINDS_OF_ALL * DEMOS + sizeof kinds / sizeof *kinds - KINDS_OF_ALL);
    tcase_add_loop_test(tc, poor_terminals_show_digits, 0, 2);
    tcase_add_test(tc, shrinking_and_growing_leave_no_stale_cell);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
