#include "config.h"

#include "harness.h"
#include "metagame.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Payoffs among agents, from lines of results, and what becomes of a population. */

static void set(struct metagame *g, struct metagame_cell *cell, const double *mean,
                size_t n)
{
    *g = (struct metagame){ .seats = 2, .n = n, .cell = cell };
    for (size_t i = 0; i < n * n; i++)
        cell[i].mean.value = mean[i];
}

/* Whom the other earns one less: x' = x (1 - x), so x = 1 / (1 + exp(-t)) from a half. */
START_TEST(a_better_agent_spreads_as_the_logistic_curve)
{
    struct metagame_cell cell[4] = { 0 };
    struct metagame g;
    double x[] = { .5, .5 };
    set(&g, cell, (double[]){ 1, 1, 0, 0 }, 2);
    for (int t = 1; t <= 5; t++) {
        metagame_replicate(&g, x, 1);
        ck_assert_near(x[0], 1 / (1 + exp(-t)), 1e-6);
        ck_assert_near(x[0] + x[1], 1, 1e-12);
    }
}
END_TEST

/* Chicken: 0 of each other, 3 against who gives way, 1 for giving way, 2 together: half
 * and half. Rock, paper, scissors: the product of the shares is kept for ever. */
START_TEST(populations_come_to_equilibrium_or_go_round_it)
{
    struct metagame_cell cell[9] = { 0 };
    struct metagame g;
    double x[] = { .9, .1 }, y[] = { .5, .3, .2 };
    set(&g, cell, (double[]){ 0, 3, 1, 2 }, 2);
    metagame_replicate(&g, x, 50);
    ck_assert_near(x[0], .5, 1e-6);
    set(&g, cell, (double[]){ 0, -1, 1, 1, 0, -1, -1, 1, 0 }, 3);
    for (int t = 0; t < 20; t++) {
        metagame_replicate(&g, y, 1);
        ck_assert_near(y[0] * y[1] * y[2], .03, 1e-6);
    }
    ck_assert_near(metagame_fitness(&g, y, (double[3]){ 0 }), 0, 1e-12);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("metagame");
    TCase *t = tcase_create("populations");
    tcase_add_test(t, a_better_agent_spreads_as_the_logistic_curve);
    tcase_add_test(t, populations_come_to_equilibrium_or_go_round_it);
    suite_add_tcase(s, t);
    return harness_run(s);
}
