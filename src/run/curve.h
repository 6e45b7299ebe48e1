#ifndef CURVE_H
#define CURVE_H

#include "sink.h"

/* A sink that keeps the learning curve: the metrics that are told at any age, columns k of
 * metric_column(), at `points` ages, evenly or logarithmically spaced. */
struct curve;
struct curve *curve_new(uint64_t steps, size_t points, bool logarithmic);
struct sink *curve_sink(struct curve *c);
/* How many points have been lived through. */
size_t curve_points(const struct curve *c);
uint64_t curve_age(const struct curve *c, size_t point);
double curve_value(const struct curve *c, size_t k, size_t point); /* NAN: none */
void curve_free(struct curve *c);

#endif
