#include "config.h"

#include "epsilon.h"

#include <math.h>

const char *const epsilon_names[] = { "power", "constant", NULL };

double epsilon_at(const struct epsilon_conf *c, uint64_t t)
{
    return c->schedule ? c->constant : pow((double)t, -c->beta);
}

uint64_t epsilon_horizon(const struct epsilon_conf *c, const struct discount *d, uint64_t t)
{
    double epsilon = epsilon_at(c, t);
    if (epsilon >= 1)
        return 1;
    /* Nothing is negligible below 0: as long as doubles can tell. */
    uint64_t h = discount_horizon(d, t, fmax(epsilon, 1e-15));
    return h ? h : 1;
}

bool epsilon_check(const struct discount *d, struct err *err)
{
    return discount_summable(d, 1) ||
           err_set(err, "this agent needs a discount with an effective horizon, and the "
                        "sum of this one is infinite");
}
