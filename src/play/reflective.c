#include "config.h"

#include "reflective.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE = 32 }; /* iterations between two certificates */

uint32_t reflective_histories(const struct normal *table, uint32_t rounds, uint32_t most)
{
    uint64_t n = 0;
    for (uint32_t t = 0; t < rounds && n <= most; t++)
        n = 1 + n * table->n_joint;
    return n <= most ? (uint32_t)n : 0;
}

void reflective_init(struct reflective *r, const struct normal *table, uint32_t rounds)
{
    *r = (struct reflective){ .table = table,
                              .rounds = rounds,
                              .n = reflective_histories(table, rounds, UINT32_MAX) };
    for (uint32_t i = 0; i < 2; i++) {
        r->given[i] = xcalloc((size_t)r->n * table->moves[!i], sizeof(double));
        r->p[i] = xcalloc((size_t)r->n * table->moves[i], sizeof(double));
    }
}

void reflective_release(struct reflective *r)
{
    for (uint32_t i = 0; i < 2; i++) {
        free(r->given[i]);
        free(r->p[i]);
    }
}

uint32_t reflective_next(const struct reflective *r, uint32_t h, uint32_t joint)
{
    uint64_t next = 1 + (uint64_t)h * r->table->n_joint + joint;
    return next < r->n ? (uint32_t)next : 0;
}

static uint32_t joint_of(const struct reflective *r, uint32_t i, uint32_t own,
                         uint32_t others)
{
    return i ? others * r->table->moves[1] + own : own * r->table->moves[1] + others;
}

/* ---- values, weighted by the chance that the other's moves lead there */

struct work {
    const struct reflective *r;
    double *p[2];      /* [n][moves], the policies of now */
    double *reach[2];  /* [n]: the chance that the player's own moves lead there */
    double *value;     /* [n] */
    double *regret[2]; /* [n][moves], never negative */
    double *sum[2];    /* [n][moves]: of all policies so far, later ones weigh more */
};

static void find_reach(const struct reflective *r, uint32_t i, const double *p,
                       double *reach)
{
    uint32_t moves = r->table->moves[i], others = r->table->moves[!i];
    reach[0] = 1;
    for (uint32_t h = 0; h < r->n; h++)
        for (uint32_t a = 0; a < moves; a++)
            for (uint32_t b = 0; b < others; b++) {
                uint32_t next = reflective_next(r, h, joint_of(r, i, a, b));
                if (next)
                    reach[next] = reach[h] * p[(size_t)h * moves + a];
            }
}

static void work_init(struct work *w, const struct reflective *r)
{
    *w = (struct work){ .r = r, .value = xcalloc(r->n, sizeof(double)) };
    for (uint32_t i = 0; i < 2; i++) {
        size_t cells = (size_t)r->n * r->table->moves[i];
        w->p[i] = xcalloc(cells, sizeof(double));
        w->reach[i] = xcalloc(r->n, sizeof(double));
        w->regret[i] = xcalloc(cells, sizeof(double));
        w->sum[i] = xcalloc(cells, sizeof(double));
        for (size_t k = 0; k < cells; k++)
            w->p[i][k] = 1. / r->table->moves[i];
        find_reach(r, i, w->p[i], w->reach[i]);
    }
}

static void work_release(struct work *w)
{
    free(w->value);
    for (uint32_t i = 0; i < 2; i++) {
        free(w->p[i]);
        free(w->reach[i]);
        free(w->regret[i]);
        free(w->sum[i]);
    }
}

/* What each move of player i is worth after history h, value[] being that of what follows,
 * when the other follows p, which leads here with chance `reach`. */
static void worth(const struct work *w, uint32_t i, uint32_t h, double reach,
                  const double *p, double *q)
{
    const struct reflective *r = w->r;
    uint32_t moves = r->table->moves[i], others = r->table->moves[!i];
    for (uint32_t a = 0; a < moves; a++) {
        q[a] = 0;
        for (uint32_t b = 0; b < others; b++) {
            size_t cell = (size_t)h * others + b;
            uint32_t joint = joint_of(r, i, a, b), next = reflective_next(r, h, joint);
            double mass = r->given[i][cell] + r->grain * reach * p[cell];
            q[a] += mass * normal_pay(r->table, joint, i);
            q[a] += next ? r->gamma * w->value[next] : 0;
        }
    }
}

