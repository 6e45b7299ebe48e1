#ifndef PAYOFFS_H
#define PAYOFFS_H

#include "env.h"

/* The table by which two who move at once are paid. What is observed is the other's move;
 * actions and observations have the moves' names. */
enum { PAYOFFS_MOVES = 4 };
struct payoffs {
    uint32_t moves; /* of each */
    /* Points: [0][mine][theirs] is what I am paid, [1][theirs][mine] what they are. */
    int32_t pay[2][PAYOFFS_MOVES][PAYOFFS_MOVES];
};
extern const struct view_kind view_payoffs;

/* NULL when the world is no such game. */
static inline const struct payoffs *payoffs_of(const struct env *env)
{
    return (const struct payoffs *)env_view(env, &view_payoffs);
}

#endif
