#include "config.h"

#include "harness.h"
#include "window.h"
#include "xalloc.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- pictures */

static char *read_all(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t n = 0, cap = 0;
    if (!f)
        return NULL;
    for (int c; (c = fgetc(f)) != EOF;) {
        if (n + 1 >= cap)
            text = xrealloc(text, cap = cap ? 2 * cap : 4096, 1);
        text[n++] = (char)c;
        text[n] = '\0';
    }
    fclose(f);
    return text;
}

/* Compares with tests/golden/NAME.txt; URSA_GOLDEN=write makes it anew, to be looked at. */
static void compare(const char *name, const struct sheet *s, const struct view_conf *conf)
{
    const char *srcdir = getenv("srcdir"), *write = getenv("URSA_GOLDEN");
    char *path = xasprintf("%s/tests/golden/%s.txt", srcdir ? srcdir : ".", name);
    char *is = text_of(s, conf), *was;
    if (write && !strcmp(write, "write")) {
        FILE *f = fopen(path, "w");
        ck_assert_msg(f != NULL, "%s: %s", path, strerror(errno));
        fputs(is, f);
        fclose(f);
    }
    was = read_all(path);
    ck_assert_msg(was != NULL, "no %s", path);
    ck_assert_msg(!strcmp(is, was), "%s differs:\n%.3500s", path, is);
    free(is);
    free(was);
    free(path);
}

/* ---- sheets, glyphs, themes */

START_TEST(text_is_clipped_to_its_pane)
{
    struct sheet s = { 0 };
    sheet_resize(&s, 3, 10);
    struct pane p = { &s, { 1, 2, 1, 4 } };
    ck_assert_int_eq(put_text(p, 0, 2, ROLE_TEXT, "\u2192abcdef"), 9);
    ck_assert_uint_eq(s.at[1 * 10 + 4].ch, 0x2192);
    ck_assert_uint_eq(s.at[1 * 10 + 5].ch, 'a');
    ck_assert_uint_eq(s.at[1 * 10 + 6].ch, ' ');
    put_text(p, 1, 0, ROLE_TEXT, "no");
    put_text(p, -1, 0, ROLE_TEXT, "no");
    ck_assert_uint_eq(s.at[2 * 10 + 2].ch, ' ');
    sheet_release(&s);
}
END_TEST

/* Without colour every kind of tile is still its own. */
START_TEST(every_tile_has_a_glyph_of_its_own)
{
    const struct glyphs *sets[] = { &glyphs_utf8, &glyphs_ascii };
    const struct glyphs *g = sets[_i];
    for (size_t k = 0; env_shelf.at[k]; k++) {
        const struct env_ops *env = (const struct env_ops *)env_shelf.at[k];
        const char *tiles[64] = { g->agent, g->other, g->bare, g->sampled, g->fog };
        size_t n = 5;
        for (const struct tile_look *t = env->tiles; t && t->name; t++)
            tiles[n++] = tile_glyph(g, t);
        for (size_t i = 0; i < n; i++) {
            ck_assert_int_eq(text_width(tiles[i]), 3);
            for (size_t j = 0; j < i; j++)
                ck_assert_str_ne(tiles[i], tiles[j]);
        }
    }
}
END_TEST

START_TEST(every_size_can_be_drawn)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:map=thesis", 30, rich);
    live_to(&v, 30);
    for (int rows = 1; rows <= 60; rows += 7)
        for (int cols = 1; cols <= 200; cols += 13) {
            struct sheet s = drawn(&v, rows, cols);
            sheet_release(&s);
        }
    view_release(&v);
}
END_TEST

/* ---- the state machine */