/* ---- the iteration */

static void match_regrets(const double *regret, uint32_t n, double *p)
{
    double sum = 0;
    for (uint32_t a = 0; a < n; a++)
        sum += regret[a];
    for (uint32_t a = 0; a < n; a++)
        p[a] = sum > 0 ? regret[a] / sum : 1. / n;
}

static void regret_one(struct work *w, uint32_t i)
{
    uint32_t moves = w->r->table->moves[i];
    for (uint32_t h = w->r->n; h--;) {
        const double *p = w->p[i] + (size_t)h * moves;
        double q[ACTIONS_MAX], mean = 0, *regret = w->regret[i] + (size_t)h * moves;
        worth(w, i, h, w->reach[!i][h], w->p[!i], q);
        for (uint32_t a = 0; a < moves; a++)
            mean += p[a] * q[a];
        w->value[h] = mean;
        for (uint32_t a = 0; a < moves; a++)
            regret[a] = fmax(0, regret[a] + q[a] - mean);
    }
}

static void move_on(struct work *w, uint32_t i, uint64_t t)
{
    uint32_t moves = w->r->table->moves[i];
    for (uint32_t h = 0; h < w->r->n; h++)
        match_regrets(w->regret[i] + (size_t)h * moves, moves, w->p[i] + (size_t)h * moves);
    find_reach(w->r, i, w->p[i], w->reach[i]);
    for (size_t k = 0; k < (size_t)w->r->n * moves; k++)
        w->sum[i][k] += (double)t * w->reach[i][k / moves] * w->p[i][k];
}

/* Both at once, or one after the other. */
static void iterate(struct work *w, uint64_t t, bool at_once)
{
    regret_one(w, 0);
    if (!at_once)
        move_on(w, 0, t);
    regret_one(w, 1);
    if (at_once)
        move_on(w, 0, t);
    move_on(w, 1, t);
}

/* The mean of all policies; where it never came, the last. */
static void average(const struct work *w, uint32_t i, double *p)
{
    uint32_t moves = w->r->table->moves[i];
    for (size_t h = 0; h < w->r->n; h++) {
        double all = 0;
        for (uint32_t a = 0; a < moves; a++)
            all += w->sum[i][h * moves + a];
        for (uint32_t a = 0; a < moves; a++)
            p[h * moves + a] =
                all > 0 ? w->sum[i][h * moves + a] / all : w->p[i][h * moves + a];
    }
}

/* ---- the certificate */

/* Of player i from the beginning: by the policy p[i] of the fixed point, or by its best. */
static double total(struct work *w, uint32_t i, const double *reach, bool best)
{
    const struct reflective *r = w->r;
    uint32_t moves = r->table->moves[i];
    for (uint32_t h = r->n; h--;) {
        double q[ACTIONS_MAX], mean = 0, top = -HUGE_VAL;
        worth(w, i, h, reach[h], r->p[!i], q);
        for (uint32_t a = 0; a < moves; a++) {
            mean += r->p[i][(size_t)h * moves + a] * q[a];
            top = fmax(top, q[a]);
        }
        w->value[h] = best ? top : mean;
    }
    return w->value[0];
}

static void certify(struct work *w, struct reflective *r)
{
    double *reach = xcalloc(r->n, sizeof *reach);
    for (uint32_t i = 0; i < 2; i++) {
        find_reach(r, !i, r->p[!i], reach);
        r->epsilon[i] = total(w, i, reach, true) - total(w, i, reach, false);
    }
    free(reach);
}

static bool solve_by(struct reflective *r, double epsilon, uint64_t most, bool at_once)
{
    struct work w;
    bool done = false;
    work_init(&w, r);
    for (uint64_t t = 1; t <= most && !done; t++) {
        iterate(&w, t, at_once);
        if (t % PATIENCE && t < most)
            continue;
        average(&w, 0, r->p[0]);
        average(&w, 1, r->p[1]);
        certify(&w, r);
        done = fmax(r->epsilon[0], r->epsilon[1]) <= epsilon;
    }
    work_release(&w);
    return done;
}

/* One after the other comes to rest far sooner in games of conflict; in others it may
 * circle where both at once do not. */
bool reflective_solve(struct reflective *r, double epsilon, uint64_t most)
{
    return solve_by(r, epsilon, most / 8 + 1, false) || solve_by(r, epsilon, most, true);
}
