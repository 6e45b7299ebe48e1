#include "config.h"

#include "dirichlet.h"
#include "dirichlet_oracle.h"
#include "harness.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEFT, RIGHT, UP, DOWN, STAY };

struct grid_of {
    struct spec_of spec;
    struct env *env;
    struct model *m;
    void *state;
    struct rng rng;
};

static struct grid_of open_grid(const char *text)
{
    struct grid_of g = { .rng = { { 3, 1, 4, 1 } } };
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&g.spec, &env_shelf, text, &err), "%s", err.text);
    g.env = env_open(&g.spec, 1, &err);
    ck_assert_msg(g.env != NULL, "%s", err.text);
    g.m = dirichlet_new(g.env, &err);
    ck_assert_msg(g.m != NULL, "%s", err.text);
    g.state = xcalloc(1, g.env->state_size);
    env_reset(g.env, g.state, &g.rng);
    return g;
}

static void close_grid(struct grid_of *g)
{
    g->m->ops->free(g->m);
    env_close(g->env);
    kind_release(&g->spec);
    free(g->state);
}

static double told(struct grid_of *g, unsigned action, uint32_t obs, int32_t rew)
{
    struct outcome o = { .e = { obs, rew } };
    return g->m->ops->condition(g->m, action, &o);
}

/* One real cycle in the true world, learned from. */
static void live(struct grid_of *g, unsigned action)
{
    struct outcome o = { .e = env_step(g->env, g->state, action, &g->rng) };
    if (!(g->m->ops->condition(g->m, action, &o) > 0))
        ck_abort_msg("a true percept is impossible");
}

static const char *const worlds[] = {
    "gridworld:size=4,theta=0.5",
    "gridworld:map=thesis",
    "gridworld:size=5,noise=start,symbols=3",
    "gridworld:size=5,percepts=cell,map_index=1",
    "gridworld:size=6,traps=0.2,trap=-50,map_index=3",
    "gridworld:size=5,traps=0.1,trap=-9,noise=start,symbols=5",
    "gridworld:size=4,traps=0.1,trap=-9,percepts=cell,theta=0.9",
};
enum { WORLDS = sizeof worlds / sizeof *worlds };

/* The survey's equation 3.5: after n fruitless visits the next is fruitless with chance
 * (n + 1) / (n + 2). */
START_TEST(chances_after_visits_follow_the_rule_of_succession)
{
    struct grid_of g = open_grid("gridworld:map=thesis,theta=0.75");
    uint32_t here = 1u << LEFT | 1u << UP | 1u << RIGHT;
    /* The start: nothing is known of its two neighbours, one in four each to be a wall. */
    ck_assert_near(told(&g, STAY, here, -1), 0.5 * 0.25 * 0.75, 1e-15);
    for (int n = 1; n < 30; n++)
        ck_assert_near(told(&g, STAY, here, -1), (n + 1.0) / (n + 2), 1e-12);
    ck_assert_near(told(&g, STAY, here, 99), 1.0 / 32, 1e-12);
    ck_assert_near(told(&g, STAY, here, 99), 2.0 / 33, 1e-12);
    close_grid(&g);
}
END_TEST

START_TEST(what_was_seen_is_certain)
{
    struct grid_of g = open_grid("gridworld:map=thesis");
    uint32_t here = 1u << LEFT | 1u << UP | 1u << RIGHT;
    told(&g, STAY, here, -1);
    ck_assert_double_eq(told(&g, STAY, here ^ 1u << RIGHT, -1), 0);
    ck_assert_double_eq(told(&g, RIGHT, here, -1), 0);
    ck_assert_near(told(&g, RIGHT, here, -6), 1, 1e-15);
    ck_assert_near(told(&g, LEFT, here, -6), 1, 1e-15);
    close_grid(&g);
}
END_TEST

/* The probabilities of everything that may happen sum to 1 in every belief, and restoring
 * brings back the same numbers to the last bit. */
