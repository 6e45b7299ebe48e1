#ifndef EXACT_H
#define EXACT_H

#include "stats.h"

/* Tests that keep their level however few the runs. Mann & Whitney, Annals of Mathematical
 * Statistics 18 (1947): every way to deal a map's scores out to the two agents is equally
 * likely when there is no difference between them. */

/* Two-sided p-value of the rank test over the maps that both have: twice the chance that so
 * many pairs of runs of one map, or more, are won on the side that stat_superiority() is
 * on. Ties count half and are taken as they are. Exact up to EXACT_PAIRS pairs, then the
 * normal law with the same mean and variance. 1 when they share no map. */
double exact_rank_p(const struct scores *x, const struct scores *y);
enum { EXACT_PAIRS = 1000 };

/* Two-sided p-value of the sign test: wins and losses in pairs, ties left out. */
double exact_sign_p(size_t wins, size_t losses);

#endif
