#include "config.h"

#include "harness.h"
#include "trace.h"
#include "window.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- film */

static struct sim *filmed(const char *agent, const char *env, size_t bytes, uint64_t steps,
                          struct show *show)
{
    struct err err = { 0 };
    *show = (struct show){ .seed = 3, .n = 1, .steps = steps };
    ck_assert(kind_parse(&show->agent[0], &agent_shelf, agent, &err));
    ck_assert(kind_parse(&show->env, &env_shelf, env, &err));
    struct job job = { &show->env, &show->agent[0], 0, 3, steps, NULL, NULL };
    struct sim *s = sim_new(&job, &(struct sim_conf){ .bytes = bytes }, &err);
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

/* Rewound, it is believed what was believed then. */
START_TEST(what_is_believed_of_the_hidden_is_kept)
{
    struct show show;
    struct sim *s = filmed("aimu", "tiger", 1 << 20, 60, &show);
    double odds = 1;
    for (int64_t t = 0; t <= 60; t++) {
        struct frame f = film_at(sim_film(s), t);
        ck_assert_ptr_nonnull(f.hidden);
        if (t)
            odds = f.rec.action ? 1 : odds * (f.rec.e.obs == 1 ? .85 / .15 : .15 / .85);
        ck_assert_near((double)f.hidden[0], odds / (1 + odds), 1e-6);
        ck_assert_near((double)f.hidden[1], 1 / (1 + odds), 1e-6);
    }
    sim_free(s);
    show_release(&show);
    s = filmed("aixi", "gridworld", 1 << 20, 3, &show);
    ck_assert_ptr_null(film_at(sim_film(s), 3).hidden);
    sim_free(s);
    show_release(&show);
}
END_TEST

/* Two orders of arms that pay with .2 and .9: both are as likely at first. Then arm 0 pays,
 * which is .9 against .2, and the first order has 9 of 2 + 9; it did so once. */
START_TEST(what_arms_are_believed_to_pay_is_kept)
{
    struct show show;
    struct sim *s = filmed("scripted:actions=0", "bandit:means=0.2+0.9", 1 << 20, 1, &show);
    ck_assert_ptr_null(film_at(sim_film(s), 0).spread);
    sim_free(s);
    show_release(&show);
    s = filmed("aixi:family=places", "bandit:means=0.2+0.9", 1 << 20, 60, &show);
    for (int64_t t = 0; t <= 60; t++) {
        struct frame f = film_at(sim_film(s), t);
        double ln = 0; /* odds of 0.9+0.2 */
        for (int64_t i = 1; i <= t; i++) {
            struct frame g = film_at(sim_film(s), i);
            ln += (g.rec.action ? -1 : 1) * (g.rec.e.rew ? log(4.5) : log(0.1 / 0.8));
        }
        double p = 1 / (1 + exp(-ln));
        ck_assert_uint_eq(f.n_rows, 2);
        ck_assert_near(fmax(f.row[0].p, f.row[1].p), fmax(p, 1 - p), 1e-9);
        ck_assert_near((double)f.spread[0].mean, 0.2 + 0.7 * p, 1e-6);
        ck_assert_near((double)f.spread[1].mean, 0.9 - 0.7 * p, 1e-6);
        ck_assert_near((double)f.spread[0].deviation, 0.7 * sqrt(p * (1 - p)), 1e-6);
        ck_assert_near((double)f.spread[0].best, p, 1e-6);
        ck_assert_near((double)f.spread[0].bin[SPREAD_BINS - 1], p, 1e-6);
        ck_assert_near((double)f.spread[0].bin[0], 1 - p, 1e-6);
        ck_assert_near((double)f.spread[0].lo, 0.2, 1e-6);
        ck_assert_near((double)f.spread[0].hi, 0.9, 1e-6);
        ck_assert_int_eq((int64_t)f.tally[0].n + f.tally[1].n, t);
        ck_assert_double_eq(f.tally[0].sum + f.tally[1].sum, (double)f.rec.total);
    }
    sim_free(s);
    show_release(&show);
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

/* Expected rewards and percepts are the model's: those of the coin, and of a posterior that
 * is still the uniform prior over two arms that pay with 0.2 and 0.9. */
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

/* An agent without the map shows what it has seen of it: the walls it stood beside, the
 * cells it was in, nothing of the rest. */
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
            unknown[i] += f.chart[c] == CHART_UNKNOWN;
            if (f.chart[c] != CHART_UNKNOWN)
                ck_assert_int_eq(f.chart[c] == CHART_WALL,
                                 env->ops->tiles[at[c].ground].role == LOOK_BLOCK);
        }
        ck_assert_int_eq(f.chart[f.cell], CHART_FREE);
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

/* ---- what was dropped, recorded, marked */

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
    show.script[0] = (struct script){ .at = tr.at, .n = tr.n };
    tr.at = NULL;
    ck_assert_msg(kind_parse(&show.env, &env_shelf, "gridworld:map=thesis", &err), "%s",
                  err.text);
    ck_assert_msg(kind_parse(&show.agent[0], &agent_shelf, "aixi:samples=50", &err), "%s",
                  err.text);
    for (size_t i = 0; i < tr.n_marks; i++)
        ck_assert_uint_eq(tr.mark[i], 2 + i);
    ck_assert_uint_eq(tr.n_marks, 2);
    trace_release(&tr);
    ck_assert_msg(view_init(v, &rich, &show, &err), "%s", err.text);
}

