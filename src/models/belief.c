#include "config.h"

#include "belief.h"
#include "fsm.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The hidden states are numbered once; a state of this world is the vector of their
 * probabilities, and as much scratch behind it, always zero between calls. */
static const struct env_ops belief_ops;
struct belief {
    struct env base;
    const struct env *world;
    struct env *owned; /* world again; NULL: borrowed */
    struct alphabet percepts;
    struct fsm *hidden; /* owned */
    double *start;      /* [hidden states], owned */
    bool round;
};

static void close_belief(struct env *env)
{
    struct belief *s = (struct belief *)env;
    env_close(s->owned);
    alphabet_release(&s->percepts);
    fsm_free(s->hidden);
    free(s->start);
    free(s);
}

static void reset(const struct env *env, void *state, struct rng *rng)
{
    const struct belief *s = (const struct belief *)env;
    (void)rng;
    memcpy(state, s->start, s->hidden->n_states * sizeof *s->start);
}

/* P(e, y | b, a) summed over hidden states x, for the percepts in the order they are met;
 * next[i] is not normalised. */
static size_t spread(const struct belief *s, const double *b, unsigned action,
                     struct transition *out, double *next)
{
    const struct fsm *f = s->hidden;
    size_t count = 0, size = 2 * (size_t)f->n_states;
    for (uint32_t x = 0; x < f->n_states; x++) {
        const uint32_t *first = f->first + (size_t)x * f->n_actions + action;
        for (uint32_t k = first[0]; b[x] > 0 && k < first[1]; k++) {
            struct percept e = s->percepts.at[f->edge[k].percept];
            size_t i = 0;
            while (i < count && percept_key(out[i].e) != percept_key(e))
                i++;
            if (i == count) {
                memset(next + count * size, 0, s->base.state_size);
                out[count++] = (struct transition){ 0, e };
            }
            out[i].p += b[x] * f->edge[k].p;
            next[i * size + f->edge[k].next] += b[x] * f->edge[k].p;
        }
    }
    return count;
}

/* Ratios to the largest become powers of 2^(2^-30): evidence multiplies, so what cancelled
 * out before rounding does so afterwards. */
static void round_belief(double *b, size_t n)
{
    double top = 0, sum = 0;
    for (size_t y = 0; y < n; y++)
        top = fmax(top, b[y]);
    for (size_t y = 0; y < n; y++) {
        double ratio = b[y] / top;
        b[y] = ratio < 0x1p-40 ? 0 : exp2(nearbyint(log2(ratio) * 0x1p30) * 0x1p-30);
        sum += b[y];
    }
    for (size_t y = 0; y < n; y++)
        b[y] /= sum;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct belief *s = (const struct belief *)env;
    double *b = next;
    size_t n = spread(s, state, action, out, b), hidden = s->hidden->n_states;
    for (size_t i = 0; i < n; i++, b += 2 * hidden) {
        for (size_t y = 0; y < hidden; y++)
            b[y] /= out[i].p;
        if (s->round)
            round_belief(b, hidden);
    }
    return n;
}

static double condition(const struct env *env, void *state, unsigned action,
                        struct percept e)
{
    const struct belief *s = (const struct belief *)env;
    const struct fsm *f = s->hidden;
    double *b = state, *next = b + f->n_states, p = 0;
    uint32_t percept = alphabet_find(&s->percepts, e);
    for (uint32_t x = 0; x < f->n_states; x++) {
        const uint32_t *first = f->first + (size_t)x * f->n_actions + action;
        for (uint32_t k = first[0]; b[x] > 0 && k < first[1]; k++)
            if (f->edge[k].percept == percept) {
                next[f->edge[k].next] += b[x] * f->edge[k].p;
                p += b[x] * f->edge[k].p;
            }
    }
    for (uint32_t y = 0; p > 0 && y < f->n_states; y++)
        b[y] = next[y] / p;
    memset(next, 0, f->n_states * sizeof *next);
    return p;
}

/* sum_xy b(x) P(e, y | x, a) worth(x, a, e, y) / P(e | b, a). */
static double worth(const struct env *env, const void *state, unsigned action,
                    struct percept e, const void *after)
{
    const struct belief *s = (const struct belief *)env;
    const struct fsm *f = s->hidden;
    const double *b = state;
    double p = 0, sum = 0;
    uint32_t percept = alphabet_find(&s->percepts, e);
    (void)after;
    for (uint32_t x = 0; x < f->n_states; x++) {
        const uint32_t *first = f->first + (size_t)x * f->n_actions + action;
        for (uint32_t k = first[0]; b[x] > 0 && k < first[1]; k++)
            if (f->edge[k].percept == percept) {
                p += b[x] * f->edge[k].p;
                sum += b[x] * f->edge[k].p * f->worth[k];
            }
    }
    return p > 0 ? sum / p : 0;
}

