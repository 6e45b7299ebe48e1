#include "config.h"

#include "reward.h"

#include "fsm.h"
#include "registry.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the law */

/* The edges of a pair as chances of states, in rising order, and what each pays. */
static void take_pair(struct reward *r, const struct fsm *f, size_t pair, double *p,
                      double *pays)
{
    size_t at = r->first[pair];
    double scale = r->env->space.scale;
    for (uint32_t i = f->first[pair]; i < f->first[pair + 1]; i++) {
        p[f->edge[i].next] += f->edge[i].p;
        pays[f->edge[i].next] += f->edge[i].p * fsm_reward(f, i) / scale;
    }
    for (uint32_t s = 0; s < r->n; s++)
        if (p[s] > 0) {
            r->next[at] = s;
            r->p[at] = p[s];
            r->at[pair * r->n + s] = pays[s] / p[s];
            p[s] = pays[s] = 0;
            at++;
        }
    r->first[pair + 1] = (uint32_t)at;
}

/* R(s, a, s') of the s' that cannot follow: as the world says, else what is expected. */
static void fill_pair(struct reward *r, size_t pair)
{
    const struct env *env = r->env;
    double *at = r->at + pair * r->n, mean = 0;
    uint32_t s = (uint32_t)(pair / r->n_actions), k = r->first[pair];
    for (uint32_t i = k; i < r->first[pair + 1]; i++)
        mean += r->p[i] * at[r->next[i]];
    for (uint32_t to = 0; to < r->n; to++) {
        if (k < r->first[pair + 1] && r->next[k] == to)
            k++;
        else if (!env->ops->pays)
            at[to] = mean;
        else
            at[to] = env->ops->pays(env, r->state + s * env->state_size,
                                    (unsigned)(pair % r->n_actions),
                                    r->state + to * env->state_size) /
                     env->space.scale;
    }
}

static void take_law(struct reward *r, struct fsm *f)
{
    size_t pairs = (size_t)r->n * r->n_actions, edges = f->first[pairs];
    double *p = xcalloc(r->n, sizeof *p), *pays = xcalloc(r->n, sizeof *pays);
    r->first = xcalloc(pairs + 1, sizeof *r->first);
    r->next = xcalloc(edges, sizeof *r->next);
    r->p = xcalloc(edges, sizeof *r->p);
    r->at = xcalloc(reward_size(r), sizeof *r->at);
    r->end = xcalloc(r->n, sizeof *r->end);
    r->state = f->state;
    f->state = NULL;
    for (size_t pair = 0; pair < pairs; pair++) {
        take_pair(r, f, pair, p, pays);
        fill_pair(r, pair);
    }
    free(p);
    free(pays);
}

static bool take_env(struct reward *r, struct err *err)
{
    const struct env *env = r->env;
    struct alphabet percepts = { 0 };
    double most = sqrt((double)REWARD_MOST / env->space.n_actions);
    struct fsm *f = fsm_new_whole(env, (uint32_t)most, &percepts, &r->start);
    if (f) {
        r->n_actions = f->n_actions;
        r->n = f->n_states;
        take_law(r, f);
    } else if (env->ops->transitions)
        err_set(err, "%s has more than %.0f states: its reward is too large to compare",
                env->ops->kind.name, floor(most));
    else
        err_set(err, "%s has no closed form of its law: what it pays is not known",
                env->ops->kind.name);
    fsm_free(f);
    alphabet_release(&percepts);
    return r->n;
}

bool reward_law(struct reward *r, const char *world, uint64_t root, struct err *err)
{
    struct spec_of spec;
    if (!kind_parse(&spec, &env_shelf, world, err))
        return false;
    r->env = env_open(&spec, root, err);
    r->world = xstrdup(spec.canonical);
    kind_release(&spec);
    return r->env && take_env(r, err);
}

void reward_settle(struct reward *r)
{
    for (uint32_t s = 0; s < r->n; s++) {
        r->end[s] = true;
        for (unsigned a = 0; a < r->n_actions; a++) {
            size_t pair = reward_pair(r, s, a);
            r->end[s] &= r->next[r->first[pair]] == s &&
                         r->first[pair] + 1 == r->first[pair + 1] &&
                         fabs(r->at[pair * r->n + s]) <= 0;
        }
    }
}

void reward_common_ends(struct reward *a, struct reward *b)
{
    for (uint32_t s = 0; s < a->n; s++)
        a->end[s] = b->end[s] = a->end[s] && b->end[s];
}

void reward_release(struct reward *r)
{
    env_close(r->env);
    free(r->name);
    free(r->world);
    free(r->first);
    free(r->next);
    free(r->p);
    free(r->start);
    free(r->at);
    free(r->end);
    free(r->state);
    *r = (struct reward){ 0 };
}

/* ---- states by name */

void reward_state_text(const struct reward *r, uint32_t s, char *buf, size_t n)
{
    const struct env *env = r->env;
    const void *state = r->state + s * env->state_size;
    int cell = env->ops->cell ? env->ops->cell(env, state, 0) : -1;
    uint32_t place = env->ops->place ? env->ops->place(env, state) : 0;
    if (cell >= 0 && env->cols > 0 && env->n_places == r->n)
        snprintf(buf, n, "%d.%d", cell % env->cols, cell / env->cols);
    else if (env->ops->place && env->observations && env->n_places == r->n &&
             env->space.n_obs == r->n)
        snprintf(buf, n, "%s", env->observations[place]);
    else
        snprintf(buf, n, "%" PRIu32, s);
}

