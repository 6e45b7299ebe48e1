#include "config.h"

#include "equilibria.h"
#include "harness.h"
#include "players.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Games of two moves by hand: p and q are the chances of move 0. */
struct point {
    double p, q, value[2];
};
static const struct row {
    const char *game;
    size_t n;
    struct point at[3];
    double maximin[2], uniform; /* NashConv at (1/2, 1/2) */
    double logit[2], logit_gap; /* response at lambda 1; p < 0: not said */
} table[] = {
    { "matching-pennies", 1, { { .5, .5, { .5, .5 } } }, { .5, .5 }, 0, { .5, .5 }, 0 },
    { "asymmetric-pennies",
      1,
      { { .5, .2, { .8, .5 } } },
      { .8, .5 },
      .75,
      { .721937, .390818 },
      .438771 },
    { "prisoners-dilemma",
      1,
      { { 1, 1, { 1, 1 } } },
      { 1, 1 },
      1.5,
      { .773249, .773249 },
      .556333 },
    { "stag-hunt",
      3,
      { { 1, 1, { 4, 4 } }, { 0, 0, { 3, 3 } }, { .75, .75, { 3, 3 } } },
      { 3, 3 },
      1,
      { .059387, .059387 },
      .328109 },
    { "chicken",
      3,
      { { 1, 0, { 7, 2 } },
        { 0, 1, { 2, 7 } },
        { 1 / 3.0, 1 / 3.0, { 14 / 3.0, 14 / 3.0 } } },
      { 2, 2 },
      .5,
      { .428849, .428849 },
      .245772 },
    { "coordination",
      3,
      { { 1, 1, { 1, 1 } }, { 0, 0, { 1, 1 } }, { .5, .5, { .5, .5 } } },
      { .5, .5 },
      0,
      { -1, -1 },
      0 },
    /* Each ensures 2/3: (1/3, 2/3) against 2 or 1, and is indifferent at 2/3. */
    { "battle-of-sexes",
      3,
      { { 1, 1, { 2, 1 } },
        { 0, 0, { 1, 2 } },
        { 2 / 3.0, 1 / 3.0, { 2 / 3.0, 2 / 3.0 } } },
      { 2 / 3.0, 2 / 3.0 },
      .5,
      { -1, -1 },
      0 },
};
enum { ROWS = sizeof table / sizeof *table };

START_TEST(the_equilibria_are_those_known)
{
    const struct row *r = &table[_i];
    struct game *g = players_game(r->game);
    struct equilibria e;
    ck_assert_ptr_nonnull(normal_of(g));
    equilibria_find(normal_of(g), &e);
    ck_assert_ptr_null(e.lacks);
    ck_assert_uint_eq(e.n, r->n);
    for (size_t k = 0; k < r->n; k++) {
        const struct point *at = &r->at[k];
        ck_assert_near(e.at[k].p[0][0], at->p, 1e-9);
        ck_assert_near(e.at[k].p[1][0], at->q, 1e-9);
        ck_assert_near(profile_nashconv(normal_of(g), &e.at[k], NULL), 0, 1e-9);
        for (uint32_t i = 0; i < 2; i++)
            ck_assert_near(profile_value(normal_of(g), &e.at[k], i), at->value[i], 1e-9);
    }
    equilibria_release(&e);
    game_close(g);
}
END_TEST

START_TEST(what_is_sure_and_what_is_lost_at_random)
{
    const struct row *r = &table[_i];
    struct game *g = players_game(r->game);
    struct profile x;
    double mix[ACTIONS_MAX], gap[PLAYERS_MAX];
    for (uint32_t i = 0; i < 2; i++)
        ck_assert_near(normal_maximin(normal_of(g), i, mix), r->maximin[i], 1e-9);
    profile_uniform(normal_of(g), &x);
    ck_assert_near(profile_nashconv(normal_of(g), &x, gap), r->uniform, 1e-9);
    ck_assert_near(gap[0] + gap[1], r->uniform, 1e-12);
    game_close(g);
}
END_TEST

