#include "config.h"

#include "line.h"

#include "hash.h"
#include "jsontext.h"
#include "metrics.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const run_status_names[] = {
    "ok", "error", "signal", "timeout", "memory", NULL
};

uint64_t run_id(const struct run_key *key)
{
    uint64_t h = hash_string(key->agent);
    h = hash_bytes(h, key->env, strlen(key->env));
    h = hash_word(h, key->root);
    h = hash_word(h, key->steps);
    return hash_word(h, (uint64_t)key->map << 32 | key->seed);
}

/* ---- objects */

json_t *number_json(double x) { return isfinite(x) ? json_real(x) : json_null(); }

static json_t *hex_json(uint64_t x)
{
    char hex[17];
    snprintf(hex, sizeof hex, "%016" PRIx64, x);
    return json_string(hex);
}

static void set_finals(json_t *o, const struct result *r)
{
    for (size_t i = 0; i < r->n_final; i++)
        json_object_set_new(o, r->final[i].name, number_json(r->final[i].value));
}

json_t *result_json(const struct result *r)
{
    json_t *final = json_object();
    json_t *o =
        json_pack("{s:i, s:s, s:s, s:I, s:I, s:I, s:I}", "v", 1, "agent", r->agent, "env",
                  r->env, "root_seed", (json_int_t)r->root, "seed", (json_int_t)r->seed,
                  "map", (json_int_t)r->map, "steps", (json_int_t)r->steps);
    for (const struct metric_row *m = metric_table; m->name; m++) {
        double x = metric_get(m, r);
        bool whole = m->kind == METRIC_COUNT && isfinite(x);
        json_object_set_new(o, m->name,
                            whole ? json_integer((json_int_t)x) : number_json(x));
    }
    json_object_set_new(o, "hash", hex_json(r->hash));
    json_object_set_new(o, "deterministic", json_boolean(r->deterministic));
    json_object_set_new(o, "version", json_string(PACKAGE_VERSION));
    set_finals(final, r);
    json_object_set(o, "own", final);
    json_object_set_new(o, "final", final); /* of before: elsewhere it has every metric */
    return o;
}

json_t *curve_json(const struct curve *c)
{
    const struct metric_row *m;
    json_t *o = json_object(), *ages = json_array();
    for (size_t i = 0; i < curve_points(c); i++)
        json_array_append_new(ages, json_integer((json_int_t)curve_age(c, i)));
    json_object_set_new(o, "t", ages);
    for (size_t k = 0; (m = metric_column(k)); k++) {
        json_t *column = json_array();
        for (size_t i = 0; i < curve_points(c); i++)
            json_array_append_new(column, number_json(curve_value(c, k, i)));
        json_object_set_new(o, m->name, column);
    }
    return o;
}

/* ---- text that grows at its end */

struct text {
    char *at;
    size_t used, cap;
};

static char *room(struct text *t, size_t n)
{
    if (t->cap - t->used < n) {
        t->cap = 2 * t->cap + n;
        t->at = xrealloc(t->at, t->cap, 1);
    }
    return t->at + t->used;
}

/* Whole numbers, which most rewards are, need no printf. */
static void put_number(struct text *t, double x)
{
    enum { LONGEST = 40 };
    char *to = room(t, LONGEST), digits[24];
    if (!isfinite(x)) {
        t->used += (size_t)snprintf(to, LONGEST, "null");
        return;
    }
    if (fabs(x) >= 1e15 || x < floor(x) || x > floor(x)) {
        t->used += (size_t)snprintf(to, LONGEST, "%.17g", x);
        return;
    }
    uint64_t whole = (uint64_t)fabs(x);
    size_t n = 0;
    if (x < 0)
        t->at[t->used++] = '-';
    do
        digits[n++] = (char)('0' + whole % 10);
    while (whole /= 10);
    while (n)
        t->at[t->used++] = digits[--n];
}

static void put_string(struct text *t, const char *s)
{
    size_t n = strlen(s);
    memcpy(room(t, n + 1), s, n + 1);
    t->used += n;
}

char *curve_text(const struct curve *c)
{
    const struct metric_row *m;
    struct text t = { 0 };
    put_string(&t, "\"t\":[");
    for (size_t i = 0; i < curve_points(c); i++) {
        put_string(&t, i ? "," : "");
        put_number(&t, (double)curve_age(c, i));
    }
    for (size_t k = 0; (m = metric_column(k)); k++) {
        put_string(&t, "],\"");
        put_string(&t, m->name);
        put_string(&t, "\":[");
        for (size_t i = 0; i < curve_points(c); i++) {
            put_string(&t, i ? "," : "");
            put_number(&t, curve_value(c, k, i));
        }
    }
    put_string(&t, "]");
    return t.at;
}

