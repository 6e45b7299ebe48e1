#ifndef POSTERIOR_H
#define POSTERIOR_H

#include "family.h"
#include "model.h"

/* The posterior over a finite class in the fastest form that its hypotheses have; all are
 * the same measure to 1e-12 (tests). As mixture_new(), which is the form that fits every
 * class. */
struct model *posterior_new(struct family *f, const double *w, struct err *err);
/* The same for solvers, by the class's own prior or a uniform one: mixture_new_wide(). */
struct model *posterior_new_wide(struct family *f, struct err *err);

#endif
