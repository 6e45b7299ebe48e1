#include "config.h"

#include "mixture.h"
#include "posterior.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* The posterior over a family, in its fastest form or as the readable mixture. */

struct config {
    char *family, *prior_file;
    int prior;
    double prior_first;
};

static const struct param params[] = {
    TEXT("family", family, .unit = "NAME",
         .help = "hypotheses: a family of the world; unset: its first"),
    CHOICE("prior", prior, prior_names, .help = "weights to start with"),
    REAL("prior-first", prior_first, .def = 0.01, .max = 1,
         .help = "prior=first: weight of hypothesis 0, the rest in equal parts"),
    TEXT("prior-file", prior_file, .unit = "FILE", .help = "prior=file: one weight a line"),
    { 0 },
};

static const char *first_family(const struct env *truth)
{
    const struct kind *const *own = truth->ops->families;
    return own ? own[0]->name : family_mu.kind.name;
}

typedef struct model *form_fn(struct family *f, const double *w, struct err *err);

/* The code length that a family has for its members is its complexity. */
static bool weigh(const struct family *f, double *w, size_t n, const struct config *c,
                  struct err *err)
{
    struct prior_conf prior = { (enum prior)c->prior, c->prior_file, c->prior_first };
    double sum = 0;
    if (prior.kind != PRIOR_COMPLEXITY || !f->ops->log_prior)
        return prior_fill(w, n, &prior, err);
    for (size_t k = 0; k < n; k++)
        sum += w[k] = exp(f->ops->log_prior(f, k));
    for (size_t k = 0; k < n; k++)
        w[k] /= sum;
    return true;
}

static struct model *open_form(form_fn *form, const struct config *c,
                               const struct env *truth, struct err *err)
{
    struct family *f = family_find(c->family ? c->family : first_family(truth), truth, err);
    size_t n = f ? family_count(f) : 0;
    if (!n || n == SIZE_MAX)
        return mixture_new(f, NULL, err); /* which says why not */
    double *w = xcalloc(n, sizeof *w);
    struct model *m = NULL;
    if (weigh(f, w, n, c, err))
        m = form(f, w, err);
    else
        family_close(f);
    free(w);
    return m;
}

static struct model *open_fast(const void *config, const struct env *truth, struct err *err)
{
    return open_form(posterior_new, config, truth, err);
}

static struct model *open_plain(const void *config, const struct env *truth,
                                struct err *err)
{
    return open_form(mixture_new, config, truth, err);
}

const struct model_kind model_mixture = {
    .kind.name = "mixture",
    .kind.title = "Bayes mixture, in a fast form where there is one",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_fast,
};

const struct model_kind model_plain_mixture = {
    .kind.name = "plain-mixture",
    .kind.title = "Bayes mixture as it is written",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_plain,
};
