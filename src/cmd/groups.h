#ifndef GROUPS_H
#define GROUPS_H

#include <stdbool.h>

/* Experiments that belong together: a folder below "experiments", "" for that itself. */
struct group {
    const char *name, *folder;
    bool unasked; /* run where nothing is named */
};
extern const struct group group_table[]; /* closed by a NULL name */

#endif
