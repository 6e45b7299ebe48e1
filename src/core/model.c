#include "config.h"

#include "model.h"

const void *model_view(struct model *m, const struct view_kind *which)
{
    return m->ops->view ? m->ops->view(m, which) : NULL;
}

double model_prob(struct model *m, unsigned action, struct percept e, void *snap)
{
    struct outcome o = { .e = e };
    unsigned want = m->want;
    m->want = WANT_PROB;
    model_save(m, snap);
    double p = m->ops->condition(m, action, &o);
    model_restore(m, snap);
    model_release(m);
    m->want = want;
    return p;
}
