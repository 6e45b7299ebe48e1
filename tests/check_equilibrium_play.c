#include "config.h"

#include "bayes.h"
#include "equilibria.h"
#include "gaps.h"
#include "harness.h"
#include "life.h"
#include "players.h"
#include "registry.h"
#include "seat.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Two who learn about each other in matching pennies: whether their play comes to the
 * equilibrium, in exact numbers and in matches. */

struct pair {
    struct game *game;
    struct spec_of spec[2];
    struct env *env[2];
    struct agent *agent[2];
    struct match m;
};

static void pair_begin(struct pair *p, const char *game, const char *one, const char *other,
                       uint32_t seed)
{
    const char *const name[] = { one, other };
    struct err err = { 0 };
    p->game = players_game(game);
    for (uint32_t i = 0; i < 2; i++) {
        ck_assert_msg(kind_parse(&p->spec[i], &agent_shelf, name[i], &err), "%s", err.text);
        p->env[i] = seat_open_among(p->game, i);
        p->agent[i] = agent_open(&p->spec[i], p->env[i], &err);
        ck_assert_msg(p->agent[i] != NULL, "%s", err.text);
    }
    match_init(&p->m, p->game, p->env, p->agent, 1, seed);
}

static void pair_end(struct pair *p)
{
    match_release(&p->m);
    for (uint32_t i = 0; i < 2; i++) {
        p->agent[i]->ops->close(p->agent[i]);
        env_close(p->env[i]);
        kind_release(&p->spec[i]);
    }
    game_close(p->game);
}

static void pair_step(struct pair *p)
{
    struct err err = { 0 };
    ck_assert_msg(match_step(&p->m, &err), "%s", err.text);
}

static double nashconv(const struct game *g, double p, double q)
{
    struct profile x = { { { p, 1 - p }, { q, 1 - q } } };
    return profile_nashconv(normal_of(g), &x, NULL);
}

/* ---- best responses to frequencies */

/* Both count from one of each, ties go to heads. Averages come to 1/2, play does not: each
 * move is known beforehand. */
START_TEST(two_greedy_learners_never_come_to_rest)
{
    static const char moves[] = "HHHTHTTTTTTTTHTHTHTHHHHHHHHHHHHT";
    struct pair p;
    double chance[2][2], heads[2] = { 0 };
    pair_begin(&p, "matching-pennies", "fictitious", "fictitious", 1);
    for (int t = 0; t < 2000; t++) {
        for (uint32_t i = 0; i < 2; i++)
            p.agent[i]->ops->chances(p.agent[i], chance[i]);
        ck_assert_near(nashconv(p.game, chance[0][0], chance[1][0]), 1, 1e-12);
        pair_step(&p);
        for (uint32_t i = 0; i < 2; i++) {
            unsigned action = p.m.seat[i].last.action;
            ck_assert_uint_eq(chance[i][action] > 0.5, 1);
            heads[i] += !action;
            if (t < 16)
                ck_assert_int_eq(moves[2 * t + (int)i], action ? 'T' : 'H');
        }
    }
    ck_assert_near(heads[0] / 2000, 0.5, 0.05);
    ck_assert_near(heads[1] / 2000, 0.5, 0.05);
    pair_end(&p);
}
END_TEST

/* ---- Thompson samplers that believe in always heads, always tails, or a fair coin */

/* What a player has shown in n rounds: all heads, all tails, or both. */
enum { HEADS, TAILS, BOTH, KINDS };
static const char believer[] =
    "thompson:family=named:of=all-d+all-c+random,resample=horizon,horizon=1";

/* The chance that who believes so of the other after n rounds takes it to show heads; a
 * fair coin is answered by one. */
static double takes_for_heads(int shown, unsigned n)
{
    double sure = 1 / (1 + pow(2, -(double)n));
    double heads = n ? (shown == HEADS ? sure : 0) : 1 / 3.;
    double fair = n ? (shown == BOTH ? 1 : 1 - sure) : 1 / 3.;
    return heads + fair / 2;
}

static int shown_next(int shown, unsigned n, int move)
{
    return n && shown != move ? BOTH : move;
}

struct exact_pair {
    double p[KINDS][KINDS]; /* what the row and the column have shown */
    unsigned n;
};