START_TEST(logit_responses_are_those_known)
{
    const struct row *r = &table[_i];
    struct game *g = players_game(r->game);
    struct profile x;
    profile_uniform(normal_of(g), &x);
    ck_assert(logit_response(normal_of(g), 1, 1e-12, 1000000, &x));
    if (r->logit[0] >= 0) {
        ck_assert_near(x.p[0][0], r->logit[0], 6e-7);
        ck_assert_near(x.p[1][0], r->logit[1], 6e-7);
        ck_assert_near(profile_nashconv(normal_of(g), &x, NULL), r->logit_gap, 6e-7);
    }
    game_close(g);
}
END_TEST

/* (1/2, 1/2) -> (.534442, .201380) with NashConv .017084 at lambda 20 -> (1/2, 1/5). */
START_TEST(sharper_responses_come_to_the_mixed_equilibrium)
{
    struct game *g = players_game("asymmetric-pennies");
    struct profile x;
    profile_uniform(normal_of(g), &x);
    ck_assert(logit_response(normal_of(g), 20, 1e-12, 10000000, &x));
    ck_assert_near(x.p[0][0], .534442, 6e-7);
    ck_assert_near(x.p[1][0], .201380, 6e-7);
    ck_assert_near(profile_nashconv(normal_of(g), &x, NULL), .017084, 6e-7);
    double lambda = logit_path(normal_of(g), 1e-3, &x);
    ck_assert(lambda > 20 && lambda < 1e4);
    ck_assert_double_lt(profile_nashconv(normal_of(g), &x, NULL), 1e-3);
    ck_assert_near(x.p[0][0], .5, 5e-3);
    ck_assert_near(x.p[1][0], .2, 5e-3);
    game_close(g);
}
END_TEST

/* A third each of DS, SD and SS gives 5, above the mixed 14/3; SS half and the others a
 * quarter each give 21/4, which is the most: told S, (7 - 6) s <= 2 d. */
START_TEST(a_device_is_obeyed_in_chicken)
{
    struct game *g = players_game("chicken");
    const struct normal *t = normal_of(g);
    double third[4] = { 0, 1 / 3.0, 1 / 3.0, 1 / 3.0 }, best[4], value = 0;
    const double all[4] = { 0, .1, .1, .8 };
    ck_assert_near(correlated_gap(t, third), -1 / 3.0, 1e-12);
    ck_assert_near(correlated_gap(t, all), .6, 1e-12);
    ck_assert(correlated_best(t, best));
    ck_assert_double_le(correlated_gap(t, best), 1e-9);
    for (uint32_t k = 0; k < 4; k++)
        value += best[k] * normal_pay(t, k, 0) / 2 + best[k] * normal_pay(t, k, 1) / 2;
    ck_assert_near(value, 21 / 4.0, 1e-9);
    game_close(g);
}
END_TEST

START_TEST(hands_are_thrown_at_random)
{
    struct game *g = players_game("rock-paper-scissors");
    struct equilibria e;
    double sum = 1, mix[ACTIONS_MAX];
    equilibria_find(normal_of(g), &e);
    ck_assert_uint_eq(e.n, 1);
    ck_assert_uint_eq(e.n_pure, 0);
    for (int a = 0; a < 3; a++)
        ck_assert_near(e.at[0].p[0][a], 1 / 3.0, 1e-9);
    ck_assert(normal_constant_sum(normal_of(g), &sum));
    ck_assert_near(sum, 0, 1e-12);
    ck_assert_near(normal_maximin(normal_of(g), 1, mix), 0, 1e-9);
    equilibria_release(&e);
    game_close(g);
}
END_TEST

/* Of n players with factor r, a coin kept is worth 1 and one given r / n: nobody gives
 * while r < n, and where all give each would gain 1 - r / n. */
START_TEST(nobody_gives_to_the_public)
{
    char spec[60];
    for (int n = 3; n <= 8; n++) {
        snprintf(spec, sizeof spec, "public-goods:players=%d,factor=2", n);
        struct game *g = players_game(spec);
        const struct normal *t = normal_of(g);
        struct equilibria e;
        struct profile all;
        equilibria_find(t, &e);
        ck_assert_uint_eq(e.n, 1);
        ck_assert_ptr_nonnull(e.lacks);
        for (int i = 0; i < n; i++) {
            ck_assert_near(e.at[0].p[i][0], 1, 1e-12);
            ck_assert_near(profile_value(t, &e.at[0], (uint32_t)i), 1, 1e-12);
        }
        profile_pure(t, t->n_joint - 1, &all);
        ck_assert_near(profile_value(t, &all, 2), 2, 1e-12);
        ck_assert_near(profile_nashconv(t, &all, NULL), n - 2, 1e-9);
        equilibria_release(&e);
        game_close(g);
    }
}
END_TEST

