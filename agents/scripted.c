#include "config.h"

#include "registry.h"
#include "xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Plays a fixed list of actions: for tests, and to ask what would have happened. */

enum afterwards { AFTER_REPEAT, AFTER_LAST, AFTER_RANDOM };

struct config {
    char *actions;
    int then;
};

static const char *const then_names[] = { "repeat", "last", "random", NULL };

static const struct param params[] = {
    TEXT("actions", actions, .unit = "A+A...",
         .help = "names or numbers of the actions; unset: action 0"),
    CHOICE("then", then, then_names, .def = AFTER_REPEAT,
           .help = "after the last: all over again, the last for ever, or random ones"),
    { 0 },
};

struct scripted {
    struct agent base;
    uint32_t n_actions;
    uint8_t *action; /* [n] owned */
    size_t n;
    enum afterwards then;
};

/* The action that a name or number stands for, or -1. */
static int action_of(const struct env *env, const char *word)
{
    char *rest;
    for (unsigned a = 0; env->actions && a < env->space.n_actions; a++)
        if (!strcmp(env->actions[a], word))
            return (int)a;
    errno = 0;
    unsigned long a = strtoul(word, &rest, 10);
    return *word && !*rest && !errno && a < env->space.n_actions ? (int)a : -1;
}

static bool read_actions(struct scripted *s, const char *text, const struct env *env,
                         struct err *err)
{
    char *copy = xstrdup(text ? text : "0"), *rest = copy, *word;
    bool ok = true;
    s->action = xcalloc(strlen(copy) + 1, 1);
    while (ok && (word = strsep(&rest, "+"))) {
        int a = action_of(env, word);
        if (a < 0)
            ok = err_set(err, "'%s' is no action of %s; it has %u", word,
                         env->ops->kind.name, env->space.n_actions);
        else
            s->action[s->n++] = (uint8_t)a;
    }
    free(copy);
    return ok;
}

static void close_scripted(struct agent *ag)
{
    free(((struct scripted *)ag)->action);
    free(ag);
}

static struct agent *open_scripted(const void *config, const struct env *truth,
                                   struct err *err)
{
    const struct config *c = config;
    struct scripted *s = xcalloc(1, sizeof *s);
    s->base.ops = &agent_scripted;
    s->n_actions = truth->space.n_actions;
    s->then = (enum afterwards)c->then;
    if (read_actions(s, c->actions, truth, err))
        return &s->base;
    close_scripted(&s->base);
    return NULL;
}

/* The next one. */
static unsigned next(const struct scripted *s, struct rng *rng)
{
    uint64_t t = s->base.t;
    if (t < s->n)
        return s->action[t];
    if (s->then == AFTER_RANDOM)
        return rng_below(rng, s->n_actions);
    return s->action[s->then == AFTER_LAST ? s->n - 1 : t % s->n];
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    (void)err;
    *action = next((const struct scripted *)ag, rng);
    return true;
}

static bool chances(struct agent *ag, double *p)
{
    const struct scripted *s = (const struct scripted *)ag;
    bool random = ag->t >= s->n && s->then == AFTER_RANDOM;
    unsigned action = random ? 0 : next(s, NULL);
    for (uint32_t a = 0; a < s->n_actions; a++)
        p[a] = random ? 1.0 / s->n_actions : a == action;
    return true;
}

/* Its age says where in the list it is. */
static void ice(struct agent *ag, struct ice *ice)
{
    (void)ag;
    (void)ice;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)ag;
    (void)c;
    (void)err;
    return true;
}

const struct agent_ops agent_scripted = {
    .kind.name = "scripted",
    .kind.title = "plays a list of actions",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_scripted,
    .close = close_scripted,
    .act = act,
    .update = update,
    .chances = chances,
    .ice = ice,
    .open_minded = true,
};
