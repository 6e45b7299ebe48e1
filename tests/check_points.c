#include "config.h"

#include "harness.h"
#include "points.h"
#include "pomdps.h"
#include "rng.h"
#include "upper.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 32 };

/* A solver of a process, and what it needs. */
struct bench {
    struct subject_pomdp of;
    struct blocks *b;
    struct points *p;
    double g[STEPS_MAX];
};

/* horizon 0: endless. */
static void begin(struct bench *w, const struct pomdp *p, uint32_t horizon, double gamma)
{
    struct steps steps = { horizon ? horizon : 1, !horizon, w->g };
    for (size_t t = 0; t < STEPS_MAX; t++)
        w->g[t] = gamma;
    w->b = blocks_new(p);
    w->p = points_new(w->b, &steps, 1 << 24);
}

static void end(struct bench *w)
{
    points_free(w->p);
    blocks_free(w->b);
}

static struct points_told run_to(struct points *p, double gap, unsigned trials)
{
    struct points_told k = points_told(p, NULL, NULL);
    for (unsigned i = 0; i < trials && k.upper - k.lower > gap; i++) {
        bool moved = points_trial(p, NULL);
        k = points_told(p, NULL, NULL);
        if (!moved)
            break;
    }
    return k;
}

/* ---- values that are known */

/* Computed by two programs that share nothing, and by the policy "listen until one side was
 * heard twice more" in exact fractions. */
static const struct {
    double gamma, value;
} tiger[] = { { 0.75, 1.933438985737 },
              { 0.95, 19.371368374889 },
              { 0.99, 106.096042735481 } };

START_TEST(the_tiger_is_worth_what_two_programs_say)
{
    struct bench w;
    subject_open(&w.of, "tiger", NULL);
    begin(&w, w.of.pomdp, 0, tiger[_i].gamma);
    struct points_told k = run_to(w.p, 1e-6, 10000);
    ck_assert_double_le(k.lower, tiger[_i].value + 1e-9);
    ck_assert_double_ge(k.upper, tiger[_i].value - 1e-9);
    ck_assert_double_le(k.upper - k.lower, 1e-6);
    end(&w);
    subject_close(&w.of);
}
END_TEST

/* SARSOP, as published with its log: 784 backups. */
START_TEST(the_tiger_takes_few_backups)
{
    struct bench w;
    subject_open(&w.of, "tiger", NULL);
    begin(&w, w.of.pomdp, 0, 0.95);
    struct points_told k = run_to(w.p, 1e-3, 10000);
    ck_assert_double_le(k.upper - k.lower, 1e-3);
    ck_assert_uint_le(k.backups, 784);
    end(&w);
    subject_close(&w.of);
}
END_TEST

static const struct {
    uint32_t horizon;
    double plain, discounted; /* discount 1 and .95 */
} early[] = { { 1, -1, -1 },
              { 2, -2, -1.95 },
              { 3, 2.72, 2.3098 },
              { 4, 2.42125, 1.795544 },
              { 5, 3.60915, 2.763096 },
              { 6, 5.618819, 4.428531 },
              { 7, 6.24635, 4.584266 },
              { 8, 7.096616, 5.324021 },
              { 20, 20.390826, 11.879569 } };

START_TEST(horizons_have_the_values_of_expectimax)
{
    struct bench w;
    subject_open(&w.of, "tiger", NULL);
    for (int plain = 0; plain < 2; plain++) {
        begin(&w, w.of.pomdp, early[_i].horizon, plain ? 1 : 0.95);
        struct points_told k = run_to(w.p, 1e-9, 10000);
        double value = plain ? early[_i].plain : early[_i].discounted;
        ck_assert_near(k.lower, value, 6e-7);
        ck_assert_near(k.upper, value, 6e-7);
        end(&w);
    }
    subject_close(&w.of);
}
END_TEST

/* ---- bounds without a search */

/* By hand: after a door the tiger may be behind either, so listening is next, and while
 * one listens the state does not change: Q(listen) = -1 + g Q(right door), Q(right door) =
 * 10 + g Q(listen). Who never looks pays 1 for ever. */
