#include "config.h"

#include "xalloc.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Where a lack of memory goes instead of ending the program: the one thing that this house
 * keeps, of each thread, beside the words of ursa_error(). */
static _Thread_local jmp_buf *guard;

jmp_buf *xalloc_guard(jmp_buf *at)
{
    jmp_buf *before = guard;
    guard = at;
    return before;
}

static _Noreturn void out_of_memory(size_t n, size_t size)
{
    if (guard)
        longjmp(*guard, 1);
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

char *xvasprintf(const char *fmt, va_list ap)
{
    char *s = NULL;
    int n = vasprintf(&s, fmt, ap);
    if (n < 0 || !s)
        out_of_memory(1, 1);
    return s;
}

char *xasprintf(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = xvasprintf(fmt, ap);
    va_end(ap);
    return s;
}

static void *alloc_aligned(size_t n, size_t size, size_t unit)
{
    if (size && n > (SIZE_MAX - unit) / size)
        out_of_memory(n, size);
    void *p = aligned_alloc(unit, (n * size + unit) / unit * unit);
    if (!p)
        out_of_memory(n, size);
    return p;
}

void *xalloc_line(size_t n, size_t size) { return alloc_aligned(n, size, 64); }

void *xalloc_spread(size_t n, size_t size)
{
    enum { HUGE_PAGE = 1 << 21 };
    if (size && n < 2 * HUGE_PAGE / size)
        return xalloc_line(n, size);
    void *p = alloc_aligned(n, size, HUGE_PAGE);
#ifdef MADV_HUGEPAGE
    madvise(p, n * size, MADV_HUGEPAGE); /* a wish: refused, nothing is lost */
#endif
    return p;
}

void *xcalloc_line(size_t n, size_t size)
{
    return memset(xalloc_line(n, size), 0, n * size);
}

ssize_t xgetline(char **line, size_t *cap, FILE *from)
{
    errno = 0;
    ssize_t len = getline(line, cap, from);
    if (len < 0 && errno == ENOMEM)
        out_of_memory(*cap, 1);
    return len;
}

FILE *xopen_memstream(char **text, size_t *size)
{
    FILE *f = open_memstream(text, size);
    if (!f)
        out_of_memory(1, 1);
    return f;
}

void xclose_memstream(FILE *f)
{
    bool lost = ferror(f) != 0;
    if (fclose(f) || lost)
        out_of_memory(1, 1);
}

char *xrealpath(const char *path)
{
    errno = 0;
    char *real = realpath(path, NULL);
    if (!real && errno == ENOMEM)
        out_of_memory(1, 1);
    return real;
}
