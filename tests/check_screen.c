#include "config.h"

#include "colour.h"
#include "harness.h"
#include "ramp.h"
#include "terminal.h"
#include "window.h"
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

/* Takes what comes until nothing has for a while. */
static void settle(struct terminal *t, double pause)
{
    for (double from = seconds(); seconds() - from < pause;)
        listen_for(t, 50);
}

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
    wait_for(&t, "before the first action"); /* it is drawn anew, line by line */
    ck_assert(!shown(&t, "t=1 "));
    press(&t, "q");
    end(&t);
}
END_TEST

/* ---- the rules of colour, on what is really shown */

static uint32_t rgb_of(const VTermColor *c)
{
    if (VTERM_COLOR_IS_INDEXED(c))
        return colour_of_index(c->indexed.idx);
    return (uint32_t)c->rgb.red << 16 | (uint32_t)c->rgb.green << 8 | c->rgb.blue;
}

/* The window that shows the same, for where its map of ten by ten is. */
struct double_of {
    struct view v;
    struct scene scene;
    int row, col; /* of the map */
    struct cell_size size;
    struct canvas cv;
};

/* The map is where the first grounds are, as far as they go; the scale under it is less
 * than a place high. */
static void find_map(struct double_of *d, const struct sheet *s)
{
    int at = 0, cols = 0, rows = 0;
    while (s->at[at].ground == GROUND_NONE)
        at++;
    while (s->at[at + cols].ground != GROUND_NONE)
        cols++;
    while (s->at[at + rows * s->cols].ground != GROUND_NONE)
        rows++;
    d->row = at / s->cols;
    d->col = at % s->cols;
    d->size = (struct cell_size){ cols / 10, rows / 10 };
    ck_assert(cols % 10 == 0 && d->size.rows >= 1);
}

static void open_double(struct double_of *d, int rows, int cols, int64_t t)
{
    struct sheet s;
    open_on(&d->v, "mdl", "gridworld:map=thesis", 200, rich);
    live_to(&d->v, t);
    s = drawn(&d->v, rows, cols);
    find_map(d, &s);
    sheet_release(&s);
    d->scene = view_scene(&d->v, 0, sim_lock(d->v.sim[0]));
    const struct env *env = d->scene.env;
    d->cv = (struct canvas){ env->rows, env->cols, xcalloc(100, sizeof(struct cell)) };
    env->ops->draw(env, film_at(d->scene.film, t).state, true, &d->cv);
}

static void close_double(struct double_of *d)
{
    free(d->cv.at);
    sim_unlock(d->v.sim[0]);
    view_release(&d->v);
}

static bool is_shade(struct theme theme, uint32_t rgb)
{
    for (int k = 1; k <= STEPS; k++) {
        struct tone tone = theme_ground(theme, (enum ground)(GROUND_STEP + k));
        if (rgb == tone.rgb || rgb == colour_of_index(tone.index))
            return true;
    }
    return false;
}

/* One column of a place: it stands on a colour of ours, walls on none of belief's, and
 * tokens, ranks and arrows are seen. */
static void check_column(struct terminal *t, int row, int col, bool wall,
                         struct theme theme)
{
    static const uint32_t seen[] = { '@',    '#',    0x2190, 0x2191,
                                     0x2192, 0x2193, 0x2039, 0x203a };
    VTermScreenCell cell = cell_at(t, row, col);
    ck_assert_msg(!VTERM_COLOR_IS_DEFAULT_BG(&cell.bg), "row %d, column %d", row, col);
    uint32_t bg = rgb_of(&cell.bg), fg = rgb_of(&cell.fg);
    ck_assert_int_eq(is_shade(theme, bg) && wall, 0);
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
        if (cell.chars[0] == seen[i])
            ck_assert_msg(colour_contrast(fg, bg) >= 3, "%#x at row %d, column %d",
                          (unsigned)seen[i], row, col);
}

