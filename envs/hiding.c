#include "config.h"

#include "hiding.h"

#include "xalloc.h"

#include <math.h>
#include <stdio.h>

/* Points to a unit that make whole what r makes of 5. */
static double scale_of(double r)
{
    double scale = 1;
    while (scale < 1e6 && fabs(r * scale - round(r * scale)) > 1e-9)
        scale *= 10;
    return scale;
}

char *hiding_text(double p, double r, double hides, double hides_first, double plain)
{
    return xasprintf(
        "ursa-mdp 1\n"
        "states: S I W L WH LH T\nactions: aT aC aI aH\nstart: S\nscale: %.0f\n"
        "transitions:\n"
        "  S aT T\n  S aC L 1 -5\n  S aI I 1 1\n  S aH LH 1 %.17g\n"
        "  I aT T\n  I aC W %.17g 10\n  I aC L %.17g -5\n  I aI T\n"
        "  I aH WH %.17g 10\n  I aH LH %.17g %.17g\n"
        "  W * T\n  L * T\n  WH * T\n  LH * T\n  T * T\n"
        "human: - i w error\n"
        "human-sees:\n  * -\n  I i\n  W w\n  WH w\n  L error\n"
        "human-believes:\n"
        "  - i - - = S I LH T %.17g\n  - i - - = S I T T %.17g\n"
        "  - - - - = S LH T T %.17g\n  - - - - = S T T T %.17g\n"
        "  - i w - = S I W T %.17g\n  - i w - = S I WH T %.17g\n",
        scale_of(r), -5 - r, p, 1 - p, p, 1 - p, -5 - r, hides, 1 - hides, hides_first,
        1 - hides_first, plain, 1 - plain);
}

char *verbose_text(double p, double r, double quiet)
{
    return xasprintf(
        "ursa-mdp 1\n"
        "states: S I W L WV LV T\nactions: aT aD aI aV\nstart: S\nscale: %.0f\n"
        "transitions:\n"
        "  S aT T\n  S aD L 1 -1\n  S aI I 1 10\n  S aV LV 1 -1\n"
        "  I aT T\n  I aD W %.17g 5\n  I aD L %.17g -1\n  I aI T\n"
        "  I aV WV %.17g %.17g\n  I aV LV %.17g -1\n"
        "  W * T\n  L * T\n  WV * T\n  LV * T\n  T * T\n"
        "human: - i error w v\n"
        "human-sees:\n  * -\n  I i\n  L error\n  WV w\n  LV v\n"
        "human-believes:\n"
        "  - i - - = S I W T %.17g\n  - i - - = S I T T %.17g\n",
        scale_of(r), p, 1 - p, p, 5 - r, 1 - p, quiet, 1 - quiet);
}