/* The row shows what it takes the column to show; the column the other side. */
static double row_heads(const struct exact_pair *x, int column)
{
    return takes_for_heads(column, x->n);
}
static double column_heads(const struct exact_pair *x, int row)
{
    return 1 - takes_for_heads(row, x->n);
}

static double expected_nashconv(const struct exact_pair *x, const struct game *g)
{
    double sum = 0;
    for (int i = 0; i < KINDS; i++)
        for (int k = 0; k < KINDS; k++)
            if (x->p[i][k] > 0)
                sum += x->p[i][k] * nashconv(g, row_heads(x, k), column_heads(x, i));
    return sum;
}

static void exact_round(struct exact_pair *x)
{
    struct exact_pair to = { .n = x->n + 1 };
    for (int i = 0; i < KINDS; i++)
        for (int k = 0; k < KINDS; k++)
            for (int joint = 0; joint < 4; joint++) {
                int a = joint / 2, b = joint % 2;
                double p = row_heads(x, k), q = column_heads(x, i);
                to.p[shown_next(i, x->n, a)][shown_next(k, x->n, b)] +=
                    x->p[i][k] * (a == HEADS ? p : 1 - p) * (b == HEADS ? q : 1 - q);
            }
    *x = to;
}

/* NashConv before round t and the chance that both know of a coin after it, by exact
 * enumeration; both are told in ursa-policies(7). */
START_TEST(two_thompson_samplers_come_to_equilibrium)
{
    static const struct {
        unsigned t;
        double nashconv, fair, tol;
    } cases[] = {
        { 1, 0, 0, 1e-12 },
        { 2, 2 / 3., 5 / 36., 1e-12 },
        { 3, 2 / 5., .5125, 1e-12 },
        { 5, 2 / 17., .875019, 1e-6 },
        { 10, .003899, .996094, 1e-6 },
    };
    struct game *g = players_game("matching-pennies");
    struct exact_pair x = { .p[HEADS][HEADS] = 1 };
    size_t at = 0;
    for (unsigned t = 1; t <= 10; t++) {
        double before = expected_nashconv(&x, g);
        exact_round(&x);
        if (t != cases[at].t)
            continue;
        ck_assert_near(before, cases[at].nashconv, cases[at].tol);
        ck_assert_near(x.p[BOTH][BOTH], cases[at].fair, cases[at].tol);
        at++;
    }
    game_close(g);
}
END_TEST

/* With which chance a believer takes the other to show heads, by its posterior. */
static double believed_heads(const struct agent *ag)
{
    const struct model *m = ((const struct bayes *)ag)->model;
    double w[3];
    ck_assert_uint_eq(m->ops->posterior(m, w, 3), 3);
    return w[0] + w[2] / 2;
}

/* NashConv of what both say that they will do. */
static double told_nashconv(struct pair *p)
{
    double x[2][ACTIONS_MAX];
    for (uint32_t i = 0; i < 2; i++)
        ck_assert(p->agent[i]->ops->chances(p->agent[i], x[i]));
    return nashconv(p->game, x[0][0], x[1][0]);
}

/* The agents themselves, over 2000 seeds: five standard errors of the exact means. */
START_TEST(so_do_the_agents)
{
    enum { SEEDS = 2000, ROUNDS = 5 };
    double sum[ROUNDS] = { 0 }, square[ROUNDS] = { 0 };
    struct game *g = players_game("matching-pennies");
    struct exact_pair x = { .p[HEADS][HEADS] = 1 };
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct pair p;
        pair_begin(&p, "matching-pennies", believer, believer, seed);
        for (int t = 0; t < ROUNDS; t++) {
            double gap =
                nashconv(g, believed_heads(p.agent[0]), 1 - believed_heads(p.agent[1]));
            ck_assert_near(told_nashconv(&p), gap, 1e-12);
            sum[t] += gap / SEEDS;
            square[t] += gap * gap / SEEDS;
            pair_step(&p);
        }
        pair_end(&p);
    }
    for (int t = 0; t < ROUNDS; t++, exact_round(&x)) {
        double error = sqrt((square[t] - sum[t] * sum[t]) / SEEDS);
        ck_assert_near(sum[t], expected_nashconv(&x, g), 5 * error + 1e-12);
    }
    game_close(g);
}
END_TEST

