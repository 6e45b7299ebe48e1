#ifndef MODEL_H
#define MODEL_H

#include "err.h"
#include "kind.h"
#include "percept.h"
#include "rng.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

struct model;

/* What one cycle, real or imagined, told. */
struct outcome {
    struct percept e;
    /* The action that it follows, and the observation before that; filled by planners, for
     * utilities that want the context. */
    unsigned action;
    uint32_t before; /* NOTHING_SEEN: none */
    double prob;     /* xi(e | h, a), in [0, 1]; filled when model.want has WANT_PROB */
    double gain;     /* nats the posterior learned; filled when it has WANT_GAIN */
    /* sum_nu w(nu | h a e) nu(e | h, a), the chance of e in hindsight; filled when it has
     * WANT_HINDSIGHT, by models of worlds. */
    double hindsight;
    /* Mass of hypotheses that say nothing for ever, and mass that is not decided within the
     * budget: sum over percepts + dead + open = 1. Filled when it has WANT_LOSS. */
    double dead, open;
    /* max_e' xi(e' | h, a); filled when it has WANT_MOST, by mixtures. */
    double most;
    /* E[reward that is not in the percept | h, a, e]; filled when it has WANT_WORTH, by
     * models of worlds that have some. */
    double worth;
};
#define NOTHING_SEEN UINT32_MAX

/* What the utility will read. A model computes nothing unasked. */
enum {
    WANT_PROB = 1,
    WANT_GAIN = 2,
    WANT_HINDSIGHT = 4,
    WANT_CONTEXT = 8, /* action and before */
    WANT_LOSS = 16,   /* dead and open */
    WANT_WORTH = 32,
    WANT_MOST = 64
};

/* How information gain is counted: Ent(w) - Ent(w|e) (IJCAI-17 survey, Def. 4) or
 * KL(w|e || w) (Orseau, Lattimore & Hutter 2013); equal in expectation under xi. */
enum gain_form { GAIN_ENTROPY, GAIN_KL };

/* A chronological (semi)measure rho(e | h, a) over percepts given history and action.
 * No op allocates, but the first calls may. */
struct model_ops {
    const char *name;
    /* Draws e ~ rho(. | h, a) into o->e and appends (a, e) to the history. */
    void (*step)(struct model *m, unsigned action, struct rng *rng, struct outcome *o);
    /* Appends (a, e), e = o->e; returns the probability it had. 0: impossible, and the
     * model is unchanged. */
    double (*condition)(struct model *m, unsigned action, struct outcome *o);
    /* The state of history and belief in snap_size bytes of the caller's. */
    void (*save)(struct model *m, void *snap);
    void (*restore)(struct model *m, const void *snap);
    void (*free)(struct model *m);

    /* Optional from here; NULL where the model cannot. */