/* ---- tables made here */

static struct normal made(int32_t *pay, uint32_t n, uint32_t m)
{
    return (struct normal){ 2, { n, m }, n * m, pay, 1 };
}

/* Three supports of different sizes: whatever column plays, row's second is as good. The
 * corners of the sets of equilibria are counted by hand. */
START_TEST(degenerate_games_have_the_corners_of_their_sets)
{
    /* Row is paid 1, 1 / 1, 0, column 1, 0 / 1, 0: row plays anything against column 0. */
    int32_t pay[] = { 1, 1, 1, 0, 1, 1, 0, 0 };
    struct normal g = made(pay, 2, 2);
    struct equilibria e;
    equilibria_find(&g, &e);
    ck_assert_uint_eq(e.n, 2);
    ck_assert_uint_eq(e.n_pure, 2);
    for (size_t k = 0; k < e.n; k++) {
        ck_assert_near(e.at[k].p[0][k], 1, 1e-12);
        ck_assert_near(e.at[k].p[1][0], 1, 1e-12);
    }
    equilibria_release(&e);
}
END_TEST

/* What is found of random games is in equilibrium, and of odd number where nothing is
 * degenerate: Wilson 1971. */
START_TEST(what_is_found_is_in_equilibrium_and_odd)
{
    struct rng rng = { { 1, 2, 3, (uint64_t)_i + 4 } };
    uint32_t n = 1 + rng_below(&rng, 5), m = 1 + rng_below(&rng, 5);
    int32_t pay[50];
    for (int i = 0; i < 50; i++)
        pay[i] = (int32_t)rng_below(&rng, 2000001) - 1000000;
    struct normal g = made(pay, n, m);
    struct equilibria e;
    equilibria_find(&g, &e);
    ck_assert_uint_eq(e.n % 2, 1);
    for (size_t k = 0; k < e.n; k++)
        ck_assert_near(profile_nashconv(&g, &e.at[k], NULL), 0, 1e-6);
    equilibria_release(&e);
}
END_TEST

/* Beyond what is enumerated, a game of constant sum is solved, another is not: pay is
 * row's a, column's b of 12 moves. */
START_TEST(large_games_of_constant_sum_are_solved)
{
    struct rng rng = { { 4, 3, 2, 1 } };
    int32_t pay[12 * 12 * 2];
    struct equilibria e;
    for (int i = 0; i < 144; i++) {
        pay[2 * i] = (int32_t)rng_below(&rng, 101);
        pay[2 * i + 1] = 100 - pay[2 * i];
    }
    struct normal g = made(pay, 12, 12);
    equilibria_find(&g, &e);
    ck_assert_ptr_nonnull(e.lacks);
    ck_assert_uint_gt(e.n, e.n_pure);
    ck_assert_near(profile_nashconv(&g, &e.at[e.n - 1], NULL), 0, 1e-9);
    equilibria_release(&e);
    pay[0]++;
    equilibria_find(&g, &e);
    ck_assert_uint_eq(e.n, e.n_pure);
    equilibria_release(&e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("equilibria");
    TCase *tc = tcase_create("equilibria");
    tcase_add_loop_test(tc, the_equilibria_are_those_known, 0, ROWS);
    tcase_add_loop_test(tc, what_is_sure_and_what_is_lost_at_random, 0, ROWS);
    tcase_add_loop_test(tc, logit_responses_are_those_known, 0, ROWS);
    tcase_add_test(tc, sharper_responses_come_to_the_mixed_equilibrium);
    tcase_add_test(tc, a_device_is_obeyed_in_chicken);
    tcase_add_test(tc, hands_are_thrown_at_random);
    tcase_add_test(tc, nobody_gives_to_the_public);
    tcase_add_test(tc, degenerate_games_have_the_corners_of_their_sets);
    tcase_add_loop_test(tc, what_is_found_is_in_equilibrium_and_odd, 0, 50);
    tcase_add_test(tc, large_games_of_constant_sum_are_solved);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
