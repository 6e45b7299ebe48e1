#include "config.h"

#include "mask.h"

#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

size_t utf8_len(const char *s)
{
    const unsigned char *c = (const unsigned char *)s;
    if (c[0] < 0x80)
        return c[0] != 0;
    size_t n = c[0] >= 0xf0 ? 4 : c[0] >= 0xe0 ? 3 : 2;
    /* No overlong forms, no surrogates, nothing above U+10FFFF. */
    if (c[0] < 0xc2 || c[0] > 0xf4 || (c[0] == 0xe0 && c[1] < 0xa0) ||
        (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf0 && c[1] < 0x90) ||
        (c[0] == 0xf4 && c[1] > 0x8f))
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

/* What stands for the character at s of `len` bytes; "" for itself. */
static const char *stands_for(const char *s, size_t len, char caret[3])
{
    unsigned char c = (unsigned char)*s;
    if (!len || (len == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0))
        return "?";
    if (c == '\t')
        return " ";
    if ((c >= ' ' && c != 0x7f) || c == '\n')
        return "";
    caret[0] = '^';
    caret[1] = (char)(c ^ 0x40);
    caret[2] = '\0';
    return caret;
}

char *mask_text(char *out, size_t n, const char *in)
{
    size_t used = 0;
    while (*in) {
        char caret[3];
        size_t len = utf8_len(in);
        const char *shown = stands_for(in, len, caret);
        size_t step = len ? len : 1, want = *shown ? strlen(shown) : step;
        if (used + want >= n)
            break;
        memcpy(out + used, *shown ? shown : in, want);
        used += want;
        in += step;
    }
    if (n)
        out[used] = '\0';
    return out;
}

char *mask_new(const char *text)
{
    size_t n = 2 * strlen(text) + 1; /* a caret before each */
    return mask_text(xcalloc(n, 1), n, text);
}

void mask_vprint(FILE *to, const char *fmt, va_list ap)
{
    char *text = xvasprintf(fmt, ap);
    char *shown = mask_new(text);
    fputs(shown, to);
    free(shown);
    free(text);
}

void mask_print(FILE *to, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    mask_vprint(to, fmt, ap);
    va_end(ap);
}

uint32_t mask_char(uint32_t ch)
{
    return (ch && ch < ' ') || (ch >= 0x7f && ch < 0xa0) ? '?' : ch;
}

uint32_t next_char(const char **text)
{
    const unsigned char *s = (const unsigned char *)*text;
    size_t n = utf8_len(*text);
    uint32_t c = n > 1 ? *s & (0x7fu >> n) : *s;
    if (!*s)
        return 0;
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (s[i] & 0x3fu);
    *text += n ? n : 1;
    return n ? mask_char(c) : '?';
}
