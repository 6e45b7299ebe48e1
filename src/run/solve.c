#include "config.h"

#include "automata.h"
#include "expectimax.h"
#include "posterior.h"
#include "registry.h"
#include "solve.h"
#include "vi.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const solve_utility_names[] = { "reward", "square", "shannon", "kl", NULL };

static const struct utility *const utilities[] = {
    [SOLVE_REWARD] = &utility_reward,
    [SOLVE_SQUARE] = &utility_square,
    [SOLVE_SHANNON] = &utility_shannon,
    [SOLVE_KL] = &utility_gain,
};

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

/* A known automaton needs no search over beliefs. */
static bool solve_known(const struct problem *p, struct model *m, struct solution *s)
{
    const struct automata *a = p->utility == SOLVE_REWARD ? automata_of(m) : NULL;
    if (!a || a->n != 1)
        return false;
    struct vi *vi = vi_new(a->fsm[0], &utility_reward, &p->discount, p->horizon);
    const double *value = vi_values(vi, a->at[0], p->n_history + 1);
    for (size_t k = 0; k < s->n_actions; k++)
        s->value[k] = value[k];
    s->states = a->fsm[0]->n_states;
    vi_free(vi);
    return true;
}

static uint32_t last_seen(const struct problem *p)
{
    return p->n_history ? p->history[p->n_history - 1].e.obs : NOTHING_SEEN;
}

static bool solve_unknown(const struct problem *p, struct model *m, struct solution *s,
                          struct err *err)
{
    struct plan plan = { .model = m,
                         .utility = utilities[p->utility],
                         .before = last_seen(p),
                         .discount = p->discount,
                         .horizon = p->horizon,
                         .now = p->n_history + 1,
                         .cancel = p->cancel };
    struct hunter *h = hunter_new(&plan);
    struct expectation *e = h ? NULL : expectation_new(&plan);
    struct exact x = h ? hunter_solve(h, &plan, p->limit, s->value)
                       : expectation_solve(e, &plan, p->limit, s->value);
    hunter_free(h);
    expectation_free(e);
    s->states = (double)x.states;
    if (x.done)
        return true;
    if (p->cancel && atomic_load(p->cancel))
        return err_set(err, "interrupted after %" PRIu64 " belief states", x.states);
    return err_set(err,
                   "this would visit about %.2g belief states, more than the limit of "
                   "%" PRIu64,
                   x.estimate, p->limit);
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
    ok = ok && (solve_known(p, m, s) || solve_unknown(p, m, s, err));
    m->ops->free(m);
    for (size_t k = 0; ok && p->utility == SOLVE_REWARD && k < s->n_actions; k++)
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
