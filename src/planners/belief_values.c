#include "config.h"

#include "belief_values.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SWEEPS_MAX = 400,  /* of bounds of what is not expanded */
    PLAN_MAX = 1 << 27 /* entries of a plan */
};

/* Bounds by hidden state: [n_states] and [n_actions * n_states]. */
struct corners {
    double *seen, *blind;
};

struct belief_values {
    const struct beliefs *g;
    const struct discount *discount;
    uint64_t now;
    uint32_t horizon; /* cycles that count; 0: no end, and `gamma` */
    double gamma;
    double least, most;           /* that a cycle earns */
    double *low, *high;           /* [cap] of the cycle that is being valued */
    double *low_next, *high_next; /* [cap] of the one after it; with a horizon only */
    uint32_t cap, n;              /* valued without end */
    struct corners at, next;      /* the same of hidden states */
    uint32_t k, i;                /* the delay and the belief that are next */
    double ratio, span;           /* of weights at k; of values of states at k + 1 */
    unsigned sweeps;              /* made of the corners; */
    bool settled;                 /* they change no more */
    double change;                /* in this sweep */
    double root_low[ACTIONS_MAX], root_high[ACTIONS_MAX];
    bool done;      /* a pass is */
    uint8_t choice; /* in the belief that was valued last */
    uint8_t *plan;  /* of all; owned; NULL: nobody asked */
    size_t *offset; /* [deepest + 2] of those of a delay; owned */
};

/* ---- a belief by what follows it */

/* Bounds of action a in belief i, from those of its successors. */
static void value_action(const struct belief_values *v, uint32_t i, unsigned a,
                         const double *low, const double *high, double *q_low,
                         double *q_high)
{
    const struct beliefs *g = v->g;
    size_t row = (size_t)i * g->p->n_actions + a;
    double lo = 0, hi = 0, drift = 0;
    for (size_t k = g->first[row]; k < g->first[row + 1]; k++) {
        const struct belief_edge *e = &g->edge[k];
        lo += e->p * low[e->next];
        hi += e->p * high[e->next];
        drift += e->p * (double)e->drift;
    }
    drift *= v->span / 2;
    *q_low = g->reward[row] + v->ratio * (lo - drift);
    *q_high = g->reward[row] + v->ratio * (hi + drift);
}

static void keep_root(struct belief_values *v, uint32_t i, unsigned a, double lo, double hi)
{
    if (!i) {
        v->root_low[a] = lo;
        v->root_high[a] = hi;
    }
}

static void choose(struct belief_values *v, double lo, uint8_t choice, double out[2])
{
    if (lo > out[0]) {
        out[0] = lo;
        v->choice = choice;
    }
}

/* By what follows, in the cycle that `low` and `high` are of. */
static void value_inner(struct belief_values *v, uint32_t i, const double *low,
                        const double *high, double out[2])
{
    out[0] = out[1] = -HUGE_VAL;
    for (unsigned a = 0; a < v->g->p->n_actions; a++) {
        double lo, hi;
        value_action(v, i, a, low, high, &lo, &hi);
        keep_root(v, i, a, lo, hi);
        choose(v, lo, (uint8_t)a, out);
        out[1] = fmax(out[1], hi);
    }
}

/* By what its states are worth. */
static void value_leaf(struct belief_values *v, uint32_t i, double out[2])
{
    const struct beliefs *g = v->g;
    size_t n = g->p->n_states;
    double hi = beliefs_dot(g, i, v->at.seen);
    out[0] = -HUGE_VAL;
    out[1] = hi;
    for (unsigned a = 0; a < g->p->n_actions; a++) {
        double lo = beliefs_dot(g, i, v->at.blind + a * n);
        keep_root(v, i, a, lo, hi);
        choose(v, lo, (uint8_t)(BLIND + a), out);
    }
}

/* In the last cycle that counts. */
static void value_last(struct belief_values *v, uint32_t i, double out[2])
{
    const struct beliefs *g = v->g;
    out[0] = out[1] = -HUGE_VAL;
    for (unsigned a = 0; a < g->p->n_actions; a++) {
        double r = g->reward[(size_t)i * g->p->n_actions + a];
        keep_root(v, i, a, r, r);
        choose(v, r, (uint8_t)a, out);
        out[1] = out[0];
    }
}

