#include "config.h"

#include "export.h"

#ifdef HAVE_SQLITE

#    include "xalloc.h"

#    include <errno.h>
#    include <inttypes.h>
#    include <sqlite3.h>
#    include <stdio.h>
#    include <stdlib.h>
#    include <string.h>
#    include <unistd.h>

static const char schema[] =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;"
    "CREATE TABLE runs(id TEXT PRIMARY KEY, status TEXT, message TEXT, agent TEXT, env "
    "TEXT,"
    " root_seed INTEGER, map INTEGER, seed INTEGER, steps INTEGER, wall REAL, cpu REAL,"
    " hash TEXT);"
    "CREATE TABLE finals(id TEXT REFERENCES runs, metric TEXT, value REAL);"
    "CREATE TABLE curves(id TEXT REFERENCES runs, t INTEGER, metric TEXT, value REAL);";

struct writer {
    sqlite3 *db;
    sqlite3_stmt *run, *final, *curve;
    char id[17];
};

static void text(sqlite3_stmt *s, int column, const char *value)
{
    sqlite3_bind_text(s, column, value, -1, SQLITE_TRANSIENT);
}

static void number(sqlite3_stmt *s, int column, const json_t *x)
{
    if (json_is_number(x))
        sqlite3_bind_double(s, column, json_number_value(x));
    else
        sqlite3_bind_null(s, column);
}

static void step(sqlite3_stmt *s)
{
    sqlite3_step(s);
    sqlite3_reset(s); /* its failure is the database's: sqlite3_errcode() */
}

static void write_run(struct writer *w, const struct run_row *row)
{
    char hash[17];
    snprintf(w->id, sizeof w->id, "%016" PRIx64, row->id);
    snprintf(hash, sizeof hash, "%016" PRIx64, row->hash);
    text(w->run, 1, w->id);
    text(w->run, 2, run_status_names[row->status]);
    text(w->run, 3, row->message);
    text(w->run, 4, row->agent);
    text(w->run, 5, row->env);
    sqlite3_bind_int64(w->run, 6, (sqlite3_int64)row->root);
    sqlite3_bind_int64(w->run, 7, row->map);
    sqlite3_bind_int64(w->run, 8, row->seed);
    sqlite3_bind_int64(w->run, 9, (sqlite3_int64)row->steps);
    number(w->run, 10, json_object_get(row->line, "wall"));
    number(w->run, 11, json_object_get(row->line, "cpu"));
    text(w->run, 12, row->status == RUN_OK ? hash : NULL);
    step(w->run);
}

static void write_finals(struct writer *w, const struct run_row *row)
{
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(row->line, "final"), key, value)
    {
        text(w->final, 1, w->id);
        text(w->final, 2, key);
        number(w->final, 3, value);
        step(w->final);
    }
}

static void write_curve(struct writer *w, const struct run_row *row)
{
    const json_t *ages = json_object_get(row->curve, "t");
    const char *key;
    json_t *column;
    json_object_foreach(row->curve, key, column)
    {
        if (!json_is_array(column) || column == ages)
            continue;
        for (size_t i = 0; i < json_array_size(column); i++) {
            text(w->curve, 1, w->id);
            sqlite3_bind_int64(w->curve, 2, json_integer_value(json_array_get(ages, i)));
            text(w->curve, 3, key);
            number(w->curve, 4, json_array_get(column, i));
            step(w->curve);
        }
    }
}

static bool prepare(struct writer *w)
{
    return !sqlite3_exec(w->db, schema, NULL, NULL, NULL) &&
           !sqlite3_prepare_v2(w->db, "INSERT INTO runs VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
                               -1, &w->run, NULL) &&
           !sqlite3_prepare_v2(w->db, "INSERT INTO finals VALUES(?,?,?)", -1, &w->final,
                               NULL) &&
           !sqlite3_prepare_v2(w->db, "INSERT INTO curves VALUES(?,?,?,?)", -1, &w->curve,
                               NULL);
}

bool export_sqlite(const struct results *r, const char *path, struct err *err)
{
    struct writer w = { 0 };
    if (access(path, F_OK) == 0)
        return err_set(err, "'%s' exists; remove it first", path);
    char *temp = xasprintf("%s.%ld~", path, (long)getpid());
    bool ok = !sqlite3_open(temp, &w.db) && prepare(&w);
    for (size_t i = 0; ok && i < r->n; i++) {
        write_run(&w, &r->run[i]);
        write_finals(&w, &r->run[i]);
        write_curve(&w, &r->run[i]);
        ok = sqlite3_errcode(w.db) == SQLITE_OK || sqlite3_errcode(w.db) == SQLITE_DONE;
    }
    ok = ok && !sqlite3_exec(w.db, "COMMIT", NULL, NULL, NULL);
    if (!ok)
        err_set(err, "cannot write '%s': %s", path, sqlite3_errmsg(w.db));
    sqlite3_finalize(w.run);
    sqlite3_finalize(w.final);
    sqlite3_finalize(w.curve);
    sqlite3_close(w.db);
    if (ok && rename(temp, path))
        ok = err_system(err, "cannot write '%s'", path);
    if (!ok)
        unlink(temp);
    free(temp);
    return ok;
}

#else

bool export_sqlite(const struct results *r, const char *path, struct err *err)
{
    (void)r;
    return err_set(err, "cannot write '%s': this ursa was built without SQLite", path);
}

#endif
