#ifndef GOAL_H
#define GOAL_H

#include "family.h"
#include "model.h"

/* The posterior over one hidden dispenser in a known deterministic maze, O(1) per imagined
 * step whatever the number of hypotheses: only the weight of the cell just visited changes,
 * and running sums give xi, entropy and gain. What is seen may be random where no
 * hypothesis puts its dispenser (noise tiles): it is as likely in all of them and changes
 * no weight. The same measure as mixture_new() to 1e-12 (tests), found from the hypotheses'
 * own automata: it works for every class of this shape and takes it over. NULL, without
 * error, when it has another: the class is then still the caller's. */
struct model *goal_new(struct family *f, const double *w);

#endif
