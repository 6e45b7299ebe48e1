#include "config.h"

#include "kind.h"
#include "spec.h"
#include "suggest.h"
#include "xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct kind *kind_find(const struct shelf *from, const char *name)
{
    for (size_t i = 0; from->at[i]; i++)
        if (!strcmp(from->at[i]->name, name))
            return from->at[i];
    return NULL;
}

enum { NAMES_MAX = 256, DEPTH_MAX = 5 };

/* A spec that is being read and, when it stands inside another's value where ':' is written
 * for the comma, the ones around it, to which what follows may belong. */
struct level {
    const struct spec *s;
    const struct kind *kind;
    const struct level *outer; /* NULL: there is none, or the end is told otherwise */
    unsigned depth;
};

/* What is wrong, and where if it stands inside something. */
__attribute__((format(printf, 5, 6))) static bool
wrong(const struct spec *s, size_t at, size_t len, struct err *err, const char *fmt, ...)
{
    char what[1000];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    return s->within ? spec_wrong(s, at, len, err, "%s", what) : err_set(err, "%s", what);
}

static bool unknown(const struct shelf *from, const struct spec *s, struct err *err)
{
    const char *names[NAMES_MAX];
    char hint[200];
    size_t n = 0;
    if (from->near && kind_find(from->near, s->name))
        return wrong(s, s->at, strlen(s->name), err, "'%s' is a %s, not a %s: %s%s",
                     s->name, from->near->word, from->word, from->hint, s->name);
    for (; from->at[n] && n < NAMES_MAX; n++)
        names[n] = from->at[n]->name;
    suggest_near(hint, sizeof hint, s->name, names, n);
    return wrong(s, s->at, strlen(s->name), err, "unknown %s '%s'%s  (ursa list %s)",
                 from->word, s->name, hint, from->plural);
}

static bool unknown_key(const struct level *l, const struct spec_pair *pair,
                        struct err *err)
{
    const char *names[NAMES_MAX];
    char hint[200];
    size_t n = param_names(l->kind->params, names, NAMES_MAX);
    if (!*pair->key)
        return err_set(err, "'%.*s' in '%s' is not key=value",
                       (int)strcspn(pair->value, l->s->within ? ":," : ","), pair->value,
                       l->s->text);
    suggest_near(hint, sizeof hint, pair->key, names, n);
    return spec_wrong(l->s, pair->at, strlen(pair->key), err, "%s has no parameter '%s'%s",
                      l->s->name, pair->key, hint);
}

/* The row of a pair: that of its name or, without a key, the one that is written so. */
static bool seek(struct param_walk *w, const struct spec_pair *pair)
{
    while (param_next(w))
        if (*pair->key ? !strcmp(w->p->name, pair->key) : w->p->tail)
            return true;
    return false;
}

static bool belongs_outside(const struct level *l, const struct spec_pair *pair)
{
    for (l = l->outer; l; l = l->outer) {
        struct param_walk w = { .table = l->kind->params };
        if (*pair->key && seek(&w, pair))
            return true;
    }
    return false;
}

static bool read_within(struct spec_of *to, const struct shelf *from, const char *text,
                        size_t at, size_t *end, const struct level *outer, unsigned depth,
                        struct err *err);

/* Reads the one or more specs of a value that begins at `at` and ends at *end, or, when the
 * last of them knows a parameter no more but one around it does, before that. */
static bool read_value(const struct level *l, const struct param *row, size_t at,
                       size_t *end, struct err *err)
{
    const struct level *outer = l->s->within ? l : NULL;
    struct spec_walk w = spec_walk(l->s->text, at, *end);
    bool ok = true;
    if (row->type == PARAM_SPEC)
        w.plus = 0;
    while (ok && at < w.end && spec_next(&w)) {
        struct spec_of one;
        bool last = w.stop == w.end;
        ok = read_within(&one, row->from, l->s->text, w.at, last ? end : &w.stop,
                         last ? outer : NULL, l->depth + 1, err);
        kind_release(&one);
    }
    return ok;
}

