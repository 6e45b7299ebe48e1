#include "config.h"

#include "cmd.h"
#include "line.h"
#include "list.h"
#include "mask.h"
#include "match_trace.h"
#include "metrics.h"
#include "output.h"
#include "references.h"
#include "setting.h"
#include "stop.h"
#include "trace.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ursa run AGENT ENV, AGENT... GAME: one run, its summary on stdout. */

enum { CURVE_POINTS = 200 };

struct run {
    struct args *args;
    struct spec_of env, agent;
    int64_t seed, steps, root;
    struct list settings; /* KEY=VALUE */
    const char *trace;
    struct list metrics;
    bool curve;
    int reference;              /* REFERENCE_... */
    struct bayes_optimal bayes; /* where it was asked for */
    atomic_int *stop;
};

static bool take_metrics(void *config, const char *value, struct err *err)
{
    struct run *r = config;
    list_release(&r->metrics);
    return list_parse(&r->metrics, value, err);
}

#define AT(field) offsetof(struct run, field)
static const struct option_row options[] = {
    { 's', "seed", OPTION_INT, AT(seed), "N", .def = 1, .max = UINT32_MAX,
      .help = "seed index of the run" },
    { 't', "steps", OPTION_INT, AT(steps), "N", .def = 200, .min = 1, .max = 1e12,
      .help = "cycles to live" },
    { 'L', "set", OPTION_LIST, AT(settings), "KEY=VALUE",
      .help = "set a parameter of the agent or the world; repeatable" },
    { 0, "root-seed", OPTION_INT, AT(root), "N", .max = 0x1p63,
      .help = "root seed, under which seeds and maps count" },
    { 0, "trace", OPTION_TEXT, AT(trace), "FILE",
      .help = "record every cycle, for 'ursa replay'" },
    { 0, "metric", OPTION_TAKE, 0, "METRICS", .take = take_metrics,
      .help = "show these alone; see 'ursa list metrics'" },
    { 0, "reference", OPTION_CHOICE, AT(reference), NULL, .choices = reference_names,
      .help = "bayes: bounds of what the Bayes-optimal policy earns" },
    { 0, "curve", OPTION_FLAG, AT(curve), NULL, .help = "add the learning curve" },
    { 0 },
};
#undef AT

static bool open_specs(struct run *r, struct err *err)
{
    bool agent = kind_parse(&r->agent, &agent_shelf, r->args->operand[0], err);
    bool env = kind_parse(&r->env, &env_shelf, r->args->operand[1], err);
    stop_blames(&r->agent);
    stop_blames(&r->env);
    return agent && env && settings_apply(&r->agent, &r->env, &r->settings, err);
}

/* ---- the summary */

static void print_summary(const struct run *r, const struct result *res)
{
    mask_print(stdout, "%s %s %s   seed %" PRIu32 "   %" PRIu64 " steps   %.2f s\n",
               res->agent, locale_is_utf8() ? "\303\227" : "x", res->env, res->seed,
               res->steps, res->wall_s);
    if (isfinite(res->optimal_reward_per_step))
        printf("  reward/step     %-10.2foptimal %.2f   random %.2f\n",
               res->reward_per_step, res->optimal_reward_per_step,
               res->random_reward_per_step);
    else
        printf("  reward/step     %.2f\n", res->reward_per_step);
    if (isfinite(res->explored))
        printf("  explored        %.1f %%%s", res->explored,
               isfinite(res->information_gain) ? "    " : "\n");
    if (isfinite(res->information_gain))
        printf("%sinformation gain %.2f bits\n", isfinite(res->explored) ? "" : "  ",
               res->information_gain);
    if (res->informed)
        printf("  %s\n", insight_informed);
    if (r->reference == REFERENCE_BAYES)
        printf("  Bayes-optimal   %.6g .. %.6g a step, by %s over %s\n", r->bayes.lower,
               r->bayes.upper, r->bayes.method, r->bayes.family);
    printf("  performance     %.10g in all   hash %016" PRIx64 "\n", res->performance,
           res->hash);
    if (r->args->verbosity > 0)
        for (size_t i = 0; i < res->n_final; i++)
            mask_print(stdout, "  %-15s %.6g\n", res->final[i].name, res->final[i].value);
}

