#include "config.h"

#include "bayes.h"
#include "epsilon.h"
#include "ice.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* BayesExp: while the optimal information-seeking value exceeds epsilon_t, seeks
 * information for an effective horizon H_t(epsilon_t); acts like AIxi for one cycle
 * otherwise. Lattimore, "Theory of General Reinforcement Learning" (2013), chapter 5;
 * Lattimore & Hutter, "Bayesian Reinforcement Learning with Exploration" (ALT 2014); the
 * survey's Alg. 2. The theory's
 *     V = (1 / Gamma_t) E sum_k gamma_k IG_k,    H_t(eps): Gamma_{t+H} <= eps Gamma_t,
 * both for the one discount that the agent plans with, which ends at its horizon (section 5
 * of the survey replaces the effective horizon by the planning horizon, too). V is the
 * exact plan's as long as that visits no more belief states than a search takes steps: the
 * mean of a search is too low by the paths it has tried. */

struct config {
    struct bayes_conf bayes;
    struct epsilon_conf epsilon;
};

static const struct param params[] = {
    EPSILON_PARAMS(epsilon, 0.75),
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

struct bayesexp {
    struct bayes bayes; /* its aim is reward */
    struct utility gain;
    struct aim explore;
    struct epsilon_conf epsilon;
    uint64_t left;     /* cycles of exploration to go */
    uint64_t explored; /* cycles spent so */
};

static struct agent *open_bayesexp(const void *config, const struct env *truth,
                                   struct err *err)
{
    const struct config *c = config;
    struct bayesexp *s = xcalloc(1, sizeof *s);
    struct bayes *b = &s->bayes;
    b->base.ops = &agent_bayesexp;
    s->epsilon = c->epsilon;
    if (bayes_init(b, &c->bayes, truth, NULL, task_reward, err) &&
        bayes_needs_entropy(b, err)) {
        s->gain = task_gain(b->model);
        if (epsilon_check(&b->aim.plan.discount, err) &&
            aim_init(&s->explore, &c->bayes, b->model, &s->gain, err)) {
            aim_insist(&s->explore);
            return &b->base;
        }
        bayes_release(b);
    }
    free(s);
    return NULL;
}

static void close_bayesexp(struct agent *ag)
{
    aim_release(&((struct bayesexp *)ag)->explore);
    bayes_close(ag);
}

/* H_t(epsilon), at least 1. */
static uint64_t effective(const struct aim *m, double epsilon)
{
    /* A weight that equals epsilon's in theory may miss it by rounding. */
    double goal = epsilon * aim_weight(m, 0) * (1 + 1e-12);
    uint32_t h = 1;
    while (h < m->plan.horizon && aim_weight(m, h) > goal)
        h++;
    return h;
}

/* The exploring action of this cycle, after a fresh plan; when a phase may begin, only if
 * the plan is worth it. */
static bool explores(struct bayesexp *s, uint64_t now, struct rng *rng, unsigned *action)
{
    const struct agent *ag = &s->bayes.base;
    double epsilon = epsilon_at(&s->epsilon, now);
    if (!s->left && epsilon >= HUGE_VAL)
        return false;
    *action = aim_act(&s->explore, now, ag->cancel, rng);
    if (!s->left && aim_value(&s->explore) > epsilon)
        s->left = effective(&s->explore, epsilon);
    return s->left > 0;
}

/* Which of its aims chose the last action, for the screen. */
static void show(struct bayesexp *s, bool explores)
{
    s->bayes.shown = explores ? &s->explore : &s->bayes.aim;
    s->bayes.phase = explores ? "explore" : "exploit";
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct bayesexp *s = (struct bayesexp *)ag;
    struct bayes *b = &s->bayes;
    (void)err;
    if (explores(s, ag->t + 1, rng, action)) {
        s->left--;
        s->explored++;
        show(s, true);
        return true;
    }
    show(s, false);
    *action = aim_act(&b->aim, ag->t + 1, ag->cancel, rng);
    return true;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct bayesexp *s = (struct bayesexp *)ag;
    if (!bayes_update(ag, c, err))
        return false;
    aim_advance(&s->explore, &s->bayes.last, s->bayes.same_belief);
    return true;
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    size_t k = bayes_report(ag, out, n);
    if (k < n)
        out[k++] = (struct metric){ "exploring_cycles",
                                    (double)((const struct bayesexp *)ag)->explored };
    return k;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct bayesexp *s = (struct bayesexp *)ag;
    bool explores = s->bayes.shown == &s->explore;
    bayes_ice(ag, ice);
    aim_ice(&s->explore, ice);
    ice_piece(ice, &s->left, sizeof s->left);
    ice_piece(ice, &s->explored, sizeof s->explored);
    ice_piece(ice, &explores, sizeof explores);
    if (ag->t)
        show(s, explores);
}

const struct agent_ops agent_bayesexp = {
    .kind.name = "bayesexp",
    .kind.title = "AIxi that explores while there is much to learn",
    .kind.version = 2,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_bayesexp,
    .close = close_bayesexp,
    .act = act,
    .update = update,
    .report = report,
    .ice = ice,
    .mind = &bayes_mind,
};
