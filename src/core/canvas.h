#ifndef CANVAS_H
#define CANVAS_H

#include "names.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

HOST_BEGIN

/* How the things of a grid look: a row each, in the world's own table, closed by a NULL
 * name. Row 0 is the bare ground. Worlds name meanings; the colours of the roles are the
 * theme's. */
enum look_role {
    LOOK_GROUND, /* nothing to speak of */
    LOOK_BLOCK,  /* nobody goes there */
    LOOK_GOAL,   /* pays */
    LOOK_DANGER, /* hurts, or holds for ever */
    LOOK_HAZE,   /* tells nothing */
    LOOK_OBJECT, /* changes what follows */
    LOOK_LURE,   /* pays what it should not */
    LOOK_ROLES
};
struct tile_look {
    const char *name; /* in the legend */
    const char *utf8,
        *ascii;        /* three columns; the middle one alone where there is less room */
    uint8_t role;      /* enum look_role */
    bool hidden;       /* drawn only with the truth */
    const char *event; /* said when the agent comes there; NULL: nothing is */
};

/* How characters look, on a canvas of text. */
enum ink {
    INK_TEXT,
    INK_STRONG, /* stressed */
    INK_DIM,    /* in the background */
    INK_GOOD,   /* a reward, a cooperation */
    INK_BAD,    /* a loss, a defection */
    INKS
};

struct cell {
    uint8_t ground;  /* row of the world's table; of text: enum ink */
    uint8_t thing;   /* row of what stands on it; 0: nothing does */
    uint8_t players; /* bit i: player i stands here */
    uint8_t turn;    /* quarter turns of the thing, to the right */
    uint32_t ch;     /* Unicode, of text */
};
enum { PLAYERS_MAX = 8 };
static_assert(sizeof(struct cell) == 8, "cells are compared as bytes");

/* What an agent that was not told the map knows of a cell. */
enum charted { CHART_UNKNOWN, CHART_FREE, CHART_WALL };

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
        cv->at[row * cv->cols + col] = (struct cell){ .ground = (uint8_t)ink, .ch = ch };
}

/* The same of a tile: a thing on its ground, rows of the world's table. */
static inline void canvas_tile(struct canvas *cv, int row, int col, int ground, int thing)
{
    if (row >= 0 && row < cv->rows && col >= 0 && col < cv->cols)
        cv->at[row * cv->cols + col] =
            (struct cell){ .ground = (uint8_t)ground, .thing = (uint8_t)thing };
}

void canvas_clear(struct canvas *cv);
/* Writes UTF-8 text from (row, col) on, masked (mask.h); what is outside is clipped. */
void canvas_text(struct canvas *cv, int row, int col, enum ink ink, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

HOST_END

#endif
