#ifndef LAYOUT_H
#define LAYOUT_H

#include "sheet.h"

/* Where everything goes on a terminal of some size. Pure. As space shrinks panels leave in
 * the order events, traces (to three lines), titles and frames; cells go from three columns
 * to two to one, then the world scrolls with the agent. */
enum { LAYOUT_MIN_ROWS = 12, LAYOUT_MIN_COLS = 40 };

struct layout_want {
    int rows, cols;             /* of the terminal */
    int world_rows, world_cols; /* canvas of one world; 0: it draws nothing */
    bool text;                  /* the canvas is text: a cell is one column */
    int worlds;                 /* agents side by side, 1 or 2 */
};

struct layout {
    bool too_small;
    bool frames;                   /* panels have frames */
    int cell;                      /* columns of a tile: 3, 2 or 1 */
    struct rect title;             /* one line */
    struct rect world[2], side[2]; /* with their frames */
    struct rect traces, events;
    struct rect message, hints, bar; /* one line each */
};

struct layout layout_make(const struct layout_want *w);

#endif
