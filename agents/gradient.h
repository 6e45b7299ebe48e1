#ifndef GRADIENT_H
#define GRADIENT_H

#include <stdint.h>

/* Policies with a preference theta for each action, in proportion to whose exponential it
 * is done: what learners that climb the gradient of reward have in common. */

/* p[n] = exp(theta) over its sum. */
void gradient_chances(const double *theta, uint32_t n, double *p);
/* theta += step * the gradient of ln p(action), which is 1 - p for the action itself and
 * -p for others; p may be of a theta before. */
void gradient_climb(double *theta, const double *p, uint32_t n, unsigned action,
                    double step);

#endif
