#ifndef LOAD_H
#define LOAD_H

#include "options.h"
#include "results.h"

/* results_load() for a command: its warnings are shown; false, told, when it fails, with
 * the exit status in a->status. */
bool load_results(struct args *a, struct results *r, char *const *dirs, size_t n,
                  bool curves);

#endif
