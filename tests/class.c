#include "config.h"

#include "class.h"
#include "goal.h"
#include "registry.h"

size_t class_count(const struct env *truth, const char *family, struct err *err)
{
    struct family *f = family_find(family, truth, err);
    size_t n = f ? family_count(f) : 0;
    family_close(f);
    return n;
}

struct env *class_at(const struct env *truth, const char *family, size_t k, struct err *err)
{
    struct family *f = family_find(family, truth, err);
    struct env *env = f ? f->ops->at(f, k, err) : NULL;
    family_close(f);
    return env;
}

struct model *class_goal(const struct env *truth, const double *w)
{
    struct family *f = family_find("goal", truth, NULL);
    struct model *m = f ? goal_new(f, w) : NULL;
    if (!m)
        family_close(f);
    return m;
}
