#ifndef DISCOUNT_H
#define DISCOUNT_H

#include "err.h"
#include "names.h"
#include "param.h"

#include <stdbool.h>
#include <stdint.h>

HOST_BEGIN

/* Discount families: gamma^t_k, the weight an agent of age t gives to the reward of cycle
 * k = t + delay. Lattimore & Hutter, "General time consistent discounting", TCS 519 (2014);
 * table 0.1 of the survey of universal agents. */
enum discount_kind {
    DISCOUNT_GEOMETRIC,    /* gamma^delay */
    DISCOUNT_HYPERBOLIC,   /* (1 + kappa delay)^-beta */
    DISCOUNT_POWER,        /* k^-beta */
    DISCOUNT_QUADRATIC,    /* 1 / (k (k + 1)) */
    DISCOUNT_SUBGEOMETRIC, /* exp(-sqrt k) / sqrt k */
    DISCOUNT_LIFETIME,     /* 1 while k <= lifetime */
    DISCOUNT_MOVING,       /* 1 while delay < window */
    DISCOUNT_SCHEDULE,     /* one of these from each given age on */
    DISCOUNT_KINDS
};
extern const char *const discount_names[]; /* closed by NULL */

enum { DISCOUNT_SWITCHES_MAX = 8 };

struct discount {
    enum discount_kind kind;
    double gamma, kappa, beta;
    uint64_t lifetime, window;
    struct {
        uint64_t from; /* first age it holds at */
        enum discount_kind kind;
    } at[DISCOUNT_SWITCHES_MAX]; /* DISCOUNT_SCHEDULE, by rising age, at[0].from == 1 */
    unsigned n_at;
};

/* As a user sets it; DISCOUNT_PARAMS(member) are its rows in a param table. */
struct discount_conf {
    int kind;
    double gamma, kappa, beta;
    int64_t lifetime, window;
    char *schedule; /* "geometric@1+power@100" */
};
#define DISCOUNT_PARAMS(member) DISCOUNT_PARAMS_FROM(0.99, member)
#define DISCOUNT_PARAMS_FROM(gamma_default, member)                                        \
    CHOICE("discount", member.kind, discount_names, .def = DISCOUNT_GEOMETRIC,             \
           .group = "discount", .help = "how later rewards are weighed"),                  \
        REAL("gamma", member.gamma, .def = gamma_default, .max = 1,                        \
             .help = "discount=geometric: weight lost per cycle is 1 - gamma"),            \
        REAL("beta", member.beta, .def = 1.5, .min = 0.01, .max = 100,                     \
             .help = "discount=hyperbolic, power: exponent"),                              \
        REAL("kappa", member.kappa, .def = 1, .min = 0.0001, .max = 1e6,                   \
             .help = "discount=hyperbolic: steepness"),                                    \
        INT("lifetime", member.lifetime, .def = 200, .min = 1, .max = 1e12,                \
            .unit = "cycles", .help = "discount=lifetime: the last cycle that counts"),    \
        INT("window", member.window, .def = 5, .min = 1, .max = 1e9, .unit = "cycles",     \
            .help = "discount=moving: cycles that count"),                                 \
        TEXT("schedule", member.schedule, .unit = "KIND@AGE+KIND@AGE...",                  \
             .help = "discount=schedule: which holds from which age")

/* False with *err on a malformed schedule. */
bool discount_init(struct discount *d, const struct discount_conf *conf, struct err *err);

/* gamma^t_{t+delay}; t >= 1. Pure. */
double discount_weight(const struct discount *d, uint64_t t, uint64_t delay);
/* Sum of the weights from `delay` on, as seen at age t; HUGE_VAL when it diverges. */
double discount_tail(const struct discount *d, uint64_t t, uint64_t delay);
/* Whether the weights have a finite sum. */
bool discount_summable(const struct discount *d, uint64_t t);
/* H_t(eps) = min { H : tail(H) / tail(0) <= eps }, eps in (0, 1); 0 when the discount is
 * not summable or past its lifetime. Capped at UINT32_MAX. */
uint64_t discount_horizon(const struct discount *d, uint64_t t, double eps);
/* Whether the weights depend on the delay alone, up to a factor: a plan of a stationary
 * world is then good at every age. */
bool discount_stationary(const struct discount *d);
/* Whether plans made now are still good tomorrow (ratios do not change with age). */
bool discount_consistent(const struct discount *d);

HOST_END

#endif
