#include "config.h"

#include "automata.h"
#include "belief.h"
#include "class.h"
#include "harness.h"
#include "hidden.h"
#include "mixture.h"
#include "num.h"
#include "registry.h"
#include "toy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BACK, STAY, ON };

static struct env *env;
static struct model *model;
static void *snap;

static void open_mixture(unsigned cells, double theta, const double *w)
{
    struct err err = { 0 };
    env = corridor_open(&(struct corridor){ cells, 0, cells - 1, theta, SEES_CELL });
    model = mixture_new(family_find("goal", env, &err), w, &err);
    ck_assert_msg(model, "%s", err.text);
    snap = malloc(model->snap_size);
}

static void close_mixture(void)
{
    model->ops->free(model);
    env_close(env);
    free(snap);
}

static double condition(unsigned action, uint32_t obs, int32_t rew)
{
    struct outcome o = { .e = { obs, rew } };
    return model->ops->condition(model, action, &o);
}

static double posterior(size_t k)
{
    double w[16];
    ck_assert_uint_le(model->ops->posterior(model, w, 16), 16);
    return w[k];
}

/* Four cells, theta = .75: staying in cell 0 pays with 1/4 * 3/4. */
START_TEST(the_predictive_probability_is_the_mixture)
{
    open_mixture(4, 0.75, NULL);
    ck_assert_near(model_prob(model, STAY, (struct percept){ 0, 10 }, snap), 3.0 / 16,
                   1e-15);
    ck_assert_near(model_prob(model, STAY, (struct percept){ 0, -1 }, snap), 13.0 / 16,
                   1e-15);
    ck_assert_double_eq(model_prob(model, STAY, (struct percept){ 1, -1 }, snap), 0);
    ck_assert_near(model->ops->entropy(model), log(4), 1e-15);
    close_mixture();
}
END_TEST

START_TEST(a_fruitless_visit_costs_the_factor_one_minus_theta)
{
    open_mixture(4, 0.75, NULL);
    for (int n = 1; n <= 4; n++) {
        condition(STAY, 0, -1);
        ck_assert_near(posterior(0) / posterior(1), pow(0.25, n), 1e-15);
    }
    ck_assert_double_lt(posterior(0), 0.01);
    close_mixture();
}
END_TEST

/* Two cells, theta 3/4: a fruitless look into each has chance 1/4 in all and leaves the
 * belief as it was; after 5000 of them the chance of what was imagined is 2^-10000. */
START_TEST(imagination_does_not_use_a_belief_up)
{
    open_mixture(2, 0.75, NULL);
    model_save(model, snap);
    for (int n = 0; n < 5000; n++) {
        condition(ON, 1, -1);
        condition(BACK, 0, -1);
    }
    ck_assert_near(posterior(0), 0.5, 1e-12);
    struct outcome o = { .e = { 1, 10 } };
    ck_assert_near(model->ops->condition(model, ON, &o), 3.0 / 8, 1e-12);
    model_restore(model, snap);
    model_release(model);
    close_mixture();
}
END_TEST

START_TEST(one_payout_tells_all)
{
    open_mixture(4, 0.75, NULL);
    condition(ON, 1, 10);
    ck_assert_double_eq(posterior(1), 1);
    ck_assert_double_eq(model->ops->entropy(model), 0);
    close_mixture();
}
END_TEST

/* Of a world that has transitions() alone: into the goal, which pays half of the time, with
 * a coin in sight. */
START_TEST(a_percept_moves_the_state_as_its_transition_does)
{
    struct env *toy = corridor_open(&(struct corridor){ 3, 1, 2, 0.5, SEES_COIN });
    struct transition out[4];
    unsigned char state = 1, next[4];
    ck_assert_double_eq(env_condition(toy, &state, 2, (struct percept){ 0, 7 }, out, next),
                        0);
    ck_assert_uint_eq(state, 1);
    ck_assert_double_eq(env_condition(toy, &state, 2, (struct percept){ 1, 10 }, out, next),
                        0.25);
    ck_assert_uint_eq(state, 2);
    env_close(toy);
}
END_TEST