START_TEST(the_measure_sums_to_one)
{
    enum { CAP = 256 };
    struct grid_of g = open_grid(worlds[_i]);
    struct model *m = g.m;
    void *snap = xcalloc(1, m->snap_size);
    struct percept e[CAP];
    for (int t = 0; t < 120; t++) {
        double entropy = m->ops->entropy(m);
        for (unsigned a = 0; a < 5; a++) {
            size_t n = m->ops->support(m, a, e, CAP);
            double sum = 0;
            ck_assert_uint_le(n, CAP);
            model_save(m, snap);
            for (size_t i = 0; i < n; i++) {
                struct outcome o = { .e = e[i] };
                for (size_t j = 0; j < i; j++)
                    if (percept_key(e[i]) == percept_key(e[j]))
                        ck_abort_msg("percept %zu is listed twice", i);
                double p = m->ops->condition(m, a, &o);
                if (!(p > 0))
                    ck_abort_msg("cycle %d, action %u: percept %zu of %zu has no chance", t,
                                 a, i, n);
                sum += p;
                model_restore(m, snap);
            }
            model_release(m);
            ck_assert_near(sum, 1, 1e-12);
            ck_assert_double_eq(m->ops->entropy(m), entropy);
        }
        live(&g, rng_below(&g.rng, 5));
    }
    free(snap);
    close_grid(&g);
}
END_TEST

/* step() draws what condition() says: frequencies of one step from one belief. */
START_TEST(draws_follow_the_measure)
{
    enum { DRAWS = 20000, CAP = 256 };
    struct grid_of g = open_grid(worlds[_i]);
    struct model *m = g.m;
    void *snap = xcalloc(1, m->snap_size);
    struct percept e[CAP];
    double seen[CAP] = { 0 };
    for (int t = 0; t < 3; t++)
        live(&g, rng_below(&g.rng, 5));
    unsigned action = DOWN;
    size_t n = m->ops->support(m, action, e, CAP);
    m->want = WANT_PROB;
    model_save(m, snap);
    for (int k = 0; k < DRAWS; k++) {
        struct outcome o = { 0 }, again;
        m->ops->step(m, action, &g.rng, &o);
        again = o;
        model_restore(m, snap);
        double p = m->ops->condition(m, action, &again);
        if (fabs(p - o.prob) > 1e-12)
            ck_abort_msg("drawn with chance %.17g, has %.17g", o.prob, p);
        model_restore(m, snap);
        for (size_t i = 0; i < n; i++)
            seen[i] += percept_key(e[i]) == percept_key(o.e);
    }
    for (size_t i = 0; i < n; i++) {
        struct outcome o = { .e = e[i] };
        double p = m->ops->condition(m, action, &o);
        model_restore(m, snap);
        ck_assert_near(seen[i] / DRAWS, p, 5 * sqrt(p * (1 - p) / DRAWS) + 1e-9);
    }
    model_release(m);
    free(snap);
    close_grid(&g);
}
END_TEST

/* The sums kept from step to step are those of all cells. */
START_TEST(entropy_is_that_of_the_chances_of_a_dispenser)
{
    struct grid_of g = open_grid(worlds[_i]);
    struct model *m = g.m;
    size_t n = (size_t)g.env->rows * (size_t)g.env->cols;
    double *q = xcalloc(n, sizeof *q);
    void *snap = xcalloc(1, m->snap_size);
    m->want = WANT_GAIN;
    for (int t = 0; t < 60; t++) {
        model_save(m, snap);
        for (int k = 0; k < 12; k++) {
            struct outcome o = { 0 };
            double before = m->ops->entropy(m), sum = 0, entropy = 0;
            m->ops->step(m, rng_below(&g.rng, 5), &g.rng, &o);
            m->ops->heat(m, q, n);
            for (size_t i = 0; i < n; i++)
                sum += q[i];
            for (size_t i = 0; i < n; i++)
                entropy -= q[i] > 0 ? q[i] / sum * log(q[i] / sum) : 0;
            ck_assert_near(m->ops->entropy(m), entropy, 1e-9);
            ck_assert_near(o.gain, before - entropy, 1e-9);
        }
        model_restore(m, snap);
        model_release(m);
        live(&g, rng_below(&g.rng, 5));
    }
    free(q);
    free(snap);
    close_grid(&g);
}
END_TEST

/* The other form of the gain is a divergence: never negative. */
START_TEST(divergence_is_not_negative)
{
    struct grid_of g = open_grid(worlds[_i]);
    struct model *m = g.m;
    void *snap = xcalloc(1, m->snap_size);
    m->want = WANT_GAIN;
    m->gain_form = GAIN_KL;
    for (int t = 0; t < 60; t++) {
        model_save(m, snap);
        for (int k = 0; k < 12; k++) {
            struct outcome o = { 0 };
            m->ops->step(m, rng_below(&g.rng, 5), &g.rng, &o);
            ck_assert_double_ge(o.gain, -1e-12);
        }
        model_restore(m, snap);
        model_release(m);
        live(&g, rng_below(&g.rng, 5));
    }
    free(snap);
    close_grid(&g);
}
END_TEST