START_TEST(the_tiger_has_the_informed_bound_worked_out_by_hand)
{
    struct subject_pomdp t;
    subject_open(&t, "tiger", NULL);
    struct blocks *b = blocks_new(t.pomdp);
    double g = tiger[_i].gamma, listen = (10 * g - 1) / (1 - g * g), blind = -HUGE_VAL;
    struct bounds *v = bounds_new(b, &(struct steps){ 1, true, &g }, 1 << 20);
    for (unsigned a = 0; a < 3; a++) {
        double mean = pomdp_dot(t.pomdp->start, pomdp_reward(t.pomdp, a), 2);
        double bound = (v->q[2 * a] + v->q[2 * a + 1]) / 2;
        ck_assert_near(bound, mean > -2 ? listen : -45 + g * listen, 2e-5);
    }
    for (uint32_t k = 0; k < v->n_plans; k++)
        blind = fmax(blind, (v->plan[k].value[0] + v->plan[k].value[1]) / 2);
    ck_assert_near(blind, -1 / (1 - g), 2e-5);
    ck_assert_near(v->corner[0], 10 + g * listen, 2e-5);
    bounds_free(v);
    blocks_free(b);
    subject_close(&t);
}
END_TEST

/* Every table is a bound before it has settled, and after: one step more of the exact
 * equation takes the upper one down and the simple plans' up, or nowhere. */
START_TEST(bounds_lie_on_the_right_side)
{
    struct pomdp *p = pomdp_by_lot((uint64_t)_i);
    struct blocks *b = blocks_new(p);
    double g = 0.9;
    struct bounds *v = bounds_new(b, &(struct steps){ 1, true, &g }, 1 << 20);
    for (uint32_t x = 0; x < b->n; x++)
        for (uint32_t y = 0; y < block_size(b, x); y++) {
            double top = -HUGE_VAL, now;
            for (unsigned a = 0; a < b->n_actions; a++)
                top = fmax(top, v->q[block_row(b, x, a) + y]);
            ck_assert_double_eq(top, v->corner[b->first[x] + y]);
            for (uint32_t k = 0; k < v->n_plans; k++) {
                const struct simple_plan *plan = &v->plan[k];
                size_t row = block_row(b, x, plan->action[x]) + y;
                size_t pair = block_pair(b, x, plan->action[x]);
                now = b->reward[row];
                for (size_t i = b->row[row]; i < b->row[row + 1]; i++) {
                    const struct block_edge *e = &b->edge[i];
                    const struct outcome_of *o =
                        &b->outcome[b->outcomes[pair] + e->outcome];
                    now +=
                        g * e->p *
                        plan->value[b->first[o->block] + b->to[b->slots[pair] + e->slot]];
                }
                ck_assert_double_ge(now, plan->value[b->first[x] + y] - 1e-12);
                ck_assert_double_le(plan->value[b->first[x] + y], top + 1e-9);
            }
        }
    bounds_free(v);
    blocks_free(b);
    pomdp_free(p);
}
END_TEST

/* ---- the points, by the formula */

/* c . b + min_i (v_i - c . b_i) min_s b(s) / b_i(s) for points and beliefs by lot, some of
 * them without some states; the fast form drops points that others make superfluous, and
 * asks for new ones alone. */
START_TEST(points_say_what_the_formula_says)
{
    enum { STATES = 6, POINTS = 40 };
    struct pomdp *p = pomdp_blank(STATES, 1, 1);
    double g = 0.5, in[POINTS][STATES], inverse[POINTS][STATES], fall[POINTS];
    struct rng rng;
    rng_init(&rng, &(struct rng_key){ (uint64_t)_i, RNG_LAYOUT, "points", 0, 0 });
    for (uint32_t s = 0; s < STATES; s++) {
        p->start[s] = 1.0 / STATES;
        for (uint32_t t = 0; t < STATES; t++)
            pomdp_put(p, 0, s, (struct pomdp_edge){ 1.0 / STATES, t, 0 });
    }
    struct blocks *b = blocks_new(p);
    struct bounds *v = bounds_new(b, &(struct steps){ 1, true, &g }, 1 << 20);
    struct upper u;
    upper_init(&u, v);
    double known = 0;
    for (uint32_t i = 0; i < POINTS; i++) {
        double sum = 0, expected = 0;
        uint32_t before = u.age + 1;
        for (uint32_t s = 0; s < STATES; s++)
            sum += in[i][s] = rng_below(&rng, 3) ? rng_unit(&rng) : s == 0;
        for (uint32_t s = 0; s < STATES; s++) {
            in[i][s] /= sum;
            inverse[i][s] = 1 / in[i][s];
        }
        struct sparse at = { in[i], NULL, STATES };
        for (uint32_t k = 0; k < i; k++) {
            double least = HUGE_VAL;
            for (uint32_t s = 0; s < STATES; s++)
                if (in[k][s] > 0)
                    least = fmin(least, in[i][s] / in[k][s]);
            expected = fmin(expected, fall[k] * least);
        }
        known = upper_fall(&u, 0, &at, 0);
        ck_assert_near(known, expected, 1e-12);
        fall[i] = known - rng_unit(&rng);
        upper_put(&u, 0, &at, inverse[i], fall[i]);
        ck_assert_near(upper_fall(&u, 0, &at, before), fall[i], 1e-12);
    }
    ck_assert_uint_lt(u.kept, POINTS + 1);
    upper_release(&u);
    bounds_free(v);
    blocks_free(b);
    pomdp_free(p);
}
END_TEST

