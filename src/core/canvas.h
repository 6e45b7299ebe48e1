#ifndef CANVAS_H
#define CANVAS_H

#include <stdint.h>

/* What stands in a cell. Worlds name meanings; glyphs, colours and widths are the screen's. */
enum ink {
    INK_UNKNOWN,
    INK_FLOOR,
    INK_WALL,
    INK_DISPENSER,
    INK_TRAP,
    INK_NOISE,
    INK_MODIFIER,
    INK_CORRUPT, /* pays what it should not */
    INK_GHOST,
    INK_FOOD,
    INK_POWER,
    INK_TEXT,   /* shows ch */
    INK_STRONG, /* shows ch, stressed */
    INK_DIM,    /* shows ch, in the background */
    INK_GOOD,   /* shows ch: a reward, a cooperation */
    INK_BAD,    /* shows ch: a loss, a defection */
    INKS
};

struct cell {
    uint8_t ink;   /* enum ink */
    uint8_t agent; /* the agent stands here */
    uint8_t other; /* a second agent stands here */
    uint32_t ch;   /* Unicode, for the text inks */
};

/* rows x cols cells, row-major, owned by the caller. A world draws tiles (one cell is one
 * place) or text (one cell is one column) as its env says. */
struct canvas {
    int rows, cols;
    struct cell *at;
};

static inline void canvas_put(struct canvas *cv, int row, int col, enum ink ink,
                              uint32_t ch)
{
    if (row >= 0 && row < cv->rows && col >= 0 && col < cv->cols)
        cv->at[row * cv->cols + col] = (struct cell){ .ink = (uint8_t)ink, .ch = ch };
}

void canvas_clear(struct canvas *cv);
/* Writes ASCII text from (row, col) on; what is outside is clipped. */
void canvas_text(struct canvas *cv, int row, int col, enum ink ink, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

#endif
