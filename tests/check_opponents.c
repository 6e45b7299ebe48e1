#include "config.h"

#include "automata.h"
#include "class.h"
#include "expectimax.h"
#include "harness.h"
#include "life.h"
#include "mixture.h"
#include "opponents.h"
#include "players.h"
#include "registry.h"
#include "seat.h"
#include "vi.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is believed of who plays against one: classes of policies, and the exact values of
 * games against them. */

static struct env *open_seat(const char *game, const char *others)
{
    char text[200];
    struct spec_of spec;
    struct err err = { 0 };
    snprintf(text, sizeof text, "seat:game=%s,others=%s", game, others);
    ck_assert_msg(kind_parse(&spec, &env_shelf, text, &err), "%s", err.text);
    struct env *env = env_open(&spec, 1, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    kind_release(&spec);
    return env;
}

/* Of two moves, each seen by the other: written (2 n^2)^n with n states, which behave in
 * 2, 26, 1054 ways with at most 1, 2, 3. */
START_TEST(automata_are_counted)
{
    static const struct {
        const char *family;
        size_t n;
    } cases[] = {
        { "automata:states=1", 2 },
        { "automata", 26 },
        { "automata:states=3", 1054 },
        { "bernoulli", 11 },
        { "mixed", 243 },
        { "mixed:grid=2", 32 },
        { "mixed:memory=0", 3 },
        { "named:of=all-c+all-d", 2 },
    };
    struct env *env = open_seat("prisoners-dilemma", "random");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = { 0 };
        size_t n = class_count(env, cases[i].family, &err);
        ck_assert_msg(n == cases[i].n, "%s: %zu %s", cases[i].family, n, err.text);
    }
    env_close(env);
    env = open_seat("rock-paper-scissors", "random");
    ck_assert_uint_eq(class_count(env, "bernoulli:grid=3", NULL), 6);
    ck_assert_uint_eq(class_count(env, "automata:states=1", NULL), 3);
    env_close(env);
}
END_TEST

