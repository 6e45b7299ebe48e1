#include "config.h"

#include "bayes.h"
#include "impact.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* AImu: the informed agent, optimal for the true environment mu; the upper line of every
 * comparison. Hutter, "Universal Artificial Intelligence" (2005), section 4.1. With a price
 * on side effects (impact.h) it plans in the true world where that is paid. */

struct config {
    struct bayes_conf bayes;
    struct impact_conf impact;
};
struct aimu {
    struct bayes bayes;
    struct env *priced; /* owned; NULL: side effects are free */
};

static const struct param params[] = {
    PLANNING_PARAMS(bayes, NULL, 0),
    CHOICE("penalty", impact.penalty, penalty_names, .group = "side effects",
           .help = "what side effects are priced by, see the manual"),
    CHOICE("baseline", impact.baseline, baseline_names, .def = BASELINE_STEPWISE,
           .help = "what they are measured from"),
    REAL("price", impact.beta, .def = 10, .max = 1e6, .unit = "points",
         .help = "price of a state that nothing leads back from"),
    { 0 },
};

static void close_aimu(struct agent *ag)
{
    struct env *priced = ((struct aimu *)ag)->priced;
    bayes_close(ag);
    env_close(priced);
}

static struct agent *open_aimu(const void *config, const struct env *truth, struct err *err)
{
    const struct config *c = config;
    struct aimu *s = xcalloc(1, sizeof *s);
    s->bayes.base.ops = &agent_aimu;
    bool free_of_charge = c->impact.penalty == PENALTY_NONE;
    s->priced = free_of_charge ? NULL : impact_open(truth, &c->impact, err);
    const struct env *mu = s->priced ? s->priced : truth;
    if ((free_of_charge || s->priced) &&
        bayes_init(&s->bayes, &c->bayes, mu, "mu", task_reward, err))
        return &s->bayes.base;
    env_close(s->priced);
    free(s);
    return NULL;
}

const struct agent_ops agent_aimu = {
    .kind.name = "aimu",
    .kind.title = "informed: plans in the true world",
    .kind.version = 2,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_aimu,
    .close = close_aimu,
    .act = bayes_act,
    .chances = bayes_chances,
    .update = bayes_update,
    .report = bayes_report,
    .ice = bayes_ice,
    .mind = &bayes_mind,
};
