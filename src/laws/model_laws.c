#include "config.h"

#include "believer.h"
#include "num.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The promises of src/core/model.h, each looked at in every cycle of a walk through a world
 * that the model believes possible. */

bool law_model_truth(const struct subject *s, struct err *err)
{
    return believer_holds(s, 0, NULL, err);
}

/* ---- one cycle's chances */

/* Mass of what is said never, or not yet. */
static double loss(struct believer *b, unsigned action)
{
    struct outcome o = { .e = b->percept[0] };
    model_save(b->model, b->snap);
    b->model->ops->condition(b->model, action, &o);
    model_restore(b->model, b->snap);
    model_release(b->model);
    return o.dead + o.open;
}

static bool sums_to_one(struct moment *m, struct err *err)
{
    struct believer *b = m->with;
    size_t n = believer_list(m, m->action);
    if (n < 1 || n > PERCEPTS)
        return n > 0 || err_set(err, "nothing is possible");
    double total = loss(b, m->action);
    for (size_t i = 0; i < n; i++) {
        struct percept e = b->percept[i];
        double p = model_prob(b->model, m->action, e, b->snap);
        bool again = false;
        for (size_t j = 0; j < i; j++)
            again |= percept_key(b->percept[j]) == percept_key(e);
        if (!(p > 0 || !b->model->ops->support) || again)
            return err_set(err, "percept (%u, %d) is listed %s", e.obs, e.rew,
                           again ? "twice" : "and has no chance");
        total += p;
    }
    return fabs(total - 1) <= 1e-9 || err_set(err, "chances sum to %.17g", total);
}

bool law_model_measure(const struct subject *s, struct err *err)
{
    if (!model_has(s, model_lists))
        return law_idle(err, "it does not list its percepts");
    return believer_holds(s, 0, sums_to_one, err);
}

/* The same percept drawn, and told: both know the same of it. */
static bool draws_as_told(struct moment *m, struct err *err)
{
    struct believer *b = m->with;
    struct model *model = b->model;
    struct outcome drawn = { 0 }, told = { 0 };
    model_save(model, b->snap);
    model->ops->step(model, m->action, &m->luck, &drawn);
    model_restore(model, b->snap);
    told.e = drawn.e;
    double p = model->ops->condition(model, m->action, &told);
    model_restore(model, b->snap);
    model_release(model);
    if (fabs(drawn.prob - p) > 1e-12 || fabs(told.prob - p) > 1e-12)
        return err_set(err,
                       "percept (%u, %d) has chance %.17g by step(), %.17g by condition(), "
                       "which tells %.17g",
                       told.e.obs, told.e.rew, drawn.prob, p, told.prob);
    return fabs(drawn.gain - told.gain) <= 1e-12 ||
           err_set(err,
                   "percept (%u, %d) teaches %.17g nats by step(), %.17g by condition()",
                   told.e.obs, told.e.rew, drawn.gain, told.gain);
}

bool law_model_step(const struct subject *s, struct err *err)
{
    return believer_holds(s, 0, draws_as_told, err);
}

/* How often each of n percepts is drawn; seen[n]: another one. */
static void tally(struct moment *m, size_t n, int draws, uint32_t *seen)
{
    struct believer *b = m->with;
    model_save(b->model, b->snap);
    for (int i = 0; i < draws; i++) {
        struct outcome o = { 0 };
        size_t k = 0;
        b->model->ops->step(b->model, m->action, &m->luck, &o);
        while (k < n && percept_key(b->percept[k]) != percept_key(o.e))
            k++;
        seen[k]++;
        model_restore(b->model, b->snap);
    }
    model_release(b->model);
}

static bool draws_as_often(struct moment *m, struct err *err)
{
    enum { DRAWS = 500 };
    struct believer *b = m->with;
    size_t n = believer_list(m, m->action);
    if (n > PERCEPTS)
        return true;
    uint32_t *seen = xcalloc(n + 1, sizeof *seen);
    bool ok = true;
    tally(m, n, DRAWS, seen);
    if (seen[n])
        ok = err_set(err, "step() draws what support() has not");
    for (size_t k = 0; ok && k < n; k++) {
        struct percept e = b->percept[k];
        double p = model_prob(b->model, m->action, e, b->snap),
               sd = sqrt(p * (1 - p) / DRAWS);
        if (fabs((double)seen[k] / DRAWS - p) > 5 * sd + 6.0 / DRAWS) /* 6: of rare ones */
            ok = err_set(err, "percept (%u, %d) has chance %g and was drawn %u times in %d",
                         e.obs, e.rew, p, seen[k], DRAWS);
    }
    free(seen);
    return ok;
}

