#include "config.h"

#include "baseline.h"

#include "list.h"
#include "spec.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Parameters in which the entrants of that name differ: what their labels say. */
static struct list swept(const struct contest *c, const char *name)
{
    struct list keys = { 0 };
    for (size_t i = 0; i < c->n; i++) {
        struct spec s;
        if (!contest_named(&c->at[i], name) || !spec_parse(&s, c->at[i].label, NULL))
            continue;
        for (size_t k = 0; k < s.n; k++) {
            size_t j = 0;
            while (j < keys.n && strcmp(keys.at[j], s.pair[k].key) != 0)
                j++;
            if (j == keys.n)
                list_append(&keys, xstrdup(s.pair[k].key));
        }
        spec_release(&s);
    }
    return keys;
}

/* Whether x has all of the parameters that e has as e has them, and e has one. */
static bool agrees(const struct entrant *e, const struct entrant *x,
                   const struct list *keys)
{
    size_t shared = 0;
    bool same = true;
    for (size_t k = 0; k < keys->n && same; k++) {
        char *mine = agent_param(e->spec, keys->at[k]);
        char *its = agent_param(x->spec, keys->at[k]);
        shared += mine != NULL;
        same = !mine || (its && !strcmp(mine, its));
        free(mine);
        free(its);
    }
    return same && shared;
}

/* The one entrant of that name that agrees with entrant i; n: none or several do. */
static size_t counterpart(const struct contest *c, const char *name, size_t i,
                          const struct list *keys)
{
    size_t found = c->n;
    for (size_t j = 0; j < c->n; j++) {
        if (!contest_named(&c->at[j], name) || !agrees(&c->at[i], &c->at[j], keys))
            continue;
        if (found < c->n)
            return c->n;
        found = j;
    }
    return found;
}

size_t *baselines_new(const struct contest *c, const char *name)
{
    size_t one = contest_find(c, name), *of = xcalloc(c->n + 1, sizeof *of);
    struct list keys = swept(c, name);
    bool exact = one < c->n && !strcmp(c->at[one].spec, name), sweep = false;
    for (size_t i = 0; i < c->n; i++) {
        of[i] = contest_named(&c->at[i], name) ? i : counterpart(c, name, i, &keys);
        sweep = sweep || (!exact && of[i] != i && of[i] < c->n && of[i] != one);
    }
    for (size_t i = 0; i < c->n && !sweep; i++)
        of[i] = one;
    list_release(&keys);
    if (sweep || one < c->n)
        return of;
    free(of);
    return NULL;
}

static bool is_there(const struct contest *c, const char *name)
{
    size_t *of = baselines_new(c, name);
    free(of);
    return of != NULL;
}

const char *baseline_default(const struct contest *c, const struct results *r, bool *lost)
{
    *lost = false;
    if (r->baseline && !strcmp(r->baseline, "none"))
        return NULL;
    if (r->baseline && is_there(c, r->baseline))
        return r->baseline;
    *lost = r->baseline != NULL;
    if (r->first && contest_find(c, r->first) < c->n)
        return r->first;
    return c->n ? c->at[0].spec : NULL;
}
