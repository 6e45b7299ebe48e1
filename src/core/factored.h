#ifndef FACTORED_H
#define FACTORED_H

#include "env.h"

/* A world of a place and many bits of which each is lost by itself: places follow from
 * actions, where one is sets a bit, then each of them is lost with a chance of its own. A
 * cycle is worth the bits that are left to the designer, and so is its reward but in places
 * where that is fixed. Its states are too many to list, but what is expected of them is had
 * bit by bit. Bits are known here, whatever is seen of them. */
enum { FACTORED_BITS = 16, FACTORED_NONE = 255 };
struct factored {
    uint32_t n_places, n_actions, n_bits;
    const uint8_t *next; /* [n_places * n_actions] */
    const uint8_t *sets; /* [n_places] bit; FACTORED_NONE: none */
    const int32_t *pays; /* [n_places] points; INT32_MIN: the bits that are left */
    double lose[FACTORED_BITS];
    uint32_t place, bits; /* at the start, before bits are lost once */
};
extern const struct view_kind view_factored;

/* NULL when the world has no such form. */
static inline const struct factored *factored_of(const struct env *env)
{
    return (const struct factored *)env_view(env, &view_factored);
}

#endif
