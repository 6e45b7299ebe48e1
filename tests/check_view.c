#include "config.h"

#include "harness.h"
#include "trace.h"
#include "view.h"
#include "xalloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a window without a terminal */

static void open_on(struct view *v, const char *agents, const char *env, uint64_t steps,
                    struct view_conf conf)
{
    struct err err = { 0 };
    struct show show = { .root = 0, .seed = 7, .steps = steps };
    char text[200], *save = NULL;
    snprintf(text, sizeof text, "%s", agents);
    for (char *w = strtok_r(text, " ", &save); w; w = strtok_r(NULL, " ", &save))
        ck_assert_msg(agent_spec_parse(&show.agent[show.n++], w, &err), "%s", err.text);
    ck_assert_msg(env_spec_parse(&show.env, env, &err), "%s", err.text);
    ck_assert_msg(view_open(v, &conf, &show, &err), "%s", err.text);
}

static const struct view_conf rich = { .utf8 = true, .colors = 256 };

/* Lives on to cycle t and shows it. */
static void live_to(struct view *v, int64_t t)
{
    view_go(v, t);
    for (int i = 0; i < v->show.n; i++)
        sim_wait(v->sim[i], t);
}

static struct sheet drawn(struct view *v, int rows, int cols)
{
    struct sheet s = { 0 };
    sheet_resize(&s, rows, cols);
    view_draw(v, &s);
    return s;
}

static void utf8(uint32_t c, FILE *f)
{
    c = c ? c : ' ';
    if (c < 0x80)
        fputc((int)c, f);
    else if (c < 0x800)
        fprintf(f, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 63)));
    else
        fprintf(f, "%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 63)),
                (int)(0x80 | (c & 63)));
}

/* The text of the sheet, and what its colours come to, row by row. */
static char *text_of(const struct sheet *s, const struct view_conf *conf)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    for (int r = 0; r < s->rows; r++) {
        uint32_t hash = 2166136261u;
        for (int c = 0; c < s->cols; c++) {
            struct mark m = s->at[r * s->cols + c];
            struct look l = theme_look(conf->palette, conf->colors, m);
            utf8(m.ch, f);
            hash = (hash ^ (uint32_t)(l.fg + 1)) * 16777619u;
            hash = (hash ^ (uint32_t)(l.bg + 1)) * 16777619u;
            hash = (hash ^ l.attr) * 16777619u;
        }
        fprintf(f, " %08x\n", hash);
    }
    fclose(f);
    return text;
}

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
    ck_assert_int_eq(put(p, 0, 2, ROLE_TEXT, "\u2192abcdef"), 9);
    ck_assert_uint_eq(s.at[1 * 10 + 4].ch, 0x2192);
    ck_assert_uint_eq(s.at[1 * 10 + 5].ch, 'a');
    ck_assert_uint_eq(s.at[1 * 10 + 6].ch, ' ');
    put(p, 1, 0, ROLE_TEXT, "no");
    put(p, -1, 0, ROLE_TEXT, "no");
    ck_assert_uint_eq(s.at[2 * 10 + 2].ch, ' ');
    sheet_release(&s);
}
END_TEST

/* Every shade of belief is lighter than the one before, or darker on white. */
START_TEST(ramps_rise_strictly)
{
    for (int p = 0; p < PALETTE_MONO; p++)
        for (int k = 2; k <= SHADES; k++) {
            double step = theme_lightness((enum palette)p, k) -
                          theme_lightness((enum palette)p, k - 1);
            ck_assert_msg(p == PALETTE_LIGHT ? step < 0 : step > 0, "palette %s, shade %d",
                          palette_names[p], k);
        }
}
END_TEST

START_TEST(palette_colours_are_those_of_xterm)
{
    ck_assert_int_eq(theme_rgb(16), 0x000000);
    ck_assert_int_eq(theme_rgb(231), 0xffffff);
    ck_assert_int_eq(theme_rgb(214), 0xffaf00);
    ck_assert_int_eq(theme_rgb(74), 0x5fafd7);
    ck_assert_int_eq(theme_rgb(240), 0x585858);
    ck_assert_int_eq(theme_rgb(1), 0x800000);
}
END_TEST

