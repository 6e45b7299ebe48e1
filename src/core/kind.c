#include "config.h"

#include "kind.h"
#include "spec.h"
#include "suggest.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

const struct kind *kind_find(const struct shelf *from, const char *name)
{
    for (size_t i = 0; from->at[i]; i++)
        if (!strcmp(from->at[i]->name, name))
            return from->at[i];
    return NULL;
}

enum { NAMES_MAX = 256 };

static bool unknown(const struct shelf *from, const char *name, struct err *err)
{
    const char *names[NAMES_MAX];
    char hint[200];
    size_t n = 0;
    if (from->near && kind_find(from->near, name))
        return err_set(err, "'%s' is a %s, not a %s: %s%s", name, from->near->word,
                       from->word, from->hint, name);
    for (; from->at[n] && n < NAMES_MAX; n++)
        names[n] = from->at[n]->name;
    suggest_near(hint, sizeof hint, name, names, n);
    return err_set(err, "unknown %s '%s'%s  (ursa list %s)", from->word, name, hint,
                   from->plural);
}

static bool configure(struct spec_of *to, const struct spec *s, struct err *err)
{
    const struct kind *k = to->kind;
    if (s->version && s->version != k->version)
        return err_set(err, "%s-v%d is not in this ursa, which has %s-v%d", k->name,
                       s->version, k->name, k->version);
    to->config = xcalloc(1, k->config_size ? k->config_size : 1);
    param_defaults(k->params, to->config);
    if (!spec_apply(s, k->params, to->config, err)) {
        kind_release(to);
        return false;
    }
    to->canonical = spec_canonical(k->name, k->version, k->params, to->config);
    return true;
}

bool kind_parse(struct spec_of *to, const struct shelf *from, const char *text,
                struct err *err)
{
    struct spec s;
    *to = (struct spec_of){ 0 };
    if (!spec_parse(&s, text, err))
        return false;
    to->kind = kind_find(from, s.name);
    bool ok = to->kind ? configure(to, &s, err) : unknown(from, s.name, err);
    spec_release(&s);
    return ok;
}

bool kind_set(struct spec_of *to, const char *key, const char *value, struct err *err)
{
    const struct kind *k = to->kind;
    struct spec s;
    char *text = xasprintf("%s:%s=%s", k->name, key, value);
    bool ok = spec_parse(&s, text, err);
    if (ok) {
        ok = spec_apply(&s, k->params, to->config, err);
        spec_release(&s);
    }
    free(text);
    free(to->canonical);
    to->canonical = spec_canonical(k->name, k->version, k->params, to->config);
    return ok;
}

void kind_copy(struct spec_of *to, const struct spec_of *from)
{
    const struct kind *k = from->kind;
    *to = (struct spec_of){ k, xcalloc(1, k->config_size), xstrdup(from->canonical) };
    param_copy(k->params, to->config, from->config, k->config_size);
}

void kind_release(struct spec_of *s)
{
    if (s->config)
        param_release(s->kind->params, s->config);
    free(s->config);
    free(s->canonical);
    *s = (struct spec_of){ 0 };
}
