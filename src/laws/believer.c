#include "config.h"

#include "believer.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { WALK = 30, LONG_WALK = 100, SMALL = 256 };

static void leave(struct believer *b)
{
    if (b->model)
        b->model->ops->free(b->model);
    if (b->other)
        b->other->ops->free(b->other);
    free(b->snap);
    free(b->inner);
    b->model = b->other = NULL;
    b->snap = b->inner = NULL;
}

static bool begin(struct believer *b, struct err *err)
{
    leave(b);
    b->model = b->s->model(b->s, err);
    b->other = b->how & TWO ? b->s->model(b->s, err) : NULL;
    if (!b->model || (b->how & TWO && !b->other))
        return false;
    b->model->want = WANT_PROB | WANT_GAIN | WANT_LOSS;
    b->snap = xcalloc(1, b->model->snap_size);
    b->inner = xcalloc(1, b->model->snap_size);
    return true;
}

struct percept believer_happens(struct moment *m)
{
    struct rng luck = m->luck;
    memcpy(m->a, m->state, m->env->state_size);
    return env_step(m->env, m->a, m->action, &luck);
}

static bool live(struct moment *m, struct err *err)
{
    struct believer *b = m->with;
    struct outcome o = { .e = believer_happens(m) };
    if (m->t == 0 && !begin(b, err))
        return false;
    if (b->look && !b->look(m, err))
        return false;
    double p = b->model->ops->condition(b->model, m->action, &o);
    return (p > 0 && p <= 1 + 1e-12) || (b->how & NOT_YET_ALL && p <= 0) ||
           err_set(err, "percept (%u, %d), which happens, has chance %.17g", o.e.obs,
                   o.e.rew, p);
}

bool believer_holds(const struct subject *s, unsigned how, look_fn *look, struct err *err)
{
    struct believer b = { .s = s, .look = look, .how = how };
    b.percept = xcalloc(PERCEPTS, sizeof *b.percept);
    bool ok = walk_holds(s->env, look ? WALK : LONG_WALK, live, &b, err);
    leave(&b);
    free(b.percept);
    return ok;
}

bool model_has(const struct subject *s, has_fn *op)
{
    struct err err = { 0 };
    struct model *m = s->model(s, &err);
    bool yes = m && op(m);
    if (m)
        m->ops->free(m);
    return yes || !m; /* what cannot be opened is told by the law */
}

bool model_lists(const struct model *m)
{
    const struct space *sp = &m->space;
    double rewards = (double)sp->rew_max - sp->rew_min + 1;
    return m->ops->support || (sp->n_obs ? sp->n_obs : 0x1p32) * rewards <= SMALL;
}

size_t believer_list(struct moment *m, unsigned action)
{
    struct believer *b = m->with;
    const struct space *sp = &b->model->space;
    if (b->model->ops->support)
        return b->model->ops->support(b->model, action, b->percept, PERCEPTS);
    size_t n = 0;
    for (uint32_t obs = 0; obs < sp->n_obs; obs++)
        for (int64_t rew = sp->rew_min; rew <= sp->rew_max; rew++)
            b->percept[n++] = (struct percept){ obs, (int32_t)rew };
    return n;
}

void believer_imagine(struct model *m, struct rng luck, int n, struct outcome *told)
{
    memset(told, 0, (size_t)n * sizeof *told);
    for (int i = 0; i < n; i++)
        m->ops->step(m, rng_below(&luck, m->space.n_actions), &luck, &told[i]);
}

bool believer_same(const struct outcome *x, const struct outcome *y, int n,
                   const char *what, struct err *err)
{
    for (int i = 0; i < n; i++)
        if (memcmp(&x[i], &y[i], sizeof x[i]))
            return err_set(
                err,
                "%s, imagined cycle %d is (%u, %d) with chance %.17g, not (%u, %d) "
                "with %.17g",
                what, i + 1, y[i].e.obs, y[i].e.rew, y[i].prob, x[i].e.obs, x[i].e.rew,
                x[i].prob);
    return true;
}
