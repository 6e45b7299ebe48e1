#include "config.h"

#include "match_trace.h"
#include "suggest.h"
#include "trace.h"
#include "view.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Other settings than those shown: what does not work changes nothing. */

/* Whoever lived the cycles of the script: those before the agent of the film, and
 * itself. */
static void add_past(struct script *to, const struct sim *s)
{
    uint64_t present;
    size_t n, kept = 0;
    const struct setting *past = sim_past(s, &n, &present);
    struct setting *all = xcalloc(n + 1, sizeof *all);
    for (size_t i = 0; i < n && past[i].from <= to->n; i++)
        all[kept++] = (struct setting){ past[i].from, xstrdup(past[i].agent) };
    if (present <= to->n)
        all[kept++] = (struct setting){ present, xstrdup(sim_lives(s)) };
    to->past = all;
    to->n_past = kept;
}

/* The first `keep` cycles of a film as a script of the past; none when it has lost some. */
static struct script script_of(struct sim *s, int64_t keep)
{
    struct sim_status st = sim_lock(s);
    if (st.first > 0 || st.last < keep) {
        sim_unlock(s);
        return (struct script){ 0 };
    }
    uint64_t n = film_acts(sim_film(s), keep), acts = 0;
    struct cycle *at = xcalloc(n + 1, sizeof *at);
    for (int64_t t = 1; t <= keep; t++) {
        struct frame f = film_at(sim_film(s), t);
        if (f.done)
            at[f.rec.t - 1] = (struct cycle){ f.rec.action, f.rec.e, f.rec.by };
        if (f.moved && f.rec.t < ++acts) /* its percept is to come */
            at[acts - 1].action = f.action;
    }
    sim_unlock(s);
    struct script script = { .at = at, .n = n, .present = n + 1 };
    add_past(&script, s);
    return script;
}

/* Whether the films still have all cycles up to `keep`, for another agent to learn. */
static bool has_past(struct view *v, int64_t keep)
{
    bool all = true;
    for (int i = 0; i < v->show.n && keep > 0; i++) {
        struct sim_status st = sim_lock(v->sim[i]);
        sim_unlock(v->sim[i]);
        all &= st.first == 0 && st.last >= keep;
    }
    return all;
}

