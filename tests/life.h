#ifndef LIFE_H
#define LIFE_H

#include "registry.h"
#include "session.h"

/* An agent in a world, both by their specs; what cannot be opened fails the test. */
struct life {
    struct spec_of e;
    struct spec_of a;
    struct env *env;
    struct agent *ag;
    struct session s;
};

/* In two steps, for what is to be changed between them. */
void life_open(struct life *l, const char *agent, const char *env);
void life_start(struct life *l, uint32_t seed);
/* Root seed 1 and this one. */
void life_begin(struct life *l, const char *agent, const char *env, uint32_t seed);
void life_end(struct life *l);
/* One cycle, which must be possible. */
const struct record *life_live(struct life *l);

/* Mean reward of `evaluate` cycles after `learn` others, points, seed 1. */
double life_learned(const char *agent, const char *env, int learn, int evaluate);
/* The hash of 40 cycles under seed 3; of another stream of luck, or NULL. */
uint64_t life_hash(const char *agent, const char *env, const char *stream);
/* The agent must refuse the world with this text in its message. */
void life_refused(const char *agent, const char *env, const char *message);
/* The same in a world whose percepts have 51 bits. */
void life_refused_wide(const char *agent);

#endif
