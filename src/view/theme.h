#ifndef THEME_H
#define THEME_H

#include "sheet.h"

/* Roles and grounds as colours: of 24 bits, of xterm's 256, of 16 and 8, and as attributes
 * alone. The belief is the light on the map: walls are cut out of its plate, and nothing
 * but belief is bright. tests/check_theme.c holds the tables to what they promise. */
enum palette {
    PALETTE_AUTO, /* dark or light, as the terminal's background */
    PALETTE_DARK,
    PALETTE_LIGHT,
    PALETTE_GREY,
    PALETTE_CONTRAST,
    PALETTE_MONO,
    PALETTES
};
/* Closed by NULL; after the palettes "default", another word for auto. */
extern const char *const palette_names[];
/* A palette by its name; -1: there is none. */
int palette_of_name(const char *name);

/* What is behind the terminal's text, as far as it is known. */
enum backdrop { BACKDROP_UNKNOWN, BACKDROP_DARK, BACKDROP_LIGHT };

enum { COLORS_DIRECT = 1 << 24 };
struct theme {
    enum palette palette;
    enum backdrop backdrop;
    int colors; /* of the terminal: COLORS_DIRECT, 256, 16, 8; fewer: none */
};

/* Whether shades cannot be told apart, so that digits say them. */
bool theme_is_poor(struct theme theme);
/* Whether it is drawn for a light background. */
bool theme_is_light(struct theme theme);

enum { LOOK_BOLD = 1, LOOK_REVERSE = 2, LOOK_DIM = 4, LOOK_UNDERLINE = 8 };
struct look {
    int32_t fg, bg; /* 0xrrggbb with COLORS_DIRECT, else an index; -1: the terminal's own */
    uint8_t attr;
};
struct look theme_look(struct theme theme, struct mark m);

/* A colour in both its forms; index -1: the terminal's own. */
struct tone {
    uint32_t rgb;
    int index;
};
/* Of a ground, and of a role on it, of a theme that is not poor. */
struct tone theme_ground(struct theme theme, enum ground ground);
struct tone theme_role(struct theme theme, enum role role, enum ground ground);
/* What a still shows where a terminal has its own: text, or what is behind it. */
uint32_t theme_own(struct theme theme, bool text);

#endif