/* Without colour every kind of tile is still its own. */
START_TEST(every_tile_has_a_glyph_of_its_own)
{
    const struct glyphs *sets[] = { &glyphs_utf8, &glyphs_ascii };
    const struct glyphs *g = sets[_i];
    const char *tiles[] = { g->agent,     g->other, g->wall,  g->floor,    g->unknown,
                            g->dispenser, g->trap,  g->noise, g->modifier, g->corrupt,
                            g->sampled,   g->ghost, g->food,  g->power,    g->fog };
    for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) {
        ck_assert_int_eq(text_width(tiles[i]), 3);
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(tiles[i], tiles[j]);
    }
}
END_TEST

/* ---- layout */

static bool inside(struct rect r, int rows, int cols)
{
    return rect_empty(r) ||
           (r.row >= 0 && r.col >= 0 && r.row + r.rows <= rows && r.col + r.cols <= cols);
}

static bool overlap(struct rect a, struct rect b)
{
    return !rect_empty(a) && !rect_empty(b) && a.row < b.row + b.rows &&
           b.row < a.row + a.rows && a.col < b.col + b.cols && b.col < a.col + a.cols;
}

START_TEST(panels_neither_overlap_nor_leave_the_screen)
{
    for (int rows = 1; rows <= 100; rows++)
        for (int cols = 1; cols <= 300; cols++) {
            struct layout_want w = {
                rows, cols, _i & 1 ? 10 : 21, _i & 1 ? 10 : 40, _i & 2, _i & 4 ? 2 : 1
            };
            struct layout l = layout_make(&w);
            struct rect r[] = { l.title,  l.world[0], l.side[0], l.world[1], l.side[1],
                                l.traces, l.events,   l.message, l.hints,    l.bar };
            bool ok = l.too_small == (rows < 12 || cols < 40);
            for (size_t i = 0; i < sizeof r / sizeof *r; i++) {
                ok &= inside(r[i], rows, cols);
                for (size_t j = 0; j < i; j++)
                    ok &= !overlap(r[i], r[j]);
            }
            if (!ok)
                ck_abort_msg("%dx%d", cols, rows);
        }
}
END_TEST

