#include "config.h"

#include "spec.h"
#include "suggest.h"
#include "xalloc.h"

#include <ctype.h>
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

static bool add_pair(struct spec *s, const char *at, size_t len, struct err *err)
{
    const char *eq = memchr(at, '=', len);
    size_t offset = (size_t)(at - s->text);
    if (!eq || eq == at)
        return err_set(err, "'%.*s' in '%s' is not key=value", (int)len, at, s->text);
    if (s->n == PAIRS_MAX)
        return err_set(err, "'%.40s...' has more than %d parameters", s->text, PAIRS_MAX);
    struct spec_pair *p = &s->pair[s->n++];
    p->key = xasprintf("%.*s", (int)(eq - at), at);
    p->value = xasprintf("%.*s", (int)(at + len - eq - 1), eq + 1);
    p->at = offset;
    return true;
}

static bool parse_pairs(struct spec *s, const char *rest, struct err *err)
{
    s->pair = xcalloc(PAIRS_MAX, sizeof *s->pair);
    for (;;) {
        size_t len = strcspn(rest, ",");
        if (!add_pair(s, rest, len, err))
            return false;
        if (!rest[len])
            return true;
        rest += len + 1;
    }
}

bool spec_parse(struct spec *s, const char *text, struct err *err)
{
    *s = (struct spec){ 0 };
    if (strlen(text) > TEXT_MAX)
        return err_set(err, "'%.40s...' is longer than %d characters", text, TEXT_MAX);
    s->text = xstrdup(text);
    size_t len = strcspn(text, ":");
    s->name = xasprintf("%.*s", (int)len, text);
    for (const char *c = s->name; *c; c++) {
        if (!isalnum((unsigned char)*c) && !strchr("-_.", *c)) {
            err_set(err, "'%s' is not a name: letters, digits, '-', '_' and '.' only",
                    s->name);
            spec_release(s);
            return false;
        }
    }
    s->version = split_version(s->name);
    bool ok = *s->name || err_set(err, "'%s' has no name before the parameters", text);
    if (ok && text[len] == ':')
        ok = parse_pairs(s, s->text + len + 1, err);
    if (!ok)
        spec_release(s);
    return ok;
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

static void unknown_key(const struct spec *s, const struct spec_pair *pair,
                        const struct param *table, struct err *err)
{
    const char *names[256];
    size_t n = param_names(table, names, 256);
    char hint[200], marks[64];
    suggest_near(hint, sizeof hint, pair->key, names, n);
    size_t len = strlen(pair->key);
    memset(marks, '~', sizeof marks);
    marks[len < sizeof marks ? len : sizeof marks - 1] = '\0';
    marks[0] = '^';
    err_set(err, "%s has no parameter '%s'%s\n    %s\n    %*s%s", s->name, pair->key, hint,
            s->text, (int)pair->at, "", marks);
}

bool spec_apply(const struct spec *s, const struct param *table, void *config,
                struct err *err)
{
    bool ok = true;
    for (size_t i = 0; i < s->n; i++) {
        const struct spec_pair *pair = &s->pair[i];
        struct param_walk w = { .table = table, .config = config };
        struct err why = { 0 };
        for (size_t j = 0; j < i; j++)
            if (!strcmp(s->pair[j].key, pair->key))
                ok = err_set(err, "%s: %s is given twice", s->name, pair->key);
        if (!param_seek(&w, pair->key)) {
            unknown_key(s, pair, table, err);
            ok = false;
        } else if (!param_set(w.p, w.at, pair->value, &why)) {
            ok = err_set(err, "%s: %s", s->name, why.text);
        }
    }
    return ok;
}

char *spec_canonical(const char *name, int version, const struct param *table,
                     const void *config)
{
    char *text = xasprintf("%s-v%d", name, version);
    char sep = ':';
    struct param_walk w = { .table = table, .config = (void *)(uintptr_t)config };
    while (param_next(&w)) {
        char value[TEXT_MAX];
        if (param_is_default(w.p, w.at))
            continue;
        char *longer = xasprintf("%s%c%s=%s", text, sep, w.p->name,
                                 param_format(w.p, w.at, value, sizeof value));
        free(text);
        text = longer;
        sep = ',';
    }
    return text;
}

char *spec_unnest(const char *text)
{
    char *plain = xstrdup(text), *colon = strchr(plain, ':');
    while (colon && (colon = strchr(colon + 1, ':')))
        *colon = ',';
    return plain;
}

char *spec_unversioned(const char *text)
{
    size_t len = strcspn(text, ":");
    char *name = xasprintf("%.*s", (int)len, text), *dash = strrchr(name, '-');
    if (dash && dash[1] == 'v')
        *dash = '\0';
    char *plain = xasprintf("%s%s", name, text + len);
    free(name);
    return plain;
}
