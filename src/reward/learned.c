#include "config.h"

#include "learned.h"

#include "belief_graph.h"
#include "lp.h"
#include "worths.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STATES_MAX = 1 << 20, EQUATIONS_MAX = 4096 };
static const double EQUAL = 1e-9;

struct weighing {
    struct belief_graph g;
    const struct learning *of;
    double *chance; /* of the starts, the first n_starts nodes */
    uint32_t n_starts;
    bool *there; /* [horizon + 1][n]: the node may be what is believed at that time */
};

/* ---- what a node says */

static const void *state_of(const struct weighing *w, size_t part)
{
    const struct fsm *f = w->g.f;
    return f->state + (size_t)w->g.part[part].state * f->state_size;
}

static void rho_of(const struct weighing *w, uint32_t node, double *rho)
{
    w->of->weigh(w->g.env, state_of(w, w->g.first[node]), rho);
}

/* Of the end: a weight of a reward, or whether something came about. */
static double told(const struct weighing *w, uint32_t node, uint32_t what)
{
    double rho[LEARNING_REWARDS], sum = 0;
    if (what < w->of->n_rewards) {
        rho_of(w, node, rho);
        return rho[what];
    }
    for (size_t k = w->g.first[node]; k < w->g.first[node + 1]; k++)
        if (w->of->came(w->g.env, state_of(w, k), what - w->of->n_rewards))
            sum += w->g.part[k].p;
    return sum;
}

static void mark(struct weighing *w)
{
    const struct belief_graph *g = &w->g;
    w->there = xcalloc((size_t)g->horizon + 1, g->n);
    for (uint32_t i = 0; i < w->n_starts; i++)
        w->there[i] = true;
    for (uint32_t t = 0; t < g->horizon; t++)
        for (uint32_t i = 0; i < g->within[t]; i++) {
            size_t pair = (size_t)i * g->n_actions;
            if (!w->there[(size_t)t * g->n + i])
                continue;
            for (size_t e = g->link_first[pair]; e < g->link_first[pair + g->n_actions];
                 e++)
                w->there[(size_t)(t + 1) * g->n + g->link[e].next] = true;
        }
}

/* ---- what may be had of the end, by those who are best */

/* The best return, and the range over who reaches it of `what` at the end, or with
 * UINT32_MAX of performance on the way. */
static struct worths weigh(const struct weighing *w, uint32_t what)
{
    const struct belief_graph *g = &w->g;
    struct worths *old = xcalloc(g->n, sizeof *old), *new = xcalloc(g->n, sizeof *new);
    struct worths all = { 0 };
    bool way = what == UINT32_MAX;
    for (uint32_t i = 0; i < g->n && !way; i++)
        old[i].low = old[i].high = old[i].best = told(w, i, what);
    for (uint32_t t = g->horizon; t-- > 0;) {
        for (uint32_t i = 0; i < g->within[t]; i++)
            for (unsigned a = 0; a < g->n_actions; a++) {
                size_t pair = (size_t)i * g->n_actions + a;
                double on = way ? g->pays[pair].wanted : 0, r = g->pays[pair].reward;
                struct worths q = { r, on, on, on, r, r };
                for (size_t e = g->link_first[pair]; e < g->link_first[pair + 1]; e++)
                    worths_add(&q, g->link[e].p, &old[g->link[e].next]);
                worths_take(&new[i], &q, !a);
            }
        struct worths *swap = old;
        old = new;
        new = swap;
    }
    for (uint32_t i = 0; i < w->n_starts; i++)
        worths_add(&all, w->chance[i], &old[i]);
    free(old);
    free(new);
    return all;
}

/* ---- whether it is riggable */

static struct learned_span span_after(const struct belief_graph *g, uint32_t i,
                                      const struct learned_span *then)
{
    struct learned_span s = { HUGE_VAL, -HUGE_VAL };
    for (unsigned a = 0; a < g->n_actions; a++) {
        size_t pair = (size_t)i * g->n_actions + a;
        double lo = 0, hi = 0;
        for (size_t e = g->link_first[pair]; e < g->link_first[pair + 1]; e++) {
            lo += g->link[e].p * then[g->link[e].next].lo;
            hi += g->link[e].p * then[g->link[e].next].hi;
        }
        s.lo = fmin(s.lo, lo);
        s.hi = fmax(s.hi, hi);
    }
    return s;
}

/* From the end back: what reward k may be expected to weigh. rigged[t][node] is set where
 * that depends on what is done from there. */
static struct learned_span reach(const struct weighing *w, uint32_t k, bool *rigged)
{
    const struct belief_graph *g = &w->g;
    struct learned_span *old = xcalloc(g->n, sizeof *old),
                        *new = xcalloc(g->n, sizeof *new);
    struct learned_span all = { 0, 0 };
    for (uint32_t i = 0; i < g->n; i++)
        old[i].lo = old[i].hi = told(w, i, k);
    for (uint32_t t = g->horizon; t-- > 0;) {
        for (uint32_t i = 0; i < g->within[t]; i++) {
            new[i] = span_after(g, i, old);
            if (new[i].hi - new[i].lo > EQUAL)
                rigged[(size_t)t * g->n + i] = true;
        }
        struct learned_span *swap = old;
        old = new;
        new = swap;
    }
    for (uint32_t i = 0; i < w->n_starts; i++) {
        all.lo += w->chance[i] * old[i].lo;
        all.hi += w->chance[i] * old[i].hi;
    }
    free(old);
    free(new);
    return all;
}

