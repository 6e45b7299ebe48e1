#include "config.h"

#include "belief_graph.h"
#include "performance.h"
#include "xalloc.h"

#include <stdlib.h>

enum { STATES_MAX = 1 << 20 };

/* ---- values */

static void sweep(const struct belief_graph *g, uint32_t n, const struct worths *old,
                  struct worths *new)
{
    for (uint32_t i = 0; i < n; i++)
        for (unsigned a = 0; a < g->n_actions; a++) {
            size_t pair = (size_t)i * g->n_actions + a;
            const struct belief_pays *p = &g->pays[pair];
            struct worths q = { p->reward, p->wanted, p->wanted,
                                p->wanted, p->reward, p->reward };
            for (size_t e = g->link_first[pair]; e < g->link_first[pair + 1]; e++)
                worths_add(&q, g->link[e].p, &old[g->link[e].next]);
            worths_take(&new[i], &q, !a);
        }
}

/* What the starts are worth: those that look alike are one belief. */
static void evaluate(struct belief_graph *g, const double *chance, uint32_t n_starts,
                     const struct performance_bounds *in, struct performance *p)
{
    struct worths *old = xcalloc(g->n, sizeof *old), *new = xcalloc(g->n, sizeof *new);
    for (uint32_t k = 1; k <= g->horizon && !performance_cancelled(in); k++) {
        sweep(g, g->within[g->horizon - k], old, new);
        struct worths *swap = old;
        old = new;
        new = swap;
    }
    p->of = (struct worths){ 0 };
    for (uint32_t i = 0; i < n_starts; i++)
        worths_add(&p->of, chance[i], &old[i]);
    p->nodes = g->n;
    p->bytes = belief_graph_bytes(g);
    free(old);
    free(new);
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
    double *wanted = belief_graph_wanted(env, f),
           *chance = xcalloc(f->n_states, sizeof *chance);
    struct belief_graph g = { .env = env,
                              .f = f,
                              .n_actions = f->n_actions,
                              .horizon = in->horizon,
                              .bytes = in->bytes,
                              .cancel = in->cancel,
                              .wanted = wanted,
                              .within = xcalloc(in->horizon, sizeof *g.within) };
    uint32_t n_starts = belief_graph_begin(&g, start, chance);
    bool ok = belief_graph_explore(&g, err);
    if (ok)
        evaluate(&g, chance, n_starts, in, p);
    p->method = "beliefs";
    free(chance);
    free(wanted);
    free(g.within);
    belief_graph_release(&g);
    free(start);
    fsm_free(f);
    alphabet_release(&percepts);
    return ok;
}
