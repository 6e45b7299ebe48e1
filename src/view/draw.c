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

/* Who has no belief about places but one about itself shows that instead. */
static int layer_of(const struct view *v, const struct sim *s, int64_t t)
{
    bool self = v->layer == LAYER_belief && mind_of(sim_agent(s))->habits && t >= 0;
    return self && !film_at(sim_film(s), t).belief ? LAYER_self : v->layer;
}

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
                           .t = v->t < status.last ? v->t : status.last,
                           .cursor = v->t,
                           .layer = layer_of(v, s, v->t < status.last ? v->t : status.last),
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
                           .plane = v->plane,
                           .graph = v->conf.utf8 ? v->conf.graph : GRAPH_ASCII,
                           .tag = v->show.n > 1 ? tags[i] : "",
                           .glyphs = v->conf.utf8 ? &glyphs_utf8 : &glyphs_ascii };
}

/* ---- time */

void panel_traces(struct stage *st, struct pane p)
{
    const struct layout *l = st->l;
    draw_heading((struct pane){ p.sheet, l->heading }, st->scene[0].glyphs, ROLE_STRONG,
                 "Traces", "%s",
                 st->scene[0].glyphs->ascii ? "1-4 choose, P full screen"
                                            : "1-4 choose \u00b7 P full screen");
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
    enum { LEAST = 20, BESIDE = 42 }; /* columns of a picture; of what stands beside it */
    int least = picture_least(&st->scene[st->run]).cols, room = w->cols / st->n - BESIDE;
    least = least > room ? room : least;
    w->picture_min = (struct extent){ least > LEAST ? least : LEAST, 4 };
}

/* What the panels ask for, of the world and the runs shown, in so much room. */
static struct layout place_in(const struct stage *st, int rows, int cols)
{
    const struct scene *c = &st->scene[st->run];
    const struct env *env = c->env;
    const struct mind_ops *mind = mind_of(c->agent);
    struct layout_want w = { .rows = rows,
                             .cols = cols,
                             .runs = st->n,
                             .actions = (int)env->space.n_actions,
                             .facts = facts_wanted(c),
                             .overlaid =
                                 st->v->overlaid || (st->v->show.game && env->text) };
    if (!env->text)
        w.map = (struct extent){ env->cols, env->rows };
    else
        measure_pictures(st, &w);
    w.without |= mind->foresee ? 0 : 1u << PANEL_expects;
    w.without |= mind->twigs ? 0 : 1u << PANEL_tree;
    w.without |= mind->belief && !env->text ? 0 : 1u << PANEL_posterior;
    w.without |= w.map.cols ? 0 : 1u << PANEL_visits | 1u << PANEL_value;
    w.without |= scale_shown(c) ? 0 : 1u << PANEL_scale;
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
    struct rect *lines[] = { &l.at[PANEL_title], status, keys };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        lines[i]->cols = s->cols - 2 * lines[i]->col;
    keys->row += below;
    if (!beside)
        *status = (struct rect){ 0 };
    return l;
}

/* Who sits in a game sees all who do; who plays it by hand sees of the others what they
 * do, and is told of himself alone. */
static void seat_scenes(struct stage *st)
{
    struct view *v = st->v;
    bool closed = v->hands && !v->truth;
    for (int i = 0; i < v->show.n; i++)
        st->seat[i].closed = closed && (i != v->run || v->by_hand);
    for (int i = 0; i < st->n; i++) {
        st->scene[i] = st->seat[closed ? v->run : i];
        st->scene[i].seats = st->seat;
        st->scene[i].n_seats = v->show.n;
    }
    if (closed) {
        st->n = 1;
        st->run = 0;
    }
}

/* Everything that is to be drawn, under the locks of all runs. */
static void open_stage(struct view *v, struct stage *st)
{
    *st = (struct stage){ .v = v, .n = v->show.n, .run = v->run };
    view_locate(v);
    story_tick(v);
    card_tick(v);
    question_tick(v);
    if (v->show.game && view_to_act(v) >= 0) /* whose turn it is is told of */
        st->run = v->run = view_to_act(v);
    for (int i = 0; i < v->show.n; i++) {
        struct sim_status status = sim_lock(v->sim[i]);
        st->seat[i] = st->scene[i] = view_scene(v, i, status);
    }
    if (v->show.game)
        seat_scenes(st);
}

static void close_stage(const struct stage *st)
{
    for (int i = 0; i < st->v->show.n; i++)
        sim_unlock(st->v->sim[i]);
}

static void draw_panels(struct stage *st, struct sheet *s)
{
    const struct layout *l = st->l;
    int large = st->run;
    for (int i = 0; i < st->n && l->maps == 1 && st->n > 1; i++) {
        st->scene[i].company = st->scene;
        st->scene[i].n_company = st->n;
    }
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
        draw_tree(v, &st->scene[st->run], s);
    else if (v->overlay == OVERLAY_CARD)
        card_draw(v, st->scene, s);
    else if (v->overlay == OVERLAY_PLOTS)
        plots_draw(v, st->scene, s);
    else if (v->overlay == OVERLAY_QUESTION)
        question_draw(v, st->scene, s);
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

void view_draw(struct view *v, struct sheet *s)
{
    struct stage st;
    open_stage(v, &st);
    struct layout l = place(&st, s);
    st.l = &l;
    sheet_clear(s);
    if (l.too_small)
        draw_too_small(s);
    else {
        draw_panels(&st, s);
        draw_over(&st, s);
    }
    if (v->overlay && !l.too_small)
        overlay_draw(v, s, &st.scene[st.run]);
    close_stage(&st);
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

/* A click on the map: the key it stands for, 0: none. */
static uint32_t click_map(struct stage *st, int i, struct rect inside, int row, int col)
{
    const struct scene *c = &st->scene[st->l->maps > 1 ? i : st->run];
    row -= inside.row;
    col -= inside.col;
    if (!world_cell(c, inside, st->l->cell, &row, &col))
        return 0;
    if (st->v->hands)
        return key_towards(c, row, col);
    tell_cell(st->v, c, row, col);
    return 0;
}

static bool within(struct rect r, int row, int col)
{
    return row >= r.row && row < r.row + r.rows && col >= r.col && col < r.col + r.cols;
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
    open_stage(v, &st);
    struct layout l = place(&st, s);
    int64_t t = l.too_small || !v->dragged ? -1 : click_time(&st, &l, s->cols, row, col);
    close_stage(&st);
    if (t >= 0 && t != v->t)
        view_go(v, t);
}

void view_click(struct view *v, struct sheet *s, int row, int col)
{
    struct stage st;
    open_stage(v, &st);
    struct layout l = place(&st, s);
    struct rect inside, keys = l.at[PANEL_keys];
    int64_t t = -1;
    uint32_t key = 0;
    st.l = &l;
    v->dragged = false;
    if (!l.too_small && within(keys, row, col))
        key = keyline_click(&st, keys.cols, col - keys.col);
    else if (!l.too_small)
        t = click_time(&st, &l, s->cols, row, col);
    int i = t >= 0 || key || l.too_small || v->overlay ? -1 : map_at(&l, row, col, &inside);
    if (i >= 0 && !st.scene[0].env->text)
        key = click_map(&st, i, inside, row, col);
    close_stage(&st);
    v->dragged = t >= 0;
    if (key)
        view_key(v, key);
    if (t >= 0)
        view_go(v, t);
}
