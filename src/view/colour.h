#ifndef COLOUR_H
#define COLOUR_H

#include <stdint.h>

/* Arithmetic of colours, 0xrrggbb in sRGB. Pure. */

/* Relative luminance and contrast of WCAG 2 (1 .. 21). */
double colour_luminance(uint32_t rgb);
double colour_contrast(uint32_t a, uint32_t b);
/* CIE L* of the white point D65, 0 .. 100. */
double colour_lightness(uint32_t rgb);
/* `percent` of the way from a to b. */
uint32_t colour_mix(uint32_t a, uint32_t b, int percent);
/* A colour of xterm's palette, and the nearest of its cube and greys. */
uint32_t colour_of_index(int index);
int colour_nearest(uint32_t rgb);

#endif
