#include "config.h"

#include "trace.h"
#include "view.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void view_say(struct view *v, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(v->message, sizeof v->message, fmt, ap);
    va_end(ap);
}

/* ---- opening */

void show_release(struct show *s)
{
    for (int i = 0; i < s->n; i++)
        agent_spec_release(&s->agent[i]);
    env_spec_release(&s->env);
    *s = (struct show){ 0 };
}

static struct job job_of(const struct show *s, int i)
{
    return (struct job){ &s->env, &s->agent[i], s->root, s->seed, s->steps, NULL };
}

/* Films of all agents; false with *err and none of them. */
static bool open_sims(struct view *v, struct err *err)
{
    size_t bytes = v->conf.bytes ? v->conf.bytes : VIEW_BYTES;
    for (int i = 0; i < v->show.n; i++) {
        struct job job = job_of(&v->show, i);
        v->sim[i] = sim_new(&job, bytes / (size_t)v->show.n, err);
        if (!v->sim[i])
            return false;
    }
    return true;
}

static void close_sims(struct sim **sim)
{
    for (int i = 0; i < VIEW_RUNS; i++) {
        sim_free(sim[i]);
        sim[i] = NULL;
    }
}

bool view_open(struct view *v, const struct view_conf *conf, struct show *show,
               struct err *err)
{
    *v = (struct view){ .conf = *conf, .show = *show, .follow = true, .speed = 3 };
    *show = (struct show){ 0 };
    v->recalled = -1;
    if (open_sims(v, err))
        return true;
    view_release(v);
    return false;
}

/* "aixi" or "aixi thompson": one or two agents. */
static bool parse_agents(struct show *s, const char *text, struct err *err)
{
    char *copy = xstrdup(text), *save = NULL;
    bool ok = true;
    for (char *w = strtok_r(copy, " ", &save); ok && w && s->n < VIEW_RUNS;
         w = strtok_r(NULL, " ", &save)) {
        ok = agent_spec_parse(&s->agent[s->n], w, err);
        s->n += ok;
    }
    free(copy);
    return ok;
}

static bool show_of_demo(struct show *s, const struct demo *d, struct err *err)
{
    *s = (struct show){ .root = d->root, .steps = d->steps, .seed = d->seed };
    if (parse_agents(s, d->agent, err) && env_spec_parse(&s->env, d->env, err))
        return true;
    show_release(s);
    return false;
}

bool view_open_demo(struct view *v, const struct view_conf *conf, struct demo *demo,
                    struct err *err)
{
    struct show show;
    if (!show_of_demo(&show, demo, err) || !view_open(v, conf, &show, err))
        return false;
    v->demo = *demo;
    *demo = (struct demo){ 0 };
    view_set_speed(v, v->demo.speed);
    overlay_open(v, OVERLAY_INTRO);
    return true;
}

static void stop_recording(struct view *v)
{
    if (!v->trace)
        return;
    trace_sink(v->trace)->ops->end(trace_sink(v->trace), NULL);
    trace_writer_free(v->trace);
    v->trace = NULL;
}

void view_release(struct view *v)
{
    close_sims(v->sim);
    stop_recording(v);
    show_release(&v->show);
    demo_release(&v->demo);
    for (size_t i = 0; i < sizeof v->history / sizeof *v->history; i++)
        free(v->history[i]);
    *v = (struct view){ 0 };
}

/* ---- time */

static double cycles_a_second(const struct view *v)
{
    return v->speed >= VIEW_FASTEST ? 0 : ldexp(1, v->speed);
}

static void steer(struct view *v)
{
    for (int i = 0; i < v->show.n; i++)
        if (v->paused)
            sim_pause(v->sim[i]);
        else
            sim_run(v->sim[i], cycles_a_second(v));
}

void view_set_speed(struct view *v, double speed)
{
    int k = speed > 0 ? (int)lround(log2(speed)) : VIEW_FASTEST;
    v->speed = k < 0 ? 0 : k > VIEW_FASTEST ? VIEW_FASTEST : k;
    if (!v->paused)
        steer(v);
}

