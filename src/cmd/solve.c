#include "config.h"

#include "clock.h"
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
#include <unistd.h>

/* ursa solve ENV: what every action is worth, between bounds. */

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
    const char *policy; /* where it is written; NULL: nowhere */
    int64_t limit, root;
    double shown;  /* when the line of progress was drawn, on the clock */
    bool terminal; /* it is */
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

enum { HORIZON_DEF = 6, HORIZON_MAX = 100000 };

static bool take_horizon(void *config, const char *value, struct err *err)
{
    struct solve *s = config;
    char *end;
    long long h = strtoll(value, &end, 10);
    s->problem.horizon = 0;
    if (!strcmp(value, "inf"))
        return true;
    if (end == value || *end)
        return err_set(err, "--horizon must be a number of cycles or inf, got '%s'", value);
    if (h < 1 || h > HORIZON_MAX)
        return err_set(err, "--horizon=%s is out of range 1..%d, and is not inf", value,
                       HORIZON_MAX);
    s->problem.horizon = (uint32_t)h;
    return true;
}

static bool take_gap(void *config, const char *value, struct err *err)
{
    double *gap = &((struct solve *)config)->problem.gap;
    char *end;
    *gap = strtod(value, &end);
    return (end != value && !*end && *gap >= 0 && isfinite(*gap)) ||
           err_set(err, "--gap must be a number, 0 or above, got '%s'", value);
}

static bool take_memory(void *config, const char *value, struct err *err)
{
    return option_size("memory", value, &((struct solve *)config)->problem.bytes, err);
}

#define AT(field) offsetof(struct solve, field)
static const struct option_row options[] = {
    { 'H', "horizon", OPTION_TAKE, 0, "N", .take = take_horizon, .text = "6",
      .help = "cycles looked ahead, or inf" },
    { 0, "model", OPTION_TEXT, AT(problem.family), "FAMILY",
      .help = "be uncertain about these hypotheses, see 'ursa show'" },
    { 0, "utility", OPTION_KIND, AT(utility), NULL, .from = &utility_shelf,
      .text = "reward", .help = "what is summed" },
    { 'L', "set", OPTION_TAKE, 0, "KEY=VALUE", .take = take_discount,
      .help = "discount, as in discount=geometric,gamma=0.9 (none)" },
    { 0, "history", OPTION_TAKE, 0, "CYCLES", .take = take_history,
      .help = "what has happened, as \"a/o/r a/o/r ...\"" },
    { 0, "gap", OPTION_TAKE, 0, "G", .take = take_gap,
      .help = "stop when the bounds are so close (a thousandth)" },
    { 0, "time", OPTION_TIME, AT(problem.seconds), "TIME", .min = 1e-3, .max = 1e9,
      .help = "stop then, with what is known" },
    { 0, "memory", OPTION_TAKE, 0, "SIZE", .take = take_memory, .text = "1G",
      .help = "stop where tables would take more" },
    { 0, "policy", OPTION_TEXT, AT(policy), "FILE",
      .help = "write the plan that the lower bound is the value of" },
    { 0, "limit", OPTION_INT, AT(limit), "N", .min = 1, .max = 1e12,
      .help = "belief states that may be visited one by one" },
    { 0, "root-seed", OPTION_INT, AT(root), "N", .max = 0x1p63,
      .help = "root seed, under which maps count" },
    { 0 },
};
#undef AT

static bool parse(struct solve *s)
{
    struct err err = { 0 };
    s->problem.gap = -1;
    if (!args_parse(s->args, s))
        return false;
    if (!args_given(s->args, "set"))
        s->conf.discount.gamma = 1;
    if (!args_given(s->args, "time"))
        s->problem.seconds = HUGE_VAL;
    if (!kind_parse(&s->env, &env_shelf, s->args->operand[0], &err)) {
        args_err(s->args, &err);
        return false;
    }
    stop_blames(&s->env);
    s->problem.limit = args_given(s->args, "limit") ? (uint64_t)s->limit : 0;
    s->problem.history = s->history;
    s->problem.wants_policy = s->policy;
    return true;
}

/* The discount that was asked for or, when none was, that the world's file advises, which
 * then has no last cycle either unless one is given. */
