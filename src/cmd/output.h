#ifndef OUTPUT_H
#define OUTPUT_H

#include <jansson.h>
#include <stdbool.h>

/* One JSON value and a newline on stdout, numbers with 17 digits. */
void print_json(const json_t *value);
/* Whether the locale shows more than ASCII. */
bool locale_is_utf8(void);

#endif