void view_pause(struct view *v, bool paused)
{
    v->paused = paused;
    if (!paused)
        v->follow = true;
    steer(v);
}

/* The last cycle that all runs have lived. */
static int64_t last_cycle(struct view *v, struct sim_status *first)
{
    int64_t last = INT64_MAX;
    for (int i = 0; i < v->show.n; i++) {
        struct sim_status st = sim_lock(v->sim[i]);
        sim_unlock(v->sim[i]);
        last = st.last < last ? st.last : last;
        if (i == 0 || st.first > first->first)
            *first = st;
    }
    return last;
}

static void locate(struct view *v)
{
    struct sim_status st = { 0 };
    int64_t last = last_cycle(v, &st);
    if (v->follow || v->t > last)
        v->t = last;
    if (v->t < st.first)
        v->t = st.first;
}

void view_go(struct view *v, int64_t t)
{
    struct sim_status st = { 0 };
    int64_t last = last_cycle(v, &st);
    if (!v->paused)
        view_pause(v, true);
    if (t < 0)
        t = 0;
    if (t > (int64_t)st.steps)
        t = (int64_t)st.steps;
    if (t > last && !st.done) {
        v->follow = true;
        for (int i = 0; i < v->show.n; i++)
            sim_go(v->sim[i], t);
        return;
    }
    v->follow = false;
    v->t = t;
    if (t < st.first)
        view_say(v,
                 "cycle %" PRId64 " is no longer kept: the first is %" PRId64
                 " (r starts again)",
                 t, st.first);
}

static void seek_event(struct view *v, int step)
{
    int64_t best = v->t;
    for (int i = 0; i < v->show.n; i++) {
        sim_lock(v->sim[i]);
        int64_t at = film_seek(sim_film(v->sim[i]), v->t, step);
        sim_unlock(v->sim[i]);
        if (at != v->t && (best == v->t || (at - best) * step < 0))
            best = at;
    }
    if (best == v->t)
        view_say(v, "no event %s", step > 0 ? "after this cycle" : "before this cycle");
    else
        view_go(v, best);
}

/* ---- changes */

/* Runs the kept actions of the old film again before anything new happens: history stays. */
static void fork_from(struct view *v, struct sim *const *old, int64_t keep)
{
    for (int i = 0; i < v->show.n && keep > 0; i++) {
        if (!old[i])
            continue;
        unsigned *action = xcalloc((size_t)keep, sizeof *action);
        struct sim_status st = sim_lock(old[i]);
        bool whole = st.first == 0 && st.last >= keep;
        for (int64_t t = 1; whole && t <= keep; t++)
            action[t - 1] = film_at(sim_film(old[i]), t).rec.action;
        sim_unlock(old[i]);
        if (whole)
            sim_relive(v->sim[i], action, (size_t)keep);
        free(action);
    }
    v->forked = keep;
}

bool view_restart(struct view *v, int64_t keep)
{
    struct err err = { 0 };
    struct sim *old[VIEW_RUNS] = { v->sim[0], v->sim[1] };
    v->sim[0] = v->sim[1] = NULL;
    if (!open_sims(v, &err)) {
        close_sims(v->sim);
        v->sim[0] = old[0];
        v->sim[1] = old[1];
        view_say(v, "%s", err.text);
        return false;
    }
    stop_recording(v);
    v->forked = 0;
    if (keep > 0)
        fork_from(v, old, keep);
    close_sims(old);
    v->follow = true;
    v->t = keep;
    steer(v);
    return true;
}

/* Tries the settings in *next; what does not work changes nothing. */
static bool try_show(struct view *v, struct show *next, int64_t keep)
{
    struct show before = v->show;
    v->show = *next;
    if (view_restart(v, keep)) {
        show_release(&before);
        *next = (struct show){ 0 };
        return true;
    }
    *next = v->show;
    v->show = before;
    return false;
}

