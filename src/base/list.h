#ifndef LIST_H
#define LIST_H

#include "err.h"

#include <stddef.h>

/* One grammar for seeds, maps, sweeps: a comma list of items, each a word, a number or a
 * range of numbers with an optional step:
 *     1-50     1,5,9     4..16:4     0.1..0.9:0.2     aixi,kl-ksa     1-10,20
 * "a-b" is a range of non-negative integers; "a..b[:step]" one of any numbers. Values keep
 * the text a user would type ("0.3", never 0.30000000000000004). */
struct list {
    char **at; /* owned */
    size_t n;
};

enum { LIST_MAX = 1000000 };

/* False with *err on an empty list, an empty item, a backward range, a step that is not
 * positive, or more than LIST_MAX items; *l is then empty. */
bool list_parse(struct list *l, const char *text, struct err *err);
void list_append(struct list *l, char *item); /* which it takes over */
void list_release(struct list *l);

/* A list of integers in [min, max]; *out is the caller's to free. */
bool list_ints(const char *text, long long min, long long max, long long **out, size_t *n,
               struct err *err);

#endif
