#include "config.h"

#include "broken.h"
#include "harness.h"

/* Every law can be broken: a game or a policy with one fault breaks the law about it, and
 * what is said names the fault with the shortest example. */

static const struct space two_moves = {
    .n_actions = 2, .n_obs = 2, .rew_max = 1, .scale = 1
};

/* Repeats what it saw last. */
static void nothing_seen(const struct policy *p, void *state)
{
    (void)p;
    *(unsigned char *)state = 0;
}

static void repeats(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    unsigned move = *(const unsigned char *)state;
    (void)p;
    move = legal >> move & 1 ? move : !move;
    out[move] = 1;
    out[!move] = 0;
}

static void sees_it(const struct policy *p, void *state, unsigned action, struct percept e)
{
    (void)p;
    (void)action;
    *(unsigned char *)state = (unsigned char)e.obs;
}

static const struct policy_ops repeater = { .reset = nothing_seen,
                                            .chances = repeats,
                                            .update = sees_it };

static void policy_must_fail(struct policy_ops ops, const char *name, const char *words)
{
    struct policy p = { .ops = &ops, .space = two_moves, .state_size = 1 };
    broken_law(LAW_policy, name, &(struct subject){ .policy = &p }, words);
}

static void headstrong(const struct policy *p, const void *state, uint32_t legal,
                       double *out)
{
    (void)p;
    (void)state;
    (void)legal;
    out[0] = 0;
    out[1] = 1;
}

static void half_hearted(const struct policy *p, const void *state, uint32_t legal,
                         double *out)
{
    (void)p;
    (void)state;
    out[0] = legal & 1 ? 0.25 : 0;
    out[1] = legal & 2 ? 0.5 : 0;
}

static void moody_chances(const struct policy *p, const void *state, uint32_t legal,
                          double *out)
{
    static unsigned mood;
    unsigned move = mood++ & 1;
    (void)p;
    (void)state;
    move = legal >> move & 1 ? move : !move;
    out[move] = 1;
    out[!move] = 0;
}

static void counts_all(const struct policy *p, void *state, unsigned action,
                       struct percept e)
{
    static unsigned char all;
    sees_it(p, state, action, e);
    *(unsigned char *)state = all++ & 1;
}

static void toggles(const struct policy *p, void *state)
{
    (void)p;
    *(unsigned char *)state ^= 1;
}

START_TEST(policies_are_laws_of_their_state)
{
    struct policy whole = { .ops = &repeater, .space = two_moves, .state_size = 1 };
    broken_none(LAW_policy, &(struct subject){ .policy = &whole }, false);
    struct policy_ops ops = repeater;
    ops.chances = headstrong;
    policy_must_fail(ops, "chances",
                     "cycle 1: action 1 has chance 1, which is not allowed");
    ops.chances = half_hearted;
    policy_must_fail(ops, "chances", "cycle 1: chances sum to 0.25");
    ops.chances = moody_chances;
    policy_must_fail(ops, "bytes",
                     "cycle 2: the same state has other chances when asked again");
    ops = repeater;
    ops.update = counts_all;
    policy_must_fail(ops, "bytes",
                     "cycle 1: a copy of the state becomes another by the same percept");
    ops = repeater;
    ops.reset = toggles;
    policy_must_fail(ops, "start", "reset() leaves some of what was there before");
    ops.reset = NULL;
    policy_must_fail(ops, "start", "it remembers 1 bytes and has no reset()");
}
END_TEST

/* ---- games: two in turns, each of whom sees the other's last move and is paid for
 * another */

struct round {
    uint8_t turn, last;
};

static void first_round(const struct game *g, void *state, struct rng *rng)
{
    (void)g;
    (void)rng;
    *(struct round *)state = (struct round){ 0 };
}

static uint32_t in_turns(const struct game *g, const void *state)
{
    (void)g;
    return UINT32_C(1) << ((const struct round *)state)->turn;
}

