#include "config.h"

#include "cross.h"

#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct fsm *world(const struct cross *c, size_t j)
{
    return j < c->n ? c->worlds->fsm[j] : c->truth->fsm[0];
}

/* [n_i][n_j] */
static double *table(const struct cross *c, size_t i, size_t j)
{
    size_t all = c->offset[c->n + 1], n_i = c->offset[i + 1] - c->offset[i];
    return c->value + c->offset[i] * all + n_i * c->offset[j];
}

/* Where the policy of f goes on when it has seen that. */
static uint32_t follow(const struct fsm *f, uint32_t state, unsigned a, uint32_t percept)
{
    const uint32_t *first = f->first + (size_t)state * f->n_actions + a;
    for (uint32_t k = first[0]; k < first[1]; k++)
        if (f->edge[k].percept == percept)
            return f->edge[k].next;
    return state;
}

/* What the reward of delay k + 1 weighs, that of delay k being 1. */
static double falls(const struct discount *d, uint32_t k)
{
    double weight = d->kind == DISCOUNT_GEOMETRIC ? 0 : discount_weight(d, 1, k);
    if (d->kind == DISCOUNT_GEOMETRIC)
        return d->gamma;
    return weight > 0 ? discount_weight(d, 1, k + 1) / weight : 0;
}

/* One cycle more, that of delay k: to = r + gamma from, of policy i in world j. */
static void back_up(const struct cross *c, size_t i, size_t j, double gamma,
                    const double *from, double *to)
{
    const struct fsm *f = c->worlds->fsm[i], *g = world(c, j);
    for (uint32_t x = 0; x < f->n_states; x++) {
        unsigned a = c->action[i * c->size + x];
        for (uint32_t y = 0; y < g->n_states; y++) {
            const uint32_t *first = g->first + (size_t)y * g->n_actions + a;
            double sum = 0;
            for (uint32_t k = first[0]; k < first[1]; k++) {
                const struct fsm_edge *e = &g->edge[k];
                uint32_t seen = j < c->n ? e->percept : c->percept[e->percept];
                size_t next = (size_t)follow(f, x, a, seen) * g->n_states + e->next;
                sum += e->p * ((fsm_reward(g, k) - c->lo) / c->range + gamma * from[next]);
            }
            to[(size_t)x * g->n_states + y] = sum;
        }
    }
}

/* V of the policy of hypothesis i in world j, in all states of both. */
static const double *values(struct cross *c, size_t i, size_t j)
{
    size_t n = (size_t)c->worlds->fsm[i]->n_states * world(c, j)->n_states;
    double *v = table(c, i, j), *from = c->scratch, *to = from + c->size * c->size;
    if (c->known[i * (c->n + 1) + j])
        return v;
    memset(from, 0, n * sizeof *from);
    for (uint32_t k = c->horizon; k--;) {
        back_up(c, i, j, falls(&c->discount, k), from, to);
        double *swap = from;
        from = to;
        to = swap;
    }
    for (size_t k = 0; k < n; k++)
        v[k] = from[k] / c->weight;
    c->known[i * (c->n + 1) + j] = true;
    return v;
}

double cross_value(struct cross *c, size_t i, size_t j)
{
    const struct automata *in = j < c->n ? c->worlds : c->truth;
    size_t k = j < c->n ? j : 0;
    return values(c, i, j)[(size_t)c->worlds->at[i] * in->fsm[k]->n_states + in->at[k]];
}

void cross_look(struct cross *c, struct model *worlds, struct model *truth)
{
    c->worlds = automata_of(worlds);
    c->truth = truth ? automata_of(truth) : NULL;
}

/* ---- opening */

static bool fits(const struct cross *c, const struct plan *p, struct model *truth,
                 const char *needs, struct err *err)
{
    const struct space *sp = &p->model->space;
    double all = 0;
    if (!c->worlds || (truth && !c->truth))
        return err_set(err,
                       "%s needs hypotheses that are automata, to compare what "
                       "policies are worth in them",
                       needs);
    if (!discount_stationary(&p->discount))
        return err_set(err, "%s needs a discount that weighs alike at every age", needs);
    if (sp->rew_min == sp->rew_max)
        return err_set(err, "%s needs a world in which rewards differ", needs);
    for (size_t i = 0; i < c->worlds->n; i++)
        all += c->worlds->fsm[i]->n_states;
    if (c->truth)
        all += c->truth->fsm[0]->n_states;
    return all <= CROSS_STATES ||
           err_set(err,
                   "%zu hypotheses have %.0f states together: %s compares their "
                   "policies in pairs, at most %d states",
                   c->worlds->n, all, needs, CROSS_STATES);
}

/* The first of the best actions of every state of every world. */
static void solve(struct cross *c, const struct plan *p)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct fsm *f = c->worlds->fsm[i];
        struct vi *vi = vi_new(f, p->utility, &p->discount, p->horizon);
        for (uint32_t x = 0; x < f->n_states; x++) {
            const double *q = vi_values(vi, x, 1);
            unsigned best = 0;
            for (unsigned a = 1; a < f->n_actions; a++)
                best = q[a] > q[best] ? a : best;
            c->action[i * c->size + x] = (uint8_t)best;
        }
        vi_free(vi);
    }
}

static void make_room(struct cross *c)
{
    size_t n = c->n;
    c->offset = xcalloc(n + 2, sizeof *c->offset);
    for (size_t i = 0; i <= n; i++) {
        size_t states = i < n || c->truth ? world(c, i)->n_states : 0;
        c->offset[i + 1] = c->offset[i] + states;
        c->size = states > c->size ? states : c->size;
    }
    c->action = xcalloc(n * c->size, 1);
    c->value = xcalloc(c->offset[n] * c->offset[n + 1], sizeof *c->value);
    c->known = xcalloc(n * (n + 1), sizeof *c->known);
    c->scratch = xcalloc(2 * c->size * c->size, sizeof *c->scratch);
}

static void number_percepts(struct cross *c)
{
    const struct alphabet *his = c->truth->percepts;
    c->percept = xcalloc(his->n, sizeof *c->percept);
    for (uint32_t k = 0; k < his->n; k++)
        c->percept[k] = alphabet_find(c->worlds->percepts, his->at[k]);
}

static double weight_of(const struct discount *d, uint32_t horizon)
{
    double weight = 0, first = discount_weight(d, 1, 0);
    for (uint32_t k = 0; k < horizon; k++)
        weight += discount_weight(d, 1, k) / first;
    return weight;
}

bool cross_init(struct cross *c, const struct plan *p, struct model *truth,
                const char *needs, struct err *err)
{
    const struct space *sp = &p->model->space;
    *c = (struct cross){ .discount = p->discount,
                         .horizon = p->horizon,
                         .lo = sp->rew_min,
                         .range = (double)sp->rew_max - sp->rew_min,
                         .weight = weight_of(&p->discount, p->horizon) };
    cross_look(c, p->model, truth);
    if (!fits(c, p, truth, needs, err))
        return false;
    c->n = c->worlds->n;
    make_room(c);
    if (truth)
        number_percepts(c);
    solve(c, p);
    return true;
}

void cross_release(struct cross *c)
{
    free(c->action);
    free(c->value);
    free(c->offset);
    free(c->known);
    free(c->percept);
    free(c->scratch);
}
