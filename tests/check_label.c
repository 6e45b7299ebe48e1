#include "config.h"

#include "harness.h"
#include "label.h"
#include "shard.h"
#include "spec.h"

#include <stdlib.h>

START_TEST(labels_name_what_differs)
{
    static const char *const spec[] = { "aixi-v1:horizon=4,samples=100",
                                        "aixi-v1:horizon=6,samples=100",
                                        "aixi-v1:samples=100", "q-learning-v1:alpha=0.5" };
    char **label = labels_new(spec, 4, NULL);
    ck_assert_str_eq(label[0], "aixi:horizon=4");
    ck_assert_str_eq(label[1], "aixi:horizon=6");
    ck_assert_str_eq(label[2], "aixi"); /* the default */
    ck_assert_str_eq(label[3], "q-learning");
    labels_free(label, 4);
}
END_TEST

START_TEST(a_key_can_be_left_out)
{
    static const char *const spec[] = { "aixi-v1:horizon=4", "aixi-v1:horizon=6,ucb=1" };
    char **label = labels_new(spec, 2, "horizon");
    ck_assert_str_eq(label[0], "aixi");
    ck_assert_str_eq(label[1], "aixi:ucb=1");
    labels_free(label, 2);
    static const char *const one[] = { "aixi-v1:horizon=4" };
    label = labels_new(one, 1, "horizon");
    ck_assert_str_eq(label[0], "aixi");
    labels_free(label, 1);
}
END_TEST

START_TEST(line_ups_are_named_by_each)
{
    static const char *const spec[] = { "aixi-v1:horizon=4,ucb=1 + random-v1",
                                        "aixi-v1:horizon=6,ucb=1 + aixi-v1:horizon=4,ucb=1",
                                        "random-v1 + random-v1" };
    char **label = labels_new(spec, 3, NULL);
    ck_assert_str_eq(label[0], "aixi:horizon=4 + random");
    ck_assert_str_eq(label[1], "aixi:horizon=6 + aixi:horizon=4");
    ck_assert_str_eq(label[2], "random + random");
    labels_free(label, 3);
    static const char *const versions[] = { "aixi-v1 + random-v1", "aixi-v2 + random-v1" };
    label = labels_new(versions, 2, NULL);
    ck_assert_str_eq(label[0], "aixi-v1 + random");
    ck_assert_str_eq(label[1], "aixi-v2 + random");
    labels_free(label, 2);
}
END_TEST

START_TEST(versions_are_told_apart)
{
    static const char *const spec[] = { "aixi-v1:horizon=4", "aixi-v2:horizon=4" };
    char **label = labels_new(spec, 2, NULL);
    ck_assert_str_eq(label[0], "aixi-v1:horizon=4");
    ck_assert_str_eq(label[1], "aixi-v2:horizon=4");
    labels_free(label, 2);
}
END_TEST

START_TEST(parameters_are_found_and_left_out)
{
    char *value = spec_value("aixi-v1:horizon=4,ucb=0.5", "ucb");
    ck_assert_str_eq(value, "0.5");
    free(value);
    ck_assert_ptr_null(spec_value("aixi-v1:horizon=4", "ucb"));
    ck_assert_ptr_null(spec_value("not a spec!", "ucb"));
    char *rest = spec_without("aixi-v1:horizon=4,ucb=0.5", "horizon");
    ck_assert_str_eq(rest, "aixi-v1:ucb=0.5");
    free(rest);
}
END_TEST

/* What stands in files of others is called by its name, unless that is there twice. */
START_TEST(origins_are_left_out)
{
    static const char *const spec[] = { "lib:./a:b.so#stay-v1:rate=0.1", "lib:c#stay-v1",
                                        "exec:./d/e.py:k=1", "exec:./d/e.py:k=2",
                                        "lib:./a:b.so#far-v1" };
    char **label = labels_new(spec, 5, NULL);
    ck_assert_str_eq(label[0], "stay:rate=0.1");
    ck_assert_str_eq(label[1], "stay");
    ck_assert_str_eq(label[2], "e.py:k=1");
    ck_assert_str_eq(label[3], "e.py:k=2");
    ck_assert_str_eq(label[4], "far");
    labels_free(label, 5);
    static const char *const two[] = { "lib:a#stay-v1", "lib:c#stay-v1" };
    label = labels_new(two, 2, NULL);
    ck_assert_str_eq(label[0], two[0]);
    ck_assert_str_eq(label[1], two[1]);
    labels_free(label, 2);
    char *rest = spec_without(spec[0], "rate"), *plain = spec_unversioned(spec[0]);
    ck_assert_str_eq(rest, "lib:./a:b.so#stay-v1");
    ck_assert_str_eq(plain, "lib:./a:b.so#stay:rate=0.1");
    free(rest);
    free(plain);
}
END_TEST

