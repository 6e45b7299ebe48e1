#include "config.h"

#include "hash.h"
#include "walk_beam.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_MAX = UINT8_MAX };
#define EMPTY UINT32_MAX
/* What two sums of the same terms may differ by, of their size. */
static const double ROUNDING = 1e-11;
/* How much a beam minds what is left behind; and when a cell d moves off is thought to be
 * visited: after DETOUR d + PAUSE cycles. */
static const double TIDINESS = 0.01, DETOUR = 1.6;
enum { PAUSE = 8 };

/* ---- room */

static size_t stride_of(const struct ground *g)
{
    size_t align = sizeof(double);
    return sizeof(struct label) + (g->n + align - 1) / align * align;
}

static uint32_t degree_of(const struct ground *g)
{
    uint32_t most = 1;
    for (uint32_t i = 0; i < g->n; i++)
        most = g->first[i + 1] - g->first[i] > most ? g->first[i + 1] - g->first[i] : most;
    return most;
}

size_t beam_widest(const struct ground *g, size_t bytes)
{
    size_t degree = degree_of(g);
    size_t each = (1 + degree) * stride_of(g) + degree * (sizeof(double) + 16) +
                  ((size_t)g->depth + 1) * (sizeof(uint32_t) + sizeof(uint16_t));
    return bytes / each;
}

struct beam *beam_new(const struct bound *b, size_t width)
{
    const struct ground *g = b->g;
    struct beam *s = xcalloc(1, sizeof *s);
    s->g = g;
    s->b = b;
    s->degree = degree_of(g);
    s->width = width;
    s->stride = stride_of(g);
    s->room = 1;
    while (s->room < 2 * width * s->degree)
        s->room *= 2;
    s->now = xcalloc(width, s->stride);
    s->next = xcalloc(width * s->degree, s->stride);
    s->table = xcalloc(s->room, sizeof *s->table);
    s->order = xcalloc(width * s->degree, sizeof *s->order);
    s->mark = xcalloc(g->n, sizeof *s->mark);
    s->parent = xcalloc(((size_t)g->depth + 1) * width, sizeof *s->parent);
    s->place = xcalloc(((size_t)g->depth + 1) * width, sizeof *s->place);
    for (uint32_t i = 0; i < g->n; i++)
        s->mark[i] = hash_mix(i + 1);
    return s;
}

void beam_free(struct beam *s)
{
    if (!s)
        return;
    free(s->now);
    free(s->next);
    free(s->table);
    free(s->order);
    free(s->mark);
    free(s->parent);
    free(s->place);
    free(s);
}

void beam_start(struct beam *s, double lower)
{
    struct label *l = beam_label(s, s->now, 0);
    memset(l, 0, s->stride);
    l->z = 1;
    l->at = s->g->start;
    s->n_now = 1;
    s->t = 0;
    s->labels = 0;
    s->lower = lower;
    s->dropped = -HUGE_VAL;
    s->reached = HUGE_VAL;
}

/* ---- one layer */

/* What the cells keep from cycle t on, by the visits of a label. */
static double rest_of(const struct beam *s, uint32_t t, const uint8_t *c)
{
    double sum = 0;
    for (uint32_t i = 0; i < s->g->n; i++)
        sum += s->g->w[i] > 0 ? bound_rest(s->b, t, i, c[i]) : 0;
    return sum;
}

/* The label in the slot behind the last, extended by an arc; rest is what cells keep from
 * the next cycle on by the visits before. False: it is promised no more than is known. */
static bool extend(struct beam *s, const struct label *from, const struct walk_arc *arc,
                   double rest, struct label *to)
{
    const struct ground *g = s->g;
    const struct bound *b = s->b;
    uint32_t t = s->t + 1, i = arc->to;
    uint8_t *c = label_counts(to);
    memcpy(to, from, s->stride);
    double found = g->w[i] * g->theta * b->power[c[i]];
    to->sofar += found * (ground_gain(g, t, i) - b->end) - g->d[t] * arc->cost * from->z;
    to->z -= found;
    to->at = i;
    if (g->w[i] > 0) {
        rest -= bound_rest(b, t, i, c[i]);
        if (c[i] < COUNT_MAX) {
            c[i]++;
            to->visits += s->mark[i];
        }
        rest += bound_rest(b, t, i, c[i]);
    }
    to->promise = g->base + b->end + to->sofar + rest + bound_ahead(b, t, i, c);
    return to->promise > s->lower + ROUNDING * fabs(s->lower);
}