static bool settle_discount(struct solve *s, const struct env *env, struct err *err)
{
    struct discount *d = &s->problem.discount;
    if (!args_given(s->args, "set") && env->discount > 0 && env->discount < 1) {
        s->conf.discount.gamma = env->discount;
        if (!args_given(s->args, "horizon"))
            s->problem.horizon = 0;
        args_note(s->args, "discount=geometric,gamma=%.12g as its source advises%s",
                  env->discount, s->problem.horizon ? "" : ", and no last cycle (-H inf)");
    }
    if (!discount_init(d, &s->conf.discount, err))
        return false;
    if (s->problem.horizon)
        return true;
    if (d->kind == DISCOUNT_GEOMETRIC && d->gamma == 1)
        return err_set(err, "-H inf needs a discount: where all cycles count the same "
                            "the sum has no end; try -L gamma=0.95");
    return d->kind == DISCOUNT_GEOMETRIC ||
           err_set(err, "-H inf is for discount=geometric; with %s give a horizon",
                   discount_names[d->kind]);
}

/* ---- the answer */

static double best(const struct solution *sol)
{
    double top = sol->value[0];
    for (size_t k = 1; k < sol->n_actions; k++)
        top = fmax(top, sol->value[k]);
    return top;
}

/* Whether the action may be the best one, by what is known. Sums of the same terms in
 * another order differ in the last digits. */
static bool may_be_best(const struct solution *sol, size_t k)
{
    double top = best(sol);
    return sol->most[k] >= top - 1e-12 * fmax(1, fabs(top));
}