static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    const struct belief *s = (const struct belief *)env;
    const struct fsm *f = s->hidden;
    uint32_t x = rng_index(rng, state, f->n_states, 1);
    const uint32_t *first = f->first + (size_t)x * f->n_actions + action;
    double u = rng_unit(rng);
    uint32_t k = first[0];
    while (k + 1 < first[1] && (u -= f->edge[k].p) >= 0)
        k++;
    struct percept e = s->percepts.at[f->edge[k].percept];
    condition(env, state, action, e);
    return e;
}

static int about(const struct env *env)
{
    const struct env *world = ((const struct belief *)env)->world;
    return world->ops->about ? world->ops->about(world) : -1;
}

static const struct env_ops belief_ops = {
    .kind.name = "belief",
    .kind.title = "a hidden world seen through its percepts",
    .kind.version = 1,
    .kind.params = no_params,
    .kind.config_size = 1,
    .close = close_belief,
    .reset = reset,
    .step = step,
    .transitions = transitions,
    .condition = condition,
    .worth = worth,
    .about = about,
};

/* ---- opening */

/* The hidden states, those a run may start in first, and their prior. */
static bool number_states(struct belief *s, uint32_t max_states)
{
    const struct env *world = s->world;
    size_t cap = world->ops->starts ? world->max_starts : 1, n = 1;
    double *p = xcalloc(cap, sizeof *p);
    unsigned char *state = xcalloc(cap, world->state_size);
    struct rng none = { { 1, 2, 3, 4 } };
    p[0] = 1;
    if (world->ops->starts)
        n = world->ops->starts(world, p, state);
    else
        env_reset(world, state, &none);
    s->hidden = fsm_new_from(world, state, n, max_states, &s->percepts);
    if (s->hidden) {
        s->start = xcalloc(s->hidden->n_states, sizeof *s->start);
        for (size_t i = 0; i < n; i++)
            s->start[fsm_find(s->hidden, state + i * world->state_size)] += p[i];
    }
    free(p);
    free(state);
    return s->hidden;
}

/* Of the beliefs that transitions() leads to, all together. */
static const double BYTES_MAX = 4e9;

struct env *belief_open(const struct env *world, struct env *owned, uint32_t max_states,
                        struct err *err)
{
    struct belief *s = xcalloc(1, sizeof *s);
    s->world = world;
    if (!number_states(s, max_states)) {
        close_belief(&s->base);
        return err_null(err,
                        "%s has no closed form of its law with at most %u hidden states",
                        world->ops->kind.name, max_states);
    }
    double bytes = 2 * (double)s->hidden->n_states * sizeof(double) * s->percepts.n;
    if (bytes > BYTES_MAX) {
        uint32_t n = s->hidden->n_states, percepts = s->percepts.n;
        close_belief(&s->base);
        return err_null(err,
                        "%s: beliefs over %u hidden states, one after each of %u percepts, "
                        "need %.0f GB: at most %.0f",
                        world->ops->kind.name, n, percepts, bytes / 1e9, BYTES_MAX / 1e9);
    }
    s->owned = owned;
    s->base = (struct env){ .ops = &belief_ops,
                            .space = world->space,
                            .state_size = 2 * s->hidden->n_states * sizeof(double),
                            .max_transitions = s->percepts.n,
                            .map = world->map,
                            .rows = world->rows,
                            .cols = world->cols };
    return &s->base;
}

void belief_round(struct env *belief) { ((struct belief *)belief)->round = true; }

const struct fsm *belief_hidden(const struct env *belief)
{
    return belief->ops == &belief_ops ? ((const struct belief *)belief)->hidden : NULL;
}

/* ---- what is hidden */

/* The number that `truth` has for hidden thing k of `world`; n_hidden: none. */
static uint32_t number_there(const struct env *world, uint32_t k, const struct env *truth)
{
    const char *const *names = truth->hidden_names;
    bool alike = k < truth->n_hidden;
    if (world == truth || !names || !world->hidden_names)
        return alike && !names == !world->hidden_names ? k : truth->n_hidden;
    if (alike && !strcmp(names[k], world->hidden_names[k]))
        return k;
    uint32_t i = 0;
    while (i < truth->n_hidden && strcmp(names[i], world->hidden_names[k]) != 0)
        i++;
    return i;
}

bool belief_tell(const struct env *env, const void *state, double weight,
                 const struct env *truth, double *p)
{
    const struct belief *s = (const struct belief *)env;
    const double *b = state;
    if (env->ops != &belief_ops || !s->world->ops->hidden)
        return false;
    for (uint32_t x = 0; x < s->hidden->n_states; x++) {
        if (b[x] <= 0)
            continue;
        const void *at = s->hidden->state + (size_t)x * s->hidden->state_size;
        uint32_t k = number_there(s->world, s->world->ops->hidden(s->world, at), truth);
        if (k == truth->n_hidden)
            return false;
        p[k] += weight * b[x];
    }
    return true;
}
