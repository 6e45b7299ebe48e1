#include "config.h"

#include "laws.h"
#include "mixture.h"
#include "registry.h"
#include "walk.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The promises of src/core/env.h. */

enum { WALK = 400 };

/* ---- the space */

bool law_env_space(const struct subject *s, struct err *err)
{
    return env_sized(s->env, err);
}

bool law_env_drawn(const struct subject *s, struct err *err)
{
    return env_drawable(s->env, err);
}

static bool stays(struct moment *m, struct err *err)
{
    const struct env *env = m->env;
    memcpy(m->a, m->state, env->state_size);
    struct percept e = env_step(env, m->a, m->action, &m->luck);
    if (!space_has(&env->space, e))
        return err_set(err, "percept (%u, %d) is outside the space", e.obs, e.rew);
    if (env->ops->place && env->n_places && env->ops->place(env, m->a) >= env->n_places)
        return err_set(err, "place %u of %u", env->ops->place(env, m->a), env->n_places);
    if (env->ops->performance &&
        !isfinite(env->ops->performance(env, m->state, m->action, e, m->a)))
        return err_set(err, "the performance is not finite");
    return true;
}

bool law_env_stay(const struct subject *s, struct err *err)
{
    return walk_holds(s->env, WALK, stays, NULL, err);
}

/* ---- what may happen */

/* Whether transition i of those listed is one, and not one of those before it. */
static bool is_new(const struct moment *m, size_t i)
{
    const struct env *env = m->env;
    if (!(m->out[i].p > 0) || !space_has(&env->space, m->out[i].e))
        return false;
    for (size_t j = 0; j < i; j++)
        if (percept_key(m->out[j].e) == percept_key(m->out[i].e) &&
            walk_same(env, walk_state(env, m->next, i), walk_state(env, m->next, j)))
            return false;
    return true;
}

static size_t list(struct moment *m)
{
    return m->env->ops->transitions(m->env, m->state, m->action, m->out, m->next);
}

static bool is_measure(struct moment *m, struct err *err)
{
    double sum = 0;
    size_t n = list(m);
    if (n < 1 || n > m->env->max_transitions)
        return err_set(err, "%zu transitions are not 1 to %u", n, m->env->max_transitions);
    for (size_t i = 0; i < n; i++) {
        if (!is_new(m, i))
            return err_set(err,
                           "transition %zu of %zu (chance %g, percept (%u, %d)) is "
                           "impossible, outside the space or there twice",
                           i + 1, n, m->out[i].p, m->out[i].e.obs, m->out[i].e.rew);
        sum += m->out[i].p;
    }
    return fabs(sum - 1) <= 1e-12 || err_set(err, "chances sum to %.17g", sum);
}

bool law_env_measure(const struct subject *s, struct err *err)
{
    if (!s->env->ops->transitions)
        return law_idle(err, "it has no transitions()");
    return walk_holds(s->env, WALK, is_measure, NULL, err);
}

/* P(e) by condition() from this state on, which it moves to m->a. */
static double condition(struct moment *m, struct percept e)
{
    memcpy(m->a, m->state, m->env->state_size);
    return m->env->ops->condition(m->env, m->a, m->action, e);
}

static bool conditions(struct moment *m, struct err *err)
{
    const struct env *env = m->env;
    size_t n = list(m);
    for (size_t i = 0; i < n; i++) {
        double p = 0;
        struct percept e = m->out[i].e;
        for (size_t j = 0; j < n; j++)
            p += percept_key(m->out[j].e) == percept_key(e) ? m->out[j].p : 0;
        double q = condition(m, e);
        if (fabs(p - q) > 1e-12 || !walk_same(env, m->a, walk_state(env, m->next, i)))
            return err_set(err,
                           "percept (%u, %d) has chance %.17g by transitions(), %.17g by "
                           "condition()%s",
                           e.obs, e.rew, p, q,
                           fabs(p - q) > 1e-12 ? "" : ", which leaves another state");
    }
    struct percept e = m->out[n - 1].e;
    e.rew =
        env->space.rew_max < INT32_MAX ? env->space.rew_max + 1 : env->space.rew_min - 1;
    double q = condition(m, e);
    if (q != 0 || !walk_same(env, m->a, m->state))
        return err_set(err, "a reward of %d, which there is not, has chance %g%s", e.rew, q,
                       q != 0 ? "" : ", and moves the state");
    return true;
}

bool law_env_condition(const struct subject *s, struct err *err)
{
    const struct env_ops *ops = s->env->ops;
    if (!ops->condition || !ops->transitions)
        return law_idle(err, "it has no condition()");
    return walk_holds(s->env, WALK, conditions, NULL, err);
}

