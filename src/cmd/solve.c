#include "config.h"

#include "cmd.h"
#include "mask.h"
#include "num.h"
#include "output.h"
#include "registry.h"
#include "solve.h"
#include "spec.h"
#include "stop.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ursa solve ENV: the exact value of every action. */

/* The discount alone, with the names it has in agents. */
struct config {
    struct discount_conf discount;
};
static const struct param params[] = { DISCOUNT_PARAMS(discount), { 0 } };
static const struct kind by_name = { "discount", "alone, as agents have it", 1,
                                     params,     sizeof(struct config),      NULL };

struct solve {
    struct args *args;
    struct spec_of env;
    struct config conf;
    struct problem problem;
    struct cycle *history; /* owned */
    const struct kind *utility;
    int64_t horizon, limit, root;
};

static bool take_discount(void *config, const char *value, struct err *err)
{
    struct solve *s = config;
    struct spec spec;
    char *text = xasprintf("discount:%s", value);
    bool ok = spec_parse(&spec, text, err);
    if (ok) {
        ok = kind_apply(&spec, &by_name, &s->conf, err);
        spec_release(&spec);
    }
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

static bool take_history(void *config, const char *text, struct err *err)
{
    struct solve *s = config;
    s->history = xrealloc(s->history, strlen(text) / 5 + 1, sizeof *s->history);
    s->problem.n_history = 0;
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        long long a, o, r;
        const char *word = text;
        if (!read_number(&text, '/', 0, ACTIONS_MAX - 1, &a) ||
            !read_number(&text, '/', 0, UINT32_MAX, &o) ||
            !read_number(&text, ' ', INT32_MIN, INT32_MAX, &r))
            return err_set(err, "--history: '%.*s' is not action/observation/reward",
                           (int)strcspn(word, " "), word);
        s->history[s->problem.n_history++] =
            (struct cycle){ (uint32_t)a, { (uint32_t)o, (int32_t)r }, BY_AGENT };
    }
    return true;
}

#define AT(field) offsetof(struct solve, field)
static const struct option_row options[] = {
    { 'H', "horizon", OPTION_INT, AT(horizon), "N", .def = 6, .min = 1, .max = 100000,
      .help = "cycles looked ahead" },
    { 0, "model", OPTION_TEXT, AT(problem.family), "FAMILY",
      .help = "be uncertain about these hypotheses, see 'ursa show'" },
    { 0, "utility", OPTION_KIND, AT(utility), NULL, .from = &utility_shelf,
      .text = "reward", .help = "what is summed" },
    { 'L', "set", OPTION_TAKE, 0, "KEY=VALUE", .take = take_discount,
      .help = "discount, as in discount=geometric,gamma=0.9 (none)" },
    { 0, "history", OPTION_TAKE, 0, "CYCLES", .take = take_history,
      .help = "what has happened, as \"a/o/r a/o/r ...\"" },
    { 0, "limit", OPTION_INT, AT(limit), "N", .def = 10000000, .min = 1, .max = 1e12,
      .help = "belief states that may be visited" },
    { 0, "root-seed", OPTION_INT, AT(root), "N", .max = 0x1p63,
      .help = "root seed, under which maps count" },
    { 0 },
};
#undef AT

static bool parse(struct solve *s)
{
    struct err err = { 0 };
    if (!args_parse(s->args, s))
        return false;
    if (!args_given(s->args, "set"))
        s->conf.discount.gamma = 1;
    if (!discount_init(&s->problem.discount, &s->conf.discount, &err) ||
        !kind_parse(&s->env, &env_shelf, s->args->operand[0], &err)) {
        args_err(s->args, &err);
        return false;
    }
    s->problem.horizon = (uint32_t)s->horizon;
    s->problem.limit = (uint64_t)s->limit;
    s->problem.history = s->history;
    return true;
}

/* ---- the answer */

static double best(const struct solution *sol)
{
    double top = sol->value[0];
    for (size_t k = 1; k < sol->n_actions; k++)
        top = fmax(top, sol->value[k]);
    return top;
}

/* Sums of the same terms in another order differ in the last digits. */
static bool is_optimal(const struct solution *sol, size_t k)
{
    double top = best(sol);
    return sol->value[k] >= top - 1e-12 * fmax(1, fabs(top));
}

/* "discount-v1:gamma=0.9" without the first word; "none". */
static char *discount_text(const struct solve *s)
{
    if (!args_given(s->args, "set"))
        return xstrdup("none");
    char *text = spec_canonical("discount", 1, params, &s->conf), *at = strchr(text, ':');
    char *out = xasprintf("%s%s%s", discount_names[s->conf.discount.kind], at ? "," : "",
                          at ? at + 1 : "");
    free(text);
    return out;
}

