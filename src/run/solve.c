#include "config.h"

#include "anytime.h"
#include "expectimax.h"
#include "posterior.h"
#include "registry.h"
#include "solve.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIMIT = 10000000,       /* belief states walked when nothing else is said */
    MOMENT = 20000,         /* those that take a moment, */
    HORIZON_MOMENT = 10000, /* of as many cycles at most: value iteration's own limit, */
    BYTES_MOMENT = 1 << 26  /* with as much to remember of the way */
};
enum { PLACES_MAX = 1000 };       /* cells of a walk that are told */
static const double SHARE = 1e-3; /* of a value, that is close enough */

/* Tells the model, and a utility that remembers, what has happened. */
static bool live_history(const struct problem *p, struct model *m, void *memory,
                         struct err *err)
{
    unsigned want = m->want;
    m->want = p->utility->wants;
    for (size_t t = 0; t < p->n_history; t++) {
        const struct cycle *c = &p->history[t];
        struct outcome o = { .e = c->e,
                             .action = c->action,
                             .before = t ? c[-1].e.obs : NOTHING_SEEN };
        if (c->action >= m->space.n_actions)
            return err_set(err, "cycle %zu of the history: there is no action %" PRIu32,
                           t + 1, c->action);
        if (!(m->ops->condition(m, c->action, &o) > 0))
            return err_set(err,
                           "cycle %zu of the history is impossible: action %" PRIu32
                           ", observation %" PRIu32 ", reward %" PRId32,
                           t + 1, c->action, c->e.obs, c->e.rew);
        if (p->utility->memory_size)
            p->utility->of(p->utility, memory, &o);
    }
    m->want = want;
    return true;
}

static uint32_t last_seen(const struct problem *p)
{
    return p->n_history ? p->history[p->n_history - 1].e.obs : NOTHING_SEEN;
}

/* By the exact planner or a form of it. */
static size_t choose(const struct plan *plan, struct err *err)
{
    const struct kind *exact = kind_find(&planner_shelf, "exact");
    return planner_choose(&planner_shelf, exact, plan, err);
}

static struct plan plan_of(const struct problem *p, struct model *m, const void *memory)
{
    return (struct plan){ .model = m,
                          .utility = p->utility,
                          .memory = memory,
                          .before = last_seen(p),
                          .discount = p->discount,
                          .horizon = p->horizon ? p->horizon : 1,
                          .followed = m->n == 1,
                          .now = p->n_history + 1,
                          .cancel = p->cancel };
}

static bool is_cancelled(const struct problem *p)
{
    return p->cancel && atomic_load(p->cancel);
}

/* What an exact planner found, as a certificate. */
static void certify_values(struct solution *s, const char *method, const double *value)
{
    struct certificate *c = &s->certificate;
    *c = (struct certificate){ .method = method, .reason = CERTIFY_EXACT };
    c->b.n_actions = (uint32_t)s->n_actions;
    c->b.lower = value[0];
    for (size_t k = 0; k < s->n_actions; k++) {
        c->b.lo[k] = c->b.hi[k] = value[k];
        c->b.lower = fmax(c->b.lower, value[k]);
    }
    c->b.upper = c->b.lower;
    c->b.backups = c->b.points = (uint64_t)s->states;
    s->exact = true;
}

/* By one of the exact planners of agents, within so many belief states. */
static bool find_values(const struct plan *plan, uint64_t limit, struct solution *s,
                        struct verdict *v)
{
    size_t k = choose(plan, NULL);
    const struct planner_ops *ops = planner_at(&planner_shelf, k);
    struct exact_conf conf = { .max_states = (int64_t)limit };
    struct planner *pl = ops->open(&conf, plan);
    pl->ops->plan(pl, plan, NULL, v);
    pl->ops->close(pl);
    s->states = (double)v->states;
    if (v->how == PLAN_DONE)
        certify_values(s, ops->kind.name, v->value);
    return v->how == PLAN_DONE;
}

