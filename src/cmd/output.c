#include "config.h"

#include "output.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Jansson escapes all that a terminal obeys but DEL. */
static void print(const json_t *value, size_t flags)
{
    char *text = json_dumps(value, flags | JSON_ENSURE_ASCII);
    for (const char *s = text; s && *s; s++)
        if (*s == 0x7f)
            fputs("\\u007f", stdout);
        else
            putchar(*s);
    putchar('\n');
    free(text);
}

void print_json(const json_t *value)
{
    print(value, JSON_COMPACT | JSON_REAL_PRECISION(17));
}

void print_json_lines(const json_t *value) { print(value, JSON_INDENT(2)); }

bool locale_is_utf8(void) { return !strcmp(nl_langinfo(CODESET), "UTF-8"); }