START_TEST(an_impossible_percept_changes_nothing)
{
    open_mixture(4, 0.75, NULL);
    condition(STAY, 0, -1);
    double w = posterior(0);
    ck_assert_double_eq(condition(STAY, 3, -1), 0);
    ck_assert_double_eq(posterior(0), w);
    ck_assert_double_gt(condition(ON, 1, -1), 0);
    close_mixture();
}
END_TEST

/* 0.25^600 is no double; the hypothesis lives on all the same. */
START_TEST(no_hypothesis_dies_of_underflow)
{
    open_mixture(3, 0.75, (double[]){ 0.5, 0.25, 0.25 });
    for (int n = 0; n < 600; n++)
        ck_assert_double_gt(condition(STAY, 0, -1), 0);
    const double *lw = model->ops->log_weights(model);
    ck_assert_near(lw[0] - lw[1], 600 * log(0.25) + log(2), 1e-9);
    /* Even a percept that only this one allows is possible. */
    ck_assert_double_ge(condition(STAY, 0, 10), 0);
    ck_assert_near(posterior(0), 1, 1e-15);
    close_mixture();
}
END_TEST

static double expected_gain(enum gain_form form, double *least)
{
    struct percept e[8];
    double gain = 0;
    model->want = WANT_GAIN;
    model->gain_form = form;
    *least = HUGE_VAL;
    size_t n = model->ops->support(model, STAY, e, 8);
    ck_assert_uint_eq(n, 2);
    model_save(model, snap);
    for (size_t i = 0; i < n; i++) {
        struct outcome o = { .e = e[i] };
        double p = model->ops->condition(model, STAY, &o);
        gain += p * o.gain;
        *least = fmin(*least, o.gain);
        model_restore(model, snap);
    }
    model_release(model);
    return gain;
}

/* Orseau, Lattimore & Hutter 2013: both are the mutual information in expectation. */
START_TEST(both_forms_of_gain_agree_in_expectation)
{
    double least;
    open_mixture(3, 0.6, (double[]){ 0.2, 0.5, 0.3 });
    double a = expected_gain(GAIN_ENTROPY, &least);
    double b = expected_gain(GAIN_KL, &least);
    ck_assert_double_ge(least, 0);
    ck_assert_near(a, b, 1e-12);
    /* H(E) - H(E | hypothesis) */
    double paid[] = { 0.2 * 0.6, 1 - 0.2 * 0.6 }, theta[] = { 0.6, 0.4 };
    ck_assert_near(a, num_entropy(paid, 2) - 0.2 * num_entropy(theta, 2), 1e-12);
    close_mixture();
}
END_TEST

/* No payout where one in five hypotheses has a dispenser that pays 3 times in 5: the chance
 * was .2 * .4 + .8 = .88; in hindsight (.2 * .4^2 + .8) / .88. Whoever allows a payout
 * gives it .6. */
START_TEST(hindsight_is_the_chance_by_the_posterior)
{
    struct outcome o = { .e = { 0, -1 } };
    open_mixture(3, 0.6, (double[]){ 0.2, 0.5, 0.3 });
    model->want = WANT_HINDSIGHT;
    model_save(model, snap);
    ck_assert_near(model->ops->condition(model, STAY, &o), 0.88, 1e-15);
    ck_assert_near(o.hindsight, 0.832 / 0.88, 1e-15);
    model_restore(model, snap);
    model_release(model);
    o.e.rew = 10;
    ck_assert_near(model->ops->condition(model, STAY, &o), 0.12, 1e-15);
    ck_assert_near(o.hindsight, 0.6, 1e-15);
    close_mixture();
}
END_TEST

