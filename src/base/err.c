#include "config.h"

#include "err.h"
#include "mask.h"

#include <errno.h>
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

static bool of_machine(int number)
{
    static const int those[] = { 0,      EDQUOT, EFBIG,  EIO,  EMFILE,
                                 ENFILE, ENOMEM, ENOSPC, EROFS };
    for (size_t i = 0; i < sizeof those / sizeof *those; i++)
        if (number == those[i])
            return true;
    return false;
}

bool err_system(struct err *err, const char *fmt, ...)
{
    int number = errno;
    char text[sizeof err->text];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (err && of_machine(number))
        err->machine = true;
    return err_set(err, "%s: %s", text, number ? strerror(number) : "output error");
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
