#include "config.h"

#include "cmd.h"
#include "compare_out.h"
#include "suggest.h"
#include "xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ursa compare: statistics over one or more directories of results. */

enum {
    OPT_METRIC = OPT_LONG,
    OPT_AT,
    OPT_STATISTIC,
    OPT_CI,
    OPT_REPS,
    OPT_SEED,
    OPT_BASELINE,
    OPT_NORMALIZE,
    OPT_BY,
    OPT_PAIRED,
    OPT_CORRECT,
    OPT_TASKS,
    OPT_FORMAT,
    OPT_ASSERT,
    OPT_ASCII
};

static const struct option_row options[] = {
    { OPT_METRIC, "metric", "METRICS", "what is compared (reward_per_step)" },
    { OPT_AT, "at", "STEP|end|auc",
      "when: after STEP cycles, at the end, on average (end)" },
    { OPT_STATISTIC, "statistic", "iqm|mean|median|gap", "of an agent's runs (iqm)" },
    { OPT_CI, "ci", "PERCENT", "level of the intervals (95)" },
    { OPT_REPS, "reps", "N", "bootstrap resamples (4000)" },
    { OPT_SEED, "boot-seed", "N", "seed of the bootstrap (0)" },
    { OPT_BASELINE, "baseline", "AGENT",
      "whom the others are compared with; none for nobody" },
    { OPT_NORMALIZE, "normalize", "none|random-optimal|minmax",
      "scale of the scores (none)" },
    { OPT_BY, "by", "env|map|KEY", "a table for each world, map or value of a parameter" },
    { OPT_PAIRED, "paired", NULL, "compare runs of the same map and seed" },
    { OPT_CORRECT, "correct", "holm|none", "for the number of agents (holm)" },
    { OPT_TASKS, "tasks", NULL, "resample the maps too" },
    { OPT_FORMAT, "format", "table|csv|json|md|latex", "of the output (table)" },
    { OPT_ASSERT, "assert", "EXPR", "exit 3 unless it holds, as in 'iqm(a) > iqm(b)'" },
    { OPT_ASCII, "ascii", NULL, "draw with ASCII alone" },
    { 0 },
};

struct compare {
    struct args *args;
    struct contest_options contest;
    struct compare_options how;
    enum compare_format format;
    const char *assertion, *baseline;
    bool ascii;
};

/* ---- options */

static bool choose(struct args *a, const char *option, const char *const *names, int *to)
{
    char hint[128], known[200] = "";
    for (int i = 0; names[i]; i++) {
        if (!strcmp(names[i], a->value)) {
            *to = i;
            return true;
        }
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", names[i]);
    }
    suggest_list(hint, sizeof hint, a->value, names);
    args_fail(a, "%s cannot be '%s'%s (one of %s)", option, a->value, hint, known);
    return false;
}

static bool take_at(struct compare *o)
{
    struct args *a = o->args;
    char *end;
    if (!strcmp(a->value, "end") || !strcmp(a->value, "auc")) {
        o->contest.moment = *a->value == 'e' ? AT_END : AT_AUC;
        return true;
    }
    errno = 0;
    long long step = strtoll(a->value, &end, 10);
    if (end == a->value || *end || errno || step < 1) {
        args_fail(a, "--at must be a step, end or auc, got '%s'", a->value);
        return false;
    }
    o->contest.moment = AT_STEP;
    o->contest.step = (uint64_t)step;
    return true;
}

static bool take_level(struct compare *o)
{
    char *end;
    double x = strtod(o->args->value, &end);
    if (end == o->args->value || *end || !(x > 0 && x < 100)) {
        args_fail(o->args, "--ci must be a percentage between 0 and 100, got '%s'",
                  o->args->value);
        return false;
    }
    o->how.boot.level = x / 100;
    return true;
}

static bool take_number(struct compare *o, long long min, long long max, uint64_t *to)
{
    long long x;
    if (!args_int(o->args, min, max, &x))
        return false;
    *to = (uint64_t)x;
    return true;
}

static bool take_choice(struct compare *o, int c)
{
    static const char *const corrections[] = { "none", "holm", NULL };
    int i;
    switch (c) {
    case OPT_STATISTIC:
        if (!choose(o->args, "--statistic", stat_names, &i))
            return false;
        o->how.statistic = (enum statistic)i;
        return true;
    case OPT_NORMALIZE:
        if (!choose(o->args, "--normalize", normalise_names, &i))
            return false;
        o->contest.normalise = (enum normalise)i;
        return true;
    case OPT_CORRECT:
        if (!choose(o->args, "--correct", corrections, &i))
            return false;
        o->how.holm = i == 1;
        return true;
    default:
        if (!choose(o->args, "--format", compare_formats, &i))
            return false;
        o->format = (enum compare_format)i;
        return true;
    }
}

