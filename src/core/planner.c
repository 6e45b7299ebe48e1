#include "config.h"

#include "planner.h"

#include <math.h>
#include <string.h>

static bool serves(const struct planner_ops *ops, const struct kind *asked)
{
    if (!asked)
        return ops->automatic;
    const char *form_of = ops->kind.form_of;
    return &ops->kind == asked || (form_of && !strcmp(form_of, asked->name));
}

size_t planner_choose(const struct shelf *from, const struct kind *asked,
                      const struct plan *p, struct err *err)
{
    struct err why = { 0 };
    if (!model_tells(p->model, p->utility->wants, &why)) {
        err_set(err, "this utility cannot be maximised in model %s: %s",
                p->model->ops->name, why.text);
        return SIZE_MAX;
    }
    for (size_t k = 0; from->at[k]; k++) {
        const struct planner_ops *ops = planner_at(from, k);
        why = (struct err){ 0 };
        if (serves(ops, asked) && (!ops->fits || ops->fits(p, &why)))
            return k;
    }
    err_set(err, "planner=%s cannot plan in model %s: %s; use planner=mcts",
            asked ? asked->name : "auto", p->model->ops->name, why.text);
    return SIZE_MAX;
}

double value_tolerance(const double *value, uint32_t n)
{
    double scale = 0;
    for (uint32_t a = 0; a < n; a++)
        scale = fmax(scale, fabs(value[a]));
    return 1e-10 * scale;
}

static unsigned best_of(const double *value, uint32_t n, struct rng *rng)
{
    unsigned best = n, ties = 0;
    double top = -INFINITY, tolerance = value_tolerance(value, n);
    for (unsigned a = 0; a < n; a++)
        top = fmax(top, value[a]);
    for (unsigned a = 0; a < n; a++)
        if (value[a] >= top - tolerance && (rng ? !rng_below(rng, ++ties) : best == n))
            best = a;
    return best;
}

void verdict_law(const struct verdict *v, double *p)
{
    double top = -INFINITY, tolerance = value_tolerance(v->value, v->n), ties = 0;
    for (uint32_t a = 0; a < v->n; a++)
        top = fmax(top, v->value[a]);
    for (uint32_t a = 0; a < v->n; a++)
        ties += v->value[a] >= top - tolerance;
    for (uint32_t a = 0; a < v->n; a++)
        p[a] = v->value[a] >= top - tolerance ? 1 / ties : 0;
}

void verdict_exact(struct verdict *v, const double *value, uint32_t n, struct rng *rng)
{
    for (uint32_t a = 0; a < n; a++) {
        v->value[a] = v->lo[a] = v->hi[a] = value[a];
        v->visits[a] = NAN;
    }
    v->n = n;
    v->best = best_of(value, n, rng);
    v->simulations = v->steps = v->nodes = v->states = v->depth = 0;
    v->how = PLAN_DONE;
}
