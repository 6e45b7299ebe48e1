#include "config.h"

#include "theme.h"

#include <math.h>
#include <stddef.h>

const char *const palette_names[] = { "default", "grey", "high-contrast",
                                      "light",   "mono", NULL };

/* Fixed ramps whose lightness rises strictly: the nearest colours of cividis or viridis in
 * the 256 of xterm do not (the test computes L*). */
static const uint8_t cividis[SHADES] = { 17,  18,  24,  25,  60,  66,
                                         102, 108, 144, 179, 221, 227 };
static const uint8_t grey[SHADES] = { 234, 236, 238, 240, 242, 244,
                                      246, 248, 250, 252, 254, 255 };
static const uint8_t light[SHADES] = { 230, 229, 222, 216, 180, 173,
                                       137, 131, 95,  59,  240, 236 };

/* Okabe and Ito's colours, nearest of 256; every tile has a glyph of its own besides. */
static const int16_t colour_of[ROLES] = {
    [ROLE_TEXT] = -1,   [ROLE_DIM] = 245,     [ROLE_FRAME] = 240,     [ROLE_TITLE] = -1,
    [ROLE_STRONG] = -1, [ROLE_LABEL] = -1,    [ROLE_AGENT] = 231,     [ROLE_OTHER] = 175,
    [ROLE_WALL] = 240,  [ROLE_FLOOR] = 240,   [ROLE_GOAL] = 214, [ROLE_DANGER] = 166,
    [ROLE_HAZE] = 175, [ROLE_OBJECT] = 74, [ROLE_LURE] = 227,   [ROLE_SAMPLED] = 214,
    [ROLE_BAR] = 74,    [ROLE_OPTIMAL] = 36,  [ROLE_GOOD] = 36,       [ROLE_BAD] = 166,
};
static const int16_t light_of[ROLES] = {
    [ROLE_TEXT] = -1,   [ROLE_DIM] = 243,     [ROLE_FRAME] = 250,     [ROLE_TITLE] = -1,
    [ROLE_STRONG] = -1, [ROLE_LABEL] = -1,    [ROLE_AGENT] = 16,      [ROLE_OTHER] = 90,
    [ROLE_WALL] = 244,  [ROLE_FLOOR] = 250,   [ROLE_GOAL] = 130, [ROLE_DANGER] = 124,
    [ROLE_HAZE] = 90,  [ROLE_OBJECT] = 25, [ROLE_LURE] = 94,    [ROLE_SAMPLED] = 130,
    [ROLE_BAR] = 25,    [ROLE_OPTIMAL] = 28,  [ROLE_GOOD] = 28,       [ROLE_BAD] = 124,
};
static const uint8_t attr_of[ROLES] = {
    [ROLE_DIM] = LOOK_DIM,        [ROLE_TITLE] = LOOK_BOLD, [ROLE_STRONG] = LOOK_BOLD,
    [ROLE_LABEL] = LOOK_REVERSE,  [ROLE_AGENT] = LOOK_BOLD, [ROLE_OTHER] = LOOK_BOLD,
    [ROLE_GOAL] = LOOK_BOLD, [ROLE_DANGER] = LOOK_BOLD,  [ROLE_OBJECT] = LOOK_BOLD,
    [ROLE_SAMPLED] = LOOK_BOLD,
};

static const uint8_t *ramp_of(enum palette p)
{
    return p == PALETTE_LIGHT ? light : p == PALETTE_DEFAULT ? cividis : grey;
}

/* sRGB of an xterm colour, each in [0, 1]. */
static void rgb_of(int index, double rgb[3])
{
    static const double level[6] = { 0, 95, 135, 175, 215, 255 };
    if (index >= 232) {
        rgb[0] = rgb[1] = rgb[2] = (8 + 10 * (index - 232)) / 255.0;
        return;
    }
    index -= 16;
    rgb[0] = level[index / 36] / 255;
    rgb[1] = level[index / 6 % 6] / 255;
    rgb[2] = level[index % 6] / 255;
}

int theme_rgb(int index)
{
    static const int basic[16] = { 0x000000, 0x800000, 0x008000, 0x808000,
                                   0x000080, 0x800080, 0x008080, 0xc0c0c0,
                                   0x808080, 0xff0000, 0x00ff00, 0xffff00,
                                   0x0000ff, 0xff00ff, 0x00ffff, 0xffffff };
    double rgb[3];
    if (index < 16)
        return basic[index < 0 ? 0 : index];
    rgb_of(index, rgb);
    return (int)lround(rgb[0] * 255) << 16 | (int)lround(rgb[1] * 255) << 8 |
           (int)lround(rgb[2] * 255);
}

double theme_lightness(enum palette palette, int shade)
{
    double rgb[3], y = 0;
    static const double weight[3] = { 0.2126, 0.7152, 0.0722 };
    rgb_of(ramp_of(palette)[shade - 1], rgb);
    for (int i = 0; i < 3; i++)
        y += weight[i] *
             (rgb[i] <= 0.04045 ? rgb[i] / 12.92 : pow((rgb[i] + 0.055) / 1.055, 2.4));
    return y <= 216.0 / 24389 ? y * 24389 / 27 : 116 * cbrt(y) - 16;
}

/* Eight colours: three shades of belief by attributes, the digits say the rest. */
static struct look few_colours(int colors, struct mark m)
{
    static const int16_t eight[ROLES] = {
        [ROLE_TEXT] = -1,   [ROLE_DIM] = -1,     [ROLE_FRAME] = -1,    [ROLE_TITLE] = -1,
        [ROLE_STRONG] = -1, [ROLE_LABEL] = -1,   [ROLE_AGENT] = -1,    [ROLE_OTHER] = 5,
        [ROLE_WALL] = -1,   [ROLE_FLOOR] = -1,   [ROLE_GOAL] = 3, [ROLE_DANGER] = 1,
        [ROLE_HAZE] = 5,   [ROLE_OBJECT] = 6, [ROLE_LURE] = 3,   [ROLE_SAMPLED] = 3,
        [ROLE_BAR] = 6,     [ROLE_OPTIMAL] = 2,  [ROLE_GOOD] = 2,      [ROLE_BAD] = 1,
    };
    struct look l = { colors >= 8 ? eight[m.role] : -1, -1, attr_of[m.role] };
    if (m.shade > SHADES * 2 / 3 && m.role != ROLE_AGENT)
        l.attr |= LOOK_REVERSE;
    else if (m.shade > SHADES / 3)
        l.attr |= LOOK_BOLD;
    if (m.role == ROLE_AGENT)
        l.attr |= LOOK_REVERSE;
    return l;
}

struct look theme_look(enum palette palette, int colors, struct mark m)
{
    if (colors < 256 || palette == PALETTE_MONO)
        return few_colours(palette == PALETTE_MONO ? 0 : colors, m);
    struct look l = { palette == PALETTE_LIGHT ? light_of[m.role] : colour_of[m.role], -1,
                      attr_of[m.role] };
    l.attr &= (uint8_t)~LOOK_DIM;
    if (palette == PALETTE_CONTRAST && l.fg >= 232 && l.fg < 250)
        l.fg = 252;
    if (m.shade) {
        l.bg = ramp_of(palette)[m.shade - 1];
        bool dark = theme_lightness(palette, m.shade) < 50;
        if (m.role != ROLE_SAMPLED && m.role != ROLE_GOAL)
            l.fg = dark ? 231 : 16;
        else if (!dark)
            l.fg = 16;
    } else if (m.role == ROLE_AGENT) {
        l.attr |= LOOK_REVERSE;
        l.fg = -1;
    }
    return l;
}
