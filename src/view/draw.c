#include "config.h"

#include "picture.h"
#include "svg.h"
#include "view.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- drawing */

struct scene view_scene(struct view *v, int i, struct sim_status status)
{
    static const char *const tags[] = { "A", "B", "C", "D" };
    struct sim *s = v->sim[i];
    return (struct scene){ .env = sim_env(s),
                           .agent = sim_agent(s),
                           .job = sim_job(s),
                           .who = sim_who(s, v->t),
                           .film = sim_film(s),
                           .status = status,
                           .t = v->t,
                           .layer = v->layer,
                           .truth = v->truth,
                           .events_down = v->scrolled[FOCUS_EVENTS],
                           .hidden = v->hidden,
                           .mark = v->mark,
                           .n_marks = v->n_marks,
                           .digits = theme_is_poor(v->conf.theme),
                           .numbers = !v->no_numbers,
                           .fourth = v->fourth,
                           .arcs = v->arcs - 1,
                           .nr = i,
                           .graph = v->conf.utf8 ? v->conf.graph : GRAPH_ASCII,
                           .tag = v->show.n > 1 ? tags[i] : "",
                           .glyphs = v->conf.utf8 ? &glyphs_utf8 : &glyphs_ascii };
}

static const char *state_of(const struct view *v, const struct scene *s, char *buf,
                            size_t n)
{
    if (s->status.error)
        return "failed";
    if (s->status.done && v->follow)
        return "finished";
    if (v->paused || !v->follow)
        snprintf(buf, n, "%s paused", s->glyphs->pause);
    else if (v->speed == VIEW_FASTEST)
        snprintf(buf, n, "%s max", s->glyphs->play);
    else
        snprintf(buf, n, "%s %.0f/s", s->glyphs->play, view_cycles_a_second(v));
    return buf;
}

/* Samples a second, between two columns if there is room; of the moment, not of a cycle, so
 * that it is shown only while the run goes on. */
static void draw_rate(const struct view *v, const struct scene *s, struct pane p, int col,
                      int end)
{
    char text[32];
    double rate = s->status.rate;
    if (v->paused || !v->follow || s->status.done || !(rate > 0))
        return;
    snprintf(text, sizeof text, rate < 1e6 ? "%.0fk samples/s" : "%.1fM samples/s",
             rate < 1e6 ? rate / 1e3 : rate / 1e6);
    if (col + text_width(text) < end)
        put_text(p, 0, col, ROLE_DIM, "%s", text);
}

/* A spec in at most `room` columns: what does not fit of its parameters is left out. */
static void fit(char *buf, size_t n, const char *spec, int room)
{
    int len = (int)strlen(spec);
    if (len <= room || room < 4)
        snprintf(buf, n, "%.*s", room > 0 ? room : 0, spec);
    else
        snprintf(buf, n, "%.*s..", room - 2, spec);
}

/* The specs of agents and world, their names alone when compact, in the room there is
 * between columns `from` and `to`: the world has at least a third of it. */
static int draw_specs(const struct view *v, const struct scene *s, struct pane p, int from,
                      int to, bool compact)
{
    char agent[VIEW_RUNS][160], env[160];
    const struct show *show = &v->show;
    const char *world = compact ? show->env.kind->name : show->env.canonical;
    int gap = compact ? 1 : 3, n = v->show.n,
        room = to - from - gap - (n > 1 ? compact ? 1 : 11 : 0);
    int third = (int)strlen(world) < room / 3 ? (int)strlen(world) : room / 3, used = 0;
    for (int i = 0; i < n; i++) {
        const struct spec_of *a = &show->agent[i];
        fit(agent[i], sizeof agent[i], compact ? a->kind->name : s[i].who,
            (room - third) / n);
        used += (int)strlen(agent[i]);
    }
    fit(env, sizeof env, world, room - used);
    int col =
        put_text(p, 0, from, ROLE_STRONG, n > 1 && !compact ? "A: %s" : "%s", agent[0]);
    if (n > 1)
        col = put_text(p, 0, col, ROLE_STRONG, compact ? "|%s" : "  |  B: %s", agent[1]);
    col = compact ? put_text(p, 0, col, ROLE_DIM, "/")
                  : put_text(p, 0, col + 1, ROLE_DIM, "%s", s->glyphs->times) + 1;
    return put_text(p, 0, col, ROLE_STRONG, "%s", env);
}

