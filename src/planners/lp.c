#include "config.h"

#include "lp.h"
#include "xalloc.h"

#include <glpk.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Columns 1 .. n are the belief, n + 1 is u >= max_i b . w_i; the goal is b . v - u. So
 * only the goal changes from question to question, and each begins where the last ended. */
struct lp {
    glp_prob *p;
    size_t n, n_w, cap;
    double *w;   /* [cap][n] owned */
    int *at;     /* [n + 2] owned scratch: columns of a row */
    double *of;  /* [n + 2] and its coefficients */
    double *mix; /* [n] owned scratch: a convex combination of w */
};

static void build(struct lp *lp)
{
    int n = (int)lp->n;
    lp->p = glp_create_prob();
    glp_set_obj_dir(lp->p, GLP_MAX);
    glp_add_cols(lp->p, n + 1);
    for (int s = 1; s <= n; s++)
        glp_set_col_bnds(lp->p, s, GLP_LO, 0, 0);
    glp_set_col_bnds(lp->p, n + 1, GLP_FR, 0, 0);
    glp_set_obj_coef(lp->p, n + 1, -1);
    glp_add_rows(lp->p, 1);
    glp_set_row_bnds(lp->p, 1, GLP_FX, 1, 1);
    for (int s = 1; s <= n; s++) {
        lp->at[s] = s;
        lp->of[s] = 1;
    }
    glp_set_mat_row(lp->p, 1, n, lp->at, lp->of);
}

struct lp *lp_new(size_t n)
{
    struct lp *lp = xcalloc(1, sizeof *lp);
    lp->n = n;
    lp->at = xcalloc(n + 2, sizeof *lp->at);
    lp->of = xcalloc(n + 2, sizeof *lp->of);
    lp->mix = xcalloc(n, sizeof *lp->mix);
    build(lp);
    return lp;
}

void lp_free(struct lp *lp)
{
    if (!lp)
        return;
    glp_delete_prob(lp->p);
    free(lp->w);
    free(lp->at);
    free(lp->of);
    free(lp->mix);
    free(lp);
}

void lp_clear(struct lp *lp)
{
    glp_delete_prob(lp->p);
    lp->n_w = 0;
    build(lp);
}

void lp_add(struct lp *lp, const double *w)
{
    int n = (int)lp->n, row = glp_add_rows(lp->p, 1);
    if (lp->n_w == lp->cap) {
        lp->cap = lp->cap ? 2 * lp->cap : 16;
        lp->w = xrealloc(lp->w, lp->cap, lp->n * sizeof *lp->w);
    }
    memcpy(lp->w + lp->n_w++ * lp->n, w, lp->n * sizeof *w);
    for (int s = 1; s <= n; s++) {
        lp->at[s] = s;
        lp->of[s] = -w[s - 1];
    }
    lp->at[n + 1] = n + 1;
    lp->of[n + 1] = 1;
    glp_set_mat_row(lp->p, row, n + 1, lp->at, lp->of);
    glp_set_row_bnds(lp->p, row, GLP_LO, 0, 0);
}

/* The belief that was found, made whole: not negative, sum 1. */
static void take_belief(const struct lp *lp, double *b)
{
    double sum = 0;
    for (size_t s = 0; s < lp->n; s++)
        sum += b[s] = fmax(0, glp_get_col_prim(lp->p, (int)s + 1));
    for (size_t s = 0; s < lp->n; s++)
        b[s] = sum > 0 ? b[s] / sum : 1 / (double)lp->n;
}

static double margin(const struct lp *lp, const double *v, const double *b)
{
    double least = HUGE_VAL;
    for (size_t i = 0; i < lp->n_w; i++) {
        const double *w = lp->w + i * lp->n;
        double d = 0;
        for (size_t s = 0; s < lp->n; s++)
            d += b[s] * (v[s] - w[s]);
        least = fmin(least, d);
    }
    return least;
}

/* By the prices of the rows: a combination of w, and what it lacks of v at most. */
static double loss(struct lp *lp, const double *v)
{
    double sum = 0, most = -HUGE_VAL;
    memset(lp->mix, 0, lp->n * sizeof *lp->mix);
    for (size_t i = 0; i < lp->n_w; i++) {
        double price = fmax(0, -glp_get_row_dual(lp->p, (int)i + 2));
        for (size_t s = 0; price > 0 && s < lp->n; s++)
            lp->mix[s] += price * lp->w[i * lp->n + s];
        sum += price;
    }
    if (!(sum > 0))
        return HUGE_VAL;
    for (size_t s = 0; s < lp->n; s++)
        most = fmax(most, v[s] - lp->mix[s] / sum);
    return most;
}

