#include "config.h"

#include "curve.h"
#include "harness.h"
#include "laws.h"
#include "life.h"
#include "match_trace.h"
#include "matrix.h"
#include "registry.h"
#include "seat.h"
#include "seat_ways.h"
#include "xalloc.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct game *game_named(const char *text)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &game_shelf, text, &err), "%s", err.text);
    struct game *g = game_open(&spec, 5, &err);
    ck_assert_msg(g != NULL, "%s", err.text);
    kind_release(&spec);
    return g;
}

static struct policy *policy_named(const char *text, const struct space *space)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &policy_shelf, text, &err), "%s", err.text);
    struct policy *p = policy_open(&spec, space, &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    kind_release(&spec);
    return p;
}

/* ---- the games */

START_TEST(two_moves_at_once_are_paid_by_the_table)
{
    static const struct {
        const char *game;
        int32_t pay[4][2]; /* of moves 00, 01, 10, 11 */
    } known[] = {
        { "prisoners-dilemma", { { 1, 1 }, { 5, 0 }, { 0, 5 }, { 3, 3 } } },
        { "matching-pennies", { { 1, -1 }, { -1, 1 }, { -1, 1 }, { 1, -1 } } },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct game *g = game_named(known[i].game);
        unsigned char state[64];
        struct percept out[PLAYERS_MAX];
        g->ops->reset(g, state, NULL);
        for (unsigned both = 0; both < 4; both++) {
            uint8_t action[] = { (uint8_t)(both >> 1), both & 1 };
            ck_assert_uint_eq(game_movers(g, state), 3);
            ck_assert_uint_eq(game_legal(g, state, 1), 3);
            g->ops->step(g, state, action, NULL, out);
            for (unsigned k = 0; k < 2; k++) {
                ck_assert_int_eq(out[k].rew, known[i].pay[both][k]);
                ck_assert_uint_eq(out[k].obs, action[!k]);
                ck_assert_int_ge(out[k].rew, g->space[k].rew_min);
                ck_assert_int_le(out[k].rew, g->space[k].rew_max);
            }
        }
        game_close(g);
    }
}
END_TEST

/* A table of which no entry is 0: rewards begin with the least of them. The middle of 1
 * and 8 is 4.5: 8 alone is good news. */
START_TEST(a_table_knows_its_range_and_what_is_good)
{
    static const char *const names[] = { "defect", "cooperate" };
    static const struct game_ops ops = { .reset = matrix_reset,
                                         .step = matrix_step,
                                         .draw = matrix_draw };
    const struct matrix table = {
        2, { { { 4, 8 }, { 1, 3 } }, { { 4, 8 }, { 1, 3 } } }, names, names
    };
    struct game *g = matrix_open(&ops, &table);
    unsigned char state[64];
    struct percept out[PLAYERS_MAX];
    struct cell cells[2 * 40];
    struct canvas cv = { 2, 40, cells };
    ck_assert_int_eq(g->space[0].rew_min, 1);
    ck_assert_int_eq(g->space[0].rew_max, 8);
    g->ops->reset(g, state, NULL);
    for (unsigned both = 0; both < 4; both++) {
        uint8_t action[] = { (uint8_t)(both >> 1), both & 1 };
        canvas_clear(&cv);
        g->ops->step(g, state, action, NULL, out);
        g->ops->draw(g, state, true, &cv);
        for (int k = 0; k < 2; k++)
            ck_assert_uint_eq(cells[40 * k].ground, out[k].rew > 4 ? INK_GOOD : INK_BAD);
    }
    game_close(g);
}
END_TEST

/* Moves by turns, from the empty board; what the last of them pays X and O, and who moves
 * next: X 1, O 2, nobody 0. */
