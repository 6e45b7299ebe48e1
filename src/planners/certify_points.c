#include "config.h"

#include "certify.h"
#include "points.h"
#include "registry.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* The method of points: any finite class of automata, geometric discount without an end or
 * any discount with one. */

struct solver {
    const struct certify *c;
    const struct certify_task *t;
    const struct pomdp *p;
    struct blocks *b;
    struct points *points;
    double *g; /* [layers] */
    uint32_t layers;
};

static bool fits(const struct certify_task *t, struct err *err)
{
    const struct discount *d = &t->plan->discount;
    if (t->endless && (d->kind != DISCOUNT_GEOMETRIC || d->gamma >= 1))
        return err_set(err, "without a last cycle it needs discount=geometric below 1");
    return certify_has_pomdp(t, err);
}

/* Weights of the cycles, each by the one before; those that count for nothing are no
 * cycles. */
static void weigh(struct solver *s)
{
    const struct plan *p = s->t->plan;
    uint32_t n = s->t->endless ? 1 : p->horizon;
    double w = discount_weight(&p->discount, p->now, 0);
    s->g = xcalloc(n, sizeof *s->g);
    if (!(w > 0)) {
        s->layers = 1; /* the discount is past its lifetime: only now counts */
        return;
    }
    for (s->layers = 0; s->layers < n; s->layers++) {
        double next = discount_weight(&p->discount, p->now, (uint64_t)s->layers + 1);
        s->g[s->layers] = next / w;
        w = next;
        if (!(w > 0)) {
            s->layers++;
            return;
        }
    }
}

/* Bytes that are needed before the first trial. */
static double needed(const struct solver *s)
{
    double corners = (double)s->layers * s->b->n_states * sizeof(double);
    return (double)blocks_bytes(s->b) +
           corners * (2 + (s->t->endless ? s->b->n_actions : 0)) +
           128.0 * s->layers * s->b->n;
}

static void close_solver(void *self)
{
    struct solver *s = self;
    points_free(s->points);
    blocks_free(s->b);
    free(s->g);
    free(s);
}

static void tell(struct solver *s, struct bracket *b)
{
    b->n_actions = s->p->n_actions;
    struct points_told k = points_told(s->points, b->lo, b->hi);
    b->lower = k.lower;
    b->upper = k.upper;
    b->backups = k.backups;
    b->vectors = k.vectors;
    b->points = k.points;
    b->bytes = k.bytes + blocks_bytes(s->b);
}

static bool prepare(struct solver *s, struct err *err)
{
    s->p = certify_pomdp(s->c, err);
    if (!s->p)
        return false;
    weigh(s);
    s->b = blocks_new(s->p);
    if (needed(s) > (double)s->t->bytes)
        return err_set(err,
                       "%" PRIu32 " hidden states over %" PRIu32
                       " cycles need %.3g MB of memory, and %.3g MB are allowed",
                       s->b->n_states, s->layers, needed(s) / 1e6,
                       (double)s->t->bytes / 1e6);
    struct steps steps = { s->layers, s->t->endless, s->g };
    s->points = points_new(s->b, &steps, s->t->bytes / 2);
    return true;
}

static void *open_solver(const struct certify *c, struct bracket *b, struct err *err)
{
    struct solver *s = xcalloc(1, sizeof *s);
    s->c = c;
    s->t = certify_task_of(c);
    if (!prepare(s, err)) {
        close_solver(s);
        return NULL;
    }
    tell(s, b);
    return s;
}

static bool must_stop(void *context)
{
    const struct solver *s = context;
    return certify_must_stop(s->c);
}

static enum certify_end step(void *self, struct bracket *b)
{
    struct solver *s = self;
    bool moved = points_trial(s->points, &(struct points_stop){ must_stop, s });
    tell(s, b);
    if (b->upper - b->lower <= 1e-12 * fmax(1, fabs(b->lower)))
        return CERTIFY_EXACT;
    if (!moved && !certify_must_stop(s->c))
        return CERTIFY_SPENT;
    return b->bytes > s->t->bytes ? CERTIFY_MEMORY : CERTIFY_ON;
}

static bool policy(void *self, struct policy_graph *g, struct err *err)
{
    struct solver *s = self;
    return points_policy(s->points, g, err);
}

/* Without an end every cycle is the first: the tables stay, until they are half of what
 * they may take and most of them is of the past. */
static bool move(void *self, struct bracket *b)
{
    struct solver *s = self;
    if (b->bytes > s->t->bytes / 2)
        return false;
    double *belief = xcalloc(s->p->n_states, sizeof *belief);
    bool ok = s->t->endless && !s->t->pomdp &&
              pomdp_belief(s->p, s->t->plan->model, belief) &&
              points_move(s->points, belief);
    free(belief);
    if (ok)
        tell(s, b);
    return ok;
}

const struct certifier certifier_points = {
    .name = "points",
    .title = "trials in the space of beliefs, vectors and points",
    .fits = fits,
    .open = open_solver,
    .step = step,
    .close = close_solver,
    .move = move,
    .policy = policy,
};
