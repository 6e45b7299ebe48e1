#include "config.h"

#include "automata.h"
#include "bayes.h"
#include "empowerment.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* Goes where it can decide most about where it goes: the action after which the expected
 * empowerment (empowerment.h) is greatest,
 *     argmax_a sum_nu w(nu | h) sum_e nu(e | h, a) (C_n(nu, hae) + mix r(e)),
 * one step ahead as in Klyubin, Polani & Nehaniv, "Empowerment" (CEC 2005). */

struct config {
    struct bayes_conf bayes;
    int64_t steps;
    double mix;
};
struct empower {
    struct bayes bayes;
    struct empowerment **of; /* owned, [n] of each hypothesis */
    size_t n;
    double mix;
};

static const struct param params[] = {
    INT("ahead", steps, .def = 3, .min = 1, .max = EMPOWERMENT_STEPS, .unit = "actions",
        .help = "how far it wants to decide"),
    REAL("mix", mix, .def = 0, .max = 1e6, .unit = "bits",
         .help = "what a reward of 1 is worth to it"),
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

static void release(struct empower *s)
{
    for (size_t k = 0; k < s->n; k++)
        empowerment_free(s->of[k]);
    free(s->of);
}

static void close_empower(struct agent *ag)
{
    release((struct empower *)ag);
    bayes_close(ag);
}

static bool measure(struct empower *s, uint32_t steps, struct err *err)
{
    const struct automata *au = automata_of(s->bayes.model);
    s->n = au->n;
    s->of = xcalloc(s->n, sizeof *s->of);
    for (size_t k = 0; k < s->n; k++)
        if (!(s->of[k] = empowerment_new(au->fsm[k], NULL, 0, steps, err)))
            return false;
    return true;
}

static struct agent *open_empower(const void *config, const struct env *truth,
                                  struct err *err)
{
    const struct config *c = config;
    struct bayes_conf conf = c->bayes;
    struct empower *s = xcalloc(1, sizeof *s);
    s->bayes.base.ops = &agent_empower;
    s->mix = c->mix;
    conf.model = bayes_plain(conf.model);
    if (!bayes_init(&s->bayes, &conf, truth, NULL, task_reward, err) ||
        !bayes_needs_automata(&s->bayes, err)) {
        free(s);
        return NULL;
    }
    if (measure(s, (uint32_t)c->steps, err))
        return &s->bayes.base;
    close_empower(&s->bayes.base);
    return NULL;
}

/* What action a is worth in hypothesis k. */
static double value_in(struct empower *s, const struct automata *au, size_t k, uint32_t a)
{
    const struct fsm *f = au->fsm[k];
    size_t pair = (size_t)au->at[k] * f->n_actions + a;
    double sum = 0, unit = s->mix / s->bayes.model->space.scale;
    for (uint32_t i = f->first[pair]; i < f->first[pair + 1]; i++)
        sum += f->edge[i].p *
               (empowerment_at(s->of[k], f->edge[i].next) + unit * fsm_reward(f, i));
    return sum;
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct empower *s = (struct empower *)ag;
    const struct automata *au = automata_of(s->bayes.model);
    double value[ACTIONS_MAX];
    (void)err;
    for (uint32_t a = 0; a < s->bayes.model->space.n_actions; a++) {
        value[a] = 0;
        for (size_t k = 0; k < au->n; k++)
            if (au->w[k] > 0)
                value[a] += au->w[k] / au->total * value_in(s, au, k, a);
    }
    verdict_exact(&s->bayes.aim.verdict, value, s->bayes.model->space.n_actions, rng);
    *action = s->bayes.aim.verdict.best;
    return true;
}

const struct agent_ops agent_empower = {
    .kind.name = "empower",
    .kind.title = "goes where it can decide most about where it goes",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_empower,
    .close = close_empower,
    .act = act,
    .update = bayes_update,
    .report = bayes_report,
    .ice = bayes_ice,
    .mind = &bayes_mind,
};
