#include "config.h"

#include "report.h"

#include "escape.h"
#include "mask.h"
#include "whole.h"
#include "xalloc.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct report {
    char *dir;
    struct whole file[2];
    FILE *md, *html; /* of the two */
};

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>ursa: published results, lived again</title>\n<style>\n"
    "body{font:16px/1.5 Helvetica,Arial,sans-serif;max-width:1000px;margin:2em auto;"
    "padding:0 1em;color:#111}\n"
    "h2{margin-top:2.5em;border-bottom:1px solid #999}\n"
    "table{border-collapse:collapse;margin:1em 0}\n"
    "th,td{padding:.2em .8em;text-align:right;border-bottom:1px solid #ddd}\n"
    "th:first-child,td:first-child,td:last-child{text-align:left}\n"
    "figure{margin:1em 0}svg{width:100%;height:auto}\n"
    "figcaption{color:#444;font-size:90%}\n"
    "code,pre{font:14px/1.4 monospace;background:#f3f3f3}pre{padding:.6em;overflow:auto}\n"
    ".differs{font-weight:bold}\n"
    "</style></head><body>\n";

/* ---- text */

static void put_html(FILE *to, const char *text) { escape_put(MARKUP_HTML, text, to); }
static void put_md(FILE *to, const char *text) { escape_put(MARKUP_MARKDOWN, text, to); }

/* The same text in both. */
static void put_both(struct report *r, const char *text)
{
    put_md(r->md, text);
    put_html(r->html, text);
}

static void paragraph(struct report *r, const char *label, const char *text)
{
    if (!text)
        return;
    size_t n = strlen(text);
    while (n && text[n - 1] == '\n')
        n--;
    char *line = xasprintf("%.*s", (int)n, text);
    fputs("<p>", r->html);
    if (label) {
        fprintf(r->md, "**%s:** ", label);
        fprintf(r->html, "<b>%s:</b> ", label);
    }
    put_both(r, line);
    fputs("\n\n", r->md);
    fputs("</p>\n", r->html);
    free(line);
}

static FILE *begin(struct whole *w, const char *dir, const char *name, struct err *err)
{
    char *path = xasprintf("%s/%s", dir, name);
    whole_open(w, path, err);
    free(path);
    return w->to;
}

struct report *report_open(const char *dir, const char *subtitle, struct err *err)
{
    struct report *r = xcalloc(1, sizeof *r);
    r->dir = xstrdup(dir);
    r->md = begin(&r->file[0], dir, "report.md", err);
    r->html = r->md ? begin(&r->file[1], dir, "report.html", err) : NULL;
    if (!r->html) {
        whole_discard(&r->file[0]);
        free(r->dir);
        free(r);
        return NULL;
    }
    fputs("# Published results, lived again\n\n", r->md);
    fputs(head, r->html);
    fputs("<h1>Published results, lived again</h1>\n", r->html);
    paragraph(r, NULL, subtitle);
    return r;
}

void report_note(struct report *r, const char *text) { paragraph(r, NULL, text); }

void report_section(struct report *r, const struct experiment *e, const char *note,
                    const char *command)
{
    const char *title = e->report.title ? e->report.title : e->name;
    fputs("## ", r->md);
    fputs("<h2 id=\"", r->html);
    put_html(r->html, e->name);
    fputs("\">", r->html);
    put_both(r, title);
    fputs("\n\n", r->md);
    fputs("</h2>\n", r->html);
    paragraph(r, NULL, e->report.text);
    paragraph(r, "Source", e->report.source);
    paragraph(r, "Expect", e->report.expect);
    paragraph(r, "This round", note);
    mask_print(r->md, "    %s\n\n", command);
    fputs("<pre>", r->html);
    put_html(r->html, command);
    fputs("</pre>\n", r->html);
}

/* ---- tables */

static void put_cell(struct report *r, const char *text, const char *class)
{
    fputs(" ", r->md);
    if (class && *class)
        fprintf(r->html, "<td class=\"%s\">", class);
    else
        fputs("<td>", r->html);
    put_both(r, text);
    fputs(" |", r->md);
    fputs("</td>", r->html);
}

static void put_interval(struct report *r, const struct interval *i)
{
    char text[100];
    int decimals = fabs(i->value) < 1 ? 3 : 2;
    int n = snprintf(text, sizeof text, "%.*f", decimals, i->value);
    if (isfinite(i->lo))
        snprintf(text + n, sizeof text - (size_t)n, " [%.*f, %.*f]", decimals, i->lo,
                 decimals, i->hi);
    put_cell(r, text, NULL);
}

/* Nothing for a number that is not known. */
static void put_number(struct report *r, int decimals, double x)
{
    char text[50] = "";
    if (isfinite(x))
        snprintf(text, sizeof text, "%.*f", decimals, x);
    put_cell(r, text, NULL);
}

static void put_agreement(struct report *r, enum agreement agreement)
{
    put_cell(r, agreement_names[agreement], agreement == DIFFERS ? "differs" : "");
}

