#include "config.h"

#include "forms.h"

#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

const char *const coverage_names[] = { "uniform", "feasible", "policy", NULL };

/* ---- coverage */

/* Discounted visits of the uniform policy from where the world begins, sum 1, [n]. */
static double *visits(const struct reward *r, double gamma)
{
    double *now = xcalloc(r->n, sizeof *now), *sum = xcalloc(r->n, sizeof *sum);
    double *then = xcalloc(r->n, sizeof *then);
    double left = 1;
    for (uint32_t s = 0; s < r->n; s++)
        now[s] = r->start[s];
    for (; left > 1e-13; left *= gamma) {
        for (uint32_t s = 0; s < r->n; s++) {
            sum[s] += (1 - gamma) * left * now[s];
            then[s] = 0;
        }
        for (size_t pair = 0; pair < (size_t)r->n * r->n_actions; pair++)
            for (uint32_t i = r->first[pair]; i < r->first[pair + 1]; i++)
                then[r->next[i]] += now[pair / r->n_actions] / r->n_actions * r->p[i];
        double *swap = now;
        now = then;
        then = swap;
    }
    free(now);
    free(then);
    return sum;
}

double *coverage_make(const struct reward *r, enum coverage c, double gamma)
{
    size_t size = reward_size(r), pairs = (size_t)r->n * r->n_actions;
    double *weight = xcalloc(size, sizeof *weight);
    double *visit = c == COVER_POLICY ? visits(r, gamma) : NULL;
    if (c == COVER_UNIFORM)
        for (size_t i = 0; i < size; i++)
            weight[i] = 1.0 / (double)size;
    else
        for (size_t pair = 0; pair < pairs; pair++)
            for (uint32_t i = r->first[pair]; i < r->first[pair + 1]; i++)
                weight[pair * r->n + r->next[i]] =
                    visit ? visit[pair / r->n_actions] / r->n_actions * r->p[i]
                          : 1.0 / r->first[pairs];
    free(visit);
    return weight;
}

/* ---- distances */

double distance_pearson(const double *a, const double *b, const double *weight, size_t n)
{
    double mass = 0, ma = 0, mb = 0, aa = 0, bb = 0, ab = 0, sa = 0, sb = 0;
    for (size_t i = 0; i < n; i++) {
        mass += weight[i];
        ma += weight[i] * a[i];
        mb += weight[i] * b[i];
    }
    ma /= mass;
    mb /= mass;
    for (size_t i = 0; i < n; i++) {
        aa += weight[i] * (a[i] - ma) * (a[i] - ma);
        bb += weight[i] * (b[i] - mb) * (b[i] - mb);
        ab += weight[i] * (a[i] - ma) * (b[i] - mb);
        sa += weight[i] * a[i] * a[i];
        sb += weight[i] * b[i] * b[i];
    }
    /* rounding is no reward */
    if (aa <= 1e-20 * fmax(sa, 1e-300) || bb <= 1e-20 * fmax(sb, 1e-300))
        return NAN;
    return sqrt(fmax(0, (1 - ab / sqrt(aa * bb)) / 2));
}

/* The inner product of two forms: over all triples it is, for FORM_MINIMAL; FORM_VALUE has
 * the same number at every s', and so has it. */
static double product(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Whether a form is nothing but rounding of the reward that it is made of. */
static bool nothing(const struct reward *r, double norm)
{
    double most = 0;
    for (size_t i = 0; i < reward_size(r); i++)
        most = fmax(most, fabs(r->at[i]));
    return norm <= 1e-9 * most * sqrt((double)reward_size(r));
}

double distance_starc(const struct reward *ra, const struct reward *rb, const double *a,
                      const double *b)
{
    size_t n = reward_size(ra);
    double na = sqrt(product(a, a, n)), nb = sqrt(product(b, b, n)), sum = 0;
    bool za = nothing(ra, na), zb = nothing(rb, nb);
    if (za || zb)
        return za && zb ? 0 : 0.5;
    for (size_t i = 0; i < n; i++)
        sum += (a[i] / na - b[i] / nb) * (a[i] / na - b[i] / nb);
    return sqrt(sum) / 2;
}

/* ---- regret */

/* Values of the best of the policies that keep to what is allowed, [n]; sign -1: of the
 * worst. Gauss-Seidel until nothing moves by more than rounding. */
static double *values(const struct reward *r, const double *mean, const bool *allowed,
                      double gamma, double sign)
{
    double *v = xcalloc(r->n, sizeof *v), most = 0, moved = HUGE_VAL;
    for (size_t pair = 0; pair < (size_t)r->n * r->n_actions; pair++)
        most = fmax(most, fabs(mean[pair]));
    while (moved > 1e-13 * most) {
        moved = 0;
        for (uint32_t s = 0; s < r->n; s++) {
            double best = -HUGE_VAL;
            for (unsigned a = 0; a < r->n_actions; a++) {
                size_t pair = reward_pair(r, s, a);
                double q = sign * mean[pair];
                for (uint32_t i = r->first[pair]; i < r->first[pair + 1]; i++)
                    q += gamma * r->p[i] * v[r->next[i]];
                if (!allowed || allowed[pair])
                    best = fmax(best, q);
            }
            moved = fmax(moved, fabs(best - v[s]));
            v[s] = best;
        }
    }
    return v;
}

/* The actions that are optimal, up to rounding: ties are many in grids. */
static bool *optimal(const struct reward *r, double gamma)
{
    double *mean = reward_means(r, r->at), *v = values(r, mean, NULL, gamma, 1);
    bool *best = xcalloc((size_t)r->n * r->n_actions, sizeof *best);
    double most = 1;
    for (uint32_t s = 0; s < r->n; s++)
        most = fmax(most, fabs(v[s]));
    for (size_t pair = 0; pair < (size_t)r->n * r->n_actions; pair++) {
        double q = mean[pair];
        for (uint32_t i = r->first[pair]; i < r->first[pair + 1]; i++)
            q += gamma * r->p[i] * v[r->next[i]];
        best[pair] = q >= v[pair / r->n_actions] - 1e-9 * most;
    }
    free(mean);
    free(v);
    return best;
}

/* The mean over all states of sign * v, which it frees. */
static double mean_of(double *v, uint32_t n, double sign)
{
    double sum = 0;
    for (uint32_t s = 0; s < n; s++)
        sum += sign * v[s] / n;
    free(v);
    return sum;
}

struct regret reward_regret(const struct reward *of, const struct reward *by, double gamma)
{
    bool *allowed = optimal(by, gamma);
    double *mean = reward_means(of, of->at);
    struct regret g = {
        .best = mean_of(values(of, mean, NULL, gamma, 1), of->n, 1),
        .worst = mean_of(values(of, mean, NULL, gamma, -1), of->n, -1),
        .got = mean_of(values(of, mean, allowed, gamma, -1), of->n, -1),
    };
    double range = g.best - g.worst;
    if (range > 1e-9 * fmax(1, fabs(g.best)))
        g.regret = fmax(0, (g.best - g.got) / range);
    free(allowed);
    free(mean);
    return g;
}
