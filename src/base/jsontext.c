#include "config.h"

#include "jsontext.h"

#include <stddef.h>
#include <string.h>

/* Each function is given where its part begins and says where it ends; NULL: it is none. */

enum { DEEPEST = 64 };

static const char *blanks(const char *s) { return s + strspn(s, " \t\r\n"); }

static const char *escape(const char *s)
{
    if (*s == 'u') {
        size_t hex = strspn(s + 1, "0123456789abcdefABCDEF");
        return hex >= 4 ? s + 5 : NULL;
    }
    return *s && strchr("\"\\/bfnrt", *s) ? s + 1 : NULL;
}

static const char *string(const char *s)
{
    if (*s++ != '"')
        return NULL;
    while (s && *s != '"') {
        if ((unsigned char)*s < ' ')
            return NULL;
        s = *s == '\\' ? escape(s + 1) : s + 1;
    }
    return s ? s + 1 : NULL;
}

static const char *digits(const char *s)
{
    const char *from = s;
    while (*s >= '0' && *s <= '9')
        s++;
    return s > from ? s : NULL;
}

static const char *number(const char *s)
{
    s += *s == '-';
    const char *first = s;
    s = digits(s);
    if (!s || (*first == '0' && s > first + 1))
        return NULL;
    if (*s == '.' && !(s = digits(s + 1)))
        return NULL;
    if (*s == 'e' || *s == 'E') {
        s++;
        s = digits(s + (*s == '+' || *s == '-'));
    }
    return s;
}

static const char *word(const char *s, const char *what)
{
    size_t n = strlen(what);
    return strncmp(s, what, n) ? NULL : s + n;
}

static const char *value(const char *s, int depth);

/* "[...]" or "{...}". */
static const char *members(const char *s, char end, int depth)
{
    s = blanks(s + 1);
    if (*s == end)
        return s + 1;
    for (;;) {
        if (end == '}') {
            s = string(s);
            s = s ? blanks(s) : s;
            if (!s || *s != ':')
                return NULL;
            s++;
        }
        s = value(blanks(s), depth + 1);
        s = s ? blanks(s) : s;
        if (!s || (*s != ',' && *s != end))
            return NULL;
        if (*s++ == end)
            return s;
        s = blanks(s);
    }
}

static const char *value(const char *s, int depth)
{
    if (depth > DEEPEST)
        return NULL;
    switch (*s) {
    case '{': return members(s, '}', depth);
    case '[': return members(s, ']', depth);
    case '"': return string(s);
    case 't': return word(s, "true");
    case 'f': return word(s, "false");
    case 'n': return word(s, "null");
    default: return number(s);
    }
}

bool json_text_whole(const char *text)
{
    const char *end = value(blanks(text), 0);
    return end && !*blanks(end);
}
