#ifndef MIXTURE_H
#define MIXTURE_H

#include "env.h"
#include "model.h"

/* The Bayes mixture xi(e | h, a) = sum_nu w_nu nu(e | h, a) over a finite class, exact and
 * readable: Hutter 2005; Aslanides, Leike & Hutter 2017, Alg. 1. Weights stay in log space
 * across time, so a hypothesis never dies of underflow; impossible ones have weight 0. */

/* Where the weights start. */
enum prior { PRIOR_UNIFORM, PRIOR_COMPLEXITY, PRIOR_FILE, PRIOR_FIRST };
extern const char *const prior_names[];

struct prior_conf {
    enum prior kind;
    const char *file; /* FILE: where they are */
    double first;     /* FIRST: weight of hypothesis 0, in [0, 1] */
};

/* Writes n prior weights summing to 1. COMPLEXITY: 2^-length of the index in Elias gamma
 * code, 2 floor(log2(k + 1)) + 1 bits, normalised. FILE: one number a line, as many as
 * hypotheses, not negative, sum 1 within 1e-6. FIRST: what hypothesis 0 leaves goes to the
 * others in equal parts. False with *err. */
bool prior_fill(double *w, size_t n, const struct prior_conf *conf, struct err *err);

/* Every hypothesis of `family` around truth, with prior w (length as counted, or NULL:
 * uniform). The family "mu", the truth alone, is every world's. Hidden worlds enter as
 * beliefs (belief.h). The model owns the hypotheses and borrows truth. NULL with *err when
 * truth has no such family or a hypothesis has no transitions(). Snapshots are one memcpy
 * of weights and states. */
struct model *mixture_new(const struct env *truth, const char *family, const double *w,
                          struct err *err);
/* How many hypotheses the family has; 0 with *err. */
size_t family_size(const struct env *truth, const char *family, struct err *err);

#endif
