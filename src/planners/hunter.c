#include "config.h"

#include "expectimax.h"
#include "hash.h"
#include "hunt.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* While nothing is found the belief is the product of prior weights and fruitless visits,
 * so a belief state is (cell, visits since the root); once found, the maze is known. Values
 * are kept unnormalised, times the mass z of what has not been found, so that a visit
 * changes one weight and no other number. Depth-first branch and bound with a table of
 * belief states already valued.
 *
 * Upper bound of a state: step by step find the largest weight within reach, each time the
 * visits before it taken into account, every find worth the best there could be. Weights
 * that come within reach stay there, so taking the largest first maximises what is found
 * by any step. */

enum { SLOTS = 1 << 16, HORIZON_MAX = 1 << 14 };

/* A belief state valued before, in this search. */
struct valued {
    uint64_t key;
    uint32_t search; /* the search it belongs to */
    bool exact;      /* else value is an upper bound */
    double value;
};

/* One action of a state: what it earns at once, and where it leads. */
struct branch {
    double now, most; /* most: now and the bound of what follows */
    double z, w;      /* mass left; weight of the cell left; w < 0: unchanged */
    uint32_t next;
};

/* A state on the way to the one that is walked, and how far it is valued. */
struct frame {
    struct branch *b; /* [n_actions] the most promising first */
    uint32_t a;       /* the one that is followed */
    double w;         /* weight, before, of the cell that it leads to */
    double enough, best;
    bool exact;
    uint64_t key, visits;
};

struct hunter {
    const struct hunt *hunt; /* of this search */
    struct hunt shape;       /* what the tables were made for */
    uint32_t horizon;
    double *w;           /* [n_cells] weights of the state walked */
    double *ratio;       /* [horizon] weight of the next depth over this one's */
    double *sure;        /* [horizon + 1] most that can still be earned from a depth on */
    double step_best;    /* greatest reward of a move, without a payout */
    uint32_t *near;      /* cells by distance: from near_at[cell * (horizon + 2) + d] on */
    uint32_t *near_at;   /* those at distance d, d <= horizon */
    double *known;       /* [n_cells][horizon + 1] value at a found dispenser, by depth */
    uint64_t *known_at;  /* [n_cells] age it holds for; 0: not computed */
    double *v[2];        /* [n_cells] scratch of known values */
    double *pool;        /* [n_cells] scratch of the bound */
    uint64_t *mark;      /* [n_cells] hash of a visit */
    struct frame *frame; /* [horizon] by depth */
    struct branch *branches; /* [horizon * n_actions] of them */
    struct valued *table;
    uint32_t search;
    uint64_t states, limit, age;
    const atomic_int *cancel;
    bool stopped; /* before the end */
    bool stationary;
};

/* ---- tables */

/* Cells within `horizon` moves of each cell, nearest first. */
static void measure(struct hunter *h)
{
    uint32_t n = h->shape.n_cells, used = 0, cap = 0;
    bool *seen = xcalloc(n, sizeof *seen);
    h->near_at = xcalloc((size_t)n * (h->horizon + 2), sizeof *h->near_at);
    for (uint32_t cell = 0; cell < n; cell++) {
        uint32_t *at = h->near_at + (size_t)cell * (h->horizon + 2);
        memset(seen, 0, n * sizeof *seen);
        if (used + n > cap) {
            cap = 2 * (used + n);
            h->near = xrealloc(h->near, cap, sizeof *h->near);
        }
        at[0] = used;
        h->near[used++] = cell;
        seen[cell] = true;
        for (uint32_t d = 0; d < h->horizon; d++) {
            at[d + 1] = used;
            for (uint32_t i = at[d]; i < at[d + 1]; i++)
                for (uint32_t a = 0; a < h->shape.n_actions; a++) {
                    uint32_t to = h->shape.next[h->near[i] * h->shape.n_actions + a];
                    if (!seen[to]) {
                        seen[to] = true;
                        h->near[used++] = to;
                    }
                }
        }
        at[h->horizon + 1] = used;
    }
    free(seen);
}

/* Values of the maze with the dispenser known to stand in `goal`, at that cell, for every
 * depth: value iteration backwards from the horizon. */
static const double *known_values(struct hunter *h, uint32_t goal)
{
    const struct hunt *g = &h->shape;
    double *known = h->known + (size_t)goal * (h->horizon + 1);
    if (h->known_at[goal] == h->age)
        return known;
    memset(h->v[0], 0, g->n_cells * sizeof *h->v[0]);
    known[h->horizon] = 0;
    for (uint32_t d = h->horizon; d-- > 0;) {
        for (uint32_t s = 0; s < g->n_cells; s++) {
            double best = -HUGE_VAL;
            for (uint32_t i = s * g->n_actions; i < (s + 1) * g->n_actions; i++) {
                double pays = g->lands[i] && g->next[i] == goal ? g->theta * g->prize : 0;
                best = fmax(best, g->rew[i] + pays + h->ratio[d] * h->v[0][g->next[i]]);
            }
            h->v[1][s] = best;
        }
        double *swap = h->v[0];
        h->v[0] = h->v[1];
        h->v[1] = swap;
        known[d] = h->v[0][goal];
    }
    h->known_at[goal] = h->age;
    return known;
}

