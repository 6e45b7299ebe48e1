#include "config.h"

#include "env.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool env_sized(const struct env *env, struct err *err)
{
    const struct space *sp = &env->space;
    if (sp->n_actions < 1 || sp->n_actions > ACTIONS_MAX)
        return err_set(err, "%u actions are not 1 to %d", sp->n_actions, ACTIONS_MAX);
    if (sp->rew_min > sp->rew_max)
        return err_set(err, "rewards from %d to %d", sp->rew_min, sp->rew_max);
    if (!(sp->scale > 0))
        return err_set(err, "a scale of %g points", sp->scale);
    if (!env->state_size || (env->ops->transitions && !env->max_transitions) ||
        (env->ops->starts && !env->max_starts))
        return err_set(err, "a size is 0: state %zu, transitions %u, starts %u",
                       env->state_size, env->max_transitions, env->max_starts);
    for (unsigned a = 0; env->actions && a < sp->n_actions; a++)
        if (!env->actions[a])
            return err_set(err, "action %u has no name", a);
    for (uint32_t o = 0; env->observations && o < sp->n_obs; o++)
        if (!env->observations[o])
            return err_set(err, "observation %u has no name", o);
    return true;
}

/* n states are no more than env_step() and env_reset() can hold. */
static bool can_be_drawn(const struct env *env, uint32_t n)
{
    return n >= 1 && n <= DRAW_MAX && n * env->state_size <= DRAW_BYTES;
}

bool env_drawable(const struct env *env, struct err *err)
{
    const struct env_ops *ops = env->ops;
    if (!ops->step && (!ops->transitions || !can_be_drawn(env, env->max_transitions)))
        return err_set(err, "step() must be written: %u transitions of %zu bytes",
                       env->max_transitions, env->state_size);
    if (!ops->reset && ops->starts && !can_be_drawn(env, env->max_starts))
        return err_set(err, "reset() must be written: %u starts of %zu bytes",
                       env->max_starts, env->state_size);
    return true;
}

/* ---- worlds from files: before anybody relies on what they say */

enum { STATE_MAX = 1 << 26, MANY_MAX = 1 << 20, CELLS_MAX = 1 << 16 };

static bool is_modest(const struct env *env, struct err *err)
{
    if (env->state_size > STATE_MAX || env->max_transitions > MANY_MAX ||
        env->max_starts > MANY_MAX || env->n_hidden > MANY_MAX)
        return err_set(err,
                       "a size beyond all measure: state %zu, transitions %u, starts %u, "
                       "hidden %u",
                       env->state_size, env->max_transitions, env->max_starts,
                       env->n_hidden);
    if (env->rows < 0 || env->cols < 0 || env->rows > CELLS_MAX || env->cols > CELLS_MAX ||
        (int64_t)env->rows * env->cols > CELLS_MAX)
        return err_set(err, "a canvas of %d x %d cells", env->rows, env->cols);
    return true;
}

/* What its numbers say there is has its operation. */
static bool has_all(const struct env *env, struct err *err)
{
    const struct env_ops *ops = env->ops;
    const char *lacks = env->rows * env->cols > 0 && !ops->draw ? "a canvas and no draw()"
                        : env->n_places && !ops->place          ? "places and no place()"
                        : env->n_hidden && !ops->hidden ? "hidden states and no hidden()"
                        : space_unseen(&env->space) && !ops->worth
                            ? "unseen rewards and no worth()"
                            : NULL;
    return !lacks || err_set(err, "it has %s", lacks);
}

enum { GUARD = 256, PROBES = 4 };
static const unsigned char MARK = 0xa5;

static bool is_marked(const unsigned char *guard)
{
    for (size_t i = 0; i < GUARD; i++)
        if (guard[i] != MARK)
            return false;
    return true;
}

/* A few cycles in a state with a guard behind it: does it write what it may? */
static bool keeps_within(const struct env *env, uint64_t root, struct err *err)
{
    unsigned char *state = xcalloc(1, env->state_size + GUARD);
    unsigned char *guard = state + env->state_size;
    struct rng luck;
    bool ok = true;
    rng_init(&luck, &(struct rng_key){ root, RNG_WORLD, "probe", env->map, 0 });
    memset(guard, MARK, GUARD);
    for (unsigned i = 0; ok && i < PROBES * env->space.n_actions; i++) {
        if (i % env->space.n_actions == 0)
            env_reset(env, state, &luck);
        env_step(env, state, i % env->space.n_actions, &luck);
        ok = is_marked(guard) ||
             err_set(err, "it writes more than its state of %zu bytes", env->state_size);
    }
    free(state);
    return ok;
}

struct env *env_open(const struct spec_of *spec, uint64_t root, struct err *err)
{
    const struct env_ops *ops = (const struct env_ops *)spec->kind;
    struct err why = { 0 };
    struct env *env = ops->open(spec->config, root, err);
    if (!env || !spec->file)
        return env;
    bool ours = env->ops == ops || err_set(&why, "its ops are of another world");
    if (ours && env_sized(env, &why) && env_drawable(env, &why) && is_modest(env, &why) &&
        has_all(env, &why) && (!spec->origin || keeps_within(env, root, &why))) {
        env->foreign = true;
        return env;
    }
    if (ours)
        env_close(env);
    return err_null(err, "%s: world '%s': %s", spec->file, ops->kind.name, why.text);
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

void env_draw_start(const struct env *env, void *state, struct rng *rng)
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
        env_draw_start(env, state, rng);
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
