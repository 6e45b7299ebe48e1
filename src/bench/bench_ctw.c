#include "config.h"

#include "bench.h"
#include "ctw.h"
#include "registry.h"
#include "rng.h"
#include "xalloc.h"

#include <stdlib.h>

/* Context tree weighting on what a random walker meets in the flagship maze: 3 bits of
 * action that are context alone, then 4 of observation and 2 of the kind of reward, each
 * with a tree of its own. The walker repeats its last action three times in four. */

enum {
    ACTION_BITS = 3,
    OBS_BITS = 4,
    BITS = 6,
    LIFE = 1000000,
    TRAINED = 100000,
    AHEAD = 7
};

struct walk {
    struct spec_of spec;
    struct env *env;
    void *state;
    struct rng rng;
    unsigned action;
    struct predictor *p;
    void *snap;
    uint32_t depth;
    uint64_t learned; /* bits */
};

static void renew(struct walk *w)
{
    predictor_free(w->p);
    w->p = ctw_new(&(struct ctw_conf){ w->depth, BITS, CTW_NODES_DEFAULT });
    w->learned = 0;
}

static void close_walk(void *context)
{
    struct walk *w = context;
    predictor_free(w->p);
    env_close(w->env);
    kind_release(&w->spec);
    free(w->state);
    free(w->snap);
    free(w);
}

static void append_action(struct walk *w)
{
    for (unsigned i = ACTION_BITS; i-- > 0;)
        w->p->ops->append(w->p, w->action >> i & 1);
}

/* One step of the walker, learned: BITS bits. */
static void learn(struct walk *w)
{
    const struct predictor_ops *ops = w->p->ops;
    if (!rng_below(&w->rng, 4))
        w->action = rng_below(&w->rng, w->env->space.n_actions);
    struct percept e = env_step(w->env, w->state, w->action, &w->rng);
    unsigned kind = e.rew > 0 ? 2 : e.rew < -1, word = e.obs << 2 | kind;
    append_action(w);
    for (unsigned i = 0; i < BITS; i++) {
        ops->predict(w->p, i);
        ops->update(w->p, word >> (BITS - 1 - i) & 1);
    }
    ops->commit(w->p);
    w->learned += BITS;
}

static struct walk *open_walk(uint32_t depth, uint64_t trained, struct err *err)
{
    struct walk *w = xcalloc(1, sizeof *w);
    w->depth = depth;
    if (kind_parse(&w->spec, &env_shelf, "gridworld:map=thesis", err))
        w->env = env_open(&w->spec, 0, err);
    if (!w->env) {
        close_walk(w);
        return NULL;
    }
    rng_init(&w->rng, &(struct rng_key){ 0, RNG_PLAN, "bench-ctw", 0, 0 });
    w->state = xcalloc(1, w->env->state_size);
    env_reset(w->env, w->state, &w->rng);
    renew(w);
    w->snap = xcalloc(1, w->p->snap_size);
    while (w->learned < trained)
        learn(w);
    return w;
}

/* Lives of LIFE bits, one after the other. */
static double update(void *context, uint64_t n)
{
    struct walk *w = context;
    for (uint64_t i = 0; i < n; i++) {
        if (w->learned >= LIFE)
            renew(w);
        learn(w);
    }
    return (double)n * BITS;
}

/* n imagined futures of AHEAD steps, taken back. */
static double imagine(void *context, uint64_t n)
{
    struct walk *w = context;
    const struct predictor_ops *ops = w->p->ops;
    for (uint64_t i = 0; i < n; i++) {
        ops->save(w->p, w->snap);
        for (int k = 0; k < AHEAD; k++) {
            w->action = rng_below(&w->rng, w->env->space.n_actions);
            append_action(w);
            for (unsigned bit = 0; bit < BITS; bit++) {
                double one = ops->predict(w->p, bit);
                ops->update(w->p, rng_unit(&w->rng) < one);
            }
        }
        ops->restore(w->p, w->snap);
    }
    return (double)n * AHEAD * BITS;
}

static double bytes(void *context, uint64_t n)
{
    struct walk *w = context;
    return (double)n * (double)w->p->ops->bytes(w->p) / (double)w->learned;
}

/* LIFE flips of a fair coin, of which nothing can be learned: every context is new. */
static void *open_flips(struct err *err)
{
    struct walk *w = open_walk(96, 0, err);
    while (w && w->learned < LIFE) {
        w->p->ops->predict(w->p, 0);
        w->p->ops->update(w->p, rng_u64(&w->rng) & 1);
        w->p->ops->commit(w->p);
        w->learned++;
    }
    return w;
}

static void *open_8(struct err *err) { return open_walk(8, TRAINED, err); }
static void *open_32(struct err *err) { return open_walk(32, TRAINED, err); }
static void *open_96(struct err *err) { return open_walk(96, TRAINED, err); }
static void *open_old(struct err *err) { return open_walk(96, LIFE, err); }

const struct bench_row bench_ctw[] = {
    { "ctw.update.8", "bits/s", "bits learned, depth 8", BENCH_RATE, open_8, update,
      close_walk },
    { "ctw.update.32", "bits/s", "the same, depth 32", BENCH_RATE, open_32, update,
      close_walk },
    { "ctw.update.96", "bits/s", "the same, depth 96", BENCH_RATE, open_96, update,
      close_walk },
    { "ctw.plan.8", "bits/s", "bits imagined and taken back, depth 8", BENCH_RATE, open_8,
      imagine, close_walk },
    { "ctw.plan.32", "bits/s", "the same, depth 32", BENCH_RATE, open_32, imagine,
      close_walk },
    { "ctw.plan.96", "bits/s", "the same, depth 96", BENCH_RATE, open_96, imagine,
      close_walk },
    { "ctw.bytes", "bytes", "per bit learned, of a million, depth 96", BENCH_AMOUNT,
      open_old, bytes, close_walk },
    { "ctw.bytes.flips", "bytes", "the same of a fair coin", BENCH_AMOUNT, open_flips,
      bytes, close_walk },
    { 0 },
};