static bool copy_show(struct show *to, const struct show *s, struct err *err)
{
    *to = (struct show){ .root = s->root, .steps = s->steps, .seed = s->seed };
    bool ok = env_spec_parse(&to->env, s->env.canonical, err);
    for (int i = 0; ok && i < s->n; i++) {
        ok = agent_spec_parse(&to->agent[i], s->agent[i].canonical, err);
        to->n += ok;
    }
    return ok;
}

/* Ends a change: says what was wrong, or tries it. */
static bool change(struct view *v, struct show *next, bool ok, const struct err *err,
                   int64_t keep)
{
    if (!ok)
        view_say(v, "%s", err->text);
    else
        ok = try_show(v, next, keep);
    show_release(next);
    return ok;
}

bool view_set_agent(struct view *v, const char *spec)
{
    struct show next;
    struct err err = { 0 };
    bool ok = copy_show(&next, &v->show, &err);
    for (int i = 0; i < next.n; i++)
        agent_spec_release(&next.agent[i]);
    next.n = 0;
    return change(v, &next, ok && parse_agents(&next, spec, &err), &err, 0);
}

bool view_set_env(struct view *v, const char *spec)
{
    struct show next;
    struct err err = { 0 };
    bool ok = copy_show(&next, &v->show, &err);
    env_spec_release(&next.env);
    next.env = (struct env_spec){ 0 };
    return change(v, &next, ok && env_spec_parse(&next.env, spec, &err), &err, 0);
}

bool view_set_param(struct view *v, const char *key, const char *value)
{
    struct show next;
    struct err err = { 0 };
    bool ok = copy_show(&next, &v->show, &err), agent = false, found = false;
    locate(v);
    for (int i = 0; ok && i < next.n; i++)
        if (param_find(next.agent[i].ops->params, key)) {
            ok = agent_spec_set(&next.agent[i], key, value, &err);
            agent = found = true;
        }
    if (ok && !found && param_find(next.env.ops->params, key)) {
        ok = env_spec_set(&next.env, key, value, &err);
        found = true;
    }
    if (ok && !found)
        ok = err_set(&err, "neither the agent nor the world has a parameter '%s'", key);
    /* A changed agent goes on from the cycle shown; a changed world starts anew. */
    return change(v, &next, ok, &err, agent ? v->t : 0);
}

bool view_set_demo(struct view *v, const char *name)
{
    struct demo d;
    struct show next = { 0 };
    struct err err = { 0 };
    if (!demo_load(&d, name, &err)) {
        view_say(v, "%s", err.text);
        return false;
    }
    bool ok = show_of_demo(&next, &d, &err);
    if (!change(v, &next, ok, &err, 0)) {
        demo_release(&d);
        return false;
    }
    demo_release(&v->demo);
    v->demo = d;
    view_set_speed(v, d.speed);
    view_pause(v, true);
    v->resume = true;
    overlay_open(v, OVERLAY_INTRO);
    return true;
}

static void next_seed(struct view *v, uint32_t seed)
{
    uint32_t before = v->show.seed;
    v->show.seed = seed;
    if (!view_restart(v, 0))
        v->show.seed = before;
}

bool view_record(struct view *v, const char *path, bool on)
{
    struct err err = { 0 };
    struct sim *s = v->sim[0];
    stop_recording(v);
    struct trace_writer *w = trace_writer_new(path);
    struct sim_status st = sim_lock(s);
    bool whole = st.first == 0;
    sim_unlock(s);
    if (!whole)
        err_set(&err, "the first cycles are no longer kept: press r, then record");
    if (!whole || !sim_record(s, trace_sink(w), &err)) {
        view_say(v, "%s", err.text);
        trace_writer_free(w);
        return false;
    }
    snprintf(v->trace_path, sizeof v->trace_path, "%s", path);
    v->trace = w;
    if (!on) {
        sim_record(s, NULL, NULL);
        stop_recording(v);
    }
    view_say(v, "%s %s", on ? "recording to" : "wrote", path);
    return true;
}

