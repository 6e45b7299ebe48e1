#include "config.h"

#include "automata.h"
#include "bayes.h"
#include "cross.h"
#include "ice.h"
#include "num.h"
#include "registry.h"
#include "teacher.h"
#include "vi.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The pessimist: Cohen & Hutter, "Pessimism about unknown unknowns inspires conservatism"
 * (COLT 2020, arXiv 2006.08753).
 *   1. M^beta is the shortest list of hypotheses, the heaviest first, with sum w > beta.
 *   2. pi^beta = argmax_pi min_{nu in M^beta} V^pi_nu: the hypotheses are fixed now for the
 *      whole future, which is no recursion of Bellman's, so policies are compared one by
 *      one: the optimal ones of all of M^beta.
 *   3. nu' is drawn from the posterior and pi' from that over mentor's policies; the mentor
 *      is asked if V^pi'_nu' > V^beta + Z, or V^beta is the least there can be. The noise Z
 *      is uniform up to a bound that shrinks with each use, as in the public code
 *      (github.com/j-bernardi/pessimistic-agents).
 * The mentor is believed to follow the optimal policy of some hypothesis, but for one
 * action in ten that is anything, or to do anything always; he is learned from his cycles
 * alone. Values are means of the rewards looked at, 0 the least and 1 the greatest of the
 * world. */
static const double SLIP = 0.1, SHRINK = 0.999;

struct config {
    struct bayes_conf bayes;
    double likely, noise;
    char *mentor;
};
struct pessimist {
    struct bayes bayes;
    double beta, noise;
    size_t n;                /* hypotheses */
    struct teacher *teacher; /* owned; NULL: nobody to ask */
    struct cross cross;      /* V of policy i in world j */
    double *anything;        /* [states of all] V of uniformly random actions in world j */
    double *log_mentor;      /* [n + 1] ln of the posterior over the mentor's policies */
    size_t *order;           /* [n] the heaviest first */
    size_t kept;             /* in M^beta */
    double reached;          /* V^beta */
    uint64_t queries;
};

