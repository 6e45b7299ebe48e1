#include "config.h"

#include "harness.h"
#include "run.h"
#include "trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/check_trace.XXXXXX";

static void setup(void)
{
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

static void teardown(void) { unlink(path); }

static void write_file(const char *text)
{
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
}

#define HEADER                                                                             \
    "{\"ursa-trace\":1,\"version\":\"0.0.9\",\"config\":{\"agent\":\"random\",\"env\":"    \
    "\"coin-flip\",\"steps\":3},\"seeds\":{\"root\":5,\"seed\":7,\"map\":2}}\n"

START_TEST(what_was_written_is_read_back)
{
    struct spec_of env;
    struct spec_of agent;
    struct result r;
    struct trace tr;
    ck_assert(kind_parse(&env, &env_shelf, "coin-flip:p=0.3", NULL));
    ck_assert(kind_parse(&agent, &agent_shelf, "random", NULL));
    struct trace_writer *w = trace_writer_new(path);
    struct sink *sink = trace_sink(w);
    struct job job = { &env, &agent, 11, 7, 40, NULL, NULL };
    ck_assert(job_run(&job, &sink, 1, NULL, &r, NULL));
    ck_assert(trace_read(&tr, path, NULL));
    ck_assert_str_eq(tr.agent, agent.canonical);
    ck_assert_str_eq(tr.env, env.canonical);
    ck_assert_str_eq(tr.version, PACKAGE_VERSION);
    ck_assert_uint_eq(tr.root, 11);
    ck_assert_uint_eq(tr.seed, 7);
    ck_assert_uint_eq(tr.steps, 40);
    ck_assert_uint_eq(tr.n, 40);
    ck_assert(tr.ended);
    ck_assert_uint_eq(tr.hash, r.hash);
    long total = 0;
    for (uint64_t t = 0; t < tr.n; t++)
        total += tr.at[t].e.rew;
    ck_assert_double_eq((double)total, r.total_reward);
    trace_release(&tr);
    trace_writer_free(w);
    result_release(&r);
    kind_release(&agent);
    kind_release(&env);
}
END_TEST

/* Only what is not the agent's is marked. */
START_TEST(a_trace_tells_who_acted)
{
    struct trace tr;
    struct err err = { 0 };
    struct trace_writer *w = trace_writer_new(path);
    struct sink *sink = trace_sink(w);
    const struct run_info run = { .agent = "random-v1", .env = "coin-flip-v1", .steps = 4 };
    ck_assert(sink->ops->begin(sink, &run, &err));
    for (uint32_t by = 0; by < BY_N; by++)
        sink->ops->cycle(
            sink, &(struct record){ .t = by + 1, .action = 1, .by = (enum by)by }, NULL);
    ck_assert(sink->ops->end(sink, &err));
    ck_assert_msg(trace_read(&tr, path, &err), "%s", err.text);
    ck_assert_uint_eq(tr.n, 4);
    for (uint32_t t = 0; t < 4; t++)
        ck_assert_uint_eq(tr.at[t].by, t);
    trace_release(&tr);
    trace_writer_free(w);
}
END_TEST

START_TEST(a_trace_without_its_end_is_read_as_far_as_it_goes)
{
    static const char *const cut[] = {
        "{\"t\":1,\"a\":0,\"o\":1,\"r\":-4}\n",
        "{\"t\":1,\"a\":0,\"o\":1,\"r\":-4}\n{\"t\":2,\"a\""
    };
    char text[600];
    struct trace tr;
    snprintf(text, sizeof text, "%s%s", HEADER, cut[_i]);
    write_file(text);
    ck_assert(trace_read(&tr, path, NULL));
    ck_assert(!tr.ended);
    ck_assert_uint_eq(tr.n, 1);
    ck_assert_int_eq(tr.at[0].e.rew, -4);
    ck_assert_uint_eq(tr.map, 2);
    trace_release(&tr);
}
END_TEST

START_TEST(every_malformed_line_is_told_with_its_place)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        { "{\"t\":2,\"a\":0,\"o\":1,\"r\":1}\n", ":2:1: error: t is not the cycle after" },
        { "{\"t\":1,\"a\":32,\"o\":1,\"r\":1}\n", ":2:1: error: action, observation" },
        { "{\"t\":1,\"a\":0,\"o\":-1,\"r\":1}\n", ":2:1: error: action, observation" },
        { "{\"t\":1,\"a\":0,\"o\":4294967296,\"r\":1}\n", ":2:1: error: action, obs" },
        { "{\"t\":1,\"a\":0,\"o\":1,\"r\":-3000000000}\n", ":2:1: error: action, obs" },
        { "{\"t\":1,\"a\":-1,\"o\":1,\"r\":1}\n", ":2:1: error: action, observation" },
        { "{\"t\":1,\"a\":0,\"o\":1,\"r\":3000000000}\n", ":2:1: error: action, observ" },
        { "{\"t\":1,\"a\":0,\"o\":1}\n", ":2:1: error: Object item not found: r" },
        { "{\"t\":1,\"a\":0.5,\"o\":1,\"r\":1}\n", ":2:1: error: Expected integer" },
        { "{\"t\":1,\"a\":0,\"o\":1,\"r\":1,\"by\":\"fate\"}\n",
          ":2:1: error: by must be \"user\", \"past\" or \"mentor\"" },
        { "[1]\n", ":2:1: error: not an object" },
        { "{\"t\":1,}\n", ":2:8: error: " },
        { "{\"end\":true,\"steps\":1,\"hash\":\"0123456789abcdef\"}\n",
          ":2:1: error: steps is not the number" },
        { "{\"end\":true,\"steps\":0,\"hash\":\"123\"}\n", ":2:1: error: hash must have" },
        { "{\"end\":true,\"steps\":0,\"hash\":\"0123456789abcdef\"}\n{\"t\":1}\n",
          ":3:1: error: a line after the end" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[600];
        struct trace tr;
        struct err err = { 0 };
        snprintf(text, sizeof text, "%s%s", HEADER, bad[i].text);
        write_file(text);
        ck_assert(!trace_read(&tr, path, &err));
        ck_assert_msg(strstr(err.text, bad[i].message), "%s: %s", bad[i].text, err.text);
        ck_assert_uint_eq(err.n, 1);
    }
}
END_TEST

