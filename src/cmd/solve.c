#include "config.h"

#include "clock.h"
#include "cmd.h"
#include "mask.h"
#include "num.h"
#include "output.h"
#include "puzzle.h"
#include "registry.h"
#include "solve_empowerment.h"
#include "solve_feedback.h"
#include "solve_game.h"
#include "solve_learning.h"
#include "solve_notions.h"
#include "solve_performance.h"
#include "solve_responses.h"
#include "stop.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ursa solve ENV: what every action is worth, between bounds; of a game its equilibria. */

enum what {
    VALUE,
    EQUILIBRIA,
    NOTIONS,
    PERFORMANCE,
    LEARNING,
    FEEDBACK,
    EMPOWERMENT,
    RESPONSES
};
static const char *const whats[] = { "value",       "equilibria", "notions",
                                     "performance", "learning",   "feedback",
                                     "empowerment", "responses",  NULL };

struct solve {
    struct args *args;
    struct spec_of env;
    struct puzzle q;
    const char *utility;
    struct spec_of worth; /* that, read */
    const char *policy;   /* where it is written; NULL: nowhere */
    int64_t limit, root;
    int what;      /* enum what; -1: not said */
    double shown;  /* when the line of progress was drawn, on the clock */
    bool terminal; /* it is */
};

static bool take_discount(void *config, const char *value, struct err *err)
{
    struct solve *s = config;
    return puzzle_discount(&s->q, value, err);
}

static bool take_history(void *config, const char *value, struct err *err)
{
    struct solve *s = config;
    return puzzle_history(&s->q, value, err);
}

enum { HORIZON_DEF = 6, HORIZON_MAX = 100000 };

static bool take_horizon(void *config, const char *value, struct err *err)
{
    struct solve *s = config;
    char *end;
    long long h = strtoll(value, &end, 10);
    s->q.problem.horizon = 0;
    if (!strcmp(value, "inf"))
        return true;
    if (end == value || *end)
        return err_set(err, "--horizon must be a number of cycles or inf, got '%s'", value);
    if (h < 1 || h > HORIZON_MAX)
        return err_set(err, "--horizon=%s is out of range 1..%d, and is not inf", value,
                       HORIZON_MAX);
    s->q.problem.horizon = (uint32_t)h;
    return true;
}

static bool take_gap(void *config, const char *value, struct err *err)
{
    double *gap = &((struct solve *)config)->q.problem.gap;
    char *end;
    *gap = strtod(value, &end);
    return (end != value && !*end && *gap >= 0 && isfinite(*gap)) ||
           err_set(err, "--gap must be a number, 0 or above, got '%s'", value);
}

static bool take_memory(void *config, const char *value, struct err *err)
{
    return option_size("memory", value, &((struct solve *)config)->q.problem.bytes, err);
}

