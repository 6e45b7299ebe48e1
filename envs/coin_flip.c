#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

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

static struct env *open_coin(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    (void)root;
    (void)err;
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
    s->p = c->p;
    return &s->base;
}

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
    .open = open_coin,
    .step = step,
    .transitions = transitions,
    .draw = draw,
};
