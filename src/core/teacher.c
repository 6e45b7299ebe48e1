#include "config.h"

#include "teacher.h"

#include <stdlib.h>

struct teacher *teacher_open(const struct spec_of *spec, const struct env *truth,
                             struct err *err)
{
    return ((const struct teacher_ops *)spec->kind)->open(spec->config, truth, err);
}

void teacher_close(struct teacher *t)
{
    if (t && t->ops->close)
        t->ops->close(t);
    else
        free(t);
}
