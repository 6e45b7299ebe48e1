#include "config.h"

#include "ctw.h"
#include "ensemble.h"
#include "param.h"
#include "predictor.h"
#include "spec.h"
#include "suggest.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything a description may set. */
struct config {
    int64_t depth, max_nodes;
    double rate, step;
};

static const struct param ctw_params[] = {
    INT("depth", depth, .def = 32, .min = 1, .max = CTW_DEPTH_MAX, .unit = "bits",
        .help = "context looked back at"),
    INT("max-nodes", max_nodes, .def = CTW_NODES_DEFAULT, .min = 16, .max = 1U << 31,
        .unit = "nodes", .help = "bound of the tree; 32 bytes each"),
    { 0 },
};
static const struct param switch_params[] = {
    REAL("rate", rate, .max = 0.999,
         .help = "share of a weight given away per bit; 0: 1/t"),
    { 0 },
};
static const struct param convex_params[] = {
    REAL("step", step, .def = 0.1, .min = 1e-9, .max = 100,
         .help = "learning rate x sqrt(t)"),
    { 0 },
};

static const struct form {
    const char *name;
    const struct param *params;
    bool ensemble;
    enum ensemble_kind how;
} kinds[] = {
    { "ctw", ctw_params, false, 0 },
    { "fac-ctw", ctw_params, false, 0 },
    { "mix", no_params, true, ENSEMBLE_MIX },
    { "switch", switch_params, true, ENSEMBLE_SWITCH },
    { "convex", convex_params, true, ENSEMBLE_CONVEX },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const struct form *kind_of(const char *text, size_t len, struct err *err)
{
    const char *names[KINDS];
    char name[64], hint[200];
    for (size_t i = 0; i < KINDS; i++) {
        names[i] = kinds[i].name;
        if (strlen(names[i]) == len && !strncmp(names[i], text, len))
            return &kinds[i];
    }
    snprintf(name, sizeof name, "%.*s", (int)(len < 60 ? len : 60), text);
    suggest_near(hint, sizeof hint, name, names, KINDS);
    return err_null(err, "unknown model '%s'%s  (ctw, fac-ctw, mix, switch, convex)", name,
                    hint);
}

/* The key=value parts after the name, each after a ':'. Returns where they end, or NULL
 * with *err. */
static const char *configure(const struct form *k, const char *text, struct config *conf,
                             struct err *err)
{
    const char *end = text + strcspn(text, ":");
    for (;;) {
        size_t len = *end ? strcspn(end + 1, ":") : 0;
        if (!len || !memchr(end + 1, '=', len))
            break;
        end += 1 + len;
    }
    char *plain = xasprintf("%.*s", (int)(end - text), text);
    bool first = true;
    for (char *c = plain; *c; c++) {
        if (*c == ':' && !first)
            *c = ',';
        first &= *c != ':';
    }
    struct spec spec;
    bool ok = spec_parse(&spec, plain, err);
    free(plain);
    if (!ok)
        return NULL;
    param_defaults(k->params, conf);
    ok = spec_apply(&spec, k->params, conf, err);
    spec_release(&spec);
    return ok ? end : NULL;
}

static struct predictor *open_ctw(const struct form *k, const struct config *conf,
                                  unsigned slots, struct err *err)
{
    uint32_t trees = strcmp(k->name, "ctw") ? slots : 1;
    if (conf->max_nodes < 2 * (int64_t)trees + 2)
        return err_null(err, "max-nodes=%lld is too small for %u tree%s: at least %u",
                        (long long)conf->max_nodes, trees, trees == 1 ? "" : "s",
                        2 * trees + 2);
    return ctw_new(
        &(struct ctw_conf){ (uint32_t)conf->depth, trees, (uint32_t)conf->max_nodes });
}

/* The longest row of '+' in text: the separator of the outermost ensemble. */
static size_t longest_plus(const char *text)
{
    size_t most = 0, run = 0;
    for (; *text; text++) {
        run = *text == '+' ? run + 1 : 0;
        most = run > most ? run : most;
    }
    return most;
}

/* Where the next row of exactly n '+' starts, or the end of text. */
static const char *next_plus(const char *text, size_t n)
{
    while (*text) {
        size_t run = strspn(text, "+");
        if (run == n && n)
            return text;
        text += run ? run : 1;
    }
    return text;
}

static struct predictor *open_nested(const char *text, unsigned slots, unsigned level,
                                     struct err *err);

static struct predictor *open_members(const struct ensemble_conf *conf, const char *text,
                                      unsigned slots, unsigned level, struct err *err)
{
    struct predictor *member[PREDICTOR_MEMBERS_MAX];
    uint32_t n = 0;
    size_t plus = longest_plus(text);
    bool ok = true;
    for (const char *at = text; ok; at += plus) {
        const char *end = next_plus(at, plus);
        char *one = xasprintf("%.*s", (int)(end - at), at);
        if (n == PREDICTOR_MEMBERS_MAX)
            ok = err_set(err, "more than %d models in one ensemble", PREDICTOR_MEMBERS_MAX);
        else
            ok = (member[n] = open_nested(one, slots, level + 1, err)) && ++n;
        free(one);
        at = end;
        if (!*at)
            break;
    }
    if (ok)
        return ensemble_new(conf, member, n);
    while (n)
        predictor_free(member[--n]);
    return NULL;
}

static struct predictor *open_nested(const char *text, unsigned slots, unsigned level,
                                     struct err *err)
{
    struct config conf = { 0 };
    if (level > PREDICTOR_NEST_MAX)
        return err_null(err, "ensembles are nested more than %d deep", PREDICTOR_NEST_MAX);
    const struct form *k = kind_of(text, strcspn(text, ":"), err);
    const char *rest = k ? configure(k, text, &conf, err) : NULL;
    if (!rest)
        return NULL;
    if (k->ensemble) {
        if (!*rest || !rest[1])
            return err_null(err, "%s has no models: %s:ctw:depth=8+ctw:depth=32", k->name,
                            k->name);
        return open_members(&(struct ensemble_conf){ k->how, conf.rate, conf.step },
                            rest + 1, slots, level, err);
    }
    if (*rest)
        return err_null(err, "'%s' in '%s' is not key=value", rest + 1, text);
    return open_ctw(k, &conf, slots, err);
}

struct predictor *predictor_new(const char *spec, unsigned slots, struct err *err)
{
    return open_nested(spec, slots, 0, err);
}

void predictor_free(struct predictor *p)
{
    if (p)
        p->ops->free(p);
}
