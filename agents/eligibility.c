#include "config.h"

#include "eligibility.h"
#include "ice.h"
#include "xalloc.h"

#include <stdlib.h>

void eligibility_init(struct eligibility *el, double decay, uint32_t reach, bool replace)
{
    *el = (struct eligibility){ .replace = replace };
    el->weight = xcalloc(reach, sizeof *el->weight);
    double weight = 1;
    for (; el->reach < reach && weight > 0; weight *= decay)
        el->weight[el->reach++] = weight;
    el->cell = xcalloc(el->reach, sizeof *el->cell);
}

void eligibility_release(struct eligibility *el)
{
    free(el->weight);
    free(el->cell);
    *el = (struct eligibility){ 0 };
}

void eligibility_cut(struct eligibility *el) { el->n = 0; }

/* Where the visit of i cycles ago stands. */
static uint32_t *visit(struct eligibility *el, uint32_t i)
{
    return &el->cell[el->newest >= i ? el->newest - i : el->newest + el->reach - i];
}

static void remember(struct eligibility *el, uint32_t cell)
{
    for (uint32_t i = 0; el->replace && i < el->n; i++)
        if (*visit(el, i) == cell)
            *visit(el, i) = VOID_CELL;
    el->newest = el->newest + 1 < el->reach ? el->newest + 1 : 0;
    el->n += el->n < el->reach;
    *visit(el, 0) = cell;
}

void eligibility_learn(struct eligibility *el, struct table *t, uint64_t state,
                       unsigned action, double target)
{
    uint32_t cell = table_number(t, state) * t->n_actions + action;
    double step = t->conf.alpha * (target - t->q[cell]);
    remember(el, cell);
    for (uint32_t i = 0; step != 0 && i < el->n; i++) {
        uint32_t to = *visit(el, i);
        if (to != VOID_CELL)
            t->q[to] += step * el->weight[i];
    }
}

/* From the oldest visit to the newest. */
void eligibility_ice(struct eligibility *el, struct ice *ice)
{
    uint32_t n = el->n;
    ice_piece(ice, &n, sizeof n);
    if (n > el->reach) {
        ice_fail(ice, "more traces than reach has room for");
        return;
    }
    if (ice->way == ICE_THAW) {
        el->n = n;
        el->newest = n ? n - 1 : 0;
    }
    for (uint32_t i = n; i-- > 0;)
        ice_piece(ice, visit(el, i), sizeof *el->cell);
}
