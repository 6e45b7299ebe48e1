#include "config.h"

#include "chart.h"

#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double *copy(const double *x, size_t n)
{
    if (!x)
        return NULL;
    double *to = xcalloc(n ? n : 1, sizeof *to);
    if (n)
        memcpy(to, x, n * sizeof *to);
    return to;
}

void chart_add(struct chart *c, const char *label, const double *x, const double *y,
               const double *lo, const double *hi, size_t n)
{
    c->series = xrealloc(c->series, c->n + 1, sizeof *c->series);
    size_t color = c->n;
    c->series[c->n++] = (struct series){ .label = xstrdup(label),
                                         .n = n,
                                         .color = color,
                                         .x = copy(x, n),
                                         .y = copy(y, n),
                                         .lo = copy(lo, n),
                                         .hi = copy(hi, n) };
}

void chart_refer(struct chart *c, const char *label, double y)
{
    if (isfinite(y) && c->n_references < REFERENCES_MAX)
        c->reference[c->n_references++] = (struct reference){ xstrdup(label), y };
}

void chart_release(struct chart *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->series[i].label);
        free(c->series[i].x);
        free(c->series[i].y);
        free(c->series[i].lo);
        free(c->series[i].hi);
    }
    for (size_t i = 0; i < c->n_references; i++)
        free(c->reference[i].label);
    for (size_t i = 0; i < c->columns; i++)
        free(c->column[i]);
    for (size_t i = 0; i < c->rows; i++)
        free(c->row[i]);
    free(c->series);
    free(c->column);
    free(c->row);
    free(c->value);
    free(c->title);
    free(c->x_label);
    free(c->y_label);
    free(c->z_label);
    *c = (struct chart){ 0 };
}

static void widen(const double *x, size_t n, double *least, double *greatest)
{
    for (size_t i = 0; x && i < n; i++) {
        if (!isfinite(x[i]))
            continue;
        *least = fmin(*least, x[i]);
        *greatest = fmax(*greatest, x[i]);
    }
}

bool chart_range(const struct chart *c, bool along_x, double *least, double *greatest)
{
    *least = HUGE_VAL;
    *greatest = -HUGE_VAL;
    bool values = along_x == (c->kind == CHART_INTERVALS);
    for (size_t i = 0; i < c->n; i++) {
        const struct series *s = &c->series[i];
        if (!values) {
            widen(s->x, s->n, least, greatest);
            continue;
        }
        widen(s->y, s->n, least, greatest);
        widen(s->lo, s->n, least, greatest);
        widen(s->hi, s->n, least, greatest);
    }
    for (size_t i = 0; values && i < c->n_references; i++)
        widen(&c->reference[i].y, 1, least, greatest);
    if (!(*least <= *greatest))
        return false;
    /* One value, but for rounding: some room around it. */
    if (*greatest - *least <= 1e-9 * fmax(fabs(*least), fabs(*greatest))) {
        *least -= 1;
        *greatest += 1;
    }
    return true;
}

bool chart_counts(const struct chart *c)
{
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < c->series[i].n; k++)
            if (fabs(c->series[i].x[k] - round(c->series[i].x[k])) > 0)
                return false;
    return true;
}

double chart_step(double least, double greatest, int most)
{
    double rough = (greatest - least) / (most > 1 ? most : 1);
    double ten = pow(10, floor(log10(rough)));
    static const double nice[] = { 1, 2, 5, 10 };
    for (size_t i = 0; i < 4; i++)
        if (nice[i] * ten >= rough * (1 - 1e-9))
            return nice[i] * ten;
    return 10 * ten;
}
