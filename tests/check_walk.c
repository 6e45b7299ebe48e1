#include "config.h"

#include "harness.h"
#include "num.h"
#include "walk.h"
#include "walk_toy.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MIB = 1 << 20, TOYS = 60, STEPS_PLENTY = 400 };

/* ---- an oracle: all actions, one after the other */

/* What is to go with a dispenser known to stand in `goal`. */
static double known(struct toy_hunt *x, uint32_t t, uint32_t at, uint32_t goal)
{
    const struct hunt *h = &x->hunt;
    double best = -HUGE_VAL;
    if (t > x->plan.horizon)
        return 0;
    if (x->known[t][at][goal] > -HUGE_VAL)
        return x->known[t][at][goal];
    for (uint32_t i = at * h->n_actions; i < (at + 1) * h->n_actions; i++) {
        double pays = h->lands[i] && h->next[i] == goal ? h->theta * h->prize : 0;
        double value = discount_weight(&x->plan.discount, 1, t - 1) * (h->rew[i] + pays);
        best = fmax(best, value + known(x, t + 1, h->next[i], goal));
    }
    return x->known[t][at][goal] = best;
}

static double best_of(struct toy_hunt *x, uint32_t t, uint32_t at, double *w);

/* Of the mass that w holds, by action i of cycle t and the best that follows. */
static double value_of(struct toy_hunt *x, uint32_t t, uint32_t i, double *w)
{
    const struct hunt *h = &x->hunt;
    uint32_t to = h->next[i];
    double d = discount_weight(&x->plan.discount, 1, t - 1);
    double value = d * h->rew[i] * num_sum(w, h->n_cells), before = w[to];
    if (h->lands[i]) {
        double found = h->theta * before;
        value += found * (d * h->prize + known(x, t + 1, to, to));
        w[to] -= found;
    }
    value += best_of(x, t + 1, to, w);
    w[to] = before;
    return value;
}

static double best_of(struct toy_hunt *x, uint32_t t, uint32_t at, double *w)
{
    double best = -HUGE_VAL;
    if (t > x->plan.horizon)
        return 0;
    for (uint32_t i = at * x->hunt.n_actions; i < (at + 1) * x->hunt.n_actions; i++)
        best = fmax(best, value_of(x, t, i, w));
    return best;
}

static void oracle(struct toy_hunt *x, double *value)
{
    double w[TOY_CELLS], z = num_sum(x->w, x->hunt.n_cells);
    for (uint32_t i = 0; i < x->hunt.n_cells; i++)
        w[i] = x->w[i] / z;
    for (uint32_t a = 0; a < x->hunt.n_actions; a++)
        value[a] = value_of(x, 1, x->hunt.at * x->hunt.n_actions + a, w);
}

/* ---- brackets */

/* Bounds hold at every moment, never worsen, and meet where it is said that they do. */
static void holds(struct toy_hunt *x)
{
    double value[ACTIONS_MAX] = { 0 }, lo[ACTIONS_MAX], hi[ACTIONS_MAX];
    oracle(x, value);
    double best = value[0], tolerance;
    for (uint32_t a = 1; a < x->hunt.n_actions; a++)
        best = fmax(best, value[a]);
    tolerance = 1e-9 * fmax(1, fabs(best));
    struct walk *w = walk_new(&x->plan, false, MIB);
    double lower = w->lower, upper = w->upper;
    for (int k = 0; k < STEPS_PLENTY; k++) {
        ck_assert_double_le(w->lower, best + tolerance);
        ck_assert_double_ge(w->upper, best - tolerance);
        ck_assert_double_ge(w->lower, lower);
        ck_assert_double_le(w->upper, upper);
        walk_actions(w, &x->hunt, lo, hi);
        for (uint32_t a = 0; a < x->hunt.n_actions; a++) {
            ck_assert_double_le(lo[a], value[a] + tolerance);
            ck_assert_double_ge(hi[a], value[a] - tolerance);
        }
        lower = w->lower;
        upper = w->upper;
        if (!walk_step(w))
            break;
    }
    ck_assert(w->closed);
    ck_assert_near(w->lower, w->upper, tolerance);
    walk_free(w);
}

START_TEST(small_hunts_are_worth_what_trying_everything_finds)
{
    struct toy_hunt x;
    toy_hunt_draw(&x, (uint32_t)_i);
    struct err err = { 0 };
    bool fits = ground_fits(&x.plan, false, &err);
    ck_assert_msg(fits, "%s", err.text);
    holds(&x);
}
END_TEST