START_TEST(every_key_may_be_pressed_at_any_time)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:size=5", 40, rich);
    live_to(&v, 10);
    for (const struct key_row *k = key_table; k->intent; k++) {
        for (int i = 0; i <= KEYS_A_ROW; i++) {
            uint32_t f = k->f ? VK_F1 + (uint32_t)k->f - 1 : 0;
            uint32_t key = i < KEYS_A_ROW ? k->key[i] : f;
            if (!key || k->intent == DO_RECORD)
                continue;
            view_key(&v, key);
            struct sheet s = drawn(&v, 24, 80);
            sheet_release(&s);
            view_key(&v, VK_ESCAPE);
        }
    }
    ck_assert(v.quit);
    view_release(&v);
}
END_TEST

START_TEST(keys_are_unambiguous)
{
    for (const struct key_row *k = key_table; k->intent; k++)
        for (int i = 0; i < KEYS_A_ROW; i++)
            if (k->key[i])
                ck_assert_int_eq(key_intent(k->key[i]), k->intent);
}
END_TEST

START_TEST(time_goes_back_and_forth)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:size=5", 40, rich);
    live_to(&v, 10);
    struct sheet at10 = drawn(&v, 24, 80);
    view_key(&v, 'b');
    struct sheet at9 = drawn(&v, 24, 80);
    ck_assert_int_eq(v.t, 9);
    view_key(&v, 'n');
    struct sheet again = drawn(&v, 24, 80);
    ck_assert_int_eq(v.t, 10);
    size_t bytes = sizeof(struct mark) * 24 * 80;
    ck_assert_int_ne(memcmp(at10.at, at9.at, bytes), 0);
    ck_assert_int_eq(memcmp(at10.at, again.at, bytes), 0);
    view_key(&v, VK_HOME);
    struct sheet home = drawn(&v, 24, 80);
    ck_assert_int_eq(v.t, 0);
    view_key(&v, 'n');
    view_key(&v, ']');
    ck_assert_int_eq(v.t, 1);
    sim_wait(v.sim[0], 11);
    view_key(&v, 'g');
    for (const char *p = "39"; *p; p++)
        view_key(&v, (uint32_t)*p);
    view_key(&v, VK_ENTER);
    sim_wait(v.sim[0], 39);
    struct sheet last = drawn(&v, 24, 80);
    ck_assert_int_eq(v.t, 39);
    sheet_release(&at10);
    sheet_release(&at9);
    sheet_release(&again);
    sheet_release(&home);
    sheet_release(&last);
    view_release(&v);
}
END_TEST

/* A changed parameter keeps what happened: the run goes on from the cycle shown. */
START_TEST(a_changed_parameter_forks_the_run)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:size=5", 40, rich);
    live_to(&v, 10);
    uint64_t hash = film_at(sim_film(v.sim[0]), 10).rec.hash;
    command_run(&v, "set horizon=3");
    ck_assert_str_eq(v.message, "");
    ck_assert_int_eq(v.forked, 10);
    ck_assert_uint_eq(film_at(sim_film(v.sim[0]), 10).rec.hash, hash);
    ck_assert_str_eq(v.show.agent[0].canonical, "aixi-v2:horizon=3");
    live_to(&v, 20);
    ck_assert_int_eq(film_last(sim_film(v.sim[0])), 20);
    command_run(&v, "set horizon=0");
    ck_assert_ptr_nonnull(strstr(v.message, "out of range"));
    ck_assert_str_eq(v.show.agent[0].canonical, "aixi-v2:horizon=3");
    ck_assert_int_eq(film_last(sim_film(v.sim[0])), 20);
    view_release(&v);
}
END_TEST

/* A hypothesis that somebody has thought of comes to a running mind; what happened before
 * stays, and the next lives with it. */
