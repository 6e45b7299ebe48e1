#include "config.h"

#include "performance.h"

#include "fsm.h"
#include "hash.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Every belief that a start and percepts may leave, as nodes of a graph: the states of the
 * world's automaton that are possible, with their chances. */
enum { STATES_MAX = 1 << 20 };
struct part {
    uint32_t state;
    double p;
};
struct edge {
    double p;
    uint32_t next;
};
struct pays {
    double reward, wanted;
};

struct graph {
    const struct env *env;
    const struct fsm *f;
    double *wanted; /* [edges of f] */
    const struct performance_bounds *in;
    uint32_t n_actions, horizon, n, cap;
    size_t *first; /* [cap + 1] into part */
    struct part *part;
    size_t n_parts, part_cap;
    size_t *edge_first; /* [cap * n_actions + 1] into edge; of nodes that were expanded */
    struct edge *edge;
    size_t n_edges, edge_cap;
    struct pays *pays; /* [cap * n_actions] */
    uint32_t *slot, n_slots;
    uint32_t *within; /* [horizon] nodes at most so many cycles away */
    struct step {     /* what an action may lead to, before it is sorted by percept */
        uint32_t percept, state;
        double p;
    } * step;
    size_t n_steps, step_cap;
};

/* ---- nodes */

/* Chances that differ by rounding are the same belief. */
static uint64_t digest(const struct part *part, size_t n)
{
    enum { STEPS = 1 << 30 };
    uint64_t h = HASH_START;
    for (size_t i = 0; i < n; i++)
        h = hash_word(hash_word(h, part[i].state), (uint64_t)llrint(part[i].p * STEPS));
    return h;
}

static bool same(const struct graph *g, uint32_t i, const struct part *part, size_t n)
{
    const struct part *own = g->part + g->first[i];
    if (g->first[i + 1] - g->first[i] != n)
        return false;
    for (size_t k = 0; k < n; k++)
        if (own[k].state != part[k].state || fabs(own[k].p - part[k].p) > 1e-12)
            return false;
    return true;
}

static void place(struct graph *g, uint32_t i)
{
    const size_t *first = g->first + i;
    uint64_t h = digest(g->part + first[0], first[1] - first[0]);
    while (g->slot[h & (g->n_slots - 1)])
        h++;
    g->slot[h & (g->n_slots - 1)] = i + 1;
}

static void grow(struct graph *g)
{
    g->cap = g->cap ? 2 * g->cap : 256;
    g->first = xrealloc(g->first, (size_t)g->cap + 1, sizeof *g->first);
    g->first[0] = 0;
    size_t pairs = (size_t)g->cap * g->n_actions;
    g->edge_first = xrealloc(g->edge_first, pairs + 1, sizeof *g->edge_first);
    g->pays = xrealloc(g->pays, pairs, sizeof *g->pays);
    free(g->slot);
    g->n_slots = 2 * g->cap;
    g->slot = xcalloc(g->n_slots, sizeof *g->slot);
    for (uint32_t i = 0; i < g->n; i++)
        place(g, i);
}

static size_t bytes_of(const struct graph *g)
{
    size_t pairs = (size_t)g->cap * g->n_actions;
    return g->part_cap * sizeof *g->part + g->edge_cap * sizeof *g->edge +
           pairs * (sizeof *g->pays + sizeof *g->edge_first) +
           (size_t)g->cap * (sizeof *g->first + 2 * sizeof(struct worths)) +
           (size_t)g->n_slots * sizeof *g->slot;
}

/* The number of a belief whose parts are sorted by state and sum to 1. */
static uint32_t number(struct graph *g, const struct part *part, size_t n)
{
    if (g->n == g->cap)
        grow(g);
    for (uint64_t h = digest(part, n);; h++) {
        uint32_t i = g->slot[h & (g->n_slots - 1)];
        if (!i)
            break;
        if (same(g, i - 1, part, n))
            return i - 1;
    }
    while (g->n_parts + n > g->part_cap) {
        g->part_cap = g->part_cap ? 2 * g->part_cap : 1024;
        g->part = xrealloc(g->part, g->part_cap, sizeof *g->part);
    }
    memcpy(g->part + g->n_parts, part, n * sizeof *part);
    g->n_parts += n;
    g->first[g->n + 1] = g->n_parts;
    place(g, g->n);
    return g->n++;
}