/* ---- lines written */

static char *dump(json_t *o)
{
    char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(17));
    char *line = xasprintf("%s\n", text ? text : "{}");
    free(text);
    json_decref(o);
    return line;
}

static json_t *start(const struct run_key *key, enum run_status status)
{
    return json_pack("{s:i, s:o, s:s, s:s, s:s, s:I, s:I, s:I, s:I}", "v", 1, "id",
                     hex_json(run_id(key)), "status", run_status_names[status], "agent",
                     key->agent, "env", key->env, "root_seed", (json_int_t)key->root, "map",
                     (json_int_t)key->map, "seed", (json_int_t)key->seed, "steps",
                     (json_int_t)key->steps);
}

/* Twice: "wall" and "cpu" are the names of before. */
static void set_clocks(json_t *o, const struct result *r)
{
    json_object_set_new(o, "wall", number_json(r->wall_s));
    json_object_set_new(o, "cpu", number_json(r->cpu_s));
    json_object_set_new(o, "wall_s", number_json(r->wall_s));
    json_object_set_new(o, "cpu_s", number_json(r->cpu_s));
}

char *line_run(const struct run_key *key, const struct result *r)
{
    json_t *o = start(key, RUN_OK), *final = json_object();
    for (const struct metric_row *m = metric_table; m->name; m++) {
        double x = metric_get(m, r);
        if (isfinite(x) && m->kind != METRIC_CLOCK)
            json_object_set_new(final, m->name, json_real(x));
    }
    set_finals(final, r);
    set_clocks(o, r);
    json_object_set_new(o, "hash", hex_json(r->hash));
    json_object_set_new(o, "deterministic", json_boolean(r->deterministic));
    json_object_set_new(o, "version", json_string(PACKAGE_VERSION));
    json_object_set_new(o, "final", final);
    return dump(o);
}

char *line_failure(const struct run_key *key, enum run_status status, double wall,
                   const char *message)
{
    json_t *o = start(key, status), *text = json_string(message); /* NULL: not UTF-8 */
    json_object_set_new(o, "wall", number_json(wall));
    json_object_set_new(o, "version", json_string(PACKAGE_VERSION));
    json_object_set_new(o, "message", text ? text : json_string("(unreadable)"));
    return dump(o);
}

char *line_curve(uint64_t id, const char *members)
{
    return xasprintf("{\"v\":1,\"id\":\"%016" PRIx64 "\",%s}\n", id, members);
}

/* ---- lines read */

/* Sixteen digits, as they are written. */
static bool scan_hex(const char *text, uint64_t *x)
{
    *x = 0;
    for (int i = 0; i < 16; i++) {
        char c = text[i];
        if (c >= '0' && c <= '9')
            *x = *x << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            *x = *x << 4 | (uint64_t)(c - 'a' + 10);
        else
            return false;
    }
    return true;
}

static bool read_hex(const char *text, uint64_t *x)
{
    char *end;
    if (!text || strlen(text) != 16)
        return false;
    *x = strtoull(text, &end, 16);
    return !*end;
}

static bool read_status(const char *text, enum run_status *status)
{
    for (int i = 0; text && i < RUN_STATUSES; i++) {
        if (!strcmp(text, run_status_names[i])) {
            *status = (enum run_status)i;
            return true;
        }
    }
    return false;
}

static bool wrong(json_error_t *why, const char *what)
{
    snprintf(why->text, sizeof why->text, "%s", what);
    return false;
}

bool line_read(struct run_row *row, json_t *line, json_error_t *why)
{
    const char *id, *status, *hash = NULL;
    json_int_t v, root = 0, map, seed, steps;
    *row = (struct run_row){ .bayes_lower = NAN, .bayes_upper = NAN, .line = line };
    if (json_unpack_ex(line, why, 0,
                       "{s:I, s:s, s:s, s:s, s:s, s?I, s:I, s:I, s:I, s?s, s?s}", "v", &v,
                       "id", &id, "status", &status, "agent", &row->agent, "env", &row->env,
                       "root_seed", &root, "map", &map, "seed", &seed, "steps", &steps,
                       "hash", &hash, "message", &row->message))
        return false;
    if (v != 1)
        return wrong(why, "a line of another format than 1");
    if (!read_hex(id, &row->id) || (hash && !read_hex(hash, &row->hash)))
        return wrong(why, "id and hash must have 16 hexadecimal digits");
    if (!read_status(status, &row->status))
        return wrong(why, "unknown status");
    if (map < 0 || map > UINT32_MAX || seed < 0 || seed > UINT32_MAX || steps < 0 ||
        root < 0)
        return wrong(why, "steps, map or a seed out of range");
    if (row->status == RUN_OK && !json_is_object(json_object_get(line, "final")))
        return wrong(why, "a finished run without 'final'");
    row->map = (uint32_t)map;
    row->seed = (uint32_t)seed;
    row->root = (uint64_t)root;
    row->steps = (uint64_t)steps;
    struct run_key key = {
        row->agent, row->env, row->root, row->steps, row->map, row->seed
    };
    return row->id == run_id(&key) ||
           wrong(why, "the id is not that of this agent, world, map, seed and steps");
}

