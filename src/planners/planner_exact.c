#include "config.h"

#include "expectimax.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* Expectimax over belief states, as expectimax.h has it. */

struct config {
    struct exact_conf exact;
};

const struct param exact_params[] = {
    INT("max-states", exact.max_states, .def = 1000000, .min = 1, .max = 1e12,
        .help = "exact: belief states before falling back to mcts"),
    { 0 },
};

struct solver {
    struct planner base;
    struct expectation *x; /* owned */
    uint64_t limit;
};

void verdict_of_exact(struct verdict *v, const struct exact *x, const double *value,
                      uint32_t n, struct rng *rng)
{
    if (x->done)
        verdict_exact(v, value, n, rng);
    v->how = x->done ? PLAN_DONE : PLAN_LIMIT;
    v->nodes = v->states = x->states;
    v->estimate = x->estimate;
}

static bool fits(const struct plan *p, struct err *err)
{
    return p->model->ops->support || err_set(err, "it does not list its percepts");
}

static struct planner *open_solver(const void *config, const struct plan *p)
{
    struct solver *s = xcalloc(1, sizeof *s);
    s->base.ops = &planner_exact;
    s->x = expectation_new(p);
    s->limit = (uint64_t)((const struct config *)config)->exact.max_states;
    return &s->base;
}

static void close_solver(struct planner *pl)
{
    expectation_free(((struct solver *)pl)->x);
    free(pl);
}

static void plan(struct planner *pl, const struct plan *p, struct rng *rng,
                 struct verdict *out)
{
    struct solver *s = (struct solver *)pl;
    double value[ACTIONS_MAX];
    struct exact x = expectation_solve(s->x, p, exact_limit(s->limit, p), value);
    verdict_of_exact(out, &x, value, p->model->space.n_actions, rng);
}

const struct planner_ops planner_exact = {
    .kind.name = "exact",
    .kind.title = "expectimax over belief states",
    .kind.version = 1,
    .kind.params = exact_params,
    .kind.config_size = sizeof(struct config),
    .fits = fits,
    .exact = true,
    .open = open_solver,
    .close = close_solver,
    .plan = plan,
    .effort = exact_effort,
};