/* Sets a row whose value is specs; *next: where the first pair after it may be. */
static bool set_specs(const struct level *l, const struct param_walk *w,
                      const struct spec_pair *pair, size_t *next, struct err *err)
{
    size_t key = strlen(pair->key), at = pair->at + key + (key > 0);
    size_t end = l->s->within || !key ? l->s->end : at + strlen(pair->value);
    bool ok = read_value(l, w->p, at, &end, err);
    *next = end;
    if (!ok)
        return false;
    if (end < l->s->end && l->s->within)
        end--; /* without what stands between it and the next pair */
    char *value = xasprintf("%.*s", (int)(end - at), l->s->text + at);
    for (char *c = value; *c; c++)
        *c = *c == ',' ? ':' : *c; /* as it would be written in a spec around it */
    ok = param_set(w->p, w->at, value, err);
    free(value);
    return ok;
}

/* What no row has is kept as typed. */
static bool set_any(const struct param *any, const struct spec_pair *pair, void *config)
{
    char had[4096];
    param_format(any, config, had, sizeof had);
    char *value = xasprintf("%s%s%s=%s", had, *had ? "," : "", pair->key, pair->value);
    param_set(any, config, value, NULL);
    free(value);
    return true;
}

static bool set_pair(const struct level *l, const struct spec_pair *pair, void *config,
                     size_t *next, struct err *err)
{
    struct param_walk w = { .table = l->kind->params, .config = config };
    const struct param *any = param_any(l->kind->params);
    struct err why = { 0 };
    for (const struct spec_pair *p = l->s->pair; p < pair; p++)
        if (!strcmp(p->key, pair->key))
            return *p->key ? wrong(l->s, pair->at, strlen(pair->key), err,
                                   "%s: %s is given twice", l->s->name, pair->key)
                           : unknown_key(l, pair, err);
    if (!seek(&w, pair))
        return any && *pair->key ? set_any(any, pair, config) : unknown_key(l, pair, err);
    if (w.p->type == PARAM_SPEC || w.p->type == PARAM_SPECS)
        return set_specs(l, &w, pair, next, err);
    if (param_set(w.p, w.at, pair->value, &why))
        return true;
    return wrong(l->s, pair->at, strlen(pair->key) + 1 + strlen(pair->value), err, "%s: %s",
                 l->s->name, why.text);
}

/* Sets the pairs up to *end, or to the first that belongs to a spec around this one. */
static bool set_pairs(const struct level *l, void *config, size_t *end, struct err *err)
{
    bool ok = true;
    size_t next = 0;
    for (size_t i = 0; i < l->s->n; i++) {
        const struct spec_pair *pair = &l->s->pair[i];
        struct param_walk w = { .table = l->kind->params };
        if (pair->at < next)
            continue; /* it was of a spec inside this one */
        if (!seek(&w, pair) && belongs_outside(l, pair)) {
            *end = pair->at;
            break;
        }
        ok &= set_pair(l, pair, config, &next, err);
    }
    return ok;
}

bool kind_apply(const struct spec *s, const struct kind *k, void *config, struct err *err)
{
    struct level l = { .s = s, .kind = k };
    size_t end = s->end;
    return set_pairs(&l, config, &end, err);
}

static bool configure(struct spec_of *to, const struct level *l, size_t *end,
                      struct err *err)
{
    const struct kind *k = l->kind;
    const struct spec *s = l->s;
    if (s->version && s->version != k->version)
        return wrong(s, s->at, strlen(s->name), err,
                     "%s-v%d is not in this ursa, which has %s-v%d", k->name, s->version,
                     k->name, k->version);
    *to = (struct spec_of){ .kind = k };
    to->config = xcalloc(1, k->config_size ? k->config_size : 1);
    param_defaults(k->params, to->config);
    if (!set_pairs(l, to->config, end, err)) {
        kind_release(to);
        return false;
    }
    to->canonical = spec_canonical(k->name, k->version, k->params, to->config);
    return true;
}

/* Whether the part of a text before the first ':' is longer than a suffix and ends so. */
static bool ends_so(const char *text, const char *suffix)
{
    size_t len = strcspn(text, ":"), n = strlen(suffix);
    return len > n && !strncasecmp(text + len - n, suffix, n);
}

