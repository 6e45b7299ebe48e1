#include "config.h"

#include "agent.h"

#include <math.h>

const struct mind_ops *mind_of(const struct agent *ag)
{
    static const struct mind_ops none = { 0 };
    return ag->ops->mind ? ag->ops->mind : &none;
}

const char insight_informed[] = "no hypotheses: it knows the world, as aimu";

void insight_clear(struct insight *in)
{
    *in = (struct insight){ .sampled = -1,
                            .entropy = NAN,
                            .entropy_start = NAN,
                            .gain = NAN,
                            .ep = NAN,
                            .expected_ep = NAN };
    for (int a = 0; a < ACTIONS_MAX; a++)
        in->value[a] = in->lo[a] = in->hi[a] = in->visits[a] = NAN;
}
