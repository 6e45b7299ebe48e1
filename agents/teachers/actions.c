#include "config.h"

#include "registry.h"
#include "teacher.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* A mentor with a list of actions, one an answer, over and over. */
struct config {
    char *list;
};
struct prompter {
    struct teacher base;
    uint8_t *action; /* owned, [n] */
    size_t n, asked;
};

static void close_prompter(struct teacher *t)
{
    struct prompter *s = (struct prompter *)t;
    free(s->action);
    free(s);
}

static struct teacher *open_prompter(const void *config, const struct env *truth,
                                     struct err *err)
{
    const char *list = ((const struct config *)config)->list;
    struct prompter *s = xcalloc(1, sizeof *s);
    s->base.ops = &teacher_actions;
    list = list ? list : "0";
    s->action = xcalloc(strlen(list) + 1, 1);
    for (const char *p = list;; p++) {
        char *end;
        unsigned long a = strtoul(p, &end, 10);
        if (*p < '0' || *p > '9' || (*end && *end != '+')) {
            err_set(err, "list=%s is not a list of actions joined by '+'", list);
        } else if (a >= truth->space.n_actions) {
            err_set(err, "list=%s: %s has no action %lu, they are 0 to %u", list,
                    truth->ops->kind.name, a, truth->space.n_actions - 1);
        } else {
            s->action[s->n++] = (uint8_t)a;
            if (!*end)
                return &s->base;
            p = end;
            continue;
        }
        close_prompter(&s->base);
        return NULL;
    }
}

static bool answer(struct teacher *t, const void *state, const struct question *q,
                   struct rng *rng, struct answer *out, struct err *err)
{
    struct prompter *s = (struct prompter *)t;
    (void)state;
    (void)rng;
    (void)err;
    *out = (struct answer){ .given = q->ask == ASK_ACTION };
    if (out->given)
        out->value = s->action[s->asked++ % s->n];
    return true;
}

static const struct param params[] = {
    TEXT("list", list, .unit = "A+A+...", .help = "its answers, over and over; unset: 0"),
    { 0 },
};

const struct teacher_ops teacher_actions = {
    .kind.name = "actions",
    .kind.title = "a list of actions, one an answer",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_prompter,
    .close = close_prompter,
    .answer = answer,
};
