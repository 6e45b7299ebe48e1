#ifndef CHART_H
#define CHART_H

#include "canvas.h"
#include "err.h"

#include <stdbool.h>
#include <stdio.h>

/* A figure as data, to be drawn on a canvas or by gnuplot. Colours are those of Okabe and
 * Ito (2008), which all kinds of eyes tell apart; every line carries its label, so that
 * nothing is said by colour alone. */

enum chart_kind {
    CHART_LINES,     /* y over x, with a band from lo to hi */
    CHART_INTERVALS, /* one value with its interval per series: y[0], lo[0], hi[0] */
    CHART_HEAT       /* value[row * columns + column] */
};

struct series {
    char *label; /* "": a thin line without one */
    size_t n;
    double *x, *y, *lo, *hi; /* [n]; lo and hi may be NULL; owned */
    bool points;             /* marks, not a line: published values */
    size_t color;            /* which of the colours; chart_add() counts through them */
};

struct reference { /* a horizontal line (intervals: a vertical one) */
    char *label;
    double y;
};

enum { REFERENCES_MAX = 4, SERIES_MAX = 64 };

struct chart {
    enum chart_kind kind;
    char *title, *x_label, *y_label, *z_label; /* owned; z: what a heat map shows */
    bool log_x;
    struct series *series; /* [n]; owned */
    size_t n;
    struct reference reference[REFERENCES_MAX];
    size_t n_references;
    char **column, **row; /* of a heat map; owned */
    size_t columns, rows;
    double *value; /* NAN: no runs */
};

/* Copies what it is given; lo and hi may be NULL. */
void chart_add(struct chart *c, const char *label, const double *x, const double *y,
               const double *lo, const double *hi, size_t n);
void chart_refer(struct chart *c, const char *label, double y);
void chart_release(struct chart *c);
/* The range of all values that are shown along an axis; false when there are none. */
bool chart_range(const struct chart *c, bool along_x, double *least, double *greatest);
/* Whether x is counted: all of it are whole numbers. */
bool chart_counts(const struct chart *c);
/* Where ticks stand: multiples of a round step, at most `most`; returns the step. */
double chart_step(double least, double greatest, int most);

enum charset { CHARSET_ASCII, CHARSET_BLOCKS, CHARSET_BRAILLE };
enum { INK_SERIES = INKS }; /* INK_SERIES + i: the colour of series i */

/* Draws on all of the canvas. */
void chart_draw(const struct chart *c, struct canvas *cv, enum charset charset);
/* How many rows the chart wants on a screen of so many columns. */
int chart_rows(const struct chart *c);
/* The canvas as text; with colour as ANSI sequences of 256 colours. */
void canvas_print(const struct canvas *cv, bool color, FILE *to);

/* Writes STEM.csv and STEM.gp, where PATH is STEM.svg, .png, .pdf, .tex, .gp or .csv, and
 * runs gnuplot for the picture. *drawn: a picture was made; it is not when gnuplot is
 * missing or PATH asks for the script alone. */
bool chart_gnuplot(const struct chart *c, const char *path, bool *drawn, struct err *err);

#endif
