#include "config.h"

#include "panels.h"

#include <math.h>
#include <stdio.h>

/* Shade of x in [0, top], rising with its size; 0 only for nothing. Square roots spread the
 * small values of a wide posterior. */
static int shade_of(double x, double top)
{
    if (!(x > 0) || !(top > 0))
        return 0;
    int k = (int)ceil(sqrt(x / top) * SHADES);
    return k < 1 ? 1 : k > SHADES ? SHADES : k;
}

/* Shade of a probability among n cells: the middle of the ramp where all are alike, its end
 * where it is certain, by the logarithm in between. Falsified cells have none. */
static int shade_of_belief(double p, double n)
{
    enum { MIDDLE = 5 };
    if (!(p > 0) || n < 2)
        return p > 0 ? SHADES : 0;
    double more = log(p * n);
    double k = more > 0 ? MIDDLE + (SHADES - MIDDLE) * more / log(n)
                        : MIDDLE + (MIDDLE - 1) * more / log(64);
    return k < 1 ? 1 : (int)lround(k);
}

static void layer_belief(const struct picture *pic, struct tint *out)
{
    double n = pic->s->env->n_places ? (double)pic->s->env->n_places : (double)pic->cells;
    for (int i = 0; pic->f.belief && i < pic->cells; i++)
        out[i].shade = shade_of_belief((double)pic->f.belief[i], n);
}

static void layer_visits(const struct picture *pic, struct tint *out)
{
    uint32_t top = 0;
    for (int i = 0; i < pic->cells; i++)
        top = pic->trail[i].visits > top ? pic->trail[i].visits : top;
    for (int i = 0; i < pic->cells; i++)
        out[i].shade = shade_of(pic->trail[i].visits, top);
}

/* Values may be negative: they are shaded from the least one up. */
static void layer_value(const struct picture *pic, struct tint *out)
{
    double least = HUGE_VAL, most = -HUGE_VAL;
    for (int i = 0; i < pic->cells; i++) {
        double x = (double)pic->trail[i].value;
        least = x < least ? x : least;
        most = x > most ? x : most;
    }
    for (int i = 0; i < pic->cells; i++)
        out[i].shade = shade_of((double)pic->trail[i].value - least, most - least);
}

static void layer_policy(const struct picture *pic, struct tint *out)
{
    for (int i = 0; i < pic->cells; i++)
        if (pic->trail[i].action >= 0)
            snprintf(out[i].text, sizeof out[i].text, " %.3s ",
                     action_glyph(pic->s, (unsigned)pic->trail[i].action));
}

#define LAYER(name) { #name, layer_##name },
const struct layer layer_table[] = {
#include "layers.def"
    { "world", NULL },
};
#undef LAYER
