#include "config.h"

#include "walk_bound.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Which credits make a small bound (walk_bound.h). */

enum { LEVELS = WALK_LEVELS, GRID = 10, POWERS = 256, MANY = 1 << 23 };
static const double SMALL = 1e-4; /* what a cell has left when its visits count no more */
static const double FADE_FIRST = 0.98, FADE_SECOND = 0.99;

static double *credits(const struct bound *b, uint32_t t, uint32_t i)
{
    return b->r + ((size_t)t * b->g->n + i) * LEVELS;
}

/* ---- prices: credit what of a visit's worth is above the price of its count */

/* The price of count k: a part of the gain of the first cycle, less for each revisit. */
static double price(const struct bound *b, const double *part, uint32_t k)
{
    double gain = b->g->most[1] - b->end;
    return k ? ldexp(part[1], 1 - (int)k) * gain : part[0] * gain;
}

static void set_prices(struct bound *b, const double *part)
{
    const struct ground *g = b->g;
    for (uint32_t t = 1; t <= g->depth; t++)
        for (uint32_t i = 0; i < g->n; i++) {
            double *r = credits(b, t, i), gain = ground_gain(g, t, i) - b->end;
            r[0] = r[1] = 0;
            for (uint32_t k = b->counts; g->w[i] > 0 && k-- > 0;) {
                double over = b->m[k] * (gain - price(b, part, k));
                r[0] = fmax(r[0], over);
                if (k)
                    r[1] = r[0];
            }
        }
    bound_evaluate(b);
}

/* Coarse, and coarser where a table takes long; then fine around the best. */
static void try_prices(struct bound *b)
{
    double part[LEVELS] = { 0 }, best[LEVELS] = { 0 }, least = HUGE_VAL;
    const struct ground *g = b->g;
    double moves = (double)g->depth * g->first[g->n] * b->masks;
    int stride = moves > MANY ? 3 : 1;
    for (int i = 0; i < GRID; i += stride)
        for (int k = 0; k <= i; k += stride) {
            part[0] = (double)i / GRID;
            part[1] = (double)k / GRID;
            set_prices(b, part);
            if (b->upper < least) {
                least = b->upper;
                memcpy(best, part, sizeof best);
            }
        }
    for (int i = -1; i < 2; i++)
        for (int k = -1; k < 2; k++) {
            part[0] = fmax(0, best[0] + 0.3 / GRID * i);
            part[1] = fmax(0, best[1] + 0.3 / GRID * k);
            set_prices(b, part);
        }
}

/* ---- steps */

void bound_warm(struct bound *b, uint32_t knot)
{
    const struct ground *g = b->g;
    size_t n;
    b->knot = knot;
    b->n_knots = (g->depth - 1) / knot + 2;
    n = (size_t)g->n * b->n_knots * LEVELS;
    b->rounds = 0;
    b->x = xrealloc(b->x, n, sizeof *b->x);
    b->slope = xrealloc(b->slope, n, sizeof *b->slope);
    b->first = xrealloc(b->first, n, sizeof *b->first);
    b->second = xrealloc(b->second, n, sizeof *b->second);
    memset(b->first, 0, n * sizeof *b->first);
    memset(b->second, 0, n * sizeof *b->second);
    for (uint32_t i = 0; i < g->n; i++)
        for (uint32_t k = 0; k < b->n_knots; k++)
            for (uint32_t l = 0; l < LEVELS; l++) {
                uint32_t t = 1 + k * knot;
                double r = credits(b, t < g->depth ? t : g->depth, i)[l];
                b->x[((size_t)i * b->n_knots + k) * LEVELS + l] = r;
            }
}

static void draw_credits(struct bound *b)
{
    const struct ground *g = b->g;
    for (uint32_t t = 1; t <= g->depth; t++)
        for (uint32_t i = 0; i < g->n; i++) {
            size_t k = (size_t)i * b->n_knots + (t - 1) / b->knot;
            double part = (double)((t - 1) % b->knot) / b->knot;
            const double *x = b->x + k * LEVELS;
            for (uint32_t l = 0; l < LEVELS; l++)
                credits(b, t, i)[l] = x[l] * (1 - part) + x[LEVELS + l] * part;
        }
}

