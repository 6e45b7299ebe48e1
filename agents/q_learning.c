#include "config.h"

#include "eligibility.h"
#include "ice.h"
#include "registry.h"
#include "tabular.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* Temporal-difference learners over observations, baselines that assume a Markovian world:
 * q-learning (Watkins 1989), sarsa (Rummery & Niranjan 1994), and soft-q, which chooses by
 * softmax and is the baseline of Everitt et al., "Reinforcement Learning with a Corrupted
 * Reward Channel" (IJCAI 2017). With eligibility traces: sarsa-lambda (Rummery & Niranjan
 * 1994) and q-lambda, Watkins's own, which cuts them where an action is not the best.
 * A hand may impose an action on the two first: Orseau & Armstrong, "Safely Interruptible
 * Agents" (UAI 2016), in which off-policy q-learning does not learn to avoid it, sarsa
 * does, and sarsa with the action that it would have chosen does not (next=chosen). */

struct config {
    struct tabular_conf tabular;
    double beta;
    int soft_target;
    double lambda;
    int traces;
    int64_t reach;
    int64_t interrupt, imposed;
    double theta;
    int next;
};

static const char *const target_names[] = { "greedy", "soft", NULL };

static const char *const next_names[] = { "taken", "chosen", NULL };

#define HAND_PARAMS                                                                        \
    INT("interrupt", interrupt, .def = -1, .min = -1, .max = UINT32_MAX,                   \
        .help = "the observation at which a hand may act for it; -1: none"),               \
        INT("imposed", imposed, .max = ACTIONS_MAX - 1, .help = "what the hand does"),     \
        REAL("theta", theta, .max = 1, .help = "how often it does that there")

static const struct param params[] = {
    LEARNING_PARAMS(tabular),
    GREEDY_PARAMS(tabular),
    HAND_PARAMS,
    { 0 },
};

static const struct param sarsa_params[] = {
    LEARNING_PARAMS(tabular),
    GREEDY_PARAMS(tabular),
    HAND_PARAMS,
    CHOICE("next", next, next_names,
           .help = "learns from the next action taken, or from its own choice of one"),
    { 0 },
};

static const char *const trace_names[] = { "accumulate", "replace", NULL };

static const struct param trace_params[] = {
    REAL("lambda", lambda, .def = 0.9, .max = 1,
         .help = "a trace falls by gamma lambda in a cycle; 0: no traces"),
    CHOICE("traces", traces, trace_names, .help = "a second visit adds to a trace or not"),
    INT("reach", reach, .def = 64, .min = 1, .max = 65536, .unit = "cycles",
        .help = "how long a trace is kept"),
    LEARNING_PARAMS_FROM(0.1, tabular),
    GREEDY_PARAMS(tabular),
    { 0 },
};

static const struct param soft_params[] = {
    REAL("beta", beta, .def = 2, .max = 1e6, .unit = "1/points",
         .help = "chance of an action is in proportion to exp(beta Q)"),
    CHOICE("target", soft_target, target_names,
           .help =
               "value of the next state: its best action, or ln(mean exp(beta Q)) / beta"),
    LEARNING_PARAMS(tabular),
    { 0 },
};

struct learner {
    struct tabular tabular;
    double beta;
    bool soft_target;
    unsigned next;     /* sarsa: the action chosen for the state learned from */
    struct rng choice; /* sarsa: chooses it when the percept comes */
    bool chosen, seeded;
    struct eligibility traces; /* those with lambda */
    uint64_t interrupt;        /* a hand acts there with chance theta, 0: never */
    unsigned imposed;
    double theta;
    bool own; /* sarsa: learns from the action that it chose itself */
};

static struct agent *open_learner(const struct agent_ops *ops, const struct config *c,
                                  const struct env *truth)
{
    struct learner *s = xcalloc(1, sizeof *s);
    tabular_open(&s->tabular, ops, &c->tabular, truth);
    s->beta = c->beta;
    s->soft_target = c->soft_target;
    if (c->reach)
        eligibility_init(&s->traces, c->tabular.gamma * c->lambda, (uint32_t)c->reach,
                         c->traces);
    return &s->tabular.base;
}

static void close_learner(struct agent *ag)
{
    eligibility_release(&((struct learner *)ag)->traces);
    tabular_close(ag);
}

static void ice_learner(struct agent *ag, struct ice *ice)
{
    struct learner *s = (struct learner *)ag;
    tabular_ice(ag, ice);
    ice_piece(ice, &s->next, sizeof s->next);
    ice_piece(ice, &s->choice, sizeof s->choice);
    ice_piece(ice, &s->chosen, sizeof s->chosen);
    ice_piece(ice, &s->seeded, sizeof s->seeded);
    if (s->traces.reach)
        eligibility_ice(&s->traces, ice);
}

