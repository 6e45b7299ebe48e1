#include "config.h"

#include "predictor.h"

struct predictor *predictor_open(const struct spec_of *spec, unsigned slots,
                                 struct err *err)
{
    return ((const struct predictor_kind *)spec->kind)->open(spec->config, slots, err);
}

void predictor_free(struct predictor *p)
{
    if (p)
        p->ops->free(p);
}