static void toggle_record(struct view *v)
{
    char path[VIEW_LINE];
    if (v->trace) {
        sim_record(v->sim[0], NULL, NULL);
        stop_recording(v);
        view_say(v, "recorded %s", v->trace_path);
        return;
    }
    snprintf(path, sizeof path, "%.80s-%.80s-%" PRIu32 ".urt", v->show.agent[0].ops->name,
             v->show.env.ops->name, v->show.seed);
    view_record(v, path, true);
}

/* ---- keys */

static void toggle_hands(struct view *v)
{
    v->hands = !v->hands;
    for (int i = 0; i < v->show.n; i++)
        sim_hands(v->sim[i], v->hands);
    view_say(v, v->hands ? "you act: arrows and digits, . stays; a gives back"
                         : "the agent acts");
    if (v->hands)
        view_pause(v, false);
}

/* While the user acts, keys that name an action are one. */
static bool act_by_hand(struct view *v, uint32_t key)
{
    static const struct {
        uint32_t key;
        const char *name;
    } moves[] = { { VK_LEFT, "left" },
                  { VK_RIGHT, "right" },
                  { VK_UP, "up" },
                  { VK_DOWN, "down" },
                  { '.', "stay" } };
    const struct env *env = sim_env(v->sim[0]);
    for (unsigned a = 0; a < env->space.n_actions; a++) {
        bool named = key == '0' + a && a < 10;
        for (size_t i = 0; env->ops->action_name && i < sizeof moves / sizeof *moves; i++)
            named |= moves[i].key == key &&
                     !strcmp(env->ops->action_name(env, a), moves[i].name);
        if (!named)
            continue;
        for (int i = 0; i < v->show.n; i++)
            sim_act(v->sim[i], a);
        v->follow = true;
        return true;
    }
    return false;
}

static void faster(struct view *v, int by)
{
    int k = v->speed + by;
    v->speed = k < 0 ? 0 : k > VIEW_FASTEST ? VIEW_FASTEST : k;
    if (!v->paused)
        steer(v);
    if (v->speed == VIEW_FASTEST)
        view_say(v, "as fast as it can");
    else
        view_say(v, "%.0f cycles a second", cycles_a_second(v));
}

static void step(struct view *v, int64_t by)
{
    locate(v);
    view_go(v, v->t + by);
}

static void look_intent(struct view *v, enum intent intent)
{
    switch (intent) {
    case DO_LAYER:
        v->layer = (enum layer)((v->layer + 1) % LAYERS);
        view_say(v, "layer: %s", layer_names[v->layer]);
        break;
    case DO_TRUTH: v->truth = !v->truth; break;
    case DO_PALETTE:
        v->conf.palette = (enum palette)((v->conf.palette + 1) % PALETTES);
        view_say(v, "palette: %s", palette_names[v->conf.palette]);
        break;
    case DO_HELP: overlay_open(v, OVERLAY_HELP); break;
    case DO_PARAMS: overlay_menu(v, MENU_PARAMS); break;
    case DO_AGENT: overlay_menu(v, MENU_AGENTS); break;
    case DO_ENV: overlay_menu(v, MENU_ENVS); break;
    case DO_DEMO: overlay_menu(v, MENU_DEMOS); break;
    case DO_COMMAND: overlay_open(v, OVERLAY_PROMPT); break;
    case DO_GO:
        overlay_open(v, OVERLAY_PROMPT);
        snprintf(v->line, sizeof v->line, "goto ");
        break;
    case DO_REDRAW: v->redraw = true; break;
    default: break;
    }
}