START_TEST(hypotheses_are_added_to_a_running_mind)
{
    struct view v;
    open_on(&v, "hedge:inject=30:mu", "coin-flip", 40, rich);
    live_to(&v, 10);
    uint64_t hash = film_at(sim_film(v.sim[0]), 10).rec.hash;
    view_key(&v, 'H');
    for (const char *p = "worlds:coin-flip:p=0.33"; *p; p++)
        view_key(&v, (uint32_t)*p);
    view_key(&v, VK_ENTER);
    ck_assert_str_eq(v.message, "");
    ck_assert_int_eq(v.forked, 10);
    ck_assert_uint_eq(film_at(sim_film(v.sim[0]), 10).rec.hash, hash);
    ck_assert_str_eq(v.show.agent[0].canonical,
                     "hedge-v1:inject=30:mu+11:worlds:coin-flip:p=0.33");
    live_to(&v, 12);
    ck_assert_uint_eq(film_at(sim_film(v.sim[0]), 10).n_rows, 9);
    ck_assert_uint_eq(film_at(sim_film(v.sim[0]), 12).n_rows, 10);
    command_run(&v, "inject coins");
    ck_assert_ptr_nonnull(strstr(v.message, "did you mean 'coin'"));
    view_release(&v);
    open_on(&v, "aixi", "coin-flip", 40, rich);
    command_run(&v, "inject coin");
    ck_assert_ptr_nonnull(strstr(v.message, "hedge does"));
    view_release(&v);
}
END_TEST

START_TEST(the_command_line_says_what_is_wrong)
{
    static const struct {
        const char *line, *message;
    } bad[] = {
        { "sett horizon=3", "did you mean 'set'" },
        { "set horizon", "KEY=VALUE" },
        { "set nothing=1", "neither" },
        { "set gama=1", "neither" },
        { "goto x", "not a number" },
        { "agent aixx", "unknown agent" },
        { "env gridwrld", "did you mean" },
        { "demo nothing", "unknown demonstration" },
        { "speed", "needs an argument" },
        { "write /nonexistent/x.urt", "/nonexistent/x.urt" },
    };
    struct view v;
    open_on(&v, "random", "coin-flip", 5, rich);
    command_run(&v, bad[_i].line);
    ck_assert_msg(strstr(v.message, bad[_i].message) != NULL, "%s: %s", bad[_i].line,
                  v.message);
    view_release(&v);
}
END_TEST

START_TEST(the_user_may_be_the_agent)
{
    struct view v;
    open_on(&v, "random", "gridworld:map=thesis", 40, rich);
    view_key(&v, 'a');
    static const uint32_t keys[] = { VK_DOWN, VK_DOWN, VK_RIGHT, '.' };
    static const unsigned actions[] = { 3, 3, 1, 4 };
    for (int i = 0; i < 4; i++) {
        view_key(&v, keys[i]);
        sim_wait(v.sim[0], i + 1);
        ck_assert_uint_eq(film_at(sim_film(v.sim[0]), i + 1).rec.action, actions[i]);
    }
    ck_assert_int_eq(film_last(sim_film(v.sim[0])), 4);
    view_release(&v);
}
END_TEST

/* The panels move line by line, no further than their end, and one line back from there. */
START_TEST(a_panel_with_the_focus_scrolls)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:map=thesis", 20, rich);
    live_to(&v, 10);
    view_key(&v, VK_TAB);
    view_mark(&v, 5);
    view_mark(&v, 7);
    for (int i = 0; i < 100; i++)
        view_key(&v, VK_DOWN);
    shows(&v, 36, 120, "");
    ck_assert(shows(&v, 36, 120, " 5  marked") && !shows(&v, 36, 120, " 7  marked"));
    int end = v.scrolled[FOCUS_EVENTS];
    view_key(&v, VK_UP);
    ck_assert_int_eq(v.scrolled[FOCUS_EVENTS], end - 1);
    view_release(&v);
}
END_TEST

START_TEST(the_tree_opens_and_closes)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:map=thesis", 20, rich);
    live_to(&v, 10);
    for (int k = 0; k < 3; k++, view_key(&v, VK_ENTER))
        ck_assert_int_eq(shows(&v, 24, 80, "Search tree"), k == 1);
    view_release(&v);
}
END_TEST

START_TEST(traces_are_hidden_and_shown)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:map=thesis", 20, rich);
    live_to(&v, 10);
    for (int k = 0; k < 3; k++, view_key(&v, '2'))
        ck_assert_int_eq(shows(&v, 24, 80, "entropy, bits"), k != 1);
    view_release(&v);
}
END_TEST

