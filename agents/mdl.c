#include "config.h"

#include "bayes.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Follows the simplest world that explains the past:
 *     sigma = argmin_nu K(nu) - lambda sum_k ln nu(e_k | h, a_k)
 * the survey's Alg. 4, after Lattimore & Hutter, "Asymptotically Optimal Agents" (ALT
 * 2011). With lambda = 0 this is the simplest hypothesis not yet falsified, and in a world
 * of chance no one ever is: it then sits on the first for ever. */

enum complexity { COMPLEXITY_CODE, COMPLEXITY_INDEX, COMPLEXITY_PRIOR };

struct config {
    struct bayes_conf bayes;
    double lambda;
    int complexity;
};

static const char *const complexity_names[] = { "code", "index", "prior", NULL };

static const struct param params[] = {
    REAL("lambda", lambda, .def = 1, .max = 1e6,
         .help = "weight of the likelihood; 0: the simplest that is not falsified"),
    CHOICE("complexity", complexity, complexity_names, .def = COMPLEXITY_CODE,
           .help = "K: length of the index's code, the index, or -ln prior"),
    PLANNING_PARAMS(bayes, NULL, 0),
    MODEL_PARAMS(bayes),
    { 0 },
};

struct mdl {
    struct bayes bayes;
    double lambda;
    enum complexity kind;
    double *complexity; /* owned, [n] nats, of the model's shape; NULL: not yet known */
    unsigned shape;
};

static double complexity_of(enum complexity kind, size_t k, double log_prior)
{
    if (kind == COMPLEXITY_PRIOR)
        return -log_prior;
    return kind == COMPLEXITY_INDEX ? (double)k : M_LN2 * (2 * ilogb((double)k + 1) + 1);
}

static struct agent *open_mdl(const void *config, const struct env *truth, struct err *err)
{
    const struct config *c = config;
    struct mdl *s = xcalloc(1, sizeof *s);
    s->bayes.base.ops = &agent_mdl;
    s->lambda = c->lambda;
    s->kind = (enum complexity)c->complexity;
    if (bayes_init(&s->bayes, &c->bayes, truth, NULL, task_reward, err) &&
        bayes_needs_hypotheses(&s->bayes, err))
        return &s->bayes.base;
    free(s);
    return NULL;
}

static void close_mdl(struct agent *ag)
{
    free(((struct mdl *)ag)->complexity);
    bayes_close(ag);
}

static void keep_up(struct mdl *s)
{
    const struct model *m = s->bayes.model;
    if (s->complexity && s->shape == m->shape)
        return;
    const double *log_prior = m->ops->log_prior(m);
    s->shape = m->shape;
    s->complexity = xrealloc(s->complexity, m->n, sizeof *s->complexity);
    for (size_t k = 0; k < m->n; k++)
        s->complexity[k] = complexity_of(s->kind, k, log_prior[k]);
}

/* The first of the best scores among those that are not falsified. */
static size_t simplest(const struct mdl *s)
{
    const struct model *m = s->bayes.model;
    const double *log_w = m->ops->log_weights(m), *log_prior = m->ops->log_prior(m);
    size_t best = NO_HYPOTHESIS;
    double least = INFINITY;
    for (size_t k = 0; k < m->n; k++) {
        double score = s->complexity[k] - s->lambda * (log_w[k] - log_prior[k]);
        if (log_w[k] > -HUGE_VAL && (best == NO_HYPOTHESIS || score < least)) {
            best = k;
            least = score;
        }
    }
    return best;
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct mdl *s = (struct mdl *)ag;
    (void)err;
    keep_up(s);
    s->bayes.sampled = simplest(s);
    *action = aim_follow(&s->bayes.aim, s->bayes.sampled, ag->t + 1, ag->cancel, rng);
    return true;
}

static bool chances(struct agent *ag, double *p)
{
    struct mdl *s = (struct mdl *)ag;
    keep_up(s);
    return aim_chances(&s->bayes.aim, simplest(s), ag->t + 1, ag->cancel, p);
}

const struct agent_ops agent_mdl = {
    .kind.name = "mdl",
    .kind.title = "follows the simplest world that explains the past",
    .kind.version = 2,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_mdl,
    .close = close_mdl,
    .act = act,
    .chances = chances,
    .update = bayes_update,
    .report = bayes_report,
    .ice = bayes_ice,
    .mind = &bayes_mind,
};