/* The other way to name one of a sort by which text is written, or NULL. */
static const struct other_way *other_way(const struct shelf *from, const char *text,
                                         bool alone)
{
    for (const struct other_way *w = from->ways; w && w->prefix; w++)
        if (w->suffix ? alone && ends_so(text, w->suffix)
                      : !strncmp(text, w->prefix, strlen(w->prefix)))
            return w;
    return NULL;
}

static bool read_within(struct spec_of *to, const struct shelf *from, const char *text,
                        size_t at, size_t *end, const struct level *outer, unsigned depth,
                        struct err *err)
{
    const struct other_way *way = other_way(from, text + at, false);
    struct spec s;
    *to = (struct spec_of){ 0 };
    if (way) {
        char *part = xasprintf("%.*s", (int)(*end - at), text + at);
        bool ok = way->parse(to, part, err);
        free(part);
        return ok;
    }
    if (depth > DEPTH_MAX)
        return err_set(err, "specs are nested more than %d deep in '%s'", DEPTH_MAX, text);
    if (!spec_parse_within(&s, text, at, *end, err))
        return false;
    struct level l = { &s, kind_find(from, s.name), outer, depth };
    bool ok = l.kind ? configure(to, &l, end, err) : unknown(from, &s, err);
    spec_release(&s);
    return ok;
}

bool kind_parse(struct spec_of *to, const struct shelf *from, const char *text,
                struct err *err)
{
    const struct other_way *way = other_way(from, text, true);
    struct spec s;
    *to = (struct spec_of){ 0 };
    if (way)
        return way->parse(to, text, err);
    if (!spec_parse(&s, text, err))
        return false;
    struct level l = { .s = &s, .kind = kind_find(from, s.name) };
    size_t end = s.end;
    bool ok = l.kind ? configure(to, &l, &end, err) : unknown(from, &s, err);
    spec_release(&s);
    return ok;
}

bool kind_parse_within(struct spec_of *to, const struct shelf *from, const char *text,
                       struct err *err)
{
    size_t end = strlen(text);
    return read_within(to, from, text, 0, &end, NULL, 1, err);
}

struct spec_of *kind_parse_list(const struct shelf *from, const char *text, size_t *n,
                                struct err *err)
{
    struct spec_of *list = NULL;
    struct spec_walk w = spec_walk(text, 0, strlen(text));
    for (*n = 0; spec_next(&w); ++*n) {
        list = xrealloc(list, *n + 1, sizeof *list);
        if (!read_within(&list[*n], from, text, w.at, &w.stop, NULL, 1, err)) {
            kind_free_list(list, *n);
            return NULL;
        }
    }
    return list;
}

void kind_free_list(struct spec_of *list, size_t n)
{
    while (n)
        kind_release(&list[--n]);
    free(list);
}

void kind_renew(struct spec_of *to)
{
    const struct kind *k = to->kind;
    char *plain = spec_canonical(k->name, k->version, k->params, to->config);
    free(to->canonical);
    to->canonical = to->origin ? xasprintf("%s%s", to->origin, plain) : xstrdup(plain);
    free(plain);
}

bool kind_set(struct spec_of *to, const char *key, const char *value, struct err *err)
{
    const struct kind *k = to->kind;
    struct spec s;
    char *text = xasprintf("%s:%s=%s", k->name, key, value);
    bool ok = spec_parse(&s, text, err);
    if (ok) {
        ok = kind_apply(&s, k, to->config, err);
        spec_release(&s);
    }
    free(text);
    kind_renew(to);
    return ok;
}

void kind_copy(struct spec_of *to, const struct spec_of *from)
{
    const struct kind *k = from->kind;
    *to = (struct spec_of){ .kind = k,
                            .config = xcalloc(1, k->config_size ? k->config_size : 1),
                            .canonical = xstrdup(from->canonical),
                            .origin = from->origin ? xstrdup(from->origin) : NULL,
                            .file = from->file ? xstrdup(from->file) : NULL };
    param_copy(k->params, to->config, from->config, k->config_size);
}

void kind_release(struct spec_of *s)
{
    if (s->config)
        param_release(s->kind->params, s->config);
    free(s->config);
    free(s->canonical);
    free(s->origin);
    free(s->file);
    *s = (struct spec_of){ 0 };
}
