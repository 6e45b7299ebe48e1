#include "config.h"

#include "references.h"
#include "sha256.h"
#include "spec.h"
#include "store.h"
#include "whole.h"
#include "xalloc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

/* manifest.json: what a directory of results is about, and whether it is still the same. */

/* ---- making the directory */

/* Whole or not at all: several shards may do so at once. */
static bool write_file(const char *dir, const char *name, const char *text, struct err *err)
{
    char *path = xasprintf("%s/%s", dir, name);
    bool ok = whole_write(path, text, err);
    free(path);
    return ok;
}

static bool is_ours(const char *name)
{
    static const char *const exact[] = { "experiment.yaml", "manifest.json", "log",
                                         "damaged" };
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        if (!strcmp(name, exact[i]))
            return true;
    size_t len = strlen(name);
    return len > 6 && !strcmp(name + len - 6, ".jsonl") &&
           (!strncmp(name, "runs-", 5) || !strncmp(name, "curves-", 7));
}

/* Whether no other process works on a shard there. */
static bool unused(const char *dir, struct err *err)
{
    DIR *list = opendir(dir);
    bool ok = true;
    for (struct dirent *f; list && ok && (f = readdir(list));) {
        char *path = xasprintf("%s/%s", dir, f->d_name);
        int fd = strncmp(f->d_name, "runs-", 5) ? -1 : open(path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB))
            ok = err_set(err,
                         "%s: another process is working there (%s): --fresh would "
                         "delete what it writes",
                         dir, f->d_name);
        if (fd >= 0)
            close(fd);
        free(path);
    }
    if (list)
        closedir(list);
    return ok;
}

static bool discard(const char *dir, struct err *err)
{
    DIR *list = opendir(dir);
    if (!list)
        return errno == ENOENT || err_system(err, "cannot read the directory '%s'", dir);
    bool ok = true;
    for (struct dirent *f; (f = readdir(list));) {
        if (!is_ours(f->d_name))
            continue;
        char *path = xasprintf("%s/%s", dir, f->d_name);
        if (unlink(path))
            ok = err_system(err, "cannot remove '%s'", path);
        free(path);
    }
    closedir(list);
    return references_discard(dir, err) && ok;
}

static json_t *strings(const struct list *l)
{
    json_t *a = json_array();
    for (size_t i = 0; i < l->n; i++)
        json_array_append_new(a, json_string(l->at[i]));
    return a;
}

static json_t *integers(const long long *x, size_t n)
{
    json_t *a = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(a, json_integer(x[i]));
    return a;
}

static bool is_program(const struct spec_of *spec)
{
    return spec->file && !strcmp(spec->kind->name, "exec");
}

static json_t *said_json(const char *said)
{
    json_t *o = said ? json_loads(said, 0, NULL) : NULL;
    return o ? o : json_null();
}

/* The digest of a file that is no part of this program, under its path. */
static void add_file(json_t *files, const struct spec_of *spec)
{
    char hex[SHA256_HEX];
    if (spec->file && !json_object_get(files, spec->file))
        json_object_set_new(files, spec->file,
                            sha256_file(spec->file, hex, NULL) ? json_string(hex)
                                                               : json_null());
}

/* The words that a program is started with are often the program: python3, x.py. */
static void add_words(json_t *files, const struct spec_of *of)
{
    struct spec spec;
    char hex[SHA256_HEX];
    if (!is_program(of) || !spec_parse(&spec, of->canonical, NULL))
        return;
    for (size_t i = 0; i < spec.n; i++) {
        char *rest = strcmp(spec.pair[i].key, "args") ? NULL : spec.pair[i].value, *word;
        while ((word = strsep(&rest, "+")))
            if (!access(word, R_OK) && sha256_file(word, hex, NULL))
                json_object_set_new(files, word, json_string(hex));
    }
    spec_release(&spec);
}

static json_t *files_json(const struct experiment *e)
{
    json_t *files = json_object();
    for (size_t i = 0; i < e->n_trials; i++) {
        add_file(files, &e->trial[i].agent);
        add_file(files, &e->trial[i].env);
        add_words(files, &e->trial[i].agent);
        add_words(files, &e->trial[i].env);
        for (uint32_t k = 0; k < e->trial[i].n_seats; k++) {
            add_file(files, &e->trial[i].seat[k]);
            add_words(files, &e->trial[i].seat[k]);
        }
    }
    return files;
}

