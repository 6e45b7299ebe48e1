#include "config.h"

#include "belief_values.h"
#include "policy_graph.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The plan of a graph of beliefs as a machine: a node for each belief, and cycle where
 * there is a last one, that following it can lead to, and one for each action that is done
 * for ever. */
struct writer {
    struct beliefs *g;
    const struct belief_values *v;
    uint32_t horizon; /* 0: without end */
    struct policy_graph *out;
    uint32_t *node;  /* of an entry of the plan, 1 + its number; owned */
    uint32_t *blind; /* [n_actions] the same of actions for ever; owned */
    struct stop {
        uint32_t k, i;
    } * from; /* of each node; owned */
    uint32_t cap;
    uint32_t *next; /* [percepts] scratch, owned */
    bool full;
};

enum { CELLS_MAX = 1 << 26 };

static uint32_t new_node(struct writer *w, unsigned action, struct stop from)
{
    struct policy_graph *g = w->out;
    if (((size_t)g->n_nodes + 1) * g->n_percepts > CELLS_MAX) {
        w->full = true;
        return 0;
    }
    if (g->n_nodes == w->cap) {
        w->cap = w->cap ? 2 * w->cap : 64;
        g->action = xrealloc(g->action, w->cap, 1);
        g->next = xrealloc(g->next, w->cap, g->n_percepts * sizeof *g->next);
        w->from = xrealloc(w->from, w->cap, sizeof *w->from);
    }
    g->action[g->n_nodes] = (uint8_t)action;
    w->from[g->n_nodes] = from;
    return g->n_nodes++;
}

static uint32_t blind_node(struct writer *w, unsigned a)
{
    if (!w->blind[a])
        w->blind[a] = 1 + new_node(w, a, (struct stop){ 0, NO_BELIEF });
    return w->blind[a] - 1;
}

static uint32_t node_of(struct writer *w, uint32_t k, uint32_t i)
{
    if (i == NO_BELIEF || (w->horizon && k == w->horizon))
        return NO_NODE;
    uint8_t choice = belief_values_choice(w->v, k, i);
    uint32_t *node = &w->node[belief_values_offset(w->v, k) + i];
    if (choice >= BLIND)
        return blind_node(w, choice - BLIND);
    if (!*node)
        *node = 1 + new_node(w, choice, (struct stop){ k, i });
    return *node - 1;
}

/* Its ways on. */
static void link_node(struct writer *w, uint32_t node)
{
    struct policy_graph *g = w->out;
    struct stop at = w->from[node];
    bool last = w->horizon && at.k + 1 == w->horizon;
    if (at.i != NO_BELIEF && !last)
        beliefs_after(w->g, at.i, g->action[node], w->next);
    for (uint32_t z = 0; z < g->n_percepts && !w->full; z++) {
        uint32_t next = at.i == NO_BELIEF ? node
                        : last            ? NO_NODE
                               : node_of(w, w->horizon ? at.k + 1 : 0, w->next[z]);
        g->next[(size_t)node * g->n_percepts + z] = next;
    }
}

bool belief_policy(struct beliefs *g, struct belief_values *v, uint32_t horizon,
                   struct policy_graph *out, struct err *err)
{
    const struct alphabet *e = &g->p->percepts;
    *out = (struct policy_graph){ .n_percepts = e->n };
    if (!belief_values_plan(v))
        return err_set(err, "the plan of %" PRIu32 " beliefs is too large to be written",
                       g->n);
    uint32_t delays = horizon ? horizon : 1;
    struct writer w = { .g = g, .v = v, .horizon = horizon, .out = out };
    w.node = xcalloc(belief_values_offset(v, delays), sizeof *w.node);
    w.blind = xcalloc(g->p->n_actions, sizeof *w.blind);
    w.next = xcalloc(e->n, sizeof *w.next);
    out->percept = xcalloc(e->n, sizeof *out->percept);
    memcpy(out->percept, e->at, e->n * sizeof *e->at);
    out->start = node_of(&w, 0, 0);
    for (uint32_t i = 0; i < out->n_nodes && !w.full; i++)
        link_node(&w, i);
    free(w.node);
    free(w.blind);
    free(w.next);
    free(w.from);
    if (w.full)
        policy_graph_release(out);
    return !w.full || err_set(err, "the plan is too large to be written");
}
