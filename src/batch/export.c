#include "config.h"

#include "export.h"

#include "escape.h"
#include "label.h"
#include "metrics.h"
#include "whole.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- CSV (RFC 4180) */

static void csv_number(const json_t *x, FILE *to)
{
    fputc(',', to);
    if (json_is_number(x))
        fprintf(to, "%.17g", json_number_value(x));
}

static void csv_run(const struct run_row *row, FILE *to)
{
    fprintf(to, "%016" PRIx64 ",", row->id);
    escape_put(MARKUP_CSV, row->agent, to);
    fputc(',', to);
    escape_put(MARKUP_CSV, row->env, to);
    fprintf(to, ",%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",", row->root, row->map, row->seed);
}

static void csv_rows(const struct run_row *row, FILE *to)
{
    const json_t *ages = json_object_get(row->curve, "t");
    const json_t *final = json_object_get(row->line, "final");
    const struct metric_row *m;
    size_t n = json_array_size(ages);
    for (size_t i = 0; i < (n ? n : 1); i++) {
        csv_run(row, to);
        fprintf(to, "%.17g",
                n ? json_number_value(json_array_get(ages, i)) : (double)row->steps);
        for (size_t k = 0; (m = metric_column(k)); k++)
            csv_number(n ? json_array_get(json_object_get(row->curve, m->name), i)
                         : json_object_get(final, m->name),
                       to);
        fputs("\n", to);
    }
}

bool export_csv(const struct results *r, const char *path, struct err *err)
{
    struct whole w;
    if (!whole_open(&w, path, err))
        return false;
    FILE *to = w.to;
    fputs("id,agent,env,root_seed,map,seed,t", to);
    for (size_t k = 0; metric_column(k); k++)
        fprintf(to, ",%s", metric_column(k)->name);
    fputs("\n", to);
    for (size_t i = 0; i < r->n && !ferror(to); i++)
        if (r->run[i].status == RUN_OK)
            csv_rows(&r->run[i], to);
    return whole_close(&w, err);
}

/* ---- rliable */

/* Rows in the order agent, world, map, seed. */
static int by_place(const void *a, const void *b)
{
    const struct run_row *x = *(const struct run_row *const *)a;
    const struct run_row *y = *(const struct run_row *const *)b;
    int d = strcmp(x->agent, y->agent);
    d = d ? d : strcmp(x->env, y->env);
    if (!d && x->map != y->map)
        d = x->map < y->map ? -1 : 1;
    if (!d && x->seed != y->seed)
        d = x->seed < y->seed ? -1 : 1;
    if (!d && x->root != y->root)
        d = x->root < y->root ? -1 : 1;
    return d;
}

static bool same_task(const struct run_row *a, const struct run_row *b)
{
    return a->map == b->map && !strcmp(a->env, b->env) && !strcmp(a->agent, b->agent);
}

/* One agent's rows [0, n) as a matrix of runs x tasks; NULL when it is not one. */
static json_t *matrix(struct run_row *const *row, size_t n, const char *metric)
{
    size_t runs = 1;
    while (runs < n && same_task(row[0], row[runs]))
        runs++;
    if (n % runs)
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (!same_task(row[i], row[i - i % runs]) ||
            (i % runs == 0 && i && same_task(row[i], row[i - 1])))
            return NULL;
    json_t *all = json_array();
    for (size_t i = 0; i < runs; i++) {
        json_t *tasks = json_array();
        for (size_t k = i; k < n; k += runs)
            json_array_append_new(tasks, number_json(row_metric(row[k], metric)));
        json_array_append_new(all, tasks);
    }
    return all;
}

static json_t *score_dictionary(struct run_row **row, size_t n, const char *metric,
                                struct err *err)
{
    json_t *o = json_object();
    const char **spec = xcalloc(n ? n : 1, sizeof *spec);
    size_t *from = xcalloc(n + 1, sizeof *from), agents = 0;
    for (size_t i = 0; i < n; i++)
        if (!i || strcmp(row[i]->agent, row[i - 1]->agent) != 0) {
            spec[agents] = row[i]->agent;
            from[agents++] = i;
        }
    from[agents] = n;
    char **label = labels_new(spec, agents, NULL);
    size_t shape = 0;
    for (size_t a = 0; a < agents; a++) {
        json_t *m = matrix(row + from[a], from[a + 1] - from[a], metric);
        if (!m || (a && from[a + 1] - from[a] != shape)) {
            err_set(err,
                    "%s: rliable wants as many runs on every map of every agent; some "
                    "are missing (export --csv takes them all)",
                    label[a]);
            json_decref(m);
            break;
        }
        shape = from[a + 1] - from[a];
        json_object_set_new(o, label[a], m);
    }
    labels_free(label, agents);
    free(spec);
    free(from);
    return o;
}

bool export_rliable(const struct results *r, const char *metric, const char *path,
                    struct err *err)
{
    unsigned before = err->n;
    struct run_row **row = xcalloc(r->n ? r->n : 1, sizeof *row);
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (r->run[i].status == RUN_OK)
            row[n++] = &r->run[i];
    if (n)
        qsort(row, n, sizeof *row, by_place);
    json_t *o = score_dictionary(row, n, metric, err);
    struct whole w;
    bool ok = err->n == before && whole_open(&w, path, err);
    if (ok) {
        json_dumpf(o, w.to, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
        fputs("\n", w.to);
        ok = whole_close(&w, err);
    }
    json_decref(o);
    free(row);
    return ok;
}
