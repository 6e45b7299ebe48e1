#include "config.h"

#include "gradient.h"
#include "ice.h"
#include "registry.h"
#include "tabular.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Learners of a policy instead of values, over observations: reinforce (Williams, Machine
 * Learning 8, 1992), which follows what was got after an action, and actor-critic of one
 * step (Barto, Sutton & Anderson 1983; Sutton & Barto 2018, chapter 13), which follows the
 * surprise of a second learner, of values. Rewards are taken to [0, 1] of what the world
 * can pay, so that a rate means the same everywhere. A life without end has no return:
 * reinforce takes the next `horizon` rewards for it, and the policy of now for that of
 * then, since it has hardly moved in between. */
struct config {
    double alpha, critic, gamma;
    int baseline;
    int64_t horizon;
};

static const char *const baseline_names[] = { "none", "mean", NULL };

#define RATE_PARAMS                                                                        \
    REAL("alpha", alpha, .def = 0.1, .max = 100,                                           \
         .help = "step along the gradient, of rewards in [0, 1]"),                         \
        REAL("gamma", gamma, .def = 0.99, .max = 1, .help = "geometric discount")

static const struct param params[] = {
    RATE_PARAMS,
    INT("horizon", horizon, .def = 16, .min = 1, .max = 4096, .unit = "cycles",
        .help = "rewards after an action that count as what it led to"),
    CHOICE("baseline", baseline, baseline_names, .def = 1,
           .help = "taken from each return: the mean of all so far"),
    { 0 },
};

static const struct param critic_params[] = {
    RATE_PARAMS,
    REAL("critic", critic, .def = 0.1, .max = 1,
         .help = "share of the old value of a state replaced"),
    { 0 },
};

/* One of the last cycles: where, what, and what it paid. */
struct past {
    uint32_t row, action;
    double reward;
};

struct climber {
    struct tabular tabular; /* q are the preferences */
    double least, scale;    /* (reward - least) * scale is in [0, 1] */
    /* reinforce */
    struct past *past; /* [horizon] a ring owned; `newest` of n */
    uint32_t horizon, newest, n;
    bool takes_mean;
    double mean;
    uint64_t returns; /* whose mean it is */
    /* actor-critic */
    struct table value; /* a column of its own */
};

void gradient_chances(const double *theta, uint32_t n, double *p)
{
    double top = theta[0], sum = 0;
    for (uint32_t a = 1; a < n; a++)
        top = fmax(top, theta[a]);
    for (uint32_t a = 0; a < n; a++)
        sum += p[a] = exp(theta[a] - top);
    for (uint32_t a = 0; a < n; a++)
        p[a] /= sum;
}

void gradient_climb(double *theta, const double *p, uint32_t n, unsigned action,
                    double step)
{
    for (uint32_t a = 0; a < n; a++)
        theta[a] += step * ((a == action) - p[a]);
}

static void learn(struct climber *s, uint32_t row, unsigned action, double step)
{
    struct table *t = &s->tabular.table;
    double *theta = t->q + (size_t)row * t->n_actions, p[ACTIONS_MAX];
    gradient_chances(theta, t->n_actions, p);
    gradient_climb(theta, p, t->n_actions, action, t->conf.alpha * step);
}

static double reward_of(const struct climber *s, const struct cycle *c)
{
    return (c->e.rew - s->least) * s->scale;
}

static struct climber *open_climber(const struct agent_ops *ops, const struct config *c,
                                    const struct env *truth)
{
    struct climber *s = xcalloc(1, sizeof *s);
    struct tabular_conf conf = { .alpha = c->alpha, .gamma = c->gamma };
    double range = (double)truth->space.rew_max - truth->space.rew_min;
    tabular_open(&s->tabular, ops, &conf, truth);
    s->least = truth->space.rew_min;
    s->scale = range > 0 ? 1 / range : 1;
    return s;
}

static void close_climber(struct agent *ag)
{
    struct climber *s = (struct climber *)ag;
    free(s->past);
    table_release(&s->value);
    tabular_close(ag);
}

static bool chances(struct agent *ag, double *p)
{
    const struct tabular *s = (const struct tabular *)ag;
    const double *theta = table_known(&s->table, s->state);
    for (uint32_t a = 0; a < s->table.n_actions; a++)
        p[a] = 1.0 / s->table.n_actions;
    if (theta)
        gradient_chances(theta, s->table.n_actions, p);
    return true;
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    double p[ACTIONS_MAX];
    (void)err;
    chances(ag, p);
    *action = rng_index(rng, p, ((struct tabular *)ag)->table.n_actions, 1);
    return true;
}

