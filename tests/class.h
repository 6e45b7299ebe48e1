#ifndef CLASS_H
#define CLASS_H

#include "family.h"
#include "model.h"

/* Families of hypotheses by name, for tests. */

/* How many hypotheses; 0 with *err. */
size_t class_count(const struct env *truth, const char *family, struct err *err);
/* Hypothesis k, for env_close(). */
struct env *class_at(const struct env *truth, const char *family, size_t k,
                     struct err *err);
/* goal_new() of the family "goal"; NULL: it has another shape. */
struct model *class_goal(const struct env *truth, const double *w);

#endif
