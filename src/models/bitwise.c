#include "config.h"

#include "bitwise.h"
#include "bytes.h"
#include "code.h"
#include "registry.h"
#include "xalloc.h"

#include <float.h>
#include <stdlib.h>

struct bitwise {
    struct model base;
    struct code code;
    struct predictor *p; /* owned */
    uint64_t recent;     /* bits of the history, the latest lowest; and how many */
    uint64_t n_recent;
};

/* One part of a percept, at most `most`. */
struct field {
    unsigned slot, bits;
    uint32_t most, value;
};

static void act(struct bitwise *s, unsigned action)
{
    for (unsigned i = s->code.action_bits; i-- > 0;)
        s->p->ops->append(s->p, action >> i & 1);
}

/* Draws f->value with rng, or learns the one given; returns its probability. */
static inline double read_field(struct bitwise *s, struct field *f, struct rng *rng)
{
    struct predictor *p = s->p;
    uint32_t value = 0;
    bool edge = true; /* all bits so far are those of the largest value */
    double prob = 1;
    for (unsigned i = f->bits; i-- > 0;) {
        unsigned top = f->most >> i & 1, bit = 0;
        if (edge && !top) {
            p->ops->append(p, 0);
        } else {
            double one = p->ops->predict(p, f->slot + f->bits - 1 - i);
            bit = rng ? rng_unit(rng) < one : f->value >> i & 1;
            prob *= bit ? one : 1 - one;
            p->ops->update(p, bit);
        }
        edge &= bit == top;
        value = value << 1 | bit;
    }
    f->value = value;
    return prob;
}

/* The whole percept. A product of many small factors may leave the doubles, but it is not
 * impossible. */
static double read_percept(struct bitwise *s, struct percept *e, struct rng *rng)
{
    const struct code *c = &s->code;
    struct field obs = { 0, c->obs_bits, c->obs_max, e->obs };
    struct field rew = { c->obs_bits, c->rew_bits, c->rew_max,
                         (uint32_t)e->rew - (uint32_t)c->rew_min };
    double prob = read_field(s, &obs, rng);
    prob *= read_field(s, &rew, rng);
    e->obs = obs.value;
    e->rew = (int32_t)(rew.value + (uint32_t)c->rew_min);
    if (!s->base.held)
        s->p->ops->commit(s->p);
    return prob > DBL_MIN ? prob : DBL_MIN;
}

static void step(struct model *m, unsigned action, struct rng *rng, struct outcome *o)
{
    struct bitwise *s = (struct bitwise *)m;
    o->e = (struct percept){ 0 };
    act(s, action);
    o->prob = read_percept(s, &o->e, rng);
    o->gain = 0;
}

static void remember(struct bitwise *s, unsigned action, struct percept e)
{
    const struct code *c = &s->code;
    uint32_t rew = (uint32_t)e.rew - (uint32_t)c->rew_min;
    s->recent = s->recent << c->action_bits | action;
    s->recent = s->recent << c->obs_bits | e.obs;
    s->recent = s->recent << c->rew_bits | rew;
    s->n_recent += c->action_bits + c->bits;
}

static double condition(struct model *m, unsigned action, struct outcome *o)
{
    struct bitwise *s = (struct bitwise *)m;
    o->gain = 0;
    if (!code_has(&s->code, o->e))
        return o->prob = 0;
    act(s, action);
    if (!m->held)
        remember(s, action, o->e);
    return o->prob = read_percept(s, &o->e, NULL);
}

static void save(struct model *m, void *snap)
{
    const struct bitwise *s = (const struct bitwise *)m;
    s->p->ops->save(s->p, snap);
}

static void restore(struct model *m, const void *snap)
{
    struct bitwise *s = (struct bitwise *)m;
    s->p->ops->restore(s->p, snap);
}

/* The last bits, then the predictor. */
static size_t frozen_size(const struct model *m)
{
    const struct bitwise *s = (const struct bitwise *)m;
    return sizeof s->recent + sizeof s->n_recent + s->p->ops->frozen_size(s->p);
}