void panel_title(struct stage *st, struct pane p)
{
    struct view *v = st->v;
    const struct scene *s = &st->scene[0];
    bool compact = st->l->small;
    char buf[32], seed[32], fork[40] = "";
    const char *state = state_of(v, s, buf, sizeof buf);
    int end = p.r.cols - text_width(state) - 1 - (v->trace ? 6 : 0);
    snprintf(seed, sizeof seed, compact ? " s%" PRIu32 : "   seed %" PRIu32, v->show.seed);
    if (v->forked && v->t > v->forked && !compact)
        snprintf(fork, sizeof fork, "  %s from %" PRId64, s->glyphs->fork, v->forked);
    int col = compact ? put_text(p, 0, 0, ROLE_TITLE, "ursa ")
                      : put_text(p, 0, 1, ROLE_TITLE, "ursa watch") + 3;
    int to = end - 2 - text_width(seed) - text_width(fork);
    col = draw_specs(v, s, p, col, to, compact);
    col = put_text(p, 0, col, ROLE_TEXT, "%s", seed);
    col = put_text(p, 0, col, ROLE_DIM, "%s", fork);
    if (!compact && v->show.n == 1)
        draw_rate(v, s, p, col + 2, end - 2);
    put_text(p, 0, end, ROLE_TEXT, "%s", state);
    if (v->trace)
        put_text(p, 0, p.r.cols - 6, ROLE_BAD, "%s REC ", s->glyphs->record);
}

void panel_keys(struct stage *st, struct pane p)
{
    if (st->l->small) {
        panel_status(st, p);
        return;
    }
    put_text(p, 0, 0, ROLE_DIM, "%s",
             st->v->hands ? "arrows act   . stay   a give back   q quit"
                          : "space pause  n step  b back  }{ event  +- speed  t truth  "
                            "v layer  : command  q quit");
}

void panel_status(struct stage *st, struct pane p)
{
    const struct view *v = st->v;
    const struct scene *c = &st->scene[0];
    char text[VIEW_LINE];
    if (c->status.error)
        put_text(p, 0, 0, ROLE_BAD, "%s", c->status.error);
    else if (*v->message)
        put_text(p, 0, 0, ROLE_STRONG, "%s", v->message);
    else if (c->status.differs && v->t >= c->status.differs)
        put_text(p, 0, 0, ROLE_BAD,
                 "differs from the recording since t=%" PRId64 ": another program made it",
                 c->status.differs);
    else if (!st->l->small) {
        describe_cycle(c, text, sizeof text);
        put_text(p, 0, 0, ROLE_TEXT, "%s", text);
    } else {
        snprintf(text, sizeof text, "t=%" PRId64, c->t);
        put_text(p, 0, 0, ROLE_DIM, "spc n b +/- t v  F1 help  q quit");
        put_text(p, 0, p.r.cols - text_width(text), ROLE_TEXT, "%s", text);
    }
}

/* ---- panels that stand alone */

void panel_map(struct stage *st, struct pane p)
{
    const struct scene *c = &st->scene[st->run];
    char info[120] = "";
    if (c->env->text)
        picture_info(c, p.r.cols - (c->truth ? 18 : 8), info, sizeof info);
    if (!st->l->small)
        p = draw_heading(p, c->glyphs, ROLE_STRONG, *c->tag ? c->tag : "World", "%s%s",
                         c->env->text ? info : layer_table[c->layer].name,
                         c->truth ? "  truth ON" : "");
    draw_world(c, p, st->l->cell);
}