/* ---- lines counted, not read */

/* A line as we write it begins with these, in this order. */
static bool scan_key(const char *at, struct run_key *key, char *agent, char *env, size_t n)
{
    unsigned long long root, map, seed, steps;
    const char *a = strstr(at, ",\"agent\":\""), *e = a ? strchr(a + 10, '"') : NULL;
    const char *tail = e && !strncmp(e, "\",\"env\":\"", 9) ? strchr(e + 9, '"') : NULL;
    if (!tail || (size_t)(tail - a) >= n || memchr(a, '\\', (size_t)(tail - a)) ||
        sscanf(tail, "\",\"root_seed\":%llu,\"map\":%llu,\"seed\":%llu,\"steps\":%llu,",
               &root, &map, &seed, &steps) != 4)
        return false;
    snprintf(agent, n, "%.*s", (int)(e - a - 10), a + 10);
    snprintf(env, n, "%.*s", (int)(tail - e - 9), e + 9);
    *key = (struct run_key){ agent, env, root, steps, (uint32_t)map, (uint32_t)seed };
    return map <= UINT32_MAX && seed <= UINT32_MAX;
}

/* id and status stand in fixed columns: {"v":1,"id":"0123456789abcdef","status":"ok" */
static bool scan_ours(const char *line, size_t len, uint64_t *id, bool *ok)
{
    static const char head[] = "{\"v\":1,\"id\":\"", mid[] = "\",\"status\":\"";
    enum {
        ID = sizeof head - 1,
        MID = ID + 16,
        STATUS = MID + sizeof mid - 1,
        SPEC = 8192
    };
    char agent[SPEC], env[SPEC];
    struct run_key key;
    if (len < STATUS + 3 || memcmp(line, head, ID) != 0 ||
        memcmp(line + MID, mid, sizeof mid - 1) != 0 || !scan_hex(line + ID, id) ||
        !scan_key(line + STATUS, &key, agent, env, SPEC) || run_id(&key) != *id)
        return false;
    *ok = !memcmp(line + STATUS, "ok\"", 3);
    return json_text_whole(line);
}

bool line_scan(const char *line, size_t len, uint64_t *id, bool *ok)
{
    if (!len || line[len - 1] != '\n' || strlen(line) != len)
        return false;
    if (scan_ours(line, len, id, ok))
        return true;
    struct run_row row;
    json_error_t why;
    json_t *o = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
    bool read = json_is_object(o) && line_read(&row, o, &why);
    if (read) {
        *id = row.id;
        *ok = row.status == RUN_OK;
    }
    json_decref(o);
    return read;
}

bool line_blank(const char *line) { return !line[strspn(line, " \t\r\n")]; }

bool line_read_curve(const json_t *line, uint64_t *id)
{
    return read_hex(json_string_value(json_object_get(line, "id")), id);
}

/* The clocks' stand beside the others; lines of before have other names for them. */
double row_metric(const struct run_row *row, const char *metric)
{
    const json_t *x = json_object_get(json_object_get(row->line, "final"), metric);
    bool clock = !strcmp(metric, "cpu_s") || !strcmp(metric, "wall_s");
    if (!x && clock)
        x = json_object_get(row->line, metric);
    if (!x)
        x = json_object_get(row->line, !strcmp(metric, "cpu_s")    ? "cpu"
                                       : !strcmp(metric, "wall_s") ? "wall"
                                                                   : "");
    return json_is_number(x) ? json_number_value(x) : (double)NAN;
}

double row_metric_at(const struct run_row *row, const char *metric, uint64_t t)
{
    const json_t *ages = json_object_get(row->curve, "t");
    const json_t *values = json_object_get(row->curve, metric);
    size_t lo = 0, hi = json_array_size(ages);
    while (lo < hi) { /* the first point after t */
        size_t mid = (lo + hi) / 2;
        if (json_number_value(json_array_get(ages, mid)) <= (double)t)
            lo = mid + 1;
        else
            hi = mid;
    }
    const json_t *x = lo ? json_array_get(values, lo - 1) : NULL;
    return json_is_number(x) ? json_number_value(x) : (double)NAN;
}
