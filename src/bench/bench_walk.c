#include "config.h"

#include "bench.h"
#include "posterior.h"
#include "registry.h"
#include "walk.h"
#include "xalloc.h"

#include <stdlib.h>

/* The walk of a hidden dispenser in the maze of the thesis: a proof, and a bracket. */

enum { PROVED = 50, LIFE = 200, TURN = 2, BYTES = 256 << 20 };

struct hunted {
    struct spec_of spec;
    struct env *env;
    struct model *model;
    struct plan plan;
};

static void close_hunted(void *context)
{
    struct hunted *h = context;
    if (h->model)
        h->model->ops->free(h->model);
    env_close(h->env);
    kind_release(&h->spec);
    free(h);
}

static void *open_hunted(struct err *err)
{
    static const struct discount_conf none = { .kind = DISCOUNT_GEOMETRIC, .gamma = 1 };
    struct hunted *h = xcalloc(1, sizeof *h);
    if (kind_parse(&h->spec, &env_shelf, "gridworld:map=thesis", err))
        h->env = env_open(&h->spec, 0, err);
    if (h->env)
        h->model = posterior_new_wide(family_find("goal", h->env, err), err);
    h->plan = (struct plan){ .model = h->model, .utility = &utility_reward, .now = 1 };
    if (h->model && discount_init(&h->plan.discount, &none, err))
        return h;
    close_hunted(h);
    return NULL;
}

static double prove(void *context, uint64_t n)
{
    struct hunted *h = context;
    h->plan.horizon = PROVED;
    for (uint64_t i = 0; i < n; i++) {
        struct walk *w = walk_new(&h->plan, false, BYTES);
        while (walk_step(w))
            ;
        walk_free(w);
    }
    return (double)n;
}

static double gap(void *context, uint64_t n)
{
    struct hunted *h = context;
    h->plan.horizon = LIFE;
    struct walk *w = walk_new(&h->plan, false, BYTES);
    while (w->turn < TURN && walk_step(w))
        ;
    double open = w->upper - w->lower;
    walk_free(w);
    return (double)n * open;
}

const struct bench_row bench_walk[] = {
    { "walk.proof", "s", "50 cycles of the thesis' maze, to the optimum", BENCH_TIME,
      open_hunted, prove, close_hunted },
    { "walk.gap", "points", "what is open in 200 cycles after two beams", BENCH_AMOUNT,
      open_hunted, gap, close_hunted },
    { 0 },
};