/* ---- what an action leads to */

static int by_percept(const void *x, const void *y)
{
    const struct step *a = x, *b = y;
    if (a->percept != b->percept)
        return a->percept < b->percept ? -1 : 1;
    return a->state < b->state ? -1 : a->state > b->state;
}

static void collect(struct graph *g, uint32_t i, unsigned action)
{
    const struct fsm *f = g->f;
    struct pays *pays = &g->pays[(size_t)i * g->n_actions + action];
    *pays = (struct pays){ 0, 0 };
    g->n_steps = 0;
    for (size_t k = g->first[i]; k < g->first[i + 1]; k++) {
        const struct part *part = &g->part[k];
        size_t pair = (size_t)part->state * f->n_actions + action;
        for (uint32_t e = f->first[pair]; e < f->first[pair + 1]; e++) {
            double p = part->p * f->edge[e].p;
            pays->reward += p * fsm_reward(f, e);
            pays->wanted += p * g->wanted[e];
            if (g->n_steps == g->step_cap) {
                g->step_cap = 2 * g->step_cap + 64;
                g->step = xrealloc(g->step, g->step_cap, sizeof *g->step);
            }
            g->step[g->n_steps++] = (struct step){ f->edge[e].percept, f->edge[e].next, p };
        }
    }
    qsort(g->step, g->n_steps, sizeof *g->step, by_percept);
}

/* Steps from..to of one percept make a belief. */
static void add_edge(struct graph *g, size_t from, size_t to, struct part *part)
{
    double sum = 0;
    size_t n = 0;
    for (size_t k = from; k < to; k++) {
        sum += g->step[k].p;
        if (n && part[n - 1].state == g->step[k].state)
            part[n - 1].p += g->step[k].p;
        else
            part[n++] = (struct part){ g->step[k].state, g->step[k].p };
    }
    for (size_t k = 0; k < n; k++)
        part[k].p /= sum;
    if (g->n_edges == g->edge_cap) {
        g->edge_cap = 2 * g->edge_cap + 1024;
        g->edge = xrealloc(g->edge, g->edge_cap, sizeof *g->edge);
    }
    g->edge[g->n_edges++] = (struct edge){ sum, number(g, part, n) };
}

static void expand(struct graph *g, uint32_t i)
{
    for (unsigned a = 0; a < g->n_actions; a++) {
        collect(g, i, a);
        struct part *part = xcalloc(g->n_steps, sizeof *part);
        g->edge_first[(size_t)i * g->n_actions + a] = g->n_edges;
        for (size_t from = 0, to; from < g->n_steps; from = to) {
            for (to = from;
                 to < g->n_steps && g->step[to].percept == g->step[from].percept;)
                to++;
            add_edge(g, from, to, part);
        }
        free(part);
        g->edge_first[(size_t)i * g->n_actions + a + 1] = g->n_edges;
    }
}

static bool explore(struct graph *g, struct err *err)
{
    uint32_t i = 0;
    for (uint32_t d = 0; d < g->horizon; d++) {
        g->within[d] = g->n;
        for (; i < g->within[d]; i++) {
            expand(g, i);
            if (performance_cancelled(g->in))
                return false;
            if (bytes_of(g) > g->in->bytes)
                return err_set(err,
                               "%u beliefs and more within %u cycles: their tables would "
                               "take more than %zu MB (--memory)",
                               g->n, d + 1, g->in->bytes / 1000000);
        }
    }
    return true;
}

/* ---- values */

static void sweep(const struct graph *g, uint32_t n, const struct worths *old,
                  struct worths *new)
{
    for (uint32_t i = 0; i < n; i++)
        for (unsigned a = 0; a < g->n_actions; a++) {
            size_t pair = (size_t)i * g->n_actions + a;
            const struct pays *p = &g->pays[pair];
            struct worths q = { p->reward, p->wanted, p->wanted,
                                p->wanted, p->reward, p->reward };
            for (size_t e = g->edge_first[pair]; e < g->edge_first[pair + 1]; e++)
                worths_add(&q, g->edge[e].p, &old[g->edge[e].next]);
            worths_take(&new[i], &q, !a);
        }
}

