#ifndef DEMO_H
#define DEMO_H

#include "err.h"

#include <stdbool.h>
#include <stdint.h>

/* A demonstration: an agent, a world, and what to look for. Data, in a file
 * demos/NAME.demo:
 *     ursa-demo 1
 *     name: AIxi hunts a hidden dispenser
 *     agent: aixi
 *     env: gridworld
 *     seed: 7                                optional, as are steps and speed
 *     text:
 *     Paragraphs, to the end of the file. */
struct demo {
    char *title, *agent, *env; /* owned; title from "name"; agent: one or two specs */
    char *text;                /* owned; paragraphs divided by empty lines */
    uint64_t root, steps;
    uint32_t seed;
    double speed; /* cycles a second */
};

/* Finds and reads the demonstration called `name`. False with every error of the file in
 * *err as FILE:LINE: error: text, or with the names there are. */
bool demo_load(struct demo *d, const char *name, struct err *err);
bool demo_read(struct demo *d, const char *path, struct err *err);
void demo_release(struct demo *d);

/* The one that "watch --demo" shows. */
extern const char *const demo_default;

#endif
