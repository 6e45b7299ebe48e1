#ifndef DEMO_H
#define DEMO_H

#include "claim.h"

/* A demonstration: agents, a world, and what to look for, step by step. Data, in a file
 * demos/NAME.demo (ursa-demo(5)):
 *     ursa-demo 2
 *     name: AIxi hunts a hidden dispenser
 *     agent: aixi
 *     env: gridworld
 *     seed: 7                 optional, as are steps, speed, truth, layer, tour and assert
 *     assert: reward_per_step > 40
 *     at: start
 *     What is to be seen, to the next step or the end of the file.
 *     at: certain
 *     assert: entropy = 0
 *     Paragraphs are divided by empty lines.
 * Format 1 has no steps, but a line "text:" with one text after it. */
enum { DEMO_STEPS = 32, DEMO_CLAIMS = 64 };

struct demo_step {
    struct moment at; /* first after the step before; of the first: start */
    unsigned line;    /* where it begins, and that line; owned */
    char *line_text;
    int truth;   /* from here on; -1: as before */
    char *layer; /* from here on; owned; NULL: as before */
    char *text;  /* owned; paragraphs divided by empty lines */
};

struct demo {
    char *file;                /* owned, as are all texts */
    char *title, *agent, *env; /* title from "name"; agent: specs divided by blanks */
    char *text;                /* of the first step */
    uint64_t root, steps;      /* steps: cycles to live */
    uint32_t seed;
    double speed;           /* cycles a second */
    double tour;            /* place in the tour; INFINITY: after those that say one */
    struct demo_step *step; /* [n_steps], at least one; owned */
    size_t n_steps;
    struct claim *claim; /* [n_claims] owned */
    int *claim_step;     /* [n_claims] the step it stands under; -1: the head */
    size_t n_claims;
};

/* Finds and reads the demonstration called `name`, or the file of that path, which has a
 * slash or ends in ".demo". False with every error of the file in *err as
 * FILE:LINE:COL: error: text, or with the names there are. */
bool demo_load(struct demo *d, const char *name, struct err *err);
bool demo_read(struct demo *d, const char *path, struct err *err);
void demo_release(struct demo *d);

/* The one that "watch --demo" shows. */
extern const char *const demo_default;

/* The names of all that are there, in the order of the tour; to be released. */
struct list demo_tour(void);

#endif
