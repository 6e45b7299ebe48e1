#include "config.h"

#include "walk_ground.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Weight of what comes after the last cycle of an endless plan, of all of it. */
static const double NEGLIGIBLE = 1e-10;
enum { STEPS_MAX = 1 << 20, SWEEPS = 8, DEPTH_LEAST = 64 };

/* Rewards that count; 0: too many. */
static uint32_t count_steps(const struct plan *p, bool endless)
{
    uint64_t h = endless ? discount_horizon(&p->discount, p->now, NEGLIGIBLE) : p->horizon;
    return h > STEPS_MAX ? 0 : (uint32_t)h;
}

static bool pays(const struct hunt *h, size_t i)
{
    return h->lands[i] && h->w[h->next[i]] > 0;
}

/* Whether some move to a cell that may pay does not, and is worth more than those that
 * do. */
static bool some_hold_back(const struct hunt *h)
{
    for (size_t s = 0; s < h->n_cells; s++)
        for (size_t i = s * h->n_actions; i < (s + 1) * h->n_actions; i++) {
            bool better = !pays(h, i) && h->w[h->next[i]] > 0;
            for (size_t k = s * h->n_actions; k < (s + 1) * h->n_actions; k++)
                better &=
                    !(pays(h, k) && h->next[k] == h->next[i] && h->rew[k] >= h->rew[i]);
            if (better)
                return true;
        }
    return false;
}

bool ground_fits(const struct plan *p, bool endless, struct err *err)
{
    const struct hunt *h = p->model ? hunt_of(p->model) : NULL;
    if (!h)
        return err_set(err,
                       "no walk: its model is not one hidden dispenser in a known maze");
    if (p->utility->of != utility_reward.of)
        return err_set(err, "no walk: the utility is not the reward");
    if (p->followed)
        return err_set(err, "no walk: one hypothesis is taken for the truth");
    if (!(h->theta > 0) || h->prize <= 0)
        return err_set(err, "no walk: the dispenser pays nothing");
    if (h->n_cells > WALK_CELLS)
        return err_set(err, "no walk: more than %d cells", WALK_CELLS);
    if (!count_steps(p, endless))
        return err_set(err, "no walk: more than %d cycles count", STEPS_MAX);
    if (some_hold_back(h))
        return err_set(err, "no walk: a better move than those that pay leads there, too");
    return true;
}

static uint32_t count_targets(const struct hunt *h)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < h->n_cells; i++)
        n += h->w[i] > 0;
    return n;
}

static uint32_t choose_depth(const struct hunt *h, uint32_t steps)
{
    double often = h->theta < 0.5 ? 0.5 / h->theta : 1;
    double depth = fmax(DEPTH_LEAST, SWEEPS * often * count_targets(h));
    return depth < steps ? (uint32_t)depth : steps;
}

double ground_bytes(const struct plan *p, bool endless)
{
    const struct hunt *h = hunt_of(p->model);
    double n = h->n_cells, steps = count_steps(p, endless);
    return n * n * sizeof(uint16_t) + steps * (n + 4) * sizeof(double) +
           choose_depth(h, (uint32_t)steps) * n * (WALK_COUNTS + 1) * sizeof(double);
}

/* ---- cells and moves */

/* Numbers the cells that can be reached, the nearest first; returns how many. */
static uint32_t number_cells(struct ground *g, const struct hunt *h)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < h->n_cells; i++)
        g->number[i] = NOWHERE;
    g->number[h->at] = n;
    g->cell[n++] = h->at;
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t a = 0; a < h->n_actions; a++) {
            uint32_t to = h->next[g->cell[k] * h->n_actions + a];
            if (g->number[to] == NOWHERE) {
                g->number[to] = n;
                g->cell[n++] = to;
            }
        }
    return n;
}

static int32_t best_step(const struct ground *g, const struct hunt *h)
{
    int32_t best = INT32_MIN;
    for (uint32_t k = 0; k < g->n; k++)
        for (uint32_t a = 0; a < h->n_actions; a++) {
            int32_t rew = h->rew[g->cell[k] * h->n_actions + a];
            best = rew > best ? rew : best;
        }
    return best;
}

/* Takes in a move to `to`; one that pays, and then a cheaper one, takes another's place. */
static uint32_t take_arc(struct walk_arc *arc, uint32_t n, struct walk_arc new, bool pays)
{
    uint32_t k = 0;
    while (k < n && arc[k].to != new.to)
        k++;
    if (k == n) {
        arc[n] = new;
        return n + 1;
    }
    if (pays && new.cost < arc[k].cost)
        arc[k] = new;
    return n;
}