/* What programs say of themselves, under their paths; null: nothing. They are asked in the
 * first trial of each, once. */
static json_t *programs_json(const struct experiment *e)
{
    json_t *all = json_object();
    for (size_t i = 0; i < e->n_trials; i++) {
        const struct spec_of *who = &e->trial[i].agent, *where = &e->trial[i].env;
        bool ask_who = is_program(who) && !json_object_get(all, who->file);
        bool ask_where = is_program(where) && !json_object_get(all, where->file);
        struct env *env = ask_who || ask_where ? env_open(where, e->root, NULL) : NULL;
        struct agent *ag = ask_who && env ? agent_open(who, env, NULL) : NULL;
        if (ask_where)
            json_object_set_new(all, where->file, said_json(env ? env->said : NULL));
        if (ask_who)
            json_object_set_new(all, who->file, said_json(ag ? ag->said : NULL));
        if (ag)
            ag->ops->close(ag);
        env_close(env);
    }
    return all;
}

json_t *experiment_json(const struct experiment *e)
{
    json_t *files = files_json(e);
    json_t *sweeps = json_object();
    for (size_t k = 0; k < e->n_sweeps; k++)
        json_object_set_new(sweeps, e->sweep[k].key, strings(&e->sweep[k].values));
    json_t *o =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:b}", "agents",
                  strings(&e->agents), "envs", strings(&e->envs), "sweep", sweeps, "maps",
                  integers(e->maps, e->n_maps), "seeds", integers(e->seeds, e->n_seeds),
                  "steps", (json_int_t)e->steps, "root_seed", (json_int_t)e->root,
                  "curve_points", (json_int_t)e->curve_points, "curve_log", e->curve_log);
    if (e->games.n) {
        json_object_set_new(o, "games", strings(&e->games));
        json_object_set_new(o, "seats", json_string(seats_names[e->seats]));
    }
    if (json_object_size(files))
        json_object_set(o, "files", files);
    json_decref(files);
    return o;
}

static bool write_manifest(const char *dir, const struct experiment *e, struct err *err)
{
    struct utsname host;
    size_t n;
    free(experiment_plan(e, &n));
    uname(&host);
    json_t *trials = json_array();
    for (size_t i = 0; i < e->n_trials; i++)
        json_array_append_new(
            trials, json_pack("{s:s, s:s, s:b}", "agent", e->trial[i].agent.canonical,
                              "env", e->trial[i].env.canonical, "maps", e->trial[i].maps));
    json_t *o =
        json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:I, s:s*, s:s*, s:o, s:o}",
                  "ursa-results", 1, "name", e->name, "version", PACKAGE_VERSION,
                  "compiler", __VERSION__, "host", host.nodename, "machine", host.machine,
                  "runs", (json_int_t)n, "baseline", e->baseline, "metric", e->metric,
                  "experiment", experiment_json(e), "trials", trials);
    json_t *programs = programs_json(e);
    if (json_object_size(programs))
        json_object_set(o, "programs", programs);
    json_decref(programs);
    char *text = json_dumps(o, JSON_INDENT(1));
    bool ok = write_file(dir, "manifest.json", text, err) &&
              (!e->text || write_file(dir, "experiment.yaml", e->text, err));
    free(text);
    json_decref(o);
    return ok;
}

/* ---- is it the same experiment? */

struct difference {
    char text[2000];
    size_t n;
    bool grown; /* the only difference is that something was added */
};

__attribute__((format(printf, 2, 3))) static void differs(struct difference *d,
                                                          const char *fmt, ...)
{
    va_list ap;
    size_t used = strlen(d->text);
    va_start(ap, fmt);
    if (used + 1 < sizeof d->text)
        vsnprintf(d->text + used, sizeof d->text - used, fmt, ap);
    va_end(ap);
    d->n++;
}

