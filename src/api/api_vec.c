#include "config.h"

#include "api.h"
#include "api_env.h"

#include <stdlib.h>
#include <string.h>

struct ursa_vec {
    struct spec_of spec;
    struct env *env;
    uint64_t root;
    size_t n, stride;
    unsigned char *state; /* owned, n of stride bytes */
    struct rng *luck;     /* owned, one each: state i does not depend on n */
};

static void start(struct ursa_vec *v, size_t i, uint32_t seed)
{
    unsigned char *state = v->state + i * v->stride;
    memset(state, 0, v->stride);
    api_luck(&v->luck[i], v->env, v->root, seed);
    env_reset(v->env, state, &v->luck[i]);
}

static void make_room(struct ursa_vec *v, size_t n)
{
    enum { ALIGN = _Alignof(max_align_t) };
    v->n = n;
    v->stride = (v->env->state_size + ALIGN - 1) / ALIGN * ALIGN;
    v->luck = xcalloc(n, sizeof *v->luck);
    v->state = xcalloc(n, v->stride ? v->stride : ALIGN);
}

ursa_vec *ursa_vec_open(const char *spec, uint64_t root, const uint32_t *seed, size_t n)
{
    API_GUARD(NULL)
    struct err err = { 0 };
    if (!seed || !n) {
        api_fail(URSA_BAD, n ? "seed is NULL" : "a vec of no states");
        return NULL;
    }
    struct ursa_vec *v = xcalloc(1, sizeof *v);
    if (api_spec(&v->spec, &env_shelf, spec, &err))
        v->env = env_open(&v->spec, root, &err);
    if (!v->env) {
        kind_release(&v->spec);
        free(v);
        return api_null(&err);
    }
    v->root = root;
    make_room(v, n);
    for (size_t i = 0; i < n; i++)
        start(v, i, seed[i]);
    return v;
}

void ursa_vec_close(ursa_vec *v)
{
    if (!v)
        return;
    env_close(v->env);
    kind_release(&v->spec);
    free(v->state);
    free(v->luck);
    free(v);
}

int ursa_vec_space(const ursa_vec *v, struct ursa_space *out)
{
    struct ursa_space space;
    if (!api_whole(v, "vec", false))
        return URSA_BAD;
    api_env_space(&space, v->env);
    return api_give(out, &space, sizeof space);
}

int ursa_vec_reset(ursa_vec *v, const uint8_t *which, const uint32_t *seed)
{
    if (!api_whole(v, "vec", false))
        return URSA_BAD;
    if (!seed)
        return api_fail(URSA_BAD, "seed is NULL");
    for (size_t i = 0; i < v->n; i++)
        if (!which || which[i])
            start(v, i, seed[i]);
    return URSA_OK;
}

int ursa_vec_step(ursa_vec *v, const uint8_t *action, void *percept)
{
    struct percept *out = percept;
    unsigned highest = 0;
    if (!api_whole(v, "vec", false))
        return URSA_BAD;
    if (!action || !percept)
        return api_fail(URSA_BAD, "%s is NULL", action ? "percept" : "action");
    for (size_t i = 0; i < v->n; i++)
        highest = action[i] > highest ? action[i] : highest;
    if (api_action(&v->env->space, highest))
        return URSA_BAD;
    const struct env *env = v->env;
    for (size_t i = 0; i < v->n; i++)
        out[i] = env_step(env, v->state + i * v->stride, action[i], &v->luck[i]);
    return URSA_OK;
}