static void rig(const struct weighing *w, struct learned *l)
{
    const struct belief_graph *g = &w->g;
    bool *rigged = xcalloc((size_t)g->horizon + 1, g->n);
    for (uint32_t k = 0; k < w->of->n_rewards; k++)
        l->rho[k] = reach(w, k, rigged);
    for (size_t i = 0; i < (size_t)g->horizon * g->n; i++) {
        l->beliefs += w->there[i];
        l->riggable += w->there[i] && rigged[i];
    }
    for (uint32_t i = 0; i < w->n_starts; i++)
        l->at_start = l->at_start || rigged[i];
    free(rigged);
}

/* ---- whether it can be influenced */

/* Of an end: P(world | h), then rho. */
static void equation(const struct weighing *w, uint32_t node, double *at)
{
    const struct env *env = w->g.env;
    memset(at, 0, env->n_hidden * sizeof *at);
    for (size_t k = w->g.first[node]; k < w->g.first[node + 1]; k++)
        at[env->ops->hidden(env, state_of(w, k))] += w->g.part[k].p;
    rho_of(w, node, at + env->n_hidden);
}

static bool is_new(const double *rows, uint32_t n, size_t width, const double *row)
{
    for (uint32_t i = 0; i < n; i++) {
        double off = 0;
        for (size_t k = 0; k < width; k++)
            off = fmax(off, fabs(rows[i * width + k] - row[k]));
        if (off < 1e-12)
            return false;
    }
    return true;
}

/* The equations of all ends, each once; false: there are too many. */
static bool gather(const struct weighing *w, double **rows, uint32_t *n)
{
    const struct belief_graph *g = &w->g;
    const size_t width = g->env->n_hidden + w->of->n_rewards;
    *rows = xcalloc(EQUATIONS_MAX, width * sizeof **rows);
    *n = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        double *at = *rows + *n * width;
        if (!w->there[(size_t)g->horizon * g->n + i])
            continue;
        if (*n + 1 == EQUATIONS_MAX)
            return false;
        equation(w, i, at);
        *n += is_new(*rows, *n, width, at);
    }
    return true;
}

static bool influence(const struct weighing *w, struct learned *l, struct err *err)
{
    const size_t n = w->g.env->n_hidden, m = w->of->n_rewards, width = n + m;
    double *rows;
    if (!gather(w, &rows, &l->histories)) {
        free(rows);
        return err_set(err, "%d and more different ends: too many to decide by",
                       EQUATIONS_MAX);
    }
    double *of = xcalloc((size_t)l->histories + 1, n * sizeof *of);
    double *is = xcalloc((size_t)l->histories + 1, m * sizeof *is);
    for (size_t h = 0; h < l->histories; h++) {
        memcpy(of + h * n, rows + h * width, n * sizeof *of);
        memcpy(is + h * m, rows + h * width + n, m * sizeof *is);
    }
    l->n_worlds = (uint32_t)n;
    l->eta = xcalloc(n * m, sizeof *l->eta);
    struct lp_fit fit = lp_table(n, m, of, is, l->histories, l->eta);
    l->gap = (struct learned_span){ fit.least, fit.most };
    l->influenceable = fit.least > EQUAL;
    free(rows);
    free(of);
    free(is);
    return fit.least > EQUAL || fit.most <= EQUAL ||
           err_set(err, "GLPK leaves open whether it can be influenced: a gap of %g .. %g",
                   fit.least, fit.most);
}

/* ---- all of it */

static bool judge(struct weighing *w, struct learned *l, struct err *err)
{
    if (!belief_graph_explore(&w->g, err))
        return false;
    mark(w);
    struct worths v = weigh(w, UINT32_MAX);
    l->value = v.reward;
    l->wanted = (struct learned_span){ v.low, v.high };
    for (uint32_t k = 0; k < w->of->n_rewards + w->of->n_events; k++) {
        v = weigh(w, k);
        *(k < w->of->n_rewards ? &l->best[k] : &l->event[k - w->of->n_rewards]) =
            (struct learned_span){ v.low, v.high };
    }
    rig(w, l);
    return influence(w, l, err);
}

bool learned_find(struct learned *l, const struct env *env, const struct learned_bounds *in,
                  struct err *err)
{
    struct alphabet percepts = { 0 };
    const struct learning *of = learning_of(env);
    double *start = NULL;
    *l = (struct learned){ .of = of };
    if (!of)
        return err_set(err, "%s learns no reward while it is earned; parents does",
                       env->ops->kind.name);
    struct fsm *f = fsm_new_whole(env, STATES_MAX, &percepts, &start);
    if (!f) {
        alphabet_release(&percepts);
        return err_set(err, "%s has more than %d states", env->ops->kind.name, STATES_MAX);
    }
    const uint32_t horizon = in->horizon ? in->horizon : of->cycles;
    double *wanted = belief_graph_wanted(env, f);
    struct weighing w = { .of = of, .chance = xcalloc(f->n_states, sizeof(double)) };
    w.g = (struct belief_graph){ .env = env,
                                 .f = f,
                                 .wanted = wanted,
                                 .bytes = in->bytes,
                                 .cancel = in->cancel,
                                 .n_actions = f->n_actions,
                                 .horizon = horizon,
                                 .within = xcalloc(horizon, sizeof *w.g.within) };
    w.n_starts = belief_graph_begin(&w.g, start, w.chance);
    bool ok = judge(&w, l, err);
    free(w.chance);
    free(w.there);
    free(w.g.within);
    belief_graph_release(&w.g);
    free(wanted);
    free(start);
    fsm_free(f);
    alphabet_release(&percepts);
    if (!ok)
        learned_release(l);
    return ok;
}

void learned_release(struct learned *l)
{
    free(l->eta);
    *l = (struct learned){ 0 };
}
