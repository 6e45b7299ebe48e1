#include "config.h"

#include "harness.h"
#include "life.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Players of bandits: ucb1, kl-ucb, gittins, ids, min-ep, and what is Bayes-optimal. */

#define GRID "family=means:levels=0.25+0.5+0.75"
#define TWO  "family=means:levels=0.5/0.4+0.6"

static void told(struct life *l, const char *agent, const char *env)
{
    life_open(l, agent, env);
    life_start(l, 1);
}

static unsigned act(struct life *l)
{
    unsigned action;
    struct err err = { 0 };
    ck_assert_msg(l->ag->ops->act(l->ag, &l->s.mind, &action, &err), "%s", err.text);
    return action;
}

static void tell(struct life *l, unsigned action, int32_t reward)
{
    struct cycle c = { .action = action, .e = { 0, reward } };
    struct err err = { 0 };
    ck_assert_msg(l->ag->ops->update(l->ag, &c, &err), "%s", err.text);
    l->ag->t++;
}

static struct insight look(const struct life *l)
{
    struct insight in;
    insight_clear(&in);
    mind_of(l->ag)->inspect(l->ag, &in);
    return in;
}

static double metric(const struct life *l, const char *name)
{
    struct metric all[METRICS_MAX];
    size_t n = l->ag->ops->report(l->ag, all, METRICS_MAX);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(all[i].name, name))
            return all[i].value;
    ck_abort_msg("no metric %s", name);
    return NAN;
}

/* Arms that always pay .6 and .4: 3 and 2 of the 5 points of the dilemma. newer-agents,
 * section 5, by an independent program. Of ucb1 that page prints the first thirty pulls as
 * 010101001101001010010010010010, which is not what its formula does: before the tenth pull
 * the indices are .6 + sqrt(2 ln 9 / 5) = 1.5375 and .4 + sqrt(2 ln 9 / 4) = 1.4482. The
 * counts are as it says. */
static const struct {
    const char *agent, *first;
    unsigned at[3]; /* pulls of arm 1 after 100, 1000 and 10000; 0: not known */
} certain[] = { { "ucb1", "010101001001010010010010010010", { 30, 130, 311 } },
                { "kl-ucb", "010010010001000100010000100001", { 17, 51, 0 } } };

START_TEST(of_certain_arms_the_pulls_are_known)
{
    struct life l;
    unsigned worse = 0, checked = 0;
    char first[31] = { 0 };
    told(&l, certain[_i].agent, "ipd");
    for (int t = 0; t < (certain[_i].at[2] ? 10000 : 1000); t++) {
        unsigned a = act(&l);
        if (t < 30)
            first[t] = (char)('0' + a);
        tell(&l, a, a ? 2 : 3);
        worse += a;
        if (t == 99 || t == 999 || t == 9999)
            ck_assert_uint_eq(worse, certain[_i].at[checked++]);
    }
    ck_assert_str_eq(first, certain[_i].first);
    life_end(&l);
}
END_TEST

/* (mean .5, n 10, t 100) and (0, 5, 100). */
START_TEST(kl_indices)
{
    struct life l;
    told(&l, "kl-ucb", "bandit:means=0.5+0.1+0.9");
    for (int i = 0; i < 85; i++)
        tell(&l, 2, 1);
    for (int i = 0; i < 10; i++)
        tell(&l, 0, i % 2);
    for (int i = 0; i < 5; i++)
        tell(&l, 1, 0);
    act(&l);
    ck_assert_near(look(&l).value[0], 0.887909, 1e-6);
    ck_assert_near(look(&l).value[1], 0.601893, 1e-6);
    ck_assert_near(look(&l).visits[0], 10, 1e-12);
    life_end(&l);
}
END_TEST

/* To four digits, as they are printed. Beta(1 + won, 1 + lost). */
static const struct {
    double gamma;
    int won, lost;
    double index;
} gittins[] = { { 0.9, 0, 0, 0.7029 }, { 0.9, 0, 1, 0.5001 }, { 0.9, 1, 0, 0.8001 },
                { 0.9, 1, 1, 0.6346 }, { 0.5, 0, 0, 0.5590 }, { 0, 1, 0, 2.0 / 3 } };

