#include "config.h"

#include "performance.h"

#include "factored.h"

static bool find(struct performance *p, const struct env *env,
                 const struct performance_bounds *in, struct err *err)
{
    struct err why = { 0 };
    if (factored_of(env))
        return performance_factored(p, env, in, err);
    if (performance_packed(p, env, in, &why))
        return true;
    return why.n ? err_set(err, "%s", why.text) : performance_beliefs(p, env, in, err);
}

bool performance_find(struct performance *p, const struct env *env,
                      const struct performance_bounds *in, struct err *err)
{
    const char *name = env->ops->kind.name;
    if (in->horizon < 1 || in->horizon > PERFORMANCE_CYCLES)
        return err_set(err, "%u cycles are not 1 to %d", in->horizon, PERFORMANCE_CYCLES);
    if (!env->ops->performance)
        return err_set(err, "%s wants nothing but its reward: it tells no performance",
                       name);
    if (env->single || env->timed)
        return err_set(err, "%s cannot be imagined: its states cannot be copied", name);
    if (!factored_of(env) && !env->ops->transitions)
        return err_set(err, "%s does not list what may happen", name);
    bool ok = find(p, env, in, err);
    if (performance_cancelled(in))
        return err_set(err, "interrupted: nothing is known before the last cycle");
    return ok;
}