/* To all sequences of five moves of the other. */
static uint64_t behaviour(const struct env *env)
{
    unsigned char *state = xcalloc(1, env->state_size);
    uint64_t said = 0;
    for (unsigned acts = 0; acts < 32; acts++) {
        struct rng rng = { { 1, 2, 3, 4 } };
        uint64_t word = 0;
        env_reset(env, state, &rng);
        for (unsigned t = 0; t < 5; t++)
            word = word << 1 | env_step(env, state, acts >> t & 1, &rng).obs;
        said = said * UINT64_C(0x9e3779b97f4a7c15) + word + 1;
    }
    free(state);
    return said;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Machines of n states differ within 2 n - 1 moves. */
START_TEST(no_two_automata_behave_alike)
{
    struct env *env = open_seat("prisoners-dilemma", "random");
    struct err err = { 0 };
    struct family *f = family_find("automata:states=3", env, &err);
    ck_assert_msg(f != NULL, "%s", err.text);
    size_t n = family_count(f);
    uint64_t *seen = xcalloc(n, sizeof *seen);
    for (size_t k = 0; k < n; k++) {
        struct env *h = f->ops->at(f, k, &err);
        seen[k] = behaviour(h);
        family_drop(f, h);
    }
    qsort(seen, n, sizeof *seen, by_number);
    for (size_t k = 1; k < n; k++)
        ck_assert_uint_ne(seen[k], seen[k - 1]);
    free(seen);
    family_close(f);
    env_close(env);
}
END_TEST

/* Half of the prior is of one state, a quarter of two. */
START_TEST(small_automata_weigh_more_by_size)
{
    struct env *env = open_seat("prisoners-dilemma", "random");
    struct family *f = family_find("automata:prior=size", env, NULL);
    char name[64];
    ck_assert_near(exp(f->ops->log_prior(f, 0)), 1 / 4., 1e-12);
    ck_assert_near(exp(f->ops->log_prior(f, 25)), 1 / 96., 1e-12);
    family_text(f, 1, name, sizeof name);
    ck_assert_str_eq(name, "1:00");
    family_close(f);
    env_close(env);
}
END_TEST

/* 2^-1, 2^-2, 2^-1 of what they sum to: one memory, two, one. Adaptive has more than can be
 * listed, and a game without a table has none. */
START_TEST(small_named_ones_weigh_more_by_size)
{
    static const double weight[] = { 0.4, 0.2, 0.4 };
    struct env *env = open_seat("prisoners-dilemma", "random");
    struct family *f =
        family_find("named:prior=size,of=all-c+tit-for-tat+random", env, NULL);
    struct err err;
    for (size_t k = 0; k < 3; k++)
        ck_assert_near(exp(f->ops->log_prior(f, k)), weight[k], 1e-12);
    family_close(f);
    f = family_find("named:of=all-c+tit-for-tat+random", env, NULL);
    ck_assert_near(exp(f->ops->log_prior(f, 1)), 1 / 3., 1e-12);
    family_close(f);
    ck_assert_ptr_null(family_find("named:prior=size,of=all-c+adaptive", env, &err));
    ck_assert_msg(strstr(err.text, "memories"), "%s", err.text);
    env_close(env);
    env = open_seat("kuhn-poker", "random");
    ck_assert_ptr_null(family_find("named:prior=size,of=random", env, &err));
    env_close(env);
}
END_TEST

/* 2^-2000 is 0 to a double, and half of it is half as much. */
START_TEST(great_ones_are_weighed_too)
{
    const uint32_t size[] = { 2001, 2000 };
    double w[2];
    opponents_weigh(size, 2, w);
    ck_assert_near(exp(w[0]), 1 / 3., 1e-12);
    ck_assert_near(exp(w[1]), 2 / 3., 1e-12);
}
END_TEST

/* The best undiscounted sum of h rewards after each first move, against a class. */
static void best_sums(const char *game, const char *family, uint32_t h, double *value)
{
    struct env *env = open_seat(game, "random");
    struct err err = { 0 };
    struct family *f = family_find(family, env, &err);
    ck_assert_msg(f != NULL, "%s", err.text);
    struct model *m = mixture_new(f, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    struct plan plan = { .model = m,
                         .utility = &utility_reward,
                         .discount = { .kind = DISCOUNT_GEOMETRIC, .gamma = 1 },
                         .horizon = h,
                         .now = 1 };
    ck_assert(expectimax(&plan, 10000000, value).done);
    m->ops->free(m);
    env_close(env);
}

/* By exact rational arithmetic over the 26 automata of at most two states. */
START_TEST(the_bayes_optimal_sum_against_26_automata)
{
    static const double dilemma[][2] = {
        { 3, 1.5 },
        { 6, 4.5 },
        { 9, 7.5 },
        { 327 / 26., 277 / 26. },
        { 413 / 26., 367 / 26. },
    };
    static const double pennies[] = { 0, 0, 29 / 26., 0, 69 / 26., 0, 115 / 26. };
    double value[2];
    for (uint32_t h = 1; h <= 5; h++) {
        best_sums("prisoners-dilemma", "automata", h, value);
        ck_assert_near(value[0], dilemma[h - 1][0], 1e-9);
        ck_assert_near(value[1], dilemma[h - 1][1], 1e-9);
    }
    for (uint32_t h = 2; h <= 6; h += 2) {
        best_sums("matching-pennies", "automata", h, value);
        ck_assert_near(value[0], pennies[h], 1e-9);
        ck_assert_near(value[1], pennies[h], 1e-9);
    }
}
END_TEST

/* (1 - gamma) V* of a known opponent, and the first move. */
static double best_response(const char *others, double gamma, unsigned *first)
{
    struct env *env = open_seat("prisoners-dilemma", others);
    struct alphabet percepts = { 0 };
    unsigned char *state = xcalloc(1, env->state_size);
    env_reset(env, state, NULL);
    struct fsm *fsm = fsm_new(env, state, 1000, &percepts);
    struct discount d = { .kind = DISCOUNT_GEOMETRIC, .gamma = gamma };
    struct vi *v = vi_new(fsm, &utility_reward, &d, 400);
    const double *q = vi_values(v, 0, 1);
    *first = q[1] > q[0];
    double best = fmax(q[0], q[1]) * (1 - gamma);
    vi_free(v);
    fsm_free(fsm);
    alphabet_release(&percepts);
    free(state);
    env_close(env);
    return best;
}

/* To be good to grim pays above 1/2, to tit-for-tat above 2/3, below which defection is
 * better, for ever or every other time: 5 / (1 + gamma). */
START_TEST(when_it_pays_to_cooperate)
{
    enum { DEFECT, COOPERATE };
    static const struct {
        const char *others;
        double gamma, value;
        unsigned first;
    } cases[] = {
        { "grudger", 0.45, 3.2, DEFECT },
        { "grudger", 0.499, 3.004, DEFECT },
        { "grudger", 0.501, 3, COOPERATE },
        { "grudger", 0.55, 3, COOPERATE },
        { "tit-for-tat", 0.3, 5 / 1.3, DEFECT },
        { "tit-for-tat", 0.65, 5 / 1.65, DEFECT },
        { "tit-for-tat", 0.666, 5 / 1.666, DEFECT },
        { "tit-for-tat", 0.667, 3, COOPERATE },
        { "tit-for-tat", 0.7, 3, COOPERATE },
        { "pavlov", 0.3, 5 * 0.7 + 0.3 * (0.7 * (1 + 5 * 0.3) / (1 - 0.09)), DEFECT },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned first;
        double v = best_response(cases[i].others, cases[i].gamma, &first);
        ck_assert_near(v, cases[i].value, 1e-9);
        ck_assert_uint_eq(first, cases[i].first);
    }
}
END_TEST

/* In a seat agents play as they are: who believes in tit-for-tat learns it. */
START_TEST(who_believes_in_automata_learns_the_opponent)
{
    struct life l;
    life_begin(&l, "aixi:family=automata,horizon=4", "seat:others=tit-for-tat", 1);
    for (int t = 0; t < 50; t++)
        life_live(&l);
    ck_assert_int_eq(l.s.last.e.rew, 3);
    life_end(&l);
}
END_TEST

/* Against who answers frequencies, HT so far: a copy of what it remembers is another that
 * may be told another past. */
START_TEST(an_agent_is_a_policy_that_can_be_copied)
{
    struct env *env = open_seat("matching-pennies", "random");
    struct env *h = class_at(env, "agents:of=fictitious+random", 0, NULL);
    unsigned char *state = xcalloc(2, h->state_size), *copy = state + h->state_size;
    struct rng rng = { { 1, 2, 3, 4 } };
    env_reset(h, state, &rng);
    memcpy(copy, state, h->state_size);
    /* Player 1 wants to differ: after heads it shows tails for ever, after tails heads. */
    ck_assert_uint_eq(env_step(h, state, 0, &rng).obs, 0);
    ck_assert_uint_eq(env_step(h, copy, 1, &rng).obs, 0);
    for (int t = 0; t < 20; t++) {
        ck_assert_uint_eq(env_step(h, state, 0, &rng).obs, 1);
        ck_assert_uint_eq(env_step(h, copy, 1, &rng).obs, 0);
    }
    free(state);
    env_close(h);
    env_close(env);
}
END_TEST

static double metric(const struct agent *ag, const char *name)
{
    struct metric m[METRICS_MAX];
    size_t n = ag->ops->report(ag, m, METRICS_MAX);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(m[i].name, name))
            return m[i].value;
    ck_abort_msg("no metric %s", name);
}

/* Defection after defection is what a learner comes to, and no coin's: a bit is learned. An
 * optimist among learners, whose values the reward of 1 leaves at 100, is as good as a coin
 * there, and nothing is. */
START_TEST(who_believes_in_learners_tells_them_from_coins)
{
    static const struct {
        const char *agent;
        double least, most;
    } cases[] = { { "aixi:family=agents:of=q-learning:initial=0+random,horizon=2", 0,
                    1e-3 },
                  { "aixi:family=agents:of=q-learning+random,horizon=2", 1, 1 } };
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_begin(&l, cases[i].agent, "seat:others=all-d", 1);
        for (int t = 0; t < 20; t++)
            life_live(&l);
        double bits = metric(l.ag, "entropy_bits");
        ck_assert_double_ge(bits, cases[i].least - 1e-9);
        ck_assert_double_le(bits, cases[i].most + 1e-9);
        life_end(&l);
    }
}
END_TEST

