#ifndef DATAFILE_H
#define DATAFILE_H

#include "list.h"

/* Files that ship with the program, by kind ("maps", "demos", "experiments", "man"). They
 * are looked for in $URSA_DATADIR, in the source tree when the program runs from one (so
 * that ./ursa works uninstalled), then where "make install" put them. */

/* Path of KIND/NAME+SUFFIX, or NULL; the caller frees it. */
char *data_file(const char *kind, const char *name, const char *suffix);
/* The names of that kind without the suffix, sorted, each once; list_release() it. */
struct list data_names(const char *kind, const char *suffix);

#endif