static struct agent *open_interrupted(const struct agent_ops *ops, const struct config *c,
                                      const struct env *truth, struct err *err)
{
    if (c->interrupt >= (int64_t)truth->space.n_obs) {
        err_set(err, "interrupt=%" PRId64 ": the world has observations 0 to %" PRIu32,
                c->interrupt, truth->space.n_obs - 1);
        return NULL;
    }
    if (c->imposed >= (int64_t)truth->space.n_actions) {
        err_set(err, "imposed=%" PRId64 ": the world has actions 0 to %" PRIu32, c->imposed,
                (uint32_t)truth->space.n_actions - 1);
        return NULL;
    }
    if ((c->theta > 0) != (c->interrupt >= 0)) {
        err_set(err, "interrupt= and theta= go together: where a hand acts, and how often");
        return NULL;
    }
    struct agent *ag = open_learner(ops, c, truth);
    struct learner *s = (struct learner *)ag;
    s->interrupt = (uint64_t)c->interrupt;
    s->imposed = (unsigned)c->imposed;
    s->theta = c->theta;
    s->own = c->next;
    return ag;
}

/* Whether the hand acts; nothing is drawn where it never does. */
static bool is_interrupted(const struct learner *s, uint64_t state, struct rng *rng)
{
    return s->theta > 0 && state == s->interrupt && rng_unit(rng) < s->theta;
}

/* Learns Q(s, a) towards r + gamma V(s') and moves on to s'. */
static bool learn(struct tabular *s, const struct cycle *c, double value)
{
    double target = c->e.rew + s->table.conf.gamma * value;
    table_learn(&s->table, s->state, c->action, target);
    s->state = c->e.obs;
    return true;
}

/* The same for all that have a trace. */
static bool learn_traced(struct learner *s, const struct cycle *c, double value)
{
    struct tabular *t = &s->tabular;
    double target = c->e.rew + t->table.conf.gamma * value;
    eligibility_learn(&s->traces, &t->table, t->state, c->action, target);
    t->state = c->e.obs;
    return true;
}

static double greatest(struct table *t, uint64_t state)
{
    const double *q = table_row(t, state);
    double top = q[0];
    for (uint32_t a = 1; a < t->n_actions; a++)
        top = fmax(top, q[a]);
    return top;
}

/* ---- q-learning */

static struct agent *open_q(const void *config, const struct env *truth, struct err *err)
{
    return open_interrupted(&agent_q_learning, config, truth, err);
}

static bool act_q(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct tabular *s = (struct tabular *)ag;
    (void)err;
    *action = table_epsilon_greedy(&s->table, s->state, ag->t + 1, rng);
    if (is_interrupted((struct learner *)ag, s->state, rng))
        *action = ((struct learner *)ag)->imposed;
    return true;
}

static bool chances_q(struct agent *ag, double *p)
{
    const struct tabular *s = (const struct tabular *)ag;
    const struct learner *l = (const struct learner *)ag;
    table_chances(&s->table, s->state, ag->t + 1, p);
    if (!(l->theta > 0) || s->state != l->interrupt)
        return true;
    for (uint32_t a = 0; a < s->table.n_actions; a++)
        p[a] = (1 - l->theta) * p[a] + (a == l->imposed ? l->theta : 0);
    return true;
}

static bool update_q(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct tabular *s = (struct tabular *)ag;
    (void)err;
    return learn(s, c, greatest(&s->table, c->e.obs));
}

/* ---- sarsa: on policy, so the action learned from is the one taken next */

static struct agent *open_sarsa(const void *config, const struct env *truth,
                                struct err *err)
{
    return open_interrupted(&agent_sarsa, config, truth, err);
}

static bool act_sarsa(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct learner *s = (struct learner *)ag;
    struct tabular *t = &s->tabular;
    (void)err;
    /* update() draws nothing, so its choice comes from a stream split off here. */
    if (!s->seeded)
        s->choice = (struct rng){ { rng_u64(rng), rng_u64(rng), rng_u64(rng), 1 } };
    s->seeded = true;
    if (!s->chosen)
        s->next = table_epsilon_greedy(&t->table, t->state, ag->t + 1, &s->choice);
    *action = s->next;
    return true;
}

static bool chances_sarsa(struct agent *ag, double *p)
{
    const struct learner *s = (const struct learner *)ag;
    if (!s->chosen)
        return chances_q(ag, p);
    for (uint32_t a = 0; a < s->tabular.table.n_actions; a++)
        p[a] = a == s->next;
    return true;
}

/* Chooses the action of the next cycle; its value. */
static double worth_of_next(struct learner *s, const struct cycle *c)
{
    struct table *t = &s->tabular.table;
    s->next = table_epsilon_greedy(t, c->e.obs, s->tabular.base.t + 2, &s->choice);
    s->chosen = true;
    unsigned choice = s->next;
    if (is_interrupted(s, c->e.obs, &s->choice))
        s->next = s->imposed;
    return table_row(t, c->e.obs)[s->own ? choice : s->next];
}

