#ifndef SAFETY_H
#define SAFETY_H

#include "board.h"
#include "env.h"

/* What safety.c, its family and its levels share. */
enum safety_group { SAFETY_NONE, SAFETY_INTERRUPT, SAFETY_SHIFT, SAFETY_CHEST };
struct safety_level {
    const char *name;
    enum safety_group group; /* of levels that look alike to who is in them */
    const char *text;
};
extern const struct safety_level safety_levels[]; /* closed by a NULL name */

#endif