START_TEST(tic_tac_toe_goes_by_turns_to_its_end)
{
    static const struct {
        const char *moves;
        int32_t x, o;
        uint32_t next, legal;
    } known[] = {
        { "", 0, 0, 1, 0x1ff },       { "4", 0, 0, 2, 0x1ef },
        { "48", 0, 0, 1, 0x0ef },     { "0314526", 0, 0, 2, 0x180 },
        { "03142", 2, -2, 0, 0x1e0 }, { "031465", -2, 2, 0, 0x184 },
        { "021347586", 1, 1, 0, 0 },  { "00", 0, -3, 0, 0x1fe },
        { "010", -3, 0, 0, 0x1fc },   { "0314520", -3, 0, 0, 0x1c0 },
        { "03142x", 0, 0, 1, 0x1ff }, { "031465x4", 0, 0, 2, 0x1ef },
    };
    struct game *g = game_named("tictactoe");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        unsigned char state[64];
        struct percept out[PLAYERS_MAX] = { { 0, 0 } };
        g->ops->reset(g, state, NULL);
        for (const char *m = known[i].moves; *m; m++) {
            uint8_t at = *m == 'x' ? 0 : (uint8_t)(*m - '0');
            g->ops->step(g, state, (uint8_t[]){ at, at }, NULL, out);
        }
        ck_assert_msg(out[0].rew == known[i].x && out[1].rew == known[i].o, "%s: %d %d",
                      known[i].moves, out[0].rew, out[1].rew);
        ck_assert_msg(game_movers(g, state) == known[i].next, "%s", known[i].moves);
        ck_assert_msg(game_legal(g, state, 0) == known[i].legal, "%s: %x", known[i].moves,
                      game_legal(g, state, 0));
    }
    game_close(g);
}
END_TEST

START_TEST(each_sees_its_own_marks_as_the_first)
{
    struct game *g = game_named("tictactoe");
    unsigned char state[64];
    struct percept out[PLAYERS_MAX];
    g->ops->reset(g, state, NULL);
    g->ops->step(g, state, (uint8_t[]){ 4, 0 }, NULL, out);
    ck_assert_uint_eq(out[1].obs, 2 << 8); /* O sees another's mark in the middle */
    g->ops->step(g, state, (uint8_t[]){ 0, 8 }, NULL, out);
    ck_assert_uint_eq(out[0].obs, (1 << 8) + 2); /* X its own there, and another's last */
    char text[40];
    game_percept_text(g, 0, out[0], text, sizeof text);
    ck_assert_str_eq(text, ".../.X./..O");
    game_percept_text(g, 1, (struct percept){ 2 << 8, 0 }, text, sizeof text);
    ck_assert_str_eq(text, ".../.X./...");
    game_close(g);
}
END_TEST

/* ---- policies */

START_TEST(every_policy_says_chances_that_sum_to_one)
{
    static const char *const games[] = { "prisoners-dilemma", "tictactoe" };
    for (size_t i = 0; i < 2; i++) {
        struct game *g = game_named(games[i]);
        const struct space *space = &g->space[0];
        struct err err = { 0 };
        struct spec_of spec;
        ck_assert(kind_parse(&spec, &policy_shelf, policy_shelf.at[_i]->name, &err));
        struct policy *p = policy_open(&spec, space, &err);
        ck_assert_msg(p || err.n, "%s is refused without a word", spec.kind->name);
        unsigned char *a = xcalloc(2, 512), *b = a + 512;
        struct rng rng = { { 1, 2, 3, 4 } };
        if (p && p->ops->reset)
            p->ops->reset(p, a);
        for (int t = 0; p && t < 200; t++) {
            uint32_t some = 1 + rng_below(&rng, (1u << space->n_actions) - 1);
            uint32_t all = (1u << space->n_actions) - 1;
            uint32_t legal = g->ops->legal ? some : all;
            double x[ACTIONS_MAX], y[ACTIONS_MAX], sum = 0;
            memcpy(b, a, p->state_size);
            p->ops->chances(p, a, legal, x);
            p->ops->chances(p, b, legal, y);
            for (uint32_t k = 0; k < space->n_actions; k++) {
                ck_assert(x[k] >= 0 && x[k] <= 1 && !(x[k] < y[k] || x[k] > y[k]));
                ck_assert(legal >> k & 1 || x[k] <= 0);
                sum += x[k];
            }
            ck_assert_near(sum, 1, 1e-12);
            struct percept e = { rng_below(&rng, space->n_obs), 0 };
            if (p->ops->update)
                p->ops->update(p, a, rng_below(&rng, space->n_actions), e);
        }
        free(a);
        policy_close(p);
        kind_release(&spec);
        game_close(g);
    }
}
END_TEST

