#include "config.h"

#include "xalloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(size_t n, size_t size)
{
    fprintf(stderr, "ursa: out of memory (%zu x %zu bytes)\n", n, size);
    exit(1);
}

void *xcalloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        out_of_memory(n, size);
    return p;
}

void *xrealloc(void *p, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        out_of_memory(n, size);
    p = realloc(p, n && size ? n * size : 1);
    if (!p)
        out_of_memory(n, size);
    return p;
}

char *xstrdup(const char *s)
{
    char *p = strdup(s);
    if (!p)
        out_of_memory(strlen(s) + 1, 1);
    return p;
}

char *xasprintf(const char *fmt, ...)
{
    va_list ap;
    char *s = NULL;
    va_start(ap, fmt);
    int n = vasprintf(&s, fmt, ap);
    va_end(ap);
    if (n < 0 || !s)
        out_of_memory(1, 1);
    return s;
}

void *xalloc_line(size_t n, size_t size)
{
    if (size && n > (SIZE_MAX - 64) / size)
        out_of_memory(n, size);
    size_t bytes = (n * size + 64) / 64 * 64;
    void *p = aligned_alloc(64, bytes);
    if (!p)
        out_of_memory(n, size);
    return p;
}

void *xcalloc_line(size_t n, size_t size)
{
    return memset(xalloc_line(n, size), 0, n * size);
}
