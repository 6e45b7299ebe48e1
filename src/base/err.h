#ifndef ERR_H
#define ERR_H

#include "names.h"

#include <stdbool.h>
#include <stddef.h>

HOST_BEGIN

/* What went wrong, for the user: lower case, no full stop, problem first. Several errors of
 * one file are collected, one a line. What it quotes is masked (mask.h), so it is fit for a
 * terminal. Zero-initialise it; it owns nothing. Errors are rare: what tells them is laid
 * out away from the hot code. */
struct err {
    char text[4096];
    unsigned n;     /* errors in text */
    unsigned notes; /* warnings in text: they do not make anything fail */
    bool machine;   /* it was no mistake of the caller's: a full disk, too many files */
    bool large;     /* nothing is wrong but the size of what was asked */
};

/* Appends an error line and returns false, so that "return err_set(...)" reads well. What
 * does not fit is counted in n and dropped. `err` may be NULL. */
bool err_set(struct err *err, const char *fmt, ...)
    __attribute__((cold, format(printf, 2, 3)));
/* The same with ": REASON" of errno behind it, "output error" where that is 0. */
bool err_system(struct err *err, const char *fmt, ...)
    __attribute__((cold, format(printf, 2, 3)));
/* As err_set() for functions that return a pointer. */
void *err_null(struct err *err, const char *fmt, ...)
    __attribute__((cold, format(printf, 2, 3)));
/* Appends a warning line. */
void err_warn(struct err *err, const char *fmt, ...)
    __attribute__((cold, format(printf, 2, 3)));

/* A fault of ours: prints where and aborts, whatever --disable-assert says. */
#define bug(...) err_bug(__FILE__, __LINE__, __VA_ARGS__)
void err_bug(const char *file, int line, const char *fmt, ...)
    __attribute__((cold, noreturn, format(printf, 3, 4)));

HOST_END

#endif