/* Four cells, seen and visited without a payout three times each: a dispenser has chance
 * 1/5 in each, 4/5 in all. One more visit: 1/6 in one of them, 23/30 in all. */
START_TEST(less_than_one_dispenser_is_a_belief_too)
{
    static const unsigned round[] = { RIGHT, DOWN, LEFT, UP };
    static const uint32_t beside[] = { 1u << RIGHT | 1u << UP, 1u << RIGHT | 1u << DOWN,
                                       1u << LEFT | 1u << DOWN, 1u << LEFT | 1u << UP };
    struct grid_of g = open_grid("gridworld:size=2,walls=0");
    for (unsigned t = 0; t < 12; t++)
        ck_assert_double_gt(told(&g, round[t % 4], beside[t % 4], -1), 0);
    ck_assert_near(g.m->ops->entropy(g.m), log(4), 1e-12);
    struct outcome o = { .e = { beside[3], -1 } };
    g.m->want = WANT_GAIN;
    g.m->gain_form = GAIN_KL;
    ck_assert_near(g.m->ops->condition(g.m, STAY, &o), 4.0 / 5, 1e-15);
    ck_assert_near(o.gain, 5.0 / 23 * log(5.0 / 6) + log(24.0 / 23), 1e-12);
    close_grid(&g);
}
END_TEST

static double expected_gain(struct grid_of *g, unsigned action, enum gain_form form)
{
    enum { CAP = 64 };
    struct percept e[CAP];
    void *snap = xcalloc(1, g->m->snap_size);
    double gain = 0;
    size_t n = g->m->ops->support(g->m, action, e, CAP);
    ck_assert_uint_le(n, CAP);
    g->m->want = WANT_GAIN;
    g->m->gain_form = form;
    model_save(g->m, snap);
    for (size_t i = 0; i < n; i++) {
        struct outcome o = { .e = e[i] };
        double p = g->m->ops->condition(g->m, action, &o);
        gain += p * o.gain;
        model_restore(g->m, snap);
    }
    model_release(g->m);
    free(snap);
    return gain;
}

/* For beliefs p before and p' after, E[KL(p' || p)] - E[H(p) - H(p')] is the sum over the
 * cells of (p - E[p']) ln p: nothing for a posterior (check_theory), which does not drift.
 * The chances of a dispenser do. Of four cells the start has 1/2 and the others 1/4 each:
 * p is 2/5 and 1/5. Staying pays (2/3) or not (1/3), evenly, and shows two neighbours, each
 * free (1/2) with chance 3/4 or a wall (0). E[p'] of the start is the sum below, .3435. */
START_TEST(forms_of_gain_differ_in_expectation_as_the_belief_drifts)
{
    struct grid_of g = open_grid("gridworld:size=2,walls=0");
    double after =
        ((8.0 / 11 + 4.0 / 7) + 6 * (8.0 / 17 + 4.0 / 13) + 9 * (8.0 / 23 + 4.0 / 19)) / 32;
    double kl = expected_gain(&g, STAY, GAIN_KL);
    double entropy = expected_gain(&g, STAY, GAIN_ENTROPY);
    ck_assert_near(kl - entropy, (0.4 - after) * log(2), 1e-12);
    ck_assert_near(kl - entropy, 0.0391, 5e-5);
    close_grid(&g);
}
END_TEST

/* In hindsight a percept has the chance of its like at once afterwards, from the same
 * place. */
START_TEST(hindsight_is_the_chance_of_the_same_again)
{
    struct grid_of g = open_grid(worlds[_i]);
    struct model *m = g.m;
    void *snap = xcalloc(1, m->snap_size), *before = xcalloc(1, m->snap_size);
    m->want = WANT_HINDSIGHT;
    for (int t = 0; t < 200; t++) {
        unsigned action = rng_below(&g.rng, 5);
        struct outcome o = { 0 }, same;
        model_save(m, before);
        m->ops->step(m, action, &g.rng, &o);
        same.e = o.e;
        bool bumped = o.e.rew == -6; /* no world here has a trap of -6 */
        double again = model_prob(m, bumped ? action : STAY, o.e, snap);
        ck_assert_near(o.hindsight, again, 1e-12);
        model_restore(m, before);
        m->ops->condition(m, action, &same);
        ck_assert_double_eq(same.hindsight, o.hindsight);
        model_restore(m, before);
        model_release(m);
        live(&g, action);
    }
    free(before);
    free(snap);
    close_grid(&g);
}
END_TEST

