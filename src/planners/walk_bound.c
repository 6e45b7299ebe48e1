#include "config.h"

#include "walk_bound.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = WALK_LEVELS };

/* ---- memory */

/* How many cells are remembered in a cell. */
static uint32_t bits_of(const struct bound *b, uint32_t at)
{
    return b->n_near[at] < b->bits ? b->n_near[at] : b->bits;
}

/* The place of a cell in the memory of another; -1: it is not remembered there. */
static int place_of(const struct bound *b, uint32_t at, uint32_t cell)
{
    for (uint32_t k = 0; k < bits_of(b, at); k++)
        if (b->near[at * NEAR_MAX + k] == cell)
            return (int)k;
    return -1;
}

/* The memory after one move, as a function of that before it: the cell that is left has
 * been visited, and so has a cell that one stays in. */
static void map_arc(struct bound *b, uint32_t from, uint32_t arc)
{
    uint32_t to = b->g->arc[arc].to;
    int level = place_of(b, from, to), own = place_of(b, to, from), keep[NEAR_MAX];
    for (uint32_t k = 0; k < bits_of(b, from); k++)
        keep[k] = place_of(b, to, b->near[from * NEAR_MAX + k]);
    for (uint32_t m = 0; m < 1u << bits_of(b, from); m++) {
        uint32_t after = own >= 0 ? 1u << own : 0;
        for (uint32_t k = 0; k < bits_of(b, from); k++)
            if (m >> k & 1 && keep[k] >= 0)
                after |= 1u << keep[k];
        uint32_t been = to == from || (level >= 0 && m >> level & 1);
        b->map[(size_t)arc * b->masks + m] = (uint16_t)(after | been << b->bits);
    }
}

void bound_look_around(struct bound *b)
{
    const struct ground *g = b->g;
    for (uint32_t i = 0; i < g->n; i++)
        for (uint16_t d = 1; d < g->n && b->n_near[i] < NEAR_MAX; d++)
            for (uint32_t k = 0; k < g->n && b->n_near[i] < NEAR_MAX; k++)
                if (g->far[k * g->n + i] == d && g->w[k] > 0)
                    b->near[i * NEAR_MAX + b->n_near[i]++] = k;
}

/* ---- the two maxima */

static double *credits(const struct bound *b, uint32_t t, uint32_t i)
{
    return b->r + ((size_t)t * b->g->n + i) * LEVELS;
}

static double *goes(const struct bound *b, uint32_t t, uint32_t i)
{
    return b->ahead + ((size_t)t * b->g->n + i) * b->masks;
}

/* Adds x[k] times d to the knots around cycle t. */
static void slope_add(struct bound *b, uint32_t t, uint32_t i, uint32_t l, double d)
{
    uint32_t k = (t - 1) / b->knot;
    double part = (double)((t - 1) % b->knot) / b->knot;
    double *at = b->slope + ((size_t)i * b->n_knots + k) * LEVELS + l;
    at[0] += d * (1 - part);
    at[LEVELS] += d * part;
}

/* What a cell keeps of its visits, from each cycle on and by the visits before. */
static void keep_cell(struct bound *b, uint32_t i)
{
    const struct ground *g = b->g;
    size_t step = (size_t)g->n * (b->counts + 1);
    double *rest = b->rest + (size_t)i * (b->counts + 1);
    for (uint32_t k = 0; k <= b->counts; k++)
        rest[g->depth * step + k] = 0;
    for (uint32_t t = g->depth; t-- > 0;) {
        const double *r = credits(b, t + 1, i);
        double pay = r[0], least = fmin(r[0], r[1]),
               gain = ground_gain(g, t + 1, i) - b->end;
        double *now = rest + t * step, *next = now + step;
        for (uint32_t k = 0; k < b->counts; k++, pay = least)
            now[k] = fmax(next[k], g->w[i] * (b->m[k] * gain - pay) + next[k + 1]);
        double most = fmax(0, g->most[t + 1] - b->end);
        now[b->counts] = g->w[i] * b->power[b->counts] * most;
    }
}

/* The visits that it chose, as slopes. */
static void blame_cell(struct bound *b, uint32_t i)
{
    const struct ground *g = b->g;
    uint32_t k = 0;
    for (uint32_t t = 1; t <= g->depth && k < b->counts; t++)
        if (bound_rest(b, t - 1, i, k) > bound_rest(b, t, i, k)) {
            const double *r = credits(b, t, i);
            slope_add(b, t, i, k && r[1] < r[0], -1);
            k++;
        }
}

static double keep_cells(struct bound *b)
{
    double sum = 0;
    for (uint32_t i = 0; i < b->g->n; i++)
        if (b->g->w[i] > 0) {
            keep_cell(b, i);
            sum += bound_rest(b, 0, i, 0);
        }
    return sum;
}

static double credit(const struct bound *b, uint32_t t, uint32_t i, uint32_t l)
{
    return b->g->w[i] * credits(b, t, i)[l];
}

/* What an arc costs at cycle t: when the least mass that may be left is, or less. */
static double toll(const struct bound *b, uint32_t t, const struct walk_arc *arc)
{
    return -arc->cost * b->g->d[t] * b->g->left[t - 1];
}