static void put_published(struct report *r, const struct published *p,
                          enum agreement agreement)
{
    char text[100] = "";
    if (agreement != NOTHING_PUBLISHED && isfinite(p->sd) && isfinite(p->runs))
        snprintf(text, sizeof text, "%.2f ± %.2f (%.0f runs)", p->mean, p->sd, p->runs);
    else if (agreement != NOTHING_PUBLISHED)
        snprintf(text, sizeof text, "%.4g", p->mean);
    put_cell(r, text, NULL);
    put_agreement(r, agreement);
}

static void begin_table(struct report *r, const char *const *names, size_t n)
{
    fputs("|", r->md);
    fputs("<table><tr>", r->html);
    for (size_t i = 0; i < n; i++) {
        fprintf(r->md, " %s |", names[i]);
        fprintf(r->html, "<th>%s</th>", names[i]);
    }
    fputs("\n|---|", r->md);
    for (size_t i = 2; i < n; i++)
        fputs("--:|", r->md);
    fputs("---|\n", r->md);
    fputs("</tr>\n", r->html);
}

static void begin_row(struct report *r)
{
    fputs("|", r->md);
    fputs("<tr>", r->html);
}

static void end_row(struct report *r)
{
    fputs("\n", r->md);
    fputs("</tr>\n", r->html);
}

static void end_table(struct report *r)
{
    fputs("\n", r->md);
    fputs("</table>\n", r->html);
}

void report_table(struct report *r, const char *title, const char *what,
                  const struct report_row *row, size_t n)
{
    static const char *const names[] = { "agent",
                                         "runs",
                                         "mean, 95 % interval",
                                         "IQM, 95 % interval",
                                         "published, mean ± sd",
                                         "" };
    fputs("<p>", r->html);
    put_both(r, title);
    fputs(", ", r->md);
    fputs(", ", r->html);
    put_both(r, what);
    fputs("\n\n", r->md);
    fputs("</p>\n", r->html);
    begin_table(r, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < n; i++) {
        begin_row(r);
        put_cell(r, row[i].agent, NULL);
        put_number(r, 0, (double)row[i].runs);
        put_interval(r, &row[i].mean);
        put_interval(r, &row[i].iqm);
        put_published(r, &row[i].published, row[i].agreement);
        end_row(r);
    }
    end_table(r);
}

void report_summary(struct report *r, const struct summary *s)
{
    static const char *const names[] = { "world",
                                         "published",
                                         "after cycles",
                                         "samples",
                                         "ours, 95 % interval",
                                         "after cycles",
                                         "samples",
                                         "runs",
                                         "optimum",
                                         "CPU s a run",
                                         "" };
    fputs("## ", r->md);
    fputs("<h2>", r->html);
    put_both(r, s->title);
    fputs("\n\n", r->md);
    fputs("</h2>\n", r->html);
    begin_table(r, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < s->n; i++) {
        const struct summary_row *row = &s->row[i];
        begin_row(r);
        put_cell(r, row->world, NULL);
        put_number(r, 2, row->published.mean);
        put_number(r, 0, row->published.cycles);
        put_number(r, 0, row->published.samples);
        put_interval(r, &row->mean);
        put_number(r, 0, row->cycles);
        put_number(r, 0, row->samples);
        put_number(r, 0, (double)row->runs);
        put_number(r, 3, row->optimal);
        put_number(r, 1, row->cpu_s);
        put_agreement(r, row->agreement);
        end_row(r);
    }
    end_table(r);
}

/* ---- figures */

/* The picture itself, without what stands before its first element. */
static void inline_svg(struct report *r, const char *name)
{
    char *path = xasprintf("%s/%s", r->dir, name), line[4096];
    FILE *from = fopen(path, "r");
    bool started = false;
    while (from && fgets(line, sizeof line, from)) {
        started = started || !strncmp(line, "<svg", 4);
        if (started)
            fputs(line, r->html);
    }
    if (from)
        fclose(from);
    free(path);
}

/* The name of a file as a relative URL; RFC 3986. */
static void put_address(FILE *to, const char *name)
{
    for (; *name; name++)
        if (isalnum((unsigned char)*name) || strchr("-_.~/", *name))
            fputc(*name, to);
        else
            fprintf(to, "%%%02X", (unsigned)(unsigned char)*name);
}

void report_figure(struct report *r, const char *svg, const char *caption)
{
    if (!svg) {
        paragraph(r, NULL, "(No figure: gnuplot is not installed.)");
        return;
    }
    fputs("![", r->md);
    put_md(r->md, caption);
    fputs("](", r->md);
    put_address(r->md, svg);
    fputs(")\n\n", r->md);
    fputs("<figure>\n", r->html);
    inline_svg(r, svg);
    fputs("<figcaption>", r->html);
    put_both(r, caption);
    fputs("\n\n", r->md);
    fputs("</figcaption></figure>\n", r->html);
}

bool report_close(struct report *r, struct err *err)
{
    fputs("</body></html>\n", r->html);
    bool ok = whole_close(&r->file[0], err);
    ok = whole_close(&r->file[1], err) && ok;
    free(r->dir);
    free(r);
    return ok;
}