START_TEST(the_header_is_checked)
{
    static const char *const bad[] = {
        "",
        "\n",
        "{}\n",
        "{\"ursa-trace\":2,\"version\":\"1\"}\n",
        ("{\"ursa-trace\":1,\"version\":\"1\",\"config\":{\"agent\":\"a\",\"env\":\"e\","
         "\"steps\":3},\"seeds\":{\"root\":5,\"seed\":-7,\"map\":2}}\n"),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct trace tr;
        struct err err = { 0 };
        write_file(bad[i]);
        ck_assert(!trace_read(&tr, path, &err));
        ck_assert_uint_eq(err.n, 1);
    }
}
END_TEST

#define FORKED(settings)                                                                   \
    "{\"ursa-trace\":2,\"version\":\"1\",\"config\":{\"agent\":\"b\",\"env\":"             \
    "\"e\"," settings "\"steps\":3},\"seeds\":{\"root\":5,\"seed\":7,\"map\":2}}\n"

START_TEST(settings_have_rising_cycles_and_an_agent_each)
{
    static const char *const bad[] = {
        FORKED(""),
        FORKED("\"settings\":[],"),
        FORKED("\"settings\":[{\"from\":0,\"agent\":\"a\"}],"),
        FORKED("\"settings\":[{\"from\":1}],"),
        FORKED("\"settings\":[{\"from\":3,\"agent\":\"a\"},{\"from\":3,\"agent\":\"b\"}],"),
    };
    struct trace tr;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = { 0 };
        write_file(bad[i]);
        ck_assert_msg(!trace_read(&tr, path, &err), "%s", bad[i]);
        ck_assert(err.n == 1 && strstr(err.text, ":1:1: error: settings must"));
    }
    write_file(FORKED(
        "\"settings\":[{\"from\":1,\"agent\":\"a\"},{\"from\":3,\"agent\":\"b\"}],"));
    ck_assert(trace_read(&tr, path, NULL));
    ck_assert_uint_eq(tr.n_past, 1);
    ck_assert_uint_eq(tr.past[0].from, 1);
    ck_assert_str_eq(tr.past[0].agent, "a");
    ck_assert_str_eq(tr.agent, "b");
    trace_release(&tr);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("trace");
    TCase *tc = tcase_create("trace");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, what_was_written_is_read_back);
    tcase_add_test(tc, a_trace_tells_who_acted);
    tcase_add_loop_test(tc, a_trace_without_its_end_is_read_as_far_as_it_goes, 0, 2);
    tcase_add_test(tc, every_malformed_line_is_told_with_its_place);
    tcase_add_test(tc, the_header_is_checked);
    tcase_add_test(tc, settings_have_rising_cycles_and_an_agent_each);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