static json_t *numbers(const double *x, size_t n)
{
    json_t *array = json_array();
    for (size_t k = 0; k < n; k++)
        json_array_append_new(array, json_real(x[k]));
    return array;
}

static void answer_json(const struct solve *s, const struct solution *sol,
                        const char *discount)
{
    const struct problem *p = &s->problem;
    json_t *optimal = json_array();
    for (size_t k = 0; k < sol->n_actions; k++)
        if (is_optimal(sol, k))
            json_array_append_new(optimal, json_integer((json_int_t)k));
    json_t *o =
        json_pack("{s:i, s:s, s:s?, s:s, s:I, s:s, s:o, s:f, s:o, s:o, s:I}", "v", 1, "env",
                  s->env.canonical, "model", p->family, "utility", s->utility->name,
                  "horizon", (json_int_t)p->horizon, "discount", discount, "values",
                  numbers(sol->value, sol->n_actions), "value", best(sol), "optimal",
                  optimal, "posterior",
                  sol->posterior ? numbers(sol->posterior, sol->n_hypotheses) : json_null(),
                  "states", (json_int_t)sol->states);
    print_json(o);
    json_decref(o);
}

static void answer_text(const struct solve *s, const struct env *env,
                        const struct solution *sol, const char *discount)
{
    const struct problem *p = &s->problem;
    mask_print(stdout, "%s   %s%s   %s   horizon %" PRIu32 "   discount %s\n",
               s->env.canonical, p->family ? "model " : "known", p->family ? p->family : "",
               s->utility->name, p->horizon, discount);
    for (size_t k = 0; k < sol->n_actions; k++) {
        char name[64];
        env_action_text(env, (unsigned)k, name, sizeof name);
        mask_print(stdout, "%c %-12s %.12g\n", is_optimal(sol, k) ? '*' : ' ', name,
                   sol->value[k]);
    }
    printf("  value        %.12g\n  states       %.0f\n", best(sol), sol->states);
    if (sol->posterior)
        printf("  posterior    %zu hypotheses, entropy %.6g bits\n", sol->n_hypotheses,
               num_entropy(sol->posterior, sol->n_hypotheses) / M_LN2);
}

static void warn(void *context, double histories)
{
    const struct solve *s = context;
    args_note(s->args,
              "about %.2g histories: how many belief states they share is not known "
              "before; at most %" PRId64 " are visited (--limit)",
              histories, s->limit);
}

static int solve_in(struct solve *s, struct env *env)
{
    struct err err = { 0 };
    struct solution sol;
    int status = EXIT_OK;
    if (!problem_solve(&s->problem, &sol, &err)) {
        status = args_err(s->args, &err);
        status = atomic_load(s->problem.cancel) ? EXIT_INTERRUPTED : status;
    } else {
        char *discount = discount_text(s);
        if (s->args->json)
            answer_json(s, &sol, discount);
        else
            answer_text(s, env, &sol, discount);
        free(discount);
        solution_release(&sol);
    }
    return status;
}

static int solve(struct solve *s)
{
    struct err err = { 0 };
    struct spec_of worth = { 0 };
    struct env *env = env_open(&s->env, (uint64_t)s->root, &err);
    if (!env)
        return args_err(s->args, &err);
    args_warn(s->args, &err);
    s->problem.env = env;
    s->problem.cancel = stop_on_signals();
    s->problem.warn = warn;
    s->problem.context = s;
    if (kind_parse(&worth, &utility_shelf, s->utility->name, &err))
        s->problem.utility = utility_open(&worth, &env->space, &err);
    int status = s->problem.utility ? solve_in(s, env) : args_err(s->args, &err);
    utility_close(&worth, s->problem.utility);
    kind_release(&worth);
    env_close(env);
    return status;
}

static int run(struct args *a)
{
    struct solve s = { .args = a };
    param_defaults(params, &s.conf);
    int status = parse(&s) ? solve(&s) : a->status;
    param_release(params, &s.conf);
    kind_release(&s.env);
    free(s.history);
    return status;
}

const struct cmd cmd_solve = {
    .group = "Check the theory",
    .name = "solve",
    .title = "exact values, small problems",
    .example = "ursa solve tiger -H 3",
    .operands = "ENV",
    .options = options,
    .json = true,
    .run = run,
};