void panel_scale(struct stage *st, struct pane p) { draw_scale(&st->scene[st->run], p); }

void panel_visits(struct stage *st, struct pane p)
{
    (void)st;
    (void)p;
}

void panel_value(struct stage *st, struct pane p)
{
    (void)st;
    (void)p;
}

void panel_events(struct stage *st, struct pane p)
{
    struct view *v = st->v;
    p = draw_heading(p, st->scene[0].glyphs,
                     v->focus == FOCUS_EVENTS ? ROLE_LABEL : ROLE_STRONG, "Events",
                     "{ } go to one");
    v->scrolled[FOCUS_EVENTS] = draw_events(st->scene, st->n, p);
}

void panel_traces(struct stage *st, struct pane p)
{
    const struct layout *l = st->l;
    draw_heading((struct pane){ p.sheet, l->heading }, st->scene[0].glyphs, ROLE_STRONG,
                 "Traces", "%s", "");
    p.r.rows += l->at[PANEL_slider].rows; /* one axis */
    draw_traces(st->scene, st->n, p);
}

void panel_slider(struct stage *st, struct pane p)
{
    if (rect_empty(st->l->at[PANEL_traces]))
        draw_traces(st->scene, st->n, p);
}

/* ---- all of it */

#define PANEL(name, ...) panel_##name,
static void (*const panel_table[])(struct stage *st, struct pane p) = {
#include "layout.def"
};
#undef PANEL

/* The largest picture of a world without a map that any of the runs has. At worst it is
 * told in a few short lines. */
static void measure_pictures(const struct stage *st, struct layout_want *w)
{
    for (int i = 0; i < st->n; i++) {
        struct extent want = picture_want(&st->scene[i]);
        w->picture.cols = want.cols > w->picture.cols ? want.cols : w->picture.cols;
        w->picture.rows = want.rows > w->picture.rows ? want.rows : w->picture.rows;
    }
    w->picture_min = (struct extent){ 20, 4 };
}

/* What the panels ask for, of the world and the runs shown, in so much room. */
static struct layout place_in(const struct stage *st, int rows, int cols)
{
    const struct view *v = st->v;
    const struct env *env = sim_env(v->sim[0]);
    const struct mind_ops *mind = mind_of(sim_agent(v->sim[v->run]));
    struct layout_want w = { .rows = rows,
                             .cols = cols,
                             .runs = v->show.n,
                             .actions = (int)env->space.n_actions,
                             .overlaid = v->overlaid };
    if (!env->text)
        w.map = (struct extent){ env->cols, env->rows };
    else
        measure_pictures(st, &w);
    w.without |= mind->foresee ? 0 : 1u << PANEL_expects;
    w.without |= mind->twigs ? 0 : 1u << PANEL_tree;
    w.without |= 1u << PANEL_posterior | 1u << PANEL_visits | 1u << PANEL_value;
    return layout_make(&w);
}

/* The panels on what the text of a demonstration leaves of the screen: it takes a part of
 * every line beside it but for title, status and keys, or the place of the status. */
static struct layout place(struct stage *st, const struct sheet *s)
{
    bool beside;
    struct rect text = st->text = story_rect(st->v, s->rows, s->cols, &beside);
    if (rect_empty(text))
        return place_in(st, s->rows, s->cols);
    int below = beside ? 0 : text.rows - 1;
    struct layout l = place_in(st, s->rows - below, s->cols - (beside ? text.cols : 0));
    struct rect *status = &l.at[PANEL_status], *keys = &l.at[PANEL_keys];
    l.at[PANEL_title].cols = status->cols = keys->cols = s->cols;
    keys->row += below;
    if (!beside)
        *status = (struct rect){ 0 };
    return l;
}

