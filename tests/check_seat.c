#include "config.h"

#include "harness.h"
#include "laws.h"
#include "life.h"
#include "players.h"
#include "registry.h"
#include "seat.h"
#include "seat_ways.h"
#include "xalloc.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the seat of a game is the world written by hand */

static const char *const planners[] = { "random", "aimu:samples=60", "aixi:samples=60",
                                        "q-learning" };

static const char *const who[] = { "all-c",
                                   "all-d",
                                   "random",
                                   "tit-for-tat",
                                   "suspicious-tit-for-tat",
                                   "tit-for-two-tats",
                                   "pavlov",
                                   "adaptive",
                                   "grudger",
                                   "gradual" };

START_TEST(the_seat_of_the_dilemma_is_the_dilemma)
{
    for (size_t i = 0; i < sizeof planners / sizeof *planners; i++) {
        char seat[100], ipd[100];
        snprintf(seat, sizeof seat, "seat:game=prisoners-dilemma,others=%s", who[_i]);
        snprintf(ipd, sizeof ipd, "ipd:opponent=%s", who[_i]);
        ck_assert_msg(life_hash(planners[i], seat, "ipd") ==
                          life_hash(planners[i], ipd, NULL),
                      "%s against %s", planners[i], who[_i]);
    }
}
END_TEST

/* Who sits at 0 is told of the start, too. */
START_TEST(both_seats_of_the_dilemma_are_alike)
{
    char first[100], second[120];
    snprintf(first, sizeof first, "seat:game=prisoners-dilemma,others=%s", who[_i]);
    snprintf(second, sizeof second, "%s,player=1", first);
    ck_assert_msg(life_hash("random", first, NULL) == life_hash("random", second, NULL),
                  "%s", who[_i]);
}
END_TEST

START_TEST(the_seat_of_tic_tac_toe_is_tic_tac_toe)
{
    for (size_t i = 0; i < sizeof planners / sizeof *planners; i++)
        if (strncmp(planners[i], "aixi", 4)) /* whose hypotheses are others */
            ck_assert_msg(life_hash(planners[i], "seat:game=tictactoe", NULL) ==
                              life_hash(planners[i], "tictactoe", NULL),
                          "%s", planners[i]);
}
END_TEST

/* In its first seat the policy of parameter a, which moves twice in some hands. */
START_TEST(the_second_seat_of_kuhn_poker_is_kuhn_poker)
{
    static const char *const a[] = { "0", "0.25", "0.7", "1" };
    for (size_t i = 0; i < sizeof planners / sizeof *planners; i++) {
        char seat[100], world[100];
        snprintf(seat, sizeof seat, "seat:game=kuhn-poker,player=1,others=kuhn-nash:a=%s",
                 a[_i]);
        snprintf(world, sizeof world, "kuhn-poker:a=%s", a[_i]);
        if (strncmp(planners[i], "aixi", 4)) /* whose hypotheses are others */
            ck_assert_msg(life_hash(planners[i], seat, NULL) ==
                              life_hash(planners[i], world, NULL),
                          "%s, a %s", planners[i], a[_i]);
    }
}
END_TEST

/* The list itself, after 0 to 60 random moves: the same percepts with the same chances
 * to the last bit, in the same order. */
START_TEST(the_law_of_tic_tac_toe_is_the_one_written_by_hand)
{
    struct life hand, seat;
    struct rng rng = { { 1, 2, 3, 4 } };
    life_open(&hand, "random", "tictactoe");
    life_open(&seat, "random", "seat:game=tictactoe");
    life_start(&hand, 1);
    life_start(&seat, 1);
    for (int t = 0; t < 60; t++) {
        struct transition a[DRAW_MAX], b[DRAW_MAX];
        max_align_t x[DRAW_BYTES], y[DRAW_BYTES];
        unsigned action = rng_below(&rng, 9);
        size_t n = hand.env->ops->transitions(hand.env, hand.s.state, action, a, x);
        size_t m = seat.env->ops->transitions(seat.env, seat.s.state, action, b, y);
        ck_assert_uint_eq(n, m);
        for (size_t i = 0; i < n; i++)
            ck_assert(!(a[i].p < b[i].p || a[i].p > b[i].p) &&
                      percept_key(a[i].e) == percept_key(b[i].e));
        life_live(&hand);
        life_live(&seat);
    }
    life_end(&hand);
    life_end(&seat);
}
END_TEST

