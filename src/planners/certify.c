#include "config.h"

#include "certify.h"
#include "clock.h"
#include "policy_graph.h"
#include "pomdp.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>

const char *const certify_end_names[] = {
    [CERTIFY_ON] = "on",         [CERTIFY_EXACT] = "exact",
    [CERTIFY_GAP] = "gap",       [CERTIFY_TIME] = "time",
    [CERTIFY_MEMORY] = "memory", [CERTIFY_INTERRUPT] = "interrupt",
    [CERTIFY_SPENT] = "spent",
};

/* Made for the methods when one asks for it. */
struct lent {
    struct pomdp *pomdp; /* owned */
};

struct certify {
    struct certify_task task;
    const struct certifier *method;
    size_t place;           /* of the method among all */
    void *self;             /* owned by the method */
    struct bracket fresh;   /* what the method says */
    uint64_t before;        /* backups of the methods before it */
    uint64_t earlier;       /* backups of this one before the last move */
    struct certificate c;   /* what is told */
    double since;           /* on the clock */
    enum certify_end ended; /* of the method: ON while it can go on */
    struct lent *lent;      /* owned */
};

const struct certifier *certifier_for(const struct certify_task *t, size_t *from,
                                      struct err *err)
{
    struct err why = { 0 };
    for (; certifiers[*from]; ++*from) {
        const struct certifier *m = certifiers[*from];
        struct err own = { 0 };
        if (t->only && t->only != m)
            continue;
        if (m->fits(t, &own))
            return m;
        err_set(&why, "by %s: %s", m->name, own.text);
    }
    return err_null(err, "no method plans with a certificate here%s%s", why.n ? "\n" : "",
                    why.text);
}

const struct certify_task *certify_task_of(const struct certify *c) { return &c->task; }