/* The parameters in which two specs of one name differ, or both specs. */
static void spec_differs(struct difference *d, const char *key, size_t i, const char *was,
                         const char *now)
{
    struct spec a, b;
    d->grown = false;
    bool parsed = spec_parse(&a, was, NULL);
    if (!parsed || !spec_parse(&b, now, NULL)) {
        if (parsed)
            spec_release(&a);
        differs(d, "\n    %s[%zu]  %s -> %s", key, i + 1, was, now);
        return;
    }
    size_t before = d->n;
    for (int side = 0; side < 2 && !strcmp(a.name, b.name); side++) {
        const struct spec *x = side ? &b : &a, *y = side ? &a : &b;
        for (size_t p = 0; p < x->n; p++) {
            const char *other = "(default)";
            for (size_t q = 0; q < y->n; q++)
                if (!strcmp(x->pair[p].key, y->pair[q].key))
                    other = y->pair[q].value;
            bool told = side && strcmp(other, "(default)") != 0;
            if (!told && strcmp(x->pair[p].value, other) != 0)
                differs(d, "\n    %s[%zu].%s  %s -> %s", key, i + 1, x->pair[p].key,
                        side ? other : x->pair[p].value, side ? x->pair[p].value : other);
        }
    }
    if (d->n == before)
        differs(d, "\n    %s[%zu]  %s -> %s", key, i + 1, was, now);
    spec_release(&a);
    spec_release(&b);
}

static bool has(const json_t *array, const json_t *item)
{
    size_t i;
    json_t *x;
    json_array_foreach((json_t *)(uintptr_t)array, i, x)
    {
        if (json_equal(x, item))
            return true;
    }
    return false;
}

/* Lists: everything of the old one must still be there. */
static void list_differs(struct difference *d, const char *key, const json_t *was,
                         const json_t *now)
{
    size_t n = json_array_size(was), lost = 0, added = 0;
    for (size_t i = 0; i < n; i++)
        lost += !has(now, json_array_get(was, i));
    for (size_t i = 0; i < json_array_size(now); i++)
        added += !has(was, json_array_get(now, i));
    if (!lost && added)
        differs(d, "\n    %s  %zu added", key, added);
    if (!lost)
        return;
    d->grown = false;
    const json_t *first = json_array_get(was, 0);
    if (n != json_array_size(now) || !json_is_string(first)) {
        differs(d, "\n    %s  %zu removed, %zu added", key, lost, added);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char *x = json_string_value(json_array_get(was, i));
        const char *y = json_string_value(json_array_get(now, i));
        if (x && y && strcmp(x, y) != 0)
            spec_differs(d, key, i, x, y);
    }
}

static void value_differs(struct difference *d, const char *key, const json_t *was,
                          const json_t *now)
{
    char *a = json_dumps(was, JSON_ENCODE_ANY | JSON_COMPACT);
    char *b = json_dumps(now, JSON_ENCODE_ANY | JSON_COMPACT);
    d->grown = false;
    differs(d, "\n    %s  %.100s -> %.100s", key, a ? a : "(none)", b ? b : "(none)");
    free(a);
    free(b);
}

/* Files: what one was, it must still be. */
static void files_differ(struct difference *d, const json_t *was, const json_t *now)
{
    const char *path;
    json_t *digest;
    size_t added = 0;
    json_object_foreach((json_t *)(uintptr_t)now, path, digest)
    {
        const json_t *old = json_object_get(was, path);
        added += !old;
        if (!old || json_equal(old, digest))
            continue;
        const char *x = json_string_value(old), *y = json_string_value(digest);
        d->grown = false;
        differs(d, "\n    files[%s]  %.12s -> %.12s", path, x ? x : "(none)",
                y ? y : "(none)");
    }
    if (added && d->grown)
        differs(d, "\n    files  %zu added", added);
}

static struct difference compare(const json_t *was, const json_t *now)
{
    struct difference d = { .grown = true };
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)now, key, value)
    {
        const json_t *old = json_object_get(was, key);
        if (json_equal(old, value))
            continue;
        if (!strcmp(key, "files"))
            files_differ(&d, old, value);
        else if (json_is_array(value) && json_is_array(old))
            list_differs(&d, key, old, value);
        else
            value_differs(&d, key, old, value);
    }
    return d;
}

