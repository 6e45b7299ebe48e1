#include "config.h"

#include "certify.h"
#include "registry.h"
#include "walk.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* The hidden dispenser as a walk (walk.h): followed as long as nothing is found, made anew
 * when the dispenser is, or when something else was done. */

enum { TURNS = 2 }; /* after which bounds are close enough for most */

struct stroll {
    const struct certify_task *t;
    struct walk *w;
    uint32_t done; /* cycles of the path that have been walked */
    double told;   /* lower bound when the actions were looked at last */
    struct bracket b;
};

static bool fits(const struct certify_task *t, struct err *err)
{
    if (t->pomdp)
        return err_set(err, "no walk: it is given as a process");
    if (!ground_fits(t->plan, t->endless, err))
        return false;
    return ground_bytes(t->plan, t->endless) <= (double)t->bytes / 2 ||
           err_set(err, "no walk: its tables take %.2g bytes",
                   2 * ground_bytes(t->plan, t->endless));
}

static void tell(struct stroll *s, struct bracket *b)
{
    struct walk *w = s->w;
    if (w->lower > s->told || (!w->beam && !w->rounds))
        walk_actions(w, hunt_of(s->t->plan->model), s->b.lo, s->b.hi);
    s->told = w->lower;
    memcpy(b->lo, s->b.lo, sizeof b->lo);
    memcpy(b->hi, s->b.hi, sizeof b->hi);
    b->lower = w->lower;
    b->upper = w->upper;
    b->backups = w->work;
    b->points = w->beam ? w->beam->n_now : 0;
    b->bytes = walk_bytes(w);
}

static void *open_stroll(const struct certify *c, struct bracket *b, struct err *err)
{
    (void)err;
    struct stroll *s = xcalloc(1, sizeof *s);
    s->t = certify_task_of(c);
    s->told = -HUGE_VAL;
    s->w = walk_new(s->t->plan, s->t->endless, s->t->bytes);
    tell(s, b);
    return s;
}

static void close_stroll(void *self)
{
    walk_free(((struct stroll *)self)->w);
    free(self);
}

static enum certify_end step(void *self, struct bracket *b)
{
    struct stroll *s = self;
    bool more = !s->done && walk_step(s->w);
    if (s->done)
        return s->w->closed ? CERTIFY_EXACT : CERTIFY_SPENT;
    tell(s, b);
    if (s->w->closed)
        return CERTIFY_EXACT;
    if (!more)
        return s->w->full ? CERTIFY_MEMORY : CERTIFY_SPENT;
    return s->t->share > 0 && s->w->turn > TURNS ? CERTIFY_SPENT : CERTIFY_ON;
}

/* ---- along the walk */

/* The weight of all that counts from now on, in units of the next reward. A plan that looks
 * as far from every cycle looks at one cycle more with each: *more of it is of these. */
static double weigh(const struct stroll *s, double *more)
{
    const struct plan *p = s->t->plan;
    double first = discount_weight(&p->discount, p->now, 0), weight = 0;
    *more = 0;
    if (s->t->endless)
        return discount_tail(&p->discount, p->now, 0) / first;
    for (uint32_t k = 0; k < p->horizon; k++) {
        double w = discount_weight(&p->discount, p->now, k) / first;
        weight += w;
        *more += k >= p->horizon - s->done ? w : 0;
    }
    return weight;
}

/* The action to the next cell of the path is promised all of it; of others it is only known
 * that they are no better than the best. */
static void tell_rest(const struct stroll *s, struct bracket *b)
{
    const struct space *sp = &s->t->plan->model->space;
    const uint32_t *path = s->w->path + s->done;
    const struct walk_arc *arc = ground_arc(s->w->g, path[0], path[1]);
    double more, weight = weigh(s, &more);
    walk_rest(s->w, s->done, &b->lower, &b->upper);
    b->lower += more * sp->rew_min;
    b->upper += more * sp->rew_max;
    for (uint32_t a = 0; a < sp->n_actions; a++) {
        b->lo[a] = arc && arc->action == a ? b->lower : weight * sp->rew_min;
        b->hi[a] = b->upper;
    }
}

static bool is_consistent(const struct stroll *s)
{
    const struct discount *d = &s->t->plan->discount;
    return discount_consistent(d) && s->w->g->d[s->done + 1] > 0;
}

static bool move_on(void *self, struct bracket *b)
{
    struct stroll *s = self;
    const struct ground *g = s->w->g;
    const struct hunt *h = hunt_of(s->t->plan->model);
    uint32_t end = g->depth < g->steps ? g->depth : g->steps - 1, next = s->done + 1;
    if (!h || g->known || next > end || !is_consistent(s))
        return false;
    uint32_t at = h->at < g->n_cells ? g->number[h->at] : NOWHERE;
    bool found = h->w[h->at] >= 1;
    if (at != s->w->path[next] || found)
        return false;
    s->done = next;
    tell_rest(s, b);
    return true;
}

static size_t places(const void *self, int *cell, size_t n)
{
    const struct stroll *s = self;
    const struct ground *g = s->w->g;
    const struct hunt *h = hunt_of(s->t->plan->model);
    size_t k = 0;
    for (uint32_t t = s->done + 1; !g->known && t <= g->depth && k < n; t++)
        cell[k++] = h->place ? h->place[g->cell[s->w->path[t]]] : -1;
    return k;
}

const struct certifier certifier_walk = {
    .name = "walk",
    .title = "one hidden dispenser in a known maze: a walk until it pays",
    .finishes = true,
    .alone = true,
    .swift = 3,
    .fits = fits,
    .open = open_stroll,
    .step = step,
    .close = close_stroll,
    .move = move_on,
    .places = places,
};
