#include "config.h"

#include "maze.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
    STATES_MAX = 1 << 12,
    KEPT_MAX = 1 << 21, /* states of all automata together that are kept for planners */
    NOWHERE = -1
};

/* What two automata of the family say of one state and action. */
static bool one_next(const struct fsm *f, size_t pair)
{
    const struct fsm_edge *e = f->edge + f->first[pair];
    uint32_t n = f->first[pair + 1] - f->first[pair];
    return n == 1 || (n == 2 && e[0].next == e[1].next);
}

/* Whether two automata give one state and action the same law. */
static bool same_law(const struct fsm *a, const struct fsm *b, size_t pair)
{
    uint32_t n = a->first[pair + 1] - a->first[pair];
    return n == b->first[pair + 1] - b->first[pair] &&
           !memcmp(a->edge + a->first[pair], b->edge + b->first[pair], n * sizeof *a->edge);
}

/* How many percepts are drawn from by a move that lands in one state with one reward, only
 * what is seen being random; 0: this is none of that kind. */
static uint32_t count_noise(const struct fsm *f, size_t pair)
{
    const struct fsm_edge *e = f->edge + f->first[pair];
    uint32_t n = f->first[pair + 1] - f->first[pair];
    bool noise = n > 1;
    for (uint32_t i = 1; noise && i < n; i++)
        noise = e[i].next == e->next &&
                f->percepts->at[e[i].percept].rew == f->percepts->at[e->percept].rew;
    return noise ? n : 0;
}

/* Reads the moves off the first two automata, so that each one's dispenser is seen through
 * with the other: where they differ, a payout is the greater reward. */
static void read_moves(struct maze *m, const struct fsm *a, const struct fsm *b)
{
    for (size_t pair = 0; pair < (size_t)m->n_states * m->n_actions; pair++) {
        const struct fsm_edge *e = a->edge + a->first[pair];
        const struct fsm_edge *other = b->edge + b->first[pair];
        bool sure = a->first[pair + 1] - a->first[pair] == 1;
        bool other_sure = b->first[pair + 1] - b->first[pair] == 1;
        if (!sure || (other_sure &&
                      m->percepts.at[other->percept].rew < m->percepts.at[e->percept].rew))
            e = other;
        m->move[pair] = (struct passage){ e->next, m->percepts.at[e->percept], NO_DISPENSER,
                                          count_noise(a, pair) };
    }
}

/* Hypothesis k's word on one state and action: the move itself, or the move and, with
 * probability theta, a prize on top of its reward. */
static bool fits(struct maze *m, const struct fsm *f, uint32_t k, size_t pair)
{
    struct passage *v = &m->move[pair];
    const struct fsm_edge *e = f->edge + f->first[pair];
    uint32_t n = f->first[pair + 1] - f->first[pair];
    if (v->noise)
        return same_law(m->first, f, pair);
    if (!one_next(f, pair) || e->next != v->next)
        return false;
    if (n == 1 && percept_key(m->percepts.at[e->percept]) == percept_key(v->e))
        return true;
    double pays = 0;
    int32_t prize = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct percept p = m->percepts.at[e[i].percept];
        if (p.obs != v->e.obs)
            return false;
        if (p.rew != v->e.rew) {
            pays += e[i].p;
            prize = p.rew - v->e.rew;
        }
    }
    if (!m->prize) {
        m->prize = prize;
        m->theta = pays;
    }
    bool alone = v->lands == NO_DISPENSER;
    v->lands = k;
    return alone && prize > 0 && prize == m->prize && pays == m->theta;
}

static bool all_fit(struct maze *m, const struct fsm *f, uint32_t k)
{
    size_t pairs = (size_t)m->n_states * m->n_actions;
    for (size_t pair = 0; pair < pairs; pair++)
        if (!fits(m, f, k, pair))
            return false;
    return true;
}

/* One dispenser stands in one state, and in each state stands at most one. */
static bool one_to_one(struct maze *m)
{
    uint32_t *state_of = xcalloc(m->n, sizeof *state_of);
    size_t pairs = (size_t)m->n_states * m->n_actions;
    bool ok = true;
    memset(state_of, 0xff, m->n * sizeof *state_of);
    memset(m->stands, 0xff, m->n_states * sizeof *m->stands);
    for (size_t i = 0; ok && i < pairs; i++) {
        uint32_t k = m->move[i].lands, s = m->move[i].next;
        if (k == NO_DISPENSER)
            continue;
        ok = (m->stands[s] == NO_DISPENSER || m->stands[s] == k) &&
             (state_of[k] == UINT32_MAX || state_of[k] == s);
        m->stands[s] = k;
        state_of[k] = s;
    }
    free(state_of);
    return ok;
}

/* The automaton of hypothesis k and the cell it is about; NULL when there is none. */
static struct fsm *automaton_of(struct maze *m, const struct family *family, size_t k)
{
    struct env *env = family->ops->at(family, k, NULL);
    struct rng none = { { 1, 2, 3, 4 } };
    if (!env)
        return NULL;
    void *start = xcalloc(1, env->state_size);
    env_reset(env, start, &none);
    struct fsm *f = env->hidden ? NULL : fsm_new(env, start, STATES_MAX, &m->percepts);
    m->cell[k] = env->ops->about ? env->ops->about(env) : NOWHERE;
    m->space = env->space;
    free(start);
    family_drop(family, env);
    return f;
}

static bool same_states(const struct fsm *a, const struct fsm *b)
{
    return b && a->n_states == b->n_states && a->state_size == b->state_size &&
           !memcmp(a->state, b->state, (size_t)a->n_states * a->state_size);
}

bool maze_read(struct maze *m, const struct family *family)
{
    *m = (struct maze){ .n = family_count(family) };
    m->cell = xcalloc(m->n, sizeof *m->cell);
    m->first = automaton_of(m, family, 0);
    m->n_actions = m->space.n_actions;
    struct fsm *f = automaton_of(m, family, 1);
    bool ok = m->first && same_states(m->first, f);
    if (ok) {
        m->n_states = m->first->n_states;
        m->move = xcalloc((size_t)m->n_states * m->n_actions, sizeof *m->move);
        m->stands = xcalloc(m->n_states, sizeof *m->stands);
        read_moves(m, m->first, f);
        if ((size_t)m->n_states * m->n <= KEPT_MAX)
            m->fsm = xcalloc(m->n, sizeof *m->fsm);
        if (m->fsm)
            m->fsm[0] = m->first;
        ok = all_fit(m, m->first, 0);
    }
    for (uint32_t k = 1; ok && k < m->n; k++) {
        f = f ? f : automaton_of(m, family, k);
        ok = same_states(m->first, f) && all_fit(m, f, k);
        if (ok && m->fsm)
            m->fsm[k] = f;
        else
            fsm_free(f);
        f = NULL;
    }
    fsm_free(f);
    return ok && m->prize && one_to_one(m);
}

void maze_release(struct maze *m)
{
    for (size_t k = 1; m->fsm && k < m->n; k++)
        fsm_free(m->fsm[k]);
    fsm_free(m->first);
    alphabet_release(&m->percepts);
    free(m->move);
    free(m->stands);
    free(m->cell);
    free(m->fsm);
    *m = (struct maze){ 0 };
}
