#include "config.h"

#include "chart.h"
#include "escape.h"
#include "mask.h"
#include "whole.h"
#include "xalloc.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A script and its data beside the picture, so that a figure can be changed by hand. */

static const struct {
    const char *suffix, *terminal; /* NULL: no picture */
    double font;                   /* points; 0: the terminal's own */
} terminals[] = {
    { "svg",
      "svg size 900,540 dynamic font 'Helvetica,Arial,sans-serif,15' "
      "background 'white'",
      15 },
    { "png", "pngcairo size 1200,720 font 'Sans,13'", 13 },
    { "pdf", "pdfcairo size 7in,4.2in font 'Sans,11'", 11 },
    { "tex", "cairolatex pdf size 6in,3.6in", 0 },
    { "gp", NULL, 0 },
    { "csv", NULL, 0 },
};
enum { TERMINALS = sizeof terminals / sizeof *terminals };

static const char *const colors[] = { "#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                      "#56B4E9", "#E69F00", "#000000", "#7F7F7F" };

/* ---- data */

static void csv_number(const double *x, size_t i, FILE *to)
{
    if (x && isfinite(x[i]))
        fprintf(to, ",%.10g", x[i]);
    else
        fputs(",NaN", to);
}

static void write_data(const struct chart *c, FILE *to)
{
    if (c->kind == CHART_HEAT) {
        fputs("row,column,row_label,column_label,value\n", to);
        for (size_t i = 0; i < c->rows; i++)
            for (size_t k = 0; k < c->columns; k++) {
                fprintf(to, "%zu,%zu,", i, k);
                escape_put(MARKUP_CSV, c->row[i], to);
                fputc(',', to);
                escape_put(MARKUP_CSV, c->column[k], to);
                csv_number(c->value, i * c->columns + k, to);
                fputc('\n', to);
            }
        return;
    }
    fputs("series,x,y,lo,hi\n", to);
    for (size_t i = 0; i < c->n; i++) {
        const struct series *s = &c->series[i];
        for (size_t k = 0; k < s->n; k++) {
            escape_put(MARKUP_CSV, s->label, to);
            csv_number(s->x, k, to);
            csv_number(s->y, k, to);
            csv_number(s->lo, k, to);
            csv_number(s->hi, k, to);
            fputc('\n', to);
        }
    }
}

/* ---- the script */

/* A script for one picture. */
struct script {
    const struct chart *c;
    const char *data; /* its file, quoted */
    bool latex;       /* the picture's text is LaTeX's */
    double font;      /* of the picture; 0: whatever it is */
    FILE *to;
};

static void put_text(const struct script *s, const char *text)
{
    char *shown = s->latex ? escape_new(MARKUP_LATEX, text) : mask_new(text ? text : "");
    escape_put(MARKUP_GNUPLOT, shown, s->to);
    free(shown);
}

enum { WIDEST = 44 }; /* characters of a label, beyond which its letters shrink */

struct frame {
    double x0, x1, y0, y1;
    size_t widest; /* label */
};

struct tag {
    const char *text, *color;
    double at, end; /* heights in the frame, 0 to 1: of the label, of its line */
};

static int by_height(const void *a, const void *b)
{
    const struct tag *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* Moves labels apart by at least `gap`, as little as a pass up and one down will do. */
static void spread(struct tag *tag, size_t n, double gap)
{
    if (!n)
        return;
    qsort(tag, n, sizeof *tag, by_height);
    for (size_t i = 1; i < n; i++)
        tag[i].at = fmax(tag[i].at, tag[i - 1].at + gap);
    double top = 1;
    for (size_t i = n; i--; top -= gap)
        tag[i].at = fmin(tag[i].at, top);
}

static double last_value(const struct series *s)
{
    for (size_t i = s->n; i--;)
        if (isfinite(s->y[i]))
            return s->y[i];
    return NAN;
}

static void put_tags(const struct script *s, const struct frame *f)
{
    const struct chart *c = s->c;
    FILE *to = s->to;
    struct tag tag[SERIES_MAX + REFERENCES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < c->n_references; i++)
        tag[n++] = (struct tag){ .text = c->reference[i].label,
                                 .color = "#555555",
                                 .end = (c->reference[i].y - f->y0) / (f->y1 - f->y0) };
    for (size_t i = 0; i < c->n && n < SERIES_MAX; i++)
        if (*c->series[i].label && isfinite(last_value(&c->series[i])))
            tag[n++] = (struct tag){ .text = c->series[i].label,
                                     .color = colors[c->series[i].color % 8],
                                     .end = (last_value(&c->series[i]) - f->y0) /
                                            (f->y1 - f->y0) };
    for (size_t i = 0; i < n; i++)
        tag[i].at = tag[i].end;
    spread(tag, n, 0.052);
    for (size_t i = 0; i < n; i++) {
        fputs("set label ", to);
        put_text(s, tag[i].text);
        fprintf(to, " at graph 1.025, graph %.4f left textcolor rgb '%s'", tag[i].at,
                tag[i].color);
        if (f->widest > WIDEST && s->font > 0) /* smaller, but whole */
            fprintf(to, " font ',%.1f'", s->font * WIDEST / (double)f->widest);
        /* A line from the end of the curve to a label that had to give way. */
        fprintf(to,
                "\nset arrow from graph 1, graph %.4f to graph 1.02, graph %.4f nohead "
                "lc rgb '%s' lw 1\n",
                tag[i].end, tag[i].at, tag[i].color);
    }
}

static void widen_label(struct frame *f, const char *text)
{
    size_t n = 0;
    while (next_char(&text))
        n++;
    f->widest = n > f->widest ? n : f->widest;
}

static bool make_frame(const struct chart *c, struct frame *f)
{
    *f = (struct frame){ 0 };
    if (!chart_range(c, true, &f->x0, &f->x1))
        return false;
    for (size_t i = 0; i < c->n; i++)
        widen_label(f, c->series[i].label);
    if (c->kind == CHART_INTERVALS) {
        double pad = (f->x1 - f->x0) * 0.03;
        f->x0 -= pad;
        f->x1 += pad;
        return true;
    }
    if (!chart_range(c, false, &f->y0, &f->y1))
        return false;
    for (size_t i = 0; i < c->n_references; i++)
        widen_label(f, c->reference[i].label);
    double pad = (f->y1 - f->y0) * 0.04;
    f->y0 -= pad;
    f->y1 += pad;
    return true;
}

/* A sweep's few values stand at the axis themselves: a decade or less has no other mark. */
static void put_log_axis(const struct chart *c, FILE *to)
{
    enum { FEW = 12 };
    const struct series *s = c->series;
    fputs("set logscale x\n", to);
    if (!c->n || !s->n || s->n > FEW)
        return;
    for (size_t i = 0; i < s->n; i++)
        fprintf(to, "%s%.10g", i ? ", " : "set xtics (", s->x[i]);
    fputs(")\n", to);
}

/* What stands before the first curve is drawn: the axes, and lines to compare with. */
static void put_plane(const struct script *s, const struct frame *f)
{
    const struct chart *c = s->c;
    if (c->log_x)
        put_log_axis(c, s->to);
    fprintf(s->to, "set xrange [%.10g:%.10g]\nset yrange [%.10g:%.10g]\nset rmargin %.1f\n",
            f->x0, f->x1, f->y0, f->y1,
            (double)(f->widest < WIDEST ? f->widest : WIDEST) + 4);
    if (chart_counts(c) && !c->log_x && f->x1 - f->x0 <= 10)
        fputs("set xtics 1\n", s->to);
    put_tags(s, f);
    for (size_t i = 0; i < c->n_references; i++)
        fprintf(s->to,
                "set arrow from graph 0, first %.10g to graph 1, first %.10g nohead dt 3 "
                "lc rgb '#555555' lw 1.5\n",
                c->reference[i].y, c->reference[i].y);
}

static void put_lines(const struct script *script)
{
    const struct chart *c = script->c;
    const char *data = script->data;
    FILE *to = script->to;
    struct frame f;
    size_t from = 0;
    bool first = true;
    if (!make_frame(c, &f))
        return;
    put_plane(script, &f);
    fputs("plot \\\n", to);
    for (size_t i = 0; i < c->n; i++) {
        const struct series *s = &c->series[i];
        size_t end = from + s->n - 1;
        if (!s->n)
            continue;
        if (s->lo && s->n > 1 && !s->points)
            fprintf(to,
                    "%s  %s skip 1 every ::%zu::%zu using 2:4:5 with filledcurves "
                    "fillcolor rgb '%s' fillstyle transparent solid 0.18 noborder notitle",
                    first ? "" : ", \\\n", data, from, end, colors[c->series[i].color % 8]);
        first = first && !(s->lo && s->n > 1 && !s->points);
        if (s->points)
            fprintf(to,
                    "%s  %s skip 1 every ::%zu::%zu using 2:3 with points pt %zu ps 1.3 "
                    "lw 2 lc rgb '%s' notitle",
                    first ? "" : ", \\\n", data, from, end, 1 + s->color % 8,
                    colors[c->series[i].color % 8]);
        else
            fprintf(to,
                    "%s  %s skip 1 every ::%zu::%zu using 2:3 with lines dt %zu lw %s "
                    "lc rgb '%s' notitle",
                    first ? "" : ", \\\n", data, from, end, 1 + s->color % 5,
                    *s->label ? "2.5" : "0.5", colors[c->series[i].color % 8]);
        first = false;
        from = end + 1;
    }
    fputs("\n", to);
}

static void put_intervals(const struct script *s)
{
    const struct chart *c = s->c;
    const char *data = s->data;
    FILE *to = s->to;
    struct frame f;
    if (!make_frame(c, &f))
        return;
    fprintf(to,
            "set xrange [%.10g:%.10g]\nset yrange [-0.7:%.1f]\nset lmargin %zu\n"
            "set ytics scale 0 (",
            f.x0, f.x1, (double)c->n - 0.3, f.widest + 3);
    for (size_t i = 0; i < c->n; i++) {
        fputs(i ? ", " : "", to);
        put_text(s, c->series[i].label);
        fprintf(to, " %zu", c->n - 1 - i);
    }
    fputs(")\n", to);
    for (size_t i = 0; i < c->n_references; i++) {
        fprintf(to,
                "set arrow from first %.10g, graph 0 to first %.10g, graph 1 nohead dt 3 "
                "lc rgb '#555555' lw 1.5\nset label ",
                c->reference[i].y, c->reference[i].y);
        put_text(s, c->reference[i].label);
        fprintf(to, " at first %.10g, graph 1.03 center textcolor rgb '#555555'\n",
                c->reference[i].y);
    }
    fputs("plot \\\n", to);
    for (size_t i = 0; i < c->n; i++)
        fprintf(to,
                "  %s skip 1 every ::%zu::%zu using 3:(%zu):4:5 with xerrorbars pt %d "
                "ps 1.2 lw 2.5 lc rgb '%s' notitle%s\n",
                data, i, i, c->n - 1 - i, c->series[i].points ? 12 : 7,
                colors[c->series[i].color % 8], i + 1 < c->n ? ", \\" : "");
}

static void put_heat(const struct script *s)
{
    const struct chart *c = s->c;
    const char *data = s->data;
    FILE *to = s->to;
    /* cividis: rises evenly in lightness, so that it reads in grey and with all eyes */
    fputs(
        "set palette defined (0 '#00204c', 0.25 '#414d6b', 0.5 '#7c7b78', 0.75 '#bcaf6f', "
        "1 '#ffe945')\nset style textbox opaque noborder fillcolor rgb 'white'\n"
        "unset key\nset xtics scale 0 (",
        to);
    for (size_t k = 0; k < c->columns; k++) {
        fputs(k ? ", " : "", to);
        put_text(s, c->column[k]);
        fprintf(to, " %zu", k);
    }
    fputs(")\nset ytics scale 0 (", to);
    for (size_t i = 0; i < c->rows; i++) {
        fputs(i ? ", " : "", to);
        put_text(s, c->row[i]);
        fprintf(to, " %zu", i);
    }
    fputs(")\nset cblabel ", to);
    put_text(s, c->z_label);
    fputs(" offset 1,0", to);
    fprintf(to,
            "\nset xrange [-0.5:%.1f]\nset yrange [%.1f:-0.5]\nunset grid\n"
            "plot %s skip 1 using 2:1:($2-0.5):($2+0.5):($1-0.5):($1+0.5):5 with "
            "boxxyerror fillcolor palette fillstyle solid 1 noborder notitle, \\\n"
            "  %s skip 1 using 2:1:(sprintf('%%.4g', $5)) with labels boxed notitle\n",
            (double)c->columns - 0.5, (double)c->rows - 0.5, data, data);
}

static void write_script(const struct script *s, const char *picture, const char *terminal)
{
    const struct chart *c = s->c;
    FILE *to = s->to;
    fprintf(to, "# gnuplot script; change it as you like and run: gnuplot SCRIPT\n");
    if (terminal)
        fprintf(to, "set terminal %s\nset output %s\n", terminal, picture);
    fprintf(to,
            "set termoption noenhanced\nset encoding utf8\nset datafile separator comma\n"
            "set datafile missing NaN\nset border 3\nset tics nomirror out\n"
            "set grid lc rgb '#dddddd' lt 1 lw 1\nset title ");
    put_text(s, c->title);
    if (c->kind == CHART_INTERVALS && c->n_references)
        fputs(" offset 0,1", to); /* the references are named below it */
    fputs("\nset xlabel ", to);
    put_text(s, c->x_label);
    fputs("\nset ylabel ", to);
    put_text(s, c->y_label);
    fputs("\n", to);
    switch (c->kind) {
    case CHART_INTERVALS: put_intervals(s); break;
    case CHART_HEAT: put_heat(s); break;
    default: put_lines(s); break;
    }
}

/* ---- files */

/* The data, or a script that draws them as `picture`. */
static bool write_file(const char *path, struct script s, const char *picture, size_t kind,
                       struct err *err)
{
    const char *terminal = terminals[kind].terminal;
    struct whole w;
    if (!whole_open(&w, path, err))
        return false;
    s.to = w.to;
    s.latex = terminal && strstr(terminal, "latex");
    s.font = terminals[kind].font;
    if (s.data)
        write_script(&s, picture, terminal);
    else
        write_data(s.c, w.to);
    return whole_close(&w, err);
}

/* Runs gnuplot in the directory of the script; false when it is not there or fails. */
static bool run_gnuplot(const char *dir, const char *script, int *status)
{
    pid_t pid = fork();
    if (pid < 0)
        return false;
    if (pid == 0) {
        signal(SIGPIPE, SIG_DFL);
        if (!chdir(dir))
            execlp("gnuplot", "gnuplot", script, (char *)NULL);
        _exit(127);
    }
    while (waitpid(pid, status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(*status) && WEXITSTATUS(*status) == 0;
}

bool chart_gnuplot(const struct chart *c, const char *path, bool *drawn, struct err *err)
{
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path, *terminal = NULL;
    size_t i = 0;
    *drawn = false;
    while (dot && dot > base && i < TERMINALS && strcmp(dot + 1, terminals[i].suffix) != 0)
        i++;
    if (!dot || dot <= base || i == TERMINALS)
        return err_set(err, "'%s' must end in .svg, .png, .pdf, .tex, .gp or .csv", path);
    terminal = terminals[i].terminal;
    char *stem = xasprintf("%.*s", (int)(dot - path), path);
    char *dir = slash ? xasprintf("%.*s", (int)(slash - path + 1), path) : xstrdup(".");
    char *csv = xasprintf("%s.csv", stem), *gp = xasprintf("%s.gp", stem);
    char *data = escape_new(MARKUP_GNUPLOT, csv + (base - path));
    char *picture = escape_new(MARKUP_GNUPLOT, base);
    bool ok = write_file(csv, (struct script){ .c = c }, NULL, i, err) &&
              write_file(gp, (struct script){ .c = c, .data = data }, picture, i, err);
    if (ok && terminal) {
        int status = 0;
        *drawn = run_gnuplot(dir, gp + (base - path), &status);
        if (!*drawn && WIFEXITED(status) && WEXITSTATUS(status) != 127)
            ok = err_set(err, "gnuplot cannot draw '%s' from %s", path, gp);
    }
    free(data);
    free(picture);
    free(stem);
    free(dir);
    free(csv);
    free(gp);
    return ok;
}
