#include "config.h"

#include "walk.h"
#include "xalloc.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a walk's bounds say of its rest and of each first action. */

enum { JOINS = 24 }; /* cycles of the path that another first action may join at */

/* ---- the rest of the walk */

/* Visits and mass left after k cycles of the path. */
static double walked(const struct walk *w, uint32_t k, uint8_t *visits)
{
    const struct ground *g = w->g;
    double z = 1;
    memset(visits, 0, g->n);
    for (uint32_t t = 1; t <= k; t++) {
        uint32_t i = w->path[t];
        z -= g->w[i] * g->theta * pow(g->q, visits[i]);
        if (visits[i] < UINT8_MAX)
            visits[i]++;
    }
    return z;
}

/* What the path earns after cycle k on top of the greatest reward of a step, times the mass
 * that is left. */
static double earn_rest(const struct walk *w, uint32_t k, double z, const uint8_t *visits)
{
    const struct ground *g = w->g;
    double value = 0;
    for (uint32_t i = 0; i < g->n; i++)
        w->counts[i] = visits[i];
    for (uint32_t t = k + 1; t <= g->steps; t++) {
        uint32_t to = w->path[t];
        double found = g->w[to] * g->theta * pow(g->q, w->counts[to]++);
        value += found * ground_gain(g, t, to) -
                 g->d[t] * ground_cost(g, w->path[t - 1], to) * z;
        z -= found;
    }
    return value;
}

/* Most that any way to go on may earn so. */
static double promise_rest(const struct walk *w, uint32_t k, double z,
                           const uint8_t *visits)
{
    double kept = w->b->end * z;
    for (uint32_t i = 0; i < w->g->n; i++)
        kept += w->g->w[i] > 0 ? bound_rest(w->b, k, i, visits[i]) : 0;
    return kept + bound_ahead(w->b, k, w->path[k], visits);
}

void walk_rest(const struct walk *w, uint32_t k, double *lower, double *upper)
{
    const struct ground *g = w->g;
    uint8_t *visits = xcalloc(g->n, sizeof *visits);
    double base = g->base * g->ahead[k + 1] / g->ahead[1], unit = g->d[k + 1];
    double z = walked(w, k, visits), least = earn_rest(w, k, z, visits), most = least;
    if (!w->closed && k < g->depth)
        most = fmax(least, promise_rest(w, k, z, visits));
    *lower = (base + least / z + g->after) / unit;
    *upper = (base + most / z + g->beyond) / unit;
    free(visits);
}

/* ---- first actions */

/* What an action does in the beginning. */
struct move {
    uint32_t to;
    double cost;
    bool pays; /* may */
};

/* The value of a first move, and then by the shortest way to the path's cell of cycle
 * `join` and on along it, as late as that takes. */
static double value_of_detour(const struct walk *w, const struct move *m, uint32_t join)
{
    const struct ground *g = w->g;
    uint32_t t = 1, at = m->to, aim = w->path[join];
    w->scratch[t] = at;
    while (at != aim && t < g->steps) {
        uint32_t next = at;
        for (uint32_t a = g->first[at]; a < g->first[at + 1]; a++)
            if (g->far[g->arc[a].to * g->n + aim] < g->far[next * g->n + aim])
                next = g->arc[a].to;
        w->scratch[++t] = at = next;
    }
    for (uint32_t k = join + 1; t < g->steps; k++)
        w->scratch[++t] = w->path[k];
    return ground_value(g, w->scratch, m->pays, w->counts);
}

static double best_detour(struct walk *w, const struct move *m)
{
    const struct ground *g = w->g;
    double best = -HUGE_VAL, dearer = m->cost - ground_cost(g, g->start, m->to);
    for (uint32_t join = 0; join <= JOINS && join < g->depth; join++) {
        uint32_t far = g->far[m->to * g->n + w->path[join]];
        if (far == UINT16_MAX || far + 1 < join) /* sooner than the path is there */
            continue;
        double value = value_of_detour(w, m, join) - dearer + g->after;
        best = fmax(best, value);
        if (value > w->lower && m->pays && dearer <= 0) {
            w->lower = value;
            memcpy(w->path + 1, w->scratch + 1, g->steps * sizeof *w->path);
        }
    }
    return best;
}

static double value_known(const struct ground *g, const struct move *m)
{
    double pays = m->pays ? g->theta * g->prize : 0;
    return g->base + pays - m->cost + g->known[(size_t)g->n + m->to];
}

/* Whatever is done earns as much. */
static double least_value(const struct ground *g, const struct move *m)
{
    double dear = m->cost;
    for (uint32_t a = 0; a < g->first[g->n]; a++)
        dear = fmax(dear, g->arc[a].cost);
    return g->base - dear * g->ahead[1] + g->after;
}

void walk_actions(struct walk *w, const struct hunt *h, double *lo, double *hi)
{
    const struct ground *g = w->g;
    for (uint32_t a = 0; a < h->n_actions; a++) {
        size_t i = (size_t)g->cell[g->start] * h->n_actions + a;
        struct move m = { g->number[h->next[i]], g->best - h->rew[i],
                          h->lands[i] && h->w[h->next[i]] > 0 };
        if (g->known) {
            lo[a] = value_known(g, &m) + g->after;
            hi[a] = value_known(g, &m) + g->beyond;
            continue;
        }
        const struct walk_arc *arc = ground_arc(g, g->start, m.to);
        assert(arc);
        bool taken = arc->to == w->path[1] && (m.pays || !(g->w[m.to] > 0));
        lo[a] = taken ? w->lower + arc->cost - m.cost : best_detour(w, &m);
        lo[a] = fmax(lo[a], least_value(g, &m));
        hi[a] = bound_first(w->b, arc) + g->beyond;
        hi[a] = fmax(lo[a], fmin(w->upper, hi[a]) + arc->cost - m.cost);
    }
}

size_t walk_bytes(const struct walk *w)
{
    size_t beam = w->beam ? w->beam->width * w->bytes / beam_widest(w->g, w->bytes) : 0;
    return (w->b ? bound_bytes(w->g, w->b->most_bits) : 0) + beam;
}