/* Which of the n transitions listed led to e and the state m->a; n: none. */
static size_t found(const struct moment *m, size_t n, struct percept e)
{
    size_t i = 0;
    while (i < n && (percept_key(m->out[i].e) != percept_key(e) ||
                     !walk_same(m->env, m->a, walk_state(m->env, m->next, i))))
        i++;
    return i;
}

static struct percept step(struct moment *m)
{
    memcpy(m->a, m->state, m->env->state_size);
    return env_step(m->env, m->a, m->action, &m->luck);
}

static bool is_listed(struct moment *m, struct err *err)
{
    size_t n = list(m);
    struct percept e = step(m);
    return found(m, n, e) < n ||
           err_set(err,
                   "step() says (%u, %d) and leaves a state that transitions() has not",
                   e.obs, e.rew);
}

bool law_env_listed(const struct subject *s, struct err *err)
{
    if (!s->env->ops->transitions)
        return law_idle(err, "it has no transitions()");
    return walk_holds(s->env, WALK, is_listed, NULL, err);
}

/* How often each of what is listed came in `draws` steps; seen[n]: something else. */
static void tally(struct moment *m, size_t n, uint32_t draws, uint32_t *seen)
{
    for (uint32_t i = 0; i < draws; i++) {
        struct percept e = step(m);
        seen[found(m, n, e)]++;
    }
}

/* Frequencies within five standard errors: one false alarm in 10^6 looks. One count more in
 * the variance keeps that true of what is too rare for a normal law. */
static bool is_as_frequent(struct moment *m, struct err *err)
{
    uint32_t draws = *(const uint32_t *)m->with;
    size_t n = list(m), worst = n;
    uint32_t *seen = xcalloc(n + 1, sizeof *seen);
    tally(m, n, draws, seen);
    for (size_t k = 0; k < n; k++) {
        double p = m->out[k].p, sd = sqrt((p * (1 - p) + 1.0 / draws) / draws);
        if (fabs((double)seen[k] / draws - p) > 5 * sd + 1e-9)
            worst = k;
    }
    if (worst < n)
        err_set(err, "percept (%u, %d) has chance %g and came %u times in %u",
                m->out[worst].e.obs, m->out[worst].e.rew, m->out[worst].p, seen[worst],
                draws);
    free(seen);
    return worst == n;
}

/* Near the start with sharp eyes, and far from it. */
bool law_env_chances(const struct subject *s, struct err *err)
{
    uint32_t many = 20000, some = 2000;
    if (!s->env->ops->transitions)
        return law_idle(err, "it has no transitions()");
    return walk_holds(s->env, 8, is_as_frequent, &many, err) &&
           walk_holds(s->env, 200, is_as_frequent, &some, err);
}

/* Of every transition: within the space, and the second time as the first. */
static bool is_in_bounds(struct moment *m, struct err *err)
{
    const struct env *env = m->env;
    size_t n = list(m);
    for (size_t i = 0; i < n; i++) {
        struct percept e = m->out[i].e;
        const void *after = walk_state(env, m->next, i);
        double x = env_worth(env, m->state, m->action, e, after);
        double again = env_worth(env, m->state, m->action, e, after);
        if (!(x >= env->space.worth_min && x <= env->space.worth_max))
            return err_set(err, "beside percept (%u, %d) it pays %g: not in %d .. %d",
                           e.obs, e.rew, x, env->space.worth_min, env->space.worth_max);
        if (fabs(x - again) > 0)
            return err_set(err, "beside percept (%u, %d) it pays %g, then %g", e.obs, e.rew,
                           x, again);
    }
    return true;
}

bool law_env_worth(const struct subject *s, struct err *err)
{
    const struct space *sp = &s->env->space;
    if (!space_unseen(sp) || !s->env->ops->transitions)
        return law_idle(err, "its percepts show all rewards");
    if (!s->env->ops->worth || sp->worth_min > 0 || sp->worth_max < 0)
        return err_set(err, "it hides rewards of %d .. %d points, without worth() or 0",
                       sp->worth_min, sp->worth_max);
    return walk_holds(s->env, WALK, is_in_bounds, NULL, err);
}

/* ---- starts and states */

static bool starts_sum(const struct env *env, const double *p, size_t n, struct err *err)
{
    double sum = 0;
    if (n < 1 || n > env->max_starts)
        return err_set(err, "%zu starts are not 1 to %u", n, env->max_starts);
    for (size_t i = 0; i < n; i++) {
        if (!(p[i] > 0))
            return err_set(err, "start %zu has chance %g", i, p[i]);
        sum += p[i];
    }
    return fabs(sum - 1) <= 1e-12 || err_set(err, "chances sum to %.17g", sum);
}

