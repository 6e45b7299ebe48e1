#include "config.h"

#include "curve.h"

#include "metrics.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

struct curve {
    struct sink sink;
    uint64_t *age; /* [n], rising; owned, as is value */
    double *value; /* [columns][n] */
    size_t n, filled;
    double scale;
};

static bool begin(struct sink *sk, const struct run_info *run, struct err *err)
{
    struct curve *c = (struct curve *)sk;
    (void)err;
    c->scale = run->space.scale;
    c->filled = 0;
    return true;
}

static void cycle(struct sink *sk, const struct record *rec, const struct agent *ag)
{
    struct curve *c = (struct curve *)sk;
    if (c->filled == c->n || c->age[c->filled] != rec->t)
        return;
    const struct metric_row *row;
    struct instant at;
    instant_init(&at, rec, ag, c->scale);
    for (size_t k = 0; (row = metric_column(k)); k++)
        c->value[k * c->n + c->filled] = row->value(&at);
    c->filled++;
}

static bool end(struct sink *sk, struct err *err)
{
    (void)sk;
    (void)err;
    return true;
}

/* The age of point i of n up to `steps`, from 1. */
static uint64_t age(uint64_t steps, size_t i, size_t n, bool logarithmic)
{
    double x = (double)(i + 1) / (double)n;
    double t = logarithmic ? exp(x * log((double)steps)) : x * (double)steps;
    return t < 1 ? 1 : (uint64_t)llround(t);
}

struct curve *curve_new(uint64_t steps, size_t points, bool logarithmic)
{
    static const struct sink_ops ops = { begin, cycle, end };
    struct curve *c = xcalloc(1, sizeof *c);
    size_t columns = 0;
    c->sink.ops = &ops;
    if (points > steps)
        points = steps;
    c->age = xcalloc(points ? points : 1, sizeof *c->age);
    for (size_t i = 0; i < points; i++) {
        uint64_t t = age(steps, i, points, logarithmic);
        if (!c->n || t > c->age[c->n - 1])
            c->age[c->n++] = t;
    }
    while (metric_column(columns))
        columns++;
    c->value = xcalloc(columns * c->n + 1, sizeof *c->value);
    return c;
}

struct sink *curve_sink(struct curve *c) { return &c->sink; }

size_t curve_points(const struct curve *c) { return c->filled; }

uint64_t curve_age(const struct curve *c, size_t point) { return c->age[point]; }

double curve_value(const struct curve *c, size_t k, size_t point)
{
    return c->value[k * c->n + point];
}

void curve_free(struct curve *c)
{
    if (!c)
        return;
    free(c->age);
    free(c->value);
    free(c);
}
