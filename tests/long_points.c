#include "config.h"

#include "harness.h"
#include "points.h"
#include "pomdps.h"

#include <math.h>

/* The problems of the field with its discount, against brackets that were proved before by
 * others and by a plain program of ours; and plans lived a hundred thousand times. */

static const double gamma95 = 0.95;

struct problem {
    const char *world;
    uint64_t backups;
    double lower, upper; /* at least as tight after so many backups */
    double lo, hi;       /* the value is between these: other programs' brackets */
    uint32_t lives;
};

/* lo and hi of the first two: flat HSVI2; of the others SARSOP's public program after 2550
 * backups. */
static const struct problem problems[] = {
    { "rocksample:map=4_4", 5000, 17.9244, 17.9304, 17.92449, 17.9550, 100000 },
    { "rocksample:map=5_5", 20000, 19.2369, 19.80, 18.353, 21.118, 100000 },
    { "rocksample:map=7_8", 2550, 20.28, 25.53, 20.28, 25.53, 100000 },
    { "rocksample:map=7_8", 20000, 21.4, 24.2, 20.28, 25.53, 0 },
    { "hallway", 2550, 0.9647, 1.2205, 0.9647, 1.2205, 100000 },
    { "hallway2", 2550, 0.3101, 0.9194, 0.3101, 0.9194, 100000 },
    { "tag", 2550, -6.361, -1.179, -6.361, -1.179, 0 },
    { "tag", 20000, -6.2, -2.5, -6.361, -1.179, 100000 },
};
enum { PROBLEMS = sizeof problems / sizeof *problems };

START_TEST(the_problems_of_the_field_are_bracketed)
{
    const struct problem *q = &problems[_i];
    struct subject_pomdp s;
    struct policy_graph g;
    struct err err = { 0 };
    subject_open(&s, q->world, NULL);
    struct blocks *b = blocks_new(s.pomdp);
    struct points *p = points_new(b, &(struct steps){ 1, true, &gamma95 }, 1 << 28);
    struct points_told k = points_told(p, NULL, NULL);
    while (k.backups < q->backups && k.upper - k.lower > 1e-6) {
        points_trial(p, NULL);
        struct points_told now = points_told(p, NULL, NULL);
        ck_assert_double_ge(now.lower, k.lower);
        ck_assert_double_le(now.upper, k.upper);
        k = now;
    }
    ck_assert_double_le(k.lower, q->hi);
    ck_assert_double_ge(k.upper, q->lo);
    ck_assert_double_ge(k.lower, q->lower);
    ck_assert_double_le(k.upper, q->upper);
    ck_assert_msg(points_policy(p, &g, &err), "%s", err.text);
    if (q->lives) {
        struct lived l = plan_lives(s.pomdp, &g, gamma95, q->lives);
        ck_assert_double_ge(l.mean, k.lower - 4 * l.error - 1e-4);
        ck_assert_double_le(l.mean, k.upper + 4 * l.error + 1e-4);
    }
    policy_graph_release(&g);
    points_free(p);
    blocks_free(b);
    subject_close(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("points at length");
    TCase *t = tcase_create("field");
    tcase_set_timeout(t, 600);
    tcase_add_loop_test(t, the_problems_of_the_field_are_bracketed, 0, PROBLEMS);
    suite_add_tcase(s, t);
    return harness_run(s);
}
