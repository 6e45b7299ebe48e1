#include "config.h"

#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Worlds by their names, as hypotheses of any world that takes the same actions: what a
 * person believes may be the case. */

struct config {
    char *of;
};
struct worlds {
    struct family base;
    struct spec_of *list; /* owned, [n]; NULL: the truth alone */
    size_t n;
};

static void close_worlds(struct family *f)
{
    struct worlds *s = (struct worlds *)f;
    kind_free_list(s->list, s->n);
    free(s);
}

static struct family *open_worlds(const void *config, const struct env *truth,
                                  struct err *err)
{
    const struct config *c = config;
    struct worlds *s = xcalloc(1, sizeof *s);
    (void)truth;
    if (!c->of || (s->list = kind_parse_list(&env_shelf, c->of, &s->n, err)))
        return &s->base;
    free(s);
    return NULL;
}

static size_t count(const struct family *f)
{
    const struct worlds *s = (const struct worlds *)f;
    return s->list ? s->n : 1;
}

/* Its percepts need not be those of the truth, but it must be able to say them: what it
 * cannot is impossible to it. */
static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct worlds *s = (const struct worlds *)f;
    if (!s->list)
        return family_mu.at(f, k, err);
    struct env *env = env_open(&s->list[k], 0, err);
    if (!env || !f->truth)
        return env;
    const struct space *a = &env->space, *b = &f->truth->space;
    if (a->n_actions == b->n_actions && a->n_obs == b->n_obs && a->rew_min == b->rew_min &&
        a->rew_max == b->rew_max && a->scale == b->scale)
        return env;
    err_set(err,
            "family worlds: %s has %u actions, %u observations and rewards %d to %d, the "
            "world %u, %u and %d to %d",
            s->list[k].canonical, a->n_actions, a->n_obs, (int)a->rew_min, (int)a->rew_max,
            b->n_actions, b->n_obs, (int)b->rew_min, (int)b->rew_max);
    env_close(env);
    return NULL;
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    const struct worlds *s = (const struct worlds *)f;
    if (!s->list)
        snprintf(buf, n, "mu");
    else
        snprintf(buf, n, "%s", s->list[k].canonical);
}

static const struct param params[] = {
    SPECS("of", of, env_shelf, .unit = "WORLD+WORLD...", .tail = true,
          .help = "the hypotheses; unset: the true world"),
    { 0 },
};

const struct family_ops family_worlds = {
    .kind = { .name = "worlds",
              .title = "worlds by their names",
              .version = 1,
              .params = params,
              .config_size = sizeof(struct config) },
    .open = open_worlds,
    .close = close_worlds,
    .count = count,
    .at = at,
    .text = text,
};
