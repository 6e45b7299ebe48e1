#include "config.h"

#include "exact.h"

#include "xalloc.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Scores of two agents on one map, ranked together. Everything is in halves, so that ties
 * stay whole numbers: U is the number of pairs that the first agent wins. */
struct pool {
    size_t n, m;
    size_t *rank;    /* [n + m] twice the midranks, rising; owned */
    size_t twice_u;  /* as it was seen */
    double variance; /* of U, given the ties */
};

/* Chances of the values 0 .. n - 1 of twice U. */
struct law {
    double *p; /* owned */
    size_t n;
};

static struct pool pool_init(const double *x, size_t n, const double *y, size_t m)
{
    size_t all = n + m, *order = xcalloc(all, sizeof *order);
    double *v = xcalloc(all, sizeof *v), ties = 0;
    struct pool p = { .n = n, .m = m, .rank = xcalloc(all, sizeof *p.rank) };
    memcpy(v, x, n * sizeof *v);
    memcpy(v + n, y, m * sizeof *v);
    gsl_sort_index(order, v, 1, all);
    for (size_t i = 0, end; i < all; i = end) {
        for (end = i + 1; end < all && !(v[order[end]] > v[order[i]]);)
            end++;
        double g = (double)(end - i);
        ties += g * g * g - g;
        for (size_t j = i; j < end; j++) {
            p.rank[j] = i + end + 1; /* of ranks i + 1 .. end */
            p.twice_u += order[j] < n ? p.rank[j] : 0;
        }
    }
    p.twice_u -= n * (n + 1);
    double N = (double)all;
    p.variance = (double)n * (double)m / 12 * (N + 1 - ties / (N * (N - 1)));
    free(v);
    free(order);
    return p;
}

/* The law of twice U: ways[j][s] counts the choices of j scores whose ranks sum to s. */
static struct law pool_law(const struct pool *p)
{
    size_t least = p->n * (p->n + 1), sums = least + 2 * p->n * p->m + 1;
    double *ways = xcalloc((p->n + 1) * sums, sizeof *ways), all = 0;
    ways[0] = 1;
    for (size_t i = 0; i < p->n + p->m; i++)
        for (size_t j = i < p->n ? i + 1 : p->n; j > 0; j--)
            for (size_t s = p->rank[i]; s < sums; s++)
                ways[j * sums + s] += ways[(j - 1) * sums + s - p->rank[i]];
    struct law law = { .n = 2 * p->n * p->m + 1 };
    law.p = xcalloc(law.n, sizeof *law.p);
    memcpy(law.p, ways + p->n * sums + least, law.n * sizeof *law.p);
    for (size_t s = 0; s < law.n; s++)
        all += law.p[s];
    for (size_t s = 0; s < law.n; s++)
        law.p[s] /= all;
    free(ways);
    return law;
}

/* The law of the sum of two; both are released. */
static struct law law_add(struct law a, struct law b)
{
    struct law sum = { .n = a.n + b.n - 1 };
    sum.p = xcalloc(sum.n, sizeof *sum.p);
    for (size_t i = 0; i < a.n; i++)
        for (size_t j = 0; j < b.n; j++)
            sum.p[i + j] += a.p[i] * b.p[j];
    free(a.p);
    free(b.p);
    return sum;
}

/* What all maps together say. */
struct evidence {
    struct law law; /* empty when there are too many pairs */
    size_t pairs, twice_u;
    double variance;
};

static size_t size(const struct scores *s, size_t k)
{
    return s->start[k + 1] - s->start[k];
}

static struct evidence gather(const struct scores *x, const struct scores *y)
{
    struct evidence e = { 0 };
    size_t strata = x->strata < y->strata ? x->strata : y->strata;
    for (size_t k = 0; k < strata; k++)
        e.pairs += size(x, k) * size(y, k);
    bool exact = e.pairs <= EXACT_PAIRS;
    if (exact) {
        e.law = (struct law){ xcalloc(1, sizeof *e.law.p), 1 };
        e.law.p[0] = 1;
    }
    for (size_t k = 0; k < strata; k++) {
        if (!size(x, k) || !size(y, k))
            continue;
        struct pool p =
            pool_init(x->x + x->start[k], size(x, k), y->x + y->start[k], size(y, k));
        e.twice_u += p.twice_u;
        e.variance += p.variance;
        if (exact)
            e.law = law_add(e.law, pool_law(&p));
        free(p.rank);
    }
    return e;
}

double exact_rank_p(const struct scores *x, const struct scores *y)
{
    struct evidence e = gather(x, y);
    bool above = stat_superiority(x, y) > 0.5;
    double tail = 0, away = (double)e.twice_u / 2 - (double)e.pairs / 2;
    for (size_t s = 0; s < e.law.n; s++)
        if (above ? s >= e.twice_u : s <= e.twice_u)
            tail += e.law.p[s];
    if (!e.law.n && e.variance > 0) /* half a pair for continuity */
        tail = gsl_cdf_ugaussian_Q(((above ? away : -away) - 0.5) / sqrt(e.variance));
    else if (!e.law.n)
        tail = 1;
    free(e.law.p);
    return fmin(1, 2 * tail);
}

double exact_sign_p(size_t wins, size_t losses)
{
    size_t more = wins > losses ? wins : losses;
    if (!more)
        return 1;
    double tail = gsl_cdf_binomial_Q((unsigned)more - 1, 0.5, (unsigned)(wins + losses));
    return fmin(1, 2 * tail);
}
