#ifndef MIXTURE_H
#define MIXTURE_H

#include "family.h"
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

/* All of a finite class with prior w, as long as it counts; NULL: by its own prior, or
 * uniform when it has none. Hidden worlds enter as beliefs (belief.h). The model takes the
 * class over, also when it fails, and owns the hypotheses; the class's truth stays
 * borrowed. NULL with *err when a hypothesis cannot be opened or has no transitions(), and
 * when f is NULL, which has then been told of. Snapshots are one memcpy of weights and
 * states. */
struct model *mixture_new(struct family *f, const double *w, struct err *err);
/* The same by its own or the uniform prior, for solvers of hidden processes: hypotheses may
 * have 65536 states, hidden or not, and beliefs are not numbered, however few. */
struct model *mixture_new_wide(struct family *f, struct err *err);
/* More hypotheses join a mixture_new() now, the past being `past`: `mass` (> 0) is theirs
 * together, where that of the first ones was 1. They have lost nothing by what happened
 * before they came and won nothing: ln w_i = ln mass_i - L, L the loss of the mixture so
 * far (Hedge; Yang-Zhao, Ng & Hutter, "Dynamic Knowledge Injection for AIXI Agents", AAAI
 * 2024). Since then the mixture loses at most ln(sum of masses / mass_i) more than i.
 * Those to whom the past is impossible have weight 0. Takes the class over, also when it
 * fails; false with *err when one cannot be opened, and nothing has changed. */
struct history;
bool mixture_inject(struct model *m, struct family *more, double mass,
                    const struct history *past, struct err *err);
/* The first n of a class, perhaps without an end, by its own prior: grow() takes in one
 * more a unit of work, as if it had been believed in from the start. */
struct model *mixture_new_first(struct family *f, size_t n, struct err *err);

#endif