static void prepare_age(struct hunter *h, const struct plan *p)
{
    uint64_t age = h->stationary ? 1 : p->now;
    if (h->age == age)
        return;
    h->age = age;
    h->sure[h->horizon] = 0;
    for (uint32_t d = h->horizon; d-- > 0;) {
        double weight = discount_weight(&p->discount, p->now, d);
        double next = discount_weight(&p->discount, p->now, d + 1);
        h->ratio[d] = weight > 0 ? next / weight : 0;
        h->sure[d] =
            h->step_best + h->shape.theta * h->shape.prize + h->ratio[d] * h->sure[d + 1];
    }
}

bool hunter_fits(const struct plan *p)
{
    const struct hunt *g = hunt_of(p->model);
    return g && p->utility->of == utility_reward.of && g->prize >= 0 &&
           p->horizon <= HORIZON_MAX;
}

struct hunter *hunter_new(const struct plan *p)
{
    if (!hunter_fits(p))
        return NULL;
    const struct hunt *g = hunt_of(p->model);
    struct hunter *h = xcalloc(1, sizeof *h);
    uint32_t n = g->n_cells;
    h->shape = *g;
    h->horizon = p->horizon;
    h->stationary = discount_stationary(&p->discount);
    h->w = xcalloc(n, sizeof *h->w);
    h->ratio = xcalloc(h->horizon, sizeof *h->ratio);
    h->sure = xcalloc(h->horizon + 1, sizeof *h->sure);
    h->known = xcalloc((size_t)n * (h->horizon + 1), sizeof *h->known);
    h->known_at = xcalloc(n, sizeof *h->known_at);
    h->v[0] = xcalloc(n, sizeof *h->v[0]);
    h->v[1] = xcalloc(n, sizeof *h->v[1]);
    h->pool = xcalloc(n, sizeof *h->pool);
    h->mark = xcalloc(n, sizeof *h->mark);
    h->table = xcalloc(SLOTS, sizeof *h->table);
    h->frame = xcalloc(h->horizon, sizeof *h->frame);
    h->branches = xcalloc((size_t)h->horizon * g->n_actions, sizeof *h->branches);
    for (uint32_t d = 0; d < h->horizon; d++)
        h->frame[d].b = h->branches + (size_t)d * g->n_actions;
    h->step_best = -HUGE_VAL;
    for (uint32_t i = 0; i < n * g->n_actions; i++)
        h->step_best = fmax(h->step_best, g->rew[i]);
    for (uint32_t i = 0; i < n; i++)
        h->mark[i] = hash_mix(i + 1);
    measure(h);
    return h;
}

void hunter_free(struct hunter *h)
{
    if (!h)
        return;
    free(h->w);
    free(h->ratio);
    free(h->sure);
    free(h->near);
    free(h->near_at);
    free(h->known);
    free(h->known_at);
    free(h->v[0]);
    free(h->v[1]);
    free(h->pool);
    free(h->mark);
    free(h->table);
    free(h->frame);
    free(h->branches);
    free(h);
}

/* ---- the search */

/* Most that mass z can earn from depth on, standing in `cell`. */
static double bound(struct hunter *h, uint32_t cell, uint32_t depth, double z)
{
    const uint32_t *at = h->near_at + (size_t)cell * (h->horizon + 2);
    double value = 0, scale = 1, *pool = h->pool;
    uint32_t n = 0, from = at[0];
    for (uint32_t d = 1; depth < h->horizon; d++, depth++) {
        for (; from < at[d + 1]; from++)
            if (h->w[h->near[from]] > 0)
                pool[n++] = h->w[h->near[from]];
        uint32_t best = 0;
        for (uint32_t i = 1; i < n; i++)
            best = pool[i] > pool[best] ? i : best;
        double found = n ? fmin(h->shape.theta * pool[best], z) : 0;
        if (n)
            pool[best] *= 1 - h->shape.theta;
        value += scale * (z * h->step_best +
                          found * (h->shape.prize + h->ratio[depth] * h->sure[depth + 1]));
        z -= found;
        scale *= h->ratio[depth];
    }
    return value;
}

static void visit(struct hunter *h, const struct branch *b)
{
    if (b->w >= 0)
        h->w[b->next] = b->w;
}

static struct branch branch(struct hunter *h, uint32_t cell, uint32_t depth, double z,
                            uint32_t action)
{
    const struct hunt *g = &h->shape;
    uint32_t i = cell * g->n_actions + action;
    struct branch b = { .now = z * g->rew[i], .z = z, .w = -1, .next = g->next[i] };
    double w = h->w[b.next];
    if (g->lands[i] && w > 0) {
        double found = fmin(g->theta * w, z);
        b.now += found * (g->prize + h->ratio[depth] * known_values(h, b.next)[depth + 1]);
        b.z = z - found;
        b.w = w * (1 - g->theta);
    }
    visit(h, &b);
    b.most = b.now + h->ratio[depth] * bound(h, b.next, depth + 1, b.z);
    if (b.w >= 0)
        h->w[b.next] = w;
    return b;
}