/* Says 1 after an odd sum, else with chance 0.2. */
static void start_even(const struct policy *p, void *state)
{
    (void)p;
    *(uint8_t *)state = 0;
}
static void ask_parity(const struct policy *p, const void *state, uint32_t legal,
                       double *out)
{
    (void)p;
    (void)legal;
    out[1] = *(const uint8_t *)state ? 1 : 0.2;
    out[0] = 1 - out[1];
}
static void keep_parity(const struct policy *p, void *state, unsigned action,
                        struct percept e)
{
    (void)p;
    (void)action;
    *(uint8_t *)state = e.obs & 1;
}
static const struct policy_ops parity = {
    .kind.name = "parity", .reset = start_even, .chances = ask_parity, .update = keep_parity
};

/* The seat of `player` among others who say 1 at random, or all by parity. */
static struct env *toy_seat(const struct game *g, uint32_t player, bool remember)
{
    struct policy *other[PLAYERS_MAX] = { 0 };
    for (uint32_t k = 0; k < g->n_players; k++) {
        if (k == player)
            continue;
        other[k] = players_policy("random", &g->space[k]);
        if (remember)
            *other[k] = (struct policy){ &parity, g->space[k], 1 };
    }
    return seat_open(g, player, other);
}

/* Sum 0 to 4 when two others toss coins: (1 2 1)/4 plus the action and the die. */
START_TEST(three_players_and_a_die_by_hand)
{
    struct game g = players_toy(_i ? &players_by_turns : &players_at_once);
    for (uint32_t player = 0; player < SAYERS; player++) {
        struct env *env = toy_seat(&g, player, false);
        struct transition *out = xcalloc(env->max_transitions, sizeof *out);
        unsigned char *next = xcalloc(env->max_transitions, env->state_size);
        unsigned char *state = xcalloc(1, env->state_size);
        struct rng rng = { { 1, 2, 3, 4 } };
        double seen[5] = { 0 };
        env_reset(env, state, &rng);
        size_t n = env->ops->transitions(env, state, 1, out, next);
        for (size_t i = 0; i < n; i++) {
            int32_t sum = out[i].e.rew / (int32_t)(player + 1);
            ck_assert_int_eq(out[i].e.rew, sum * (int32_t)(player + 1));
            ck_assert_uint_eq(out[i].e.obs, (uint32_t)sum);
            seen[sum] += out[i].p;
        }
        if (player == 0 || !_i) {
            ck_assert_near(seen[0], 0, 1e-15);
            ck_assert_near(seen[1], 0.7 / 4, 1e-15);
            ck_assert_near(seen[2], (0.7 * 2 + 0.3) / 4, 1e-15);
            ck_assert_near(seen[3], (0.7 + 0.3 * 2) / 4, 1e-15);
            ck_assert_near(seen[4], 0.3 / 4, 1e-15);
        }
        free(out);
        free(next);
        free(state);
        env_close(env);
    }
}
END_TEST

/* The laws of worlds, but those of a family that costs a second or does not fit. */
static void hold_laws(const struct env *env)
{
    for (const struct law *law = law_table; law->name; law++) {
        struct err what = { 0 };
        struct subject s = { .env = env };
        if (law->sort == LAW_env && strcmp(law->name, "families") &&
            strcmp(law->name, "truth"))
            ck_assert_msg(law->holds(&s, &what), "%s: %s", law->name, what.text);
    }
}

/* Drawn from their lists or by everybody's choices. */
START_TEST(a_seat_keeps_the_promises_of_a_world)
{
    struct game g = players_toy(_i & 1 ? &players_by_turns : &players_at_once);
    struct env *env = toy_seat(&g, (uint32_t)_i / 4, _i & 2);
    hold_laws(env);
    env_close(env);
}
END_TEST

