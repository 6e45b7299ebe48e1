#include "config.h"

#include "anytime.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

const char *const loss_names[] = { "death", "ignorance", "hope", "normalise", NULL };

enum { NODES = 1 << 22 }; /* of imagined histories */

struct tree {
    const struct budgeted *b;
    enum loss loss;
    double *mass, *open; /* owned, as budgeted.h has them */
    double *u;           /* owned: worth of each percept */
    double worst, best;  /* of them; with death, of 0 too */
    uint32_t horizon;
    double *weight, *rest; /* owned: of cycle k; of it and those up to the horizon */
    double behind;         /* of all later ones, where they count */
};

/* Sums over what is decided, what is not counted as worth the least and the most; value:
 * not counted at all. Not divided by mass but for LOSS_NORMALISE. */
struct range {
    double lo, hi, value;
};

static struct range after(const struct tree *t, size_t node, uint32_t k, double undecided);

/* What is lost is worth something else, from cycle k on. */
static double worth_of_loss(const struct tree *t, uint32_t k)
{
    if (t->loss == LOSS_DEATH)
        return 0;
    return t->rest[k] * (t->loss == LOSS_HOPE ? t->best : t->worst);
}

/* Means over mass that is known up to `open`. */
static struct range mean(const struct tree *t, struct range sum, double mass, double open,
                         uint32_t k)
{
    double all = mass + open;
    sum.lo = all > 0 ? (sum.lo + open * t->worst * t->rest[k]) / all : 0;
    sum.hi = all > 0 ? (sum.hi + open * t->best * t->rest[k]) / all : 0;
    sum.value = mass > 0 ? sum.value / mass : (double)NAN;
    return sum;
}

/* One action in cycle k; undecided: mass that was before it. */
static struct range act(const struct tree *t, size_t node, uint32_t action, uint32_t k,
                        double undecided)
{
    const struct budgeted *b = t->b;
    bool normal = t->loss == LOSS_NORMALISE;
    size_t first = (node * b->n_actions + action) * b->n_percepts + 1;
    double open = t->open[node * b->n_actions + action], out = 0;
    struct range sum = { 0 };
    for (uint32_t e = 0; e < b->n_percepts; e++) {
        double m = t->mass[first + e], now = m * t->weight[k] * t->u[e];
        if (!(m > 0) && !normal)
            continue;
        struct range v = after(t, first + e, k + 1, undecided + open);
        double by = normal ? m : 1;
        out += m;
        sum.lo += now + by * v.lo;
        sum.hi += now + by * v.hi;
        sum.value += m > 0 ? now + by * v.value : 0;
    }
    if (normal)
        return mean(t, sum, out, open + undecided, k);
    double lost = fmax(0, t->mass[node] - out - open) * worth_of_loss(t, k);
    sum.lo += lost + open * t->worst * t->rest[k];
    sum.hi += lost + open * t->best * t->rest[k];
    sum.value += lost;
    return sum;
}

static struct range after(const struct tree *t, size_t node, uint32_t k, double undecided)
{
    if (k == t->horizon)
        return (struct range){ 0 };
    struct range top = act(t, node, 0, k, undecided);
    for (uint32_t a = 1; a < t->b->n_actions; a++) {
        struct range v = act(t, node, a, k, undecided);
        top.lo = fmax(top.lo, v.lo);
        top.hi = fmax(top.hi, v.hi);
        top.value = fmax(top.value, v.value);
    }
    return top;
}

/* ---- from a plan */

static void price(struct tree *t, const struct plan *p)
{
    const struct utility *u = p->utility;
    t->worst = t->loss == LOSS_DEATH ? 0 : HUGE_VAL;
    t->best = t->loss == LOSS_DEATH ? 0 : -HUGE_VAL;
    for (uint32_t e = 0; e < t->b->n_percepts; e++) {
        struct outcome o = { .e = t->b->percept[e] };
        t->u[e] = u->of(u, NULL, &o);
        t->worst = fmin(t->worst, t->u[e]);
        t->best = fmax(t->best, t->u[e]);
    }
}

/* Weights in units of the first. */
static void weigh(struct tree *t, const struct plan *p)
{
    const struct discount *d = &p->discount;
    double first = discount_weight(d, p->now, 0);
    t->behind = p->effective ? discount_tail(d, p->now, p->horizon) / first : 0;
    for (uint32_t k = p->horizon; k-- > 0;) {
        t->weight[k] = discount_weight(d, p->now, k) / first;
        t->rest[k] = t->rest[k + 1] + t->weight[k];
    }
}

