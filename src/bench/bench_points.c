#include "config.h"

#include "bench.h"
#include "points.h"
#include "posterior.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

/* Certified planning: bounds of processes of the field, with their discount, .95. */

enum { BUDGET = 1000 };
static const double gamma95 = 0.95;

struct process {
    struct spec_of spec;
    struct env *env;
    struct model *model;
    struct pomdp *pomdp;
    struct blocks *blocks;
};

static void close_process(void *context)
{
    struct process *p = context;
    blocks_free(p->blocks);
    pomdp_free(p->pomdp);
    if (p->model)
        p->model->ops->free(p->model);
    env_close(p->env);
    kind_release(&p->spec);
    free(p);
}

static void *open_process(const char *world, struct err *err)
{
    struct process *p = xcalloc(1, sizeof *p);
    if (kind_parse(&p->spec, &env_shelf, world, err))
        p->env = env_open(&p->spec, 0, err);
    if (p->env)
        p->model = posterior_new_wide(family_find("mu", p->env, err), err);
    if (p->model)
        p->pomdp = pomdp_of(p->model, &utility_reward, 1 << 16, err);
    if (!p->pomdp) {
        close_process(p);
        return NULL;
    }
    p->blocks = blocks_new(p->pomdp);
    return p;
}

static void *open_tiger(struct err *err) { return open_process("tiger", err); }
static void *open_rocks(struct err *err) { return open_process("rocksample:map=7_8", err); }

/* A search from nothing, until the gap or the backups are reached. */
static struct points_told search(const struct process *p, double gap, uint64_t backups)
{
    struct points *s = points_new(p->blocks, &(struct steps){ 1, true, &gamma95 }, 1 << 28);
    struct points_told told = points_told(s, NULL, NULL);
    while (told.upper - told.lower > gap && told.backups < backups) {
        points_trial(s, NULL);
        told = points_told(s, NULL, NULL);
    }
    points_free(s);
    return told;
}

static double tiger(void *context, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++)
        search(context, 1e-3, UINT64_MAX);
    return (double)n;
}

static double backups(void *context, uint64_t n)
{
    double sum = 0;
    for (uint64_t i = 0; i < n; i++)
        sum += (double)search(context, 0, BUDGET).backups;
    return sum;
}

static double gap(void *context, uint64_t n)
{
    struct points_told told = search(context, 0, BUDGET);
    return (double)n * (told.upper - told.lower);
}

const struct bench_row bench_points[] = {
    { "points.tiger", "s", "tiger, discount .95, to a gap of .001", BENCH_TIME, open_tiger,
      tiger, close_process },
    { "points.backups", "backups/s", "the first 1000 of RockSample 7_8", BENCH_RATE,
      open_rocks, backups, close_process },
    { "points.gap", "points", "what is open in RockSample 7_8 after 1000", BENCH_AMOUNT,
      open_rocks, gap, close_process },
    { 0 },
};