static const struct param params[] = {
    REAL("likely", likely, .def = 0.9, .min = 0, .max = 0.999999999,
         .help = "weight of the hypotheses that it makes the best of the worst of"),
    SPEC("mentor", mentor, teacher_shelf, .unit = "TEACHER",
         .help = "who acts when the agent asks; unset: nobody, it never asks"),
    REAL("noise", noise, .def = 0.1, .min = 0, .max = 1,
         .help = "greatest Z at first, of the range of values"),
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

static const struct automata *worlds(const struct pessimist *s)
{
    return automata_of(s->bayes.model);
}

/* ---- values of policies */

/* The mean reward of anything at all in world j, in its states. */
static void value_anything(struct pessimist *s, size_t j)
{
    const struct fsm *g = worlds(s)->fsm[j];
    const struct space *sp = &s->bayes.model->space;
    const struct discount *d = &s->bayes.aim.plan.discount;
    double gamma = discount_weight(d, 1, 1) / discount_weight(d, 1, 0);
    double range = (double)sp->rew_max - sp->rew_min, weight = aim_weight(&s->bayes.aim, 0);
    double *v = s->anything + s->cross.offset[j], *to = s->cross.scratch;
    for (uint32_t h = 0; h < s->bayes.aim.plan.horizon; h++) {
        for (uint32_t y = 0; y < g->n_states; y++) {
            size_t row = (size_t)y * g->n_actions;
            double sum = 0;
            for (uint32_t k = g->first[row]; k < g->first[row + g->n_actions]; k++)
                sum += g->edge[k].p * ((fsm_reward(g, k) - sp->rew_min) / range +
                                       gamma * v[g->edge[k].next]);
            to[y] = sum / g->n_actions;
        }
        memcpy(v, to, g->n_states * sizeof *v);
    }
    for (uint32_t y = 0; y < g->n_states; y++)
        v[y] /= weight;
}

/* ---- opening */

static void make_tables(struct pessimist *s)
{
    s->n = s->cross.n;
    s->anything = xcalloc(s->cross.offset[s->n], sizeof *s->anything);
    s->log_mentor = xcalloc(s->n + 1, sizeof *s->log_mentor);
    s->order = xcalloc(s->n, sizeof *s->order);
    for (size_t i = 0; i <= s->n; i++)
        s->log_mentor[i] = -log((double)s->n + 1);
    for (size_t j = 0; j < s->n; j++)
        value_anything(s, j);
}

static void close_pessimist(struct agent *ag)
{
    struct pessimist *s = (struct pessimist *)ag;
    teacher_close(s->teacher);
    cross_release(&s->cross);
    free(s->anything);
    free(s->log_mentor);
    free(s->order);
    bayes_release(&s->bayes);
    free(s);
}

static bool open_mentor(struct pessimist *s, const char *mentor, const struct env *truth,
                        struct err *err)
{
    struct spec_of who;
    if (!mentor)
        return true;
    if (!kind_parse_within(&who, &teacher_shelf, mentor, err))
        return false;
    s->teacher = teacher_open(&who, truth, err);
    kind_release(&who);
    return s->teacher;
}

static struct agent *open_pessimist(const void *config, const struct env *truth,
                                    struct err *err)
{
    const struct config *c = config;
    struct bayes_conf conf = c->bayes;
    struct pessimist *s = xcalloc(1, sizeof *s);
    s->bayes.base.ops = &agent_pessimist;
    s->beta = c->likely;
    s->noise = c->noise;
    s->reached = NAN;
    conf.model = bayes_plain(conf.model);
    if (!bayes_init(&s->bayes, &conf, truth, NULL, task_reward, err)) {
        free(s);
        return NULL;
    }
    if (cross_init(&s->cross, &s->bayes.aim.plan, NULL, "pessimist", err) &&
        open_mentor(s, c->mentor, truth, err)) {
        make_tables(s);
        return &s->bayes.base;
    }
    close_pessimist(&s->bayes.base);
    return NULL;
}

/* ---- acting */

/* M^beta; of equal weights the first comes first. */
static void choose_worlds(struct pessimist *s)
{
    const struct automata *m = worlds(s);
    double sum = 0;
    for (size_t i = 0; i < s->n; i++) {
        size_t k = i;
        for (; k && m->w[s->order[k - 1]] < m->w[i]; k--)
            s->order[k] = s->order[k - 1];
        s->order[k] = i;
    }
    for (s->kept = 0; s->kept < s->n && !(sum > s->beta * m->total); s->kept++)
        sum += m->w[s->order[s->kept]];
}

/* pi^beta, by the number of the hypothesis whose optimal policy it is; what its action is
 * worth, and that of the others' policies, is what is shown. */
static size_t best_of_worst(struct pessimist *s)
{
    struct verdict *v = &s->bayes.aim.verdict;
    size_t best = s->order[0];
    v->n = s->bayes.model->space.n_actions;
    for (uint32_t a = 0; a < v->n; a++)
        v->value[a] = NAN;
    s->reached = -1;
    for (size_t x = 0; x < s->kept; x++) {
        size_t i = s->order[x];
        double worst = HUGE_VAL;
        for (size_t y = 0; y < s->kept; y++)
            worst = fmin(worst, cross_value(&s->cross, i, s->order[y]));
        unsigned a = cross_action(&s->cross, i);
        v->value[a] = fmax(v->value[a], worst);
        if (worst > s->reached) {
            s->reached = worst;
            best = i;
        }
    }
    return best;
}

static bool asks(struct pessimist *s, struct rng *rng)
{
    const struct automata *m = worlds(s);
    double p = 0, u = rng_unit(rng), his;
    size_t pi = 0, nu = rng_index(rng, m->w, (uint32_t)s->n, m->total);
    while (pi < s->n && (p += exp(s->log_mentor[pi])) <= u)
        pi++;
    his = pi < s->n ? cross_value(&s->cross, pi, nu)
                    : s->anything[s->cross.offset[nu] + m->at[nu]];
    double z = s->noise * rng_unit(rng);
    s->noise *= SHRINK;
    return his > s->reached + z || s->reached <= 0;
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct pessimist *s = (struct pessimist *)ag;
    (void)err;
    cross_look(&s->cross, s->bayes.model, NULL);
    choose_worlds(s);
    size_t best = best_of_worst(s);
    bool ask = s->teacher && asks(s, rng);
    s->bayes.phase = ask ? "asks" : "";
    *action = cross_action(&s->cross, best);
    s->bayes.aim.verdict.best = *action;
    s->queries += ask;
    if (ask)
        *action = DEFER;
    return true;
}

/* Who the mentor is, from what he did. */
static void learn_mentor(struct pessimist *s, unsigned action)
{
    cross_look(&s->cross, s->bayes.model, NULL);
    double n = s->bayes.model->space.n_actions, total = -HUGE_VAL;
    for (size_t i = 0; i <= s->n; i++) {
        bool his = i < s->n && cross_action(&s->cross, i) == action;
        s->log_mentor[i] += log(i == s->n ? 1 / n : SLIP / n + (his ? 1 - SLIP : 0));
        total = log_add(total, s->log_mentor[i]);
    }
    for (size_t i = 0; i <= s->n; i++)
        s->log_mentor[i] -= total;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    if (c->by == BY_MENTOR)
        learn_mentor((struct pessimist *)ag, c->action);
    return bayes_update(ag, c, err);
}

static struct teacher *mentor(const struct agent *ag)
{
    return ((const struct pessimist *)ag)->teacher;
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    const struct pessimist *s = (const struct pessimist *)ag;
    const struct metric own[] = { { "queries", (double)s->queries },
                                  { "deferred", teacher_share(s->queries, ag->t) },
                                  { "considered", (double)s->kept },
                                  { "pessimistic_value", s->reached } };
    size_t k = bayes_report(ag, out, n);
    for (size_t i = 0; i < 4 && k < n; i++)
        out[k++] = own[i];
    return k;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct pessimist *s = (struct pessimist *)ag;
    bayes_ice(ag, ice);
    ice_piece(ice, s->log_mentor, (s->n + 1) * sizeof *s->log_mentor);
    ice_piece(ice, &s->noise, sizeof s->noise);
    ice_piece(ice, &s->kept, sizeof s->kept);
    ice_piece(ice, &s->reached, sizeof s->reached);
    ice_piece(ice, &s->queries, sizeof s->queries);
}

const struct agent_ops agent_pessimist = {
    .kind.name = "pessimist",
    .kind.title = "best for the worst of what it takes for likely",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_pessimist,
    .close = close_pessimist,
    .act = act,
    .update = update,
    .mentor = mentor,
    .report = report,
    .ice = ice,
    .mind = &bayes_mind,
};
