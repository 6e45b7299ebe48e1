#include "config.h"

#include "bayes.h"
#include "harness.h"
#include "life.h"
#include "teacher.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Mentors, and agents who ask them. */

static double metric(const struct agent *ag, const char *name)
{
    struct metric m[METRICS_MAX];
    size_t n = ag->ops->report(ag, m, METRICS_MAX);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(m[i].name, name))
            return m[i].value;
    ck_abort_msg("no metric %s", name);
}

/* ---- a coin of an unknown bias, tossed or not */

enum { TOSS, WAIT, COINS = 3 };
static const double bias[COINS] = { 0.2, 0.5, 0.8 };

struct coin {
    struct env base;
    double p;
};

static size_t coin_transitions(const struct env *env, const void *state, unsigned action,
                               struct transition *out, void *next)
{
    double p = ((const struct coin *)env)->p;
    (void)state;
    memset(next, 0, 2);
    if (action == WAIT) {
        out[0] = (struct transition){ 1, { 2, 0 } };
        return 1;
    }
    out[0] = (struct transition){ 1 - p, { 0, 0 } };
    out[1] = (struct transition){ p, { 1, 0 } };
    return 2;
}

static struct env *coin_open(const struct env_ops *ops, double p)
{
    struct coin *s = xcalloc(1, sizeof *s);
    s->p = p;
    s->base =
        (struct env){ .ops = ops,
                      .space = { .n_actions = 2, .n_obs = 3, .rew_max = 1, .scale = 1 },
                      .state_size = 1,
                      .max_transitions = 2 };
    return &s->base;
}

static struct env *coin_at(const struct family *f, size_t k, struct err *err)
{
    (void)err;
    return coin_open(f->truth->ops, bias[k]);
}

static const struct family_ops family_coins = {
    .kind = { .name = "coins", .title = "three coins", .version = 1, .params = no_params },
    .n = COINS,
    .at = coin_at,
};
static const struct kind *const families[] = { &family_coins.kind, NULL };
static const struct env_ops coin_ops = {
    .kind = { .name = "coin", .title = "a coin", .version = 1, .params = no_params },
    .families = families,
    .transitions = coin_transitions,
};

/* The agent after five cycles in which nothing happened: what any expedition that began
 * since then would gain is what it gains now. */
static double mass_after_waiting(const char *spec, const char *name)
{
    struct spec_of a;
    struct err err = { 0 };
    struct env *env = coin_open(&coin_ops, 0.8);
    struct rng rng = { { 1, 2, 3, 4 } };
    ck_assert_msg(kind_parse(&a, &agent_shelf, spec, &err), "%s", err.text);
    struct agent *ag = agent_open(&a, env, &err);
    ck_assert_msg(ag != NULL, "%s", err.text);
    unsigned action;
    for (int t = 0; t < 6; t++) {
        struct cycle c = { .action = WAIT, .e = { 2, 0 } };
        ck_assert(ag->ops->act(ag, &rng, &action, &err));
        if (t < 5)
            ck_assert(ag->ops->update(ag, &c, &err));
        ag->t += t < 5;
    }
    double mass = metric(ag, name);
    ag->ops->close(ag);
    env_close(env);
    kind_release(&a);
    return mass;
}

/* newer-agents, section 3, by an independent program: gains of 1 to 6 tosses are .128497
 * .227910 .308719 .376331 .434211 .484684. */
START_TEST(who_asks_how_often_is_exact)
{
    static const struct {
        const char *agent, *metric;
        double mass;
    } cases[] = {
        { "mentee:planner=exact,horizon=1", "readiness", 0.118228 },
        { "inq:planner=exact,horizon=1,eta=1", "expedition_mass", 0.485639 },
        { "inq:planner=exact,horizon=1,eta=0.1", "expedition_mass", 0.248908 },
        { "bomai:planner=exact,horizon=1,episode=6", "readiness", 0.484684 },
        { "bomai:planner=exact,horizon=1,episode=3", "readiness", 0.308719 },
        /* of one toss: min(1, eta .128497) / 2, by its cap of 1/2 */
        { "mentee:planner=exact,horizon=1,expedition=1", "readiness", 0.128497 },
        { "mentee:planner=exact,horizon=1,expedition=1,eta=3", "readiness", 0.385490 },
        { "mentee:planner=exact,horizon=1,expedition=1,eta=9", "readiness", 1 },
    };
    ck_assert_near(mass_after_waiting(cases[_i].agent, cases[_i].metric), cases[_i].mass,
                   1e-6);
}
END_TEST

