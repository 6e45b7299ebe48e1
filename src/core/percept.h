#ifndef PERCEPT_H
#define PERCEPT_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

/* What a world says after each action: e = (o, r). Rewards are whole points, so equal
 * percepts compare equal and index a search tree exactly. */
struct percept {
    uint32_t obs; /* in [0, space.n_obs) */
    int32_t rew;  /* points, in [space.rew_min, space.rew_max] */
};
static_assert(sizeof(struct percept) == 8, "a percept is one 64-bit key");

static inline uint64_t percept_key(struct percept e)
{
    return (uint64_t)e.obs << 32 | (uint32_t)e.rew;
}

static inline struct percept percept_of_key(uint64_t key)
{
    return (struct percept){ (uint32_t)(key >> 32), (int32_t)(uint32_t)key };
}

/* All an agent may know of a world beforehand. Actions are 0 .. n_actions - 1. */
enum { ACTIONS_MAX = 32 };
struct space {
    uint32_t n_actions;       /* in [1, ACTIONS_MAX] */
    uint32_t n_obs;           /* >= 1; 0 stands for 2^32 */
    int32_t rew_min, rew_max; /* points, rew_min <= rew_max */
    double scale;             /* points per displayed unit of reward, 1 for most */
    /* Bounds, in points and around 0, of a reward that is no part of the percept
     * (env_ops.worth); both 0: there is none. */
    int32_t worth_min, worth_max;
    /* Bits of the codes used by bit-wise predictors; 0: as few as will do. */
    uint8_t action_bits, obs_bits, rew_bits;
};

/* Whose action it was. BY_USER: the agent planned and the user acted; BY_PAST: the agent
 * was not asked, since the action is older than its present settings; BY_MENTOR: it left
 * the choice to its mentor. */
enum by { BY_AGENT, BY_USER, BY_PAST, BY_MENTOR, BY_N };

/* Whether a percept is one of the space's. */
static inline bool space_has(const struct space *sp, struct percept e)
{
    return (!sp->n_obs || e.obs < sp->n_obs) && e.rew >= sp->rew_min &&
           e.rew <= sp->rew_max;
}

/* Whether rewards are earned that no percept shows. */
static inline bool space_unseen(const struct space *sp)
{
    return sp->worth_min < sp->worth_max;
}

/* One cycle: histories start with an action, a_1 e_1 a_2 e_2 ...; there is no e_0. */
struct cycle {
    uint32_t action;
    struct percept e;
    uint32_t by; /* enum by */
};

#endif