static void lay_arcs(struct ground *g, const struct hunt *h)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < g->n; k++) {
        uint32_t from = n;
        g->first[k] = n;
        for (int second = 0; second < 2; second++) /* those that pay first */
            for (uint32_t a = 0; a < h->n_actions; a++) {
                size_t i = g->cell[k] * h->n_actions + a;
                uint32_t to = g->number[h->next[i]];
                bool paying = pays(h, i) || !(h->w[h->next[i]] > 0);
                struct walk_arc arc = { to, (uint8_t)a, g->best - h->rew[i] };
                if (paying != second)
                    n = from + take_arc(g->arc + from, n - from, arc, paying);
            }
    }
    g->first[g->n] = n;
}

const struct walk_arc *ground_arc(const struct ground *g, uint32_t from, uint32_t to)
{
    for (uint32_t a = g->first[from]; a < g->first[from + 1]; a++)
        if (g->arc[a].to == to)
            return &g->arc[a];
    return NULL;
}

static void measure(struct ground *g)
{
    uint32_t n = g->n, *queue = xcalloc(n, sizeof *queue);
    memset(g->far, 0xff, (size_t)n * n * sizeof *g->far);
    for (uint32_t from = 0; from < n; from++) {
        uint16_t *far = g->far + (size_t)from * n;
        uint32_t last = 0;
        far[from] = 0;
        queue[last++] = from;
        for (uint32_t k = 0; k < last; k++)
            for (uint32_t a = g->first[queue[k]]; a < g->first[queue[k] + 1]; a++)
                if (far[g->arc[a].to] == UINT16_MAX) {
                    far[g->arc[a].to] = (uint16_t)(far[queue[k]] + 1);
                    queue[last++] = g->arc[a].to;
                }
    }
    free(queue);
}

/* ---- worth */

static void weigh_cycles(struct ground *g, const struct plan *p)
{
    double first = discount_weight(&p->discount, p->now, 0);
    for (uint32_t t = 1; t <= g->steps; t++)
        g->d[t] = first > 0 ? discount_weight(&p->discount, p->now, t - 1) / first : t == 1;
    for (uint32_t t = g->steps + 1; t-- > 0;)
        g->ahead[t] = g->d[t] + g->ahead[t + 1];
}

/* What is to go after cycle t on top of the base, for all cells, the dispenser known to
 * stand in `goal`: value iteration; to[t * n + i]. */
static void solve_known(const struct ground *g, uint32_t goal, double *to)
{
    memset(to + (size_t)g->steps * g->n, 0, g->n * sizeof *to);
    for (uint32_t t = g->steps; t-- > 0;)
        for (uint32_t i = 0; i < g->n; i++) {
            double best = -HUGE_VAL;
            for (uint32_t a = g->first[i]; a < g->first[i + 1]; a++) {
                const struct walk_arc *arc = &g->arc[a];
                double now = (arc->to == goal ? g->theta * g->prize : 0) - arc->cost;
                best = fmax(best, g->d[t + 1] * now + to[(size_t)(t + 1) * g->n + arc->to]);
            }
            to[(size_t)t * g->n + i] = best;
        }
}

/* Whether staying with a found dispenser costs nothing, wherever it stands. */
static bool all_may_stay(const struct ground *g)
{
    for (uint32_t i = 0; i < g->n; i++) {
        const struct walk_arc *stay = ground_arc(g, i, i);
        if (g->w[i] > 0 && (!stay || stay->cost > 0))
            return false;
    }
    return true;
}

static void find_gains(struct ground *g)
{
    double prize = g->prize;
    bool simple = all_may_stay(g);
    size_t n = g->n;
    g->columns = simple ? 1 : g->n;
    g->gain = xcalloc((g->steps + 2) * (size_t)g->columns, sizeof *g->gain);
    double *to = simple ? NULL : xcalloc((g->steps + 2) * n, sizeof *to);
    for (uint32_t i = 0; i < g->columns; i++) {
        if (!simple && g->w[i] > 0)
            solve_known(g, i, to);
        for (uint32_t t = 1; t <= g->steps; t++)
            g->gain[(size_t)t * g->columns + i] =
                g->d[t] * prize +
                (simple ? g->theta * prize * g->ahead[t + 1] : to[(size_t)t * n + i]);
    }
    free(to);
    for (uint32_t t = g->steps; t > 0; t--) {
        g->most[t] = g->most[t + 1];
        for (uint32_t i = 0; i < g->n; i++)
            if (g->w[i] > 0)
                g->most[t] = fmax(g->most[t], ground_gain(g, t, i));
    }
}