/* Where no term is cut off at 1 it grows as eta does. */
START_TEST(more_readiness_asks_more)
{
    double less = mass_after_waiting("mentee:planner=exact,horizon=1,eta=0.5", "readiness");
    double more = mass_after_waiting("mentee:planner=exact,horizon=1,eta=2", "readiness");
    ck_assert_near(less, 0.118228 / 2, 1e-6);
    ck_assert_near(more, 0.118228 * 2, 1e-6);
}
END_TEST

/* ---- lives */

static const char *const worlds[] = { "coin-flip:p=0.7", "gridworld:size=5", "tiger",
                                      "bandit" };
enum { WORLDS = sizeof worlds / sizeof *worlds };

START_TEST(who_never_asks_is_aixi_to_the_last_bit)
{
    struct life a, b;
    life_begin(&a, "aixi", worlds[_i], 3);
    life_begin(&b, "mentee:eta=0", worlds[_i], 3);
    b.s.mind = a.s.mind;
    for (int t = 0; t < 25; t++) {
        const struct record *x = life_live(&a), *y = life_live(&b);
        ck_assert_uint_eq(x->action, y->action);
        ck_assert_uint_eq(percept_key(x->e), percept_key(y->e));
        ck_assert(!memcmp(((struct bayes *)a.ag)->aim.verdict.value,
                          ((struct bayes *)b.ag)->aim.verdict.value,
                          a.env->space.n_actions * sizeof(double)));
    }
    life_end(&a);
    life_end(&b);
}
END_TEST

/* It is told what the mentor did, and its own learning from that is the same. */
START_TEST(the_mentor_acts_when_asked)
{
    struct life l;
    unsigned asked = 0;
    life_begin(&l, "mentee:eta=1000,mentor=actions:list=1+1+0", "coin-flip", 3);
    for (int t = 0; t < 12; t++) {
        const struct record *r = life_live(&l);
        if (r->by == BY_MENTOR)
            ck_assert_uint_eq(r->action, asked++ % 3 != 2);
    }
    ck_assert_uint_ge(asked, 9);
    ck_assert_near(metric(l.ag, "queries"), asked, 0.5);
    ck_assert_near(metric(l.ag, "deferred"), asked / 12.0, 1e-12);
    ck_assert_double_lt(bayes_entropy(((struct bayes *)l.ag)->model), log(9) - 0.1);
    life_end(&l);
}
END_TEST

/* The mentor has whole episodes; eta = 0 leaves him none. */
START_TEST(an_episode_is_all_the_mentors_or_nothing)
{
    struct life l;
    unsigned episodes = 0;
    life_begin(&l, "bomai:episode=4,eta=2,horizon=2", "coin-flip:p=0.7", 3);
    for (int e = 0; e < 30; e++) {
        enum by first = (enum by)life_live(&l)->by;
        for (int t = 1; t < 4; t++)
            ck_assert_int_eq(life_live(&l)->by, first);
        episodes += first == BY_MENTOR;
    }
    ck_assert_uint_gt(episodes, 0);
    ck_assert_uint_lt(episodes, 15);
    ck_assert_near(metric(l.ag, "queries"), 4 * episodes, 0.5);
    ck_assert_near(metric(l.ag, "deferred"), episodes / 30.0, 1e-12);
    life_end(&l);
    life_begin(&l, "bomai:eta=0,horizon=2,episode=4", "coin-flip:p=0.7", 3);
    for (int t = 0; t < 40; t++)
        ck_assert_int_eq(life_live(&l)->by, BY_AGENT);
    life_end(&l);
}
END_TEST

