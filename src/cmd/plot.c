#include "config.h"

#include "cmd.h"
#include "compare_out.h"
#include "figure.h"
#include "output.h"
#include "suggest.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* ursa plot: figures of results, in the terminal or by gnuplot. */

enum {
    OPT_CURVE = OPT_LONG,
    OPT_INTERVALS,
    OPT_PROFILE,
    OPT_IMPROVEMENT,
    OPT_SWEEP,
    OPT_HEATMAP,
    OPT_METRIC,
    OPT_STATISTIC,
    OPT_BAND,
    OPT_LOG,
    OPT_NORMALIZE,
    OPT_BY,
    OPT_BASELINE,
    OPT_REPS,
    OPT_X,
    OPT_CHARSET,
    OPT_ROWS
};

static const struct option_row options[] = {
    { OPT_CURVE, "curve", NULL, "learning curves with bands (the default)" },
    { OPT_INTERVALS, "intervals", NULL, "the statistic at the end with its interval" },
    { OPT_PROFILE, "profile", NULL, "fraction of runs above a score, over the score" },
    { OPT_IMPROVEMENT, "improvement", NULL, "P(agent > baseline)" },
    { OPT_SWEEP, "sweep", NULL, "the statistic over a swept parameter" },
    { OPT_HEATMAP, "heatmap", NULL, "the statistic over the parameters of a sweep" },
    { OPT_METRIC, "metric", "METRICS", "what is drawn (reward_per_step)" },
    { OPT_STATISTIC, "statistic", "iqm|mean|median|gap", "of an agent's runs (iqm)" },
    { OPT_BAND, "band", "ci|iqr|minmax|runs", "around a curve (ci)" },
    { OPT_LOG, "log", NULL, "logarithmic x axis" },
    { OPT_NORMALIZE, "normalize", "none|random-optimal|minmax", "scale of scores (none)" },
    { OPT_BY, "by", "env|map|KEY", "a figure for each world, map or value of a parameter" },
    { OPT_BASELINE, "baseline", "AGENT", "for --improvement" },
    { OPT_REPS, "reps", "N", "bootstrap resamples (1000)" },
    { OPT_X, "x", "KEY", "parameter of a sweep or heat map" },
    { 'o', "output", "FILE", "write a figure: .svg, .png, .pdf, .tex, or .gp, .csv alone" },
    { OPT_CHARSET, "charset", "braille|blocks|ascii", "of the terminal (by locale)" },
    { OPT_ROWS, "rows", "N", "height in the terminal (20)" },
    { 0 },
};

struct plot {
    struct args *args;
    struct figure_options what;
    const char *file;
    int charset;
    long long rows;
};

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

static bool take_choice(struct plot *p, int c)
{
    static const char *const charsets[] = { "ascii", "blocks", "braille", NULL };
    struct args *a = p->args;
    int i = 0;
    bool ok = c == OPT_STATISTIC   ? choose(a, "--statistic", stat_names, &i)
              : c == OPT_BAND      ? choose(a, "--band", band_names, &i)
              : c == OPT_NORMALIZE ? choose(a, "--normalize", normalise_names, &i)
                                   : choose(a, "--charset", charsets, &i);
    if (!ok)
        return false;
    switch (c) {
    case OPT_STATISTIC: p->what.how.statistic = (enum statistic)i; break;
    case OPT_BAND: p->what.band = (enum band)i; break;
    case OPT_NORMALIZE: p->what.contest.normalise = (enum normalise)i; break;
    default: p->charset = i; break;
    }
    return true;
}

static bool take_option(struct plot *p, int c)
{
    struct args *a = p->args;
    long long n;
    switch (c) {
    case OPT_CURVE: p->what.kind = FIGURE_CURVE; return true;
    case OPT_INTERVALS: p->what.kind = FIGURE_INTERVALS; return true;
    case OPT_PROFILE: p->what.kind = FIGURE_PROFILE; return true;
    case OPT_IMPROVEMENT: p->what.kind = FIGURE_IMPROVEMENT; return true;
    case OPT_SWEEP: p->what.kind = FIGURE_SWEEP; return true;
    case OPT_HEATMAP: p->what.kind = FIGURE_HEATMAP; return true;
    case OPT_METRIC: p->what.contest.metric = a->value; return true;
    case OPT_LOG: return p->what.log_x = true;
    case OPT_BY: p->what.contest.by = a->value; return true;
    case OPT_BASELINE: p->what.how.baseline = a->value; return true;
    case OPT_X: p->what.x_key = a->value; return true;
    case 'o': p->file = a->value; return true;
    case OPT_ROWS: return args_int(a, 8, 200, &p->rows);
    case OPT_REPS:
        if (!args_int(a, 100, 1000000, &n))
            return false;
        p->what.how.boot.reps = (size_t)n;
        return true;
    default: return take_choice(p, c);
    }
}

