#include "config.h"

#include "export.h"

#include "label.h"
#include "whole.h"
#include "xalloc.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* bsuite (Osband et al. 2020) keeps a CSV file per id in a folder per agent. An id is
 * NAME/NUMBER; its reader takes the file's name apart at '-', so NAME may have none. */

/* Rows by agent, world, map, seed. */
static int by_run(const void *a, const void *b)
{
    const struct run_row *x = *(const struct run_row *const *)a;
    const struct run_row *y = *(const struct run_row *const *)b;
    int d = strcmp(x->agent, y->agent);
    d = d ? d : strcmp(x->env, y->env);
    d = d ? d : (x->map > y->map) - (x->map < y->map);
    d = d ? d : (x->seed > y->seed) - (x->seed < y->seed);
    return d ? d : (x->root > y->root) - (x->root < y->root);
}

/* ---- names for files, one for each spec */

struct names {
    const char **spec; /* [n] borrowed, each once */
    char **name;       /* [n] owned */
    size_t n;
};

static void add_spec(struct names *l, const char *spec)
{
    for (size_t i = 0; i < l->n; i++)
        if (!strcmp(l->spec[i], spec))
            return;
    l->spec = xrealloc(l->spec, l->n + 1, sizeof *l->spec);
    l->spec[l->n++] = spec;
}

static bool is_taken(const struct names *l, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(l->name[i], name))
            return true;
    return false;
}

/* As labels have them, in letters, digits and '_'; what becomes the same is counted. */
static void name_all(struct names *l)
{
    char **label = labels_new(l->spec, l->n, NULL);
    l->name = xcalloc(l->n ? l->n : 1, sizeof *l->name);
    for (size_t i = 0; i < l->n; i++) {
        char *plain = xasprintf("%.100s", label[i]);
        for (char *c = plain; *c; c++)
            *c = isalnum((unsigned char)*c) ? *c : '_';
        l->name[i] = xstrdup(plain);
        for (int k = 2; is_taken(l, i, l->name[i]); k++) {
            free(l->name[i]);
            l->name[i] = xasprintf("%s_%d", plain, k);
        }
        free(plain);
    }
    labels_free(label, l->n);
}

static const char *name_of(const struct names *l, const char *spec)
{
    size_t i = 0;
    while (strcmp(l->spec[i], spec) != 0)
        i++;
    return l->name[i];
}

static void release(struct names *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->name[i]);
    free(l->name);
    free(l->spec);
}

/* ---- a file */

static void put_point(double t, double total, FILE *to)
{
    fprintf(to, "%.17g,0,%.12g,%.17g,%.12g\n", t, total, t, total);
}

static void put_run(const struct run_row *row, FILE *to)
{
    const json_t *ages = json_object_get(row->curve, "t");
    const json_t *mean = json_object_get(row->curve, "reward_per_step");
    size_t n = json_array_size(ages);
    fputs("steps,episode,total_return,episode_len,episode_return\n", to);
    for (size_t i = 0; i < n; i++) {
        double t = json_number_value(json_array_get(ages, i));
        if (t > 0)
            put_point(t, t * json_number_value(json_array_get(mean, i)), to);
    }
    if (!n)
        put_point((double)row->steps, row_metric(row, "total_reward"), to);
}

static bool write_run(const struct run_row *row, const char *path, struct err *err)
{
    struct whole w = { .quick = true };
    if (!whole_open(&w, path, err))
        return false;
    put_run(row, w.to);
    return whole_close(&w, err);
}

/* ---- all of them */

static bool write_all(struct run_row *const *row, size_t n, const char *dir,
                      const struct names *agents, const struct names *worlds,
                      struct err *err)
{
    bool ok = true;
    for (size_t i = 0, k = 0; ok && i < n; i++, k++) {
        bool again = i && !strcmp(row[i]->agent, row[i - 1]->agent);
        k = again && !strcmp(row[i]->env, row[i - 1]->env) ? k : 0;
        char *room = xasprintf("%s/%s", dir, name_of(agents, row[i]->agent));
        char *path =
            xasprintf("%s/bsuite_id_-_%s-%zu.csv", room, name_of(worlds, row[i]->env), k);
        ok = (again || whole_directory(room, err)) && write_run(row[i], path, err);
        free(path);
        free(room);
    }
    return ok;
}

bool export_bsuite(const struct results *r, const char *dir, struct err *err)
{
    struct names agents = { 0 }, worlds = { 0 };
    struct run_row **row = xcalloc(r->n ? r->n : 1, sizeof *row);
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (r->run[i].status == RUN_OK)
            row[n++] = &r->run[i];
    if (n)
        qsort(row, n, sizeof *row, by_run);
    for (size_t i = 0; i < n; i++) {
        add_spec(&agents, row[i]->agent);
        add_spec(&worlds, row[i]->env);
    }
    name_all(&agents);
    name_all(&worlds);
    bool ok = whole_directory(dir, err) && write_all(row, n, dir, &agents, &worlds, err);
    release(&agents);
    release(&worlds);
    free(row);
    return ok;
}
