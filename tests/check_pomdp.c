#include "config.h"

#include "harness.h"
#include "pomdps.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

static void sums_to_one(const struct pomdp *p)
{
    double sum = 0;
    for (uint32_t s = 0; s < p->n_states; s++)
        sum += p->start[s];
    ck_assert_near(sum, 1, 1e-12);
    for (unsigned a = 0; a < p->n_actions; a++)
        for (uint32_t s = 0; s < p->n_states; s++) {
            const struct pomdp_edge *e;
            size_t n = pomdp_edges(p, a, s, &e);
            sum = 0;
            for (size_t i = 0; i < n; i++) {
                ck_assert_uint_lt(e[i].next, p->n_states);
                ck_assert_uint_lt(e[i].percept, p->percepts.n);
                sum += e[i].p;
            }
            ck_assert_near(sum, 1, 1e-12);
        }
}

/* Kaelbling, Littman & Cassandra (1998): listening costs 1 and is right with .85; a door pays
 * 10 or costs 100, -45 at evens. */
START_TEST(tiger_has_two_states_and_the_rewards_of_the_paper)
{
    struct subject_pomdp t;
    subject_open(&t, "tiger", NULL);
    const struct pomdp *p = t.pomdp;
    ck_assert_uint_eq(p->n_states, 2);
    ck_assert_uint_eq(p->n_actions, 3);
    sums_to_one(p);
    double least = HUGE_VAL;
    for (unsigned a = 0; a < 3; a++) {
        double mean = pomdp_dot(p->start, pomdp_reward(p, a), 2);
        ck_assert(fabs(mean + 1) < 1e-12 || fabs(mean + 45) < 1e-12);
        least = fmin(least, mean);
    }
    ck_assert_near(least, -45, 1e-12);
    subject_close(&t);
}
END_TEST

/* Posterior .85 after one sound, .97 = .85^2 / (.85^2 + .15^2) after two alike. */
START_TEST(hearing_follows_bayes)
{
    struct subject_pomdp t;
    double b[2], next[2], after[2];
    subject_open(&t, "tiger", NULL);
    const struct pomdp *p = t.pomdp;
    unsigned listen = 0;
    while (pomdp_reward(p, listen)[0] < -1.5 || pomdp_reward(p, listen)[0] > -0.5)
        listen++;
    ck_assert(pomdp_belief(p, t.model, b));
    const struct pomdp_edge *e;
    pomdp_edges(p, listen, 0, &e);
    ck_assert_near(pomdp_update(p, b, listen, e->percept, next), 0.5, 1e-12);
    ck_assert_near(fmax(next[0], next[1]), 0.85, 1e-12);
    ck_assert_near(pomdp_update(p, next, listen, e->percept, after), 0.745, 1e-12);
    ck_assert_near(fmax(after[0], after[1]), 0.7225 / 0.745, 1e-12);
    subject_close(&t);
}
END_TEST

/* Fifty-five cells, each of which may hide the dispenser: every cell in every hypothesis. */
START_TEST(a_family_is_the_union_of_its_automata)
{
    struct subject_pomdp g;
    subject_open(&g, "gridworld:map=thesis", "goal");
    sums_to_one(g.pomdp);
    ck_assert_uint_eq(g.pomdp->n_states, 55 * 55);
    uint32_t n = 0;
    for (uint32_t s = 0; s < g.pomdp->n_states; s++)
        n += g.pomdp->start[s] > 0;
    ck_assert_uint_eq(n, 55);
    subject_close(&g);
}
END_TEST

/* One cycle, whatever happens in it, by the model and by its automata. */
START_TEST(beliefs_are_read_again_as_the_model_lives)
{
    struct subject_pomdp g;
    subject_open(&g, "gridworld:map=thesis", "goal");
    const struct pomdp *p = g.pomdp;
    double *b = xcalloc(p->n_states, sizeof *b), *next = xcalloc(p->n_states, sizeof *b);
    unsigned char *snap = xcalloc(1, g.model->snap_size);
    for (unsigned a = 0; a < p->n_actions; a++) {
        struct percept e[64];
        size_t n = g.model->ops->support(g.model, a, e, 64);
        for (size_t i = 0; i < n; i++) {
            struct outcome o = { .e = e[i] };
            model_save(g.model, snap);
            double prob = g.model->ops->condition(g.model, a, &o);
            ck_assert(pomdp_belief(p, g.model, b));
            model_restore(g.model, snap);
            model_release(g.model);
            uint32_t z = alphabet_find(&p->percepts, e[i]);
            ck_assert_near(pomdp_update(p, p->start, a, z, next), prob, 1e-12);
            for (uint32_t s = 0; s < p->n_states; s++)
                ck_assert_near(next[s], b[s], 1e-12);
        }
    }
    free(snap);
    free(b);
    free(next);
    subject_close(&g);
}
END_TEST

START_TEST(too_many_states_are_refused_with_their_memory)
{
    struct subject_pomdp g;
    struct err err = { 0 };
    subject_open(&g, "gridworld:map=thesis", "goal");
    ck_assert_ptr_null(pomdp_of(g.model, &utility_reward, 3024, &err));
    ck_assert_msg(strstr(err.text, "3025 hidden states") && strstr(err.text, "MB"), "%s",
                  err.text);
    err = (struct err){ 0 };
    ck_assert_ptr_null(pomdp_of(g.model, &utility_gain, 100000, &err));
    ck_assert_msg(strstr(err.text, "utility"), "%s", err.text);
    subject_close(&g);
}
END_TEST

START_TEST(processes_by_lot_are_processes)
{
    struct pomdp *p = pomdp_by_lot((uint64_t)_i);
    sums_to_one(p);
    pomdp_free(p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pomdp");
    TCase *t = tcase_create("flat");
    tcase_add_test(t, tiger_has_two_states_and_the_rewards_of_the_paper);
    tcase_add_test(t, hearing_follows_bayes);
    tcase_add_test(t, a_family_is_the_union_of_its_automata);
    tcase_add_test(t, beliefs_are_read_again_as_the_model_lives);
    tcase_add_test(t, too_many_states_are_refused_with_their_memory);
    tcase_add_loop_test(t, processes_by_lot_are_processes, 0, 20);
    suite_add_tcase(s, t);
    return harness_run(s);
}