/* ---- tiles: rows of the world's table, of which the window knows nothing else */

static const struct tile_look with_lava[] = {
    { "floor", " . ", " . ", LOOK_GROUND, false, NULL },
    { "dispenser", " \u25c6 ", "[D]", LOOK_GOAL, false, NULL },
    { "lava", "\u2248\u2248\u2248", "^^^", LOOK_DANGER, true, "burns" },
    { 0 },
};

static struct env *open_lava(const void *config, uint64_t root, struct err *err);

static void draw_lava(const struct env *env, const void *state, bool truth,
                      struct canvas *cv)
{
    env_maze_1d.draw(env, state, truth, cv);
    for (int i = 0; truth && i < env->cols; i++)
        cv->at[i].thing = cv->at[i].thing ? cv->at[i].thing : 2;
}

static void describe_lava(struct env_ops *ops)
{
    *ops = env_maze_1d;
    ops->open = open_lava;
    ops->tiles = with_lava;
    ops->draw = draw_lava;
}

static struct env_ops lava;

static struct env *open_lava(const void *config, uint64_t root, struct err *err)
{
    struct env *env = env_maze_1d.open(config, root, err);
    env->ops = &lava;
    return env;
}

START_TEST(a_new_row_of_a_worlds_tiles_is_drawn_named_and_told)
{
    struct view v;
    char line[64];
    describe_lava(&lava);
    open_on(&v, "random", "maze-1d", 20, rich);
    v.show.env.kind = &lava.kind;
    ck_assert(view_restart(&v, 0));
    live_to(&v, 10);
    ck_assert(!shows(&v, 24, 80, "\u2248"));
    view_key(&v, 't');
    ck_assert(shows(&v, 24, 80, "\u2248"));
    const struct film *f = sim_film(v.sim[0]);
    int64_t t = 1; /* when it came from one cell to another without the dispenser */
    while (t < 10 &&
           (film_at(f, t).cell == film_at(f, t - 1).cell || film_at(f, t).cell == 2))
        t++;
    ck_assert(film_event(f, t, true, line, sizeof line) && strstr(line, "burns"));
    ck_assert(!film_event(f, t, false, line, sizeof line) || !strstr(line, "burns"));
    view_key(&v, '?');
    for (int page = 1; page < 4; page++)
        view_key(&v, VK_TAB);
    ck_assert(shows(&v, 40, 120, "\u2248\u2248\u2248 lava"));
    ck_assert(shows(&v, 40, 120, "followed") && !shows(&v, 40, 120, "modifier"));
    view_release(&v);
}
END_TEST

/* The metrics of a world stand in a line of their own. */
START_TEST(what_a_world_reports_is_shown)
{
    struct view v;
    open_on(&v, "random", "pacman", 20, rich);
    live_to(&v, 3);
    char want[40];
    snprintf(want, sizeof want, "pellets %g  power 0 cycles",
             film_at(sim_film(v.sim[0]), 3).rec.report[0]);
    ck_assert(shows(&v, 36, 120, want));
    view_release(&v);
}
END_TEST

/* A click tells what is known of a cell; in the user's hands it moves towards it. */
START_TEST(the_mouse_asks_and_acts)
{
    struct view v;
    open_on(&v, "aixi:samples=50", "gridworld:map=thesis", 40, rich);
    live_to(&v, 0);
    struct sheet s = drawn(&v, 24, 80);
    view_click(&v, &s, 2, 2); /* the first cell */
    ck_assert_msg(!strncmp(v.message, "(0,0): belief ", 14), "%s", v.message);
    *v.message = '\0';
    view_click(&v, &s, 0, 0);
    ck_assert_str_eq(v.message, "");
    view_key(&v, 'a');
    static const struct {
        int row, col;
        unsigned action;
    } clicks[] = { { 5, 2, 3 }, { 2, 2, 2 }, { 2, 2, 4 } };
    for (int i = 0; i < 3; i++) {
        view_click(&v, &s, clicks[i].row, clicks[i].col);
        sim_wait(v.sim[0], i + 1);
        ck_assert_uint_eq(film_at(sim_film(v.sim[0]), i + 1).rec.action, clicks[i].action);
        view_draw(&v, &s);
    }
    sheet_release(&s);
    view_release(&v);
}
END_TEST

