#ifndef THEME_H
#define THEME_H

#include "sheet.h"

/* Roles and shades as colours of the 256-colour palette of xterm, for terminals with as
 * many colours, and as attributes alone. */
enum palette {
    PALETTE_DEFAULT,
    PALETTE_GREY,
    PALETTE_CONTRAST,
    PALETTE_LIGHT, /* for white terminals */
    PALETTE_MONO,
    PALETTES
};
extern const char *const palette_names[]; /* closed by NULL */

enum { LOOK_BOLD = 1, LOOK_REVERSE = 2, LOOK_DIM = 4, LOOK_UNDERLINE = 8 };
struct look {
    int16_t fg, bg; /* 0 .. 255; -1: the terminal's own */
    uint8_t attr;
};

/* `colors`: as many as the terminal has; below 8 attributes carry the meaning. */
struct look theme_look(enum palette palette, int colors, struct mark m);

/* A colour of the palette as 0xrrggbb, for terminals that take those. */
int theme_rgb(int index);

/* The ramps, for the test that they rise: CIE L* of shade k in 1 .. SHADES. */
double theme_lightness(enum palette palette, int shade);

#endif
