#include "config.h"

#include "bayes.h"
#include "class.h"
#include "harness.h"
#include "mixture.h"
#include "posterior.h"
#include "registry.h"
#include "toy.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Classes of hypotheses: counted without being opened, opened once, never cut short; and
 * models that take more of an endless one in. */

/* ---- an endless class of coins: number k shows 1, and pays it, with chance 1 / (k + 2)
 * when action 0 tosses it; action 1 pays nothing. Every third one counts its cycles, and so
 * has too many states for an automaton. */

struct coin {
    struct env base;
    double p;
    bool counts;
};
extern const struct env_ops coin_ops;

static struct env *coin_open(size_t k)
{
    struct coin *c = xcalloc(1, sizeof *c);
    c->base = (struct env){
        .ops = &coin_ops,
        .space = { .n_actions = 2, .n_obs = 2, .rew_min = 0, .rew_max = 1, .scale = 1 },
        .state_size = k % 3 == 2 ? 2 * sizeof(uint64_t) : 1,
        .max_transitions = 2,
    };
    c->p = 1 / (double)(k + 2);
    c->counts = k % 3 == 2;
    return &c->base;
}

static size_t toss(const struct env *env, const void *state, unsigned action,
                   struct transition *out, void *next)
{
    const struct coin *c = (const struct coin *)env;
    uint64_t t = 0;
    if (c->counts)
        memcpy(&t, state, sizeof t);
    t++;
    memset(next, 0, 2 * env->state_size);
    for (unsigned one = 0; one < 2; one++) {
        if (c->counts)
            memcpy((char *)next + one * env->state_size, &t, sizeof t);
        out[one] = (struct transition){ one ? c->p : 1 - c->p, { one, (int32_t)one } };
    }
    if (action == 1)
        out[0] = (struct transition){ 1, { 0, 0 } };
    return action == 1 ? 1 : 2;
}

const struct env_ops coin_ops = {
    .kind = { .name = "coin", .title = "a coin", .version = 1, .params = no_params },
    .transitions = toss,
};

/* What was asked of the class, and what cannot be opened. */
static struct {
    size_t opened, closed, broken;
} seen;

static size_t without_end(const struct family *f)
{
    (void)f;
    return SIZE_MAX;
}

static struct env *coin_at(const struct family *f, size_t k, struct err *err)
{
    (void)f;
    if (k == seen.broken)
        return err_null(err, "coin %zu is bent", k);
    seen.opened++;
    return coin_open(k);
}

static double halving(const struct family *f, size_t k)
{
    (void)f;
    return -M_LN2 * (double)(k + 1);
}

static void close_coins(struct family *f)
{
    seen.closed++;
    free(f);
}

static const struct family_ops coins = {
    .kind = { .name = "coins", .title = "all of them", .version = 1, .params = no_params },
    .close = close_coins,
    .count = without_end,
    .at = coin_at,
    .log_prior = halving,
};

/* The class, around no world at all. */
static struct family *all_coins(void)
{
    struct spec_of spec = { .kind = &coins.kind };
    struct err err = { 0 };
    struct family *f = family_open(&spec, NULL, &err);
    ck_assert_msg(f, "%s", err.text);
    return f;
}

/* The first n of the coins. */
static struct model *believe(size_t n)
{
    struct err err = { 0 };
    seen.broken = SIZE_MAX;
    struct model *m = mixture_new_first(all_coins(), n, &err);
    ck_assert_msg(m, "%s", err.text);
    return m;
}

/* Percept t of a history that has a one in five. */
static double hear(struct model *m, int t)
{
    struct outcome o = { .e = { t % 5 == 0, t % 5 == 0 } };
    double p = m->ops->condition(m, 0, &o);
    ck_assert(p > 0);
    return p;
}

static void must_grow(struct model *m, uint64_t work)
{
    struct err err = { 0 };
    ck_assert_msg(m->ops->grow(m, work, &err), "%s", err.text);
}

/* ---- growth */

START_TEST(a_grown_class_is_what_it_had_been_from_the_start)
{
    static const size_t first[] = { 1, 2, 3, 5 };
    struct model *grown = believe(first[_i]), *whole = believe(7);
    for (int t = 0; t < 40; t++) {
        hear(grown, t);
        hear(whole, t);
    }
    double w[7], v[7];
    unsigned shape = grown->shape;
    must_grow(grown, 1);
    must_grow(grown, 6 - first[_i]);
    ck_assert_uint_eq(grown->n, 7);
    ck_assert_uint_ne(grown->shape, shape);
    for (int t = 40; t < 80; t++) {
        ck_assert_uint_eq(grown->ops->posterior(grown, w, 7), 7);
        whole->ops->posterior(whole, v, 7);
        for (int k = 0; k < 7; k++)
            ck_assert_near(w[k], v[k], 1e-12);
        ck_assert_near(hear(grown, t), hear(whole, t), 1e-12);
    }
    grown->ops->free(grown);
    whole->ops->free(whole);
}
END_TEST

