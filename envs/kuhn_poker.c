#include "config.h"

#include "env.h"
#include "family.h"
#include "game.h"
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
 * of the first cycle has not been seen.
 *
 * The game of two is below: its second seat against "kuhn-nash" is this world. */
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

/* ---- the game: player 0 opens the table, which pays nothing, so as to see its first card,
 * and is the first to speak in every hand; player 1 sees what the agent sees. What ends a
 * hand deals the next, but for a call not made: then nobody moves, and the cards are dealt
 * after that. So the seat lists what follows a call first, as the world does. */

enum { FIRST, SECOND, PLAYERS_OF_POKER };
enum phase { TO_OPEN, TO_SPEAK, PASSED, WAS_BET, TO_ANSWER, FOLDED };
enum { DEALS = CARDS * (CARDS - 1), FIRST_SIGHTS = 2 * CARDS, SECOND_SIGHTS = 7 };

struct hand {
    uint8_t card[PLAYERS_OF_POKER];
    uint8_t phase; /* enum phase */
    uint8_t unused;
};

static struct game *open_table(const void *config, uint64_t root, struct err *err)
{
    struct space space = {
        .n_actions = 2, .rew_min = -2, .rew_max = 2, .scale = 1, .obs_bits = 4
    };
    struct game *g = xcalloc(1, sizeof *g);
    (void)config;
    (void)root;
    (void)err;
    *g = (struct game){ .ops = &game_kuhn_poker,
                        .n_players = PLAYERS_OF_POKER,
                        .space = { space, space },
                        .state_size = sizeof(struct hand),
                        .max_transitions = DEALS,
                        .max_ways = { 2 * DEALS, OUTCOMES_MAX },
                        .hidden = true,
                        .n_hidden = CARDS,
                        .hidden_names = cards,
                        .secret = true,
                        .actions = { actions, actions },
                        .text = true,
                        .rows = 2,
                        .cols = 32 };
    g->space[FIRST].n_obs = FIRST_SIGHTS;
    g->space[SECOND].n_obs = SECOND_SIGHTS;
    return g;
}

static void sit_down(const struct game *g, void *state, struct rng *rng)
{
    (void)g;
    (void)rng;
    *(struct hand *)state = (struct hand){ .phase = TO_OPEN };
}

static uint32_t speakers(const struct game *g, const void *state)
{
    enum phase phase = ((const struct hand *)state)->phase;
    (void)g;
    if (phase == FOLDED)
        return 0;
    return UINT32_C(1) << (phase == PASSED || phase == WAS_BET ? SECOND : FIRST);
}

static uint32_t may_say(const struct game *g, const void *state, uint32_t player)
{
    (void)g;
    (void)player;
    return ((const struct hand *)state)->phase == TO_OPEN ? 1u << PASS : 3;
}

/* The chips that change hands when both have put in so many. */
static void show_down(const struct hand *h, int32_t stake, struct percept *out)
{
    out[FIRST].rew = h->card[FIRST] > h->card[SECOND] ? stake : -stake;
    out[SECOND].rew = -out[FIRST].rew;
}

static void concede(uint32_t loser, struct percept *out)
{
    out[loser].rew = -1;
    out[!loser].rew = 1;
}

/* What is said changes the hand; whether cards are to be dealt. */
static bool speak(struct hand *h, const uint8_t *action, struct percept *out)
{
    out[FIRST] = out[SECOND] = (struct percept){ 0, 0 };
    switch ((enum phase)h->phase) {
    case TO_SPEAK:
        h->phase = action[FIRST] == BET ? WAS_BET : PASSED;
        out[SECOND].obs = h->card[SECOND] | (action[FIRST] == BET ? 0u : 4u);
        return false;
    case PASSED:
        if (action[SECOND] == BET) {
            h->phase = TO_ANSWER;
            out[FIRST].obs = CARDS + h->card[FIRST];
            return false;
        }
        show_down(h, 1, out);
        return true;
    case WAS_BET:
        if (action[SECOND] == BET)
            show_down(h, 2, out);
        else
            concede(SECOND, out);
        return true;
    case TO_ANSWER:
        if (action[FIRST] == BET) {
            show_down(h, 2, out);
            return true;
        }
        concede(FIRST, out);
        *h = (struct hand){ .phase = FOLDED };
        return false;
    default: return true; /* TO_OPEN, FOLDED */
    }
}

/* The k-th of the deals, player 1's card first. */
static void hand_out(struct hand *h, uint32_t k, struct percept *out)
{
    uint8_t second = (uint8_t)(k / (CARDS - 1)), first = k % (CARDS - 1);
    first = (uint8_t)(first + (first >= second));
    *h = (struct hand){ { first, second }, TO_SPEAK, 0 };
    out[FIRST].obs = first;
}

static void play(const struct game *g, void *state, const uint8_t *action, struct rng *rng,
                 struct percept *out)
{
    (void)g;
    if (speak(state, action, out))
        hand_out(state, rng_below(rng, DEALS), out);
}

static double play_law(const struct game *g, const void *state, const uint8_t *action,
                       size_t k, struct percept *out, void *next)
{
    struct hand *to = next;
    (void)g;
    *to = *(const struct hand *)state;
    bool dealt = speak(to, action, out);
    if (k >= (dealt ? DEALS : 1))
        return 0;
    if (dealt)
        hand_out(to, (uint32_t)k, out);
    return dealt ? 1.0 / DEALS : 1;
}

static void draw_table(const struct game *g, const void *state, bool truth,
                       struct canvas *cv)
{
    static const char *const said[] = { "player 0 opens",      "player 0 is to speak",
                                        "player 0 has passed", "player 0 has bet",
                                        "player 1 has bet",    "player 0 has folded" };
    const struct hand *h = state;
    (void)g;
    canvas_text(cv, 0, 0, INK_STRONG, "%s", said[h->phase]);
    if (truth && h->phase != TO_OPEN && h->phase != FOLDED)
        canvas_text(cv, 1, 0, INK_DIM, "0 has a %s, 1 a %s", cards[h->card[FIRST]],
                    cards[h->card[SECOND]]);
}

/* The other's card. Before the first deal there is none, and nobody asks. */
static uint32_t their_card(const struct game *g, uint32_t player, const void *state)
{
    (void)g;
    return ((const struct hand *)state)->card[!player];
}

static void sight_text(const struct game *g, uint32_t player, struct percept e, char *buf,
                       size_t n)
{
    (void)g;
    if (player == SECOND)
        percept_text(NULL, e, buf, n);
    else
        snprintf(buf, n, "%s%s", cards[e.obs % CARDS], e.obs < CARDS ? "" : ", they bet");
}

const struct game_ops game_kuhn_poker = {
    .kind.name = "kuhn-poker",
    .kind.title = "poker with three cards, by turns",
    .kind.version = 1,
    .kind.params = no_params,
    .open = open_table,
    .reset = sit_down,
    .movers = speakers,
    .legal = may_say,
    .step = play,
    .transition = play_law,
    .hidden = their_card,
    .picture = "cards",
    .asks = "what do they hold?",
    .draw = draw_table,
    .percept_text = sight_text,
};
