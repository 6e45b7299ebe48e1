#ifndef CAST_H
#define CAST_H

#include "theme.h"

#include "err.h"

#include <stdbool.h>

/* A recording of the window as an asciicast, version 2: a JSON header and lines
 * [seconds, "o", text] that asciinema and others play. Times come from the caller, so the
 * same frames give the same bytes. */
struct cast;

/* NULL with *err when the file cannot be written. */
struct cast *cast_open(const char *path, int rows, int cols, const char *title,
                       struct err *err);
/* Shows a sheet of that size from `seconds` on: what has changed since the last. */
void cast_frame(struct cast *c, const struct sheet *s, struct theme theme, double seconds);
/* False with *err when something could not be written. */
bool cast_close(struct cast *c, struct err *err);

#endif
