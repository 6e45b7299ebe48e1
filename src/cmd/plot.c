#include "config.h"

#include "baseline.h"
#include "cmd.h"
#include "compare_out.h"
#include "figure.h"
#include "load.h"
#include "mask.h"
#include "output.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* ursa plot: figures of results, in the terminal or by gnuplot. */

struct plot {
    struct args *args;
    struct figure_options what;
    int kind, statistic, normalise, band, charset;
    const char *file;
    int64_t reps, rows;
};

static const char *const charsets[] = { "braille", "blocks", "ascii", NULL };

#define AT(field) offsetof(struct plot, field)
#define FIGURE(name, k, ...)                                                               \
    {                                                                                      \
        0, name, OPTION_SET, AT(kind), NULL, .value = k, __VA_ARGS__                       \
    }
static const struct option_row options[] = {
    FIGURE("curve", FIGURE_CURVE, .help = "learning curves with bands (the default)"),
    FIGURE("intervals", FIGURE_INTERVALS,
           .help = "the statistic at the end with its interval"),
    FIGURE("profile", FIGURE_PROFILE,
           .help = "fraction of runs above a score, over the score"),
    FIGURE("improvement", FIGURE_IMPROVEMENT, .help = "P(agent > baseline)"),
    FIGURE("sweep", FIGURE_SWEEP, .help = "the statistic over a swept parameter"),
    FIGURE("heatmap", FIGURE_HEATMAP,
           .help = "the statistic over the parameters of a sweep"),
    FIGURE("payoffs", FIGURE_PAYOFFS,
           .help = "of matches: who earns what with whom (their default)"),
    FIGURE("replicator", FIGURE_REPLICATOR,
           .help = "of matches: what becomes of a population"),
    { 0, "metric", OPTION_TEXT, AT(what.contest.metric), "METRICS",
      .text = "reward_per_step", .help = "what is drawn" },
    { 0, "statistic", OPTION_CHOICE, AT(statistic), NULL, .choices = stat_names,
      .help = "of an agent's runs" },
    { 0, "band", OPTION_CHOICE, AT(band), NULL, .choices = band_names,
      .help = "around a curve" },
    { 0, "log", OPTION_FLAG, AT(what.log_x), NULL, .help = "logarithmic x axis" },
    { 0, "normalize", OPTION_CHOICE, AT(normalise), NULL, .choices = normalise_names,
      .help = "scale of scores" },
    { 0, "by", OPTION_TEXT, AT(what.contest.by), "env|map|agent|KEY",
      .help = "a figure for each world, map or value of a parameter" },
    { 0, "baseline", OPTION_TEXT, AT(what.how.baseline), "AGENT",
      .help = "for --improvement" },
    { 0, "reps", OPTION_INT, AT(reps), "N", .def = 1000, .min = 100, .max = 1000000,
      .help = "bootstrap resamples" },
    { 0, "x", OPTION_TEXT, AT(what.x_key), "KEY",
      .help = "parameter of a sweep or heat map" },
    { 'o', "output", OPTION_TEXT, AT(file), "FILE",
      .help = "write a figure: .svg, .png, .pdf, .tex, or .gp, .csv alone" },
    { 0, "charset", OPTION_CHOICE, AT(charset), NULL, .def = -1, .choices = charsets,
      .help = "of the terminal (by locale)" },
    { 0, "rows", OPTION_INT, AT(rows), "N", .def = 20, .min = 8, .max = 200,
      .help = "height in the terminal" },
    { 0 },
};
#undef AT

static bool parse(struct plot *p)
{
    p->what.how = (struct compare_options){ .boot = { .level = 0.95 }, .holm = true };
    if (!args_parse(p->args, p))
        return false;
    p->what.kind = (enum figure_kind)p->kind;
    p->what.band = (enum band)p->band;
    p->what.how.statistic = (enum statistic)p->statistic;
    p->what.how.boot.reps = (size_t)p->reps;
    p->what.contest.normalise = (enum normalise)p->normalise;
    return true;
}

/* ---- drawing */

