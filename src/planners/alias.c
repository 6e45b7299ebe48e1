#include "config.h"

#include "alias.h"
#include "xalloc.h"

#include <stdlib.h>

void alias_reserve(struct alias *t, size_t n)
{
    if (n <= t->cap)
        return;
    t->cap = n;
    t->at = xrealloc(t->at, n, sizeof *t->at);
    t->excess = xrealloc(t->excess, n, sizeof *t->excess);
    t->order = xrealloc(t->order, n, sizeof *t->order);
}

static void set(struct alias *t, size_t i, uint32_t cut, size_t other)
{
    t->at[i].cut = cut;
    t->at[i].other = (uint32_t)other;
}

void alias_make(struct alias *t, const double *w, double total, size_t n)
{
    alias_reserve(t, n);
    t->n = n;
    for (size_t i = 0; i < n; i++) {
        t->excess[i] = w[i] / total * (double)n;
        set(t, i, UINT32_MAX, i);
    }
    size_t small = 0, large = n;
    for (size_t i = 0; i < n; i++)
        if (t->excess[i] < 1)
            t->order[small++] = (uint32_t)i;
        else
            t->order[--large] = (uint32_t)i;
    while (small && large < n) {
        uint32_t poor = t->order[--small], rich = t->order[large];
        set(t, poor, (uint32_t)(t->excess[poor] * 0x1p32), rich);
        t->excess[rich] -= 1 - t->excess[poor];
        if (t->excess[rich] < 1) {
            large++;
            t->order[small++] = rich;
        }
    }
}

void alias_release(struct alias *t)
{
    free(t->at);
    free(t->excess);
    free(t->order);
    *t = (struct alias){ 0 };
}