/* ---- the seat of a game is the world written by hand */

static uint64_t hash_of(const char *agent, const char *env, const char *stream)
{
    enum { CYCLES = 40 };
    struct life l;
    life_open(&l, agent, env);
    if (stream)
        l.env->stream = stream;
    life_start(&l, 3);
    for (int t = 0; t < CYCLES; t++)
        life_live(&l);
    uint64_t hash = l.s.last.hash;
    life_end(&l);
    return hash;
}

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
        ck_assert_msg(hash_of(planners[i], seat, "ipd") == hash_of(planners[i], ipd, NULL),
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
    ck_assert_msg(hash_of("random", first, NULL) == hash_of("random", second, NULL), "%s",
                  who[_i]);
}
END_TEST

START_TEST(the_seat_of_tic_tac_toe_is_tic_tac_toe)
{
    for (size_t i = 0; i < sizeof planners / sizeof *planners; i++)
        if (strncmp(planners[i], "aixi", 4)) /* whose hypotheses are others */
            ck_assert_msg(hash_of(planners[i], "seat:game=tictactoe", NULL) ==
                              hash_of(planners[i], "tictactoe", NULL),
                          "%s", planners[i]);
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

/* ---- three players and a die: each says 0 or 1, the die falls on 1 with chance 0.3,
 * and player i earns (i + 1) times the sum of what is said and the die. All at once, or
 * by turns 0, 1, 2 with the die after the last. What is seen is the last sum. */

enum { SAYERS = 3 };
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

static const struct game_ops at_once = { .kind.name = "at-once",
                                         .reset = say_nothing,
                                         .step = say_step,
                                         .transition = say_and_fall };
static const struct game_ops by_turns = { .kind.name = "by-turns",
                                          .reset = say_nothing,
                                          .movers = sayer,
                                          .step = say_step,
                                          .transition = say_and_fall };

static struct game toy(const struct game_ops *ops)
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
        other[k] = policy_named("random", &g->space[k]);
        if (remember)
            *other[k] = (struct policy){ &parity, g->space[k], 1 };
    }
    return seat_open(g, player, other);
}

/* Sum 0 to 4 when two others toss coins: (1 2 1)/4 plus the action and the die. */
START_TEST(three_players_and_a_die_by_hand)
{
    struct game g = toy(_i ? &by_turns : &at_once);
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
    struct game g = toy(_i & 1 ? &by_turns : &at_once);
    struct env *env = toy_seat(&g, (uint32_t)_i / 4, _i & 2);
    hold_laws(env);
    env_close(env);
}
END_TEST

