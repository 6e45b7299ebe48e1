#include "config.h"

#include "empowerment.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- channels */

/* D(p(y | x) || q), bits. */
static double distance(const double *row, const double *q, size_t n)
{
    double d = 0;
    for (size_t y = 0; y < n; y++)
        if (row[y] > 0)
            d += row[y] * log2(row[y] / q[y]);
    return d;
}

/* q(y) = sum_x r(x) p(y | x). */
static void spread(const double *p, const double *r, size_t n_in, size_t n_out, double *q)
{
    memset(q, 0, n_out * sizeof *q);
    for (size_t x = 0; x < n_in; x++)
        for (size_t y = 0; y < n_out; y++)
            q[y] += r[x] * p[x * n_out + y];
}

/* r(x) <- r(x) 2^D(x) / Z: log2 Z rises to the capacity, max D falls to it. */
double capacity(const double *p, size_t n_in, size_t n_out, double *work)
{
    enum { ROUNDS = 100000 };
    double *r = work, *q = work + n_in, lower = 0;
    for (size_t x = 0; x < n_in; x++)
        r[x] = 1 / (double)n_in;
    for (int i = 0; i < ROUNDS; i++) {
        double z = 0, upper = 0;
        spread(p, r, n_in, n_out, q);
        for (size_t x = 0; x < n_in; x++) {
            double d = r[x] > 0 ? distance(p + x * n_out, q, n_out) : 0;
            upper = fmax(upper, d);
            r[x] *= exp2(d);
            z += r[x];
        }
        for (size_t x = 0; x < n_in; x++)
            r[x] /= z;
        lower = log2(z);
        if (upper - lower <= CAPACITY_GAP)
            break;
    }
    return lower;
}

/* ---- worlds */

struct empowerment {
    const struct fsm *f;
    uint32_t *what; /* owned, [n_states] */
    uint32_t n_what, steps;
    bool certain;         /* nothing is left to luck */
    double *bits;         /* owned, [n_states]; NAN: not found yet */
    double *chance;       /* owned, [steps + 1][n_states]: where a sequence may lead */
    double *row;          /* owned, [A^steps][n_what]; NULL where certain */
    double *work;         /* owned, as capacity() needs it */
    size_t n_rows;        /* filled */
    uint64_t *seen, time; /* owned, [n_states] and [n_what]: stamped when reached */
    uint32_t *now, *then; /* owned, [n_states]: reached, in any order */
};

static bool is_certain(const struct fsm *f)
{
    for (size_t pair = 0; pair < (size_t)f->n_states * f->n_actions; pair++)
        for (uint32_t i = f->first[pair] + 1; i < f->first[pair + 1]; i++)
            if (f->edge[i].next != f->edge[f->first[pair]].next)
                return false;
    return true;
}

struct empowerment *empowerment_new(const struct fsm *f, const uint32_t *what,
                                    uint32_t n_what, uint32_t steps, struct err *err)
{
    const size_t n = f->n_states, n_out = what ? n_what : n;
    const double rows = pow(f->n_actions, steps);
    const bool certain = is_certain(f);
    if (!certain && rows * (double)n_out > EMPOWERMENT_CELLS) {
        err_set(err,
                "%g sequences of %u actions to %zu ends are more than can be compared: "
                "look fewer actions ahead",
                rows, (unsigned)steps, n_out);
        return NULL;
    }
    struct empowerment *e = xcalloc(1, sizeof *e);
    *e = (struct empowerment){
        .f = f, .n_what = (uint32_t)n_out, .steps = steps, .certain = certain
    };
    e->what = xcalloc(n, sizeof *e->what);
    e->bits = xcalloc(n, sizeof *e->bits);
    e->seen = xcalloc(n + n_out, sizeof *e->seen);
    e->now = xcalloc(n, sizeof *e->now);
    e->then = xcalloc(n, sizeof *e->then);
    for (uint32_t s = 0; s < n; s++) {
        e->what[s] = what ? what[s] : s;
        e->bits[s] = NAN;
    }
    if (certain)
        return e;
    e->chance = xcalloc((steps + 1) * n, sizeof *e->chance);
    e->row = xcalloc((size_t)rows * n_out, sizeof *e->row);
    e->work = xcalloc((size_t)rows + n_out, sizeof *e->work);
    return e;
}

void empowerment_free(struct empowerment *e)
{
    if (!e)
        return;
    free(e->what);
    free(e->bits);
    free(e->seen);
    free(e->now);
    free(e->then);
    free(e->chance);
    free(e->row);
    free(e->work);
    free(e);
}

/* Whether this is the first time that it is met since the clock was moved. */
static bool meet(struct empowerment *e, size_t at)
{
    bool first = e->seen[at] != e->time;
    e->seen[at] = e->time;
    return first;
}

/* How many different ends all sequences have. */
static size_t count_ends(struct empowerment *e, uint32_t s)
{
    const struct fsm *f = e->f;
    size_t n = 1, ends = 0;
    e->now[0] = s;
    for (uint32_t k = 0; k < e->steps; k++) {
        size_t more = 0;
        e->time++;
        for (size_t i = 0; i < n; i++)
            for (uint32_t a = 0; a < f->n_actions; a++) {
                size_t pair = (size_t)e->now[i] * f->n_actions + a;
                uint32_t to = f->edge[f->first[pair]].next;
                if (meet(e, to))
                    e->then[more++] = to;
            }
        uint32_t *was = e->now;
        e->now = e->then;
        e->then = was;
        n = more;
    }
    e->time++;
    for (size_t i = 0; i < n; i++)
        ends += meet(e, f->n_states + (size_t)e->what[e->now[i]]);
    return ends;
}

