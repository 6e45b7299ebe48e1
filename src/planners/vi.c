#include "config.h"

#include "planner.h"
#include "vi.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Beyond this many cycles a plan is cut off: the effective horizon of a power discount
 * grows in proportion to age, and no plan changes by then. */
enum { HORIZON_MAX = 10000 };
static const double EPSILON = 0.01;

struct vi {
    const struct fsm *world;
    const struct utility *utility;
    const struct discount *discount;
    uint32_t horizon; /* 0: the effective one */
    double *u;        /* [n_states * n_actions] expected utility of one cycle */
    double *q;        /* [n_states * n_actions] weighted values-to-go at delay 0 */
    double *v;        /* [n_states] scratch: best values of the delay after */
    uint64_t solved;  /* age that q is right for; 0: none */
    uint64_t stamp;   /* of the utility that u is right for */
    uint8_t *meant;   /* [VI_PLAN * n_states] best action by delay and state */
    bool stationary;
    const atomic_int *cancel; /* NULL: nobody will */
};

/* Expected utility of one cycle for each state and action. */
static void expected_utilities(const struct fsm *f, const struct utility *utility,
                               double *u)
{
    size_t pairs = (size_t)f->n_states * f->n_actions;
    for (size_t i = 0; i < pairs; i++) {
        u[i] = 0;
        for (uint32_t k = f->first[i]; k < f->first[i + 1]; k++) {
            struct outcome o = { .e = f->percepts->at[f->edge[k].percept],
                                 .worth = f->worth ? f->worth[k] : 0 };
            u[i] += f->edge[k].p * utility->of(utility, NULL, &o);
        }
    }
}

bool vi_fits(const struct utility *u, struct err *err)
{
    return (!u->memory_size && !(u->wants & ~(unsigned)WANT_WORTH)) ||
           err_set(err, "value iteration needs a utility of the percept alone");
}

struct vi *vi_new(const struct fsm *world, const struct utility *u,
                  const struct discount *d, uint32_t horizon)
{
    struct vi *v = xcalloc(1, sizeof *v);
    size_t pairs = (size_t)world->n_states * world->n_actions;
    *v = (struct vi){ .world = world,
                      .utility = u,
                      .stamp = u->stamp,
                      .discount = d,
                      .horizon = horizon,
                      .u = xcalloc(pairs, sizeof *v->u),
                      .q = xcalloc(pairs, sizeof *v->q),
                      .v = xcalloc(world->n_states, sizeof *v->v),
                      .meant = xcalloc((size_t)VI_PLAN * world->n_states, 1),
                      .stationary = discount_stationary(d) };
    expected_utilities(world, u, v->u);
    return v;
}

void vi_free(struct vi *v)
{
    if (!v)
        return;
    free(v->u);
    free(v->q);
    free(v->v);
    free(v->meant);
    free(v);
}

/* q = weight * u + sum_e p v(next), for every state and action. */
static void backup(const struct fsm *f, const double *u, double weight, const double *v,
                   double *q)
{
    size_t pairs = (size_t)f->n_states * f->n_actions;
    for (size_t i = 0; i < pairs; i++) {
        double sum = weight * u[i];
        for (uint32_t k = f->first[i], end = f->first[i + 1]; k < end; k++)
            sum += f->edge[k].p * v[f->edge[k].next];
        q[i] = sum;
    }
}

static void best(const struct fsm *f, const double *q, double *v)
{
    for (uint32_t s = 0; s < f->n_states; s++, q += f->n_actions) {
        double top = q[0]; /* no fmax(): a call where libm has one */
        for (uint32_t a = 1; a < f->n_actions; a++)
            top = q[a] > top ? q[a] : top;
        v[s] = top;
    }
}

/* The first of the best actions of each state. */
static void note(const struct fsm *f, const double *q, const double *v, uint8_t *meant)
{
    for (uint32_t s = 0; s < f->n_states; s++, q += f->n_actions) {
        double least = v[s] - value_tolerance(q, f->n_actions);
        uint32_t a = 0;
        while (a + 1 < f->n_actions && q[a] < least)
            a++;
        meant[s] = (uint8_t)a;
    }
}

void vi_look(struct vi *v, uint32_t horizon)
{
    if (v->horizon != horizon)
        v->solved = 0;
    v->horizon = horizon;
}

