#include "config.h"

#include "upper.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void upper_init(struct upper *u, const struct bounds *bounds)
{
    *u = (struct upper){ .bounds = bounds,
                         .n_sets = (size_t)bounds->steps.n * bounds->b->n };
    u->set = xcalloc(u->n_sets, sizeof *u->set);
    u->dense = xcalloc(bounds->b->largest, sizeof *u->dense);
    u->bytes = u->n_sets * sizeof *u->set;
}

void upper_release(struct upper *u)
{
    for (size_t i = 0; i < u->n_sets; i++)
        free(u->set[i].point);
    free(u->set);
    free(u->dense);
}

/* min b(s) / b_i(s) over the states of b_i, b by state; not above `least`: what, is not
 * waited for. */
static double ratio(const struct upper_point *p, const double *b, double least)
{
    double r = HUGE_VAL;
    if (p->at)
        for (uint32_t i = 0; i < p->n && r > least; i++) {
            double q = b[p->at[i]] * p->inverse[i];
            r = q < r ? q : r;
        }
    else
        for (uint32_t i = 0; i < p->n && r > least; i++) {
            double q = b[i] * p->inverse[i];
            r = q < r ? q : r;
        }
    return r;
}

/* b by state: its own array, or the scratch, which clear() empties again. */
static const double *spread(struct upper *u, const struct sparse *b)
{
    if (!b->at)
        return b->p;
    for (uint32_t i = 0; i < b->n; i++)
        u->dense[b->at[i]] = b->p[i];
    return u->dense;
}

static void clear(struct upper *u, const struct sparse *b)
{
    for (uint32_t i = 0; b->at && i < b->n; i++)
        u->dense[b->at[i]] = 0;
}

double upper_fall(struct upper *u, uint32_t set, const struct sparse *b, uint32_t from)
{
    const struct upper_set *s = &u->set[set];
    uint32_t i = s->n;
    double fall = 0;
    if (!i || s->point[i - 1].age < from)
        return 0;
    const double *dense = spread(u, b);
    while (i-- > 0 && s->point[i].age >= from) {
        const struct upper_point *p = &s->point[i];
        if (p->n > b->n || p->fall >= fall)
            continue;
        double least = fall / p->fall, r = ratio(p, dense, least);
        if (r > least)
            fall = r * p->fall;
    }
    clear(u, b);
    return fall;
}

/* Points that p alone says as much of. */
static void drop_covered(struct upper *u, struct upper_set *s, const struct upper_point *p,
                         const struct sparse *b)
{
    uint32_t n = 0;
    double *own = u->dense;
    for (uint32_t i = 0; i < s->n; i++) {
        const struct upper_point *q = &s->point[i];
        bool covered = q->n >= b->n && q->fall >= p->fall;
        if (covered) {
            double least = q->fall / p->fall, r = HUGE_VAL;
            for (uint32_t k = 0; k < q->n; k++)
                own[q->at ? q->at[k] : k] = q->inverse[k];
            for (uint32_t k = 0; k < p->n && r >= least; k++) {
                double inverse = own[p->at ? p->at[k] : k];
                r = fmin(r, inverse > 0 ? p->inverse[k] / inverse : 0);
            }
            covered = r >= least;
            for (uint32_t k = 0; k < q->n; k++)
                own[q->at ? q->at[k] : k] = 0;
        }
        if (!covered)
            s->point[n++] = *q;
    }
    u->kept -= s->n - n;
    s->n = n;
}

void upper_put(struct upper *u, uint32_t set, const struct sparse *b, const double *inverse,
               double fall)
{
    struct upper_set *s = &u->set[set];
    struct upper_point p = { fall, ++u->age, b->n, b->at, inverse };
    drop_covered(u, s, &p, b);
    if (s->n == s->cap) {
        uint32_t cap = s->cap ? 2 * s->cap : 4;
        s->point = xrealloc(s->point, cap, sizeof *s->point);
        u->bytes += (cap - s->cap) * sizeof *s->point;
        s->cap = cap;
    }
    s->point[s->n++] = p;
    u->kept++;
}