/* "discount-v1:gamma=0.9" without the first word; "none". */
static char *discount_text(const struct solve *s)
{
    if (s->problem.discount.kind == DISCOUNT_GEOMETRIC && s->problem.discount.gamma == 1 &&
        !args_given(s->args, "set"))
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

static void answer_json(const struct solve *s, const struct solution *sol,
                        const char *discount)
{
    const struct problem *p = &s->problem;
    json_t *optimal = json_array();
    for (size_t k = 0; k < sol->n_actions; k++)
        if (may_be_best(sol, k))
            json_array_append_new(optimal, json_integer((json_int_t)k));
    json_t *o = json_pack(
        "{s:i, s:s, s:s?, s:s, s:o, s:s, s:o, s:f, s:o, s:o, s:I}", "v", 1, "env",
        s->env.canonical, "model", p->family, "utility", s->utility->name, "horizon",
        p->horizon ? json_integer((json_int_t)p->horizon) : json_string("inf"), "discount",
        discount, "values", numbers(sol->value, sol->n_actions), "value", best(sol),
        "optimal", optimal, "posterior",
        sol->posterior ? numbers(sol->posterior, sol->n_hypotheses) : json_null(), "states",
        (json_int_t)sol->states);
    add_certificate(o, sol);
    if (sol->n_places)
        json_object_set_new(o, "walk", integers(sol->place, sol->n_places));
    if (s->policy && sol->policy.n_nodes) {
        double worth = (sol->policy_lo + sol->policy_hi) / 2;
        json_object_set_new(o, "policy_nodes",
                            json_integer((json_int_t)sol->policy.n_nodes));
        json_object_set_new(o, "policy_value",
                            isfinite(worth) ? json_real(worth) : json_null());
    }
    print_json(o);
    json_decref(o);
}

static void value_text(const struct solution *sol, double lo, double hi, char *buf,
                       size_t n)
{
    if (sol->exact && hi - lo <= 1e-9 * fmax(1, fabs(lo)))
        snprintf(buf, n, "%.12g", lo);
    else
        snprintf(buf, n, "%.10g .. %.10g", certify_below(lo), certify_above(hi));
}

static void certificate_text(const struct certificate *c)
{
    printf("  by %s: lower %.12g  upper %.12g  gap %.3g  backups %" PRIu64
           "  vectors %" PRIu64 "  points %" PRIu64 "  bytes %zu  reason %s\n",
           c->method, c->b.lower, c->b.upper, c->b.upper - c->b.lower, c->b.backups,
           c->b.vectors, c->b.points, c->b.bytes, certify_end_names[c->reason]);
}

/* The walk, cells as (column,row), a dot for one more cycle in the same. */
static void places_text(const struct env *env, const struct solution *sol)
{
    int col = 0;
    for (size_t k = 0; k < sol->n_places; k++) {
        char cell[32] = ".";
        int at = sol->place[k];
        if (!k || at != sol->place[k - 1])
            snprintf(cell, sizeof cell, "(%d,%d)", at % env->cols, at / env->cols);
        if (!k || col + 1 + (int)strlen(cell) > 78)
            col = printf("%s", k ? "\n              " : "  walk       ");
        col += printf(" %s", cell);
    }
    if (sol->n_places)
        puts("");
}

static void answer_text(const struct solve *s, const struct env *env,
                        const struct solution *sol, const char *discount)
{
    const struct problem *p = &s->problem;
    char horizon[20] = "inf", value[80];
    double most = -HUGE_VAL;
    if (p->horizon)
        snprintf(horizon, sizeof horizon, "%" PRIu32, p->horizon);
    mask_print(stdout, "%s   %s%s   %s   horizon %s   discount %s\n", s->env.canonical,
               p->family ? "model " : "known", p->family ? p->family : "", s->utility->name,
               horizon, discount);
    for (size_t k = 0; k < sol->n_actions; k++) {
        char name[64];
        env_action_text(env, (unsigned)k, name, sizeof name);
        value_text(sol, sol->value[k], sol->most[k], value, sizeof value);
        mask_print(stdout, "%c %-12s %s\n", may_be_best(sol, k) ? '*' : ' ', name, value);
        most = fmax(most, sol->most[k]);
    }
    value_text(sol, best(sol), most, value, sizeof value);
    printf("  value        %s\n  states       %.0f\n", value, sol->states);
    if (env->cols > 0)
        places_text(env, sol);
    if (sol->posterior)
        printf("  posterior    %zu hypotheses, entropy %.6g bits\n", sol->n_hypotheses,
               num_entropy(sol->posterior, sol->n_hypotheses) / M_LN2);
    if (s->policy && sol->policy.n_nodes)
        printf("  policy       %" PRIu32 " nodes, worth %.12g when followed\n",
               sol->policy.n_nodes, (sol->policy_lo + sol->policy_hi) / 2);
    certificate_text(&sol->certificate);
}

/* ---- while it works */

/* A line that is drawn over, on a terminal. */
static void tell(void *context, const struct certificate *c)
{
    enum { PER_SECOND = 5 };
    struct solve *s = context;
    double now = clock_now();
    if (!s->terminal || now - s->shown < 1.0 / PER_SECOND || c->seconds < 0.5)
        return;
    s->shown = now;
    fprintf(stderr,
            "\r\033[K%.8g .. %.8g  gap %.3g  %" PRIu64 " backups  %" PRIu64
            " vectors  %" PRIu64 " points  %.1f s",
            c->b.lower, c->b.upper, c->b.upper - c->b.lower, c->b.backups, c->b.vectors,
            c->b.points, c->seconds);
}

static void clear_line(const struct solve *s)
{
    if (s->terminal && s->shown > 0)
        fputs("\r\033[K", stderr);
}

static void warn(void *context, double histories)
{
    const struct solve *s = context;
    args_note(s->args,
              "about %.2g histories: how many belief states they share is not known "
              "before; at most %" PRId64 " are visited (--limit)",
              histories, s->limit);
}

static int answer(struct solve *s, const struct env *env, const struct solution *sol)
{
    struct err err = { 0 };
    char *discount = discount_text(s);
    if (s->args->json)
        answer_json(s, sol, discount);
    else
        answer_text(s, env, sol, discount);
    free(discount);
    if (s->policy && sol->policy_err.n)
        return args_err(s->args, &sol->policy_err);
    if (s->policy && !policy_graph_write(&sol->policy, s->policy, &err))
        return args_err(s->args, &err);
    return sol->certificate.reason == CERTIFY_INTERRUPT ? EXIT_INTERRUPTED : EXIT_OK;
}

static int solve_in(struct solve *s, struct env *env)
{
    struct err err = { 0 };
    struct solution sol;
    if (!settle_discount(s, env, &err))
        return args_err(s->args, &err);
    bool ok = problem_solve(&s->problem, &sol, &err);
    clear_line(s);
    if (!ok) {
        int status = args_err(s->args, &err);
        return atomic_load(s->problem.cancel) ? EXIT_INTERRUPTED : status;
    }
    int status = answer(s, env, &sol);
    solution_release(&sol);
    return status;
}

static int solve(struct solve *s)
{
    struct err err = { 0 };
    struct spec_of worth = { 0 };
    const char *term = getenv("TERM");
    s->problem.cancel = stop_on_signals();
    struct env *env = env_open(&s->env, (uint64_t)s->root, &err);
    if (!env)
        return args_err(s->args, &err);
    args_warn(s->args, &err);
    s->problem.env = env;
    s->problem.warn = warn;
    s->problem.tell = tell;
    s->problem.context = s;
    s->terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0 &&
                  s->args->verbosity >= 0;
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
    .title = "best values, with their proof",
    .example = "ursa solve tiger -H 3",
    .operands = "ENV",
    .options = options,
    .page = "ursa-solve",
    .json = true,
    .run = run,
};