static bool is_cancelled(const struct certify *c)
{
    const atomic_int *cancel = c->task.plan->cancel;
    return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

static bool is_late(const struct certify *c)
{
    return isfinite(c->task.seconds) && clock_now() - c->since >= c->task.seconds;
}

bool certify_must_stop(const struct certify *c) { return is_cancelled(c) || is_late(c); }

enum { STATES_MAX = 1 << 16 };

bool certify_has_pomdp(const struct certify_task *t, struct err *err)
{
    const struct utility *u = t->plan->utility;
    if (t->pomdp)
        return true;
    if (u->memory_size || u->wants & ~(unsigned)WANT_WORTH)
        return err_set(err, "the utility is not of the percept alone");
    return hidden_of(t->plan->model) ||
           err_set(err, "model %s is no finite class of automata",
                   t->plan->model->ops->name);
}

const struct pomdp *certify_pomdp(const struct certify *c, struct err *err)
{
    const struct plan *p = c->task.plan;
    if (c->task.pomdp)
        return c->task.pomdp;
    if (!c->lent->pomdp)
        c->lent->pomdp = pomdp_of(p->model, p->utility, STATES_MAX, err);
    return c->lent->pomdp;
}

/* ---- what is told */

static bool tightened(double *lower, double *upper, double lo, double hi)
{
    bool news = lo > *lower || hi < *upper;
    double low = fmax(*lower, lo), high = fmin(*upper, hi);
    if (low > high) {
        if (certify_below(low) > certify_above(high))
            bug("bounds have crossed: %.17g above %.17g", low, high);
        low = high = fmin(fmax(low, *lower), *upper);
    }
    *lower = low;
    *upper = high;
    return news;
}

/* Takes what the method says into what is told: nothing that was proved is lost. */
static void learn(struct certify *c)
{
    struct bracket *told = &c->c.b, *b = &c->fresh;
    bool news = tightened(&told->lower, &told->upper, b->lower, b->upper);
    for (uint32_t a = 0; a < told->n_actions; a++)
        tightened(&told->lo[a], &told->hi[a], b->lo[a], b->hi[a]);
    told->backups = c->before + b->backups - c->earlier;
    told->vectors = b->vectors;
    told->points = b->points;
    told->bytes = b->bytes;
    c->c.seconds = clock_now() - c->since;
    c->c.method = c->method->name;
    if (news && c->task.tell)
        c->task.tell(c->task.context, &c->c);
}

static void know_nothing(struct certify *c)
{
    struct bracket *b = &c->c.b;
    const struct certify_task *t = &c->task;
    *b = (struct bracket){ .n_actions = t->pomdp ? t->pomdp->n_actions
                                                 : t->plan->model->space.n_actions };
    b->lower = -HUGE_VAL;
    b->upper = HUGE_VAL;
    for (uint32_t a = 0; a < b->n_actions; a++) {
        b->lo[a] = -HUGE_VAL;
        b->hi[a] = HUGE_VAL;
    }
    c->before = c->earlier = 0;
    c->since = clock_now();
    c->c.reason = c->ended = CERTIFY_ON;
}

/* ---- methods */

/* The first from c->place on that fits; false with *err, and there is none. */
static bool open_method(struct certify *c, struct err *err)
{
    c->self = NULL;
    for (;; c->place++) {
        c->method = certifier_for(&c->task, &c->place, err);
        if (!c->method)
            return false;
        c->fresh = (struct bracket){ .n_actions = c->c.b.n_actions };
        c->self = c->method->open(c, &c->fresh, err);
        if (c->self)
            break;
    }
    c->ended = CERTIFY_ON;
    learn(c);
    return true;
}

struct certify *certify_new(const struct certify_task *t, struct err *err)
{
    struct certify *c = xcalloc(1, sizeof *c);
    c->task = *t;
    c->lent = xcalloc(1, sizeof *c->lent);
    know_nothing(c);
    if (open_method(c, err))
        return c;
    certify_free(c);
    return NULL;
}

/* Gives way to the next method that fits; false: there is none. */
static bool give_way(struct certify *c)
{
    size_t next = c->place + 1;
    if (c->method->alone || !certifier_for(&c->task, &next, NULL))
        return false;
    c->method->close(c->self);
    c->place = next;
    c->before = c->c.b.backups;
    c->earlier = 0;
    return open_method(c, NULL);
}

/* Whether lower and upper differ by rounding alone. */
static bool is_tight(const struct bracket *b)
{
    return b->upper - b->lower <= 1e-9 * fmax(1, fabs(b->lower));
}

static bool is_close(const struct certify *c)
{
    const struct certify_task *t = &c->task;
    const struct bracket *b = &c->c.b;
    double width = b->upper - b->lower;
    if (t->gap > 0 && width <= t->gap)
        return true;
    return t->share > 0 && !c->method->finishes &&
           width <= t->share * fmax(1, fabs(b->lower));
}

/* A reason to stop that is not the method's; CERTIFY_ON: none. */
static enum certify_end reason(const struct certify *c)
{
    const struct bracket *b = &c->c.b;
    if (is_cancelled(c))
        return CERTIFY_INTERRUPT;
    if (is_close(c))
        return CERTIFY_GAP;
    uint64_t enough = c->task.backups * (c->method->swift ? c->method->swift : 1);
    if (c->earlier)
        enough = (enough + 9) / 10;
    bool worked = enough && b->backups - c->before >= enough;
    return worked || is_late(c) ? CERTIFY_TIME : CERTIFY_ON;
}

enum certify_end certify_run(struct certify *c)
{
    while (c->ended == CERTIFY_ON) {
        c->c.reason = reason(c);
        if (c->c.reason != CERTIFY_ON)
            return c->c.reason;
        c->ended = c->method->step(c->self, &c->fresh);
        learn(c);
        /* Who knows no way on and has lower and upper bounds that are one is done. */
        if (c->ended == CERTIFY_SPENT && is_tight(&c->c.b))
            c->ended = CERTIFY_EXACT;
        if (c->ended == CERTIFY_MEMORY || c->ended == CERTIFY_SPENT)
            give_way(c);
    }
    c->c.reason = c->ended;
    return c->ended;
}

const struct certificate *certify_told(const struct certify *c) { return &c->c; }

/* The process starts where the model is now; false: it has no state there. */
static bool move_start(const struct certify *c)
{
    struct pomdp *p = c->lent->pomdp;
    return !p || pomdp_belief(p, c->task.plan->model, p->start);
}

bool certify_move(struct certify *c, struct err *err)
{
    uint64_t backups = c->fresh.backups;
    bool stays = move_start(c);
    know_nothing(c);
    c->fresh = (struct bracket){ .n_actions = c->c.b.n_actions, .backups = backups };
    c->earlier = backups;
    if (stays && c->self && c->method->move && c->method->move(c->self, &c->fresh)) {
        learn(c);
        return true;
    }
    c->earlier = 0;
    if (c->self)
        c->method->close(c->self);
    else
        c->place = 0;
    if (!stays) {
        pomdp_free(c->lent->pomdp);
        c->lent->pomdp = NULL;
    }
    return open_method(c, err);
}

bool certify_policy(struct certify *c, struct policy_graph *g, struct err *err)
{
    *g = (struct policy_graph){ 0 };
    if (!c->self || !c->method->policy)
        return err_set(err, "the method %s writes no policy", c->c.method);
    return c->method->policy(c->self, g, err);
}

size_t certify_places(const struct certify *c, int *cell, size_t n)
{
    return c->self && c->method->places ? c->method->places(c->self, cell, n) : 0;
}

void certify_free(struct certify *c)
{
    if (!c)
        return;
    if (c->self && c->method)
        c->method->close(c->self);
    if (c->lent)
        pomdp_free(c->lent->pomdp);
    free(c->lent);
    free(c);
}
