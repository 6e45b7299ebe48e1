#include "config.h"

#include "blocks.h"
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

/* Kaelbling, Littman & Cassandra (1998): listening costs 1 and is right with .85; a door
 * pays 10 or costs 100, -45 at evens. */
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

/* Each of 55 cells may hide the dispenser: every cell in every hypothesis. */
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

/* ---- blocks */

static struct blocks *blocks_of(const struct pomdp *p)
{
    struct blocks *b = blocks_new(p);
    double *in = xcalloc(b->largest, sizeof *in);
    ck_assert_uint_eq(blocks_belief(b, p->start, in), b->start);
    free(in);
    return b;
}

START_TEST(nobody_knows_where_the_tiger_is)
{
    struct subject_pomdp t;
    subject_open(&t, "tiger", NULL);
    struct blocks *b = blocks_of(t.pomdp);
    ck_assert_uint_eq(b->n, 1);
    ck_assert_uint_eq(block_size(b, 0), 2);
    blocks_free(b);
    subject_close(&t);
}
END_TEST

/* The place is known, the hypothesis is not: 55 places, 55 hypotheses in each. */
START_TEST(on_a_map_the_place_is_known)
{
    struct subject_pomdp g;
    subject_open(&g, "gridworld:map=thesis", "goal");
    struct blocks *b = blocks_of(g.pomdp);
    ck_assert_uint_eq(b->n, 55);
    for (uint32_t x = 0; x < b->n; x++)
        ck_assert_uint_eq(block_size(b, x), 55);
    blocks_free(b);
    subject_close(&g);
}
END_TEST

/* Three states that are told apart by what is seen in them, and a start among all: it is a
 * block of its own, and the others are of one state each. */
START_TEST(a_start_that_is_seen_later_is_apart)
{
    struct pomdp *p = pomdp_blank(3, 1, 3);
    for (uint32_t s = 0; s < 3; s++) {
        p->start[s] = 1.0 / 3;
        pomdp_put(p, 0, s, (struct pomdp_edge){ 1, (s + 1) % 3, s });
    }
    struct blocks *b = blocks_of(p);
    ck_assert_uint_eq(b->n, 4);
    ck_assert_uint_eq(block_size(b, b->start), 3);
    ck_assert_uint_eq(b->largest, 3);
    double in[3], one[3] = { 0, 1, 0 };
    ck_assert_uint_eq(block_size(b, blocks_belief(b, one, in)), 1);
    blocks_free(b);
    pomdp_free(p);
}
END_TEST

/* Seen are 0, 1 or 2, of which 1 and 2 say the same: .3 : .6 = .1 : .2. */
START_TEST(percepts_in_proportion_are_one_outcome)
{
    static const double seen[2][3] = { { 0.1, 0.3, 0.6 }, { 0.7, 0.1, 0.2 } };
    struct pomdp *p = pomdp_blank(2, 1, 3);
    p->start[0] = p->start[1] = 0.5;
    for (uint32_t s = 0; s < 2; s++)
        for (uint32_t z = 0; z < 3; z++)
            pomdp_put(p, 0, s, (struct pomdp_edge){ seen[s][z], s, z });
    struct blocks *b = blocks_of(p);
    ck_assert_uint_eq(b->n, 1);
    ck_assert_uint_eq(b->outcomes[1], 2);
    ck_assert_uint_eq(blocks_outcome(b, 0, 0, 1), blocks_outcome(b, 0, 0, 2));
    ck_assert_uint_ne(blocks_outcome(b, 0, 0, 1), blocks_outcome(b, 0, 0, 0));
    ck_assert_uint_eq(blocks_outcome(b, 0, 0, 3), UINT32_MAX);
    ck_assert_near(b->edge[1].p, 0.9, 1e-12);
    ck_assert_near(b->edge[3].p, 0.3, 1e-12);
    blocks_free(b);
    pomdp_free(p);
}
END_TEST

/* The chance of ending in state t with percept z, by both forms, from every state. */
static double chance(const struct pomdp *p, unsigned a, uint32_t s, uint32_t z, uint32_t t)
{
    const struct pomdp_edge *e;
    size_t n = pomdp_edges(p, a, s, &e);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += e[i].percept == z && e[i].next == t ? e[i].p : 0;
    return sum;
}

static void same_law(const struct blocks *b, uint32_t x, unsigned a)
{
    const struct pomdp *p = b->p;
    size_t pair = block_pair(b, x, a);
    for (uint32_t y = 0; y < block_size(b, x); y++) {
        size_t row = block_row(b, x, a) + y;
        uint32_t s = b->state[b->first[x] + y];
        ck_assert_near(b->reward[row], pomdp_reward(p, a)[s], 1e-12);
        for (size_t i = b->row[row]; i < b->row[row + 1]; i++) {
            const struct block_edge *e = &b->edge[i];
            const struct outcome_of *o = &b->outcome[b->outcomes[pair] + e->outcome];
            uint32_t t = b->state[b->first[o->block] + b->to[b->slots[pair] + e->slot]];
            double sum = 0;
            for (uint32_t z = 0; z < p->percepts.n; z++)
                if (blocks_outcome(b, x, a, z) == e->outcome)
                    sum += chance(p, a, s, z, t);
            ck_assert_near(sum, e->p, 1e-12);
        }
    }
}

static void same_law_everywhere(const struct pomdp *p)
{
    struct blocks *b = blocks_of(p);
    for (uint32_t x = 0; x < b->n; x++)
        for (unsigned a = 0; a < b->n_actions; a++)
            same_law(b, x, a);
    blocks_free(b);
}

START_TEST(blocks_have_the_law_of_the_process)
{
    static const char *const worlds[][2] = { { "tiger", NULL },
                                             { "extended-tiger", NULL },
                                             { "cheese-maze", NULL },
                                             { "grid-4x4", NULL },
                                             { "gridworld:map=thesis", "goal" } };
    struct subject_pomdp s;
    subject_open(&s, worlds[_i][0], worlds[_i][1]);
    same_law_everywhere(s.pomdp);
    subject_close(&s);
    struct pomdp *p = pomdp_by_lot((uint64_t)_i);
    same_law_everywhere(p);
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
    t = tcase_create("blocks");
    tcase_add_test(t, nobody_knows_where_the_tiger_is);
    tcase_add_test(t, on_a_map_the_place_is_known);
    tcase_add_test(t, a_start_that_is_seen_later_is_apart);
    tcase_add_test(t, percepts_in_proportion_are_one_outcome);
    tcase_add_loop_test(t, blocks_have_the_law_of_the_process, 0, 5);
    suite_add_tcase(s, t);
    return harness_run(s);
}
