#include "config.h"

#include "harness.h"
#include "players.h"
#include "registry.h"

struct game *players_game(const char *text)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &game_shelf, text, &err), "%s", err.text);
    struct game *g = game_open(&spec, 5, &err);
    ck_assert_msg(g != NULL, "%s", err.text);
    kind_release(&spec);
    return g;
}

struct policy *players_policy(const char *text, const struct space *space)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &policy_shelf, text, &err), "%s", err.text);
    struct policy *p = policy_open(&spec, space, &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    kind_release(&spec);
    return p;
}

struct saying {
    uint8_t turn, sum, last;
};

static void say_nothing(const struct game *g, void *state, struct rng *rng)
{
    (void)g;
    (void)rng;
    *(struct saying *)state = (struct saying){ 0, 0, 0 };
}

static uint32_t sayer(const struct game *g, const void *state)
{
    const struct saying *s = state;
    (void)g;
    return s->turn < SAYERS ? 1u << s->turn : 0;
}

static void pay(struct saying *s, unsigned die, struct percept *out)
{
    s->sum = (uint8_t)(s->sum + die);
    for (int i = 0; i < SAYERS; i++)
        out[i] = (struct percept){ s->sum, (i + 1) * s->sum };
    *s = (struct saying){ 0, 0, s->sum };
}

static double say_and_fall(const struct game *g, const void *state, const uint8_t *action,
                           size_t k, struct percept *out, void *next)
{
    static const double face[] = { 0.7, 0.3 };
    struct saying *s = next;
    *s = *(const struct saying *)state;
    for (int i = 0; i < SAYERS; i++)
        out[i] = (struct percept){ s->last, 0 };
    if (!g->ops->movers) {
        s->sum = (uint8_t)(action[0] + action[1] + action[2]);
    } else if (s->turn < SAYERS) {
        s->sum = (uint8_t)(s->sum + action[s->turn++]);
        return k == 0;
    }
    if (k < 2)
        pay(s, (unsigned)k, out);
    return k < 2 ? face[k] : 0;
}

static void say_step(const struct game *g, void *state, const uint8_t *action,
                     struct rng *rng, struct percept *out)
{
    struct saying from = *(struct saying *)state;
    bool falls = !g->ops->movers || from.turn == SAYERS;
    size_t k = falls && rng_bernoulli(rng, 0.3);
    say_and_fall(g, &from, action, k, out, state);
}

const struct game_ops players_at_once = { .kind.name = "at-once",
                                          .reset = say_nothing,
                                          .step = say_step,
                                          .transition = say_and_fall };
const struct game_ops players_by_turns = { .kind.name = "by-turns",
                                           .reset = say_nothing,
                                           .movers = sayer,
                                           .step = say_step,
                                           .transition = say_and_fall };

struct game players_toy(const struct game_ops *ops)
{
    struct game g = { .ops = ops,
                      .n_players = SAYERS,
                      .state_size = sizeof(struct saying),
                      .max_transitions = 2,
                      .secret = true };
    for (int i = 0; i < SAYERS; i++) {
        g.space[i] = (struct space){
            .n_actions = 2, .n_obs = SAYERS + 2, .rew_max = (i + 1) * 4, .scale = 1
        };
        g.max_ways[i] = ops->movers ? 8 : 0;
    }
    return g;
}
