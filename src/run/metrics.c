#include "config.h"

#include "metrics.h"

#include <math.h>
#include <string.h>

#define METRIC(name, kind, unit, help, value)                                              \
    static double name##_of(const struct instant *at) { return value; }
#include "metrics.def"
#undef METRIC

#define METRIC(name, kind, unit, help, value)                                              \
    { #name, METRIC_##kind, unit, help, offsetof(struct result, name), name##_of },
const struct metric_row metric_table[] = {
#include "metrics.def"
    { 0 },
};
#undef METRIC

void instant_init(struct instant *at, const struct record *last, const struct agent *ag,
                  double scale)
{
    *at = (struct instant){ .last = last, .scale = scale };
    insight_clear(&at->mind);
    if (mind_of(ag)->inspect)
        mind_of(ag)->inspect(ag, &at->mind);
}

const struct metric_row *metric_find(const char *name)
{
    for (const struct metric_row *m = metric_table; m->name; m++)
        if (!strcmp(m->name, name))
            return m;
    return NULL;
}

const struct metric_row *metric_column(size_t k)
{
    for (const struct metric_row *m = metric_table; m->name; m++)
        if (m->kind == METRIC_CURVE && k-- == 0)
            return m;
    return NULL;
}

static double *field(const struct metric_row *m, struct result *r)
{
    return (double *)(void *)((char *)r + m->offset);
}

double metric_get(const struct metric_row *m, const struct result *r)
{
    return *(const double *)(const void *)((const char *)r + m->offset);
}

double metric_value(const struct result *r, const char *name, bool *known)
{
    const struct metric_row *m = metric_find(name);
    if (known)
        *known = true;
    if (m)
        return metric_get(m, r);
    for (size_t i = 0; i < r->n_final; i++)
        if (!strcmp(r->final[i].name, name))
            return r->final[i].value;
    if (known)
        *known = false;
    return NAN;
}

void metrics_clear(struct result *r)
{
    for (const struct metric_row *m = metric_table; m->name; m++)
        *field(m, r) = NAN;
}

void metrics_take(struct result *r, const struct instant *at, bool clocks)
{
    for (const struct metric_row *row = metric_table; row->name; row++)
        if ((row->kind == METRIC_CLOCK) == clocks)
            *field(row, r) = row->value(at);
}
