#include "config.h"

#include "walk.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool walk_same(const struct env *env, const void *a, const void *b)
{
    return !memcmp(a, b, env->state_size);
}

unsigned char *walk_state(const struct env *env, unsigned char *states, size_t i)
{
    return states + i * env->state_size;
}

static void moment_init(struct moment *m, const struct env *env)
{
    size_t n = env->max_transitions + 1;
    *m = (struct moment){ .env = env };
    m->state = xcalloc(1, env->state_size);
    m->a = xcalloc(1, env->state_size);
    m->b = xcalloc(1, env->state_size);
    m->out = xcalloc(n, sizeof *m->out);
    m->next = xcalloc(n, env->state_size);
}

static void moment_release(struct moment *m)
{
    free(m->state);
    free(m->a);
    free(m->b);
    free(m->out);
    free(m->next);
}

/* What is done, one action after the other. */
struct path {
    uint8_t *action; /* [n] */
    size_t n;
};

/* Goes the way from a new start. False: a look failed, and the path ends there. */
static bool go(struct moment *m, struct path *p, look_fn *look, struct err *err)
{
    const struct env *env = m->env;
    rng_init(&m->luck, &(struct rng_key){ 1, RNG_WORLD, env->ops->kind.name, env->map, 1 });
    memset(m->state, 0, env->state_size);
    env_reset(env, m->state, &m->luck);
    for (size_t t = 0; t < p->n; t++) {
        struct rng luck = m->luck;
        m->t = t;
        m->action = p->action[t];
        if (!look(m, err)) {
            p->n = t + 1;
            return false;
        }
        m->luck = luck;
        env_step(env, m->state, m->action, &m->luck);
    }
    return true;
}

/* Leaves `size` actions out from place `at` on, where it fails without them, too. */
static bool leave_out(struct moment *m, struct path *p, size_t at, size_t size,
                      look_fn *look)
{
    struct err err = { 0 };
    struct path less = { xcalloc(p->n, 1), p->n - size };
    memcpy(less.action, p->action, at);
    memcpy(less.action + at, p->action + at + size, p->n - at - size);
    bool shorter = !go(m, &less, look, &err);
    if (shorter) {
        memcpy(p->action, less.action, less.n);
        p->n = less.n;
    }
    free(less.action);
    return shorter;
}

/* First halves, then quarters, at last single actions: Zeller & Hildebrandt, "Simplifying
 * and isolating failure-inducing input", IEEE TSE 28 (2002). */
static void shorten(struct moment *m, struct path *p, look_fn *look)
{
    for (size_t size = p->n / 2; size; size /= 2)
        for (size_t at = 0; at + size < p->n;)
            if (!leave_out(m, p, at, size, look))
                at += size;
}

static void say_actions(const struct env *env, const struct path *p, char *buf, size_t size)
{
    size_t used = 0;
    for (size_t t = 0; t < p->n && used < size; t++) {
        char name[64];
        env_action_text(env, p->action[t], name, sizeof name);
        used += (size_t)snprintf(buf + used, size - used, "%s%s", t ? ", " : "", name);
    }
}

/* The shortest failing walk that is found, in words. */
static bool tell(struct moment *m, struct path *p, look_fn *look, struct err *err)
{
    struct err what = { 0 };
    char actions[512];
    shorten(m, p, look);
    go(m, p, look, &what);
    say_actions(m->env, p, actions, sizeof actions);
    return err_set(err, "action%s %s: %s", p->n > 1 ? "s" : "", actions, what.text);
}

bool walk_holds(const struct env *env, size_t n, look_fn *look, void *with, struct err *err)
{
    struct moment m;
    struct path p = { xcalloc(n + 1, 1), n };
    struct rng rng;
    struct err first = { 0 };
    rng_init(&rng, &(struct rng_key){ 1, RNG_AGENT, "walk", 0, 1 });
    for (size_t t = 0; t < n; t++)
        p.action[t] = (uint8_t)rng_below(&rng, env->space.n_actions);
    moment_init(&m, env);
    m.with = with;
    bool ok = go(&m, &p, look, &first) || tell(&m, &p, look, err);
    moment_release(&m);
    free(p.action);
    return ok;
}
