#include "config.h"

#include "belief_values.h"
#include "certify.h"
#include "clock.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Expectimax over the graph of beliefs: exact where these are few enough to be numbered.
 * Beliefs that are the same but for rounding are one; if what that costs can be seen in the
 * answer, once more with finer grains. */

static const double grains[] = { 0x1p-40, 0x1p-46, 0x1p-52 };
enum { GRAINS = sizeof grains / sizeof *grains };
/* Edges looked at: in a step; until other methods promise more; in a pass over a graph that
 * is to grow further. */
static const double STEP = 1e6, WISE = 1e8, WISE_ENDLESS = 3e6, PASS_MAX = 3e8;

struct search {
    const struct certify *c;
    const struct certify_task *t;
    const struct pomdp *p;
    struct beliefs *g;
    struct belief_values *v;
    unsigned fineness;     /* of the grains */
    bool valuing;          /* a pass is under way; else the graph grows */
    enum certify_end stop; /* why it grows no more; ON: it does */
    double next_pass;      /* work after which the next one is made */
    double since;          /* on the clock */
    uint64_t before;       /* beliefs expanded with coarser grains */
};

static bool fits(const struct certify_task *t, struct err *err)
{
    const struct discount *d = &t->plan->discount;
    if (t->endless && (d->kind != DISCOUNT_GEOMETRIC || d->gamma >= 1))
        return err_set(err, "without a last cycle it needs discount=geometric below 1");
    return certify_has_pomdp(t, err);
}

static void begin(struct search *s)
{
    s->g = beliefs_new(s->p, grains[s->fineness], s->t->bytes);
    s->v = belief_values_new(s->t, s->g);
    s->valuing = false;
    s->stop = CERTIFY_ON;
    s->next_pass = 0;
}

static void drop(struct search *s)
{
    s->before += s->g->n_expanded;
    belief_values_free(s->v);
    beliefs_free(s->g);
}

static void *open_search(const struct certify *c, struct bracket *b, struct err *err)
{
    struct search *s = xcalloc(1, sizeof *s);
    s->c = c;
    s->t = certify_task_of(c);
    s->since = clock_now();
    s->p = certify_pomdp(c, err);
    if (!s->p) {
        free(s);
        return NULL;
    }
    begin(s);
    belief_values_tell(s->v, b);
    return s;
}

static void close_search(void *self)
{
    struct search *s = self;
    drop(s);
    free(s);
}

/* ---- growing */

/* Whether every belief that counts has been expanded. */
static bool is_whole(const struct search *s)
{
    if (beliefs_closed(s->g))
        return true;
    return !s->t->endless && s->g->depth + 1 >= s->t->plan->horizon;
}

static bool is_unwise(const struct search *s)
{
    if (s->t->beliefs)
        return s->g->n >= s->t->beliefs;
    return (double)s->g->work > (s->t->endless ? WISE_ENDLESS : WISE);
}

/* Whether it has taken its part of a time that is limited: other methods wait. */
static bool is_slow(const struct search *s)
{
    const double part = 0.1;
    return isfinite(s->t->seconds) && clock_now() - s->since > part * s->t->seconds;
}

/* Some more beliefs; then values them if it is time for that. */
static void grow(struct search *s)
{
    double until = (double)s->g->work + STEP;
    while (s->stop == CERTIFY_ON && (double)s->g->work < until) {
        if (is_whole(s))
            s->stop = CERTIFY_EXACT;
        else if (is_unwise(s) || is_slow(s) || !beliefs_expand(s->g))
            s->stop = CERTIFY_MEMORY;
        if ((double)s->g->work > s->next_pass)
            break;
    }
    if (s->stop == CERTIFY_ON && (double)s->g->work <= s->next_pass)
        return;
    double cost = belief_values_cost(s->v);
    s->next_pass = fmax(4 * (double)s->g->work, 10 * cost);
    if (s->stop != CERTIFY_EXACT && cost > fmin(PASS_MAX, 100 * (double)s->g->work + 1e7))
        return;
    belief_values_begin(s->v);
    s->valuing = true;
}

/* ---- values */

static bool is_tight(const struct bracket *b)
{
    return b->upper - b->lower <= 1e-9 * fmax(1, fabs(b->lower));
}

/* What the graph says is known: what comes next. */
static enum certify_end conclude(struct search *s, const struct bracket *b)
{
    if (s->stop != CERTIFY_EXACT || is_tight(b))
        return s->stop;
    if (s->fineness + 1 == GRAINS)
        return CERTIFY_SPENT;
    drop(s);
    s->fineness++;
    begin(s);
    return CERTIFY_ON;
}

static enum certify_end step(void *self, struct bracket *b)
{
    struct search *s = self;
    enum certify_end end = CERTIFY_ON;
    if (!s->valuing) {
        grow(s);
        if (!s->valuing)
            end = s->stop;
    } else if (belief_values_work(s->v, STEP)) {
        belief_values_tell(s->v, b);
        s->valuing = false;
        end = conclude(s, b);
    } else {
        if (s->t->endless)
            belief_values_tell(s->v, b);
        if (s->stop != CERTIFY_EXACT && is_slow(s))
            end = CERTIFY_MEMORY;
    }
    b->backups = s->before + s->g->n_expanded;
    b->points = s->g->n;
    b->bytes = s->g->bytes;
    return end;
}

static bool policy(void *self, struct policy_graph *g, struct err *err)
{
    struct search *s = self;
    if (!s->g->n_expanded && !is_whole(s)) {
        /* It was good enough before it began. */
        if (!beliefs_expand(s->g))
            return err_set(err, "there was no room for a plan");
        belief_values_begin(s->v);
        belief_values_work(s->v, HUGE_VAL);
    }
    return belief_policy(s->g, s->v, belief_values_horizon(s->v), g, err);
}

const struct certifier certifier_beliefs = {
    .name = "beliefs",
    .title = "expectimax over all beliefs that can be reached",
    .finishes = true,
    .fits = fits,
    .open = open_search,
    .step = step,
    .close = close_search,
    .policy = policy,
};