START_TEST(imagining_leaves_no_trace)
{
    struct rng rng;
    rng_init(&rng, &(struct rng_key){ 1, RNG_PLAN, "test", 0, 0 });
    open_mixture(5, 0.5, NULL);
    void *again = malloc(model->snap_size);
    condition(ON, 1, -1);
    model_save(model, snap);
    for (int i = 0; i < 100; i++) {
        struct outcome o;
        for (int t = 0; t < 6; t++) {
            model->ops->step(model, rng_below(&rng, 3), &rng, &o);
            ck_assert_double_gt(o.prob, 0);
        }
        if (i % 3 == 0)
            model->ops->assume(model, &rng);
        if (i % 3 == 1)
            model->ops->follow(model, 2);
        model_restore(model, snap);
    }
    model->ops->save(model, again);
    ck_assert_mem_eq(snap, again, model->snap_size);
    model_release(model);
    free(again);
    close_mixture();
}
END_TEST

/* A quarter, which scales all weights alike, and then three quarters, which does not. */
START_TEST(what_all_agreed_on_changes_no_later_chance)
{
    struct err err = { 0 };
    env = corridor_open(&(struct corridor){ 2, 1, 1, 0.25, true });
    model = mixture_new(family_find("mu", env, &err), NULL, &err);
    ck_assert_msg(model, "%s", err.text);
    snap = malloc(model->snap_size);
    model_save(model, snap);
    ck_assert_double_eq(condition(STAY, 1, 10), 0.25);
    ck_assert_double_eq(condition(STAY, 1, -1), 0.75);
    model_restore(model, snap);
    model_release(model);
    close_mixture();
}
END_TEST

START_TEST(following_makes_one_hypothesis_certain)
{
    open_mixture(4, 0.75, NULL);
    model_save(model, snap);
    model->ops->follow(model, 2);
    ck_assert_double_eq(posterior(2), 1);
    ck_assert_double_eq(condition(ON, 1, -1), 1);
    ck_assert_near(condition(ON, 2, 10), 0.75, 1e-15);
    model_restore(model, snap);
    model_release(model);
    ck_assert_double_eq(posterior(2), 0.25);
    close_mixture();
}
END_TEST

START_TEST(automata_show_the_posterior)
{
    open_mixture(4, 0.75, NULL);
    condition(ON, 1, -1);
    const struct automata *au = automata_of(model);
    ck_assert_uint_eq(au->n, 4);
    for (size_t k = 0; k < 4; k++) {
        ck_assert_near(au->w[k] / au->total, posterior(k), 1e-15);
        ck_assert_uint_eq(au->fsm[k]->state[au->at[k]], 1);
        ck_assert_int_eq(model->ops->about(model, k), (int)k);
    }
    close_mixture();
}
END_TEST

START_TEST(every_world_has_the_family_mu)
{
    struct err err = { 0 };
    env = corridor_open(&(struct corridor){ 3, 0, 2, 1, SEES_CELL });
    ck_assert_uint_eq(class_count(env, "mu", &err), 1);
    model = mixture_new(family_find("mu", env, &err), NULL, &err);
    ck_assert_double_eq(condition(ON, 1, -1), 1);
    ck_assert_double_eq(condition(ON, 2, -1), 0);
    model->ops->free(model);
    ck_assert_uint_eq(class_count(env, "nowhere", &err), 0);
    ck_assert_str_eq(err.text,
                     "corridor has no family of hypotheses 'nowhere'  (it has: goal, mu, "
                     "mealy, closed, worlds, automata, named, responses, "
                     "bernoulli, mixed, agents, reflective)");
    env_close(env);
}
END_TEST

/* ---- priors */

START_TEST(complexity_halves_with_each_bit_of_the_index)
{
    double w[7];
    ck_assert(prior_fill(w, 7, &(struct prior_conf){ PRIOR_COMPLEXITY, NULL, 0 }, NULL));
    ck_assert_near(num_sum(w, 7), 1, 1e-15);
    ck_assert_near(w[0] / w[1], 4, 1e-12);
    ck_assert_near(w[1] / w[2], 1, 1e-12);
    ck_assert_near(w[2] / w[3], 4, 1e-12);
}
END_TEST

