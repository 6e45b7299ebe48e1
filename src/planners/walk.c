#include "config.h"

#include "walk.h"
#include "xalloc.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDTH_FIRST = 64, /* labels of the beam that a walk opens with */
    WIDTH_TURN = 512, /* of the beam of the first turn; each is wider by */
    WIDER = 4,
    ROUNDS_TURN = 500, /* of the second turn; each has more by */
    LONGER = 2,
    KNOT = 8,
    WORK = 1 << 22,  /* moves looked at in a step, about */
    LABELS = 1 << 14 /* labels made in a step, about */
};
static const double RATE = 0.01, RATE_LAST = 1e-3;

/* ---- walks */

/* After cycle T, for as long as anything counts: back to the beginning of the path, and
 * along it again. */
static void go_round(const struct ground *g, uint32_t *path)
{
    uint32_t at = path[g->depth], k = 1;
    for (uint32_t t = g->depth + 1; t <= g->steps; t++) {
        uint32_t aim = path[k], next = at;
        for (uint32_t a = g->first[at]; a < g->first[at + 1]; a++)
            if (g->far[g->arc[a].to * g->n + aim] < g->far[next * g->n + aim])
                next = g->arc[a].to;
        if (!ground_arc(g, at, next)) /* it cannot stay: anywhere */
            next = g->arc[g->first[at]].to;
        path[t] = at = next;
        if (at == aim)
            k = k < g->depth ? k + 1 : 1;
    }
}

/* Takes the walk in scratch if it is the best. */
static void take_path(struct walk *w)
{
    go_round(w->g, w->scratch);
    double value = ground_value(w->g, w->scratch, true, w->counts) + w->g->after;
    if (value > w->lower) {
        w->lower = value;
        memcpy(w->path + 1, w->scratch + 1, w->g->steps * sizeof *w->path);
    }
}

/* ---- turns */

static void start_beam(struct walk *w, size_t width)
{
    size_t widest = beam_widest(w->g, w->bytes / 2);
    if (width > widest) {
        w->full = w->turn > 0;
        width = widest;
    }
    bound_settle(w->b);
    w->beam = beam_new(w->b, width > WIDTH_FIRST ? width : WIDTH_FIRST);
    beam_start(w->beam, w->lower);
}

/* What a beam that is over has found and proved. */
static void end_beam(struct walk *w)
{
    struct beam *s = w->beam;
    bool whole = s->n_now && s->t == w->g->depth;
    if (beam_path(s, w->scratch))
        take_path(w);
    double upper = fmax(s->dropped, whole ? s->reached : -HUGE_VAL) + w->g->beyond;
    w->upper = fmax(w->lower, fmin(w->upper, upper));
    w->closed =
        s->dropped <= w->lower && w->g->depth == w->g->steps && w->g->beyond <= w->g->after;
    beam_free(s);
    w->beam = NULL;
}

static void next_turn(struct walk *w)
{
    w->turn++;
    w->rounds = (uint64_t)ROUNDS_TURN << (w->turn < 12 ? w->turn : 12);
    bound_settle(w->b);
    bound_remember(w->b, NEAR_FEW);
    bound_warm(w->b, w->turn < 3 ? KNOT : KNOT / 2);
}

/* Moves that a round looks at. */
static double round_work(const struct walk *w)
{
    return (double)w->g->depth * w->g->first[w->g->n] * (1 << NEAR_FEW);
}

static void make_rounds(struct walk *w)
{
    double total = (double)((uint64_t)ROUNDS_TURN << (w->turn < 12 ? w->turn : 12));
    double top = w->g->most[1] * RATE / w->turn;
    for (double work = 0; w->rounds && work < WORK;
         work += round_work(w), w->rounds--, w->work++)
        bound_round(w->b, top * pow(RATE_LAST, 1 - (double)w->rounds / total));
    w->upper = fmax(w->lower, fmin(w->upper, w->b->upper + w->g->beyond));
}

bool walk_step(struct walk *w)
{
    if (w->closed || (w->full && !w->beam))
        return false;
    if (w->rounds) {
        make_rounds(w);
        return true;
    }
    if (!w->beam)
        start_beam(w, (size_t)WIDTH_TURN << 2 * (w->turn < 12 ? w->turn : 12));
    for (uint64_t until = w->beam->labels + LABELS; w->beam->labels < until;) {
        w->work++;
        if (!beam_layer(w->beam)) {
            end_beam(w);
            if (!w->closed && !w->full)
                next_turn(w);
            break;
        }
    }
    return !w->closed && !w->full;
}

/* ---- opening */

static void open_known(struct walk *w)
{
    const struct ground *g = w->g;
    double value = g->base + g->known[g->start];
    w->lower = value + g->after;
    w->upper = value + g->beyond;
    w->closed = g->beyond <= g->after;
    w->full = true;
}

struct walk *walk_new(const struct plan *p, bool endless, size_t bytes)
{
    struct walk *w = xcalloc(1, sizeof *w);
    struct ground *g = w->g = ground_new(p, endless);
    w->bytes = bytes;
    w->lower = -DBL_MAX / 2;
    if (g->known) {
        open_known(w);
        return w;
    }
    w->path = xcalloc((size_t)g->steps + 1, sizeof *w->path);
    w->scratch = xcalloc((size_t)g->steps + 1, sizeof *w->scratch);
    w->counts = xcalloc(g->n, sizeof *w->counts);
    w->b = bound_new(g, bytes / 2);
    w->upper = w->b->upper + g->beyond;
    start_beam(w, WIDTH_FIRST);
    while (beam_layer(w->beam))
        ;
    end_beam(w);
    return w;
}

void walk_free(struct walk *w)
{
    if (!w)
        return;
    beam_free(w->beam);
    bound_free(w->b);
    ground_free(w->g);
    free(w->path);
    free(w->scratch);
    free(w->counts);
    free(w);
}
