#include "config.h"

#include "automata.h"
#include "bayes.h"
#include "planner.h"
#include "potential.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* Explores by exploration potential: does what it expects to leave the least of it, of
 * equal actions the first,
 *     argmin_a sum_e xi(e | h, a) sum_rho w(rho | h a e) EP_rho(h a e).
 * The informed explorer of Leike, "Exploration Potential" (EWRL 2016). It does not care to
 * earn, and a cycle costs n^2 look-ups for each thing that may happen. */

struct config {
    struct bayes_conf bayes;
};
struct min_ep {
    struct bayes bayes;
    void *snap;              /* owned scratch of the model's snap_size */
    struct percept *support; /* owned scratch */
    size_t room;
};

static const struct param params[] = {
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

static void close_min_ep(struct agent *ag)
{
    struct min_ep *s = (struct min_ep *)ag;
    free(s->snap);
    free(s->support);
    bayes_close(ag);
}

static struct agent *open_min_ep(const void *config, const struct env *truth,
                                 struct err *err)
{
    struct bayes_conf conf = ((const struct config *)config)->bayes;
    struct min_ep *s = xcalloc(1, sizeof *s);
    s->bayes.base.ops = &agent_min_ep;
    conf.model = bayes_plain(conf.model);
    conf.potential = 1;
    if (!bayes_init(&s->bayes, &conf, truth, NULL, task_reward, err)) {
        free(s);
        return NULL;
    }
    s->snap = xcalloc(1, s->bayes.model->snap_size);
    s->room = automata_of(s->bayes.model)->percepts->n;
    s->support = xcalloc(s->room, sizeof *s->support);
    return &s->bayes.base;
}

/* What is left of it after the action, on average. */
static double left_by(struct min_ep *s, unsigned a)
{
    struct model *m = s->bayes.model;
    size_t n = m->ops->support(m, a, s->support, s->room);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        struct outcome o = { .e = s->support[i] };
        model_save(m, s->snap);
        double p = m->ops->condition(m, a, &o);
        sum += p * potential_expected(s->bayes.potential);
        model_restore(m, s->snap);
        model_release(m);
    }
    return sum;
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct min_ep *s = (struct min_ep *)ag;
    struct verdict *v = &s->bayes.aim.verdict;
    (void)rng;
    (void)err;
    v->n = s->bayes.model->space.n_actions;
    v->best = 0;
    for (uint32_t a = 0; a < v->n; a++) {
        v->value[a] = -left_by(s, a);
        v->best = v->value[a] > v->value[v->best] ? a : v->best;
    }
    *action = v->best;
    return true;
}

const struct agent_ops agent_min_ep = {
    .kind.name = "min-ep",
    .kind.title = "explores to leave the least exploration potential",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_min_ep,
    .close = close_min_ep,
    .act = act,
    .update = bayes_update,
    .report = bayes_report,
    .ice = bayes_ice,
    .mind = &bayes_mind,
};
