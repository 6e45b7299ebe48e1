#include "config.h"

#include "harness.h"
#include "life.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An agent frozen in the middle of its life and thawed in a second one lives the same
 * future; and its chances are how often it acts. */

enum { LIVED = 30, TO_COME = 50 };

static const struct {
    const char *agent, *env;
} cases[] = {
    { "random", "gridworld:size=4" },
    { "scripted:actions=1+2+0+3", "gridworld:size=4" },
    { "scripted:actions=1+2,then=random", "gridworld:size=4" },
    { "q-learning", "gridworld:size=5" },
    { "q-learning:epsilon-decay=0.5", "tiger" },
    { "sarsa:epsilon=0.3", "gridworld:size=5" },
    { "sarsa-lambda:epsilon=0.3,reach=7", "gridworld:size=5" },
    { "q-lambda:epsilon=0.3,traces=replace,reach=64", "gridworld:size=3" },
    { "reinforce:horizon=5", "gridworld:size=5" },
    { "actor-critic", "gridworld:size=5" },
    { "soft-q:beta=0.05", "gridworld:size=5" },
    { "soft-q:beta=0.05,target=soft", "tiger" },
    { "quantiliser:delta=0,window=5", "gridworld:size=3,walls=0" },
    { "quantiliser:delta=0,window=40", "gridworld:size=3,walls=0" },
    { "aiqi:horizon=3,bins=8,predictor=ctw:depth=12", "tiger" },
    { "aiqi:horizon=4,period=6,bins=5,predictor=fac-ctw:depth=8", "gridworld:size=4" },
    { "mc-aixi:samples=40,horizon=4,explore=0.2,predictor=ctw:depth=12", "tiger" },
    { "mc-aixi:samples=40,explore=0,search-seed=same,learn=20,evaluate=30", "tiger" },
    { "mc-aixi:samples=40,explore=0.1,reuse=always", "coin-flip" },
    { "aimu", "gridworld:size=5" },
    { "aimu:planner=mcts,samples=60,horizon=5,reuse=always", "gridworld:size=5" },
    { "aixi:samples=80", "gridworld:size=5" },
    { "aixi:samples=80,reuse=belief", "gridworld:size=5" },
    { "aixi:samples=80,reuse=always", "gridworld:size=5,noise=start" },
    { "aixi:samples=80,reuse=always,root-sampling=no", "gridworld:size=4" },
    { "aixi:planner=exact,horizon=5", "gridworld:size=5" },
    { "aixi:samples=80,root-sampling=state,horizon=4,reuse=always", "tiger" },
    { "aimu:planner=certified", "tiger" },
    { "aixi:planner=certified,backups=40", "gridworld:size=4" },
    { "aixi:planner=certified,backups=5,horizon=4", "bandit" },
    { "thompson:planner=certified", "gridworld:size=4" },
    { "aixi:samples=60,model=dirichlet,horizon=4", "gridworld:size=4" },
    { "aixi:samples=60,model=plain-mixture,reuse=belief", "bandit" },
    { "kl-ksa:samples=60,reuse=always", "gridworld:size=4" },
    { "shannon-ksa:planner=exact,horizon=3", "gridworld:size=4" },
    { "square-ksa:samples=60,horizon=4,xi=hindsight", "gridworld:size=4" },
    { "thompson:resample=horizon,horizon=6", "gridworld:size=5" },
    { "thompson:planner=mcts,samples=60,horizon=6,reuse=always,resample=horizon",
      "gridworld:size=5" },
    { "bayesexp:samples=60,horizon=4", "gridworld:size=4" },
    { "bayesexp:samples=60,horizon=4,reuse=always,epsilon-schedule=constant",
      "gridworld:size=5" },
    { "inq:samples=30,horizon=4,expedition=3", "gridworld:size=4" },
    { "mdl", "gridworld:size=5" },
    { "aixi:ep=yes,samples=40", "gridworld:size=4" },
    { "ucb1:ep=yes,family=means", "bandit" },
    { "self-aixi:epsilon=0.2", "chain:length=5" },
    { "self-aixi:policies=kt,epsilon=0.2", "gridworld:size=4,percepts=cell" },
    { "self-aixi:policies=optimal,epsilon=0.2", "gridworld:size=3" },
    { "gittins:gamma=0.9", "bandit" },
    { "ids:family=means", "bandit" },
    { "min-ep:family=means", "bandit" },
    { "empower:ahead=2,mix=0.1", "gridworld" },
    { "rlhf:queries=100", "hiding" },
    { "preferences:budget=3,segment=2", "gridworld:size=4,percepts=cell" },
    { "preferences:queries=request,demonstration=4", "gridworld:size=4,percepts=cell" },
    { "aixi:horizon=2,utility=goal:obs=1", "delusion" },
    { "optimistic:rule=deterministic", "gridworld:size=5,theta=1" },
};
enum { CASES = sizeof cases / sizeof *cases, DRAWS = 20000 };

