#include "config.h"

#include "param.h"
#include "suggest.h"
#include "xalloc.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *field(const struct param *p, void *config)
{
    return (char *)config + p->offset;
}

static const void *field_const(const struct param *p, const void *config)
{
    return (const char *)config + p->offset;
}

const struct param no_params[] = { { 0 } };

static bool is_text(const struct param *p)
{
    return p->type == PARAM_STRING || p->type == PARAM_SPEC || p->type == PARAM_SPECS ||
           p->type == PARAM_ANY;
}

/* ---- the rows of a table */

/* The first kind of the shelf with the table of the k-th: it has the configuration of
 * both. */
static size_t owner(const struct shelf *from, size_t k)
{
    size_t i = 0;
    while (from->at[i]->params != from->at[k]->params)
        i++;
    return i;
}

/* The rows of the kind w->k, or of the next that has its own. False: there is none. */
static bool enter(struct param_walk *w)
{
    const struct shelf *from = w->each->from;
    while (from->at[w->k] && owner(from, w->k) != w->k)
        w->k++;
    if (!from->at[w->k])
        return false;
    w->p = from->at[w->k]->params;
    w->at = w->config ? (*(void ***)field(w->each, w->config))[w->k] : NULL;
    return true;
}

bool param_next(struct param_walk *w)
{
    if (!w->p)
        w->at = w->config;
    w->p = w->p ? w->p + 1 : w->table;
    for (;;) {
        while (w->p->name && w->p->type == PARAM_ANY)
            w->p++;
        if (w->p->name && w->p->type != PARAM_EACH)
            return true;
        if (!w->p->name && !w->each)
            return false;
        w->k = w->p->name ? 0 : w->k + 1;
        w->each = w->p->name ? w->p : w->each;
        if (!enter(w)) {
            w->p = w->each + 1;
            w->at = w->config;
            w->each = NULL;
        }
    }
}

const struct param *param_any(const struct param *table)
{
    while (table->name && table->type != PARAM_ANY)
        table++;
    return table->name ? table : NULL;
}

bool param_seek(struct param_walk *w, const char *name)
{
    while (param_next(w))
        if (!strcmp(w->p->name, name))
            return true;
    return false;
}

const struct param *param_find(const struct param *table, const char *name)
{
    struct param_walk w = { .table = table };
    return param_seek(&w, name) ? w.p : NULL;
}

size_t param_names(const struct param *table, const char **names, size_t cap)
{
    size_t n = 0;
    for (struct param_walk w = { .table = table }; n < cap && param_next(&w);)
        names[n++] = w.p->name;
    return n;
}

const char *param_choice(const struct param *p, size_t i)
{
    if (p->type == PARAM_CHOICE)
        return p->choices[i];
    if (p->none && i-- == 0)
        return p->none;
    for (const struct kind *const *k = p->from->at; *k; k++)
        if (!(*k)->form_of && i-- == 0)
            return (*k)->name;
    return NULL;
}

/* ---- defaults */

static const struct kind *kind_of(const struct param *p, const char *name)
{
    for (const struct kind *const *k = p->from->at; name && *k; k++)
        if (!strcmp((*k)->name, name) && !(*k)->form_of)
            return *k;
    return NULL;
}

/* Configurations of all kinds of the shelf, those of `from` or, without one, the
 * defaults. */
static void **configure_each(const struct shelf *shelf, void *const *from)
{
    size_t n = 0;
    while (shelf->at[n])
        n++;
    void **to = xcalloc(n + 1, sizeof *to);
    for (size_t k = 0; k < n; k++) {
        const struct kind *kind = shelf->at[k];
        size_t first = owner(shelf, k);
        to[k] = first < k ? to[first] : xcalloc(1, kind->config_size + 1);
        if (first == k && from)
            param_copy(kind->params, to[k], from[k], kind->config_size);
        else if (first == k)
            param_defaults(kind->params, to[k]);
    }
    return to;
}

static void release_each(const struct shelf *shelf, void **config)
{
    for (size_t k = 0; config && shelf->at[k]; k++) {
        if (owner(shelf, k) != k)
            continue;
        param_release(shelf->at[k]->params, config[k]);
        free(config[k]);
    }
    free(config);
}

