#include "config.h"

#include "model.h"
#include "xalloc.h"

#include <stdlib.h>

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

bool model_tells(const struct model *m, unsigned want, struct err *err)
{
    return !(m->lacks & want) ||
           err_set(err, "it does not tell how likely the likeliest percept is; "
                        "model=plain-mixture does");
}

/* Puts x behind all that are at least as heavy of the n at `w`, which has room for cap. */
static size_t insert(size_t k, double x, size_t *which, double *w, size_t n, size_t cap)
{
    size_t i = n < cap ? n : cap - 1;
    if (n == cap && x <= w[i])
        return n;
    for (; i > 0 && w[i - 1] < x; i--) {
        w[i] = w[i - 1];
        which[i] = which[i - 1];
    }
    w[i] = x;
    which[i] = k;
    return n < cap ? n + 1 : cap;
}

size_t model_top(const struct model *m, size_t *which, double *w, size_t cap)
{
    size_t n = 0;
    if (m->ops->top)
        return m->ops->top(m, which, w, cap);
    if (!m->ops->posterior || !cap)
        return 0;
    double *all = xcalloc(m->n, sizeof *all);
    m->ops->posterior(m, all, m->n);
    for (size_t k = 0; k < m->n; k++)
        n = insert(k, all[k], which, w, n, cap);
    free(all);
    return n;
}
