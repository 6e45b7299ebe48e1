#include "config.h"

#include "published.h"

#include "datafile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const agreement_names[] = { "", "agrees", "within error", "differs",
                                        "reduced" };

json_t *published_load(struct err *err)
{
    char *path = data_file("experiments", "published/figures", ".json");
    json_error_t why;
    json_t *all = path ? json_load_file(path, 0, &why) : NULL;
    if (!path)
        err_set(err,
                "the published values (experiments/published/figures.json) are missing");
    else if (!all && why.line < 1)
        err_system(err, "cannot read '%s'", path);
    else if (!all)
        err_set(err, "%s:%d:%d: error: %s", path, why.line, why.column, why.text);
    free(path);
    return all;
}

static double number(const json_t *o, const char *key)
{
    const json_t *x = json_object_get(o, key);
    return json_is_number(x) ? json_number_value(x) : (double)NAN;
}

static bool is(const json_t *o, const char *key, const char *value)
{
    const char *text = json_string_value(json_object_get(o, key));
    return text && !strcmp(text, value);
}

size_t published_find(const json_t *all, const char *figure, const char *env,
                      const char *agent, const char *metric, struct published *out,
                      size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < json_array_size(all) && found < n; i++) {
        const json_t *o = json_array_get(all, i);
        if (!is(o, "figure", figure) || !is(o, "env", env) || !is(o, "agent", agent) ||
            !is(o, "metric", metric))
            continue;
        out[found++] =
            (struct published){ number(o, "t"),
                                number(o, "mean"),
                                number(o, "sd"),
                                number(o, "runs"),
                                number(o, "cycles"),
                                number(o, "samples"),
                                json_string_value(json_object_get(o, "source")) };
    }
    return found;
}

enum agreement published_agreement(const struct published *p, double mean, double lo,
                                   double hi)
{
    if (p->mean >= lo && p->mean <= hi)
        return AGREES;
    if (!(p->sd >= 0) || !(p->runs > 1))
        return DIFFERS;
    double theirs = 1.96 * p->sd / sqrt(p->runs); /* normal theory for their mean */
    double ours = p->mean > mean ? hi - mean : mean - lo;
    return fabs(p->mean - mean) <= sqrt(theirs * theirs + ours * ours) ? WITHIN_ERROR
                                                                       : DIFFERS;
}