static struct valued *slot(struct hunter *h, uint64_t key)
{
    struct valued *v = &h->table[key & (SLOTS - 1)];
    if (v->search != h->search || v->key != key)
        return NULL;
    return v;
}

/* Branches of a state, the most promising first. */
static void sort(struct branch *b, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        struct branch x = b[i];
        uint32_t k = i;
        for (; k && b[k - 1].most < x.most; k--)
            b[k] = b[k - 1];
        b[k] = x;
    }
}

/* Whether the search is over its limit or not wanted any more. */
static bool must_stop(struct hunter *h)
{
    h->stopped |= h->states >= h->limit ||
                  (h->cancel && atomic_load_explicit(h->cancel, memory_order_relaxed));
    return h->stopped;
}

/* Arrives in a state by a branch's visit. True: it is known, and its value is in *value. */
static bool arrive(struct hunter *h, uint32_t depth, uint32_t cell, double z,
                   uint64_t visits, double enough, double *value)
{
    uint64_t key = hash_mix(visits + hash_mix((uint64_t)depth << 32 | cell));
    const struct valued *known = slot(h, key);
    bool enough_known = known && (known->exact || known->value <= enough);
    *value = enough_known ? known->value : 0;
    if (enough_known || must_stop(h))
        return true;
    h->states++;
    struct frame *f = &h->frame[depth];
    *f = (struct frame){
        .b = f->b, .enough = enough, .best = -HUGE_VAL, .key = key, .visits = visits
    };
    for (uint32_t a = 0; a < h->shape.n_actions; a++)
        f->b[a] = branch(h, cell, depth, z, a);
    sort(f->b, h->shape.n_actions);
    return false;
}

/* Follows the branch of a frame; at most `enough` is enough to know when it is not more.
 * True: what it earns is in *value. */
static bool follow(struct hunter *h, uint32_t depth, double enough, double *value)
{
    struct frame *f = &h->frame[depth];
    const struct branch *b = &f->b[f->a];
    double ratio = h->ratio[depth];
    *value = b->now;
    if (depth + 1 == h->horizon || ratio <= 0)
        return true;
    f->w = h->w[b->next];
    visit(h, b);
    uint64_t visits = f->visits + (b->w >= 0 ? h->mark[b->next] : 0);
    if (!arrive(h, depth + 1, b->next, b->z, visits, (enough - b->now) / ratio, value))
        return false;
    *value = b->now + ratio * *value;
    h->w[b->next] = f->w;
    return true;
}

/* Its branch is known to earn `value`. */
static void take(struct frame *f, double value)
{
    f->exact |= value > fmax(f->best, f->enough);
    f->best = fmax(f->best, value);
    f->a++;
}

/* The value of the state, exact when it is above `enough` and an upper bound otherwise. */
static double leave(struct hunter *h, const struct frame *f)
{
    double best = f->best;
    if (!f->exact && f->a < h->shape.n_actions)
        best = fmax(best, f->b[f->a].most);
    h->table[f->key & (SLOTS - 1)] = (struct valued){ f->key, h->search, f->exact, best };
    return best;
}

/* What the root's branch earns. No recursion: a horizon may be longer than the program's
 * stack. */
static double walk(struct hunter *h, const struct branch *root)
{
    double value;
    h->frame[0].b[0] = *root;
    h->frame[0].a = 0;
    h->frame[0].visits = 0;
    if (follow(h, 0, -HUGE_VAL, &value))
        return value;
    for (uint32_t depth = 1; depth;) {
        struct frame *f = &h->frame[depth];
        double enough = fmax(f->best, f->enough);
        if (f->a < h->shape.n_actions && f->b[f->a].most > enough && !h->stopped) {
            if (follow(h, depth, enough, &value))
                take(f, value);
            else
                depth++;
            continue;
        }
        value = leave(h, f);
        f = &h->frame[--depth];
        value = f->b[f->a].now + h->ratio[depth] * value;
        h->w[f->b[f->a].next] = f->w;
        if (depth)
            take(f, value);
    }
    return value;
}

struct exact hunter_solve(struct hunter *h, const struct plan *p, uint64_t limit,
                          double *value)
{
    double z = 0;
    h->hunt = hunt_of(p->model);
    memcpy(h->w, h->hunt->w, h->shape.n_cells * sizeof *h->w);
    for (uint32_t i = 0; i < h->shape.n_cells; i++)
        z += h->w[i];
    prepare_age(h, p);
    h->search++;
    h->states = 0;
    h->limit = limit;
    h->cancel = p->cancel;
    h->stopped = false;
    for (uint32_t a = 0; a < h->shape.n_actions; a++) {
        struct branch b = branch(h, h->hunt->at, 0, z, a);
        value[a] = walk(h, &b) / z;
    }
    struct exact x = { .done = !h->stopped, .states = h->states };
    if (!x.done)
        x.estimate = pow(h->shape.n_actions, h->horizon);
    return x;
}
