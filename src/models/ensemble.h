#ifndef ENSEMBLE_H
#define ENSEMBLE_H

#include "predictor.h"

/* Several predictors as one, p(x) = sum_i w_i p_i(x), after Veness, Sunehag & Hutter, "On
 * Ensemble Techniques for AIXI Approximation", AGI 2012. They differ in how w moves; with n
 * symbols seen, N members, and all logarithms natural, the loss -ln p of the ensemble is at
 * most that of
 *   mix     any one member + ln N                                   (Bayes: w ∝ w p_i(x))
 *   switch  any sequence of members with s changes
 *           + ln N + s ln((N - 1) / a) - (n - 1 - s) ln(1 - a), rate a > 0;
 *           + ln N + s ln(N - 1) + (s + 1) ln n, rate 0: a = 1/t
 *           (fixed share; Herbster & Warmuth, Machine Learning 32, 1998)
 *   convex  any fixed weights + sqrt(n) / step + step / 2 sum_t |g_t|^2 / sqrt(t),
 *           g_t = (p_i(x_t) / p(x_t))_i  (projected gradient, learning rate step / sqrt(t);
 *           Zinkevich, ICML 2003)
 * Weights move with every predicted bit. */
enum ensemble_kind { ENSEMBLE_MIX, ENSEMBLE_SWITCH, ENSEMBLE_CONVEX };

struct ensemble_conf {
    enum ensemble_kind kind;
    double rate; /* ENSEMBLE_SWITCH: in [0, 1); 0: 1/t */
    double step; /* ENSEMBLE_CONVEX: > 0 */
};

/* Takes the n >= 1 members over. */
struct predictor *ensemble_new(const struct ensemble_conf *conf, struct predictor **member,
                               uint32_t n);

#endif
