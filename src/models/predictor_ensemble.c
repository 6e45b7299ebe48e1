#include "config.h"

#include "ensemble.h"
#include "registry.h"

/* Ensembles by name. */

enum { MEMBERS_MAX = 64 };

struct config {
    char *members;
    double rate, step;
};

#define MEMBERS                                                                            \
    SPECS("members", members, predictor_shelf, .tail = true, .unit = "MODEL+MODEL...",     \
          .help = "joined by '+', of an ensemble in another by '++'")

static const struct param mix_params[] = { MEMBERS, { 0 } };
static const struct param switch_params[] = {
    REAL("rate", rate, .max = 0.999,
         .help = "share of a weight given away per bit; 0: 1/t"),
    MEMBERS,
    { 0 },
};
static const struct param convex_params[] = {
    REAL("step", step, .def = 0.1, .min = 1e-9, .max = 100,
         .help = "learning rate x sqrt(t)"),
    MEMBERS,
    { 0 },
};

/* Opens all n; false with *err, and none is open. */
static bool open_members(const struct spec_of *spec, uint32_t n, struct predictor **member,
                         unsigned slots, struct err *err)
{
    for (uint32_t i = 0; i < n; i++) {
        if ((member[i] = predictor_open(&spec[i], slots, err)))
            continue;
        while (i)
            predictor_free(member[--i]);
        return false;
    }
    return true;
}

static struct predictor *open_ensemble(enum ensemble_kind how, const char *name,
                                       const struct config *c, unsigned slots,
                                       struct err *err)
{
    struct predictor *member[MEMBERS_MAX], *p = NULL;
    size_t n;
    if (!c->members)
        return err_null(err, "%s has no models: %s:ctw:depth=8+ctw:depth=32", name, name);
    struct spec_of *spec = kind_parse_list(&predictor_shelf, c->members, &n, err);
    if (!spec)
        return NULL;
    if (n > MEMBERS_MAX)
        err_set(err, "more than %d models in one ensemble", MEMBERS_MAX);
    else if (open_members(spec, (uint32_t)n, member, slots, err))
        p = ensemble_new(&(struct ensemble_conf){ how, c->rate, c->step }, member,
                         (uint32_t)n);
    kind_free_list(spec, n);
    return p;
}

static struct predictor *open_mix(const void *config, unsigned slots, struct err *err)
{
    return open_ensemble(ENSEMBLE_MIX, "mix", config, slots, err);
}

static struct predictor *open_switch(const void *config, unsigned slots, struct err *err)
{
    return open_ensemble(ENSEMBLE_SWITCH, "switch", config, slots, err);
}

static struct predictor *open_convex(const void *config, unsigned slots, struct err *err)
{
    return open_ensemble(ENSEMBLE_CONVEX, "convex", config, slots, err);
}

const struct predictor_kind predictor_mix = {
    .kind.name = "mix",
    .kind.title = "Bayes mixture of others",
    .kind.version = 1,
    .kind.params = mix_params,
    .kind.config_size = sizeof(struct config),
    .open = open_mix,
};

const struct predictor_kind predictor_switch = {
    .kind.name = "switch",
    .kind.title = "fixed share: the best sequence of others",
    .kind.version = 1,
    .kind.params = switch_params,
    .kind.config_size = sizeof(struct config),
    .open = open_switch,
};

const struct predictor_kind predictor_convex = {
    .kind.name = "convex",
    .kind.title = "projected gradient: the best fixed weights of others",
    .kind.version = 1,
    .kind.params = convex_params,
    .kind.config_size = sizeof(struct config),
    .open = open_convex,
};