uint32_t reward_state(const struct reward *r, const char *text)
{
    char name[80];
    for (uint32_t s = 0; s < r->n; s++) {
        reward_state_text(r, s, name, sizeof name);
        if (!strcmp(name, text))
            return s;
    }
    return UINT32_MAX;
}

/* ---- two of one law */

/* The number in a of each of b's states, by their bytes where they are of the same kind and
 * by their names elsewhere; false where one has no like. */
static bool pair_states(const struct reward *a, const struct reward *b, uint32_t *as)
{
    size_t size = a->env->state_size;
    bool bytes = a->env->ops == b->env->ops && size == b->env->state_size;
    bool *taken = xcalloc(a->n, sizeof *taken), ok = true;
    for (uint32_t s = 0; s < b->n && ok; s++) {
        char name[80];
        reward_state_text(b, s, name, sizeof name);
        as[s] = bytes ? UINT32_MAX : reward_state(a, name);
        for (uint32_t k = 0; bytes && k < a->n; k++)
            if (!memcmp(a->state + k * size, b->state + s * size, size))
                as[s] = k;
        ok = as[s] < a->n && !taken[as[s]];
        if (ok)
            taken[as[s]] = true;
    }
    free(taken);
    return ok;
}

static bool differ(const struct reward *a, uint32_t s, unsigned action, const char *what,
                   struct err *err)
{
    char name[80], act[64];
    reward_state_text(a, s, name, sizeof name);
    env_action_text(a->env, action, act, sizeof act);
    return err_set(err,
                   "rewards are compared over one law: after %s in state %s %s otherwise",
                   act, name, what);
}

/* The tables of b in the order of a, where `as` says what its states are called there. */
static void reorder(struct reward *b, const uint32_t *as)
{
    uint32_t n = b->n, A = b->n_actions;
    size_t pairs = (size_t)n * A, edges = b->first[pairs];
    uint32_t *back = xcalloc(n, sizeof *back);
    struct reward old = *b;
    b->first = xcalloc(pairs + 1, sizeof *b->first);
    b->next = xcalloc(edges, sizeof *b->next);
    b->p = xcalloc(edges, sizeof *b->p);
    b->at = xcalloc(reward_size(b), sizeof *b->at);
    b->start = xcalloc(n, sizeof *b->start);
    b->end = xcalloc(n, sizeof *b->end);
    b->state = xcalloc(n, b->env->state_size);
    for (uint32_t s = 0; s < n; s++)
        back[as[s]] = s;
    for (uint32_t s = 0; s < n; s++) {
        b->start[s] = old.start[back[s]];
        b->end[s] = old.end[back[s]];
        memcpy(b->state + s * b->env->state_size, old.state + back[s] * b->env->state_size,
               b->env->state_size);
        for (unsigned a = 0; a < A; a++) {
            size_t to = reward_pair(b, s, a), from = reward_pair(b, back[s], a);
            uint32_t at = b->first[to];
            for (uint32_t k = 0; k < n; k++)
                b->at[to * n + k] = old.at[from * n + back[k]];
            for (uint32_t k = 0; k < n; k++)
                for (uint32_t i = old.first[from]; i < old.first[from + 1]; i++)
                    if (old.next[i] == back[k]) {
                        b->next[at] = k;
                        b->p[at++] = old.p[i];
                    }
            b->first[to + 1] = at;
        }
    }
    old.env = NULL;
    old.name = old.world = NULL;
    reward_release(&old);
    free(back);
}

static bool same_pair(const struct reward *a, const struct reward *b, size_t pair)
{
    bool same =
        a->first[pair] == b->first[pair] && a->first[pair + 1] == b->first[pair + 1];
    for (uint32_t i = a->first[pair]; same && i < a->first[pair + 1]; i++)
        same = a->next[i] == b->next[i] && fabs(a->p[i] - b->p[i]) <= 1e-9;
    return same;
}

bool reward_match(const struct reward *a, struct reward *b, struct err *err)
{
    if (a->n_actions != b->n_actions)
        return err_set(
            err, "rewards are compared over one law: %" PRIu32 " actions, and %" PRIu32,
            a->n_actions, b->n_actions);
    if (a->n != b->n)
        return err_set(
            err, "rewards are compared over one law: %" PRIu32 " states, and %" PRIu32,
            a->n, b->n);
    uint32_t *as = xcalloc(a->n, sizeof *as);
    bool ok = pair_states(a, b, as);
    if (ok)
        reorder(b, as);
    free(as);
    if (!ok)
        return err_set(err, "rewards are compared over one law: these worlds have other "
                            "states");
    for (uint32_t s = 0; s < a->n; s++)
        for (unsigned act = 0; act < a->n_actions; act++)
            if (!same_pair(a, b, reward_pair(a, s, act)))
                return differ(a, s, act, "they go on", err);
    return true;
}

double *reward_means(const struct reward *r, const double *at)
{
    size_t pairs = (size_t)r->n * r->n_actions;
    double *mean = xcalloc(pairs, sizeof *mean);
    for (size_t pair = 0; pair < pairs; pair++)
        for (uint32_t i = r->first[pair]; i < r->first[pair + 1]; i++)
            mean[pair] += r->p[i] * at[pair * r->n + r->next[i]];
    return mean;
}
