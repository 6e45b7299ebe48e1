#include "config.h"

#include "import.h"

#include "hash.h"
#include "lines.h"
#include "metrics.h"
#include "spec.h"
#include "store.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct imported {
    char *agent, *env; /* specs; owned */
    uint64_t hash;     /* of the data */
    uint32_t seed;
    const json_t *run; /* borrowed */
};

struct importer {
    struct imported *at;
    size_t n;
    const char *file;
    struct err *err;
};

/* ---- specs */

static const struct {
    const char *theirs, *ours;
} agents[] = {
    { "BayesAgent", "aixi" },
    { "ThompsonAgent", "thompson" },
    { "MDLAgent", "mdl" },
    { "SquareKSA", "square-ksa" },
    { "ShannonKSA", "shannon-ksa" },
    { "KullbackLeiblerKSA", "kl-ksa" },
    { "BayesExp", "bayesexp" },
    { "InqAgent", "inq" },
    { "OptimisticAgent", "optimistic" },
    { "QLearn", "q-learning" },
    { "SARSA", "sarsa" },
};

/* A number that AIXIjs may have written as text. */
static double number_of(const json_t *x)
{
    if (json_is_string(x))
        return strtod(json_string_value(x), NULL);
    return json_is_number(x) ? json_number_value(x) : (double)NAN;
}

/* Looks in the run first, then in its options. */
static const json_t *find(const json_t *run, const char *part, const char *key)
{
    const json_t *x = json_object_get(run, key);
    return x ? x
             : json_object_get(json_object_get(json_object_get(run, "options"), part), key);
}

static char *add(char *spec, char *sep, const char *key, double x)
{
    if (!isfinite(x))
        return spec;
    char *longer = xasprintf("%s%c%s=%.10g", spec, *sep, key, x);
    free(spec);
    *sep = ',';
    return longer;
}

/* As our own specs write it, when it is one of ours. */
static char *canonical_agent(char *spec)
{
    struct spec_of a = { 0 };
    if (!spec_origin(spec) && kind_parse(&a, &agent_shelf, spec, NULL)) {
        free(spec);
        spec = xstrdup(a.canonical);
    }
    kind_release(&a);
    return spec;
}

static char *canonical_env(char *spec)
{
    struct spec_of w = { 0 };
    if (!spec_origin(spec) && kind_parse(&w, &env_shelf, spec, NULL)) {
        free(spec);
        spec = xstrdup(w.canonical);
    }
    kind_release(&w);
    return spec;
}

static char *agent_of(const json_t *run)
{
    const char *theirs = json_string_value(json_object_get(run, "agent"));
    const char *label =
        json_string_value(json_object_get(json_object_get(run, "options"), "name"));
    const char *model = json_string_value(find(run, "agent", "modelParametrization"));
    const char *name = NULL;
    char sep = ':';
    for (size_t i = 0; theirs && i < sizeof agents / sizeof *agents; i++)
        if (!strcmp(theirs, agents[i].theirs))
            name = agents[i].ours;
    if (name && !strcmp(name, "aixi") &&
        ((label && strstr(label, "AIMU")) || (model && !strcmp(model, "mu"))))
        name = "aimu";
    char *spec = xstrdup(name ? name : theirs ? theirs : "unknown");
    static const struct {
        const char *theirs, *ours;
    } keys[] = { { "horizon", "horizon" },
                 { "samples", "samples" },
                 { "ucb", "ucb" },
                 { "alpha", "alpha" },
                 { "epsilon", "epsilon" } };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        spec = add(spec, &sep, keys[i].ours, number_of(find(run, "agent", keys[i].theirs)));
    if (model && !strcmp(model, "dirichlet")) {
        char *longer = xasprintf("%s%cmodel=dirichlet", spec, sep);
        free(spec);
        spec = longer;
    }
    return canonical_agent(spec);
}

