#include "config.h"

#include "broken.h"
#include "harness.h"

#include <math.h>

/* Every law can be broken: a utility with one fault breaks the law about it, and what is
 * said names the fault with the shortest example. */

static void utility_must_fail(const struct utility *u, const char *name, const char *words)
{
    struct broken b;
    struct subject s = { .model = broken_mixture, .utility = u };
    broken_open(&b);
    s.env = b.env;
    broken_law(LAW_utility, name, &s, words);
    env_close(b.env);
}

static double moody(const struct utility *u, void *memory, const struct outcome *o)
{
    static int mood;
    (void)u;
    (void)memory;
    return o->e.rew == 10 ? (mood ^= 1) : 0;
}

static double boundless(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)u;
    (void)memory;
    return o->e.rew == 10 ? HUGE_VAL : 0;
}

/* Writes behind the memory that it asked for. */
static double sprawling(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)o;
    ((unsigned char *)memory)[u->memory_size] = 1;
    return 0;
}

START_TEST(worth_is_a_number)
{
    utility_must_fail(&(struct utility){ .of = moody }, "pure",
                      "action 0: percept (0, 10) is worth 1, and asked again 0");
    utility_must_fail(&(struct utility){ .of = boundless }, "pure",
                      "action 0: percept (0, 10) of chance 0.25 is worth inf");
    utility_must_fail(&(struct utility){ .of = sprawling, .memory_size = 2 }, "pure",
                      "action 0: percept (0, -1) is worth 0, and asked again 0");
    struct utility reward = utility_reward;
    reward.lo = -1;
    reward.hi = 9;
    utility_must_fail(&reward, "pure",
                      "action 0: percept (0, 10) is worth 10, outside -1 to 9");
}
END_TEST

START_TEST(worth_is_expected_within_bounds)
{
    struct utility square = utility_square;
    square.lo = -0.9;
    utility_must_fail(
        &square, "bounds",
        "actions 0, 0, 0: a worth of -0.955578512397 is expected, outside -0.9 "
        "to 0");
    struct utility gain = utility_gain;
    gain.hi = 1;
    gain.total = 0.1;
    utility_must_fail(
        &gain, "bounds",
        "action 0: a worth of 0.374890096413 is expected, where 0.1 is all to "
        "come");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("laws of utilities");
    TCase *tc = tcase_create("utilities");
    tcase_add_test(tc, worth_is_a_number);
    tcase_add_test(tc, worth_is_expected_within_bounds);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
