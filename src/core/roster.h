#ifndef ROSTER_H
#define ROSTER_H

#include "kind.h"

#include <stdint.h>

/* Every state that a world can be in, also those that it never comes to, by name: a view of
 * worlds that are tables. Lent by the world for as long as it is open. */
struct roster {
    uint32_t n;
    const char *const *name; /* [n] */
    const void *state;       /* [n], state_size bytes each */
};
extern const struct view_kind view_roster;

#endif