/* Two aixi that expect coins answer for sure, but for ties, and each answer can be used:
 * NashConv is 1 in every round in which both prefer something. Averages come to the
 * equilibrium. */
START_TEST(two_greedy_bayesians_never_come_to_rest)
{
    enum { ROUNDS = 400 };
    static const char aixi[] = "aixi:horizon=1,family=bernoulli:grid=101";
    int sure = 0;
    double x[2][ACTIONS_MAX], heads[2] = { 0 };
    struct pair p;
    pair_begin(&p, "matching-pennies", aixi, aixi, 1);
    for (int t = 0; t < ROUNDS; t++) {
        bool ties = false;
        for (uint32_t i = 0; i < 2; i++) {
            ck_assert(p.agent[i]->ops->chances(p.agent[i], x[i]));
            ties = ties || x[i][0] == 0.5;
            heads[i] += x[i][0] / ROUNDS;
        }
        ck_assert(ties || nashconv(p.game, x[0][0], x[1][0]) == 1);
        sure += !ties;
        pair_step(&p);
    }
    ck_assert_int_gt(sure, ROUNDS * 3 / 4);
    for (uint32_t i = 0; i < 2; i++)
        ck_assert_near(heads[i], 0.5, 0.1);
    pair_end(&p);
}
END_TEST

/* Thompson samplers with their effective horizon, in a class that is closed under best
 * responses: what the other plays between two draws is in it. In the last half of 400
 * rounds they are at equilibrium. Not so in chicken: whoever is seen to change at a draw
 * falsifies all that are sure, and two who have the coin alone left both swerve, for ever,
 * where each could gain 1. */
START_TEST(samplers_of_a_closed_class_come_to_equilibrium)
{
    enum { SEEDS = 20, ROUNDS = 400 };
    static const char sampler[] = "thompson:family=responses:to=all-c+all-d+random";
    static const char *const games[] = { "matching-pennies", "stag-hunt",
                                         "prisoners-dilemma", "chicken" };
    double sum = 0;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct pair p;
        pair_begin(&p, games[_i], sampler, sampler, seed);
        for (int t = 0; t < ROUNDS; t++) {
            if (t >= ROUNDS / 2)
                sum += told_nashconv(&p) / (SEEDS * ROUNDS / 2);
            pair_step(&p);
        }
        pair_end(&p);
    }
    ck_assert(strcmp(games[_i], "chicken") ? sum < 0.01 : sum > 0.4 && sum < 1.2);
}
END_TEST

static const char *const foretold[] = {
    "aixi:family=automata:states=2,horizon=4", "thompson:family=automata:states=2",
    "thompson:family=bernoulli:grid=5",        "mdl:family=automata:states=2",
    "optimistic:family=automata:states=2",     "kl-ksa:family=automata:states=2,horizon=3",
};
enum { FORETOLD = sizeof foretold / sizeof *foretold };

/* Who is asked for its chances first plans no differently, and does what it has called
 * possible. */
START_TEST(to_be_asked_changes_nothing)
{
    struct pair asked, left;
    const char *other =
        strstr(foretold[_i], "automata") ? "scripted:actions=0+1" : "q-learning";
    const char *game = _i % 2 ? "prisoners-dilemma" : "matching-pennies";
    pair_begin(&asked, game, foretold[_i], other, 3);
    pair_begin(&left, game, foretold[_i], other, 3);
    for (int t = 0; t < 30; t++) {
        double p[ACTIONS_MAX];
        ck_assert(asked.agent[0]->ops->chances(asked.agent[0], p));
        ck_assert_near(p[0] + p[1], 1, 1e-12);
        pair_step(&asked);
        pair_step(&left);
        uint32_t does = asked.m.seat[0].last.action;
        ck_assert_uint_eq(does, left.m.seat[0].last.action);
        ck_assert_double_gt(p[does], 0);
    }
    pair_end(&asked);
    pair_end(&left);
}
END_TEST

/* Who expects always heads or always tails is at its end when the other mixes; with the one
 * that knows it is believed in, found by iteration, nobody needs to give them a coin. */
