#include "config.h"

#include "datafile.h"
#include "demo.h"
#include "list.h"
#include "suggest.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const demo_default = "aixi";

enum { FORMAT = 2, DEMO_BYTES = 1 << 20 };

struct reader {
    struct demo *d;
    struct lines l;
    int format;
    char *body; /* text of the step so far; owned */
    size_t n, cap;
    bool opening; /* lines of the form KEY: VALUE may still come */
};

/* ---- values */

static void set_text(struct reader *r, char **field, const char *value)
{
    free(*field);
    *field = xstrdup(value);
    if (!*value)
        lines_fault(&r->l, value, "nothing stands behind the colon");
}

static void set_number(struct reader *r, const char *value, double min, double max,
                       double *x)
{
    char *end;
    *x = strtod(value, &end);
    if (end == value || *end || !(*x >= min && *x <= max)) {
        *x = min;
        lines_fault(&r->l, value, "expected a number in %g..%g, got '%s'", min, max, value);
    }
}

static void set_switch(struct reader *r, const char *value, int *on)
{
    *on = !strcmp(value, "on");
    if (!*on && strcmp(value, "off") != 0)
        lines_fault(&r->l, value, "expected on or off, got '%s'", value);
}

static void add_claim(struct reader *r, const char *value)
{
    struct demo *d = r->d;
    if (d->n_claims == DEMO_CLAIMS) {
        lines_fault(&r->l, value, "more than %d assertions", DEMO_CLAIMS);
        return;
    }
    d->claim = xrealloc(d->claim, d->n_claims + 1, sizeof *d->claim);
    d->claim_step = xrealloc(d->claim_step, d->n_claims + 1, sizeof *d->claim_step);
    d->claim_step[d->n_claims] = r->body ? (int)d->n_steps - 1 : -1;
    claim_read(&d->claim[d->n_claims++], &r->l, value);
}

/* ---- lines of the form KEY: VALUE */

static bool is_key(const char *line, const char *key, const char **value)
{
    size_t n = strlen(key);
    if (strncmp(line, key, n) != 0 || line[n] != ':')
        return false;
    *value = line + n + 1 + strspn(line + n + 1, " \t");
    return true;
}

/* What may stand in the head and, since format 2, at the beginning of a step. */
static bool set_view(struct reader *r, const char *line)
{
    const char *value;
    struct demo_step *step = &r->d->step[r->d->n_steps - 1];
    if (r->format < 2)
        return false;
    if (is_key(line, "truth", &value))
        set_switch(r, value, &step->truth);
    else if (is_key(line, "layer", &value))
        set_text(r, &step->layer, value);
    else if (is_key(line, "assert", &value))
        add_claim(r, value);
    else
        return false;
    return true;
}

static bool set_times(struct reader *r, const char *line)
{
    struct demo *d = r->d;
    const char *value;
    double x;
    if (is_key(line, "seed", &value)) {
        set_number(r, value, 0, UINT32_MAX, &x);
        d->seed = (uint32_t)x;
    } else if (is_key(line, "steps", &value)) {
        set_number(r, value, 1, 1e12, &x);
        d->steps = (uint64_t)x;
    } else if (is_key(line, "speed", &value))
        set_number(r, value, 1, 1e12, &d->speed);
    else if (r->format > 1 && is_key(line, "tour", &value))
        set_number(r, value, 0, 1e6, &d->tour);
    else
        return false;
    return true;
}

static void set_field(struct reader *r, const char *line)
{
    static const char *const keys[] = { "name",   "agent", "env",   "seed",
                                        "steps",  "speed", "truth", "layer",
                                        "assert", "tour",  "at",    NULL };
    struct demo *d = r->d;
    const char *value;
    char hint[100] = "";
    if (is_key(line, "name", &value))
        set_text(r, &d->title, value);
    else if (is_key(line, "agent", &value))
        set_text(r, &d->agent, value);
    else if (is_key(line, "env", &value))
        set_text(r, &d->env, value);
    else if (!set_times(r, line) && !set_view(r, line)) {
        char *key = xasprintf("%.*s", (int)strcspn(line, ":"), line);
        suggest_list(hint, sizeof hint, key, keys);
        lines_fault(&r->l, line,
                    strchr(line, ':') ? "unknown key '%s'%s"
                                      : "expected KEY: VALUE, got '%s'%s",
                    key, hint);
        free(key);
    }
}

/* ---- steps */

static void add_step(struct reader *r)
{
    struct demo *d = r->d;
    d->step = xrealloc(d->step, d->n_steps + 1, sizeof *d->step);
    d->step[d->n_steps++] = (struct demo_step){ .line = r->l.line, .truth = -1 };
    d->step[d->n_steps - 1].at.agent = -1;
}

static void end_text(struct reader *r)
{
    while (r->n && r->body[r->n - 1] == '\n')
        r->n--;
    r->body[r->n] = '\0';
    r->d->step[r->d->n_steps - 1].text = r->body;
    r->body = NULL;
}

static void begin_text(struct reader *r)
{
    r->cap = 512;
    r->n = 0;
    r->body = xcalloc(r->cap, 1);
    r->opening = r->format > 1;
}

