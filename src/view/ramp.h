#ifndef RAMP_H
#define RAMP_H

#include <stddef.h>

/* What a shade of belief means. A step is a fixed number of bits since the start: the log
 * scale is that on which evidence adds up, and a step is the same chance in every cycle of
 * a run. Pure. */
enum { STEPS = 9 };

/* Step of chance p, 0 .. STEPS, where p0 in (0, 1] is what the layer said at the start: 1/N
 * of N places alike. 0: ruled out (below 1e-9), 1: less than at the start, 2: as then,
 * STEPS: certain. */
int ramp_step(double p, double p0);
/* The chance in the middle of step 2 .. STEPS. */
double ramp_middle(int step, double p0);

/* Times a place was visited as a step: 1, 2, 4, 8, 16 are 1, 3, 5, 7, 9; 0 of none. */
int ramp_visits(unsigned n);
/* The least number of visits of a step; 0: there is none. */
unsigned ramp_visits_from(int step);

/* A difference of values, by the largest there is: -4 .. 4; 0: alike, within an eighth. */
int ramp_value(double difference, double largest);

/* A chance in per cent in at most `width` columns, two digits of it where there is room:
 * ".25", "1.8", "18", "100". Returns the columns taken; 0, and "", when it does not fit. */
int ramp_text(char *buf, size_t n, double p, int width);

/* Up to three of the `n` likeliest cells into best[], and how many: none when they are too
 * much alike for an order to mean anything, that is the first below 1.5 p0 or twice the
 * median of those that were possible at the start. Each has at least 5 per cent. */
int ramp_ranks(const float *p, const float *start, int n, double p0, int best[3]);
/* What the layer says at the start, p0: 1/N of a distribution over N cells, else the median
 * of the cells that are possible. 0: none is. */
double ramp_start(const float *p, int n);

#endif
