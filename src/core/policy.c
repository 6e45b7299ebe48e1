#include "config.h"

#include "policy.h"

#include <stdlib.h>

struct policy *policy_open(const struct spec_of *spec, const struct space *space,
                           struct err *err)
{
    return ((const struct policy_ops *)spec->kind)->open(spec->config, space, err);
}

void policy_close(struct policy *p)
{
    if (p && p->ops->close)
        p->ops->close(p);
    else
        free(p);
}
