#include "config.h"

#include "bounds.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Edges that may be looked at for one table: a second or less. */
static const double EFFORT_MAX = 3e8;
/* Sweeps end when no value changes by more than this part of the largest reward. */
static const double CHANGE_MIN = 1e-9;

enum { PLANS_MAX = 64 };

/* Chances and ends of the row's edges. */
static inline uint32_t end_of(const struct blocks *b, size_t pair,
                              const struct block_edge *e)
{
    const struct outcome_of *o = &b->outcome[b->outcomes[pair] + e->outcome];
    return b->first[o->block] + b->to[b->slots[pair] + e->slot];
}

/* R + g sum p v(next) of one row; v of all states, NULL: 0. */
static double look_ahead(const struct blocks *b, size_t pair, size_t row, double g,
                         const double *v)
{
    double sum = 0;
    for (size_t i = b->row[row]; v && i < b->row[row + 1]; i++)
        sum += b->edge[i].p * v[end_of(b, pair, &b->edge[i])];
    return b->reward[row] + g * sum;
}

/* What v of the row's own state becomes, were all others to stay: loops end at once. */
static double settle_row(const struct blocks *b, size_t pair, size_t row, double g,
                         const double *v, uint32_t own)
{
    double sum = 0, loop = 0;
    for (size_t i = b->row[row]; i < b->row[row + 1]; i++) {
        uint32_t to = end_of(b, pair, &b->edge[i]);
        if (to == own)
            loop += b->edge[i].p;
        else
            sum += b->edge[i].p * v[to];
    }
    return (b->reward[row] + g * sum) / (1 - g * loop);
}

static double best_ahead(const struct blocks *b, uint32_t x, uint32_t y, double g,
                         const double *v)
{
    double top = -HUGE_VAL;
    for (unsigned a = 0; a < b->n_actions; a++)
        top = fmax(top, look_ahead(b, block_pair(b, x, a), block_row(b, x, a) + y, g, v));
    return top;
}

static double largest_reward(const struct blocks *b)
{
    double most = 0;
    for (size_t i = 0; i < bounds_rows(b); i++)
        most = fmax(most, fabs(b->reward[i]));
    return most;
}

/* Sweeps that may be made over all edges. */
static unsigned sweeps_max(const struct blocks *b, double times)
{
    double edges = (double)b->row[bounds_rows(b)] * times + 1;
    return (unsigned)fmin(100000, fmax(10, EFFORT_MAX / edges));
}

/* One sweep in place, forwards and backwards in turn: what is one step from a change has it
 * soon. Returns the largest change. plan NULL: the best action. */
static double sweep(const struct blocks *b, const uint8_t *plan, double g, double *v,
                    bool backwards)
{
    double change = 0;
    for (uint32_t i = 0; i < b->n; i++) {
        uint32_t x = backwards ? b->n - 1 - i : i;
        unsigned first = plan ? plan[x] : 0, end = plan ? first + 1u : b->n_actions;
        for (uint32_t y = 0; y < block_size(b, x); y++) {
            uint32_t s = b->first[x] + y;
            double top = -HUGE_VAL;
            for (unsigned a = first; a < end; a++)
                top = fmax(top, settle_row(b, block_pair(b, x, a), block_row(b, x, a) + y,
                                           g, v, s));
            change = fmax(change, fabs(top - v[s]));
            v[s] = top;
        }
    }
    return change;
}

/* The largest rise (sign 1) or fall (-1) that one step more would bring. */
static double residual(const struct blocks *b, const uint8_t *plan, double g,
                       const double *v, double sign)
{
    double most = 0;
    for (uint32_t x = 0; x < b->n; x++)
        for (uint32_t y = 0; y < block_size(b, x); y++) {
            double now = plan ? look_ahead(b, block_pair(b, x, plan[x]),
                                           block_row(b, x, plan[x]) + y, g, v)
                              : best_ahead(b, x, y, g, v);
            most = fmax(most, sign * (now - v[b->first[x] + y]));
        }
    return most;
}

/* v becomes the values of the best actions, from above, or of a plan, from below. Where one
 * step changes them by d in the wrong direction, d / (1 - g) makes them a bound. */
static void settle(const struct blocks *b, const uint8_t *plan, double g, double *v)
{
    double enough = CHANGE_MIN * largest_reward(b), sign = plan ? -1 : 1;
    unsigned n = sweeps_max(b, plan ? 1.0 / b->n_actions : 1);
    bool moving = true;
    for (unsigned k = 0; k < n && moving; k++)
        moving = sweep(b, plan, g, v, k % 2) > enough;
    double shift = sign * residual(b, plan, g, v, sign) / (1 - g);
    for (uint32_t s = 0; s < b->n_states; s++)
        v[s] += shift;
}

