#include "config.h"

#include "pomdp.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Chances of the states of hypothesis k; NULL: it is in at[k] for certain. */
static const double *chances(const struct hidden *h, size_t k)
{
    return h->b ? h->b[k] : NULL;
}

/* ---- which states there are */

static size_t place_of(const struct pomdp *p, const struct fsm *f)
{
    size_t k = 0;
    while (k < p->n_from && p->from[k] != f)
        k++;
    return k;
}

/* The automata that a hypothesis of positive weight is about, each once. Families share one
 * automaton or none, and then follow each other: the last is looked at first. */
static void gather(struct pomdp *p, const struct hidden *h)
{
    p->from = xcalloc(h->n, sizeof *p->from);
    p->offset = xcalloc(h->n + 1, sizeof *p->offset);
    for (size_t k = 0; k < h->n; k++) {
        const struct fsm *f = h->fsm[k];
        if (!(h->w[k] > 0) || (k && h->fsm[k - 1] == f) || place_of(p, f) < p->n_from)
            continue;
        p->from[p->n_from++] = f;
        p->offset[p->n_from] = p->offset[p->n_from - 1] + f->n_states;
    }
}

struct search {
    struct pomdp *p;
    uint32_t *queue; /* states of the union, as they are reached */
    size_t n;
};

static void reach(struct search *r, size_t k, uint32_t s)
{
    size_t i = r->p->offset[k] + s;
    if (r->p->number[i] != UINT32_MAX)
        return;
    r->p->number[i] = 0;
    r->queue[r->n++] = (uint32_t)i;
}

static void reach_start(struct search *r, const struct hidden *h)
{
    for (size_t k = 0; k < h->n; k++) {
        if (!(h->w[k] > 0))
            continue;
        size_t at = place_of(r->p, h->fsm[k]);
        const double *b = chances(h, k);
        if (!b)
            reach(r, at, h->at[k]);
        for (uint32_t s = 0; b && s < h->fsm[k]->n_states; s++)
            if (b[s] > 0)
                reach(r, at, s);
    }
}

