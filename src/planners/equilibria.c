#include "config.h"

#include "equilibria.h"

#include "lp.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- a list of profiles */

static void add(struct equilibria *e, const struct profile *x)
{
    if ((e->n & (e->n + 1)) == 0) /* room for 1, 3, 7 ... */
        e->at = xrealloc(e->at, 2 * e->n + 1, sizeof *e->at);
    e->at[e->n++] = *x;
}

void equilibria_release(struct equilibria *e)
{
    free(e->at);
    *e = (struct equilibria){ 0 };
}

/* ---- pure ones */

static uint32_t stride_of(const struct normal *g, uint32_t i)
{
    uint32_t stride = 1;
    for (uint32_t k = i + 1; k < g->n_players; k++)
        stride *= g->moves[k];
    return stride;
}

/* Whether player i has no better move there: payments are compared as points. */
static bool is_best(const struct normal *g, uint32_t joint, uint32_t i)
{
    uint32_t stride = stride_of(g, i), own = joint / stride % g->moves[i];
    uint32_t first = joint - own * stride;
    for (uint32_t a = 0; a < g->moves[i]; a++)
        if (g->pay[(size_t)(first + a * stride) * g->n_players + i] >
            g->pay[(size_t)joint * g->n_players + i])
            return false;
    return true;
}

static void find_pure(const struct normal *g, struct equilibria *e)
{
    for (uint32_t joint = 0; joint < g->n_joint; joint++) {
        struct profile x;
        bool best = true;
        for (uint32_t i = 0; best && i < g->n_players; i++)
            best = is_best(g, joint, i);
        profile_pure(g, joint, &x);
        if (best)
            add(e, &x);
    }
    e->n_pure = e->n;
}

/* ---- the corners of the best-response polytope of a player: mixed moves x, with the
 * most that the other can get against it. In a corner as many moves of the other as x has,
 * or more, are best responses, so that each is found from a support and as many ties */

/* Payments are divided by the greatest: what is below this is 0. */
static const double SLACK = 1e-10;

struct corner {
    double x[ACTIONS_MAX];
    uint32_t unused, best; /* moves not made; the other's best responses */
};
struct corners {
    const struct normal *g;
    uint32_t player; /* whose they are */
    uint32_t n, m;   /* its moves and the other's */
    double unit;
    struct corner *at; /* owned */
    size_t n_at;
};

/* What the other is paid when the player makes move a and it b. */
static double other_pay(const struct corners *c, uint32_t a, uint32_t b)
{
    uint32_t joint = c->player ? b * c->g->moves[1] + a : a * c->g->moves[1] + b;
    return normal_pay(c->g, joint, !c->player) / c->unit;
}

enum { SIDE = ACTIONS_MAX + 1 };
typedef double equation[SIDE + 1];

static void exchange(equation x, equation y)
{
    equation z;
    memcpy(z, x, sizeof z);
    memcpy(x, y, sizeof z);
    memcpy(y, z, sizeof z);
}

/* Solves n equations in place, the right sides last; false: they determine nothing. */
static bool solve(equation *row, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        uint32_t top = k;
        for (uint32_t i = k + 1; i < n; i++)
            top = fabs(row[i][k]) > fabs(row[top][k]) ? i : top;
        if (fabs(row[top][k]) < 1e-12)
            return false;
        if (top != k)
            exchange(row[top], row[k]);
        for (uint32_t i = 0; i < n; i++) {
            double f = row[i][k] / row[k][k];
            for (uint32_t j = k; i != k && j <= n; j++)
                row[i][j] -= f * row[k][j];
        }
    }
    for (uint32_t k = 0; k < n; k++)
        row[k][n] /= row[k][k];
    return true;
}

/* The x on a support against which the moves in `ties` get the same, and it is a chance. */
static bool balance(const struct corners *c, uint32_t support, uint32_t ties,
                    struct corner *to)
{
    equation row[SIDE] = { { 0 } };
    uint32_t k = 0, n = 0;
    for (uint32_t b = 0; b < c->m; b++) {
        if (!(ties >> b & 1))
            continue;
        n = 0;
        for (uint32_t a = 0; a < c->n; a++)
            if (support >> a & 1)
                row[k][n++] = other_pay(c, a, b);
        row[k++][n] = -1; /* times what the other gets */
    }
    for (uint32_t a = 0; a < n; a++)
        row[k][a] = 1;
    row[k][n + 1] = 1;
    if (!solve(row, n + 1))
        return false;
    k = 0;
    for (uint32_t a = 0; a < c->n; a++) {
        to->x[a] = support >> a & 1 ? row[k++][n + 1] : 0;
        if (to->x[a] < -SLACK)
            return false;
    }
    return true;
}

/* What is 0 in x, and what the other does best; whether those are the ties, or more. */
static bool look(const struct corners *c, uint32_t ties, struct corner *to)
{
    double worth[ACTIONS_MAX], best = -HUGE_VAL;
    to->unused = to->best = 0;
    for (uint32_t a = 0; a < c->n; a++) {
        to->x[a] = to->x[a] < SLACK ? 0 : to->x[a];
        to->unused |= (uint32_t)(to->x[a] <= 0) << a;
    }
    for (uint32_t b = 0; b < c->m; b++) {
        worth[b] = 0;
        for (uint32_t a = 0; a < c->n; a++)
            worth[b] += to->x[a] * other_pay(c, a, b);
        best = fmax(best, worth[b]);
    }
    for (uint32_t b = 0; b < c->m; b++)
        to->best |= (uint32_t)(worth[b] >= best - SLACK) << b;
    return (ties & ~to->best) == 0;
}

