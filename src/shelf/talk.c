#include "config.h"

#include "talk.h"

#include "xalloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

json_t *talk_params(const char *params)
{
    json_t *o = json_object();
    for (const char *at = params ? params : ""; *at; at += strspn(at, ",")) {
        size_t len = strcspn(at, ","), key = strcspn(at, "=");
        char *name = xasprintf("%.*s", (int)(key < len ? key : len), at);
        char *value =
            key < len ? xasprintf("%.*s", (int)(len - key - 1), at + key + 1) : xstrdup("");
        json_object_set_new(o, name, json_string(value));
        free(name);
        free(value);
        at += len;
    }
    return o;
}

/* "1G", "512M", "4096k" or bytes; 0: not given. False with *err. */
static bool read_memory(const char *text, size_t *bytes, struct err *err)
{
    static const char units[] = "kMG";
    char *end;
    *bytes = 0;
    if (!text)
        return true;
    double x = strtod(text, &end);
    const char *unit = *end ? strchr(units, *end) : NULL;
    for (const char *u = units; unit && u <= unit; u++)
        x *= 1024;
    if (end == text || (*end && (!unit || end[1])) || !(x >= 1 && x < 1e15))
        return err_set(err, "memory=%s is not a size such as 512M", text);
    *bytes = (size_t)x;
    return true;
}

bool talk_tell(struct talk *t, json_t *o, struct err *err)
{
    char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(17));
    char *line = xasprintf("%s\n", text ? text : "{}");
    bool ok = child_tell(t->child, line, err);
    free(text);
    free(line);
    json_decref(o);
    return ok;
}

static bool is_of_type(struct talk *t, const json_t *o, const char *type, struct err *err)
{
    const char *is = json_string_value(json_object_get(o, "type"));
    const char *why = json_string_value(json_object_get(o, "message"));
    if (!is)
        return child_fault(t->child, err, "sent an object without a type");
    if (!strcmp(is, "error"))
        return err_set(err, "%s: %s", t->name, why ? why : "an error without a message");
    return !strcmp(is, type) ||
           child_fault(t->child, err, "sent '%.40s' where '%s' is due", is, type);
}

json_t *talk_hear(struct talk *t, const char *type, struct err *err)
{
    json_error_t why;
    const char *line = child_hear(t->child, t->timeout, err);
    if (!line)
        return NULL;
    json_t *o = json_loads(line, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(o)) {
        child_fault(t->child, err,
                    "wrote '%.60s' (%s): stdout is for messages; print to stderr", line,
                    o ? "not an object" : why.text);
        json_decref(o);
        return NULL;
    }
    if (is_of_type(t, o, type, err))
        return o;
    json_decref(o);
    return NULL;
}

bool talk_whole(struct talk *t, const json_t *o, const char *key, int64_t min, int64_t max,
                int64_t *out, struct err *err)
{
    const json_t *x = json_object_get(o, key);
    char *text = x ? json_dumps(x, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    *out = json_integer_value(x);
    bool ok = json_is_integer(x) && *out >= min && *out <= max;
    if (!ok)
        child_fault(t->child, err,
                    "says %s %.40s, which is not a whole number in %" PRId64 "..%" PRId64,
                    key, text ? text : "nothing", min, max);
    free(text);
    return ok;
}

bool talk_agree(struct talk *t, const char *type, const char *answer, int64_t id,
                struct err *err)
{
    int64_t of;
    json_t *ask = json_pack("{s:s, s:I}", "type", type, "id", (json_int_t)id);
    json_t *o = talk_tell(t, ask, err) ? talk_hear(t, answer, err) : NULL;
    bool ok = o && talk_whole(t, o, "id", id, id, &of, err);
    json_decref(o);
    return ok;
}

/* ---- hello, ready */

static bool greet(struct talk *t, const struct talk_conf *conf, const char *role,
                  json_t *more, struct err *err)
{
    json_t *hello =
        json_pack("{s:s, s:i, s:s, s:o}", "type", "hello", "protocol", TALK_VERSION, "role",
                  role, "params", talk_params(conf->params));
    json_object_update(hello, more);
    t->timeout = conf->start;
    t->ready = talk_tell(t, hello, err) ? talk_hear(t, "ready", err) : NULL;
    t->timeout = conf->timeout;
    t->said = t->ready ? json_dumps(t->ready, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    t->deterministic = json_is_true(json_object_get(t->ready, "deterministic"));
    return t->ready;
}

bool talk_open(struct talk *t, const struct talk_conf *conf, const char *role, json_t *more,
               struct err *err)
{
    struct child_plan plan = { .program = conf->program, .words = conf->args };
    *t = (struct talk){ 0 };
    bool ok = (conf->program && *conf->program) ||
              err_set(err, "which program? exec:PROGRAM[:key=value,...]");
    ok = ok && read_memory(conf->memory, &plan.memory, err);
    t->child = ok ? child_open(&plan, err) : NULL;
    if (t->child) {
        t->name = xstrdup(conf->program);
        ok = greet(t, conf, role, more, err);
    }
    json_decref(more);
    if (!ok || !t->child)
        talk_close(t);
    return ok && t->child;
}

void talk_close(struct talk *t)
{
    child_close(t->child, t->ready ? "{\"type\":\"bye\",\"reason\":\"done\"}\n" : NULL);
    json_decref(t->ready);
    free(t->said);
    free(t->name);
    *t = (struct talk){ 0 };
}
