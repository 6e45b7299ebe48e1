#include "config.h"

#include "api_env.h"

#include "api.h"
#include "drawing.h"
#include "hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void api_luck(struct rng *luck, const struct env *env, uint64_t root, uint32_t seed)
{
    const char *stream = env->stream ? env->stream : env->ops->kind.name;
    rng_init(luck, &(struct rng_key){ root, RNG_WORLD, stream, env->map, seed });
}

static void start(struct ursa_env *e, uint32_t seed)
{
    memset(e->state, 0, e->env->state_size);
    api_luck(&e->luck, e->env, e->root, seed);
    env_reset(e->env, e->state, &e->luck);
}

ursa_env *ursa_env_open(const char *spec, uint64_t root, uint32_t seed)
{
    API_GUARD(NULL)
    struct err err = { 0 };
    struct ursa_env *e = xcalloc(1, sizeof *e);
    if (api_spec(&e->spec, &env_shelf, spec, &err))
        e->env = env_open(&e->spec, root, &err);
    if (!e->env) {
        kind_release(&e->spec);
        free(e);
        return api_null(&err);
    }
    e->root = root;
    e->tag = hash_word(hash_string(e->spec.canonical), root);
    e->state = xcalloc(1, e->env->state_size);
    if (e->env->ops->transitions && e->env->max_transitions) {
        e->law = xcalloc(e->env->max_transitions, sizeof *e->law);
        e->next = xcalloc(e->env->max_transitions, e->env->state_size);
    }
    start(e, seed);
    return e;
}

void ursa_env_close(ursa_env *e)
{
    if (!e)
        return;
    env_close(e->env);
    kind_release(&e->spec);
    free(e->state);
    free(e->law);
    free(e->next);
    free(e);
}

const char *ursa_env_spec(const ursa_env *e)
{
    return api_whole(e, "env", false) ? e->spec.canonical : NULL;
}

static size_t saved(const struct ursa_env *e)
{
    return sizeof e->tag + sizeof e->luck + e->env->state_size;
}

int ursa_env_space(const ursa_env *e, struct ursa_space *out)
{
    struct ursa_space space;
    if (!api_whole(e, "env", false))
        return URSA_BAD;
    api_env_space(&space, e->env);
    space.state_bytes = saved(e);
    return api_give(out, &space, sizeof space);
}

int ursa_env_reset(ursa_env *e, uint32_t seed)
{
    if (!api_whole(e, "env", false))
        return URSA_BAD;
    start(e, seed);
    return URSA_OK;
}

int ursa_env_step(ursa_env *e, uint32_t action, uint32_t *obs, int32_t *rew)
{
    if (!api_whole(e, "env", false) || api_action(&e->env->space, action))
        return URSA_BAD;
    struct percept got = env_step(e->env, e->state, action, &e->luck);
    if (api_percept(&e->env->space, got.obs, got.rew))
        return URSA_BAD;
    if (obs)
        *obs = got.obs;
    if (rew)
        *rew = got.rew;
    return URSA_OK;
}

int ursa_env_save(const ursa_env *e, void *bytes, size_t n)
{
    if (!api_whole(e, "env", false))
        return URSA_BAD;
    if (!bytes || n < saved(e))
        return api_fail(URSA_BAD, "%zu bytes are too few: it takes %zu", bytes ? n : 0,
                        saved(e));
    char *to = bytes;
    memcpy(to, &e->tag, sizeof e->tag);
    memcpy(to + sizeof e->tag, &e->luck, sizeof e->luck);
    memcpy(to + sizeof e->tag + sizeof e->luck, e->state, e->env->state_size);
    return URSA_OK;
}

int ursa_env_restore(ursa_env *e, const void *bytes, size_t n)
{
    const char *from = bytes;
    if (!api_whole(e, "env", false))
        return URSA_BAD;
    if (!bytes || n != saved(e) || memcmp(from, &e->tag, sizeof e->tag) != 0)
        return api_fail(URSA_BAD, "these bytes are not of %s with this root seed",
                        e->spec.canonical);
    memcpy(&e->luck, from + sizeof e->tag, sizeof e->luck);
    memcpy(e->state, from + sizeof e->tag + sizeof e->luck, e->env->state_size);
    return URSA_OK;
}

/* Worlds tell states apart that look alike; who asks for percepts does not. */
static size_t gather(struct transition *law, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < kept && percept_key(law[k].e) != percept_key(law[i].e))
            k++;
        if (k < kept)
            law[k].p += law[i].p;
        else
            law[kept++] = law[i];
    }
    return kept;
}

int ursa_env_law(const ursa_env *e, uint32_t action, struct ursa_branch *out, size_t cap)
{
    if (!api_whole(e, "env", false) || api_action(&e->env->space, action))
        return URSA_BAD;
    if (!e->law)
        return api_fail(URSA_NONE, "%s has no law of useful size", e->spec.canonical);
    if (cap && !out)
        return api_fail(URSA_BAD, "nowhere to write: out is NULL");
    size_t n =
        gather(e->law, e->env->ops->transitions(e->env, e->state, action, e->law, e->next));
    for (size_t i = 0; i < n && i < cap; i++)
        out[i] = (struct ursa_branch){ e->law[i].p, e->law[i].e.obs, e->law[i].e.rew };
    return (int)n;
}

/* ---- for people */

int ursa_env_draw(const ursa_env *e, int truth, char *utf8, size_t n)
{
    API_GUARD(URSA_MEMORY)
    if (!api_whole(e, "env", false))
        return URSA_BAD;
    char *text = drawing_text(e->env, e->state, truth != 0);
    if (!text)
        return api_fail(URSA_NONE, "%s draws nothing", e->spec.canonical);
    int takes = api_text(text, utf8, n);
    free(text);
    return takes;
}

int ursa_env_name(const ursa_env *e, int32_t action, uint32_t obs, int32_t rew, char *text,
                  size_t n)
{
    char buf[256];
    if (!api_whole(e, "env", false))
        return URSA_BAD;
    if (action >= 0 ? api_action(&e->env->space, (uint32_t)action)
                    : api_percept(&e->env->space, obs, rew))
        return URSA_BAD;
    if (action >= 0)
        env_action_text(e->env, (unsigned)action, buf, sizeof buf);
    else
        env_percept_text(e->env, (struct percept){ obs, rew }, buf, sizeof buf);
    return api_text(buf, text, n);
}
