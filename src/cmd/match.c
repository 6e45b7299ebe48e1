#include "config.h"

#include "batch.h"

#include "figure.h"
#include "load.h"
#include "mask.h"
#include "output.h"
#include "xalloc.h"

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ursa match: everybody against everybody in a game, lived as a batch. */

struct tournament {
    struct batch b; /* first: the options of batch are its own */
    int seats;
    bool replicator;
    int64_t reps;
    char *scratch; /* owned: the directory where none was asked for; NULL: -o */
};

static const struct option_row options[] = {
    { 's', "seeds", OPTION_TEXT, BATCH_AT(seeds), "LIST", .text = "1-10",
      .help = "seed indices: matches of each line-up" },
    { 't', "steps", OPTION_INT, BATCH_AT(steps), "N", .def = 200, .min = 1, .max = 1e12,
      .help = "moves of each match" },
    { 0, "seats", OPTION_CHOICE, offsetof(struct tournament, seats), NULL,
      .choices = seats_names,
      .help = "who plays: all line-ups, in every order, or as given" },
    { 0, "replicator", OPTION_FLAG, offsetof(struct tournament, replicator), NULL,
      .help = "also what becomes of a population of them" },
    { 0, "reps", OPTION_INT, offsetof(struct tournament, reps), "N", .def = BOOT_REPS,
      .min = 100, .max = 1000000, .help = "bootstrap resamples" },
    { 0, "root-seed", OPTION_INT, BATCH_AT(root), "N", .max = 0x1p63,
      .help = "root seed, under which seeds count" },
    BATCH_ROWS("keep the matches there, to be continued and compared"),
    BATCH_TRACE,
    { 0 },
};

/* ---- the matches */

static bool make_experiment(struct tournament *m, struct err *err)
{
    struct experiment *e = &m->b.e;
    const struct args *a = m->b.args;
    e->name = xstrdup("match");
    e->steps = (uint64_t)m->b.steps;
    e->root = (uint64_t)m->b.root;
    e->seats = m->seats;
    e->curve_points = 0;
    if (!experiment_add_game(e, a->operand[a->n_operands - 1], err))
        return false;
    for (size_t i = 0; i + 1 < a->n_operands; i++)
        if (!experiment_add_agent(e, a->operand[i], err))
            return false;
    return experiment_set_maps(e, "0", err) && experiment_set_seeds(e, m->b.seeds, err) &&
           experiment_resolve(e, err);
}

static bool make_scratch(struct tournament *m, struct err *err)
{
    const char *tmp = getenv("TMPDIR");
    m->scratch = xasprintf("%s/ursa-match.XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (mkdtemp(m->scratch))
        return true;
    bool ok = err_system(err, "cannot make the directory '%s'", m->scratch);
    free(m->scratch);
    m->scratch = NULL;
    return ok;
}

/* All that a batch leaves in a directory is files. */
static void remove_scratch(struct tournament *m)
{
    DIR *list = m->scratch ? opendir(m->scratch) : NULL;
    for (struct dirent *f; list && (f = readdir(list));) {
        char *path = xasprintf("%s/%s", m->scratch, f->d_name);
        unlink(path);
        free(path);
    }
    if (list)
        closedir(list);
    if (m->scratch)
        rmdir(m->scratch);
    free(m->scratch);
}

/* ---- what came of them */

static json_t *interval_json(const struct metagame_cell *c)
{
    return json_pack("{s:o, s:o, s:o, s:I}", "mean", number_json(c->mean.value), "lo",
                     number_json(c->mean.lo), "hi", number_json(c->mean.hi), "seeds",
                     (json_int_t)c->n);
}

static json_t *payoffs_json(const struct metagame *g)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < g->n; i++) {
        json_t *row = json_array();
        for (size_t k = 0; g->seats == 2 && k < g->n; k++)
            json_array_append_new(row, interval_json(&g->cell[i * g->n + k]));
        json_array_append_new(rows, g->seats == 2 ? row : interval_json(&g->cell[i]));
        if (g->seats != 2)
            json_decref(row);
    }
    return rows;
}

/* Where a population that begins with all alike has come to. */
static double *population(const struct metagame *g)
{
    enum { TIME = 1000 };
    if (!metagame_whole(g))
        return NULL;
    double *x = xcalloc(g->n, sizeof *x);
    for (size_t i = 0; i < g->n; i++)
        x[i] = 1.0 / (double)g->n;
    metagame_replicate(g, x, TIME);
    return x;
}

static void tell_json(const struct tournament *m, const struct metagame *g)
{
    json_t *agents = json_array(), *shares = json_array();
    double *x = m->replicator ? population(g) : NULL;
    for (size_t i = 0; i < g->n; i++) {
        json_array_append_new(agents, json_string(g->agent[i]));
        if (x)
            json_array_append_new(shares, json_real(x[i]));
    }
    json_t *o =
        json_pack("{s:i, s:s, s:I, s:s, s:I, s:o, s:o, s:o}", "v", 1, "game", g->game,
                  "seats", (json_int_t)g->seats, "line_ups", seats_names[m->seats], "steps",
                  (json_int_t)m->b.e.steps, "agents", agents, "payoffs", payoffs_json(g),
                  "population", x ? shares : json_null());
    print_json(o);
    json_decref(o);
    if (!x)
        json_decref(shares);
    free(x);
}

/* "2.250 +- 0.031", the wider side of the interval. */
static void cell_text(const struct metagame_cell *c, char *buf, size_t n)
{
    double half = fmax(c->mean.hi - c->mean.value, c->mean.value - c->mean.lo);
    if (!isfinite(c->mean.value))
        snprintf(buf, n, "-");
    else if (isfinite(half))
        snprintf(buf, n, "%.3f +- %.3f", c->mean.value, half);
    else
        snprintf(buf, n, "%.3f", c->mean.value);
}

