#include "config.h"

#include "responses.h"

#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Takes s over, unless somebody behaves so already. False with *err: there are too many. */
static bool add(struct responses *r, uint32_t player, struct strategy *s, const char *verb,
                const char *name, struct err *err)
{
    char text[160];
    size_t n = r->n[player];
    for (size_t k = 0; k < n; k++)
        if (strategy_same(r->of[player][k].s, s)) {
            strategy_free(s);
            return true;
        }
    if (n == RESPONSES_MOST) {
        strategy_free(s);
        return err_set(err, "more than %d policies answer each other", RESPONSES_MOST);
    }
    snprintf(text, sizeof text, "%s%s", verb, name);
    r->of[player] = xrealloc(r->of[player], n + 1, sizeof *r->of[player]);
    r->of[player][n] = (struct response){ s, xstrdup(text) };
    r->n[player]++;
    return true;
}

static bool add_named(struct responses *r, const struct spec_of *spec, const struct game *g,
                      struct err *err)
{
    for (uint32_t i = 0; i < 2; i++) {
        struct policy *p = policy_open(spec, &g->space[i], err);
        struct strategy *s = p ? strategy_of(p, g, i, err) : NULL;
        policy_close(p);
        if (!s || !add(r, i, s, "", spec->canonical, err))
            return false;
    }
    return true;
}

/* Of both players the best responses to what the other had: `from` are those that were
 * answered before. */
static bool answer(struct responses *r, const struct normal *t, double gamma, size_t *from,
                   struct err *err)
{
    size_t end[2] = { r->n[0], r->n[1] };
    for (uint32_t i = 0; i < 2; i++)
        for (size_t k = from[!i]; k < end[!i]; k++) {
            const struct response *to = &r->of[!i][k];
            if (!add(r, i, strategy_response(to->s, t, i, gamma), "best against ", to->name,
                     err))
                return false;
        }
    from[0] = end[0];
    from[1] = end[1];
    return true;
}

static double gap_to(const struct responses *r, const struct normal *t, double gamma,
                     uint32_t i, const struct strategy *other)
{
    double own = -HUGE_VAL;
    for (size_t k = 0; k < r->n[i]; k++)
        own = fmax(own, strategy_value(r->of[i][k].s, other, t, i, gamma));
    return fmax(0, strategy_best(other, t, i, gamma) - own);
}

static void certify(struct responses *r, const struct normal *t, double gamma)
{
    for (uint32_t i = 0; i < 2; i++)
        for (size_t k = 0; k < r->n[!i]; k++)
            r->gap[i] = fmax(r->gap[i], gap_to(r, t, gamma, i, r->of[!i][k].s));
}

struct responses *responses_new(const struct spec_of *policy, size_t n,
                                const struct game *g, double gamma, uint32_t rounds,
                                struct err *err)
{
    struct responses *r = xcalloc(1, sizeof *r);
    size_t from[2] = { 0, 0 };
    bool ok = true, closed = false;
    for (size_t k = 0; ok && k < n; k++)
        ok = add_named(r, &policy[k], g, err);
    while (ok && !closed && r->rounds < rounds) {
        size_t before = r->n[0] + r->n[1];
        ok = answer(r, normal_of(g), gamma, from, err);
        closed = r->n[0] + r->n[1] == before;
        r->rounds += !closed;
    }
    if (ok) {
        certify(r, normal_of(g), gamma);
        return r;
    }
    responses_free(r);
    return NULL;
}

void responses_free(struct responses *r)
{
    if (!r)
        return;
    for (uint32_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < r->n[i]; k++) {
            strategy_free(r->of[i][k].s);
            free(r->of[i][k].name);
        }
        free(r->of[i]);
    }
    free(r);
}