static bool read_prior(const char *text, size_t n, double *w, struct err *err)
{
    char name[] = "prior-XXXXXX";
    int fd = mkstemp(name);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    bool ok = prior_fill(w, n, &(struct prior_conf){ PRIOR_FILE, name, 0 }, err);
    unlink(name);
    return ok;
}

START_TEST(a_prior_is_read_from_a_file)
{
    static const struct {
        const char *text, *message;
        bool ok;
    } file[] = {
        { "# ours\n.25\n0.5\n\n.25\n", "", true },
        { ".5\n.5\n0\n", "Cromwell", true },
        { ".5\n.25\n", "2 weights for 3 hypotheses", false },
        { ".5\n.5\n.5\n", "sum to 1.5, not 1", false },
        { ".5\nx\n.5\n", ":2:1: error: not a weight", false },
        { ".5\n -1\n.5\n", ":2:2: error: not a weight", false },
    };
    double w[3];
    struct err err = { 0 };
    ck_assert_int_eq(read_prior(file[_i].text, 3, w, &err), file[_i].ok);
    ck_assert_msg(strstr(err.text, file[_i].message), "%s", err.text);
}
END_TEST

/* ---- hidden worlds */

/* The tiger: Kaelbling, Littman & Cassandra 1998. Listening hears the right door with
 * probability .85. */
static struct env tiger;

static void reset_tiger(const struct env *e, void *state, struct rng *rng)
{
    (void)e;
    *(unsigned char *)state = (unsigned char)rng_below(rng, 2);
}

static size_t starts_tiger(const struct env *e, double *p, void *states)
{
    (void)e;
    for (unsigned char i = 0; i < 2; i++) {
        p[i] = 0.5;
        ((unsigned char *)states)[i] = i;
    }
    return 2;
}

static size_t transitions_tiger(const struct env *e, const void *state, unsigned action,
                                struct transition *out, void *next)
{
    unsigned char door = *(const unsigned char *)state, *to = next;
    (void)e;
    (void)action;
    for (unsigned heard = 0; heard < 2; heard++) {
        to[heard] = door;
        out[heard] = (struct transition){ heard == door ? 0.85 : 0.15, { heard, -1 } };
    }
    return 2;
}

static const struct env_ops tiger_ops = { .kind.name = "tiger",
                                          .reset = reset_tiger,
                                          .starts = starts_tiger,
                                          .transitions = transitions_tiger };

START_TEST(the_belief_about_the_tiger_is_the_known_one)
{
    struct err err = { 0 };
    tiger = (struct env){
        .ops = &tiger_ops,
        .space = { .n_actions = 1, .n_obs = 2, .rew_min = -1, .rew_max = -1, .scale = 1 },
        .state_size = 1,
        .max_transitions = 2,
        .max_starts = 2,
        .hidden = true
    };
    struct env *b = belief_open(&tiger, NULL, 10, &err);
    ck_assert_msg(b, "%s", err.text);
    double *state = calloc(1, b->state_size);
    struct percept left = { 0, -1 }, right = { 1, -1 };
    env_reset(b, state, NULL);
    ck_assert_near(b->ops->condition(b, state, 0, left), 0.5, 1e-15);
    ck_assert_near(state[0], 0.85, 1e-15);
    ck_assert_near(b->ops->condition(b, state, 0, left), 0.85 * 0.85 + 0.15 * 0.15, 1e-15);
    ck_assert_near(state[0], 0.85 * 0.85 / (0.85 * 0.85 + 0.15 * 0.15), 1e-15);
    double p = state[0];
    ck_assert_near(b->ops->condition(b, state, 0, right), 0.15 * p + 0.85 * (1 - p), 1e-15);
    ck_assert_near(state[0], 0.85, 1e-15);
    /* transitions() says the same. */
    struct transition out[2];
    double *next = calloc(2, b->state_size);
    ck_assert_uint_eq(b->ops->transitions(b, state, 0, out, next), 2);
    for (size_t i = 0; i < 2; i++) {
        double *copy = malloc(b->state_size);
        memcpy(copy, state, b->state_size);
        ck_assert_near(b->ops->condition(b, copy, 0, out[i].e), out[i].p, 1e-15);
        ck_assert_near(copy[0], next[i * b->state_size / sizeof *next], 1e-15);
        free(copy);
    }
    free(next);
    free(state);
    env_close(b);
    model = mixture_new(family_find("mu", &tiger, &err), NULL, &err);
    ck_assert_msg(model, "%s", err.text);
    ck_assert_near(condition(0, 0, -1), 0.5, 1e-15);
    ck_assert_near(condition(0, 0, -1), 0.85 * 0.85 + 0.15 * 0.15, 1e-15);
    model->ops->free(model);
}
END_TEST

