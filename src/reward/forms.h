#ifndef FORMS_H
#define FORMS_H

#include "reward.h"

/* Canonical forms: one member of the class of rewards that differ by what cannot matter.
 * Shaping by a potential adds (grad Phi)(s, a, s') = gamma Phi(s') - Phi(s) and changes no
 * optimal policy (Ng, Harada, Russell 1999). */
enum form {
    FORM_EPIC,     /* Gleave et al. 2021: against uniform states and actions */
    FORM_DARD,     /* Wulfe et al. 2022: against what the law leads to */
    FORM_VALUE,    /* Skalse et al. 2024, STARC: the advantage of the uniform policy */
    FORM_MINIMAL,  /* STARC: of least norm among those of equal means over s' */
    FORM_GRADIENT, /* Jenner, van Hoof, Gleave 2022: without divergence, least norm */
    FORM_SPARSE,   /* Jenner, Gleave 2022: least sum of |R| over what can happen */
    FORM_N
};
extern const char *const form_names[]; /* closed by NULL */

/* Writes the form of r, in the shape of r->at, and the potential Phi that led there, [n],
 * where the form is R + grad Phi; zeros where it is not (EPIC, DARD have one, too).
 * potential may be NULL. gamma in [0, 1). False with *err: the library of linear programs
 * found none. */
bool form_make(const struct reward *r, enum form form, double gamma, double *out,
               double *potential, struct err *err);

/* ---- distances */

enum coverage { COVER_UNIFORM, COVER_FEASIBLE, COVER_POLICY };
extern const char *const coverage_names[]; /* closed by NULL */
/* Weights of all triples, sum 1: all alike; all alike that can happen; discounted visits
 * of the uniform policy from where the world begins. The caller frees them. */
double *coverage_make(const struct reward *r, enum coverage c, double gamma);

/* sqrt((1 - rho) / 2), rho Pearson's correlation: EPIC of two such forms, DARD of two of
 * its own. NAN: one of them is constant. */
double distance_pearson(const double *a, const double *b, const double *weight, size_t n);
/* Half the L2 distance of the normalised forms a of ra and b of rb, FORM_VALUE or
 * FORM_MINIMAL; a form of nothing is normalised to nothing. */
double distance_starc(const struct reward *ra, const struct reward *rb, const double *a,
                      const double *b);

/* What a policy that is optimal for `by` loses of `of` at worst, of all that can be lost:
 * (max J - J(pi)) / (max J - min J), J the expected discounted sum from all states alike.
 * 0 where nothing can be lost. */
struct regret {
    double best, worst, got, regret;
};
struct regret reward_regret(const struct reward *of, const struct reward *by, double gamma);

#endif
