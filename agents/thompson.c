#include "config.h"

#include "bayes.h"
#include "epsilon.h"
#include "ice.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Thompson sampling: follows the optimal policy of an environment drawn from the posterior
 * for an effective horizon H_t(epsilon_t), then draws again. Leike, Lattimore, Orseau &
 * Hutter, "Thompson Sampling is Asymptotically Optimal in General Environments" (UAI 2016);
 * the survey's Alg. 3. When what was drawn is falsified its policy has no meaning any more,
 * and it draws at once. */

enum resample { RESAMPLE_EFFECTIVE, RESAMPLE_HORIZON };

struct config {
    struct bayes_conf bayes;
    struct epsilon_conf epsilon;
    int resample;
};

static const char *const resample_names[] = { "effective", "horizon", NULL };

static const struct param params[] = {
    CHOICE("resample", resample, resample_names, .def = RESAMPLE_EFFECTIVE,
           .help = "after H_t(epsilon_t) cycles, or after `horizon` (AIXIjs)"),
    EPSILON_PARAMS(epsilon, 0.5),
    PLANNING_PARAMS(bayes, NULL, 0),
    MODEL_PARAMS(bayes),
    { 0 },
};

struct thompson {
    struct bayes bayes;
    struct epsilon_conf epsilon;
    enum resample resample;
    uint64_t left; /* cycles until the next draw */
    char phase[24];
    double *w;   /* owned scratch for the posterior */
    size_t room; /* entries of it */
};

static struct agent *open_thompson(const void *config, const struct env *truth,
                                   struct err *err)
{
    const struct config *c = config;
    struct thompson *s = xcalloc(1, sizeof *s);
    s->bayes.base.ops = &agent_thompson;
    s->epsilon = c->epsilon;
    s->resample = (enum resample)c->resample;
    if (bayes_init(&s->bayes, &c->bayes, truth, NULL, task_reward, err) &&
        bayes_needs_hypotheses(&s->bayes, err)) {
        s->bayes.phase = s->phase;
        if (s->resample == RESAMPLE_HORIZON ||
            epsilon_check(&s->bayes.aim.plan.discount, err))
            return &s->bayes.base;
        bayes_release(&s->bayes);
    }
    free(s);
    return NULL;
}

static void close_thompson(struct agent *ag)
{
    free(((struct thompson *)ag)->w);
    bayes_close(ag);
}

/* The posterior, in s->w; returns how many. */
static uint32_t weigh(struct thompson *s)
{
    const struct model *m = s->bayes.model;
    if (s->room < m->n) {
        s->room = m->n;
        s->w = xrealloc(s->w, s->room, sizeof *s->w);
    }
    return (uint32_t)m->ops->posterior(m, s->w, m->n);
}

static bool draws_now(const struct thompson *s)
{
    return !s->left || !bayes_alive(&s->bayes, s->bayes.sampled);
}

static void resample(struct thompson *s, uint64_t now, struct rng *rng)
{
    struct bayes *b = &s->bayes;
    uint32_t n = weigh(s);
    b->sampled = rng_index(rng, s->w, n, 1);
    s->left = s->resample == RESAMPLE_HORIZON
                  ? b->aim.plan.horizon
                  : epsilon_horizon(&s->epsilon, &b->aim.plan.discount, now);
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct thompson *s = (struct thompson *)ag;
    struct bayes *b = &s->bayes;
    (void)err;
    if (draws_now(s))
        resample(s, ag->t + 1, rng);
    s->left--;
    snprintf(s->phase, sizeof s->phase, "resample in %llu",
             (unsigned long long)s->left + 1);
    *action = aim_follow(&b->aim, b->sampled, ag->t + 1, ag->cancel, rng);
    return true;
}

/* What is followed is drawn first: a mixture of plans by the posterior. */
static bool chances(struct agent *ag, double *p)
{
    struct thompson *s = (struct thompson *)ag;
    struct aim *aim = &s->bayes.aim;
    uint32_t n_actions = s->bayes.model->space.n_actions;
    double one[ACTIONS_MAX];
    if (!draws_now(s))
        return aim_chances(aim, s->bayes.sampled, ag->t + 1, ag->cancel, p);
    for (uint32_t a = 0; a < n_actions; a++)
        p[a] = 0;
    uint32_t n = weigh(s);
    for (uint32_t k = 0; k < n; k++) {
        if (s->w[k] > 0 && !aim_chances(aim, k, ag->t + 1, ag->cancel, one))
            return false;
        for (uint32_t a = 0; s->w[k] > 0 && a < n_actions; a++)
            p[a] += s->w[k] * one[a];
    }
    return true;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct thompson *s = (struct thompson *)ag;
    bayes_ice(ag, ice);
    ice_piece(ice, &s->left, sizeof s->left);
    ice_piece(ice, s->phase, sizeof s->phase);
}

const struct agent_ops agent_thompson = {
    .kind.name = "thompson",
    .kind.title = "follows a world drawn from the posterior",
    .kind.version = 2,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_thompson,
    .close = close_thompson,
    .act = act,
    .chances = chances,
    .update = bayes_update,
    .report = bayes_report,
    .ice = ice,
    .mind = &bayes_mind,
};