/* ---- shards */

static void clear_variables(void)
{
    static const char *const name[] = { "SLURM_ARRAY_TASK_ID",
                                        "SLURM_ARRAY_TASK_MIN",
                                        "SLURM_ARRAY_TASK_STEP",
                                        "SLURM_ARRAY_TASK_COUNT",
                                        "SLURM_PROCID",
                                        "SLURM_NTASKS",
                                        "SLURM_STEP_ID",
                                        "OMPI_COMM_WORLD_RANK",
                                        "OMPI_COMM_WORLD_SIZE",
                                        "PMI_RANK",
                                        "PMI_SIZE" };
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        unsetenv(name[i]);
}

START_TEST(shards_follow_the_variables)
{
    struct shard s;
    clear_variables();
    ck_assert(shard_find(&s, NULL, NULL));
    ck_assert(s.i == 0 && s.n == 1);
    setenv("SLURM_ARRAY_TASK_ID", "12", 1);
    setenv("SLURM_ARRAY_TASK_MIN", "4", 1);
    setenv("SLURM_ARRAY_TASK_STEP", "4", 1);
    setenv("SLURM_ARRAY_TASK_COUNT", "5", 1);
    ck_assert(shard_find(&s, NULL, NULL));
    ck_assert(s.i == 2 && s.n == 5);
    setenv("SLURM_PROCID", "1", 1);
    setenv("SLURM_NTASKS", "3", 1);
    ck_assert(shard_find(&s, NULL, NULL)); /* not under srun: the batch step itself */
    ck_assert(s.i == 2 && s.n == 5);
    setenv("SLURM_STEP_ID", "0", 1);
    ck_assert(shard_find(&s, NULL, NULL)); /* tasks within an array multiply */
    ck_assert(s.i == 7 && s.n == 15);
    ck_assert(shard_find(&s, "1/2", NULL)); /* the option goes first */
    ck_assert(s.i == 1 && s.n == 2);
    clear_variables();
    setenv("PMI_RANK", "3", 1);
    setenv("PMI_SIZE", "4", 1);
    ck_assert(shard_find(&s, NULL, NULL));
    ck_assert(s.i == 3 && s.n == 4);
    clear_variables();
}
END_TEST

START_TEST(malformed_shards_are_refused)
{
    static const char *const bad[] = { "",     "1",   "1/",       "/2",  "2/2",
                                       "-1/2", "0/0", "0/100001", "1/2x" };
    struct shard s;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = { 0 };
        ck_assert(!shard_find(&s, bad[i], &err));
        ck_assert_uint_eq(err.n, 1);
    }
}
END_TEST

START_TEST(each_run_belongs_to_one_shard)
{
    size_t count[7] = { 0 };
    for (uint64_t id = 0; id < 7000; id++) {
        unsigned owners = 0;
        for (unsigned i = 0; i < 7; i++) {
            struct shard s = { .i = i, .n = 7 };
            owners += shard_has(&s, id);
            count[i] += shard_has(&s, id);
        }
        ck_assert_uint_eq(owners, 1);
    }
    for (unsigned i = 0; i < 7; i++) /* 1000 +- 29, five standard deviations */
        ck_assert(count[i] > 850 && count[i] < 1150);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("label");
    TCase *labels = tcase_create("labels");
    tcase_add_test(labels, labels_name_what_differs);
    tcase_add_test(labels, a_key_can_be_left_out);
    tcase_add_test(labels, line_ups_are_named_by_each);
    tcase_add_test(labels, versions_are_told_apart);
    tcase_add_test(labels, parameters_are_found_and_left_out);
    tcase_add_test(labels, origins_are_left_out);
    suite_add_tcase(s, labels);
    TCase *shards = tcase_create("shards");
    tcase_add_test(shards, shards_follow_the_variables);
    tcase_add_test(shards, malformed_shards_are_refused);
    tcase_add_test(shards, each_run_belongs_to_one_shard);
    suite_add_tcase(s, shards);
    return harness_run(s);
}
