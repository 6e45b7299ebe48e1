#include "config.h"

#include "references.h"
#include "results.h"

#include "hash.h"
#include "xalloc.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct loader {
    struct results *r;
    const char *path;
    unsigned long row;
    unsigned long aside; /* lines of this file */
    struct err *err;
};

enum { ASIDE_TOLD = 3 }; /* of each file */

/* A line that is none is no reason to refuse all the others. */
static void set_aside(struct loader *l, int column, const char *what)
{
    l->r->aside++;
    if (++l->aside <= ASIDE_TOLD)
        err_warn(l->err, "%s:%lu:%d: warning: %s: this line is set aside", l->path, l->row,
                 column < 1 ? 1 : column, what);
}

/* ---- one line */

static void take_run(struct loader *l, json_t *o)
{
    struct results *r = l->r;
    struct run_row row;
    json_error_t why;
    if (!line_read(&row, o, &why)) {
        set_aside(l, 1, why.text);
        return;
    }
    row.file = l->path;
    if ((r->n & (r->n - 1)) == 0) /* grow at powers of two */
        r->run = xrealloc(r->run, r->n ? 2 * r->n : 1, sizeof *r->run);
    json_incref(o);
    r->run[r->n++] = row;
}

static int by_id(const void *a, const void *b)
{
    const struct run_row *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static void take_curve(struct loader *l, json_t *o)
{
    struct run_row key = { 0 }, *row;
    if (!line_read_curve(o, &key.id)) {
        set_aside(l, 1, "a curve without an id");
        return;
    }
    row = l->r->n ? bsearch(&key, l->r->run, l->r->n, sizeof key, by_id) : NULL;
    if (!row || row->curve)
        return; /* its run did not finish, or is there twice */
    if (!json_is_array(json_object_get(o, "t"))) {
        set_aside(l, 1, "a curve without 't'");
        return;
    }
    row->curve = json_incref(o);
}

/* ---- files */

static void read_lines(struct loader *l, FILE *from,
                       void (*take)(struct loader *l, json_t *o))
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    l->aside = 0;
    for (l->row = 1; (len = xgetline(&line, &cap, from)) > 0; l->row++) {
        json_error_t why;
        if (line[len - 1] != '\n')
            break; /* cut off */
        if (strlen(line) == (size_t)len && line_blank(line))
            continue;
        json_t *o = json_loadb(line, (size_t)len, JSON_REJECT_DUPLICATES, &why);
        if (json_is_object(o))
            take(l, o);
        else
            set_aside(l, o ? 1 : why.column, o ? "not an object" : why.text);
        json_decref(o);
    }
    if (ferror(from))
        err_system(l->err, "cannot read '%s'", l->path);
    if (l->aside > ASIDE_TOLD)
        err_warn(l->err, "%s: warning: %lu lines are set aside in all ('ursa check')",
                 l->path, l->aside);
    free(line);
}

