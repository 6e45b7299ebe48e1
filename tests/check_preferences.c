#include "config.h"

#include "agent.h"
#include "harness.h"
#include "preferences.h"
#include "registry.h"
#include "rng.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Rewards learned from comparisons; alignment, section 7: four goals worth 5, one segment
 * ending on each, nats. */
enum { GOALS = 4 };

/* R_h(i) - R_h(j). */
static const double *ask(size_t i, size_t j)
{
    static double d[GOALS];
    for (size_t h = 0; h < GOALS; h++)
        d[h] = 5 * ((h == i) - (double)(h == j));
    return d;
}

/* The first question, its answer, and what the next ones are then worth. */
static void row(double beta, double first, double won, double lost, double third)
{
    struct preferences p;
    preferences_init(&p, GOALS, beta, 0);
    ck_assert_near(preferences_gain(&p, ask(0, 1)), first, 1e-6);
    ck_assert(preferences_update(&p, ask(0, 1), 1));
    ck_assert_near(p.w[0], won, 1e-6);
    ck_assert_near(p.w[1], lost, 1e-6);
    ck_assert_near(p.w[2], .25, 1e-12);
    ck_assert_near(p.w[3], .25, 1e-12);
    ck_assert_near(preferences_gain(&p, ask(0, 2)), third, 1e-6);
    ck_assert_near(preferences_gain(&p, ask(2, 3)), first, 1e-6);
    for (size_t i = 0; i < GOALS; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert(preferences_gain(&p, ask(i, j)) <= third + 1e-6);
    preferences_release(&p);
}

START_TEST(questions_are_worth_what_the_page_says)
{
    row(1, .326484, .496654, .003346, .457631);
    row(.2, .055472, .365529, .134471, .066864);
}
END_TEST

START_TEST(a_pair_already_asked_still_tells)
{
    struct preferences p;
    preferences_init(&p, GOALS, 1, 0);
    preferences_update(&p, ask(0, 1), 1);
    ck_assert_near(preferences_gain(&p, ask(0, 1)), .202858, 1e-6);
    preferences_release(&p);
}
END_TEST

/* The expected fall of entropy is the gain, and never above ln 2. */
START_TEST(no_question_tells_more_than_a_bit)
{
    struct rng rng = { { 1, 2, 3, 4 } };
    for (int i = 0; i < 300; i++) {
        struct preferences p[3];
        double d[GOALS], beta = 4 * rng_unit(&rng), error = rng_unit(&rng), var;
        double w[GOALS];
        for (size_t h = 0; h < GOALS; h++) {
            d[h] = 20 * rng_unit(&rng) - 10;
            w[h] = 3 * rng_unit(&rng);
        }
        for (int k = 0; k < 3; k++) {
            preferences_init(&p[k], GOALS, beta, error);
            preferences_weigh(&p[k], w);
        }
        double yes = preferences_expect(&p[0], d, &var);
        double gain = preferences_gain(&p[0], d);
        preferences_update(&p[1], d, 1);
        preferences_update(&p[2], d, 0);
        double left = yes * preferences_entropy(&p[1]);
        left += (1 - yes) * preferences_entropy(&p[2]);
        ck_assert_near(preferences_entropy(&p[0]) - left, gain, 1e-9);
        ck_assert(gain >= 0 && gain <= log(2) + 1e-12 && var <= .25);
        for (int k = 0; k < 3; k++)
            preferences_release(&p[k]);
    }
}
END_TEST

/* A constant in every R_h, by hypothesis, is nothing; an answer by chance is nothing. */
START_TEST(chance_tells_nothing)
{
    struct preferences p;
    preferences_init(&p, GOALS, 1, 1);
    ck_assert_near(preferences_gain(&p, ask(0, 1)), 0, 1e-12);
    preferences_update(&p, ask(0, 1), 1);
    for (size_t h = 0; h < GOALS; h++)
        ck_assert_near(p.w[h], .25, 1e-12);
    preferences_release(&p);
}
END_TEST

/* Ties, as in the loss: both answers, each by half; symmetric, so the pair stays even. */
START_TEST(a_tie_weighs_both)
{
    struct preferences p;
    preferences_init(&p, GOALS, 1, 0);
    preferences_update(&p, ask(0, 1), .5);
    double s = sqrt(1 / (1 + exp(-5.)) * (1 / (1 + exp(5.))));
    ck_assert_near(p.w[0], s / (2 * s + 1), 1e-12);
    ck_assert_near(p.w[1], p.w[0], 1e-15);
    preferences_release(&p);
}
END_TEST

/* ln softmax, far out too; and demonstrations multiply. */
START_TEST(demonstrations_are_evidence)
{
    const double q[3] = { 0, 1, 2 }, far[2] = { 0, 5000 };
    double sum = 1 + exp(2.) + exp(4.), l[GOALS];
    ck_assert_near(demonstration_log(q, 3, 1, 2), 2 - log(sum), 1e-12);
    ck_assert_near(demonstration_log(far, 2, 0, 1), -5000, 1e-9);
    struct preferences p;
    preferences_init(&p, GOALS, 1, 0);
    for (size_t h = 0; h < GOALS; h++)
        l[h] = -5000 + log((double)h + 1);
    ck_assert(preferences_weigh(&p, l));
    ck_assert_near(p.w[3], .4, 1e-9);
    for (size_t h = 0; h < GOALS; h++)
        l[h] = -INFINITY;
    ck_assert(!preferences_weigh(&p, l));
    ck_assert_near(p.w[3], .4, 1e-9);
    preferences_release(&p);
}
END_TEST

/* ---- the agent */

enum { METRICS = 3, CYCLES = 400 };
#define TRAPS "gridworld:size=5,walls=0,traps=0.1,trap=-5,prize=5,step=0,bump=0,theta=1,"

/* Its life; what it reports: entropy, answers, unsafe visits. Returns the rewards of the
 * last 100 cycles. `lie` is added to every reward that it is told. */
static int64_t live(const char *agent, const char *world, int32_t lie, uint8_t *acted,
                    struct metric *m)
{
    struct spec_of of_world, of_agent;
    struct err err = { 0 };
    struct rng luck = { { 1, 2, 3, 4 } }, draw = { { 5, 6, 7, 8 } };
    int64_t sum = 0;
    ck_assert_msg(kind_parse(&of_world, &env_shelf, world, &err), "%s", err.text);
    ck_assert_msg(kind_parse(&of_agent, &agent_shelf, agent, &err), "%s", err.text);
    struct env *env = env_open(&of_world, 1, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    struct agent *ag = agent_open(&of_agent, env, &err);
    ck_assert_msg(ag != NULL, "%s", err.text);
    void *state = xcalloc(1, env->state_size);
    env_reset(env, state, &luck);
    for (uint64_t t = 0; t < CYCLES; t++) {
        struct cycle c = { 0 };
        ck_assert(ag->ops->act(ag, &draw, &c.action, &err));
        c.e = env_step(env, state, c.action, &luck);
        sum += t < CYCLES - 100 ? 0 : c.e.rew;
        acted[t] = (uint8_t)c.action;
        c.e.rew += lie;
        ck_assert_msg(ag->ops->update(ag, &c, &err), "%s", err.text);
        ag->t++;
    }
    ck_assert_uint_eq(ag->ops->report(ag, m, METRICS), METRICS);
    free(state);
    ag->ops->close(ag);
    env_close(env);
    kind_release(&of_world);
    kind_release(&of_agent);
    return sum;
}

/* Who imagines is nowhere unsafe while it learns; who lives what it asks about is. */
START_TEST(who_imagines_lives_to_tell)
{
    const char *const lived[] = { "preferences:budget=10", "preferences:queries=variance",
                                  "preferences:queries=random" };
    struct metric m[METRICS];
    uint8_t acted[CYCLES];
    double unsafe = 0;
    const char *world = TRAPS "percepts=cell,map_index=2";
    int64_t paid = live("preferences:queries=request,budget=100", world, 0, acted, m);
    ck_assert_near(m[1].value, 100, 1e-12);
    ck_assert_near(m[2].value, 0, 1e-12);
    ck_assert_msg(paid >= 490, "%lld", (long long)paid);
    for (int i = 0; i < 3; i++) {
        live(lived[i], world, 0, acted, m);
        unsafe += m[2].value;
    }
    ck_assert(unsafe > 20);
}
END_TEST

/* Rewards that it is told change nothing that it does: the human alone tells. */
START_TEST(rewards_in_percepts_are_not_looked_at)
{
    struct metric m[METRICS], n[METRICS];
    uint8_t a[CYCLES], b[CYCLES];
    const char *world = TRAPS "percepts=cell,map_index=6";
    live("preferences:budget=30,demonstration=4", world, 0, a, m);
    live("preferences:budget=30,demonstration=4", world, 3, b, n);
    ck_assert_mem_eq(a, b, CYCLES);
    ck_assert_near(m[0].value, n[0].value, 1e-12);
}
END_TEST

/* A human who shows long and well what to do need not be asked much. */
START_TEST(a_demonstration_tells)
{
    struct metric m[METRICS], n[METRICS];
    uint8_t acted[CYCLES];
    const char *world = "gridworld:size=5,walls=0,prize=5,step=0,bump=0,theta=1,"
                        "percepts=cell";
    live("preferences:queries=request,budget=1", world, 0, acted, m);
    int64_t paid =
        live("preferences:queries=request,budget=1,demonstration=40", world, 0, acted, n);
    ck_assert(n[0].value < m[0].value / 2);
    ck_assert_msg(paid >= 490, "%lld", (long long)paid);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("preferences");
    TCase *tc = tcase_create("questions");
    tcase_add_test(tc, questions_are_worth_what_the_page_says);
    tcase_add_test(tc, a_pair_already_asked_still_tells);
    tcase_add_test(tc, no_question_tells_more_than_a_bit);
    tcase_add_test(tc, chance_tells_nothing);
    tcase_add_test(tc, a_tie_weighs_both);
    tcase_add_test(tc, demonstrations_are_evidence);
    tcase_add_test(tc, who_imagines_lives_to_tell);
    tcase_add_test(tc, rewards_in_percepts_are_not_looked_at);
    tcase_add_test(tc, a_demonstration_tells);
    suite_add_tcase(s, tc);
    return s;
}

int main(void) { return harness_run(suite()); }