/* Where action a leads from where it may be. */
static void follow(const struct fsm *f, const double *from, uint32_t a, double *to)
{
    memset(to, 0, f->n_states * sizeof *to);
    for (uint32_t s = 0; s < f->n_states; s++) {
        size_t pair = (size_t)s * f->n_actions + a;
        for (uint32_t i = f->first[pair]; from[s] > 0 && i < f->first[pair + 1]; i++)
            to[f->edge[i].next] += from[s] * f->edge[i].p;
    }
}

/* A row for each sequence that begins as those up to `depth` do. */
static void fill(struct empowerment *e, uint32_t depth)
{
    const struct fsm *f = e->f;
    const double *here = e->chance + (size_t)depth * f->n_states;
    if (depth < e->steps) {
        for (uint32_t a = 0; a < f->n_actions; a++) {
            follow(f, here, a, e->chance + (size_t)(depth + 1) * f->n_states);
            fill(e, depth + 1);
        }
        return;
    }
    double *row = e->row + e->n_rows++ * e->n_what;
    memset(row, 0, e->n_what * sizeof *row);
    for (uint32_t s = 0; s < f->n_states; s++)
        row[e->what[s]] += here[s];
}

static double by_capacity(struct empowerment *e, uint32_t s)
{
    memset(e->chance, 0, e->f->n_states * sizeof *e->chance);
    e->chance[s] = 1;
    e->n_rows = 0;
    fill(e, 0);
    return capacity(e->row, e->n_rows, e->n_what, e->work);
}

double empowerment_at(struct empowerment *e, uint32_t s)
{
    if (isnan(e->bits[s]))
        e->bits[s] = e->certain ? log2((double)count_ends(e, s)) : by_capacity(e, s);
    return e->bits[s];
}

/* ---- by where one will be for some time */

/* Adds weight times the rows of where action a leads from s. */
static void add_after(const struct fsm *f, const double *stay, size_t n, uint32_t s,
                      uint32_t a, double weight, double *row)
{
    size_t pair = (size_t)s * f->n_actions + a;
    for (uint32_t i = f->first[pair]; i < f->first[pair + 1]; i++)
        for (size_t y = 0; y < n; y++)
            row[y] += weight * f->edge[i].p * stay[f->edge[i].next * n + y];
}

/* Where one is K steps from s, K geometric, by the uniform policy:
 * stay = (1 - gamma) what + gamma P stay, swept until nothing moves. */
static void dwell(const struct fsm *f, const uint32_t *what, size_t n, double gamma,
                  double *stay, double *row)
{
    const double close = fmax(1e-13 * (1 - gamma), 1e-15); /* rounding moves on for ever */
    for (double moved = 1; moved > close;) {
        moved = 0;
        for (uint32_t s = 0; s < f->n_states; s++) {
            memset(row, 0, n * sizeof *row);
            row[what ? what[s] : s] = 1 - gamma;
            for (uint32_t a = 0; a < f->n_actions; a++)
                add_after(f, stay, n, s, a, gamma / f->n_actions, row);
            for (size_t y = 0; y < n; y++)
                moved = fmax(moved, fabs(row[y] - stay[s * n + y]));
            memcpy(stay + s * n, row, n * sizeof *row);
        }
    }
}

/* I(A; S+ | s) of A uniform; `row` [n_actions + 1][n]. */
static double informs(const struct fsm *f, const double *stay, size_t n, uint32_t s,
                      double *row)
{
    double *mean = row + f->n_actions * n, bits = 0;
    memset(row, 0, (f->n_actions + 1) * n * sizeof *row);
    for (uint32_t a = 0; a < f->n_actions; a++) {
        add_after(f, stay, n, s, a, 1, row + a * n);
        for (size_t y = 0; y < n; y++)
            mean[y] += row[a * n + y] / f->n_actions;
    }
    for (uint32_t a = 0; a < f->n_actions; a++)
        bits += distance(row + a * n, mean, n) / f->n_actions;
    return fmax(bits, 0);
}

double *empowerment_effective(const struct fsm *f, const uint32_t *what, uint32_t n_what,
                              double gamma, struct err *err)
{
    const size_t n = what ? n_what : f->n_states;
    if ((double)n * f->n_states > EMPOWERMENT_CELLS) {
        err_set(err, "%u states times %zu places are more than the %d that are looked at",
                f->n_states, n, EMPOWERMENT_CELLS);
        return NULL;
    }
    double *stay = xcalloc(f->n_states * n, sizeof *stay);
    double *row = xcalloc((f->n_actions + 1) * n, sizeof *row);
    double *bits = xcalloc(f->n_states, sizeof *bits);
    dwell(f, what, n, gamma, stay, row);
    for (uint32_t s = 0; s < f->n_states; s++)
        bits[s] = informs(f, stay, n, s, row);
    free(stay);
    free(row);
    return bits;
}
