#include "config.h"

#include "datafile.h"
#include "demo.h"
#include "lines.h"
#include "suggest.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const demo_default = "aixi";

enum { FORMAT = 1, DEMO_BYTES = 1 << 20 };

static bool set_text(char **field, const char *value)
{
    free(*field);
    *field = xstrdup(value);
    return *value != '\0';
}

static bool set_number(const char *value, double min, double max, double *x)
{
    char *end;
    *x = strtod(value, &end);
    return end != value && !*end && *x >= min && *x <= max;
}

/* One "key: value"; false with the reason in *what. */
static bool set_field(struct demo *d, const char *key, const char *value, const char **what)
{
    double x = 0;
    *what = "not a value for this key:";
    if (!strcmp(key, "name"))
        return set_text(&d->title, value);
    if (!strcmp(key, "agent"))
        return set_text(&d->agent, value);
    if (!strcmp(key, "env"))
        return set_text(&d->env, value);
    bool seed = !strcmp(key, "seed"), steps = !strcmp(key, "steps");
    if (!seed && !steps && strcmp(key, "speed") != 0) {
        *what = "unknown key";
        return false;
    }
    if (!set_number(value, seed ? 0 : 1, seed ? UINT32_MAX : 1e12, &x))
        return false;
    if (seed)
        d->seed = (uint32_t)x;
    else if (steps)
        d->steps = (uint64_t)x;
    else
        d->speed = x;
    return true;
}

/* The line without its end, split at the colon; false: it has none. */
static bool split(char *line, char **value)
{
    char *colon = strchr(line, ':');
    if (!colon)
        return false;
    *colon = '\0';
    *value = colon + 1 + strspn(colon + 1, " \t");
    return true;
}

/* Everything up to "text:". */
static void read_head(struct demo *d, struct lines *l)
{
    bool text = false;
    while (!text && lines_next(l)) {
        const char *what = "expected KEY: VALUE, got";
        char *value, *copy = xstrdup(l->text);
        if (l->line == 1) {
            if (strcmp(l->text, "ursa-demo 1") != 0)
                lines_fault(l, l->text, "expected 'ursa-demo %d', got '%s'", FORMAT, copy);
        } else if (!strcmp(copy, "text:"))
            text = true;
        else if (*copy && *copy != '#' &&
                 (!split(copy, &value) || !set_field(d, copy, value, &what)))
            lines_fault(l, l->text, "%s '%s'", what, copy);
        free(copy);
    }
    if (l->ok && (!d->title || !d->agent || !d->env))
        l->ok = err_set(l->err, "%s: error: a demonstration needs name, agent and env",
                        l->file);
}

static char *read_rest(struct lines *l)
{
    size_t n = 0, cap = 512;
    char *text = xcalloc(cap, 1);
    while (lines_next(l)) {
        while (n + l->len + 2 > cap)
            text = xrealloc(text, cap *= 2, 1);
        memcpy(text + n, l->text, l->len);
        n += l->len;
        text[n++] = '\n';
    }
    while (n && text[n - 1] == '\n')
        n--;
    text[n] = '\0';
    return text;
}

bool demo_read(struct demo *d, const char *path, struct err *err)
{
    struct lines l;
    *d = (struct demo){ .seed = 1, .steps = 200, .speed = 8 };
    FILE *f = lines_open(path, path, err);
    if (!f)
        return false;
    lines_init(&l, f, path, err);
    l.most = DEMO_BYTES;
    read_head(d, &l);
    d->text = read_rest(&l);
    lines_release(&l);
    fclose(f);
    if (!l.ok)
        demo_release(d);
    return l.ok;
}

bool demo_load(struct demo *d, const char *name, struct err *err)
{
    char *path = data_file("demos", name, ".demo"), hint[200] = "";
    if (path) {
        bool ok = demo_read(d, path, err);
        free(path);
        return ok;
    }
    struct list names = data_names("demos", ".demo");
    suggest_near(hint, sizeof hint, name, (const char *const *)names.at, names.n);
    err_set(err, "unknown demonstration '%s'%s  (ursa list demos)", name, hint);
    list_release(&names);
    return false;
}

void demo_release(struct demo *d)
{
    free(d->title);
    free(d->agent);
    free(d->env);
    free(d->text);
    *d = (struct demo){ 0 };
}
