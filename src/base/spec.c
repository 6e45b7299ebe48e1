#include "config.h"

#include "mask.h"
#include "spec.h"
#include "xalloc.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS_MAX = 64, TEXT_MAX = 4096 };

/* Takes "-vN" off the end of name. */
static int split_version(char *name)
{
    char *dash = strrchr(name, '-');
    if (!dash || dash == name || dash[1] != 'v' || !isdigit((unsigned char)dash[2]))
        return 0;
    char *end;
    long v = strtol(dash + 2, &end, 10);
    if (*end || v < 1 || v > 9999)
        return 0;
    *dash = '\0';
    return (int)v;
}

static bool add_pair(struct spec *s, size_t at, size_t key, size_t len, struct err *err)
{
    const char *text = s->text + at;
    size_t value = key + (key > 0);
    if (s->n == PAIRS_MAX)
        return err_set(err, "'%.40s...' has more than %d parameters", s->text, PAIRS_MAX);
    struct spec_pair *p = &s->pair[s->n++];
    p->key = xasprintf("%.*s", (int)key, text);
    p->value = xasprintf("%.*s", (int)(len - value), text + value);
    p->at = at;
    return true;
}

/* The pairs from `at` on. Words without a key stand for themselves; where ':' is not the
 * comma they may hold any, to the end. */
static bool parse_pairs(struct spec *s, size_t at, struct err *err)
{
    s->pair = xcalloc(PAIRS_MAX, sizeof *s->pair);
    for (;;) {
        size_t left = s->end - at;
        size_t len = strcspn(s->text + at, s->within ? ":," : ",");
        size_t key = strcspn(s->text + at, "=:,");
        len = len < left ? len : left;
        if (key >= len || s->text[at + key] != '=')
            key = 0;
        if (!key && !s->within)
            len = left;
        if (!add_pair(s, at, key, len, err))
            return false;
        at += len + 1;
        if (at > s->end)
            return true;
    }
}

static bool parse_name(struct spec *s, size_t len, struct err *err)
{
    s->name = xasprintf("%.*s", (int)len, s->text + s->at);
    for (const char *c = s->name; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
            return err_set(
                err, "'%s' is not a name: letters, digits, '-', '_' and '.' only", s->name);
    s->version = split_version(s->name);
    return *s->name || s->within ||
           err_set(err, "'%s' has no name before the parameters", s->text);
}

/* It will stand in results and traces, whose text is UTF-8. */
static bool is_utf8(const char *text, struct err *err)
{
    for (const char *c = text; *c; c += utf8_len(c))
        if (!utf8_len(c))
            return err_set(err, "'%s' is not UTF-8: results could not say it", text);
    return true;
}

static bool parse(struct spec *s, struct err *err)
{
    size_t left = s->end - s->at;
    size_t len = strcspn(s->text + s->at, s->within ? ":," : ":");
    len = len < left ? len : left;
    bool ok = is_utf8(s->text, err) && parse_name(s, len, err) &&
              (len == left || parse_pairs(s, s->at + len + 1, err));
    if (!ok)
        spec_release(s);
    return ok;
}

bool spec_parse(struct spec *s, const char *text, struct err *err)
{
    size_t len = strlen(text);
    *s = (struct spec){ 0 };
    if (len > TEXT_MAX)
        return err_set(err, "'%.40s...' is longer than %d characters", text, TEXT_MAX);
    *s = (struct spec){ .text = xstrdup(text), .end = len };
    return parse(s, err);
}

bool spec_parse_within(struct spec *s, const char *text, size_t at, size_t end,
                       struct err *err)
{
    *s = (struct spec){ 0 };
    if (end > TEXT_MAX)
        return err_set(err, "'%.40s...' is longer than %d characters", text, TEXT_MAX);
    *s = (struct spec){ .text = xstrdup(text), .at = at, .end = end, .within = true };
    return parse(s, err);
}

void spec_release(struct spec *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->pair[i].key);
        free(s->pair[i].value);
    }
    free(s->pair);
    free(s->name);
    free(s->text);
    *s = (struct spec){ 0 };
}

struct spec_walk spec_walk(const char *text, size_t at, size_t end)
{
    struct spec_walk w = { .text = text, .at = at, .stop = at, .end = end };
    for (size_t i = at, row = 0; i < end; i++) {
        row = text[i] == '+' ? row + 1 : 0;
        w.plus = row > w.plus ? row : w.plus;
    }
    return w;
}

bool spec_next(struct spec_walk *w)
{
    if (w->begun && w->stop == w->end)
        return false;
    if (w->begun)
        w->at = w->stop += w->plus;
    w->begun = true;
    while (w->stop < w->end) {
        size_t row = strspn(w->text + w->stop, "+");
        row = row < w->end - w->stop ? row : w->end - w->stop;
        if (row && row == w->plus)
            break;
        w->stop += row ? row : 1;
    }
    return true;
}

bool spec_wrong(const struct spec *s, size_t at, size_t len, struct err *err,
                const char *fmt, ...)
{
    char what[1000], marks[64];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    len = len < sizeof marks ? len : sizeof marks - 1;
    memset(marks, '~', sizeof marks);
    marks[0] = '^';
    marks[len ? len : 1] = '\0';
    return err_set(err, "%s\n    %s\n    %*s%s", what, s->text, (int)at, "", marks);
}

/* text, which it takes over, and one more of its parameters; key NULL: without one. */
static char *extend(char *text, char *sep, const char *key, const char *value)
{
    char *longer =
        xasprintf("%s%c%s%s%s", text, *sep, key ? key : "", key ? "=" : "", value);
    free(text);
    *sep = ',';
    return longer;
}

char *spec_canonical(const char *name, int version, const struct param *table,
                     const void *config)
{
    char *text = xasprintf("%s-v%d", name, version), value[TEXT_MAX];
    char sep = ':';
    struct param_walk w = { .table = table, .config = (void *)(uintptr_t)config };
    const struct param *any = param_any(table);
    while (param_next(&w)) {
        if (param_is_default(w.p, w.at))
            continue;
        param_format(w.p, w.at, value, sizeof value);
        text = extend(text, &sep, w.p->tail ? NULL : w.p->name, value);
    }
    if (any && *param_format(any, config, value, sizeof value))
        text = extend(text, &sep, NULL, value);
    return text;
}

size_t spec_origin(const char *text)
{
    size_t lib = strlen("lib:"), exec = strlen("exec:");
    if (!strncmp(text, "lib:", lib)) {
        const char *hash = strchr(text, '#');
        return hash ? (size_t)(hash - text) + 1 : lib;
    }
    if (strncmp(text, "exec:", exec) != 0)
        return 0;
    for (size_t i = exec, end = exec + strcspn(text + exec, ":"); i < end; i++)
        exec = text[i] == '/' ? i + 1 : exec;
    return exec;
}

char *spec_unversioned(const char *text)
{
    size_t at = spec_origin(text), len = at + strcspn(text + at, ":");
    char *name = xasprintf("%.*s", (int)len, text), *dash = strrchr(name + at, '-');
    if (dash && dash[1] == 'v')
        *dash = '\0';
    char *plain = xasprintf("%s%s", name, text + len);
    free(name);
    return plain;
}
