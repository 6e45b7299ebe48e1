#ifndef SHEET_H
#define SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a character on the screen means; colours and attributes are the theme's. A role
 * without a colour of its own is ink where there is a ground. */
enum role {
    ROLE_TEXT,
    ROLE_DIM,
    ROLE_FRAME,
    ROLE_TITLE,
    ROLE_STRONG,
    ROLE_LABEL,                  /* of a key in the function bar */
    ROLE_AGENT,                  /* .. + 3: agents A to D, stressed */
    ROLE_OTHER,                  /* the second */
    ROLE_FLOOR = ROLE_AGENT + 4, /* of tiles: ROLE_FLOOR + enum look_role */
    ROLE_WALL,
    ROLE_GOAL,
    ROLE_DANGER,
    ROLE_HAZE,
    ROLE_OBJECT,
    ROLE_LURE,
    ROLE_SAMPLED, /* what is followed for now */
    ROLE_BAR,     /* .. + 3: curves and bars of agents A to D */
    ROLE_OPTIMAL = ROLE_BAR + 4,
    ROLE_GOOD,
    ROLE_BAD,
    ROLE_EVENT,
    ROLE_INK,  /* black or white, what contrasts more with the ground */
    ROLE_PLAN, /* .. + 3: an arrow of the plan of agents A to D */
    ROLES = ROLE_PLAN + 4
};

/* What a character stands on. */
enum ground {
    GROUND_NONE, /* the terminal's own */
    GROUND_VOID, /* walls, where the plate is cut out */
    GROUND_UNSEEN,
    GROUND_STEP,                      /* .. + STEPS: how likely (ramp.h); ruled out: */
    GROUND_FLOOR = GROUND_STEP,       /* the bare plate */
    GROUND_VISITS = GROUND_STEP + 9,  /* + 1 .. STEPS */
    GROUND_BELOW = GROUND_VISITS + 9, /* + 1 .. 4: worth less than here, growing */
    GROUND_ALIKE = GROUND_BELOW + 5,
    GROUND_ABOVE = GROUND_ALIKE, /* + 1 .. 4: worth more */
    GROUND_BAR = GROUND_ABOVE + 5,
    GROUND_CHOSEN, /* the row of a list that is chosen */
    GROUND_AGENT,  /* .. + 3: agents A to D */
    GROUNDS = GROUND_AGENT + 4
};
/* The colour of a ground for what is drawn on another. */
#define ROLE_OF(g) ((enum role)(ROLES + (g)))
/* A role on a ground, for put_text() and put_ch(), which take the terminal's own without;
 * and the same mixed with it, `mix` per cent of the way from the ground. */
#define ROLE_ON(r, g) ROLE_MIXED(r, g, 0)
#define ROLE_MIXED(r, g, mix)                                                              \
    ((enum role)((unsigned)(r) | (unsigned)(g) << 8 | (mix) << 16))

enum { MARK_VEILED = 1 }; /* under an overlay */
struct mark {
    uint32_t ch; /* Unicode; 0: the right half of nothing, drawn as a space */
    uint8_t role;
    uint8_t ground;
    uint8_t mix;   /* per cent of the way from the ground to the role's colour; 0: all */
    uint8_t flags; /* no padding: marks are compared as bytes */
};

/* A screen to be: rows x cols marks, row-major, owned. */
struct sheet {
    int rows, cols;
    struct mark *at;
    int cut; /* words that their pane did not hold whole, since it was cleared: for tests */
};

void sheet_resize(struct sheet *s, int rows, int cols);
void sheet_clear(struct sheet *s);
void sheet_release(struct sheet *s);
/* All that is there now is dimmed: something is drawn over it. */
void sheet_veil(struct sheet *s);

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
    put_mark(p, row, col,
             (struct mark){ .ch = ch,
                            .role = (uint8_t)role,
                            .ground = (uint8_t)(role >> 8),
                            .mix = (uint8_t)(role >> 16) });
}
/* Blanks on a ground. */
void pane_fill(struct pane p, enum ground ground);
/* A part of the pane, in its own rows and columns; what is outside is cut off. */
struct pane pane_part(struct pane p, int row, int col, int rows, int cols);
/* UTF-8 text from (row, col) on, as far as the pane goes; returns the column after it. */
int put_text(struct pane p, int row, int col, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* The bytes of a character into to[4], without a NUL; returns how many. */
size_t utf8_of(uint32_t ch, char *to);
/* Columns the text takes. */
int text_width(const char *text);

#endif
