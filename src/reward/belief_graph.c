#include "config.h"

#include "belief_graph.h"

#include "hash.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES = 48 }; /* bytes that whoever weighs a node keeps of it, twice */

static bool cancelled(const struct belief_graph *g)
{
    return g->cancel && atomic_load_explicit(g->cancel, memory_order_relaxed);
}

/* ---- nodes */

/* Chances that differ by rounding are the same belief. */
static uint64_t digest(const struct belief_part *part, size_t n)
{
    enum { STEPS = 1 << 30 };
    uint64_t h = HASH_START;
    for (size_t i = 0; i < n; i++)
        h = hash_word(hash_word(h, part[i].state), (uint64_t)llrint(part[i].p * STEPS));
    return h;
}

static bool same(const struct belief_graph *g, uint32_t i, const struct belief_part *part,
                 size_t n)
{
    const struct belief_part *own = g->part + g->first[i];
    if (g->first[i + 1] - g->first[i] != n)
        return false;
    for (size_t k = 0; k < n; k++)
        if (own[k].state != part[k].state || fabs(own[k].p - part[k].p) > 1e-12)
            return false;
    return true;
}

static void place(struct belief_graph *g, uint32_t i)
{
    const size_t *first = g->first + i;
    uint64_t h = digest(g->part + first[0], first[1] - first[0]);
    while (g->slot[h & (g->n_slots - 1)])
        h++;
    g->slot[h & (g->n_slots - 1)] = i + 1;
}

static void grow(struct belief_graph *g)
{
    g->cap = g->cap ? 2 * g->cap : 256;
    g->first = xrealloc(g->first, (size_t)g->cap + 1, sizeof *g->first);
    g->first[0] = 0;
    size_t pairs = (size_t)g->cap * g->n_actions;
    g->link_first = xrealloc(g->link_first, pairs + 1, sizeof *g->link_first);
    g->pays = xrealloc(g->pays, pairs, sizeof *g->pays);
    free(g->slot);
    g->n_slots = 2 * g->cap;
    g->slot = xcalloc(g->n_slots, sizeof *g->slot);
    for (uint32_t i = 0; i < g->n; i++)
        place(g, i);
}

size_t belief_graph_bytes(const struct belief_graph *g)
{
    size_t pairs = (size_t)g->cap * g->n_actions;
    return g->part_cap * sizeof *g->part + g->link_cap * sizeof *g->link +
           pairs * (sizeof *g->pays + sizeof *g->link_first) +
           (size_t)g->cap * (sizeof *g->first + 2 * VALUES) +
           (size_t)g->n_slots * sizeof *g->slot;
}

/* The number of a belief whose parts are sorted by state and sum to 1. */
static uint32_t number(struct belief_graph *g, const struct belief_part *part, size_t n)
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
    const struct belief_step *a = x, *b = y;
    if (a->percept != b->percept)
        return a->percept < b->percept ? -1 : 1;
    return a->state < b->state ? -1 : a->state > b->state;
}

static void collect(struct belief_graph *g, uint32_t i, unsigned action)
{
    const struct fsm *f = g->f;
    struct belief_pays *pays = &g->pays[(size_t)i * g->n_actions + action];
    *pays = (struct belief_pays){ 0, 0 };
    g->n_steps = 0;
    for (size_t k = g->first[i]; k < g->first[i + 1]; k++) {
        const struct belief_part *part = &g->part[k];
        size_t pair = (size_t)part->state * f->n_actions + action;
        for (uint32_t e = f->first[pair]; e < f->first[pair + 1]; e++) {
            double p = part->p * f->edge[e].p;
            pays->reward += p * fsm_reward(f, e);
            pays->wanted += g->wanted ? p * g->wanted[e] : 0;
            if (g->n_steps == g->step_cap) {
                g->step_cap = 2 * g->step_cap + 64;
                g->step = xrealloc(g->step, g->step_cap, sizeof *g->step);
            }
            g->step[g->n_steps++] =
                (struct belief_step){ f->edge[e].percept, f->edge[e].next, p };
        }
    }
    qsort(g->step, g->n_steps, sizeof *g->step, by_percept);
}

/* Steps from..to of one percept make a belief. */
static void add_edge(struct belief_graph *g, size_t from, size_t to,
                     struct belief_part *part)
{
    double sum = 0;
    size_t n = 0;
    for (size_t k = from; k < to; k++) {
        sum += g->step[k].p;
        if (n && part[n - 1].state == g->step[k].state)
            part[n - 1].p += g->step[k].p;
        else
            part[n++] = (struct belief_part){ g->step[k].state, g->step[k].p };
    }
    for (size_t k = 0; k < n; k++)
        part[k].p /= sum;
    if (g->n_links == g->link_cap) {
        g->link_cap = 2 * g->link_cap + 1024;
        g->link = xrealloc(g->link, g->link_cap, sizeof *g->link);
    }
    g->link[g->n_links++] = (struct belief_link){ sum, number(g, part, n) };
}

static void expand(struct belief_graph *g, uint32_t i)
{
    for (unsigned a = 0; a < g->n_actions; a++) {
        collect(g, i, a);
        struct belief_part *part = xcalloc(g->n_steps, sizeof *part);
        g->link_first[(size_t)i * g->n_actions + a] = g->n_links;
        for (size_t from = 0, to; from < g->n_steps; from = to) {
            for (to = from;
                 to < g->n_steps && g->step[to].percept == g->step[from].percept;)
                to++;
            add_edge(g, from, to, part);
        }
        free(part);
        g->link_first[(size_t)i * g->n_actions + a + 1] = g->n_links;
    }
}

bool belief_graph_explore(struct belief_graph *g, struct err *err)
{
    uint32_t i = 0;
    for (uint32_t d = 0; d < g->horizon; d++) {
        g->within[d] = g->n;
        for (; i < g->within[d]; i++) {
            expand(g, i);
            if (cancelled(g))
                return false;
            if (belief_graph_bytes(g) > g->bytes)
                return err_set(err,
                               "%u beliefs and more within %u cycles: their tables would "
                               "take more than %zu MB (--memory)",
                               g->n, d + 1, g->bytes / 1000000);
        }
    }
    return true;
}

/* ---- ends */

double *belief_graph_wanted(const struct env *env, const struct fsm *f)
{
    uint32_t pairs = f->n_states * f->n_actions;
    double *wanted =
        env->ops->performance ? xcalloc(f->first[pairs] + 1, sizeof *wanted) : NULL;
    for (uint32_t pair = 0; wanted && pair < pairs; pair++)
        for (uint32_t e = f->first[pair]; e < f->first[pair + 1]; e++)
            wanted[e] = env->ops->performance(
                env, f->state + (size_t)(pair / f->n_actions) * f->state_size,
                pair % f->n_actions, f->percepts->at[f->edge[e].percept],
                f->state + (size_t)f->edge[e].next * f->state_size);
    return wanted;
}

uint32_t belief_graph_begin(struct belief_graph *g, const double *start, double *chance)
{
    const struct fsm *f = g->f;
    bool *done = xcalloc(f->n_states, sizeof *done);
    struct belief_part *part = xcalloc(f->n_states, sizeof *part);
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
            part[n++] = (struct belief_part){ k, start[k] };
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

void belief_graph_release(struct belief_graph *g)
{
    free(g->first);
    free(g->part);
    free(g->link_first);
    free(g->link);
    free(g->pays);
    free(g->slot);
    free(g->step);
}
