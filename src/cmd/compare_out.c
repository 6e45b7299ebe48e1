#include "config.h"

#include "compare_out.h"

#include "escape.h"
#include "mask.h"
#include "output.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

const char *const compare_formats[] = { "table", "csv", "json", "md", "latex", NULL };

struct compare_report {
    enum compare_format format;
    const struct contest_options *what;
    const struct compare_options *how;
    const struct args *args;
    bool ascii;
    size_t n;      /* contests so far */
    json_t *array; /* of the JSON format */
};

int screen_columns(void)
{
    struct winsize w;
    if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) && w.ws_col >= 40)
        return w.ws_col;
    return 80;
}

void print_chart(const struct chart *c, const struct args *args, bool ascii, int rows)
{
    struct canvas cv = { .rows = rows, .cols = screen_columns() };
    bool utf8 = locale_is_utf8() && !ascii;
    cv.at = xcalloc((size_t)cv.rows * (size_t)cv.cols, sizeof *cv.at);
    chart_draw(c, &cv, utf8 ? CHARSET_BRAILLE : CHARSET_ASCII);
    canvas_print(&cv, args_color(args, STDOUT_FILENO), stdout);
    free(cv.at);
}

/* ---- numbers and words */

static const char *statistic_word(enum statistic s)
{
    static const char *const word[] = { "IQM", "mean", "median", "gap" };
    return word[s];
}

/* A probability as .72; 1 stays 1.00. */
static void probability(double p, char *buf, size_t n)
{
    char text[16];
    snprintf(text, sizeof text, "%.2f", p);
    snprintf(buf, n, "%s", text[0] == '0' ? text + 1 : text);
}

/* Digits after the point: three significant ones of the largest number in the column. */
static int decimals(const struct contest *c, const struct comparison *row)
{
    double most = 0;
    for (size_t i = 0; i < c->n; i++) {
        const double x[] = { row[i].statistic.lo, row[i].statistic.value,
                             row[i].statistic.hi };
        for (int k = 0; k < 3; k++)
            most = isfinite(x[k]) ? fmax(most, fabs(x[k])) : most;
    }
    return most >= 1000 ? 0 : most >= 10 ? 1 : most >= 1 ? 2 : 3;
}

static double clean(double x, int digits)
{
    double unit = pow(10, -digits);
    return fabs(x) < unit / 2 ? 0 : x;
}

static void verdict(const struct contest *c, const struct comparison *row, char *buf,
                    size_t n)
{
    if (row->verdict == UNCLEAR)
        snprintf(buf, n, "unclear (%zu)", row->pairs ? row->pairs : row->of->scores.n);
    else
        snprintf(buf, n, "%s", compare_verdict(c, row->verdict));
}

static void metric_words(const struct compare_report *r, const struct contest *c, char *buf,
                         size_t n)
{
    char name[100], when[60] = "at the end";
    snprintf(name, sizeof name, "%s", r->what->metric);
    for (char *p = name; *p; p++)
        if (*p == '_')
            *p = ' ';
    if (r->what->moment == AT_STEP)
        snprintf(when, sizeof when, "at step %llu", (unsigned long long)r->what->step);
    else if (r->what->moment == AT_AUC)
        snprintf(when, sizeof when, "averaged over the curve");
    else if (c->steps)
        snprintf(when, sizeof when, "at step %llu", (unsigned long long)c->steps);
    snprintf(buf, n, "%s %s%s%s", name, when,
             r->what->normalise == NORMALISE_NONE ? "" : ", normalised ",
             r->what->normalise == NORMALISE_NONE ? ""
                                                  : normalise_names[r->what->normalise]);
}

/* ---- the table for people */

struct text_row {
    char cell[8][64];
};
enum { T_AGENT, T_RUNS, T_STAT, T_INTERVAL, T_MEDIAN, T_MEAN, T_P, T_VERDICT, T_CELLS };

