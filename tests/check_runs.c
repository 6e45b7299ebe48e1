#include "config.h"

#include "harness.h"
#include "keys.h"
#include "runs.h"
#include "window.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The table of runs, of a directory that ursa batch has made. */

static char dir[] = "/tmp/ursa-runs-XXXXXX";
static struct runs runs;

static void shell(const char *command)
{
    ck_assert_msg(system(command) == 0, "%s", command);
}

static void make_results(void)
{
    const char *ursa = getenv("URSA");
    ck_assert(mkdtemp(dir));
    char *command = xasprintf("'%s' batch -q -j1 -a random -a aixi:samples=20 -e gridworld "
                              "-e coin-flip -m 1-2 -s 1-3 -t 40 -o %s/d",
                              ursa ? ursa : "./ursa", dir);
    shell(command);
    free(command);
}

static void drop_results(void)
{
    char *command = xasprintf("rm -rf %s", dir);
    shell(command);
    free(command);
    strcpy(dir + strlen(dir) - 6, "XXXXXX");
}

static void open_results(void)
{
    struct err err = { 0 };
    char *path = xasprintf("%s/d", dir);
    ck_assert_msg(runs_open(&runs, path, &err), "%s", err.text);
    free(path);
    runs.dir = dir;
}

static bool table_shows(int rows, int cols, const char *what)
{
    struct sheet s = { 0 };
    sheet_resize(&s, rows, cols);
    runs_draw(&runs, &s, &glyphs_utf8);
    char *text = text_of(&s, &rich);
    bool there = strstr(text, what) != NULL;
    free(text);
    sheet_release(&s);
    return there;
}

static const struct runs_row *chosen(void) { return &runs.row[runs.shown[runs.chosen]]; }

static void type(const char *text)
{
    for (; *text; text++)
        runs_key(&runs, (unsigned char)*text);
}

START_TEST(every_run_has_a_row)
{
    open_results();
    ck_assert_uint_eq(runs.n, 18); /* coin-flip has no maps */
    ck_assert(table_shows(24, 80, "18 of 18 runs"));
    ck_assert(table_shows(24, 80, "aixi:samples=20"));
    for (int cols = 20; cols < 200; cols += 17)
        for (int rows = 3; rows < 60; rows += 6)
            table_shows(rows, cols, "");
    runs_close(&runs);
}
END_TEST

START_TEST(any_column_sorts)
{
    open_results();
    while (runs.by != RUNS_REWARD)
        runs_key(&runs, '>');
    for (size_t i = 1; i < runs.n; i++)
        ck_assert(runs.row[runs.shown[i]].reward <= runs.row[runs.shown[i - 1]].reward);
    const struct run_row *best = runs.row[runs.shown[0]].run;
    runs_key(&runs, VK_HOME);
    runs_key(&runs, 'r'); /* the run stays chosen */
    ck_assert_ptr_eq(chosen()->run, best);
    ck_assert_uint_eq(runs.chosen, runs.n - 1);
    while (runs.by != RUNS_SEED)
        runs_key(&runs, '<');
    for (size_t i = 1; i < runs.n; i++)
        ck_assert_uint_ge(runs.row[runs.shown[i]].run->seed,
                          runs.row[runs.shown[i - 1]].run->seed);
    runs_close(&runs);
}
END_TEST

START_TEST(a_filter_takes_what_is_named)
{
    open_results();
    type("/coin");
    ck_assert_uint_eq(runs.n, 6);
    type("zz");
    ck_assert_uint_eq(runs.n, 0);
    ck_assert(table_shows(24, 80, "nothing matches"));
    ck_assert_int_eq(runs_key(&runs, VK_ENTER), RUNS_STAY);
    runs_key(&runs, '/');
    runs_key(&runs, VK_ESCAPE);
    ck_assert_uint_eq(runs.n, 18);
    runs_close(&runs);
}
END_TEST