/* ---- against enumeration */

/* V(b) over n steps, of a belief that is not normalised, by every history. */
static double enumerate(const struct pomdp *p, const double *b, uint32_t n, double gamma)
{
    double top = -HUGE_VAL, *next = xcalloc(p->n_states, sizeof *next);
    for (unsigned a = 0; n && a < p->n_actions; a++) {
        double sum = pomdp_dot(b, pomdp_reward(p, a), p->n_states);
        for (uint32_t z = 0; n > 1 && z < p->percepts.n; z++) {
            double prob = pomdp_update(p, b, a, z, next);
            if (prob > 0)
                sum += gamma * prob * enumerate(p, next, n - 1, gamma);
        }
        top = fmax(top, sum);
    }
    free(next);
    return n ? top : 0;
}

/* At every moment lower <= V <= upper, which never part again, and so for each action. */
static void hold(struct points *p, const struct pomdp *of, double value, unsigned trials)
{
    double lo[3], hi[3], lower = -HUGE_VAL, upper = HUGE_VAL;
    for (unsigned i = 0; i < trials; i++) {
        struct points_told k = points_told(p, lo, hi);
        ck_assert_double_le(k.lower, value + 1e-9);
        ck_assert_double_ge(k.upper, value - 1e-9);
        ck_assert_double_ge(k.lower, lower);
        ck_assert_double_le(k.upper, upper);
        double top = -HUGE_VAL;
        for (unsigned a = 0; a < of->n_actions; a++) {
            ck_assert_double_le(lo[a], value + 1e-9);
            ck_assert_double_le(lo[a], hi[a] + 1e-9);
            top = fmax(top, hi[a]);
        }
        ck_assert_double_ge(top, value - 1e-9);
        lower = k.lower;
        upper = k.upper;
        if (!points_trial(p, NULL))
            break;
    }
}

START_TEST(finite_horizons_hold_the_exact_value_at_every_moment)
{
    for (uint32_t i = 0; i < 10; i++) {
        struct pomdp *p = pomdp_by_lot((uint64_t)_i * 10 + i);
        struct bench w;
        uint32_t horizon = 1 + i % 4;
        double gamma = i % 3 ? 1 : 0.6;
        begin(&w, p, horizon, gamma);
        double value = enumerate(p, p->start, horizon, gamma);
        hold(w.p, p, value, 200);
        struct points_told k = points_told(w.p, NULL, NULL);
        ck_assert_near(k.lower, value, 1e-9);
        ck_assert_near(k.upper, value, 1e-9);
        end(&w);
        pomdp_free(p);
    }
}
END_TEST

/* What comes after five steps is worth 10 g^5 / (1 - g) at most, either way. */
START_TEST(endless_ones_hold_what_the_first_steps_leave)
{
    static const double gamma = 0.3;
    double rest = 10 * pow(gamma, 5) / (1 - gamma);
    for (uint32_t i = 0; i < 10; i++) {
        struct pomdp *p = pomdp_by_lot((uint64_t)_i * 10 + i);
        struct bench w;
        struct points_told k;
        begin(&w, p, 0, gamma);
        double value = enumerate(p, p->start, 5, gamma);
        do {
            k = points_told(w.p, NULL, NULL);
            ck_assert_double_le(k.lower, value + rest);
            ck_assert_double_ge(k.upper, value - rest);
            ck_assert_double_le(k.lower, k.upper + 1e-9);
        } while (k.trials < 200 && points_trial(w.p, NULL));
        ck_assert_double_le(k.upper - k.lower, 1e-4);
        end(&w);
        pomdp_free(p);
    }
}
END_TEST

