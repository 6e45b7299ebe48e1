#include "config.h"

#include "programs.h"
#include "registry.h"

/* The class of all programs as model=programs. */

struct config {
    struct programs_conf in;
};

static const struct param params[] = { PROGRAMS_PARAMS(in, 16), { 0 } };

static struct model *open_programs(const void *config, const struct env *truth,
                                   struct err *err)
{
    return programs_new(&((const struct config *)config)->in, truth, err);
}

const struct model_kind model_programs = {
    .kind.name = "programs",
    .kind.title = "all programs of a small machine, as far as a budget goes",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_programs,
};
