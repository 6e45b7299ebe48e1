#include "config.h"

#include "harness.h"
#include "life.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Self-AIXI: newer-agents, section 1, by an independent program. Three states in a circle;
 * action 1 goes on, and pays 1 from the last back to the first; action 0 pays rho and goes
 * to the first. Rewards are in tenths of a unit, of which values to go are 1 / (1 - .9). */

#define KNOWN ",family=mu"

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

static struct insight look(const struct life *l)
{
    struct insight in;
    insight_clear(&in);
    mind_of(l->ag)->inspect(l->ag, &in);
    return in;
}

/* Values of the tables, where the world pays 10 for 1. */
static double value(const struct life *l, unsigned a) { return look(l).value[a] / 100; }

static const struct {
    const char *settings;
    int rho;           /* tenths */
    double q[2], zeta; /* in the first cycle */
    double later[2];   /* Q^zeta after 9 cycles; NAN: not known */
    unsigned always;   /* what it does in 40 cycles */
} table[] = {
    { "soft=0.1", 2, { 0.169093, 0.160177 }, 0.165659, { 0.189670, 0.178192 }, 0 },
    { "soft=0.1,selfupdate=yes",
      2,
      { 0.185555, 0.145764 },
      0.165659,
      { 0.189670, 0.178192 },
      0 },
    { "soft=0", 2, { 0.171666, 0.162118 }, 0.168518, { 0.2, 0.1872 }, 0 },
    { "soft=0.1", 1, { 0.105631, 0.107668 }, 0.106257, { (double)NAN }, 1 },
};

START_TEST(the_circle_of_three)
{
    struct life l;
    char agent[96], env[64];
    snprintf(agent, sizeof agent, "self-aixi:%s" KNOWN, table[_i].settings);
    snprintf(env, sizeof env, "chain:length=3,small=%d,big=10", table[_i].rho);
    life_begin(&l, agent, env, 1);
    for (int t = 0; t < 40; t++) {
        ck_assert_uint_eq(life_live(&l)->action, table[_i].always);
        for (unsigned a = 0; a < 2 && t == 0; a++)
            ck_assert_near(value(&l, a), table[_i].q[a], 1e-6);
        if (t == 0) {
            ck_assert_near(metric(&l, "zeta_value") / 10, table[_i].zeta, 1e-6);
            ck_assert_near(metric(&l, "optimum_value") / 10, 0.298893, 1e-6);
            ck_assert_near(metric(&l, "self_surprise"), log(2), 1e-12);
        }
        for (unsigned a = 0; a < 2 && t == 9 && !isnan(table[_i].later[0]); a++)
            ck_assert_near(value(&l, a), table[_i].later[a], 1e-6);
    }
    life_end(&l);
}
END_TEST

/* Told to keep trying, it leaves home in 38 of 40 lives at least; else in none. */
static const struct {
    const char *agent;
    int least, most;
} leavers[] = { { "self-aixi:epsilon=0.1" KNOWN, 38, 40 },
                { "self-aixi:epsilon=0" KNOWN, 0, 0 } };

START_TEST(exploration_leads_away_from_home)
{
    int left = 0;
    for (uint32_t seed = 1; seed <= 40; seed++) {
        struct life l;
        unsigned went = 0;
        life_begin(&l, leavers[_i].agent, "chain:length=3,small=2,big=10", seed);
        for (int t = 0; t < 2000; t++) {
            life_live(&l);
            /* in the last round it means to go on in each state */
            struct insight in = look(&l);
            went = in.value[1] > in.value[0] ? went + 1 : 0;
        }
        left += went >= 3;
        life_end(&l);
    }
    ck_assert_int_ge(left, leavers[_i].least);
    ck_assert_int_le(left, leavers[_i].most);
}
END_TEST

/* A process in a file, as a world. */
static const char *process(const char *text, char *spec, size_t n)
{
    char name[] = "selfXXXXXX";
    int fd = mkstemp(name);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, text, strlen(text)), (int)strlen(text));
    close(fd);
    snprintf(spec, n, "mdp:file=%s", name);
    return spec;
}

/* Sink or swim: the island pays .5 for ever; who jumps and then swims has 1 for ever from
 * the next cycle, who sinks nothing. Q(jump) = gamma^2 q where q is the weight of "I would
 * swim", and staying comes to .5: it never jumps if and only if q < .5 / gamma^2, although
 * V* is gamma^2. Of hard policies half would swim. */
static const char swim[] = "ursa-mdp 1\nstates: island water shore deep\n"
                           "actions: stay jump\nstart: island\nscale: 10\ntransitions:\n"
                           "  island stay island 1 .5\n  island jump water\n"
                           "  water stay deep\n  water jump shore\n"
                           "  shore * shore 1 1\n  deep * deep\n";

