#include "config.h"

#include "certify.h"
#include "ice.h"
#include "planner.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Plans with a certificate (certify.h): what an action is worth lies between lo and hi, and
 * the best is the one with the greatest lower bound, which one cycle's look ahead has
 * raised. What was found is kept from cycle to cycle. It is too much to be frozen: what is
 * frozen is how it came about, the model at its beginning and what was planned and happened
 * since, and thawing goes through all that once more. */

struct config {
    double gap, seconds;
    int64_t backups, memory;
};
static const struct param params[] = {
    REAL("gap", gap, .def = 0.001, .max = 1,
         .help = "certified: bounds so close, as a share of the value, are enough"),
    INT("backups", backups, .def = 500, .min = 1, .max = 1e12,
        .help = "certified: beliefs valued per plan at most"),
    TIME("time", seconds, .max = 1e6,
         .help = "certified: time per plan at most; not deterministic"),
    INT("memory", memory, .def = 256, .min = 1, .max = 1 << 20, .unit = "MiB",
        .help = "certified: room for its tables"),
    { 0 },
};

enum { PLANNED, HAPPENED };
/* A thing that was done with the tables since they were opened. */
struct deed {
    uint32_t what;    /* PLANNED, HAPPENED */
    uint32_t horizon; /* of a plan */
    uint64_t now;
    uint32_t action; /* that happened */
    struct percept e;
    uint32_t unused; /* no padding */
};
/* After so many the tables are begun anew: nobody waits for longer to thaw. */
enum { DEEDS_MAX = 512 };

struct certified {
    struct planner base;
    struct config conf;
    struct plan plan;     /* the one that the tables are about; its address stays */
    struct certify *c;    /* owned; NULL: there are none */
    unsigned char *birth; /* owned: the model when they were opened, frozen */
    size_t birth_size;
    struct deed *deed; /* [n] since then, owned */
    size_t n, cap;
    void *snap; /* owned scratch of the model's snap_size */
};

static struct certify_task task_of(const struct certified *s, const struct plan *p)
{
    const struct discount *d = &p->discount;
    return (struct certify_task){
        .plan = p,
        .endless = p->effective && d->kind == DISCOUNT_GEOMETRIC &&
                           d->gamma<1, .share = s->conf.gap, .seconds = s->conf.seconds> 0
                       ? s->conf.seconds
                       : HUGE_VAL,
        .beliefs = (uint64_t)s->conf.backups,
        .backups = (uint64_t)s->conf.backups,
        .bytes = (size_t)s->conf.memory << 20,
    };
}

static bool fits(const struct plan *p, struct err *err)
{
    struct certify_task t = { .plan = p };
    size_t from = 0;
    return certifier_for(&t, &from, NULL) ||
           err_set(err,
                   "it plans for what percepts are worth in a finite class of "
                   "automata, as aimu, aixi, thompson, mdl and optimistic "
                   "can, not for knowledge, and not in dirichlet or predictors of bits");
}

static struct planner *open_certified(const void *config, const struct plan *p)
{
    struct certified *s = xcalloc(1, sizeof *s);
    s->base.ops = &planner_certified;
    s->conf = *(const struct config *)config;
    s->snap = xcalloc(1, p->model->snap_size);
    return &s->base;
}

/* What was found is no longer of use. */
static void forget(struct certified *s)
{
    certify_free(s->c);
    free(s->birth);
    s->c = NULL;
    s->birth = NULL;
    s->birth_size = s->n = 0;
}

static void close_certified(struct planner *pl)
{
    struct certified *s = (struct certified *)pl;
    forget(s);
    free(s->deed);
    free(s->snap);
    free(s);
}

/* ---- planning */

static void note(struct certified *s, struct deed d)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 64;
        s->deed = xrealloc(s->deed, s->cap, sizeof *s->deed);
    }
    s->deed[s->n++] = d;
}

static void remember_birth(struct certified *s, struct model *m)
{
    if (!m->ops->freeze)
        return;
    s->birth_size = m->ops->frozen_size(m);
    s->birth = xcalloc(1, s->birth_size);
    m->ops->freeze(m, s->birth);
}

static void answer(const struct certificate *c, struct rng *rng, struct verdict *out)
{
    const struct bracket *b = &c->b;
    verdict_exact(out, b->lo, b->n_actions, rng);
    memcpy(out->lo, b->lo, b->n_actions * sizeof *b->lo);
    memcpy(out->hi, b->hi, b->n_actions * sizeof *b->hi);
    out->nodes = b->points + b->vectors;
    out->states = b->points;
    out->how = c->reason == CERTIFY_INTERRUPT ? PLAN_CANCELLED : PLAN_DONE;
}

