#include "config.h"

#include "believer.h"
#include "expectimax.h"
#include "planner.h"

#include <inttypes.h>
#include <math.h>

/* The promises of src/core/planner.h, of plans for rewards in a model on its way through a
 * world. expectimax() is the oracle: it walks all histories. */

enum { FAR = 3, STATES = 20000 };

/* The luck that a planner has here, the same whenever it is asked. */
static struct rng luck_of(const struct moment *m)
{
    struct rng rng = { { 1, 2, 3, m->t + 1 } };
    return rng;
}

static struct utility reward(const struct model *m)
{
    struct utility u = utility_reward;
    u.lo = m->space.rew_min;
    u.hi = m->space.rew_max;
    return u;
}

/* A plan of this cycle, for a planner that may want to follow the only hypothesis. */
static struct plan plan_of(const struct moment *m, const struct utility *u,
                           uint32_t horizon)
{
    const struct believer *b = m->with;
    return (struct plan){ .model = b->model,
                          .utility = u,
                          .before = NOTHING_SEEN,
                          .discount = { .kind = DISCOUNT_GEOMETRIC, .gamma = 0.9 },
                          .horizon = horizon,
                          .followed = b->model->n == 1,
                          .now = m->t + 1 };
}

/* Its answer; false: it cannot make such plans. */
static bool ask(struct moment *m, const struct plan *p, struct verdict *v)
{
    const struct spec_of *spec = ((struct believer *)m->with)->s->spec;
    const struct planner_ops *ops = (const struct planner_ops *)spec->kind;
    struct err why = { 0 };
    struct rng rng = luck_of(m);
    *v = (struct verdict){ 0 };
    if (ops->fits && !ops->fits(p, &why))
        return false;
    struct planner *pl = ops->open(spec->config, p);
    ops->plan(pl, p, &rng, v);
    ops->close(pl);
    return true;
}

/* Whether a planner that proves its values has the right one; and one that samples, after
 * one cycle, the mean within what Hoeffding allows in a case of 10^6. */
static bool is_right(const struct verdict *v, unsigned a, double exact, double range,
                     struct err *err)
{
    double eps = 1e-9 * fmax(1, range);
    bool proved = !isnan(v->lo[a]);
    double off = fabs(v->value[a] - exact), slack = proved ? eps : 2.7 * range;
    if (proved && (exact < v->lo[a] - eps || exact > v->hi[a] + eps))
        return err_set(err, "action %u is worth %.12g, not %.12g to %.12g", a, exact,
                       v->lo[a], v->hi[a]);
    if (proved && v->hi[a] > v->lo[a])
        return true;
    if (!proved)
        slack /= sqrt(fmax(v->visits[a], 1));
    return (!proved && isnan(v->value[a])) || off <= slack ||
           err_set(err, "action %u is worth %.12g, and it says %.12g", a, exact,
                   v->value[a]);
}

/* What it promises alone is what its verdict says of the best action. */
static bool keeps_promise(struct moment *m, const struct plan *p, const struct verdict *v,
                          struct err *err)
{
    const struct spec_of *spec = ((struct believer *)m->with)->s->spec;
    const struct planner_ops *ops = (const struct planner_ops *)spec->kind;
    if (!ops->promise)
        return true;
    struct planner *pl = ops->open(spec->config, p);
    double told = ops->promise(pl, p), best = v->value[v->best];
    ops->close(pl);
    return fabs(told - best) <= 1e-12 * fmax(1, fabs(best)) ||
           err_set(err, "it promises %.12g, and the best action is worth %.12g", told,
                   best);
}

