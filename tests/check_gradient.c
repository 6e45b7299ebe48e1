#include "config.h"

#include "gradient.h"
#include "harness.h"
#include "life.h"

#include <math.h>

/* reinforce and actor-critic, against the numbers of newer-agents, section 9, and against
 * a second telling of the rules. */

enum { CELLS = 64, ACTIONS = 5 };

static const double paid[] = { 1, 0 };

/* theta after one update of all that may be done, weighed by its chance. */
static void expected_update(double *theta, double alpha, double baseline)
{
    double p[2];
    gradient_chances(theta, 2, p);
    for (unsigned a = 0; a < 2; a++)
        gradient_climb(theta, p, 2, a, alpha * p[a] * (paid[a] - baseline));
}

static const struct {
    int updates;
    double p;
} climbs[] = { { 1, .512497 }, { 10, .620445 }, { 100, .936788 }, { 1000, .994762 } };

START_TEST(expected_updates_do_not_depend_on_the_baseline)
{
    for (double baseline = 0; baseline < 1; baseline += 0.25) {
        double theta[2] = { 0 }, p[2];
        for (int i = 0; i < climbs[_i].updates; i++)
            expected_update(theta, 0.1, baseline);
        gradient_chances(theta, 2, p);
        ck_assert_near(p[0], climbs[_i].p, 1e-6);
    }
}
END_TEST

/* Of the gradient by one sample, of the first preference, at even chances. */
static double variance(double baseline)
{
    static const double even[] = { .5, .5 };
    double mean = 0, square = 0;
    for (unsigned a = 0; a < 2; a++) {
        double theta[2] = { 0 };
        gradient_climb(theta, even, 2, a, paid[a] - baseline);
        mean += theta[0] / 2;
        square += theta[0] * theta[0] / 2;
    }
    return square - mean * mean;
}

START_TEST(a_baseline_changes_the_variance)
{
    ck_assert_near(variance(0), .0625, 1e-12);
    ck_assert_near(variance(0.5), 0, 1e-12);
}
END_TEST

/* ---- the rules once more, in arrays over all cells of a map */

struct twin {
    double theta[CELLS + 1][ACTIONS], value[CELLS + 1];
    double reward[1000];
    int where[1000], did[1000];
    double mean;
    int returns;
};

/* Place CELLS is where one is before the first percept. */
static void chances_of(const struct twin *w, int place, double *p)
{
    double sum = 0;
    for (int a = 0; a < ACTIONS; a++)
        sum += exp(w->theta[place][a]);
    for (int a = 0; a < ACTIONS; a++)
        p[a] = exp(w->theta[place][a]) / sum;
}

static void push(struct twin *w, int place, int action, double step)
{
    double p[ACTIONS];
    chances_of(w, place, p);
    for (int a = 0; a < ACTIONS; a++)
        w->theta[place][a] += step * ((a == action ? 1 : 0) - p[a]);
}

static void follow_reinforce(struct twin *w, int t, int next)
{
    enum { HORIZON = 3 };
    (void)next;
    if (t < HORIZON)
        return;
    int first = t - HORIZON;
    double got = w->reward[first] + .9 * w->reward[first + 1] + .81 * w->reward[first + 2];
    push(w, w->where[first], w->did[first], .2 * (got - w->mean));
    w->mean = (w->mean * w->returns + got) / (w->returns + 1);
    w->returns++;
}

static void follow_actor_critic(struct twin *w, int t, int next)
{
    int place = w->where[t - 1];
    double surprise = w->reward[t - 1] + .9 * w->value[next] - w->value[place];
    w->value[place] += .3 * surprise;
    push(w, place, w->did[t - 1], .2 * surprise);
}

static const struct {
    const char *agent;
    void (*follow)(struct twin *, int t, int next);
} learners[] = {
    { "reinforce:alpha=0.2,gamma=0.9,horizon=3", follow_reinforce },
    { "actor-critic:alpha=0.2,gamma=0.9,critic=0.3", follow_actor_critic },
};

START_TEST(who_climbs_keeps_to_the_rules)
{
    enum { CYCLES = 400 };
    struct twin w = { 0 };
    struct life l;
    int place = CELLS;
    life_begin(&l, learners[_i].agent, "gridworld:size=4,percepts=cell", 2);
    double least = l.env->space.rew_min, most = l.env->space.rew_max;
    for (int t = 1; t <= CYCLES; t++) {
        double own[ACTIONS_MAX], p[ACTIONS];
        ck_assert(l.ag->ops->chances(l.ag, own));
        chances_of(&w, place, p);
        for (int a = 0; a < ACTIONS; a++)
            ck_assert_near(own[a], p[a], 1e-9);
        const struct record *rec = life_live(&l);
        int next = (int)rec->e.obs;
        w.where[t - 1] = place;
        w.did[t - 1] = (int)rec->action;
        w.reward[t - 1] = (rec->e.rew - least) / (most - least);
        ck_assert_int_lt(next, CELLS);
        learners[_i].follow(&w, t, next);
        place = next;
    }
    life_end(&l);
}
END_TEST

/* A bandit of .9 and .1, after 2000 pulls. */
START_TEST(who_climbs_comes_to_the_better_arm)
{
    ck_assert_double_gt(
        life_learned("reinforce:horizon=1", "bandit:means=0.9+0.1", 2000, 2000), 0.85);
    ck_assert_double_gt(
        life_learned("actor-critic:gamma=0", "bandit:means=0.9+0.1", 2000, 2000), 0.85);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gradient");
    TCase *t = tcase_create("gradient");
    tcase_add_loop_test(t, expected_updates_do_not_depend_on_the_baseline, 0,
                        sizeof climbs / sizeof *climbs);
    tcase_add_test(t, a_baseline_changes_the_variance);
    tcase_add_loop_test(t, who_climbs_keeps_to_the_rules, 0,
                        sizeof learners / sizeof *learners);
    tcase_add_test(t, who_climbs_comes_to_the_better_arm);
    suite_add_tcase(s, t);
    return harness_run(s);
}