static void fill_row(const struct compare_report *r, const struct contest *of,
                     const struct comparison *c, int digits, struct text_row *t)
{
    const char *pm = locale_is_utf8() && !r->ascii ? "\302\261" : "+-";
    char p[16], lo[16], hi[16];
    *t = (struct text_row){ 0 };
    mask_text(t->cell[T_AGENT], sizeof t->cell[0], c->of->label);
    snprintf(t->cell[T_RUNS], sizeof t->cell[0], "%zu", c->of->scores.n);
    snprintf(t->cell[T_STAT], sizeof t->cell[0], "%.*f", digits,
             clean(c->statistic.value, digits));
    if (isfinite(c->statistic.lo))
        snprintf(t->cell[T_INTERVAL], sizeof t->cell[0], "[%.*f, %.*f]", digits,
                 clean(c->statistic.lo, digits), digits, clean(c->statistic.hi, digits));
    snprintf(t->cell[T_MEDIAN], sizeof t->cell[0], "%.*f", digits,
             clean(c->median, digits));
    if (isfinite(c->sd))
        snprintf(t->cell[T_MEAN], sizeof t->cell[0], "%.*f %s %.*f", digits,
                 clean(c->mean, digits), pm, digits, c->sd);
    else
        snprintf(t->cell[T_MEAN], sizeof t->cell[0], "%.*f", digits,
                 clean(c->mean, digits));
    if (c->verdict == BETTER || c->verdict == WORSE || c->verdict == UNCLEAR) {
        probability(c->p.value, p, sizeof p);
        probability(c->p.lo, lo, sizeof lo);
        probability(c->p.hi, hi, sizeof hi);
        snprintf(t->cell[T_P], sizeof t->cell[0], isfinite(c->p.lo) ? "%s [%s, %s]" : "%s",
                 p, lo, hi);
    } else {
        snprintf(t->cell[T_P], sizeof t->cell[0], "-");
    }
    verdict(of, c, t->cell[T_VERDICT], sizeof t->cell[0]);
}