/* ---- hidden states */

static double flow(const struct pomdp *p, unsigned a, uint32_t s, const double *v)
{
    const struct pomdp_edge *e;
    size_t n = pomdp_edges(p, a, s, &e);
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += e[k].p * v[e[k].next];
    return sum;
}

/* *at by what follows in *next, which may be the same; returns the largest change. */
static double value_corners(struct belief_values *v, struct corners *at,
                            const struct corners *next)
{
    const struct pomdp *p = v->g->p;
    double change = 0;
    for (uint32_t s = 0; s < p->n_states; s++) {
        double top = -HUGE_VAL;
        for (unsigned a = 0; a < p->n_actions; a++) {
            size_t row = (size_t)a * p->n_states;
            double r = pomdp_reward(p, a)[s];
            double blind = r + v->ratio * flow(p, a, s, next->blind + row);
            top = fmax(top, r + v->ratio * flow(p, a, s, next->seen));
            change = fmax(change, fabs(blind - at->blind[row + s]));
            at->blind[row + s] = blind;
        }
        change = fmax(change, fabs(top - at->seen[s]));
        at->seen[s] = top;
    }
    return change;
}

static void fill(double *v, size_t n, double x)
{
    for (size_t k = 0; k < n; k++)
        v[k] = x;
}

static void open_corners(struct belief_values *v, struct corners *c)
{
    size_t n = v->g->p->n_states, actions = v->g->p->n_actions;
    double weight = v->horizon ? 0 : 1 / (1 - v->gamma);
    c->seen = xcalloc(n, sizeof *c->seen);
    c->blind = xcalloc(n, actions * sizeof *c->blind);
    fill(c->seen, n, v->most * weight);
    fill(c->blind, n * actions, v->least * weight);
}

static void close_corners(struct corners *c)
{
    free(c->seen);
    free(c->blind);
}

/* ---- opening */

static void find_range(struct belief_values *v)
{
    const struct pomdp *p = v->g->p;
    v->least = HUGE_VAL;
    v->most = -HUGE_VAL;
    for (size_t k = 0; k < (size_t)p->n_states * p->n_actions; k++) {
        v->least = fmin(v->least, p->reward[k]);
        v->most = fmax(v->most, p->reward[k]);
    }
}