START_TEST(so_does_the_seat_of_who_moves_second)
{
    struct game *g = players_game("tictactoe");
    struct policy *other[] = { players_policy("random", &g->space[0]), NULL };
    struct env *env = seat_open(g, 1, other);
    ck_assert(env->hidden);
    ck_assert_uint_gt(env->max_starts, 8);
    ck_assert_uint_eq(env->max_starts, env->max_transitions + 1);
    hold_laws(env);
    env_close(env);
    game_close(g);
}
END_TEST

/* Each names one of 32 numbers and is paid for it. */
static void name_numbers(const struct game *g, void *state, const uint8_t *action,
                         struct rng *rng, struct percept *out)
{
    (void)state;
    (void)rng;
    for (uint32_t k = 0; k < g->n_players; k++)
        out[k] = (struct percept){ 0, action[k] };
}

static void nothing_yet(const struct game *g, void *state, struct rng *rng)
{
    (void)g;
    (void)rng;
    *(uint8_t *)state = 0;
}

static void always_seven(const struct policy *p, const void *state, uint32_t legal,
                         double *out)
{
    (void)state;
    (void)legal;
    for (uint32_t a = 0; a < p->space.n_actions; a++)
        out[a] = a == 7;
}

/* 32^3 choices of three others are listed, 32^4 of four are drawn one by one; who has no
 * choice draws nothing. */
START_TEST(of_too_many_ways_there_is_no_list)
{
    static const struct game_ops ops = { .reset = nothing_yet, .step = name_numbers };
    static const struct policy_ops seven = { .chances = always_seven };
    struct game g = { .ops = &ops, .state_size = 1, .max_transitions = 1 };
    for (g.n_players = 4; g.n_players <= 5; g.n_players++) {
        struct policy *other[PLAYERS_MAX] = { 0 };
        struct rng rng = { { 1, 2, 3, 4 } }, before = rng;
        max_align_t state[4];
        for (uint32_t k = 0; k < g.n_players; k++) {
            g.space[k] =
                (struct space){ .n_actions = 32, .n_obs = 1, .rew_max = 31, .scale = 1 };
            other[k] = k ? xcalloc(1, sizeof *other[k]) : NULL;
            if (k)
                *other[k] = (struct policy){ .ops = &seven, .space = g.space[k] };
        }
        struct env *env = seat_open(&g, 0, other);
        ck_assert_uint_eq(env->max_transitions, g.n_players == 4 ? 32768 : 0);
        ck_assert_uint_le(env->state_size, sizeof state);
        env_reset(env, state, &rng);
        ck_assert_int_eq(env_step(env, state, 5, &rng).rew, 5);
        ck_assert_mem_eq(&rng, &before, sizeof rng);
        env_close(env);
    }
}
END_TEST

/* What a policy that remembers is told in a game of turns: player 1 says 1 from the
 * round on that follows an odd sum. Without luck: the die counts, so each is looked up. */
START_TEST(the_others_learn_what_is_theirs_by_turns)
{
    struct game g = players_toy(_i ? &players_by_turns : &players_at_once);
    struct env *env = toy_seat(&g, 0, true);
    unsigned char *state = xcalloc(1, env->state_size);
    struct rng rng = { { 1, 2, 3, 4 } };
    int odd = 0, kept = 0;
    env_reset(env, state, &rng);
    for (int t = 0; t < 2000; t++) {
        int32_t before = env_step(env, state, 0, &rng).rew;
        if (before % 2 == 0)
            continue;
        int32_t sum = env_step(env, state, 0, &rng).rew;
        odd++;
        kept += sum == 2 || sum == 3; /* both say 1 for certain */
    }
    ck_assert_int_gt(odd, 500);
    ck_assert_int_eq(kept, odd);
    free(state);
    env_close(env);
}
END_TEST

