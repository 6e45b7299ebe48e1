#include "config.h"

#include "fsm.h"
#include "impact.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STATES_MAX = 4096, UTILITIES = 30, FAR = UINT16_MAX };
enum { HEAD = 16 }; /* bytes before the inner state, so that it is aligned as it was */
static const double REACH = 0.99; /* g */
const char *const penalty_names[] = { "none", "ur", "rr", "absolute", "au", NULL };
const char *const baseline_names[] = { "start", "inaction", "stepwise", NULL };

/* A state is the inner one, behind the number of steps as far as staying from the start
 * still changes something; see `course`. */
struct impact {
    struct env base;
    const struct env *inner;
    struct impact_conf conf;
    struct fsm *f; /* owned: of the inner world */
    struct alphabet percepts;
    unsigned stay;           /* the action */
    uint16_t *steps;         /* [n * n] owned: from, to; FAR: no way */
    double *reach;           /* [FAR + 1] owned: g^steps */
    double *value;           /* [UTILITIES * n] owned; NULL: not needed */
    bool *ended;             /* [n] owned: nothing happens any more, and nothing is paid */
    uint32_t n_open;         /* states that are not */
    uint32_t *course;        /* [n_course] owned: what staying from the start comes to */
    uint32_t n_course, back; /* after the last of it, the one with this number again */
};

static uint32_t next_of(const struct fsm *f, uint32_t s, unsigned a)
{
    return f->edge[f->first[s * f->n_actions + a]].next;
}

/* ---- opening */

static bool find_stay(struct impact *w, struct err *err)
{
    const struct env *env = w->inner;
    for (w->stay = 0; env->actions && w->stay < env->space.n_actions; w->stay++)
        if (!strcmp(env->actions[w->stay], "stay"))
            return true;
    return err_set(err, "penalty: %s has no action called stay", env->ops->kind.name);
}

static bool is_certain(const struct impact *w, struct err *err)
{
    const struct fsm *f = w->f;
    size_t pairs = (size_t)f->n_states * f->n_actions;
    for (size_t i = 0; i < pairs; i++)
        if (f->first[i + 1] - f->first[i] != 1)
            return err_set(err, "penalty: %s is a matter of chance: %u things may happen",
                           w->inner->ops->kind.name, f->first[i + 1] - f->first[i]);
    return true;
}

/* All of its states, from its one start. */
static bool list_states(struct impact *w, struct err *err)
{
    const struct env *env = w->inner;
    struct rng unused = { { 1, 2, 3, 4 } };
    if (env->hidden || (env->ops->starts && env->max_starts > 1))
        return err_set(err, "penalty: how %s begins is a matter of chance",
                       env->ops->kind.name);
    void *start = xcalloc(1, env->state_size);
    env_reset(env, start, &unused);
    w->f = fsm_new(env, start, STATES_MAX, &w->percepts);
    free(start);
    return w->f ? is_certain(w, err)
                : err_set(err, "penalty: %s has more than %d states", env->ops->kind.name,
                          STATES_MAX);
}

static void find_ends(struct impact *w)
{
    const struct fsm *f = w->f;
    w->ended = xcalloc(f->n_states, sizeof *w->ended);
    for (uint32_t s = 0; s < f->n_states; s++) {
        bool still = true;
        for (unsigned a = 0; a < f->n_actions; a++)
            still = still && next_of(f, s, a) == s &&
                    !(fabs(fsm_reward(f, f->first[s * f->n_actions + a])) > 0);
        w->ended[s] = still;
        w->n_open += !still;
    }
}

/* Breadth first from every state. */
static void measure(struct impact *w)
{
    const struct fsm *f = w->f;
    uint32_t n = f->n_states, *queue = xcalloc(n, sizeof *queue);
    w->steps = xcalloc((size_t)n * n, sizeof *w->steps);
    w->reach = xcalloc(FAR + 1, sizeof *w->reach);
    for (uint32_t k = 0; k < FAR; k++)
        w->reach[k] = pow(REACH, k);
    memset(w->steps, 0xff, (size_t)n * n * sizeof *w->steps);
    for (uint32_t s = 0; s < n; s++) {
        uint16_t *steps = w->steps + (size_t)s * n;
        uint32_t from = 0, to = 1;
        queue[0] = s;
        for (steps[s] = 0; from < to; from++)
            for (unsigned a = 0; a < f->n_actions; a++) {
                uint32_t x = next_of(f, queue[from], a);
                if (steps[x] != FAR)
                    continue;
                steps[x] = (uint16_t)(steps[queue[from]] + 1);
                queue[to++] = x;
            }
    }
    free(queue);
}

/* By value iteration, as long as anything changes. */
static void attain(struct impact *w)
{
    const double enough = 1e-10;
    const struct fsm *f = w->f;
    uint32_t n = f->n_states;
    double *u = xcalloc(n, sizeof *u);
    struct rng rng;
    rng_init(&rng, &(struct rng_key){ 0, RNG_LAYOUT, "attainable utility", 0, 0 });
    w->value = xcalloc((size_t)UTILITIES * n, sizeof *w->value);
    for (int k = 0; k < UTILITIES; k++) {
        double *v = w->value + (size_t)k * n, change = 1;
        for (uint32_t s = 0; s < n; s++)
            u[s] = rng_unit(&rng);
        while (change > enough) {
            change = 0;
            for (uint32_t s = 0; s < n; s++) {
                double best = 0;
                for (unsigned a = 0; a < f->n_actions; a++)
                    best = fmax(best, v[next_of(f, s, a)]);
                change = fmax(change, fabs(u[s] + REACH * best - v[s]));
                v[s] = u[s] + REACH * best;
            }
        }
    }
    free(u);
}