static void freeze(const struct model *m, void *bytes)
{
    const struct bitwise *s = (const struct bitwise *)m;
    bytes = bytes_put(bytes, &s->recent, sizeof s->recent);
    bytes = bytes_put(bytes, &s->n_recent, sizeof s->n_recent);
    s->p->ops->freeze(s->p, bytes);
}

static bool thaw(struct model *m, const void *bytes, struct err *err)
{
    struct bitwise *s = (struct bitwise *)m;
    bytes = bytes_take(bytes, &s->recent, sizeof s->recent);
    bytes = bytes_take(bytes, &s->n_recent, sizeof s->n_recent);
    return s->p->ops->thaw(s->p, bytes, err);
}

static void free_bitwise(struct model *m)
{
    struct bitwise *s = (struct bitwise *)m;
    predictor_free(s->p);
    free(s);
}

static const struct model_ops ops = {
    .name = "bitwise",
    .step = step,
    .condition = condition,
    .save = save,
    .restore = restore,
    .free = free_bitwise,
    .frozen_size = frozen_size,
    .freeze = freeze,
    .thaw = thaw,
};

struct model *bitwise_new(const struct space *space, const char *spec, struct err *err)
{
    struct code code = { 0 };
    if (!code_init(&code, space, err))
        return NULL;
    struct predictor *p = predictor_new(spec, code.bits, err);
    if (!p)
        return NULL;
    struct bitwise *s = xcalloc(1, sizeof *s);
    s->base = (struct model){
        .ops = &ops, .space = *space, .snap_size = p->snap_size, .lacks = WANT_MOST
    };
    s->code = code;
    s->p = p;
    return &s->base;
}

struct predictor *bitwise_predictor(struct model *m, unsigned *slots)
{
    struct bitwise *s = (struct bitwise *)m;
    *slots = s->code.bits;
    return s->p;
}

uint64_t bitwise_recent(const struct model *m, unsigned *n)
{
    const struct bitwise *s = (const struct bitwise *)m;
    *n = s->n_recent < 64 ? (unsigned)s->n_recent : 64;
    return s->recent;
}

/* ---- the order of the source */

struct orders {
    double *sum, *part; /* [cap] */
    size_t cap;
    unsigned bits; /* looked at */
};

/* Follows the likeliest value of a field, bit by bit, and adds what is believed of each. */
static void add_orders(struct bitwise *s, const struct field *f, struct orders *to)
{
    struct predictor *p = s->p;
    bool edge = true;
    for (unsigned i = f->bits; i-- > 0;) {
        unsigned top = f->most >> i & 1, bit = 0, slot = f->slot + f->bits - 1 - i;
        if (edge && !top) {
            p->ops->append(p, 0);
        } else {
            size_t n = p->ops->orders(p, slot, to->part, to->cap);
            for (size_t d = 0; d < n; d++)
                to->sum[d] += to->part[d];
            to->bits += n > 0;
            bit = p->ops->predict(p, slot) >= 0.5;
            p->ops->update(p, bit);
        }
        edge &= bit == top;
    }
}

size_t bitwise_orders(struct model *m, double *weight, size_t cap)
{
    struct bitwise *s = (struct bitwise *)m;
    const struct code *c = &s->code;
    struct field obs = { 0, c->obs_bits, c->obs_max, 0 };
    struct field rew = { c->obs_bits, c->rew_bits, c->rew_max, 0 };
    if (!s->p->ops->orders)
        return 0;
    struct orders to = { weight, xcalloc(cap, sizeof *to.part), cap, 0 };
    void *snap = xcalloc(1, m->snap_size);
    for (size_t d = 0; d < cap; d++)
        weight[d] = 0;
    for (unsigned a = 0; a < m->space.n_actions; a++) {
        model_save(m, snap);
        act(s, a);
        add_orders(s, &obs, &to);
        add_orders(s, &rew, &to);
        model_restore(m, snap);
        model_release(m);
    }
    for (size_t d = 0; d < cap && to.bits; d++)
        weight[d] /= to.bits;
    free(to.part);
    free(snap);
    return to.bits ? cap : 0;
}
