#ifndef JUDGE_H
#define JUDGE_H

#include "demo.h"
#include "sim.h"

/* Whether demonstrations say the truth. */

/* The films of a demonstration's agents, and what they stand for. */
struct hall {
    const struct film *const *film; /* [n] */
    int n;
    uint64_t steps; /* of the whole run */
};

/* The cycle of a moment that comes after cycle `after` and, of an event, is in all films;
 * -1: none, or not yet. */
int64_t hall_moment(const struct hall *h, const struct moment *m, int64_t after,
                    bool truth);

/* LAYER_name of a step's layer; -1: there is none of that name. */
int demo_layer(const char *name);

/* Lives the demonstration and holds every step and every claim against the films. False
 * with a line for each that does not hold: FILE:LINE:COL: error: false: ... */
bool demo_judge(const struct demo *d, struct err *err);

#endif