static void time_intent(struct view *v, enum intent intent)
{
    switch (intent) {
    case DO_PAUSE: view_pause(v, !v->paused); break;
    case DO_FORWARD: step(v, 1); break;
    case DO_BACK: step(v, -1); break;
    case DO_FORWARD_10: step(v, 10); break;
    case DO_BACK_10: step(v, -10); break;
    case DO_NEXT_EVENT: seek_event(v, 1); break;
    case DO_PREVIOUS_EVENT: seek_event(v, -1); break;
    case DO_FIRST: view_go(v, 0); break;
    case DO_LAST: v->follow = true; break;
    case DO_SLOWER: faster(v, -1); break;
    case DO_FASTER: faster(v, 1); break;
    case DO_NEW_SEED: next_seed(v, v->show.seed + 1); break;
    case DO_RESTART: next_seed(v, v->show.seed); break;
    case DO_PLAY: toggle_hands(v); break;
    case DO_RECORD: toggle_record(v); break;
    case DO_QUIT: v->quit = true; break;
    default: look_intent(v, intent); break;
    }
}

void view_key(struct view *v, uint32_t key)
{
    *v->message = '\0';
    if (v->overlay)
        overlay_key(v, key);
    else if (!v->hands || !act_by_hand(v, key))
        time_intent(v, key_intent(key));
}

/* ---- drawing */

struct scene view_scene(struct view *v, int i, struct sim_status status)
{
    struct sim *s = v->sim[i];
    return (struct scene){ .env = sim_env(s),
                           .agent = sim_agent(s),
                           .job = sim_job(s),
                           .film = sim_film(s),
                           .status = status,
                           .t = v->t,
                           .layer = v->layer,
                           .truth = v->truth,
                           .digits =
                               v->conf.colors < 256 || v->conf.palette == PALETTE_MONO,
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
        snprintf(buf, n, "%s %.0f/s", s->glyphs->play, cycles_a_second(v));
    return buf;
}

static void draw_title(struct view *v, const struct scene *s, struct pane p, bool compact)
{
    char state[32], agents[160];
    snprintf(agents, sizeof agents, "%s", v->show.agent[0].canonical);
    if (v->show.n > 1)
        snprintf(agents, sizeof agents, "A: %.60s  |  B: %.60s", v->show.agent[0].canonical,
                 v->show.agent[1].canonical);
    int col = compact ? put(p, 0, 0, ROLE_TITLE, "ursa ")
                      : put(p, 0, 1, ROLE_TITLE, "ursa watch") + 3;
    col = put(p, 0, col, ROLE_STRONG, "%s", agents);
    col = put(p, 0, col + !compact, ROLE_DIM, "%s", s->glyphs->times) + !compact;
    col = put(p, 0, col, ROLE_STRONG, "%s", v->show.env.canonical);
    col = put(p, 0, col + 1 + 2 * !compact, ROLE_TEXT,
              compact ? "s%" PRIu32 : "seed %" PRIu32, v->show.seed);
    if (v->forked && !compact)
        put(p, 0, col + 2, ROLE_DIM, "%s from %" PRId64, s->glyphs->fork, v->forked);
    const char *text = state_of(v, s, state, sizeof state);
    int right = p.r.cols - text_width(text) - 1 - (v->trace ? 6 : 0);
    put(p, 0, right - 2, ROLE_TEXT, "  %s ", text);
    if (v->trace)
        put(p, 0, p.r.cols - 6, ROLE_BAD, "%s REC ", s->glyphs->record);
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
            int at = put(p, 0, col, ROLE_TEXT, "%d", k->f);
            snprintf(label, sizeof label, "%-*.*s", width - (at - col) - 1,
                     width - (at - col) - 1 > 0 ? width - (at - col) - 1 : 0, k->label);
            put(p, 0, at, ROLE_LABEL, "%s", label);
        }
}

static void draw_hints(struct pane p, bool hands)
{
    put(p, 0, 1, ROLE_DIM, "%s",
        hands ? "arrows act   . stay   a give back   q quit"
              : "space pause  n step  b back  }{ event  +- speed  t truth  v layer  : "
                "command");
}