/* A run that the user took over is recorded with what was whose, and comes out the same
 * when it is shown again: the agent's own cycles are planned anew, the user's are not. */
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

/* A run forked twice is a trace of format 2, which says who acted from when on; what the
 * last agent lived comes out the same. A run without a past is of format 1. */
START_TEST(a_forked_run_carries_its_settings)
{
    char path[] = "/tmp/ursa-view-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    struct view v;
    struct trace tr;
    struct err err = { 0 };
    open_on(&v, "aixi:samples=50", "gridworld:map=thesis", 12, rich);
    live_to(&v, 4);
    command_run(&v, "set samples=60");
    ck_assert_int_eq(v.forked, 4);
    live_to(&v, 9);
    command_run(&v, "set samples=70");
    ck_assert_int_eq(v.forked, 9);
    live_to(&v, 12);
    ck_assert(view_record(&v, path, false));
    uint64_t hash = film_at(sim_film(v.sim[0]), 12).rec.hash;
    view_release(&v);
    ck_assert_msg(trace_read(&tr, path, &err), "%s", err.text);
    ck_assert_uint_eq(tr.n_past, 2);
    ck_assert_uint_eq(tr.past[0].from, 1);
    ck_assert_str_eq(tr.past[0].agent, "aixi-v2:samples=50");
    ck_assert_uint_eq(tr.past[1].from, 5);
    ck_assert_str_eq(tr.past[1].agent, "aixi-v2:samples=60");
    ck_assert_str_eq(tr.agent, "aixi-v2:samples=70");
    ck_assert(tr.at[8].by == BY_PAST && tr.at[9].by == BY_AGENT);
    ck_assert(tr.hash == hash && tr.n == 12);
    trace_release(&tr);
    unlink(path);
}
END_TEST

/* The screen at the cycles of `at`, one after the other. */
static void draw_all(struct view *v, const int64_t *at, int n, struct sheet *out)
{
    for (int i = 0; i < n; i++) {
        live_to(v, at[i]);
        *v->message = '\0';
        out[i] = drawn(v, 24, 80);
    }
}

static void same_screens(const struct sheet *a, const struct sheet *b, int n)
{
    for (int i = 0; i < n; i++)
        ck_assert_msg(!memcmp(a[i].at, b[i].at, sizeof *a->at * 24 * 80), "screen %d", i);
}

static void release_all(struct sheet *s, int n)
{
    for (int i = 0; i < n; i++)
        sheet_release(&s[i]);
}

/* Another size, other colours, and back. */
static void draw_large(struct view *v)
{
    view_palette(v, PALETTE_LIGHT);
    struct sheet large = drawn(v, 60, 200);
    sheet_release(&large);
    view_palette(v, PALETTE_AUTO);
}

/* A fork keeps the past: what a cycle before it showed, its values, plan and tree, it shows
 * cell by cell after it, and so does its recording; who acted is told. */
START_TEST(a_fork_keeps_its_past)
{
    static const int64_t at[] = { 1, 7, 20 };
    char path[] = "/tmp/ursa-view-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    struct sheet before[3], after[3], again[3];
    struct view v;
    open_on(&v, "aixi:samples=50", "gridworld:map=thesis", 30, rich);
    live_to(&v, 20);
    draw_all(&v, at, 3, before);
    command_run(&v, "set horizon=4");
    ck_assert_int_eq(v.forked, 20);
    ck_assert_str_eq(sim_who(v.sim[0], 20), "aixi-v2:samples=50");
    ck_assert_str_eq(sim_who(v.sim[0], 21), "aixi-v2:horizon=4,samples=50");
    live_to(&v, 30);
    draw_all(&v, at, 3, after);
    same_screens(before, after, 3);
    release_all(after, 3);
    draw_large(&v);
    draw_all(&v, at, 3, after);
    same_screens(before, after, 3);
    struct frame f = film_at(sim_film(v.sim[0]), 7);
    ck_assert(f.mind.n_actions == 5 && f.n_twigs > 5 && f.mind.n_plan > 0);
    ck_assert(f.rec.by == BY_AGENT);
    ck_assert(view_record(&v, path, false));
    uint64_t hash = film_at(sim_film(v.sim[0]), 30).rec.hash;
    view_release(&v);
    struct trace tr;
    struct err err = { 0 };
    ck_assert_msg(trace_read(&tr, path, &err), "%s", err.text);
    struct show show = { .n = 1, .seed = 7, .steps = 30 };
    show.script[0] = (struct script){ tr.at, tr.n, tr.past, tr.n_past, tr.present };
    ck_assert(kind_parse(&show.agent[0], &agent_shelf, "aixi:horizon=4,samples=50", &err));
    ck_assert(kind_parse(&show.env, &env_shelf, "gridworld:map=thesis", &err));
    ck_assert_msg(view_init(&v, &rich, &show, &err), "%s", err.text);
    ck_assert_int_eq(film_last(sim_film(v.sim[0])), 0);
    v.forked = 20;
    live_to(&v, 30);
    ck_assert_uint_eq(film_at(sim_film(v.sim[0]), 30).rec.hash, hash);
    struct sim_status st = sim_lock(v.sim[0]);
    sim_unlock(v.sim[0]);
    ck_assert_int_eq(st.differs, 0);
    draw_all(&v, at, 3, again);
    same_screens(before, again, 3);
    view_release(&v);
    release_all(before, 3);
    release_all(after, 3);
    release_all(again, 3);
    tr.at = NULL;
    tr.past = NULL;
    tr.n_past = 0;
    trace_release(&tr);
    unlink(path);
}
END_TEST

