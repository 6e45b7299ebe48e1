#include "config.h"

#include "batch.h"

#include "datafile.h"
#include "mask.h"
#include "output.h"
#include "references.h"
#include "results.h"
#include "slurm.h"
#include "xalloc.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ursa batch: an experiment's runs into a directory of results; the same command continues
 * where it was left. */

/* ---- options */

bool batch_take_size(void *config, const char *value, struct err *err)
{
    return option_size("memory", value, &((struct batch *)config)->pool.memory, err);
}

static bool take_agent(void *config, const char *value, struct err *err)
{
    return experiment_add_agent(&((struct batch *)config)->e, value, err);
}

static bool take_env(void *config, const char *value, struct err *err)
{
    return experiment_add_env(&((struct batch *)config)->e, value, err);
}

const char *const batch_traces[] = { "none", "failed", "first", "all", NULL };

#define AT BATCH_AT
static const struct option_row options[] = {
    { 'a', "agent", OPTION_TAKE, 0, "AGENT", .take = take_agent,
      .help = "an agent; repeatable" },
    { 'e', "env", OPTION_TAKE, 0, "ENV", .take = take_env, .help = "a world; repeatable" },
    { 'L', "sweep", OPTION_LIST, AT(sweeps), "KEY=LIST",
      .help = "values of a parameter to multiply with; repeatable" },
    { 's', "seeds", OPTION_TEXT, AT(seeds), "LIST", .text = "1-10",
      .help = "seed indices" },
    { 'm', "maps", OPTION_TEXT, AT(maps), "LIST", .text = "1-10", .help = "map indices" },
    { 't', "steps", OPTION_INT, AT(steps), "N", .def = 200, .min = 1, .max = 1e12,
      .help = "cycles of each run" },
    { 0, "root-seed", OPTION_INT, AT(root), "N", .max = 0x1p63,
      .help = "root seed, under which seeds and maps count" },
    BATCH_ROWS("directory of the results (out/NAME)"),
    { 0, "extend", OPTION_FLAG, AT(extend), NULL,
      .help = "allow agents, worlds, maps or seeds to be added" },
    { 'n', "dry-run", OPTION_FLAG, AT(dry_run), NULL,
      .help = "show the plan with an estimate, run nothing" },
    { 0, "show-config", OPTION_FLAG, AT(show_config), NULL,
      .help = "print the resolved experiment, run nothing" },
    BATCH_TRACE,
    { 0, "reference", OPTION_CHOICE, AT(reference), NULL, .choices = reference_names,
      .def = -1, .help = "bayes: keep what the Bayes-optimal policy earns" },
    { 0, "curve-points", OPTION_TEXT, AT(curve), "N[,log]", .text = "200",
      .help = "points of each learning curve" },
    { 0, "print-slurm", OPTION_INT, AT(slurm), "N", .min = 1, .max = SHARDS_MAX,
      .help = "print a Slurm job script of N shards, run nothing" },
    { 0 },
};
#undef AT

static bool set_curve(struct batch *b, struct err *err)
{
    char *end;
    unsigned long n = strtoul(b->curve, &end, 10);
    b->e.curve_log = !strcmp(end, ",log");
    if (end == b->curve || *b->curve == '-' || n > 100000 || (*end && !b->e.curve_log))
        return err_set(err,
                       "--curve-points must be 0..100000, with ',log' behind or not, "
                       "got '%s'",
                       b->curve);
    b->e.curve_points = n;
    return true;
}

/* After the file, whose values of the same parameter they replace. */
static bool add_sweeps(struct batch *b, struct err *err)
{
    for (size_t i = 0; i < b->sweeps.n; i++)
        if (!experiment_add_sweep(&b->e, b->sweeps.at[i], err))
            return false;
    return true;
}

/* The experiment's file, or the shipped one of that name. */
static bool read_experiment(struct experiment *e, const char *name, struct err *err)
{
    char *shipped = access(name, F_OK) ? data_file("experiments", name, ".yaml") : NULL;
    bool ok = experiment_read(e, shipped ? shipped : name, err);
    free(shipped);
    return ok;
}

