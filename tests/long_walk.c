#include "config.h"

#include "harness.h"
#include "walk.h"
#include "walk_toy.h"

#include <time.h>

/* What the walk reaches in the time that it is allowed: figures of the maze of the thesis,
 * and of mazes drawn otherwise. */

enum { MIB = 1 << 20, SECONDS = 60 };

static double cpu_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Works until the gap is at most so much of the lower bound, or for too long. */
static struct walk *work(const struct toy_hunt *x, bool endless, double gap)
{
    double since = cpu_now();
    struct walk *w = walk_new(&x->plan, endless, 512 * MIB);
    while (w->upper - w->lower > gap * w->lower && cpu_now() - since < SECONDS)
        if (!walk_step(w))
            break;
    return w;
}

START_TEST(two_hundred_cycles_of_the_thesis_maze)
{
    struct toy_hunt x;
    toy_hunt_thesis(&x, 200);
    struct walk *w = work(&x, false, 0.005);
    ck_assert_double_ge(w->lower / 200, 56.67);
    ck_assert_double_le(w->upper / 200, 57.37);
    ck_assert_double_le(w->upper, 1.005 * w->lower);
    walk_free(w);
}
END_TEST

START_TEST(for_ever_at_a_hundredth_a_cycle)
{
    struct toy_hunt x;
    toy_hunt_thesis(&x, 1);
    x.plan.discount.gamma = 0.99;
    struct walk *w = work(&x, true, 0.005);
    ck_assert_double_ge(w->lower, 4942.251);
    ck_assert_double_le(w->upper, 5003.613);
    walk_free(w);
}
END_TEST

/* A comb, an open room with pillars, and a spiral. */
START_TEST(other_mazes_close_within_two_hundredths)
{
    static const char *const map[] = {
        "@........./.#.#.#.#.#/.#.#.#.#.#/.#.#.#.#.#/........../"
        "#.#.#.#.#./#.#.#.#.#./#.#.#.#.#./..........",
        "@......../.#.#.#.#./........./.#.#.#.#./........./"
        ".#.#.#.#./........./.#.#.#.#./.........",
        "@......../########./.......#./.#####.#./.#...#.#./"
        ".#.###.#./.#.....#./.#######./.........",
    };
    struct toy_hunt x;
    toy_hunt_map(&x, map[_i], 200);
    struct walk *w = work(&x, false, 0.02);
    ck_assert_double_le(w->upper, 1.02 * w->lower);
    walk_free(w);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("walk, long");
    TCase *tc = tcase_create("walk, long");
    tcase_set_timeout(tc, 600);
    tcase_add_test(tc, two_hundred_cycles_of_the_thesis_maze);
    tcase_add_test(tc, for_ever_at_a_hundredth_a_cycle);
    tcase_add_loop_test(tc, other_mazes_close_within_two_hundredths, 0, 3);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
