#include "config.h"

#include "cmd.h"
#include "export.h"

#include <inttypes.h>

/* ursa export: results for other tools. */

enum { OPT_CSV = OPT_LONG, OPT_SQLITE, OPT_RLIABLE, OPT_METRIC, OPT_DIGEST };

static const struct option_row options[] = {
    { OPT_CSV, "csv", "FILE", "one row per run and point of its curve; - for stdout" },
    { OPT_SQLITE, "sqlite", "FILE", "tables runs, finals and curves" },
    { OPT_RLIABLE, "rliable", "FILE", "score matrices of --metric, runs x tasks" },
    { OPT_METRIC, "metric", "METRICS", "for --rliable (reward_per_step)" },
    { OPT_DIGEST, "digest", NULL, "print a digest of everything but times" },
    { 0 },
};

struct export
{
    const char *csv, *sqlite, *rliable, *metric;
    bool digest;
};

static int write_all(struct args *a, const struct export *x)
{
    struct err err = { 0 };
    struct results r;
    bool ok = results_load(&r, a->operand, a->n_operands, x->csv || x->sqlite, &err);
    int status = EXIT_OK;
    if (!ok) {
        status = args_err(a, &err);
    } else {
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
    struct export x = { .metric = "reward_per_step" };
    int c;
    while ((c = args_next(a)) > 0)
        switch (c) {
        case OPT_CSV: x.csv = a->value; break;
        case OPT_SQLITE: x.sqlite = a->value; break;
        case OPT_RLIABLE: x.rliable = a->value; break;
        case OPT_METRIC: x.metric = a->value; break;
        default: x.digest = true; break;
        }
    if (c < 0)
        return a->status;
    if (!x.csv && !x.sqlite && !x.rliable && !x.digest)
        return args_fail(a, "say what to write: --csv, --sqlite, --rliable or --digest");
    return write_all(a, &x);
}

const struct cmd cmd_export = {
    .group = "Build and connect",
    .name = "export",
    .title = "results in other tools' formats",
    .example = "ursa export out/ksa-noise --csv ksa.csv",
    .operands = "DIR...",
    .options = options,
    .run = run,
};