static void open_tree(struct tree *t, const struct plan *p, enum loss loss)
{
    t->b = budgeted_of(p->model);
    t->loss = loss;
    t->horizon = p->horizon;
    size_t n = t->b->nodes(p->model, p->horizon);
    t->mass = xcalloc(n, sizeof *t->mass);
    t->open = xcalloc(n * t->b->n_actions, sizeof *t->open);
    t->u = xcalloc(t->b->n_percepts, sizeof *t->u);
    t->weight = xcalloc(p->horizon + 1, sizeof *t->weight);
    t->rest = xcalloc(p->horizon + 1, sizeof *t->rest);
    price(t, p);
    weigh(t, p);
}

static void close_tree(struct tree *t)
{
    free(t->mass);
    free(t->open);
    free(t->u);
    free(t->weight);
    free(t->rest);
}

/* The bracket of an action, of the whole class. */
static struct range bracket(const struct tree *t, uint32_t action)
{
    double agree = t->b->agree, open = t->b->open;
    struct range v = act(t, 0, action, 0, open);
    if (t->loss != LOSS_NORMALISE)
        v = mean(t, v, agree, open, 0);
    v.lo += t->behind * t->worst;
    v.hi += t->behind * t->best;
    return v;
}

static unsigned choose(const struct verdict *v, struct rng *rng)
{
    double lo = -HUGE_VAL, value = -HUGE_VAL, near = value_tolerance(v->hi, v->n);
    unsigned best = 0, ties = 0;
    for (uint32_t a = 0; a < v->n; a++)
        lo = fmax(lo, v->lo[a]);
    for (uint32_t a = 0; a < v->n; a++)
        if (v->lo[a] >= lo - near)
            value = fmax(value, v->value[a]);
    for (uint32_t a = 0; a < v->n; a++) {
        bool tied = v->lo[a] >= lo - near && !(v->value[a] < value - near);
        if (tied && (rng ? !rng_below(rng, ++ties) : !ties++))
            best = a;
    }
    return best;
}

bool anytime_fits(const struct plan *p, struct err *err)
{
    const struct budgeted *b = budgeted_of(p->model);
    if (!b)
        return err_set(err, "model %s does not say what it leaves undecided",
                       p->model->ops->name);
    if (!utility_of_percept(p->utility))
        return err_set(err, "it plans for what percepts are worth, and nothing else");
    size_t n = b->nodes(p->model, p->horizon);
    uint32_t most = p->horizon;
    while (most && b->nodes(p->model, most) > NODES / b->n_actions)
        most--;
    return n <= NODES / b->n_actions ||
           err_set(err,
                   "horizon %" PRIu32 " has too many futures of %" PRIu32
                   " actions and %" PRIu32 " percepts; at most %" PRIu32,
                   p->horizon, b->n_actions, b->n_percepts, most);
}

void anytime_plan(const struct plan *p, const struct anytime_conf *c, struct rng *rng,
                  struct verdict *out)
{
    struct tree t;
    open_tree(&t, p, c->loss);
    uint64_t nodes =
        t.b->imagine(p->model, p->horizon, c->threads, p->cancel, t.mass, t.open);
    if (nodes || !(t.b->agree > 0)) {
        out->n = t.b->n_actions;
        for (uint32_t a = 0; a < out->n; a++) {
            struct range v = bracket(&t, a);
            out->value[a] = v.value;
            out->lo[a] = v.lo;
            out->hi[a] = v.hi;
            out->visits[a] = NAN;
        }
        out->best = choose(out, rng);
        out->nodes = nodes;
        out->simulations = out->steps = out->states = 0;
        out->depth = p->horizon;
        out->how = PLAN_DONE;
    } else {
        out->how = PLAN_CANCELLED;
    }
    close_tree(&t);
}

uint32_t anytime_next(const struct budgeted *b)
{
    enum { MORE = 4 };
    if (b->bits >= b->most)
        return 0;
    return b->bits + MORE < b->most ? b->bits + MORE : b->most;
}

double anytime_epsilon(const struct verdict *v)
{
    double epsilon = 0;
    for (uint32_t a = 0; a < v->n; a++)
        if (a != v->best)
            epsilon = fmax(epsilon, v->hi[a] - v->lo[v->best]);
    return epsilon;
}