/* Whether reset() leaves what is listed, fifty times. */
static bool resets(const struct env *env, unsigned char *all, size_t n, struct err *err)
{
    struct rng rng;
    bool ok = true;
    unsigned char *state = xcalloc(1, env->state_size);
    rng_init(&rng, &(struct rng_key){ 1, RNG_WORLD, env->ops->kind.name, env->map, 1 });
    for (int k = 0; ok && k < 50; k++) {
        size_t i = 0;
        memset(state, 0, env->state_size);
        env_reset(env, state, &rng);
        while (i < n && !walk_same(env, state, walk_state(env, all, i)))
            i++;
        ok = i < n || err_set(err, "reset() leaves a state that starts() has not");
    }
    free(state);
    return ok;
}

bool law_env_starts(const struct subject *s, struct err *err)
{
    const struct env *env = s->env;
    if (!env->ops->starts)
        return law_idle(err, "it has no starts()");
    double *p = xcalloc(env->max_starts, sizeof *p);
    unsigned char *all = xcalloc(env->max_starts, env->state_size);
    size_t n = env->ops->starts(env, p, all);
    bool ok = starts_sum(env, p, n, err) && resets(env, all, n, err);
    free(p);
    free(all);
    return ok;
}

/* The same step twice, from one state with one luck: whoever keeps more than the state, in
 * the world or in a static, gives himself away. */
static bool copies(struct moment *m, struct err *err)
{
    const struct env *env = m->env;
    struct rng one = m->luck, two = m->luck;
    memcpy(m->a, m->state, env->state_size);
    memcpy(m->b, m->state, env->state_size);
    struct percept e = env_step(env, m->a, m->action, &one);
    struct percept f = env_step(env, m->b, m->action, &two);
    if (percept_key(e) != percept_key(f))
        return err_set(err, "a copy says (%u, %d) where the original says (%u, %d)", f.obs,
                       f.rew, e.obs, e.rew);
    return (walk_same(env, m->a, m->b) && !memcmp(&one, &two, sizeof one)) ||
           err_set(err, "a copy becomes another state than the original, or draws more");
}

bool law_env_bytes(const struct subject *s, struct err *err)
{
    if (s->env->single)
        return law_idle(err, "its states cannot be copied (copies=N)");
    return walk_holds(s->env, WALK, copies, NULL, err);
}

/* Fifty states, one by one and all at once, cycle for cycle. */
enum { MANY = 50 };

static bool go_together(const struct env *env, unsigned char *one, unsigned char *all,
                        struct rng *rng, struct err *err)
{
    uint8_t actions[MANY];
    struct percept es[MANY];
    for (size_t i = 0; i < MANY; i++)
        actions[i] = (uint8_t)rng_below(rng, env->space.n_actions);
    struct rng other = *rng;
    env_steps(env, all, actions, MANY, &other, es);
    for (size_t i = 0; i < MANY; i++) {
        unsigned char *alone = walk_state(env, one, i);
        struct percept e = env_step(env, alone, actions[i], rng);
        if (percept_key(e) != percept_key(es[i]))
            return err_set(err, "state %zu says (%u, %d) alone, (%u, %d) among %d", i,
                           e.obs, e.rew, es[i].obs, es[i].rew, MANY);
        if (!walk_same(env, alone, walk_state(env, all, i)))
            return err_set(err, "state %zu is another among %d", i, MANY);
    }
    return true;
}

bool law_env_many(const struct subject *s, struct err *err)
{
    const struct env *env = s->env;
    struct rng rng = { { 1, 2, 3, 4 } };
    unsigned char *one = xcalloc(MANY, env->state_size);
    unsigned char *all = xcalloc(MANY, env->state_size);
    bool ok = true;
    for (size_t i = 0; i < MANY; i++)
        env_reset(env, walk_state(env, one, i), &rng);
    memcpy(all, one, MANY * env->state_size);
    for (int t = 0; ok && t < 40; t++)
        ok = go_together(env, one, all, &rng, err);
    free(one);
    free(all);
    return ok;
}

/* ---- hypotheses */

static struct model *mixture_of(const struct subject *s, struct err *err)
{
    return mixture_new(family_find(s->with, s->env, err), NULL, err);
}

bool law_env_truth(const struct subject *s, struct err *err)
{
    const struct env *env = s->env;
    if (!env->ops->families || !env->ops->transitions)
        return law_idle(err, "it has no families");
    for (const struct kind *const *f = env->ops->families; *f; f++) {
        struct err what = { 0 };
        struct subject m = { .env = env, .model = mixture_of, .with = (*f)->name };
        struct model *model = mixture_of(&m, &what);
        if (!model)
            continue; /* a family that this world has not, in words */
        model->ops->free(model);
        if (!law_model_truth(&m, &what))
            return err_set(err, "family %s: %s", (*f)->name, what.text);
    }
    return true;
}