static int print_metrics(const struct run *r, const struct result *res)
{
    int status = EXIT_OK;
    for (size_t i = 0; i < r->metrics.n; i++) {
        const char *name = r->metrics.at[i];
        const struct metric_row *m = metric_find(name);
        bool known;
        double x = metric_value(res, name, &known);
        if (!known)
            status = args_fail(r->args, "%s reports no metric '%s'  (ursa list metrics)",
                               res->agent, name);
        else
            mask_print(stdout, "%-24s %.6g%s%s\n", name, x, m && *m->unit ? " " : "",
                       m ? m->unit : "");
    }
    return status;
}

/* A column is as wide as its name and a space, or as a number. */
static int width(const char *name)
{
    enum { NUMBER = 10 };
    int n = (int)strlen(name) + 1;
    return n < NUMBER ? NUMBER : n;
}

static void print_curve(const struct curve *c)
{
    const struct metric_row *m;
    printf("\n%8s", "t");
    for (size_t k = 0; (m = metric_column(k)); k++)
        printf(" %*s", width(m->name), m->name);
    printf("\n");
    for (size_t i = 0; i < curve_points(c); i++) {
        printf("%8" PRIu64, curve_age(c, i));
        for (size_t k = 0; (m = metric_column(k)); k++) {
            double x = curve_value(c, k, i);
            if (isfinite(x))
                printf(" %*.4g", width(m->name), x);
            else
                printf(" %*s", width(m->name), "-");
        }
        printf("\n");
    }
}

static int report(const struct run *r, const struct result *res, const struct curve *curve)
{
    int status = EXIT_OK;
    if (r->args->json) {
        json_t *o = result_json(res);
        if (r->reference == REFERENCE_BAYES)
            json_object_set_new(o, "bayes_optimal", bayes_json(&r->bayes));
        if (curve)
            json_object_set_new(o, "curve", curve_json(curve));
        print_json(o);
        json_decref(o);
        return status;
    }
    if (r->metrics.n)
        status = print_metrics(r, res);
    else
        print_summary(r, res);
    if (curve)
        print_curve(curve);
    return status;
}

/* ---- the run */

static bool find_reference(struct run *r, struct err *err)
{
    if (r->reference != REFERENCE_BAYES)
        return true;
    struct env *env = env_open(&r->env, (uint64_t)r->root, err);
    bool ok = env && job_bayes_optimal(env, (uint64_t)r->steps, r->stop, &r->bayes, err);
    env_close(env);
    return ok;
}

static int live(struct run *r)
{
    struct err err = { 0 };
    struct result res;
    struct trace_writer *trace = r->trace ? trace_writer_new(r->trace) : NULL;
    struct curve *curve =
        r->curve ? curve_new((uint64_t)r->steps, CURVE_POINTS, false) : NULL;
    struct sink *sinks[2];
    size_t n = 0;
    if (trace)
        sinks[n++] = trace_sink(trace);
    if (curve)
        sinks[n++] = curve_sink(curve);
    struct job job = {
        &r->env, &r->agent, (uint64_t)r->root, (uint32_t)r->seed, (uint64_t)r->steps,
        NULL,    NULL
    };
    int status;
    if (!job_run(&job, sinks, n, r->stop, &res, &err)) {
        status = args_err(r->args, &err);
        status = res.begun ? EXIT_RUN_FAILED : status;
    } else if (res.steps < job.steps) {
        args_fail(r->args, "interrupted after %" PRIu64 " of %" PRIu64 " cycles", res.steps,
                  job.steps);
        status = EXIT_INTERRUPTED;
    } else {
        args_warn(r->args, &err);
        status = report(r, &res, curve);
    }
    result_release(&res);
    trace_writer_free(trace);
    curve_free(curve);
    return status;
}

/* ---- a game: the agents are its seats, in order */

struct seats {
    struct spec_of game, agent[PLAYERS_MAX];
    uint32_t n;
    struct curve *curve[PLAYERS_MAX]; /* NULL: none */
};