START_TEST(who_does_not_know_that_he_swims_does_not_jump)
{
    struct life l;
    char spec[64];
    life_begin(&l, "self-aixi:soft=0" KNOWN, process(swim, spec, sizeof spec), 1);
    remove(spec + strlen("mdp:file="));
    ck_assert_uint_eq(life_live(&l)->action, 0);
    ck_assert_near(value(&l, 1), 0.81 * 0.5, 1e-12);
    /* Of half the policies staying is for ever, of the others for a cycle. */
    ck_assert_near(value(&l, 0), 0.5 * 0.5 + 0.5 * (0.05 + 0.9 * 0.405), 1e-12);
    ck_assert_near(metric(&l, "optimum_value"), 0.81, 1e-12);
    for (int t = 0; t < 100; t++)
        ck_assert_uint_eq(life_live(&l)->action, 0);
    ck_assert_near(value(&l, 0), 0.5, 1e-12);
    life_end(&l);
}
END_TEST

/* V^zeta = sum omega V^pi, to 1e-12, by the list of policies. */
START_TEST(linear_in_omega)
{
    struct life l;
    struct mind_row row[8];
    life_begin(&l, "self-aixi:epsilon=0.3" KNOWN, "chain:length=3,small=2,big=10", 1);
    for (int t = 0; t < 20; t++) {
        double sum = 0, mass = 0, entropy = 0;
        life_live(&l);
        ck_assert_uint_eq(mind_of(l.ag)->rows(l.ag, "selves", row, 8), 8);
        for (int i = 0; i < 8; i++) {
            ck_assert(!i || row[i].p <= row[i - 1].p);
            mass += row[i].p;
            entropy -= row[i].p * log(row[i].p);
            sum += row[i].p * row[i].value;
        }
        ck_assert_near(mass, 1, 1e-12);
        ck_assert_near(metric(&l, "self_entropy_bits"), entropy / log(2), 1e-12);
        life_live(&l);
        ck_assert_near(metric(&l, "zeta_value") * 10, sum, 1e-12 * sum);
    }
    life_end(&l);
}
END_TEST

/* max_a Q^zeta >= V^zeta where omega is not told of a, and Q^zeta <= the optimum; omega and
 * w sum to 1. */
static const char *const lives[][2] = {
    { "self-aixi:epsilon=0.2,family=length", "chain:length=3,small=2,big=10" },
    { "self-aixi:policies=kt,epsilon=0.2", "gridworld:size=4,percepts=cell" },
    { "self-aixi:policies=optimal,epsilon=0.2", "gridworld:size=3" },
    { "self-aixi:policies=kt,family=means", "bandit" },
    { "self-aixi:policies=stationary,soft=0.3", "maze-1d" },
    { "self-aixi:policies=optimal,soft=0", "ksa-toy:world=1" },
    { "self-aixi:horizon=6,gamma=1", "heaven-hell" },
    { "self-aixi:policies=kt,epsilon=0.2", "tiger" },
    { "self-aixi:epsilon=0.2", "grid-4x4" },
};

START_TEST(one_improvement_is_one)
{
    struct life l;
    life_begin(&l, lives[_i][0], lives[_i][1], 3);
    for (int t = 0; t < 60; t++) {
        life_live(&l);
        double self = metric(&l, "self_value"), best = metric(&l, "optimum_value");
        ck_assert_double_ge(self, metric(&l, "zeta_value") - 1e-9 * fabs(self));
        ck_assert_double_le(self, best + 1e-9 * fabs(best));
        struct insight in = look(&l);
        for (uint32_t a = 0; a < in.n_actions; a++)
            ck_assert_double_le(in.value[a], in.hi[a] + 1e-9 * fabs(in.hi[a]));
    }
    life_end(&l);
}
END_TEST

/* The tiger, by an independent program that solves for all 81 policies: two hidden states
 * and four labels, nothing heard, left, right, and before the first percept. */
START_TEST(what_is_hidden_is_weighed_by_its_chance)
{
    static const struct {
        double q[3], zeta;
        unsigned action, heard;
        int32_t reward;
    } then[] = {
        { { -276.9674459467, -340.8642664535, -340.8642664535 },
          -319.5653262846,
          0,
          1,
          -1 },
        { { -276.9674459467, -379.3642664535, -302.3642664535 },
          -306.6304954963,
          0,
          1,
          -1 },
        { { -208.0900381960, -366.9936282962, -263.6379235982 },
          -222.0773958521,
          2,
          0,
          10 },
        { { -247.7590515193, -323.6421903779, -323.6421903779 },
          -309.6024337532,
          0,
          1,
          -1 },
    };
    struct life l;
    struct err err = { 0 };
    unsigned action;
    life_begin(&l, "self-aixi:soft=0.1" KNOWN, "tiger", 1);
    for (size_t t = 0; t < sizeof then / sizeof *then; t++) {
        ck_assert(l.ag->ops->act(l.ag, &l.s.mind, &action, &err));
        ck_assert_uint_eq(action, 0);
        for (int a = 0; a < 3; a++)
            ck_assert_near(look(&l).value[a], then[t].q[a], 1e-6);
        ck_assert_near(metric(&l, "zeta_value") * 10, then[t].zeta, 1e-6);
        struct cycle c = { .action = then[t].action,
                           .e = { then[t].heard, then[t].reward } };
        ck_assert(l.ag->ops->update(l.ag, &c, &err));
    }
    life_end(&l);
}
END_TEST

