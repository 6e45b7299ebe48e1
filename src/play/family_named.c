#include "config.h"

#include "opponents.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>

/* Opponents by their names: the policies that a person believes in. */

struct config {
    char *of;
};
struct named {
    struct opponents base;
    struct spec_of *list; /* owned, [n] */
    size_t n;
};

static void close_named(struct family *f)
{
    struct named *s = (struct named *)f;
    kind_free_list(s->list, s->n);
    free(s);
}

/* Each must be able to play, and is told so now. */
static bool try_all(const struct named *s, struct err *err)
{
    bool ok = true;
    for (size_t k = 0; ok && k < s->n; k++) {
        struct policy *p = policy_open(&s->list[k], s->base.space, err);
        ok = p;
        policy_close(p);
    }
    return ok;
}

static struct family *open_named(const void *config, const struct env *truth,
                                 struct err *err)
{
    const struct config *c = config;
    struct named *s = xcalloc(1, sizeof *s);
    if (!opponents_init(&s->base, truth, "named", err)) {
        free(s);
        return NULL;
    }
    s->list = kind_parse_list(&policy_shelf, c->of ? c->of : "random", &s->n, err);
    if (s->list && try_all(s, err))
        return &s->base.base;
    if (s->list)
        close_named(&s->base.base);
    else
        free(s);
    return NULL;
}

static size_t count(const struct family *f) { return ((const struct named *)f)->n; }

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct named *s = (const struct named *)f;
    struct policy *p = policy_open(&s->list[k], s->base.space, err);
    return p ? opponents_seat(&s->base, p) : NULL;
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    snprintf(buf, n, "%s", ((const struct named *)f)->list[k].canonical);
}

static const struct param params[] = {
    SPECS("of", of, policy_shelf, .unit = "POLICY+POLICY...", .tail = true,
          .help = "the hypotheses; unset: random"),
    { 0 },
};

const struct family_ops family_named = {
    .kind = { .name = "named",
              .title = "opponents by their names",
              .version = 1,
              .params = params,
              .config_size = sizeof(struct config) },
    .open = open_named,
    .close = close_named,
    .count = count,
    .at = at,
    .text = text,
};