/* What the starts are worth: those that look alike are one belief. */
static void evaluate(struct graph *g, const double *chance, uint32_t n_starts,
                     struct performance *p)
{
    struct worths *old = xcalloc(g->n, sizeof *old), *new = xcalloc(g->n, sizeof *new);
    for (uint32_t k = 1; k <= g->horizon && !performance_cancelled(g->in); k++) {
        sweep(g, g->within[g->horizon - k], old, new);
        struct worths *swap = old;
        old = new;
        new = swap;
    }
    p->of = (struct worths){ 0 };
    for (uint32_t i = 0; i < n_starts; i++)
        worths_add(&p->of, chance[i], &old[i]);
    p->nodes = g->n;
    p->bytes = bytes_of(g);
    free(old);
    free(new);
}

/* Makes nodes of the starts, by what they show; chance[i] is that of node i. */
static uint32_t begin(struct graph *g, const double *start, double *chance)
{
    const struct fsm *f = g->f;
    bool *done = xcalloc(f->n_states, sizeof *done);
    struct part *part = xcalloc(f->n_states, sizeof *part);
    uint32_t nodes = 0;
    for (uint32_t s = 0; s < f->n_states; s++) {
        size_t n = 0;
        double sum = 0;
        for (uint32_t k = s; k < f->n_states; k++) {
            const void *a = f->state + s * f->state_size, *b = f->state + k * f->state_size;
            bool alike = !g->env->ops->looks ||
                         g->env->ops->looks(g->env, a) == g->env->ops->looks(g->env, b);
            if (!(start[k] > 0) || done[k] || !(start[s] > 0) || !alike)
                continue;
            done[k] = true;
            sum += start[k];
            part[n++] = (struct part){ k, start[k] };
        }
        for (size_t k = 0; k < n; k++)
            part[k].p /= sum;
        if (n) {
            number(g, part, n);
            chance[nodes++] = sum;
        }
        if (!(start[s] > 0))
            break; /* starts are numbered first */
    }
    free(done);
    free(part);
    return nodes;
}

static double *wanted_of(const struct env *env, const struct fsm *f)
{
    uint32_t pairs = f->n_states * f->n_actions;
    double *wanted = xcalloc(f->first[pairs] + 1, sizeof *wanted);
    for (uint32_t pair = 0; pair < pairs; pair++)
        for (uint32_t e = f->first[pair]; e < f->first[pair + 1]; e++)
            wanted[e] = env->ops->performance(
                env, f->state + (size_t)(pair / f->n_actions) * f->state_size,
                pair % f->n_actions, f->percepts->at[f->edge[e].percept],
                f->state + (size_t)f->edge[e].next * f->state_size);
    return wanted;
}

static void release(struct graph *g)
{
    free(g->wanted);
    free(g->first);
    free(g->part);
    free(g->edge_first);
    free(g->edge);
    free(g->pays);
    free(g->slot);
    free(g->within);
    free(g->step);
}

bool performance_beliefs(struct performance *p, const struct env *env,
                         const struct performance_bounds *in, struct err *err)
{
    struct alphabet percepts = { 0 };
    double *start = NULL;
    struct fsm *f = fsm_new_whole(env, STATES_MAX, &percepts, &start);
    if (!f) {
        alphabet_release(&percepts);
        return err_set(err, "%s has more than %d states, and chance has a say in it",
                       env->ops->kind.name, STATES_MAX);
    }
    struct graph g = { .env = env,
                       .f = f,
                       .n_actions = f->n_actions,
                       .horizon = in->horizon,
                       .in = in,
                       .wanted = wanted_of(env, f),
                       .within = xcalloc(in->horizon, sizeof *g.within) };
    double *chance = xcalloc(f->n_states, sizeof *chance);
    uint32_t n_starts = begin(&g, start, chance);
    bool ok = explore(&g, err);
    if (ok)
        evaluate(&g, chance, n_starts, p);
    p->method = "beliefs";
    free(chance);
    release(&g);
    free(start);
    fsm_free(f);
    alphabet_release(&percepts);
    return ok;
}