static bool update_sarsa(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct learner *s = (struct learner *)ag;
    (void)err;
    return learn(&s->tabular, c, worth_of_next(s, c));
}

/* ---- the two with traces */

static struct agent *open_sarsa_lambda(const void *config, const struct env *truth,
                                       struct err *err)
{
    (void)err;
    return open_learner(&agent_sarsa_lambda, config, truth);
}

static bool update_sarsa_lambda(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct learner *s = (struct learner *)ag;
    (void)err;
    return learn_traced(s, c, worth_of_next(s, c));
}

static struct agent *open_q_lambda(const void *config, const struct env *truth,
                                   struct err *err)
{
    (void)err;
    return open_learner(&agent_q_lambda, config, truth);
}

/* What follows a second-best action says nothing of what the best would have led to. */
static bool update_q_lambda(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct learner *s = (struct learner *)ag;
    struct table *t = &s->tabular.table;
    double top = greatest(t, s->tabular.state);
    (void)err;
    if (table_row(t, s->tabular.state)[c->action] < top)
        eligibility_cut(&s->traces);
    return learn_traced(s, c, greatest(t, c->e.obs));
}

/* ---- soft-q */

static struct agent *open_soft(const void *config, const struct env *truth, struct err *err)
{
    (void)err;
    return open_learner(&agent_soft_q, config, truth);
}

/* exp(beta (Q - max Q)) of each action; returns their sum. */
static double weights(const struct learner *s, uint64_t state, double *w)
{
    const struct table *t = &s->tabular.table;
    const double *q = table_known(t, state);
    double top = q ? q[0] : 0, sum = 0;
    for (uint32_t a = 1; q && a < t->n_actions; a++)
        top = fmax(top, q[a]);
    for (uint32_t a = 0; a < t->n_actions; a++)
        sum += w[a] = q ? exp(s->beta * (q[a] - top)) : 1;
    return sum;
}

static bool act_soft(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct learner *s = (struct learner *)ag;
    double w[ACTIONS_MAX];
    double sum = weights(s, s->tabular.state, w);
    (void)err;
    *action = rng_index(rng, w, s->tabular.table.n_actions, sum);
    return true;
}

static bool chances_soft(struct agent *ag, double *p)
{
    const struct learner *s = (const struct learner *)ag;
    double sum = weights(s, s->tabular.state, p);
    for (uint32_t a = 0; a < s->tabular.table.n_actions; a++)
        p[a] /= sum;
    return true;
}

static bool update_soft(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct learner *s = (struct learner *)ag;
    struct table *t = &s->tabular.table;
    double w[ACTIONS_MAX], value = greatest(t, c->e.obs);
    (void)err;
    if (s->soft_target && s->beta > 0)
        value += log(weights(s, c->e.obs, w) / t->n_actions) / s->beta;
    return learn(&s->tabular, c, value);
}

#define LEARNER(table)                                                                     \
    .kind.version = 1, .kind.params = table, .kind.config_size = sizeof(struct config),    \
    .close = close_learner, .report = tabular_report, .mind = &tabular_mind,               \
    .open_minded = true, .ice = ice_learner

const struct agent_ops agent_q_learning = {
    .kind.name = "q-learning",
    .kind.title = "model-free: learns action values, off policy",
    .open = open_q,
    .act = act_q,
    .chances = chances_q,
    .update = update_q,
    LEARNER(params),
};

const struct agent_ops agent_sarsa = {
    .kind.name = "sarsa",
    .kind.title = "model-free: learns action values, on policy",
    .open = open_sarsa,
    .act = act_sarsa,
    .chances = chances_sarsa,
    .update = update_sarsa,
    LEARNER(sarsa_params),
};

const struct agent_ops agent_q_lambda = {
    .kind.name = "q-lambda",
    .kind.title = "model-free: q-learning with eligibility traces",
    .open = open_q_lambda,
    .act = act_q,
    .chances = chances_q,
    .update = update_q_lambda,
    LEARNER(trace_params),
};

const struct agent_ops agent_sarsa_lambda = {
    .kind.name = "sarsa-lambda",
    .kind.title = "model-free: sarsa with eligibility traces",
    .open = open_sarsa_lambda,
    .act = act_sarsa,
    .chances = chances_sarsa,
    .update = update_sarsa_lambda,
    LEARNER(trace_params),
};

const struct agent_ops agent_soft_q = {
    .kind.name = "soft-q",
    .kind.title = "model-free: Q-learning that chooses by softmax",
    .open = open_soft,
    .act = act_soft,
    .chances = chances_soft,
    .update = update_soft,
    LEARNER(soft_params),
};
