#include "config.h"

#include "bayes.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Follows the world that promises most among those not excluded. Sunehag & Hutter,
 * "Rationality, Optimism and Guarantees in General Reinforcement Learning", JMLR 16 (2015):
 * deterministic worlds are excluded when refuted, and one is kept until then (algorithm 2);
 * stochastic ones when their likelihood falls below z times the greatest, and the choice is
 * made anew each cycle (algorithm 3). */

enum rule { RULE_DETERMINISTIC, RULE_STOCHASTIC };

struct config {
    struct bayes_conf bayes;
    int rule;
    double z;
};

static const char *const rule_names[] = { "deterministic", "stochastic", NULL };

static const struct param params[] = {
    CHOICE("rule", rule, rule_names, .def = RULE_STOCHASTIC,
           .help = "excluded when refuted, or when unlikely"),
    REAL("z", z, .def = 0.01, .max = 1,
         .help = "rule=stochastic: excluded below this times the greatest likelihood"),
    PLANNING_PARAMS(bayes, NULL, 0),
    MODEL_PARAMS(bayes),
    { 0 },
};

struct optimistic {
    struct bayes bayes;
    enum rule rule;
    double log_z;
};

static struct agent *open_optimistic(const void *config, const struct env *truth,
                                     struct err *err)
{
    const struct config *c = config;
    struct optimistic *s = xcalloc(1, sizeof *s);
    struct bayes *b = &s->bayes;
    b->base.ops = &agent_optimistic;
    s->rule = (enum rule)c->rule;
    s->log_z = log(c->z);
    if (bayes_init(b, &c->bayes, truth, NULL, task_reward, err) &&
        bayes_needs_automata(b, err))
        return &b->base;
    free(s);
    return NULL;
}

/* The least log-likelihood, up to the constant of log_weights(), that is not excluded. */
static double threshold(const struct optimistic *s, const double *log_w,
                        const double *log_prior)
{
    double top = -HUGE_VAL;
    for (size_t k = 0; k < s->bayes.model->n; k++)
        top = fmax(top, log_w[k] - log_prior[k]);
    return top + s->log_z;
}

/* The first hypothesis of the greatest value. */
static size_t most_promising(struct optimistic *s, uint64_t now)
{
    struct bayes *b = &s->bayes;
    const double *log_w = b->model->ops->log_weights(b->model);
    const double *log_prior = b->model->ops->log_prior(b->model);
    double least = s->rule == RULE_STOCHASTIC ? threshold(s, log_w, log_prior) : -HUGE_VAL;
    double top = -INFINITY;
    size_t best = NO_HYPOTHESIS;
    for (size_t k = 0; k < b->model->n; k++) {
        if (log_w[k] == -HUGE_VAL || log_w[k] - log_prior[k] < least)
            continue;
        double value = aim_promise(&b->aim, k, now);
        if (value > top) {
            top = value;
            best = k;
        }
    }
    return best;
}

/* Which hypothesis is followed in cycle `now`. */
static size_t choose(struct optimistic *s, uint64_t now)
{
    const struct bayes *b = &s->bayes;
    bool keeps = s->rule != RULE_STOCHASTIC && b->sampled != NO_HYPOTHESIS &&
                 bayes_alive(b, b->sampled);
    return keeps ? b->sampled : most_promising(s, now);
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct optimistic *s = (struct optimistic *)ag;
    struct bayes *b = &s->bayes;
    (void)err;
    b->sampled = choose(s, ag->t + 1);
    *action = aim_follow(&b->aim, b->sampled, ag->t + 1, ag->cancel, rng);
    return true;
}

static bool chances(struct agent *ag, double *p)
{
    struct optimistic *s = (struct optimistic *)ag;
    return aim_chances(&s->bayes.aim, choose(s, ag->t + 1), ag->t + 1, ag->cancel, p);
}

const struct agent_ops agent_optimistic = {
    .kind.name = "optimistic",
    .kind.title = "follows the plausible world that promises most",
    .kind.version = 2,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_optimistic,
    .close = bayes_close,
    .act = act,
    .chances = chances,
    .update = bayes_update,
    .report = bayes_report,
    .ice = bayes_ice,
    .mind = &bayes_mind,
};