START_TEST(a_search_under_way_is_left_at_once)
{
    struct view v;
    open_on(&v, "aixi:planner=mcts,samples=10000000", "gridworld", 200, rich);
    view_pause(&v, false);
    view_key(&v, 'q');
    ck_assert(v.quit);
    view_release(&v); /* would take minutes if it waited */
}
END_TEST

/* ---- what it looks like */

static const struct {
    const char *name, *agents, *env;
    int64_t t;
} pictures[] = { { "aixi", "aixi", "gridworld", 60 },
                 { "thompson", "thompson:resample=horizon,horizon=20",
                   "gridworld:map=thesis", 45 },
                 { "noise", "kl-ksa", "gridworld:noise=start", 15 },
                 { "two", "aixi mdl", "gridworld:map=thesis", 40 },
                 { "coin", "aixi", "coin-flip", 12 },
                 { "dirichlet", "aixi:model=dirichlet", "gridworld:map=thesis", 40 },
                 { "bits", "mc-aixi:samples=50,predictor=fac-ctw:depth=16", "tiger", 99 },
                 { "arms", "aixi", "bandit", 25 } };

START_TEST(the_window_looks_as_it_did)
{
    static const struct {
        int rows, cols;
    } sizes[] = { { 12, 40 }, { 24, 80 }, { 36, 120 } };
    static const struct {
        const char *name;
        struct view_conf conf;
    } terminals[] = { { "utf8-256", { .utf8 = true, .theme.colors = 256 } },
                      { "utf8-8", { .utf8 = true, .theme.colors = 8 } },
                      { "mono", { .utf8 = false, .theme.colors = 0 } } };
    for (size_t k = 0; k < 3; k++) {
        struct view v;
        open_on(&v, pictures[_i].agents, pictures[_i].env, 200, terminals[k].conf);
        v.truth = k == 2;
        live_to(&v, pictures[_i].t);
        for (size_t i = 0; i < 3; i++) {
            char name[80];
            struct sheet s = drawn(&v, sizes[i].rows, sizes[i].cols);
            snprintf(name, sizeof name, "%s-%dx%d-%s", pictures[_i].name, sizes[i].cols,
                     sizes[i].rows, terminals[k].name);
            compare(name, &s, &terminals[k].conf);
            sheet_release(&s);
        }
        view_release(&v);
    }
}
END_TEST

/* The numbers of a row from column `from` on, thin spaces within them; how many. Two that
 * touch are one that nobody can read. */
static int numbers_in(const struct sheet *s, int row, int from, double *out, int most)
{
    char text[400] = "", *p = text, *end;
    int n = 0;
    for (int c = from; c < s->cols && n < 390; c++) {
        uint32_t ch = s->at[row * s->cols + c].ch;
        if (ch != 0x2009)
            text[n++] = ch < 0x80 ? (char)ch : ' ';
    }
    for (n = 0; n < most && *p; p = end) {
        p += strspn(p, " ");
        double x = strtod(p, &end);
        if (end == p)
            end += strcspn(p, " ");
        else if (!*end || *end == ' ')
            out[n++] = x;
        else
            return -1;
    }
    return n;
}

static bool says(double shown, double is)
{
    double half = fabs(is) >= 1e7 ? 0.05 * pow(10, floor(log10(fabs(is)))) : 0.5;
    if (fabs(is) < 9999.5 && is != round(is))
        half = 0.0051;
    return fabs(shown - is) <= half * 1.0001;
}

static const struct {
    const char *agents, *env;
} tables[] = { { "aixi:planner=mcts,samples=20000", "bandit:kind=gaussian" },
               { "aixi:samples=300,reuse=always", "gridworld:map=thesis" },
               { "aixi", "tiger" },
               { "aixi:samples=50 kl-ksa:samples=70", "gridworld:map=thesis" },
               { "thompson aixi", "ipd" } };

