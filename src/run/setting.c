#include "config.h"

#include "setting.h"
#include "suggest.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

static bool nobody(const struct spec_of *agent, const struct spec_of *env, const char *key,
                   struct err *err)
{
    const char *names[256];
    char hint[200];
    size_t n = param_names(agent->kind->params, names, 256);
    n += param_names(env->kind->params, names + n, 256 - n);
    suggest_near(hint, sizeof hint, key, names, n);
    return err_set(err, "neither %s nor %s has a parameter '%s'%s", agent->kind->name,
                   env->kind->name, key, hint);
}

bool setting_apply(struct spec_of *agent, struct spec_of *env, const char *key,
                   const char *value, struct err *err)
{
    if (!strncmp(key, "agent.", 6))
        return kind_set(agent, key + 6, value, err);
    if (!strncmp(key, "env.", 4))
        return kind_set(env, key + 4, value, err);
    bool a = param_find(agent->kind->params, key) != NULL;
    bool e = param_find(env->kind->params, key) != NULL;
    if (a && e)
        return err_set(err, "both %s and %s have a parameter '%s': say agent.%s or env.%s",
                       agent->kind->name, env->kind->name, key, key, key);
    if (!a && !e)
        return nobody(agent, env, key, err);
    return a ? kind_set(agent, key, value, err) : kind_set(env, key, value, err);
}

bool settings_apply(struct spec_of *agent, struct spec_of *env, const struct list *settings,
                    struct err *err)
{
    bool ok = true;
    for (size_t i = 0; i < settings->n; i++) {
        const char *text = settings->at[i], *eq = strchr(text, '=');
        if (!eq || eq == text) {
            ok = err_set(err, "'%s' is not KEY=VALUE", text);
            continue;
        }
        char *key = xasprintf("%.*s", (int)(eq - text), text);
        ok = setting_apply(agent, env, key, eq + 1, err) && ok;
        free(key);
    }
    return ok;
}
