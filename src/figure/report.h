#ifndef REPORT_H
#define REPORT_H

#include "boot.h"
#include "experiment.h"
#include "published.h"
#include "summary.h"

/* report.md and report.html: a section for each experiment, with words, a table and
 * figures. The HTML stands alone: figures are inlined as SVG. Neither has a time or a place
 * in it, so that the same seeds give the same bytes. */
struct report;
struct report *report_open(const char *dir, const char *subtitle, struct err *err);
/* The words of an experiment, a note on this round (or NULL), and the command that lives
 * it. */
void report_section(struct report *r, const struct experiment *e, const char *note,
                    const char *command);

struct report_row {
    const char *agent;
    size_t runs;
    struct interval mean, iqm;
    struct published published;
    enum agreement agreement;
};
/* A table of one world. */
void report_table(struct report *r, const char *title, const char *what,
                  const struct report_row *row, size_t n);
/* A section with a table over several experiments. */
void report_summary(struct report *r, const struct summary *s);
/* A figure that stands beside the report as NAME.svg; NULL: gnuplot is missing. */
void report_figure(struct report *r, const char *svg, const char *caption);
void report_note(struct report *r, const char *text);
/* Closes and frees; false with *err when something could not be written. */
bool report_close(struct report *r, struct err *err);

#endif
