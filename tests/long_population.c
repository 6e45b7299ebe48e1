#include "config.h"

#include "population.h"

#include <stdio.h>

/* The whole table of hidden incentives, 100 populations a cell or, where they are small and
 * differ, 1000: three thousand million steps of learners, most of a minute. */

START_TEST(populations_end_as_published)
{
    row_agrees(&table[_i], table[_i].size == 10 ? 1000 : 100);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("population");
    TCase *t = tcase_create("table");
    tcase_set_timeout(t, 600);
    tcase_add_loop_test(t, populations_end_as_published, 0, TABLE);
    suite_add_tcase(s, t);
    return harness_run(s);
}
