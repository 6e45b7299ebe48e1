#include "config.h"

#include "believer.h"
#include "utility.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The promises of src/core/utility.h, looked at in what a model imagines. */

/* The worth of an outcome to the utility, which must be the same again, and a number. */
static bool value(const struct utility *u, const struct outcome *o, double *worth,
                  struct err *err)
{
    unsigned char *memory = xcalloc(2, u->memory_size + 1);
    unsigned char *copy = memory + u->memory_size;
    *worth = u->of(u, memory, o);
    double again = u->of(u, copy, o);
    bool same = !memcmp(worth, &again, sizeof again) &&
                !memcmp(memory, copy, u->memory_size) && !copy[u->memory_size];
    free(memory);
    if (!same)
        return err_set(err, "percept (%u, %d) is worth %.17g, and asked again %.17g",
                       o->e.obs, o->e.rew, *worth, again);
    return isfinite(*worth) || err_set(err, "percept (%u, %d) of chance %g is worth %g",
                                       o->e.obs, o->e.rew, o->prob, *worth);
}

/* Some 10^4 outcomes in a walk. Where a percept has the same worth always, each
 * must be within bounds. */
static bool is_pure(struct moment *m, struct err *err)
{
    struct believer *b = m->with;
    const struct utility *u = b->s->utility;
    bool ok = true, bound = utility_of_percept(u) && u->lo < u->hi;
    b->model->want = u->wants | WANT_PROB;
    model_save(b->model, b->snap);
    for (int i = 0; ok && i < 340; i++) {
        struct outcome o = { .action = m->action, .before = NOTHING_SEEN };
        double worth;
        b->model->ops->step(b->model, m->action, &m->luck, &o);
        model_restore(b->model, b->snap);
        ok = value(u, &o, &worth, err);
        if (ok && bound && (worth < u->lo || worth > u->hi))
            ok = err_set(err, "percept (%u, %d) is worth %g, outside %g to %g", o.e.obs,
                         o.e.rew, worth, u->lo, u->hi);
    }
    model_release(b->model);
    return ok;
}

bool law_utility_pure(const struct subject *s, struct err *err)
{
    return believer_holds(s, 0, is_pure, err);
}

/* The mean over all that may happen, exactly, for every action. */
static bool expects(struct moment *m, struct err *err)
{
    struct believer *b = m->with;
    const struct utility *u = b->s->utility;
    size_t n = believer_list(m, m->action);
    double mean = 0, slack = 1e-9 * fmax(1, fmax(fabs(u->lo), fabs(u->hi)));
    b->model->want = u->wants | WANT_PROB;
    model_save(b->model, b->snap);
    for (size_t i = 0; i < n && n <= PERCEPTS; i++) {
        struct outcome o = { .e = b->percept[i],
                             .action = m->action,
                             .before = NOTHING_SEEN };
        double p = b->model->ops->condition(b->model, m->action, &o), worth;
        if (p > 0)
            model_restore(b->model, b->snap);
        if (p > 0 && value(u, &o, &worth, err))
            mean += p * worth;
    }
    model_release(b->model);
    if (n <= PERCEPTS && (mean < u->lo - slack || mean > u->hi + slack))
        return err_set(err, "a worth of %.12g is expected, outside %.12g to %.12g", mean,
                       u->lo, u->hi);
    return n > PERCEPTS || !(u->total > 0) || mean <= u->total + slack ||
           err_set(err, "a worth of %.12g is expected, where %.12g is all to come", mean,
                   u->total);
}

bool law_utility_bounds(const struct subject *s, struct err *err)
{
    if (!(s->utility->lo < s->utility->hi))
        return law_idle(err, "it knows no bounds");
    if (!model_has(s, model_lists))
        return law_idle(err, "the model does not list its percepts");
    return believer_holds(s, 0, expects, err);
}
