#include "config.h"

#include "bayes.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* AIxi: plans under the Bayes mixture xi of a class of environments. Hutter, "Universal
 * Artificial Intelligence" (2005), chapter 5; Aslanides, Leike & Hutter, "Universal
 * Reinforcement Learning Algorithms: Survey and Experiments" (IJCAI 2017), Alg. 1. */

struct config {
    struct bayes_conf bayes;
};

static const struct param params[] = {
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

static struct agent *open_aixi(const void *config, const struct env *truth, struct err *err)
{
    struct bayes *b = xcalloc(1, sizeof *b);
    b->base.ops = &agent_aixi;
    if (bayes_init(b, config, truth, NULL, task_reward, err))
        return &b->base;
    free(b);
    return NULL;
}

const struct agent_ops agent_aixi = {
    .kind.name = "aixi",
    .kind.title = "Bayes-optimal: plans under a mixture of worlds",
    .kind.version = 2,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_aixi,
    .close = bayes_close,
    .act = bayes_act,
    .chances = bayes_chances,
    .update = bayes_update,
    .report = bayes_report,
    .ice = bayes_ice,
    .mind = &bayes_mind,
};
