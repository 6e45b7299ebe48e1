#include "config.h"

#include "bayes.h"
#include "fsm.h"
#include "hidden.h"
#include "ice.h"
#include "registry.h"
#include "selves.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Self-AIXI: does not plan. It believes that it will go on as one of the policies that its
 * own past actions make likely, zeta, and does what is best once before that:
 *     argmax_a Q^zeta_xi(h, a) = sum_pi sum_nu omega(pi | h) w(nu | h) Q^pi_nu(h, a).
 * Catt, Grau-Moya, Hutter et al., "Self-Predictive Universal AI" (NeurIPS 2023). That it
 * becomes optimal assumes more than holds of small classes: without exploration it never
 * learns how it would act where it never is. With it (Kim & Lee, arXiv 2602.23242v3) it
 * becomes optimal for somebody who goes on exploring. Whether omega is to know of the
 * action that is weighed is not one thing in the paper: `selfupdate`. */

struct config {
    struct bayes_conf bayes;
    int policies, selfupdate;
    double soft, epsilon;
};
struct self_aixi {
    struct bayes bayes;
    struct selves *selves; /* owned */
    bool selfupdate;
    double epsilon, unit; /* of a value as a mean reward, in units of reward */
    double zeta;          /* V^zeta_xi at the last choice, points to go */
    double surprise;      /* -ln zeta(a) of the last own action */
    size_t cells;
    uint32_t *label; /* [cells] what it sees there, for the screen alone; NULL: no map */
};

static const char *const policies[] = { "stationary", "optimal", "kt", NULL };

static const struct param params[] = {
    CHOICE("policies", policies, policies, .def = SELVES_STATIONARY,
           .help = "what it may be: any map of observations to actions; the optimal policy "
                   "of a hypothesis; counts"),
    REAL("soft", soft, .def = 0.1, .max = 1,
         .help = "chance that a policy does otherwise; not of kt"),
    CHOICE("selfupdate", selfupdate, no_yes,
           .help = "whether it knows itself to do what it weighs"),
    REAL("epsilon", epsilon, .max = 1, .help = "chance of another action than the best"),
    PLANNING_PARAMS_FROM(0.9, bayes, NULL, 0),
    MODEL_PARAMS(bayes),
    { 0 },
};

static const struct hidden *worlds(const struct self_aixi *s)
{
    return hidden_of(s->bayes.model);
}

static void close_self(struct agent *ag)
{
    free(((struct self_aixi *)ag)->label);
    selves_free(((struct self_aixi *)ag)->selves);
    bayes_close(ag);
}

static bool open_selves(struct self_aixi *s, const struct config *c, struct err *err)
{
    const struct discount *d = &s->bayes.aim.plan.discount;
    struct selves_conf conf = { .kind = (enum selves_kind)c->policies,
                                .soft = c->soft,
                                .horizon = (uint32_t)c->bayes.horizon };
    if (!worlds(s))
        return err_set(err, "self-aixi needs hypotheses that are automata, to know what "
                            "policies are worth in them");
    if (d->kind != DISCOUNT_GEOMETRIC)
        return err_set(err, "self-aixi needs discount=geometric");
    conf.gamma = d->gamma;
    s->unit = (conf.horizon ? 1 / aim_weight(&s->bayes.aim, 0) : 1 - conf.gamma) /
              s->bayes.model->space.scale;
    s->selves = selves_new(&conf, worlds(s), err);
    return s->selves;
}

/* What is seen in each cell of the map, by the last edge of the true world that leads
 * there; nothing where that is hidden or too large, or policies see no observations. */
static void map_labels(struct self_aixi *s, const struct env *truth)
{
    enum { STATES = 4096 };
    struct alphabet percepts = { 0 };
    double *start = NULL;
    bool mapped = truth->ops->cell && !truth->text && !truth->n_hidden &&
                  selves_label(s->selves, NULL) != UINT32_MAX;
    struct fsm *f = mapped ? fsm_new_whole(truth, STATES, &percepts, &start) : NULL;
    s->cells = (size_t)truth->rows * (size_t)truth->cols;
    if (f) {
        s->label = xcalloc(s->cells, sizeof *s->label);
        memset(s->label, 0xff, s->cells * sizeof *s->label);
    }
    for (uint32_t i = 0; f && i < f->first[(size_t)f->n_states * f->n_actions]; i++) {
        const unsigned char *to = f->state + f->edge[i].next * f->state_size;
        int cell = truth->ops->cell(truth, to, 0);
        if (cell >= 0 && (size_t)cell < s->cells)
            s->label[cell] = selves_label(s->selves, &percepts.at[f->edge[i].percept]);
    }
    if (f)
        fsm_free(f);
    free(start);
    alphabet_release(&percepts);
}

static struct agent *open_self(const void *config, const struct env *truth, struct err *err)
{
    const struct config *c = config;
    struct bayes_conf conf = c->bayes;
    struct self_aixi *s = xcalloc(1, sizeof *s);
    s->bayes.base.ops = &agent_self_aixi;
    s->selfupdate = c->selfupdate;
    s->epsilon = c->epsilon;
    s->zeta = s->surprise = NAN;
    conf.model = bayes_plain(conf.model);
    if (!bayes_init(&s->bayes, &conf, truth, NULL, task_reward, err)) {
        free(s);
        return NULL;
    }
    if (open_selves(s, c, err)) {
        map_labels(s, truth);
        return &s->bayes.base;
    }
    close_self(&s->bayes.base);
    return NULL;
}

/* One of the others, alike; drawn for where there is something to draw alone. */
static unsigned explore(const struct self_aixi *s, unsigned best, struct rng *rng)
{
    uint32_t n = s->bayes.model->space.n_actions;
    if (!(s->epsilon > 0) || n == 1 || !rng_bernoulli(rng, s->epsilon))
        return best;
    unsigned other = rng_below(rng, n - 1);
    return other < best ? other : other + 1;
}

