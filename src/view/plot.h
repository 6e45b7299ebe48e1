#ifndef PLOT_H
#define PLOT_H

#include "panels.h"

/* Curves with axes: numbers over a whole run, one line an agent, in braille, blocks or
 * letters. The gutters beside them are the same everywhere, so that all share one axis of
 * time with the slider. */
struct gutters {
    int left, columns, right; /* columns: of the curve itself */
};
struct gutters plot_gutters(int cols);

/* Outwards to round numbers; never empty. */
struct span span_round(struct span data);
/* A number in few letters: "-1", "0.25", "12000", "1e+06"; at the cursor, two digits after
 * the point where there is room for them. */
void axis_text(char *buf, size_t n, double x);
void value_text(char *buf, size_t n, double x);

struct plot {
    const char *name; /* of its numbers, with their unit */
    const struct scene *scenes;
    int n; /* agents, one scene each; the cursor stands at cycle t of the first */
    enum series series;
    int64_t upto;      /* the last cycle that is drawn */
    double best;       /* a dashed line; NAN: none */
    struct span least; /* the axis holds at least this; lo > hi: nothing is asked */
    bool regret;       /* the series is a mean: t (best - mean) is drawn */
    bool each;         /* the rewards themselves as dim dots behind their mean */
    bool logs;         /* sign(x) log10(1 + |x|) is drawn */
};
/* Into all rows of the pane, two at least: axis, curves, name and values at the cursor. */
void plot_draw(const struct plot *plot, struct pane p);
/* The value at the cursor of agent i; NAN: none. */
double plot_value(const struct plot *plot, int i);

/* ---- slider.c */

/* The axis of time, where it stands and what happened, in the first row of the pane, its
 * numbers in the second if there is one. */
void slider_draw(const struct scene *scenes, int n, int64_t upto, struct pane p);
/* The cycle of a column of the pane; -1: it is beside the axis. */
int64_t slider_cycle(const struct scene *s, int cols, int col);

#endif