static void set_default(const struct param *p, void *config)
{
    switch (p->type) {
    case PARAM_INT: *(int64_t *)field(p, config) = (int64_t)p->def; break;
    case PARAM_REAL:
    case PARAM_TIME: *(double *)field(p, config) = p->def; break;
    case PARAM_CHOICE: *(int *)field(p, config) = (int)p->def; break;
    case PARAM_STRING:
    case PARAM_SPEC:
    case PARAM_SPECS:
    case PARAM_ANY: *(char **)field(p, config) = NULL; break;
    case PARAM_KIND: *(const struct kind **)field(p, config) = kind_of(p, p->usual); break;
    case PARAM_EACH: *(void ***)field(p, config) = configure_each(p->from, NULL); break;
    }
}

void param_defaults(const struct param *table, void *config)
{
    for (const struct param *p = table; p->name; p++)
        set_default(p, config);
}

static bool out_of_range(const struct param *p, const char *value, struct err *err)
{
    if (p->type == PARAM_INT)
        return err_set(err, "%s=%s is out of range %.0f..%.0f", p->name, value, p->min,
                       p->max);
    return err_set(err, "%s=%s is out of range %.12g..%.12g", p->name, value, p->min,
                   p->max);
}

/* "600", or as ranges are printed, "1e+12". False: no whole number. */
static bool read_whole(const char *value, long long *x)
{
    char *end;
    errno = 0;
    *x = strtoll(value, &end, 10);
    if (end != value && !*end)
        return true;
    double d = strtod(value, &end);
    bool plain = !value[strspn(value, "+-.0123456789eE")]; /* not "0x10", not "inf" */
    if (!plain || end == value || *end || fabs(d) > 0x1p53 || floor(d) < d)
        return false;
    *x = (long long)d;
    return true;
}

static bool set_int(const struct param *p, void *config, const char *value, struct err *err)
{
    long long x;
    if (!read_whole(value, &x))
        return err_set(err, "%s must be an integer, got '%s'", p->name, value);
    if (errno || (double)x < p->min || (double)x > p->max)
        return out_of_range(p, value, err);
    *(int64_t *)field(p, config) = x;
    return true;
}

static bool set_real(const struct param *p, void *config, const char *value,
                     struct err *err)
{
    char *end;
    double x = strtod(value, &end);
    if (end == value || *end || isnan(x))
        return err_set(err, "%s must be a number, got '%s'", p->name, value);
    if (x < p->min || x > p->max)
        return out_of_range(p, value, err);
    *(double *)field(p, config) = x;
    return true;
}

static bool set_time(const struct param *p, void *config, const char *value,
                     struct err *err)
{
    static const struct {
        const char *suffix;
        double seconds;
    } units[] = { { "ms", 1e-3 }, { "us", 1e-6 }, { "s", 1 },
                  { "m", 60 },    { "h", 3600 },  { "", 1 } };
    char *end;
    double x = strtod(value, &end);
    for (size_t i = 0; end != value && i < sizeof units / sizeof *units; i++) {
        if (strcmp(end, units[i].suffix) != 0)
            continue;
        x *= units[i].seconds;
        if (!(x >= p->min && x <= p->max))
            return err_set(err, "%s=%s is out of range %.12gs..%.12gs", p->name, value,
                           p->min, p->max);
        *(double *)field(p, config) = x;
        return true;
    }
    return err_set(err, "%s must be a time such as 50ms, 2s or 1m, got '%s'", p->name,
                   value);
}

static bool no_such_choice(const struct param *p, const char *value, struct err *err)
{
    const char *names[64];
    char known[512] = "", hint[128];
    size_t n = 0;
    for (; n < 64 && (names[n] = param_choice(p, n)); n++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", n ? ", " : "", names[n]);
    }
    suggest_near(hint, sizeof hint, value, names, n);
    return err_set(err, "%s cannot be '%s'%s (one of %s)", p->name, value, hint, known);
}

static bool set_choice(const struct param *p, void *config, const char *value,
                       struct err *err)
{
    for (int i = 0; p->choices[i]; i++) {
        if (!strcmp(p->choices[i], value)) {
            *(int *)field(p, config) = i;
            return true;
        }
    }
    return no_such_choice(p, value, err);
}