/* Where many ties meet, one corner is found from each choice of them. */
static void add_corner(struct corners *c, const struct corner *new)
{
    for (size_t k = 0; k < c->n_at; k++)
        if (c->at[k].unused == new->unused && c->at[k].best == new->best)
            return;
    if ((c->n_at & (c->n_at + 1)) == 0)
        c->at = xrealloc(c->at, 2 * c->n_at + 1, sizeof *c->at);
    c->at[c->n_at++] = *new;
}

static uint32_t count(uint32_t set)
{
    uint32_t n = 0;
    for (; set; set &= set - 1)
        n++;
    return n;
}

/* The next larger number with as many bits: Gosper's, in HAKMEM 175. */
static uint64_t next_set(uint64_t set)
{
    uint64_t low = set & (~set + 1), high = set + low;
    return high | ((set ^ high) / low >> 2);
}

static void find_corners(struct corners *c)
{
    uint32_t most = c->n < c->m ? c->n : c->m;
    for (uint32_t k = 1; k <= most; k++) {
        const uint64_t first = (UINT64_C(1) << k) - 1;
        for (uint64_t support = first; support >> c->n == 0; support = next_set(support))
            for (uint64_t ties = first; ties >> c->m == 0; ties = next_set(ties)) {
                struct corner at = { .best = 0 };
                if (balance(c, (uint32_t)support, (uint32_t)ties, &at) &&
                    look(c, (uint32_t)ties, &at))
                    add_corner(c, &at);
            }
    }
}

/* ---- those of both players that fit */

static bool fit(const struct corner *x, const struct corner *y, uint32_t n, uint32_t m)
{
    uint32_t all_x = (uint32_t)((UINT64_C(1) << n) - 1);
    uint32_t all_y = (uint32_t)((UINT64_C(1) << m) - 1);
    return (x->unused | y->best) == all_x && (y->unused | x->best) == all_y;
}

static bool is_pure(const struct corner *x, uint32_t n)
{
    return count(x->unused) == n - 1;
}

static void find_mixed(const struct normal *g, double unit, struct equilibria *e)
{
    uint32_t n = g->moves[0], m = g->moves[1];
    struct corners c[2] = { { g, 0, n, m, unit, NULL, 0 }, { g, 1, m, n, unit, NULL, 0 } };
    find_corners(&c[0]);
    find_corners(&c[1]);
    for (size_t i = 0; i < c[0].n_at; i++)
        for (size_t k = 0; k < c[1].n_at; k++) {
            const struct corner *x = &c[0].at[i], *y = &c[1].at[k];
            struct profile both = { 0 };
            if (!fit(x, y, n, m) || (is_pure(x, n) && is_pure(y, m)))
                continue;
            memcpy(both.p[0], x->x, n * sizeof *x->x);
            memcpy(both.p[1], y->x, m * sizeof *y->x);
            add(e, &both);
        }
    free(c[0].at);
    free(c[1].at);
}

/* ---- by linear programming */

bool normal_constant_sum(const struct normal *g, double *sum)
{
    int64_t first = 0;
    for (uint32_t joint = 0; joint < g->n_joint; joint++) {
        int64_t all = 0;
        for (uint32_t i = 0; i < g->n_players; i++)
            all += g->pay[(size_t)joint * g->n_players + i];
        if (!joint)
            first = all;
        if (all != first)
            return false;
    }
    *sum = (double)first / g->scale;
    return true;
}

/* The least of x . w over columns w of payments, made the most: max_x min_j x . w_j is
 * lp_witness() of v = 0 and -w_j. */
double normal_maximin(const struct normal *g, uint32_t i, double *mix)
{
    uint32_t n = g->moves[i], stride = stride_of(g, i);
    struct lp *lp = lp_new(n);
    double w[ACTIONS_MAX], zero[ACTIONS_MAX] = { 0 };
    for (uint32_t joint = 0; joint < g->n_joint; joint++) {
        if (joint / stride % n)
            continue;
        for (uint32_t a = 0; a < n; a++)
            w[a] = -normal_pay(g, joint + a * stride, i);
        lp_add(lp, w);
    }
    double sure = lp_witness(lp, zero, mix).margin;
    lp_free(lp);
    return sure;
}

static void find_by_maximin(const struct normal *g, struct equilibria *e)
{
    struct profile x = { 0 };
    double sum;
    e->lacks = "mixed equilibria of so large a game: only NashConv is known";
    if (!normal_constant_sum(g, &sum))
        return;
    e->lacks = "other mixed equilibria than one, of so large a game";
    normal_maximin(g, 0, x.p[0]);
    normal_maximin(g, 1, x.p[1]);
    add(e, &x);
}

/* ---- all */

/* Pairs of as large a support of each: binomial (n + m, n). */
static double pairs(uint32_t n, uint32_t m)
{
    double all = 1;
    for (uint32_t k = 1; k <= m; k++)
        all *= (n + k) / (double)k;
    return all;
}

void equilibria_find(const struct normal *g, struct equilibria *out)
{
    double unit = 1;
    *out = (struct equilibria){ 0 };
    find_pure(g, out);
    for (size_t k = 0; k < (size_t)g->n_joint * g->n_players; k++)
        unit = fmax(unit, fabs(g->pay[k] / g->scale));
    if (g->n_players == 1)
        return;
    if (g->n_players > 2)
        out->lacks = "mixed equilibria of more than two players";
    else if (pairs(g->moves[0], g->moves[1]) > EQUILIBRIA_SUPPORTS + 0.5)
        find_by_maximin(g, out);
    else
        find_mixed(g, unit, out);
}
