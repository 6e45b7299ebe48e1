#ifndef POSTERIOR_H
#define POSTERIOR_H

#include "family.h"
#include "model.h"

/* The posterior over a finite class in the fastest form that its hypotheses have; all are
 * the same measure to 1e-12 (tests). As mixture_new(), which is the form that fits every
 * class. */
struct model *posterior_new(struct family *f, const double *w, struct err *err);

#endif
