#include "config.h"

#include "utility.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static double reward(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)u;
    (void)memory;
    return o->e.rew;
}

static double worth(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)u;
    (void)memory;
    return o->e.rew + o->worth;
}

static double square(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)u;
    (void)memory;
    return -o->prob;
}

static double shannon(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)u;
    (void)memory;
    return -log(o->prob);
}

static double square_hindsight(const struct utility *u, void *memory,
                               const struct outcome *o)
{
    (void)u;
    (void)memory;
    return -o->hindsight;
}

static double shannon_hindsight(const struct utility *u, void *memory,
                                const struct outcome *o)
{
    (void)u;
    (void)memory;
    return -log(o->hindsight);
}

static double gain(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)u;
    (void)memory;
    return o->gain;
}

/* A predictor says the likeliest percept, and is right that often: Orseau & Ring's
 * prediction-seeking agent ("Self-Modification and Mortality in Artificial Agents", AGI
 * 2011), its 1 for a right prediction in expectation, which does not ask who wins a tie. */
static double prediction(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)u;
    (void)memory;
    return o->most;
}

const struct utility utility_reward = { .of = reward };
const struct utility utility_worth = { .of = worth, .wants = WANT_WORTH };
const struct utility utility_square = { .of = square, .wants = WANT_PROB };
const struct utility utility_shannon = { .of = shannon, .wants = WANT_PROB };
const struct utility utility_square_hindsight = { .of = square_hindsight,
                                                  .wants = WANT_HINDSIGHT };
const struct utility utility_shannon_hindsight = { .of = shannon_hindsight,
                                                   .wants = WANT_HINDSIGHT };
const struct utility utility_gain = { .of = gain, .wants = WANT_GAIN };
const struct utility utility_prediction = { .of = prediction, .hi = 1, .wants = WANT_MOST };

/* ---- goals */

struct config {
    int64_t obs, action;
};
struct goal {
    struct utility base;
    uint32_t obs;
    int64_t action; /* below 0: any */
};

/* 1 the first time the goal is reached, or seems to be: their goal-seeking agent. */
static double reached(const struct utility *u, void *memory, const struct outcome *o)
{
    const struct goal *g = (const struct goal *)u;
    unsigned char *before = memory;
    bool now = !*before && o->e.obs == g->obs && (g->action < 0 || o->action == g->action);
    *before |= now;
    return now;
}

static struct utility *open_goal(const void *config, const struct space *space,
                                 struct err *err)
{
    const struct config *c = config;
    if (space->n_obs && c->obs >= space->n_obs) {
        err_set(err, "goal: there is no observation %" PRId64 " in this world", c->obs);
        return NULL;
    }
    if (c->action >= space->n_actions) {
        err_set(err, "goal: there is no action %" PRId64 " in this world", c->action);
        return NULL;
    }
    struct goal *g = xcalloc(1, sizeof *g);
    g->base = (struct utility){
        .of = reached, .memory_size = 1, .hi = 1, .total = 1, .wants = WANT_CONTEXT
    };
    g->obs = (uint32_t)c->obs;
    g->action = c->action;
    return &g->base;
}

static void close_goal(struct utility *u) { free(u); }

static const struct param goal_params[] = {
    INT("obs", obs, .def = 0, .max = UINT32_MAX - 1.0,
        .help = "observation that means it is reached"),
    INT("action", action, .def = -1, .max = ACTIONS_MAX - 1,
        .help = "action that has to lead to it; unset: any"),
    { 0 },
};

/* ---- by name */

const struct utility *utility_open(const struct spec_of *spec, const struct space *space,
                                   struct err *err)
{
    const struct utility_kind *k = (const struct utility_kind *)spec->kind;
    if (k->unseen && space_unseen(space))
        return k->unseen;
    return k->fixed ? k->fixed : k->open(spec->config, space, err);
}

void utility_close(const struct spec_of *spec, const struct utility *u)
{
    const struct utility_kind *k = (const struct utility_kind *)spec->kind;
    if (u && !k->fixed)
        k->close((struct utility *)(uintptr_t)u);
}

const struct utility_kind utility_kind_reward = {
    .kind = { "reward", "the reward, in points", 1, no_params, 0, NULL },
    .fixed = &utility_reward,
    .unseen = &utility_worth,
};
const struct utility_kind utility_kind_square = {
    .kind = { "square", "minus the probability of the percept", 1, no_params, 0, NULL },
    .fixed = &utility_square,
};
const struct utility_kind utility_kind_shannon = {
    .kind = { "shannon", "minus the logarithm of that", 1, no_params, 0, NULL },
    .fixed = &utility_shannon,
};
const struct utility_kind utility_kind_kl = {
    .kind = { "kl", "information gained about the hypotheses, nats", 1, no_params, 0,
              NULL },
    .fixed = &utility_gain,
};
const struct utility_kind utility_kind_prediction = {
    .kind = { "prediction", "the chance of the likeliest percept", 1, no_params, 0, NULL },
    .fixed = &utility_prediction,
};
const struct utility_kind utility_kind_goal = {
    .kind = { "goal", "1 the first time that an observation is made", 1, goal_params,
              sizeof(struct config), NULL },
    .open = open_goal,
    .close = close_goal,
};
