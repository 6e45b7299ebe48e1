#include "config.h"

#include "scene.h"

#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what policies look at */

/* Whether hypothesis k may begin in that state. */
static bool begins(const struct hidden *worlds, size_t k, uint32_t state)
{
    return worlds->b[k] ? worlds->b[k][state] > 0 : worlds->at[k] == state;
}

/* The label of an observation, or UINT32_MAX. */
static uint32_t label_of(const struct eyes *e, uint32_t obs)
{
    uint32_t lo = 0, hi = e->n_obs;
    while (lo < hi) {
        uint32_t k = lo + (hi - lo) / 2;
        if (e->obs[k] < obs)
            lo = k + 1;
        else
            hi = k;
    }
    return lo < e->n_obs && e->obs[lo] == obs ? lo : UINT32_MAX;
}

static int compare_obs(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void find_observations(struct eyes *e, const struct hidden *worlds)
{
    uint32_t n = 0, all = 0;
    for (size_t k = 0; k < worlds->n; k++)
        all += worlds->fsm[k]->percepts->n;
    e->obs = xcalloc(all + 1, sizeof *e->obs);
    for (size_t k = 0; k < worlds->n; k++)
        for (uint32_t i = 0; i < worlds->fsm[k]->percepts->n; i++)
            e->obs[n++] = worlds->fsm[k]->percepts->at[i].obs;
    qsort(e->obs, n, sizeof *e->obs, compare_obs);
    for (uint32_t i = 0; i < n; i++)
        if (!e->n_obs || e->obs[e->n_obs - 1] != e->obs[i])
            e->obs[e->n_obs++] = e->obs[i];
}

/* The label of the observation that leads back to the beginning of every world, or
 * UINT32_MAX: there is none, or not one. */
static uint32_t label_of_start(const struct eyes *e, const struct hidden *worlds)
{
    uint32_t label = UINT32_MAX;
    for (size_t k = 0; k < worlds->n; k++) {
        const struct fsm *f = worlds->fsm[k];
        uint32_t edges = f->first[(size_t)f->n_states * f->n_actions];
        for (uint32_t i = 0; i < edges; i++) {
            if (!begins(worlds, k, f->edge[i].next))
                continue;
            uint32_t x = label_of(e, f->percepts->at[f->edge[i].percept].obs);
            if (label != UINT32_MAX && label != x)
                return UINT32_MAX;
            label = x;
        }
    }
    return label;
}

void eyes_on_percepts(struct eyes *e, const struct hidden *worlds)
{
    *e = (struct eyes){ 0 };
    find_observations(e, worlds);
    e->n_labels = e->n_obs;
    e->start = label_of_start(e, worlds);
    if (e->start == UINT32_MAX)
        e->start = e->n_labels++;
}

void eyes_on_walk(struct eyes *e, const struct fsm *f)
{
    *e = (struct eyes){ .walks = f, .n_labels = f->n_states };
}

void eyes_release(struct eyes *e) { free(e->obs); }

uint32_t eyes_follow(const struct eyes *e, uint32_t label, unsigned a, struct percept p)
{
    if (!e->walks) {
        uint32_t next = label_of(e, p.obs);
        return next == UINT32_MAX ? label : next;
    }
    uint32_t percept = alphabet_find(e->walks->percepts, p);
    const uint32_t *first = e->walks->first + (size_t)label * e->walks->n_actions + a;
    for (uint32_t k = first[0]; k < first[1]; k++)
        if (e->walks->edge[k].percept == percept)
            return e->walks->edge[k].next;
    return label;
}

/* ---- the pairs */

struct pair {
    uint32_t state, label;
};

/* The number of a pair, which may be a new one. */
static uint32_t number(struct scene *s, struct pair *all, uint32_t state, uint32_t label)
{
    uint32_t *z = &s->index[(size_t)state * s->n_labels + label];
    if (*z == UINT32_MAX) {
        *z = s->n++;
        all[*z] = (struct pair){ state, label };
    }
    return *z;
}

void scene_init(struct scene *s, const struct hidden *worlds, size_t k,
                const struct eyes *e)
{
    const struct fsm *world = worlds->fsm[k];
    size_t most = (size_t)world->n_states * e->n_labels, cap = 64;
    struct pair *all = xcalloc(most, sizeof *all);
    uint32_t edges = 0;
    *s = (struct scene){ .n_actions = world->n_actions, .n_labels = e->n_labels };
    s->index = xcalloc(most, sizeof *s->index);
    memset(s->index, 0xff, most * sizeof *s->index);
    s->first = xcalloc(most * world->n_actions + 1, sizeof *s->first);
    s->edge = xcalloc(cap, sizeof *s->edge);
    for (uint32_t y = 0; y < world->n_states; y++)
        if (begins(worlds, k, y))
            number(s, all, y, e->start);
    for (uint32_t z = 0; z < s->n; z++)
        for (unsigned a = 0; a < s->n_actions; a++) {
            const uint32_t *first = world->first + (size_t)all[z].state * s->n_actions + a;
            for (uint32_t i = first[0]; i < first[1]; i++) {
                const struct fsm_edge *d = &world->edge[i];
                uint32_t label =
                    eyes_follow(e, all[z].label, a, world->percepts->at[d->percept]);
                if (edges == cap)
                    s->edge = xrealloc(s->edge, cap *= 2, sizeof *s->edge);
                s->edge[edges++] = (struct scene_edge){ d->p, fsm_reward(world, i),
                                                        number(s, all, d->next, label) };
            }
            s->first[(size_t)z * s->n_actions + a + 1] = edges;
        }
    s->label = xcalloc(s->n, sizeof *s->label);
    for (uint32_t z = 0; z < s->n; z++)
        s->label[z] = all[z].label;
    free(all);
}

void scene_release(struct scene *s)
{
    free(s->first);
    free(s->edge);
    free(s->label);
    free(s->index);
}

/* ---- what they are worth */

double scene_q(const struct scene *s, uint32_t z, unsigned a, double gamma, const double *v)
{
    const uint32_t *first = s->first + (size_t)z * s->n_actions + a;
    double sum = 0;
    for (uint32_t k = first[0]; k < first[1]; k++)
        sum += s->edge[k].p * (s->edge[k].reward + gamma * v[s->edge[k].next]);
    return sum;
}

static double back_up(const struct scene *s, const double *law, double gamma, uint32_t z,
                      const double *v)
{
    double sum = 0, best = -HUGE_VAL;
    for (unsigned a = 0; a < s->n_actions; a++) {
        double p = law ? law[(size_t)s->label[z] * s->n_actions + a] : 1;
        double q = p > 0 ? scene_q(s, z, a, gamma, v) : 0;
        sum += p * q;
        best = fmax(best, q);
    }
    return law ? sum : best;
}

/* Each sweep in place brings it closer by gamma at least. */
static void evaluate_endless(const struct scene *s, const double *law, double gamma,
                             double *v)
{
    double most = 0, change;
    for (uint32_t k = 0; k < s->first[(size_t)s->n * s->n_actions]; k++)
        most = fmax(most, fabs(s->edge[k].reward));
    do {
        change = 0;
        for (uint32_t z = s->n; z--;) {
            double was = v[z];
            v[z] = back_up(s, law, gamma, z, v);
            change = fmax(change, fabs(v[z] - was));
        }
    } while (change > 4e-16 * most / (1 - gamma));
}

void scene_evaluate(const struct scene *s, const double *law, double gamma,
                    uint32_t horizon, double *v, double *next)
{
    memset(v, 0, s->n * sizeof *v);
    if (!horizon) {
        evaluate_endless(s, law, gamma, v);
        return;
    }
    for (uint32_t k = 0; k < horizon; k++) {
        for (uint32_t z = 0; z < s->n; z++)
            next[z] = back_up(s, law, gamma, z, v);
        memcpy(v, next, s->n * sizeof *v);
    }
}