bool law_model_chances(const struct subject *s, struct err *err)
{
    if (!model_has(s, model_lists))
        return law_idle(err, "it does not list its percepts");
    return believer_holds(s, 0, draws_as_often, err);
}

/* ---- imagining */

static bool comes_back(struct moment *m, struct err *err)
{
    struct believer *b = m->with;
    struct model *model = b->model;
    struct outcome x[IMAGINED], y[IMAGINED], in[IMAGINED], again[IMAGINED], some[2];
    model_save(model, b->snap);
    believer_imagine(model, m->luck, IMAGINED, x);
    model_restore(model, b->snap);
    believer_imagine(model, m->luck, 2, some);
    model_save(model, b->inner);
    believer_imagine(model, m->luck, IMAGINED, in);
    model_restore(model, b->inner);
    believer_imagine(model, m->luck, IMAGINED, again);
    model_restore(model, b->inner);
    model_release(model);
    model_restore(model, b->snap);
    believer_imagine(model, m->luck, IMAGINED, y);
    model_restore(model, b->snap);
    model_release(model);
    return believer_same(in, again, IMAGINED, "after an inner restore()", err) &&
           believer_same(x, y, IMAGINED, "after an outer restore()", err);
}

bool law_model_restore(const struct subject *s, struct err *err)
{
    return believer_holds(s, 0, comes_back, err);
}

/* Two models live the same life, and one of them imagines what might come: after the real
 * percept both must find it, and the next, equally likely to the last bit. */
static bool forgets(struct moment *m, struct err *err)
{
    struct believer *b = m->with;
    struct outcome o = { .e = believer_happens(m) }, told[IMAGINED];
    double plain = model_prob(b->other, m->action, o.e, b->inner);
    model_save(b->model, b->snap);
    believer_imagine(b->model, m->luck, IMAGINED, told);
    if (b->model->ops->assume && m->t % 2)
        b->model->ops->assume(b->model, &m->luck);
    believer_imagine(b->model, m->luck, IMAGINED, told);
    model_restore(b->model, b->snap);
    model_release(b->model);
    double p = model_prob(b->model, m->action, o.e, b->snap);
    b->other->ops->condition(b->other, m->action, &o);
    return memcmp(&p, &plain, sizeof p) == 0 ||
           err_set(
               err,
               "percept (%u, %d) has chance %.17g to who imagined, %.17g to who did not",
               o.e.obs, o.e.rew, p, plain);
}

bool law_model_trace(const struct subject *s, struct err *err)
{
    return believer_holds(s, TWO, forgets, err);
}

/* What other actions might show is tried as what this one does. */
static bool withstands(struct moment *m, struct err *err)
{
    struct believer *b = m->with;
    struct outcome x[IMAGINED], y[IMAGINED];
    size_t n = believer_list(m, (m->action + 1) % m->env->space.n_actions);
    model_save(b->model, b->snap);
    believer_imagine(b->model, m->luck, IMAGINED, x);
    model_restore(b->model, b->snap);
    for (size_t i = 0; i < n && i < PERCEPTS; i++) {
        struct outcome o = { .e = b->percept[i] };
        if (b->model->ops->condition(b->model, m->action, &o) > 0)
            model_restore(b->model, b->snap);
    }
    believer_imagine(b->model, m->luck, IMAGINED, y);
    model_restore(b->model, b->snap);
    model_release(b->model);
    return believer_same(x, y, IMAGINED, "after an impossible percept", err);
}

bool law_model_impossible(const struct subject *s, struct err *err)
{
    if (!model_has(s, model_lists))
        return law_idle(err, "it does not list its percepts");
    return believer_holds(s, 0, withstands, err);
}

/* ---- hypotheses */

static bool has_weights(const struct model *m) { return m->ops->posterior; }

static bool weighs(struct moment *m, struct err *err)
{
    const struct model *model = ((struct believer *)m->with)->model;
    const struct model_ops *ops = model->ops;
    double *w = xcalloc(model->n, sizeof *w), h, total;
    size_t n = ops->posterior(model, w, model->n), odd = 0;
    const double *lw = ops->log_weights ? ops->log_weights(model) : NULL;
    for (size_t k = 0; lw && k < n; k++) /* against the first of them */
        if (w[k] > 1e-9 && w[0] > 1e-9 && fabs(lw[k] - lw[0] - log(w[k] / w[0])) > 1e-6)
            odd = odd ? odd : k;
    total = num_sum(w, n);
    h = num_entropy(w, n);
    free(w);
    if (n != model->n || fabs(total - 1) > 1e-9)
        return err_set(err, "%zu weights of %zu hypotheses sum to %.12g", n, model->n,
                       total);
    if (odd)
        return err_set(err, "log_weights() and posterior() differ on hypothesis %zu", odd);
    return !ops->entropy || fabs(h - ops->entropy(model)) <= 1e-9 ||
           err_set(err, "an entropy of %.17g nats, where the weights have %.17g",
                   ops->entropy(model), h);
}

