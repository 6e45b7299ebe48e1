#include "config.h"

#include "mcts.h"
#include "planner.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Monte-Carlo tree search, as mcts.h has it. */

struct config {
    int64_t samples, max_nodes;
    double ucb, budget;
    int root_sampling, reuse, range;
};

static const struct param params[] = {
    INT("samples", samples, .def = 600, .min = 1, .max = 1e7,
        .help = "mcts: samples per search"),
    REAL("ucb", ucb, .def = 0.5, .max = 1000, .help = "mcts: exploration constant"),
    TIME("budget", budget, .max = 3600,
         .help = "mcts: time per search instead of samples; not deterministic"),
    CHOICE("root-sampling", root_sampling, root_names, .def = ROOT_YES,
           .help = "mcts: draw one hypothesis, or state, per sample where that may be"),
    CHOICE("reuse", reuse, reuse_names,
           .help = "mcts: keep the subtree from cycle to cycle"),
    CHOICE("range", range, range_names,
           .help = "mcts: scale values by what can come from their depth, or the root"),
    INT("max-nodes", max_nodes, .def = 1 << 17, .min = 16, .max = 1 << 26, .unit = "nodes",
        .help = "mcts: bound of the search tree"),
    { 0 },
};

struct searcher {
    struct planner base;
    struct mcts *mcts; /* owned */
    bool searched;     /* the tree is of this cycle */
};

static struct planner *open_searcher(const void *config, const struct plan *p)
{
    const struct config *c = config;
    struct searcher *s = xcalloc(1, sizeof *s);
    s->base.ops = &planner_mcts;
    s->mcts =
        mcts_new(&(struct mcts_conf){ .samples = (uint32_t)c->samples,
                                      .budget = c->budget,
                                      .max_nodes = (uint32_t)c->max_nodes,
                                      .explore = c->ucb,
                                      .root_sampling = (enum root_sampling)c->root_sampling,
                                      .reuse = (enum reuse)c->reuse,
                                      .range = (enum range)c->range },
                 p);
    return &s->base;
}

static void close_searcher(struct planner *pl)
{
    mcts_free(((struct searcher *)pl)->mcts);
    free(pl);
}

static double effort(const void *config, const struct plan *p)
{
    const struct config *c = config;
    double samples = p->simulations ? (double)p->simulations : (double)c->samples;
    return c->budget > 0 ? 0 : samples * p->horizon;
}

static unsigned needs(const void *config)
{
    const struct config *c = config;
    return (c->budget > 0 ? PLAN_BY_CLOCK : 0u) |
           (c->reuse == REUSE_BELIEF ? PLAN_BY_BELIEF : 0u);
}

static void plan(struct planner *pl, const struct plan *p, struct rng *rng,
                 struct verdict *out)
{
    struct searcher *s = (struct searcher *)pl;
    uint32_t visits[ACTIONS_MAX];
    out->best = mcts_search(s->mcts, p, rng);
    s->searched = true;
    struct mcts_stats st = mcts_stats(s->mcts);
    out->n = p->model->space.n_actions;
    mcts_values(s->mcts, out->value, visits);
    for (uint32_t a = 0; a < out->n; a++) {
        out->visits[a] = visits[a];
        out->lo[a] = out->hi[a] = NAN;
    }
    out->simulations = st.samples;
    out->steps = st.steps;
    out->nodes = st.nodes;
    out->states = 0;
    out->depth = st.depth;
    out->how = st.cancelled ? PLAN_CANCELLED : PLAN_DONE;
}

static void advance(struct planner *pl, unsigned action, struct percept e, bool same_belief)
{
    struct searcher *s = (struct searcher *)pl;
    if (s->searched)
        mcts_advance(s->mcts, action, e, same_belief);
    else
        mcts_forget(s->mcts);
    s->searched = false;
}

static void ice(struct planner *pl, const struct plan *p, struct ice *ice)
{
    struct searcher *s = (struct searcher *)pl;
    bool kept = mcts_keeps(s->mcts);
    ice_piece(ice, &s->searched, sizeof s->searched);
    ice_piece(ice, &kept, sizeof kept);
    if (ice->way == ICE_THAW)
        mcts_reset(s->mcts);
    if (kept)
        mcts_ice(s->mcts, p, ice);
}

static size_t twigs(const struct planner *pl, struct twig *out, size_t n)
{
    return mcts_twigs(((const struct searcher *)pl)->mcts, out, n);
}

static uint32_t ahead(const struct planner *pl, uint8_t *actions, uint32_t n)
{
    return mcts_plan(((const struct searcher *)pl)->mcts, actions, n);
}

const struct planner_ops planner_mcts = {
    .kind.name = "mcts",
    .kind.title = "Monte-Carlo tree search",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .automatic = true,
    .open = open_searcher,
    .close = close_searcher,
    .plan = plan,
    .effort = effort,
    .needs = needs,
    .advance = advance,
    .ice = ice,
    .twigs = twigs,
    .ahead = ahead,
};
