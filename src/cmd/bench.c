#include "config.h"

#include "bench.h"
#include "cmd.h"
#include "output.h"
#include "suggest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ursa bench: the speeds of this build on this machine. */

struct config {
    int64_t ms;
    bool list;
};

#define AT(field) offsetof(struct config, field)
static const struct option_row options[] = {
    { 0, "time", OPTION_INT, AT(ms), "MS", .def = 200, .min = 1, .max = 600000,
      .help = "processor time of each of the five measurements" },
    { 0, "list", OPTION_FLAG, AT(list), NULL, .help = "name what can be measured" },
    { 0 },
};
#undef AT

/* "plan" asks for "plan" and all "plan.*". */
static bool asked(const struct bench_row *row, const char *name)
{
    size_t len = strlen(name);
    return !strncmp(row->name, name, len) && (!row->name[len] || row->name[len] == '.');
}

static bool wanted(const struct args *a, const struct bench_row *row)
{
    for (size_t i = 0; i < a->n_operands; i++)
        if (asked(row, a->operand[i]))
            return true;
    return a->n_operands == 0;
}

/* Every name must ask for something. */
static int check_names(struct args *a)
{
    const char *names[256];
    size_t n = 0;
    for (const struct bench_row *const *t = bench_table; *t; t++)
        for (const struct bench_row *row = *t; row->name && n < 256; row++)
            names[n++] = row->name;
    for (size_t i = 0; i < a->n_operands; i++) {
        size_t k = 0;
        while (k < n && strncmp(names[k], a->operand[i], strlen(a->operand[i])) != 0)
            k++;
        if (k < n)
            continue;
        char hint[200];
        suggest_near(hint, sizeof hint, a->operand[i], names, n);
        return args_fail(a, "nothing to measure is called '%s'%s  (ursa bench --list)",
                         a->operand[i], hint);
    }
    return EXIT_OK;
}

/* 1.23e8 as "123 M". */
static void print_value(double x, const char *unit)
{
    static const struct {
        double scale;
        const char *prefix;
    } si[] = { { 1e9, "G" },  { 1e6, "M" },  { 1e3, "k" }, { 1, "" },
               { 1e-3, "m" }, { 1e-6, "u" }, { 1e-9, "n" } };
    size_t i = 0, last = sizeof si / sizeof *si - 1;
    while (i < last && fabs(x) < si[i].scale)
        i++;
    printf("%10.4g %s%s", x / si[i].scale, si[i].prefix, unit);
}

static int measure_row(struct args *a, const struct bench_row *row, double seconds,
                       json_t *all)
{
    struct err err = { 0 };
    double value;
    if (!bench_measure(row, seconds, &value, &err)) {
        args_err(a, &err);
        return EXIT_RUN_FAILED;
    }
    if (all) {
        json_array_append_new(all, json_pack("{s:s, s:f, s:s, s:b}", "name", row->name,
                                             "value", value, "unit", row->unit,
                                             "higher_is_better", row->kind == BENCH_RATE));
    } else {
        printf("%-24s ", row->name);
        print_value(value, row->unit);
        printf("%*s%s\n", (int)(12 - strlen(row->unit)), "", row->title);
        fflush(stdout);
    }
    return EXIT_OK;
}

static int measure_all(struct args *a, double seconds, bool list)
{
    int status = EXIT_OK;
    json_t *all = a->json && !list ? json_array() : NULL;
    for (const struct bench_row *const *t = bench_table; *t; t++) {
        for (const struct bench_row *row = *t; row->name; row++) {
            if (!wanted(a, row) || ferror(stdout))
                continue;
            if (list)
                printf("%-24s %s\n", row->name, row->title);
            else if (measure_row(a, row, seconds, all) != EXIT_OK)
                status = EXIT_RUN_FAILED;
        }
    }
    if (all)
        print_json(all);
    json_decref(all);
    return status;
}

static int run(struct args *a)
{
    struct config c = { 0 };
    if (!args_parse(a, &c) || check_names(a) != EXIT_OK)
        return a->status;
    if (a->json && c.list)
        return args_fail(a, "a list of rows is text: --json does not go with it");
    return measure_all(a, 1e-3 * (double)c.ms, c.list);
}

const struct cmd cmd_bench = {
    .group = "Check the theory",
    .name = "bench",
    .title = "speed, as a table or JSON",
    .example = "ursa bench --json",
    .operands = "[ROW...]",
    .options = options,
    .json = true,
    .run = run,
};
