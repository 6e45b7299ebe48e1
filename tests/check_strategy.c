#include "config.h"

#include "class.h"
#include "harness.h"
#include "players.h"
#include "registry.h"
#include "responses.h"
#include "seat.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Best responses to policies of few memories, and classes that are closed under them. */

static struct strategy *strategy_named(const char *policy, const struct game *g, uint32_t i)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &policy_shelf, policy, &err), "%s", err.text);
    struct policy *p = policy_open(&spec, &g->space[i], &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    struct strategy *s = strategy_of(p, g, i, &err);
    ck_assert_msg(s != NULL, "%s", err.text);
    policy_close(p);
    kind_release(&spec);
    return s;
}

/* newer-agents, section 6: what is best against grim trigger and tit-for-tat, and when it
 * is to cooperate: from gamma 1/2 and 2/3 on. */
START_TEST(the_best_response_is_known)
{
    static const struct {
        const char *policy;
        double gamma, best;
    } cases[] = { { "grudger", 0.45, 3.2 },
                  { "grudger", 0.5 - 1e-6, 3 },
                  { "grudger", 0.55, 3 },
                  { "tit-for-tat", 0.3, 5 / 1.3 },
                  { "tit-for-tat", 0.65, 5 / 1.65 },
                  { "tit-for-tat", 0.7, 3 },
                  { "all-c", 0.9, 5 },
                  { "all-d", 0.9, 1 } };
    struct game *g = players_game("prisoners-dilemma");
    struct strategy *other = strategy_named(cases[_i].policy, g, 1);
    double gamma = cases[_i].gamma, best = strategy_best(other, normal_of(g), 0, gamma);
    struct strategy *own = strategy_response(other, normal_of(g), 0, gamma);
    ck_assert_near(best, cases[_i].best, 1e-5);
    if (gamma < 0.49 || gamma > 0.51)
        ck_assert_near(best, cases[_i].best, 1e-12);
    ck_assert_near(strategy_value(own, other, normal_of(g), 0, gamma), best, 1e-11);
    strategy_free(own);
    strategy_free(other);
    game_close(g);
}
END_TEST

/* Pavlov against who always defects: every other round it is taken in. */
START_TEST(pavlov_earns_half_from_a_traitor)
{
    struct game *g = players_game("prisoners-dilemma");
    struct strategy *pavlov = strategy_named("pavlov", g, 0);
    struct strategy *traitor = strategy_named("all-d", g, 1);
    ck_assert_near(strategy_value(pavlov, traitor, normal_of(g), 0, 0.9), 0.9 / 1.9, 1e-12);
    ck_assert_near(strategy_value(traitor, pavlov, normal_of(g), 1, 0.9),
                   (5 + 0.9 * 1) / 1.9, 1e-12);
    ck_assert_uint_eq(pavlov->n, 2);
    ck_assert_uint_eq(traitor->n, 1);
    strategy_free(pavlov);
    strategy_free(traitor);
    game_close(g);
}
END_TEST

static struct responses *answers(const char *game, const char *policies, double gamma,
                                 uint32_t rounds, struct err *err)
{
    size_t n;
    struct game *g = players_game(game);
    struct spec_of *list = kind_parse_list(&policy_shelf, policies, &n, err);
    ck_assert_msg(list != NULL, "%s", err->text);
    struct responses *r = responses_new(list, n, g, gamma, rounds, err);
    kind_free_list(list, n);
    game_close(g);
    return r;
}

/* Sizes of the classes by hand: against heads one shows heads and the other tails, against
 * a coin a coin is as good as anything. In the dilemma all is answered by treason, but who
 * repays it. */