/* ---- drawing */

static void draw_here(const struct plot *p, const struct chart *c)
{
    struct canvas cv = { .rows = c->kind == CHART_LINES ? (int)p->rows : chart_rows(c),
                         .cols = screen_columns() };
    int charset = p->charset >= 0    ? p->charset
                  : locale_is_utf8() ? (int)CHARSET_BRAILLE
                                     : (int)CHARSET_ASCII;
    cv.at = xcalloc((size_t)cv.rows * (size_t)cv.cols, sizeof *cv.at);
    printf("%s\n", c->title);
    if (c->kind == CHART_INTERVALS && c->x_label)
        printf("%s\n", c->x_label);
    chart_draw(c, &cv, (enum charset)charset);
    canvas_print(&cv, args_color(p->args, 1), stdout);
    free(cv.at);
}

/* "x.svg", or of several "x-2.svg" */
static char *file_of(const struct plot *p, size_t i, size_t n)
{
    const char *dot = strrchr(p->file, '.');
    if (n == 1 || !dot)
        return xstrdup(p->file);
    return xasprintf("%.*s-%zu%s", (int)(dot - p->file), p->file, i + 1, dot);
}

static bool draw_file(const struct plot *p, const struct chart *c, const char *file,
                      struct err *err)
{
    bool drawn;
    if (!chart_gnuplot(c, file, &drawn, err))
        return false;
    const char *dot = strrchr(file, '.');
    bool picture = strcmp(dot, ".gp") != 0 && strcmp(dot, ".csv") != 0;
    int stem = (int)(dot - file);
    if (picture && !drawn)
        args_note(p->args, "gnuplot is not there: wrote %.*s.gp and %.*s.csv alone", stem,
                  file, stem, file);
    else if (picture)
        args_note(p->args, "%s (from %.*s.gp and %.*s.csv)", file, stem, file, stem, file);
    else
        args_note(p->args, "%.*s.gp and %.*s.csv", stem, file, stem, file);
    return true;
}

/* A baseline that was not asked for is the experiment's or its first agent. */
static const char *baseline_of(const struct plot *p, const struct results *r,
                               const struct contest *c)
{
    if (p->what.how.baseline || p->what.kind != FIGURE_IMPROVEMENT)
        return p->what.how.baseline;
    if (r->baseline && contest_find(c, r->baseline) < c->n)
        return r->baseline;
    if (r->first && contest_find(c, r->first) < c->n)
        return r->first;
    return c->at[0].spec;
}

static bool draw_all(const struct plot *p, const struct results *r,
                     const struct contests *c, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < c->n; i++) {
        struct figure_options what = p->what;
        struct chart chart;
        what.how.baseline = baseline_of(p, r, &c->at[i]);
        ok = figure_chart(&c->at[i], &what, &chart, err);
        if (ok && p->file) {
            char *file = file_of(p, i, c->n);
            ok = draw_file(p, &chart, file, err);
            free(file);
        } else if (ok) {
            if (i)
                putchar('\n');
            draw_here(p, &chart);
        }
        chart_release(&chart);
    }
    return ok;
}

static int run(struct args *a)
{
    struct plot p = { .args = a, .charset = -1, .rows = 20 };
    struct err err = { 0 };
    struct results r = { 0 };
    struct contests contests = { 0 };
    int c;
    p.what.how =
        (struct compare_options){ .boot = { .reps = 1000, .level = 0.95 }, .holm = true };
    while ((c = args_next(a)) > 0)
        if (!take_option(&p, c))
            return a->status;
    if (c < 0)
        return a->status;
    bool ok =
        results_load(&r, a->operand, a->n_operands, p.what.kind == FIGURE_CURVE, &err);
    if (ok && !p.what.contest.metric)
        p.what.contest.metric = r.metric ? r.metric : "reward_per_step";
    if (ok && p.what.how.statistic == STAT_GAP &&
        p.what.contest.normalise == NORMALISE_NONE)
        p.what.contest.normalise = NORMALISE_REFERENCES;
    ok = ok && contests_new(&contests, &r, &p.what.contest, &err);
    ok = ok && draw_all(&p, &r, &contests, &err);
    int status = ok ? EXIT_OK : args_err(a, &err);
    contests_release(&contests);
    results_release(&r);
    return status;
}

const struct cmd cmd_plot = {
    .group = "Measure",
    .name = "plot",
    .title = "curves, intervals, profiles",
    .example = "ursa plot out/ksa-noise",
    .operands = "DIR...",
    .options = options,
    .page = "ursa-plot",
    .run = run,
};
