#ifndef SHEET_H
#define SHEET_H

#include <stdbool.h>
#include <stdint.h>

/* What a character on the screen means; colours and attributes are the theme's. */
enum role {
    ROLE_TEXT,
    ROLE_DIM,
    ROLE_FRAME,
    ROLE_TITLE,
    ROLE_STRONG,
    ROLE_LABEL, /* of a key in the function bar */
    ROLE_AGENT,
    ROLE_OTHER, /* a second agent */
    ROLE_FLOOR, /* of tiles: ROLE_FLOOR + enum look_role */
    ROLE_WALL,
    ROLE_GOAL,
    ROLE_DANGER,
    ROLE_HAZE,
    ROLE_OBJECT,
    ROLE_LURE,
    ROLE_SAMPLED, /* what is followed for now */
    ROLE_BAR,
    ROLE_OPTIMAL,
    ROLE_GOOD,
    ROLE_BAD,
    ROLES
};

enum { SHADES = 12 }; /* 0: none; 1 .. SHADES: how likely, rising */

struct mark {
    uint32_t ch; /* Unicode; 0: the right half of nothing, drawn as a space */
    uint8_t role;
    uint8_t shade;
    uint16_t unused; /* no padding: marks are compared as bytes */
};

/* A screen to be: rows x cols marks, row-major, owned. */
struct sheet {
    int rows, cols;
    struct mark *at;
};

void sheet_resize(struct sheet *s, int rows, int cols);
void sheet_clear(struct sheet *s);
void sheet_release(struct sheet *s);

/* A part of a sheet that text is put on; nothing is drawn outside. */
struct rect {
    int row, col, rows, cols;
};
struct pane {
    struct sheet *sheet;
    struct rect r;
};

static inline bool rect_empty(struct rect r) { return r.rows <= 0 || r.cols <= 0; }

/* One mark at (row, col) of the pane; its character is masked (mask.h). */
void put_mark(struct pane p, int row, int col, struct mark m);
static inline void put_ch(struct pane p, int row, int col, enum role role, uint32_t ch)
{
    put_mark(p, row, col, (struct mark){ .ch = ch, .role = (uint8_t)role });
}
/* UTF-8 text from (row, col) on, as far as the pane goes; returns the column after it. */
int put_text(struct pane p, int row, int col, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* Columns the text takes. */
int text_width(const char *text);

#endif