/* The file, then what the options say otherwise. */
static bool make_experiment(struct batch *b, struct err *err)
{
    struct experiment *e = &b->e;
    const struct args *a = b->args;
    if (a->n_operands && !read_experiment(e, a->operand[0], err))
        return false;
    if (!e->name)
        e->name = xstrdup("batch");
    if (!add_sweeps(b, err) ||
        (args_given(a, "maps") && !experiment_set_maps(e, b->maps, err)) ||
        (args_given(a, "seeds") && !experiment_set_seeds(e, b->seeds, err)) ||
        (args_given(a, "curve-points") && !set_curve(b, err)))
        return false;
    if (args_given(a, "steps"))
        e->steps = (uint64_t)b->steps;
    if (args_given(a, "root-seed"))
        e->root = (uint64_t)b->root;
    if (!a->n_operands && !e->agents.n)
        return err_set(err,
                       "give an experiment file, or agents with -a and worlds with -e");
    return experiment_resolve(e, err);
}

static unsigned cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 && n < 4096 ? (unsigned)n : 1;
}

/* ---- the plan and what is left of it */

struct todo {
    struct planned *run; /* owned: first those to be lived */
    size_t n, mine, ok, failed;
};

static bool find_todo(struct batch *b, struct todo *t, struct err *err)
{
    struct done done = { 0 };
    size_t all;
    *t = (struct todo){ .run = experiment_plan(&b->e, &all) };
    if (!b->fresh && !done_scan(&done, b->dir, err))
        return false;
    for (size_t i = 0; i < all; i++) {
        uint64_t id = t->run[i].id;
        if (!shard_has(&b->shard, id))
            continue;
        t->mine++;
        if (done_has(done.ok, done.n_ok, id))
            t->ok++;
        else if (done_has(done.failed, done.n_failed, id) && !b->retry_failed)
            t->failed++;
        else
            t->run[t->n++] = t->run[i];
    }
    done_release(&done);
    return true;
}

/* Seconds that one run of each trial takes, from a few cycles; at most a minute in all. */
static double estimate(struct batch *b, const struct todo *t, double *each)
{
    double total = 0, spent = 0;
    for (size_t i = 0; i < b->e.n_trials; i++)
        each[i] = NAN;
    uint64_t steps = b->e.steps;
    b->e.steps = steps < 40 ? steps : 40;
    for (size_t i = 0; i < t->n && spent < 60; i++) {
        struct result r;
        char *curve;
        double *cost = &each[t->run[i].trial];
        if (!isnan(*cost))
            continue;
        *cost = 0;
        if (pool_live(&b->e, &t->run[i], &r, &curve, NULL))
            *cost = r.wall_s * (double)steps / (double)b->e.steps;
        spent += r.wall_s;
        free(curve);
        result_release(&r);
    }
    b->e.steps = steps;
    for (size_t i = 0; i < t->n; i++)
        total += isnan(each[t->run[i].trial]) ? 0 : each[t->run[i].trial];
    return total;
}

static int show_plan(struct batch *b, const struct todo *t)
{
    const struct experiment *e = &b->e;
    double *each = xcalloc(e->n_trials + 1, sizeof *each);
    double total = estimate(b, t, each);
    char time[32];
    format_duration(total / b->pool.jobs, time, sizeof time);
    printf("%zu trials (agents in worlds) x %zu seeds, up to %zu maps = %zu runs",
           e->n_trials, e->n_seeds, e->n_maps, t->mine);
    if (b->shard.n > 1)
        printf(" in shard %u/%u", b->shard.i, b->shard.n);
    if (t->ok + t->failed)
        printf(", %zu to do", t->n);
    printf(", about %s on %u cores\n", time, b->pool.jobs);
    for (size_t i = 0; i < e->n_trials; i++)
        if (!isnan(each[i]))
            mask_print(stdout, "  %8.3f s  %s  %s\n", each[i], e->trial[i].agent.canonical,
                       e->trial[i].env.canonical);
    printf("(timed on a few cycles of one run each)\n");
    free(each);
    return EXIT_OK;
}

