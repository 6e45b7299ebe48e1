#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* Guess a biased coin. Action and observation are tails (0) or heads (1); a right guess
 * pays 1. From the MC-AIXI distributions (pyaixi, mc-aixi: coin_flip). */
static const char *const actions[] = { "tails", "heads" };

struct config {
    double p;
};
struct coin {
    struct env base;
    double p; /* of heads */
};

static struct env *build(double p)
{
    struct coin *s = xcalloc(1, sizeof *s);
    s->base =
        (struct env){ .ops = &env_coin_flip,
                      .space = { .n_actions = 2, .n_obs = 2, .rew_max = 1, .scale = 1 },
                      .state_size = 1,
                      .max_transitions = 2,
                      .actions = actions,
                      .rows = 1,
                      .cols = 24,
                      .text = true };
    s->p = p;
    return &s->base;
}

static struct env *open_coin(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    (void)err;
    return build(((const struct config *)config)->p);
}

/* ---- the family */

static const double sides[] = { 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9 };
enum { SIDES = sizeof sides / sizeof *sides };

static double nth(const struct family *f, size_t k)
{
    return family_grid(sides, SIDES, k, ((const struct coin *)f->truth)->p);
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    (void)err;
    return build(nth(f, k));
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    snprintf(buf, n, "heads %.10g", nth(f, k));
}

static const struct family_ops family_coin = {
    .kind = { .name = "coin",
              .title = "how the coin is biased",
              .version = 1,
              .params = no_params },
    .n = SIDES,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_coin.kind, NULL };

/* ---- the world */

static struct percept percept(unsigned action, unsigned side)
{
    return (struct percept){ side, action == side };
}

static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    const struct coin *s = (const struct coin *)env;
    unsigned side = (unsigned)rng_bernoulli(rng, s->p);
    *(unsigned char *)state = (unsigned char)side;
    return percept(action, side);
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct coin *s = (const struct coin *)env;
    unsigned char *to = next;
    size_t n = 0;
    (void)state;
    for (unsigned side = 0; side < 2; side++) {
        double p = side ? s->p : 1 - s->p;
        if (p <= 0)
            continue;
        to[n] = (unsigned char)side;
        out[n++] = (struct transition){ p, percept(action, side) };
    }
    return n;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct coin *s = (const struct coin *)env;
    canvas_text(cv, 0, 0, INK_STRONG, "%s",
                *(const unsigned char *)state ? "heads" : "tails");
    if (truth)
        canvas_text(cv, 0, 7, INK_DIM, "P(heads) %.2f", s->p);
}

static const struct param params[] = {
    REAL("p", p, .def = 0.7, .max = 1, .help = "probability of heads"),
    { 0 },
};

const struct env_ops env_coin_flip = {
    .kind.name = "coin-flip",
    .kind.title = "guess a biased coin",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .families = families,
    .open = open_coin,
    .step = step,
    .transitions = transitions,
    .picture = "arms",
    .asks = "which side falls?",
    .draw = draw,
};
