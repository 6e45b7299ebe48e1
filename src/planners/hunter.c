#include "config.h"

#include "expectimax.h"
#include "hash.h"
#include "hunt.h"
#include "xalloc.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Exact search for one hidden dispenser. As long as it has not been found, a belief is the
 * cell the agent stands in and how often each cell was visited in vain; once it pays, what
 * is left is a known world. Values here are not normalised: they are sums over the mass of
 * hypotheses, so that a fruitless visit costs one multiplication.
 *
 * The upper bound that prunes: every mass, found or not, gets at most the best reward of a
 * step; and at each step j at most the largest weight is found that lies within reach and
 * was not taken for an earlier step. Taking the largest first is best, because what a find
 * is worth falls with j. */

enum { HORIZON_MAX = 500, TABLE_BITS = 17, NEAR_MAX = 1 << 24 };

/* A cell whose dispenser an agent may be paid by after `dist` actions. */
struct near {
    uint32_t cell, dist;
};

struct entry {
    uint64_t key;
    double value;
    uint64_t solve; /* the call of hunter_solve() it belongs to */
};

struct hunter {
    struct hunt maze;  /* its arrays are the model's, constant but for w */
    uint32_t horizon;  /* */
    double best_rew;   /* of any step */
    double *w;         /* [n_cells] weights along the path now searched */
    double *weight;    /* [horizon + 1] of the reward at depth k */
    double *tail;      /* [horizon + 1] sum of the weights from depth k on */
    double *find;      /* [horizon + 1] most that finding a unit of mass adds, falling */
    struct near *near; /* by cell, then rising distance, up to the horizon */
    size_t *first;     /* [n_cells + 1] into near */
    double *found;     /* [n_cells][horizon + 1] value of a find at depth k; NAN: unknown */
    double *row[2];    /* [n_cells] scratch of that */
    double *free_w;    /* [horizon + 1] scratch of the bound */
    uint64_t *mark;    /* [n_cells] random word of a fruitless visit */
    struct entry *table; /* [1 << TABLE_BITS] */
    uint64_t solves;     /* */
    uint64_t age;        /* for which the tables of the discount hold; 0: none */
    const struct plan *plan;
    uint64_t states, limit;
    bool stopped;
    double slack; /* below this a difference is rounding */
};

/* ---- tables */

static void weigh(struct hunter *h, const struct plan *p)
{
    double now = discount_weight(&p->discount, p->now, 0);
    uint32_t m = h->horizon;
    h->weight[m] = h->tail[m] = h->find[m] = 0;
    for (uint32_t k = m; k-- > 0;) {
        /* the first weight is 1 by definition, even past a lifetime */
        h->weight[k] = now > 0 ? discount_weight(&p->discount, p->now, k) / now : k == 0;
        h->tail[k] = h->tail[k + 1] + h->weight[k];
        double worth = h->maze.prize * (h->weight[k] + h->maze.theta * h->tail[k + 1]);
        h->find[k] = fmax(worth, h->find[k + 1]);
    }
    for (size_t i = 0; i < (size_t)h->maze.n_cells * (m + 1); i++)
        h->found[i] = NAN;
    h->age = p->now;
}

/* Fills found[goal][.]: what a unit of mass is still worth in `goal` when the dispenser is
 * known to be there, by value iteration. */
static void value_find(struct hunter *h, uint32_t goal)
{
    const struct hunt *z = &h->maze;
    double *now = h->row[0], *later = h->row[1];
    memset(later, 0, z->n_cells * sizeof *later);
    for (uint32_t k = h->horizon + 1; k-- > 0;) {
        for (uint32_t s = 0; k < h->horizon && s < z->n_cells; s++) {
            now[s] = -DBL_MAX;
            for (uint32_t a = 0; a < z->n_actions; a++) {
                size_t i = (size_t)s * z->n_actions + a;
                double r = z->rew[i];
                if (z->lands[i] && z->next[i] == goal)
                    r += z->theta * z->prize;
                now[s] = fmax(now[s], h->weight[k] * r + later[z->next[i]]);
            }
        }
        if (k < h->horizon) {
            double *swap = now;
            now = later;
            later = swap;
        }
        h->found[(size_t)goal * (h->horizon + 1) + k] = later[goal];
    }
}

static double find_value(struct hunter *h, uint32_t goal, uint32_t k)
{
    double *v = &h->found[(size_t)goal * (h->horizon + 1) + k];
    if (isnan(*v))
        value_find(h, goal);
    return *v;
}

