#include "config.h"

#include "lines.h"
#include "trace.h"
#include "whole.h"
#include "xalloc.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing */

struct trace_writer {
    struct sink sink;
    char *path;
    struct whole file;
    FILE *to; /* of it */
    uint64_t t, hash;
    uint64_t present; /* what others lived before it is past; 0: nothing is */
};

static void add_setting(json_t *list, uint64_t from, const char *agent)
{
    json_array_append_new(
        list, json_pack("{s:I, s:s}", "from", (json_int_t)from, "agent", agent));
}

static json_t *settings_json(const struct run_info *run)
{
    json_t *list = json_array();
    for (size_t i = 0; i < run->n_past; i++)
        add_setting(list, run->past[i].from, run->past[i].agent);
    add_setting(list, run->from, run->agent);
    return list;
}

static void write_header(struct trace_writer *w, const struct run_info *run)
{
    json_t *o = json_pack("{s:i, s:s, s:{s:s, s:s, s:I}, s:{s:I, s:I, s:I}}", "ursa-trace",
                          1, "version", PACKAGE_VERSION, "config", "agent", run->agent,
                          "env", run->env, "steps", (json_int_t)run->steps, "seeds", "root",
                          (json_int_t)run->root, "seed", (json_int_t)run->seed, "map",
                          (json_int_t)run->map);
    if (run->n_past) {
        json_object_set_new(o, "ursa-trace", json_integer(2));
        json_object_set_new(json_object_get(o, "config"), "settings", settings_json(run));
    }
    json_dumpf(o, w->to, JSON_COMPACT);
    fputc('\n', w->to);
    json_decref(o);
}

static const char *const by_names[BY_N] = {
    [BY_AGENT] = "agent", [BY_USER] = "user", [BY_PAST] = "past", [BY_MENTOR] = "mentor"
};

static bool begin_trace(struct sink *sk, const struct run_info *run, struct err *err)
{
    struct trace_writer *w = (struct trace_writer *)sk;
    if (!whole_begin(&w->file, w->path, err))
        return false;
    w->to = w->file.to;
    w->t = 0;
    w->hash = 0;
    w->present = run->n_past ? run->from : 0;
    write_header(w, run);
    return true;
}

static void cycle_trace(struct sink *sk, const struct record *rec, const struct agent *ag)
{
    struct trace_writer *w = (struct trace_writer *)sk;
    (void)ag;
    fprintf(w->to, "{\"t\":%" PRIu64 ",\"a\":%u,\"o\":%" PRIu32 ",\"r\":%" PRId32, rec->t,
            rec->action, rec->e.obs, rec->e.rew);
    enum by by = rec->by == BY_AGENT && rec->t < w->present ? BY_PAST : rec->by;
    if (by != BY_AGENT)
        fprintf(w->to, ",\"by\":\"%s\"", by_names[by]);
    fputs("}\n", w->to);
    w->t = rec->t;
    w->hash = rec->hash;
}

static bool end_trace(struct sink *sk, struct err *err)
{
    struct trace_writer *w = (struct trace_writer *)sk;
    fprintf(w->to, "{\"end\":true,\"steps\":%" PRIu64 ",\"hash\":\"%016" PRIx64 "\"}\n",
            w->t, w->hash);
    w->to = NULL;
    return whole_close(&w->file, err);
}

struct trace_writer *trace_writer_new(const char *path)
{
    static const struct sink_ops ops = { begin_trace, cycle_trace, end_trace };
    struct trace_writer *w = xcalloc(1, sizeof *w);
    w->sink.ops = &ops;
    w->path = xstrdup(path);
    return w;
}

void trace_mark(struct trace_writer *w, uint64_t t)
{
    fprintf(w->to, "{\"mark\":%" PRIu64 "}\n", t);
}

struct sink *trace_sink(struct trace_writer *w) { return &w->sink; }

void trace_writer_free(struct trace_writer *w)
{
    if (!w)
        return;
    whole_discard(&w->file);
    free(w->path);
    free(w);
}

/* ---- reading */

struct reader {
    struct trace *tr;
    struct lines in; /* a line is a cycle: they have no end, but each is short */
    size_t at_cap;
    struct err *err;
};

