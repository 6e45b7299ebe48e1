#include "config.h"

#include "env.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct env *env_open(const struct spec_of *spec, uint64_t root, struct err *err)
{
    const struct env_ops *ops = (const struct env_ops *)spec->kind;
    return ops->open(spec->config, root, err);
}

const void *env_view(const struct env *env, const struct view_kind *which)
{
    return env->ops->view ? env->ops->view(env, which) : NULL;
}

double env_condition(const struct env *env, void *state, unsigned action, struct percept e,
                     struct transition *out, void *next)
{
    if (env->ops->condition)
        return env->ops->condition(env, state, action, e);
    size_t n = env->ops->transitions(env, state, action, out, next);
    double p = 0;
    for (size_t i = 0; i < n; i++) {
        if (percept_key(out[i].e) != percept_key(e))
            continue;
        if (p == 0)
            memcpy(state, (char *)next + i * env->state_size, env->state_size);
        p += out[i].p;
    }
    return p;
}

void env_steps(const struct env *env, void *states, const uint8_t *actions, size_t n,
               struct rng *rng, struct percept *out)
{
    if (env->ops->steps) {
        env->ops->steps(env, states, actions, n, rng, out);
        return;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = env_step(env, (char *)states + i * env->state_size, actions[i], rng);
}

struct percept env_draw(const struct env *env, void *state, unsigned action,
                        struct rng *rng)
{
    struct transition out[DRAW_MAX];
    max_align_t next[DRAW_BYTES / sizeof(max_align_t)];
    size_t n = env->ops->transitions(env, state, action, out, next), i = 0;
    double u = n > 1 ? rng_unit(rng) : 0;
    while (i + 1 < n && (u -= out[i].p) >= 0)
        i++;
    memcpy(state, (const char *)next + i * env->state_size, env->state_size);
    return out[i].e;
}

static void draw_start(const struct env *env, void *state, struct rng *rng)
{
    double p[DRAW_MAX];
    max_align_t next[DRAW_BYTES / sizeof(max_align_t)];
    size_t n = env->ops->starts(env, p, next), i = 0;
    double u = n > 1 ? rng_unit(rng) : 0;
    while (i + 1 < n && (u -= p[i]) >= 0)
        i++;
    memcpy(state, (const char *)next + i * env->state_size, env->state_size);
}

void env_reset(const struct env *env, void *state, struct rng *rng)
{
    if (env->ops->reset)
        env->ops->reset(env, state, rng);
    else if (env->ops->starts)
        draw_start(env, state, rng);
    else
        memset(state, 0, env->state_size);
}

void env_hidden_text(const struct env *env, uint32_t hidden, char *buf, size_t n)
{
    if (env_hides_place(env))
        snprintf(buf, n, "(%u,%u)", hidden % (uint32_t)env->cols,
                 hidden / (uint32_t)env->cols);
    else
        snprintf(buf, n, "%s", env->hidden_names[hidden]);
}

void env_action_text(const struct env *env, unsigned action, char *buf, size_t n)
{
    if (env->actions)
        snprintf(buf, n, "%s", env->actions[action]);
    else
        snprintf(buf, n, "%u", action);
}

void env_percept_text(const struct env *env, struct percept e, char *buf, size_t n)
{
    if (env->ops->percept_text)
        env->ops->percept_text(env, e, buf, n);
    else if (env->observations && e.obs < env->space.n_obs)
        snprintf(buf, n, "%s", env->observations[e.obs]);
    else
        snprintf(buf, n, "%" PRIu32, e.obs);
}

void env_close(struct env *env)
{
    if (env && env->ops->close)
        env->ops->close(env);
    else
        free(env);
}
