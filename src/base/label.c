#include "config.h"

#include "label.h"

#include "spec.h"
#include "xalloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *value_of(const struct spec *s, const char *key)
{
    for (size_t i = 0; i < s->n; i++)
        if (!strcmp(s->pair[i].key, key))
            return s->pair[i].value;
    return NULL;
}

/* Specs of other tools may not follow the grammar: they keep their text. */
static bool parse(struct spec *s, const char *text)
{
    return spec_parse(s, text + spec_origin(text), NULL);
}

char *spec_value(const char *text, const char *key)
{
    struct spec s;
    if (!parse(&s, text))
        return NULL;
    const char *v = value_of(&s, key);
    char *value = v ? xstrdup(v) : NULL;
    spec_release(&s);
    return value;
}

static char *extend(char *text, char *sep, const struct spec_pair *p)
{
    char *longer = xasprintf("%s%c%s=%s", text, *sep, p->key, p->value);
    free(text);
    *sep = ',';
    return longer;
}

char *spec_without(const char *text, const char *key)
{
    struct spec s;
    if (!parse(&s, text))
        return xstrdup(text);
    char sep = ':';
    int origin = (int)spec_origin(text);
    char *out = s.version ? xasprintf("%.*s%s-v%d", origin, text, s.name, s.version)
                          : xasprintf("%.*s%s", origin, text, s.name);
    for (size_t i = 0; i < s.n; i++)
        if (strcmp(s.pair[i].key, key) != 0)
            out = extend(out, &sep, &s.pair[i]);
    spec_release(&s);
    return out;
}

static bool same(const char *a, const char *b) { return a && b ? !strcmp(a, b) : a == b; }

/* Whether some other spec of that name has another value. */
static bool differs(const struct spec *s, const bool *ok, size_t n, size_t i,
                    const char *key)
{
    for (size_t j = 0; j < n; j++)
        if (ok[j] && !strcmp(s[i].name, s[j].name) &&
            !same(value_of(&s[i], key), value_of(&s[j], key)))
            return true;
    return false;
}

/* Those that are still alike, such as two versions of one agent, get the whole spec. */
static void tell_apart(char **label, const char *const *spec, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool alike = false;
        for (size_t j = 0; j < n; j++) {
            if (j == i || strcmp(label[i], label[j]) != 0 || !strcmp(spec[i], spec[j]))
                continue;
            free(label[j]);
            label[j] = xstrdup(spec[j]);
            alike = true;
        }
        if (alike) {
            free(label[i]);
            label[i] = xstrdup(spec[i]);
        }
    }
}

static char **plain_labels(const char *const *spec, size_t n, const char *without)
{
    char **label = xcalloc(n ? n : 1, sizeof *label);
    struct spec *s = xcalloc(n ? n : 1, sizeof *s);
    bool *ok = xcalloc(n ? n : 1, sizeof *ok);
    for (size_t i = 0; i < n; i++)
        ok[i] = parse(&s[i], spec[i]);
    for (size_t i = 0; i < n; i++) {
        char sep = ':';
        label[i] = xstrdup(ok[i] ? s[i].name : spec[i]);
        for (size_t k = 0; ok[i] && k < s[i].n; k++)
            if ((!without || strcmp(s[i].pair[k].key, without) != 0) &&
                differs(s, ok, n, i, s[i].pair[k].key))
                label[i] = extend(label[i], &sep, &s[i].pair[k]);
    }
    tell_apart(label, spec, n);
    for (size_t i = 0; i < n; i++)
        if (ok[i])
            spec_release(&s[i]);
    free(s);
    free(ok);
    return label;
}

/* ---- line-ups: "A + B" */

static const char AND[] = " + ";

static size_t count_parts(const char *const *spec, size_t n)
{
    size_t parts = n;
    for (size_t i = 0; i < n; i++)
        for (const char *at = strstr(spec[i], AND); at; at = strstr(at + 1, AND))
            parts++;
    return parts;
}

/* The specs of all line-ups, one after another; owned. */
static char **part_all(const char *const *spec, size_t n, size_t parts)
{
    char **part = xcalloc(parts ? parts : 1, sizeof *part);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        const char *from = spec[i], *to;
        for (; (to = strstr(from, AND)); from = to + strlen(AND))
            part[k++] = xasprintf("%.*s", (int)(to - from), from);
        part[k++] = xstrdup(from);
    }
    return part;
}

/* As many of the labels as the line-up has parts, joined again; *next moves on. */
static char *join(char *const *label, size_t *next, const char *spec)
{
    char *all = xstrdup(label[(*next)++]);
    for (const char *at = strstr(spec, AND); at; at = strstr(at + 1, AND)) {
        char *longer = xasprintf("%s%s%s", all, AND, label[(*next)++]);
        free(all);
        all = longer;
    }
    return all;
}

char **labels_new(const char *const *spec, size_t n, const char *without)
{
    size_t parts = count_parts(spec, n), next = 0;
    if (parts == n)
        return plain_labels(spec, n, without);
    char **part = part_all(spec, n, parts);
    char **short_part = plain_labels((const char *const *)part, parts, without);
    char **label = xcalloc(n, sizeof *label);
    for (size_t i = 0; i < n; i++)
        label[i] = join(short_part, &next, spec[i]);
    labels_free(part, parts);
    labels_free(short_part, parts);
    tell_apart(label, spec, n);
    return label;
}

void labels_free(char **label, size_t n)
{
    for (size_t i = 0; label && i < n; i++)
        free(label[i]);
    free(label);
}