/* Takes in the label behind the last one. Of two that are equal the better stays. */
static void take(struct beam *s, struct label *new)
{
    uint64_t key = hash_mix(new->visits + hash_mix(new->at));
    size_t k = key & (s->room - 1);
    for (; s->table[k] != EMPTY; k = (k + 1) & (s->room - 1)) {
        struct label *old = beam_label(s, s->next, s->table[k]);
        if (old->at == new->at && old->visits == new->visits &&
            !memcmp(label_counts(old), label_counts(new), s->g->n)) {
            if (new->promise > old->promise)
                memcpy(old, new, s->stride);
            return;
        }
    }
    s->table[k] = (uint32_t)s->n_next++;
}

static void extend_all(struct beam *s)
{
    const struct ground *g = s->g;
    memset(s->table, 0xff, s->room * sizeof *s->table);
    s->n_next = 0;
    for (size_t k = 0; k < s->n_now; k++) {
        struct label *from = beam_label(s, s->now, k);
        double rest = rest_of(s, s->t + 1, label_counts(from));
        for (uint32_t a = g->first[from->at]; a < g->first[from->at + 1]; a++) {
            struct label *to = beam_label(s, s->next, s->n_next);
            s->labels++;
            if (extend(s, from, &g->arc[a], rest, to)) {
                to->parent = (uint32_t)k;
                take(s, to);
            }
        }
    }
}

/* The n-th largest of m numbers, 1 <= n <= m, which are put in another order: Hoare's
 * FIND. */
static double nth_largest(double *x, size_t m, size_t n)
{
    size_t lo = 0, hi = m - 1, want = n - 1;
    while (lo < hi) {
        double pivot = x[lo + (hi - lo) / 2];
        size_t i = lo, k = hi;
        while (i <= k) {
            while (x[i] > pivot)
                i++;
            while (x[k] < pivot)
                k--;
            if (i <= k) {
                double swap = x[i];
                x[i++] = x[k];
                x[k] = swap;
                if (!k--)
                    break;
            }
        }
        if (k != SIZE_MAX && want <= k)
            hi = k;
        else if (want >= i)
            lo = i;
        else
            break;
    }
    return x[want];
}

/* What is left not far from here: a walk that leaves less behind is the better one of two
 * that are promised the same. */
static double left_behind(const struct beam *s, struct label *l)
{
    const struct ground *g = s->g;
    const uint8_t *c = label_counts(l);
    double sum = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        uint32_t t = s->t + PAUSE + (uint32_t)(DETOUR * g->far[l->at * g->n + i]);
        sum += t <= g->depth ? g->w[i] * s->b->power[c[i]] * g->most[t] : 0;
    }
    return sum;
}

/* The least score that is kept, and how many of just that there is room for. */
static double choose(struct beam *s, size_t *ties)
{
    *ties = SIZE_MAX;
    if (s->n_next <= s->width)
        return -HUGE_VAL;
    for (size_t k = 0; k < s->n_next; k++) {
        struct label *l = beam_label(s, s->next, k);
        l->score = l->promise - TIDINESS * left_behind(s, l);
        s->order[k] = l->score;
    }
    double least = nth_largest(s->order, s->n_next, s->width);
    size_t above = 0;
    for (size_t k = 0; k < s->n_next; k++)
        above += beam_label(s, s->next, k)->score > least;
    *ties = s->width - above;
    return least;
}

static void keep_best(struct beam *s)
{
    size_t ties, n = 0, row = (size_t)s->t * s->width;
    double least = choose(s, &ties);
    s->reached = -HUGE_VAL;
    for (size_t k = 0; k < s->n_next; k++) {
        const struct label *l = beam_label(s, s->next, k);
        double x = l->score;
        bool kept = x > least || (x >= least && ties && ties--);
        if (!kept) {
            s->dropped = fmax(s->dropped, l->promise);
            continue;
        }
        memcpy(beam_label(s, s->now, n), l, s->stride);
        s->reached = fmax(s->reached, l->promise);
        s->parent[row + n] = l->parent;
        s->place[row + n++] = (uint16_t)l->at;
    }
    s->n_now = n;
}

bool beam_layer(struct beam *s)
{
    extend_all(s);
    s->t++;
    keep_best(s);
    return s->n_now && s->t < s->g->depth;
}

bool beam_path(const struct beam *s, uint32_t *path)
{
    if (!s->n_now || s->t < s->g->depth)
        return false;
    size_t best = 0;
    for (size_t k = 1; k < s->n_now; k++)
        if (beam_label(s, s->now, k)->sofar > beam_label(s, s->now, best)->sofar)
            best = k;
    for (uint32_t t = s->t; t; t--) {
        path[t] = s->place[(size_t)t * s->width + best];
        best = s->parent[(size_t)t * s->width + best];
    }
    return true;
}
