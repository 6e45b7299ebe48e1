#include "config.h"

#include "output.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>

void print_json(const json_t *value)
{
    json_dumpf(value, stdout, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(17));
    putchar('\n');
}

void print_json_lines(const json_t *value)
{
    json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    putchar('\n');
}

bool locale_is_utf8(void) { return !strcmp(nl_langinfo(CODESET), "UTF-8"); }