static int width_of(const char *s)
{
    int n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* Columns that go first when the screen is narrow. */
static void drop_columns(int *width)
{
    static const int order[] = { T_MEDIAN, T_MEAN, T_RUNS };
    for (size_t k = 0; k < 3 && isatty(STDOUT_FILENO); k++) {
        int all = 2;
        for (int i = 0; i < T_CELLS; i++)
            all += width[i] ? width[i] + 2 : 0;
        if (all <= screen_columns() + 2)
            return;
        width[order[k]] = 0;
    }
}

static void print_text_row(const struct text_row *t, const int *width, bool color,
                           enum judgement v)
{
    fputs(" ", stdout);
    for (int i = 0; i < T_CELLS; i++) {
        int pad = width[i] - width_of(t->cell[i]);
        bool left = i == T_AGENT || i == T_INTERVAL || i == T_P || i == T_VERDICT;
        if (!width[i])
            continue;
        if (i == T_VERDICT) { /* last: no padding; the word says it, colour repeats it */
            const char *paint = v == BETTER ? "\033[32m" : v == WORSE ? "\033[31m" : "";
            if (*t->cell[i])
                printf("  %s%s%s", color ? paint : "", t->cell[i],
                       color && *paint ? "\033[0m" : "");
            continue;
        }
        printf("%*s%s%*s%s", left ? 0 : pad, "", t->cell[i], left ? pad : 0, "",
               i + 1 < T_CELLS - 1 ? "  " : "");
    }
    fputs("\n", stdout);
}

static void print_intervals(const struct compare_report *r, const struct contest *c,
                            const struct comparison *row)
{
    struct chart chart = { .kind = CHART_INTERVALS };
    for (size_t i = 0; i < c->n && i < SERIES_MAX; i++) {
        double x = 0;
        chart_add(&chart, row[i].of->label, &x, &row[i].statistic.value,
                  &row[i].statistic.lo, &row[i].statistic.hi, 1);
    }
    fputs("\n", stdout);
    print_chart(&chart, r->args, r->ascii, chart_rows(&chart));
    chart_release(&chart);
}

static void print_pairs(const struct compare_report *r, const struct contest *c,
                        const struct comparison *row, int digits)
{
    for (size_t i = 0; i < c->n; i++)
        if (row[i].verdict > BASELINE)
            mask_print(stdout, "  %s - %s: %s of %zu pairs %.*f [%.*f, %.*f]\n",
                       row[i].of->label, row[i].base->label,
                       statistic_word(r->how->statistic), row[i].pairs, digits,
                       row[i].difference.value, digits, row[i].difference.lo, digits,
                       row[i].difference.hi);
}

static void print_warnings(const struct compare_report *r, const struct contest *c,
                           const struct comparison *row)
{
    struct list warnings = compare_warnings(c, row);
    if (warnings.n)
        fputs("\n", stdout);
    for (size_t i = 0; i < warnings.n && r->args->verbosity >= 0; i++)
        mask_print(stdout, "warning: %s\n", warnings.at[i]);
    list_release(&warnings);
}

/* What could have been earned. */
static void print_references(const struct contest *c)
{
    if (isfinite(c->bayes_lower))
        printf("\n  Bayes-optimal %.4g .. %.4g   informed optimal %.4g   random %.4g\n",
               c->bayes_lower, c->bayes_upper, c->optimal, c->random);
}

static void print_table(const struct compare_report *r, const struct contest *c,
                        const struct comparison *row)
{
    char words[200], p_head[80] = "";
    struct text_row *t = xcalloc(c->n + 1, sizeof *t);
    int width[T_CELLS] = { 0 }, digits = decimals(c, row);
    bool any = r->how->baseline != NULL;
    metric_words(r, c, words, sizeof words);
    mask_print(
        stdout,
        "%s%s\n%s, %s with %.4g%% interval (stratified bootstrap, %zu resamples, seed "
        "%llu)\n\n",
        r->n ? "\n" : "", c->title, words, statistic_word(r->how->statistic),
        100 * r->how->boot.level, r->how->boot.reps, (unsigned long long)r->how->boot.seed);
    if (any) {
        snprintf(p_head, sizeof p_head, "P(agent > %.40s)%s",
                 compare_baseline(row, c->n, r->how), r->how->paired ? " paired" : "");
    }
    struct text_row *head = &t[c->n];
    const char *const names[] = { "agent", "runs",   statistic_word(r->how->statistic),
                                  "",      "median", "",
                                  p_head,  "" };
    for (int i = 0; i < T_CELLS; i++)
        mask_text(head->cell[i], sizeof head->cell[0], names[i]);
    snprintf(head->cell[T_INTERVAL], sizeof head->cell[0], "%.4g%% interval",
             100 * r->how->boot.level);
    snprintf(head->cell[T_MEAN], sizeof head->cell[0], "mean %s sd",
             locale_is_utf8() && !r->ascii ? "\302\261" : "+-");
    for (size_t i = 0; i < c->n; i++)
        fill_row(r, c, &row[i], digits, &t[i]);
    for (size_t i = 0; i <= c->n; i++)
        for (int k = 0; k < T_CELLS; k++)
            width[k] =
                width_of(t[i].cell[k]) > width[k] ? width_of(t[i].cell[k]) : width[k];
    if (!any)
        width[T_P] = width[T_VERDICT] = 0;
    else if (!width[T_VERDICT])
        width[T_VERDICT] = 1;
    drop_columns(width);
    bool color = args_color(r->args, STDOUT_FILENO);
    print_text_row(head, width, false, NO_VERDICT);
    for (size_t i = 0; i < c->n; i++)
        print_text_row(&t[i], width, color && c->prized, row[i].verdict);
    free(t);
    print_references(c);
    if (r->how->paired && any)
        print_pairs(r, c, row, digits);
    print_intervals(r, c, row);
    print_warnings(r, c, row);
}

/* ---- tables for files */

static void csv_numbers(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]))
            printf(",%.17g", x[i]);
        else
            putchar(',');
}