static void add_text(struct reader *r)
{
    r->opening &= !r->l.len;
    if (!r->n && !r->l.len)
        return;
    while (r->n + r->l.len + 2 > r->cap)
        r->body = xrealloc(r->body, r->cap *= 2, 1);
    memcpy(r->body + r->n, r->l.text, r->l.len);
    r->n += r->l.len;
    r->body[r->n++] = '\n';
}

/* The first step is there from the beginning: the head says how it looks. */
static void next_step(struct reader *r, const char *value)
{
    bool first = !r->body;
    if (!first) {
        end_text(r);
        if (r->d->n_steps == DEMO_STEPS)
            lines_fault(&r->l, r->l.text, "more than %d steps", DEMO_STEPS);
        add_step(r);
    }
    struct demo_step *step = &r->d->step[r->d->n_steps - 1];
    step->line = r->l.line;
    step->line_text = xstrdup(r->l.text);
    if (moment_read(&step->at, &r->l, value) && first &&
        (step->at.kind != MOMENT_CYCLE || step->at.t))
        lines_fault(&r->l, value, "the first step is at: start");
    begin_text(r);
}

static void read_line(struct reader *r)
{
    const char *line = r->l.text, *value;
    if (r->format > 1 && is_key(line, "at", &value)) {
        next_step(r, value);
    } else if (!r->body) {
        if (r->format == 1 && !strcmp(line, "text:"))
            begin_text(r);
        else if (*line && *line != '#')
            set_field(r, line);
    } else if (!r->opening || !set_view(r, line))
        add_text(r);
}

static bool read_format(struct reader *r)
{
    char first[32];
    if (!lines_next(&r->l))
        return err_set(r->l.err, "%s:1:1: error: expected 'ursa-demo %d', got nothing",
                       r->l.file, FORMAT);
    for (r->format = 1; r->format <= FORMAT; r->format++) {
        snprintf(first, sizeof first, "ursa-demo %d", r->format);
        if (!strcmp(r->l.text, first))
            return true;
    }
    lines_fault(&r->l, r->l.text, "expected 'ursa-demo %d', got '%s'", FORMAT, r->l.text);
    return false;
}

static void finish(struct reader *r)
{
    struct demo *d = r->d;
    bool steps = r->body != NULL;
    if (!r->body)
        begin_text(r);
    end_text(r);
    if (r->l.ok && (!d->title || !d->agent || !d->env))
        r->l.ok = err_set(r->l.err, "%s: error: a demonstration needs name, agent and env",
                          r->l.file);
    if (r->l.ok && r->format > 1 && !steps)
        r->l.ok = err_set(r->l.err, "%s: error: a demonstration needs a step, 'at: start'",
                          r->l.file);
    d->text = xstrdup(d->step[0].text);
}

bool demo_read(struct demo *d, const char *path, struct err *err)
{
    struct reader r = { .d = d };
    *d = (struct demo){ .seed = 1, .steps = 200, .speed = 8, .tour = INFINITY };
    FILE *f = lines_open(path, path, err);
    if (!f)
        return false;
    lines_init(&r.l, f, path, err);
    r.l.most = DEMO_BYTES;
    d->file = xstrdup(path);
    r.opening = true;
    add_step(&r);
    if (read_format(&r)) {
        while (lines_next(&r.l))
            read_line(&r);
        finish(&r);
    } else
        r.l.ok = false;
    bool ok = r.l.ok;
    lines_release(&r.l);
    fclose(f);
    if (!ok)
        demo_release(d);
    return ok;
}

bool demo_load(struct demo *d, const char *name, struct err *err)
{
    const char *dot = strrchr(name, '.');
    if (strchr(name, '/') || (dot && !strcmp(dot, ".demo")))
        return demo_read(d, name, err);
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
    for (size_t i = 0; i < d->n_steps; i++) {
        moment_release(&d->step[i].at);
        free(d->step[i].layer);
        free(d->step[i].line_text);
        free(d->step[i].text);
    }
    for (size_t i = 0; i < d->n_claims; i++)
        claim_release(&d->claim[i]);
    free(d->step);
    free(d->claim);
    free(d->claim_step);
    free(d->file);
    free(d->title);
    free(d->agent);
    free(d->env);
    free(d->text);
    *d = (struct demo){ 0 };
}

/* ---- the tour */

struct stop {
    double place;
    char *name;
};

static int by_place(const void *a, const void *b)
{
    const struct stop *x = a, *y = b;
    return x->place != y->place ? (x->place > y->place) - (x->place < y->place)
                                : strcmp(x->name, y->name);
}

struct list demo_tour(void)
{
    struct list names = data_names("demos", ".demo");
    struct stop *stop = xcalloc(names.n + 1, sizeof *stop);
    for (size_t i = 0; i < names.n; i++) {
        struct demo d;
        stop[i] = (struct stop){ INFINITY, names.at[i] };
        if (demo_load(&d, names.at[i], NULL)) {
            stop[i].place = d.tour;
            demo_release(&d);
        }
    }
    qsort(stop, names.n, sizeof *stop, by_place);
    for (size_t i = 0; i < names.n; i++)
        names.at[i] = stop[i].name;
    free(stop);
    return names;
}
