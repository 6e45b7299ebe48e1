#ifndef BROKEN_H
#define BROKEN_H

#include "laws.h"
#include "toy.h"

/* Things with one fault, for the tests of laws. */

/* A corridor of three cells that shows where one is, with a dispenser in the last that pays
 * three times in four. The table of ops is a copy, to be changed by one entry. */
struct broken {
    struct env_ops ops;
    struct env *env; /* owned, for env_close() */
};
void broken_open(struct broken *b);
/* Its world breaks this law, in these words; then it is closed. */
void broken_env(struct broken *b, const char *name, const char *words);

/* The law called `name` of a sort must fail, in these words. */
void broken_law(enum law_sort sort, const char *name, const struct subject *s,
                const char *words);
/* All laws of a sort hold; `offered`: and of each there is something to be held. */
void broken_none(enum law_sort sort, const struct subject *s, bool offered);

/* The mixture over where the dispenser is, as a subject's model. */
struct model *broken_mixture(const struct subject *s, struct err *err);

#endif