static void print_csv(const struct compare_report *r, const struct contest *c,
                      const struct comparison *row)
{
    if (!r->n)
        printf("contest,metric,agent,spec,runs,%s,lo,hi,median,mean,sd,p,p_lo,p_hi,p_value,"
               "verdict\n",
               stat_names[r->how->statistic]);
    for (size_t i = 0; i < c->n; i++) {
        bool judged = row[i].verdict > BASELINE;
        const double p = judged ? row[i].p.value : (double)NAN;
        const double x[] = { row[i].statistic.value,
                             row[i].statistic.lo,
                             row[i].statistic.hi,
                             row[i].median,
                             row[i].mean,
                             row[i].sd,
                             p,
                             judged ? row[i].p.lo : (double)NAN,
                             judged ? row[i].p.hi : (double)NAN,
                             judged ? row[i].p_value : (double)NAN };
        const char *const words[] = { c->title, r->what->metric, row[i].of->label,
                                      row[i].of->spec };
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            fputs(k ? "," : "", stdout);
            escape_put(MARKUP_CSV, words[k], stdout);
        }
        printf(",%zu", row[i].of->scores.n);
        csv_numbers(x, sizeof x / sizeof *x);
        printf(",%s\n", compare_verdict(c, row[i].verdict));
    }
}

static json_t *interval_json(const struct interval *i)
{
    return json_pack("{s:o, s:o, s:o}", "value", number_json(i->value), "lo",
                     number_json(i->lo), "hi", number_json(i->hi));
}

static json_t *row_json(const struct compare_report *r, const struct contest *c,
                        const struct comparison *row)
{
    bool judged = row->verdict > BASELINE;
    json_t *o = json_pack(
        "{s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:s}", "agent", row->of->label, "spec",
        row->of->spec, "runs", (json_int_t)row->of->scores.n, stat_names[r->how->statistic],
        interval_json(&row->statistic), "median_of_runs", number_json(row->median),
        "mean_of_maps", number_json(row->mean), "sd", number_json(row->sd), "verdict",
        compare_verdict(c, row->verdict));
    json_object_set_new(o, "against", judged ? json_string(row->base->label) : json_null());
    json_object_set_new(o, "p", judged ? interval_json(&row->p) : json_null());
    json_object_set_new(o, "p_value", judged ? number_json(row->p_value) : json_null());
    if (judged && r->how->paired) {
        json_object_set_new(o, "pairs", json_integer((json_int_t)row->pairs));
        json_object_set_new(o, "difference", interval_json(&row->difference));
    }
    return o;
}

static json_t *contest_json(const struct compare_report *r, const struct contest *c,
                            const struct comparison *row)
{
    json_t *rows = json_array(), *texts = json_array();
    struct list warnings = compare_warnings(c, row);
    for (size_t i = 0; i < c->n; i++)
        json_array_append_new(rows, row_json(r, c, &row[i]));
    for (size_t i = 0; i < warnings.n; i++)
        json_array_append_new(texts, json_string(warnings.at[i]));
    list_release(&warnings);
    json_t *o = json_pack(
        "{s:i, s:s, s:s, s:s, s:s, s:f, s:I, s:I, s:I, s:b, s:b, s:o, s:o}", "v", 1,
        "contest", c->title, "metric", r->what->metric, "statistic",
        stat_names[r->how->statistic], "normalize", normalise_names[r->what->normalise],
        "level", r->how->boot.level, "reps", (json_int_t)r->how->boot.reps, "boot_seed",
        (json_int_t)r->how->boot.seed, "maps", (json_int_t)c->n_maps, "paired",
        r->how->paired, "holm", r->how->holm, "agents", rows, "warnings", texts);
    json_object_set_new(o, "baseline",
                        r->how->baseline ? json_string(r->how->baseline) : json_null());
    json_object_set_new(o, "at",
                        r->what->moment == AT_STEP
                            ? json_integer((json_int_t)r->what->step)
                            : json_string(r->what->moment == AT_END ? "end" : "auc"));
    json_object_set_new(o, "steps",
                        c->steps ? json_integer((json_int_t)c->steps) : json_null());
    if (isfinite(c->bayes_lower))
        json_object_set_new(o, "bayes_optimal",
                            json_pack("[f, f]", c->bayes_lower, c->bayes_upper));
    return o;
}