#define AT(field) offsetof(struct solve, field)
static const struct option_row options[] = {
    { 0, "what", OPTION_CHOICE, AT(what), NULL, .choices = whats, .def = -1,
      .help = "value, notions, performance, learning, feedback, "
              "empowerment of a world, "
              "equilibria, responses of a game" },
    { 'H', "horizon", OPTION_TAKE, 0, "N", .take = take_horizon, .text = "6",
      .help = "cycles looked ahead, or inf" },
    { 0, "model", OPTION_TEXT, AT(q.problem.family), "FAMILY",
      .help = "be uncertain about these hypotheses, see 'ursa show'" },
    { 0, "utility", OPTION_SPEC, AT(utility), NULL, .from = &utility_shelf,
      .text = "reward", .help = "what is summed" },
    { 'L', "set", OPTION_TAKE, 0, "KEY=VALUE", .take = take_discount,
      .help = "discount, as in discount=geometric,gamma=0.9 (none)" },
    { 0, "history", OPTION_TAKE, 0, "CYCLES", .take = take_history,
      .help = "what has happened, as \"a/o/r a/o/r ...\"" },
    { 0, "gap", OPTION_TAKE, 0, "G", .take = take_gap,
      .help = "stop when the bounds are so close (a thousandth)" },
    { 0, "time", OPTION_TIME, AT(q.problem.seconds), "TIME", .min = 1e-3, .max = 1e9,
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

/* Whether equilibria are asked for: also by a name that is a game's and no world's. */
static bool asks_game(const struct solve *s)
{
    char name[80];
    const char *text = s->args->operand[0];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(text, ":"), text);
    if (s->what >= 0)
        return s->what == EQUILIBRIA;
    return kind_find(&game_shelf, name) && !kind_find(&env_shelf, name);
}

/* Which policies answer each other best. */
static int responses(struct solve *s)
{
    static const char *const idle[] = { "horizon", "utility", "set",    "history", "gap",
                                        "time",    "memory",  "policy", "limit",   NULL };
    for (size_t i = 0; idle[i]; i++)
        if (args_given(s->args, idle[i]))
            return args_fail(s->args, "--%s says nothing of responses", idle[i]);
    return solve_responses(s->args, s->args->operand[0], s->q.problem.family,
                           (uint64_t)s->root);
}

/* Whether an option was typed that says nothing of this: all that is for values, but the
 * one that it takes (NULL: none). It is refused. */
static bool is_idle(struct solve *s, const char *what, const char *taken)
{
    static const char *const idle[] = { "model", "utility", "set",    "history", "gap",
                                        "time",  "memory",  "policy", "limit",   NULL };
    for (size_t i = 0; idle[i]; i++)
        if (args_given(s->args, idle[i]) && !(taken && !strcmp(taken, idle[i]))) {
            args_fail(s->args, "--%s says nothing of %s", idle[i], what);
            return true;
        }
    return false;
}

/* What notions of doing well say of a world where what is wanted changes. */
static int notions(struct solve *s)
{
    if (is_idle(s, "notions", NULL))
        return EXIT_USAGE;
    if (!s->q.problem.horizon)
        return args_fail(s->args, "notions need a number of cycles, not -H inf");
    return solve_notions(s->args, s->args->operand[0], (uint64_t)s->root,
                         s->q.problem.horizon);
}

/* What the reward makes of what was wanted: of an episode, unless more or less is said. */
static int performance(struct solve *s)
{
    enum { EPISODE = 100 };
    const struct problem *p = &s->q.problem;
    if (is_idle(s, "performance", "memory"))
        return EXIT_USAGE;
    if (!p->horizon)
        return args_fail(s->args, "performance needs a number of cycles, not -H inf");
    return solve_performance(s->args, s->args->operand[0], (uint64_t)s->root,
                             args_given(s->args, "horizon") ? p->horizon : EPISODE,
                             p->bytes);
}

/* What becomes of a reward that is learned while it is earned; of a whole life of its
 * world, unless another length is said. */
static int learning(struct solve *s)
{
    if (is_idle(s, "learning", "memory"))
        return EXIT_USAGE;
    if (!s->q.problem.horizon)
        return args_fail(s->args, "learning needs a number of cycles, not -H inf");
    return solve_learning(s->args, s->args->operand[0], (uint64_t)s->root,
                          args_given(s->args, "horizon") ? s->q.problem.horizon : 0,
                          s->q.problem.bytes);
}

/* What a human makes of what he sees of it, for as long as he has beliefs, unless another
 * length is said. */
static int feedback(struct solve *s)
{
    if (is_idle(s, "feedback", NULL))
        return EXIT_USAGE;
    if (!s->q.problem.horizon)
        return args_fail(s->args, "feedback needs a number of cycles, not -H inf");
    return solve_feedback(s->args, s->args->operand[0], (uint64_t)s->root,
                          args_given(s->args, "horizon") ? s->q.problem.horizon : 0);
}

/* Of so many actions, or with a discount of the next one over all that follows. */
static int empowerment(struct solve *s)
{
    enum { STEPS = 3 };
    const bool far = s->q.discounted, said = args_given(s->args, "horizon");
    if (is_idle(s, "empowerment", "set"))
        return EXIT_USAGE;
    if (far && s->q.discount.kind != DISCOUNT_GEOMETRIC)
        return args_fail(s->args, "effective empowerment is of discount=geometric alone");
    if (far && said)
        return args_fail(s->args,
                         "empowerment is of -H actions or by a discount, not both");
    return solve_empowerment(s->args, s->args->operand[0], (uint64_t)s->root,
                             said ? s->q.problem.horizon : STEPS,
                             far ? s->q.discount.gamma : (double)NAN);
}

/* What a round of a game has no use for. */
static int game(struct solve *s)
{
    static const char *const idle[] = { "horizon", "model",  "utility", "set",   "history",
                                        "time",    "memory", "policy",  "limit", NULL };
    const double gap = s->q.problem.gap;
    for (size_t i = 0; idle[i]; i++)
        if (args_given(s->args, idle[i]))
            return args_fail(s->args, "--%s is for worlds, not for equilibria", idle[i]);
    return solve_game(s->args, s->args->operand[0], (uint64_t)s->root,
                      args_given(s->args, "gap") ? gap : 0.01);
}

static bool parse(struct solve *s)
{
    struct err err = { 0 };
    s->q.bounded = args_given(s->args, "horizon");
    if (!args_given(s->args, "time"))
        s->q.problem.seconds = HUGE_VAL;
    if (!kind_parse(&s->env, &env_shelf, s->args->operand[0], &err) ||
        !kind_parse(&s->worth, &utility_shelf, s->utility, &err)) {
        args_err(s->args, &err);
        return false;
    }
    stop_blames(&s->env);
    s->q.problem.limit = args_given(s->args, "limit") ? (uint64_t)s->limit : 0;
    s->q.problem.wants_policy = s->policy;
    return true;
}

/* Says what its source advises. */
static bool settle(struct solve *s, const struct env *env, struct err *err)
{
    bool advised, ok = puzzle_settle(&s->q, env, &advised, err);
    if (advised)
        args_note(s->args, "discount=geometric,gamma=%.12g as its source advises%s",
                  env->discount,
                  s->q.problem.horizon ? "" : ", and no last cycle (-H inf)");
    return ok;
}

/* ---- the answer */

/* Its name, with what was said of it. */
static const char *utility_text(const struct solve *s)
{
    return s->worth.kind->params->name ? s->worth.canonical : s->worth.kind->name;
}

static void answer_json(const struct solve *s, const struct solution *sol)
{
    json_t *o = solution_json(&s->q, s->env.canonical, utility_text(s), sol);
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
    const struct problem *p = &s->q.problem;
    char horizon[20] = "inf", value[80];
    double most = -HUGE_VAL;
    if (p->horizon)
        snprintf(horizon, sizeof horizon, "%" PRIu32, p->horizon);
    mask_print(stdout, "%s   %s%s   %s   horizon %s   discount %s\n", s->env.canonical,
               p->family ? "model " : "known", p->family ? p->family : "", utility_text(s),
               horizon, discount);
    for (size_t k = 0; k < sol->n_actions; k++) {
        char name[64];
        env_action_text(env, (unsigned)k, name, sizeof name);
        value_text(sol, sol->value[k], sol->most[k], value, sizeof value);
        mask_print(stdout, "%c %-12s %s\n", solution_may_be_best(sol, k) ? '*' : ' ', name,
                   value);
        most = fmax(most, sol->most[k]);
    }
    value_text(sol, solution_best(sol), most, value, sizeof value);
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
    char *discount = puzzle_discount_text(&s->q);
    if (s->args->json)
        answer_json(s, sol);
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
    if (!settle(s, env, &err))
        return args_err(s->args, &err);
    bool ok = problem_solve(&s->q.problem, &sol, &err);
    clear_line(s);
    if (!ok) {
        int status = args_err(s->args, &err);
        return atomic_load(s->q.problem.cancel) ? EXIT_INTERRUPTED : status;
    }
    int status = answer(s, env, &sol);
    solution_release(&sol);
    return status;
}

static int solve(struct solve *s)
{
    struct err err = { 0 };
    const char *term = getenv("TERM");
    s->q.problem.cancel = stop_on_signals();
    struct env *env = env_open(&s->env, (uint64_t)s->root, &err);
    if (!env)
        return args_err(s->args, &err);
    args_warn(s->args, &err);
    s->q.problem.env = env;
    s->q.problem.warn = warn;
    s->q.problem.tell = tell;
    s->q.problem.context = s;
    s->terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0 &&
                  s->args->verbosity >= 0;
    s->q.problem.utility = utility_open(&s->worth, &env->space, &err);
    int status = s->q.problem.utility ? solve_in(s, env) : args_err(s->args, &err);
    utility_close(&s->worth, s->q.problem.utility);
    env_close(env);
    return status;
}

static int run(struct args *a)
{
    struct solve s = { .args = a };
    puzzle_init(&s.q);
    int status;
    if (!args_parse(a, &s))
        status = a->status;
    else if (s.what == NOTIONS)
        status = notions(&s);
    else if (s.what == PERFORMANCE)
        status = performance(&s);
    else if (s.what == LEARNING)
        status = learning(&s);
    else if (s.what == FEEDBACK)
        status = feedback(&s);
    else if (s.what == EMPOWERMENT)
        status = empowerment(&s);
    else if (s.what == RESPONSES)
        status = responses(&s);
    else if (asks_game(&s))
        status = game(&s);
    else
        status = parse(&s) ? solve(&s) : a->status;
    puzzle_release(&s.q);
    kind_release(&s.env);
    kind_release(&s.worth);
    return status;
}

const struct cmd cmd_solve = {
    .group = "Check the theory",
    .name = "solve",
    .title = "best values, with their proof",
    .example = "ursa solve tiger -H 3",
    .operands = "ENV|GAME",
    .options = options,
    .page = "ursa-solve",
    .json = true,
    .run = run,
};
