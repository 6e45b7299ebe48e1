#include "config.h"

#include "puzzle.h"

#include "kind.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The discount alone, with the names it has in agents. */
struct config {
    struct discount_conf discount;
};
static const struct param params[] = { DISCOUNT_PARAMS(discount), { 0 } };
static const struct kind alone = { "discount", "alone, as agents have it", 1,
                                   params,     sizeof(struct config),      NULL };

enum { HORIZON = 6 };

void puzzle_init(struct puzzle *q)
{
    struct config conf;
    *q = (struct puzzle){ .problem = { .horizon = HORIZON,
                                       .gap = -1,
                                       .seconds = HUGE_VAL,
                                       .bytes = (size_t)1 << 30 } };
    param_defaults(params, &conf);
    q->discount = conf.discount;
    q->discount.gamma = 1;
}

void puzzle_release(struct puzzle *q)
{
    struct config conf = { q->discount };
    param_release(params, &conf);
    free(q->history);
    *q = (struct puzzle){ 0 };
}

bool puzzle_discount(struct puzzle *q, const char *value, struct err *err)
{
    struct config conf = { q->discount };
    struct spec spec;
    char *text = xasprintf("discount:%s", value);
    if (!q->discounted)
        param_defaults(params, &conf);
    bool ok = spec_parse(&spec, text, err);
    if (ok) {
        ok = kind_apply(&spec, &alone, &conf, err);
        spec_release(&spec);
    }
    q->discount = conf.discount;
    q->discounted = true;
    free(text);
    return ok;
}

/* The number at *text, which ends at `end`; moves *text behind it. */
static bool read_number(const char **text, char end, long long min, long long max,
                        long long *out)
{
    char *after;
    *out = strtoll(*text, &after, 10);
    if (after == *text || *out < min || *out > max ||
        (*after != end && !(end == ' ' && !*after)))
        return false;
    *text = after + (*after != '\0');
    return true;
}

bool puzzle_history(struct puzzle *q, const char *text, struct err *err)
{
    q->history = xrealloc(q->history, strlen(text) / 5 + 1, sizeof *q->history);
    q->problem.history = q->history;
    q->problem.n_history = 0;
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        long long a, o, r;
        const char *word = text;
        if (!read_number(&text, '/', 0, ACTIONS_MAX - 1, &a) ||
            !read_number(&text, '/', 0, UINT32_MAX, &o) ||
            !read_number(&text, ' ', INT32_MIN, INT32_MAX, &r))
            return err_set(err, "history: '%.*s' is not action/observation/reward",
                           (int)strcspn(word, " "), word);
        q->history[q->problem.n_history++] =
            (struct cycle){ (uint32_t)a, { (uint32_t)o, (int32_t)r }, BY_AGENT };
    }
    return true;
}

bool puzzle_settle(struct puzzle *q, const struct env *env, bool *advised, struct err *err)
{
    struct problem *p = &q->problem;
    struct discount *d = &p->discount;
    bool takes = !q->discounted && env->discount > 0 && env->discount < 1;
    if (advised)
        *advised = takes;
    if (takes) {
        q->discount.gamma = env->discount;
        p->horizon = q->bounded ? p->horizon : 0;
    }
    if (!discount_init(d, &q->discount, err))
        return false;
    if (p->horizon)
        return true;
    if (d->kind == DISCOUNT_GEOMETRIC && d->gamma == 1)
        return err_set(err, "-H inf needs a discount: where all cycles count the same "
                            "the sum has no end; try -L gamma=0.95");
    return d->kind == DISCOUNT_GEOMETRIC ||
           err_set(err, "-H inf is for discount=geometric; with %s give a horizon",
                   discount_names[d->kind]);
}

char *puzzle_discount_text(const struct puzzle *q)
{
    const struct discount *d = &q->problem.discount;
    struct config conf = { q->discount };
    if (d->kind == DISCOUNT_GEOMETRIC && d->gamma == 1 && !q->discounted)
        return xstrdup("none");
    char *text = spec_canonical("discount", 1, params, &conf), *at = strchr(text, ':');
    char *out = xasprintf("%s%s%s", discount_names[conf.discount.kind], at ? "," : "",
                          at ? at + 1 : "");
    free(text);
    return out;
}

/* ---- the answer */

double solution_best(const struct solution *sol)
{
    double top = sol->value[0];
    for (size_t k = 1; k < sol->n_actions; k++)
        top = fmax(top, sol->value[k]);
    return top;
}

/* Whether the action may be the best one, by what is known. Sums of the same terms in
 * another order differ in the last digits. */
bool solution_may_be_best(const struct solution *sol, size_t k)
{
    double top = solution_best(sol);
    return sol->most[k] >= top - 1e-12 * fmax(1, fabs(top));
}

static json_t *numbers(const double *x, size_t n)
{
    json_t *array = json_array();
    for (size_t k = 0; k < n; k++)
        json_array_append_new(array, isfinite(x[k]) ? json_real(x[k]) : json_null());
    return array;
}

static json_t *integers(const int *x, size_t n)
{
    json_t *array = json_array();
    for (size_t k = 0; k < n; k++)
        json_array_append_new(array, json_integer(x[k]));
    return array;
}

static void add_certificate(json_t *o, const struct solution *sol)
{
    const struct certificate *c = &sol->certificate;
    json_t *more = json_pack(
        "{s:f, s:f, s:f, s:o, s:o, s:I, s:I, s:I, s:I, s:s, s:s}", "lower", c->b.lower,
        "upper", c->b.upper, "gap", c->b.upper - c->b.lower, "lo",
        numbers(sol->value, sol->n_actions), "hi", numbers(sol->most, sol->n_actions),
        "backups", (json_int_t)c->b.backups, "vectors", (json_int_t)c->b.vectors, "points",
        (json_int_t)c->b.points, "bytes", (json_int_t)c->b.bytes, "method", c->method,
        "reason", certify_end_names[c->reason]);
    json_object_update(o, more);
    json_decref(more);
}

json_t *solution_json(const struct puzzle *q, const char *env, const char *utility,
                      const struct solution *sol)
{
    const struct problem *p = &q->problem;
    char *discount = puzzle_discount_text(q);
    json_t *optimal = json_array();
    for (size_t k = 0; k < sol->n_actions; k++)
        if (solution_may_be_best(sol, k))
            json_array_append_new(optimal, json_integer((json_int_t)k));
    json_t *o =
        json_pack("{s:i, s:s, s:s?, s:s, s:o, s:s, s:o, s:f, s:o, s:o, s:I}", "v", 1, "env",
                  env, "model", p->family, "utility", utility, "horizon",
                  p->horizon ? json_integer((json_int_t)p->horizon) : json_string("inf"),
                  "discount", discount, "values", numbers(sol->value, sol->n_actions),
                  "value", solution_best(sol), "optimal", optimal, "posterior",
                  sol->posterior ? numbers(sol->posterior, sol->n_hypotheses) : json_null(),
                  "states", (json_int_t)sol->states);
    free(discount);
    add_certificate(o, sol);
    if (sol->n_places)
        json_object_set_new(o, "walk", integers(sol->place, sol->n_places));
    if (p->wants_policy && sol->policy.n_nodes) {
        double worth = (sol->policy_lo + sol->policy_hi) / 2;
        json_object_set_new(o, "policy_nodes",
                            json_integer((json_int_t)sol->policy.n_nodes));
        json_object_set_new(o, "policy_value",
                            isfinite(worth) ? json_real(worth) : json_null());
    }
    return o;
}