START_TEST(so_does_the_seat_of_who_moves_second)
{
    struct game *g = game_named("tictactoe");
    struct policy *other[] = { policy_named("random", &g->space[0]), NULL };
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
    struct game g = toy(_i ? &by_turns : &at_once);
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
    struct game g = toy(_i ? &by_turns : &at_once);
    struct policy *other[PLAYERS_MAX] = { 0 };
    for (int k = 1; k < SAYERS; k++) {
        other[k] = policy_named("random", &g.space[k]);
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

/* ---- sessions of n seats */

struct party {
    uint32_t n;
    struct spec_of spec[PLAYERS_MAX];
    struct env *env[PLAYERS_MAX];
    struct agent *agent[PLAYERS_MAX];
    struct match m;
};

static void party_begin(struct party *p, struct game *g, const char *const *agents)
{
    struct err err = { 0 };
    p->n = g->n_players;
    for (uint32_t i = 0; i < p->n; i++) {
        ck_assert_msg(kind_parse(&p->spec[i], &agent_shelf, agents[i], &err), "%s",
                      err.text);
        p->env[i] = seat_open_among(g, i);
        p->agent[i] = agent_open(&p->spec[i], p->env[i], &err);
        ck_assert_msg(p->agent[i] != NULL, "%s", err.text);
    }
    match_init(&p->m, g, p->env, p->agent, 1, 3);
}

static void party_end(struct party *p)
{
    match_release(&p->m);
    for (uint32_t i = 0; i < p->n; i++) {
        p->agent[i]->ops->close(p->agent[i]);
        env_close(p->env[i]);
        kind_release(&p->spec[i]);
    }
}

/* An agent in a match with one whose actions are a fixed row lives as in the seat
 * against the policy that plays so. */
START_TEST(a_match_with_who_never_changes_is_the_seat_against_the_policy)
{
    static const char *const learners[] = { "q-learning", "random", "mc-aixi:samples=40",
                                            "aixi:samples=40" };
    static const struct {
        const char *agent, *policy;
    } other[] = { { "scripted:actions=1", "all-c" }, { "scripted:actions=0", "all-d" } };
    for (size_t k = 0; k < 2; k++) {
        struct game *g = game_named("prisoners-dilemma");
        struct party p;
        char seat[100];
        struct err err = { 0 };
        party_begin(&p, g, (const char *[]){ learners[_i], other[k].agent });
        for (int t = 0; t < 40; t++)
            ck_assert_msg(match_step(&p.m, &err), "%s", err.text);
        snprintf(seat, sizeof seat, "seat:others=%s", other[k].policy);
        ck_assert_uint_eq(p.m.seat[0].last.t, 40);
        ck_assert_uint_eq(p.m.seat[0].last.hash, hash_of(learners[_i], seat, NULL));
        party_end(&p);
        game_close(g);
    }
}
END_TEST

/* By turns: whoever moves first completes a cycle when it is to move again. */
START_TEST(by_turns_each_has_a_clock_of_its_own)
{
    struct game *g = game_named("tictactoe");
    struct party p;
    struct err err = { 0 };
    party_begin(&p, g, (const char *[]){ "random", "random" });
    uint8_t action[PLAYERS_MAX];
    uint32_t done;
    double total[2] = { 0, 0 };
    for (int t = 0; t < 3000; t++) {
        uint32_t movers = game_movers(g, p.m.state);
        ck_assert(movers == 1 || movers == 2);
        ck_assert(match_act(&p.m, action, &err));
        ck_assert(match_answer(&p.m, action, &done, &err));
        ck_assert(done == game_movers(g, p.m.state) || t < 2);
        for (int i = 0; i < 2; i++)
            total[i] += done >> i & 1 ? p.m.seat[i].last.e.rew : 0;
    }
    ck_assert_uint_eq(p.m.t, 3000);
    uint64_t x = p.m.seat[0].last.t, o = p.m.seat[1].last.t;
    ck_assert_uint_gt(o, 900);
    ck_assert_uint_gt(x, o); /* X begins anew after its own last move too */
    ck_assert_uint_le(x + o, 3000);
    ck_assert_uint_ge(x + o, 2999);
    for (int i = 0; i < 2; i++)
        ck_assert(
            !(p.m.seat[i].last.total < total[i] || p.m.seat[i].last.total > total[i]));
    /* equal agents do not share their luck */
    ck_assert_uint_ne(p.m.seat[0].mind.s[0], p.m.seat[1].mind.s[0]);
    party_end(&p);
    game_close(g);
}
END_TEST

/* An agent that counts what it is asked. */
struct counter {
    struct agent base;
    int acts, updates, *steps;
};
static bool count_act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    (void)err;
    ((struct counter *)ag)->acts++;
    *action = rng_below(rng, 2);
    return true;
}
static bool count_update(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)c;
    (void)err;
    ((struct counter *)ag)->updates++;
    return true;
}
static const struct agent_ops counts = { .kind.name = "counter",
                                         .act = count_act,
                                         .update = count_update };

/* n seats cost the sum of their agents: of each an act and an update a cycle, and one
 * step of the game a move. */
START_TEST(a_session_of_n_seats_costs_the_sum_of_its_agents)
{
    enum { MOVES = 90 };
    struct game g = toy(_i ? &by_turns : &at_once);
    struct counter c[SAYERS];
    struct env *env[SAYERS];
    struct agent *agent[SAYERS];
    struct match m;
    for (uint32_t i = 0; i < SAYERS; i++) {
        c[i] = (struct counter){ .base.ops = &counts };
        env[i] = seat_open_among(&g, i);
        agent[i] = &c[i].base;
    }
    match_init(&m, &g, env, agent, 1, 1);
    for (int t = 0; t < MOVES; t++)
        ck_assert(match_step(&m, NULL));
    double total = 0;
    for (uint32_t i = 0; i < SAYERS; i++) {
        int mine = _i ? MOVES / SAYERS : MOVES;
        ck_assert_int_eq(c[i].acts, mine);
        ck_assert_int_eq(c[i].updates, _i && i ? mine - 1 : mine);
        ck_assert_uint_eq(m.seat[i].last.t, (uint64_t)c[i].updates);
        /* what one earns is i + 1 times what the first does */
        total = i ? total : m.seat[0].last.total;
        if (!_i)
            ck_assert_double_eq(m.seat[i].last.total, total * (i + 1));
    }
    match_release(&m);
    for (uint32_t i = 0; i < SAYERS; i++)
        env_close(env[i]);
}
END_TEST