/* Cycles up to the last one of weight. */
static uint32_t find_horizon(const struct certify_task *t)
{
    const struct plan *p = t->plan;
    uint32_t low = 1, high = p->horizon;
    if (discount_weight(&p->discount, p->now, high - 1) > 0)
        return high;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (discount_weight(&p->discount, p->now, mid) > 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct belief_values *belief_values_new(const struct certify_task *t,
                                        const struct beliefs *g)
{
    struct belief_values *v = xcalloc(1, sizeof *v);
    *v = (struct belief_values){ .g = g,
                                 .discount = &t->plan->discount,
                                 .now = t->plan->now,
                                 .horizon = t->endless ? 0 : find_horizon(t),
                                 .gamma = t->plan->discount.gamma,
                                 .ratio = t->plan->discount.gamma };
    find_range(v);
    double weight = 0;
    for (uint32_t k = v->horizon; k--;)
        weight += discount_weight(v->discount, v->now, k);
    weight =
        v->horizon ? weight / discount_weight(v->discount, v->now, 0) : 1 / (1 - v->gamma);
    v->span = (v->most - v->least) * weight;
    for (unsigned a = 0; a < g->p->n_actions; a++) {
        v->root_low[a] = v->least * weight;
        v->root_high[a] = v->most * weight;
    }
    return v;
}

uint32_t belief_values_horizon(const struct belief_values *v) { return v->horizon; }

void belief_values_free(struct belief_values *v)
{
    if (!v)
        return;
    free(v->low);
    free(v->high);
    free(v->low_next);
    free(v->high_next);
    close_corners(&v->at);
    close_corners(&v->next);
    free(v->plan);
    free(v->offset);
    free(v);
}

/* ---- passes */

/* Beliefs of at most that depth. */
static uint32_t within(const struct beliefs *g, uint32_t depth)
{
    return depth <= g->depth ? g->end[depth] : g->n;
}

/* Whether some belief is valued as a leaf before the last cycle. */
static bool has_leaves(const struct belief_values *v)
{
    if (!v->horizon)
        return !beliefs_closed(v->g);
    return v->horizon > 1 && within(v->g, v->horizon - 2) > v->g->n_expanded;
}

double belief_values_cost(const struct belief_values *v)
{
    const struct beliefs *g = v->g;
    double each = g->n_expanded ? (double)g->n_edges / g->n_expanded : 1, sum = 0;
    if (!v->horizon)
        return each * g->n;
    for (uint32_t k = 0; k <= g->depth && k < v->horizon; k++)
        sum += within(g, k);
    if (v->horizon > g->depth + 1)
        sum += (double)(v->horizon - g->depth - 1) * g->n;
    sum *= each;
    if (has_leaves(v)) /* with the states of each, and of all */
        sum += v->horizon * ((double)g->p->first[(size_t)g->p->n_states * g->p->n_actions] +
                             (double)g->at[g->n] * (1 + g->p->n_actions));
    return sum;
}

static void make_room(struct belief_values *v)
{
    if (v->g->n <= v->cap)
        return;
    v->cap = v->g->n + v->g->n / 2;
    v->low = xrealloc(v->low, v->cap, sizeof *v->low);
    v->high = xrealloc(v->high, v->cap, sizeof *v->high);
    if (!v->horizon)
        return;
    v->low_next = xrealloc(v->low_next, v->cap, sizeof *v->low_next);
    v->high_next = xrealloc(v->high_next, v->cap, sizeof *v->high_next);
}

void belief_values_begin(struct belief_values *v)
{
    make_room(v);
    if (has_leaves(v) && !v->at.seen) {
        open_corners(v, &v->at);
        if (v->horizon)
            open_corners(v, &v->next);
    }
    if (v->horizon && v->at.seen) {
        size_t n = v->g->p->n_states;
        /* of what comes after the last cycle: step_back() begins by putting it there */
        memset(v->at.seen, 0, n * sizeof(double));
        memset(v->at.blind, 0, n * v->g->p->n_actions * sizeof(double));
    }
    v->k = v->horizon;
    v->i = 0;
    v->change = HUGE_VAL;
    v->done = false;
}

/* ---- with a last cycle: backwards, one cycle after the other */

static void swap(double **x, double **y)
{
    double *keep = *x;
    *x = *y;
    *y = keep;
}

/* Goes one cycle back; the values of the one after it stand in low_next. */
static void step_back(struct belief_values *v)
{
    swap(&v->low, &v->low_next);
    swap(&v->high, &v->high_next);
    v->span = v->k == v->horizon ? 0 : v->most - v->least + v->ratio * v->span;
    v->k--;
    v->i = 0;
    v->ratio = discount_weight(v->discount, v->now, v->k + 1) /
               discount_weight(v->discount, v->now, v->k);
    if (v->at.seen) {
        swap(&v->at.seen, &v->next.seen);
        swap(&v->at.blind, &v->next.blind);
        value_corners(v, &v->at, &v->next);
    }
}

static void value_at(struct belief_values *v, uint32_t i, double out[2])
{
    if (v->k + 1 == v->horizon)
        value_last(v, i, out);
    else if (i < v->g->n_expanded)
        value_inner(v, i, v->low_next, v->high_next, out);
    else
        value_leaf(v, i, out);
}

static bool work_back(struct belief_values *v, double edges)
{
    const struct pomdp *p = v->g->p;
    double n = v->g->n_expanded ? (double)v->g->n_edges / v->g->n_expanded : 1;
    double corners = v->at.seen ? (double)p->first[(size_t)p->n_states * p->n_actions] : 0;
    v->ratio = v->k == v->horizon ? 0 : v->ratio;
    for (;;) {
        if (v->k == v->horizon || v->i == within(v->g, v->k)) {
            if (!v->k)
                return true;
            step_back(v);
            edges -= corners;
        }
        for (uint32_t end = within(v->g, v->k); v->i < end; v->i++, edges -= n + 1) {
            double out[2];
            if (edges <= 0)
                return false;
            value_at(v, v->i, out);
            v->low[v->i] = out[0];
            v->high[v->i] = out[1];
            if (v->plan)
                v->plan[v->offset[v->k] + v->i] = v->choice;
        }
    }
}

/* ---- without one: sweeps over bounds that hold and only close */

static double scale_of(const struct belief_values *v)
{
    return fmax(fabs(v->least), fabs(v->most)) / (1 - v->gamma);
}

/* New beliefs are as good as their states. */
static void admit(struct belief_values *v)
{
    double weight = 1 / (1 - v->gamma);
    for (; v->n < v->g->n; v->n++) {
        double out[2] = { v->least * weight, v->most * weight };
        if (v->at.seen)
            value_leaf(v, v->n, out);
        v->low[v->n] = out[0];
        v->high[v->n] = out[1];
    }
}

static void improve(struct belief_values *v, uint32_t i)
{
    double out[2];
    if (i < v->g->n_expanded)
        value_inner(v, i, v->low, v->high, out);
    else
        value_leaf(v, i, out);
    double low = fmax(v->low[i], out[0]), high = fmin(v->high[i], out[1]);
    v->change = fmax(v->change, fmax(low - v->low[i], v->high[i] - high));
    v->low[i] = low;
    v->high[i] = high;
}

/* The bounds of hidden states first; they come down, and up, from what holds. */
static bool settle(struct belief_values *v, double *edges)
{
    const struct pomdp *p = v->g->p;
    double n = (double)p->first[(size_t)p->n_states * p->n_actions];
    while (v->at.seen && !v->settled && *edges > 0) {
        double change = value_corners(v, &v->at, &v->at);
        v->settled = change <= 1e-10 * scale_of(v) || ++v->sweeps == SWEEPS_MAX;
        *edges -= 2 * n;
    }
    return !v->at.seen || v->settled;
}

static bool work_on(struct belief_values *v, double edges)
{
    double n = v->g->n_expanded ? (double)v->g->n_edges / v->g->n_expanded : 1;
    if (!settle(v, &edges))
        return false;
    admit(v);
    double enough = (has_leaves(v) ? 1e-6 : 1e-15) * scale_of(v);
    while (v->i > 0 || v->change > enough) {
        if (!v->i) {
            v->i = v->n;
            v->change = 0;
        }
        for (; v->i > 0; edges -= n + 1) {
            if (edges <= 0)
                return false;
            improve(v, --v->i);
        }
    }
    return true;
}

bool belief_values_work(struct belief_values *v, double edges)
{
    v->done = v->done || (v->horizon ? work_back(v, edges) : work_on(v, edges));
    return v->done;
}

void belief_values_tell(const struct belief_values *v, struct bracket *b)
{
    if (v->horizon && !v->done && v->low)
        return;
    b->lower = b->upper = -HUGE_VAL;
    for (unsigned a = 0; a < v->g->p->n_actions; a++) {
        b->lo[a] = v->root_low[a];
        b->hi[a] = v->root_high[a];
        b->lower = fmax(b->lower, b->lo[a]);
        b->upper = fmax(b->upper, b->hi[a]);
    }
}

/* ---- the plan */

static bool room_for_plan(struct belief_values *v)
{
    uint32_t delays = v->horizon ? v->horizon : 1;
    double entries = 0;
    for (uint32_t k = 0; k < delays; k++)
        entries += v->horizon ? within(v->g, k) : v->g->n;
    if (entries > PLAN_MAX)
        return false;
    v->offset = xcalloc((size_t)delays + 1, sizeof *v->offset);
    for (uint32_t k = 0; k < delays; k++)
        v->offset[k + 1] = v->offset[k] + (v->horizon ? within(v->g, k) : v->g->n);
    v->plan = xcalloc(v->offset[delays], 1);
    return true;
}

bool belief_values_plan(struct belief_values *v)
{
    if (v->plan)
        return true;
    if (!room_for_plan(v))
        return false;
    if (v->horizon) {
        belief_values_begin(v);
        belief_values_work(v, HUGE_VAL);
        return true;
    }
    for (uint32_t i = 0; i < v->g->n; i++) {
        double out[2];
        if (i < v->g->n_expanded)
            value_inner(v, i, v->low, v->high, out);
        else
            value_leaf(v, i, out);
        v->plan[i] = v->choice;
    }
    return true;
}

uint8_t belief_values_choice(const struct belief_values *v, uint32_t k, uint32_t i)
{
    return v->plan[v->offset[k] + i];
}

size_t belief_values_offset(const struct belief_values *v, uint32_t k)
{
    return v->offset[k];
}
