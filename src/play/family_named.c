#include "config.h"

#include "opponents.h"
#include "registry.h"
#include "strategy.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>

/* Opponents by their names: the policies that a person believes in, each alike, or those
 * that have fewer memories before the others. */
enum prior { PRIOR_UNIFORM, PRIOR_SIZE };

struct config {
    char *of;
    int prior;
};
struct named {
    struct opponents base;
    struct spec_of *list; /* owned, [n] */
    double *log_weight;   /* owned, [n]: sum of exp is 1 */
    size_t n;
};

static void close_named(struct family *f)
{
    struct named *s = (struct named *)f;
    kind_free_list(s->list, s->n);
    free(s->log_weight);
    free(s);
}

/* Its memories. 0 with *err where they cannot be counted. */
static uint32_t size_of(const struct named *s, const struct policy *p, struct err *err)
{
    struct strategy *way = strategy_of(p, s->base.game, !s->base.player, err);
    uint32_t n = way ? way->n : 0;
    strategy_free(way);
    return n;
}

/* Each must be able to play, and is told so now. */
static bool weigh_all(struct named *s, enum prior prior, struct err *err)
{
    uint32_t *size = xcalloc(s->n, sizeof *size);
    bool ok = true;
    s->log_weight = xcalloc(s->n, sizeof *s->log_weight);
    for (size_t k = 0; ok && k < s->n; k++) {
        struct policy *p = policy_open(&s->list[k], s->base.space, err);
        size[k] = p && prior == PRIOR_SIZE ? size_of(s, p, err) : 1;
        ok = p && size[k];
        policy_close(p);
    }
    if (ok)
        opponents_weigh(prior == PRIOR_SIZE ? size : NULL, s->n, s->log_weight);
    free(size);
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
    if (s->list && weigh_all(s, (enum prior)c->prior, err))
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

static double log_prior(const struct family *f, size_t k)
{
    return ((const struct named *)f)->log_weight[k];
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    snprintf(buf, n, "%s", ((const struct named *)f)->list[k].canonical);
}

static const char *const priors[] = { "uniform", "size", NULL };

static const struct param params[] = {
    CHOICE("prior", prior, priors, .def = PRIOR_UNIFORM,
           .help = "each alike, or in proportion to 2^-n for n memories"),
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
    .log_prior = log_prior,
    .text = text,
};