/* ---- from above */

/* sum_o max_a' sum_s' p q(s', a') of one row. */
static double informed(const struct blocks *b, size_t pair, size_t row, const double *q)
{
    double sum = 0, of[ACTIONS_MAX];
    for (size_t i = b->row[row], next; i < b->row[row + 1]; i = next) {
        const struct block_edge *e = &b->edge[i];
        uint32_t x = b->outcome[b->outcomes[pair] + e->outcome].block;
        uint32_t size = block_size(b, x);
        for (unsigned a = 0; a < b->n_actions; a++)
            of[a] = 0;
        for (next = i; next < b->row[row + 1] && b->edge[next].outcome == e->outcome;
             next++) {
            const double *at =
                q + block_row(b, x, 0) + b->to[b->slots[pair] + b->edge[next].slot];
            for (unsigned a = 0; a < b->n_actions; a++)
                of[a] += b->edge[next].p * at[(size_t)a * size];
        }
        double top = of[0];
        for (unsigned a = 1; a < b->n_actions; a++)
            top = fmax(top, of[a]);
        sum += top;
    }
    return sum;
}

/* One sweep from `from` to q, which may be the same table. Returns the largest change. */
static double inform(const struct blocks *b, double g, const double *from, double *q)
{
    double change = 0;
    for (uint32_t x = 0; x < b->n; x++)
        for (unsigned a = 0; a < b->n_actions; a++)
            for (uint32_t y = 0; y < block_size(b, x); y++) {
                size_t row = block_row(b, x, a) + y;
                double v = b->reward[row] +
                           (from ? g * informed(b, block_pair(b, x, a), row, from) : 0);
                change = fmax(change, fabs(q[row] - v));
                q[row] = v;
            }
    return change;
}

static void corners(const struct blocks *b, const double *q, double *corner)
{
    for (uint32_t x = 0; x < b->n; x++)
        for (uint32_t y = 0; y < block_size(b, x); y++) {
            double top = -HUGE_VAL;
            for (unsigned a = 0; a < b->n_actions; a++)
                top = fmax(top, q[block_row(b, x, a) + y]);
            corner[b->first[x] + y] = top;
        }
}

/* From the values of who sees the state down. */
static void inform_endless(struct bounds *v)
{
    const struct blocks *b = v->b;
    double g = v->steps.g[0], enough = CHANGE_MIN * largest_reward(b);
    settle(b, NULL, g, v->corner);
    for (uint32_t x = 0; x < b->n; x++)
        for (unsigned a = 0; a < b->n_actions; a++)
            for (uint32_t y = 0; y < block_size(b, x); y++) {
                size_t row = block_row(b, x, a) + y;
                v->q[row] = look_ahead(b, block_pair(b, x, a), row, g, v->corner);
            }
    unsigned n = sweeps_max(b, b->n_actions);
    for (unsigned k = 0; k < n; k++)
        if (inform(b, g, v->q, v->q) <= enough)
            break;
    corners(b, v->q, v->corner);
}

/* Layer by layer from the last. Without room for all, two layers of q are enough. */
static void inform_layers(struct bounds *v, bool all)
{
    size_t rows = bounds_rows(v->b);
    double *two = all ? NULL : xcalloc(2 * rows, sizeof *two);
    for (uint32_t t = v->steps.n; t-- > 0;) {
        double *q = all ? v->q + t * rows : two + (t % 2) * rows;
        const double *after = all ? q + rows : two + (1 - t % 2) * rows;
        inform(v->b, v->steps.g[t], t + 1 < v->steps.n ? after : NULL, q);
        corners(v->b, q, v->corner + (size_t)t * v->b->n_states);
    }
    free(two);
}

/* ---- from below */

static void value_of_plan(struct bounds *v, struct simple_plan *p)
{
    uint32_t n = v->b->n_states;
    p->value = xcalloc((size_t)v->steps.n * n, sizeof *p->value);
    if (v->steps.endless) {
        settle(v->b, p->action, v->steps.g[0], p->value);
        return;
    }
    for (uint32_t t = v->steps.n; t-- > 0;) {
        double *now = p->value + (size_t)t * n;
        const double *after = t + 1 < v->steps.n ? now + n : NULL;
        for (uint32_t x = 0; x < v->b->n; x++)
            for (uint32_t y = 0; y < block_size(v->b, x); y++)
                now[v->b->first[x] + y] =
                    look_ahead(v->b, block_pair(v->b, x, p->action[x]),
                               block_row(v->b, x, p->action[x]) + y, v->steps.g[t], after);
    }
}