static bool wrong(const struct reader *rd, int column, const char *text)
{
    return err_set(rd->err, "%s:%u:%d: error: %s", rd->in.file, rd->in.line, column, text);
}

/* The next line as an object; NULL: malformed, told unless the file was cut off there. */
static json_t *parse_line(struct reader *rd)
{
    json_error_t why;
    json_t *o = json_loadb(rd->in.text, rd->in.len, JSON_REJECT_DUPLICATES, &why);
    if (o && json_is_object(o))
        return o;
    if (o)
        wrong(rd, 1, "not an object");
    else if (rd->in.ended)
        wrong(rd, why.column < 1 ? 1 : why.column, why.text);
    json_decref(o);
    return NULL;
}

/* All but the last are the past. */
static bool read_settings(struct reader *rd, const json_t *o)
{
    struct trace *tr = rd->tr;
    const json_t *list = json_object_get(json_object_get(o, "config"), "settings");
    size_t n = json_array_size(list);
    json_int_t last = 0;
    if (!n)
        return wrong(rd, 1, "settings must be a list");
    tr->past = xcalloc(n, sizeof *tr->past);
    for (size_t i = 0; i < n; i++) {
        json_t *at = json_array_get(list, i);
        const char *agent;
        json_int_t from;
        if (json_unpack(at, "{s:I, s:s}", "from", &from, "agent", &agent) || from <= last)
            return wrong(rd, 1, "settings must have rising cycles and an agent each");
        if (i + 1 < n)
            tr->past[tr->n_past++] = (struct setting){ (uint64_t)from, xstrdup(agent) };
        last = from;
    }
    tr->present = (uint64_t)last;
    return true;
}

static bool read_header(struct reader *rd, json_t *o)
{
    struct trace *tr = rd->tr;
    const char *version, *agent, *env;
    json_int_t format, steps, root, seed, map;
    json_error_t why;
    if (json_unpack_ex(o, &why, 0, "{s:I, s:s, s:{s:s, s:s, s:I}, s:{s:I, s:I, s:I}}",
                       "ursa-trace", &format, "version", &version, "config", "agent",
                       &agent, "env", &env, "steps", &steps, "seeds", "root", &root, "seed",
                       &seed, "map", &map))
        return wrong(rd, 1, why.text);
    if (format != 1 && format != 2)
        return err_set(
            rd->err,
            "%s:1:1: error: a trace of format %lld, recorded by ursa %s; this is "
            "ursa %s, which reads formats 1 and 2",
            rd->in.file, (long long)format, version, PACKAGE_VERSION);
    if (steps < 0 || root < 0 || seed < 0 || seed > UINT32_MAX || map < 0 ||
        map > UINT32_MAX)
        return wrong(rd, 1, "steps or a seed out of range");
    tr->version = xstrdup(version);
    tr->agent = xstrdup(agent);
    tr->env = xstrdup(env);
    tr->steps = (uint64_t)steps;
    tr->root = (uint64_t)root;
    tr->seed = (uint32_t)seed;
    tr->map = (uint32_t)map;
    return format == 1 || read_settings(rd, o);
}

static bool read_end(struct reader *rd, json_t *o)
{
    const char *hash;
    json_int_t steps;
    json_error_t why;
    if (json_unpack_ex(o, &why, 0, "{s:I, s:s}", "steps", &steps, "hash", &hash))
        return wrong(rd, 1, why.text);
    char *end;
    rd->tr->hash = strtoull(hash, &end, 16);
    if (strlen(hash) != 16 || *end)
        return wrong(rd, 1, "hash must have 16 hexadecimal digits");
    if ((uint64_t)steps != rd->tr->n)
        return wrong(rd, 1, "steps is not the number of cycles above");
    return rd->tr->ended = true;
}

static int by_of(const json_t *name)
{
    if (!name)
        return BY_AGENT;
    for (int i = 0; json_is_string(name) && i < BY_N; i++)
        if (!strcmp(json_string_value(name), by_names[i]))
            return i;
    return -1;
}