static bool agrees_at(struct moment *m, uint32_t horizon, struct err *err)
{
    struct utility u = reward(((struct believer *)m->with)->model);
    struct plan p = plan_of(m, &u, horizon);
    struct verdict v;
    double exact[ACTIONS_MAX];
    uint32_t n = m->env->space.n_actions;
    if (!ask(m, &p, &v) || v.how != PLAN_DONE || !expectimax(&p, STATES, exact).done)
        return true;
    if (v.n != n || v.best >= n)
        return err_set(err, "of %u actions it knows %u, and action %u is best", n, v.n,
                       v.best);
    for (unsigned a = 0; a < n; a++)
        if ((horizon == 1 || !isnan(v.lo[a])) &&
            !is_right(&v, a, exact[a], u.hi - u.lo, err))
            return false;
    for (unsigned a = 0; a < n; a++)
        if (v.lo[a] > v.hi[v.best] + 1e-9 * fmax(1, fabs(v.lo[a])))
            return err_set(err, "action %u is best, and action %u better", v.best, a);
    return keeps_promise(m, &p, &v, err);
}

static bool agrees(struct moment *m, struct err *err)
{
    return agrees_at(m, 1, err) && agrees_at(m, 2, err) &&
           (m->t % 8 || agrees_at(m, FAR, err));
}

static bool lists(const struct model *m) { return m->ops->support; }

/* Whether it can make such a plan in this model at all. */
static bool can_plan(const struct subject *s)
{
    struct err err = { 0 };
    struct model *model = s->model(s, &err);
    struct believer b = { .s = s, .model = model };
    struct moment m = { .env = s->env, .with = &b };
    struct verdict v;
    if (!model)
        return true;
    struct utility u = reward(model);
    struct plan p = plan_of(&m, &u, 1);
    bool can = ask(&m, &p, &v);
    model->ops->free(model);
    return can;
}

bool law_planner_agrees(const struct subject *s, struct err *err)
{
    if (!model_has(s, lists) || !can_plan(s))
        return law_idle(err, "it cannot plan in this model");
    return believer_holds(s, 0, agrees, err);
}

/* The model imagines the same before and after. */
static bool leaves(struct moment *m, struct err *err)
{
    struct believer *b = m->with;
    struct utility u = reward(b->model);
    struct plan p = plan_of(m, &u, FAR);
    struct outcome x[IMAGINED], y[IMAGINED];
    struct verdict v;
    model_save(b->model, b->snap);
    believer_imagine(b->model, m->luck, IMAGINED, x);
    model_restore(b->model, b->snap);
    model_release(b->model);
    if (!ask(m, &p, &v))
        return true;
    b->model->want = WANT_PROB | WANT_GAIN | WANT_LOSS;
    model_save(b->model, b->snap);
    believer_imagine(b->model, m->luck, IMAGINED, y);
    model_restore(b->model, b->snap);
    model_release(b->model);
    return believer_same(x, y, IMAGINED, "after a plan", err);
}

bool law_planner_leaves(const struct subject *s, struct err *err)
{
    if (!can_plan(s))
        return law_idle(err, "it cannot plan in this model");
    return believer_holds(s, 0, leaves, err);
}

/* A plan that is cancelled before it begins. */
static bool stops(struct moment *m, struct err *err)
{
    enum { SIMULATIONS = 64, NODES = 1000 };
    struct utility u = reward(((struct believer *)m->with)->model);
    struct plan p = plan_of(m, &u, 12);
    struct verdict v;
    atomic_int cancel = 1;
    p.cancel = &cancel;
    if (!ask(m, &p, &v) || m->t % 8)
        return true;
    return (v.simulations <= SIMULATIONS && (v.nodes <= NODES || p.followed) &&
            (v.states <= NODES || p.followed)) ||
           err_set(err,
                   "a cancelled plan made %" PRIu64 " simulations, %" PRIu64
                   " nodes and %" PRIu64 " states",
                   v.simulations, v.nodes, v.states);
}

bool law_planner_cancel(const struct subject *s, struct err *err)
{
    if (!can_plan(s))
        return law_idle(err, "it cannot plan in this model");
    return believer_holds(s, 0, stops, err);
}