/* The second life stands where the first one does. */
static void follow(const struct life *from, struct life *to)
{
    memcpy(to->s.state, from->s.state, from->env->state_size);
    to->s.world = from->s.world;
    to->s.mind = from->s.mind;
    to->s.last = from->s.last;
}

static void move_over(const struct life *from, struct life *to)
{
    struct err err = { 0 };
    size_t n = agent_frozen_size(from->ag);
    unsigned char *bytes = xcalloc(n + 1, 1);
    bytes[n] = 0xa5;
    agent_freeze(from->ag, bytes);
    ck_assert_uint_eq(bytes[n], 0xa5);
    ck_assert_msg(agent_thaw(to->ag, bytes, &err), "%s", err.text);
    ck_assert_uint_eq(agent_frozen_size(to->ag), n);
    free(bytes);
    follow(from, to);
}

static void same_numbers(const struct agent *a, const struct agent *b)
{
    struct insight x, y;
    struct metric m[METRICS_MAX], k[METRICS_MAX];
    size_t n = a->ops->report ? a->ops->report(a, m, METRICS_MAX) : 0;
    insight_clear(&x);
    insight_clear(&y);
    if (mind_of(a)->inspect) {
        mind_of(a)->inspect(a, &x);
        mind_of(b)->inspect(b, &y);
    }
    ck_assert_int_eq(memcmp(x.value, y.value, sizeof x.value), 0);
    ck_assert_str_eq(x.phase, y.phase);
    ck_assert_uint_eq(x.life_samples, y.life_samples);
    ck_assert_int_eq(memcmp(&x.gain, &y.gain, sizeof x.gain), 0);
    ck_assert_int_eq(x.sampled, y.sampled);
    if (n)
        ck_assert_uint_eq(b->ops->report(b, k, METRICS_MAX), n);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(m[i].value == k[i].value || (isnan(m[i].value) && isnan(k[i].value)),
                      "%s: %g, thawed %g", m[i].name, m[i].value, k[i].value);
}

START_TEST(the_thawed_agent_lives_the_same_future)
{
    struct life first, second;
    struct err err = { 0 };
    life_begin(&first, cases[_i].agent, cases[_i].env, 3);
    life_begin(&second, cases[_i].agent, cases[_i].env, 3);
    ck_assert_msg(first.ag->ops->ice != NULL, "%s cannot be frozen", cases[_i].agent);
    for (int t = 0; t < LIVED; t++)
        life_live(&first);
    for (int t = 0; t < 4; t++) /* a past of its own, to be forgotten */
        if (!session_step(&second.s, &err))
            break;
    move_over(&first, &second);
    ck_assert_uint_eq(second.ag->t, LIVED);
    same_numbers(first.ag, second.ag);
    for (int t = 0; t < TO_COME; t++) {
        const struct record *x = life_live(&first), *y = life_live(&second);
        ck_assert_msg(x->hash == y->hash, "%s in %s: cycle %d: action %u, thawed %u",
                      cases[_i].agent, cases[_i].env, t + 1, x->action, y->action);
        same_numbers(first.ag, second.ag);
    }
    life_end(&first);
    life_end(&second);
}
END_TEST

START_TEST(the_bytes_of_another_are_refused)
{
    struct life a, b;
    struct err err = { 0 };
    life_begin(&a, "q-learning", "tiger", 1);
    life_begin(&b, "sarsa", "tiger", 1);
    unsigned char *bytes = xcalloc(1, agent_frozen_size(a.ag));
    agent_freeze(a.ag, bytes);
    ck_assert(!agent_thaw(b.ag, bytes, &err));
    ck_assert_str_eq(err.text, "these are not the bytes of a frozen sarsa");
    free(bytes);
    life_end(&a);
    life_end(&b);
}
END_TEST

/* Whoever can be named can be frozen. */
START_TEST(every_agent_can_be_frozen)
{
    for (const struct kind *const *k = agent_shelf.at; *k; k++)
        ck_assert_msg(((const struct agent_ops *)*k)->ice != NULL, "%s", (*k)->name);
}
END_TEST

/* ---- chances */

