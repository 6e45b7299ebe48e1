#include "config.h"

#include "opponents.h"
#include "registry.h"
#include "responses.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>

/* Opponents who answer: some policies, the best responses to them, the best responses to
 * those, until nobody new comes (responses.h). Who believes in them and answers one at a
 * time is in the class of an opponent who does the same. */
enum prior { PRIOR_UNIFORM, PRIOR_SIZE };

struct config {
    char *to;
    double gamma;
    int64_t rounds;
    int prior;
};
struct answers {
    struct opponents base;
    struct responses *r; /* owned */
    double gamma;
    double *log_weight; /* owned, [count] */
};

static void close_answers(struct family *f)
{
    struct answers *s = (struct answers *)f;
    responses_free(s->r);
    free(s->log_weight);
    free(s);
}

static const struct response *response_of(const struct answers *s, size_t k)
{
    return &s->r->of[!s->base.player][k];
}

static size_t count(const struct family *f)
{
    const struct answers *s = (const struct answers *)f;
    return s->r->n[!s->base.player];
}

static struct responses *find(const struct config *c, const struct game *g, struct err *err)
{
    size_t n;
    struct spec_of *list =
        kind_parse_list(&policy_shelf, c->to ? c->to : "random", &n, err);
    if (!list)
        return NULL;
    struct responses *r = responses_new(list, n, g, c->gamma, (uint32_t)c->rounds, err);
    kind_free_list(list, n);
    return r;
}

static void weigh(struct answers *s, enum prior prior)
{
    size_t n = count(&s->base.base);
    uint32_t *size = xcalloc(n, sizeof *size);
    for (size_t k = 0; k < n; k++)
        size[k] = response_of(s, k)->s->n;
    s->log_weight = xcalloc(n, sizeof *s->log_weight);
    opponents_weigh(prior == PRIOR_SIZE ? size : NULL, n, s->log_weight);
    free(size);
}

static struct family *open_answers(const void *config, const struct env *truth,
                                   struct err *err)
{
    const struct config *c = config;
    struct answers *s = xcalloc(1, sizeof *s);
    s->gamma = c->gamma;
    s->r = opponents_init(&s->base, truth, "responses", err) ? find(c, s->base.game, err)
                                                             : NULL;
    if (!s->r) {
        free(s);
        return NULL;
    }
    weigh(s, (enum prior)c->prior);
    return &s->base.base;
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct answers *s = (const struct answers *)f;
    (void)err;
    return opponents_seat(&s->base, strategy_policy(response_of(s, k)->s, s->base.space));
}

static double log_prior(const struct family *f, size_t k)
{
    return ((const struct answers *)f)->log_weight[k];
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    snprintf(buf, n, "%s", response_of((const struct answers *)f, k)->name);
}

static const char *const priors[] = { "uniform", "size", NULL };

static const struct param params[] = {
    REAL("gamma", gamma, .def = 0.9, .min = 0, .max = 0.999,
         .help = "weight of the next round to this one's in what is best"),
    INT("rounds", rounds, .def = 16, .min = 0, .max = 256,
        .help = "of adding the best responses to all there are, at most"),
    CHOICE("prior", prior, priors, .def = PRIOR_UNIFORM,
           .help = "each alike, or in proportion to 2^-n for n memories"),
    SPECS("to", to, policy_shelf, .unit = "POLICY+POLICY...", .tail = true,
          .help = "those that it begins with; unset: random"),
    { 0 },
};

const struct family_ops family_responses = {
    .kind = { .name = "responses",
              .title = "opponents that play best against each other",
              .version = 1,
              .params = params,
              .config_size = sizeof(struct config) },
    .open = open_answers,
    .close = close_answers,
    .count = count,
    .at = at,
    .log_prior = log_prior,
    .text = text,
};

const struct responses *responses_of(const struct family *f, double *gamma)
{
    const struct answers *s = (const struct answers *)f;
    if (f->ops != &family_responses)
        return NULL;
    *gamma = s->gamma;
    return s->r;
}