/* Whatever leaves as space shrinks has left for good. */
START_TEST(panels_leave_in_the_documented_order)
{
    int state = 0; /* 0: all, 1: no events, 2: no traces or frames */
    for (int cols = 300; cols >= 40; cols--) {
        struct layout l = layout_make(&(struct layout_want){ 24, cols, 10, 10, false, 1 });
        int now = rect_empty(l.traces) ? 2 : rect_empty(l.events) ? 1 : 0;
        ck_assert_int_ge(now, state);
        ck_assert(!rect_empty(l.world[0]) && !rect_empty(l.side[0]));
        state = now;
    }
    ck_assert_int_eq(state, 2);
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

/* ---- film */

static struct sim *filmed(const char *agent, const char *env, size_t bytes, uint64_t steps,
                          struct show *show)
{
    struct err err = { 0 };
    *show = (struct show){ .seed = 3, .n = 1, .steps = steps };
    ck_assert(agent_spec_parse(&show->agent[0], agent, &err));
    ck_assert(env_spec_parse(&show->env, env, &err));
    struct job job = { &show->env, &show->agent[0], 0, 3, steps, NULL, NULL };
    struct sim *s = sim_new(&job, bytes, &err);
    ck_assert_msg(s != NULL, "%s", err.text);
    sim_go(s, (int64_t)steps);
    sim_wait(s, (int64_t)steps);
    return s;
}

START_TEST(a_cycle_looks_the_same_on_every_visit_however_little_is_kept)
{
    struct show a, b;
    struct sim *whole = filmed("aixi", "gridworld", 1 << 26, 300, &a);
    struct sim *little = filmed("aixi", "gridworld", 1 << 17, 300, &b);
    struct trail x[100], y[100];
    const struct film *f = sim_film(whole), *g = sim_film(little);
    ck_assert_int_eq(film_first(f), 0);
    ck_assert_int_gt(film_first(g), 0);
    ck_assert_int_eq(film_last(g), 300);
    for (int64_t t = film_first(g) + 1; t <= 300; t++) {
        struct frame p = film_at(f, t), q = film_at(g, t);
        ck_assert_uint_eq(p.rec.hash, q.rec.hash);
        ck_assert_int_eq(p.cell, q.cell);
        ck_assert_int_eq(memcmp(p.belief, q.belief, 100 * sizeof *p.belief), 0);
        film_trails(f, t, x);
        film_trails(g, t, y);
        for (int i = 0; i < 100; i++) {
            ck_assert_uint_eq(x[i].visits, y[i].visits);
            ck_assert_int_eq(x[i].action, y[i].action);
        }
    }
    sim_free(whole);
    sim_free(little);
    show_release(&a);
    show_release(&b);
}
END_TEST

/* What the screen asks of an agent, its outlook above all, leaves it as it was. */
START_TEST(a_film_agrees_with_the_run_itself)
{
    static const char *const runs[][2] = { { "aixi", "gridworld" },
                                           { "aixi:model=dirichlet", "gridworld" },
                                           { "thompson", "gridworld:map=thesis" },
                                           { "mc-aixi:samples=20", "tiger" },
                                           { "aixi", "bandit" } };
    struct show show;
    struct err err = { 0 };
    struct result r;
    struct sim *s = filmed(runs[_i][0], runs[_i][1], 1 << 26, 100, &show);
    struct job job = { &show.env, &show.agent[0], 0, 3, 100, NULL, NULL };
    ck_assert(job_run(&job, NULL, 0, NULL, &r, &err));
    ck_assert_uint_eq(film_at(sim_film(s), 100).rec.hash, r.hash);
    result_release(&r);
    sim_free(s);
    show_release(&show);
}
END_TEST

/* Expected rewards and percepts are the model's: those of the coin, and of a posterior that is
 * still the uniform prior over two arms that pay with 0.2 and 0.9. */
START_TEST(what_is_expected_is_what_the_model_says)
{
    struct show show;
    struct sim *s = filmed("aimu", "coin-flip:p=0.7", 1 << 20, 3, &show);
    const struct outlook *o = film_at(sim_film(s), 3).outlook;
    ck_assert_uint_eq(o->n_actions, 2);
    for (int a = 0; a < 2; a++) {
        const struct prospect *p = &o->action[a];
        ck_assert_near((double)p->mean, a ? 0.7 : 0.3, 1e-6);
        ck_assert_near((double)p->p[0], 0.7, 1e-6);
        ck_assert_uint_eq(p->e[0].obs, 1);
        ck_assert_int_eq(p->e[0].rew, a);
        ck_assert_near((double)p->p[1], 0.3, 1e-6);
        ck_assert_double_eq((double)p->p[2], 0);
    }
    sim_free(s);
    show_release(&show);
    s = filmed("aixi:family=places", "bandit:means=0.2+0.9", 1 << 20, 1, &show);
    o = film_at(sim_film(s), 0).outlook;
    for (int a = 0; a < 2; a++)
        ck_assert_near((double)o->action[a].mean, 0.55, 1e-6);
    sim_free(s);
    show_release(&show);
}
END_TEST

/* The order of a source that is its last bit but one, seen by a predictor of bits. */
START_TEST(the_order_of_the_source_is_shown)
{
    struct show show;
    struct sim *s =
        filmed("mc-aixi:samples=5,predictor=ctw:depth=8", "coin-flip", 1 << 22, 300, &show);
    const struct outlook *o = film_at(sim_film(s), 300).outlook;
    double sum = 0;
    ck_assert_uint_eq(o->depth, 8);
    ck_assert_uint_eq(o->n_orders, 9);
    for (uint32_t i = 0; i < o->n_orders; i++)
        sum += (double)o->order[i];
    ck_assert_near(sum, 1, 1e-5);
    ck_assert_uint_eq(o->n_bits, 64);
    uint64_t bits = 0;
    for (int64_t t = 200; t <= 300; t++) {
        struct record r = film_at(sim_film(s), t).rec;
        bits = bits << 3 | r.action << 2 | r.e.obs << 1 | (uint32_t)r.e.rew;
    }
    ck_assert_uint_eq(o->bits, bits);
    sim_free(s);
    show_release(&show);
}
END_TEST

/* The rows of the tree's first level are the actions, with their visits. */
START_TEST(the_search_tree_is_kept)
{
    struct show show;
    struct sim *s = filmed("aixi", "gridworld:map=thesis", 1 << 24, 20, &show);
    for (int64_t t = 1; t <= 20; t++) {
        struct frame f = film_at(sim_film(s), t);
        unsigned roots = 0, depth = 0;
        for (size_t i = 0; i < f.n_twigs; i++) {
            const struct twig *w = &f.twig[i];
            ck_assert_int_le(w->depth, depth + (i > 0));
            depth = w->depth;
            if (w->depth) {
                ck_assert_int_ge(w->after.rew, -6);
                ck_assert_uint_lt(w->after.obs, 16);
                continue;
            }
            roots++;
            ck_assert_uint_eq(w->visits, (uint32_t)f.mind.visits[w->action]);
            ck_assert_near((double)w->value, f.mind.value[w->action], 1e-3);
        }
        ck_assert_uint_eq(roots, 5);
    }
    sim_free(s);
    show_release(&show);
}
END_TEST

/* An agent without the map shows what it has seen of it: the walls it stood beside, the cells
 * it was in, nothing of the rest. */
START_TEST(a_map_that_was_not_told_is_drawn_as_it_is_learned)
{
    struct show show;
    struct sim *s =
        filmed("aixi:model=dirichlet", "gridworld:map=thesis", 1 << 24, 30, &show);
    const struct env *env = sim_env(s);
    struct cell at[100];
    struct canvas cv = { env->rows, env->cols, at };
    int unknown[2] = { 0 };
    for (int i = 0; i < 2; i++) {
        struct frame f = film_at(sim_film(s), 30 * i);
        canvas_clear(&cv);
        env->ops->draw(env, f.state, true, &cv);
        for (int c = 0; c < 100; c++) {
            unknown[i] += f.chart[c] == INK_UNKNOWN;
            if (f.chart[c] != INK_UNKNOWN)
                ck_assert_int_eq(f.chart[c] == INK_WALL, at[c].ink == INK_WALL);
        }
        ck_assert_int_eq(f.chart[f.cell], INK_FLOOR);
    }
    ck_assert_int_ge(unknown[0], 96);
    ck_assert_int_lt(unknown[1], unknown[0]);
    sim_free(s);
    show_release(&show);
    s = filmed("aixi", "gridworld:map=thesis", 1 << 24, 1, &show);
    ck_assert_ptr_null(film_at(sim_film(s), 1).chart);
    sim_free(s);
    show_release(&show);
}
END_TEST

START_TEST(events_are_found_in_both_directions)
{
    struct show show;
    char line[64];
    struct sim *s = filmed("aimu", "gridworld:map=thesis", 1 << 26, 50, &show);
    const struct film *f = sim_film(s);
    int64_t paid = film_seek(f, 0, false, 1);
    ck_assert_int_ge(paid, 8);
    ck_assert(film_event(f, paid, false, line, sizeof line));
    ck_assert_str_eq(line, "reward +99");
    ck_assert_int_eq(film_seek(f, film_seek(f, paid, false, 1), false, -1), paid);
    ck_assert_int_eq(film_seek(f, paid, false, -1), paid);
    sim_free(s);
    show_release(&show);
}
END_TEST

/* By hand, since it takes a clumsy agent: a wall, a trap, a place that wireheads. */
START_TEST(what_a_place_does_is_an_event)
{
    static const struct {
        const char *env, *walk, *event;
    } walks[] = {
        { "gridworld:map=thesis", "U", "bump, reward -6, the least" },
        { "gridworld:map=wirehead", "DDDDDRRUUURRDDRRRU", "wireheads" },
        { "gridworld:map=corrupt", "DDDRRD", "corrupt reward" },
    };
    struct view v;
    char line[80] = "";
    open_on(&v, "random", walks[_i].env, 40, rich);
    view_key(&v, 'a');
    int64_t t = 0;
    for (const char *p = walks[_i].walk; *p; p++) {
        view_key(&v, *p == 'U'   ? VK_UP
                     : *p == 'D' ? VK_DOWN
                     : *p == 'L' ? VK_LEFT
                                 : VK_RIGHT);
        sim_wait(v.sim[0], ++t);
    }
    sim_lock(v.sim[0]);
    ck_assert(film_event(sim_film(v.sim[0]), t, true, line, sizeof line));
    sim_unlock(v.sim[0]);
    ck_assert_msg(!strncmp(line, walks[_i].event, strlen(walks[_i].event)), "%s", line);
    sim_lock(v.sim[0]);
    film_event(sim_film(v.sim[0]), t, false, line, sizeof line);
    sim_unlock(v.sim[0]);
    ck_assert_msg(!strstr(line, "corrupt"), "told without the truth: %s", line);
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
    ck_assert_str_eq(v.show.agent[0].canonical, "aixi-v1:horizon=3");
    live_to(&v, 20);
    ck_assert_int_eq(film_last(sim_film(v.sim[0])), 20);
    command_run(&v, "set horizon=0");
    ck_assert_ptr_nonnull(strstr(v.message, "out of range"));
    ck_assert_str_eq(v.show.agent[0].canonical, "aixi-v1:horizon=3");
    ck_assert_int_eq(film_last(sim_film(v.sim[0])), 20);
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

START_TEST(the_command_line_completes_and_remembers)
{
    static const char *const whole[][2] = { { "ag", "agent " },
                                            { "env gridw", "env gridworld" },
                                            { "set horiz", "set horizon=" },
                                            { "set ma", "set max-" },
                                            { "set p", "set p" },
                                            { "demo dogm", "demo dogma" },
                                            { "nothing x", "nothing x" } };
    char line[VIEW_LINE];
    struct view v;
    open_on(&v, "aixi", "coin-flip", 5, rich);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        snprintf(line, sizeof line, "%s", whole[i][0]);
        command_complete(&v, line, sizeof line);
        ck_assert_str_eq(line, whole[i][1]);
    }
    view_key(&v, ':');
    for (const char *p = "speed 4"; *p; p++)
        view_key(&v, (uint32_t)*p);
    view_key(&v, VK_ENTER);
    ck_assert_int_eq(v.speed, 2);
    view_key(&v, ':');
    view_key(&v, VK_UP);
    ck_assert_str_eq(v.line, "speed 4");
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

/* Cycles that were dropped are lived again, and look as they did. */
START_TEST(a_dropped_cycle_is_lived_again)
{
    struct view v;
    struct view_conf little = rich;
    little.bytes = 1 << 17;
    open_on(&v, "aixi", "gridworld:size=5", 200, little);
    live_to(&v, 5);
    uint64_t hash = film_at(sim_film(v.sim[0]), 5).rec.hash;
    struct sheet before = drawn(&v, 24, 80);
    live_to(&v, 200);
    ck_assert_int_gt(film_first(sim_film(v.sim[0])), 5);
    live_to(&v, 5);
    struct sheet again = drawn(&v, 24, 80);
    ck_assert_int_eq(v.t, 5);
    ck_assert_uint_eq(film_at(sim_film(v.sim[0]), 5).rec.hash, hash);
    *v.message = '\0';
    view_draw(&v, &again);
    ck_assert_int_eq(memcmp(before.at, again.at, sizeof(struct mark) * 24 * 80), 0);
    sheet_release(&before);
    sheet_release(&again);
    view_release(&v);
}
END_TEST

static void window_of_trace(struct view *v, const char *path)
{
    struct trace tr;
    struct err err = { 0 };
    struct show show = { .n = 1 };
    ck_assert_msg(trace_read(&tr, path, &err), "%s", err.text);
    show.root = tr.root;
    show.seed = tr.seed;
    show.steps = tr.n;
    show.script[0] = (struct script){ tr.at, tr.by, tr.n };
    tr.at = NULL;
    tr.by = NULL;
    ck_assert_msg(env_spec_parse(&show.env, "gridworld:map=thesis", &err), "%s", err.text);
    ck_assert_msg(agent_spec_parse(&show.agent[0], "aixi:samples=50", &err), "%s",
                  err.text);
    for (size_t i = 0; i < tr.n_marks; i++)
        ck_assert_uint_eq(tr.mark[i], 2 + i);
    ck_assert_uint_eq(tr.n_marks, 2);
    trace_release(&tr);
    ck_assert_msg(view_open(v, &rich, &show, &err), "%s", err.text);
}

/* A run that the user took over is recorded with what was whose, and comes out the same when
 * it is shown again: the agent's own cycles are planned anew, the user's are not. */
START_TEST(a_run_taken_over_can_be_recorded_and_shown_again)
{
    char path[] = "/tmp/ursa-view-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    struct view v;
    open_on(&v, "aixi:samples=50", "gridworld:map=thesis", 12, rich);
    ck_assert(view_record(&v, path, true));
    live_to(&v, 3);
    view_key(&v, 'm');
    view_key(&v, 'b');
    struct sheet s = drawn(&v, 24, 80);
    sheet_release(&s);
    view_key(&v, 'm');
    view_key(&v, VK_END);
    view_key(&v, 'a');
    for (int i = 0; i < 3; i++) {
        view_key(&v, VK_DOWN);
        sim_wait(v.sim[0], 4 + i);
    }
    view_key(&v, 'a');
    live_to(&v, 12);
    uint64_t hash = film_at(sim_film(v.sim[0]), 12).rec.hash;
    ck_assert_int_eq(film_at(sim_film(v.sim[0]), 5).rec.by, BY_USER);
    ck_assert_int_eq(film_at(sim_film(v.sim[0]), 7).rec.by, BY_AGENT);
    view_release(&v);
    window_of_trace(&v, path);
    live_to(&v, 12);
    struct sim_status st = sim_lock(v.sim[0]);
    sim_unlock(v.sim[0]);
    ck_assert_int_eq(st.differs, 0);
    ck_assert_uint_eq(film_at(sim_film(v.sim[0]), 12).rec.hash, hash);
    view_release(&v);
    unlink(path);
}
END_TEST

/* A window on a recording that another program would have made says from where. */
START_TEST(a_recording_that_differs_is_told)
{
    struct view v;
    struct err err = { 0 };
    struct show show = { .n = 1, .seed = 7, .steps = 6 };
    struct cycle *at = xcalloc(6, sizeof *at);
    uint8_t *by = xcalloc(6, 1);
    open_on(&v, "random", "gridworld:map=thesis", 6, rich);
    live_to(&v, 6);
    for (int t = 1; t <= 6; t++) {
        struct record r = film_at(sim_film(v.sim[0]), t).rec;
        at[t - 1] = (struct cycle){ r.action, r.e };
    }
    view_release(&v);
    at[3].e.rew--;
    show.script[0] = (struct script){ at, by, 6 };
    ck_assert(agent_spec_parse(&show.agent[0], "random", &err));
    ck_assert(env_spec_parse(&show.env, "gridworld:map=thesis", &err));
    ck_assert(view_open(&v, &rich, &show, &err));
    live_to(&v, 6);
    struct sim_status st = sim_lock(v.sim[0]);
    sim_unlock(v.sim[0]);
    ck_assert_int_eq(st.differs, 4);
    struct sheet s = drawn(&v, 24, 80);
    char *text = text_of(&s, &rich);
    ck_assert_ptr_nonnull(strstr(text, "differs from the recording since t=4"));
    free(text);
    sheet_release(&s);
    view_release(&v);
}
END_TEST

START_TEST(marks_are_events)
{
    struct view v;
    open_on(&v, "random", "coin-flip", 20, rich);
    live_to(&v, 20);
    ck_assert(view_mark(&v, 7));
    ck_assert(view_mark(&v, 3));
    ck_assert(view_mark(&v, 12));
    ck_assert(!view_mark(&v, 7));
    ck_assert_int_eq(v.n_marks, 2);
    ck_assert_int_eq(v.mark[0], 3);
    ck_assert_int_eq(v.mark[1], 12);
    struct sheet s = drawn(&v, 36, 120);
    char *text = text_of(&s, &rich);
    ck_assert_ptr_nonnull(strstr(text, "marked"));
    free(text);
    sheet_release(&s);
    view_release(&v);
}
END_TEST

static bool shows(struct view *v, int rows, int cols, const char *what)
{
    struct sheet s = drawn(v, rows, cols);
    char *text = text_of(&s, &rich);
    bool found = strstr(text, what) != NULL;
    free(text);
    sheet_release(&s);
    return found;
}

/* The panels move line by line, no further than their end, and one line back from there. */
START_TEST(a_panel_with_the_focus_scrolls)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:map=thesis", 20, rich);
    live_to(&v, 10);
    ck_assert(!shows(&v, 24, 80, "expects") && shows(&v, 24, 80, "visits"));
    view_key(&v, VK_TAB);
    for (int i = 0; i < 100; i++)
        view_key(&v, VK_DOWN);
    ck_assert(shows(&v, 24, 80, "expects") && !shows(&v, 24, 80, "visits"));
    int end = v.scrolled[FOCUS_MIND];
    ck_assert_int_lt(end, 20);
    view_key(&v, VK_UP);
    ck_assert(shows(&v, 24, 80, "expects"));
    ck_assert_int_eq(v.scrolled[FOCUS_MIND], end - 1);
    view_key(&v, VK_TAB);
    view_mark(&v, 5);
    view_mark(&v, 7);
    for (int i = 0; i < 100; i++)
        view_key(&v, VK_DOWN);
    shows(&v, 36, 120, "");
    ck_assert(shows(&v, 36, 120, "t=5     marked") &&
              !shows(&v, 36, 120, "t=7     marked"));
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
        ck_assert_int_eq(shows(&v, 24, 80, "info gain"), k != 1);
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
    open_on(&v, "aixi:samples=10000000", "gridworld", 200, rich);
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
    } terminals[] = { { "utf8-256", { .utf8 = true, .colors = 256 } },
                      { "utf8-8", { .utf8 = true, .colors = 8 } },
                      { "mono", { .utf8 = false, .colors = 0 } } };
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

START_TEST(what_is_hidden_is_shown_only_on_demand)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:map=thesis", 20, rich);
    live_to(&v, 2);
    for (int k = 0; k < 2; k++, view_key(&v, 't')) {
        struct sheet s = drawn(&v, 24, 80);
        char *text = text_of(&s, &rich);
        ck_assert_int_eq(strstr(text, "\u25c6") != NULL, k);
        ck_assert_int_eq(strstr(text, "(truth ON)") != NULL, k);
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
    tcase_add_test(tc, ramps_rise_strictly);
    tcase_add_test(tc, palette_colours_are_those_of_xterm);
    tcase_add_loop_test(tc, every_tile_has_a_glyph_of_its_own, 0, 2);
    tcase_add_loop_test(tc, panels_neither_overlap_nor_leave_the_screen, 0, 8);
    tcase_add_test(tc, panels_leave_in_the_documented_order);
    tcase_add_test(tc, every_size_can_be_drawn);
    tcase_add_test(tc, a_cycle_looks_the_same_on_every_visit_however_little_is_kept);
    tcase_add_loop_test(tc, a_film_agrees_with_the_run_itself, 0, 5);
    tcase_add_test(tc, what_is_expected_is_what_the_model_says);
    tcase_add_test(tc, the_order_of_the_source_is_shown);
    tcase_add_test(tc, the_search_tree_is_kept);
    tcase_add_test(tc, a_map_that_was_not_told_is_drawn_as_it_is_learned);
    tcase_add_loop_test(tc, what_a_place_does_is_an_event, 0, 3);
    tcase_add_test(tc, events_are_found_in_both_directions);
    tcase_add_test(tc, every_key_may_be_pressed_at_any_time);
    tcase_add_test(tc, keys_are_unambiguous);
    tcase_add_test(tc, time_goes_back_and_forth);
    tcase_add_test(tc, a_changed_parameter_forks_the_run);
    tcase_add_loop_test(tc, the_command_line_says_what_is_wrong, 0, 9);
    tcase_add_test(tc, the_command_line_completes_and_remembers);
    tcase_add_test(tc, the_user_may_be_the_agent);
    tcase_add_test(tc, a_dropped_cycle_is_lived_again);
    tcase_add_test(tc, a_run_taken_over_can_be_recorded_and_shown_again);
    tcase_add_test(tc, a_recording_that_differs_is_told);
    tcase_add_test(tc, marks_are_events);
    tcase_add_test(tc, a_panel_with_the_focus_scrolls);
    tcase_add_test(tc, the_tree_opens_and_closes);
    tcase_add_test(tc, traces_are_hidden_and_shown);
    tcase_add_test(tc, the_mouse_asks_and_acts);
    tcase_add_test(tc, a_search_under_way_is_left_at_once);
    tcase_add_loop_test(tc, the_window_looks_as_it_did, 0,
                        sizeof pictures / sizeof *pictures);
    tcase_add_test(tc, what_is_hidden_is_shown_only_on_demand);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