START_TEST(an_agent_that_needs_the_law_is_refused_among_agents)
{
    struct game *g = game_named("prisoners-dilemma");
    struct env *env = seat_open_among(g, 0);
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert(kind_parse(&spec, &agent_shelf, "aimu", &err));
    ck_assert_ptr_null(agent_open(&spec, env, &err));
    ck_assert_msg(strstr(err.text, "has no closed form of its law") != NULL, "%s",
                  err.text);
    kind_release(&spec);
    env_close(env);
    game_close(g);
}
END_TEST

/* ---- recorded */

static char path[] = "/tmp/check_game.XXXXXX";

static void make_file(const char *text)
{
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    FILE *f = fdopen(fd, "w");
    fputs(text, f);
    fclose(f);
}

START_TEST(what_was_written_of_a_match_is_read_back)
{
    struct spec_of game, agent[2];
    struct match_result r;
    struct match_record was;
    struct err err = { 0 };
    make_file("");
    ck_assert(kind_parse(&game, &game_shelf, "tictactoe", &err));
    for (int i = 0; i < 2; i++)
        ck_assert(kind_parse(&agent[i], &agent_shelf, "random", &err));
    struct match_job job = { &game, agent, 2, 11, 7, 50 };
    struct match_trace *w = match_trace_new(path);
    struct curve *curve[] = { curve_new(50, 5, false), curve_new(50, 5, false) };
    struct sink *curves[] = { curve_sink(curve[0]), curve_sink(curve[1]) };
    ck_assert(match_run(&job, curves, match_trace_sink(w), NULL, &r, &err));
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(curve_points(curve[i]), 2); /* of its own 10 and 20 cycles */
        ck_assert(isfinite(curve_value(curve[i], 0, 1)));
        curve_free(curve[i]);
    }
    ck_assert(is_match_trace(path));
    ck_assert_msg(match_trace_read(&was, path, &err), "%s", err.text);
    ck_assert_uint_eq(was.n, 50);
    ck_assert_uint_eq(was.n_seats, 2);
    ck_assert_uint_eq(was.root, 11);
    ck_assert_uint_eq(was.seed, 7);
    ck_assert(was.ended && was.hash == r.hash);
    long total[2] = { 0, 0 };
    for (uint64_t t = 0; t < was.n; t++)
        for (int i = 0; i < 2; i++)
            total[i] += was.at[t].done >> i & 1 ? was.e[2 * t + (uint64_t)i].rew : 0;
    for (int i = 0; i < 2; i++)
        ck_assert_double_eq((double)total[i], r.seat[i].total_reward);
    ck_assert_uint_eq(r.steps, 50);
    match_record_release(&was);
    match_result_release(&r);
    match_trace_free(w);
    for (int i = 0; i < 2; i++)
        kind_release(&agent[i]);
    kind_release(&game);
    unlink(path);
}
END_TEST

#define HEADER                                                                             \
    "{\"ursa-trace\":2,\"version\":\"1\",\"config\":{\"game\":\"g\",\"seats\":[\"a\","     \
    "\"b\"],"                                                                              \
    "\"steps\":3},\"seeds\":{\"root\":5,\"seed\":7,\"map\":0}}\n"