/* The columns that a table has in the given width, by its head. */
static int values_in(const struct sheet *s, int row, const char *word)
{
    int n = 0, len = (int)strlen(word);
    for (int c = 0; c + len <= s->cols; c++) {
        int i = 0;
        while (i < len && s->at[row * s->cols + c + i].ch == (uint8_t)word[i])
            i++;
        bool alone = c + len == s->cols || s->at[row * s->cols + c + len].ch == ' ';
        n += i == len && alone && (!c || s->at[row * s->cols + c - 1].ch == ' ');
    }
    return n;
}

/* At every width each number on screen is the frame's, rounded, and no other is there; the
 * visits sum to those of the root. */
START_TEST(actions_show_the_numbers_of_the_frame)
{
    struct view v;
    int whole = 0;
    open_on(&v, tables[_i].agents, tables[_i].env, 20, rich);
    live_to(&v, 9);
    view_locate(&v);
    struct stage st = { .v = &v, .n = v.show.n };
    for (int i = 0; i < st.n; i++) {
        struct sim_status status = sim_lock(v.sim[i]);
        st.scene[i] = view_scene(&v, i, status);
    }
    int n = (int)st.scene[0].env->space.n_actions;
    for (int cols = 18; cols <= 120; cols++) {
        struct sheet s = { 0 };
        double sum[4] = { 0 }, total[4] = { 0 }, x[12];
        sheet_resize(&s, n + 2, cols);
        panel_actions(&st, (struct pane){ &s, { 0, 0, n + 2, cols } });
        int all = values_in(&s, 1, "value"),
            counts = values_in(&s, 1, "visits") + values_in(&s, 1, "n");
        for (int a = 0; a < n; a++) {
            int names = st.n == 1 ? 4 : 2, at = 0, count = 0;
            const char *name = action_words(&st.scene[0], (unsigned)a);
            int k = numbers_in(&s, a + 2, names, x, 12), digits = 0;
            for (const char *p = name; *p; p++)
                digits += *p >= '0' && *p <= '9';
            ck_assert_msg(k >= 0, "numbers touch in %d columns", cols);
            at = k > all + counts && digits ? k - all - counts : 0; /* "arm 2" */
            for (int i = 0; i < all; i++) {
                struct frame f = film_at(st.scene[i].film, st.scene[i].t);
                if (isfinite(f.mind.value[a]))
                    ck_assert_msg(at < k && says(x[at], f.mind.value[a]),
                                  "%g for %g in %d columns", x[at], f.mind.value[a], cols);
                at += isfinite(f.mind.value[a]);
                if (!isfinite(f.mind.visits[a]) || count++ >= counts)
                    continue;
                ck_assert_msg(at < k && says(x[at], f.mind.visits[a]),
                              "%g for %g visits in %d columns", x[at], f.mind.visits[a],
                              cols);
                sum[i] += x[at++];
                total[i] += f.mind.visits[a];
            }
        }
        for (int i = 0; i < all; i++)
            ck_assert_msg(fabs(sum[i] - total[i]) < 0.5, "%.0f visits in %d columns",
                          sum[i], cols);
        whole += all == st.n;
        sheet_release(&s);
    }
    ck_assert_int_gt(whole, 60);
    for (int i = 0; i < st.n; i++)
        sim_unlock(v.sim[i]);
    view_release(&v);
}
END_TEST

