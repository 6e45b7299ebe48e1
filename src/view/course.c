#include "config.h"

#include "course.h"
#include "xalloc.h"

#include <math.h>

const struct reach reach_none = { INFINITY, -INFINITY, NAN };

void reach_add(struct reach *to, struct reach x)
{
    if (reach_empty(&x))
        return;
    to->lo = fminf(to->lo, x.lo);
    to->hi = fmaxf(to->hi, x.hi);
    to->last = x.last;
}

struct course *course_new(uint64_t steps)
{
    struct course *c = xcalloc(1, sizeof *c);
    c->steps = steps;
    for (int k = 0; k < SERIES_N; k++)
        for (int i = 0; i < COURSE_BINS; i++)
            c->bin[k][i] = reach_none;
    return c;
}

size_t course_bin(const struct course *c, int64_t t)
{
    uint64_t cycles = c->steps + 1, at = (uint64_t)t;
    if (at > c->steps)
        at = c->steps;
    return (size_t)(cycles <= COURSE_BINS ? at : at * COURSE_BINS / cycles);
}

int64_t course_first(const struct course *c, size_t bin)
{
    uint64_t cycles = c->steps + 1;
    return (int64_t)(cycles <= COURSE_BINS
                         ? bin
                         : (bin * cycles + COURSE_BINS - 1) / COURSE_BINS);
}

void course_add(struct course *c, int64_t t, const double x[SERIES_N], unsigned events)
{
    size_t bin = course_bin(c, t);
    for (int k = 0; k < SERIES_N; k++) {
        float y = (float)x[k];
        if (isfinite(y))
            reach_add(&c->bin[k][bin], (struct reach){ y, y, y });
    }
    c->events[bin] |= (uint8_t)events;
}

int time_column(int64_t t, uint64_t steps, int columns, int fine)
{
    double share = steps ? (double)t / (double)steps : 0;
    return (int)(fine * (share * (columns - 1) + 0.5));
}

int64_t time_cycle(int column, uint64_t steps, int columns)
{
    return columns > 1 ? llround((double)column / (columns - 1) * (double)steps) : 0;
}
