#include "config.h"

#include "utility.h"

#include <math.h>

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

const struct utility utility_reward = { .of = reward };
const struct utility utility_worth = { .of = worth, .wants = WANT_WORTH };
const struct utility utility_square = { .of = square, .wants = WANT_PROB };
const struct utility utility_shannon = { .of = shannon, .wants = WANT_PROB };
const struct utility utility_square_hindsight = { .of = square_hindsight,
                                                  .wants = WANT_HINDSIGHT };
const struct utility utility_shannon_hindsight = { .of = shannon_hindsight,
                                                   .wants = WANT_HINDSIGHT };
const struct utility utility_gain = { .of = gain, .wants = WANT_GAIN };

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