/* A model and the oracle that is told and asked the same. */
struct pair {
    struct model *fast, *plain;
    void *fast_snap, *plain_snap;
    size_t n_cells;
};

static struct pair pair_of(const struct grid_of *g, unsigned want, enum gain_form form)
{
    struct pair p = { .fast = g->m,
                      .plain = plain_dirichlet_new(g->env),
                      .n_cells = (size_t)g->env->rows * (size_t)g->env->cols };
    p.fast->want = want;
    p.fast->gain_form = p.plain->gain_form = form;
    p.fast_snap = xcalloc(1, p.fast->snap_size);
    p.plain_snap = xcalloc(1, p.plain->snap_size);
    return p;
}

static void part(struct pair *p)
{
    p->plain->ops->free(p->plain);
    free(p->fast_snap);
    free(p->plain_snap);
}

/* To the last bit, so that a run does not depend on which of them it was made with. */
static bool same(double x, double y) { return !memcmp(&x, &y, sizeof x); }

static void compare_outcomes(const struct pair *p, const struct outcome *fast,
                             const struct outcome *plain)
{
    unsigned want = p->fast->want;
    if (percept_key(fast->e) != percept_key(plain->e))
        ck_abort_msg("percepts differ");
    if ((want & WANT_PROB && !same(fast->prob, plain->prob)) ||
        (want & WANT_GAIN && !same(fast->gain, plain->gain)) ||
        (want & WANT_HINDSIGHT && !same(fast->hindsight, plain->hindsight)))
        ck_abort_msg("chance %a not %a, gain %a not %a, in hindsight %a not %a", fast->prob,
                     plain->prob, fast->gain, plain->gain, fast->hindsight,
                     plain->hindsight);
}

static void compare_maps(const struct pair *p)
{
    enum { CELLS = 100 };
    uint8_t fast_ink[CELLS] = { 0 }, plain_ink[CELLS] = { 0 };
    double fast_heat[CELLS] = { 0 }, plain_heat[CELLS] = { 0 };
    ck_assert_uint_le(p->n_cells, CELLS);
    p->fast->ops->chart(p->fast, fast_ink, p->n_cells);
    p->plain->ops->chart(p->plain, plain_ink, p->n_cells);
    p->fast->ops->heat(p->fast, fast_heat, p->n_cells);
    p->plain->ops->heat(p->plain, plain_heat, p->n_cells);
    ck_assert_mem_eq(fast_ink, plain_ink, sizeof fast_ink);
    ck_assert_mem_eq(fast_heat, plain_heat, sizeof fast_heat);
}

/* What may come of an action, in the same order and with the same chances; something else
 * may not. */
static void compare_measures(const struct pair *p, unsigned action)
{
    enum { CAP = 64 };
    struct percept e[CAP + 1] = { { 0, 0 } }, f[CAP] = { { 0, 0 } };
    size_t n = p->fast->ops->support(p->fast, action, e, CAP);
    ck_assert_uint_le(n, CAP);
    ck_assert_uint_eq(p->plain->ops->support(p->plain, action, f, CAP), n);
    ck_assert_mem_eq(e, f, sizeof f);
    e[n] = (struct percept){ n & 1 ? 1000 : 0, n & 1 ? -1 : 1234 };
    for (size_t i = 0; i <= n; i++) {
        struct outcome fast = { .e = e[i] }, plain = fast;
        model_save(p->fast, p->fast_snap);
        model_save(p->plain, p->plain_snap);
        double prob = p->fast->ops->condition(p->fast, action, &fast);
        if (!same(prob, p->plain->ops->condition(p->plain, action, &plain)) ||
            (prob > 0) != (i < n))
            ck_abort_msg("percept %zu of %zu has chance %a", i, n, prob);
        if (prob > 0)
            compare_outcomes(p, &fast, &plain);
        model_restore(p->fast, p->fast_snap);
        model_restore(p->plain, p->plain_snap);
        model_release(p->fast);
        model_release(p->plain);
    }
}

