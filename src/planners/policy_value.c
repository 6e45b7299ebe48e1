#include "config.h"

#include "policy_graph.h"
#include "pomdp.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* The value of a plan that is a graph: V(n, s) = R(s, a_n) + sum p V(next(n, e), s'). */

enum { PAIRS_MAX = 1 << 27 };

struct judge {
    const struct policy_graph *g;
    const struct pomdp *p;
    const struct policy_task *t;
    uint32_t *percept; /* of the graph, by number of the process's; NO_NODE: not there */
    uint32_t nodes;    /* those of the graph and, last, one that has no way on */
    double *v, *next;  /* [nodes * n_states] */
};

static unsigned action_of(const struct judge *j, uint32_t node)
{
    return node < j->g->n_nodes ? j->g->action[node] : 0;
}

static uint32_t after(const struct judge *j, uint32_t node, uint32_t percept)
{
    uint32_t k = j->percept[percept], last = j->g->n_nodes;
    if (node == last || k == NO_NODE)
        return last;
    uint32_t next = j->g->next[(size_t)node * j->g->n_percepts + k];
    return next == NO_NODE ? last : next;
}

/* *to by what follows in *from, which may be the same; the largest change. */
static double back_up(const struct judge *j, double ratio, const double *from, double *to)
{
    const struct pomdp *p = j->p;
    double change = 0;
    for (uint32_t node = 0; node < j->nodes; node++) {
        unsigned a = action_of(j, node);
        double *v = to + (size_t)node * p->n_states;
        for (uint32_t s = 0; s < p->n_states; s++) {
            const struct pomdp_edge *e;
            size_t n = pomdp_edges(p, a, s, &e);
            double sum = 0;
            for (size_t k = 0; k < n; k++)
                sum += e[k].p *
                       from[(size_t)after(j, node, e[k].percept) * p->n_states + e[k].next];
            sum = pomdp_reward(p, a)[s] + ratio * sum;
            change = fmax(change, fabs(sum - v[s]));
            v[s] = sum;
        }
    }
    return change;
}

static bool is_cancelled(const struct policy_task *t)
{
    return t->cancel && atomic_load_explicit(t->cancel, memory_order_relaxed);
}

static bool judge_finite(struct judge *j)
{
    const struct policy_task *t = j->t;
    for (uint32_t k = t->horizon; k-- && !is_cancelled(t);) {
        double weight = discount_weight(t->discount, t->now, k), ratio = 0;
        double *keep = j->v;
        if (weight > 0 && k + 1 < t->horizon)
            ratio = discount_weight(t->discount, t->now, k + 1) / weight;
        j->v = j->next;
        j->next = keep;
        back_up(j, ratio, j->next, j->v);
    }
    return !is_cancelled(t);
}

/* Each sweep brings it closer to the truth by the factor gamma: what is left after the last
 * one is known. */
static bool judge_endless(struct judge *j, double *slack)
{
    double gamma = j->t->discount->gamma, most = 0, change;
    for (size_t k = 0; k < (size_t)j->p->n_states * j->p->n_actions; k++)
        most = fmax(most, fabs(j->p->reward[k]));
    double enough = 4e-16 * fmax(1e-300, most) / (1 - gamma);
    do
        change = back_up(j, gamma, j->v, j->v);
    while (change > enough && !is_cancelled(j->t));
    *slack = change * gamma / (1 - gamma);
    return !is_cancelled(j->t);
}

static void number_percepts(struct judge *j)
{
    const struct policy_graph *g = j->g;
    j->percept = xcalloc(j->p->percepts.n, sizeof *j->percept);
    for (uint32_t z = 0; z < j->p->percepts.n; z++)
        j->percept[z] = NO_NODE;
    for (uint32_t k = 0; k < g->n_percepts; k++) {
        uint32_t z = alphabet_find(&j->p->percepts, g->percept[k]);
        if (z != UINT32_MAX)
            j->percept[z] = k;
    }
}

bool policy_graph_value(const struct policy_graph *g, const struct pomdp *p,
                        const struct policy_task *t, double *lo, double *hi,
                        struct err *err)
{
    struct judge j = { .g = g, .p = p, .t = t, .nodes = g->n_nodes + 1 };
    size_t pairs = (size_t)j.nodes * p->n_states;
    double slack = 0;
    if (pairs > PAIRS_MAX)
        return err_set(err,
                       "%" PRIu32 " nodes in %" PRIu32 " hidden states are too many to be "
                       "judged together",
                       g->n_nodes, p->n_states);
    number_percepts(&j);
    j.v = xcalloc(pairs, sizeof *j.v);
    if (t->horizon)
        j.next = xcalloc(pairs, sizeof *j.next);
    bool ok = t->horizon ? judge_finite(&j) : judge_endless(&j, &slack);
    double value = pomdp_dot(p->start, j.v + (size_t)g->start * p->n_states, p->n_states);
    *lo = value - slack;
    *hi = value + slack;
    free(j.percept);
    free(j.v);
    free(j.next);
    return ok || err_set(err, "interrupted");
}