/* In every palette, at the start, on the way and when it is found. */
START_TEST(the_map_that_is_shown_keeps_the_rules)
{
    static const int64_t times[] = { 0, 20, 40, 120 };
    const char *args[] = { "ursa", "watch",    "mdl",       "gridworld:map=thesis", "-s",
                           "7",    "--paused", "--palette", palette_names[_i],      NULL };
    struct theme theme = { (enum palette)_i, BACKDROP_UNKNOWN, 256 };
    unsetenv("COLORFGBG");
    struct terminal t = start(36, 120, "xterm-256color", args);
    wait_for(&t, "paused");
    for (size_t k = 0; k < sizeof times / sizeof *times; k++) {
        struct double_of d;
        char go[20], said[20];
        open_double(&d, 36, 120, times[k]);
        snprintf(go, sizeof go, "g%d\r", (int)times[k]);
        snprintf(said, sizeof said, "t %d ", (int)times[k]);
        press(&t, go);
        wait_for(&t, said);
        settle(&t, 0.1);
        struct cell_size size = d.size;
        for (int p = 0; p < 100; p++)
            for (int c = 0; c < size.cols * size.rows; c++)
                check_column(&t, d.row + p / 10 * size.rows + c / size.cols,
                             d.col + p % 10 * size.cols + c % size.cols,
                             d.scene.env->ops->tiles[d.cv.at[p].ground].role == LOOK_BLOCK,
                             theme);
        close_double(&d);
    }
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
    { "ursa-sixteen", "C.UTF-8", { .utf8 = true, .theme.colors = 16 }, false },
    { "ursa-256color", "C.UTF-8", { .utf8 = true, .theme.colors = COLORS_DIRECT }, false },
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
    return VTERM_COLOR_IS_INDEXED(c)                                      ? c->indexed.idx
           : VTERM_COLOR_IS_DEFAULT_BG(c) || VTERM_COLOR_IS_DEFAULT_FG(c) ? -1
                                                                          : (int)rgb_of(c);
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

/* Descriptions that not every system has: of sixteen colours, and of 24 bits, for a
 * terminal that is called after its 256. In a directory of its own. */
static void describe_terminals(char *dir)
{
    char path[80], command[200];
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/source", dir);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs("ursa-sixteen, colors#16, pairs#256, use=xterm-256color,\n"
          "ursa-256color, use=xterm-256color,\n"
          "ursa-direct, RGB, colors#0x1000000, pairs#0x7fff,\n"
          " setaf=\\E[38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%dm,\n"
          " setab=\\E[48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%dm,\n"
          " initc@, ccc@, use=xterm-256color,\n",
          f);
    fclose(f);
    snprintf(command, sizeof command, "tic -x -o %s %s", dir, path);
    ck_assert_int_eq(system(command), 0);
    setenv("TERMINFO", dir, 1);
    setenv("COLORTERM", "truecolor", 1);
}

static void forget_terminals(const char *dir)
{
    char command[200];
    snprintf(command, sizeof command, "rm -r %s", dir);
    ck_assert_int_eq(system(command), 0);
}

/* What the terminal shows is what the sheet says, whose goldens are those of check_view:
 * characters, colours and attributes of every cell, in three sizes. */
START_TEST(every_cell_is_as_drawn)
{
    char dir[] = "/tmp/ursa-terminfo-XXXXXX";
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
    bool own = !strncmp(kind->term, "ursa-", 5);
    unsetenv("COLORTERM");
    if (own)
        describe_terminals(dir);
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
    if (own)
        forget_terminals(dir);
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

/* Nothing of a larger picture is left in a smaller one, and none of that in a larger. */
START_TEST(shrinking_and_growing_leave_no_stale_cell)
{
    static const struct {
        int rows, cols;
    } sizes[] = { { 12, 40 }, { 36, 120 }, { 24, 80 }, { 20, 50 }, { 24, 80 } };
    struct terminal t = start(24, 80, "xterm-256color", watch);
    wait_for(&t, "before the first action");
    settle(&t, 0.4);
    char *first[24];
    for (int r = 0; r < 24; r++)
        first[r] = row_text(&t, r);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        resize(&t, sizes[i].rows, sizes[i].cols);
        settle(&t, 0.4);
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
    tcase_add_loop_test(tc, the_map_that_is_shown_keeps_the_rules, 0, PALETTE_MONO);
    tcase_add_loop_test(tc, every_cell_is_as_drawn, 0,
                        KINDS_OF_ALL * DEMOS + sizeof kinds / sizeof *kinds - KINDS_OF_ALL);
    tcase_add_loop_test(tc, poor_terminals_show_digits, 0, 2);
    tcase_add_test(tc, shrinking_and_growing_leave_no_stale_cell);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
