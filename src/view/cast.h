#ifndef CAST_H
#define CAST_H

#include "theme.h"

#include "err.h"

#include <stdbool.h>

/* A recording of the window as an asciicast: a JSON header and lines [seconds, "o", text]
 * that asciinema and others play. Seconds are since the beginning in version 2, and in
 * version 3, which asciinema knows from its own version 3 on, since the line before; that
 * ends with a line [0, "x", "0"]. Times come from the caller, so the same frames give the
 * same bytes. */
struct cast;

/* NULL with *err when the file cannot be written. */
struct cast_size {
    int rows, cols;
    int version; /* 2 or 3 */
};
struct cast *cast_open(const char *path, struct cast_size size, const char *title,
                       struct err *err);
/* Shows a sheet of that size from `seconds` on: what has changed since the last. */
void cast_frame(struct cast *c, const struct sheet *s, struct theme theme, double seconds);
/* False with *err when something could not be written. */
bool cast_close(struct cast *c, struct err *err);

#endif
