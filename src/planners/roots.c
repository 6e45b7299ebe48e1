#include "config.h"

#include "roots.h"
#include "xalloc.h"

#include <stdlib.h>

void roots_reserve(struct roots *r, const struct hidden *h)
{
    size_t n = 0;
    for (size_t k = 0; k < h->n; k++)
        n += h->b && h->b[k] ? h->fsm[k]->n_states : 1;
    if (n <= r->cap)
        return;
    r->cap = n;
    r->at = xrealloc(r->at, n, sizeof *r->at);
    r->w = xrealloc(r->w, n, sizeof *r->w);
    alias_reserve(&r->alias, n);
}

static void add(struct roots *r, size_t hypothesis, uint32_t state, double w)
{
    r->at[r->n] = (struct root){ (uint32_t)hypothesis, state };
    r->w[r->n++] = w;
}

void roots_list(struct roots *r, const struct hidden *h)
{
    double total = 0;
    roots_reserve(r, h); /* the class may have grown */
    r->n = 0;
    for (size_t k = 0; k < h->n; k++) {
        const double *b = h->b ? h->b[k] : NULL;
        if (!(h->w[k] > 0))
            continue;
        if (!b)
            add(r, k, h->at[k], h->w[k]);
        for (uint32_t s = 0; b && s < h->fsm[k]->n_states; s++)
            if (b[s] > 0)
                add(r, k, s, h->w[k] * b[s]);
    }
    for (size_t i = 0; i < r->n; i++)
        total += r->w[i];
    alias_make(&r->alias, r->w, total, r->n);
}

void roots_release(struct roots *r)
{
    free(r->at);
    free(r->w);
    alias_release(&r->alias);
    *r = (struct roots){ 0 };
}
