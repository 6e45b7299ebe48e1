#include "config.h"

#include "arms.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* The Gittins index: what a sure arm would have to pay for one to be indifferent between it
 * and this one. For independent arms and a geometric discount the greatest index is
 * Bayes-optimal; Gittins, "Bandit Processes and Dynamic Allocation Indices", J. Royal
 * Statistical Society B 41 (1979). Arms are coins of unknown chance, Beta(1, 1) at first,
 * and indices are found by calibration: retiring to a sure arm of lambda a cycle,
 *     V(a, b) = max(lambda / (1 - gamma),
 *                   m + gamma (m V(a + 1, b) + (1 - m) V(a, b + 1))),  m = a / (a + b),
 * from the depth on at which the discount is below FAR, where the better of lambda and m is
 * kept for ever. The advantage of pulling is convex in lambda and falls, so that Newton's
 * steps from lambda = m rise to its root. */
static const double FAR = 1e-5, CLOSE = 1e-9;

struct config {
    struct bayes_conf bayes;
    double gamma;
};
struct gittins {
    struct arms arms;
    double gamma;
    uint32_t depth;       /* pulls looked ahead */
    double *value, *rate; /* [depth + 1] owned scratch: V, and how it grows with lambda */
};

static const struct param params[] = {
    REAL("gamma", gamma, .def = 0.99, .max = 0.999, .help = "geometric discount"),
    ARMS_PARAMS(bayes),
    { 0 },
};

static void close_gittins(struct agent *ag)
{
    struct gittins *s = (struct gittins *)ag;
    free(s->value);
    free(s->rate);
    arms_close(ag);
}

/* Coins pay one of two rewards. */
static bool pays_coins(const struct env *truth, struct err *err)
{
    const struct space *sp = &truth->space;
    return (int64_t)sp->rew_max - sp->rew_min == 1 ||
           err_set(err,
                   "gittins plays coins, which pay one of two rewards a point apart, and "
                   "rewards of %s are %d to %d",
                   truth->ops->kind.name, (int)sp->rew_min, (int)sp->rew_max);
}

static struct agent *open_gittins(const void *config, const struct env *truth,
                                  struct err *err)
{
    const struct config *c = config;
    struct bayes_conf conf = c->bayes;
    struct gittins *s = xcalloc(1, sizeof *s);
    s->gamma = c->gamma;
    if (!pays_coins(truth, err) ||
        !arms_init(&s->arms, &agent_gittins, &conf, truth, err)) {
        free(s);
        return NULL;
    }
    s->depth = s->gamma > 0 ? (uint32_t)ceil(log(FAR) / log(s->gamma)) : 1;
    s->value = xcalloc(s->depth + 1, sizeof *s->value);
    s->rate = xcalloc(s->depth + 1, sizeof *s->rate);
    return &s->arms.base;
}

/* The advantage of pulling once more over retiring, in units of lambda, and its slope.
 * After `pulls` pulls, k of which paid, it is Beta(a + k, b + pulls - k). */
static double advantage(struct gittins *s, double a, double b, double lambda, double *slope)
{
    double gamma = s->gamma, retire = lambda / (1 - gamma);
    double *v = s->value, *d = s->rate;
    for (uint32_t k = 0; k <= s->depth; k++) {
        double m = (a + k) / (a + b + s->depth);
        v[k] = fmax(lambda, m) / (1 - gamma);
        d[k] = m > lambda ? 0 : 1 / (1 - gamma);
    }
    for (uint32_t pulls = s->depth; pulls--;)
        for (uint32_t k = 0; k <= pulls; k++) {
            double m = (a + k) / (a + b + pulls);
            double go = m + gamma * (m * v[k + 1] + (1 - m) * v[k]);
            bool stays = go >= retire || !pulls;
            d[k] = stays ? gamma * (m * d[k + 1] + (1 - m) * d[k]) : 1 / (1 - gamma);
            v[k] = stays ? go : retire;
        }
    *slope = d[0] * (1 - gamma) - 1;
    return v[0] * (1 - gamma) - lambda;
}

static double index_of(struct gittins *s, double a, double b)
{
    double lambda = a / (a + b), slope;
    for (;;) {
        double more = advantage(s, a, b, lambda, &slope);
        if (more < CLOSE)
            return lambda;
        lambda -= more / slope;
    }
}

/* Arms that were as lucky have the same index. */
static double index_at(struct gittins *s, uint32_t arm)
{
    const struct arms *x = &s->arms;
    for (uint32_t a = 0; a < x->n; a++)
        if (!isnan(x->index[a]) && x->pulled[a] == x->pulled[arm] &&
            x->paid[a] == x->paid[arm])
            return x->index[a];
    return index_of(s, 1 + x->paid[arm], 1 + (double)x->pulled[arm] - x->paid[arm]);
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct gittins *s = (struct gittins *)ag;
    struct arms *arms = &s->arms;
    (void)rng;
    (void)err;
    for (uint32_t a = 0; a < arms->n; a++)
        if (isnan(arms->index[a]))
            arms->index[a] = index_at(s, a);
    *action = arms_best(arms);
    return true;
}

/* The index of an arm changes when it is pulled alone. */
static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    ((struct arms *)ag)->index[c->action] = NAN;
    return arms_update(ag, c, err);
}

const struct agent_ops agent_gittins = {
    .kind.name = "gittins",
    .kind.title = "Bayes-optimal for arms that are coins",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_gittins,
    .close = close_gittins,
    .act = act,
    .update = update,
    .ice = arms_ice,
    .mind = &arms_mind,
    .open_minded = true,
};
