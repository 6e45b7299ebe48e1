#include "config.h"

#include "harness.h"
#include "lp.h"
#include "rng.h"
#include "vectors.h"

#include <math.h>
#include <stdlib.h>

/* The corners of three states, and what is above them in the middle by .6 - 1/3. */
START_TEST(a_program_finds_where_a_vector_is_needed)
{
    static const double corner[3][3] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
    static const double high[] = { 0.6, 0.6, 0.6 }, low[] = { 0.3, 0.3, 0.3 };
    double b[3];
    struct lp *lp = lp_new(3);
    for (int i = 0; i < 3; i++)
        lp_add(lp, corner[i]);
    struct lp_answer a = lp_witness(lp, high, b);
    ck_assert_near(a.margin, 0.6 - 1.0 / 3, 1e-12);
    ck_assert_near(a.loss, 0.6 - 1.0 / 3, 1e-12);
    for (int i = 0; i < 3; i++)
        ck_assert_near(b[i], 1.0 / 3, 1e-9);
    a = lp_witness(lp, low, b);
    ck_assert_near(a.margin, 0.3 - 1.0 / 3, 1e-12);
    ck_assert_near(a.loss, 0.3 - 1.0 / 3, 1e-12);
    lp_clear(lp);
    lp_add(lp, low);
    ck_assert_near(lp_witness(lp, high, b).margin, 0.3, 1e-12);
    lp_free(lp);
}
END_TEST

/* Lines over two states: .4 everywhere is below the crossing at .5, .6 is above. */
START_TEST(of_two_states_the_upper_envelope_stays)
{
    static const double line[][2] = { { 0, 1 },     { 0.4, 0.4 }, { 1, 0 },
                                      { 0.6, 0.6 }, { 0.6, 0.6 }, { 0.5, 0.1 } };
    struct vectors s;
    unsigned tags = 0;
    vectors_init(&s, 2);
    for (uint32_t i = 0; i < 6; i++)
        vectors_add(&s, line[i], i);
    vectors_prune(&s, 0, NULL, NULL);
    ck_assert_uint_eq(s.count, 3);
    for (size_t i = 0; i < s.count; i++) {
        tags |= 1U << s.tag[i];
        ck_assert_double_eq(s.v[2 * i], line[s.tag[i]][0]);
    }
    ck_assert(tags == (1U | 4U | 8U) || tags == (1U | 4U | 16U));
    vectors_release(&s);
}
END_TEST

static void draw(struct rng *rng, double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = rng_unit(rng);
}

/* Half of them are convex combinations of others, or just below one. */
static void fill(struct vectors *s, struct rng *rng, size_t count)
{
    double v[8] = { 0 };
    for (uint32_t i = 0; i < count; i++) {
        draw(rng, v, s->n);
        if (i > 2 && i % 2) {
            double share = rng_unit(rng);
            const double *x = s->v + rng_below(rng, i) * s->n;
            const double *y = s->v + rng_below(rng, i) * s->n;
            for (size_t k = 0; k < s->n; k++)
                v[k] = share * x[k] + (1 - share) * y[k] - 1e-3 * (i % 4 == 1);
        }
        vectors_add(s, v, i);
    }
}

static void draw_belief(struct rng *rng, double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += b[i] = -log(1 - rng_unit(rng)) * (rng_below(rng, 3) > 0);
    for (size_t i = 0; i < n; i++)
        b[i] = sum > 0 ? b[i] / sum : 1 / (double)n;
}

/* Whether one belief of many has vector i above all others. */
static bool is_needed(const struct vectors *s, size_t i, struct rng *rng)
{
    double b[8];
    for (int k = 0; k < 20000; k++) {
        size_t which = 0;
        draw_belief(rng, b, s->n);
        vectors_value(s, b, &which);
        if (which == i)
            return true;
    }
    return false;
}

/* No belief loses, whatever the number of states; and in three states what stays is
 * needed. */
START_TEST(pruning_changes_no_value)
{
    struct rng rng;
    rng_init(&rng, &(struct rng_key){ 7, RNG_LAYOUT, "vectors", 0, (unsigned)_i });
    struct vectors all, few;
    size_t n = 1 + (size_t)_i % 6;
    double b[8];
    vectors_init(&all, n);
    vectors_init(&few, n);
    fill(&all, &rng, 60);
    for (size_t i = 0; i < all.count; i++)
        vectors_add(&few, all.v + i * n, all.tag[i]);
    double lost = vectors_prune(&few, 0, NULL, NULL);
    ck_assert_double_le(lost, 1e-12);
    ck_assert_uint_lt(few.count, n == 1 ? 2U : 45U);
    for (int k = 0; k < 2000; k++) {
        draw_belief(&rng, b, n);
        ck_assert_near(vectors_value(&few, b, NULL), vectors_value(&all, b, NULL), 1e-12);
    }
    unsigned idle = 0;
    for (size_t i = 0; n == 3 && i < few.count; i++)
        idle += !is_needed(&few, i, &rng);
    ck_assert_uint_le(idle, 1);
    vectors_release(&all);
    vectors_release(&few);
}
END_TEST

static bool at_once(void *context)
{
    ++*(int *)context;
    return true;
}

/* Whoever stops has all that is in doubt. */
START_TEST(a_stopped_pruning_loses_nothing)
{
    struct rng rng;
    struct vectors s, all;
    double b[8];
    int asked = 0;
    rng_init(&rng, &(struct rng_key){ 7, RNG_LAYOUT, "vectors", 0, 99 });
    vectors_init(&s, 5);
    fill(&s, &rng, 40);
    vectors_init(&all, 5);
    for (size_t i = 0; i < s.count; i++)
        vectors_add(&all, s.v + i * 5, 0);
    vectors_prune(&s, 0, at_once, &asked);
    ck_assert_int_eq(asked, 1);
    for (int k = 0; k < 500; k++) {
        draw_belief(&rng, b, 5);
        ck_assert_double_eq(vectors_value(&s, b, NULL), vectors_value(&all, b, NULL));
    }
    vectors_release(&s);
    vectors_release(&all);
}
END_TEST

/* With slack it loses some, and says how much at most. */
START_TEST(what_slack_costs_is_told)
{
    struct rng rng;
    struct vectors s, all;
    double b[8], worst = 0;
    rng_init(&rng, &(struct rng_key){ 7, RNG_LAYOUT, "vectors", 0, 100 });
    vectors_init(&s, 4);
    fill(&s, &rng, 40);
    vectors_init(&all, 4);
    for (size_t i = 0; i < s.count; i++)
        vectors_add(&all, s.v + i * 4, 0);
    double lost = vectors_prune(&s, 0.05, NULL, NULL);
    for (int k = 0; k < 5000; k++) {
        draw_belief(&rng, b, 4);
        worst = fmax(worst, vectors_value(&all, b, NULL) - vectors_value(&s, b, NULL));
    }
    ck_assert_double_gt(worst, 0);
    ck_assert_double_le(worst, lost + 1e-12);
    ck_assert_double_le(lost, 0.05);
    vectors_release(&s);
    vectors_release(&all);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("vectors");
    TCase *tc = tcase_create("vectors");
    tcase_add_test(tc, a_program_finds_where_a_vector_is_needed);
    tcase_add_test(tc, of_two_states_the_upper_envelope_stays);
    tcase_add_loop_test(tc, pruning_changes_no_value, 0, 18);
    tcase_add_test(tc, a_stopped_pruning_loses_nothing);
    tcase_add_test(tc, what_slack_costs_is_told);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