/* Lived again by its specs, map and seed, a run is what it was. */
START_TEST(the_run_that_is_opened_is_the_one_in_the_table)
{
    struct err err = { 0 };
    struct show show;
    struct result res;
    open_results();
    for (size_t i = 0; i < runs.n; i++, runs_key(&runs, VK_DOWN)) {
        ck_assert_msg(runs_show(&runs, &show, &err), "%s", err.text);
        struct job job = show_job(&show, 0);
        ck_assert_msg(job_run(&job, NULL, 0, NULL, &res, &err), "%s", err.text);
        ck_assert_uint_eq(res.hash, chosen()->run->hash);
        result_release(&res);
        show_release(&show);
    }
    ck_assert_int_eq(runs_key(&runs, VK_ENTER), RUNS_OPEN);
    ck_assert_int_eq(runs_key(&runs, 'q'), RUNS_LEAVE);
    runs_close(&runs);
}
END_TEST

/* The first cycle of its film that pays, as the end card has it. */
START_TEST(the_finding_is_that_of_the_film)
{
    struct err err = { 0 };
    open_results();
    for (size_t i = 0; i < runs.n; i++, runs_key(&runs, VK_DOWN)) {
        struct show show;
        struct view v;
        ck_assert_msg(runs_show(&runs, &show, &err), "%s", err.text);
        ck_assert_msg(view_init(&v, &rich, &show, &err), "%s", err.text);
        live_to(&v, 40);
        int64_t found = film_found(sim_film(v.sim[0]), 40);
        if (found < 0)
            ck_assert(isnan(chosen()->found));
        else
            ck_assert_double_eq(chosen()->found, (double)found);
        view_release(&v);
    }
    runs_close(&runs);
}
END_TEST

/* One of six is far off: their median distance is 1, its is 94. */
START_TEST(what_is_far_off_is_marked)
{
    char *command = xasprintf(
        "f=$(ls %s/d/runs-*.jsonl); sed -i "
        "'/\"agent\":\"random-v1\",\"env\":\"gridworld-v1\".*\"map\":1,\"seed\":2,/"
        "s/\"reward_per_step\":[^,]*/\"reward_per_step\":1000000/' $f",
        dir);
    shell(command);
    free(command);
    open_results();
    int marked = 0;
    for (size_t i = 0; i < runs.n; i++) {
        const struct runs_row *row = &runs.row[i];
        bool far = row->reward > 1e5;
        marked += far;
        if (far)
            ck_assert(row->outlier);
    }
    ck_assert_int_eq(marked, 1);
    ck_assert(table_shows(40, 120, "! 1e+06"));
    runs_close(&runs);
}
END_TEST

START_TEST(broken_lines_are_told_and_the_rest_is_there)
{
    char *command = xasprintf("f=$(ls %s/d/runs-*.jsonl); echo garbage >>$f; "
                              "sed -i '2s/.*/\x01\x02 no line/' $f",
                              dir);
    shell(command);
    free(command);
    open_results();
    ck_assert_uint_eq(runs.n, 17);
    ck_assert(table_shows(24, 80, "2 lines were set aside; ursa check tells"));
    runs_close(&runs);
}
END_TEST

START_TEST(what_is_no_directory_of_results_is_said)
{
    struct err err = { 0 };
    ck_assert(!runs_open(&runs, "/nowhere/at/all", &err));
    ck_assert_msg(strstr(err.text, "/nowhere/at/all"), "%s", err.text);
    runs_close(&runs);
    err = (struct err){ 0 };
    ck_assert(!runs_open(&runs, dir, &err));
    ck_assert_msg(strstr(err.text, "holds no results"), "%s", err.text);
    runs_close(&runs);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("runs");
    TCase *tc = tcase_create("runs");
    tcase_set_timeout(tc, 60);
    tcase_add_unchecked_fixture(tc, make_results, drop_results);
    tcase_add_test(tc, every_run_has_a_row);
    tcase_add_test(tc, any_column_sorts);
    tcase_add_test(tc, a_filter_takes_what_is_named);
    tcase_add_test(tc, the_run_that_is_opened_is_the_one_in_the_table);
    tcase_add_test(tc, the_finding_is_that_of_the_film);
    tcase_add_test(tc, what_is_no_directory_of_results_is_said);
    tcase_add_test(tc, what_is_far_off_is_marked);
    tcase_add_test(tc, broken_lines_are_told_and_the_rest_is_there);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
