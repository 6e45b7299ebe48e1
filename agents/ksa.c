#include "config.h"

#include "bayes.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* Knowledge-seeking agents: AIxi with another utility, and reward means nothing to them.
 * square-ksa, u = -xi(e), and shannon-ksa, u = -ln xi(e): Orseau, "Universal
 * Knowledge-Seeking Agents", TCS 519 (2014). kl-ksa, u = information gain of the step:
 * Orseau, Lattimore & Hutter, "Universal Knowledge-Seeking Agents for Stochastic
 * Environments" (ALT 2013). */

struct config {
    struct bayes_conf bayes;
    int gain, xi;
};

static const char *const gain_names[] = { "entropy", "kl", NULL };
static const char *const xi_names[] = { "predictive", "hindsight", NULL };

static const struct param params[] = {
    CHOICE("xi", xi, xi_names,
           .help = "chance of a percept before it came, or after learning it (AIXIjs)"),
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

static const struct param kl_params[] = {
    CHOICE("gain", gain, gain_names, .def = GAIN_ENTROPY,
           .help = "entropy lost, or divergence of the posteriors"),
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

static struct agent *open_ksa(const struct agent_ops *ops, task_fn *task,
                              const struct config *c, const struct env *truth,
                              struct err *err)
{
    struct bayes *b = xcalloc(1, sizeof *b);
    b->base.ops = ops;
    if (bayes_init(b, &c->bayes, truth, NULL, task, err) && bayes_needs_entropy(b, err)) {
        b->model->gain_form = (enum gain_form)c->gain;
        return &b->base;
    }
    free(b);
    return NULL;
}

/* The bounds are those of the chance before the percept came. */
static struct utility in_hindsight(struct utility u, struct utility bounds)
{
    u.lo = bounds.lo;
    u.hi = bounds.hi;
    return u;
}

static struct utility task_square_hindsight(struct model *m)
{
    return in_hindsight(utility_square_hindsight, task_square(m));
}

static struct utility task_shannon_hindsight(struct model *m)
{
    return in_hindsight(utility_shannon_hindsight, task_shannon(m));
}

static struct agent *open_square(const void *config, const struct env *truth,
                                 struct err *err)
{
    const struct config *c = config;
    task_fn *task = c->xi ? task_square_hindsight : task_square;
    return open_ksa(&agent_square_ksa, task, c, truth, err);
}

static struct agent *open_shannon(const void *config, const struct env *truth,
                                  struct err *err)
{
    const struct config *c = config;
    task_fn *task = c->xi ? task_shannon_hindsight : task_shannon;
    return open_ksa(&agent_shannon_ksa, task, c, truth, err);
}

static struct agent *open_kl(const void *config, const struct env *truth, struct err *err)
{
    return open_ksa(&agent_kl_ksa, task_gain, config, truth, err);
}

#define KSA(table)                                                                         \
    .kind.version = 2, .kind.params = table, .kind.config_size = sizeof(struct config),    \
    .close = bayes_close, .act = bayes_act, .chances = bayes_chances,                      \
    .update = bayes_update, .report = bayes_report, .ice = bayes_ice, .mind = &bayes_mind

const struct agent_ops agent_square_ksa = {
    .kind.name = "square-ksa",
    .kind.title = "seeks knowledge: the least likely percepts",
    .open = open_square,
    KSA(params),
};

const struct agent_ops agent_shannon_ksa = {
    .kind.name = "shannon-ksa",
    .kind.title = "seeks knowledge: the most surprising percepts",
    .open = open_shannon,
    KSA(params),
};

const struct agent_ops agent_kl_ksa = {
    .kind.name = "kl-ksa",
    .kind.title = "seeks knowledge: the greatest information gain",
    .open = open_kl,
    KSA(kl_params),
};
