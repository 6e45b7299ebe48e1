#ifndef LEARNING_H
#define LEARNING_H

#include "env.h"

/* A world that tells, as it is lived in, which of several rewards is meant: after a history
 * reward i counts with rho_i, sum 1, and what is paid at the end is their mixture. Which
 * world it is, env_ops.hidden tells, for all of a life. S. Armstrong, J. Leike, L. Orseau
 * and S. Legg, "Pitfalls of learning a reward function online", IJCAI 2020. */
enum { LEARNING_REWARDS = 4, LEARNING_EVENTS = 4 };
struct learning {
    uint32_t n_rewards, n_events;
    uint32_t cycles;           /* of a life, as this world has been opened */
    const char *const *reward; /* names, [n_rewards] */
    const char *const *event;  /* what may have come about in the end, [n_events] */
    /* rho, which depends on what of the state the history tells, and nothing else. */
    void (*weigh)(const struct env *env, const void *state, double *rho);
    /* Whether an event has come about; as before. */
    bool (*came)(const struct env *env, const void *state, uint32_t event);
};
extern const struct view_kind view_learning;

/* NULL when the world has no such form. */
static inline const struct learning *learning_of(const struct env *env)
{
    return (const struct learning *)env_view(env, &view_learning);
}

#endif
