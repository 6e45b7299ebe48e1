#ifndef WORDS_H
#define WORDS_H

#include "glyphs.h"

#include <stddef.h>

/* Numbers and words as panels show them. All return the columns they take. */

enum { NUMBER_CHARS = 32 };
/* x with `digits` after its point; from 10 000 on whole with thin spaces (none in ASCII),
 * from 10^7 on as 1.2e7. NAN: "". */
int words_number(char buf[NUMBER_CHARS], const struct glyphs *g, double x, int digits);
/* Digits after the point that tell the numbers from lo to hi apart: 2 to 4. */
int words_digits(double lo, double hi);

/* The text when it fits into `width` columns; else as many of its words as do with an
 * ellipsis after them; "" when not even one does. */
int words_cut(char *buf, size_t n, const struct glyphs *g, const char *text, int width);
/* The name of a spec as people say it: without its version and parameters. */
int words_name(char *buf, size_t n, const char *spec);

#endif