/* What is shown beside Q^zeta bounds the Q of who plans in the same mixture: Q^zeta itself,
 * which a policy has, and the optimum of who knows the world. */
static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct self_aixi *s = (struct self_aixi *)ag;
    struct verdict *v = &s->bayes.aim.verdict;
    double zeta[ACTIONS_MAX];
    (void)err;
    selves_look(s->selves, worlds(s));
    v->n = s->bayes.model->space.n_actions;
    selves_values(s->selves, s->selfupdate, v->value, &s->zeta);
    selves_optimum(s->selves, v->hi);
    selves_law(s->selves, zeta);
    v->best = 0;
    for (uint32_t a = 0; a < v->n; a++) {
        v->lo[a] = v->value[a];
        v->best = v->value[a] > v->value[v->best] ? a : v->best;
    }
    *action = explore(s, v->best, rng);
    s->bayes.phase = *action == v->best ? "" : "explore";
    s->surprise = -log(zeta[*action]);
    return true;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct self_aixi *s = (struct self_aixi *)ag;
    selves_look(s->selves, worlds(s));
    if (!bayes_update(ag, c, err))
        return false;
    selves_look(s->selves, worlds(s));
    selves_update(s->selves, c, c->by == BY_AGENT);
    return true;
}

static double greatest(const double *q, uint32_t n)
{
    double top = NAN;
    for (uint32_t a = 0; a < n; a++)
        top = fmax(top, q[a]);
    return top;
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    const struct self_aixi *s = (const struct self_aixi *)ag;
    const struct verdict *v = &s->bayes.aim.verdict;
    const struct metric own[] = {
        { "self_surprise", s->surprise },
        { "self_entropy_bits", selves_entropy(s->selves) / M_LN2 },
        { "self_value", greatest(v->value, v->n) * s->unit },
        { "zeta_value", s->zeta * s->unit },
        { "optimum_value", greatest(v->hi, v->n) * s->unit },
    };
    size_t k = bayes_report(ag, out, n);
    for (size_t i = 0; i < sizeof own / sizeof *own && k < n; i++)
        out[k++] = own[i];
    return k;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct self_aixi *s = (struct self_aixi *)ag;
    bayes_ice(ag, ice);
    selves_ice(s->selves, ice);
    ice_piece(ice, &s->zeta, sizeof s->zeta);
    ice_piece(ice, &s->surprise, sizeof s->surprise);
}

/* ---- the screen */

/* The heaviest policies, of equal ones the first, and what they are worth. */
static size_t rows(const struct agent *ag, const char *table, struct mind_row *out,
                   size_t cap)
{
    const struct self_aixi *s = (const struct self_aixi *)ag;
    const double *w = selves_weights(s->selves);
    size_t n = 0;
    if (strcmp(table, "selves") != 0 || !w)
        return bayes_mind.rows(ag, table, out, cap);
    size_t *which = xcalloc(cap, sizeof *which);
    for (size_t p = 0; p < selves_count(s->selves); p++) {
        size_t k = n < cap ? n++ : n;
        if (k == cap && !(k && w[p] > w[which[k - 1]]))
            continue;
        for (k = n - 1; k && w[p] > w[which[k - 1]]; k--)
            which[k] = which[k - 1];
        which[k] = p;
    }
    selves_look(s->selves, worlds(s));
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct mind_row){ .p = w[which[i]],
                                    .value = selves_value(s->selves, which[i]) };
        selves_text(s->selves, which[i], out[i].name, sizeof out[i].name);
    }
    free(which);
    return n;
}

/* The first of the likeliest; -1: all are alike, up to rounding. */
static int8_t likeliest_of(const double *p, uint32_t n)
{
    unsigned top = 0;
    for (uint32_t a = 1; a < n; a++)
        top = p[a] > p[top] ? a : top;
    return p[top] * n > 1 + 1e-9 ? (int8_t)top : -1;
}

/* By the heaviest hypothesis. */
static bool habits(const struct agent *ag, struct habit *cell, size_t n)
{
    const struct self_aixi *s = (const struct self_aixi *)ag;
    const struct hidden *m = worlds(s);
    uint32_t n_actions = s->bayes.model->space.n_actions;
    size_t likeliest = 0;
    if (!s->label || n != s->cells)
        return false;
    for (size_t k = 1; k < m->n; k++)
        likeliest = m->w[k] > m->w[likeliest] ? k : likeliest;
    selves_look(s->selves, m);
    for (size_t i = 0; i < n; i++) {
        double p[ACTIONS_MAX];
        cell[i] = (struct habit){ .own = -1, .best = -1 };
        if (s->label[i] == UINT32_MAX)
            continue;
        selves_law_at(s->selves, s->label[i], p);
        cell[i].own = likeliest_of(p, n_actions);
        cell[i].p = cell[i].own < 0 ? 0 : (float)p[cell[i].own];
        cell[i].best = (int8_t)selves_greedy(s->selves, likeliest, s->label[i]);
    }
    return true;
}

static bool belief(const struct agent *ag, double *cell, size_t n)
{
    return bayes_mind.belief(ag, cell, n);
}

static const char *const tables[] = { "selves", NULL };

static const struct mind_ops mind = {
    .inspect = bayes_inspect,
    .belief = belief,
    .tables = tables,
    .rows = rows,
    .habits = habits,
    .foresee = bayes_foresee,
};

const struct agent_ops agent_self_aixi = {
    .kind.name = "self-aixi",
    .kind.title = "best once, and then as it knows itself",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_self,
    .close = close_self,
    .act = act,
    .update = update,
    .report = report,
    .ice = ice,
    .mind = &mind,
};
