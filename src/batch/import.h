#ifndef IMPORT_H
#define IMPORT_H

#include "err.h"

#include <stddef.h>

/* Reads results.json files of AIXIjs into a new directory of results. In them each key is a
 * configuration with a list of runs; a run's `rewards` is the running average of the
 * reward, `explored` a percentage. What is in several files counts once. *runs: how many
 * were written. False with *err. */
bool import_aixijs(char *const *files, size_t n, const char *dir, size_t *runs,
                   struct err *err);

#endif
