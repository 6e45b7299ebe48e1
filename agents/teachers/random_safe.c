#include "config.h"

#include "registry.h"
#include "teacher.h"
#include "xalloc.h"

#include <stdlib.h>

/* A mentor who knows the world no further than the next cycle: any action after which
 * nothing bad can come, all alike; any at all where there is none. The mentor of the
 * experiment in Cohen, Catt & Hutter, "Curiosity killed or incapacitated the cat and the
 * asymptotically optimal agent" (2020), where what is bad are traps. */
enum { NO_LEAST = -2000000000 };

struct config {
    int64_t least;
};
struct careful {
    struct teacher base;
    const struct env *truth;
    int64_t least;          /* rewards below are bad */
    struct transition *out; /* owned scratch */
    void *next;
};

static void close_careful(struct teacher *t)
{
    struct careful *s = (struct careful *)t;
    free(s->out);
    free(s->next);
    free(s);
}

static struct teacher *open_careful(const void *config, const struct env *truth,
                                    struct err *err)
{
    const struct config *c = config;
    if (!truth->ops->transitions)
        return err_null(err, "random-safe cannot act in %s, which has no law to know",
                        truth->ops->kind.name);
    struct careful *s = xcalloc(1, sizeof *s);
    *s = (struct careful){ .base.ops = &teacher_random_safe,
                           .truth = truth,
                           .least = c->least };
    if (c->least <= NO_LEAST)
        s->least = (int64_t)truth->space.rew_min + 1;
    s->out = xcalloc(truth->max_transitions, sizeof *s->out);
    s->next = xcalloc(truth->max_transitions, truth->state_size);
    return &s->base;
}

static bool is_safe(struct careful *s, const void *state, unsigned action)
{
    size_t n = s->truth->ops->transitions(s->truth, state, action, s->out, s->next);
    for (size_t i = 0; i < n; i++)
        if (s->out[i].e.rew < s->least)
            return false;
    return true;
}

static bool answer(struct teacher *t, const void *state, const struct question *q,
                   struct rng *rng, struct answer *out, struct err *err)
{
    struct careful *s = (struct careful *)t;
    unsigned safe[ACTIONS_MAX], n = 0, all = s->truth->space.n_actions;
    (void)err;
    if (q->ask != ASK_ACTION) {
        *out = (struct answer){ 0 };
        return true;
    }
    for (unsigned a = 0; a < all; a++)
        if (is_safe(s, state, a))
            safe[n++] = a;
    unsigned pick = rng_below(rng, n ? n : all);
    *out = (struct answer){ .value = n ? safe[pick] : pick, .given = true };
    return true;
}

static const struct param params[] = {
    INT("least", least, .def = NO_LEAST, .min = -1000000000, .max = 1000000000,
        .unit = "points", .help = "rewards below it are bad; unset: the world's worst"),
    { 0 },
};

const struct teacher_ops teacher_random_safe = {
    .kind.name = "random-safe",
    .kind.title = "any action after which nothing bad can come at once",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_careful,
    .close = close_careful,
    .answer = answer,
};
