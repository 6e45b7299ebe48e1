#include "config.h"

#include "anytime.h"
#include "certify.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* The method of programs: where the class is never known whole, its bracket by more and
 * more of the budget. What is proved of 8 bits is told at once. */

struct search {
    const struct certify_task *t;
    uint64_t nodes;
};

static bool fits(const struct certify_task *t, struct err *err)
{
    if (!t->plan->model || !budgeted_of(t->plan->model))
        return err_set(err, "the model leaves nothing undecided");
    if (t->endless)
        return err_set(err, "it looks a number of cycles ahead, -H N");
    return anytime_fits(t->plan, err);
}

/* False: interrupted, and *b is not touched. */
static bool look(struct search *s, struct bracket *b)
{
    struct verdict v;
    const struct budgeted *class = budgeted_of(s->t->plan->model);
    anytime_plan(s->t->plan, &(struct anytime_conf){ LOSS_DEATH, 1 }, NULL, &v);
    if (v.how == PLAN_CANCELLED)
        return false;
    b->n_actions = v.n;
    b->lower = b->upper = -HUGE_VAL;
    for (uint32_t a = 0; a < v.n; a++) {
        b->lower = fmax(b->lower, b->lo[a] = v.lo[a]);
        b->upper = fmax(b->upper, b->hi[a] = v.hi[a]);
    }
    b->backups = s->nodes += v.nodes;
    b->vectors = 0;
    b->points = s->t->plan->model->n;
    b->bytes = class->nodes(s->t->plan->model, s->t->plan->horizon) * sizeof(double);
    return true;
}

static void *open_search(const struct certify *c, struct bracket *b, struct err *err)
{
    struct search *s = xcalloc(1, sizeof *s);
    s->t = certify_task_of(c);
    if (look(s, b))
        return s;
    err_set(err, "interrupted before anything was known");
    free(s);
    return NULL;
}

static enum certify_end step(void *self, struct bracket *b)
{
    struct search *s = self;
    struct model *m = s->t->plan->model;
    uint32_t bits = anytime_next(budgeted_of(m));
    if (!bits)
        return CERTIFY_SPENT;
    if (budgeted_of(m)->deepen(m, bits, s->t->plan->cancel))
        look(s, b);
    return CERTIFY_ON;
}

const struct certifier certifier_programs = {
    .name = "programs",
    .title = "all programs within a budget of bits, the rest as a bracket",
    .fits = fits,
    .open = open_search,
    .step = step,
    .close = free,
};