START_TEST(gittins_indices)
{
    struct life l;
    char agent[64];
    snprintf(agent, sizeof agent, "gittins:gamma=%g", gittins[_i].gamma);
    told(&l, agent, "bandit:means=0.5+0.5");
    for (int i = 0; i < gittins[_i].won; i++)
        tell(&l, 1, 1);
    for (int i = 0; i < gittins[_i].lost; i++)
        tell(&l, 1, 0);
    act(&l);
    ck_assert_near(look(&l).value[1], gittins[_i].index, 5.1e-5);
    life_end(&l);
}
END_TEST

/* The best of three arms, and ties fall to the first. */
START_TEST(gittins_pulls_the_greatest_index)
{
    struct life l;
    told(&l, "gittins:gamma=0.9", "bandit:means=0.5+0.5+0.5");
    ck_assert_uint_eq(act(&l), 0);
    tell(&l, 0, 0);
    ck_assert_uint_eq(act(&l), 1);
    tell(&l, 1, 1);
    ck_assert_uint_eq(act(&l), 1);
    tell(&l, 1, 0); /* .6346 against .7029 */
    ck_assert_uint_eq(act(&l), 2);
    life_end(&l);
}
END_TEST

START_TEST(ids_weighs_regret_by_information)
{
    struct life l;
    told(&l, "ids:" GRID, "bandit:means=0.75+0.5");
    act(&l);
    ck_assert_near(metric(&l, "information_ratio"), 0.438096, 1e-6);
    ck_assert_near(look(&l).value[0], -1.0 / 9, 1e-9);
    life_end(&l);
    told(&l, "ids:" TWO, "bandit:means=0.5+0.6");
    ck_assert_uint_eq(act(&l), 1);
    ck_assert_near(metric(&l, "information_ratio"), 0.124159, 1e-6);
    ck_assert_near(look(&l).value[0], -0.05, 1e-9);
    ck_assert_near(look(&l).value[1], -0.05, 1e-9);
    life_end(&l);
}
END_TEST

/* Half a way between two arms is less than either. One arm pays .5 for certain, the second
 * .9 or 0 with weights (w, 1 - w), by hand: Delta = (.4 w, .5 (1 - w)), g = (0, I). The
 * least of ((1 - q) .4 w + q .5 (1 - w))^2 / (q I) is at q = .4 w / |.5 (1 - w) - .4 w|,
 * where that is below 1. */
START_TEST(ids_may_divide_its_attention)
{
    enum { DRAWS = 20000 };
    struct life l;
    told(&l, "ids:family=means:levels=0.5/0.9+0.0,prior=first,prior-first=0.3",
         "bandit:means=0.5+0.9");
    double d0 = 0.4 * 0.3, d1 = 0.5 * 0.7, q = d0 / (d1 - d0), second = 0;
    double p = 0.3 * 0.9; /* of a reward */
    double i = 0.3 * (0.9 * log(0.9 / p) + 0.1 * log(0.1 / (1 - p))) - 0.7 * log(1 - p);
    for (int t = 0; t < DRAWS; t++)
        second += act(&l);
    ck_assert_near(metric(&l, "information_ratio"), pow((1 - q) * d0 + q * d1, 2) / (q * i),
                   1e-9);
    ck_assert_near(second / DRAWS, q, 4 * sqrt(q * (1 - q) / DRAWS));
    life_end(&l);
}
END_TEST

/* newer-agents, section 5: E[EP] after arm 0 and arm 1, and what each teaches, nats. They
 * disagree at (0, 1). */
static const struct {
    double left[2], gain[2];
} explorers[] = { { { 0.203704, 0.212963 }, { 0.087208, 0.087208 } },
                  { { 0.174735, 0.182870 }, { 0.073254, 0.087208 } },
                  { { 0.177910, 0.190344 }, { 0.073254, 0.073254 } } };

