#include "config.h"

#include "automata.h"
#include "bayes.h"
#include "potential.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the screen is told of a Bayesian agent. */

static void inspect_plan(const struct aim *m, struct insight *out)
{
    const struct verdict *v = &m->verdict;
    memcpy(out->value, v->value, sizeof out->value);
    memcpy(out->lo, v->lo, sizeof out->lo);
    memcpy(out->hi, v->hi, sizeof out->hi);
    memcpy(out->visits, v->visits, sizeof out->visits);
    out->nodes = v->nodes;
    out->samples = v->simulations;
    out->steps = v->steps;
    out->depth = v->depth;
    if (m->last && m->last->ops->ahead)
        out->n_plan = m->last->ops->ahead(m->last, out->plan, INSIGHT_PLAN);
}

static uint32_t live(const struct model *m)
{
    uint32_t alive = 0;
    double *w = xcalloc(m->n, sizeof *w);
    m->ops->posterior(m, w, m->n);
    for (size_t k = 0; k < m->n; k++)
        alive += w[k] > 0;
    free(w);
    return alive;
}

void bayes_inspect(const struct agent *ag, struct insight *out)
{
    const struct bayes *b = (const struct bayes *)ag;
    const struct model *m = b->model;
    out->n_actions = m->space.n_actions;
    inspect_plan(b->shown, out);
    snprintf(out->phase, sizeof out->phase, "%s", b->phase);
    out->life_samples = b->aim.samples;
    out->life_steps = b->aim.steps;
    out->entropy = bayes_entropy(m);
    out->entropy_start = b->entropy_start;
    out->gain = b->gain;
    out->informed = b->informed;
    if (b->potential) {
        out->ep = potential_true(b->potential);
        out->expected_ep = potential_expected(b->potential);
    }
    out->live = m->n && m->ops->posterior ? live(m) : 0;
    if (b->sampled != NO_HYPOTHESIS && m->ops->about)
        out->sampled = m->ops->about(m, b->sampled);
}

static bool belief(const struct agent *ag, double *cell, size_t n)
{
    const struct bayes *b = (const struct bayes *)ag;
    const struct model *m = b->model;
    if (m->ops->heat)
        return m->ops->heat(m, cell, n);
    if (!m->ops->about || !m->ops->posterior || m->n < 2)
        return false;
    bool any = false;
    double *w = xcalloc(m->n, sizeof *w);
    m->ops->posterior(m, w, m->n);
    memset(cell, 0, n * sizeof *cell);
    for (size_t k = 0; k < m->n; k++) {
        int c = m->ops->about(m, k);
        if (c >= 0 && (size_t)c < n) {
            cell[c] += w[k];
            any = true;
        }
    }
    free(w);
    return any;
}

static bool hidden(const struct agent *ag, double *p, size_t n)
{
    const struct model *m = ((const struct bayes *)ag)->model;
    return m->ops->hidden && m->ops->hidden(m, p, n);
}

static const char *const tables[] = { "hypotheses", NULL };

static bool chart(const struct agent *ag, uint8_t *ink, size_t n)
{
    const struct model *m = ((const struct bayes *)ag)->model;
    return m->ops->chart && m->ops->chart(m, ink, n);
}

/* Its hypotheses, where it has some. */
static size_t rows(const struct agent *ag, const char *table, struct mind_row *out,
                   size_t cap)
{
    const struct bayes *b = (const struct bayes *)ag;
    const struct model *m = b->model;
    if (strcmp(table, tables[0]) != 0 || !m->n || !cap)
        return 0;
    size_t *which = xcalloc(cap, sizeof *which);
    double *w = xcalloc(cap, sizeof *w);
    size_t n = model_top(m, which, w, cap);
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct mind_row){ .p = w[i], .value = NAN };
        if (m->ops->text)
            m->ops->text(m, which[i], out[i].name, sizeof out[i].name);
        else
            snprintf(out[i].name, sizeof out[i].name, "%zu", which[i]);
    }
    free(which);
    free(w);
    return n;
}

/* ---- what it believes actions to pay */

enum { SPREAD_MAX = 1 << 16 }; /* hypotheses x actions that are looked at */

static void spread_action(const double *mean, const double *w, size_t n, uint32_t n_actions,
                          struct spread *s)
{
    double sum = 0, square = 0, width = (double)s->hi - (double)s->lo;
    for (size_t k = 0; k < n; k++) {
        double x = mean[k * n_actions];
        double at = width > 0 ? (x - (double)s->lo) / width * SPREAD_BINS : 0;
        sum += w[k] * x;
        square += w[k] * x * x;
        s->bin[at < SPREAD_BINS - 1 ? (size_t)at : SPREAD_BINS - 1] += (float)w[k];
    }
    s->mean = (float)sum;
    s->deviation = (float)sqrt(fmax(0, square - sum * sum));
}

/* Hypothesis by hypothesis, which actions pay most. */
static void share_best(const double *mean, const double *w, size_t n, uint32_t n_actions,
                       struct spread *out)
{
    for (size_t k = 0; k < n; k++) {
        const double *row = mean + k * n_actions;
        double top = row[0];
        unsigned ties = 0;
        for (uint32_t a = 0; a < n_actions; a++)
            top = fmax(top, row[a]);
        for (uint32_t a = 0; a < n_actions; a++)
            ties += row[a] >= top;
        for (uint32_t a = 0; a < n_actions; a++)
            out[a].best += row[a] >= top ? (float)(w[k] / ties) : 0;
    }
}

