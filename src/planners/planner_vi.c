#include "config.h"

#include "automata.h"
#include "planner.h"
#include "registry.h"
#include "vi.h"
#include "xalloc.h"

#include <stdlib.h>

/* Value iteration in the one hypothesis that is followed, where it is an automaton. */

struct known {
    struct planner base;
    struct discount discount;
    struct vi **vi; /* [n] owned, as they are followed */
    size_t n, last; /* hypotheses; the one of the last plan */
    const struct fsm *world;
    uint32_t at, horizon; /* state planned from; 0: as far as the discount looks */
    uint32_t looks;       /* the horizon of the last plan, which may be nearer */
};

static bool fits(const struct plan *p, struct err *err)
{
    if (!p->followed || !automata_of(p->model))
        return err_set(err, "it solves one known automaton at a time");
    return vi_fits(p->utility, err);
}

static struct planner *open_known(const void *config, const struct plan *p)
{
    struct known *s = xcalloc(1, sizeof *s);
    (void)config;
    s->base.ops = &planner_vi;
    s->discount = p->discount;
    s->horizon = p->effective ? 0 : p->horizon;
    s->n = p->model->n;
    s->vi = xcalloc(s->n, sizeof *s->vi);
    return &s->base;
}

static void close_known(struct planner *pl)
{
    struct known *s = (struct known *)pl;
    for (size_t k = 0; k < s->n; k++)
        vi_free(s->vi[k]);
    free(s->vi);
    free(s);
}

/* The values of hypothesis k from state `at`; who asked last is remembered. */
static const double *values(struct known *s, const struct plan *p,
                            const struct automata *au, size_t k, uint32_t at)
{
    s->world = au->fsm[k];
    s->last = k;
    s->at = at;
    if (!s->vi[k])
        s->vi[k] = vi_new(s->world, p->utility, &s->discount, s->horizon);
    s->looks = s->horizon && p->horizon < s->horizon ? p->horizon : s->horizon;
    vi_look(s->vi[k], s->looks);
    vi_heed(s->vi[k], p->cancel);
    return vi_values(s->vi[k], at, p->now);
}

/* The values of the hypothesis that is followed, from where it stands. */
static const double *solve(struct known *s, const struct plan *p)
{
    const struct automata *au = automata_of(p->model);
    size_t k = p->followed - 1;
    return values(s, p, au, k, au->at[k]);
}

static void plan(struct planner *pl, const struct plan *p, struct rng *rng,
                 struct verdict *out)
{
    struct known *s = (struct known *)pl;
    verdict_exact(out, solve(s, p), p->model->space.n_actions, rng);
    out->states = s->world->n_states;
    if (p->cancel && atomic_load_explicit(p->cancel, memory_order_relaxed))
        out->how = PLAN_CANCELLED;
}

static double promise(struct planner *pl, const struct plan *p)
{
    const double *value = solve((struct known *)pl, p);
    double top = value[0];
    for (uint32_t a = 1; a < p->model->space.n_actions; a++)
        top = value[a] > top ? value[a] : top;
    return top;
}

static void ice(struct planner *pl, const struct plan *p, struct ice *ice)
{
    struct known *s = (struct known *)pl;
    ice_piece(ice, &s->last, sizeof s->last);
    ice_piece(ice, &s->at, sizeof s->at);
    if (ice->way == ICE_THAW)
        values(s, p, automata_of(p->model), s->last, s->at);
}

/* A walk along the likeliest edges, doing what is meant to be done by then. */
static uint32_t ahead(const struct planner *pl, uint8_t *actions, uint32_t cap)
{
    const struct known *s = (const struct known *)pl;
    const struct fsm *f = s->world;
    uint32_t state = s->at, n = 0;
    while (n < cap && n < VI_PLAN && (!s->looks || n < s->looks)) {
        unsigned action = vi_intention(s->vi[s->last], state, n);
        actions[n++] = (uint8_t)action;
        const uint32_t *first = f->first + state * f->n_actions + action;
        const struct fsm_edge *likely = f->edge + first[0];
        for (uint32_t i = first[0] + 1; i < first[1]; i++)
            if (f->edge[i].p > likely->p)
                likely = f->edge + i;
        state = likely->next;
    }
    return n;
}

const struct planner_ops planner_vi = {
    .kind.name = "vi",
    .kind.title = "value iteration in one known world",
    .kind.version = 1,
    .kind.params = no_params,
    .kind.form_of = "exact",
    .automatic = true,
    .follows = true,
    .fits = fits,
    .exact = true,
    .open = open_known,
    .close = close_known,
    .plan = plan,
    .promise = promise,
    .ice = ice,
    .ahead = ahead,
};
