#include "config.h"

#include "ctw.h"
#include "registry.h"

/* Context tree weighting by name: one tree, or one for each bit of the percept. */

struct config {
    int64_t depth, max_nodes;
};

static const struct param params[] = {
    INT("depth", depth, .def = 32, .min = 1, .max = CTW_DEPTH_MAX, .unit = "bits",
        .help = "context looked back at"),
    INT("max-nodes", max_nodes, .def = CTW_NODES_DEFAULT, .min = 16, .max = 1U << 31,
        .unit = "nodes", .help = "bound of the tree; 32 bytes each"),
    { 0 },
};

static struct predictor *open_trees(const struct config *c, uint32_t trees, struct err *err)
{
    if (c->max_nodes < 2 * (int64_t)trees + 2)
        return err_null(err, "max-nodes=%lld is too small for %u tree%s: at least %u",
                        (long long)c->max_nodes, trees, trees == 1 ? "" : "s",
                        2 * trees + 2);
    return ctw_new(&(struct ctw_conf){ (uint32_t)c->depth, trees, (uint32_t)c->max_nodes });
}

static struct predictor *open_ctw(const void *config, unsigned slots, struct err *err)
{
    (void)slots;
    return open_trees(config, 1, err);
}

static struct predictor *open_fac_ctw(const void *config, unsigned slots, struct err *err)
{
    return open_trees(config, slots, err);
}

#define CTW                                                                                \
    .kind.version = 1, .kind.params = params, .kind.config_size = sizeof(struct config)

const struct predictor_kind predictor_ctw = {
    CTW,
    .kind.name = "ctw",
    .kind.title = "context tree weighting, one tree for all bits",
    .open = open_ctw,
};

const struct predictor_kind predictor_fac_ctw = {
    CTW,
    .kind.name = "fac-ctw",
    .kind.title = "the same, a tree for each bit of the percept",
    .open = open_fac_ctw,
};