START_TEST(every_malformed_line_of_a_match_is_told_with_its_place)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        { "{\"t\":2,\"a\":[0,0],\"o\":[0,0],\"r\":[0,0]}\n",
          ":2:1: error: t is not the move" },
        { "{\"t\":1,\"a\":[0],\"o\":[0,0],\"r\":[0,0]}\n", ":2:1: error: a must have an" },
        { "{\"t\":1,\"a\":[0,32],\"o\":[0,0],\"r\":[0,0]}\n", ":2:1: error: action, obs" },
        { "{\"t\":1,\"a\":[0,0],\"o\":[0,0],\"r\":[0]}\n", ":2:1: error: action, obs" },
        { "{\"t\":1,\"a\":[0,0],\"o\":[0,null],\"r\":[0,0]}\n",
          ":2:1: error: action, obs" },
        { "[]\n", ":2:1: error: not an object" },
        { "{\"t\"\n", ":2:1: error: " },
        { "{\"end\":true,\"steps\":4,\"hash\":\"0123456789abcdef\"}\n",
          ":2:1: error: steps is" },
        { "{\"end\":true,\"steps\":0,\"hash\":\"0\"}\n", ":2:1: error: hash must" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[600];
        struct match_record was;
        struct err err = { 0 };
        snprintf(text, sizeof text, "%s%s", HEADER, bad[i].text);
        make_file(text);
        ck_assert(!match_trace_read(&was, path, &err));
        ck_assert_msg(strstr(err.text, bad[i].message) && err.n == 1, "%s", err.text);
        unlink(path);
    }
    struct match_record was;
    make_file("{\"ursa-trace\":2,"); /* cut off in its first line: nothing is there */
    ck_assert(!match_trace_read(&was, path, NULL));
    unlink(path);
    make_file(HEADER "{\"t\":1,\"a\":[0,31],\"o\":[1,0],\"r\":[5,0]}\n{\"t\":2,");
    ck_assert(match_trace_read(&was, path, NULL));
    ck_assert(was.n == 1 && !was.ended && was.e[0].rew == 5 && was.at[0].action[1] == 31);
    match_record_release(&was);
    unlink(path);
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
    Suite *s = suite_create("game");
    TCase *tc = tcase_create("games"), *seats = tcase_create("seats");
    int n = 0;
    while (policy_shelf.at[n])
        n++;
    tcase_add_test(tc, two_moves_at_once_are_paid_by_the_table);
    tcase_add_test(tc, a_table_knows_its_range_and_what_is_good);
    tcase_add_test(tc, tic_tac_toe_goes_by_turns_to_its_end);
    tcase_add_test(tc, each_sees_its_own_marks_as_the_first);
    tcase_add_loop_test(tc, every_policy_says_chances_that_sum_to_one, 0, n);
    tcase_set_timeout(seats, 60);
    tcase_add_loop_test(seats, the_seat_of_the_dilemma_is_the_dilemma, 0, 10);
    tcase_add_loop_test(seats, both_seats_of_the_dilemma_are_alike, 0, 10);
    tcase_add_test(seats, the_seat_of_tic_tac_toe_is_tic_tac_toe);
    tcase_add_test(seats, the_law_of_tic_tac_toe_is_the_one_written_by_hand);
    tcase_add_loop_test(seats, three_players_and_a_die_by_hand, 0, 2);
    tcase_add_loop_test(seats, a_seat_keeps_the_promises_of_a_world, 0, 4 * SAYERS);
    tcase_add_test(seats, so_does_the_seat_of_who_moves_second);
    tcase_add_test(seats, of_too_many_ways_there_is_no_list);
    tcase_add_loop_test(seats, the_others_learn_what_is_theirs_by_turns, 0, 2);
    tcase_add_loop_test(
        seats, a_match_with_who_never_changes_is_the_seat_against_the_policy, 0, 4);
    tcase_add_test(seats, by_turns_each_has_a_clock_of_its_own);
    tcase_add_loop_test(seats, a_session_of_n_seats_costs_the_sum_of_its_agents, 0, 2);
    tcase_add_test(seats, an_agent_that_needs_the_law_is_refused_among_agents);
    tcase_add_test(seats, what_was_written_of_a_match_is_read_back);
    tcase_add_test(seats, every_malformed_line_of_a_match_is_told_with_its_place);
    tcase_add_loop_test(seats, the_others_are_paid_by_their_own_table, 0, 2);
    tcase_add_test(seats, a_wrong_seat_is_refused_with_words);
    suite_add_tcase(s, tc);
    suite_add_tcase(s, seats);
    return harness_run(s);
}
