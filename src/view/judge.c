#include "config.h"

#include "judge.h"
#include "metrics.h"
#include "panels.h"
#include "show.h"
#include "suggest.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { JUDGE_BYTES = 64 << 20 };

/* ---- moments */

static bool happens(const struct hall *h, const struct moment *m, int64_t t, bool truth)
{
    char line[160];
    for (int i = 0; i < h->n; i++)
        if ((m->agent < 0 || m->agent == i) &&
            film_event(h->film[i], t, truth, line, sizeof line) && strstr(line, m->words))
            return true;
    return false;
}

int64_t hall_moment(const struct hall *h, const struct moment *m, int64_t after, bool truth)
{
    int64_t last = INT64_MAX;
    if (m->kind == MOMENT_END)
        return (int64_t)h->steps;
    if (m->kind == MOMENT_CYCLE)
        return m->t <= (int64_t)h->steps ? m->t : -1;
    for (int i = 0; i < h->n; i++)
        last = film_last(h->film[i]) < last ? film_last(h->film[i]) : last;
    for (int64_t t = after + 1; t <= last; t++)
        if (happens(h, m, t, truth))
            return t;
    return -1;
}

int demo_layer(const char *name)
{
    for (int i = 0; i < LAYERS; i++)
        if (!strcmp(layer_table[i].name, name))
            return i;
    return -1;
}

/* ---- quantities */

/* A demonstration that was lived. */
struct court {
    const struct demo *d;
    struct show show;
    struct sim *sim[VIEW_RUNS];
    const struct film *film[VIEW_RUNS];
    struct hall hall;
    int64_t at[DEMO_STEPS]; /* cycles of the steps */
    bool truth[DEMO_STEPS]; /* whether it is shown in them */
    struct lines lines;     /* for messages alone */
};

static double points(const struct court *k, double x)
{
    return x / sim_env(k->sim[0])->space.scale;
}

static double best_of(const struct insight *in)
{
    double top = NAN;
    for (uint32_t a = 0; a < in->n_actions; a++)
        if (!isnan(in->value[a]) && !(in->value[a] <= top))
            top = in->value[a];
    return top;
}

static double cycle_or_none(int64_t t) { return t < 0 ? (double)NAN : (double)t; }

/* What the window alone knows, by name; false: it is another's. */
static bool own_quantity(const struct court *k, int i, const char *name, int64_t t,
                         double *x)
{
    const struct film *f = k->film[i];
    struct frame now = film_at(f, t);
    if (!strcmp(name, "reward"))
        *x = points(k, now.rec.e.rew);
    else if (!strcmp(name, "action"))
        *x = t ? now.rec.action : (double)NAN;
    else if (!strcmp(name, "entropy"))
        *x = now.mind.entropy / M_LN2;
    else if (!strcmp(name, "live"))
        *x = now.mind.live ? now.mind.live : (double)NAN;
    else if (!strcmp(name, "value"))
        *x = best_of(&now.mind);
    else if (!strcmp(name, "nashconv"))
        *x = now.gap_average;
    else if (!strcmp(name, "nashconv_now"))
        *x = now.gap;
    else if (!strcmp(name, "found"))
        *x = cycle_or_none(film_found(f, t));
    else if (!strcmp(name, "certain"))
        *x = cycle_or_none(film_certain(f, t));
    else
        return false;
    return true;
}

static bool world_quantity(const struct court *k, int i, const char *name, int64_t t,
                           double *x)
{
    const struct world_metric *m = sim_env(k->sim[i])->ops->metrics;
    for (size_t j = 0; m && m[j].name; j++)
        if (!strcmp(m[j].name, name)) {
            *x = film_at(k->film[i], t).rec.report[j];
            return true;
        }
    return false;
}

static bool run_quantity(const struct court *k, int i, const char *name, int64_t t,
                         double *x)
{
    const struct metric_row *m = metric_find(name);
    struct frame now = film_at(k->film[i], t);
    struct sim_status st = sim_lock(k->sim[i]);
    sim_unlock(k->sim[i]);
    struct instant at = { .last = &now.rec,
                          .scale = sim_env(k->sim[i])->space.scale,
                          .mind = now.mind,
                          .reference = { .optimal = st.optimal, .random = st.random } };
    if (m)
        *x = m->value(&at);
    return m != NULL;
}

