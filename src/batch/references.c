#include "config.h"

#include "hash.h"
#include "references.h"
#include "whole.h"
#include "xalloc.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

json_t *bayes_json(const struct bayes_optimal *b)
{
    return json_pack("{s:f, s:f, s:s, s:s, s:s}", "lower", b->lower, "upper", b->upper,
                     "family", b->family, "method", b->method, "reason", b->reason);
}

/* ---- making */

static char *path_of(const char *dir, const struct experiment *e, const struct planned *p)
{
    const struct trial *t = &e->trial[p->trial];
    char *text = xasprintf("%s %" PRIu64 " %" PRIu64 " %" PRIu64, t->env.canonical, e->root,
                           e->steps, t->maps ? (uint64_t)p->map : UINT64_MAX);
    char *path = xasprintf("%s/references/%016" PRIx64 ".json", dir, hash_string(text));
    free(text);
    return path;
}

static json_t *reference_json(const struct experiment *e, const struct planned *p,
                              const struct bayes_optimal *b, const char *why)
{
    const struct trial *t = &e->trial[p->trial];
    json_t *o = json_pack("{s:i, s:s, s:o, s:I, s:I}", "v", 1, "env", t->env.canonical,
                          "map", t->maps ? json_integer(p->map) : json_null(), "root_seed",
                          (json_int_t)e->root, "steps", (json_int_t)e->steps);
    json_object_set_new(o, "bayes_optimal", why ? json_null() : bayes_json(b));
    if (why)
        json_object_set_new(o, "why", json_string(why));
    return o;
}

/* Bounds that were found: worlds differ often in what is hidden alone. */
enum { FOUND_MAX = 64 };
struct found {
    uint64_t digest[FOUND_MAX];
    struct bayes_optimal b[FOUND_MAX];
    size_t n; /* the last ones are kept */
};

static bool bounds_of(const struct env *env, const struct experiment *e, struct found *f,
                      atomic_int *stop, struct bayes_optimal *out, struct err *err)
{
    uint64_t digest = job_bayes_digest(env);
    for (size_t k = 0; digest && k < f->n && k < FOUND_MAX; k++)
        if (f->digest[k] == digest) {
            *out = f->b[k];
            return true;
        }
    if (!job_bayes_optimal(env, e->steps, stop, out, err))
        return false;
    f->digest[f->n % FOUND_MAX] = digest;
    f->b[f->n++ % FOUND_MAX] = *out;
    return true;
}

/* False with *err when it was interrupted; a world that has none says why. */
static bool find_reference(const struct experiment *e, const struct planned *p,
                           struct found *found, atomic_int *stop, json_t **out,
                           struct err *err)
{
    struct spec_of spec = { 0 };
    struct bayes_optimal b = { 0 };
    struct err why = { 0 };
    const struct trial *t = &e->trial[p->trial];
    bool ok = t->n_seats ? err_set(&why, "a game: what is best depends on the others")
                         : trial_env(t, p->map, &spec, &why);
    struct env *env = ok ? env_open(&spec, e->root, &why) : NULL;
    ok = env && bounds_of(env, e, found, stop, &b, &why);
    env_close(env);
    kind_release(&spec);
    if (stop && atomic_load(stop))
        return err_set(err, "interrupted");
    *out = reference_json(e, p, &b, ok ? NULL : why.text);
    return true;
}

static bool make_one(const char *path, const struct experiment *e, const struct planned *p,
                     struct found *found, atomic_int *stop, struct err *err)
{
    json_t *o = NULL;
    if (!find_reference(e, p, found, stop, &o, err))
        return false;
    char *text = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER);
    char *line = xasprintf("%s\n", text);
    bool ok = whole_write(path, line, err);
    free(line);
    free(text);
    json_decref(o);
    return ok;
}

