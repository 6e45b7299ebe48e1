#include "config.h"

#include "lp.h"
#include "vectors.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void vectors_init(struct vectors *s, size_t n) { *s = (struct vectors){ .n = n }; }

void vectors_release(struct vectors *s)
{
    free(s->v);
    free(s->tag);
    *s = (struct vectors){ .n = s->n };
}

static double *at(const struct vectors *s, size_t i) { return s->v + i * s->n; }

void vectors_add(struct vectors *s, const double *v, uint32_t tag)
{
    if (s->count == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 16;
        s->v = xrealloc(s->v, s->cap, s->n * sizeof *s->v);
        s->tag = xrealloc(s->tag, s->cap, sizeof *s->tag);
    }
    memcpy(at(s, s->count), v, s->n * sizeof *v);
    s->tag[s->count++] = tag;
}

static double dot(const double *x, const double *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

double vectors_value(const struct vectors *s, const double *b, size_t *which)
{
    double top = -HUGE_VAL;
    for (size_t i = 0; i < s->count; i++) {
        double v = dot(at(s, i), b, s->n);
        if (v > top) {
            top = v;
            if (which)
                *which = i;
        }
    }
    return top;
}

static void swap(struct vectors *s, size_t i, size_t k)
{
    double *x = at(s, i), *y = at(s, k);
    uint32_t tag = s->tag[i];
    for (size_t j = 0; i != k && j < s->n; j++) {
        double keep = x[j];
        x[j] = y[j];
        y[j] = keep;
    }
    s->tag[i] = s->tag[k];
    s->tag[k] = tag;
}

/* ---- what is below another one everywhere */

static bool is_below(const double *x, const double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] > y[i])
            return false;
    return true;
}

static void drop_dominated(struct vectors *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        bool below = false;
        for (size_t k = 0; k < kept && !below; k++)
            below = is_below(at(s, i), at(s, k), s->n);
        if (below)
            continue;
        size_t stay = 0;
        for (size_t k = 0; k < kept; k++)
            if (!is_below(at(s, k), at(s, i), s->n))
                swap(s, stay++, k);
        swap(s, stay, i);
        kept = stay + 1;
    }
    s->count = kept;
}

/* ---- two states: lines over one chance, of which the upper envelope is kept */

struct line {
    double left, right; /* values at the ends */
    size_t i;
};

/* By rising slope; of parallel ones the lower first. */
static int by_slope(const void *x, const void *y)
{
    const struct line *a = x, *b = y;
    double da = a->right - a->left, db = b->right - b->left;
    if (da != db)
        return da < db ? -1 : 1;
    return (a->left > b->left) - (a->left < b->left);
}

/* Whether the middle one of three lines of rising slope is nowhere above both others: it
 * is not where these cross. */
static bool is_covered(const struct line *a, const struct line *m, const struct line *c)
{
    double da = a->right - a->left, dm = m->right - m->left, dc = c->right - c->left;
    return (m->left - a->left) * (dc - da) <= (c->left - a->left) * (dm - da);
}

static void envelope(struct vectors *s)
{
    struct line *line = xcalloc(s->count, sizeof *line);
    struct vectors kept;
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++)
        line[i] = (struct line){ at(s, i)[0], at(s, i)[1], i };
    qsort(line, s->count, sizeof *line, by_slope);
    for (size_t i = 0; i < s->count; i++) {
        while (n > 1 && is_covered(&line[n - 2], &line[n - 1], &line[i]))
            n--;
        line[n++] = line[i];
    }
    vectors_init(&kept, 2);
    for (size_t i = 0; i < n; i++)
        vectors_add(&kept, at(s, line[i].i), s->tag[line[i].i]);
    free(line);
    vectors_release(s);
    *s = kept;
}

/* ---- more states: Lark's filter */

struct filter {
    struct vectors *s; /* the first `kept` are needed, those from `open` on are not known */
    size_t kept;
    struct lp *lp; /* holds those that are needed */
    double *b;     /* [n] scratch */
};

static void keep(struct filter *f, size_t i)
{
    lp_add(f->lp, at(f->s, i));
    swap(f->s, f->kept++, i);
}

/* Of the vectors that are not known, the highest one at f->b; of equal ones the one that
 * is highest in the first state where they differ, so that none is kept that is at an edge
 * only. */
static size_t best_open(const struct filter *f)
{
    const struct vectors *s = f->s;
    size_t best = f->kept;
    double top = dot(at(s, best), f->b, s->n);
    for (size_t i = best + 1; i < s->count; i++) {
        double v = dot(at(s, i), f->b, s->n);
        int more = v > top ? 1 : v < top ? -1 : 0;
        for (size_t k = 0; !more && k < s->n; k++)
            more = (at(s, i)[k] > at(s, best)[k]) - (at(s, i)[k] < at(s, best)[k]);
        if (more > 0) {
            best = i;
            top = v;
        }
    }
    return best;
}

/* The last of those that are not known: the best where it is above all that are needed
 * becomes one of these, or it goes; returns what that loses. */
static double judge(struct filter *f, double slack)
{
    struct vectors *s = f->s;
    struct lp_answer a = lp_witness(f->lp, at(s, s->count - 1), f->b);
    if (a.loss <= slack) {
        s->count--;
        return fmax(0, a.loss);
    }
    keep(f, a.margin > 0 ? best_open(f) : s->count - 1);
    return 0;
}

static double largest(const struct vectors *s)
{
    double top = 0;
    for (size_t i = 0; i < s->count * s->n; i++)
        top = fmax(top, fabs(s->v[i]));
    return top;
}

static double filter(struct vectors *s, double slack, bool (*stop)(void *), void *context)
{
    struct filter f = { s, 0, lp_new(s->n), xcalloc(s->n, sizeof *f.b) };
    double lost = 0, rounding = 1e-13 * largest(s);
    for (size_t k = 0; k < s->n && f.kept < s->count; k++) {
        memset(f.b, 0, s->n * sizeof *f.b);
        f.b[k] = 1;
        if (!f.kept ||
            vectors_value(&(struct vectors){ s->n, f.kept, f.kept, s->v, s->tag }, f.b,
                          NULL) < at(s, best_open(&f))[k])
            keep(&f, best_open(&f));
    }
    while (f.kept < s->count && !(stop && stop(context)))
        lost = fmax(lost, judge(&f, fmax(slack, rounding)));
    lp_free(f.lp);
    free(f.b);
    return lost;
}

double vectors_prune(struct vectors *s, double slack, bool (*stop)(void *context),
                     void *context)
{
    drop_dominated(s);
    if (s->count < 2)
        return 0;
    if (s->n > 2)
        return filter(s, slack, stop, context);
    if (s->n == 2)
        envelope(s);
    return 0;
}