/* ---- as time goes on */

/* From another belief, with what was learned at the first: the same values as a search that
 * begins there, and the plan from there is worth its lower bound. */
START_TEST(a_search_moves_on_to_another_belief)
{
    static const double gamma = 0.8;
    for (uint32_t i = 0; i < 10; i++) {
        struct pomdp *p = pomdp_by_lot((uint64_t)_i * 10 + i);
        struct bench old, fresh;
        double b[6] = { 0 };
        begin(&old, p, 0, gamma);
        run_to(old.p, 0.01, 100);
        double prob = 0;
        for (uint32_t z = 0; !(prob > 0); z++)
            prob = pomdp_update(p, p->start, p->n_actions - 1, z, b);
        ck_assert(points_move(old.p, b));
        memcpy(p->start, b, p->n_states * sizeof *b);
        begin(&fresh, p, 0, gamma);
        struct points_told x = run_to(old.p, 1e-3, 400), y = run_to(fresh.p, 1e-3, 400);
        ck_assert_double_le(x.lower, y.upper + 1e-9);
        ck_assert_double_ge(x.upper, y.lower - 1e-9);
        ck_assert_double_le(x.upper - x.lower, y.upper - y.lower + 1e-3);
        end(&old);
        end(&fresh);
        pomdp_free(p);
    }
}
END_TEST

/* ---- the plan that is promised */

/* Not below the lower bound, nor above the upper one, by more than four standard errors. */
static void live_up_to(const struct pomdp *p, struct points *of, double gamma,
                       uint32_t lives)
{
    struct policy_graph g;
    struct err err = { 0 };
    struct points_told k = points_told(of, NULL, NULL);
    ck_assert_msg(points_policy(of, &g, &err), "%s", err.text);
    struct lived l = plan_lives(p, &g, gamma, lives);
    ck_assert_double_ge(l.mean, k.lower - 4 * l.error - 1e-4);
    ck_assert_double_le(l.mean, k.upper + 4 * l.error + 1e-4);
    policy_graph_release(&g);
}

static const char *const planned[] = { "tiger", "extended-tiger", "cheese-maze",
                                       "grid-4x4" };

START_TEST(a_plan_earns_what_it_promises)
{
    struct bench w;
    subject_open(&w.of, planned[_i], NULL);
    begin(&w, w.of.pomdp, 0, 0.9);
    run_to(w.p, 1e-3, 300);
    live_up_to(w.of.pomdp, w.p, 0.9, 4000);
    end(&w);
    subject_close(&w.of);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("points");
    TCase *t = tcase_create("known");
    tcase_add_loop_test(t, the_tiger_is_worth_what_two_programs_say, 0, 3);
    tcase_add_test(t, the_tiger_takes_few_backups);
    tcase_add_loop_test(t, horizons_have_the_values_of_expectimax, 0, 9);
    suite_add_tcase(s, t);
    t = tcase_create("bounds");
    tcase_add_loop_test(t, the_tiger_has_the_informed_bound_worked_out_by_hand, 0, 3);
    tcase_add_loop_test(t, bounds_lie_on_the_right_side, 0, 20);
    tcase_add_loop_test(t, points_say_what_the_formula_says, 0, 10);
    suite_add_tcase(s, t);
    t = tcase_create("enumeration");
    tcase_add_loop_test(t, finite_horizons_hold_the_exact_value_at_every_moment, 0, 20);
    tcase_add_loop_test(t, endless_ones_hold_what_the_first_steps_leave, 0, 6);
    suite_add_tcase(s, t);
    t = tcase_create("plan");
    tcase_add_loop_test(t, a_search_moves_on_to_another_belief, 0, 5);
    tcase_add_loop_test(t, a_plan_earns_what_it_promises, 0, 4);
    suite_add_tcase(s, t);
    return harness_run(s);
}
