#include "config.h"

#include "forms.h"

#include "lp.h"
#include "xalloc.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const form_names[] = { "epic",     "dard",   "value", "minimal",
                                   "gradient", "sparse", NULL };

/* What a form is made with. */
struct work {
    const struct reward *r;
    double gamma;
    double *out; /* [n * n_actions * n] */
    double *phi; /* [n] */
    size_t n, pairs;
};

/* R + gamma Phi(s') - Phi(s). */
static void shape(struct work *w)
{
    for (size_t pair = 0; pair < w->pairs; pair++) {
        double here = w->phi[pair / w->r->n_actions];
        for (size_t k = 0; k < w->n; k++)
            w->out[pair * w->n + k] =
                w->r->at[pair * w->n + k] + w->gamma * w->phi[k] - here;
    }
}

static void subtract(struct work *w, double x)
{
    for (size_t i = 0; i < w->pairs * w->n; i++)
        w->out[i] -= x;
}

/* m(s) = E[R(s, A, S')], A and S' uniform: C(R) = R + gamma m(s') - m(s) - gamma mean m.
 * (Gleave et al. 2021, definition 4.1.) */
static void make_epic(struct work *w)
{
    double mean = 0, per = (double)w->r->n_actions * (double)w->n;
    for (size_t pair = 0; pair < w->pairs; pair++)
        for (size_t k = 0; k < w->n; k++)
            w->phi[pair / w->r->n_actions] += w->r->at[pair * w->n + k] / per;
    for (size_t s = 0; s < w->n; s++)
        mean += w->phi[s] / (double)w->n;
    shape(w);
    subtract(w, w->gamma * mean);
}

/* E[R(S', A, S'')] of one action, where S' follows the pair `from`, of s, and S'' the pair
 * `to`, of s': the last term of DARD. */
static double cross(const struct work *w, size_t from, size_t to)
{
    const struct reward *r = w->r;
    double sum = 0;
    size_t a = from % r->n_actions;
    for (uint32_t i = r->first[from]; i < r->first[from + 1]; i++) {
        const double *at = r->at + ((size_t)r->next[i] * r->n_actions + a) * w->n;
        double part = 0;
        for (uint32_t k = r->first[to]; k < r->first[to + 1]; k++)
            part += r->p[k] * at[r->next[k]];
        sum += r->p[i] * part;
    }
    return sum;
}

/* m(s) = E[R(s, A, S')], A uniform and S' by the law; then the same with one A for both of
 * S' ~ T(s, A) and S'' ~ T(s', A). (Wulfe et al. 2022, as starc's code has it.) */
static void make_dard(struct work *w)
{
    const uint32_t A = w->r->n_actions;
    double *mean = reward_means(w->r, w->r->at);
    for (size_t pair = 0; pair < w->pairs; pair++)
        w->phi[pair / A] += mean[pair] / A;
    free(mean);
    shape(w);
    for (size_t s = 0; s < w->n; s++)
        for (size_t k = 0; k < w->n; k++) {
            double sum = 0;
            for (uint32_t a = 0; a < A; a++)
                sum += cross(w, s * A + a, k * A + a) / A;
            for (uint32_t a = 0; a < A; a++)
                w->out[(s * A + a) * w->n + k] -= w->gamma * sum;
        }
}

/* ---- of means over s' */

/* E[R + gamma Phi(S')] - Phi(s) of a pair. */
static double shaped_mean(const struct work *w, const double *mean, size_t pair)
{
    const struct reward *r = w->r;
    double q = mean[pair] - w->phi[pair / r->n_actions];
    for (uint32_t i = r->first[pair]; i < r->first[pair + 1]; i++)
        q += w->gamma * r->p[i] * w->phi[r->next[i]];
    return q;
}

/* Solves M phi = b, both of which it overwrites; M is symmetric and positive. */
static void solve(struct work *w, double *m, double *b)
{
    gsl_matrix_view matrix = gsl_matrix_view_array(m, w->n, w->n);
    gsl_vector_view right = gsl_vector_view_array(b, w->n);
    gsl_vector_view x = gsl_vector_view_array(w->phi, w->n);
    gsl_linalg_cholesky_decomp1(&matrix.matrix);
    gsl_linalg_cholesky_solve(&matrix.matrix, &right.vector, &x.vector);
}

/* The row of (grad Phi) of a pair as n numbers: gamma T(s, a, .) less one at s. */
static void row_of(const struct work *w, size_t pair, double *row)
{
    const struct reward *r = w->r;
    memset(row, 0, w->n * sizeof *row);
    for (uint32_t i = r->first[pair]; i < r->first[pair + 1]; i++)
        row[r->next[i]] += w->gamma * r->p[i];
    row[pair / r->n_actions] -= 1;
}

/* sum of T(s, a, .)^2: the least norm of numbers with mean 1. */
static double spread(const struct reward *r, size_t pair)
{
    double sum = 0;
    for (uint32_t i = r->first[pair]; i < r->first[pair + 1]; i++)
        sum += r->p[i] * r->p[i];
    return sum;
}

/* Adds weight row row' to m and -weight mean row to b, where the row is not all zeros. */
static void add_row(const struct work *w, const double *row, double weight, double mean,
                    double *m, double *b)
{
    for (size_t i = 0; i < w->n; i++) {
        if (fabs(row[i]) <= 0)
            continue;
        b[i] -= weight * mean * row[i];
        for (size_t j = 0; j < w->n; j++)
            m[i * w->n + j] += weight * row[i] * row[j];
    }
}