static void draw_here(const struct plot *p, const struct chart *c)
{
    struct canvas cv = { .rows = c->kind == CHART_LINES ? (int)p->rows : chart_rows(c),
                         .cols = screen_columns() };
    static const enum charset charset[] = { CHARSET_BRAILLE, CHARSET_BLOCKS,
                                            CHARSET_ASCII };
    int by_locale = locale_is_utf8() ? 0 : 2;
    cv.at = xcalloc((size_t)cv.rows * (size_t)cv.cols, sizeof *cv.at);
    mask_print(stdout, "%s\n", c->title);
    if (c->kind == CHART_INTERVALS && c->x_label)
        mask_print(stdout, "%s\n", c->x_label);
    chart_draw(c, &cv, charset[p->charset >= 0 ? p->charset : by_locale]);
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
    bool lost;
    if (p->what.how.baseline || p->what.kind != FIGURE_IMPROVEMENT)
        return p->what.how.baseline;
    const char *name = baseline_default(c, r, &lost);
    if (lost && c->n > 1)
        args_note(p->args,
                  "%s: the experiment's baseline '%s' is not there: compared with %s",
                  c->title, r->baseline, name);
    return name;
}

/* The i-th of n charts, on the screen or into its file. */
static bool draw_one(const struct plot *p, const struct chart *c, size_t i, size_t n,
                     struct err *err)
{
    if (!p->file) {
        if (i)
            putchar('\n');
        draw_here(p, c);
        return true;
    }
    char *file = file_of(p, i, n);
    bool ok = draw_file(p, c, file, err);
    free(file);
    return ok;
}

/* A figure for each game in the results. */
static bool draw_games(const struct plot *p, const struct results *r, struct err *err)
{
    enum { TIME = 30 };
    struct list games = metagame_games(r);
    bool ok = games.n || err_set(err, "there are no matches in these results");
    for (size_t i = 0; ok && i < games.n; i++) {
        struct metagame g;
        struct chart chart = { 0 };
        metagame_make(&g, r, games.at[i], &p->what.how.boot);
        if (p->what.kind == FIGURE_PAYOFFS)
            figure_payoffs(&g, &chart);
        else
            ok = figure_replicator(&g, TIME, &chart, err);
        ok = ok && draw_one(p, &chart, i, games.n, err);
        chart_release(&chart);
        metagame_release(&g);
    }
    list_release(&games);
    return ok;
}

/* Whether nothing was asked for that matches have not: their payoffs are shown. */
static bool plain_matches(const struct plot *p, const struct results *r)
{
    struct list games = metagame_games(r);
    bool matches = games.n && !args_given(p->args, "curve");
    list_release(&games);
    return matches && p->what.kind == FIGURE_CURVE;
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
        ok = ok && draw_one(p, &chart, i, c->n, err);
        chart_release(&chart);
    }
    return ok;
}

static int run(struct args *a)
{
    struct plot p = { .args = a };
    struct err err = { 0 };
    struct results r = { 0 };
    struct contests contests = { 0 };
    if (!parse(&p))
        return a->status;
    if (!load_results(a, &r, a->operand, a->n_operands, p.what.kind == FIGURE_CURVE)) {
        results_release(&r);
        return a->status;
    }
    if (r.metric && !args_given(a, "metric"))
        p.what.contest.metric = r.metric;
    if (p.what.how.statistic == STAT_GAP && p.what.contest.normalise == NORMALISE_NONE)
        p.what.contest.normalise = NORMALISE_REFERENCES;
    if (plain_matches(&p, &r))
        p.what.kind = FIGURE_PAYOFFS;
    bool ok;
    if (p.what.kind >= FIGURE_PAYOFFS)
        ok = draw_games(&p, &r, &err);
    else
        ok = contests_init(&contests, &r, &p.what.contest, &err) &&
             draw_all(&p, &r, &contests, &err);
    int status = ok ? EXIT_OK : args_err(a, &err);
    contests_release(&contests);
    results_release(&r);
    return status;
}

const struct cmd cmd_plot = {
    .group = "Measure",
    .name = "plot",
    .title = "curves, intervals, profiles",
    .example = "ursa plot out/noise",
    .operands = "DIR...",
    .options = options,
    .page = "ursa-plot",
    .run = run,
};
