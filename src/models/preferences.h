#ifndef PREFERENCES_H
#define PREFERENCES_H

#include <stdbool.h>
#include <stddef.h>

/* What a human wants, learned from which of two segments of a life he says to like better.
 * Hypotheses are rewards R_h, h < n; of one the sum over a segment is R_h(s), and he says
 *     P(s1 > s2 | h) = (1 - eps) logistic(beta (R_h(s1) - R_h(s2))) + eps/2,
 * Bradley & Terry with some answers by chance: Christiano, Leike et al., Deep reinforcement
 * learning from human preferences, 2017, arXiv 1706.03741, for finitely many rewards, where
 * Bayes is exact. A constant added to every cycle changes nothing as long as segments are
 * equally long. Questions are given by d[n], R_h(s1) - R_h(s2) of each h. */
struct preferences {
    size_t n;
    double *w; /* [n] the posterior, sum 1, owned */
    double beta, error;
};

void preferences_init(struct preferences *p, size_t n, double beta, double error);
void preferences_release(struct preferences *p);

/* P(s1 > s2 | h) of d = R_h(s1) - R_h(s2). */
double preferences_chance(const struct preferences *p, double d);
/* The same of all hypotheses together, and its variance among them. */
double preferences_expect(const struct preferences *p, const double *d, double *variance);
/* Nats that the answer is expected to tell of h: in [0, ln 2]. */
double preferences_gain(const struct preferences *p, const double *d);
double preferences_entropy(const struct preferences *p);
/* The answer: 1 the first, 0 the second, 1/2 neither (the mean of both logarithms, as in
 * the paper's loss). False, and nothing changes: no hypothesis allows it. */
bool preferences_update(struct preferences *p, const double *d, double first);
/* Other evidence, ln P(it | h): of a demonstration the sum of demonstration_log(). */
bool preferences_weigh(struct preferences *p, const double *log_likelihood);
/* ln softmax(beta q)_a over n actions: how a demonstrator of that q would act. */
double demonstration_log(const double *q, size_t n, size_t a, double beta);

#endif
