#include "config.h"

#include "potential.h"

#include "cross.h"
#include "ice.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

struct potential {
    struct model *model; /* borrowed, or own */
    struct model *own;   /* owned; NULL: somebody else's */
    struct model *truth; /* owned */
    struct utility reward;
    struct plan plan; /* in model, of reward */
    struct cross cross;
    unsigned shape; /* of model */
    bool ok;        /* there is a table for this shape */
    double unit;    /* range of the rewards, in units of reward */
};

struct potential *potential_new(const struct plan *plan, bool own, struct model *truth,
                                struct err *err)
{
    struct potential *p = xcalloc(1, sizeof *p);
    const struct space *sp = &plan->model->space;
    p->model = plan->model;
    p->own = own ? p->model : NULL;
    p->truth = truth;
    p->reward = *plan->utility;
    p->plan = *plan;
    p->plan.utility = &p->reward;
    p->unit = ((double)sp->rew_max - sp->rew_min) / sp->scale;
    p->shape = p->model->shape;
    p->ok = cross_init(&p->cross, &p->plan, truth, "ep=yes", err);
    if (p->ok)
        return p;
    potential_free(p);
    return NULL;
}

void potential_free(struct potential *p)
{
    if (!p)
        return;
    cross_release(&p->cross);
    p->truth->ops->free(p->truth);
    if (p->own)
        p->own->ops->free(p->own);
    free(p);
}

/* A class that has grown is compared anew. */
static void keep_up(struct potential *p)
{
    if (p->shape == p->model->shape)
        return;
    cross_release(&p->cross);
    p->shape = p->model->shape;
    p->ok = cross_init(&p->cross, &p->plan, p->truth, "ep=yes", NULL);
}

void potential_update(struct potential *p, const struct cycle *c)
{
    struct outcome o = { .e = c->e };
    p->truth->ops->condition(p->truth, c->action, &o);
    if (p->own)
        p->own->ops->condition(p->own, c->action, &o);
}

/* EP of world j, up to the unit and the sum of the weights. */
static double of_world(struct potential *p, size_t j)
{
    const struct automata *m = p->cross.worlds;
    double sum = 0;
    for (size_t i = 0; i < m->n; i++)
        if (m->w[i] > 0)
            sum +=
                m->w[i] * fabs(cross_value(&p->cross, i, i) - cross_value(&p->cross, i, j));
    return sum;
}

double potential_true(struct potential *p)
{
    keep_up(p);
    if (!p->ok)
        return NAN;
    cross_look(&p->cross, p->model, p->truth);
    return of_world(p, p->cross.n) * p->unit / p->cross.worlds->total;
}

double potential_expected(struct potential *p)
{
    double sum = 0;
    keep_up(p);
    if (!p->ok)
        return NAN;
    cross_look(&p->cross, p->model, p->truth);
    const struct automata *m = p->cross.worlds;
    for (size_t j = 0; j < m->n; j++)
        if (m->w[j] > 0)
            sum += m->w[j] * of_world(p, j);
    return sum * p->unit / (m->total * m->total);
}

void potential_ice(struct potential *p, struct ice *ice)
{
    ice_model(ice, p->truth);
    if (p->own)
        ice_model(ice, p->own);
}