static bool take_option(struct compare *o, int c)
{
    uint64_t reps;
    switch (c) {
    case OPT_METRIC: o->contest.metric = o->args->value; return true;
    case OPT_AT: return take_at(o);
    case OPT_CI: return take_level(o);
    case OPT_REPS:
        if (!take_number(o, 100, 10000000, &reps))
            return false;
        o->how.boot.reps = (size_t)reps;
        return true;
    case OPT_SEED: return take_number(o, 0, INT64_MAX, &o->how.boot.seed);
    case OPT_BASELINE: o->baseline = o->args->value; return true;
    case OPT_BY: o->contest.by = o->args->value; return true;
    case OPT_PAIRED: return o->how.paired = true;
    case OPT_TASKS: return o->how.boot.tasks = true;
    case OPT_ASSERT: o->assertion = o->args->value; return true;
    case OPT_ASCII: return o->ascii = true;
    default: return take_choice(o, c);
    }
}

/* ---- the comparison */

/* One asked for must be there; one that the experiment named, or its first agent, is taken
 * where it is. */
static const char *baseline_of(const struct compare *o, const struct results *r,
                               const struct contest *c)
{
    if (o->baseline)
        return strcmp(o->baseline, "none") != 0 ? o->baseline : NULL;
    if (r->baseline && contest_find(c, r->baseline) < c->n)
        return r->baseline;
    if (r->first && contest_find(c, r->first) < c->n)
        return r->first;
    return c->n ? c->at[0].spec : NULL;
}

static bool check_assertion(struct compare *o, const struct contests *c, int *status,
                            struct err *err)
{
    for (size_t i = 0; i < c->n; i++) {
        bool met;
        char text[2000];
        if (!compare_assert(&c->at[i], o->assertion, &o->how, &met, text, sizeof text, err))
            return false;
        args_note(o->args, "%s: %s", c->at[i].title, text);
        if (!met)
            *status = EXIT_ASSERT;
    }
    return true;
}

static int show(struct compare *o, const struct results *r)
{
    struct err err = { 0 };
    struct contests c;
    int status = EXIT_OK;
    if (!o->contest.metric)
        o->contest.metric = r->metric ? r->metric : "reward_per_step";
    if (o->how.statistic == STAT_GAP && o->contest.normalise == NORMALISE_NONE)
        o->contest.normalise = NORMALISE_REFERENCES;
    bool ok = contests_new(&c, r, &o->contest, &err);
    struct compare_report *out =
        ok ? report_begin(o->format, &o->contest, &o->how, o->args, o->ascii) : NULL;
    for (size_t i = 0; ok && i < c.n; i++) {
        struct comparison *row = xcalloc(c.at[i].n, sizeof *row);
        o->how.baseline = baseline_of(o, r, &c.at[i]);
        ok = compare_contest(&c.at[i], &o->how, row, &err);
        if (ok)
            report_contest(out, &c.at[i], row);
        free(row);
    }
    if (out)
        report_end(out, ok);
    if (ok && o->assertion)
        ok = check_assertion(o, &c, &status, &err);
    if (!ok)
        status = args_err(o->args, &err);
    size_t ran = r->n - r->n_failed;
    if (ok && (r->n_failed || r->planned > r->n))
        args_note(o->args, "%zu of %zu runs: %zu failed, %zu missing", ran,
                  r->planned > r->n ? r->planned : r->n, r->n_failed,
                  r->planned > r->n ? r->planned - r->n : 0);
    contests_release(&c);
    return status;
}

static int run(struct args *a)
{
    struct compare o = { .args = a, .how = { .holm = true } };
    struct err err = { 0 };
    struct results r = { 0 };
    int c;
    o.how.boot = (struct boot){ .reps = BOOT_REPS, .level = 0.95 };
    while ((c = args_next(a)) > 0)
        if (!take_option(&o, c))
            return a->status;
    if (c < 0)
        return a->status;
    if (a->json)
        o.format = COMPARE_JSON;
    int status;
    if (results_load(&r, a->operand, a->n_operands, o.contest.moment != AT_END, &err))
        status = show(&o, &r);
    else
        status = args_err(a, &err);
    results_release(&r);
    return status;
}

const struct cmd cmd_compare = {
    .group = "Measure",
    .name = "compare",
    .title = "statistics over one or more results",
    .example = "ursa compare out/ksa-noise",
    .operands = "DIR...",
    .options = options,
    .page = "ursa-compare",
    .json = true,
    .run = run,
};