void bound_round(struct bound *b, double rate)
{
    size_t n = (size_t)b->g->n * b->n_knots * LEVELS;
    draw_credits(b);
    bound_evaluate(b);
    bound_blame(b);
    double age = (double)++b->rounds;
    double first = 1 - pow(FADE_FIRST, age), second = 1 - pow(FADE_SECOND, age);
    for (size_t k = 0; k < n; k++) {
        double s = b->slope[k];
        b->first[k] += (1 - FADE_FIRST) * (s - b->first[k]);
        b->second[k] += (1 - FADE_SECOND) * (s * s - b->second[k]);
        double step = b->first[k] / first / (sqrt(b->second[k] / second) + 1e-3);
        b->x[k] = fmax(0, b->x[k] - rate * step);
    }
}

/* ---- opening */

size_t bound_bytes(const struct ground *g, uint32_t bits)
{
    size_t cell = (LEVELS * 2 + WALK_COUNTS + 1) * sizeof(double) +
                  sizeof(double) * ((size_t)1 << bits) + 4 * LEVELS * sizeof(double);
    size_t arc = sizeof(uint16_t) * ((size_t)1 << bits);
    return ((size_t)g->depth + 1) * g->n * cell + g->first[g->n] * arc;
}

static void count_visits(struct bound *b)
{
    double q = b->g->q;
    b->counts = 2;
    while (b->counts < WALK_COUNTS && pow(q, b->counts) > SMALL)
        b->counts++;
    b->m = xcalloc(b->counts + 1, sizeof *b->m);
    b->power = xcalloc(POWERS, sizeof *b->power);
    for (uint32_t k = 0; k <= b->counts; k++)
        b->m[k] = b->g->theta * pow(q, k);
    for (uint32_t k = 0; k < POWERS; k++)
        b->power[k] = pow(q, k);
}

struct bound *bound_new(const struct ground *g, size_t bytes)
{
    struct bound *b = xcalloc(1, sizeof *b);
    size_t cells = ((size_t)g->depth + 1) * g->n;
    b->g = g;
    b->end = g->depth < g->steps ? g->most[g->depth + 1] : 0;
    b->upper = HUGE_VAL;
    b->most_bits = NEAR_MAX;
    while (b->most_bits > NEAR_FEW && bound_bytes(g, b->most_bits) > bytes)
        b->most_bits--;
    uint32_t masks = 1u << b->most_bits;
    count_visits(b);
    b->n_near = xcalloc(g->n, sizeof *b->n_near);
    b->near = xcalloc((size_t)g->n * NEAR_MAX, sizeof *b->near);
    b->map = xcalloc((size_t)g->first[g->n] * masks, sizeof *b->map);
    b->r = xcalloc(cells * LEVELS, sizeof *b->r);
    b->best = xcalloc(cells * LEVELS, sizeof *b->best);
    b->ahead = xcalloc(cells * masks, sizeof *b->ahead);
    b->rest = xcalloc(cells * (b->counts + 1), sizeof *b->rest);
    b->spread = xcalloc((size_t)g->n * LEVELS * masks, sizeof *b->spread);
    b->to = xcalloc((size_t)g->depth + 1, sizeof *b->to);
    b->level = xcalloc((size_t)g->depth + 1, sizeof *b->level);
    bound_look_around(b);
    bound_remember(b, NEAR_FEW);
    try_prices(b);
    return b;
}

void bound_free(struct bound *b)
{
    if (!b)
        return;
    free(b->m);
    free(b->power);
    free(b->n_near);
    free(b->near);
    free(b->map);
    free(b->r);
    free(b->best);
    free(b->ahead);
    free(b->rest);
    free(b->spread);
    free(b->to);
    free(b->level);
    free(b->x);
    free(b->slope);
    free(b->first);
    free(b->second);
    free(b);
}
