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

/* Films of all agents; false with *err and none of them. */
static bool open_sims(struct view *v, struct err *err)
{
    size_t bytes = v->conf.bytes ? v->conf.bytes : VIEW_BYTES;
    for (int i = 0; i < v->show.n; i++) {
        struct job job = show_job(&v->show, i);
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

/* Marks are known only when it ends: they may still be taken away. */
static void stop_recording(struct view *v)
{
    if (!v->trace)
        return;
    for (int i = 0; i < v->n_marks; i++)
        trace_mark(v->trace, (uint64_t)v->mark[i]);
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

double view_cycles_a_second(const struct view *v)
{
    return v->speed >= VIEW_FASTEST ? 0 : ldexp(1, v->speed);
}

static void steer(struct view *v)
{
    for (int i = 0; i < v->show.n; i++)
        if (v->paused)
            sim_pause(v->sim[i]);
        else
            sim_run(v->sim[i], view_cycles_a_second(v));
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

void view_locate(struct view *v)
{
    struct sim_status st = { 0 };
    int64_t last = last_cycle(v, &st);
    if (v->follow || v->t > last)
        v->t = last;
    if (v->t < st.first)
        v->t = st.first;
}

/* ---- changes */

/* The first `keep` cycles of a film as a script of the past; none when it has lost some. */
static struct script script_of(struct sim *s, int64_t keep)
{
    struct sim_status st = sim_lock(s);
    if (st.first > 0 || st.last < keep) {
        sim_unlock(s);
        return (struct script){ 0 };
    }
    struct cycle *at = xcalloc((size_t)keep, sizeof *at);
    uint8_t *by = xcalloc((size_t)keep, sizeof *by);
    for (int64_t t = 1; t <= keep; t++) {
        struct record r = film_at(sim_film(s), t).rec;
        at[t - 1] = (struct cycle){ r.action, r.e };
        by[t - 1] = BY_PAST;
    }
    sim_unlock(s);
    return (struct script){ at, by, (uint64_t)keep };
}

/* New films for what is shown; false, with a message: nothing has changed. */
static bool reopen(struct view *v)
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
    close_sims(old);
    stop_recording(v);
    for (int i = 0; i < v->show.n; i++)
        sim_hands(v->sim[i], v->hands);
    v->follow = true;
    return true;
}

/* Cycles that the film has dropped are lived again: a run is a function of its seeds. */
static void live_again(struct view *v, int64_t t, int64_t first)
{
    if (v->played) {
        view_say(v,
                 "cycle %" PRId64 " is no longer kept, the first is %" PRId64
                 ": what you did cannot be lived again",
                 t, first);
        return;
    }
    if (!reopen(v))
        return;
    for (int i = 0; i < v->show.n; i++)
        sim_go(v->sim[i], t);
    view_say(v, "cycle %" PRId64 " is no longer kept: living up to it again", t);
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
    if (t < st.first)
        live_again(v, t, st.first);
    else {
        v->follow = false;
        v->t = t;
    }
}

static void seek_event(struct view *v, int step)
{
    int64_t best = v->t;
    for (int i = 0; i < v->show.n; i++) {
        sim_lock(v->sim[i]);
        int64_t at = film_seek(sim_film(v->sim[i]), v->t, v->truth, step);
        sim_unlock(v->sim[i]);
        if (at != v->t && (best == v->t || (at - best) * step < 0))
            best = at;
    }
    for (int i = 0; i < v->n_marks; i++) {
        int64_t at = v->mark[i];
        if ((at - v->t) * step > 0 && (best == v->t || (at - best) * step < 0))
            best = at;
    }
    if (best == v->t)
        view_say(v, "no event %s", step > 0 ? "after this cycle" : "before this cycle");
    else
        view_go(v, best);
}

bool view_restart(struct view *v, int64_t keep)
{
    struct script before[VIEW_RUNS];
    for (int i = 0; i < VIEW_RUNS; i++) {
        before[i] = v->show.script[i];
        v->show.script[i] =
            keep > 0 && v->sim[i] ? script_of(v->sim[i], keep) : (struct script){ 0 };
    }
    bool ok = reopen(v);
    for (int i = 0; i < VIEW_RUNS; i++) {
        script_release(ok ? &before[i] : &v->show.script[i]);
        if (!ok)
            v->show.script[i] = before[i];
    }
    if (!ok)
        return false;
    v->played = v->hands;
    v->forked = keep;
    v->t = keep;
    while (v->n_marks && v->mark[v->n_marks - 1] > keep)
        v->n_marks--;
    steer(v);
    for (int i = 0; i < v->show.n && keep > 0; i++)
        sim_wait(v->sim[i], keep);
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
    bool ok = show_copy(&next, &v->show, &err);
    for (int i = 0; i < next.n; i++)
        kind_release(&next.agent[i]);
    next.n = 0;
    return change(v, &next, ok && show_agents(&next, spec, &err), &err, 0);
}

bool view_set_env(struct view *v, const char *spec)
{
    struct show next;
    struct err err = { 0 };
    bool ok = show_copy(&next, &v->show, &err);
    kind_release(&next.env);
    next.env = (struct spec_of){ 0 };
    return change(v, &next, ok && kind_parse(&next.env, &env_shelf, spec, &err), &err, 0);
}

bool view_set_param(struct view *v, const char *key, const char *value)
{
    struct show next;
    struct err err = { 0 };
    bool ok = show_copy(&next, &v->show, &err), agent = false, found = false;
    view_locate(v);
    for (int i = 0; ok && i < next.n; i++)
        if (param_find(next.agent[i].kind->params, key)) {
            ok = kind_set(&next.agent[i], key, value, &err);
            agent = found = true;
        }
    if (ok && !found && param_find(next.env.kind->params, key)) {
        ok = kind_set(&next.env, key, value, &err);
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
    snprintf(path, sizeof path, "%.80s-%.80s-%" PRIu32 ".urt", v->show.agent[0].kind->name,
             v->show.env.kind->name, v->show.seed);
    view_record(v, path, true);
}

/* ---- keys */

static void toggle_hands(struct view *v)
{
    v->hands = !v->hands;
    v->played |= v->hands;
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
        for (size_t i = 0; env->actions && i < sizeof moves / sizeof *moves; i++)
            named |= moves[i].key == key && !strcmp(env->actions[a], moves[i].name);
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
        view_say(v, "%.0f cycles a second", view_cycles_a_second(v));
}

static void step(struct view *v, int64_t by)
{
    view_locate(v);
    view_go(v, v->t + by);
}

bool view_mark(struct view *v, int64_t t)
{
    int i = 0;
    while (i < v->n_marks && v->mark[i] < t)
        i++;
    size_t after = (size_t)(v->n_marks - i) * sizeof *v->mark;
    if (i < v->n_marks && v->mark[i] == t) {
        memmove(v->mark + i, v->mark + i + 1, after - sizeof *v->mark);
        v->n_marks--;
        return false;
    }
    if (v->n_marks == MARKS_MAX)
        return false;
    memmove(v->mark + i + 1, v->mark + i, after);
    v->mark[i] = t;
    v->n_marks++;
    return true;
}

static void toggle_mark(struct view *v)
{
    view_locate(v);
    bool full = v->n_marks == MARKS_MAX, marked = view_mark(v, v->t);
    if (full && v->n_marks == MARKS_MAX)
        view_say(v, "%d cycles are marked already", MARKS_MAX);
    else
        view_say(v, marked ? "marked: } and { find it again" : "no longer marked");
}

static void next_focus(struct view *v)
{
    static const char *const names[] = { "no panel", "the agent's panel", "the events" };
    v->focus = (enum focus)((v->focus + 1) % FOCUSES);
    view_say(v, "focus: %s", names[v->focus]);
}

static void scroll(struct view *v, int by)
{
    int *down = &v->scrolled[v->focus];
    if (v->focus == FOCUS_NONE)
        view_say(v, "Tab chooses the panel that moves");
    else if (*down + by >= 0 && *down + by < 1000)
        *down += by;
}

static void look_intent(struct view *v, enum intent intent)
{
    switch (intent) {
    case DO_FOCUS: next_focus(v); break;
    case DO_UP: scroll(v, -1); break;
    case DO_DOWN: scroll(v, 1); break;
    case DO_TREE: overlay_open(v, OVERLAY_TREE); break;
    case DO_MARK: toggle_mark(v); break;
    case DO_LAYER:
        v->layer = (v->layer + 1) % LAYERS;
        view_say(v, "layer: %s", layer_table[v->layer].name);
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

void view_intent(struct view *v, enum intent intent)
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
    else if (v->hands && act_by_hand(v, key))
        return;
    else if (key_intent(key) == DO_TRACES)
        v->hidden ^= 1u << (key - '1');
    else
        view_intent(v, key_intent(key));
}
