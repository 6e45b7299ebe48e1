#include "config.h"

#include "cmd.h"
#include "export.h"
#include "law_file.h"
#include "load.h"
#include "registry.h"
#include "whole.h"

#include <inttypes.h>

/* ursa export: results, and worlds, for other tools. */

struct export
{
    const char *csv, *sqlite, *rliable, *bsuite, *metric, *pomdp;
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
    { 0, "bsuite", OPTION_TEXT, AT(bsuite), "DIR",
      .help = "what bsuite logs, a folder per agent, a file per run" },
    { 0, "metric", OPTION_TEXT, AT(metric), "METRICS", .text = "reward_per_step",
      .help = "for --rliable" },
    { 0, "pomdp", OPTION_TEXT, AT(pomdp), "FILE",
      .help = "a world's law in Cassandra's format; - for stdout" },
    { 0, "digest", OPTION_FLAG, AT(digest), NULL,
      .help = "print a digest of everything but times" },
    { 0 },
};
#undef AT

static int write_all(struct args *a, const struct export *x)
{
    struct err err = { 0 };
    struct results r;
    bool ok =
        load_results(a, &r, a->operand, a->n_operands, x->csv || x->sqlite || x->bsuite);
    int status = ok ? EXIT_OK : a->status;
    if (ok) {
        ok = (!x->csv || export_csv(&r, x->csv, &err)) &&
             (!x->sqlite || export_sqlite(&r, x->sqlite, &err)) &&
             (!x->bsuite || export_bsuite(&r, x->bsuite, &err)) &&
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

static int write_world(struct args *a, const char *path)
{
    struct err err = { 0 };
    struct spec_of spec;
    struct whole w = { 0 };
    bool ok = kind_parse(&spec, &env_shelf, a->operand[0], &err);
    struct env *env = ok ? env_open(&spec, 0, &err) : NULL;
    ok = env && whole_open(&w, path, &err);
    ok = ok && law_write(env, spec.canonical, w.to, &err) && whole_close(&w, &err);
    if (!ok)
        whole_discard(&w);
    int status = ok ? EXIT_OK : args_err(a, &err);
    env_close(env);
    kind_release(&spec);
    return status;
}

static int run(struct args *a)
{
    struct export x = { 0 };
    if (!args_parse(a, &x))
        return a->status;
    bool results = x.csv || x.sqlite || x.rliable || x.bsuite || x.digest;
    if (x.pomdp && (results || a->n_operands != 1))
        return args_fail(a, "--pomdp writes one world, and no results beside it");
    if (x.pomdp)
        return write_world(a, x.pomdp);
    if (!results)
        return args_fail(a, "say what to write: --csv, --sqlite, --rliable, --bsuite, "
                            "--digest or --pomdp");
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