void vi_heed(struct vi *v, const atomic_int *cancel) { v->cancel = cancel; }

static bool is_cancelled(const atomic_int *cancel)
{
    return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

static void solve(struct vi *v, uint64_t now)
{
    const struct fsm *f = v->world;
    uint64_t h = v->horizon ? v->horizon : discount_horizon(v->discount, now, EPSILON);
    double first = discount_weight(v->discount, now, 0);
    memset(v->v, 0, f->n_states * sizeof(double));
    memset(v->q, 0, (size_t)f->n_states * f->n_actions * sizeof(double));
    for (uint64_t d = h < HORIZON_MAX ? h : HORIZON_MAX; d-- && first > 0;) {
        backup(f, v->u, discount_weight(v->discount, now, d) / first, v->v, v->q);
        best(f, v->q, v->v);
        if (d < VI_PLAN)
            note(f, v->q, v->v, v->meant + d * f->n_states);
        if (is_cancelled(v->cancel))
            break;
    }
    v->solved = is_cancelled(v->cancel) ? 0 : now;
}

const double *vi_values(struct vi *v, uint32_t state, uint64_t now)
{
    if (v->stamp != v->utility->stamp) {
        expected_utilities(v->world, v->utility, v->u);
        v->stamp = v->utility->stamp;
        v->solved = 0;
    }
    if (!v->solved || (!v->stationary && v->solved != now))
        solve(v, now);
    return v->q + (size_t)state * v->world->n_actions;
}

unsigned vi_intention(const struct vi *v, uint32_t state, uint32_t delay)
{
    return v->meant[(size_t)delay * v->world->n_states + state];
}

/* ---- undiscounted sums */

static void mean(const struct fsm *f, const double *q, double *v)
{
    for (uint32_t s = 0; s < f->n_states; s++, q += f->n_actions) {
        v[s] = 0;
        for (uint32_t a = 0; a < f->n_actions; a++)
            v[s] += q[a] / f->n_actions;
    }
}

/* Whether one more cycle adds the same to every state, within rounding: it then does so
 * for ever, since a constant passes through the backup. */
static bool settled(const double *v, const double *before, uint32_t n)
{
    double gain = v[0] - before[0], tolerance = 1e-12 * fmax(1, fabs(v[0]));
    for (uint32_t s = 1; s < n; s++)
        if (fabs(v[s] - before[s] - gain) > tolerance)
            return false;
    return true;
}

/* Whether nobody waits for the sum, or it would take minutes: a world that never settles,
 * for billions of cycles. */
static bool too_long(const struct fsm *f, uint64_t n, const atomic_int *cancel)
{
    static const double EDGES_MAX = 3e10;
    if (is_cancelled(cancel))
        return true;
    return (double)n * f->first[(size_t)f->n_states * f->n_actions] > EDGES_MAX;
}

static double undiscounted(const struct fsm *f, uint64_t steps, const atomic_int *cancel,
                           void (*choose)(const struct fsm *, const double *, double *))
{
    size_t pairs = (size_t)f->n_states * f->n_actions;
    double *u = xcalloc(pairs, sizeof *u), *q = xcalloc(pairs, sizeof *q);
    double *v = xcalloc(f->n_states, sizeof *v), *to = xcalloc(f->n_states, sizeof *to);
    expected_utilities(f, &utility_worth, u);
    double rest = 0;
    bool same = false;
    for (uint64_t n = 1; n <= steps && !same; n++) {
        if (too_long(f, n, cancel)) {
            rest = NAN;
            break;
        }
        backup(f, u, 1, v, q);
        choose(f, q, to);
        same = settled(to, v, f->n_states);
        rest = (double)(steps - n) * (to[0] - v[0]);
        double *swap = v;
        v = to;
        to = swap;
    }
    double total = v[0] + rest;
    free(u);
    free(q);
    free(v);
    free(to);
    return total;
}

double vi_optimal_sum(const struct fsm *world, uint64_t steps, const atomic_int *cancel)
{
    return undiscounted(world, steps, cancel, best);
}

double vi_random_sum(const struct fsm *world, uint64_t steps, const atomic_int *cancel)
{
    return undiscounted(world, steps, cancel, mean);
}