/* Opens tables, or takes those that are there along to where the model is now. */
static bool set_out(struct certified *s, const struct plan *p)
{
    s->plan = *p;
    if (s->c && s->n < DEEDS_MAX && certify_move(s->c, NULL))
        return true;
    forget(s);
    struct certify_task t = task_of(s, &s->plan);
    s->c = certify_new(&t, NULL);
    if (s->c)
        remember_birth(s, p->model);
    return s->c;
}

/* A plan like *p by the tables that are kept; false: there is no room for any. */
static bool plan_on(struct certified *s, const struct plan *p)
{
    if (!set_out(s, p))
        return false;
    note(s, (struct deed){ .what = PLANNED, .horizon = p->horizon, .now = p->now });
    certify_run(s->c);
    return true;
}

/* A plan of its own: in one hypothesis of several, or within a thought. */
static bool plan_apart(struct certified *s, const struct plan *p, struct rng *rng,
                       struct verdict *out)
{
    struct model *m = p->model;
    bool follows = p->followed && m->n > 1;
    struct certify_task t = task_of(s, p);
    if (follows) {
        model_save(m, s->snap);
        m->ops->follow(m, p->followed - 1);
    }
    struct certify *c = certify_new(&t, NULL);
    if (c) {
        certify_run(c);
        answer(certify_told(c), rng, out);
        certify_free(c);
    }
    if (follows) {
        model_restore(m, s->snap);
        model_release(m);
    }
    return c;
}

static void plan(struct planner *pl, const struct plan *p, struct rng *rng,
                 struct verdict *out)
{
    struct certified *s = (struct certified *)pl;
    bool apart = p->model->held || (p->followed && p->model->n > 1), ok;
    if (apart) {
        ok = plan_apart(s, p, rng, out);
    } else if ((ok = plan_on(s, p))) {
        answer(certify_told(s->c), rng, out);
        if (out->how == PLAN_CANCELLED) /* it would not come about so again */
            forget(s);
    }
    if (!ok) {
        out->how = PLAN_LIMIT;
        out->estimate = 0;
        out->nodes = out->states = 0;
    }
}

static unsigned needs(const void *config)
{
    return ((const struct config *)config)->seconds > 0 ? PLAN_BY_CLOCK : 0;
}

static void advance(struct planner *pl, unsigned action, struct percept e, bool same_belief)
{
    struct certified *s = (struct certified *)pl;
    (void)same_belief;
    if (s->c)
        note(s, (struct deed){ .what = HAPPENED, .action = action, .e = e });
}

/* ---- freezing */

/* Does all that was done since the birth of the tables once more; the model is where it was
 * in the end. */
static void live_again(struct certified *s, const struct plan *p, struct ice *ice)
{
    struct model *m = p->model;
    size_t size = m->ops->frozen_size(m), n = s->n;
    unsigned char *now = xcalloc(1, size), *birth = s->birth;
    struct deed *deed = s->deed;
    s->birth = NULL;
    s->deed = NULL;
    s->n = s->cap = 0;
    m->ops->freeze(m, now);
    if (!m->ops->thaw(m, birth, ice->err))
        ice_fail(ice, "the model of a plan cannot be thawed");
    for (size_t i = 0; i < n && !ice->failed; i++) {
        struct outcome o = { .e = deed[i].e };
        struct plan then = *p;
        then.horizon = deed[i].horizon;
        then.now = deed[i].now;
        then.cancel = NULL;
        if (deed[i].what == PLANNED) {
            plan_on(s, &then);
        } else {
            m->ops->condition(m, deed[i].action, &o);
            advance(&s->base, deed[i].action, deed[i].e, false);
        }
    }
    if (!m->ops->thaw(m, now, ice->err))
        ice_fail(ice, "the model of a plan cannot be thawed");
    free(now);
    free(birth);
    free(deed);
}

static void ice(struct planner *pl, const struct plan *p, struct ice *ice)
{
    struct certified *s = (struct certified *)pl;
    size_t n = s->c ? s->n : 0, size = s->c ? s->birth_size : 0;
    ice_piece(ice, &n, sizeof n);
    ice_piece(ice, &size, sizeof size);
    if (ice->way == ICE_THAW) {
        forget(s);
        s->deed = xrealloc(s->deed, n ? n : 1, sizeof *s->deed);
        s->birth = xcalloc(1, size);
        s->n = s->cap = n;
        s->birth_size = size;
    }
    ice_piece(ice, s->birth, size);
    ice_piece(ice, s->deed, n * sizeof *s->deed);
    if (ice->way == ICE_THAW && n && !ice->failed)
        live_again(s, p, ice);
}

const struct planner_ops planner_certified = {
    .kind.name = "certified",
    .kind.title = "bounds of every value that are proved",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .follows = true,
    .fits = fits,
    .open = open_certified,
    .close = close_certified,
    .plan = plan,
    .needs = needs,
    .advance = advance,
    .ice = ice,
};