/* Nor do the numbers of the search tree run into the percepts before them. */
START_TEST(numbers_of_the_tree_stand_apart)
{
    enum { ROWS = 30 };
    struct view v;
    open_on(&v, "aixi:samples=2000,horizon=6", "tiger", 20, rich);
    live_to(&v, 3);
    view_locate(&v);
    struct scene scene = view_scene(&v, 0, sim_lock(v.sim[0]));
    for (int cols = 30; cols <= 76; cols++) {
        struct sheet s = { 0 };
        sheet_resize(&s, ROWS, cols);
        int n = draw_twigs(&scene, (struct pane){ &s, { 0, 0, ROWS, cols } }, 0);
        ck_assert_int_gt(n, 4);
        for (int row = 0; row < n && row < ROWS; row++)
            ck_assert_msg(s.at[row * cols + cols - 21].ch == ' ', "row %d of %d columns",
                          row, cols);
        sheet_release(&s);
    }
    sim_unlock(v.sim[0]);
    view_release(&v);
}
END_TEST

/* Names of files, worlds and agents may have any bytes: none that a terminal obeys gets on
 * a sheet, whichever way it was put there. */
START_TEST(a_sheet_has_no_control_characters)
{
    struct sheet s = { 0 };
    sheet_resize(&s, 1, 8);
    struct pane p = { &s, { 0, 0, 1, 8 } };
    for (unsigned c = 1; c < 256; c++) {
        put_text(p, 0, 0, ROLE_TEXT, "%cx", (int)c);
        put_text(p, 0, 2, ROLE_TEXT, "\xc2%cx", (int)c);
        put_ch(p, 0, 5, ROLE_TEXT, c);
        for (int i = 0; i < 8; i++)
            ck_assert_msg(s.at[i].ch >= ' ' && (s.at[i].ch < 0x7f || s.at[i].ch > 0x9f),
                          "byte %#x is shown as %#x", c, (unsigned)s.at[i].ch);
        if (c > ' ' && c < 0x7f)
            ck_assert_uint_eq(s.at[0].ch, c);
    }
    sheet_release(&s);
}
END_TEST

START_TEST(what_is_hidden_is_shown_only_on_demand)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:map=thesis", 20, rich);
    live_to(&v, 2);
    for (int k = 0; k < 2; k++, view_key(&v, 't')) {
        struct sheet s = drawn(&v, 24, 80);
        char *text = text_of(&s, &rich);
        ck_assert_int_eq(strstr(text, "\u25c6") != NULL, k);
        ck_assert_int_eq(strstr(text, "truth ON") != NULL, k);
        free(text);
        sheet_release(&s);
    }
    view_release(&v);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("view");
    TCase *tc = tcase_create("view");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, text_is_clipped_to_its_pane);
    tcase_add_loop_test(tc, every_tile_has_a_glyph_of_its_own, 0, 2);
    tcase_add_test(tc, every_size_can_be_drawn);
    tcase_add_test(tc, every_key_may_be_pressed_at_any_time);
    tcase_add_test(tc, keys_are_unambiguous);
    tcase_add_test(tc, time_goes_back_and_forth);
    tcase_add_test(tc, a_changed_parameter_forks_the_run);
    tcase_add_test(tc, hypotheses_are_added_to_a_running_mind);
    tcase_add_loop_test(tc, the_command_line_says_what_is_wrong, 0, 10);
    tcase_add_test(tc, the_user_may_be_the_agent);
    tcase_add_test(tc, a_panel_with_the_focus_scrolls);
    tcase_add_test(tc, the_tree_opens_and_closes);
    tcase_add_test(tc, traces_are_hidden_and_shown);
    tcase_add_test(tc, the_mouse_asks_and_acts);
    tcase_add_test(tc, a_new_row_of_a_worlds_tiles_is_drawn_named_and_told);
    tcase_add_test(tc, what_a_world_reports_is_shown);
    tcase_add_test(tc, a_search_under_way_is_left_at_once);
    tcase_add_loop_test(tc, the_window_looks_as_it_did, 0,
                        sizeof pictures / sizeof *pictures);
    tcase_add_loop_test(tc, actions_show_the_numbers_of_the_frame, 0,
                        sizeof tables / sizeof *tables);
    tcase_add_test(tc, numbers_of_the_tree_stand_apart);
    tcase_add_test(tc, a_sheet_has_no_control_characters);
    tcase_add_test(tc, what_is_hidden_is_shown_only_on_demand);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
