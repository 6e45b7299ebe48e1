#include "config.h"

#include "shifts.h"

#include "roster.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Splits "s/theta" and numbers the thetas. */
static bool read_theta(struct shifts *w, struct notions *n, const char *name, uint32_t s,
                       struct err *err)
{
    const char *slash = strrchr(name, '/');
    uint32_t k = 0;
    if (!slash || !slash[1])
        return err_set(
            err, "state '%s' is no pair of what is so and what is wanted, S/THETA", name);
    while (k < n->n_theta && strcmp(n->theta[k], slash + 1) != 0)
        k++;
    if (k == THETAS)
        return err_set(err, "more than %d things are wanted", THETAS);
    if (k == n->n_theta)
        n->theta[n->n_theta++] = xstrdup(slash + 1);
    w->theta[s] = k;
    return true;
}

static bool same_s(const char *a, const char *b)
{
    size_t n = (size_t)(strrchr(a, '/') - a);
    return n == (size_t)(strrchr(b, '/') - b) && !memcmp(a, b, n);
}

/* Finds each state with every other theta. */
static bool pair_up(struct shifts *w, const struct notions *n, const struct roster *all,
                    struct err *err)
{
    w->n_theta = n->n_theta;
    w->with = xcalloc((size_t)w->n * w->n_theta, sizeof *w->with);
    for (uint32_t s = 0; s < w->n; s++)
        for (uint32_t k = 0; k < w->n_theta; k++) {
            uint32_t i = 0;
            while (i < w->n && !(w->theta[i] == k && same_s(all->name[i], all->name[s])))
                i++;
            if (i == w->n)
                return err_set(err,
                               "what '%s' would pay to who wants '%s' is not said: no "
                               "such state",
                               all->name[s], n->theta[k]);
            w->with[(size_t)s * w->n_theta + k] = i;
        }
    return true;
}

static void find_pays(struct shifts *w, double scale)
{
    w->pay = xcalloc((size_t)w->n * w->n_actions, sizeof *w->pay);
    for (size_t pair = 0; pair < (size_t)w->n * w->n_actions; pair++)
        for (uint32_t i = w->f->first[pair]; i < w->f->first[pair + 1]; i++) {
            w->pay[pair] += w->f->edge[i].p * fsm_reward(w->f, i) / scale;
            w->draws |= w->f->edge[i].p < 1;
        }
}

static bool find_start(struct shifts *w, const struct env *env, struct err *err)
{
    struct rng none = { { 1, 2, 3, 4 } };
    void *state = xcalloc(1, env->state_size);
    bool one = !env->ops->starts || env->max_starts == 1;
    if (!one) {
        double *p = xcalloc(env->max_starts, sizeof *p);
        void *states = xcalloc(env->max_starts, env->state_size);
        one = env->ops->starts(env, p, states) == 1;
        free(p);
        free(states);
    }
    env_reset(env, state, &none);
    w->start = fsm_find(w->f, state);
    free(state);
    return one || err_set(err, "it begins in more than one state");
}

double *shifts_law(const struct shifts *w, const uint8_t *policy)
{
    double *law = xcalloc(((size_t)w->H + 1) * w->n_theta, sizeof *law);
    double *now = xcalloc(w->n, sizeof *now), *then = xcalloc(w->n, sizeof *then);
    now[w->start] = 1;
    for (uint32_t t = 0; t <= w->H; t++) {
        memset(then, 0, w->n * sizeof *then);
        for (uint32_t s = 0; s < w->n; s++) {
            unsigned a = policy && t < w->H ? policy[(size_t)t * w->n + s] : 0;
            uint32_t n;
            const struct fsm_edge *e = shifts_edges(w, s, a, &n);
            law[(size_t)t * w->n_theta + w->theta[s]] += now[s];
            for (uint32_t i = 0; now[s] > 0 && i < n; i++)
                then[e[i].next] += now[s] * e[i].p;
        }
        double *swap = now;
        now = then;
        then = swap;
    }
    free(now);
    free(then);
    return law;
}

bool shifts_open(struct shifts *w, struct notions *n, const struct env *env,
                 struct err *err)
{
    const struct roster *all = env_view(env, &view_roster);
    if (!all)
        return err_set(err,
                       "%s is no table of states with names S/THETA: try drmdp, or mdp",
                       env->ops->kind.name);
    w->n = all->n;
    w->n_actions = n->n_actions = env->space.n_actions;
    w->theta = xcalloc(w->n, sizeof *w->theta);
    for (uint32_t s = 0; s < w->n; s++)
        if (!read_theta(w, n, all->name[s], s, err))
            return false;
    w->f = fsm_new_from(env, all->state, all->n, all->n, &w->percepts);
    if (!pair_up(w, n, all, err) || !find_start(w, env, err))
        return false;
    find_pays(w, env->space.scale);
    w->natural = shifts_law(w, NULL);
    n->draws = w->draws;
    return true;
}

void shifts_release(struct shifts *w)
{
    fsm_free(w->f);
    alphabet_release(&w->percepts);
    free(w->theta);
    free(w->with);
    free(w->pay);
    free(w->natural);
}