START_TEST(growth_keeps_the_ratios_of_old_weights)
{
    struct model *m = believe(3);
    double before[3], after[10];
    for (int t = 0; t < 60; t++)
        hear(m, t);
    memcpy(before, m->ops->log_weights(m), sizeof before);
    must_grow(m, 7);
    ck_assert_uint_eq(m->ops->posterior(m, after, 10), 10);
    const double *log_w = m->ops->log_weights(m);
    double total = 0;
    for (int k = 0; k < 3; k++)
        ck_assert_near(log_w[k] - log_w[0], before[k] - before[0], 1e-12);
    for (int k = 0; k < 10; k++)
        total += after[k];
    ck_assert_near(total, 1, 1e-12);
    /* P(coin 3 | 12 ones, 48 zeros) against coin 2's, by hand. */
    ck_assert_near(log_w[3] - log_w[2],
                   -M_LN2 + 12 * log(1 / 5.0 / (1 / 4.0)) + 48 * log(4 / 5.0 / (3 / 4.0)),
                   1e-9);
    m->ops->free(m);
}
END_TEST

/* 4000 zeros: what is taken in now is e^1600 times as likely as all that was believed. */
START_TEST(a_hypothesis_far_better_than_all_before_is_taken_in)
{
    struct model *m = believe(1);
    double w[2];
    struct outcome o = { .e = { 0, 0 } };
    for (int t = 0; t < 4000; t++)
        m->ops->condition(m, 0, &o);
    must_grow(m, 1);
    m->ops->posterior(m, w, 2);
    ck_assert_near(w[1], 1, 1e-15);
    ck_assert_near(m->ops->log_weights(m)[0], M_LN2 - 4000 * log(4 / 3.0), 1e-8);
    m->ops->free(m);
}
END_TEST

START_TEST(what_cannot_be_opened_changes_nothing)
{
    struct model *m = believe(2);
    struct err err = { 0 };
    double before[2], after[2];
    hear(m, 0);
    memcpy(before, m->ops->log_weights(m), sizeof before);
    seen.broken = 4;
    ck_assert(!m->ops->grow(m, 5, &err));
    ck_assert_str_eq(err.text, "coin 4 is bent");
    ck_assert_uint_eq(m->n, 2);
    memcpy(after, m->ops->log_weights(m), sizeof after);
    ck_assert_mem_eq(before, after, sizeof before);
    must_grow(m, 2);
    ck_assert_uint_eq(m->n, 4);
    hear(m, 1);
    m->ops->free(m);
}
END_TEST

/* The mixture that thaws takes in or lets go what it has to, and both grow on alike. */
START_TEST(grown_models_thaw_in_small_ones_and_small_in_grown)
{
    static const size_t sizes[][2] = { { 5, 2 }, { 2, 5 }, { 3, 3 }, { 4, 1 } };
    struct model *from = believe(2), *to = believe(1);
    struct err err = { 0 };
    for (int t = 0; t < 30; t++)
        hear(from, t);
    for (int t = 0; t < 7; t++)
        hear(to, t + 3);
    if (sizes[_i][0] > 2)
        must_grow(from, sizes[_i][0] - 2);
    if (sizes[_i][1] > 1)
        must_grow(to, sizes[_i][1] - 1);
    void *bytes = xcalloc(1, from->ops->frozen_size(from));
    from->ops->freeze(from, bytes);
    ck_assert_msg(to->ops->thaw(to, bytes, &err), "%s", err.text);
    free(bytes);
    for (int t = 30; t < 90; t++) {
        ck_assert_uint_eq(from->n, to->n);
        ck_assert_double_eq(hear(from, t), hear(to, t));
        ck_assert_mem_eq(from->ops->log_weights(from), to->ops->log_weights(to),
                         from->n * sizeof(double));
        if (t % 20 == 0) {
            must_grow(from, 2);
            must_grow(to, 2);
        }
    }
    from->ops->free(from);
    to->ops->free(to);
}
END_TEST

