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

uint64_t upper_states(const struct sparse *b)
{
    uint64_t mark = 0;
    for (uint32_t i = 0; i < b->n; i++)
        if (b->p[i] > 0)
            mark |= UINT64_C(1) << ((b->at ? b->at[i] : i) & 63);
    return mark;
}

/* min b(s) / b_i(s) over the states of b_i, b by state; not above `least`: what, is not
 * waited for. Where neither has a state, 0 times infinity is no number, and no minimum. */
static double ratio(const struct upper_point *p, const double *b, double least)
{
    const uint32_t *at = p->b.at;
    const double *inverse = p->inverse;
    uint32_t i = 0, n = p->b.n;
    double r[4] = { HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL };
    for (; i + 4 <= n; i += 4) {
        for (unsigned k = 0; k < 4; k++) {
            double q = b[at ? at[i + k] : i + k] * inverse[i + k];
            r[k] = q < r[k] ? q : r[k];
        }
        if (!(r[0] > least && r[1] > least && r[2] > least && r[3] > least))
            return least;
    }
    for (; i < n; i++) {
        double q = b[at ? at[i] : i] * inverse[i];
        r[0] = q < r[0] ? q : r[0];
    }
    return fmin(fmin(r[0], r[1]), fmin(r[2], r[3]));
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
    uint64_t states = upper_states(b);
    while (i-- > 0 && s->point[i].age >= from) {
        const struct upper_point *p = &s->point[i];
        if (p->fall >= fall || p->states & ~states)
            continue;
        double least = fall / p->fall, r = ratio(p, dense, least);
        if (r > least)
            fall = r * p->fall;
    }
    clear(u, b);
    return fall;
}

/* Whether p says as much of q's belief as q does; `own` is p's inverse by state, 0 where it
 * has none. */
static bool covers(const struct upper_point *p, const struct upper_point *q,
                   const double *own)
{
    double least = q->fall / p->fall;
    const uint32_t *at = q->b.at;
    uint32_t met = 0;
    if (least > 1 || p->states & ~q->states)
        return false;
    for (uint32_t i = 0; i < q->b.n; i++) {
        double inverse = own[at ? at[i] : i];
        if (!(inverse > 0))
            continue;
        if (q->b.p[i] * inverse < least)
            return false;
        met++;
    }
    return met == p->support;
}

static void drop_covered(struct upper *u, struct upper_set *s, const struct upper_point *p)
{
    const uint32_t *at = p->b.at;
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->b.n; i++)
        u->dense[at ? at[i] : i] = p->b.p[i] > 0 ? p->inverse[i] : 0;
    for (uint32_t i = 0; i < s->n; i++)
        if (!covers(p, &s->point[i], u->dense))
            s->point[n++] = s->point[i];
    for (uint32_t i = 0; i < p->b.n; i++)
        u->dense[at ? at[i] : i] = 0;
    u->kept -= s->n - n;
    s->n = n;
}

void upper_put(struct upper *u, uint32_t set, const struct sparse *b, const double *inverse,
               double fall)
{
    struct upper_set *s = &u->set[set];
    struct upper_point p = { *b, inverse, fall, upper_states(b), ++u->age, 0 };
    for (uint32_t i = 0; i < b->n; i++)
        p.support += b->p[i] > 0;
    drop_covered(u, s, &p);
    if (s->n == s->cap) {
        uint32_t cap = s->cap ? 2 * s->cap : 4;
        s->point = xrealloc(s->point, cap, sizeof *s->point);
        u->bytes += (cap - s->cap) * sizeof *s->point;
        s->cap = cap;
    }
    s->point[s->n++] = p;
    u->kept++;
}