static bool set_kind(const struct param *p, void *config, const char *value,
                     struct err *err)
{
    const struct kind *k = kind_of(p, value);
    if (!k && !(p->none && !strcmp(value, p->none)))
        return no_such_choice(p, value, err);
    *(const struct kind **)field(p, config) = k;
    return true;
}

/* A number whose default is below its range stands for "not given". */
static bool may_be_unset(const struct param *p)
{
    return (p->type == PARAM_INT || p->type == PARAM_REAL) && p->def < p->min;
}

bool param_set(const struct param *p, void *config, const char *value, struct err *err)
{
    if (may_be_unset(p) && !strcmp(value, "unset")) {
        set_default(p, config);
        return true;
    }
    switch (p->type) {
    case PARAM_INT: return set_int(p, config, value, err);
    case PARAM_REAL: return set_real(p, config, value, err);
    case PARAM_TIME: return set_time(p, config, value, err);
    case PARAM_CHOICE: return set_choice(p, config, value, err);
    case PARAM_KIND: return set_kind(p, config, value, err);
    case PARAM_EACH: break;
    case PARAM_STRING:
    case PARAM_SPEC:
    case PARAM_SPECS:
    case PARAM_ANY: {
        char **s = field(p, config);
        free(*s);
        *s = *value ? xstrdup(value) : NULL;
        return true;
    }
    }
    return false;
}

void param_release(const struct param *table, void *config)
{
    for (const struct param *p = table; p->name; p++) {
        if (is_text(p)) {
            free(*(char **)field(p, config));
            *(char **)field(p, config) = NULL;
        } else if (p->type == PARAM_EACH) {
            release_each(p->from, *(void ***)field(p, config));
            *(void ***)field(p, config) = NULL;
        }
    }
}

void param_copy(const struct param *table, void *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    for (const struct param *p = table; p->name; p++) {
        char **s = field(p, to);
        if (is_text(p) && *s)
            *s = xstrdup(*s);
        else if (p->type == PARAM_EACH)
            *(void ***)field(p, to) = configure_each(p->from, *(void ***)field(p, to));
    }
}

/* The shortest decimal that reads back as x. */
__attribute__((nonnull)) static void format_real(double x, char *buf, size_t n)
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(buf, n, "%.*g", digits, x);
        if (strtod(buf, NULL) == x)
            return;
    }
}

static double number_of(const struct param *p, const void *config)
{
    const void *at = field_const(p, config);
    return p->type == PARAM_INT ? (double)*(const int64_t *)at : *(const double *)at;
}

char *param_format(const struct param *p, const void *config, char *buf, size_t n)
{
    if (may_be_unset(p) && number_of(p, config) < p->min) {
        snprintf(buf, n, "unset");
        return buf;
    }
    switch (p->type) {
    case PARAM_INT:
        snprintf(buf, n, "%lld", (long long)*(const int64_t *)field_const(p, config));
        break;
    case PARAM_REAL: format_real(*(const double *)field_const(p, config), buf, n); break;
    case PARAM_TIME:
        format_real(*(const double *)field_const(p, config), buf, n);
        if (strlen(buf) + 2 <= n)
            strcat(buf, "s");
        break;
    case PARAM_CHOICE:
        snprintf(buf, n, "%s", p->choices[*(const int *)field_const(p, config)]);
        break;
    case PARAM_STRING:
    case PARAM_SPEC:
    case PARAM_SPECS:
    case PARAM_ANY: {
        char *const *s = field_const(p, config);
        snprintf(buf, n, "%s", *s ? *s : "");
        break;
    }
    case PARAM_KIND: {
        const struct kind *const *k = field_const(p, config);
        snprintf(buf, n, "%s", *k ? (*k)->name : p->none);
        break;
    }
    case PARAM_EACH: break;
    }
    return buf;
}

char *param_format_default(const struct param *p, char *buf, size_t n)
{
    union {
        int64_t i;
        double d;
        int c;
        char *s;
        const struct kind *k;
    } value;
    struct param at_zero = *p;
    at_zero.offset = 0;
    set_default(&at_zero, &value);
    return param_format(&at_zero, &value, buf, n);
}

bool param_is_default(const struct param *p, const void *config)
{
    char now[256], def[256];
    return !strcmp(param_format(p, config, now, sizeof now),
                   param_format_default(p, def, sizeof def));
}