START_TEST(the_heaviest_come_first)
{
    struct model *m = believe(8);
    size_t which[8];
    double w[8], all[8];
    for (int t = 0; t < 40; t++)
        hear(m, t);
    m->ops->posterior(m, all, 8);
    for (size_t cap = 1; cap <= 8; cap++) {
        ck_assert_uint_eq(model_top(m, which, w, cap), cap);
        for (size_t i = 0; i < cap; i++) {
            ck_assert_double_eq(w[i], all[which[i]]);
            ck_assert(i == 0 || w[i] <= w[i - 1]);
        }
        for (size_t k = 0; k < 8; k++)
            ck_assert(all[k] <= w[0]);
    }
    ck_assert_uint_eq(model_top(m, which, w, 0), 0);
    m->ops->free(m);
}
END_TEST

/* Who has planned in a model plans in what it has grown to like one who comes then. */
START_TEST(planners_keep_up_with_growth)
{
    static const struct {
        const char *planner;
        size_t from, to; /* two coins are automata, and three are not all */
        bool follows;
    } cases[] = {
        { "exact", 1, 2, false }, { "exact", 2, 5, false }, { "mcts", 1, 2, false },
        { "mcts", 2, 5, false },  { "auto", 1, 2, true },   { "auto", 2, 5, true },
    };
    char *text = xasprintf("aixi:planner=%s,horizon=4,samples=300,max-nodes=10000,"
                           "max-states=100000,ucb=1.4,gamma=0.9,root-sampling=no",
                           cases[_i].planner);
    struct spec_of spec;
    ck_assert(kind_parse(&spec, &agent_shelf, text, NULL));
    const struct bayes_conf *conf = spec.config; /* the first member of an aixi's */
    free(text);
    struct model *m = believe(cases[_i].from);
    struct utility u = task_reward(m);
    struct err err = { 0 };
    struct aim old, new;
    struct rng rng = { { 1, 2, 3, 4 } }, same;
    ck_assert_msg(aim_init(&old, conf, m, &u, &err), "%s", err.text);
    for (int t = 0; t < 10; t++)
        hear(m, t);
    for (int grown = 0; grown < 2; grown++) {
        ck_assert(aim_init(&new, conf, m, &u, &err));
        same = rng;
        size_t k = m->n - 1;
        unsigned a = cases[_i].follows ? aim_follow(&old, k, 11, NULL, &rng)
                                       : aim_act(&old, 11, NULL, &rng);
        unsigned b = cases[_i].follows ? aim_follow(&new, k, 11, NULL, &same)
                                       : aim_act(&new, 11, NULL, &same);
        ck_assert_uint_eq(a, b);
        for (int i = 0; i < 2; i++)
            ck_assert_double_eq(old.verdict.value[i], new.verdict.value[i]);
        aim_release(&new);
        if (!grown)
            must_grow(m, cases[_i].to - cases[_i].from);
    }
    aim_release(&old);
    kind_release(&spec);
    m->ops->free(m);
}
END_TEST

/* ---- classes */

START_TEST(an_endless_class_is_not_believed_in_at_once)
{
    struct err err = { 0 };
    seen.closed = 0;
    ck_assert_ptr_null(mixture_new(all_coins(), NULL, &err));
    ck_assert_str_eq(err.text,
                     "family coins has no end: not all of it can be believed in at once");
    ck_assert_uint_eq(seen.closed, 1);
    struct env *env = corridor_open(&(struct corridor){ 3, 0, 2, 1, SEES_CELL });
    err = (struct err){ 0 };
    ck_assert_ptr_null(mixture_new_first(family_find("goal", env, &err), 2, &err));
    ck_assert_str_eq(err.text, "family goal has no prior of its own");
    env_close(env);
}
END_TEST

/* The corridor's class, counting what is opened, and one of them broken. */
static struct env *counted_at(const struct family *f, size_t k, struct err *err)
{
    if (k == seen.broken)
        return err_null(err, "cell %zu is flooded", k);
    seen.opened++;
    return corridor_goals.at(f, k, err);
}

static struct family *counted(const struct env *env, struct family_ops *ops, size_t broken)
{
    struct spec_of spec = { .kind = &ops->kind };
    struct err err = { 0 };
    *ops = corridor_goals;
    ops->at = counted_at;
    seen.broken = broken;
    seen.opened = 0;
    return family_open(&spec, env, &err);
}

START_TEST(each_hypothesis_is_opened_once)
{
    struct env *env = corridor_open(&(struct corridor){ 5, 0, 2, 0.5, SEES_CELL });
    struct err err = { 0 };
    struct family_ops ops;
    struct model *m = mixture_new(counted(env, &ops, SIZE_MAX), NULL, &err);
    ck_assert_uint_eq(seen.opened, 5);
    m->ops->free(m);
    m = posterior_new(counted(env, &ops, SIZE_MAX), NULL, &err);
    ck_assert_str_eq(m->ops->name, "goal");
    ck_assert_uint_eq(seen.opened, 5);
    m->ops->free(m);
    struct family *f = counted(env, &ops, SIZE_MAX);
    ops.form = NULL;
    m = posterior_new(f, NULL, &err);
    ck_assert_str_eq(m->ops->name, "mixture");
    m->ops->free(m);
    env_close(env);
}
END_TEST