/* Who is only one, and the best, is AImu. */
static const char *const known[] = { "chain:length=3,small=2,big=10", "chain",
                                     "gridworld:size=4,percepts=cell", "heaven-hell" };

START_TEST(who_is_optimal_does_what_aimu_does)
{
    struct life l, k;
    life_begin(&l, "self-aixi:policies=optimal,soft=0,gamma=0.95" KNOWN, known[_i], 5);
    life_begin(&k, "aimu:gamma=0.95,horizon=400", known[_i], 5);
    for (int t = 0; t < 40; t++) {
        life_live(&l);
        life_live(&k);
        struct insight a = look(&l), b = look(&k);
        for (uint32_t i = 0; i < a.n_actions; i++) {
            ck_assert_near(a.value[i], b.value[i], 1e-6 * (1 + fabs(b.value[i])));
            ck_assert_near(a.value[i], a.hi[i], 1e-9 * (1 + fabs(b.value[i])));
        }
    }
    life_end(&l);
    life_end(&k);
}
END_TEST

/* Counts: (n + 1/2) / (N + 1) of two actions. */
START_TEST(kt_counts_its_own_actions)
{
    struct life l;
    life_begin(&l, "self-aixi:policies=kt" KNOWN, "chain:length=3,small=2,big=10", 1);
    for (int t = 0; t < 3; t++) {
        ck_assert_uint_eq(life_live(&l)->action, 0);
        ck_assert_near(metric(&l, "self_surprise"), -log((t + 0.5) / (t + 1)), 1e-12);
    }
    ck_assert(isnan(metric(&l, "self_entropy_bits")));
    /* What somebody else did is no habit. */
    struct cycle c = { .action = 1, .e = { 1, 0 }, .by = BY_USER };
    struct err err = { 0 };
    ck_assert(l.ag->ops->update(l.ag, &c, &err));
    c = (struct cycle){ .action = 0, .e = { 0, 2 }, .by = BY_USER };
    ck_assert(l.ag->ops->update(l.ag, &c, &err));
    l.s.by = BY_AGENT;
    unsigned action;
    ck_assert(l.ag->ops->act(l.ag, &l.s.mind, &action, &err));
    ck_assert_near(metric(&l, "self_surprise"), -log(3.5 / 4), 1e-12);
    life_end(&l);
}
END_TEST

/* For the screen: what it expects of itself in each place, of which the one where it is
 * comes true with that chance. */
START_TEST(habits_are_laws_of_its_own_action)
{
    enum { CELLS = 16 };
    struct life l;
    struct habit habit[CELLS];
    int checked = 0;
    life_begin(&l, "self-aixi:policies=kt,epsilon=0.1" KNOWN,
               "gridworld:size=4,percepts=cell", 4);
    for (int t = 0; t < 100; t++) {
        int at = l.env->ops->cell(l.env, l.s.state, 0);
        ck_assert(mind_of(l.ag)->habits(l.ag, habit, CELLS));
        const struct habit *h = &habit[at];
        unsigned action = life_live(&l)->action;
        if (h->own < 0)
            ck_assert_near(metric(&l, "self_surprise"), log(5), 1e-9);
        else if ((unsigned)h->own == action) {
            ck_assert_near(exp(-metric(&l, "self_surprise")), (double)h->p, 1e-6);
            checked++;
        }
        struct insight in = look(&l);
        for (uint32_t a = 0; a < in.n_actions; a++)
            ck_assert_double_ge(in.value[h->best], in.value[a]);
    }
    ck_assert_int_gt(checked, 50);
    ck_assert(!mind_of(l.ag)->habits(l.ag, habit, CELLS - 1));
    life_end(&l);
}
END_TEST

START_TEST(mistakes_are_told)
{
    life_refused("self-aixi", "gridworld:size=4,percepts=cell",
                 "are 9.76562e+06 policies, more than 4096; policies=kt");
    life_refused("self-aixi:discount=power", "chain", "needs discount=geometric");
    life_refused("self-aixi:gamma=1", "chain", "give a horizon");
    life_refused("self-aixi:model=dirichlet", "gridworld:size=3", "automata");
    life_refused("self-aixi:policies=optimal", "tiger", "whose states are seen");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("self");
    TCase *tc = tcase_create("Self-AIXI");
    tcase_add_loop_test(tc, the_circle_of_three, 0, 4);
    tcase_add_loop_test(tc, exploration_leads_away_from_home, 0, 2);
    tcase_add_test(tc, who_does_not_know_that_he_swims_does_not_jump);
    tcase_add_test(tc, linear_in_omega);
    tcase_add_loop_test(tc, one_improvement_is_one, 0, 9);
    tcase_add_test(tc, what_is_hidden_is_weighed_by_its_chance);
    tcase_add_loop_test(tc, who_is_optimal_does_what_aimu_does, 0, 4);
    tcase_add_test(tc, kt_counts_its_own_actions);
    tcase_add_test(tc, habits_are_laws_of_its_own_action);
    tcase_add_test(tc, mistakes_are_told);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
