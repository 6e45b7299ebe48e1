#include "config.h"

#include "harness.h"
#include "life.h"

#include <math.h>
#include <string.h>

/* Exploration potential: metrics ep and expected_ep. */

#define GRID "family=means:levels=0.25+0.5+0.75"

/* An agent that is told what it did and what came. */
static void told(struct life *l, const char *agent, const char *env)
{
    life_open(l, agent, env);
    life_start(l, 1);
}

static void tell(struct life *l, unsigned action, int32_t reward)
{
    struct cycle c = { .action = action, .e = { 0, reward } };
    struct err err = { 0 };
    ck_assert_msg(l->ag->ops->update(l->ag, &c, &err), "%s", err.text);
}

static struct insight look(const struct life *l)
{
    struct insight in;
    insight_clear(&in);
    mind_of(l->ag)->inspect(l->ag, &in);
    return in;
}

/* newer-agents, section 5, by an independent program: nine bandits of two arms that pay by
 * chances of {1/4, 1/2, 3/4}. Good luck elsewhere may raise it. */
static const struct {
    const char *world;
    double ep[3];
} nine[] = { { "bandit:means=0.75+0.5", { 1.0 / 6, 0.125, 0.131944 } },
             { "bandit:means=0.25+0.5", { 0.277778, 0.347222, 0.340278 } } };
static const double expected[] = { 0.222222, 0.189815, 0.194444 };
static const double entropy[] = { 2.197225, 2.110017, 2.022809 };

START_TEST(the_table_of_nine_bandits)
{
    struct life l;
    told(&l, "aixi:ep=yes," GRID, nine[_i].world);
    for (int t = 0; t < 3; t++) {
        if (t)
            tell(&l, t == 2, t == 1);
        struct insight in = look(&l);
        ck_assert_near(in.ep, nine[_i].ep[t], 1e-6);
        ck_assert_near(in.expected_ep, expected[t], 1e-6);
        ck_assert_near(in.entropy, entropy[t], 1e-6);
    }
    life_end(&l);
}
END_TEST

/* Whoever believes it: the agent does not matter, nor how far it looks. */
START_TEST(it_is_a_matter_of_hypotheses_and_history)
{
    static const char *const agents[] = {
        "aixi:ep=yes,gamma=0.5,horizon=1," GRID, "thompson:ep=yes," GRID,
        "kl-ksa:ep=yes,horizon=3," GRID,         "pessimist:ep=yes," GRID,
        "mdl:ep=yes,model=plain-mixture," GRID,
    };
    struct life l;
    told(&l, agents[_i], "bandit:means=0.75+0.5");
    tell(&l, 0, 1);
    ck_assert_near(look(&l).ep, 0.125, 1e-6);
    ck_assert_near(look(&l).expected_ep, 0.189815, 1e-6);
    life_end(&l);
}
END_TEST

/* Known arm of .5, the other .4 or .6. In the world of .6 it is 0 although the agent does
 * not know: the criterion is one of the class. */
START_TEST(what_it_does_not_know_of_the_truth_may_not_show)
{
    static const char list[] = "aixi:ep=yes,family=means:levels=0.5/0.4+0.6";
    struct life l;
    told(&l, list, "bandit:means=0.5+0.4");
    ck_assert_near(look(&l).ep, 0.1, 1e-12);
    ck_assert_near(look(&l).expected_ep, 0.05, 1e-12);
    tell(&l, 0, 1); /* the known arm teaches nothing */
    ck_assert_near(look(&l).expected_ep, 0.05, 1e-12);
    life_end(&l);
    told(&l, list, "bandit:means=0.5+0.6");
    ck_assert_near(look(&l).ep, 0, 1e-12);
    /* One pull of the other: .048 on average. */
    tell(&l, 1, 1);
    double good = look(&l).expected_ep;
    life_end(&l);
    told(&l, list, "bandit:means=0.5+0.6");
    tell(&l, 1, 0);
    ck_assert_near(0.5 * good + 0.5 * look(&l).expected_ep, 0.048, 1e-12);
    life_end(&l);
}
END_TEST

