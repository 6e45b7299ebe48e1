#include "config.h"

#include "agent.h"

#include <math.h>

struct agent *agent_open(const struct spec_of *spec, const struct env *truth,
                         struct err *err)
{
    const struct agent_ops *ops = (const struct agent_ops *)spec->kind;
    return ops->open(spec->config, truth, err);
}

void insight_clear(struct insight *in)
{
    *in = (struct insight){
        .sampled = -1, .entropy = NAN, .entropy_start = NAN, .gain = NAN
    };
    for (int a = 0; a < ACTIONS_MAX; a++)
        in->value[a] = in->visits[a] = NAN;
}