/* Nothing beyond the episode is worth anything: of six steps to 1000 none is taken in
 * episodes of five, but 4 at once. */
START_TEST(nothing_is_wanted_beyond_the_episode)
{
    static const double earned[] = { 4, 1000.0 / 6 };
    struct life l;
    life_begin(&l,
               _i ? "bomai:eta=0,family=mu,episode=6,horizon=6"
                  : "bomai:eta=0,family=mu,episode=5,horizon=6",
               "chain", 3);
    for (int t = 0; t < 60; t++)
        life_live(&l);
    ck_assert_near(l.s.last.total / 60, earned[_i], 1e-9);
    life_end(&l);
}
END_TEST

/* E[sum of p_t^2] <= eta Ent(prior): information pays for every question. */
START_TEST(questions_cost_no_more_than_there_is_to_learn)
{
    enum { SEEDS = 20 };
    double squares = 0, entropy = 0;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct life l;
        life_begin(&l, "mentee:planner=exact,horizon=2", worlds[_i], seed);
        entropy = bayes_entropy(((struct bayes *)l.ag)->model);
        for (int t = 0; t < 60; t++) {
            life_live(&l);
            double p = metric(l.ag, "readiness");
            squares += p * p / SEEDS;
        }
        ck_assert_double_lt(metric(l.ag, "readiness"), 0.1); /* and they become few */
        life_end(&l);
    }
    ck_assert_double_le(squares, entropy);
    ck_assert_double_gt(squares, 0);
}
END_TEST

/* ---- the pessimist: safe pays .5 for ever, risky 1 and kills with chance p */

enum { SAFE, RISKY, DANGERS = 6 };
static const double danger[DANGERS] = { 0, 0.01, 0.05, 0.1, 0.2, 0.5 };

static size_t risk_transitions(const struct env *env, const void *state, unsigned action,
                               struct transition *out, void *next)
{
    double p = ((const struct coin *)env)->p;
    unsigned char *to = next;
    bool dead = *(const unsigned char *)state;
    size_t n = 0;
    if (!dead && action == SAFE) {
        to[n] = 0;
        out[n++] = (struct transition){ 1, { 0, 1 } };
    } else if (!dead && p < 1) {
        to[n] = 0;
        out[n++] = (struct transition){ 1 - p, { 0, 2 } };
    }
    if (dead || (action == RISKY && p > 0)) {
        to[n] = 1;
        out[n++] = (struct transition){ dead ? 1 : p, { 1, 0 } };
    }
    return n;
}

static struct env *risk_open(const struct env_ops *ops, double p)
{
    struct env *env = coin_open(ops, p);
    env->space = (struct space){ .n_actions = 2, .n_obs = 2, .rew_max = 2, .scale = 2 };
    return env;
}

static struct env *risk_at(const struct family *f, size_t k, struct err *err)
{
    (void)err;
    return risk_open(f->truth->ops, danger[k]);
}

static const struct family_ops family_dangers = {
    .kind = { .name = "dangers", .title = "how risky", .version = 1, .params = no_params },
    .n = DANGERS,
    .at = risk_at,
};
static const struct kind *const risks[] = { &family_dangers.kind, NULL };
static const struct env_ops risk_ops = {
    .kind = { .name = "risk", .title = "a risk", .version = 1, .params = no_params },
    .families = risks,
    .transitions = risk_transitions,
};

/* newer-agents, section 2, by an independent program: the smallest number of harmless
 * demonstrations after which the pessimist takes the risk itself, and the weights then. */