/* Cells by their distance in actions from s, breadth first; queue and dist are scratch. */
static size_t find_near(const struct hunter *h, uint32_t s, struct near *out,
                        uint32_t *queue, uint32_t *dist, uint32_t *paid)
{
    const struct hunt *z = &h->maze;
    size_t n = 0;
    uint32_t head = 0, tail = 0;
    memset(dist, 0xff, z->n_cells * sizeof *dist);
    memset(paid, 0xff, z->n_cells * sizeof *paid);
    dist[s] = 0;
    queue[tail++] = s;
    while (head < tail) {
        uint32_t x = queue[head++];
        if (dist[x] == h->horizon)
            break;
        for (uint32_t a = 0; a < z->n_actions; a++) {
            size_t i = (size_t)x * z->n_actions + a;
            uint32_t y = z->next[i], d = dist[x] + 1;
            if (z->lands[i] && paid[y] == UINT32_MAX) {
                paid[y] = d;
                if (out)
                    out[n] = (struct near){ y, d };
                n++;
            }
            if (dist[y] == UINT32_MAX) {
                dist[y] = d;
                queue[tail++] = y;
            }
        }
    }
    return n;
}

/* False when the lists would be too long. */
static bool map_near(struct hunter *h)
{
    uint32_t n = h->maze.n_cells;
    uint32_t *scratch = xcalloc(3 * (size_t)n, sizeof *scratch);
    bool ok = true;
    for (uint32_t s = 0; ok && s < n; s++) {
        h->first[s + 1] =
            h->first[s] + find_near(h, s, NULL, scratch, scratch + n, scratch + 2 * n);
        ok = h->first[s + 1] <= NEAR_MAX;
    }
    if (ok)
        h->near = xcalloc(h->first[n] + 1, sizeof *h->near);
    for (uint32_t s = 0; ok && s < n; s++)
        find_near(h, s, h->near + h->first[s], scratch, scratch + n, scratch + 2 * n);
    free(scratch);
    return ok;
}

/* ---- the bound */

/* Puts x into the falling list q of *n, which keeps at most `most`. */
static void insert(double *q, uint32_t *n, uint32_t most, double x)
{
    uint32_t i = *n < most ? (*n)++ : most;
    if (i == most && (most == 0 || q[--i] >= x))
        return;
    for (; i > 0 && q[i - 1] < x; i--)
        q[i] = q[i - 1];
    q[i] = x;
}

/* At least what the mass z, not found at depth k in cell s, is worth. */
static double bound(struct hunter *h, uint32_t s, uint32_t k, double z)
{
    const struct near *at = h->near + h->first[s], *end = h->near + h->first[s + 1];
    double value = z * h->best_rew * h->tail[k], *q = h->free_w;
    uint32_t n = 0, left = h->horizon - k;
    for (uint32_t j = 1; left > 0; j++, left--) {
        for (; at < end && at->dist == j; at++)
            if (h->w[at->cell] > 0)
                insert(q, &n, left, h->w[at->cell]);
        if (!n)
            continue;
        double x = q[0];
        value += h->maze.theta * x * h->find[k + j - 1];
        memmove(q, q + 1, --n * sizeof *q);
        if (h->maze.theta < 1)
            insert(q, &n, left - 1, x * (1 - h->maze.theta));
        else if (n >= left)
            n = left - 1;
    }
    return value;
}

/* ---- the search */

/* An action at a belief: what it is worth at once, what may be left, and how to undo it. */
struct branch {
    uint32_t next;
    double now, limit; /* limit: upper bound of the whole */
    double mass;       /* found by it */
};

static double search(struct hunter *h, uint32_t s, uint32_t k, double z, uint64_t visits);

static struct branch look(struct hunter *h, uint32_t s, uint32_t a, uint32_t k, double z)
{
    const struct hunt *maze = &h->maze;
    size_t i = (size_t)s * maze->n_actions + a;
    struct branch b = { .next = maze->next[i], .now = h->weight[k] * maze->rew[i] * z };
    double w = h->w[b.next];
    if (maze->lands[i] && w > 0) {
        b.mass = maze->theta * w;
        b.now += b.mass * (h->weight[k] * maze->prize + find_value(h, b.next, k + 1));
        h->w[b.next] = w - b.mass;
    }
    b.limit = b.now + bound(h, b.next, k + 1, z - b.mass);
    h->w[b.next] = w;
    return b;
}

static double follow(struct hunter *h, const struct branch *b, uint32_t k, double z,
                     uint64_t visits)
{
    double w = h->w[b->next];
    h->w[b->next] = w - b->mass;
    double v = search(h, b->next, k + 1, z - b->mass,
                      b->mass > 0 ? visits + h->mark[b->next] : visits);
    h->w[b->next] = w;
    return b->now + v;
}

