#ifndef CELLS_H
#define CELLS_H

#include "glyphs.h"
#include "sheet.h"

/* How a place of a map is drawn, from one character to eleven by five. */
struct cell_size {
    int cols, rows;
};
/* Largest first; closed by { 0, 0 }. */
extern const struct cell_size cell_sizes[];

/* A number in a place, in as many digits as its columns allow. */
enum figure_kind {
    FIGURE_NONE,
    FIGURE_CHANCE, /* in per cent; below a thousandth none */
    FIGURE_VALUE,  /* in one line its sign has to do */
    FIGURE_COUNT
};
struct figure {
    enum figure_kind kind;
    double x;
};

/* What a place shows, whatever its size; each part is left out where it does not fit. */
struct content {
    uint8_t ground;     /* enum ground */
    uint8_t role;       /* of the glyph */
    uint8_t truth_role; /* of what is hidden */
    uint8_t arrow_role;
    bool filled;       /* the glyph fills the place: a wall */
    bool bare;         /* nothing stands there: a layer may say something in its place */
    bool seen;         /* by an agent that was not told the map: it keeps its dot */
    bool loud;         /* on a bright ground: the token is framed, its number is in full */
    bool quiet;        /* its number is mixed down */
    uint32_t glyph[3]; /* what it is; its middle alone where there is less room; 0: none */
    uint32_t truth[3]; /* what is hidden there; 0: nothing */
    uint32_t arrow;    /* of the plan; 0: none */
    int rank;          /* 1 .. 3; 0: none */
    int agent;         /* 0 .. 3: it stands there; -1: nobody does */
    uint32_t letter;   /* of the agent */
    int other;         /* agent to whom it is likelier, by a corner; -1: none */
    struct figure number; /* the layer's */
    struct figure fourth; /* of the largest */
};

/* Draws it with its upper left corner at (row, col); `digits`: on a terminal without
 * shades, where tokens are framed and the glyph is never covered by rank or plan. */
void draw_cell(struct pane p, int row, int col, struct cell_size size,
               const struct content *what, const struct glyphs *g, bool digits);

#endif