static bool open_seats(struct run *r, struct seats *seats, struct err *err)
{
    struct args *a = r->args;
    size_t n = a->n_operands - 1;
    if (r->settings.n)
        return err_set(err, "-L is for one agent in one world: write %s into the spec",
                       r->settings.at[0]);
    if (!kind_parse(&seats->game, &game_shelf, a->operand[n], err))
        return false;
    struct game *g = game_open(&seats->game, (uint64_t)r->root, err);
    bool ok = g && match_fits(g, (uint32_t)n, err);
    game_close(g);
    for (; ok && seats->n < n; seats->n++)
        ok = player_parse(&seats->agent[seats->n], a->operand[seats->n], err);
    return ok;
}

static json_t *match_json(const struct match_result *res, struct curve *const *curve)
{
    char hash[17];
    json_t *seats = json_array();
    snprintf(hash, sizeof hash, "%016" PRIx64, res->hash);
    for (uint32_t i = 0; i < res->n; i++) {
        json_t *o = result_json(&res->seat[i]);
        if (curve[i])
            json_object_set_new(o, "curve", curve_json(curve[i]));
        json_array_append_new(seats, o);
    }
    return json_pack("{s:i, s:s, s:I, s:I, s:I, s:o, s:f, s:f, s:s, s:s}", "v", 1, "game",
                     res->game, "root_seed", (json_int_t)res->root, "seed",
                     (json_int_t)res->seed, "steps", (json_int_t)res->steps, "seats", seats,
                     "cpu_s", res->cpu_s, "wall_s", res->wall_s, "hash", hash, "version",
                     PACKAGE_VERSION);
}

/* How far from equilibrium; NULL: no table was played. */
static json_t *gaps_json(const struct gaps *g)
{
    if (!g->n_joint || !g->rounds)
        return NULL;
    json_t *joint = json_array(), *regret = json_array();
    for (uint32_t k = 0; k < g->n_joint; k++)
        json_array_append_new(joint, json_real((double)g->joint[k] / (double)g->rounds));
    for (uint32_t i = 0; i < g->n_players; i++)
        json_array_append_new(regret, json_real(g->regret[i]));
    json_t *o = json_pack("{s:f, s:o, s:o}", "averages", g->averages, "regret", regret,
                          "joint", joint);
    json_t *error = json_array(), *belief = json_array();
    for (uint32_t i = 0; i < g->n_players; i++)
        json_array_append_new(belief,
                              isnan(g->belief[i]) ? json_null() : json_real(g->belief[i]));
    json_object_set_new(o, "belief", belief);
    for (uint32_t i = 0; i < g->n_players; i++)
        json_array_append_new(error,
                              isnan(g->error[i]) ? json_null() : json_real(g->error[i]));
    json_object_set_new(o, "predictive_error", error);
    if (g->told)
        json_object_update_new(o, json_pack("{s:f, s:f, s:f}", "mean", g->mean, "last",
                                            g->last, "epsilon", g->epsilon));
    return o;
}

static void print_gaps(const struct gaps *g)
{
    if (!g->n_joint || !g->rounds)
        return;
    printf("  NashConv of average play %.6f", g->averages);
    if (g->told)
        printf("   of each round %.6f, in the last %.6f", g->mean, g->last);
    printf("\n");
    for (uint32_t i = 0; i < g->n_players; i++)
        if (!isnan(g->belief[i]))
            printf("  %" PRIu32 " believes with %.6f in what the other is\n", i,
                   g->belief[i]);
    for (uint32_t i = 0; i < g->n_players; i++)
        if (!isnan(g->error[i]))
            printf("  %" PRIu32 " errs by %.6f in what it expects of the other\n", i,
                   g->error[i]);
}