/* Panels of all runs; the locks of all sims are held. */
static void draw_runs(struct view *v, struct scene *scene, struct sheet *s,
                      const struct layout *l)
{
    const struct glyphs *g = scene[0].glyphs;
    for (int i = 0; i < v->show.n; i++) {
        struct scene *c = &scene[i];
        struct pane world = { s, l->world[i] }, side = { s, l->side[i] };
        bool belief = c->layer != LAYER_WORLD;
        if (!rect_empty(l->world[i]))
            draw_world(c,
                       draw_frame(world, g, l->frames, "%s%s%s %s", c->tag,
                                  *c->tag ? " " : "",
                                  belief ? layer_names[c->layer] : "world",
                                  c->truth ? "(truth ON)" : "(truth off)"),
                       l->cell);
        if (l->frames)
            draw_mind(c, draw_frame(side, g, true, "%s%s%s", c->tag, *c->tag ? "  " : "",
                                    v->show.agent[i].canonical));
        else
            draw_summary(c, side);
    }
    if (!rect_empty(l->traces))
        draw_traces(scene, v->show.n,
                    draw_frame((struct pane){ s, l->traces }, g, l->frames, "Traces"));
    if (!rect_empty(l->events))
        draw_events(scene, v->show.n,
                    draw_frame((struct pane){ s, l->events }, g, l->frames, "Events"));
}

static void draw_lines(struct view *v, const struct scene *c, struct sheet *s,
                       const struct layout *l)
{
    char text[VIEW_LINE];
    draw_title(v, c, (struct pane){ s, l->title }, !l->frames);
    struct pane message = { s, l->frames ? l->message : l->bar };
    if (c->status.error)
        put(message, 0, 1, ROLE_BAD, "%s", c->status.error);
    else if (*v->message)
        put(message, 0, 1, ROLE_STRONG, "%s", v->message);
    else if (l->frames) {
        describe(c, text, sizeof text);
        put(message, 0, 1, ROLE_TEXT, "%s", text);
    } else
        put(message, 0, 0, ROLE_DIM, "spc n b +/- t v  F1 help  q quit");
    if (!l->frames)
        return;
    draw_hints((struct pane){ s, l->hints }, v->hands);
    draw_bar((struct pane){ s, l->bar });
}

static void draw_too_small(struct sheet *s)
{
    char text[64];
    snprintf(text, sizeof text, s->cols < 12 ? "%dx%d" : "needs %dx%d", LAYOUT_MIN_COLS,
             LAYOUT_MIN_ROWS);
    int col = (s->cols - text_width(text)) / 2;
    put((struct pane){ s, { 0, 0, s->rows, s->cols } }, s->rows / 2, col < 0 ? 0 : col,
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
    locate(v);
    for (int i = 0; i < v->show.n; i++) {
        struct sim_status st = sim_lock(v->sim[i]);
        scene[i] = view_scene(v, i, st);
    }
    draw_runs(v, scene, s, &l);
    draw_lines(v, &scene[0], s, &l);
    for (int i = 0; i < v->show.n; i++)
        sim_unlock(v->sim[i]);
    if (v->overlay)
        overlay_draw(v, s, scene[0].glyphs);
}

void view_click(struct view *v, struct sheet *s, int row, int col)
{
    const struct env *env = sim_env(v->sim[0]);
    struct layout l = layout_make(&(struct layout_want){ s->rows, s->cols, env->rows,
                                                         env->cols, env->text, v->show.n });
    int frame = l.frames, r = row - l.world[0].row - frame,
        c = (col - l.world[0].col - frame) / l.cell, cells = env->rows * env->cols;
    if (env->text || r < 0 || c < 0 || r >= env->rows || c >= env->cols || v->overlay)
        return;
    struct trail *trails = xcalloc((size_t)cells, sizeof *trails);
    sim_lock(v->sim[0]);
    struct frame f = film_at(sim_film(v->sim[0]), v->t);
    film_trails(sim_film(v->sim[0]), v->t, trails);
    int i = r * env->cols + c;
    if (f.belief)
        view_say(v, "(%d,%d): belief %.4f, visits %" PRIu32, c, r, (double)f.belief[i],
                 trails[i].visits);
    else
        view_say(v, "(%d,%d): visits %" PRIu32, c, r, trails[i].visits);
    sim_unlock(v->sim[0]);
    free(trails);
}