START_TEST(a_grain_that_is_found_leads_to_equilibrium)
{
    enum { ROUNDS = 30 };
    static const char sampler[] = "thompson:family=reflective:rounds=1:of=bernoulli:grid=2,"
                                  "resample=horizon,horizon=1";
    for (uint32_t seed = 1; seed <= 20; seed++) {
        struct pair p;
        double first = 0;
        pair_begin(&p, "matching-pennies", sampler, sampler, seed);
        for (int t = 0; t < ROUNDS; t++) {
            first = t < 10 ? fmax(first, told_nashconv(&p)) : first;
            pair_step(&p);
        }
        ck_assert_double_gt(first, 0.1);
        ck_assert_double_le(told_nashconv(&p), 1e-3);
        pair_end(&p);
    }
}
END_TEST

/* A grain of truth: of three that it might meet it knows one for sure after some rounds,
 * and wins all that follow. */
START_TEST(who_has_a_grain_of_truth_wins)
{
    struct pair p;
    pair_begin(&p, "matching-pennies",
               "aixi:family=agents:of=fictitious+logit+random,horizon=2", "fictitious", 1);
    for (int t = 0; t < 40; t++) {
        pair_step(&p);
        if (t >= 10)
            ck_assert_int_eq(p.m.seat[0].last.e.rew, 1);
    }
    const struct model *m = ((const struct bayes *)p.agent[0])->model;
    double w[3];
    m->ops->posterior(m, w, 3);
    ck_assert_double_gt(w[0], 0.999);
    pair_end(&p);
}
END_TEST

/* ---- what a match tells */

/* The row cooperates four times, the column does so every other time, by hand: the row
 * gets 6 instead of 12, the column 16 instead of 20. */
/* Who believes in coins of 0, 1/2 and 1 expects heads of one that always shows heads with
 * chances 1/2, 5/6, 9/10. Who scripts expects nothing. */
START_TEST(the_error_of_what_is_expected_by_hand)
{
    static const double misses[] = { 1 / 2., 1 / 6., 1 / 10. };
    struct pair p;
    struct gaps g = { 0 };
    pair_begin(&p, "matching-pennies", "aixi:horizon=1,family=bernoulli:grid=3",
               "scripted:actions=0", 1);
    gaps_begin(&g, p.game, p.agent);
    for (int t = 0; t < 3; t++) {
        gaps_before(&g, p.agent);
        ck_assert_near(g.misses[0], misses[t], 1e-12);
        pair_step(&p);
        uint8_t moves[] = { (uint8_t)p.m.seat[0].last.action, 0 };
        gaps_after(&g, moves);
    }
    gaps_end(&g);
    ck_assert_near(g.error[0], (1 / 2. + 1 / 6. + 1 / 10.) / 3, 1e-12);
    ck_assert(isnan(g.error[1]));
    gaps_release(&g);
    pair_end(&p);
}
END_TEST

/* Of 26 automata of two states that begin alike one is tit-for-tat: its weight grows as the
 * others are refuted, and in a class without it there is none. */
START_TEST(the_belief_in_what_the_other_is_by_hand)
{
    struct pair p;
    struct gaps g = { 0 };
    pair_begin(&p, "prisoners-dilemma", "aixi:horizon=3,family=automata:states=2",
               "policy:policy=tit-for-tat", 1);
    gaps_begin(&g, p.game, p.agent);
    double before = 0;
    for (int t = 0; t < 12; t++) {
        gaps_before(&g, p.agent);
        if (t == 0)
            ck_assert_near(g.belief[0], 1 / 26., 1e-12);
        ck_assert_double_ge(g.belief[0], before - 1e-12);
        ck_assert(isnan(g.belief[1]));
        before = g.belief[0];
        pair_step(&p);
    }
    ck_assert_double_gt(before, 1 / 13.);
    gaps_release(&g);
    pair_end(&p);
    pair_begin(&p, "prisoners-dilemma", "aixi:horizon=1,family=bernoulli",
               "policy:policy=tit-for-tat", 1);
    gaps_begin(&g, p.game, p.agent);
    gaps_before(&g, p.agent);
    ck_assert_near(g.belief[0], 0, 1e-12);
    gaps_release(&g);
    pair_end(&p);
}
END_TEST