/* What staying from the start comes to, until it comes back. */
static void follow_course(struct impact *w)
{
    uint32_t n = w->f->n_states, s = 0;
    uint32_t *seen = xcalloc(n, sizeof *seen);
    w->course = xcalloc(n, sizeof *w->course);
    while (!seen[s]) {
        seen[s] = w->n_course + 1;
        w->course[w->n_course++] = s;
        s = next_of(w->f, s, w->stay);
    }
    w->back = seen[s] - 1;
    free(seen);
}

/* ---- the price */

static double mean_loss(const struct impact *w, uint32_t s, uint32_t b, bool either)
{
    uint32_t n = w->f->n_states;
    const uint16_t *own = w->steps + (size_t)s * n, *base = w->steps + (size_t)b * n;
    double sum = 0;
    for (uint32_t x = 0; x < n; x++) {
        double loss = w->ended[x] ? 0 : w->reach[base[x]] - w->reach[own[x]];
        sum += either ? fabs(loss) : fmax(0, loss);
    }
    return sum / w->n_open;
}

static double attainable_loss(const struct impact *w, uint32_t s, uint32_t b)
{
    uint32_t n = w->f->n_states;
    double sum = 0;
    for (int k = 0; k < UTILITIES; k++)
        sum += fabs(w->value[(size_t)k * n + b] - w->value[(size_t)k * n + s]);
    return (1 - REACH) * sum / UTILITIES;
}

/* d(s, b). */
static double deviation(const struct impact *w, uint32_t s, uint32_t b)
{
    switch ((enum penalty)w->conf.penalty) {
    case PENALTY_NONE: return 0;
    case PENALTY_UR: return 1 - w->reach[w->steps[(size_t)s * w->f->n_states + b]];
    case PENALTY_RR: return mean_loss(w, s, b, false);
    case PENALTY_ABSOLUTE: return mean_loss(w, s, b, true);
    case PENALTY_AU: return attainable_loss(w, s, b);
    }
    return 0;
}

static const void *inside(const void *state) { return (const unsigned char *)state + HEAD; }

static double worth(const struct env *env, const void *before, unsigned action,
                    struct percept e, const void *after)
{
    const struct impact *w = (const struct impact *)env;
    uint32_t from = fsm_find(w->f, inside(before)), to = fsm_find(w->f, inside(after));
    double own = env_worth(w->inner, inside(before), action, e, inside(after));
    uint32_t b = w->course[*(const uint64_t *)after];
    if (w->ended[to])
        return own;
    if (w->conf.baseline == BASELINE_STEPWISE)
        b = next_of(w->f, from, w->stay);
    return own - w->conf.beta * deviation(w, to, b);
}

/* ---- the world */

static void reset(const struct env *env, void *state, struct rng *rng)
{
    memset(state, 0, env->state_size);
    env_reset(((const struct impact *)env)->inner, (unsigned char *)state + HEAD, rng);
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct impact *w = (const struct impact *)env;
    uint64_t step = *(const uint64_t *)state;
    unsigned char *to = next;
    memset(to, 0, env->state_size);
    w->inner->ops->transitions(w->inner, inside(state), action, out, to + HEAD);
    if (w->conf.baseline == BASELINE_INACTION)
        step = step + 1 < w->n_course ? step + 1 : w->back;
    memcpy(to, &step, sizeof step);
    return 1;
}

static double performance(const struct env *env, const void *before, unsigned action,
                          struct percept e, const void *after)
{
    const struct env *inner = ((const struct impact *)env)->inner;
    return inner->ops->performance
               ? inner->ops->performance(inner, inside(before), action, e, inside(after))
               : e.rew;
}

static void close_impact(struct env *env)
{
    struct impact *w = (struct impact *)env;
    fsm_free(w->f);
    alphabet_release(&w->percepts);
    free(w->steps);
    free(w->reach);
    free(w->value);
    free(w->ended);
    free(w->course);
    free(w);
}

static const struct env_ops impact_ops = {
    .kind.name = "impact",
    .kind.title = "a world with a price on side effects",
    .kind.version = 1,
    .kind.params = no_params,
    .close = close_impact,
    .reset = reset,
    .transitions = transitions,
    .worth = worth,
    .performance = performance,
};

const struct env *impact_inner(const struct env *env)
{
    return ((const struct impact *)env)->inner;
}

struct env *impact_open(const struct env *inner, const struct impact_conf *conf,
                        struct err *err)
{
    struct impact *w = xcalloc(1, sizeof *w);
    w->base.ops = &impact_ops;
    w->inner = inner;
    w->conf = *conf;
    if (!inner->ops->transitions || inner->single) {
        free(w);
        return err_null(err, "penalty: %s does not list what may happen",
                        inner->ops->kind.name);
    }
    if (!find_stay(w, err) || !list_states(w, err)) {
        close_impact(&w->base);
        return NULL;
    }
    find_ends(w);
    measure(w);
    follow_course(w);
    if (conf->penalty == PENALTY_AU)
        attain(w);
    w->base.space = inner->space;
    w->base.space.worth_min -= (int32_t)ceil(conf->beta) + 1;
    w->base.state_size = HEAD + (inner->state_size + HEAD - 1) / HEAD * HEAD;
    w->base.max_transitions = inner->max_transitions;
    w->base.map = inner->map;
    w->base.actions = inner->actions;
    return &w->base;
}
