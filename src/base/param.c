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

const struct param *param_find(const struct param *table, const char *name)
{
    for (const struct param *p = table; p->name; p++)
        if (!strcmp(p->name, name))
            return p;
    return NULL;
}

static void set_default(const struct param *p, void *config)
{
    switch (p->type) {
    case PARAM_INT: *(int64_t *)field(p, config) = (int64_t)p->def; break;
    case PARAM_REAL:
    case PARAM_TIME: *(double *)field(p, config) = p->def; break;
    case PARAM_CHOICE: *(int *)field(p, config) = (int)p->def; break;
    case PARAM_STRING: *(char **)field(p, config) = NULL; break;
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

static bool set_int(const struct param *p, void *config, const char *value, struct err *err)
{
    char *end;
    errno = 0;
    long long x = strtoll(value, &end, 10);
    if (end == value || *end)
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

static bool set_choice(const struct param *p, void *config, const char *value,
                       struct err *err)
{
    for (int i = 0; p->choices[i]; i++) {
        if (!strcmp(p->choices[i], value)) {
            *(int *)field(p, config) = i;
            return true;
        }
    }
    char known[512] = "";
    for (int i = 0; p->choices[i]; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", p->choices[i]);
    }
    char hint[128];
    suggest_list(hint, sizeof hint, value, p->choices);
    return err_set(err, "%s cannot be '%s'%s (one of %s)", p->name, value, hint, known);
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
    case PARAM_STRING: {
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
        if (p->type == PARAM_STRING) {
            free(*(char **)field(p, config));
            *(char **)field(p, config) = NULL;
        }
    }
}

void param_copy(const struct param *table, void *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    for (const struct param *p = table; p->name; p++) {
        char **s = field(p, to);
        if (p->type == PARAM_STRING && *s)
            *s = xstrdup(*s);
    }
}

/* The shortest decimal that reads back as x. */
static void format_real(double x, char *buf, size_t n)
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
    case PARAM_STRING: {
        char *const *s = field_const(p, config);
        snprintf(buf, n, "%s", *s ? *s : "");
        break;
    }
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