START_TEST(classes_close)
{
    static const struct {
        const char *game, *policies;
        uint32_t rounds;
        size_t n[2];
        double gap;
    } cases[] = {
        { "matching-pennies", "all-c+all-d+random", 16, { 3, 3 }, 0 },
        { "matching-pennies", "all-d", 16, { 2, 2 }, 0 },
        { "matching-pennies", "all-d", 0, { 1, 1 }, 1 },
        { "matching-pennies", "all-d", 1, { 1, 2 }, 1 },
        { "prisoners-dilemma", "all-c", 0, { 1, 1 }, 2 },
        { "prisoners-dilemma", "all-c", 16, { 2, 2 }, 0 },
        { "prisoners-dilemma", "tit-for-tat+all-d", 0, { 2, 2 }, 0 },
    };
    struct err err = { 0 };
    struct responses *r =
        answers(cases[_i].game, cases[_i].policies, 0.9, cases[_i].rounds, &err);
    ck_assert_msg(r != NULL, "%s", err.text);
    ck_assert_uint_eq(r->n[0], cases[_i].n[0]);
    ck_assert_uint_eq(r->n[1], cases[_i].n[1]);
    ck_assert_near(fmax(r->gap[0], r->gap[1]), cases[_i].gap, 1e-11);
    responses_free(r);
}
END_TEST

/* The certificate is what its words say: nobody in the other's class is answered better
 * than by one of the own class. */
START_TEST(the_certificate_holds)
{
    static const char *const games[] = { "matching-pennies", "asymmetric-pennies",
                                         "prisoners-dilemma", "stag-hunt", "chicken" };
    struct err err = { 0 };
    struct responses *r =
        answers(games[_i], "all-c+all-d+tit-for-tat+pavlov+random", 0.8, 64, &err);
    struct game *g = players_game(games[_i]);
    ck_assert_msg(r != NULL, "%s", err.text);
    ck_assert_double_lt(fmax(r->gap[0], r->gap[1]), 1e-10);
    for (uint32_t i = 0; i < 2; i++)
        for (size_t k = 0; k < r->n[!i]; k++) {
            const struct strategy *other = r->of[!i][k].s;
            double best = strategy_best(other, normal_of(g), i, 0.8), own = -HUGE_VAL;
            for (size_t m = 0; m < r->n[i]; m++)
                own = fmax(own, strategy_value(r->of[i][m].s, other, normal_of(g), i, 0.8));
            ck_assert_near(own, best, 1e-10);
        }
    game_close(g);
    responses_free(r);
}
END_TEST

/* As a hypothesis it behaves as what it was made from. */
START_TEST(a_policy_is_what_its_strategy_says)
{
    struct game *g = players_game("prisoners-dilemma");
    struct strategy *s = strategy_named("tit-for-two-tats", g, 1);
    struct policy *p = strategy_policy(s, &g->space[1]);
    struct err err = { 0 };
    struct strategy *again = strategy_of(p, g, 1, &err);
    ck_assert_msg(again && strategy_same(s, again), "%s", err.text);
    ck_assert_uint_eq(s->n, 3);
    strategy_free(again);
    strategy_free(s);
    policy_close(p);
    game_close(g);
}
END_TEST

START_TEST(who_has_too_many_memories_is_refused)
{
    struct err err = { 0 };
    ck_assert(!answers("prisoners-dilemma", "gradual", 0.9, 4, &err));
    ck_assert_msg(strstr(err.text, "gradual has more than 4096 memories") != NULL, "%s",
                  err.text);
    err = (struct err){ 0 };
    ck_assert(!answers("kuhn-poker", "random", 0.9, 4, &err));
    ck_assert_msg(strstr(err.text, "is no table of two players") != NULL, "%s", err.text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("strategy");
    TCase *t = tcase_create("strategy");
    tcase_add_loop_test(t, the_best_response_is_known, 0, 8);
    tcase_add_test(t, pavlov_earns_half_from_a_traitor);
    tcase_add_loop_test(t, classes_close, 0, 7);
    tcase_add_loop_test(t, the_certificate_holds, 0, 5);
    tcase_add_test(t, a_policy_is_what_its_strategy_says);
    tcase_add_test(t, who_has_too_many_memories_is_refused);
    suite_add_tcase(s, t);
    return harness_run(s);
}