/* The mass that is left when each cycle finds the largest piece there is. */
static void leave_least(struct ground *g)
{
    double *w = xcalloc(g->n, sizeof *w), z = 1;
    memcpy(w, g->w, g->n * sizeof *w);
    for (uint32_t t = 0; t <= g->depth; t++) {
        uint32_t best = 0;
        g->left[t] = fmax(0, z);
        for (uint32_t i = 1; i < g->n; i++)
            best = w[i] > w[best] ? i : best;
        z -= g->theta * w[best];
        w[best] *= g->q;
    }
    free(w);
}

static void take_weights(struct ground *g, const struct hunt *h)
{
    double z = 0;
    for (uint32_t i = 0; i < h->n_cells; i++) /* what cannot be reached is never found */
        z += h->w[i];
    for (uint32_t i = 0; i < g->n; i++)
        g->w[i] = h->w[g->cell[i]] / z;
}

static struct ground *make_room(const struct hunt *h, uint32_t steps)
{
    struct ground *g = xcalloc(1, sizeof *g);
    g->n_cells = h->n_cells;
    g->steps = steps;
    g->depth = choose_depth(h, steps);
    g->number = xcalloc(h->n_cells, sizeof *g->number);
    g->cell = xcalloc(h->n_cells, sizeof *g->cell);
    g->n = number_cells(g, h);
    g->first = xcalloc((size_t)g->n + 1, sizeof *g->first);
    g->arc = xcalloc((size_t)g->n * h->n_actions, sizeof *g->arc);
    g->w = xcalloc(g->n, sizeof *g->w);
    g->d = xcalloc((size_t)steps + 2, sizeof *g->d);
    g->ahead = xcalloc((size_t)steps + 2, sizeof *g->ahead);
    g->most = xcalloc((size_t)steps + 2, sizeof *g->most);
    g->left = xcalloc((size_t)g->depth + 1, sizeof *g->left);
    g->far = xcalloc((size_t)g->n * g->n, sizeof *g->far);
    return g;
}

struct ground *ground_new(const struct plan *p, bool endless)
{
    const struct hunt *h = hunt_of(p->model);
    struct ground *g = make_room(h, count_steps(p, endless));
    g->theta = h->theta;
    g->q = 1 - h->theta;
    g->prize = h->prize;
    g->best = best_step(g, h);
    take_weights(g, h);
    lay_arcs(g, h);
    measure(g);
    weigh_cycles(g, p);
    find_gains(g);
    leave_least(g);
    g->base = g->best * g->ahead[1];
    if (endless) {
        double first = discount_weight(&p->discount, p->now, 0);
        double tail = discount_tail(&p->discount, p->now, g->steps) / first;
        g->after = tail * p->model->space.rew_min;
        g->beyond = tail * p->model->space.rew_max;
    }
    for (uint32_t i = 0; i < g->n; i++)
        if (g->w[i] >= 1) {
            g->known = xcalloc(((size_t)g->steps + 2) * g->n, sizeof *g->known);
            solve_known(g, i, g->known);
        }
    return g;
}

void ground_free(struct ground *g)
{
    if (!g)
        return;
    free(g->first);
    free(g->arc);
    free(g->cell);
    free(g->number);
    free(g->w);
    free(g->d);
    free(g->ahead);
    free(g->gain);
    free(g->most);
    free(g->left);
    free(g->far);
    free(g->known);
    free(g);
}

double ground_value(const struct ground *g, const uint32_t *path, bool pays, uint32_t *c)
{
    double value = g->base, z = 1;
    uint32_t at = g->start;
    memset(c, 0, g->n * sizeof *c);
    for (uint32_t t = 1; t <= g->steps; t++) {
        uint32_t to = path[t];
        double found = pays ? g->w[to] * g->theta * pow(g->q, c[to]++) : 0;
        value += found * ground_gain(g, t, to) - g->d[t] * ground_cost(g, at, to) * z;
        z -= found;
        at = to;
        pays = true;
    }
    return value;
}
