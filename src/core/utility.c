#include "config.h"

#include "utility.h"

#include <math.h>

static double reward(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)u;
    (void)memory;
    return o->e.rew;
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
const struct utility utility_square = { .of = square, .wants = WANT_PROB };
const struct utility utility_shannon = { .of = shannon, .wants = WANT_PROB };
const struct utility utility_square_hindsight = { .of = square_hindsight,
                                                  .wants = WANT_HINDSIGHT };
const struct utility utility_shannon_hindsight = { .of = shannon_hindsight,
                                                   .wants = WANT_HINDSIGHT };
const struct utility utility_gain = { .of = gain, .wants = WANT_GAIN };