/* What does not matter for reward: one arm .9, the other .1 or .2. */
START_TEST(idle_curiosity_is_none)
{
    struct life l;
    told(&l, "kl-ksa:ep=yes,family=means:levels=0.9/0.1+0.2", "bandit:means=0.9+0.1");
    ck_assert_near(look(&l).ep, 0, 1e-12);
    ck_assert_near(look(&l).expected_ep, 0, 1e-12);
    ck_assert_near(look(&l).entropy, log(2), 1e-12);
    life_end(&l);
}
END_TEST

/* Two worlds of 8 cycles: heaven pays 1 from its first cycle on, hell and the waiting room
 * nothing. The own way is right with certainty, that of the other is worth 0 in one's
 * own. */
START_TEST(it_knows_worlds_with_states)
{
    struct life l;
    told(&l, "aixi:ep=yes,horizon=8,gamma=0.9", "heaven-hell");
    struct insight in = look(&l);
    double own = in.ep * 2;
    ck_assert_near(in.expected_ep, in.ep, 1e-12);
    ck_assert_double_gt(own, 0.8);
    life_live(&l);
    ck_assert_near(look(&l).ep, 0, 1e-12);
    ck_assert_near(look(&l).expected_ep, 0, 1e-12);
    life_end(&l);
}
END_TEST

/* Value iteration is in whole rewards; a unit of 10 points changes nothing. */
START_TEST(it_is_told_in_units_of_reward)
{
    struct life l;
    told(&l, "aixi:ep=yes,family=means:levels=1/0+2",
         "bandit:kind=gaussian,resolution=10,means=1+2,deviations=1+1");
    /* In (1, 2) the policies "0" and "1" are worth 1 and 2, where they believed 1 and 2. */
    ck_assert_near(look(&l).ep, 0, 1e-3);
    ck_assert_near(look(&l).expected_ep, 0.5 * 0.5 * 2, 1e-3);
    life_end(&l);
}
END_TEST

START_TEST(where_there_is_none_it_is_not_told)
{
    struct life l;
    told(&l, "aixi:" GRID, "bandit:means=0.75+0.5");
    ck_assert(isnan(look(&l).ep) && isnan(look(&l).expected_ep));
    life_end(&l);
}
END_TEST

START_TEST(mistakes_are_told)
{
    life_refused("aixi:ep=yes", "gridworld:size=12,walls=0,percepts=cell",
                 "ep=yes compares their policies in pairs, at most 4096 states");
    life_refused("aixi:ep=yes,discount=power", "bandit", "weighs alike at every age");
    life_refused("aixi:ep=yes,model=dirichlet", "gridworld:size=3", "automata");
    life_refused("aixi:family=means:levels=0.5+2", "bandit",
                 "not a list of numbers in 0..1");
    life_refused("aixi:family=means:levels=0.5/0.5", "bandit", "2 lists for 3 arms");
    life_refused("aixi:family=means:levels=.1/.2/.3/.4", "bandit", "more lists than the");
    life_refused("aixi:family=means:levels=.1+.2+.3+.4+.5+.6+.7",
                 "bandit:means=0+0+0+0+0+0", "117649 hypotheses are more than 65536");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("potential");
    TCase *tc = tcase_create("exploration potential");
    tcase_add_loop_test(tc, the_table_of_nine_bandits, 0, 2);
    tcase_add_loop_test(tc, it_is_a_matter_of_hypotheses_and_history, 0, 5);
    tcase_add_test(tc, what_it_does_not_know_of_the_truth_may_not_show);
    tcase_add_test(tc, idle_curiosity_is_none);
    tcase_add_test(tc, it_knows_worlds_with_states);
    tcase_add_test(tc, it_is_told_in_units_of_reward);
    tcase_add_test(tc, where_there_is_none_it_is_not_told);
    tcase_add_test(tc, mistakes_are_told);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