static int report_seats(const struct run *r, const struct match_result *res,
                        const struct gaps *gaps, struct curve *const *curve)
{
    int status = EXIT_OK;
    if (r->args->json) {
        json_t *o = match_json(res, curve), *nashconv = gaps_json(gaps);
        if (nashconv)
            json_object_set_new(o, "nashconv", nashconv);
        print_json(o);
        json_decref(o);
        return status;
    }
    if (!r->metrics.n)
        mask_print(stdout,
                   "%s   seed %" PRIu32 "   %" PRIu64 " moves   %.2f s   hash %016" PRIx64
                   "\n",
                   res->game, res->seed, res->steps, res->wall_s, res->hash);
    for (uint32_t i = 0; i < res->n; i++) {
        const struct result *seat = &res->seat[i];
        mask_print(stdout, "%s%" PRIu32 " %s   %" PRIu64 " cycles\n",
                   r->metrics.n ? "" : "  ", i, seat->agent, seat->steps);
        if (r->metrics.n)
            status = print_metrics(r, seat) ? EXIT_USAGE : status;
        else
            printf("    reward/step   %-10.2ftotal %-10.10ghash %016" PRIx64 "\n",
                   seat->reward_per_step, seat->total_reward, seat->hash);
        if (curve[i])
            print_curve(curve[i]);
    }
    if (!r->metrics.n)
        print_gaps(gaps);
    return status;
}

static int live_seats(struct run *r, struct seats *seats)
{
    struct err err = { 0 };
    struct match_result res;
    struct gaps gaps = { 0 };
    struct match_trace *trace = r->trace ? match_trace_new(r->trace) : NULL;
    struct sink *sinks[PLAYERS_MAX];
    for (uint32_t i = 0; i < seats->n && r->curve; i++) {
        seats->curve[i] = curve_new((uint64_t)r->steps, CURVE_POINTS, false);
        sinks[i] = curve_sink(seats->curve[i]);
    }
    struct match_job job = {
        &seats->game,      seats->agent,       seats->n, (uint64_t)r->root,
        (uint32_t)r->seed, (uint64_t)r->steps, &gaps
    };
    int status = EXIT_OK;
    if (!match_run(&job, r->curve ? sinks : NULL, trace ? match_trace_sink(trace) : NULL,
                   stop_on_signals(), &res, &err)) {
        status = args_err(r->args, &err);
        status = res.begun ? EXIT_RUN_FAILED : status;
    } else if (res.steps < job.steps) {
        args_fail(r->args, "interrupted after %" PRIu64 " of %" PRIu64 " moves", res.steps,
                  job.steps);
        status = EXIT_INTERRUPTED;
    } else {
        status = report_seats(r, &res, &gaps, seats->curve);
    }
    match_result_release(&res);
    gaps_release(&gaps);
    match_trace_free(trace);
    return status;
}

static int run_game(struct run *r)
{
    if (r->reference == REFERENCE_BAYES)
        return args_fail(r->args, "--reference is for an agent in a world, not for a game");
    struct seats seats = { .n = 0 };
    struct err err = { 0 };
    int status =
        open_seats(r, &seats, &err) ? live_seats(r, &seats) : args_err(r->args, &err);
    for (uint32_t i = 0; i < PLAYERS_MAX; i++) {
        kind_release(&seats.agent[i]);
        curve_free(seats.curve[i]);
    }
    kind_release(&seats.game);
    return status;
}

/* ---- which of them */

static int run_world(struct run *r)
{
    struct err err = { 0 };
    if (r->args->n_operands > 2)
        return args_fail(r->args, "'%s' is no game: %zu agents need one  (ursa list games)",
                         r->args->operand[r->args->n_operands - 1],
                         r->args->n_operands - 1);
    r->stop = stop_on_signals();
    bool ok = open_specs(r, &err) && find_reference(r, &err);
    int status = ok ? live(r) : args_err(r->args, &err);
    if (!ok && atomic_load(r->stop))
        status = EXIT_INTERRUPTED;
    kind_release(&r->agent);
    kind_release(&r->env);
    return status;
}

static int run(struct args *a)
{
    struct run r = { .args = a };
    int status;
    bool ok = args_parse(a, &r);
    args_loud(a);
    if (!ok)
        status = a->status;
    else
        status = match_named(a->operand[a->n_operands - 1], a->n_operands - 1)
                     ? run_game(&r)
                     : run_world(&r);
    list_release(&r.settings);
    list_release(&r.metrics);
    return status;
}

const struct cmd cmd_run = {
    .group = "Measure",
    .name = "run",
    .title = "one run, summary on stdout",
    .example = "ursa run aixi tiger --trace a.urt",
    .operands = "AGENT... ENV|GAME",
    .options = options,
    .json = true,
    .run = run,
};
