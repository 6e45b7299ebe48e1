#include "config.h"

#include "worths.h"

#include <math.h>

static const double EQUAL = 1e-9;

void worths_take(struct worths *v, const struct worths *q, bool first)
{
    if (first || q->reward > v->reward + EQUAL) {
        v->reward = q->reward;
        v->low = q->low;
        v->high = q->high;
    } else if (q->reward >= v->reward - EQUAL) {
        v->low = fmin(v->low, q->low);
        v->high = fmax(v->high, q->high);
    }
    if (first || q->best > v->best + EQUAL) {
        v->best = q->best;
        v->least = q->least;
        v->most = q->most;
    } else if (q->best >= v->best - EQUAL) {
        v->least = fmin(v->least, q->least);
        v->most = fmax(v->most, q->most);
    }
}

void worths_add(struct worths *v, double p, const struct worths *q)
{
    v->reward += p * q->reward;
    v->low += p * q->low;
    v->high += p * q->high;
    v->best += p * q->best;
    v->least += p * q->least;
    v->most += p * q->most;
}
