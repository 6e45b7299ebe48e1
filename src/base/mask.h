#ifndef MASK_H
#define MASK_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Foreign text made fit to be shown: a terminal obeys some bytes, and names in files,
 * traces and result lines may have any. Control characters become "^[", "^?", a tab a
 * blank, what is no UTF-8 and the controls above ASCII '?'; ends of lines stay. Writes at
 * most n bytes with the closing NUL, whole characters only; returns out. */
char *mask_text(char *out, size_t n, const char *in);
/* All of it; the caller frees. */
char *mask_new(const char *text);
/* fprintf() of text with foreign words in it, masked. */
void mask_print(FILE *to, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void mask_vprint(FILE *to, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
/* The same where each character has one column: '?' for every control character. */
uint32_t mask_char(uint32_t ch);
/* The next character of UTF-8 text, masked so, which moves on; 0 at its end. */
uint32_t next_char(const char **text);
/* Bytes of the UTF-8 character at s, 1 to 4; 0: there is none. */
size_t utf8_len(const char *s);

#endif
