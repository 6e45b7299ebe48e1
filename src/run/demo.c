#include "config.h"

#include "datafile.h"
#include "demo.h"
#include "suggest.h"
#include "xalloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const demo_default = "aixi";

enum { FORMAT = 1 };

static bool fault(struct err *err, const char *path, unsigned line, const char *what,
                  const char *quoted)
{
    return err_set(err, "%s:%u: error: %s '%s'", path, line, what, quoted);
}

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
static bool read_head(struct demo *d, FILE *f, const char *path, struct err *err)
{
    char *line = NULL, *value;
    size_t cap = 0;
    unsigned n = 0;
    bool ok = true, text = false;
    while (!text && getline(&line, &cap, f) >= 0) {
        const char *what = "expected KEY: VALUE, got";
        line[strcspn(line, "\r\n")] = '\0';
        if (++n == 1) {
            if (strcmp(line, "ursa-demo 1") != 0)
                ok = fault(err, path, n, "expected 'ursa-demo 1', got", line);
        } else if (!strcmp(line, "text:"))
            text = true;
        else if (*line && *line != '#' &&
                 (!split(line, &value) || !set_field(d, line, value, &what)))
            ok = fault(err, path, n, what, line);
    }
    free(line);
    if (!d->title || !d->agent || !d->env)
        ok = err_set(err, "%s: error: a demonstration needs name, agent and env", path);
    return ok;
}

static char *read_rest(FILE *f)
{
    size_t n = 0, cap = 0;
    char *text = xcalloc(1, 1);
    for (int c; (c = fgetc(f)) != EOF;) {
        if (n + 1 >= cap) {
            cap = cap ? 2 * cap : 512;
            text = xrealloc(text, cap, 1);
        }
        text[n++] = (char)c;
        text[n] = '\0';
    }
    while (n && text[n - 1] == '\n')
        text[--n] = '\0';
    return text;
}

bool demo_read(struct demo *d, const char *path, struct err *err)
{
    *d = (struct demo){ .seed = 1, .steps = 200, .speed = 8 };
    FILE *f = fopen(path, "r");
    if (!f)
        return err_set(err, "cannot read %s: %s", path, strerror(errno));
    bool ok = read_head(d, f, path, err);
    d->text = read_rest(f);
    fclose(f);
    if (!ok)
        demo_release(d);
    return ok;
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
    suggest(hint, sizeof hint, name, (const char *const *)names.at, names.n);
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