static size_t owner(const struct pomdp *p, size_t i)
{
    size_t low = 0, high = p->n_from;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (p->offset[middle] <= i)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Marks all that can be reached; returns the number of edges. */
static size_t reach_all(struct search *r, const struct hidden *h)
{
    size_t edges = 0;
    reach_start(r, h);
    for (size_t i = 0; i < r->n; i++) {
        size_t k = owner(r->p, r->queue[i]);
        const struct fsm *f = r->p->from[k];
        size_t row = (r->queue[i] - r->p->offset[k]) * f->n_actions;
        for (uint32_t e = f->first[row]; e < f->first[row + f->n_actions]; e++) {
            reach(r, k, f->edge[e].next);
            edges += f->edge[e].p > 0;
        }
    }
    return edges;
}

/* Numbers the states that were reached, in the order of the automata: neighbours there are
 * neighbours here. */
static void number(struct pomdp *p)
{
    for (size_t i = 0; i < p->offset[p->n_from]; i++)
        if (p->number[i] != UINT32_MAX)
            p->number[i] = p->n_states++;
}

/* ---- what they do */

static int by_percept(const void *a, const void *b)
{
    const struct pomdp_edge *x = a, *y = b;
    if (x->percept != y->percept)
        return x->percept < y->percept ? -1 : 1;
    return (x->next > y->next) - (x->next < y->next);
}

/* Sorts the n edges of one row, joins those with one percept and one end, and lets them sum
 * to 1: n_left of them stay. */
static size_t tidy(struct pomdp_edge *e, size_t n)
{
    size_t left = 0;
    double sum = 0;
    qsort(e, n, sizeof *e, by_percept);
    for (size_t i = 0; i < n; i++) {
        sum += e[i].p;
        if (left && !by_percept(e + left - 1, e + i))
            e[left - 1].p += e[i].p;
        else
            e[left++] = e[i];
    }
    for (size_t i = 0; i < left; i++)
        e[i].p /= sum;
    return left;
}

/* Where the edges of one automaton come from. */
struct source {
    const struct fsm *f;
    const uint32_t *number;  /* of its states */
    const uint32_t *percept; /* of its percepts, in common */
    const struct utility *u;
};

/* Copies a row of state and action to the end of p's; returns its expected utility. */
static double copy_row(struct pomdp *p, size_t *n, const struct source *s, size_t row)
{
    struct pomdp_edge *to = p->edge + *n;
    size_t count = 0;
    double worth = 0, sum = 0;
    for (uint32_t i = s->f->first[row]; i < s->f->first[row + 1]; i++) {
        const struct fsm_edge *e = &s->f->edge[i];
        if (!(e->p > 0))
            continue;
        struct outcome o = { .e = s->f->percepts->at[e->percept],
                             .worth = s->f->worth ? s->f->worth[i] : 0 };
        worth += e->p * s->u->of(s->u, NULL, &o);
        sum += e->p;
        to[count++] =
            (struct pomdp_edge){ e->p, s->number[e->next], s->percept[e->percept] };
    }
    *n += tidy(to, count);
    return worth / sum;
}

/* The percepts of an automaton, numbered in common. */
static uint32_t *common(struct pomdp *p, const struct fsm *f)
{
    uint32_t *to = xcalloc(f->percepts->n, sizeof *to);
    for (uint32_t e = 0; e < f->percepts->n; e++)
        to[e] = alphabet_add(&p->percepts, f->percepts->at[e]);
    return to;
}

static void copy_rows(struct pomdp *p, uint32_t *const *percept, const struct utility *u)
{
    size_t n = 0;
    for (unsigned a = 0; a < p->n_actions; a++) {
        for (size_t k = 0; k < p->n_from; k++) {
            const uint32_t *number = p->number + p->offset[k];
            struct source s = { p->from[k], number, percept[k], u };
            for (uint32_t i = 0; i < s.f->n_states; i++) {
                if (number[i] == UINT32_MAX)
                    continue;
                size_t row = (size_t)a * p->n_states + number[i];
                p->first[row] = n;
                p->reward[row] = copy_row(p, &n, &s, (size_t)i * p->n_actions + a);
            }
        }
    }
    p->first[(size_t)p->n_actions * p->n_states] = n;
}

static void fill(struct pomdp *p, size_t edges, const struct utility *u)
{
    size_t rows = (size_t)p->n_actions * p->n_states;
    uint32_t **percept = xcalloc(p->n_from, sizeof *percept);
    for (size_t k = 0; k < p->n_from; k++)
        percept[k] = k && p->from[k]->percepts == p->from[k - 1]->percepts
                         ? percept[k - 1]
                         : common(p, p->from[k]);
    p->first = xcalloc(rows + 1, sizeof *p->first);
    p->edge = xcalloc(edges, sizeof *p->edge);
    p->reward = xcalloc(rows, sizeof *p->reward);
    p->start = xcalloc(p->n_states, sizeof *p->start);
    copy_rows(p, percept, u);
    for (size_t k = 0; k < p->n_from; k++)
        if (!k || percept[k] != percept[k - 1])
            free(percept[k]);
    free(percept);
}

/* ---- the whole */

static bool fits(const struct hidden *h, const struct utility *u, struct err *err)
{
    if (!h)
        return err_set(err, "the model is not made of finite automata");
    if (u->memory_size || u->wants & ~(unsigned)WANT_WORTH)
        return err_set(err, "a certified plan needs a utility of the percept alone");
    return true;
}

/* False when the states reached, with so many edges, are more than max. */
static bool few(size_t n, size_t edges, size_t max, struct err *err)
{
    double bytes = (double)edges * sizeof(struct pomdp_edge);
    return n <= max ||
           err_set(err,
                   "%zu hidden states can be reached, and %zu are allowed: their "
                   "%zu transitions would take %.3g MB",
                   n, max, edges, bytes / 1e6);
}

struct pomdp *pomdp_of(struct model *m, const struct utility *u, size_t max_states,
                       struct err *err)
{
    const struct hidden *h = hidden_of(m);
    if (!fits(h, u, err))
        return NULL;
    struct pomdp *p = xcalloc(1, sizeof *p);
    p->n_actions = m->space.n_actions;
    gather(p, h);
    size_t all = p->offset[p->n_from];
    p->number = xcalloc(all, sizeof *p->number);
    memset(p->number, 0xff, all * sizeof *p->number);
    struct search r = { p, xcalloc(all, sizeof *r.queue), 0 };
    size_t edges = reach_all(&r, h);
    free(r.queue);
    if (!few(r.n, edges, max_states, err)) {
        pomdp_free(p);
        return NULL;
    }
    number(p);
    fill(p, edges, u);
    pomdp_belief(p, m, p->start);
    return p;
}

void pomdp_free(struct pomdp *p)
{
    if (!p)
        return;
    free(p->first);
    free(p->edge);
    free(p->reward);
    free(p->start);
    alphabet_release(&p->percepts);
    free(p->from);
    free(p->offset);
    free(p->number);
    free(p);
}

/* ---- beliefs */

/* Adds weight w in state s of automaton k; false when it could not be reached. */
static bool put(const struct pomdp *p, double *b, size_t k, uint32_t s, double w)
{
    if (!(w > 0))
        return true;
    uint32_t n = k < p->n_from ? p->number[p->offset[k] + s] : UINT32_MAX;
    if (n != UINT32_MAX)
        b[n] += w;
    return n != UINT32_MAX;
}

bool pomdp_belief(const struct pomdp *p, struct model *m, double *b)
{
    const struct hidden *h = hidden_of(m);
    bool ok = true;
    double sum = 0;
    memset(b, 0, p->n_states * sizeof *b);
    for (size_t k = 0; k < h->n && ok; k++) {
        size_t at = h->w[k] > 0 ? place_of(p, h->fsm[k]) : 0;
        const double *state = chances(h, k);
        if (!state)
            ok = put(p, b, at, h->at[k], h->w[k]);
        for (uint32_t s = 0; ok && state && s < h->fsm[k]->n_states; s++)
            ok = put(p, b, at, s, h->w[k] * state[s]);
    }
    for (uint32_t s = 0; s < p->n_states; s++)
        sum += b[s];
    for (uint32_t s = 0; s < p->n_states; s++)
        b[s] /= sum;
    return ok;
}

double pomdp_update(const struct pomdp *p, const double *b, unsigned a, uint32_t percept,
                    double *next)
{
    double sum = 0;
    memset(next, 0, p->n_states * sizeof *next);
    for (uint32_t s = 0; s < p->n_states; s++) {
        const struct pomdp_edge *e;
        size_t n = b[s] > 0 ? pomdp_edges(p, a, s, &e) : 0;
        for (size_t i = 0; i < n; i++) {
            double w = e[i].percept == percept ? b[s] * e[i].p : 0;
            next[e[i].next] += w;
            sum += w;
        }
    }
    for (uint32_t s = 0; s < p->n_states && sum > 0; s++)
        next[s] /= sum;
    return sum;
}

double pomdp_dot(const double *b, const double *v, size_t n)
{
    double sum = 0;
    for (size_t s = 0; s < n; s++)
        sum += b[s] * v[s];
    return sum;
}