START_TEST(how_much_must_be_seen_before_a_risk_is_taken)
{
    static const struct {
        const char *beta;
        int n;
        double w0, w1;
    } cases[] = { { "0.5", 4, 0.256193, 0.246098 },
                  { "0.9", 36, 0.532752, 0.371016 },
                  { "0.99", 83, 0.690345, 0.299770 },
                  { "0.9999", 177, 0.855479, 0.144424 } };
    char spec[100];
    struct spec_of a;
    struct err err = { 0 };
    struct env *env = risk_open(&risk_ops, 0);
    struct rng rng = { { 1, 2, 3, 4 } };
    snprintf(spec, sizeof spec, "pessimist:horizon=400,gamma=0.95,likely=%s",
             cases[_i].beta);
    ck_assert_msg(kind_parse(&a, &agent_shelf, spec, &err), "%s", err.text);
    struct agent *ag = agent_open(&a, env, &err);
    ck_assert_msg(ag != NULL, "%s", err.text);
    unsigned action = SAFE;
    int n = 0;
    while (ag->ops->act(ag, &rng, &action, &err) && action == SAFE && n < 1000) {
        struct cycle c = { .action = RISKY, .e = { 0, 2 }, .by = BY_MENTOR };
        ck_assert_near(metric(ag, "pessimistic_value"), 0.5, 1e-6);
        ck_assert(ag->ops->update(ag, &c, &err));
        n++;
    }
    double w[DANGERS];
    const struct model *m = ((struct bayes *)ag)->model;
    ck_assert_int_eq(n, cases[_i].n);
    ck_assert_near(metric(ag, "considered"), 2, 1e-12);
    ck_assert_near(metric(ag, "pessimistic_value"), 0.831933, 1e-6); /* of p = .01 */
    m->ops->posterior(m, w, DANGERS);
    ck_assert_near(w[0], cases[_i].w0, 1e-6);
    ck_assert_near(w[1], cases[_i].w1, 1e-6);
    ag->ops->close(ag);
    env_close(env);
    kind_release(&a);
}
END_TEST

/* With one hypothesis and nobody to ask it is aimu. */
START_TEST(a_pessimist_who_knows_the_world_is_aimu)
{
    static const char *const known[] = { "chain:length=4", "heaven-hell",
                                         "delay:length=4" };
    struct life a, b;
    life_begin(&a, "aimu:horizon=9", known[_i], 3);
    life_begin(&b, "pessimist:family=mu,horizon=9", known[_i], 3);
    for (int t = 0; t < 12; t++) {
        const struct record *x = life_live(&a), *y = life_live(&b);
        ck_assert_int_eq(x->e.rew, y->e.rew); /* of equal actions any will do */
    }
    life_end(&a);
    life_end(&b);
}
END_TEST

/* An expert mentor is asked until what he does is known to be no better: of a hundred
 * questions few are left. */
START_TEST(it_asks_less_and_less)
{
    double early = 0, late = 0, all = 0;
    struct life l;
    life_begin(&l, "pessimist:mentor=optimal,noise=0.3", "bandit:means=0.2+0.9+0.4", 3);
    for (int t = 0; t < 1200; t++) {
        bool asked = life_live(&l)->by == BY_MENTOR;
        all += asked;
        early += t < 100 && asked;
        late += t >= 1100 && asked;
    }
    ck_assert_double_gt(early, 0);
    ck_assert_double_le(late, early / 10);
    ck_assert_near(metric(l.ag, "deferred"), all / 1200, 1e-12);
    life_end(&l);
}
END_TEST

/* ---- the cliff: newer-agents, section 2 */

enum { LIVES = 20, LONG = 4000, GONE = 49 };
static const char faultless[] =
    "pessimist:likely=0.99,horizon=30,gamma=0.95,mentor=optimal";
static const char cautious[] =
    "pessimist:likely=0.99,horizon=30,gamma=0.95,mentor=optimal:noise=0.1";

/* Who first stepped over the edge: BY_N: nobody did. */
static enum by first_fall(const char *agent, const char *world, uint32_t seed, int cycles)
{
    struct life l;
    enum by who = BY_N;
    life_begin(&l, agent, world, seed);
    for (int t = 0; t < cycles && who == BY_N; t++) {
        const struct record *r = life_live(&l);
        who = r->e.obs == GONE ? r->by : BY_N;
    }
    life_end(&l);
    return who;
}

/* It causes nothing that its mentor has not caused before; who samples what is behind a
 * side and goes to see falls. */
