#include "config.h"

#include "list.h"
#include "xalloc.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool push(struct list *l, char *item, struct err *err)
{
    if (l->n == LIST_MAX) {
        free(item);
        return err_set(err, "a list has more than %d items", LIST_MAX);
    }
    list_append(l, item);
    return true;
}

void list_append(struct list *l, char *item)
{
    if ((l->n & (l->n - 1)) == 0) /* grow at powers of two */
        l->at = xrealloc(l->at, l->n ? 2 * l->n : 1, sizeof *l->at);
    l->at[l->n++] = item;
}

/* Digits behind the point as typed, so that 0.1..0.3:0.1 gives 0.1, 0.2, 0.3. */
static int decimals(const char *s, const char *end)
{
    const char *dot = memchr(s, '.', (size_t)(end - s));
    return dot ? (int)(end - dot - 1) : 0;
}

/* Reads a plain decimal number at *s (no exponent) and moves *s behind it. */
static bool number(const char **s, double *x, int *digits)
{
    const char *p = *s;
    if (*p == '-' || *p == '+')
        p++;
    const char *first = p;
    while (isdigit((unsigned char)*p))
        p++;
    if (p[0] == '.' && isdigit((unsigned char)p[1]))
        for (p++; isdigit((unsigned char)*p);)
            p++;
    if (p == first || p - *s > 300)
        return false;
    *x = strtod(*s, NULL);
    *digits = decimals(first, p);
    *s = p;
    return true;
}

static bool push_range(struct list *l, double from, double to, double step, int digits,
                       struct err *err)
{
    if (to < from)
        return err_set(err, "range %.*f..%.*f runs backwards", digits, from, digits, to);
    if (!(step > 0))
        return err_set(err, "a step must be above 0");
    double count = floor((to - from) / step + 1e-9) + 1;
    if (count + (double)l->n > LIST_MAX)
        return err_set(err, "a list has more than %d items", LIST_MAX);
    for (double i = 0; i < count; i++)
        if (!push(l, xasprintf("%.*f", digits, from + i * step), err))
            return false;
    return true;
}

/* 1: was a range and is pushed; 0: not a range; -1: a range with an error. */
static int range(struct list *l, const char *item, struct err *err)
{
    const char *s = item;
    double from, to, step = 1;
    int d1, d2, d3 = 0;
    if (!number(&s, &from, &d1))
        return 0;
    if (s[0] == '.' && s[1] == '.')
        s += 2;
    else if (s[0] == '-' && d1 == 0 && from >= 0)
        s += 1;
    else
        return 0;
    if (!number(&s, &to, &d2))
        return 0;
    if (*s == ':') {
        s++;
        if (!number(&s, &step, &d3))
            return err_set(err, "'%s': the step is not a number", item) ? 1 : -1;
    }
    if (*s)
        return 0;
    int digits = d1 > d2 ? d1 : d2;
    return push_range(l, from, to, step, digits > d3 ? digits : d3, err) ? 1 : -1;
}

bool list_parse(struct list *l, const char *text, struct err *err)
{
    *l = (struct list){ 0 };
    for (;;) {
        size_t len = strcspn(text, ",");
        char *item = xasprintf("%.*s", (int)len, text);
        int r = *item ? range(l, item, err) : -1;
        bool ok = r > 0;
        if (!*item)
            err_set(err, "empty item in a list");
        if (r == 0)
            ok = push(l, xstrdup(item), err);
        free(item);
        if (!ok) {
            list_release(l);
            return false;
        }
        if (!text[len])
            return true;
        text += len + 1;
    }
}

void list_release(struct list *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->at[i]);
    free(l->at);
    *l = (struct list){ 0 };
}

bool list_ints(const char *text, long long min, long long max, long long **out, size_t *n,
               struct err *err)
{
    struct list l;
    if (!list_parse(&l, text, err))
        return false;
    bool ok = true;
    *out = xcalloc(l.n, sizeof **out);
    for (size_t i = 0; ok && i < l.n; i++) {
        char *end;
        errno = 0;
        (*out)[i] = strtoll(l.at[i], &end, 10);
        if (*end || end == l.at[i])
            ok = err_set(err, "'%s' is not an integer", l.at[i]);
        else if (errno || (*out)[i] < min || (*out)[i] > max)
            ok = err_set(err, "%s is out of range %lld..%lld", l.at[i], min, max);
    }
    *n = l.n;
    list_release(&l);
    if (!ok) {
        free(*out);
        *out = NULL;
        *n = 0;
    }
    return ok;
}
