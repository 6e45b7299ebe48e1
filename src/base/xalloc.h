#ifndef XALLOC_H
#define XALLOC_H

#include "names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

HOST_BEGIN

/* Memory at set-up time. None of these returns NULL: out of memory ends the program with
 * exit status 1 (a batch worker's parent records it as "memory") or, in a library, the call
 * (xalloc_guard). Free with free(). */
void *xcalloc(size_t n, size_t size)
    __attribute__((malloc, alloc_size(1, 2), returns_nonnull));
void *xrealloc(void *p, size_t n, size_t size)
    __attribute__((alloc_size(2, 3), returns_nonnull, warn_unused_result));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...)
    __attribute__((malloc, returns_nonnull, format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap)
    __attribute__((malloc, returns_nonnull, format(printf, 1, 0)));
/* n * size bytes aligned to a cache line (64); not zeroed, so that pages never touched cost
 * nothing. */
void *xalloc_line(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
/* The same, zeroed. */
void *xcalloc_line(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
/* As xalloc_line(), for megabytes that are read here and there: in huge pages where the
 * system has them, which spares most of the searches for where a page is. */
void *xalloc_spread(size_t n, size_t size) __attribute__((malloc, returns_nonnull));

/* As the functions of the C library without the x, which tell a lack of memory by what may
 * mean something else. */
ssize_t xgetline(char **line, size_t *cap, FILE *from);
FILE *xopen_memstream(char **text, size_t *size);
/* Closes such a stream: all that was written is in its text. */
void xclose_memstream(FILE *f);
/* NULL where there is no such file. */
char *xrealpath(const char *path);

HOST_END

/* Where this thread goes when there is no memory, with 1 from setjmp(); NULL: the program
 * ends. Returns the one before. What was allocated on the way is lost. */
jmp_buf *xalloc_guard(jmp_buf *at);

#endif
