#include "config.h"

#include "broken.h"
#include "harness.h"
#include "mixture.h"
#include "registry.h"

#include <string.h>

void broken_law(enum law_sort sort, const char *name, const struct subject *s,
                const char *words)
{
    struct err err = { 0 };
    const struct law *law = law_table;
    while (law->name && (law->sort != sort || strcmp(law->name, name)))
        law++;
    ck_assert_msg(law->name, "no law '%s'", name);
    ck_assert_msg(!law->holds(s, &err), "%s holds: %s", name, err.text);
    ck_assert_str_eq(err.text, words);
}

void broken_none(enum law_sort sort, const struct subject *s, bool offered)
{
    unsigned n = 0;
    for (const struct law *law = law_table; law->name; law++) {
        struct err err = { 0 };
        if (law->sort != sort)
            continue;
        n++;
        ck_assert_msg(law->holds(s, &err) && !err.n && (!offered || !err.notes), "%s: %s",
                      law->name, err.text);
    }
    ck_assert_uint_gt(n, 1);
}

void broken_open(struct broken *b)
{
    b->env = corridor_open(&(struct corridor){ 3, 0, 2, 0.75, SEES_CELL });
    b->ops = *b->env->ops;
    b->env->ops = &b->ops;
}

void broken_env(struct broken *b, const char *name, const char *words)
{
    struct subject s = { .env = b->env };
    broken_law(LAW_env, name, &s, words);
    env_close(b->env);
}

struct model *broken_mixture(const struct subject *s, struct err *err)
{
    return mixture_new(family_find("goal", s->env, err), NULL, err);
}