/* The belief state is new: counts it and heeds the limit and the wish to stop. */
static bool enter(struct hunter *h)
{
    if (h->stopped)
        return false;
    if (++h->states > h->limit)
        h->stopped = true;
    if (!(h->states & 1023) && h->plan->cancel &&
        atomic_load_explicit(h->plan->cancel, memory_order_relaxed))
        h->stopped = true;
    return !h->stopped;
}

static double search(struct hunter *h, uint32_t s, uint32_t k, double z, uint64_t visits)
{
    struct branch b[ACTIONS_MAX];
    uint32_t n = h->maze.n_actions;
    if (k == h->horizon)
        return 0;
    uint64_t key = hash_mix(visits ^ hash_mix((uint64_t)s << 32 | k));
    struct entry *seen = &h->table[key >> (64 - TABLE_BITS)];
    if (seen->key == key && seen->solve == h->solves)
        return seen->value;
    if (!enter(h))
        return 0;
    for (uint32_t a = 0; a < n; a++) {
        struct branch x = look(h, s, a, k, z);
        uint32_t i = a;
        for (; i > 0 && b[i - 1].limit < x.limit; i--)
            b[i] = b[i - 1];
        b[i] = x;
    }
    double best = -DBL_MAX;
    for (uint32_t i = 0; i < n && b[i].limit > best + h->slack; i++)
        best = fmax(best, follow(h, &b[i], k, z, visits));
    if (!h->stopped)
        *seen = (struct entry){ key, best, h->solves };
    return best;
}

struct exact hunter_solve(struct hunter *h, const struct plan *p, uint64_t limit,
                          double *value)
{
    const struct hunt *now = p->model->ops->hunt(p->model);
    double z = 0;
    assert(p->horizon == h->horizon);
    if (h->age == 0 || (h->age != p->now && !discount_stationary(&p->discount)))
        weigh(h, p);
    for (uint32_t c = 0; c < h->maze.n_cells; c++)
        z += h->w[c] = now->w[c];
    double most = (fabs(h->best_rew) + h->maze.prize) * h->tail[0];
    h->slack = 1e-14 * z * fmax(1, most);
    h->plan = p;
    h->states = 0;
    h->limit = limit;
    h->stopped = false;
    h->solves++;
    for (uint32_t a = 0; a < h->maze.n_actions && !h->stopped; a++) {
        struct branch b = look(h, now->at, a, 0, z);
        value[a] = follow(h, &b, 0, z, 0) / z;
    }
    return (struct exact){ .done = !h->stopped,
                           .states = h->states,
                           .estimate = h->stopped ? pow(h->maze.n_actions, h->horizon)
                                                  : (double)h->states };
}

/* ---- opening */

static double best_reward(const struct hunt *z)
{
    double best = -DBL_MAX;
    for (size_t i = 0; i < (size_t)z->n_cells * z->n_actions; i++)
        best = fmax(best, z->rew[i]);
    return best;
}

struct hunter *hunter_new(const struct plan *p)
{
    const struct hunt *z = p->model->ops->hunt ? p->model->ops->hunt(p->model) : NULL;
    if (!z || p->utility != utility_reward || z->prize < 0 || p->horizon > HORIZON_MAX)
        return NULL;
    struct hunter *h = xcalloc(1, sizeof *h);
    size_t n = z->n_cells, m = p->horizon + 1;
    h->maze = *z;
    h->horizon = p->horizon;
    h->best_rew = best_reward(z);
    h->first = xcalloc(n + 1, sizeof *h->first);
    if (!map_near(h)) {
        hunter_free(h);
        return NULL;
    }
    h->w = xcalloc(n, sizeof *h->w);
    h->weight = xcalloc(m, sizeof *h->weight);
    h->tail = xcalloc(m, sizeof *h->tail);
    h->find = xcalloc(m, sizeof *h->find);
    h->found = xcalloc(n * m, sizeof *h->found);
    h->row[0] = xcalloc(n, sizeof *h->row[0]);
    h->row[1] = xcalloc(n, sizeof *h->row[1]);
    h->free_w = xcalloc(m + 1, sizeof *h->free_w);
    h->mark = xcalloc(n, sizeof *h->mark);
    for (size_t c = 0; c < n; c++)
        h->mark[c] = hash_mix(c);
    h->table = xcalloc(1 << TABLE_BITS, sizeof *h->table);
    return h;
}

void hunter_free(struct hunter *h)
{
    if (!h)
        return;
    free(h->first);
    free(h->near);
    free(h->w);
    free(h->weight);
    free(h->tail);
    free(h->find);
    free(h->found);
    free(h->row[0]);
    free(h->row[1]);
    free(h->free_w);
    free(h->mark);
    free(h->table);
    free(h);
}