/* Says 0 and counts what it earned. */
static void empty_purse(const struct policy *p, void *state)
{
    (void)p;
    *(int32_t *)state = 0;
}
static void ask_nothing(const struct policy *p, const void *state, uint32_t legal,
                        double *out)
{
    (void)p;
    (void)state;
    (void)legal;
    out[0] = 1;
    out[1] = 0;
}
static void fill_purse(const struct policy *p, void *state, unsigned action,
                       struct percept e)
{
    (void)p;
    (void)action;
    *(int32_t *)state += e.rew;
}
static const struct policy_ops purse = {
    .kind.name = "purse", .reset = empty_purse, .chances = ask_nothing, .update = fill_purse
};

/* Player i earns i + 1 times what player 0 does; by turns the others learn what the
 * last round paid when they are to move again. */
START_TEST(the_others_are_paid_by_their_own_table)
{
    struct game g = players_toy(_i ? &players_by_turns : &players_at_once);
    struct policy *other[PLAYERS_MAX] = { 0 };
    for (int k = 1; k < SAYERS; k++) {
        other[k] = players_policy("random", &g.space[k]);
        *other[k] = (struct policy){ &purse, g.space[k], sizeof(int32_t) };
    }
    struct env *env = seat_open(&g, 0, other);
    const struct seat *s = (const struct seat *)env;
    unsigned char *state = xcalloc(1, env->state_size);
    struct rng rng = { { 1, 2, 3, 4 } };
    int32_t total = 0, before_last = 0;
    env_reset(env, state, &rng);
    for (int t = 0; t < 100; t++) {
        before_last = total;
        total += env_step(env, state, 1, &rng).rew;
    }
    ck_assert_int_gt(total, 100);
    for (int k = 1; k < SAYERS; k++) {
        const void *at = state + s->memory[k] + seat_head(&g);
        ck_assert_int_eq(*(const int32_t *)at, (k + 1) * (_i ? before_last : total));
    }
    free(state);
    env_close(env);
}
END_TEST

/* ---- by name */

START_TEST(a_wrong_seat_is_refused_with_words)
{
    static const char *const bad[][2] = {
        { "seat:game=chess", "unknown game 'chess'" },
        { "seat:others=tit-for-tatt", "did you mean 'tit-for-tat'?" },
        { "seat:player=2", "player=2: prisoners-dilemma has players 0..1" },
        { "seat:others=all-c+all-d", "prisoners-dilemma has 1 other player" },
        { "seat:others=+", "unknown policy ''" },
        { "seat:game=tictactoe,others=all-c", "all-c plays games of two moves" },
        { "seat:game=tictactoe:size=4", "tictactoe has no parameter 'size'" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct spec_of spec;
        struct err err = { 0 };
        if (kind_parse(&spec, &env_shelf, bad[i][0], &err))
            ck_assert_ptr_null(env_open(&spec, 1, &err));
        ck_assert_msg(strstr(err.text, bad[i][1]) != NULL, "%s: %s", bad[i][0], err.text);
        kind_release(&spec);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("seats");
    TCase *tc = tcase_create("seats");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, the_seat_of_the_dilemma_is_the_dilemma, 0, 10);
    tcase_add_loop_test(tc, both_seats_of_the_dilemma_are_alike, 0, 10);
    tcase_add_test(tc, the_seat_of_tic_tac_toe_is_tic_tac_toe);
    tcase_add_loop_test(tc, the_second_seat_of_kuhn_poker_is_kuhn_poker, 0, 4);
    tcase_add_test(tc, the_law_of_tic_tac_toe_is_the_one_written_by_hand);
    tcase_add_loop_test(tc, three_players_and_a_die_by_hand, 0, 2);
    tcase_add_loop_test(tc, a_seat_keeps_the_promises_of_a_world, 0, 4 * SAYERS);
    tcase_add_test(tc, so_does_the_seat_of_who_moves_second);
    tcase_add_test(tc, of_too_many_ways_there_is_no_list);
    tcase_add_loop_test(tc, the_others_learn_what_is_theirs_by_turns, 0, 2);
    tcase_add_loop_test(tc, the_others_are_paid_by_their_own_table, 0, 2);
    tcase_add_test(tc, a_wrong_seat_is_refused_with_words);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
