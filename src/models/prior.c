#include "config.h"

#include "lines.h"
#include "mixture.h"
#include "num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const prior_names[] = { "uniform", "complexity", "file", "first", NULL };

/* 2^-length of k + 1 in Elias gamma code, normalised over the n hypotheses. */
static void complexity(double *w, size_t n)
{
    for (size_t k = 0; k < n; k++)
        w[k] = exp2(-(2 * floor(log2((double)k + 1)) + 1));
    double z = num_sum(w, n);
    for (size_t k = 0; k < n; k++)
        w[k] /= z;
}

/* `first` for hypothesis 0, the rest in equal parts for all others. */
static void dogmatic(double *w, size_t n, double first)
{
    w[0] = n > 1 ? first : 1;
    for (size_t k = 1; k < n; k++)
        w[k] = (1 - first) / (double)(n - 1);
}

static void read_weight(struct lines *l, double *w, size_t n, size_t read)
{
    char *end;
    double x = strtod(l->text, &end);
    if (end == l->text || end[strspn(end, " \t")] || !isfinite(x) || x < 0)
        lines_fault(l, l->text + strspn(l->text, " \t"),
                    "not a weight: a number of at least 0 is expected");
    else if (read < n)
        w[read] = x;
}

static bool read_weights(double *w, size_t n, FILE *f, const char *file, struct err *err)
{
    struct lines l;
    size_t read = 0;
    lines_init(&l, f, file, err);
    while (lines_next(&l)) {
        char first = l.text[strspn(l.text, " \t")];
        if (first && first != '#')
            read_weight(&l, w, n, read++);
    }
    lines_release(&l);
    if (!l.ok)
        return false;
    if (read != n)
        return err_set(err, "%s: error: %zu weights for %zu hypotheses", file, read, n);
    return fabs(num_sum(w, n) - 1) <= 1e-6 ||
           err_set(err, "%s: error: the weights sum to %.9g, not 1", file, num_sum(w, n));
}

bool prior_fill(double *w, size_t n, const struct prior_conf *conf, struct err *err)
{
    const char *file = conf->file;
    if (conf->kind == PRIOR_UNIFORM)
        for (size_t k = 0; k < n; k++)
            w[k] = 1.0 / (double)n;
    else if (conf->kind == PRIOR_COMPLEXITY)
        complexity(w, n);
    else if (conf->kind == PRIOR_FIRST)
        dogmatic(w, n, conf->first);
    else {
        if (!file)
            return err_set(err, "prior=file needs prior-file=FILE");
        FILE *f = lines_open(file, file, err);
        if (!f)
            return false;
        bool ok = read_weights(w, n, f, file, err);
        fclose(f);
        for (size_t k = 0; ok && k < n; k++)
            if (w[k] == 0) {
                err_warn(err,
                         "%s: warning: hypothesis %zu has prior 0, which no percept can "
                         "undo (Cromwell's rule)",
                         file, k);
                break;
            }
        return ok;
    }
    return true;
}