/* The ten cells of the map, and what they are worth by trying all walks, points a step. */
START_TEST(ten_cells_are_worth_what_all_walks_say)
{
    static const char map[] = "@..#/.#../...#/#.##";
    static const struct {
        uint32_t horizon;
        double value;
    } known[] = { { 4, 14.9375 }, { 8, 26.1875 }, { 12, 34.625 }, { 14, 38.140625 } };
    struct toy_hunt x;
    toy_hunt_map(&x, map, known[_i].horizon);
    struct walk *w = walk_new(&x.plan, false, MIB);
    while (walk_step(w))
        ;
    ck_assert(w->closed);
    ck_assert_near(w->lower / known[_i].horizon, known[_i].value, 1e-9);
    ck_assert_near(w->upper, w->lower, 1e-7);
    walk_free(w);
}
END_TEST

/* The most that any first move is promised, whatever the bound is about at the moment. */
static double best_first(const struct walk *w)
{
    double best = -HUGE_VAL;
    for (uint32_t a = w->g->first[w->g->start]; a < w->g->first[w->g->start + 1]; a++)
        best = fmax(best, bound_first(w->b, &w->g->arc[a]));
    return best;
}

/* Twelve cycles are known by belief states, too; fifty are proved to be the best. */
START_TEST(the_maze_of_the_thesis_closes)
{
    static const struct {
        uint32_t horizon;
        double value;
    } known[] = { { 12, 5.988636364 }, { 50, 25.420454545 } };
    struct toy_hunt x;
    toy_hunt_thesis(&x, known[_i].horizon);
    struct walk *w = walk_new(&x.plan, false, 64 * MIB);
    while (walk_step(w))
        ck_assert_double_ge(best_first(w), w->lower - 1e-9);
    ck_assert(w->closed);
    ck_assert_near(w->lower / known[_i].horizon, known[_i].value, 1e-8);
    walk_free(w);
}
END_TEST

/* Along the walk, as long as nothing is found, the rest of it is worth what a plan made
 * there with the cycles left is. */
START_TEST(the_rest_of_a_walk_is_a_walk)
{
    struct toy_hunt x;
    toy_hunt_map(&x, "@..#/.#../...#/#.##", 12);
    struct walk *w = walk_new(&x.plan, false, MIB);
    while (walk_step(w))
        ;
    for (uint32_t k = 1; k < 12; k++) {
        double lower, upper;
        uint32_t at = w->g->cell[w->path[k]];
        walk_rest(w, k, &lower, &upper);
        x.w[at] *= 1 - x.hunt.theta;
        x.hunt.at = at;
        x.plan.horizon = 12 - k;
        struct walk *rest = walk_new(&x.plan, false, MIB);
        while (walk_step(rest))
            ;
        ck_assert_near(rest->lower, lower, 1e-9 * lower + 1e-9);
        ck_assert_near(upper, lower, 1e-9);
        walk_free(rest);
    }
    walk_free(w);
}
END_TEST

/* An endless plan that is forgotten at a rate: the cycles that count are many, and the
 * bracket is that of planning.md's program. */
START_TEST(an_endless_hunt_stands_in_its_bracket)
{
    struct toy_hunt x;
    toy_hunt_thesis(&x, 1);
    x.plan.discount.gamma = 0.99;
    struct walk *w = walk_new(&x.plan, true, 64 * MIB);
    ck_assert_double_le(w->lower, 5003.613);
    ck_assert_double_ge(w->upper, 4942.251);
    ck_assert_double_le(w->upper, 1.06 * w->lower);
    walk_free(w);
}
END_TEST

static void refused(struct toy_hunt *x, const char *why)
{
    struct err err = { 0 };
    ck_assert(!ground_fits(&x->plan, false, &err));
    ck_assert_msg(strstr(err.text, why), "%s", err.text);
}

START_TEST(what_is_no_walk_says_why)
{
    struct toy_hunt x;
    toy_hunt_map(&x, "@..", 3);
    x.hunt.prize = -1;
    refused(&x, "pays nothing");
    toy_hunt_map(&x, "@..", 3);
    x.plan.utility = &utility_shannon;
    refused(&x, "not the reward");
    toy_hunt_map(&x, "@..", 3);
    x.lands[0 * 5 + 1] = 0; /* to the right, where it might have paid */
    refused(&x, "better move");
    toy_hunt_map(&x, "@..", 3);
    x.plan.followed = 1;
    refused(&x, "taken for the truth");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("walk");
    TCase *tc = tcase_create("walk");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, small_hunts_are_worth_what_trying_everything_finds, 0, TOYS);
    tcase_add_loop_test(tc, ten_cells_are_worth_what_all_walks_say, 0, 4);
    tcase_add_loop_test(tc, the_maze_of_the_thesis_closes, 0, 2);
    tcase_add_test(tc, the_rest_of_a_walk_is_a_walk);
    tcase_add_test(tc, an_endless_hunt_stands_in_its_bracket);
    tcase_add_test(tc, what_is_no_walk_says_why);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