/* Markdown and LaTeX have the same cells. */
static void print_cells(const struct compare_report *r, const struct contest *c,
                        const struct comparison *row, bool latex)
{
    int digits = decimals(c, row);
    const char *sep = latex ? " & " : " | ", *pm = latex ? "$\\pm$" : "\302\261";
    for (size_t i = 0; i < c->n; i++) {
        struct text_row t;
        fill_row(r, c, &row[i], digits, &t);
        fputs(latex ? "" : "| ", stdout);
        escape_put(latex ? MARKUP_LATEX : MARKUP_MARKDOWN, row[i].of->label, stdout);
        printf("%s%s%s%s%s%s%s%s%s%.*f %s %.*f", sep, t.cell[T_RUNS], sep, t.cell[T_STAT],
               sep, t.cell[T_INTERVAL], sep, t.cell[T_MEDIAN], sep, digits,
               clean(row[i].mean, digits), pm, digits, row[i].sd);
        if (r->how->baseline)
            printf("%s%s%s%s", sep, t.cell[T_P], sep, t.cell[T_VERDICT]);
        fputs(latex ? " \\\\\n" : " |\n", stdout);
    }
}

static void print_markdown(const struct compare_report *r, const struct contest *c,
                           const struct comparison *row)
{
    char words[200];
    metric_words(r, c, words, sizeof words);
    fputs(r->n ? "\n" : "", stdout);
    escape_put(MARKUP_MARKDOWN, c->title, stdout);
    fputs(": ", stdout);
    escape_put(MARKUP_MARKDOWN, words, stdout);
    printf("\n\n| agent | runs | %s | %.4g %% interval | median | mean \302\261 sd |",
           statistic_word(r->how->statistic), 100 * r->how->boot.level);
    if (r->how->baseline) {
        fputs(" P(agent > ", stdout);
        escape_put(MARKUP_MARKDOWN, compare_baseline(row, c->n, r->how), stdout);
        fputs(") | |", stdout);
    }
    printf("\n|---|--:|--:|---|--:|--:|%s\n", r->how->baseline ? "---|---|" : "");
    print_cells(r, c, row, false);
}

static void print_latex(const struct compare_report *r, const struct contest *c,
                        const struct comparison *row)
{
    fputs(r->n ? "\n% " : "% ", stdout);
    escape_put(MARKUP_LATEX, c->title, stdout);
    printf("\n\\begin{tabular}{lrrlrr%s}\n\\hline\nagent & runs & %s & %.4g\\%% "
           "interval "
           "& median & mean $\\pm$ sd%s \\\\\n\\hline\n",
           r->how->baseline ? "ll" : "", statistic_word(r->how->statistic),
           100 * r->how->boot.level,
           r->how->baseline ? " & $P(\\mathrm{agent} > \\mathrm{baseline})$ &" : "");
    print_cells(r, c, row, true);
    printf("\\hline\n\\end{tabular}\n");
}

/* ---- the report */

struct compare_report *report_begin(enum compare_format format,
                                    const struct contest_options *what,
                                    const struct compare_options *how,
                                    const struct args *args, bool ascii)
{
    struct compare_report *r = xcalloc(1, sizeof *r);
    *r = (struct compare_report){ format, what, how, args, ascii, 0, NULL };
    if (format == COMPARE_JSON)
        r->array = json_array();
    return r;
}

void report_contest(struct compare_report *r, const struct contest *c,
                    const struct comparison *row)
{
    switch (r->format) {
    case COMPARE_TABLE: print_table(r, c, row); break;
    case COMPARE_CSV: print_csv(r, c, row); break;
    case COMPARE_JSON: json_array_append_new(r->array, contest_json(r, c, row)); break;
    case COMPARE_MARKDOWN: print_markdown(r, c, row); break;
    case COMPARE_LATEX: print_latex(r, c, row); break;
    }
    r->n++;
}

void report_end(struct compare_report *r, bool ok)
{
    if (r->array && ok)
        print_json(r->array);
    json_decref(r->array);
    free(r);
}
