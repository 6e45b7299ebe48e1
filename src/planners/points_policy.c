#include "config.h"

#include "nodes.h"
#include "points.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* The plan of a vector as a graph: vectors are its nodes, each after those that lead to
 * it. */

/* A table of more entries than this is no policy that anybody reads. */
static const double ENTRIES_MAX = 1e8;

struct walk {
    const struct nodes *s;
    uint32_t *number; /* [vectors] node, NO_NODE: not met */
    uint32_t *met;    /* [n] vectors */
    uint32_t n;
};

static uint32_t meet(struct walk *w, uint32_t id)
{
    if (id == NO_VECTOR)
        return NO_NODE;
    if (w->number[id] == NO_NODE) {
        w->number[id] = w->n;
        w->met[w->n++] = id;
    }
    return w->number[id];
}

static void meet_all(struct walk *w, uint32_t start)
{
    const struct blocks *b = w->s->bounds->b;
    meet(w, start);
    for (uint32_t i = 0; i < w->n; i++) {
        const struct vector *v = &w->s->lower.vector[w->met[i]];
        size_t pair = block_pair(b, v->set % b->n, v->action);
        for (uint32_t o = 0; o < b->outcomes[pair + 1] - b->outcomes[pair]; o++)
            meet(w, lower_next(&w->s->lower, w->met[i], o));
    }
}

static void write_node(const struct walk *w, uint32_t i, struct policy_graph *g)
{
    const struct blocks *b = w->s->bounds->b;
    const struct vector *v = &w->s->lower.vector[w->met[i]];
    g->action[i] = (uint8_t)v->action;
    for (uint32_t k = 0; k < g->n_percepts; k++) {
        uint32_t o = blocks_outcome(b, v->set % b->n, v->action, k);
        uint32_t next =
            o == UINT32_MAX ? NO_VECTOR : lower_next(&w->s->lower, w->met[i], o);
        g->next[(size_t)i * g->n_percepts + k] =
            next == NO_VECTOR ? NO_NODE : w->number[next];
    }
}

bool points_policy(struct points *p, struct policy_graph *g, struct err *err)
{
    uint32_t start;
    const struct nodes *s = points_nodes(p, &start);
    const struct alphabet *percepts = &s->bounds->b->p->percepts;
    struct walk w = { .s = s };
    w.number = xcalloc(s->lower.n, sizeof *w.number);
    w.met = xcalloc(s->lower.n, sizeof *w.met);
    memset(w.number, 0xff, s->lower.n * sizeof *w.number);
    meet_all(&w, start);
    bool ok =
        (double)w.n * percepts->n < ENTRIES_MAX ||
        err_set(err, "a policy of %u nodes and %u percepts is too large", w.n, percepts->n);
    if (ok) {
        *g = (struct policy_graph){ .n_nodes = w.n, .n_percepts = percepts->n };
        g->percept = xcalloc(percepts->n, sizeof *g->percept);
        memcpy(g->percept, percepts->at, percepts->n * sizeof *g->percept);
        g->action = xcalloc(w.n, sizeof *g->action);
        g->next = xcalloc((size_t)w.n * g->n_percepts, sizeof *g->next);
        for (uint32_t i = 0; i < w.n; i++)
            write_node(&w, i, g);
    }
    free(w.number);
    free(w.met);
    return ok;
}