/* The layout that AIXIjs draws from its seed "aixi" on 10 x 10 cells ships as "thesis". */
static char *env_of(const json_t *run)
{
    const json_t *env = json_object_get(json_object_get(run, "options"), "env");
    const char *seed = json_string_value(json_object_get(run, "seed"));
    double size = number_of(json_object_get(env, "N"));
    double theta = number_of(
        json_object_get(json_array_get(json_object_get(env, "goals"), 0), "freq"));
    bool thesis = seed && !strcmp(seed, "aixi") && fabs(size - 10) < 0.5;
    char *spec = xstrdup(thesis ? "gridworld:map=thesis" : "gridworld");
    char sep = thesis ? ',' : ':';
    if (!thesis)
        spec = add(spec, &sep, "size", size);
    if (!thesis || fabs(theta - 0.75) > 1e-9) /* the shipped map pays so often itself */
        spec = add(spec, &sep, "theta", theta);
    return canonical_env(spec);
}

/* ---- runs */

static uint64_t hash_array(uint64_t h, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        double x = json_number_value(json_array_get(array, i));
        uint64_t word;
        memcpy(&word, &x, sizeof word);
        h = hash_word(h, word);
    }
    return h;
}

/* Several files may hold one run, and other runs under the same number. */
static void take(struct importer *im, struct imported x)
{
    for (size_t i = 0; i < im->n; i++) {
        const struct imported *y = &im->at[i];
        if (strcmp(x.agent, y->agent) != 0 || strcmp(x.env, y->env) != 0)
            continue;
        if (x.hash == y->hash) {
            free(x.agent);
            free(x.env);
            return;
        }
        if (x.seed == y->seed) {
            x.seed++;
            i = (size_t)-1; /* look again from the start */
        }
    }
    if ((im->n & (im->n - 1)) == 0) /* grow at powers of two */
        im->at = xrealloc(im->at, im->n ? 2 * im->n : 1, sizeof *im->at);
    im->at[im->n++] = x;
}

static bool read_runs(struct importer *im, const char *key, const json_t *runs)
{
    if (!json_is_array(runs))
        return err_set(im->err, "%s: error: '%s' is not a list of runs", im->file, key);
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        const json_t *rewards = json_object_get(run, "rewards");
        const json_t *explored = json_object_get(run, "explored");
        size_t n = json_array_size(rewards);
        if (!n || json_array_size(explored) != n)
            return err_set(im->err,
                           "%s: error: run %zu of '%s' has no 'rewards' and "
                           "'explored' of equal length",
                           im->file, i + 1, key);
        for (size_t k = 0; k < n; k++)
            if (!json_is_number(json_array_get(rewards, k)))
                return err_set(im->err,
                               "%s: error: reward %zu of run %zu of '%s' is not a "
                               "number",
                               im->file, k + 1, i + 1, key);
        take(im, (struct imported){ agent_of(run), env_of(run),
                                    hash_array(hash_array(HASH_START, rewards), explored),
                                    (uint32_t)i + 1, run });
    }
    return true;
}

/* ---- lines */

static bool append_run(struct store *s, const struct imported *x, struct err *err)
{
    json_t *rewards = json_object_get(x->run, "rewards");
    json_t *explored = json_object_get(x->run, "explored"), *t = json_array();
    size_t n = json_array_size(rewards);
    struct result r = { .agent = x->agent,
                        .env = x->env,
                        .steps = n,
                        .seed = x->seed,
                        .hash = x->hash,
                        .deterministic = false };
    metrics_clear(&r);
    r.reward_per_step = json_number_value(json_array_get(rewards, n - 1));
    r.total_reward = r.reward_per_step * (double)n;
    r.explored = json_number_value(json_array_get(explored, n - 1));
    r.wall_s = number_of(json_object_get(x->run, "runtime"));
    for (size_t i = 1; i <= n; i++)
        json_array_append_new(t, json_integer((json_int_t)i));
    json_t *curve = json_pack("{s:o, s:O, s:O}", "t", t, "reward_per_step", rewards,
                              "explored", explored);
    struct run_key key = { x->agent, x->env, 0, n, 0, x->seed };
    char *object = json_dumps(curve, JSON_COMPACT | JSON_REAL_PRECISION(17));
    char *members = xasprintf("%.*s", (int)strlen(object) - 2, object + 1);
    char *run_line = line_run(&key, &r), *curve_line = line_curve(run_id(&key), members);
    bool ok =
        store_append(s, run_line, strlen(run_line), curve_line, strlen(curve_line), err);
    free(run_line);
    free(curve_line);
    free(members);
    free(object);
    json_decref(curve);
    return ok;
}