static bool matches(const char *name, const char *prefix)
{
    size_t len = strlen(name), n = strlen(prefix);
    return !strncmp(name, prefix, n) && len > n + 6 && !strcmp(name + len - 6, ".jsonl");
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The directory's files of one kind, in the order of their names. */
static bool read_kind(struct loader *l, const char *dir, const char *prefix,
                      void (*take)(struct loader *l, json_t *o))
{
    struct results *r = l->r;
    size_t first = r->n_files;
    DIR *list = opendir(dir);
    if (!list)
        return err_system(l->err, "cannot read the directory '%s'", dir);
    for (struct dirent *f; (f = readdir(list));) {
        if (!matches(f->d_name, prefix))
            continue;
        r->file = xrealloc(r->file, r->n_files + 1, sizeof *r->file);
        r->file[r->n_files++] = xasprintf("%s/%s", dir, f->d_name);
    }
    closedir(list);
    if (r->n_files > first)
        qsort(r->file + first, r->n_files - first, sizeof *r->file, by_text);
    for (size_t i = first; i < r->n_files; i++) {
        FILE *from = fopen(r->file[i], "r");
        l->path = r->file[i];
        if (from)
            read_lines(l, from, take);
        else
            err_system(l->err, "cannot read '%s'", l->path);
        if (from)
            fclose(from);
    }
    return true;
}

static void read_manifest(struct loader *l, const char *dir)
{
    struct results *r = l->r;
    char *path = xasprintf("%s/manifest.json", dir);
    json_error_t why;
    bool there = access(path, F_OK) == 0;
    json_t *o = there ? json_load_file(path, 0, &why) : NULL;
    const char *name = NULL, *baseline = NULL, *metric = NULL;
    json_int_t runs = 0, format = 0;
    if (!o && there && why.line < 1)
        err_system(l->err, "cannot read '%s'", path);
    else if (!o && there)
        err_warn(l->err, "%s:%d:%d: warning: %s; how many runs were planned is not known",
                 path, why.line, why.column, why.text);
    else if (!o)
        err_set(l->err, "'%s' holds no results: there is no manifest.json", dir);
    else if (json_unpack(o, "{s:I, s?s, s?s, s?s, s?I}", "ursa-results", &format, "name",
                         &name, "baseline", &baseline, "metric", &metric, "runs", &runs) ||
             format != 1)
        err_set(l->err, "%s: error: results of another format than 1", path);
    r->planned += runs > 0 ? (size_t)runs : 0;
    if (name && !r->name)
        r->name = xstrdup(name);
    if (baseline && !r->baseline)
        r->baseline = xstrdup(baseline);
    if (metric && !r->metric)
        r->metric = xstrdup(metric);
    const char *first = json_string_value(
        json_object_get(json_array_get(json_object_get(o, "trials"), 0), "agent"));
    if (first && !r->first)
        r->first = xstrdup(first);
    json_decref(o);
    free(path);
}

/* ---- all of it */

static void release_row(struct run_row *row)
{
    json_decref(row->line);
    json_decref(row->curve);
}

/* Which of two lines of one id to keep: the first unless the second is ok and it is not. */
static bool merge(struct run_row *kept, struct run_row *next, struct err *err)
{
    bool ok = true;
    if (kept->status == RUN_OK && next->status == RUN_OK && kept->hash != next->hash)
        ok = err_set(
            err,
            "%s and %s disagree on run %016llx (%s in %s, map %u, seed %u): move one "
            "of them away, or repeat the run with 'ursa run' to see which is right",
            kept->file, next->file, (unsigned long long)kept->id, kept->agent, kept->env,
            (unsigned)kept->map, (unsigned)kept->seed);
    if (kept->status != RUN_OK && next->status == RUN_OK) {
        struct run_row swap = *kept;
        *kept = *next;
        *next = swap;
    }
    release_row(next);
    return ok;
}

/* By id, then by file and place in it, so that the order of directories does not matter. */
static bool sort_and_merge(struct results *r, struct err *err)
{
    bool ok = true;
    size_t kept = 0;
    if (r->n)
        qsort(r->run, r->n, sizeof *r->run, by_id);
    for (size_t i = 0; i < r->n; i++) {
        if (kept && r->run[kept - 1].id == r->run[i].id)
            ok = merge(&r->run[kept - 1], &r->run[i], err) && ok;
        else
            r->run[kept++] = r->run[i];
    }
    r->n = kept;
    for (size_t i = 0; i < kept; i++)
        r->n_failed += r->run[i].status != RUN_OK;
    return ok;
}

/* What the directories hold beside what they promise. */
static void remark(const struct results *r, struct err *err)
{
    const char *first = NULL, *other = NULL;
    if (r->planned && r->n > r->planned)
        err_warn(err,
                 "warning: %zu runs where the manifest has %zu: some are of another "
                 "experiment ('ursa check' names them)",
                 r->n, r->planned);
    for (size_t i = 0; i < r->n && !other; i++) {
        const char *v = json_string_value(json_object_get(r->run[i].line, "version"));
        first = first ? first : v;
        other = first && v && strcmp(first, v) != 0 ? v : NULL;
    }
    if (other)
        err_warn(err, "warning: these runs were made by ursa %s and ursa %s", first, other);
}

/* Tells the runs what the Bayes-optimal policy earns in their worlds. */
static void refer(struct results *r, const char *dir)
{
    struct references_read known;
    references_read(&known, dir);
    for (size_t i = 0; known.n && i < r->n; i++) {
        const struct reference_row *x = references_find(&known, &r->run[i]);
        if (x) {
            r->run[i].bayes_lower = x->lower;
            r->run[i].bayes_upper = x->upper;
        }
    }
    references_release(&known);
}

bool results_load(struct results *r, char *const *dirs, size_t n, bool curves,
                  struct err *err)
{
    struct err own = { 0 };
    struct loader l = { .r = r, .err = err ? err : &own };
    unsigned before = l.err->n;
    *r = (struct results){ 0 };
    for (size_t i = 0; i < n; i++) {
        read_manifest(&l, dirs[i]);
        if (l.err->n == before)
            read_kind(&l, dirs[i], "runs-", take_run);
    }
    sort_and_merge(r, l.err);
    remark(r, l.err);
    for (size_t i = 0; i < n; i++)
        refer(r, dirs[i]);
    for (size_t i = 0; curves && i < n && l.err->n == before; i++)
        read_kind(&l, dirs[i], "curves-", take_curve);
    return l.err->n == before;
}

bool results_parse(struct results *r, const char *text, size_t len, const char *name,
                   struct err *err)
{
    struct err own = { 0 };
    struct loader l = { .r = r, .path = name, .err = err ? err : &own };
    unsigned before = l.err->n;
    *r = (struct results){ 0 };
    FILE *from = len ? fmemopen((void *)(uintptr_t)text, len, "r") : NULL;
    if (from) {
        read_lines(&l, from, take_run);
        fclose(from);
    }
    sort_and_merge(r, l.err);
    return l.err->n == before;
}

void results_release(struct results *r)
{
    for (size_t i = 0; i < r->n; i++)
        release_row(&r->run[i]);
    for (size_t i = 0; i < r->n_files; i++)
        free(r->file[i]);
    free(r->run);
    free(r->file);
    free(r->name);
    free(r->baseline);
    free(r->metric);
    free(r->first);
    *r = (struct results){ 0 };
}

uint64_t results_digest(const struct results *r)
{
    uint64_t h = HASH_START;
    for (size_t i = 0; i < r->n; i++) {
        const struct run_row *row = &r->run[i];
        const json_t *final = json_object_get(row->line, "final");
        char *text =
            final
                ? json_dumps(final, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17))
                : NULL;
        h = hash_word(hash_word(hash_word(h, row->id), row->hash), (uint64_t)row->status);
        if (text)
            h = hash_bytes(h, text, strlen(text));
        free(text);
    }
    return h;
}
