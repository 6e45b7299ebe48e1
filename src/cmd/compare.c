#include "config.h"

#include "baseline.h"
#include "cmd.h"
#include "compare_out.h"
#include "load.h"
#include "xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ursa compare: statistics over one or more directories of results. */

struct compare {
    struct args *args;
    struct contest_options contest;
    struct compare_options how;
    int statistic, normalise, correct, format;
    int64_t reps, seed;
    const char *assertion, *baseline;
    bool ascii;
};

/* ---- options */

static bool take_at(void *config, const char *value, struct err *err)
{
    struct compare *o = config;
    char *end;
    if (!strcmp(value, "end") || !strcmp(value, "auc")) {
        o->contest.moment = *value == 'e' ? AT_END : AT_AUC;
        return true;
    }
    errno = 0;
    long long step = strtoll(value, &end, 10);
    if (end == value || *end || errno || step < 1)
        return err_set(err, "--at must be a step, end or auc, got '%s'", value);
    o->contest.moment = AT_STEP;
    o->contest.step = (uint64_t)step;
    return true;
}

static bool take_level(void *config, const char *value, struct err *err)
{
    struct compare *o = config;
    char *end;
    double x = strtod(value, &end);
    if (end == value || *end || !(x > 0 && x < 100))
        return err_set(err, "--ci must be a percentage between 0 and 100, got '%s'", value);
    o->how.boot.level = x / 100;
    return true;
}

static const char *const corrections[] = { "holm", "none", NULL };

#define AT(field) offsetof(struct compare, field)
static const struct option_row options[] = {
    { 0, "metric", OPTION_TEXT, AT(contest.metric), "METRICS", .text = "reward_per_step",
      .help = "what is compared" },
    { 0, "at", OPTION_TAKE, 0, "STEP|end|auc", .text = "end", .take = take_at,
      .help = "when: after STEP cycles, at the end, on average" },
    { 0, "statistic", OPTION_CHOICE, AT(statistic), NULL, .choices = stat_names,
      .help = "of an agent's runs" },
    { 0, "ci", OPTION_TAKE, 0, "PERCENT", .text = "95", .take = take_level,
      .help = "level of the intervals" },
    { 0, "reps", OPTION_INT, AT(reps), "N", .def = BOOT_REPS, .min = 100, .max = 10000000,
      .help = "bootstrap resamples" },
    { 0, "boot-seed", OPTION_INT, AT(seed), "N", .max = 0x1p63,
      .help = "seed of the bootstrap" },
    { 0, "baseline", OPTION_TEXT, AT(baseline), "AGENT",
      .help = "whom the others are compared with; none for nobody" },
    { 0, "normalize", OPTION_CHOICE, AT(normalise), NULL, .choices = normalise_names,
      .help = "scale of the scores" },
    { 0, "by", OPTION_TEXT, AT(contest.by), "env|map|agent|KEY",
      .help = "a table for each world, map or value of a parameter" },
    { 0, "paired", OPTION_FLAG, AT(how.paired), NULL,
      .help = "compare runs of the same map and seed" },
    { 0, "correct", OPTION_CHOICE, AT(correct), NULL, .choices = corrections,
      .help = "for the number of agents" },
    { 0, "tasks", OPTION_FLAG, AT(how.boot.tasks), NULL, .help = "resample the maps too" },
    { 0, "format", OPTION_CHOICE, AT(format), NULL, .choices = compare_formats,
      .help = "of the output" },
    { 0, "assert", OPTION_TEXT, AT(assertion), "EXPR",
      .help = "exit 3 unless it holds, as in 'iqm(a) > iqm(b)'" },
    { 0, "ascii", OPTION_FLAG, AT(ascii), NULL, .help = "draw with ASCII alone" },
    { 0 },
};
#undef AT

static bool parse(struct compare *o)
{
    if (!args_parse(o->args, o))
        return false;
    o->how.statistic = (enum statistic)o->statistic;
    o->how.holm = o->correct == 0;
    o->how.boot.reps = (size_t)o->reps;
    o->how.boot.seed = (uint64_t)o->seed;
    o->contest.normalise = (enum normalise)o->normalise;
    if (o->args->json)
        o->format = COMPARE_JSON;
    return true;
}

/* ---- the comparison */

/* One asked for must be there; where the experiment named one that is not, that is said. */
static const char *baseline_of(const struct compare *o, const struct results *r,
                               const struct contest *c)
{
    bool lost;
    if (o->baseline)
        return strcmp(o->baseline, "none") != 0 ? o->baseline : NULL;
    const char *name = baseline_default(c, r, &lost);
    if (lost && c->n > 1)
        args_note(o->args,
                  "%s: the experiment's baseline '%s' is not there: compared with %s",
                  c->title, r->baseline, name);
    return name;
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
    if (r->metric && !args_given(o->args, "metric"))
        o->contest.metric = r->metric;
    if (o->how.statistic == STAT_GAP && o->contest.normalise == NORMALISE_NONE)
        o->contest.normalise = NORMALISE_REFERENCES;
    bool ok = contests_init(&c, r, &o->contest, &err);
    struct compare_report *out = ok ? report_begin((enum compare_format)o->format,
                                                   &o->contest, &o->how, o->args, o->ascii)
                                    : NULL;
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
    struct compare o = { .args = a };
    struct results r = { 0 };
    if (!parse(&o))
        return a->status;
    bool curves = o.contest.moment != AT_END;
    bool ok = load_results(a, &r, a->operand, a->n_operands, curves);
    int status = ok ? show(&o, &r) : a->status;
    results_release(&r);
    return status;
}

const struct cmd cmd_compare = {
    .group = "Measure",
    .name = "compare",
    .title = "statistics over results",
    .example = "ursa compare out/noise",
    .operands = "DIR...",
    .options = options,
    .page = "ursa-compare",
    .json = true,
    .run = run,
};
