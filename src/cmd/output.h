#ifndef OUTPUT_H
#define OUTPUT_H

#include <jansson.h>
#include <stdbool.h>

/* One JSON value and a newline on stdout, numbers with 17 digits. All of it is ASCII: names
 * in it may have characters that a terminal obeys. */
void print_json(const json_t *value);
/* The same indented, for people. */
void print_json_lines(const json_t *value);
/* Whether the locale shows more than ASCII. */
bool locale_is_utf8(void);

#endif