/* Any utility: all that may happen is walked, as far as `limit`. */
static bool solve_by_walking(const struct problem *p, const struct plan *plan,
                             struct solution *s, struct err *err)
{
    struct verdict v;
    uint64_t limit = p->limit ? p->limit : LIMIT;
    if (!p->horizon)
        return err_set(err, "without a last cycle (-H inf) only what is of percepts alone, "
                            "in a finite class of automata, can be summed");
    size_t k = choose(plan, err);
    if (k == SIZE_MAX)
        return false;
    double histories =
        planner_at(&planner_shelf, k) == &planner_exact ? expectimax_histories(plan) : 0;
    if (p->warn && histories > (double)limit)
        p->warn(p->context, histories);
    if (p->wants_policy)
        err_set(&s->policy_err,
                "a plan is written for what percepts are worth, in a finite "
                "class of automata");
    if (find_values(plan, limit, s, &v))
        return true;
    if (is_cancelled(p))
        return err_set(err, "interrupted after %" PRIu64 " belief states", v.states);
    if (err)
        err->large = true;
    return err_set(err,
                   "more than the limit of %" PRIu64 " belief states: about %.2g histories "
                   "lead to them",
                   limit, v.estimate);
}

/* The same for what is small: a moment's work, and the values to the last bit that they
 * always had. Its snapshots, one a cycle, are to be small as well. */
static bool solve_at_once(const struct problem *p, const struct plan *plan,
                          struct solution *s)
{
    struct verdict v;
    uint64_t limit = p->limit && p->limit < MOMENT ? p->limit : MOMENT;
    size_t k = p->horizon ? choose(plan, NULL) : SIZE_MAX;
    if (k == SIZE_MAX || p->wants_policy || p->horizon > HORIZON_MOMENT ||
        (double)plan->model->snap_size * p->horizon > BYTES_MOMENT)
        return false;
    return find_values(plan, limit, s, &v);
}

/* Points of the utility in a unit of the world. */
static double scale_of(const struct problem *p)
{
    bool reward = p->utility == &utility_reward || p->utility == &utility_worth;
    return reward ? p->env->space.scale : 1;
}

struct ear {
    const struct problem *p;
    double scale;
};

/* A certificate in units of the world, its bounds widened as they are printed. */
static struct certificate in_points(const struct certificate *c, double scale)
{
    struct certificate out = *c;
    out.b.lower = certify_below(c->b.lower / scale);
    out.b.upper = certify_above(c->b.upper / scale);
    for (uint32_t a = 0; a < c->b.n_actions; a++) {
        out.b.lo[a] = c->b.lo[a] / scale;
        out.b.hi[a] = c->b.hi[a] / scale;
    }
    return out;
}

static void hear(void *context, const struct certificate *c)
{
    const struct ear *ear = context;
    struct certificate out = in_points(c, ear->scale);
    ear->p->tell(ear->p->context, &out);
}

static struct certify_task task_of(const struct problem *p, const struct plan *plan,
                                   struct ear *ear)
{
    return (struct certify_task){ .plan = plan,
                                  .endless = !p->horizon,
                                  .gap = p->gap < 0 ? 0 : p->gap * ear->scale,
                                  .share = p->gap < 0 ? SHARE : 0,
                                  .seconds = p->seconds,
                                  .beliefs = p->limit,
                                  .backups = p->backups,
                                  .bytes = p->bytes,
                                  .tell = p->tell ? hear : NULL,
                                  .context = ear };
}

/* The plan, and what it earns when it is followed, apart from what its method says. */
static void keep_policy(const struct problem *p, struct certify *c, struct solution *s)
{
    struct policy_task how = { &p->discount, p->n_history + 1, p->horizon, p->cancel };
    const struct pomdp *process = certify_pomdp(c, &s->policy_err);
    s->policy_lo = s->policy_hi = NAN;
    if (!process || !certify_policy(c, &s->policy, &s->policy_err))
        return;
    policy_graph_value(&s->policy, process, &how, &s->policy_lo, &s->policy_hi, NULL);
    s->policy_lo /= scale_of(p);
    s->policy_hi /= scale_of(p);
}

