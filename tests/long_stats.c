#include "config.h"

#include "coverage.h"
#include "harness.h"

#include <stdio.h>

/* The table of ursa-compare(1): what the intervals cover and how often compare sees a
 * difference where there is none, for runs that are normal, of two modes, and skewed. */

static const size_t runs[] = { 5, 10, 20, 50 };
enum { SIZES = 4, SETS = 4000, MEANS = 10000, REPS = 1000 };

static double least(enum law law, enum statistic stat)
{
    return law == SKEWED && stat == STAT_MEAN ? 0.90 : stat == STAT_MEDIAN ? 0.92 : 0.93;
}

/* One row: law and number of runs. */
START_TEST(intervals_and_verdicts_hold_what_they_promise)
{
    struct sampling t = { (enum law)(_i / SIZES), runs[_i % SIZES], 0, REPS };
    static const enum statistic stat[] = { STAT_MEAN, STAT_IQM, STAT_MEDIAN };
    double c[4], wrong[3];
    for (int k = 0; k < 3; k++) {
        t.sets = k ? SETS : MEANS;
        c[k] = coverage(&t, stat[k]);
    }
    c[3] = coverage_of_pairs(&t, STAT_IQM);
    t.reps = 400;
    wrong[0] = false_verdicts(&t, 2, false);
    wrong[1] = false_verdicts(&t, 2, true);
    wrong[2] = false_verdicts(&t, 5, false);
    fprintf(stderr, "%-9s %2zu  %.3f %.3f %.3f %.3f  %.3f %.3f %.3f\n", law_names[t.law],
            t.runs, c[0], c[1], c[2], c[3], wrong[0], wrong[1], wrong[2]);
    for (int k = 0; k < 4 && t.runs >= 10; k++) {
        ck_assert_double_ge(c[k], least(t.law, k < 3 ? stat[k] : STAT_IQM));
        ck_assert_double_le(c[k], 0.97);
    }
    for (int k = 0; k < 3; k++)
        ck_assert_double_le(wrong[k], 0.055);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("intervals");
    TCase *tc = tcase_create("coverage");
    tcase_set_timeout(tc, 600);
    tcase_add_loop_test(tc, intervals_and_verdicts_hold_what_they_promise, 0, LAWS * SIZES);
    suite_add_tcase(s, tc);
    fprintf(stderr, "law     runs  mean  iqm   median pairs  two   paired five\n");
    return harness_run(s);
}
