#include "config.h"

#include "figure.h"

#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Figures of matches. */

static void heat(const struct metagame *g, struct chart *out)
{
    const size_t n = g->n;
    out->kind = CHART_HEAT;
    out->columns = out->rows = n;
    out->column = xcalloc(n, sizeof *out->column);
    out->row = xcalloc(n, sizeof *out->row);
    out->value = xcalloc(n * n, sizeof *out->value);
    out->z_label = xstrdup("reward per step");
    for (size_t i = 0; i < n; i++) {
        out->column[i] = xstrdup(g->name[i]);
        out->row[i] = xstrdup(g->name[i]);
    }
    for (size_t i = 0; i < n * n; i++)
        out->value[i] = g->cell[i].mean.value;
}

void figure_payoffs(const struct metagame *g, struct chart *out)
{
    *out = (struct chart){ .title = xasprintf("what the row earns in %s", g->game) };
    if (g->seats == 2) {
        heat(g, out);
        return;
    }
    out->kind = CHART_INTERVALS;
    out->x_label = xstrdup("reward per step");
    for (size_t i = 0; i < g->n; i++) {
        const struct interval *m = &g->cell[i].mean;
        chart_add(out, g->name[i], &m->value, &m->value, &m->lo, &m->hi, 1);
    }
}

bool figure_replicator(const struct metagame *g, double time, struct chart *out,
                       struct err *err)
{
    enum { POINTS = 120 };
    const size_t n = g->n;
    if (!metagame_whole(g))
        return err_set(err,
                       g->seats == 2 ? "some agents never met in %s: no dynamics"
                                     : "%s has more than two seats: no dynamics",
                       g->game);
    *out = (struct chart){ .kind = CHART_LINES,
                           .title = xasprintf("replicator dynamics of %s", g->game),
                           .x_label = xstrdup("time"),
                           .y_label = xstrdup("share of the population") };
    double *x = xcalloc(n, sizeof *x), at[POINTS + 1];
    double *share = xcalloc(n * (POINTS + 1), sizeof *share);
    for (size_t i = 0; i < n; i++)
        x[i] = 1.0 / (double)n;
    for (size_t k = 0; k <= POINTS; k++) {
        if (k)
            metagame_replicate(g, x, time / POINTS);
        at[k] = time * (double)k / POINTS;
        for (size_t i = 0; i < n; i++)
            share[i * (POINTS + 1) + k] = x[i];
    }
    for (size_t i = 0; i < n; i++)
        chart_add(out, g->name[i], at, share + i * (POINTS + 1), NULL, NULL, POINTS + 1);
    free(x);
    free(share);
    return true;
}