/* Where the first cycles were dropped nobody can learn them: no fork then, and that
 * is told. */
START_TEST(a_past_that_was_dropped_is_no_past)
{
    struct view v;
    struct view_conf little = rich;
    little.bytes = 1 << 17;
    open_on(&v, "aixi:samples=20", "gridworld:size=5", 200, little);
    live_to(&v, 200);
    ck_assert_int_gt(film_first(sim_film(v.sim[0])), 0);
    command_run(&v, "set samples=30");
    ck_assert(v.forked == 0 && strstr(v.message, "no longer kept"));
    ck_assert_str_eq(sim_who(v.sim[0], 1), "aixi-v2:samples=30");
    view_release(&v);
}
END_TEST

/* A window on a recording that another program would have made says from where. */
START_TEST(a_recording_that_differs_is_told)
{
    struct view v;
    struct err err = { 0 };
    struct show show = { .n = 1, .seed = 7, .steps = 6 };
    struct cycle *at = xcalloc(6, sizeof *at);
    open_on(&v, "random", "gridworld:map=thesis", 6, rich);
    live_to(&v, 6);
    for (int t = 1; t <= 6; t++) {
        struct record r = film_at(sim_film(v.sim[0]), t).rec;
        at[t - 1] = (struct cycle){ r.action, r.e, BY_AGENT };
    }
    view_release(&v);
    at[3].e.rew--;
    show.script[0] = (struct script){ .at = at, .n = 6 };
    ck_assert(kind_parse(&show.agent[0], &agent_shelf, "random", &err));
    ck_assert(kind_parse(&show.env, &env_shelf, "gridworld:map=thesis", &err));
    ck_assert(view_init(&v, &rich, &show, &err));
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

START_TEST(how_the_mass_of_programs_is_split_is_kept_and_what_they_prove)
{
    struct show show;
    struct sim *s = filmed("program-aixi:bits=14,horizon=1", "echo", 1 << 20, 8, &show);
    for (int64_t t = 1; t <= 8; t++) {
        struct frame f = film_at(sim_film(s), t);
        double sum = 0;
        ck_assert_uint_eq(f.n_shares, 4);
        ck_assert_str_eq(f.share[0].name, "says 0, reward 0");
        ck_assert_str_eq(f.share[2].name, "dies");
        ck_assert_str_eq(f.share[3].name, "undecided");
        for (size_t i = 0; i < f.n_shares; i++)
            sum += f.share[i].p;
        ck_assert_near(sum, 1, 1e-12);
        unsigned taken = f.mind.plan[0];
        ck_assert_near(film_value(sim_film(s), SERIES_EPSILON, t),
                       fmax(0, f.mind.hi[!taken] - f.mind.lo[taken]), 1e-15);
    }
    sim_free(s);
    show_release(&show);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("film");
    TCase *tc = tcase_create("film");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, a_cycle_looks_the_same_on_every_visit_however_little_is_kept);
    tcase_add_test(tc, what_is_believed_of_the_hidden_is_kept);
    tcase_add_test(tc, what_arms_are_believed_to_pay_is_kept);
    tcase_add_loop_test(tc, a_film_agrees_with_the_run_itself, 0, 5);
    tcase_add_test(tc, what_is_expected_is_what_the_model_says);
    tcase_add_test(tc, the_order_of_the_source_is_shown);
    tcase_add_test(tc, the_search_tree_is_kept);
    tcase_add_test(tc, a_map_that_was_not_told_is_drawn_as_it_is_learned);
    tcase_add_test(tc, events_are_found_in_both_directions);
    tcase_add_loop_test(tc, what_a_place_does_is_an_event, 0, 3);
    tcase_add_test(tc, a_dropped_cycle_is_lived_again);
    tcase_add_test(tc, a_run_taken_over_can_be_recorded_and_shown_again);
    tcase_add_test(tc, a_forked_run_carries_its_settings);
    tcase_add_test(tc, a_fork_keeps_its_past);
    tcase_add_test(tc, a_past_that_was_dropped_is_no_past);
    tcase_add_test(tc, a_recording_that_differs_is_told);
    tcase_add_test(tc, marks_are_events);
    tcase_add_test(tc, how_the_mass_of_programs_is_split_is_kept_and_what_they_prove);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