/* An experiment that says what was imported; it is not to be run. */
static void describe(struct experiment *e, const struct importer *im, char *const *files,
                     size_t n)
{
    uint32_t seeds = 0;
    e->name = xstrdup("aixijs");
    e->text = xstrdup("# Imported from AIXIjs:\n");
    for (size_t i = 0; i < n; i++) {
        const char *base = strrchr(files[i], '/');
        char *longer = xasprintf("%s#   %s\n", e->text, base ? base + 1 : files[i]);
        free(e->text);
        e->text = longer;
    }
    e->trial = xcalloc(im->n ? im->n : 1, sizeof *e->trial);
    for (size_t i = 0; i < im->n; i++) {
        const struct imported *x = &im->at[i];
        size_t k = 0;
        seeds = x->seed > seeds ? x->seed : seeds;
        while (k < e->n_trials && (strcmp(e->trial[k].agent.canonical, x->agent) != 0 ||
                                   strcmp(e->trial[k].env.canonical, x->env) != 0))
            k++;
        if (k < e->n_trials)
            continue;
        e->trial[k].agent.canonical = xstrdup(x->agent);
        e->trial[k].env.canonical = xstrdup(x->env);
        e->n_trials++;
    }
    char *list = xasprintf("1-%u", (unsigned)(seeds ? seeds : 1));
    experiment_set_seeds(e, list, NULL);
    free(list);
}

static bool write_all(const struct importer *im, char *const *files, size_t n,
                      const char *dir, struct err *err)
{
    struct experiment e;
    experiment_init(&e);
    describe(&e, im, files, n);
    struct done done = { 0 };
    bool ok = store_prepare(dir, &e, STORE_SAME, err) && done_scan(&done, dir, err);
    struct store *s = ok ? store_open(dir, 0, 1, err) : NULL;
    ok = s != NULL;
    for (size_t i = 0; ok && i < im->n; i++) {
        const struct imported *x = &im->at[i];
        size_t steps = json_array_size(json_object_get(x->run, "rewards"));
        struct run_key key = { x->agent, x->env, 0, steps, 0, x->seed };
        if (!done_has(done.ok, done.n_ok, run_id(&key)))
            ok = append_run(s, x, err);
    }
    if (s)
        ok = store_close(s, err) && ok;
    done_release(&done);
    experiment_release(&e);
    return ok;
}

enum { FILE_MOST = 1 << 28 }; /* bytes */

bool import_aixijs(char *const *files, size_t n, const char *dir, size_t *runs,
                   struct err *err)
{
    struct importer im = { .err = err };
    json_t **file = xcalloc(n ? n : 1, sizeof *file);
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        json_error_t why;
        const char *key;
        json_t *value;
        im.file = files[i];
        size_t len = 0;
        char *text = lines_slurp(files[i], FILE_MOST, &len, err);
        file[i] = text ? json_loadb(text, len, 0, &why) : NULL;
        ok = ok && text;
        free(text);
        if (!file[i] && !len)
            continue;
        if (!file[i])
            ok = err_set(err, "%s:%d:%d: error: %s", files[i], why.line, why.column,
                         why.text);
        else if (!json_is_object(file[i]))
            ok = err_set(err, "%s: error: not a results.json of AIXIjs", files[i]);
        json_object_foreach(file[i], key, value) { ok = read_runs(&im, key, value) && ok; }
    }
    ok = ok && (im.n > 0 || err_set(err, "there are no runs in these files"));
    ok = ok && write_all(&im, files, n, dir, err);
    *runs = im.n;
    for (size_t i = 0; i < im.n; i++) {
        free(im.at[i].agent);
        free(im.at[i].env);
    }
    for (size_t i = 0; i < n; i++)
        json_decref(file[i]);
    free(im.at);
    free(file);
    return ok;
}
