#include "config.h"

#include "registry.h"
#include "spec.h"
#include "suggest.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

#define ENV(x) &env_##x,
#define AGENT(x)
const struct env_ops *const env_table[] = {
#include "registry.def"
    NULL
};
#undef ENV
#undef AGENT

#define ENV(x)
#define AGENT(x) &agent_##x,
const struct agent_ops *const agent_table[] = {
#include "registry.def"
    NULL
};
#undef ENV
#undef AGENT

const struct env_ops *env_find(const char *name)
{
    for (size_t i = 0; env_table[i]; i++)
        if (!strcmp(env_table[i]->name, name))
            return env_table[i];
    return NULL;
}

const struct agent_ops *agent_find(const char *name)
{
    for (size_t i = 0; agent_table[i]; i++)
        if (!strcmp(agent_table[i]->name, name))
            return agent_table[i];
    return NULL;
}

static bool unknown(struct err *err, const char *kind, const char *name,
                    const char *const *names, size_t n)
{
    char hint[200];
    suggest(hint, sizeof hint, name, names, n);
    return err_set(err, "unknown %s '%s'%s  (ursa list %ss)", kind, name, hint,
                   strcmp(kind, "world") ? kind : "env");
}

/* What a world and an agent have in common for parsing. */
struct kind {
    const char *name;
    int version;
    const struct param *params;
    size_t config_size;
};

static bool configure(const struct kind *k, const struct spec *s, void **config,
                      char **canonical, struct err *err)
{
    if (s->version > k->version || (s->version && s->version < k->version))
        return err_set(err, "%s-v%d is not in this ursa, which has %s-v%d", k->name,
                       s->version, k->name, k->version);
    *config = xcalloc(1, k->config_size);
    param_defaults(k->params, *config);
    if (!spec_apply(s, k->params, *config, err)) {
        param_release(k->params, *config);
        free(*config);
        *config = NULL;
        return false;
    }
    *canonical = spec_canonical(k->name, k->version, k->params, *config);
    return true;
}

static bool reset_one(const struct kind *k, void *config, char **canonical, const char *key,
                      const char *value, struct err *err)
{
    struct spec s;
    char *text = xasprintf("%s:%s=%s", k->name, key, value);
    bool ok = spec_parse(&s, text, err);
    if (ok) {
        ok = spec_apply(&s, k->params, config, err);
        spec_release(&s);
    }
    free(text);
    free(*canonical);
    *canonical = spec_canonical(k->name, k->version, k->params, config);
    return ok;
}

static struct kind env_kind(const struct env_ops *o)
{
    return (struct kind){ o->name, o->version, o->params, o->config_size };
}

static struct kind agent_kind(const struct agent_ops *o)
{
    return (struct kind){ o->name, o->version, o->params, o->config_size };
}

bool env_spec_parse(struct env_spec *e, const char *text, struct err *err)
{
    struct spec s;
    *e = (struct env_spec){ 0 };
    if (!spec_parse(&s, text, err))
        return false;
    bool ok;
    e->ops = env_find(s.name);
    if (e->ops) {
        struct kind k = env_kind(e->ops);
        ok = configure(&k, &s, &e->config, &e->canonical, err);
    } else {
        const char *names[256];
        size_t n = 0;
        for (; env_table[n] && n < 256; n++)
            names[n] = env_table[n]->name;
        ok = unknown(err, "world", s.name, names, n);
    }
    spec_release(&s);
    return ok;
}

bool agent_spec_parse(struct agent_spec *a, const char *text, struct err *err)
{
    struct spec s;
    *a = (struct agent_spec){ 0 };
    if (!spec_parse(&s, text, err))
        return false;
    bool ok;
    a->ops = agent_find(s.name);
    if (a->ops) {
        struct kind k = agent_kind(a->ops);
        ok = configure(&k, &s, &a->config, &a->canonical, err);
    } else {
        const char *names[256];
        size_t n = 0;
        for (; agent_table[n] && n < 256; n++)
            names[n] = agent_table[n]->name;
        ok = unknown(err, "agent", s.name, names, n);
    }
    spec_release(&s);
    return ok;
}

bool env_spec_set(struct env_spec *e, const char *key, const char *value, struct err *err)
{
    struct kind k = env_kind(e->ops);
    return reset_one(&k, e->config, &e->canonical, key, value, err);
}

bool agent_spec_set(struct agent_spec *a, const char *key, const char *value,
                    struct err *err)
{
    struct kind k = agent_kind(a->ops);
    return reset_one(&k, a->config, &a->canonical, key, value, err);
}

void env_spec_release(struct env_spec *e)
{
    if (e->config)
        param_release(e->ops->params, e->config);
    free(e->config);
    free(e->canonical);
    *e = (struct env_spec){ 0 };
}

void agent_spec_release(struct agent_spec *a)
{
    if (a->config)
        param_release(a->ops->params, a->config);
    free(a->config);
    free(a->canonical);
    *a = (struct agent_spec){ 0 };
}
