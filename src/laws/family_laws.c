#include "config.h"

#include "family.h"
#include "laws.h"
#include "walk.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The promises of src/core/family.h, of a family around a world. */

enum { HYPOTHESES = 80, WEIGHTS = 10000 };

/* How many are looked at. */
static size_t some(const struct family *f, size_t most)
{
    size_t n = family_count(f);
    return n < most ? n : most;
}

/* A world is under the laws that make it a hypothesis: nothing outside its space, and all
 * that may happen in it. */
static bool is_world(const struct env *h, struct err *err)
{
    struct subject s = { .env = h };
    return law_env_space(&s, err) && law_env_stay(&s, err) &&
           (!h->ops->transitions || law_env_measure(&s, err));
}

static bool is_hypothesis(const struct env *truth, const struct env *h, struct err *err)
{
    if (h->space.n_actions != truth->space.n_actions ||
        h->space.n_obs != truth->space.n_obs)
        return err_set(err, "%u actions and %u observations, not %u and %u",
                       h->space.n_actions, h->space.n_obs, truth->space.n_actions,
                       truth->space.n_obs);
    if (h->ops->about && h->ops->about(h) >= h->rows * h->cols)
        return err_set(err, "it is about cell %d of %d", h->ops->about(h),
                       h->rows * h->cols);
    return is_world(h, err);
}

/* Hypothesis k, or NULL with *err, which says so in any case. */
static struct env *member(const struct family *f, size_t k, struct err *err)
{
    struct env *h = f->ops->at(f, k, err);
    if (!h && !err->n)
        err_set(err, "neither a world nor an error");
    return h;
}

bool law_family_members(const struct subject *s, struct err *err)
{
    const struct family *f = s->family;
    if (!family_count(f))
        return err_set(err, "it has no hypothesis");
    for (size_t k = 0; k < some(f, HYPOTHESES); k++) {
        struct err what = { 0 };
        struct env *h = member(f, k, &what);
        bool ok = h && is_hypothesis(s->env, h, &what);
        family_drop(f, h);
        if (!ok)
            return err_set(err, "hypothesis %zu: %s", k, what.text);
    }
    return true;
}

/* Two worlds that should be one, from one start, by the same actions with the same luck. */
static bool live_alike(const struct env *x, const struct env *y, struct err *err)
{
    struct rng rng = { { 5, 2, 3, 4 } }, other = rng;
    unsigned char *a = xcalloc(1, x->state_size), *b = xcalloc(1, y->state_size);
    bool ok = true;
    env_reset(x, a, &rng);
    env_reset(y, b, &other);
    for (int t = 1; ok && t <= 30; t++) {
        unsigned action = rng_below(&rng, x->space.n_actions);
        rng_below(&other, y->space.n_actions);
        struct percept e = env_step(x, a, action, &rng), f = env_step(y, b, action, &other);
        if (percept_key(e) != percept_key(f))
            ok = err_set(err, "cycle %d is (%u, %d), and opened again (%u, %d)", t, e.obs,
                         e.rew, f.obs, f.rew);
    }
    free(a);
    free(b);
    return ok;
}

bool law_family_again(const struct subject *s, struct err *err)
{
    const struct family *f = s->family;
    for (size_t k = 0; k < some(f, HYPOTHESES); k++) {
        struct err what = { 0 };
        struct env *x = member(f, k, &what), *y = member(f, k, &what);
        bool ok = x && y && live_alike(x, y, &what);
        family_drop(f, x);
        family_drop(f, y);
        if (!ok)
            return err_set(err, "hypothesis %zu: %s", k, what.text);
    }
    return true;
}

bool law_family_prior(const struct subject *s, struct err *err)
{
    const struct family *f = s->family;
    double total = 0;
    if (!f->ops->log_prior)
        return law_idle(err, "it has no prior of its own");
    for (size_t k = 0; k < some(f, WEIGHTS); k++) {
        double w = exp(f->ops->log_prior(f, k));
        if (!(w >= 0 && w <= 1))
            return err_set(err, "hypothesis %zu has weight %g", k, w);
        total += w;
    }
    return total <= 1 + 1e-9 ||
           err_set(err, "the first %zu weights sum to %.12g", some(f, WEIGHTS), total);
}

bool law_family_names(const struct subject *s, struct err *err)
{
    char name[HYPOTHESES][64];
    for (size_t k = 0; k < some(s->family, HYPOTHESES); k++) {
        name[k][0] = '\0';
        family_text(s->family, k, name[k], sizeof name[k]);
        if (!name[k][0])
            return err_set(err, "hypothesis %zu has no name", k);
        for (size_t j = 0; j < k; j++)
            if (!strcmp(name[j], name[k]))
                return err_set(err, "hypotheses %zu and %zu are both called %s", j, k,
                               name[k]);
    }
    return true;
}
