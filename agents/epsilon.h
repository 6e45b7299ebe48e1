#ifndef EPSILON_H
#define EPSILON_H

#include "discount.h"

/* The threshold epsilon_t of asymptotically optimal exploration, which must fall to 0 more
 * slowly than 1 / t: epsilon_t = t^-epsilon-beta, 0 < epsilon-beta < 1; or a constant, for
 * ablations. */
struct epsilon_conf {
    int schedule;
    double constant, beta;
};
extern const char *const epsilon_names[];

/* Its rows in a parameter table, with the exponent by which it falls unless told. */
#define EPSILON_PARAMS(m, falls)                                                           \
    CHOICE("epsilon-schedule", m.schedule, epsilon_names,                                  \
           .help = "how the threshold falls: t^-epsilon-beta, or not at all"),             \
        REAL("epsilon-beta", m.beta, .def = falls, .min = 0.001, .max = 0.999,             \
             .help = "epsilon-schedule=power: how fast epsilon_t falls"),                  \
        REAL("epsilon", m.constant, .def = 0.04, .min = -HUGE_VAL, .max = HUGE_VAL,        \
             .help = "epsilon-schedule=constant: its value")

/* epsilon_t at age t >= 1. */
double epsilon_at(const struct epsilon_conf *c, uint64_t t);
/* H_t(epsilon_t), at least 1; with a threshold of 1 or more, 1. */
uint64_t epsilon_horizon(const struct epsilon_conf *c, const struct discount *d,
                         uint64_t t);
/* False with *err when the discount has no effective horizon. */
bool epsilon_check(const struct discount *d, struct err *err);

#endif