static void keep_places(const struct problem *p, const struct certify *c,
                        struct solution *s)
{
    size_t n = p->horizon && p->horizon < PLACES_MAX ? p->horizon : PLACES_MAX;
    s->place = xcalloc(n, sizeof *s->place);
    s->n_places = certify_places(c, s->place, n);
}

/* Utilities of percepts: by the methods that prove their bounds. */
static bool solve_by_bounds(const struct problem *p, const struct plan *plan,
                            struct solution *s, struct err *err)
{
    struct ear ear = { p, scale_of(p) };
    struct certify_task task = task_of(p, plan, &ear);
    struct certify *c = certify_new(&task, err);
    if (!c)
        return false;
    certify_run(c);
    s->certificate = *certify_told(c);
    s->exact = s->certificate.reason == CERTIFY_EXACT;
    s->states = (double)s->certificate.b.points;
    keep_places(p, c, s);
    if (p->wants_policy)
        keep_policy(p, c, s);
    certify_free(c);
    return true;
}

static bool find_bounds(const struct problem *p, struct model *m, const void *memory,
                        struct solution *s, struct err *err)
{
    struct plan plan = plan_of(p, m, memory);
    struct certify_task probe = { .plan = &plan };
    if (!certify_has_pomdp(&probe, NULL) && !budgeted_of(m))
        return solve_by_walking(p, &plan, s, err);
    return (!budgeted_of(m) && solve_at_once(p, &plan, s)) ||
           solve_by_bounds(p, &plan, s, err);
}

/* ---- */

static void keep_posterior(struct model *m, struct solution *s)
{
    if (!m->ops->posterior)
        return;
    s->posterior = xcalloc(m->n, sizeof *s->posterior);
    s->n_hypotheses = m->ops->posterior(m, s->posterior, m->n);
}

static void keep_values(const struct problem *p, struct solution *s)
{
    struct certificate *c = &s->certificate;
    *c = in_points(c, scale_of(p));
    for (size_t k = 0; k < s->n_actions; k++) {
        s->value[k] = c->b.lo[k];
        s->most[k] = c->b.hi[k];
    }
}

/* Of a family's hypotheses, or a model by its own name; of one that has a budget only
 * little is used at first. */
static struct model *open_model(const struct problem *p, struct err *err)
{
    const char *name = p->family ? p->family : "mu";
    struct spec_of spec;
    char head[64];
    snprintf(head, sizeof head, "%.*s", (int)strcspn(name, ":,"), name);
    if (!kind_find(&model_shelf, head))
        return posterior_new_wide(family_find(name, p->env, err), err);
    if (!kind_parse_within(&spec, &model_shelf, name, err))
        return NULL;
    const struct model_kind *kind = (const struct model_kind *)spec.kind;
    struct model *m = kind->open(spec.config, p->env, err);
    kind_release(&spec);
    const struct budgeted *class = m ? budgeted_of(m) : NULL;
    if (class && class->most > ANYTIME_START)
        class->deepen(m, ANYTIME_START, NULL);
    return m;
}

bool problem_solve(const struct problem *p, struct solution *s, struct err *err)
{
    *s = (struct solution){ .n_actions = p->env->space.n_actions };
    struct model *m = open_model(p, err);
    if (!m)
        return false;
    s->value = xcalloc(s->n_actions, sizeof *s->value);
    s->most = xcalloc(s->n_actions, sizeof *s->most);
    void *memory = xcalloc(1, p->utility->memory_size);
    bool ok = live_history(p, m, memory, err) && find_bounds(p, m, memory, s, err);
    if (ok && p->family)
        keep_posterior(m, s);
    m->ops->free(m);
    free(memory);
    if (ok)
        keep_values(p, s);
    else
        solution_release(s);
    return ok;
}

void solution_release(struct solution *s)
{
    free(s->value);
    free(s->most);
    free(s->posterior);
    free(s->place);
    policy_graph_release(&s->policy);
    *s = (struct solution){ 0 };
}