static bool spread(const struct agent *ag, struct spread *out)
{
    struct model *m = ((const struct bayes *)ag)->model;
    uint32_t n_actions = m->space.n_actions;
    size_t n = m->n, all = n * n_actions;
    if (!m->ops->mean || !m->ops->posterior || n < 2 || all > SPREAD_MAX)
        return false;
    double *mean = xcalloc(all, sizeof *mean), *w = xcalloc(n, sizeof *w);
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    m->ops->posterior(m, w, n);
    for (size_t i = 0; i < all; i++) {
        mean[i] = m->ops->mean(m, i / n_actions, (unsigned)(i % n_actions));
        lo = fmin(lo, mean[i]);
        hi = fmax(hi, mean[i]);
    }
    for (uint32_t a = 0; a < n_actions; a++) {
        out[a] = (struct spread){ .lo = (float)lo, .hi = (float)hi };
        spread_action(mean + a, w, n, n_actions, &out[a]);
    }
    share_best(mean, w, n, n_actions, out);
    free(mean);
    free(w);
    return true;
}

size_t bayes_twigs(const struct agent *ag, struct twig *out, size_t n)
{
    const struct aim *m = ((const struct bayes *)ag)->shown;
    return m->last && m->last->ops->twigs ? m->last->ops->twigs(m->last, out, n) : 0;
}

/* ---- what it expects */

enum { PERCEPTS = 256, DRAWS = 32 };
struct crowd {
    struct percept e[PERCEPTS];
    size_t n;
};

static void add_percept(struct crowd *c, struct percept e)
{
    for (size_t i = 0; i < c->n; i++)
        if (percept_key(c->e[i]) == percept_key(e))
            return;
    if (c->n < PERCEPTS)
        c->e[c->n++] = e;
}

/* All percepts that may come, or those found in some draws from a stream of the screen's
 * own where the model cannot list them or there are too many. */
static void find_percepts(struct model *m, unsigned action, void *snap, uint64_t t,
                          struct crowd *c)
{
    struct rng rng;
    c->n = m->ops->support ? m->ops->support(m, action, c->e, PERCEPTS) : 0;
    if (c->n && c->n <= PERCEPTS)
        return;
    c->n = 0;
    rng_init(&rng, &(struct rng_key){ t, RNG_AGENT, "outlook", 0, action });
    for (int i = 0; i < DRAWS; i++) {
        struct outcome o = { 0 };
        model_save(m, snap);
        m->ops->step(m, action, &rng, &o);
        model_restore(m, snap);
        model_release(m);
        add_percept(c, o.e);
    }
}

static void insert(struct prospect *to, double p, struct percept e)
{
    int k = OUTLOOK_LIKELY - 1;
    if (!(p > (double)to->p[k]))
        return;
    for (; k > 0 && p > (double)to->p[k - 1]; k--) {
        to->p[k] = to->p[k - 1];
        to->e[k] = to->e[k - 1];
    }
    to->p[k] = (float)p;
    to->e[k] = e;
}

static void foresee_action(struct bayes *b, unsigned action, void *snap,
                           struct prospect *to)
{
    struct crowd c;
    double sum = 0, mean = 0;
    *to = (struct prospect){ 0 };
    find_percepts(b->model, action, snap, b->base.t, &c);
    for (size_t i = 0; i < c.n; i++) {
        double p = model_prob(b->model, action, c.e[i], snap);
        sum += p;
        mean += p * c.e[i].rew;
        insert(to, p, c.e[i]);
    }
    to->mean = sum > 0 ? (float)(mean / sum) : NAN;
}

static const struct automata *hypotheses(struct agent *ag)
{
    return automata_of(((struct bayes *)ag)->model);
}

static bool expects(struct agent *ag, double *p)
{
    struct bayes *b = (struct bayes *)ag;
    struct model *m = b->model;
    struct crowd c;
    if (!m->space.n_obs || m->space.n_obs > ACTIONS_MAX || !m->ops->support)
        return false;
    c.n = m->ops->support(m, 0, c.e, PERCEPTS);
    for (uint32_t o = 0; o < m->space.n_obs; o++)
        p[o] = 0;
    for (size_t i = 0; i < c.n && c.n <= PERCEPTS; i++)
        p[c.e[i].obs] += model_prob(m, 0, c.e[i], b->aim.snap);
    return c.n && c.n <= PERCEPTS;
}

void bayes_foresee(struct agent *ag, struct outlook *out)
{
    struct bayes *b = (struct bayes *)ag;
    void *snap = xcalloc(1, b->model->snap_size);
    out->n_actions = b->model->space.n_actions;
    for (unsigned a = 0; a < out->n_actions; a++)
        foresee_action(b, a, snap, &out->action[a]);
    free(snap);
}

void bayes_foresee_bits(struct model *m, struct outlook *out)
{
    unsigned n, slots;
    const struct predictor *p = bitwise_predictor(m, &slots);
    size_t cap = p->context + 1;
    double *weight = xcalloc(cap, sizeof *weight);
    out->bits = bitwise_recent(m, &n);
    out->n_bits = n;
    out->depth = p->context;
    if (bitwise_orders(m, weight, cap))
        out->n_orders = cap < OUTLOOK_ORDERS ? (uint32_t)cap : OUTLOOK_ORDERS;
    for (size_t d = 0; d < cap && out->n_orders; d++) {
        size_t bin = (d * (out->n_orders - 1) + out->depth - 1) / out->depth;
        out->order[bin] += (float)weight[d];
    }
    free(weight);
}

const struct mind_ops bayes_mind = {
    .inspect = bayes_inspect,
    .belief = belief,
    .chart = chart,
    .hidden = hidden,
    .tables = tables,
    .rows = rows,
    .spread = spread,
    .foresee = bayes_foresee,
    .expects = expects,
    .hypotheses = hypotheses,
    .twigs = bayes_twigs,
};