START_TEST(gaps_and_regret_by_hand)
{
    struct pair p;
    struct gaps g = { 0 };
    pair_begin(&p, "prisoners-dilemma", "scripted:actions=1", "scripted:actions=1+0", 1);
    gaps_begin(&g, p.game, p.agent);
    for (int t = 0; t < 4; t++) {
        gaps_before(&g, p.agent);
        pair_step(&p);
        uint8_t moves[] = { (uint8_t)p.m.seat[0].last.action,
                            (uint8_t)p.m.seat[1].last.action };
        gaps_after(&g, moves);
        ck_assert_near(g.last, t % 2 ? 1 : 4, 1e-12);
        ck_assert_near(g.epsilon, t % 2 ? 1 : 2, 1e-12);
    }
    gaps_end(&g);
    ck_assert_near(g.mean, 2.5, 1e-12);
    ck_assert_near(g.averages, 2.5, 1e-12);
    ck_assert_near(g.regret[0], 1.5, 1e-12);
    ck_assert_near(g.regret[1], 1, 1e-12);
    ck_assert_uint_eq(g.joint[2], 2); /* the row cooperates, the column does not */
    gaps_release(&g);
    pair_end(&p);
}
END_TEST

/* ---- players of a stage */

static void law_of(const char *agent, const char *game, double *p)
{
    struct pair x;
    pair_begin(&x, game, agent, "random", 1);
    x.agent[0]->ops->chances(x.agent[0], p);
    pair_end(&x);
}

/* Against one of each: 1 / (1 + exp(-lambda (worth - worth))), by hand. */
START_TEST(what_is_better_is_done_more_often)
{
    double p[2];
    law_of("logit", "prisoners-dilemma", p); /* 3 and 1.5 */
    ck_assert_near(p[0], 1 / (1 + exp(-1.5)), 1e-12);
    law_of("logit:lambda=0", "prisoners-dilemma", p);
    ck_assert_near(p[0], 0.5, 1e-12);
    law_of("logit:lambda=2", "stag-hunt", p); /* 2 and 3 */
    ck_assert_near(p[0], 1 / (1 + exp(2)), 1e-12);
}
END_TEST

/* Asymmetric pennies: heads pays the row more, so that level 1 shows it, and the column,
 * all else alike, the first. */
START_TEST(who_thinks_further_answers_who_thinks_less)
{
    double p[2];
    law_of("level-k:level=0", "asymmetric-pennies", p);
    ck_assert_near(p[0], 0.5, 1e-12);
    law_of("level-k", "asymmetric-pennies", p);
    ck_assert_near(p[0], 1, 1e-12);
    /* Battle of the sexes: the row's first is boxing, the column's first ballet; level 2
     * meets (1/2 + 0)/2 = 1/4 boxing: 2/4 against 3/4. */
    law_of("level-k:level=2", "battle-of-sexes", p);
    ck_assert_near(p[0], 0, 1e-12);
    law_of("fictitious:ties=random", "matching-pennies", p);
    ck_assert_near(p[0], 0.5, 1e-12);
}
END_TEST

START_TEST(what_is_no_table_is_refused_with_words)
{
    static const char *const agents[] = { "fictitious", "logit", "level-k" };
    char say[100];
    snprintf(say, sizeof say, "%s plays games of two with a table of payments", agents[_i]);
    life_refused(agents[_i], "tiger", say);
    life_refused(agents[_i], "seat:game=tictactoe", say);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("equilibrium play");
    TCase *tc = tcase_create("equilibrium play");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, two_greedy_learners_never_come_to_rest);
    tcase_add_test(tc, two_thompson_samplers_come_to_equilibrium);
    tcase_add_test(tc, so_do_the_agents);
    tcase_add_test(tc, two_greedy_bayesians_never_come_to_rest);
    tcase_add_loop_test(tc, samplers_of_a_closed_class_come_to_equilibrium, 0, 4);
    tcase_add_loop_test(tc, to_be_asked_changes_nothing, 0, FORETOLD);
    tcase_add_test(tc, a_grain_that_is_found_leads_to_equilibrium);
    tcase_add_test(tc, who_has_a_grain_of_truth_wins);
    tcase_add_test(tc, gaps_and_regret_by_hand);
    tcase_add_test(tc, the_error_of_what_is_expected_by_hand);
    tcase_add_test(tc, the_belief_in_what_the_other_is_by_hand);
    tcase_add_test(tc, what_is_better_is_done_more_often);
    tcase_add_test(tc, who_thinks_further_answers_who_thinks_less);
    tcase_add_loop_test(tc, what_is_no_table_is_refused_with_words, 0, 3);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