static int show_slurm(struct batch *b, const struct todo *t)
{
    struct err err = { 0 };
    if (!store_prepare(b->dir, &b->e, b->extend ? STORE_EXTEND : STORE_SAME, &err))
        return args_err(b->args, &err); /* Slurm's own logs go there too */
    double *each = xcalloc(b->e.n_trials + 1, sizeof *each);
    struct slurm_job job = { .name = b->e.name,
                             .dir = b->dir,
                             .shards = (unsigned)b->slurm,
                             .jobs = b->pool.jobs,
                             .argc = b->args->argc,
                             .argv = b->args->argv,
                             .seconds =
                                 estimate(b, t, each) / (double)b->slurm / b->pool.jobs };
    free(each);
    slurm_print(&job, stdout);
    return EXIT_OK;
}

/* ---- running */

static bool on_done(void *context, const struct ending *o)
{
    struct batch *b = context;
    const struct planned *p = &b->pool.plan[o->k];
    struct run_key key = planned_key(&b->e, p);
    char *failure = o->run ? NULL : line_failure(&key, o->status, o->wall, o->message);
    const char *line = o->run ? o->run : failure;
    bool ok = store_append(b->store, line, strlen(line), o->curve, strlen(o->curve),
                           b->err.n ? NULL : &b->err); /* told once */
    if (failure) {
        char *text =
            xasprintf("%016llx %s x %s m=%u s=%u: %s", (unsigned long long)p->id, key.agent,
                      key.env, (unsigned)p->map, (unsigned)p->seed, o->message);
        store_log(b->store, text);
        free(text);
    }
    free(failure);
    if (!ok)
        return false; /* what is not stored does not count */
    progress_done(b->progress, p, o);
    return !b->err.n && (o->run || !b->fail_fast);
}

static void on_tick(void *context, size_t running)
{
    struct batch *b = context;
    if (!b->err.n)
        store_settle(b->store, &b->err); /* a failure ends the batch with the next run */
    if (atomic_exchange(b->stops.status, 0))
        progress_say(b->progress);
    if (atomic_load(b->stops.count) == 1 && !b->told) {
        b->told = true;
        progress_clear(b->progress);
        args_note(b->args, "finishing %zu runs (interrupt again to stop now)", running);
    } else {
        progress_tick(b->progress);
    }
}

static void report_json(const struct batch *b, const struct todo *t, size_t lived)
{
    json_t *o = json_pack(
        "{s:i, s:s, s:I, s:I, s:I, s:I}", "v", 1, "directory", b->dir, "runs",
        (json_int_t)t->mine, "done", (json_int_t)(t->ok + t->failed + lived), "failed",
        (json_int_t)(t->failed + progress_failed(b->progress)), "lived", (json_int_t)lived);
    print_json(o);
    json_decref(o);
}

/* Of the worlds of all runs of the shard, lived or not. */
static void find_references(struct batch *b)
{
    size_t all, n = 0;
    bool wanted = b->reference < 0 ? b->e.bayes : b->reference == REFERENCE_BAYES;
    if (!wanted || b->err.n || atomic_load(b->stops.count))
        return;
    struct planned *plan = experiment_plan(&b->e, &all);
    for (size_t i = 0; i < all; i++)
        if (shard_has(&b->shard, plan[i].id))
            plan[n++] = plan[i];
    progress_clear(b->progress);
    references_make(b->dir, &b->e, plan, n, b->stops.count, &b->err);
    free(plan);
}

/* What is said to be done is on the disk. */
static int finish(struct batch *b, const struct todo *t)
{
    size_t failed = t->failed + progress_failed(b->progress);
    int stops = atomic_load(b->stops.count);
    struct err closing = { 0 };
    progress_clear(b->progress);
    store_flush(b->store, b->err.n ? NULL : &b->err);
    size_t lived = store_kept(b->store);
    bool complete = lived == t->n;
    if (!store_close(b->store, b->err.n ? NULL : &closing))
        args_err(b->args, &closing);
    if (b->err.n)
        args_err(b->args, &b->err);
    else
        args_warn(b->args, &b->err);
    if (b->args->json && !b->silent)
        report_json(b, t, lived);
    if (!b->silent || !complete || failed)
        args_note(b->args, "%s: %zu/%zu done, %zu failed%s", b->dir,
                  t->ok + t->failed + lived, t->mine, failed,
                  complete ? "" : ". Continue with the same command.");
    if (stops > 1) { /* as if nobody had caught it */
        signal(atomic_load(b->stops.number), SIG_DFL);
        raise(atomic_load(b->stops.number));
    }
    if (b->err.n || closing.n)
        return EXIT_RUN_FAILED;
    if (!complete && stops)
        return EXIT_INTERRUPTED;
    return failed || !complete ? EXIT_RUN_FAILED : EXIT_OK;
}

