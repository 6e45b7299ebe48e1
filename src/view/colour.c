#include "config.h"

#include "colour.h"

#include <math.h>
#include <stdlib.h>

static int part(uint32_t rgb, int k) { return (int)(rgb >> 8 * (2 - k) & 255); }

/* sRGB (IEC 61966-2-1) to linear light. */
static double linear(int value)
{
    double x = value / 255.0;
    return x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
}

double colour_luminance(uint32_t rgb)
{
    return 0.2126 * linear(part(rgb, 0)) + 0.7152 * linear(part(rgb, 1)) +
           0.0722 * linear(part(rgb, 2));
}

double colour_contrast(uint32_t a, uint32_t b)
{
    double x = colour_luminance(a), y = colour_luminance(b);
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

double colour_lightness(uint32_t rgb)
{
    double y = colour_luminance(rgb);
    return y <= 216.0 / 24389 ? y * 24389 / 27 : 116 * cbrt(y) - 16;
}

uint32_t colour_mix(uint32_t a, uint32_t b, int percent)
{
    uint32_t rgb = 0;
    for (int k = 0; k < 3; k++) {
        int x = part(a, k), y = part(b, k);
        rgb = rgb << 8 | (uint32_t)(x + (int)lround((y - x) * percent / 100.0));
    }
    return rgb;
}

static const int level[6] = { 0, 95, 135, 175, 215, 255 };

uint32_t colour_of_index(int index)
{
    static const uint32_t basic[16] = { 0x000000, 0x800000, 0x008000, 0x808000,
                                        0x000080, 0x800080, 0x008080, 0xc0c0c0,
                                        0x808080, 0xff0000, 0x00ff00, 0xffff00,
                                        0x0000ff, 0xff00ff, 0x00ffff, 0xffffff };
    if (index < 16)
        return basic[index < 0 ? 0 : index];
    if (index >= 232)
        return (uint32_t)(8 + 10 * (index - 232)) * 0x010101u;
    index -= 16;
    return (uint32_t)(level[index / 36] << 16 | level[index / 6 % 6] << 8 |
                      level[index % 6]);
}

static int nearest_level(int value)
{
    int best = 0;
    for (int i = 1; i < 6; i++)
        if (abs(level[i] - value) < abs(level[best] - value))
            best = i;
    return best;
}

static int distance(uint32_t a, uint32_t b)
{
    int sum = 0;
    for (int k = 0; k < 3; k++)
        sum += (part(a, k) - part(b, k)) * (part(a, k) - part(b, k));
    return sum;
}

int colour_nearest(uint32_t rgb)
{
    int cube = 16 + 36 * nearest_level(part(rgb, 0)) + 6 * nearest_level(part(rgb, 1)) +
               nearest_level(part(rgb, 2));
    int mean = (part(rgb, 0) + part(rgb, 1) + part(rgb, 2)) / 3;
    int k = (mean - 8 + 5) / 10;
    int grey = 232 + (k < 0 ? 0 : k > 23 ? 23 : k);
    return distance(colour_of_index(grey), rgb) < distance(colour_of_index(cube), rgb)
               ? grey
               : cube;
}
