#include "config.h"

#include "shifts.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Notions whose reward is one of state, action and time, by dynamic programming; and final
 * reward where nothing is drawn, once for each theta it may end with. What compares laws of
 * theta, and what compares policies for all thetas, has no such form. */

struct plan {
    const struct shifts *w;
    enum notion notion;
    uint32_t theta;     /* FINAL: the one it ends with; PRIVILEGED: whose reward it is */
    double *now, *then; /* [n] */
    uint8_t *policy;    /* [H * n] */
};

static double pays(const struct plan *p, uint32_t t, uint32_t s, unsigned a)
{
    const struct shifts *w = p->w;
    double sum = 0;
    if (p->notion == NOTION_REALTIME)
        return shifts_pay(w, w->theta[s], s, a);
    if (p->notion != NOTION_NATURAL)
        return shifts_pay(w, p->theta, s, a);
    for (uint32_t k = 0; k < w->n_theta; k++)
        sum += w->natural[(size_t)t * w->n_theta + k] * shifts_pay(w, k, s, a);
    return sum;
}

/* The best action of state s at time t, and its value by p->then. */
static double back_up(struct plan *p, uint32_t t, uint32_t s)
{
    const struct shifts *w = p->w;
    double best = -HUGE_VAL;
    for (unsigned a = 0; a < w->n_actions; a++) {
        uint32_t n;
        const struct fsm_edge *e = shifts_edges(w, s, a, &n);
        double q = pays(p, t, s, a);
        for (uint32_t i = 0; i < n; i++)
            q += e[i].p * p->then[e[i].next];
        if (q > best + 1e-9 || !a) {
            best = q;
            p->policy[(size_t)t * w->n + s] = (uint8_t)a;
        }
    }
    return best;
}

/* The value from the start; -inf where it cannot end as it shall. */
static double plan(struct plan *p)
{
    const struct shifts *w = p->w;
    for (uint32_t s = 0; s < w->n; s++)
        p->then[s] = p->notion == NOTION_FINAL && w->theta[s] != p->theta ? -HUGE_VAL : 0;
    for (uint32_t t = w->H; t-- > 0;) {
        for (uint32_t s = 0; s < w->n; s++)
            p->now[s] = back_up(p, t, s);
        double *swap = p->now;
        p->now = p->then;
        p->then = swap;
    }
    return p->then[w->start];
}

static bool same_law(const struct shifts *w, const uint8_t *policy)
{
    double *law = shifts_law(w, policy);
    bool same = true;
    for (size_t i = 0; i < ((size_t)w->H + 1) * w->n_theta; i++)
        same &= fabs(law[i] - w->natural[i]) <= 1e-9;
    free(law);
    return same;
}

static void settle(struct plan *p, struct judgement *j)
{
    double value = plan(p);
    if (j->known && value <= j->value)
        return;
    j->known = true;
    j->value = value;
    j->influence = same_law(p->w, p->policy) ? INFLUENCES_NONE : INFLUENCES_ALL;
}

void notions_plan(const struct shifts *w, struct notions *n)
{
    struct plan p = { .w = w,
                      .now = xcalloc(w->n, sizeof *p.now),
                      .then = xcalloc(w->n, sizeof *p.then),
                      .policy = xcalloc((size_t)w->H * w->n, 1) };
    p.notion = NOTION_REALTIME;
    settle(&p, &n->of[NOTION_REALTIME]);
    p.notion = NOTION_NATURAL;
    settle(&p, &n->of[NOTION_NATURAL]);
    p.notion = NOTION_PRIVILEGED;
    p.theta = w->theta[w->start];
    settle(&p, &n->of[NOTION_INITIAL]);
    for (p.theta = 0; p.theta < w->n_theta; p.theta++)
        settle(&p, &n->of[NOTION_PRIVILEGED + p.theta]);
    p.notion = NOTION_FINAL;
    for (p.theta = 0; p.theta < w->n_theta && !w->draws; p.theta++)
        settle(&p, &n->of[NOTION_FINAL]);
    free(p.now);
    free(p.then);
    free(p.policy);
}
