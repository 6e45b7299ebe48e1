#ifndef SVG_H
#define SVG_H

#include "err.h"
#include "theme.h"

#include <stdio.h>

/* A sheet as a still in SVG 1.1: rectangles and text, in the exact colours of 24 bits
 * unless the theme is poor. The text can be selected and searched; blocks, lines and curves
 * are drawn, so that they meet in whatever font there is. `title` is what it is of, or
 * NULL. */
void svg_print(FILE *to, const struct sheet *s, struct theme theme, const char *title);
/* Into a file, whole or not at all; "-" is standard output. False with *err. */
bool svg_write(const char *path, const struct sheet *s, struct theme theme,
               const char *title, struct err *err);

#endif