bool law_model_weights(const struct subject *s, struct err *err)
{
    if (!model_has(s, has_weights))
        return law_idle(err, "it lists no hypotheses");
    return believer_holds(s, 0, weighs, err);
}

/* ---- growing */

static bool can_grow(const struct model *m) { return m->ops->grow && m->ops->log_weights; }

/* Room for snapshots as large as they now are. */
static void make_room(struct believer *b)
{
    free(b->snap);
    free(b->inner);
    b->snap = xcalloc(1, b->model->snap_size);
    b->inner = xcalloc(1, b->model->snap_size);
}

/* Whether old weights have the ratios that they had. */
static bool keeps_ratios(const struct model *m, const double *old, size_t n,
                         struct err *err)
{
    const double *lw = m->ops->log_weights(m);
    if (m->n < n)
        return err_set(err, "of %zu hypotheses %zu are left", n, m->n);
    for (size_t k = 1; k < n; k++)
        if (isfinite(old[0]) && isfinite(old[k]) &&
            fabs((lw[k] - lw[0]) - (old[k] - old[0])) > 1e-9)
            return err_set(err, "ln w%zu / w0 was %.12g and is %.12g", k, old[k] - old[0],
                           lw[k] - lw[0]);
    return true;
}

static bool grows(struct moment *m, struct err *err)
{
    struct model *model = ((struct believer *)m->with)->model;
    size_t n = model->n, size = model->snap_size;
    unsigned shape = model->shape;
    double *old = xcalloc(n + 1, sizeof *old);
    memcpy(old, model->ops->log_weights(model), n * sizeof *old);
    bool ok = model->ops->grow(model, 1, err) && keeps_ratios(model, old, n, err);
    free(old);
    make_room(m->with);
    if (ok && shape == model->shape && (n != model->n || size != model->snap_size))
        ok = err_set(err, "%zu hypotheses became %zu, and the shape is as it was", n,
                     model->n);
    return ok && (!m->t || comes_back(m, err));
}

bool law_model_grow(const struct subject *s, struct err *err)
{
    if (!model_has(s, can_grow))
        return law_idle(err, "it does not grow");
    return believer_holds(s, NOT_YET_ALL, grows, err);
}

/* ---- freezing */

static bool has_thaw(const struct model *m) { return m->ops->thaw; }

static bool thaw_into(const struct model *from, struct model *to, struct err *err)
{
    void *bytes = xcalloc(1, from->ops->frozen_size(from) + 1);
    from->ops->freeze(from, bytes);
    bool ok = to->ops->thaw(to, bytes, err);
    free(bytes);
    return ok;
}

/* Every tenth cycle the other dreams up a past, and is given this one's instead. */
static bool wakes(struct moment *m, struct err *err)
{
    struct believer *b = m->with;
    struct rng dream = { { 1, 2, 3, m->t + 1 } };
    struct outcome told[IMAGINED];
    b->other->want = b->model->want;
    if (m->t % 10)
        return true;
    believer_imagine(b->other, dream, IMAGINED, told);
    return thaw_into(b->model, b->other, err);
}

/* Both imagine the same, and live on with what really happens. */
static bool thaws(struct moment *m, struct err *err)
{
    struct believer *b = m->with;
    struct outcome x[IMAGINED], y[IMAGINED], o = { .e = believer_happens(m) };
    if (!wakes(m, err))
        return false;
    model_save(b->model, b->snap);
    model_save(b->other, b->inner);
    believer_imagine(b->model, m->luck, IMAGINED, x);
    believer_imagine(b->other, m->luck, IMAGINED, y);
    model_restore(b->model, b->snap);
    model_restore(b->other, b->inner);
    model_release(b->model);
    model_release(b->other);
    b->other->ops->condition(b->other, m->action, &o);
    return believer_same(x, y, IMAGINED, "thawed in another", err);
}

bool law_model_thaw(const struct subject *s, struct err *err)
{
    if (!model_has(s, has_thaw))
        return law_idle(err, "it cannot be frozen");
    return believer_holds(s, TWO, thaws, err);
}