/* An end has potential 0: its equation is replaced. */
static void pin_ends(const struct work *w, double *m, double *b)
{
    for (size_t s = 0; s < w->n; s++) {
        if (!w->r->end[s])
            continue;
        for (size_t k = 0; k < w->n; k++)
            m[s * w->n + k] = m[k * w->n + s] = 0;
        m[s * w->n + s] = 1;
        b[s] = 0;
    }
}

/* Phi of the least sum of weight q_Phi(s, a)^2; the mean of actions where `mixed`, so that
 * it is the value of the uniform policy, else each pair by the norm it costs. */
static void fit(struct work *w, const double *mean, bool mixed)
{
    const uint32_t A = w->r->n_actions;
    double *m = xcalloc(w->n * w->n, sizeof *m), *b = xcalloc(w->n, sizeof *b);
    double *row = xcalloc(w->n, sizeof *row), *all = xcalloc(w->n, sizeof *all), sum = 0;
    for (size_t pair = 0; pair < w->pairs; pair++) {
        row_of(w, pair, row);
        if (!mixed) {
            add_row(w, row, 1 / spread(w->r, pair), mean[pair], m, b);
            continue;
        }
        for (size_t k = 0; k < w->n; k++)
            all[k] += row[k] / A;
        sum += mean[pair] / A;
        if (pair % A == A - 1) {
            add_row(w, all, 1, sum, m, b);
            memset(all, 0, w->n * sizeof *all);
            sum = 0;
        }
    }
    if (!mixed)
        pin_ends(w, m, b);
    solve(w, m, b);
    free(m);
    free(b);
    free(row);
    free(all);
}

/* E[R + gamma V(S')] - V(s) at every s', V of the uniform policy (Skalse et al. 2024). */
static void make_value(struct work *w)
{
    double *mean = reward_means(w->r, w->r->at);
    fit(w, mean, true);
    for (size_t pair = 0; pair < w->pairs; pair++)
        for (size_t k = 0; k < w->n; k++)
            w->out[pair * w->n + k] = shaped_mean(w, mean, pair);
    free(mean);
}

/* The member of least norm: with mean q over s' it is T q / sum T^2, and Phi makes the sum
 * of q^2 / sum T^2 least. */
static void make_minimal(struct work *w)
{
    const struct reward *r = w->r;
    double *mean = reward_means(r, r->at);
    fit(w, mean, false);
    memset(w->out, 0, w->pairs * w->n * sizeof *w->out);
    for (size_t pair = 0; pair < w->pairs; pair++) {
        double per = shaped_mean(w, mean, pair) / spread(r, pair);
        for (uint32_t i = r->first[pair]; i < r->first[pair + 1]; i++)
            w->out[pair * w->n + r->next[i]] = r->p[i] * per;
    }
    free(mean);
}

/* ---- of all triples */

/* The projection along gradients: with N = n A, sums out(k) of R(k, ., .) and in(k) of
 * R(., ., k), the normal equations are
 *     (1 + gamma^2) N Phi(k) - 2 gamma A sum Phi = out(k) - gamma in(k),
 * and their sum gives sum Phi. */
static void make_gradient(struct work *w)
{
    const double A = w->r->n_actions, N = A * (double)w->n, g = w->gamma;
    double total = 0;
    for (size_t pair = 0; pair < w->pairs; pair++)
        for (size_t k = 0; k < w->n; k++) {
            double x = w->r->at[pair * w->n + k];
            w->phi[pair / w->r->n_actions] += x;
            w->phi[k] -= g * x;
            total += x;
        }
    double sum = total / (N * (1 - g));
    for (size_t s = 0; s < w->n; s++)
        w->phi[s] = (w->phi[s] + 2 * g * A * sum) / ((1 + g * g) * N);
    shape(w);
}

/* The least sum of |R + gamma Phi(s') - Phi(s)| over what can happen: a linear
 * programme. */
static bool make_sparse(struct work *w)
{
    const struct reward *r = w->r;
    struct lp_gap *gap = xcalloc(r->first[w->pairs], sizeof *gap);
    size_t n = 0;
    for (size_t pair = 0; pair < w->pairs; pair++)
        for (uint32_t i = r->first[pair]; i < r->first[pair + 1]; i++) {
            size_t s = pair / r->n_actions, k = r->next[i];
            gap[n] = (struct lp_gap){ r->at[pair * w->n + k], { k, s }, { w->gamma, -1 } };
            n++;
        }
    bool ok = lp_least_gaps(w->n, gap, n, r->end, w->phi);
    free(gap);
    shape(w);
    return ok;
}

bool form_make(const struct reward *r, enum form form, double gamma, double *out,
               double *potential, struct err *err)
{
    struct work w = { .r = r,
                      .gamma = gamma,
                      .out = out,
                      .phi = xcalloc(r->n, sizeof *w.phi),
                      .n = r->n,
                      .pairs = (size_t)r->n * r->n_actions };
    bool ok = true;
    if (form == FORM_SPARSE)
        ok = make_sparse(&w);
    else
        (void (*[])(struct work *)){ make_epic, make_dard, make_value, make_minimal,
                                     make_gradient }[form](&w);
    if (potential)
        memcpy(potential, w.phi, r->n * sizeof *potential);
    free(w.phi);
    return ok || err_set(err, "the linear programme of the sparsest form was not solved");
}
