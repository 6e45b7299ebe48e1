#ifndef GLYPHS_H
#define GLYPHS_H

#include <stdbool.h>
#include <stdint.h>

/* The characters of a terminal that shows Unicode, and of one that shows ASCII. Meaning is
 * never in the colour alone. */
struct glyphs {
    bool ascii;
    uint32_t h, v, tl, tr, bl, br; /* frames */
    const char *times, *dash, *play, *pause, *chosen, *record, *fork, *dot;
    const char *left, *right, *up, *down, *stay;
    const char *bar[9];      /* eighths of a column, 0 .. 8 */
    const char *spark[9];    /* eighths of a row, 0 .. 8 */
    const char *line, *knob; /* of the time line */
    const char *optimal;
    /* Three columns wide, as tiles are; those of the worlds' things stand in their
     * tables. */
    const char *agent, *other; /* players 0 and 1 */
    const char *bare;          /* ground that something is said of */
    const char *sampled;       /* what is followed for now */
    const char *fog; /* what the agent has not seen, where it was not told the map */
    /* Of cells of a map, one column each. */
    uint32_t hatch, poor_hatch;      /* walls, with shades and without */
    uint32_t never;                  /* a place where nothing was ever looked for */
    uint32_t half_left, half_right;  /* edges of a token: inner halves of a column */
    uint32_t open, close;            /* around a token on a bright cell */
    uint32_t corner;                 /* likelier to another agent */
    /* Of lines of text. */
    const char *ellipsis, *between, *finished, *yours;
};
/* What curves are drawn with. */
enum graph { GRAPH_BRAILLE, GRAPH_BLOCK, GRAPH_ASCII, GRAPHS };
extern const char *const graph_names[]; /* closed by NULL */

extern const struct glyphs glyphs_utf8, glyphs_ascii;

#endif
