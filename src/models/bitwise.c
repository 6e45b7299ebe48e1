#include "config.h"

#include "bitwise.h"
#include "code.h"
#include "xalloc.h"

#include <float.h>
#include <stdlib.h>

struct bitwise {
    struct model base;
    struct code code;
    struct predictor *p; /* owned */
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

static double condition(struct model *m, unsigned action, struct outcome *o)
{
    struct bitwise *s = (struct bitwise *)m;
    o->gain = 0;
    if (!code_has(&s->code, o->e))
        return o->prob = 0;
    act(s, action);
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
};

struct model *bitwise_new(const struct space *space, const char *spec, struct err *err)
{
    struct code code = { 0 };
    if (!code_init(&code, space, err))
        return NULL;
    struct predictor *p = predictor_open(spec, code.bits, err);
    if (!p)
        return NULL;
    struct bitwise *s = xcalloc(1, sizeof *s);
    s->base = (struct model){ .ops = &ops, .space = *space, .snap_size = p->snap_size };
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