static void draw_panels(struct stage *st, struct sheet *s)
{
    const struct layout *l = st->l;
    int large = st->run;
    for (int i = 0; i < l->maps; i++) {
        st->run = l->maps > 1 ? i : large;
        if (!rect_empty(l->map[i]))
            panel_map(st, (struct pane){ s, l->map[i] });
    }
    st->run = large;
    for (int p = 0; p < PANELS; p++)
        if (!rect_empty(l->at[p]))
            panel_table[p](st, (struct pane){ s, l->at[p] });
}

static void draw_tree(struct view *v, const struct scene *c, struct sheet *s)
{
    struct pane p = draw_box(s, c->glyphs, s->rows - 4, 76, "Search tree");
    struct pane lines = p;
    lines.r.row++;
    lines.r.rows -= 2;
    put_text(p, 0, 1, ROLE_DIM, "percept, then action");
    put_text(p, 0, p.r.cols - 22, ROLE_DIM, "%9s %10s", "value", "visits");
    int n = draw_twigs(c, lines, v->chosen);
    if (!n)
        put_text(p, 1, 1, ROLE_TEXT, "there was no search in this cycle");
    v->chosen = n > lines.r.rows && v->chosen > n - lines.r.rows ? n - lines.r.rows
                : n <= lines.r.rows                              ? 0
                                                                 : v->chosen;
    put_text(p, p.r.rows - 1, 1, ROLE_DIM,
             "cycle %" PRId64 ", choices with 2 %% of the samples; n, b step  Enter closes",
             c->t);
}

/* What lies over the panels and needs the locks. */
static void draw_over(struct stage *st, struct sheet *s)
{
    struct view *v = st->v;
    story_draw(v, (struct pane){ s, st->text }, &st->scene[0]);
    if (v->overlay == OVERLAY_TREE)
        draw_tree(v, &st->scene[v->run], s);
    else if (v->overlay == OVERLAY_CARD)
        card_draw(v, st->scene, s);
    else if (v->overlay == OVERLAY_PLOTS)
        plots_draw(v, st->scene, s);
}

/* The sheet as it is, in the file asked for. */
static void save_still(struct view *v, const struct sheet *s)
{
    struct err err = { 0 };
    if (svg_write(v->still, s, v->conf.theme, v->show.agent[0].canonical, &err))
        view_say(v, "wrote %s", v->still);
    else
        view_say(v, "%s", err.text);
    *v->still = '\0';
}

static void draw_too_small(struct sheet *s)
{
    char text[64];
    snprintf(text, sizeof text, s->cols < 12 ? "%dx%d" : "needs %dx%d", LAYOUT_MIN_COLS,
             LAYOUT_MIN_ROWS);
    int col = (s->cols - text_width(text)) / 2;
    put_text((struct pane){ s, { 0, 0, s->rows, s->cols } }, s->rows / 2, col < 0 ? 0 : col,
             ROLE_TEXT, "%s", text);
}

/* The scenes of all runs, under their locks until leave(), and where all goes. */
static struct layout enter(struct view *v, const struct sheet *s, struct stage *st)
{
    view_locate(v);
    story_tick(v);
    card_tick(v);
    *st = (struct stage){ .v = v, .n = v->show.n, .run = v->run };
    for (int i = 0; i < v->show.n; i++) {
        struct sim_status status = sim_lock(v->sim[i]);
        st->scene[i] = view_scene(v, i, status);
    }
    return place(st, s);
}

static void leave(const struct view *v)
{
    for (int i = 0; i < v->show.n; i++)
        sim_unlock(v->sim[i]);
}

void view_draw(struct view *v, struct sheet *s)
{
    struct stage st;
    struct layout l = enter(v, s, &st);
    st.l = &l;
    sheet_clear(s);
    if (l.too_small)
        draw_too_small(s);
    else {
        draw_panels(&st, s);
        draw_over(&st, s);
    }
    leave(v);
    if (v->overlay && !l.too_small)
        overlay_draw(v, s, st.scene[0].glyphs);
    if (*v->still)
        save_still(v, s);
}