static size_t names_of(const struct court *k, const char **names, size_t cap)
{
    static const char *const own[] = { "reward",   "action",      "entropy", "live",
                                       "value",    "found",       "certain", "truth",
                                       "nashconv", "nashconv_now" };
    const struct world_metric *m = sim_env(k->sim[0])->ops->metrics;
    size_t n = 0;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        names[n++] = own[i];
    for (const struct metric_row *r = metric_table; r->name && n < cap; r++)
        names[n++] = r->name;
    for (; m && m->name && n < cap; m++)
        names[n++] = m->name;
    return n;
}

/* ---- claims */

static bool wrong(struct court *k, const struct claim *c, const char *what)
{
    lines_fault_in(&k->lines, c->line, c->line_text, c->col, "%s", what);
    return false;
}

static bool unknown(struct court *k, const struct claim *c, const char *name)
{
    const char *names[64];
    char hint[100] = "", what[200];
    suggest_near(hint, sizeof hint, name, names, names_of(k, names, 64));
    snprintf(what, sizeof what, "unknown quantity '%s'%s", name, hint);
    return wrong(k, c, what);
}

/* The value of a side at cycle t; the word of an action is its number where the other side
 * is one. */
static bool side_value(struct court *k, const struct claim *c, const struct side *s,
                       int64_t t, bool action, double *x)
{
    int i = s->agent < 0 ? 0 : s->agent;
    const struct env *env = sim_env(k->sim[0]);
    *x = s->x;
    if (s->number)
        return true;
    if (i >= k->hall.n)
        return wrong(k, c, "there is no such agent");
    for (unsigned a = 0; action && env->actions && a < env->space.n_actions; a++)
        if (!strcmp(env->actions[a], s->name)) {
            *x = a;
            return true;
        }
    return own_quantity(k, i, s->name, t, x) || world_quantity(k, i, s->name, t, x) ||
           run_quantity(k, i, s->name, t, x) || unknown(k, c, s->name);
}

static bool holds(enum relation r, double x, double y)
{
    switch (r) {
    case LESS: return x < y;
    case AT_MOST: return x <= y;
    case GREATER: return x > y;
    case AT_LEAST: return x >= y;
    case EQUAL: return fabs(x - y) <= 1e-9 * fmax(1, fabs(y));
    case UNEQUAL: return fabs(x - y) > 1e-9 * fmax(1, fabs(y));
    default: return !isnan(x);
    }
}

static const char *action_name(const struct court *k, const struct side *s, int64_t t)
{
    const struct env *env = sim_env(k->sim[0]);
    unsigned a = film_at(k->film[s->agent < 0 ? 0 : s->agent], t).rec.action;
    return env->actions ? env->actions[a] : "another";
}

static bool judge_relation(struct court *k, const struct claim *c, int64_t t)
{
    char what[240];
    double x, y = 0;
    bool action = !strcmp(c->left.name, "action");
    if (!side_value(k, c, &c->left, t, false, &x) ||
        (c->relation != IS_THERE && !side_value(k, c, &c->right, t, action, &y)))
        return false;
    if (holds(c->relation, x, y))
        return true;
    if (action && t > 0)
        snprintf(what, sizeof what, "false: at cycle %" PRId64 " it is %s", t,
                 action_name(k, &c->left, t));
    else if (isnan(x))
        snprintf(what, sizeof what, "false: at cycle %" PRId64 " there is none", t);
    else if (c->right.number)
        snprintf(what, sizeof what, "false: at cycle %" PRId64 " it is %.6g", t, x);
    else
        snprintf(what, sizeof what,
                 "false: at cycle %" PRId64 " it is %.6g, and %s is %.6g", t, x,
                 c->right.name, y);
    return wrong(k, c, what);
}

/* Up to the step where it stands; from its beginning on when it says that something never
 * happens. */