struct lp_answer lp_witness(struct lp *lp, const double *v, double *b)
{
    glp_smcp how;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    for (size_t s = 0; s < lp->n; s++)
        glp_set_obj_coef(lp->p, (int)s + 1, v[s]);
    int failed = glp_simplex(lp->p, &how);
    if (failed) {
        /* A basis that went bad: once more from the beginning. */
        glp_std_basis(lp->p);
        failed = glp_simplex(lp->p, &how);
    }
    take_belief(lp, b);
    return (struct lp_answer){ margin(lp, v, b), failed ? HUGE_VAL : loss(lp, v) };
}

bool lp_chances(size_t n, const double *goal, const double *row, size_t n_rows, double *x)
{
    struct lp *lp = lp_new(n);
    glp_smcp how;
    for (size_t i = 0; i < n_rows; i++) {
        int at = glp_add_rows(lp->p, 1);
        for (size_t s = 0; s < n; s++) {
            lp->at[s + 1] = (int)s + 1;
            lp->of[s + 1] = row[i * n + s];
        }
        glp_set_mat_row(lp->p, at, (int)n, lp->at, lp->of);
        glp_set_row_bnds(lp->p, at, GLP_LO, 0, 0);
    }
    for (size_t s = 0; s < n; s++)
        glp_set_obj_coef(lp->p, (int)s + 1, goal[s]);
    glp_set_col_bnds(lp->p, (int)n + 1, GLP_FX, 0, 0); /* no u here */
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    bool found = !glp_simplex(lp->p, &how) && glp_get_status(lp->p) == GLP_OPT;
    take_belief(lp, x);
    lp_free(lp);
    return found;
}

/* Rows of one term: t_i - of . x >= base and t_i + of . x >= -base. */
static void add_gap(glp_prob *p, size_t n, size_t i, const struct lp_gap *g)
{
    const bool one = g->at[0] == g->at[1];
    for (int sign = -1; sign <= 1; sign += 2) {
        int row = glp_add_rows(p, 1);
        int at[4] = { 0, (int)(n + i) + 1, (int)g->at[0] + 1, (int)g->at[1] + 1 };
        double of[4] = { 0, 1, sign * (g->of[0] + (one ? g->of[1] : 0)), sign * g->of[1] };
        glp_set_mat_row(p, row, one ? 2 : 3, at, of);
        glp_set_row_bnds(p, row, GLP_LO, -sign * g->base, 0);
    }
}