/* How often it takes each action from here, of many agents like it. */
static void often(const struct life *l, const char *agent, const char *env, int times,
                  double *share)
{
    struct life copy;
    size_t n = agent_frozen_size(l->ag);
    void *bytes = xcalloc(1, n);
    agent_freeze(l->ag, bytes);
    life_begin(&copy, agent, env, 9);
    memset(share, 0, ACTIONS_MAX * sizeof *share);
    for (int i = 0; i < times; i++) {
        unsigned action;
        ck_assert(agent_thaw(copy.ag, bytes, NULL));
        ck_assert(copy.ag->ops->act(copy.ag, &copy.s.mind, &action, NULL));
        share[action] += 1.0 / times;
    }
    life_end(&copy);
    free(bytes);
}

static const int ages[] = { 0, 1, 7, 30, 45 };

/* Four standard errors of a share at most: 2 / sqrt(draws). */
START_TEST(chances_are_how_often_it_acts)
{
    struct life l;
    double p[ACTIONS_MAX], share[ACTIONS_MAX];
    life_begin(&l, cases[_i].agent, cases[_i].env, 3);
    /* Each draw of a Bayesian agent is a plan, of optimistic one of 80 ms. */
    const bool slow = !strncmp(cases[_i].agent, "optimistic", 10);
    const int draws = slow ? 12 : mind_of(l.ag)->hypotheses ? 1000 : DRAWS;
    for (size_t k = 0; l.ag->ops->chances && k < sizeof ages / sizeof *ages; k++) {
        double sum = 0;
        while (l.ag->t < (uint64_t)ages[k])
            life_live(&l);
        if (!l.ag->ops->chances(l.ag, p))
            continue;
        often(&l, cases[_i].agent, cases[_i].env, draws, share);
        for (unsigned a = 0; a < l.env->space.n_actions; a++) {
            sum += p[a];
            ck_assert_near(share[a], p[a], 2 / sqrt(draws));
            ck_assert(p[a] > 0 || share[a] <= 0);
        }
        ck_assert_near(sum, 1, 1e-12);
    }
    life_end(&l);
}
END_TEST

/* q-learning with epsilon 0.1 in tiger knows one best action of three after it was told:
 * 0.9 and a thirtieth each; before all is met every action is as good. */
START_TEST(chances_of_greed_by_hand)
{
    struct life l;
    struct err err = { 0 };
    double p[ACTIONS_MAX];
    life_begin(&l, "q-learning:epsilon=0.1,alpha=1,gamma=0,initial=0", "tiger", 1);
    ck_assert(l.ag->ops->chances(l.ag, p));
    for (int a = 0; a < 3; a++)
        ck_assert_near(p[a], 1. / 3, 1e-12);
    struct cycle told = { 2, { 0, 5 }, BY_MENTOR };
    ck_assert(l.ag->ops->update(l.ag, &told, &err));
    told.action = 1;
    told.e.rew = 7;
    ck_assert(l.ag->ops->update(l.ag, &told, &err));
    ck_assert(l.ag->ops->update(l.ag, &told, &err));
    ck_assert(l.ag->ops->chances(l.ag, p));
    ck_assert_near(p[0], 0.1 / 3, 1e-12);
    ck_assert_near(p[1], 0.9 + 0.1 / 3, 1e-12);
    ck_assert_near(p[2], 0.1 / 3, 1e-12);
    life_end(&l);
}
END_TEST

/* ---- rows of the mind */

START_TEST(the_heaviest_hypotheses_come_first)
{
    struct life l;
    struct mind_row row[4];
    life_begin(&l, "aixi:samples=30", "gridworld:size=4", 3);
    for (int t = 0; t < 5; t++)
        life_live(&l);
    const struct mind_ops *mind = mind_of(l.ag);
    ck_assert_str_eq(mind->tables[0], "hypotheses");
    ck_assert_ptr_null(mind->tables[1]);
    ck_assert_uint_eq(mind->rows(l.ag, "hypotheses", row, 4), 4);
    for (int i = 0; i < 4; i++) {
        ck_assert_double_gt(row[i].p, 0);
        ck_assert_double_le(row[i].p, i ? row[i - 1].p : 1);
        ck_assert_uint_gt(strlen(row[i].name), 0);
    }
    ck_assert_uint_eq(mind->rows(l.ag, "arms", row, 4), 0);
    life_end(&l);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ice");
    TCase *t = tcase_create("ice");
    tcase_add_loop_test(t, the_thawed_agent_lives_the_same_future, 0, CASES);
    tcase_add_test(t, the_bytes_of_another_are_refused);
    tcase_add_test(t, every_agent_can_be_frozen);
    tcase_add_loop_test(t, chances_are_how_often_it_acts, 0, CASES);
    tcase_add_test(t, chances_of_greed_by_hand);
    tcase_add_test(t, the_heaviest_hypotheses_come_first);
    suite_add_tcase(s, t);
    return harness_run(s);
}
