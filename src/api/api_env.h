#ifndef API_ENV_H
#define API_ENV_H

#include "env.h"
#include "registry.h"

/* What agents of the library look into. */
struct ursa_env {
    struct spec_of spec;
    struct env *env;
    uint64_t root, tag; /* tag: of spec and root, that saved bytes begin with */
    void *state;
    struct rng luck;
    struct transition *law; /* [max_transitions], scratch with the states after */
    void *next;
};

/* The stream that a run of the world meets. */
void api_luck(struct rng *luck, const struct env *env, uint64_t root, uint32_t seed);

#endif
