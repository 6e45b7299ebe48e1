#ifndef COMPARE_OUT_H
#define COMPARE_OUT_H

#include "chart.h"
#include "compare.h"
#include "options.h"

/* Comparisons on stdout, one contest after the other. */
enum compare_format {
    COMPARE_TABLE, /* for people, with a chart of the intervals */
    COMPARE_CSV,
    COMPARE_JSON,
    COMPARE_MARKDOWN,
    COMPARE_LATEX
};
extern const char *const compare_formats[];

struct compare_report;
struct compare_report *report_begin(enum compare_format format,
                                    const struct contest_options *what,
                                    const struct compare_options *how,
                                    const struct args *args, bool ascii);
void report_contest(struct compare_report *r, const struct contest *c,
                    const struct comparison *row);
/* Prints what is left and releases the report; nothing when not ok. */
void report_end(struct compare_report *r, bool ok);

/* A chart on stdout: braille where the locale has it, unless `ascii`. */
void print_chart(const struct chart *c, const struct args *args, bool ascii, int rows);
/* Columns of the terminal on stdout; 80 elsewhere. */
int screen_columns(void);

#endif
