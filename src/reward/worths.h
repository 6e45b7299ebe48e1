#ifndef WORTHS_H
#define WORTHS_H

#include <stdbool.h>

/* What may be had of a state, of the reward and of what was wanted. */
struct worths {
    double reward, low, high; /* points: best return, performance at it */
    double best, least, most; /* best performance, return at it */
};
/* Takes an action into what was best so far; `first`: nothing was. Equal within 1e-9. */
void worths_take(struct worths *v, const struct worths *q, bool first);
/* v += p q. */
void worths_add(struct worths *v, double p, const struct worths *q);

#endif
