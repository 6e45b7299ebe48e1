#ifndef JSONTEXT_H
#define JSONTEXT_H

#include <stdbool.h>

/* Whether a text, closed by a NUL, is one JSON value and blanks (RFC 8259): for lines that
 * are to be counted and not read, several times as fast as parsing. Nested 64 deep at
 * most. */
bool json_text_whole(const char *text);

#endif