/* Some cycles imagined by both from the same numbers. */
static void imagine(const struct pair *p, struct rng *rng)
{
    struct rng other = *rng;
    model_save(p->fast, p->fast_snap);
    model_save(p->plain, p->plain_snap);
    for (int k = 0; k < 12; k++) {
        struct outcome fast = { 0 }, plain = { 0 };
        unsigned action = rng_below(rng, 5);
        p->fast->ops->step(p->fast, action, rng, &fast);
        p->plain->ops->step(p->plain, rng_below(&other, 5), &other, &plain);
        compare_outcomes(p, &fast, &plain);
        ck_assert_mem_eq(rng, &other, sizeof other);
    }
    compare_maps(p);
    model_restore(p->fast, p->fast_snap);
    model_restore(p->plain, p->plain_snap);
    model_release(p->fast);
    model_release(p->plain);
}

/* The tables, the frame of walls and the journal change nothing: the model is the plain one
 * whatever is wanted of it, in lives long enough to leave the tables. */
START_TEST(the_fast_form_is_the_plain_one)
{
    static const struct {
        unsigned want;
        enum gain_form form;
    } asked[] = { { 0, GAIN_ENTROPY },
                  { WANT_PROB, GAIN_ENTROPY },
                  { WANT_GAIN, GAIN_ENTROPY },
                  { WANT_PROB | WANT_GAIN | WANT_HINDSIGHT, GAIN_KL } };
    struct grid_of g = open_grid(worlds[_i / 4]);
    struct pair p = pair_of(&g, asked[_i % 4].want, asked[_i % 4].form);
    for (int t = 0; t < 150; t++) {
        unsigned action = t % 3 ? (unsigned)STAY : rng_below(&g.rng, 5);
        compare_maps(&p);
        compare_measures(&p, rng_below(&g.rng, 5));
        for (int k = 0; k < 8; k++)
            imagine(&p, &g.rng);
        struct outcome o = { .e = env_step(g.env, g.state, action, &g.rng) }, q = o;
        if (!(p.fast->ops->condition(p.fast, action, &o) > 0))
            ck_abort_msg("a true percept is impossible");
        p.plain->ops->condition(p.plain, action, &q);
        compare_outcomes(&p, &o, &q);
        if (!same(p.fast->ops->entropy(p.fast), p.plain->ops->entropy(p.plain)))
            ck_abort_msg("entropies differ at %d", t);
    }
    part(&p);
    close_grid(&g);
}
END_TEST

START_TEST(other_worlds_are_refused)
{
    static const struct {
        const char *world, *message;
    } bad[] = {
        { "coin-flip", "is none" },
        { "gridworld:modifier=random", "is none" },
        { "gridworld:traps=0.2", "apart" },
        { "gridworld:bump=0", "apart" },
    };
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert(kind_parse(&spec, &env_shelf, bad[_i].world, &err));
    struct env *env = env_open(&spec, 1, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    ck_assert_ptr_null(dirichlet_new(env, &err));
    ck_assert_msg(strstr(err.text, bad[_i].message) != NULL, "%s", err.text);
    env_close(env);
    kind_release(&spec);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dirichlet");
    TCase *tc = tcase_create("dirichlet");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, chances_after_visits_follow_the_rule_of_succession);
    tcase_add_test(tc, what_was_seen_is_certain);
    tcase_add_loop_test(tc, the_measure_sums_to_one, 0, WORLDS);
    tcase_add_loop_test(tc, draws_follow_the_measure, 0, WORLDS);
    tcase_add_loop_test(tc, entropy_is_that_of_the_chances_of_a_dispenser, 0, WORLDS);
    tcase_add_loop_test(tc, divergence_is_not_negative, 0, WORLDS);
    tcase_add_test(tc, less_than_one_dispenser_is_a_belief_too);
    tcase_add_test(tc, forms_of_gain_differ_in_expectation_as_the_belief_drifts);
    tcase_add_loop_test(tc, hindsight_is_the_chance_of_the_same_again, 0, WORLDS);
    tcase_add_loop_test(tc, the_fast_form_is_the_plain_one, 0, 4 * WORLDS);
    tcase_add_loop_test(tc, other_worlds_are_refused, 0, 4);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
