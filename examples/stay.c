/* An agent: cc -shared -fPIC $(pkg-config --cflags ursa-plugin) -o stay.so stay.c
 * Win-stay, lose-shift (Robbins 1952): what paid at least as much as is usual is done
 * again, else an action falls at random. ursa run lib:./stay.so#win-stay bandit */
#include <stdlib.h>
#include <ursa/0/plugin.h>

struct stay {
    struct agent base;
    double rate, usual; /* a running mean of rewards, points */
    unsigned n_actions, last;
    bool won;
};

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct stay *s = (struct stay *)ag;
    *action = s->won ? s->last : rng_below(rng, s->n_actions);
    return true;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct stay *s = (struct stay *)ag;
    s->last = c->action;
    s->won = c->e.rew >= s->usual;
    s->usual += s->rate * (c->e.rew - s->usual);
    return true;
}

static const struct agent_ops stay; /* below */
static struct agent *open_stay(const void *config, const struct env *truth,
                               struct err *err)
{
    struct stay *s = xcalloc(1, sizeof *s);
    *s = (struct stay){ { .ops = &stay }, .rate = *(const double *)config };
    s->n_actions = truth->space.n_actions; /* it knows no more of the world */
    return &s->base;
}
static void close_stay(struct agent *ag) { free(ag); }

static const struct param params[] = {
    { "rate", PARAM_REAL, .def = 0.1, .max = 1, .help = "of the running mean" }, { 0 } };
static const struct agent_ops stay = {
    .kind = { "win-stay", "win-stay, lose-shift", 1, params, sizeof(double), NULL },
    .open = open_stay, .close = close_stay, .act = act, .update = update };

static const struct agent_ops *const agents[] = { &stay, NULL };
const struct ursa_plugin ursa_plugin = { URSA_MAGIC, "stay", "1", "GPL-3+", NULL, agents };
