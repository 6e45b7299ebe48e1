#include "config.h"

#include "bayes.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* AIxi: plans under the Bayes mixture xi of a class of environments. Hutter, "Universal
 * Artificial Intelligence" (2005), chapter 5; Aslanides, Leike & Hutter, "Universal
 * Reinforcement Learning Algorithms: Survey and Experiments" (IJCAI 2017), Alg. 1. With
 * another utility the same is a knowledge seeker, a predictor or one with a goal: Orseau &
 * Ring, "Self-Modification and Mortality in Artificial Agents" (AGI 2011). */

struct config {
    struct bayes_conf bayes;
    char *utility;
};
struct aixi {
    struct bayes bayes;
    struct utility own; /* where its kind is the same for all */
    struct spec_of spec;
    const struct utility *wanted; /* owned; NULL: reward */
};

static const struct param params[] = {
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    SPEC("utility", utility, utility_shelf, .group = "utility",
         .help = "what it maximises; unset: the reward"),
    { 0 },
};

static void close_aixi(struct agent *ag)
{
    struct aixi *s = (struct aixi *)ag;
    bayes_release(&s->bayes);
    if (s->wanted)
        utility_close(&s->spec, s->wanted);
    kind_release(&s->spec);
    free(s);
}

/* What it maximises, to be completed: of a kind that is the same for all a copy. */
static struct utility *want(struct aixi *s, const char *text, const struct env *truth,
                            struct err *err)
{
    if (!kind_parse_within(&s->spec, &utility_shelf, text, err))
        return NULL;
    s->wanted = utility_open(&s->spec, &truth->space, err);
    if (!s->wanted || !((const struct utility_kind *)s->spec.kind)->fixed)
        return (struct utility *)(uintptr_t)s->wanted;
    s->own = *s->wanted;
    return &s->own;
}

static struct agent *open_aixi(const void *config, const struct env *truth, struct err *err)
{
    const struct config *c = config;
    struct aixi *s = xcalloc(1, sizeof *s);
    s->bayes.base.ops = &agent_aixi;
    struct utility *u = c->utility ? want(s, c->utility, truth, err) : NULL;
    if (c->utility ? u && bayes_seek(&s->bayes, &c->bayes, truth, u, err)
                   : bayes_init(&s->bayes, &c->bayes, truth, NULL, task_reward, err))
        return &s->bayes.base;
    if (s->spec.kind)
        utility_close(&s->spec, s->wanted);
    kind_release(&s->spec);
    free(s);
    return NULL;
}

const struct agent_ops agent_aixi = {
    .kind.name = "aixi",
    .kind.title = "Bayes-optimal: plans under a mixture of worlds",
    .kind.version = 2,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_aixi,
    .close = close_aixi,
    .act = bayes_act,
    .chances = bayes_chances,
    .update = bayes_update,
    .report = bayes_report,
    .ice = bayes_ice,
    .mind = &bayes_mind,
};