static void look_back(struct bound *b, uint32_t t, uint32_t i)
{
    const struct ground *g = b->g;
    uint32_t n = 1u << bits_of(b, i);
    double *out = goes(b, t, i);
    for (uint32_t a = g->first[i]; a < g->first[i + 1]; a++) {
        const uint16_t *map = b->map + (size_t)a * b->masks;
        const double *from = b->spread + (size_t)g->arc[a].to * LEVELS * b->masks;
        double cost = toll(b, t + 1, &g->arc[a]);
        bool later = a > g->first[i];
        for (uint32_t m = 0; m < n; m++) {
            double v = from[map[m]] + cost;
            out[m] = later && out[m] > v ? out[m] : v;
        }
    }
}

/* The most that a walk is credited from each cycle, place and memory on. */
static void walk_back(struct bound *b)
{
    const struct ground *g = b->g;
    memset(goes(b, g->depth, 0), 0, (size_t)g->n * b->masks * sizeof *b->ahead);
    for (uint32_t t = g->depth; t-- > 1;) {
        for (uint32_t i = 0; i < g->n; i++)
            for (uint32_t l = 0; l < LEVELS; l++) {
                double c = credit(b, t + 1, i, l),
                       *to = b->spread + (i * LEVELS + l) * b->masks;
                const double *next = goes(b, t + 1, i);
                for (uint32_t m = 0; m < 1u << bits_of(b, i); m++)
                    to[m] = next[m] + c;
            }
        for (uint32_t i = 0; i < g->n; i++)
            look_back(b, t, i);
    }
}

/* Credit of the walk's first arc and all that follows, when nothing has been visited. */
static double first_of(const struct bound *b, const struct walk_arc *arc)
{
    return credit(b, 1, arc->to, 0) + toll(b, 1, arc) + goes(b, 1, arc->to)[0];
}

/* Follows the relaxed walk; returns what it is credited. */
static double follow_walk(struct bound *b)
{
    const struct ground *g = b->g;
    uint32_t at = g->start, mask = 0;
    double top = -HUGE_VAL;
    for (uint32_t t = 1; t <= g->depth; t++) {
        double best = -HUGE_VAL;
        uint32_t chosen = g->first[at], how = 0;
        for (uint32_t a = g->first[at]; a < g->first[at + 1]; a++) {
            uint32_t after = t > 1 ? b->map[(size_t)a * b->masks + mask] : 0,
                     to = g->arc[a].to;
            double v = credit(b, t, to, after >> b->bits) + toll(b, t, &g->arc[a]) +
                       goes(b, t, to)[after & (b->masks - 1)];
            if (v > best) {
                best = v;
                chosen = a;
                how = after;
            }
        }
        top = t == 1 ? best : top;
        at = g->arc[chosen].to;
        mask = how & (b->masks - 1);
        b->to[t] = at;
        b->level[t] = (uint8_t)(how >> b->bits);
    }
    return top;
}

double bound_evaluate(struct bound *b)
{
    double kept = keep_cells(b);
    walk_back(b);
    double upper = b->g->base + b->end + kept + follow_walk(b);
    if (upper < b->upper) {
        size_t n = ((size_t)b->g->depth + 1) * b->g->n * LEVELS;
        b->upper = upper;
        memcpy(b->best, b->r, n * sizeof *b->r);
    }
    return upper;
}

void bound_blame(struct bound *b)
{
    const struct ground *g = b->g;
    memset(b->slope, 0, (size_t)g->n * b->n_knots * LEVELS * sizeof *b->slope);
    for (uint32_t i = 0; i < g->n; i++)
        if (g->w[i] > 0)
            blame_cell(b, i);
    for (uint32_t t = 1; t <= g->depth; t++)
        slope_add(b, t, b->to[t], b->level[t], 1);
}

void bound_remember(struct bound *b, uint32_t bits)
{
    if (b->bits == bits)
        return;
    b->bits = bits;
    b->masks = 1u << bits; /* rows lie close together */
    for (uint32_t i = 0; i < b->g->n; i++)
        for (uint32_t a = b->g->first[i]; a < b->g->first[i + 1]; a++)
            map_arc(b, i, a);
    bound_evaluate(b);
}

void bound_settle(struct bound *b)
{
    memcpy(b->r, b->best, ((size_t)b->g->depth + 1) * b->g->n * LEVELS * sizeof *b->r);
    bound_evaluate(b);
    bound_remember(b, b->most_bits);
}

double bound_ahead(const struct bound *b, uint32_t t, uint32_t at, const uint8_t *visits)
{
    uint32_t mask = 0;
    for (uint32_t k = 0; k < bits_of(b, at); k++)
        mask |= (visits[b->near[at * NEAR_MAX + k]] ? 1u : 0) << k;
    return goes(b, t, at)[mask];
}

double bound_first(const struct bound *b, const struct walk_arc *arc)
{
    double kept = 0;
    for (uint32_t i = 0; i < b->g->n; i++)
        kept += b->g->w[i] > 0 ? bound_rest(b, 0, i, 0) : 0;
    return b->g->base + b->end + kept + first_of(b, arc);
}