/* Hypotheses: states that no edge leads between. Returns how many, label[s] < that. */
static uint32_t components(const struct blocks *b, uint32_t *label)
{
    uint32_t n = 0, top = 0;
    uint32_t *up = xcalloc(b->n_states, sizeof *up);
    for (uint32_t s = 0; s < b->n_states; s++)
        up[s] = s;
    for (uint32_t x = 0; x < b->n; x++)
        for (unsigned a = 0; a < b->n_actions; a++)
            for (uint32_t y = 0; y < block_size(b, x); y++) {
                size_t row = block_row(b, x, a) + y;
                for (size_t i = b->row[row]; i < b->row[row + 1]; i++) {
                    uint32_t s = b->first[x] + y;
                    uint32_t t = end_of(b, block_pair(b, x, a), &b->edge[i]);
                    while (up[s] != s)
                        s = up[s] = up[up[s]];
                    while (up[t] != t)
                        t = up[t] = up[up[t]];
                    up[s > t ? s : t] = s > t ? t : s;
                }
            }
    for (uint32_t s = 0; s < b->n_states; s++) {
        for (top = s; up[top] != top;)
            top = up[top];
        label[s] = top == s ? n++ : label[top];
    }
    free(up);
    return n;
}

/* In each block what the first layer's upper values of hypothesis k would do, of all states
 * when the block has none of its. */
static void act_by(const struct bounds *v, const uint32_t *label, uint32_t k,
                   uint8_t *action)
{
    const struct blocks *b = v->b;
    for (uint32_t x = 0; x < b->n; x++) {
        double top = -HUGE_VAL;
        bool any = false;
        for (uint32_t y = b->first[x]; y < b->first[x + 1]; y++)
            any |= label[y] == k;
        for (unsigned a = 0; a < b->n_actions; a++) {
            double sum = 0;
            for (uint32_t y = 0; y < block_size(b, x); y++)
                if (!any || label[b->first[x] + y] == k)
                    sum += v->q ? v->q[block_row(b, x, a) + y]
                                : b->reward[block_row(b, x, a) + y];
            if (sum > top + 1e-9 * fabs(top)) {
                top = sum;
                action[x] = (uint8_t)a;
            }
        }
    }
}

static void plan_simply(struct bounds *v, size_t bytes)
{
    const struct blocks *b = v->b;
    size_t each = (size_t)v->steps.n * b->n_states * sizeof(double);
    uint32_t *label = xcalloc(b->n_states, sizeof *label);
    uint32_t n = components(b, label);
    double effort = (double)b->row[bounds_rows(b)] / b->n_actions * 100;
    while (n > 1 && n * effort > 3 * EFFORT_MAX)
        n /= 2;
    n = (n < PLANS_MAX ? n : PLANS_MAX) + b->n_actions;
    while (n > 1 && n * each > bytes)
        n--;
    v->plan = xcalloc(n, sizeof *v->plan);
    for (uint32_t k = 0; k < n; k++) {
        struct simple_plan *p = &v->plan[v->n_plans++];
        p->action = xcalloc(b->n, sizeof *p->action);
        if (k < b->n_actions)
            memset(p->action, (int)k, b->n);
        else
            act_by(v, label, k - b->n_actions, p->action);
        value_of_plan(v, p);
    }
    v->bytes += n * each;
    free(label);
}

struct bounds *bounds_new(const struct blocks *b, const struct steps *steps, size_t bytes)
{
    struct bounds *v = xcalloc(1, sizeof *v);
    size_t rows = bounds_rows(b), all = steps->n * rows * sizeof *v->q;
    bool q = steps->endless || all < bytes / 2;
    *v = (struct bounds){ .b = b, .steps = *steps };
    v->corner = xcalloc((size_t)steps->n * b->n_states, sizeof *v->corner);
    v->bytes = (size_t)steps->n * b->n_states * sizeof *v->corner + (q ? all : 0);
    if (q)
        v->q = xcalloc((size_t)steps->n * rows, sizeof *v->q);
    if (steps->endless)
        inform_endless(v);
    else
        inform_layers(v, q);
    plan_simply(v, bytes > v->bytes ? bytes - v->bytes : 0);
    return v;
}

void bounds_free(struct bounds *v)
{
    if (!v)
        return;
    for (uint32_t k = 0; k < v->n_plans; k++) {
        free(v->plan[k].action);
        free(v->plan[k].value);
    }
    free(v->plan);
    free(v->q);
    free(v->corner);
    free(v);
}
