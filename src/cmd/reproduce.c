#include "config.h"

#include "cmd.h"
#include "datafile.h"
#include "escape.h"
#include "figure.h"
#include "groups.h"
#include "load.h"
#include "report.h"
#include "spec.h"
#include "stop.h"
#include "suggest.h"
#include "summary.h"
#include "xalloc.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ursa reproduce: published results lived again by "ursa batch", each in a directory of its
 * own, and a report with the published values beside ours. */

struct reproduce {
    struct args *args;
    const char *dir;
    int64_t jobs;
    int full; /* 0: quick */
    bool fresh;
    bool any_failed;
    bool no_gnuplot; /* it was asked and is not there */
    json_t *published;
    struct report *report;
    struct stops stops;
    struct summary summary;
    size_t runs, skipped;
    double cpu, cycles;
};

#define AT(field) offsetof(struct reproduce, field)
static const struct option_row options[] = {
    { 0, "quick", OPTION_SET, AT(full), NULL, .value = 0,
      .help = "few runs, minutes in all (the default)" },
    { 0, "full", OPTION_SET, AT(full), NULL, .value = 1,
      .help = "the published number of runs and more" },
    { 'o', "output", OPTION_TEXT, AT(dir), "DIR", .text = "out/reproduce",
      .help = "directory of results, figures and the report" },
    { 0, "fresh", OPTION_FLAG, AT(fresh), NULL,
      .help = "discard what the directory holds" },
    { 'j', "jobs", OPTION_INT, AT(jobs), "N", .max = 4096,
      .help = "workers; 0: one per core" },
    { 0 },
};
#undef AT

static const struct round *round_of(const struct reproduce *p, const struct experiment *e)
{
    return p->full ? &e->report.full : &e->report.quick;
}

static bool yes(const char *value) { return value && !strcmp(value, "yes"); }

/* ---- living the runs */

/* "ursa batch" in a process of its own, so that it is the command the report shows, and in
 * a process group of its own, so that each signal reaches it once, through us. */