static void one_round(const struct game *g, void *state, const uint8_t *action,
                      struct rng *rng, struct percept *out)
{
    struct round *r = state;
    unsigned mover = r->turn;
    (void)g;
    (void)rng;
    out[mover].rew = action[mover] != r->last;
    out[!mover] = (struct percept){ action[mover], 0 };
    *r = (struct round){ (uint8_t)!mover, action[mover] };
}

static double the_start(const struct game *g, size_t k, void *state)
{
    first_round(g, state, NULL);
    return k == 0;
}

static const struct game_ops rounds = {
    .reset = first_round, .movers = in_turns, .step = one_round, .start = the_start
};

static struct game game_of(const struct game_ops *ops)
{
    return (struct game){ .ops = ops,
                          .n_players = 2,
                          .space = { two_moves, two_moves },
                          .state_size = sizeof(struct round),
                          .max_transitions = 1,
                          .max_starts = 1 };
}

static void game_must_fail(struct game_ops ops, const char *name, const char *words)
{
    struct game g = game_of(&ops);
    broken_law(LAW_game, name, &(struct subject){ .game = &g }, words);
}

static uint32_t a_third(const struct game *g, const void *state)
{
    (void)g;
    (void)state;
    return 4;
}

static uint32_t nobody(const struct game *g, const void *state)
{
    (void)g;
    (void)state;
    return 0;
}

static uint32_t nothing_allowed(const struct game *g, const void *state, uint32_t player)
{
    (void)g;
    (void)state;
    return !player;
}

static void tired_round(const struct game *g, void *state, const uint8_t *action,
                        struct rng *rng, struct percept *out)
{
    static unsigned played;
    one_round(g, state, action, rng, out);
    out[0].rew = played++ == 4;
}

static double half(const struct game *g, const void *state, const uint8_t *action, size_t k,
                   struct percept *out, void *next)
{
    *(struct round *)next = *(const struct round *)state;
    one_round(g, next, action, NULL, out);
    return k == 0 ? 0.5 : 0;
}

static double stands_still(const struct game *g, const void *state, const uint8_t *action,
                           size_t k, struct percept *out, void *next)
{
    (void)g;
    (void)action;
    *(struct round *)next = *(const struct round *)state;
    out[0] = out[1] = (struct percept){ 0, 0 };
    return k == 0;
}

static double other_turn(const struct game *g, size_t k, void *state)
{
    (void)g;
    *(struct round *)state = (struct round){ 1, 0 };
    return k == 0;
}

START_TEST(games_keep_to_their_rules)
{
    struct game whole = game_of(&rounds);
    broken_none(LAW_game, &(struct subject){ .game = &whole }, false);
    struct game_ops ops = rounds;
    ops.movers = a_third;
    game_must_fail(ops, "movers", "step 1: player 2 moves, of 2");
    ops.movers = nobody;
    game_must_fail(ops, "movers", "step 101: nobody has moved for 100 steps");
    ops = rounds;
    ops.legal = nothing_allowed;
    game_must_fail(ops, "movers",
                   "step 2: player 1, who moves, is allowed actions 0x0 of 2");
    ops = rounds;
    ops.step = tired_round;
    game_must_fail(ops, "bytes", "step 2: player 0 gets 0, and in a copy 1");
    ops = rounds;
    ops.transition = half;
    game_must_fail(ops, "measure", "step 1: chances sum to 0.5");
    ops.transition = stands_still;
    game_must_fail(ops, "measure", "step 1: step() does what transition() has not");
    ops = rounds;
    ops.start = other_turn;
    game_must_fail(ops, "starts", "reset() leaves a state that start() has not");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("laws of games");
    TCase *tc = tcase_create("policies");
    tcase_add_test(tc, policies_are_laws_of_their_state);
    suite_add_tcase(s, tc);
    tc = tcase_create("games");
    tcase_add_test(tc, games_keep_to_their_rules);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