static bool check(const char *dir, const struct experiment *e, json_t *manifest,
                  enum store_mode mode, bool *grown, struct err *err)
{
    json_t *was = json_object_get(manifest, "experiment"), *now = experiment_json(e);
    struct difference d = compare(was, now);
    json_decref(now);
    *grown = d.n > 0;
    if (!d.n || (d.grown && mode == STORE_EXTEND))
        return true;
    struct done done = { 0 };
    done_scan(&done, dir, NULL);
    err_set(err,
            "%s holds a different experiment:%s\n    Choose another directory with -o, or "
            "--fresh to discard %zu finished runs.\n    (Adding agents, environments, maps "
            "or seeds is fine: --extend.)",
            dir, d.text, done.n_ok);
    done_release(&done);
    return false;
}

bool store_prepare(const char *dir, const struct experiment *e, enum store_mode mode,
                   struct err *err)
{
    if (mode == STORE_FRESH && (!unused(dir, err) || !discard(dir, err)))
        return false;
    if (!whole_directory(dir, err))
        return false;
    char *path = xasprintf("%s/manifest.json", dir);
    json_error_t why;
    bool there = access(path, F_OK) == 0, grown = false;
    json_t *manifest = there ? json_load_file(path, JSON_REJECT_DUPLICATES, &why) : NULL;
    bool ok = true;
    if (there && !manifest && why.line < 1)
        ok = err_system(err, "cannot read '%s'", path);
    else if (there && !manifest)
        err_warn(err, "%s:%d:%d: warning: %s; it is written anew", path, why.line,
                 why.column, why.text);
    else if (manifest && json_integer_value(json_object_get(manifest, "ursa-results")) != 1)
        ok = err_set(err,
                     "%s: results of another format than 1: choose another directory "
                     "with -o, or --fresh to discard them",
                     path);
    else if (manifest)
        ok = check(dir, e, manifest, mode, &grown, err);
    if (ok && (!manifest || grown))
        ok = write_manifest(dir, e, err);
    json_decref(manifest);
    free(path);
    return ok;
}

/* ---- what was planned */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The ids of one trial on all its maps with all seeds, behind the n that are there. */
static size_t trial_ids(const json_t *trial, const json_t *experiment, uint64_t *ids,
                        size_t n)
{
    struct run_key key = {
        .agent = json_string_value(json_object_get(trial, "agent")),
        .env = json_string_value(json_object_get(trial, "env")),
        .root = (uint64_t)json_integer_value(json_object_get(experiment, "root_seed")),
        .steps = (uint64_t)json_integer_value(json_object_get(experiment, "steps")),
    };
    const json_t *maps = json_object_get(experiment, "maps");
    const json_t *seeds = json_object_get(experiment, "seeds");
    bool drawn = json_is_true(json_object_get(trial, "maps"));
    size_t n_maps = drawn ? json_array_size(maps) : 1;
    for (size_t m = 0; key.agent && key.env && m < n_maps; m++)
        for (size_t s = 0; s < json_array_size(seeds); s++) {
            key.map = drawn ? (uint32_t)json_integer_value(json_array_get(maps, m)) : 0;
            key.seed = (uint32_t)json_integer_value(json_array_get(seeds, s));
            ids[n++] = run_id(&key);
        }
    return n;
}

static json_t *load(const char *path, struct err *err)
{
    json_error_t why;
    json_t *manifest = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
    if (!manifest && why.line < 1)
        err_system(err, "cannot read '%s'", path);
    else if (!manifest)
        err_set(err, "%s:%d:%d: error: %s", path, why.line, why.column, why.text);
    return manifest;
}

bool store_planned(const char *dir, uint64_t **ids, size_t *n, bool *curves,
                   struct err *err)
{
    char *path = xasprintf("%s/manifest.json", dir);
    json_t *manifest = load(path, err);
    const json_t *experiment = json_object_get(manifest, "experiment");
    const json_t *trials = json_object_get(manifest, "trials");
    size_t most = json_array_size(trials) *
                  (json_array_size(json_object_get(experiment, "maps")) + 1) *
                  (json_array_size(json_object_get(experiment, "seeds")) + 1);
    *n = 0;
    *ids = xcalloc(most + 1, sizeof **ids);
    for (size_t i = 0; i < json_array_size(trials); i++)
        *n = trial_ids(json_array_get(trials, i), experiment, *ids, *n);
    qsort(*ids, *n, sizeof **ids, by_value);
    *curves = json_integer_value(json_object_get(experiment, "curve_points")) > 0;
    bool ok = manifest != NULL;
    json_decref(manifest);
    free(path);
    return ok;
}
