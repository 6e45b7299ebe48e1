#include "config.h"

#include "expectimax.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* The exact planner of one hidden dispenser in a known maze. */

struct chase {
    struct planner base;
    struct hunter *hunter; /* owned */
    uint64_t limit;
};

static bool fits(const struct plan *p, struct err *err)
{
    return hunter_fits(p) || err_set(err, "it hunts one dispenser in a known maze");
}

static struct planner *open_chase(const void *config, const struct plan *p)
{
    struct chase *s = xcalloc(1, sizeof *s);
    s->base.ops = &planner_hunter;
    s->hunter = hunter_new(p);
    s->limit = (uint64_t)((const struct exact_conf *)config)->max_states;
    return &s->base;
}

static void close_chase(struct planner *pl)
{
    hunter_free(((struct chase *)pl)->hunter);
    free(pl);
}

static void plan(struct planner *pl, const struct plan *p, struct rng *rng,
                 struct verdict *out)
{
    struct chase *s = (struct chase *)pl;
    double value[ACTIONS_MAX];
    struct exact x = hunter_solve(s->hunter, p, exact_limit(s->limit, p), value);
    verdict_of_exact(out, &x, value, p->model->space.n_actions, rng);
}

const struct planner_ops planner_hunter = {
    .kind.name = "hunter",
    .kind.title = "branch and bound for one hidden dispenser",
    .kind.version = 1,
    .kind.params = exact_params,
    .kind.config_size = sizeof(struct exact_conf),
    .kind.form_of = "exact",
    .fits = fits,
    .exact = true,
    .open = open_chase,
    .close = close_chase,
    .plan = plan,
    .effort = exact_effort,
};