bool lp_least_gaps(size_t n, const struct lp_gap *gap, size_t m, const bool *zero,
                   double *x)
{
    glp_prob *p = glp_create_prob();
    glp_smcp how;
    glp_set_obj_dir(p, GLP_MIN);
    glp_add_cols(p, (int)(n + m));
    for (size_t i = 0; i < n; i++)
        glp_set_col_bnds(p, (int)i + 1, zero[i] ? GLP_FX : GLP_FR, 0, 0);
    for (size_t i = 0; i < m; i++) {
        glp_set_col_bnds(p, (int)(n + i) + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(p, (int)(n + i) + 1, 1);
        add_gap(p, n, i, &gap[i]);
    }
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    bool found = !glp_simplex(p, &how) && glp_get_status(p) == GLP_OPT;
    for (size_t i = 0; i < n; i++)
        x[i] = glp_get_col_prim(p, (int)i + 1);
    glp_delete_prob(p);
    return found;
}

/* ---- a table of chances */

struct table {
    size_t n, m, n_rows;
    const double *of, *is;
};

/* Row (h, k) and sign: sign (of[h] . x[., k] - is) <= gap, the last column. */
static void add_side(glp_prob *p, const struct table *t, size_t h, size_t k, int sign,
                     int *at, double *of)
{
    int row = glp_add_rows(p, 1), n = (int)t->n;
    for (int i = 0; i < n; i++) {
        at[i + 1] = i * (int)t->m + (int)k + 1;
        of[i + 1] = sign * t->of[h * t->n + (size_t)i];
    }
    at[n + 1] = (int)(t->n * t->m) + 1;
    of[n + 1] = -1;
    glp_set_mat_row(p, row, n + 1, at, of);
    glp_set_row_bnds(p, row, GLP_UP, 0, sign * t->is[h * t->m + k]);
}

static glp_prob *table_problem(const struct table *t)
{
    glp_prob *p = glp_create_prob();
    const size_t most = t->n > t->m ? t->n : t->m;
    int *at = xcalloc(most + 2, sizeof *at);
    double *of = xcalloc(most + 2, sizeof *of);
    glp_set_obj_dir(p, GLP_MIN);
    glp_add_cols(p, (int)(t->n * t->m) + 1);
    for (int i = 1; i <= (int)(t->n * t->m) + 1; i++)
        glp_set_col_bnds(p, i, GLP_LO, 0, 0);
    glp_set_obj_coef(p, (int)(t->n * t->m) + 1, 1);
    glp_add_rows(p, (int)t->n);
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < t->m; k++) {
            at[k + 1] = (int)(i * t->m + k) + 1;
            of[k + 1] = 1;
        }
        glp_set_mat_row(p, (int)i + 1, (int)t->m, at, of);
        glp_set_row_bnds(p, (int)i + 1, GLP_FX, 1, 1);
    }
    for (size_t h = 0; h < t->n_rows; h++)
        for (size_t k = 0; k < t->m; k++)
            for (int sign = -1; sign <= 1; sign += 2)
                add_side(p, t, h, k, sign, at, of);
    free(at);
    free(of);
    return p;
}

/* x made whole: rows of chances, without what rounding leaves. */
static void take_table(glp_prob *p, const struct table *t, double *x)
{
    static const double ROUNDING = 1e-12;
    for (size_t i = 0; i < t->n; i++) {
        double sum = 0;
        for (size_t k = 0; k < t->m; k++) {
            double v = glp_get_col_prim(p, (int)(i * t->m + k) + 1);
            sum += x[i * t->m + k] = v > ROUNDING ? v : 0;
        }
        for (size_t k = 0; k < t->m; k++)
            x[i * t->m + k] = sum > 0 ? x[i * t->m + k] / sum : 1 / (double)t->m;
    }
}

static double table_gap(const struct table *t, const double *x)
{
    double gap = 0;
    for (size_t h = 0; h < t->n_rows; h++)
        for (size_t k = 0; k < t->m; k++) {
            double sum = -t->is[h * t->m + k];
            for (size_t i = 0; i < t->n; i++)
                sum += t->of[h * t->n + i] * x[i * t->m + k];
            gap = fmax(gap, fabs(sum));
        }
    return gap;
}

/* By prices of sum |price| 1, whatever they are: no x has a gap below
 *     sum price is - max_x sum price of x. */
static double table_bound(glp_prob *p, const struct table *t)
{
    double all = 0, bound = 0, *gain = xcalloc(t->n * t->m, sizeof *gain);
    int row = (int)t->n;
    for (size_t h = 0; h < t->n_rows; h++)
        for (size_t k = 0; k < t->m; k++, row += 2) {
            double price = -glp_get_row_dual(p, row + 1) + glp_get_row_dual(p, row + 2);
            all += fabs(price);
            bound += price * t->is[h * t->m + k];
            for (size_t i = 0; i < t->n; i++)
                gain[i * t->m + k] += price * t->of[h * t->n + i];
        }
    for (size_t i = 0; i < t->n; i++) {
        double most = -HUGE_VAL;
        for (size_t k = 0; k < t->m; k++)
            most = fmax(most, gain[i * t->m + k]);
        bound -= most;
    }
    free(gain);
    return all > 0 ? fmax(0, bound / all) : 0;
}

struct lp_fit lp_table(size_t n, size_t m, const double *of, const double *is,
                       size_t n_rows, double *x)
{
    const struct table t = { n, m, n_rows, of, is };
    glp_prob *p = table_problem(&t);
    glp_smcp how;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    glp_simplex(p, &how);
    take_table(p, &t, x);
    struct lp_fit fit = { table_gap(&t, x), table_bound(p, &t) };
    glp_delete_prob(p);
    return fit;
}

const char *lp_library(void) { return glp_version(); }