static void ice_climber(struct agent *ag, struct ice *ice)
{
    struct climber *s = (struct climber *)ag;
    tabular_ice(ag, ice);
    ice_piece(ice, &s->newest, sizeof s->newest);
    ice_piece(ice, &s->n, sizeof s->n);
    ice_piece(ice, &s->mean, sizeof s->mean);
    ice_piece(ice, &s->returns, sizeof s->returns);
    if (s->n > s->horizon || s->newest >= (s->horizon ? s->horizon : 1)) {
        ice_fail(ice, "more cycles than the horizon has room for");
        return;
    }
    if (s->horizon)
        ice_piece(ice, s->past, s->horizon * sizeof *s->past);
    if (s->value.n_actions)
        table_ice(&s->value, ice);
}

/* ---- reinforce */

static struct agent *open_reinforce(const void *config, const struct env *truth,
                                    struct err *err)
{
    const struct config *c = config;
    struct climber *s = open_climber(&agent_reinforce, c, truth);
    (void)err;
    s->takes_mean = c->baseline;
    s->horizon = (uint32_t)c->horizon;
    s->past = xcalloc(s->horizon, sizeof *s->past);
    return &s->tabular.base;
}

/* What the oldest cycle of the ring led to. */
static double return_of_oldest(const struct climber *s)
{
    double sum = 0;
    for (uint32_t i = 0; i < s->horizon; i++) {
        uint32_t at = s->newest >= i ? s->newest - i : s->newest + s->horizon - i;
        sum = s->past[at].reward + s->tabular.table.conf.gamma * sum;
    }
    return sum;
}

static bool update_reinforce(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct climber *s = (struct climber *)ag;
    struct tabular *t = &s->tabular;
    (void)err;
    s->newest = s->newest + 1 < s->horizon ? s->newest + 1 : 0;
    s->n += s->n < s->horizon;
    s->past[s->newest] =
        (struct past){ table_number(&t->table, t->state), c->action, reward_of(s, c) };
    t->state = c->e.obs;
    if (s->n < s->horizon)
        return true;
    const struct past *oldest = &s->past[s->newest + 1 < s->horizon ? s->newest + 1 : 0];
    double got = return_of_oldest(s);
    learn(s, oldest->row, oldest->action, s->takes_mean ? got - s->mean : got);
    s->mean += (got - s->mean) / (double)++s->returns;
    return true;
}

/* ---- actor-critic */

static struct agent *open_actor_critic(const void *config, const struct env *truth,
                                       struct err *err)
{
    const struct config *c = config;
    struct climber *s = open_climber(&agent_actor_critic, c, truth);
    struct tabular_conf conf = { .alpha = c->critic, .gamma = c->gamma };
    (void)err;
    table_init(&s->value, &conf, 1);
    table_row(&s->value, BEFORE_ALL);
    return &s->tabular.base;
}

static bool update_actor_critic(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct climber *s = (struct climber *)ag;
    struct tabular *t = &s->tabular;
    double next = *table_row(&s->value, c->e.obs);
    double target = reward_of(s, c) + t->table.conf.gamma * next;
    double surprise = target - *table_row(&s->value, t->state);
    (void)err;
    table_learn(&s->value, t->state, 0, target);
    learn(s, table_number(&t->table, t->state), c->action, surprise);
    t->state = c->e.obs;
    return true;
}

#define CLIMBER(table)                                                                     \
    .kind.version = 1, .kind.params = table, .kind.config_size = sizeof(struct config),    \
    .close = close_climber, .act = act, .chances = chances, .report = tabular_report,      \
    .mind = &tabular_mind, .open_minded = true, .ice = ice_climber

const struct agent_ops agent_reinforce = {
    .kind.name = "reinforce",
    .kind.title = "model-free: climbs the gradient of what followed",
    .open = open_reinforce,
    .update = update_reinforce,
    CLIMBER(params),
};

const struct agent_ops agent_actor_critic = {
    .kind.name = "actor-critic",
    .kind.title = "model-free: climbs the gradient of a critic's surprise",
    .open = open_actor_critic,
    .update = update_actor_critic,
    CLIMBER(critic_params),
};
