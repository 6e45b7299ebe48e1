#include "config.h"

#include "empowerment.h"
#include "harness.h"
#include "life.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Channels and worlds of which the capacity is known; newer-agents, section 10, by an
 * independent program. */

START_TEST(a_binary_symmetric_channel)
{
    const double p[] = { 0.9, 0.1, 0.1, 0.9 };
    double work[4];
    ck_assert_near(capacity(p, 2, 2, work), 0.531004, 1e-6);
}
END_TEST

/* 1 - .3 bits, and log2(1 + (1 - p) p^(p / (1 - p))) at p = 1/2: log2 1.25, where the
 * uniform input is not the best. */
START_TEST(channels_that_are_not_symmetric)
{
    const double erasure[] = { 0.7, 0.3, 0, 0, 0.3, 0.7 }, z[] = { 1, 0, 0.5, 0.5 };
    double work[8];
    ck_assert_near(capacity(erasure, 2, 3, work), 0.7, 1e-8);
    ck_assert_near(capacity(z, 2, 2, work), log2(1.25), 1e-8);
}
END_TEST

/* What does not depend on the input carries nothing; what only repeats adds nothing. */
START_TEST(useless_inputs)
{
    const double same[] = { 0.2, 0.8, 0.2, 0.8, 0.2, 0.8 };
    const double twice[] = { 1, 0, 1, 0, 0, 1 };
    double work[5];
    ck_assert_near(capacity(same, 3, 2, work), 0, 1e-9);
    ck_assert_near(capacity(twice, 3, 2, work), 1, 1e-8);
}
END_TEST

struct world {
    struct spec_of spec;
    struct env *env;
    struct alphabet percepts;
    double *start;
    struct fsm *f;
};

static void open_world(struct world *w, const char *text)
{
    struct err err = { 0 };
    *w = (struct world){ 0 };
    ck_assert(kind_parse(&w->spec, &env_shelf, text, &err));
    w->env = env_open(&w->spec, 1, &err);
    ck_assert_msg(w->env, "%s", err.text);
    w->f = fsm_new_whole(w->env, 100000, &w->percepts, &w->start);
    ck_assert_ptr_nonnull(w->f);
}

static void close_world(struct world *w)
{
    fsm_free(w->f);
    free(w->start);
    alphabet_release(&w->percepts);
    env_close(w->env);
    kind_release(&w->spec);
}

static double at_cell(struct world *w, uint32_t steps, int cell)
{
    struct err err = { 0 };
    struct empowerment *e = empowerment_new(w->f, NULL, 0, steps, &err);
    double bits = NAN;
    ck_assert_msg(e, "%s", err.text);
    for (uint32_t s = 0; s < w->f->n_states && isnan(bits); s++)
        if (w->env->ops->cell(w->env, w->f->state + (size_t)s * w->f->state_size, 0) ==
            cell)
            bits = empowerment_at(e, s);
    empowerment_free(e);
    return bits;
}

/* Four ways and staying, five cells a side, nothing in between. */
static const char open_grid[] = "gridworld:size=5,walls=0";
static const struct {
    uint32_t steps;
    int cell;
    double ends;
} grid[] = { { 1, 0, 3 }, { 2, 0, 6 }, { 1, 12, 5 }, { 2, 12, 13 } };

START_TEST(an_open_grid)
{
    struct world w;
    open_world(&w, open_grid);
    ck_assert_near(at_cell(&w, grid[_i].steps, grid[_i].cell), log2(grid[_i].ends), 1e-12);
    close_world(&w);
}
END_TEST

/* The same numbers by Blahut and Arimoto over all sequences: each world as one where luck
 * has a say, of chance 0 to stay. The ends of 1 or 2 steps from the middle, written out. */
START_TEST(counting_is_the_capacity)
{
    enum { A = 5, ENDS = 13 };
    static const int dx[A] = { -1, 1, 0, 0, 0 }, dy[A] = { 0, 0, -1, 1, 0 };
    double p[A * A * 25] = { 0 }, work[A * A + 25];
    for (int i = 0; i < A * A; i++) {
        int x = 2 + dx[i / A] + dx[i % A], y = 2 + dy[i / A] + dy[i % A];
        p[i * 25 + y * 5 + x] = 1;
    }
    ck_assert_near(capacity(p, (size_t)A * A, 25, work), log2(ENDS), 1e-8);
}
END_TEST