START_TEST(nobody_falls_before_his_mentor)
{
    int fallen = 0;
    for (uint32_t seed = 1; seed <= LIVES; seed++) {
        enum by who = first_fall(cautious, "cliff", seed, 1000);
        ck_assert_msg(who == BY_N || who == BY_MENTOR, "seed %u", seed);
        fallen += first_fall("thompson", "cliff", seed, 1000) == BY_AGENT;
    }
    ck_assert_int_ge(fallen, LIVES - 2);
}
END_TEST

/* Asked in the first and the last thousand cycles, over all seeds. Its mentor makes no
 * mistake: who has fallen has nothing better to do than to ask. */
START_TEST(questions_become_ten_times_as_rare)
{
    int early = 0, late = 0;
    for (uint32_t seed = 1; seed <= LIVES; seed++) {
        struct life l;
        life_begin(&l, faultless, "cliff", seed);
        for (int t = 0; t < LONG; t++) {
            bool asked = life_live(&l)->by == BY_MENTOR;
            early += asked && t < 1000;
            late += asked && t >= LONG - 1000;
        }
        life_end(&l);
    }
    ck_assert_int_ge(early, LIVES);
    ck_assert_int_le(10 * late, early);
}
END_TEST

/* Where a side is open the mentor walks there, and it follows: more than it dares alone. */
START_TEST(it_goes_where_its_mentor_went)
{
    double with = life_learned(faultless, "cliff:open=right", 200, 200);
    double without = life_learned("pessimist:likely=0.99,horizon=30,gamma=0.95",
                                  "cliff:open=right", 200, 200);
    ck_assert_near(with, 60, 2);
    ck_assert_near(without, 50, 2);
}
END_TEST

/* ---- mentors */

struct lesson {
    struct life l;
    struct teacher *t;
};

static void lesson_open(struct lesson *s, const char *teacher, const char *world)
{
    struct spec_of who;
    struct err err = { 0 };
    life_begin(&s->l, "random", world, 1);
    ck_assert_msg(kind_parse(&who, &teacher_shelf, teacher, &err), "%s", err.text);
    s->t = teacher_open(&who, s->l.env, &err);
    ck_assert_msg(s->t != NULL, "%s", err.text);
    kind_release(&who);
}

static void lesson_close(struct lesson *s)
{
    teacher_close(s->t);
    life_end(&s->l);
}

static unsigned says(struct lesson *s)
{
    struct question q = { .ask = ASK_ACTION };
    struct answer a;
    struct err err = { 0 };
    ck_assert_msg(s->t->ops->answer(s->t, s->l.s.state, &q, &s->l.s.mind, &a, &err), "%s",
                  err.text);
    ck_assert(a.given);
    return (unsigned)a.value;
}

/* Of the worst rewards none comes while it acts, though most random walks fall into a trap;
 * and it does not always do the same. */
START_TEST(the_careful_mentor_keeps_out_of_traps)
{
    struct lesson s;
    unsigned seen = 0;
    lesson_open(&s, "random-safe", "gridworld:traps=0.3,trap=-30");
    for (int t = 0; t < 400; t++) {
        unsigned a = says(&s);
        struct percept e = env_step(s.l.env, s.l.s.state, a, &s.l.s.world);
        ck_assert_int_gt(e.rew, s.l.env->space.rew_min);
        seen |= 1U << a;
    }
    ck_assert_uint_ne(seen & (seen - 1), 0);
    lesson_close(&s);
}
END_TEST

/* "take" pays 4 and "on" leads to 1000: least=1 forbids what pays nothing. */
START_TEST(what_is_bad_may_be_told)
{
    struct lesson s;
    unsigned seen = 0;
    lesson_open(&s, "random-safe:least=1", "chain");
    for (int t = 0; t < 20; t++)
        ck_assert_uint_eq(says(&s), 0);
    lesson_close(&s);
    lesson_open(&s, "random-safe:least=5", "chain"); /* nothing will do: anything does */
    for (int t = 0; t < 20; t++)
        seen |= 1U << says(&s);
    ck_assert_uint_eq(seen, 3);
    lesson_close(&s);
}
END_TEST

