#ifndef CHECK_LAWS_H
#define CHECK_LAWS_H

#include "options.h"

/* Holds the laws (laws.h) against what a spec names, or against all that is in a plug-in,
 * FILE.so: a line each, and a process each, so that what crashes is a line, too. Returns
 * the exit status. */
int check_spec(struct args *a, const char *text);
int check_plugin(struct args *a, const char *path);

#endif
