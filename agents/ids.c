#include "config.h"

#include "automata.h"
#include "bayes.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Information-directed sampling: of all ways to draw the next action, the one whose squared
 * expected regret costs least for what it teaches about which action is best,
 *     min_pi (sum_a pi(a) Delta(a))^2 / sum_a pi(a) g(a),
 *     Delta(a) = E[max_b m(b) - m(a)],  g(a) = I(A*; e | a).
 * The least is attained on two actions. Russo & Van Roy, "Learning to Optimize via
 * Information-Directed Sampling" (NeurIPS 2014), Proposition 6. Means are those of the
 * next reward: it looks one cycle ahead, which is all there is in a bandit. Of equal
 * actions the first is best. */

struct config {
    struct bayes_conf bayes;
};
struct ids {
    struct bayes bayes;
    double *mean;   /* [n][n_actions] scratch: next reward under a hypothesis */
    uint8_t *best;  /* [n] its best action */
    double *chance; /* [n_actions][percepts] scratch: of e, where A* is i */
    double ratio;   /* of the last choice; NAN: nothing to be gained */
};

static const struct param params[] = {
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

static void close_ids(struct agent *ag)
{
    struct ids *s = (struct ids *)ag;
    free(s->mean);
    free(s->best);
    free(s->chance);
    bayes_close(ag);
}

static struct agent *open_ids(const void *config, const struct env *truth, struct err *err)
{
    struct bayes_conf conf = ((const struct config *)config)->bayes;
    struct ids *s = xcalloc(1, sizeof *s);
    s->bayes.base.ops = &agent_ids;
    s->ratio = NAN;
    conf.model = bayes_plain(conf.model);
    if (!bayes_init(&s->bayes, &conf, truth, NULL, task_reward, err)) {
        free(s);
        return NULL;
    }
    const struct automata *m = automata_of(s->bayes.model);
    uint32_t n_actions = truth->space.n_actions;
    if (!m) {
        err_set(err, "ids needs hypotheses that are automata, to know what they say next");
        close_ids(&s->bayes.base);
        return NULL;
    }
    s->mean = xcalloc(m->n * n_actions, sizeof *s->mean);
    s->best = xcalloc(m->n, 1);
    s->chance = xcalloc((size_t)n_actions * m->percepts->n, sizeof *s->chance);
    return &s->bayes.base;
}

/* Means of the next reward, and which action is best, hypothesis by hypothesis. */
static void find_best(struct ids *s, const struct automata *m)
{
    uint32_t n_actions = s->bayes.model->space.n_actions;
    for (size_t k = 0; k < m->n; k++) {
        const struct fsm *f = m->fsm[k];
        double *mean = s->mean + k * n_actions;
        s->best[k] = 0;
        for (uint32_t a = 0; a < n_actions; a++) {
            const uint32_t *first = f->first + (size_t)m->at[k] * n_actions + a;
            mean[a] = 0;
            for (uint32_t i = first[0]; i < first[1]; i++)
                mean[a] += f->edge[i].p * fsm_reward(f, i);
            s->best[k] = mean[a] > mean[s->best[k]] ? (uint8_t)a : s->best[k];
        }
    }
}

static double regret(const struct ids *s, const struct automata *m, unsigned a)
{
    uint32_t n_actions = s->bayes.model->space.n_actions;
    double sum = 0;
    for (size_t k = 0; k < m->n; k++) {
        const double *mean = s->mean + k * n_actions;
        sum += m->w[k] * (mean[s->best[k]] - mean[a]);
    }
    return sum / m->total;
}

/* I(A*; e | a), nats. */
static double information(struct ids *s, const struct automata *m, unsigned a)
{
    uint32_t n_actions = s->bayes.model->space.n_actions, n = m->percepts->n;
    double p_best[ACTIONS_MAX] = { 0 }, sum = 0;
    memset(s->chance, 0, (size_t)n_actions * n * sizeof *s->chance);
    for (size_t k = 0; k < m->n; k++) {
        const struct fsm *f = m->fsm[k];
        const uint32_t *first = f->first + (size_t)m->at[k] * n_actions + a;
        p_best[s->best[k]] += m->w[k] / m->total;
        for (uint32_t i = first[0]; i < first[1]; i++)
            s->chance[(size_t)s->best[k] * n + f->edge[i].percept] +=
                m->w[k] / m->total * f->edge[i].p;
    }
    for (uint32_t e = 0; e < n; e++) {
        double p = 0;
        for (uint32_t i = 0; i < n_actions; i++)
            p += s->chance[(size_t)i * n + e];
        for (uint32_t i = 0; i < n_actions; i++) {
            double joint = s->chance[(size_t)i * n + e];
            sum += joint > 0 ? joint * log(joint / (p_best[i] * p)) : 0;
        }
    }
    return fmax(0, sum);
}

/* The ratio where the first of two actions has chance q. */
static double ratio_of(const double *delta, const double *g, double q)
{
    double d = q * delta[0] + (1 - q) * delta[1], i = q * g[0] + (1 - q) * g[1];
    return d > 0 ? d * d / i : 0;
}

/* The least ratio of two actions; *q is the chance of the first. A quadratic over a line
 * has its least at an end or where its derivative is nothing. */
static double least(const double *delta, const double *g, double *q)
{
    double d = delta[0] - delta[1], e = g[0] - g[1];
    double inner = delta[1] / d - 2 * g[1] / e, best = ratio_of(delta, g, 1);
    *q = 1;
    if (ratio_of(delta, g, 0) < best) {
        best = ratio_of(delta, g, 0);
        *q = 0;
    }
    if (inner > 0 && inner < 1 && ratio_of(delta, g, inner) < best) {
        best = ratio_of(delta, g, inner);
        *q = inner;
    }
    return best;
}

static unsigned choose(struct ids *s, const double *delta, const double *g, struct rng *rng)
{
    uint32_t n = s->bayes.model->space.n_actions;
    unsigned first = 0, second = 0;
    double chance = 1;
    s->ratio = ratio_of(delta, g, 1);
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = a + 1; b < n; b++) {
            double q, ratio = least((double[]){ delta[a], delta[b] },
                                    (double[]){ g[a], g[b] }, &q);
            if (ratio < s->ratio) {
                s->ratio = ratio;
                first = a;
                second = b;
                chance = q;
            }
        }
    return rng_unit(rng) < chance ? first : second;
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct ids *s = (struct ids *)ag;
    const struct automata *m = automata_of(s->bayes.model);
    struct verdict *v = &s->bayes.aim.verdict;
    double delta[ACTIONS_MAX] = { 0 }, g[ACTIONS_MAX] = { 0 };
    (void)err;
    v->n = s->bayes.model->space.n_actions;
    find_best(s, m);
    for (uint32_t a = 0; a < v->n; a++) {
        delta[a] = regret(s, m, a);
        g[a] = information(s, m, a);
        v->value[a] = -delta[a];
    }
    *action = v->best = choose(s, delta, g, rng);
    return true;
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    size_t k = bayes_report(ag, out, n);
    if (k < n)
        out[k++] = (struct metric){ "information_ratio", ((const struct ids *)ag)->ratio };
    return k;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct ids *s = (struct ids *)ag;
    bayes_ice(ag, ice);
    ice_piece(ice, &s->ratio, sizeof s->ratio);
}

const struct agent_ops agent_ids = {
    .kind.name = "ids",
    .kind.title = "least squared regret for what it learns of the best",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_ids,
    .close = close_ids,
    .act = act,
    .update = bayes_update,
    .report = report,
    .ice = ice,
    .mind = &bayes_mind,
};