START_TEST(min_ep_and_information_gain_disagree)
{
    struct life l, k;
    told(&l, "min-ep:" GRID, "bandit:means=0.75+0.5");
    told(&k, "kl-ksa:horizon=1,planner=exact," GRID, "bandit:means=0.75+0.5");
    for (int t = 0; t < 3; t++) {
        if (t) {
            tell(&l, t == 2, t == 1);
            tell(&k, t == 2, t == 1);
        }
        ck_assert_uint_eq(act(&l), 0);
        unsigned curious = act(&k);
        ck_assert(t != 1 || curious == 1);
        for (int a = 0; a < 2; a++) {
            ck_assert_near(-look(&l).value[a], explorers[t].left[a], 1e-6);
            ck_assert_near(look(&k).value[a], explorers[t].gain[a], 1e-6);
        }
    }
    life_end(&l);
    life_end(&k);
}
END_TEST

/* .05, after one pull of arm 1 .048, of arm 0 as before; .046154 is what two will leave,
 * over which min-ep does not look, but from where it then stands. */
START_TEST(min_ep_knows_what_a_pull_leaves)
{
    struct life l;
    told(&l, "min-ep:" TWO, "bandit:means=0.5+0.6");
    ck_assert_uint_eq(act(&l), 1);
    ck_assert_near(-look(&l).value[0], 0.05, 1e-12);
    ck_assert_near(-look(&l).value[1], 0.048, 1e-12);
    tell(&l, 1, 1);
    act(&l);
    double two = -look(&l).value[1];
    life_end(&l);
    told(&l, "min-ep:" TWO, "bandit:means=0.5+0.6");
    tell(&l, 1, 0);
    act(&l);
    ck_assert_near(0.5 * two - 0.5 * look(&l).value[1], 0.046154, 1e-6);
    life_end(&l);
}
END_TEST

/* The same number, whoever reports it. */
START_TEST(any_player_tells_exploration_potential)
{
    static const char *const agents[] = { "ucb1:ep=yes,", "kl-ucb:ep=yes,",
                                          "gittins:ep=yes,", "ids:ep=yes,", "min-ep:" };
    struct life l;
    char agent[96];
    snprintf(agent, sizeof agent, "%s" GRID, agents[_i]);
    told(&l, agent, "bandit:means=0.25+0.5");
    tell(&l, 0, 1);
    ck_assert_near(look(&l).ep, 0.347222, 1e-6);
    ck_assert_near(look(&l).expected_ep, 0.189815, 1e-6);
    life_end(&l);
}
END_TEST

/* ---- three hundred lives, by another program: newer-agents, section 5. Truth (3/4, 1/2),
 * EP after 30, 100 and 300 cycles and regret after 100 and 300, rounded as printed. What it
 * says of min-ep's regret, 31.1, is not reached: ours is 25 to 26. Both are of late choices
 * between arms that leave less than a double tells apart, where the first is pulled. */
enum how { ACTS, GREEDY_BUT_ONE_IN_TEN, ROUND_ROBIN, ANYTHING };
static const struct {
    const char *agent;
    enum how how;
    double ep[3], regret[2]; /* NAN: see above */
} reference[] = {
    { "ucb1:ep=yes,", ANYTHING, { 0.0524, 0.0090, 0.0000 }, { 12.4, 37.3 } },
    { "ucb1:ep=yes,", ROUND_ROBIN, { 0.0549, 0.0104, 0.0006 }, { 12.5, 37.5 } },
    { "aixi:ep=yes,horizon=1,", ACTS, { 0.0463, 0.0146, 0.0089 }, { 4.0, 9.9 } },
    { "aixi:ep=yes,horizon=1,",
      GREEDY_BUT_ONE_IN_TEN,
      { 0.0455, 0.0111, 0.0003 },
      { 4.3, 7.5 } },
    { "thompson:ep=yes,resample=horizon,horizon=1,",
      ACTS,
      { 0.0491, 0.0059, 0.0001 },
      { 4.4, 6.3 } },
    { "ucb1:ep=yes,", ACTS, { 0.0464, 0.0054, 0.0000 }, { 6.3, 13.2 } },
    { "kl-ksa:ep=yes,horizon=1,", ACTS, { 0.0543, 0.0084, 0.0000 }, { 14.6, 40.6 } },
    { "min-ep:", ACTS, { 0.0264, 0.0033, 0.0001 }, { 8.5, (double)NAN } },
};
enum { LIVES = 300, CYCLES = 300 };