/* What the next of five actions says of where one will be, three cells a side, the rest
 * being random; alignment, section 9. Without a future, of the next cell, it is the
 * information of a uniform action; corner: 3/5 stay. */
static double effective(struct world *w, double gamma, int cell)
{
    struct err err = { 0 };
    double *bits = empowerment_effective(w->f, NULL, 0, gamma, &err), at = NAN;
    ck_assert_msg(bits, "%s", err.text);
    for (uint32_t s = 0; s < w->f->n_states && isnan(at); s++)
        if (w->env->ops->cell(w->env, w->f->state + (size_t)s * w->f->state_size, 0) ==
            cell)
            at = bits[s];
    free(bits);
    return at;
}

START_TEST(the_next_action_alone)
{
    struct world w;
    open_world(&w, "gridworld:size=3,walls=0");
    ck_assert_near(effective(&w, 0.9, 0), 0.072240, 1e-6);
    ck_assert_near(effective(&w, 0.9, 1), 0.115492, 1e-6);
    ck_assert_near(effective(&w, 0.9, 4), 0.152602, 1e-6);
    ck_assert_near(effective(&w, 0, 4), log2(5), 1e-12);
    ck_assert_near(effective(&w, 0, 0), log2(5) - 0.6 * log2(3), 1e-12);
    close_world(&w);
}
END_TEST

/* A chain that slips: by hand, two actions of which each does the other with chance .1 is
 * the symmetric channel. The coin's side is nobody's to decide. */
START_TEST(luck_is_not_power)
{
    struct world w;
    struct err err = { 0 };
    open_world(&w, "coin-flip:p=0.3");
    struct empowerment *e = empowerment_new(w.f, NULL, 0, 3, &err);
    ck_assert_ptr_nonnull(e);
    ck_assert_near(empowerment_at(e, 0), 0, 1e-9);
    empowerment_free(e);
    close_world(&w);
}
END_TEST

/* Only where it is counts: two states that are one place are one end. */
START_TEST(ends_that_count_as_one)
{
    struct world w;
    struct err err = { 0 };
    open_world(&w, open_grid);
    uint32_t *what = xcalloc(w.f->n_states, sizeof *what);
    for (uint32_t s = 0; s < w.f->n_states; s++)
        what[s] = s % 2;
    struct empowerment *e = empowerment_new(w.f, what, 2, 2, &err);
    double most = 0;
    for (uint32_t s = 0; s < w.f->n_states; s++)
        most = fmax(most, empowerment_at(e, s));
    ck_assert_near(most, 1, 1e-12);
    empowerment_free(e);
    free(what);
    close_world(&w);
}
END_TEST

/* From the corner to the middle, from where most can be reached, and it stays about it. */
START_TEST(the_agent_goes_to_the_middle)
{
    struct life l;
    int cell = -1;
    life_begin(&l, "empower:ahead=2", open_grid, 1);
    for (int t = 0; t < 30; t++) {
        life_live(&l);
        cell = l.env->ops->cell(l.env, l.s.state, 0);
        if (t >= 4)
            ck_assert_int_eq(cell, 12);
    }
    life_end(&l);
}
END_TEST

START_TEST(refusals)
{
    life_refused("empower:ahead=16", "delusion", "more than can be compared");
    life_refused("empower:model=programs", "coin-flip", "too large to be solved");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("empowerment");
    TCase *channels = tcase_create("channels"), *worlds = tcase_create("worlds");
    tcase_add_test(channels, a_binary_symmetric_channel);
    tcase_add_test(channels, channels_that_are_not_symmetric);
    tcase_add_test(channels, useless_inputs);
    tcase_add_test(channels, counting_is_the_capacity);
    tcase_add_loop_test(worlds, an_open_grid, 0, 4);
    tcase_add_test(worlds, the_next_action_alone);
    tcase_add_test(worlds, luck_is_not_power);
    tcase_add_test(worlds, ends_that_count_as_one);
    tcase_add_test(worlds, the_agent_goes_to_the_middle);
    tcase_add_test(worlds, refusals);
    suite_add_tcase(s, channels);
    suite_add_tcase(s, worlds);
    return s;
}

int main(void) { return harness_run(suite()); }