/* What planners are told of it: both places with their chances, before and after. */
START_TEST(the_hidden_states_of_a_posterior_are_shown)
{
    struct err err = { 0 };
    struct spec_of spec;
    ck_assert(kind_parse(&spec, &env_shelf, "tiger", &err));
    struct env *world = env_open(&spec, 0, &err);
    model = mixture_new(family_find("mu", world, &err), NULL, &err);
    const struct hidden *h = hidden_of(model);
    ck_assert_ptr_nonnull(h);
    ck_assert_uint_eq(h->n, 1);
    ck_assert_uint_eq(h->fsm[0]->n_states, 2);
    ck_assert_near(h->b[0][0], 0.5, 1e-15);
    condition(0, 1, -1);
    h = hidden_of(model);
    ck_assert_near(fmax(h->b[0][0], h->b[0][1]), 0.85, 1e-15);
    ck_assert_near(h->b[0][0] + h->b[0][1], 1, 1e-15);
    model->ops->free(model);
    env_close(world);
    kind_release(&spec);
}
END_TEST

/* Of automata that hide nothing it is the other view. */
START_TEST(what_is_not_hidden_is_shown_as_certain)
{
    open_mixture(4, 0.75, NULL);
    condition(STAY, 0, -1);
    const struct hidden *h = hidden_of(model);
    ck_assert_uint_eq(h->n, 4);
    ck_assert(!h->b || !h->b[0]);
    ck_assert_ptr_eq(h->fsm[1], automata_of(model)->fsm[1]);
    ck_assert_near(h->w[0] / h->total, 1.0 / 13, 1e-15);
    close_mixture();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mixture");
    TCase *tc = tcase_create("mixture");
    tcase_add_test(tc, the_predictive_probability_is_the_mixture);
    tcase_add_test(tc, a_fruitless_visit_costs_the_factor_one_minus_theta);
    tcase_add_test(tc, imagination_does_not_use_a_belief_up);
    tcase_add_test(tc, one_payout_tells_all);
    tcase_add_test(tc, a_percept_moves_the_state_as_its_transition_does);
    tcase_add_test(tc, an_impossible_percept_changes_nothing);
    tcase_add_test(tc, no_hypothesis_dies_of_underflow);
    tcase_add_test(tc, both_forms_of_gain_agree_in_expectation);
    tcase_add_test(tc, hindsight_is_the_chance_by_the_posterior);
    tcase_add_test(tc, imagining_leaves_no_trace);
    tcase_add_test(tc, what_all_agreed_on_changes_no_later_chance);
    tcase_add_test(tc, following_makes_one_hypothesis_certain);
    tcase_add_test(tc, automata_show_the_posterior);
    tcase_add_test(tc, every_world_has_the_family_mu);
    tcase_add_test(tc, complexity_halves_with_each_bit_of_the_index);
    tcase_add_loop_test(tc, a_prior_is_read_from_a_file, 0, 6);
    tcase_add_test(tc, the_belief_about_the_tiger_is_the_known_one);
    tcase_add_test(tc, the_hidden_states_of_a_posterior_are_shown);
    tcase_add_test(tc, what_is_not_hidden_is_shown_as_certain);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