/* What is known of a canvas cell, in one line. */
static void tell_cell(struct view *v, const struct scene *s, int row, int col)
{
    int cells = s->env->rows * s->env->cols, i = row * s->env->cols + col;
    struct trail *trails = xcalloc((size_t)cells, sizeof *trails);
    struct frame f = film_at(s->film, s->t);
    char belief[40] = "", value[80] = "";
    film_trails(s->film, s->t, trails);
    if (f.belief)
        snprintf(belief, sizeof belief, "belief %.4f, ", (double)f.belief[i]);
    if (trails[i].action >= 0)
        snprintf(value, sizeof value, ", last left by %s, value %.2f",
                 action_words(s, (unsigned)trails[i].action), (double)trails[i].value);
    view_say(v, "(%d,%d): %svisits %" PRIu32 "%s", col, row, belief, trails[i].visits,
             value);
    free(trails);
}

/* The key that moves the agent towards a cell; the greater distance first. */
static uint32_t key_towards(const struct scene *s, int row, int col)
{
    int at = film_at(s->film, s->t).cell;
    if (at < 0)
        return 0;
    int down = row - at / s->env->cols, right = col - at % s->env->cols;
    if (!down && !right)
        return '.';
    if (abs(down) > abs(right))
        return down > 0 ? VK_DOWN : VK_UP;
    return right > 0 ? VK_RIGHT : VK_LEFT;
}

/* The map panel with this place on the screen; -1: none. */
static int map_at(const struct layout *l, int row, int col, struct rect *inside)
{
    for (int i = 0; i < l->maps; i++) {
        *inside = l->map[i];
        inside->row += !l->small;
        inside->rows -= !l->small;
        if (row >= inside->row && row < inside->row + inside->rows && col >= inside->col &&
            col < inside->col + inside->cols)
            return i;
    }
    return -1;
}

/* What a click on the map does: the key that it stands for while the user acts, or 0. */
static uint32_t click_map(const struct stage *st, const struct layout *l, int row, int col)
{
    struct rect inside;
    int i = map_at(l, row, col, &inside);
    if (i < 0 || st->scene[0].env->text)
        return 0;
    const struct scene *c = &st->scene[l->maps > 1 ? i : st->v->run];
    row -= inside.row;
    col -= inside.col;
    if (!world_cell(c, inside, l->cell, &row, &col))
        return 0;
    if (st->v->hands)
        return key_towards(c, row, col);
    tell_cell(st->v, c, row, col);
    return 0;
}

/* The cycle of a place on curves or slider, or in the columns of either while it is
 * dragged; -1: none. */
static int64_t click_time(const struct stage *st, const struct layout *l, int cols, int row,
                          int col)
{
    const struct scene *c = &st->scene[0];
    struct rect r = l->at[PANEL_traces], below = l->at[PANEL_slider];
    if (st->v->overlay == OVERLAY_PLOTS)
        return plots_click(c, cols, col);
    if (st->v->overlay || rect_empty(below))
        return -1;
    if (rect_empty(r))
        r = below;
    else
        r.rows += below.rows;
    struct pane p = { NULL, r };
    return traces_click(c, p, st->v->dragged ? 0 : row - r.row, col - r.col);
}

void view_drag(struct view *v, struct sheet *s, int row, int col)
{
    struct stage st;
    struct layout l = enter(v, s, &st);
    int64_t t = l.too_small || !v->dragged ? -1 : click_time(&st, &l, s->cols, row, col);
    leave(v);
    if (t >= 0 && t != v->t)
        view_go(v, t);
}

void view_click(struct view *v, struct sheet *s, int row, int col)
{
    struct stage st;
    v->dragged = false;
    struct layout l = enter(v, s, &st);
    int64_t t = l.too_small ? -1 : click_time(&st, &l, s->cols, row, col);
    uint32_t key = t >= 0 || l.too_small || v->overlay ? 0 : click_map(&st, &l, row, col);
    leave(v);
    v->dragged = t >= 0;
    if (key)
        view_key(v, key);
    if (t >= 0)
        view_go(v, t);
}
