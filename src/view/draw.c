#include "config.h"

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
                           .down = v->scrolled[FOCUS_MIND],
                           .events_down = v->scrolled[FOCUS_EVENTS],
                           .hidden = v->hidden,
                           .mark = v->mark,
                           .n_marks = v->n_marks,
                           .digits = theme_is_poor(v->conf.theme),
                           .numbers = !v->no_numbers,
                           .fourth = v->fourth,
                           .nr = i,
                           .graph = v->conf.utf8 ? v->conf.graph : GRAPH_ASCII,
                           .tag = v->show.n > 1 ? i ? "B" : "A" : "",
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

static void draw_title(struct view *v, const struct scene *s, struct pane p, bool compact)
{
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

static void draw_bar(struct pane p)
{
    int n = 0, i = 0;
    for (const struct key_row *k = key_table; k->intent; k++)
        n += *k->label != '\0';
    for (const struct key_row *k = key_table; k->intent; k++)
        if (*k->label) {
            int col = i++ * p.r.cols / n;
            char label[16];
            int width = i * p.r.cols / n - col;
            int at = put_text(p, 0, col, ROLE_TEXT, "%d", k->f);
            snprintf(label, sizeof label, "%-*.*s", width - (at - col) - 1,
                     width - (at - col) - 1 > 0 ? width - (at - col) - 1 : 0, k->label);
            put_text(p, 0, at, ROLE_LABEL, "%s", label);
        }
}

static void draw_hints(struct pane p, bool hands)
{
    put_text(p, 0, 1, ROLE_DIM, "%s",
             hands ? "arrows act   . stay   a give back   q quit"
                   : "space pause  n step  b back  }{ event  +- speed  t truth  v layer  : "
                     "command");
}

/* Panels of run i without frames, as small terminals have them, or with. */
static void draw_run(struct view *v, const struct scene *c, struct sheet *s,
                     const struct layout *l, int i)
{
    const struct glyphs *g = c->glyphs;
    struct pane world = { s, l->world[i] }, side = { s, l->side[i] };
    const char *gap = *c->tag ? "  " : "";
    if (!l->frames) {
        draw_world(c, world, (struct cell_size){ l->cell, 1 });
        draw_summary(c, side);
        return;
    }
    if (!rect_empty(l->world[i]))
        draw_world(c,
                   draw_frame(world, g, false, "%s%s%s %s", c->tag, gap,
                              c->env->text ? "world" : layer_table[c->layer].name,
                              c->truth ? "(truth ON)" : "(truth off)"),
                   (struct cell_size){ l->cell, 1 });
    int from = draw_mind(
        c, draw_frame(side, g, v->focus == FOCUS_MIND, "%s%s%s", c->tag, gap, c->who));
    if (from > v->scrolled[FOCUS_MIND] || i == 0)
        v->scrolled[FOCUS_MIND] = from;
}

/* Panels of all runs; the locks of all sims are held. */
static void draw_runs(struct view *v, struct scene *scene, struct sheet *s,
                      const struct layout *l)
{
    const struct glyphs *g = scene[0].glyphs;
    for (int i = 0; i < v->show.n; i++)
        draw_run(v, &scene[i], s, l, i);
    if (!rect_empty(l->traces))
        draw_traces(scene, v->show.n,
                    draw_frame((struct pane){ s, l->traces }, g, false, "Traces"));
    if (!rect_empty(l->events))
        v->scrolled[FOCUS_EVENTS] =
            draw_events(scene, v->show.n,
                        draw_frame((struct pane){ s, l->events }, g,
                                   v->focus == FOCUS_EVENTS, "Events"));
}

static void draw_lines(struct view *v, const struct scene *c, struct sheet *s,
                       const struct layout *l)
{
    char text[VIEW_LINE];
    draw_title(v, c, (struct pane){ s, l->title }, !l->frames);
    struct pane message = { s, l->frames ? l->message : l->bar };
    if (c->status.error)
        put_text(message, 0, 1, ROLE_BAD, "%s", c->status.error);
    else if (*v->message)
        put_text(message, 0, 1, ROLE_STRONG, "%s", v->message);
    else if (c->status.differs && v->t >= c->status.differs)
        put_text(message, 0, 1, ROLE_BAD,
                 "differs from the recording since t=%" PRId64 ": another program made it",
                 c->status.differs);
    else if (l->frames) {
        describe_cycle(c, text, sizeof text);
        put_text(message, 0, 1, ROLE_TEXT, "%s", text);
    } else {
        snprintf(text, sizeof text, "t=%" PRId64, c->t);
        put_text(message, 0, 0, ROLE_DIM, "spc n b +/- t v  F1 help  q quit");
        put_text(message, 0, message.r.cols - text_width(text), ROLE_TEXT, "%s", text);
    }
    if (!l->frames)
        return;
    draw_hints((struct pane){ s, l->hints }, v->hands);
    draw_bar((struct pane){ s, l->bar });
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
    const struct env *env = sim_env(v->sim[0]);
    struct layout l = layout_make(&(struct layout_want){ s->rows, s->cols, env->rows,
                                                         env->cols, env->text, v->show.n });
    struct scene scene[VIEW_RUNS];
    sheet_clear(s);
    if (l.too_small) {
        draw_too_small(s);
        return;
    }
    view_locate(v);
    for (int i = 0; i < v->show.n; i++) {
        struct sim_status st = sim_lock(v->sim[i]);
        scene[i] = view_scene(v, i, st);
    }
    draw_runs(v, scene, s, &l);
    draw_lines(v, &scene[0], s, &l);
    if (v->overlay == OVERLAY_TREE)
        draw_tree(v, &scene[0], s);
    for (int i = 0; i < v->show.n; i++)
        sim_unlock(v->sim[i]);
    if (v->overlay)
        overlay_draw(v, s, scene[0].glyphs);
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

void view_click(struct view *v, struct sheet *s, int row, int col)
{
    const struct env *env = sim_env(v->sim[0]);
    struct layout l = layout_make(&(struct layout_want){ s->rows, s->cols, env->rows,
                                                         env->cols, env->text, v->show.n });
    if (env->text || v->overlay || l.too_small)
        return;
    for (int i = 0; i < v->show.n; i++) {
        struct scene c = view_scene(v, i, sim_lock(v->sim[i]));
        struct rect inside = l.world[i];
        if (l.frames)
            inside = (struct rect){ inside.row + 1, inside.col + 1, inside.rows - 2,
                                    inside.cols - 2 };
        int r = row - inside.row, k = col - inside.col;
        bool hit = r >= 0 && r < inside.rows && k >= 0 && k < inside.cols &&
                   world_cell(&c, inside, (struct cell_size){ l.cell, 1 }, &r, &k);
        uint32_t key = hit && v->hands ? key_towards(&c, r, k) : 0;
        if (hit && !v->hands)
            tell_cell(v, &c, r, k);
        sim_unlock(v->sim[i]);
        if (key)
            view_key(v, key);
    }
}
