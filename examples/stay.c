/* An agent: cc -shared -fPIC $(pkg-config --cflags ursa-plugin) -o stay.so stay.c
 * Win-stay, lose-shift (Robbins 1952): what paid at least as much as is usual is done again,
 * after anything else an action falls at random. ursa run lib:./stay.so#win-stay bandit */
#include <stdlib.h>
#include <ursa/0/plugin.h>

struct config { double rate; };
struct stay {
    struct agent base;
    uint32_t n_actions, last; /* last == n_actions: it shifts */
    double rate, usual;       /* a running mean of rewards, points */
};

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct stay *s = (struct stay *)ag;
    *action = s->last < s->n_actions ? s->last : rng_below(rng, s->n_actions);
    (void)err;
    return true;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct stay *s = (struct stay *)ag;
    s->last = c->e.rew >= s->usual ? c->action : s->n_actions;
    s->usual += s->rate * (c->e.rew - s->usual);
    (void)err;
    return true;
}

static void ice(struct agent *ag, struct ice *to) /* all that its future depends on */
{
    struct stay *s = (struct stay *)ag;
    ice_piece(to, &s->last, sizeof s->last);
    ice_piece(to, &s->usual, sizeof s->usual);
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    if (n)
        out[0] = (struct metric){ "usual", ((const struct stay *)ag)->usual };
    return n ? 1 : 0;
}

static void close_stay(struct agent *ag) { free(ag); }
static struct agent *open_stay(const void *config, const struct env *truth, struct err *err);
static const struct param params[] = {
    REAL("rate", rate, .def = 0.1, .max = 1, .help = "of the running mean"),
    { 0 },
};
static const struct agent_ops stay = {
    .kind = { "win-stay", "win-stay, lose-shift", 1, params, sizeof(struct config), NULL },
    .open = open_stay, .close = close_stay, .act = act, .update = update,
    .report = report, .ice = ice, .open_minded = true,
};

static struct agent *open_stay(const void *config, const struct env *truth, struct err *err)
{
    struct stay *s = xcalloc(1, sizeof *s);
    s->base.ops = &stay;
    s->last = s->n_actions = truth->space.n_actions; /* it knows no more of the world */
    s->rate = ((const struct config *)config)->rate;
    (void)err;
    return &s->base;
}

static const struct agent_ops *const agents[] = { &stay, NULL };
const struct ursa_plugin ursa_plugin = { URSA_MAGIC, "stay", "1", "GPL-3+", NULL, agents };