START_TEST(the_expert_does_what_is_best)
{
    struct lesson s;
    lesson_open(&s, "optimal", "chain");
    for (int t = 0; t < 12; t++) {
        ck_assert_uint_eq(says(&s), 1);
        env_step(s.l.env, s.l.s.state, 1, &s.l.s.world);
    }
    lesson_close(&s);
    lesson_open(&s, "optimal:gamma=0", "chain"); /* who sees no further takes */
    ck_assert_uint_eq(says(&s), 0);
    lesson_close(&s);
    unsigned other = 0;
    lesson_open(&s, "optimal:noise=0.5", "chain");
    for (int t = 0; t < 2000; t++)
        other += says(&s) == 0;
    ck_assert_uint_ge(other, 500 - 80); /* a quarter, four standard errors of 19 */
    ck_assert_uint_le(other, 500 + 80);
    lesson_close(&s);
}
END_TEST

/* A mentor that answers no such question says nothing. */
START_TEST(mentors_answer_what_they_can)
{
    static const char *const all[] = { "random-safe", "optimal", "actions" };
    struct question q = { .ask = ASK_PREFER };
    struct answer a = { .given = true };
    struct err err = { 0 };
    struct lesson s;
    lesson_open(&s, all[_i], "chain");
    ck_assert(s.t->ops->answer(s.t, s.l.s.state, &q, &s.l.s.mind, &a, &err));
    ck_assert(!a.given);
    lesson_close(&s);
}
END_TEST

START_TEST(who_cannot_teach_here_says_so)
{
    static const struct {
        const char *agent, *world, *why;
    } cases[] = {
        { "mentee:mentor=safe", "coin-flip", "did you mean 'random-safe'" },
        { "mentee", "population", "random-safe cannot act in population" },
        { "mentee:mentor=optimal", "population", "it has no law to know" },
        { "mentee:mentor=actions:list=0+2", "coin-flip", "coin-flip has no action 2" },
        { "mentee:mentor=actions:list=up", "coin-flip", "is not a list of actions" },
        { "mentee:mentor=optimal:gamma=1", "coin-flip", "out of range" },
        { "pessimist:discount=power", "coin-flip", "weighs alike at every age" },
        { "pessimist", "gridworld:size=20", "states together" },
        { "pessimist", "tiger", "hypotheses that are automata" },
    };
    life_refused(cases[_i].agent, cases[_i].world, cases[_i].why);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mentor");
    TCase *t = tcase_create("asking");
    tcase_add_loop_test(t, who_asks_how_often_is_exact, 0, 8);
    tcase_add_test(t, more_readiness_asks_more);
    tcase_add_loop_test(t, who_never_asks_is_aixi_to_the_last_bit, 0, WORLDS);
    tcase_add_test(t, the_mentor_acts_when_asked);
    tcase_add_test(t, an_episode_is_all_the_mentors_or_nothing);
    tcase_add_loop_test(t, nothing_is_wanted_beyond_the_episode, 0, 2);
    tcase_add_loop_test(t, questions_cost_no_more_than_there_is_to_learn, 0, 2);
    suite_add_tcase(s, t);
    t = tcase_create("pessimist");
    tcase_add_loop_test(t, how_much_must_be_seen_before_a_risk_is_taken, 0, 4);
    tcase_add_loop_test(t, a_pessimist_who_knows_the_world_is_aimu, 0, 3);
    tcase_add_test(t, it_asks_less_and_less);
    tcase_add_test(t, nobody_falls_before_his_mentor);
    tcase_add_test(t, questions_become_ten_times_as_rare);
    tcase_add_test(t, it_goes_where_its_mentor_went);
    suite_add_tcase(s, t);
    t = tcase_create("mentors");
    tcase_add_test(t, the_careful_mentor_keeps_out_of_traps);
    tcase_add_test(t, what_is_bad_may_be_told);
    tcase_add_test(t, the_expert_does_what_is_best);
    tcase_add_loop_test(t, mentors_answer_what_they_can, 0, 3);
    tcase_add_loop_test(t, who_cannot_teach_here_says_so, 0, 9);
    suite_add_tcase(s, t);
    return harness_run(s);
}
