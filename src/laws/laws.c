#include "config.h"

#include "family.h"
#include "laws.h"
#include "registry.h"

#define LAW(sort, name, promise) { LAW_##sort, #name, promise, law_##sort##_##name, false },
#define LAW_BLACK_BOX(sort, name, promise)                                                 \
    { LAW_##sort, #name, promise, law_##sort##_##name, true },
const struct law law_table[] = {
#include "laws.def"
    { 0 },
};
#undef LAW_BLACK_BOX
#undef LAW

/* ---- the law of worlds that is about laws: their families keep those of families */

/* The family around a world, or NULL with a word why there is none. */
static struct family *family_of(const struct env *truth, const struct kind *kind,
                                struct err *err)
{
    struct err why = { 0 };
    struct family *f = family_find(kind->name, truth, &why);
    if (!f && !why.n)
        return err_null(err, "family %s: neither a class nor an error", kind->name);
    return f;
}

/* All laws of families. */
static bool family_holds(const struct env *env, const struct family *f, struct err *err)
{
    struct subject s = { .env = env, .family = f };
    for (const struct law *law = law_table; law->name; law++) {
        struct err what = { 0 };
        if (law->sort == LAW_family && !law->holds(&s, &what))
            return err_set(err, "family %s, %s", f->ops->kind.name, what.text);
    }
    return true;
}

bool law_env_families(const struct subject *s, struct err *err)
{
    const struct kind *const *family = s->env->ops->families;
    if (!family)
        return law_idle(err, "it has no families");
    for (; *family; family++) {
        unsigned n = err->n;
        struct family *f = family_of(s->env, *family, err);
        bool ok = f ? family_holds(s->env, f, err) : err->n == n;
        family_close(f);
        if (!ok)
            return false;
    }
    return true;
}
