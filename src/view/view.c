#include "config.h"

#include "clock.h"
#include "match_trace.h"
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
    v->said = v->conf.now ? v->conf.now() : clock_now();
}

void view_palette(struct view *v, enum palette palette)
{
    v->conf.theme.palette = palette;
    v->redraw = true;
    view_say(v, "palette: %s", palette_names[palette]);
}

/* ---- opening */

/* Films of all agents, which have what those `before` know of their past; false with
 * *err. */
static bool open_sims(struct view *v, struct sim *const *before, struct err *err)
{
    size_t bytes = v->conf.bytes ? v->conf.bytes : VIEW_BYTES;
    struct sim_conf conf = { bytes, v->conf.pumped };
    return show_open(&v->show, &conf, before, v->sim, err);
}

static void close_sims(struct sim **sim)
{
    for (int i = 0; i < VIEW_RUNS; i++) {
        sim_free(sim[i]);
        sim[i] = NULL;
    }
}

bool view_init(struct view *v, const struct view_conf *conf, struct show *show,
               struct err *err)
{
    *v = (struct view){ .conf = *conf, .show = *show, .follow = true, .speed = 3 };
    *show = (struct show){ 0 };
    v->recalled = -1;
    if (open_sims(v, NULL, err))
        return true;
    view_release(v);
    return false;
}

bool view_open_demo(struct view *v, const struct view_conf *conf, struct demo *demo,
                    struct err *err)
{
    struct show show;
    if (!show_of_demo(&show, demo, err) || !view_init(v, conf, &show, err))
        return false;
    v->demo = *demo;
    *demo = (struct demo){ 0 };
    view_set_speed(v, v->demo.speed);
    view_pause(v, true);
    story_begin(v, 0);
    return true;
}

/* Marks are known only when it ends: they may still be taken away. */
void view_stop_recording(struct view *v)
{
    if (v->match_trace)
        match_trace_sink(v->match_trace)->ops->end(match_trace_sink(v->match_trace), NULL);
    match_trace_free(v->match_trace);
    v->match_trace = NULL;
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
    view_stop_recording(v);
    show_release(&v->show);
    demo_release(&v->demo);
    form_close(&v->form);
    for (size_t i = 0; i < sizeof v->history / sizeof *v->history; i++)
        free(v->history[i]);
    *v = (struct view){ 0 };
}

/* ---- time */

double view_cycles_a_second(const struct view *v)
{
    return v->speed >= VIEW_FASTEST ? 0 : ldexp(1, v->speed);
}

bool view_has_seat(const struct view *v, int i)
{
    return !v->show.game || v->seats >> i & 1;
}

int view_to_act(struct view *v)
{
    for (int i = 0; i < v->show.n && v->hands; i++)
        if (sim_awaits(v->sim[i]))
            return i;
    return -1;
}

void view_take_hands(struct view *v)
{
    for (int i = 0; i < v->show.n; i++)
        sim_hands(v->sim[i], v->hands && view_has_seat(v, i));
}

void view_steer(struct view *v)
{
    for (int i = 0; i < v->show.n; i++)
        if (v->paused)
            sim_pause(v->sim[i]);
        else
            sim_run_to(v->sim[i], view_cycles_a_second(v), story_until(v));
}

void view_set_speed(struct view *v, double speed)
{
    int k = speed > 0 ? (int)lround(log2(speed)) : VIEW_FASTEST;
    v->speed = k < 0 ? 0 : k > VIEW_FASTEST ? VIEW_FASTEST : k;
    if (!v->paused)
        view_steer(v);
}

void view_pause(struct view *v, bool paused)
{
    v->paused = paused;
    if (!paused)
        v->follow = true;
    v->put_off &= paused;
    view_steer(v);
}

void view_pump(struct view *v, double seconds)
{
    double until = clock_now() + seconds;
    bool lived = true;
    while (lived && clock_now() < until) {
        lived = false;
        for (int i = 0; i < v->show.n; i++)
            lived |= sim_pump(v->sim[i]);
    }
}

/* The last cycle that all runs have lived but for those that failed: the others go on. In
 * *all what can be shown of all, and whether all are over. */
static int64_t last_cycle(struct view *v, struct sim_status *all)
{
    int64_t last = -1, failed = -1;
    for (int i = 0; i < v->show.n; i++) {
        struct sim_status st = sim_lock(v->sim[i]);
        sim_unlock(v->sim[i]);
        if (st.error)
            failed = st.last > failed ? st.last : failed;
        else
            last = last < 0 || st.last < last ? st.last : last;
        bool done = st.done && (i == 0 || all->done);
        if (i == 0 || st.first > all->first)
            *all = st;
        all->done = done;
    }
    return last < 0 ? failed : last;
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

/* New films for what is shown; false, with a message: nothing has changed. */
bool view_reopen(struct view *v)
{
    struct err err = { 0 };
    struct sim *old[VIEW_RUNS];
    memcpy(old, v->sim, sizeof old);
    memset(v->sim, 0, sizeof v->sim);
    if (!open_sims(v, old, &err)) {
        close_sims(v->sim);
        memcpy(v->sim, old, sizeof old);
        view_say(v, "%s", err.text);
        return false;
    }
    close_sims(old);
    view_stop_recording(v);
    view_take_hands(v);
    v->run = v->run < v->show.n ? v->run : 0;
    v->follow = true;
    return true;
}

/* Cycles that the film has dropped are lived again: a run is a function of its seeds. */
static void live_again(struct view *v, int64_t t, int64_t first)
{
    if (v->played) {
        view_say(v,
                 "cycle %" PRId64 " is no longer kept, the first is %" PRId64
                 ": what you did cannot be repeated",
                 t, first);
        return;
    }
    if (!view_reopen(v))
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
        v->put_off = false;
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

/* ---- marks and overlays */

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

void view_overlay(struct view *v, enum overlay o)
{
    v->overlay = o;
    v->chosen = 0;
    v->recalled = -1;
    *v->line = *v->stem = '\0';
    if (o != OVERLAY_FORM)
        form_close(&v->form);
}

void view_form(struct view *v)
{
    struct err err = { 0 };
    view_overlay(v, OVERLAY_NONE);
    if (form_open(&v->form, &v->show, &err))
        v->overlay = OVERLAY_FORM;
    else {
        view_say(v, "%s", err.text);
        form_close(&v->form);
    }
}

void view_menu(struct view *v, enum menu m)
{
    view_overlay(v, OVERLAY_MENU);
    v->menu = m;
}
