#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* Kuhn's poker (1950), the agent second, against an opponent who plays the Nash strategy of
 * parameter a: with three cards and one chip each in the pot, the first player bets a jack
 * with probability a/3, a king with a, a queen never; having passed, and bet against, calls
 * with a queen with (1 + a)/3, with a king always. Rewards are the chips won. Every such
 * opponent concedes 1/18 a game. Veness et al., JAIR 40 (2011), section 7.1.
 *
 * The observation is the agent's next card, plus 4 when the opponent has passed; the hand
 * of the first cycle has not been seen. */
enum { JACK, QUEEN, KING, CARDS };
enum { PASS, BET };
enum { DEALS_MAX = CARDS * (CARDS - 1) * 2, OUTCOMES_MAX = 2 * DEALS_MAX };
static const char *const actions[] = { "pass", "bet" };
static const char *const cards[] = { "jack", "queen", "king" };

struct config {
    double a;
};
struct poker {
    struct env base;
    double a;
};
struct state {
    uint8_t card, theirs, bet; /* the agent's, the opponent's and what it did first */
};

static struct env *build(double a)
{
    struct poker *s = xcalloc(1, sizeof *s);
    s->base = (struct env){ .ops = &env_kuhn_poker,
                            .space = { .n_actions = 2,
                                       .n_obs = 7,
                                       .rew_min = -2,
                                       .rew_max = 2,
                                       .scale = 1,
                                       .obs_bits = 4 },
                            .state_size = sizeof(struct state),
                            .max_transitions = OUTCOMES_MAX,
                            .max_starts = DEALS_MAX,
                            .hidden = true,
                            .n_hidden = CARDS,
                            .hidden_names = cards,
                            .text = true,
                            .actions = actions,
                            .rows = 2,
                            .cols = 24 };
    s->a = a;
    return &s->base;
}

static struct env *open_poker(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    (void)err;
    return build(((const struct config *)config)->a);
}

/* ---- the family */

static const double players[] = { 0, 0.25, 0.5, 0.75, 1 };
enum { PLAYERS = sizeof players / sizeof *players };

static double nth(const struct family *f, size_t k)
{
    return family_grid(players, PLAYERS, k, ((const struct poker *)f->truth)->a);
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    (void)err;
    return build(nth(f, k));
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    snprintf(buf, n, "a %.10g", nth(f, k));
}

static const struct family_ops family_opponent = {
    .kind = { .name = "opponent",
              .title = "which Nash strategy the opponent plays",
              .version = 1,
              .params = no_params },
    .n = PLAYERS,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_opponent.kind, NULL };

/* ---- the world */

/* Every deal with the opponent's first move. */
static size_t starts(const struct env *env, double *p, void *states)
{
    const struct poker *s = (const struct poker *)env;
    const double bets[CARDS] = { s->a / 3, 0, s->a };
    struct state *to = states;
    size_t n = 0;
    for (uint8_t card = 0; card < CARDS; card++)
        for (uint8_t theirs = 0; theirs < CARDS; theirs++)
            for (uint8_t bet = PASS; bet <= BET && theirs != card; bet++) {
                double q = (bet ? bets[theirs] : 1 - bets[theirs]) / 6;
                if (q <= 0)
                    continue;
                p[n] = q;
                to[n++] = (struct state){ card, theirs, bet };
            }
    return n;
}

static uint32_t look(struct state s) { return s.card | (s.bet ? 0u : 4u); }

/* This hand pays rew with probability q; then comes any other. */
static size_t deal(const struct env *env, double q, int32_t rew, struct transition *out,
                   struct state *to)
{
    double p[DEALS_MAX];
    size_t n = q > 0 ? starts(env, p, to) : 0;
    for (size_t i = 0; i < n; i++)
        out[i] = (struct transition){ q * p[i], { look(to[i]), rew } };
    return n;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct poker *s = (const struct poker *)env;
    const double calls[CARDS] = { 0, (1 + s->a) / 3, 1 };
    const struct state h = *(const struct state *)state;
    struct state *to = next;
    int32_t sign = h.card > h.theirs ? 1 : -1;
    if (action == PASS)
        return deal(env, 1, h.bet ? -1 : sign, out, to);
    if (h.bet)
        return deal(env, 1, 2 * sign, out, to);
    size_t n = deal(env, calls[h.theirs], 2 * sign, out, to);
    return n + deal(env, 1 - calls[h.theirs], 1, out + n, to + n);
}

static uint32_t hidden(const struct env *env, const void *state)
{
    (void)env;
    return ((const struct state *)state)->theirs;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct state *h = state;
    (void)env;
    canvas_text(cv, 0, 0, INK_STRONG, "mine %s, they %s", cards[h->card],
                h->bet ? "bet" : "pass");
    if (truth)
        canvas_text(cv, 1, 0, INK_DIM, "theirs %s", cards[h->theirs]);
}

static void percept_text(const struct env *env, struct percept e, char *buf, size_t n)
{
    (void)env;
    snprintf(buf, n, "%s, they %s", (e.obs & 3) < CARDS ? cards[e.obs & 3] : "?",
             e.obs & 4 ? "pass" : "bet");
}

static const struct param params[] = {
    REAL("a", a, .def = 0.7, .max = 1, .help = "which Nash strategy the opponent plays"),
    { 0 },
};

const struct env_ops env_kuhn_poker = {
    .kind.name = "kuhn-poker",
    .kind.title = "poker with three cards, against a Nash player",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .families = families,
    .open = open_poker,
    .starts = starts,
    .transitions = transitions,
    .hidden = hidden,
    .picture = "cards",
    .asks = "what do they hold?",
    .draw = draw,
    .percept_text = percept_text,
};