/* A sample of a number that has a reference. */
struct tally {
    double sum, squares;
};

static void tally(struct tally *t, double x)
{
    t->sum += x;
    t->squares += x * x;
}

/* Both are means of 300 lives, so that the difference has twice the variance of ours; and
 * the reference has been rounded. Where ours hardly varies, one life in 300 may. */
static void agrees(const struct tally *t, double with, double rounding, double rare)
{
    double mean = t->sum / LIVES, variance = t->squares / LIVES - mean * mean;
    ck_assert_near(mean, with,
                   3 * sqrt(2 * fmax(variance, rare * rare / LIVES) / LIVES) + rounding);
}

static unsigned choice(struct life *l, enum how how, unsigned t, struct rng *rng)
{
    if (how == ROUND_ROBIN)
        return t % 2;
    if (how == ANYTHING || (how == GREEDY_BUT_ONE_IN_TEN && rng_bernoulli(rng, 0.1)))
        return rng_below(rng, 2);
    return act(l);
}

static void live(unsigned i, uint32_t seed, struct tally *ep, struct tally *regret)
{
    struct life l;
    char agent[96];
    double lost = 0;
    snprintf(agent, sizeof agent, "%s" GRID, reference[i].agent);
    life_open(&l, agent, "bandit:means=0.75+0.5");
    life_start(&l, seed);
    for (unsigned t = 0; t < CYCLES; t++) {
        unsigned a = choice(&l, reference[i].how, t, &l.s.mind);
        tell(&l, a, rng_bernoulli(&l.s.world, a ? 0.5 : 0.75));
        lost += a * 0.25;
        if (t == 29 || t == 99 || t == 299)
            tally(&ep[t > 29] + (t > 99), look(&l).ep);
        if (t == 99 || t == 299)
            tally(&regret[t > 99], lost);
    }
    life_end(&l);
}

START_TEST(three_hundred_lives_are_as_others_found)
{
    struct tally ep[3] = { 0 }, regret[2] = { 0 };
    for (uint32_t seed = 1; seed <= LIVES; seed++)
        live((unsigned)_i, seed, ep, regret);
    for (int k = 0; k < 3; k++)
        agrees(&ep[k], reference[_i].ep[k], 5e-5, 0.1);
    for (int k = 0; k < 2; k++)
        if (!isnan(reference[_i].regret[k]))
            agrees(&regret[k], reference[_i].regret[k], 0.05, 0);
}
END_TEST

START_TEST(mistakes_are_told)
{
    life_refused("gittins", "bandit:kind=gaussian", "plays coins");
    life_refused("ids:model=dirichlet", "gridworld:size=3", "needs hypotheses that are");
    life_refused("min-ep:model=dirichlet", "gridworld:size=3", "needs hypotheses that are");
    life_refused("ucb1:ep=yes,family=maze", "bandit", "maze");
    life_refused("ucb1:gamma=0.5", "bandit", "has no parameter 'gamma'");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("arms");
    TCase *tc = tcase_create("players of bandits");
    tcase_add_loop_test(tc, of_certain_arms_the_pulls_are_known, 0, 2);
    tcase_add_test(tc, kl_indices);
    tcase_add_loop_test(tc, gittins_indices, 0, 6);
    tcase_add_test(tc, gittins_pulls_the_greatest_index);
    tcase_add_test(tc, ids_weighs_regret_by_information);
    tcase_add_test(tc, ids_may_divide_its_attention);
    tcase_add_test(tc, min_ep_and_information_gain_disagree);
    tcase_add_test(tc, min_ep_knows_what_a_pull_leaves);
    tcase_add_loop_test(tc, any_player_tells_exploration_potential, 0, 5);
    tcase_add_loop_test(tc, three_hundred_lives_are_as_others_found, 0, 8);
    tcase_add_test(tc, mistakes_are_told);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
