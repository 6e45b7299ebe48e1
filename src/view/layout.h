#ifndef LAYOUT_H
#define LAYOUT_H

#include "cells.h"

/* Where everything goes on a terminal of some size: the table of layout.def and its solver.
 * Pure. A panel that is there at some size is there at every larger one. */
enum { LAYOUT_MIN_ROWS = 12, LAYOUT_MIN_COLS = 40, LAYOUT_RUNS = 4 };

#define PANEL(name, ...) PANEL_##name,
enum panel {
#include "layout.def"
    PANELS
};
#undef PANEL

struct extent {
    int cols, rows;
};

struct layout_want {
    int rows, cols;    /* of the terminal */
    int runs;          /* 1 .. LAYOUT_RUNS */
    int actions;       /* of the world */
    int facts; /* lines of what is known; at least four */
    bool overlaid;     /* all runs on one map */
    struct extent map; /* in places; { 0, 0 }: the world has none, but a picture */
    struct extent picture, picture_min; /* in characters, without the heading; 0: none */
    unsigned without; /* bits 1u << PANEL_name of those that have nothing to show */
};

/* Rectangles have the panel's heading in their first row where it has one. */
struct layout {
    bool too_small;
    bool small;                   /* below 14 rows: no headings above maps */
    struct cell_size cell;        /* of a place of the map */
    int maps;                     /* as many as there are runs, or 1 */
    struct rect map[LAYOUT_RUNS]; /* of a picture, too; empty: neither */
    struct rect at[PANELS];       /* of the others; empty: not there */
    struct rect words;            /* about the scale, below or beside it; may be empty */
    struct rect heading;          /* of the traces, which may be on the row of the scale */
};

struct layout layout_make(const struct layout_want *w);
/* Columns of a place on a small map of a panel; 0: it does not fit. */
int layout_small_cell(const struct layout_want *w, struct rect r);

/* Its row of the table, for tests: what `drop` says. */
int layout_drop(enum panel p);

#endif