static int run_batch(const struct reproduce *p, char *const *argv)
{
    int status = 0, told = atomic_load(p->stops.count);
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        return EXIT_RUN_FAILED;
    if (pid == 0) {
        setpgid(0, 0);
        execv("/proc/self/exe", argv);
        _exit(127);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        if (atomic_load(p->stops.count) > told) {
            told++;
            kill(pid, atomic_load(p->stops.number));
        }
        if (atomic_exchange(p->stops.status, 0))
            kill(pid, SIGUSR1);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

enum { WORDS = 40 };
struct call {
    char *argv[WORDS];
    int n;
    char command[1000]; /* as a reader would type it */
};

static void push(struct call *c, char *word, bool shown)
{
    c->argv[c->n++] = word;
    size_t used = strlen(c->command);
    char *quoted = escape_new(MARKUP_SHELL, word);
    if (shown)
        snprintf(c->command + used, sizeof c->command - used, "%s%s", used ? " " : "",
                 quoted);
    free(quoted);
}

static void push_option(struct call *c, const char *option, const char *value)
{
    if (!value)
        return;
    push(c, xstrdup(option), true);
    push(c, xstrdup(value), true);
}

/* "KEY=LIST KEY=LIST", each a -L of its own. */
static void push_sweeps(struct call *c, const char *text)
{
    char *copy = text ? xstrdup(text) : NULL, *rest = NULL;
    for (char *word = copy ? strtok_r(copy, " \n", &rest) : NULL; word && c->n < WORDS - 8;
         word = strtok_r(NULL, " \n", &rest))
        push_option(c, "-L", word);
    free(copy);
}

static void make_call(const struct reproduce *p, const struct experiment *e,
                      const char *name, const char *path, const char *dir, struct call *c)
{
    const struct round *r = round_of(p, e);
    *c = (struct call){ .n = 0 };
    push(c, xstrdup("ursa"), true);
    push(c, xstrdup("batch"), true);
    push(c, xstrdup(path), false);
    char *word = escape_new(MARKUP_SHELL, name); /* batch finds the shipped one */
    size_t used = strlen(c->command);
    snprintf(c->command + used, sizeof c->command - used, " %s", word);
    free(word);
    push_option(c, "-s", r->seeds);
    push_option(c, "-m", r->maps);
    push_option(c, "-t", r->steps);
    push_sweeps(c, r->sweep);
    push(c, xasprintf("-j%lld", (long long)p->jobs), false);
    push(c, xstrdup("-o"), false);
    push(c, xstrdup(dir), false);
    if (p->fresh)
        push(c, xstrdup("--fresh"), false);
    if (p->args->verbosity < 0)
        push(c, xstrdup("-q"), false);
}

static void release_call(struct call *c)
{
    for (int i = 0; i < c->n; i++)
        free(c->argv[i]);
}

/* ---- what came of them */

static enum figure_kind kind_of(const char *name)
{
    static const struct {
        const char *name;
        enum figure_kind kind;
    } kinds[] = { { "curve", FIGURE_CURVE },
                  { "sweep", FIGURE_SWEEP },
                  { "intervals", FIGURE_INTERVALS },
                  { "profile", FIGURE_PROFILE },
                  { "heatmap", FIGURE_HEATMAP } };
    for (size_t i = 0; name && i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(name, kinds[i].name))
            return kinds[i].kind;
    return FIGURE_CURVE;
}

enum { PUBLISHED_MAX = 64 };

/* What was published of entrant i, which is an agent or, where worlds meet, a world. */
static size_t find_published(const struct reproduce *p, const struct experiment *e,
                             const struct contest *c, size_t i, const char *metric,
                             struct published *at)
{
    const struct entrant *x = &c->at[i];
    if (!e->report.by)
        return published_find(p->published, e->name, c->title, x->label, metric, at,
                              PUBLISHED_MAX);
    char *agent = spec_unversioned(c->title);
    size_t n =
        published_find(p->published, e->name, x->spec, agent, metric, at, PUBLISHED_MAX);
    free(agent);
    return n;
}

/* The published values as marks in the colour of the agent's line. */
static bool add_published(const struct reproduce *p, const struct experiment *e,
                          const struct contest *c, const struct figure_options *o,
                          struct chart *ch)
{
    bool any = false;
    size_t lines = ch->n;
    for (size_t i = 0; i < c->n; i++) {
        struct published at[PUBLISHED_MAX];
        double x[PUBLISHED_MAX], y[PUBLISHED_MAX];
        size_t n = find_published(p, e, c, i, o->contest.metric, at);
        char *value = o->x_key ? agent_param(c->at[i].spec, o->x_key) : NULL;
        size_t color = i;
        for (size_t k = 0; k < lines && o->kind == FIGURE_CURVE; k++)
            if (!strcmp(ch->series[k].label, c->at[i].label))
                color = ch->series[k].color;
        for (size_t k = 0; k < n; k++) {
            x[k] = o->kind == FIGURE_CURVE ? at[k].t : value ? strtod(value, NULL) : 0;
            y[k] = at[k].mean;
        }
        size_t from = o->kind == FIGURE_CURVE || !n ? 0 : n - 1; /* else the last alone */
        if (n && (o->kind == FIGURE_CURVE || value)) {
            chart_add(ch, "", x + from, y + from, NULL, NULL, n - from);
            ch->series[ch->n - 1].points = true;
            ch->series[ch->n - 1].color = o->kind == FIGURE_CURVE ? color : 1;
            any = true;
        }
        free(value);
    }
    return any;
}

static void draw(struct reproduce *p, const struct experiment *e, const struct contest *c,
                 size_t number, struct figure_options *o, struct err *err)
{
    struct chart ch;
    char *name = xasprintf("%s-%zu.svg", e->name, number + 1);
    char *path = xasprintf("%s/%s", p->dir, name);
    bool drawn = false, points = false;
    if (figure_chart(c, o, &ch, err)) {
        if (o->kind == FIGURE_CURVE || o->kind == FIGURE_SWEEP)
            points = add_published(p, e, c, o, &ch);
        chart_gnuplot(&ch, path, &drawn, err);
    }
    p->no_gnuplot = p->no_gnuplot || !drawn;
    const char *lines = o->kind == FIGURE_PROFILE   ? "Fraction of runs above a score"
                        : o->kind == FIGURE_HEATMAP ? "Means"
                                                    : "Means with 95 % intervals";
    char bayes[120] = "";
    if (isfinite(c->bayes_lower))
        snprintf(bayes, sizeof bayes,
                 " AIXI itself would earn %.4g to %.4g, proved (ursa solve).",
                 c->bayes_lower, c->bayes_upper);
    char *caption = xasprintf(
        "%s, %s.%s%s%s", lines, c->title, points ? " Marks: published means." : "",
        isfinite(c->optimal) && o->kind != FIGURE_PROFILE && o->kind != FIGURE_HEATMAP
            ? " Dotted: what the informed optimal policy and random "
              "actions expect."
            : "",
        bayes);
    report_figure(p->report, drawn ? name : NULL, caption);
    free(caption);
    chart_release(&ch);
    free(name);
    free(path);
}

/* Our mean where the last published one is: at the end, or at an age of the curve. */
static void fill_row(const struct reproduce *p, const struct experiment *e,
                     const struct contest *c, size_t i, const char *metric,
                     const struct boot *b, struct report_row *row)
{
    const struct entrant *x = &c->at[i];
    struct published at[PUBLISHED_MAX];
    size_t n = find_published(p, e, c, i, metric, at);
    *row = (struct report_row){ .agent = x->label,
                                .runs = x->scores.n,
                                .published = { NAN, NAN, NAN, NAN, NAN, NAN, NULL } };
    row->mean = boot_stat(&x->scores, x->spec, STAT_MEAN, b);
    row->iqm = boot_stat(&x->scores, x->spec, STAT_IQM, b);
    for (size_t k = 0; k < n; k++)
        if (!isfinite(at[k].t) || fabs(at[k].t - (double)c->steps) < 0.5) {
            row->published = at[k];
            row->agreement = round_of(p, e)->note
                                 ? REDUCED
                                 : published_agreement(&at[k], row->mean.value,
                                                       row->mean.lo, row->mean.hi);
        }
}

static double numeric_param(const char *spec, const char *key)
{
    char *value = agent_param(spec, key);
    double x = value ? strtod(value, NULL) : (double)NAN;
    free(value);
    return x;
}

static double mean_metric(const struct entrant *x, const char *metric)
{
    double sum = 0;
    for (size_t i = 0; i < x->scores.n; i++)
        sum += row_metric(x->row[i], metric);
    return sum / (double)x->scores.n;
}

/* The same row for the table over several experiments. */
static void sum_up(struct reproduce *p, const struct experiment *e, const struct contest *c,
                   size_t i, const struct report_row *row)
{
    const struct entrant *x = &c->at[i];
    double after = numeric_param(x->spec, "eval-samples");
    if (!p->summary.title)
        p->summary.title = xstrdup(e->report.summary);
    summary_add(&p->summary,
                &(struct summary_row){
                    .world = xasprintf("%.*s", (int)strcspn(c->title, ":"), c->title),
                    .published = row->published,
                    .agreement = row->agreement,
                    .cycles = numeric_param(x->spec, "learn"),
                    .samples = after > 0 ? after : numeric_param(x->spec, "samples"),
                    .mean = row->mean,
                    .runs = row->runs,
                    .optimal = mean_metric(x, "optimal_reward_per_step"),
                    .cpu_s = mean_metric(x, "cpu_s"),
                });
}

static void tabulate(struct reproduce *p, const struct experiment *e,
                     const struct contest *c, const char *metric, const struct boot *b)
{
    struct report_row *row = xcalloc(c->n ? c->n : 1, sizeof *row);
    char *what = xasprintf("%s after %llu cycles", metric, (unsigned long long)c->steps);
    for (char *s = what; *s; s++)
        if (*s == '_')
            *s = ' ';
    for (size_t i = 0; i < c->n; i++) {
        fill_row(p, e, c, i, metric, b, &row[i]);
        if (e->report.summary)
            sum_up(p, e, c, i, &row[i]);
    }
    report_table(p->report, c->title, what, row, c->n);
    free(what);
    free(row);
}

static bool report_results(struct reproduce *p, const struct experiment *e,
                           const struct results *r, struct err *err)
{
    struct figure_options o = { .kind = kind_of(e->report.figure) };
    struct contests c;
    o.contest.metric = e->report.metric ? e->report.metric : "reward_per_step";
    o.how = (struct compare_options){ .statistic = STAT_MEAN,
                                      .boot = { .reps = 1000, .level = 0.95 } };
    o.contest.by = e->report.by;
    o.x_key = e->report.x;
    o.log_x = yes(e->report.log);
    struct boot b = { .reps = BOOT_REPS, .level = 0.95 };
    bool ok = contests_init(&c, r, &o.contest, err);
    for (size_t i = 0; ok && i < c.n; i++) {
        if (!e->report.figure || strcmp(e->report.figure, "none") != 0)
            draw(p, e, &c.at[i], i, &o, err);
        tabulate(p, e, &c.at[i], o.contest.metric, &b);
    }
    contests_release(&c);
    for (size_t i = 0; i < r->n; i++) {
        double cpu = row_metric(&r->run[i], "cpu_s");
        p->cpu += isfinite(cpu) ? cpu : 0;
        p->cycles += (double)r->run[i].steps;
    }
    p->runs += r->n;
    return ok;
}

/* Results of another version would be mixed with ours: refused. */
static bool same_version(const char *dir, struct err *err)
{
    char *path = xasprintf("%s/manifest.json", dir);
    json_t *o = access(path, F_OK) == 0 ? json_load_file(path, 0, NULL) : NULL;
    const char *version = json_string_value(json_object_get(o, "version"));
    bool ok = !version || !strcmp(version, PACKAGE_VERSION) ||
              err_set(err,
                      "'%s' was made by ursa %s, this is %s: choose another directory "
                      "with -o, or remove it",
                      dir, version, PACKAGE_VERSION);
    json_decref(o);
    free(path);
    return ok;
}

static int reproduce_one(struct reproduce *p, const char *name, bool named, size_t i,
                         size_t n)
{
    struct err err = { 0 };
    struct experiment e;
    struct results r = { 0 };
    struct call call;
    char *path = data_file("experiments", name, ".yaml"), *dir;
    experiment_init(&e);
    dir = NULL;
    int status = EXIT_OK;
    bool read = experiment_read(&e, path, &err);
    if (read)
        dir = xasprintf("%s/%s", p->dir, e.name);
    if (!read || !same_version(dir, &err)) {
        status = args_err(p->args, &err);
    } else if (!named && yes(round_of(p, &e)->skip)) {
        p->skipped++;
    } else {
        args_note(p->args, "%s (%zu of %zu)", name, i, n);
        make_call(p, &e, name, path, dir, &call);
        status = run_batch(p, call.argv);
        if (status == EXIT_RUN_FAILED)
            p->any_failed = true;
        if (status == EXIT_OK || status == EXIT_RUN_FAILED) {
            report_section(p->report, &e, round_of(p, &e)->note, call.command);
            status = !load_results(p->args, &r, &dir, 1, true) ? p->args->status
                     : report_results(p, &e, &r, &err)         ? EXIT_OK
                                                               : args_err(p->args, &err);
        }
        release_call(&call);
    }
    results_release(&r);
    experiment_release(&e);
    free(path);
    free(dir);
    return status;
}

/* ---- which */

static bool contains(const struct list *l, const char *name)
{
    for (size_t i = 0; i < l->n; i++)
        if (!strcmp(l->at[i], name))
            return true;
    return false;
}

/* Those of a directory: of "experiments" itself, or of one within it. */
static void append_group(struct list *l, const char *group)
{
    char *kind = xasprintf("experiments%s%s", *group ? "/" : "", group);
    struct list in = data_names(kind, ".yaml");
    for (size_t i = 0; i < in.n; i++)
        list_append(l, xasprintf("%s%s%s", group, *group ? "/" : "", in.at[i]));
    list_release(&in);
    free(kind);
}

/* What is lived, and whether it was named itself. */
struct choice {
    struct list names;
    size_t n_named; /* the first so many */
};

static void append_groups(struct list *l, const struct list *asked)
{
    for (const struct group *g = group_table; g->name; g++)
        if (asked ? contains(asked, g->name) : g->unasked)
            append_group(l, g->folder);
}

/* Every name that may be asked for. */
static struct list all_names(void)
{
    struct list all = { 0 };
    for (const struct group *g = group_table; g->name; g++) {
        append_group(&all, g->folder);
        list_append(&all, xstrdup(g->name));
    }
    return all;
}

static bool choose(struct args *a, struct choice *c)
{
    struct list all = all_names(), groups = { 0 }, own = { 0 };
    bool ok = true;
    char hint[200];
    for (const struct group *g = group_table; g->name; g++)
        list_append(&own, xstrdup(g->name));
    for (size_t i = 0; i < a->n_operands && ok; i++) {
        const char *name = a->operand[i];
        ok = contains(&all, name);
        if (ok) {
            list_append(contains(&own, name) ? &groups : &c->names, xstrdup(name));
            continue;
        }
        suggest_near(hint, sizeof hint, name, (const char *const *)all.at, all.n);
        args_fail(a, "unknown experiment '%s'%s  (ursa list experiments)", name, hint);
    }
    c->n_named = c->names.n;
    append_groups(&c->names, a->n_operands ? &groups : NULL);
    list_release(&all);
    list_release(&groups);
    list_release(&own);
    return ok;
}

static bool make_directory(const char *path, struct err *err)
{
    return !mkdir(path, 0777) || errno == EEXIST ||
           err_system(err, "cannot make the directory '%s'", path);
}

static int reproduce_all(struct reproduce *p, const struct choice *c)
{
    size_t n = c->names.n;
    struct err err = { 0 };
    const char *subtitle = p->full ? "Every experiment with the published number of runs "
                                     "or more (ursa " PACKAGE_VERSION ", root seed 0)."
                                   : "A quick round: fewer runs than published where runs "
                                     "are dear (ursa " PACKAGE_VERSION ", root seed 0).";
    int status = EXIT_OK;
    const char *parent = strncmp(p->dir, "out/", 4) ? p->dir : "out";
    if (!make_directory(parent, &err) || !make_directory(p->dir, &err))
        return args_err(p->args, &err);
    p->stops = count_signals();
    p->published = published_load(&err);
    p->report = p->published ? report_open(p->dir, subtitle, &err) : NULL;
    if (!p->report)
        status = args_err(p->args, &err);
    for (size_t i = 0; status == EXIT_OK && i < n; i++) {
        status = reproduce_one(p, c->names.at[i], i < c->n_named, i + 1, n);
    }
    if (p->summary.n)
        report_summary(p->report, &p->summary);
    summary_release(&p->summary);
    if (p->report && !report_close(p->report, &err) && status == EXIT_OK) {
        args_err(p->args, &err);
        status = EXIT_RUN_FAILED;
    }
    json_decref(p->published);
    if (status != EXIT_OK)
        return status;
    if (p->skipped)
        args_note(p->args, "%zu experiments are not part of this round unless named",
                  p->skipped);
    if (p->no_gnuplot)
        args_note(p->args, "gnuplot is not there: the report has no figures");
    args_note(p->args, "%s/report.html: %zu runs, %.4g cycles, %.1f s of processor time",
              p->dir, p->runs, p->cycles, p->cpu);
    return p->any_failed ? EXIT_RUN_FAILED : EXIT_OK;
}

static int run(struct args *a)
{
    struct reproduce p = { .args = a };
    if (!args_parse(a, &p))
        return a->status;
    if (args_given(a, "quick") && args_given(a, "full"))
        return args_fail(a, "--quick and --full are two rounds: give one of them");
    struct choice choice = { 0 };
    int status = choose(a, &choice) ? reproduce_all(&p, &choice) : a->status;
    list_release(&choice.names);
    return status;
}

const struct cmd cmd_reproduce = {
    .group = "Measure",
    .name = "reproduce",
    .title = "published results, run again",
    .example = "ursa reproduce --quick",
    .operands = "[EXPERIMENT...]",
    .options = options,
    .page = "ursa-reproduce",
    .run = run,
};