START_TEST(one_that_cannot_be_opened_fails_the_class)
{
    struct env *env = corridor_open(&(struct corridor){ 5, 0, 2, 0.5, SEES_CELL });
    for (size_t k = 0; k < 5; k++) {
        struct family_ops ops;
        struct err err = { 0 };
        char say[40];
        snprintf(say, sizeof say, "cell %zu is flooded", k);
        ck_assert_ptr_null(mixture_new(counted(env, &ops, k), NULL, &err));
        ck_assert_str_eq(err.text, say);
        err = (struct err){ 0 };
        ck_assert_ptr_null(posterior_new(counted(env, &ops, k), NULL, &err));
        ck_assert_str_eq(err.text, say);
    }
    env_close(env);
}
END_TEST

START_TEST(hypotheses_have_names_for_people)
{
    static const struct {
        const char *world, *family;
        size_t k;
        const char *name;
    } cases[] = {
        { "ipd", "opponents", 3, "tit-for-tat" },
        { "heaven-hell", "heaven", 1, "heaven is right" },
        { "ksa-toy", "all", 2, "mu3" },
        { "bandit:means=0.2+0.9", "places", 1, "0.9+0.2" },
        { "bandit:means=0.9+0.2+0.9", "means", 6, "0.9+0.9+0.2" },
        { "bandit:means=0.2+0.9", "means:levels=1/0+.5", 1, "1+0.5" },
        { "gridworld:map=thesis", "goal", 1, "row 1 column 0" },
        { "gridworld:size=4", "maze", 0, "the truth" },
        { "gridworld:size=4", "maze:mazes=5+6", 2, "6" },
        { "gridworld:map=thesis", "dogma", 2, "row 1 column 0" },
        { "tiger", "mu", 0, "mu" },
        { "tiger", "hearing", 3, "hearing 0.85" },
        { "tiger:hearing=0.72", "hearing", 2, "hearing 0.72" },
        { "tiger:hearing=0.72", "hearing", 3, "hearing 0.85" },
        { "extended-tiger:hearing=1", "hearing", 4, "hearing 1" },
        { "coin-flip:p=0", "coin", 0, "heads 0" },
        { "coin-flip:p=0", "coin", 8, "heads 0.9" },
        { "chain", "length", 0, "length 1" },
        { "chain:length=40", "length", 15, "length 40" },
        { "maze-1d", "goal", 2, "cell 2" },
        { "grid-4x4", "goal", 15, "row 3 column 3" },
        { "cheese-maze", "cheese", 9, "row 3 column 3" },
        { "biased-rps", "opponent", 0, "proud of rock" },
        { "biased-rps", "opponent", 3, "proud of nothing" },
        { "kuhn-poker", "opponent", 3, "a 0.7" },
        { "pomdp", "files", 0, "the world" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = { 0 };
        struct spec_of spec;
        char name[80];
        ck_assert(kind_parse(&spec, &env_shelf, cases[i].world, &err));
        struct env *env = env_open(&spec, 1, &err);
        struct model *m =
            posterior_new(family_find(cases[i].family, env, &err), NULL, &err);
        ck_assert_msg(m, "%s", err.text);
        m->ops->text(m, cases[i].k, name, sizeof name);
        ck_assert_str_eq(name, cases[i].name);
        m->ops->free(m);
        env_close(env);
        kind_release(&spec);
    }
}
END_TEST

START_TEST(a_hypothesis_without_a_name_has_a_number)
{
    struct model *m = believe(4);
    char name[80];
    m->ops->text(m, 3, name, sizeof name);
    ck_assert_str_eq(name, "coins 3");
    m->ops->free(m);
}
END_TEST

static struct model *model_of(const char *world, const char *family, struct env **env)
{
    struct err err = { 0 };
    struct spec_of spec;
    ck_assert(kind_parse(&spec, &env_shelf, world, &err));
    *env = env_open(&spec, 1, &err);
    kind_release(&spec);
    struct model *m = posterior_new(family_find(family, *env, &err), NULL, &err);
    ck_assert_msg(m, "%s", err.text);
    return m;
}

/* Three heads and a tail: w(p) ~ p^3 (1 - p), in the grid .1 .. .9 with sum .4917. */
START_TEST(a_coin_is_learned_by_bayes_rule)
{
    struct env *env;
    struct model *m = model_of("coin-flip", "coin", &env);
    const unsigned sides[] = { 1, 1, 0, 1 };
    double w[9], heads = 0;
    for (size_t t = 0; t < 4; t++) {
        struct outcome o = { .e = { sides[t], (int32_t)sides[t] } };
        m->ops->condition(m, 1, &o);
    }
    ck_assert_uint_eq(m->ops->posterior(m, w, 9), 9);
    for (size_t k = 0; k < 9; k++)
        heads += w[k] * (double)(k + 1) / 10;
    ck_assert_near(w[6], 0.1029 / 0.4917, 1e-12);
    ck_assert_near(heads, 0.32505 / 0.4917, 1e-12);
    m->ops->free(m);
    env_close(env);
}
END_TEST

/* Whether the tiger hears at .5 or .95 shows in pairs of answers alone: the first is left
 * or right with 1/2 in all; the second is the same with q^2 + (1 - q)^2. */
START_TEST(an_ear_is_judged_by_whether_it_agrees_with_itself)
{
    static const double q[] = { 0.5, 0.65, 0.75, 0.85, 0.95 };
    struct env *env;
    struct model *m = model_of("tiger", "hearing", &env);
    struct outcome left = { .e = { 1, -1 } };
    double w[5], sum = 0;
    ck_assert_near(m->ops->condition(m, 0, &left), 0.5, 1e-12);
    m->ops->posterior(m, w, 5);
    for (size_t k = 0; k < 5; k++)
        ck_assert_near(w[k], 0.2, 1e-12);
    m->ops->condition(m, 0, &left);
    m->ops->posterior(m, w, 5);
    for (size_t k = 0; k < 5; k++)
        sum += q[k] * q[k] + (1 - q[k]) * (1 - q[k]);
    for (size_t k = 0; k < 5; k++)
        ck_assert_near(w[k], (q[k] * q[k] + (1 - q[k]) * (1 - q[k])) / sum, 1e-9);
    m->ops->free(m);
    env_close(env);
}
END_TEST

START_TEST(a_process_of_another_space_is_no_hypothesis)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert(kind_parse(&spec, &env_shelf, "pomdp", &err));
    struct env *env = env_open(&spec, 1, &err);
    kind_release(&spec);
    ck_assert_ptr_null(
        posterior_new(family_find("files:files=basic", env, &err), NULL, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "basic has no observations"));
    err = (struct err){ 0 };
    ck_assert_ptr_null(
        posterior_new(family_find("files:files=tiger+/nowhere", env, &err), NULL, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "cannot read /nowhere"));
    struct model *m =
        posterior_new(family_find("files:files=tiger", env, &err), NULL, &err);
    ck_assert_uint_eq(m->n, 2);
    m->ops->free(m);
    env_close(env);
    ck_assert(kind_parse(&spec, &env_shelf, "mdp", &err));
    env = env_open(&spec, 1, &err);
    kind_release(&spec);
    err = (struct err){ 0 };
    ck_assert_ptr_null(
        posterior_new(family_find("files:files=tiger", env, &err), NULL, &err));
    ck_assert_str_eq(err.text, "tiger: 3 actions, 4 observations and -100 to 10 points are "
                               "no hypothesis of a world of 2, 3 and -100 to 25");
    env_close(env);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("family");
    TCase *tc = tcase_create("family");
    tcase_add_loop_test(tc, a_grown_class_is_what_it_had_been_from_the_start, 0, 4);
    tcase_add_test(tc, growth_keeps_the_ratios_of_old_weights);
    tcase_add_test(tc, a_hypothesis_far_better_than_all_before_is_taken_in);
    tcase_add_test(tc, what_cannot_be_opened_changes_nothing);
    tcase_add_loop_test(tc, grown_models_thaw_in_small_ones_and_small_in_grown, 0, 4);
    tcase_add_test(tc, the_heaviest_come_first);
    tcase_add_loop_test(tc, planners_keep_up_with_growth, 0, 6);
    tcase_add_test(tc, an_endless_class_is_not_believed_in_at_once);
    tcase_add_test(tc, each_hypothesis_is_opened_once);
    tcase_add_test(tc, one_that_cannot_be_opened_fails_the_class);
    tcase_add_test(tc, hypotheses_have_names_for_people);
    tcase_add_test(tc, a_hypothesis_without_a_name_has_a_number);
    tcase_add_test(tc, a_coin_is_learned_by_bayes_rule);
    tcase_add_test(tc, an_ear_is_judged_by_whether_it_agrees_with_itself);
    tcase_add_test(tc, a_process_of_another_space_is_no_hypothesis);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