static bool read_mark(struct reader *rd, const json_t *mark)
{
    struct trace *tr = rd->tr;
    if (!json_is_integer(mark) || json_integer_value(mark) < 0)
        return wrong(rd, 1, "mark must be a cycle");
    tr->mark = xrealloc(tr->mark, tr->n_marks + 1, sizeof *tr->mark);
    tr->mark[tr->n_marks++] = (uint64_t)json_integer_value(mark);
    return true;
}

static bool read_cycle(struct reader *rd, json_t *o)
{
    struct trace *tr = rd->tr;
    json_int_t t, a, obs, rew;
    json_error_t why;
    if (json_unpack_ex(o, &why, 0, "{s:I, s:I, s:I, s:I}", "t", &t, "a", &a, "o", &obs, "r",
                       &rew))
        return wrong(rd, 1, why.text);
    if (t < 1 || (uint64_t)t != tr->n + 1)
        return wrong(rd, 1, "t is not the cycle after the line above");
    if (a < 0 || a >= ACTIONS_MAX || obs < 0 || obs > UINT32_MAX || rew < INT32_MIN ||
        rew > INT32_MAX)
        return wrong(rd, 1, "action, observation or reward out of range");
    int who = by_of(json_object_get(o, "by"));
    if (who < 0)
        return wrong(rd, 1, "by must be \"user\", \"past\" or \"mentor\"");
    if (tr->n == rd->at_cap) {
        rd->at_cap = rd->at_cap ? 2 * rd->at_cap : 256;
        tr->at = xrealloc(tr->at, rd->at_cap, sizeof *tr->at);
    }
    tr->at[tr->n++] =
        (struct cycle){ (uint32_t)a, { (uint32_t)obs, (int32_t)rew }, (uint32_t)who };
    return true;
}

/* Every line after the header; those that are well-formed are taken. */
static void read_rest(struct reader *rd)
{
    while (lines_next(&rd->in)) {
        json_t *o = parse_line(rd);
        if (!o)
            continue;
        if (rd->tr->ended)
            wrong(rd, 1, "a line after the end");
        else if (json_object_get(o, "end"))
            read_end(rd, o);
        else if (json_object_get(o, "mark"))
            read_mark(rd, json_object_get(o, "mark"));
        else
            read_cycle(rd, o);
        json_decref(o);
    }
}

static bool read_trace(struct reader *rd)
{
    unsigned before = rd->err->n;
    json_t *o = lines_next(&rd->in)
                    ? json_loadb(rd->in.text, rd->in.len, JSON_REJECT_DUPLICATES, NULL)
                    : NULL;
    if (!o || !json_object_get(o, "ursa-trace")) {
        json_decref(o);
        return err_set(rd->err,
                       "%s: error: not a trace: the first line must start with "
                       "{\"ursa-trace\":1",
                       rd->in.file);
    }
    bool ok = read_header(rd, o);
    json_decref(o);
    if (ok)
        read_rest(rd);
    return rd->err->n == before;
}

/* Of a run that was cut off before they came, some have not acted. */
static void drop_settings(struct trace *tr)
{
    while (tr->n_past && tr->past[tr->n_past - 1].from > tr->n + 1)
        free(tr->past[--tr->n_past].agent);
    if (tr->present > tr->n + 1)
        tr->present = tr->n + 1;
}

bool trace_read(struct trace *tr, const char *path, struct err *err)
{
    struct err own = { 0 };
    struct reader rd = { .tr = tr, .err = err ? err : &own };
    *tr = (struct trace){ 0 };
    FILE *from = lines_open(path, NULL, err);
    if (!from)
        return false;
    lines_init(&rd.in, from, path, rd.err);
    rd.in.most = SIZE_MAX;
    bool ok = read_trace(&rd);
    drop_settings(tr);
    fclose(from);
    lines_release(&rd.in);
    if (!ok)
        trace_release(tr);
    return ok;
}

void trace_release(struct trace *tr)
{
    free(tr->version);
    free(tr->agent);
    free(tr->env);
    free(tr->at);
    for (size_t i = 0; i < tr->n_past; i++)
        free(tr->past[i].agent);
    free(tr->past);
    free(tr->mark);
    *tr = (struct trace){ 0 };
}