static bool judge_event(struct court *k, const struct claim *c, int64_t t, bool truth)
{
    char what[200];
    int64_t at = hall_moment(&k->hall, &c->at, 0, truth);
    bool there = at >= 0 && at <= t, never = c->kind == CLAIM_NEVER;
    if (there != never)
        return true;
    if (never)
        snprintf(what, sizeof what, "false: it happens in cycle %" PRId64, at);
    else
        snprintf(what, sizeof what, "false: it has not happened by cycle %" PRId64, t);
    return wrong(k, c, what);
}

/* The step that is shown at cycle t. */
static size_t step_at(const struct court *k, int64_t t)
{
    size_t i = k->d->n_steps - 1;
    while (i > 0 && k->at[i] > t)
        i--;
    return i;
}

static bool judge_claim(struct court *k, const struct claim *c, int step)
{
    int64_t t = step < 0 ? (int64_t)k->hall.steps : k->at[step];
    bool truth = k->truth[step < 0 ? step_at(k, t) : (size_t)step];
    if (c->kind == CLAIM_EVENT || c->kind == CLAIM_NEVER)
        return judge_event(k, c, t, truth);
    if (c->timed)
        t = hall_moment(&k->hall, &c->at, 0, truth);
    if (t < 0)
        return wrong(k, c, "false: the run has no such moment");
    if (c->kind == CLAIM_RELATION)
        return judge_relation(k, c, t);
    return (c->timed ? k->truth[step_at(k, t)] : truth) ||
           wrong(k, c, "false: the truth is not shown");
}

/* ---- a session of the court */

static bool find_steps(struct court *k)
{
    const struct demo *d = k->d;
    bool ok = true, truth = false;
    int64_t before = -1;
    for (size_t i = 0; i < d->n_steps; i++) {
        const struct demo_step *s = &d->step[i];
        truth = s->truth < 0 ? truth : s->truth > 0;
        k->truth[i] = truth;
        k->at[i] = hall_moment(&k->hall, &s->at, before, truth);
        if (k->at[i] <= before) {
            lines_fault_in(&k->lines, s->line, s->line_text, 1,
                           k->at[i] < 0 ? "false: the moment of this step does not come"
                                        : "this step is not after the one before");
            k->at[i] = before;
            ok = false;
        }
        if (s->layer && demo_layer(s->layer) < 0) {
            lines_fault_in(&k->lines, s->line, s->line_text, 1, "unknown layer '%s'",
                           s->layer);
            ok = false;
        }
        before = k->at[i];
    }
    return ok;
}

/* Lives it all; false with *err: it cannot be opened, or failed. */
static bool hear(struct court *k, struct err *err)
{
    struct sim_conf conf = { .bytes = JUDGE_BYTES * (size_t)k->show.n };
    if (!show_open(&k->show, &conf, NULL, k->sim, err))
        return false;
    for (int i = 0; i < k->show.n; i++)
        sim_go(k->sim[i], (int64_t)k->show.steps);
    for (int i = 0; i < k->show.n; i++) {
        sim_wait(k->sim[i], (int64_t)k->show.steps);
        struct sim_status st = sim_lock(k->sim[i]);
        sim_unlock(k->sim[i]);
        if (st.error || st.first > 0)
            return err_set(err, "%s: error: %s", k->d->file,
                           st.error ? st.error : "too long to be judged");
        k->film[i] = sim_film(k->sim[i]);
    }
    k->hall = (struct hall){ k->film, k->show.n, k->show.steps };
    return true;
}

bool demo_judge(const struct demo *d, struct err *err)
{
    struct court k = { .d = d, .lines = { .file = d->file, .err = err, .ok = true } };
    bool ok = show_of_demo(&k.show, d, err) && hear(&k, err);
    if (ok) {
        ok = find_steps(&k);
        for (size_t i = 0; i < d->n_claims; i++)
            ok = judge_claim(&k, &d->claim[i], d->claim_step[i]) && ok;
    }
    for (int i = 0; i < k.show.n; i++)
        sim_free(k.sim[i]);
    show_release(&k.show);
    return ok;
}
