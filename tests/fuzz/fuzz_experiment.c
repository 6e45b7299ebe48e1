#include "config.h"

#include "store.h"

#include <stdlib.h>

/* Experiment files from anywhere: nothing crashes, every refusal has a reason, and what is
 * accepted has a plan. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RUNS_TRIED = 100000 };

static void plan(struct experiment *e)
{
    struct err err = { 0 };
    size_t n, combinations = 1;
    for (size_t k = 0; k < e->n_sweeps && combinations < RUNS_TRIED; k++)
        combinations *= e->sweep[k].values.n;
    if (combinations * e->agents.n * e->envs.n > 100 ||
        e->n_maps * e->n_seeds > RUNS_TRIED / 100)
        return; /* right, but slow */
    if (!experiment_resolve(e, &err)) {
        if (!err.n)
            abort();
        return;
    }
    struct planned *p = experiment_plan(e, &n);
    for (size_t i = 1; i < n; i++)
        if (p[i - 1].id >= p[i].id)
            abort();
    free(p);
    json_decref(experiment_json(e));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct experiment e;
    struct err err = { 0 };
    experiment_init(&e);
    bool ok = experiment_parse(&e, (const char *)data, size, "fuzz.yaml", &err);
    if (ok != (err.n == 0))
        abort();
    if (ok)
        plan(&e);
    experiment_release(&e);
    return 0;
}