bool view_restart(struct view *v, int64_t keep)
{
    struct script before[VIEW_RUNS];
    bool lost = !has_past(v, keep);
    keep = lost ? 0 : keep;
    for (int i = 0; i < VIEW_RUNS; i++) {
        before[i] = v->show.script[i];
        v->show.script[i] =
            keep > 0 && v->sim[i] ? script_of(v->sim[i], keep) : (struct script){ 0 };
    }
    bool ok = view_reopen(v);
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
    v->carded = false;
    story_begin(v, keep);
    while (v->n_marks && v->mark[v->n_marks - 1] > keep)
        v->n_marks--;
    view_steer(v);
    for (int i = 0; i < v->show.n && keep > 0; i++)
        sim_wait(v->sim[i], keep);
    if (lost)
        view_say(v, "the first cycles are no longer kept to be learnt: it starts anew");
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

/* What is shown is no longer what was to be demonstrated. */
static bool no_demo(struct view *v)
{
    demo_release(&v->demo);
    return true;
}

bool view_set_agent(struct view *v, const char *spec)
{
    struct show next;
    struct err err = { 0 };
    bool ok = show_copy(&next, &v->show, &err);
    for (int i = 0; i < next.n; i++)
        kind_release(&next.agent[i]);
    next.n = 0;
    return change(v, &next, ok && show_agents(&next, spec, &err), &err, 0) && no_demo(v);
}

bool view_set_env(struct view *v, const char *spec)
{
    struct show next;
    struct err err = { 0 };
    bool ok = show_copy(&next, &v->show, &err);
    kind_release(&next.env);
    next.env = (struct spec_of){ 0 };
    ok = ok && show_place(&next, spec, &err);
    return change(v, &next, ok, &err, 0) && no_demo(v);
}

/* Neither agents nor world have it; something like it they may have. */
static bool no_param(const struct show *s, const char *key, struct err *err)
{
    enum { NAMES_MAX = 400 };
    const char *names[NAMES_MAX];
    char hint[100] = "";
    size_t n = param_names(s->env.kind->params, names, NAMES_MAX);
    for (int i = 0; i < s->n; i++)
        n += param_names(s->agent[i].kind->params, names + n, NAMES_MAX - n);
    suggest_near(hint, sizeof hint, key, names, n);
    return err_set(err, "neither the agent nor the world has a parameter '%s'%s", key,
                   hint);
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
        ok = no_param(&next, key, &err);
    /* A changed agent goes on from the cycle shown; a changed world starts anew. */
    return change(v, &next, ok, &err, agent ? v->t : 0);
}

bool view_inject(struct view *v, const char *family)
{
    struct show next;
    struct err err = { 0 };
    bool ok = show_copy(&next, &v->show, &err), found = false;
    view_locate(v);
    for (int i = 0; ok && i < next.n; i++) {
        const struct param *p = param_find(next.agent[i].kind->params, "inject");
        if (!p || p->type != PARAM_STRING)
            continue;
        const char *had = *(char *const *)((const char *)next.agent[i].config + p->offset);
        char *list = xasprintf("%s%s%" PRId64 ":%s", had ? had : "", had ? "+" : "",
                               v->t + 1, family);
        ok = found = kind_set(&next.agent[i], "inject", list, &err);
        free(list);
    }
    if (ok && !found)
        ok = err_set(&err,
                     "no agent here takes hypotheses in while it is at work: hedge does");
    return change(v, &next, ok, &err, v->t);
}

bool view_apply(struct view *v, const struct show *next, int64_t keep)
{
    struct show copy;
    struct err err = { 0 };
    bool ok = show_copy(&copy, next, &err);
    return change(v, &copy, ok, &err, keep);
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
    story_begin(v, 0);
    return true;
}

void view_reseed(struct view *v, uint32_t seed)
{
    uint32_t before = v->show.seed;
    v->show.seed = seed;
    if (!view_restart(v, 0))
        v->show.seed = before;
}

/* A recording of all seats of a match. */
static bool record_match(struct view *v, const char *path, struct err *err)
{
    struct match_trace *w = match_trace_new(path);
    if (!sim_record_match(v->sim[0], match_trace_sink(w), err)) {
        match_trace_free(w);
        return false;
    }
    v->match_trace = w;
    return true;
}

static bool record_run(struct view *v, const char *path, struct err *err)
{
    struct trace_writer *w = trace_writer_new(path);
    if (!sim_record(v->sim[0], trace_sink(w), err)) {
        trace_writer_free(w);
        return false;
    }
    v->trace = w;
    return true;
}

/* Nothing more goes into the recording, which is closed. */
static void end_record(struct view *v)
{
    if (v->match_trace)
        sim_record_match(v->sim[0], NULL, NULL);
    if (v->trace)
        sim_record(v->sim[0], NULL, NULL);
    view_stop_recording(v);
}

bool view_record(struct view *v, const char *path, bool on)
{
    struct err err = { 0 };
    struct sim *s = v->sim[0];
    end_record(v);
    bool whole = sim_lock(s).first == 0;
    sim_unlock(s);
    if (!whole)
        err_set(&err, "the first cycles are no longer kept: press r, then record");
    if (!whole ||
        !(v->show.game ? record_match(v, path, &err) : record_run(v, path, &err))) {
        view_say(v, "%s", err.text);
        return false;
    }
    snprintf(v->trace_path, sizeof v->trace_path, "%s", path);
    if (!on)
        end_record(v);
    view_say(v, "%s %s", on ? "recording to" : "wrote", path);
    return true;
}

void view_toggle_record(struct view *v)
{
    char path[VIEW_LINE];
    if (v->trace || v->match_trace) {
        end_record(v);
        view_say(v, "recorded %s", v->trace_path);
        return;
    }
    snprintf(path, sizeof path, "%.80s-%.80s-%" PRIu32 ".urt", v->show.agent[0].kind->name,
             v->show.env.kind->name, v->show.seed);
    view_record(v, path, true);
}