static int run_todo(struct batch *b, struct todo *t)
{
    struct err err = { 0 };
    enum store_mode mode = b->fresh ? STORE_FRESH : b->extend ? STORE_EXTEND : STORE_SAME;
    /* Whoever reads below how many runs there are may send one. */
    b->stops = count_signals();
    if (!store_prepare(b->dir, &b->e, mode, &err))
        return args_err(b->args, &err);
    b->store = store_open(b->dir, b->shard.i, b->shard.n, &err);
    if (!b->store)
        return args_err(b->args, &err);
    args_warn(b->args, &err);
    if (b->args->verbosity > 0 && b->shard.n > 1)
        args_note(b->args, "shard %u/%u from %s", b->shard.i, b->shard.n, b->shard.source);
    if (t->failed)
        args_note(b->args,
                  "%s: %zu runs, %zu done (%zu failed, skipped; --retry-failed to "
                  "repeat them)",
                  b->dir, t->mine, t->ok + t->failed, t->failed);
    else if (!b->silent)
        args_note(b->args, "%s: %zu runs, %zu done", b->dir, t->mine, t->ok);
    char *traces = xasprintf("%s/traces", b->dir);
    b->progress =
        progress_new(b->args, &b->e, t->run, t->n, t->ok + t->failed, b->pool.jobs);
    b->pool.experiment = &b->e;
    b->pool.plan = t->run;
    b->pool.n = t->n;
    b->pool.retries = (unsigned)b->retries;
    b->pool.trace = (enum trace_policy)b->trace;
    b->pool.trace_dir = traces;
    b->pool.stop = b->stops.count;
    b->pool.context = b;
    b->pool.done = on_done;
    b->pool.tick = on_tick;
    pool_run(&b->pool, &b->err);
    find_references(b);
    int status = finish(b, t);
    progress_free(b->progress);
    free(traces);
    return status;
}

int batch_live(struct batch *b)
{
    struct err err = { 0 };
    struct todo t = { 0 };
    int status;
    b->pool.jobs = b->jobs ? (unsigned)b->jobs : cores();
    if (!shard_find(&b->shard, b->shard_text, &err) || !find_todo(b, &t, &err))
        status = args_err(b->args, &err);
    else if (b->slurm)
        status = show_slurm(b, &t);
    else if (b->dry_run)
        status = show_plan(b, &t);
    else
        status = run_todo(b, &t);
    free(t.run);
    return status;
}

void batch_release(struct batch *b)
{
    experiment_release(&b->e);
    list_release(&b->sweeps);
    free(b->dir);
}

static int act(struct batch *b)
{
    struct err err = { 0 };
    if (b->args->json && (b->dry_run || b->slurm))
        return args_fail(b->args, "%s is text: --json does not go with it",
                         b->slurm ? "a job script" : "the plan");
    if (!make_experiment(b, &err))
        return args_err(b->args, &err);
    if (b->show_config) {
        json_t *o = experiment_json(&b->e);
        print_json_lines(o);
        json_decref(o);
        return EXIT_OK;
    }
    b->dir = b->out ? xstrdup(b->out) : xasprintf("out/%s", b->e.name);
    return batch_live(b);
}

static int run(struct args *a)
{
    struct batch b = { .args = a };
    experiment_init(&b.e);
    bool ok = args_parse(a, &b);
    args_loud(a);
    int status = ok ? act(&b) : a->status;
    batch_release(&b);
    return status;
}

const struct cmd cmd_batch = {
    .group = "Measure",
    .name = "batch",
    .title = "agents x environments x seeds",
    .example = "ursa batch noise -s 1-2",
    .operands = "[EXPERIMENT]",
    .options = options,
    .page = "ursa-batch",
    .json = true,
    .run = run,
};