bool references_make(const char *dir, const struct experiment *e,
                     const struct planned *plan, size_t n, atomic_int *stop,
                     struct err *err)
{
    struct found found = { .n = 0 };
    char *room = xasprintf("%s/references", dir);
    bool ok = !mkdir(room, 0777) || errno == EEXIST ||
              err_system(err, "cannot make the directory '%s'", room);
    free(room);
    for (size_t k = 0; ok && k < n; k++) {
        char *path = path_of(dir, e, &plan[k]);
        if (access(path, F_OK))
            ok = make_one(path, e, &plan[k], &found, stop, err);
        free(path);
    }
    return ok;
}

/* ---- reading */

/* A number of a file; NAN: it is none. */
static double number_of(const json_t *o, const char *key)
{
    const json_t *x = json_object_get(o, key);
    return json_is_number(x) ? json_number_value(x) : (double)NAN;
}

static bool read_row(const char *path, struct reference_row *row)
{
    json_t *o = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    const json_t *map = json_object_get(o, "map"), *b = json_object_get(o, "bayes_optimal");
    const char *env = json_string_value(json_object_get(o, "env"));
    const char *why = json_string_value(json_object_get(o, "why"));
    double lower = number_of(b, "lower"), upper = number_of(b, "upper");
    bool ok = env && (json_is_null(map) || json_is_integer(map)) &&
              (why ? json_is_null(b) : lower <= upper);
    if (ok)
        *row = (struct reference_row){
            xstrdup(env),
            why ? xstrdup(why) : NULL,
            (uint32_t)json_integer_value(map),
            json_is_null(map),
            (uint64_t)json_integer_value(json_object_get(o, "root_seed")),
            (uint64_t)json_integer_value(json_object_get(o, "steps")),
            lower,
            upper,
        };
    json_decref(o);
    return ok;
}

static int is_reference(const struct dirent *f)
{
    size_t n = strlen(f->d_name);
    return n == 21 && !strcmp(f->d_name + 16, ".json");
}

/* Names in their order; the caller frees each and all. */
static size_t list_files(const char *dir, struct dirent ***names, char **room)
{
    *room = xasprintf("%s/references", dir);
    int n = scandir(*room, names, is_reference, alphasort);
    return n > 0 ? (size_t)n : 0;
}

void references_read(struct references_read *r, const char *dir)
{
    struct dirent **name = NULL;
    char *room;
    size_t n = list_files(dir, &name, &room);
    *r = (struct references_read){ .row = xcalloc(n + 1, sizeof *r->row) };
    for (size_t k = 0; k < n; k++) {
        char *path = xasprintf("%s/%s", room, name[k]->d_name);
        if (read_row(path, &r->row[r->n]))
            r->n++;
        else
            r->damaged++;
        free(path);
        free(name[k]);
    }
    free(name);
    free(room);
}

void references_release(struct references_read *r)
{
    for (size_t k = 0; k < r->n; k++) {
        free(r->row[k].env);
        free(r->row[k].why);
    }
    free(r->row);
    *r = (struct references_read){ 0 };
}

const struct reference_row *references_find(const struct references_read *r,
                                            const struct run_row *row)
{
    for (size_t k = 0; k < r->n; k++) {
        const struct reference_row *x = &r->row[k];
        if (x->steps == row->steps && x->root == row->root &&
            (x->any_map || x->map == row->map) && !strcmp(x->env, row->env))
            return x;
    }
    return NULL;
}

bool references_discard(const char *dir, struct err *err)
{
    struct dirent **name = NULL;
    char *room;
    size_t n = list_files(dir, &name, &room);
    bool ok = true;
    for (size_t k = 0; k < n; k++) {
        char *path = xasprintf("%s/%s", room, name[k]->d_name);
        if (unlink(path))
            ok = err_system(err, "cannot remove '%s'", path);
        free(path);
        free(name[k]);
    }
    rmdir(room); /* what else is there is not ours */
    free(name);
    free(room);
    return ok;
}
