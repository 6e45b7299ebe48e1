#include "config.h"

#include "broken.h"
#include "harness.h"
#include "registry.h"

#include <math.h>

/* Every law can be broken: a planner with one fault breaks the law about it, and what is
 * said names the fault with the shortest example. */

static void must_plan_wrongly(void (*plan)(struct planner *pl, const struct plan *p,
                                           struct rng *rng, struct verdict *out),
                              const char *name, const char *words)
{
    struct broken b;
    struct planner_ops ops = planner_exact;
    struct spec_of spec = { 0 };
    struct err err = { 0 };
    broken_open(&b);
    ck_assert_msg(kind_parse(&spec, &planner_shelf, "exact", &err), "%s", err.text);
    struct subject s = { .env = b.env, .spec = &spec, .model = broken_mixture };
    broken_none(LAW_planner, &s, true);
    spec.kind = &ops.kind;
    ops.plan = plan;
    broken_law(LAW_planner, name, &s, words);
    env_close(b.env);
    spec.kind = &planner_exact.kind;
    kind_release(&spec);
}

static void hopes(struct planner *pl, const struct plan *p, struct rng *rng,
                  struct verdict *out)
{
    planner_exact.plan(pl, p, rng, out);
    out->value[2] += 0.5;
}

static void claims(struct planner *pl, const struct plan *p, struct rng *rng,
                   struct verdict *out)
{
    planner_exact.plan(pl, p, rng, out);
    out->lo[2] += 0.5;
}

static void mistakes(struct planner *pl, const struct plan *p, struct rng *rng,
                     struct verdict *out)
{
    planner_exact.plan(pl, p, rng, out);
    out->best = 0;
}

static void guesses(struct planner *pl, const struct plan *p, struct rng *rng,
                    struct verdict *out)
{
    planner_exact.plan(pl, p, rng, out);
    for (unsigned a = 0; a < out->n; a++) {
        out->lo[a] = out->hi[a] = NAN;
        out->visits[a] = 10000;
        out->value[a] += a;
    }
}

static void tries(struct planner *pl, const struct plan *p, struct rng *rng,
                  struct verdict *out)
{
    struct outcome o;
    planner_exact.plan(pl, p, rng, out);
    p->model->ops->step(p->model, 2, rng, &o);
}

static void goes_on(struct planner *pl, const struct plan *p, struct rng *rng,
                    struct verdict *out)
{
    planner_exact.plan(pl, p, rng, out);
    out->simulations = 600;
}

START_TEST(plans_are_right_and_change_nothing)
{
    must_plan_wrongly(hopes, "agrees",
                      "action 0: action 2 is worth 1.75, and it says 2.25");
    must_plan_wrongly(claims, "agrees",
                      "action 0: action 2 is worth 1.75, not 2.25 to 1.75");
    must_plan_wrongly(mistakes, "agrees",
                      "actions 0, 0: action 0 is best, and action 2 better");
    must_plan_wrongly(guesses, "agrees",
                      "action 0: action 1 is worth 1.75, and it says 2.75");
    must_plan_wrongly(tries, "leaves",
                      "action 0: after a plan, imagined cycle 1 is (1, -1) with chance "
                      "0.91666666666666663, not (0, 10) with 0.25");
    must_plan_wrongly(
        goes_on, "cancel",
        "action 0: a cancelled plan made 600 simulations, 1 nodes and 1 states");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("laws of planners");
    TCase *tc = tcase_create("planners");
    tcase_add_test(tc, plans_are_right_and_change_nothing);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
