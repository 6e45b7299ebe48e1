#include "config.h"

#include "bayes.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* AImu: the informed agent, optimal for the true environment mu; the upper line of every
 * comparison. Hutter, "Universal Artificial Intelligence" (2005), section 4.1. */

struct config {
    struct bayes_conf bayes;
};

static const struct param params[] = {
    PLANNING_PARAMS(bayes, NULL, 0),
    { 0 },
};

static struct agent *open_aimu(const void *config, const struct env *truth, struct err *err)
{
    struct bayes *b = xcalloc(1, sizeof *b);
    b->base.ops = &agent_aimu;
    if (bayes_init(b, config, truth, "mu", task_reward, err))
        return &b->base;
    free(b);
    return NULL;
}

const struct agent_ops agent_aimu = {
    .kind.name = "aimu",
    .kind.title = "informed: plans in the true world",
    .kind.version = 2,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_aimu,
    .close = bayes_close,
    .act = bayes_act,
    .chances = bayes_chances,
    .update = bayes_update,
    .report = bayes_report,
    .ice = bayes_ice,
    .mind = &bayes_mind,
};
