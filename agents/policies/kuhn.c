#include "config.h"

#include "policy.h"
#include "registry.h"
#include "xalloc.h"

/* Equilibria of Kuhn's poker (1950), all of them: the first player's of parameter a, as in
 * envs/kuhn_poker.c, and the second's only one, which bets a jack that was passed to, and
 * calls with a queen, one time in three, and bets or calls with a king. It knows which seat
 * it is in by what is to be seen there, and passes before it has seen a card. */
enum { JACK, QUEEN, KING, CARDS };
enum { PASS, BET, FIRST_SIGHTS = 2 * CARDS, SECOND_SIGHTS = 7, UNSEEN = 255 };

struct config {
    double a;
};
struct player {
    struct policy base;
    double a;
};

static struct policy *open_player(const void *config, const struct space *space,
                                  struct err *err)
{
    bool first = space->n_obs == FIRST_SIGHTS, second = space->n_obs == SECOND_SIGHTS;
    if (space->n_actions != 2 || !(first || second) || space->rew_min != -2)
        return err_null(err, "kuhn-nash plays kuhn-poker alone");
    struct player *p = xcalloc(1, sizeof *p);
    p->base = (struct policy){ .ops = &policy_kuhn_nash, .space = *space, .state_size = 1 };
    p->a = ((const struct config *)config)->a;
    return &p->base;
}

/* What was seen last. */
static void see_nothing(const struct policy *p, void *state)
{
    (void)p;
    *(uint8_t *)state = UNSEEN;
}

static void see(const struct policy *p, void *state, unsigned action, struct percept e)
{
    (void)p;
    (void)action;
    *(uint8_t *)state = (uint8_t)e.obs;
}

static double bets(const struct policy *p, unsigned seen)
{
    const double a = ((const struct player *)p)->a;
    const double first[FIRST_SIGHTS] = { a / 3, 0, a, 0, (1 + a) / 3, 1 };
    const double second[SECOND_SIGHTS] = { 0, 1.0 / 3, 1, 0, 1.0 / 3, 0, 1 };
    if (seen >= p->space.n_obs)
        return 0;
    return p->space.n_obs == FIRST_SIGHTS ? first[seen] : second[seen];
}

static void chances(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    double bet = bets(p, *(const uint8_t *)state);
    if (!(legal >> BET & 1))
        bet = 0;
    if (!(legal >> PASS & 1))
        bet = 1;
    out[PASS] = 1 - bet;
    out[BET] = bet;
}

static const struct param params[] = {
    REAL("a", a, .def = 0.7, .max = 1, .help = "which equilibrium, of the first player"),
    { 0 },
};

const struct policy_ops policy_kuhn_nash = {
    .kind.name = "kuhn-nash",
    .kind.title = "an equilibrium of kuhn-poker",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_player,
    .reset = see_nothing,
    .chances = chances,
    .update = see,
};
