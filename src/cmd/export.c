#include "config.h"

#include "cmd.h"
#include "export.h"
#include "load.h"

#include <inttypes.h>

/* ursa export: results for other tools. */

struct export
{
    const char *csv, *sqlite, *rliable, *metric;
    bool digest;
};

#define AT(field) offsetof(struct export, field)
static const struct option_row options[] = {
    { 0, "csv", OPTION_TEXT, AT(csv), "FILE",
      .help = "one row per run and point of its curve; - for stdout" },
    { 0, "sqlite", OPTION_TEXT, AT(sqlite), "FILE",
      .help = "tables runs, finals and curves" },
    { 0, "rliable", OPTION_TEXT, AT(rliable), "FILE",
      .help = "score matrices of --metric, runs x tasks" },
    { 0, "metric", OPTION_TEXT, AT(metric), "METRICS", .text = "reward_per_step",
      .help = "for --rliable" },
    { 0, "digest", OPTION_FLAG, AT(digest), NULL,
      .help = "print a digest of everything but times" },
    { 0 },
};
#undef AT

static int write_all(struct args *a, const struct export *x)
{
    struct err err = { 0 };
    struct results r;
    bool ok = load_results(a, &r, a->operand, a->n_operands, x->csv || x->sqlite);
    int status = ok ? EXIT_OK : a->status;
    if (ok) {
        ok = (!x->csv || export_csv(&r, x->csv, &err)) &&
             (!x->sqlite || export_sqlite(&r, x->sqlite, &err)) &&
             (!x->rliable || export_rliable(&r, x->metric, x->rliable, &err));
        if (!ok) {
            args_err(a, &err);
            status = EXIT_RUN_FAILED;
        }
        if (x->digest)
            printf("%016" PRIx64 "  %zu runs\n", results_digest(&r), r.n);
    }
    results_release(&r);
    return status;
}

static int run(struct args *a)
{
    struct export x = { 0 };
    if (!args_parse(a, &x))
        return a->status;
    if (!x.csv && !x.sqlite && !x.rliable && !x.digest)
        return args_fail(a, "say what to write: --csv, --sqlite, --rliable or --digest");
    return write_all(a, &x);
}

const struct cmd cmd_export = {
    .group = "Build and connect",
    .name = "export",
    .title = "results for other tools",
    .example = "ursa export out/noise --csv -",
    .operands = "DIR...",
    .options = options,
    .run = run,
};
