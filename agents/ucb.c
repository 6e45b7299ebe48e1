#include "config.h"

#include "arms.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Optimism about each arm by itself: the greatest mean that its rewards leave plausible.
 *
 * ucb1: mean + sqrt(2 ln t / n), t the pulls so far; Auer, Cesa-Bianchi & Fischer,
 * "Finite-time Analysis of the Multiarmed Bandit Problem", Machine Learning 47 (2002).
 * kl-ucb: the greatest q with n kl(mean, q) <= ln t + c ln ln t; Garivier & Cappe, "The
 * KL-UCB Algorithm for Bounded Stochastic Bandits and Beyond" (COLT 2011).
 * Each arm is pulled once first. */

struct config {
    struct bayes_conf bayes;
    double c;
};
struct ucb {
    struct arms arms;
    double c;
};

static const struct param params[] = {
    ARMS_PARAMS(bayes),
    { 0 },
};

static const struct param kl_params[] = {
    REAL("c", c, .max = 100, .help = "weight of ln ln t; the theory wants 3, practice 0"),
    ARMS_PARAMS(bayes),
    { 0 },
};

static struct agent *open_ucb(const struct agent_ops *ops, struct bayes_conf conf, double c,
                              const struct env *truth, struct err *err)
{
    struct ucb *s = xcalloc(1, sizeof *s);
    s->c = c;
    if (arms_init(&s->arms, ops, &conf, truth, err))
        return &s->arms.base;
    free(s);
    return NULL;
}

static struct agent *open_ucb1(const void *config, const struct env *truth, struct err *err)
{
    const struct config *c = config;
    return open_ucb(&agent_ucb1, c->bayes, 0, truth, err);
}

static struct agent *open_kl(const void *config, const struct env *truth, struct err *err)
{
    const struct config *c = config;
    return open_ucb(&agent_kl_ucb, c->bayes, c->c, truth, err);
}

/* The first arm that was never pulled, or n. */
static uint32_t untried(const struct arms *s)
{
    uint32_t a = 0;
    while (a < s->n && s->pulled[a])
        a++;
    return a;
}

static bool act_ucb1(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct arms *s = (struct arms *)ag;
    (void)rng;
    (void)err;
    *action = untried(s);
    if (*action < s->n)
        return true;
    for (uint32_t a = 0; a < s->n; a++)
        s->index[a] =
            arms_mean(s, a) + sqrt(2 * log((double)s->pulls) / (double)s->pulled[a]);
    *action = arms_best(s);
    return true;
}

/* kl(p, q) of coins, 0 ln 0 being 0. */
static double divergence(double p, double q)
{
    double d = p > 0 ? p * log(p / q) : 0;
    return p < 1 ? d + (1 - p) * log((1 - p) / (1 - q)) : d;
}

/* The greatest q in [mean, 1] with kl(mean, q) <= most, to the last digits of a double. */
static double highest(double mean, double most)
{
    enum { HALVINGS = 60 };
    double lo = mean, hi = 1;
    for (int i = 0; i < HALVINGS; i++) {
        double q = (lo + hi) / 2;
        if (divergence(mean, q) <= most)
            lo = q;
        else
            hi = q;
    }
    return lo;
}

static bool act_kl(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct ucb *u = (struct ucb *)ag;
    struct arms *s = &u->arms;
    (void)rng;
    (void)err;
    *action = untried(s);
    if (*action < s->n)
        return true;
    /* ln ln t is below 0 before t = 3, where it means nothing. */
    double ln = log((double)s->pulls), most = ln + u->c * log(fmax(1, ln));
    for (uint32_t a = 0; a < s->n; a++)
        s->index[a] = highest(arms_mean(s, a), most / (double)s->pulled[a]);
    *action = arms_best(s);
    return true;
}

const struct agent_ops agent_ucb1 = {
    .kind.name = "ucb1",
    .kind.title = "optimistic about each arm: mean and a margin",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_ucb1,
    .close = arms_close,
    .act = act_ucb1,
    .update = arms_update,
    .ice = arms_ice,
    .mind = &arms_mind,
    .open_minded = true,
};

const struct agent_ops agent_kl_ucb = {
    .kind.name = "kl-ucb",
    .kind.title = "the same, the margin by divergence of coins",
    .kind.version = 1,
    .kind.params = kl_params,
    .kind.config_size = sizeof(struct config),
    .open = open_kl,
    .close = arms_close,
    .act = act_kl,
    .update = arms_update,
    .ice = arms_ice,
    .mind = &arms_mind,
    .open_minded = true,
};