START_TEST(what_cannot_be_believed_is_refused_with_words)
{
    static const struct {
        const char *game, *family, *say;
    } bad[] = {
        { "prisoners-dilemma", "automata:states=4",
          "family automata: 1054474 are written with at most 4 states, 2 moves and 2 "
          "sights; at most 200000" },
        { "prisoners-dilemma", "mixed:memory=2",
          "family mixed: 10460353203 policies, of 21 chances on a grid of 3 points; at "
          "most 200000" },
        { "rock-paper-scissors", "bernoulli:grid=1001",
          "family bernoulli: 501501 policies, of 1 chance on a grid of 501501 points; at "
          "most 200000" },
        { "matching-pennies", "mixed:memory=3,grid=1001",
          "family mixed: 1.09e+255 policies, of 85 chances on a grid of 1001 points; at "
          "most 200000" },
        { "tictactoe", "automata:states=1", "family automata: they see one of" },
        { "tictactoe", "named:of=all-c", "all-c plays games of two moves" },
        { "prisoners-dilemma", "named:of=aixi", "unknown policy 'aixi'" },
        { "matching-pennies", "agents:of=random+aiqi", "aiqi is no policy: " },
        { "matching-pennies", "agents:of=mc-aixi",
          "mc-aixi is no policy: it does not tell the chances of its actions" },
        { "tictactoe", "agents", "family agents: they see one of" },
        { "public-goods", "bernoulli",
          "family bernoulli is of one other player, and public-goods has 3" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = { 0 };
        const char *others =
            strcmp(bad[i].game, "public-goods") ? "random" : "random+random+random";
        struct env *env = open_seat(bad[i].game, others);
        ck_assert_ptr_null(family_find(bad[i].family, env, &err));
        ck_assert_msg(strstr(err.text, bad[i].say) != NULL, "%s: %s", bad[i].family,
                      err.text);
        env_close(env);
    }
    life_refused("aixi:family=automata", "coin-flip",
                 "family automata is of who plays against one: of a seat in a game, and "
                 "coin-flip is none");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("opponents");
    TCase *tc = tcase_create("opponents");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, automata_are_counted);
    tcase_add_test(tc, no_two_automata_behave_alike);
    tcase_add_test(tc, small_automata_weigh_more_by_size);
    tcase_add_test(tc, small_named_ones_weigh_more_by_size);
    tcase_add_test(tc, great_ones_are_weighed_too);
    tcase_add_test(tc, the_bayes_optimal_sum_against_26_automata);
    tcase_add_test(tc, when_it_pays_to_cooperate);
    tcase_add_test(tc, who_believes_in_automata_learns_the_opponent);
    tcase_add_test(tc, an_agent_is_a_policy_that_can_be_copied);
    tcase_add_test(tc, who_believes_in_learners_tells_them_from_coins);
    tcase_add_test(tc, what_cannot_be_believed_is_refused_with_words);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