enum { CELL = 18, SHOWN = 16 };

static void print_table(const struct metagame *g)
{
    char text[64];
    for (size_t k = 0; g->seats == 2 && k < g->n; k++)
        printf("%s%*zu", k ? "" : "                        ", CELL, k + 1);
    puts(g->seats == 2 ? "" : "                               reward per step");
    for (size_t i = 0; i < g->n; i++) {
        mask_print(stdout, "%3zu %-20.*s", i + 1, SHOWN + 4, g->name[i]);
        for (size_t k = 0; k < (g->seats == 2 ? g->n : 1); k++) {
            cell_text(&g->cell[g->seats == 2 ? i * g->n + k : i], text, sizeof text);
            printf("%*s", CELL, text);
        }
        puts("");
    }
}

/* Means over the seeds of one line-up: of each seat, and NashConv of average play. */
struct line_up {
    double reward[PLAYERS_MAX], nashconv;
    size_t n;
};

static struct line_up summarise(const struct results *r, const struct trial *t)
{
    struct line_up l = { .n = 0 };
    for (size_t i = 0; i < r->n; i++) {
        char name[24];
        const struct run_row *row = &r->run[i];
        if (row->status != RUN_OK || strcmp(row->agent, t->agent.canonical) != 0)
            continue;
        l.n++;
        l.nashconv += row_metric(row, "nashconv_averages");
        for (uint32_t k = 0; k < t->n_seats; k++) {
            snprintf(name, sizeof name, "reward_%u", (unsigned)k);
            l.reward[k] += row_metric(row, name);
        }
    }
    l.nashconv /= (double)l.n;
    for (uint32_t k = 0; k < t->n_seats; k++)
        l.reward[k] /= (double)l.n;
    return l;
}

static const char *name_of(const struct metagame *g, const struct spec_of *who)
{
    for (size_t i = 0; i < g->n; i++)
        if (!strcmp(g->agent[i], who->canonical))
            return g->name[i];
    return who->canonical;
}

static void print_line_up(const struct results *r, const struct metagame *g,
                          const struct trial *t)
{
    struct line_up l = summarise(r, t);
    if (!l.n)
        return;
    for (uint32_t k = 0; k < t->n_seats; k++)
        printf("%9.3f", l.reward[k]);
    if (isfinite(l.nashconv))
        printf("  %9.4f", l.nashconv);
    for (uint32_t k = 0; k < t->n_seats; k++)
        mask_print(stdout, "%s%s", k ? SEATS_BETWEEN : "   ", name_of(g, &t->seat[k]));
    puts("");
}

static void print_population(const struct metagame *g)
{
    double *x = population(g);
    if (!x) {
        puts("no dynamics: not everybody met everybody");
        return;
    }
    puts("\na population of all alike, under replicator dynamics, comes to");
    for (size_t i = 0; i < g->n; i++)
        mask_print(stdout, "%8.1f %%  %s\n", 100 * x[i], g->name[i]);
    free(x);
}

static void tell(const struct tournament *m, const struct results *r,
                 const struct metagame *g)
{
    mask_print(stdout, "%s   %zu agents   %zu line-ups x %zu seeds x %" PRIu64 " moves\n",
               g->game, g->n, m->b.e.n_trials, m->b.e.n_seeds, m->b.e.steps);
    puts(g->seats == 2 ? "reward per step of the row's agent with the column's, 95 %\n"
                       : "reward per step of each agent over all line-ups, 95 %\n");
    print_table(g);
    puts("\nreward of each seat, NashConv of average play, line-up");
    for (size_t k = 0; k < m->b.e.n_trials; k++)
        print_line_up(r, g, &m->b.e.trial[k]);
    if (m->replicator)
        print_population(g);
}

static int report(struct tournament *m)
{
    struct results r;
    struct metagame g;
    struct boot how = { .reps = (size_t)m->reps, .level = 0.95 };
    char *dirs[] = { m->b.dir };
    if (!load_results(m->b.args, &r, dirs, 1, false))
        return m->b.args->status;
    metagame_make(&g, &r, m->b.e.games.at[0], &how);
    if (!g.n)
        args_note(m->b.args, "no match was lived to its end");
    else if (m->b.args->json)
        tell_json(m, &g);
    else
        tell(m, &r, &g);
    metagame_release(&g);
    results_release(&r);
    return EXIT_OK;
}

static int act(struct tournament *m)
{
    struct err err = { 0 };
    struct args *a = m->b.args;
    if (!make_experiment(m, &err))
        return args_err(a, &err);
    if (!m->b.out && m->b.shard_text)
        return args_fail(a,
                         "--shard is for matches that are kept: give a directory with -o");
    if (!m->b.out && !make_scratch(m, &err))
        return args_err(a, &err);
    m->b.dir = xstrdup(m->b.out ? m->b.out : m->scratch);
    m->b.silent = true;
    int status = batch_live(&m->b);
    if (status == EXIT_OK || status == EXIT_RUN_FAILED) {
        int told = report(m);
        status = status ? status : told;
    }
    remove_scratch(m);
    return status;
}

static int run(struct args *a)
{
    struct tournament m = { .b = { .args = a, .reference = -1 } };
    experiment_init(&m.b.e);
    bool ok = args_parse(a, &m);
    args_loud(a);
    int status = ok ? act(&m) : a->status;
    batch_release(&m.b);
    return status;
}

const struct cmd cmd_match = {
    .group = "Measure",
    .name = "match",
    .title = "tournaments in a game",
    .example = "ursa match logit sarsa stag-hunt",
    .operands = "AGENT... GAME",
    .options = options,
    .page = "ursa-match",
    .json = true,
    .run = run,
};
