#include "config.h"

#include "belief.h"
#include "mixture_class.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of one hypothesis, to be walked as an automaton: states, and bytes of all of them. */
enum { STATES_MAX = 1 << 12, BYTES_MAX = 1 << 22, STATES_WIDE = 1 << 16 };

/* ---- one hypothesis */

/* Wraps a hidden world in the belief over its states. */
static bool see_through(struct hypothesis *h, struct err *err)
{
    struct env *belief = belief_open(h->env, h->owned, STATES_WIDE, err);
    if (belief)
        h->env = h->owned = belief;
    return belief;
}

/* A hypothesis starts in a known state: it draws nothing. */
static void start(const struct env *env, void *state)
{
    struct rng none = { { 1, 2, 3, 4 } };
    memset(state, 0, env->state_size);
    env_reset(env, state, &none);
}

/* Its automaton, unless it has none that is small and tells by percepts where it is. */
static struct fsm *automaton_of(const struct env *env, struct alphabet *percepts, bool wide)
{
    if (wide && belief_hidden(env))
        return NULL;
    void *state = xcalloc(1, env->state_size);
    start(env, state);
    size_t fit = BYTES_MAX / (env->state_size + 1);
    uint32_t most = fit < STATES_MAX ? (uint32_t)fit : STATES_MAX;
    struct fsm *f = fsm_new(env, state, wide ? STATES_WIDE : most, percepts);
    free(state);
    if (f && !f->unifilar) {
        fsm_free(f);
        f = NULL;
    }
    return f;
}

static void close_one(struct hypothesis *h)
{
    fsm_free(h->fsm);
    env_close(h->owned);
    *h = (struct hypothesis){ 0 };
}

/* Opens hypothesis k; false with *err, and nothing stays open. */
static bool open_one(struct mixture *m, size_t k, struct err *err)
{
    struct hypothesis *h = &m->hyp[k];
    struct env *env = m->family->ops->at(m->family, k, err);
    *h = (struct hypothesis){ .env = env, .owned = env == m->family->truth ? NULL : env };
    bool ok = env;
    if (ok && !env->ops->transitions)
        ok = err_set(err,
                     "%s has no closed form of its law: no model of it can be built from "
                     "hypotheses",
                     env->ops->kind.name);
    if (ok && env->hidden)
        ok = see_through(h, err);
    if (!ok)
        close_one(h);
    return ok;
}

/* ---- all of them */

/* The largest state and number of transitions of any hypothesis. */
static void measure(struct mixture *m, size_t n)
{
    uint32_t transitions = 1;
    m->state_size = 0;
    for (size_t k = 0; k < n; k++) {
        const struct env *env = m->hyp[k].env;
        if (env->state_size > m->state_size)
            m->state_size = env->state_size;
        if (env->max_transitions > transitions)
            transitions = env->max_transitions;
    }
    size_t align = _Alignof(max_align_t);
    m->state_size = (m->state_size + align - 1) / align * align;
    free(m->out);
    free(m->next);
    m->out = xcalloc(transitions, sizeof *m->out);
    m->next = xcalloc(transitions, m->state_size);
    free(m->was);
    m->was = xcalloc(1, m->state_size);
}

/* One block for all that moves: entropy, weights, states; `called`: some are no
 * automata. */
static void lay_out(struct mixture *m, size_t n, bool called)
{
    size_t align = _Alignof(max_align_t);
    size_t fixed = (KNOWN + n) * sizeof(double) + n * sizeof(uint32_t);
    fixed = (fixed + align - 1) / align * align;
    m->base.n = n;
    m->base.snap_size = fixed + (called ? n * m->state_size : 0);
    m->live = xcalloc(1, m->base.snap_size);
    m->w = m->live + KNOWN;
    m->at = (uint32_t *)(m->w + n);
    m->state = called ? (unsigned char *)m->live + fixed : NULL;
    m->live[ENTROPY] = m->live[TOTAL] = NAN;
}

/* The views of the class: its automata, and what support() has seen. */
static bool list_automata(struct mixture *m, size_t n)
{
    bool called = false;
    free(m->fsms);
    free(m->seen);
    free(m->chance);
    free(m->hidden_fsm);
    free(m->hidden_b);
    m->hidden_fsm = NULL;
    m->hidden_b = NULL;
    m->fsms = xcalloc(n, sizeof *m->fsms);
    for (size_t k = 0; k < n; k++) {
        m->fsms[k] = m->hyp[k].fsm;
        called |= !m->hyp[k].fsm;
    }
    if (called) {
        free(m->fsms);
        m->fsms = NULL;
    }
    m->seen = xcalloc(m->percepts.n + 1, sizeof *m->seen);
    m->chance = xcalloc(m->percepts.n + 1, sizeof *m->chance);
    m->clock = 0;
    return called;
}

/* Moves what was held in the block of `old` to that of *m, and starts what was not. */
static void move_in(struct mixture *m, const struct mixture *old)
{
    for (size_t k = 0; k < m->base.n; k++) {
        bool held = k < old->base.n;
        m->w[k] = held ? old->w[k] : 0;
        m->at[k] = held ? old->at[k] : 0;
        if (!m->state)
            continue;
        if (held && old->state)
            memcpy(state_of(m, k), state_of(old, k),
                   old->state_size < m->state_size ? old->state_size : m->state_size);
        else
            start(m->hyp[k].env, state_of(m, k));
    }
    free(old->live);
}

static bool open_all(struct mixture *m, size_t from, size_t to, struct err *err)
{
    m->hyp = xrealloc(m->hyp, to, sizeof *m->hyp);
    for (size_t k = from; k < to; k++)
        if (!open_one(m, k, err)) {
            while (k-- > from)
                close_one(&m->hyp[k]);
            return false;
        }
    return true;
}

bool class_resize(struct mixture *m, size_t n, struct err *err)
{
    const struct mixture old = *m;
    double (*prior)(const struct family *, size_t) = m->family->ops->log_prior;
    if (n > old.base.n && !open_all(m, old.base.n, n, err))
        return false;
    for (size_t k = n; k < old.base.n; k++)
        close_one(&m->hyp[k]);
    measure(m, n);
    for (size_t k = old.base.n; k < n; k++)
        m->hyp[k].fsm = automaton_of(m->hyp[k].env, &m->percepts, m->wide);
    lay_out(m, n, list_automata(m, n));
    m->log_prior = xrealloc(m->log_prior, n, sizeof *m->log_prior);
    m->log_w = xrealloc(m->log_w, n, sizeof *m->log_w);
    free(m->scratch);
    m->scratch = xcalloc(2 * n, sizeof *m->scratch);
    for (size_t k = old.base.n; k < n; k++) {
        m->log_prior[k] = prior ? prior(m->family, k) : -HUGE_VAL;
        m->log_w[k] = -HUGE_VAL;
    }
    move_in(m, &old);
    m->grows = n < family_count(m->family);
    if (!old.base.n)
        m->base.space = m->hyp[0].env->space;
    else
        m->base.shape++;
    return true;
}

void class_release(struct mixture *m)
{
    for (size_t k = 0; k < m->base.n; k++)
        close_one(&m->hyp[k]);
    family_close(m->family);
    alphabet_release(&m->percepts);
    history_release(&m->past);
    free(m->hyp);
    free(m->log_prior);
    free(m->log_w);
    free(m->live);
    free(m->out);
    free(m->next);
    free(m->was);
    free(m->scratch);
    free(m->seen);
    free(m->chance);
    free(m->fsms);
    free(m->hidden_fsm);
    free(m->hidden_b);
    free(m);
}
