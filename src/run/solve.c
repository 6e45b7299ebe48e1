#include "config.h"

#include "expectimax.h"
#include "posterior.h"
#include "registry.h"
#include "solve.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool live_history(const struct problem *p, struct model *m, struct err *err)
{
    for (size_t t = 0; t < p->n_history; t++) {
        const struct cycle *c = &p->history[t];
        struct outcome o = { .e = c->e };
        if (c->action >= m->space.n_actions)
            return err_set(err, "cycle %zu of the history: there is no action %" PRIu32,
                           t + 1, c->action);
        if (!(m->ops->condition(m, c->action, &o) > 0))
            return err_set(err,
                           "cycle %zu of the history is impossible: action %" PRIu32
                           ", observation %" PRIu32 ", reward %" PRId32,
                           t + 1, c->action, c->e.obs, c->e.rew);
    }
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

static bool find_values(const struct problem *p, struct model *m, struct solution *s,
                        struct err *err)
{
    struct plan plan = { .model = m,
                         .utility = p->utility,
                         .before = last_seen(p),
                         .discount = p->discount,
                         .horizon = p->horizon,
                         .followed = m->n == 1,
                         .now = p->n_history + 1,
                         .cancel = p->cancel };
    size_t k = choose(&plan, err);
    if (k == SIZE_MAX)
        return false;
    const struct planner_ops *ops = planner_at(&planner_shelf, k);
    double histories = ops == &planner_exact ? expectimax_histories(&plan) : 0;
    if (p->warn && histories > (double)p->limit)
        p->warn(p->context, histories);
    struct verdict v;
    struct exact_conf conf = { .max_states = (int64_t)p->limit };
    struct planner *pl = ops->open(&conf, &plan);
    pl->ops->plan(pl, &plan, NULL, &v);
    pl->ops->close(pl);
    s->states = (double)v.states;
    if (v.how == PLAN_DONE) {
        memcpy(s->value, v.value, s->n_actions * sizeof *s->value);
        return true;
    }
    if (p->cancel && atomic_load(p->cancel))
        return err_set(err, "interrupted after %" PRIu64 " belief states", v.states);
    return err_set(err,
                   "more than the limit of %" PRIu64 " belief states: about %.2g histories "
                   "lead to them",
                   p->limit, v.estimate);
}

static void keep_posterior(struct model *m, struct solution *s)
{
    if (!m->ops->posterior)
        return;
    s->posterior = xcalloc(m->n, sizeof *s->posterior);
    s->n_hypotheses = m->ops->posterior(m, s->posterior, m->n);
}

bool problem_solve(const struct problem *p, struct solution *s, struct err *err)
{
    *s = (struct solution){ .n_actions = p->env->space.n_actions };
    const char *family = p->family ? p->family : "mu";
    struct model *m = posterior_new(family_find(family, p->env, err), NULL, err);
    if (!m)
        return false;
    s->value = xcalloc(s->n_actions, sizeof *s->value);
    bool ok = live_history(p, m, err);
    if (ok && p->family)
        keep_posterior(m, s);
    ok = ok && find_values(p, m, s, err);
    m->ops->free(m);
    bool rewards = p->utility == &utility_reward || p->utility == &utility_worth;
    for (size_t k = 0; ok && rewards && k < s->n_actions; k++)
        s->value[k] /= p->env->space.scale;
    if (!ok)
        solution_release(s);
    return ok;
}

void solution_release(struct solution *s)
{
    free(s->value);
    free(s->posterior);
    *s = (struct solution){ 0 };
}
