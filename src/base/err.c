#include "config.h"

#include "err.h"
#include "mask.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 2, 0))) static void append(struct err *err, const char *fmt,
                                                         va_list ap)
{
    size_t used = strlen(err->text);
    if (used && used + 1 < sizeof err->text) {
        err->text[used++] = '\n';
        err->text[used] = '\0';
    }
    char text[sizeof err->text];
    vsnprintf(text, sizeof text, fmt, ap);
    mask_text(err->text + used, sizeof err->text - used, text);
}

bool err_set(struct err *err, const char *fmt, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, fmt);
        append(err, fmt, ap);
        va_end(ap);
        err->n++;
    }
    return false;
}

void *err_null(struct err *err, const char *fmt, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, fmt);
        append(err, fmt, ap);
        va_end(ap);
        err->n++;
    }
    return NULL;
}

void err_warn(struct err *err, const char *fmt, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, fmt);
        append(err, fmt, ap);
        va_end(ap);
        err->notes++;
    }
}

void err_bug(const char *file, int line, const char *fmt, ...)
{
    va_list ap;
    fprintf(stderr, "ursa: bug at %s:%d: ", file, line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    abort();
}