    /* Every e with rho(e | h, a) > 0, each once; returns how many there are, writes at most
     * cap of them. */
    size_t (*support)(struct model *m, unsigned action, struct percept *out, size_t cap);
    /* Root sampling: replaces the posterior by one hypothesis drawn from it, until the next
     * restore(). */
    void (*assume)(struct model *m, struct rng *rng);
    /* The posterior becomes hypothesis k, k < m->n, until the next restore(). */
    void (*follow)(struct model *m, size_t k);
    double (*entropy)(const struct model *m); /* of the posterior, nats */
    /* Weights of hypotheses 0 .. n-1, summing to 1, into w (cap entries); returns n. */
    size_t (*posterior)(const struct model *m, double *w, size_t cap);
    /* ln w(nu | h) of hypotheses 0 .. n-1 up to a common constant, -HUGE_VAL when
     * falsified; the truth of a posterior that doubles round to 0. Borrowed; of real
     * history only. */
    const double *(*log_weights)(const struct model *m);
    /* ln w(nu) of the same before any history, up to a common constant. Borrowed. */
    const double *(*log_prior)(const struct model *m);
    /* A name of the belief state, good until the next real percept: what has the same name
     * gives every percept the same probability, gain and chance in hindsight from here on,
     * to the last bit. */
    uint64_t (*key)(const struct model *m);
    /* The canvas cell hypothesis k is about, or -1. */
    int (*about)(const struct model *m, size_t k);
    /* A name of hypothesis k for people. */
    void (*text)(const struct model *m, size_t k, char *buf, size_t n);
    /* The `cap` heaviest hypotheses, falling, and their weights; returns how many. For
     * classes too large to ask for every weight; model_top() reads posterior() without
     * it. */
    size_t (*top)(const struct model *m, size_t *which, double *w, size_t cap);
    /* Takes in hypotheses, at most `work` units of effort; only with no snapshot out.
     * Weights of old ones keep their ratios; n and snap_size may rise, and then `shape`
     * does. False with *err when one cannot be opened: the model is as it was. */
    bool (*grow)(struct model *m, uint64_t work, struct err *err);
    /* Chance of a reward per canvas cell, for the screen; false when it has none. */
    bool (*heat)(const struct model *m, double *cell, size_t n);
    /* Chance of each of the n hidden things of its world (env.h), summing to 1; false when
     * it has no belief about them. */
    bool (*hidden)(const struct model *m, double *p, size_t n);
    /* E[reward of the next cycle | hypothesis k, a], points; of hypotheses it has given up,
     * as it was then. NAN: not known. */
    double (*mean)(struct model *m, size_t k, unsigned action);
    /* What is known of each canvas cell, as enum ink; false when it was told the map. */
    bool (*chart)(const struct model *m, uint8_t *ink, size_t n);
    /* History and belief as bytes that any model opened alike takes, and then lives the
     * same future to the last bit; only with no snapshot out. save() is nested, cheap and
     * good in this object alone. thaw() is false with *err when the bytes are another
     * model's; this one may then only be freed. */
    size_t (*frozen_size)(const struct model *m);
    void (*freeze)(const struct model *m, void *bytes);
    bool (*thaw)(struct model *m, const void *bytes, struct err *err);
    /* A form that it lends to planners who know more than the measure; NULL: no such form.
     * Borrowed, valid until its next change. */
    const void *(*view)(struct model *m, const struct view_kind *which);
};

/* First member of each concrete model. */
struct model {
    const struct model_ops *ops;
    struct space space;
    size_t snap_size; /* bytes a snapshot takes */
    size_t n;         /* hypotheses; 0: not a mixture */
    unsigned want;    /* WANT_..., set by the planner */
    unsigned lacks;   /* WANT_... that it never fills, and planners refuse it for */
    enum gain_form gain_form;
    unsigned held; /* snapshots outstanding; at 0 changes are final */
    /* Changes with n, snap_size or what a view lends: whoever keeps them looks. */
    unsigned shape;
};

struct env;
/* A kind of model, by the names that agents have for it. */
struct model_kind {
    struct kind kind;
    /* Of the world `truth` or of its hypotheses, which stays borrowed. NULL with *err. */
    struct model *(*open)(const void *config, const struct env *truth, struct err *err);
};

/* Snapshots live in the caller's buffer and nest like a stack: restore to the innermost one
 * as often as you like, the last time before releasing it. */
static inline void model_save(struct model *m, void *snap)
{
    m->ops->save(m, snap);
    m->held++;
}

static inline void model_restore(struct model *m, const void *snap)
{
    assert(m->held);
    m->ops->restore(m, snap);
}

static inline void model_release(struct model *m)
{
    assert(m->held);
    m->held--;
}

/* Whether it fills all of `want`; false with *err. */
bool model_tells(const struct model *m, unsigned want, struct err *err);

/* Its form of that kind, or NULL. */
const void *model_view(struct model *m, const struct view_kind *which);

/* rho(e | h, a), leaving *m as it was; `snap` is scratch of snap_size bytes. */
double model_prob(struct model *m, unsigned action, struct percept e, void *snap);

/* The `cap` heaviest hypotheses, falling, of equal ones the first; returns how many. 0: the
 * model knows none. */
size_t model_top(const struct model *m, size_t *which, double *w, size_t cap);

#endif
