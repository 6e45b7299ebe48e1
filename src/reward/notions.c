#include "config.h"

#include "notions.h"

#include "shifts.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const notion_names[] = { "real-time",   "final",  "initial",   "natural-shifts",
                                     "constrained", "myopic", "pareto-ud", NULL };

static const double EQUAL = 1e-9;

/* ---- all behaviours */

/* Where chance may lead theta: a course of thetas, and how likely it is. */
struct course {
    uint64_t code;
    double p;
};

/* What one policy is worth by each notion; policies that never differ where they come to
 * are one behaviour. */
struct behaviour {
    double realtime, final, initial, natural;
    double of[THETAS];
    uint64_t sequence;
    bool leaves, myopic; /* the law of theta is that of no action; best at each time */
};

struct trial {
    const struct shifts *w;
    uint8_t *policy; /* [H * n] */
    bool *reached;   /* [(H + 1) * n] */
    struct behaviour *all;
    size_t n, cap;
    bool full; /* more than BEHAVIOURS */
    struct course *noop, *course;
    size_t n_noop, n_course, course_cap;
};

/* One way through: what has been summed so far. */
struct way {
    double p, realtime, natural, of[THETAS];
    uint64_t code, sequence;
};

static bool is_best_now(const struct shifts *w, uint32_t s, unsigned action)
{
    double own = shifts_pay(w, w->theta[s], s, action);
    for (unsigned a = 0; a < w->n_actions; a++)
        if (shifts_pay(w, w->theta[s], s, a) > own + EQUAL)
            return false;
    return true;
}

static void add_course(struct trial *x, uint64_t code, double p)
{
    if (x->n_course == x->course_cap) {
        x->course_cap = 2 * x->course_cap + 16;
        x->course = xrealloc(x->course, x->course_cap, sizeof *x->course);
    }
    x->course[x->n_course++] = (struct course){ code, p };
}

static void follow(struct trial *x, struct behaviour *b, uint32_t t, uint32_t s,
                   struct way way)
{
    const struct shifts *w = x->w;
    way.code = way.code * w->n_theta + w->theta[s];
    if (t == w->H) {
        b->realtime += way.p * way.realtime;
        b->natural += way.p * way.natural;
        b->final += way.p * way.of[w->theta[s]];
        b->initial += way.p * way.of[w->theta[w->start]];
        for (uint32_t k = 0; k < w->n_theta; k++)
            b->of[k] += way.p * way.of[k];
        b->sequence = way.sequence;
        add_course(x, way.code, way.p);
        return;
    }
    unsigned a = x->policy[(size_t)t * w->n + s];
    uint32_t n;
    const struct fsm_edge *e = shifts_edges(w, s, a, &n);
    way.sequence = way.sequence * w->n_actions + a;
    way.realtime += shifts_pay(w, w->theta[s], s, a);
    b->myopic &= is_best_now(w, s, a);
    for (uint32_t k = 0; k < w->n_theta; k++) {
        double pay = shifts_pay(w, k, s, a);
        way.of[k] += pay;
        way.natural += w->natural[(size_t)t * w->n_theta + k] * pay;
    }
    const double p = way.p;
    for (uint32_t i = 0; i < n; i++) {
        way.p = p * e[i].p;
        follow(x, b, t + 1, e[i].next, way);
    }
}

static int by_code(const void *a, const void *b)
{
    const struct course *x = a, *y = b;
    return (x->code > y->code) - (x->code < y->code);
}

/* The courses in order, each once. */
static void sort_courses(struct trial *x)
{
    size_t n = 0;
    qsort(x->course, x->n_course, sizeof *x->course, by_code);
    for (size_t i = 0; i < x->n_course; i++)
        if (n && x->course[n - 1].code == x->course[i].code)
            x->course[n - 1].p += x->course[i].p;
        else
            x->course[n++] = x->course[i];
    x->n_course = n;
}

static bool leaves(const struct trial *x)
{
    bool same = x->n_course == x->n_noop;
    for (size_t i = 0; same && i < x->n_noop; i++)
        same = x->course[i].code == x->noop[i].code &&
               fabs(x->course[i].p - x->noop[i].p) <= EQUAL;
    return same;
}

static struct behaviour judge(struct trial *x)
{
    struct behaviour b = { .myopic = true };
    x->n_course = 0;
    follow(x, &b, 0, x->w->start, (struct way){ .p = 1 });
    sort_courses(x);
    b.leaves = leaves(x);
    return b;
}

static void keep(struct trial *x)
{
    if (x->n == BEHAVIOURS) {
        x->full = true;
        return;
    }
    if (x->n == x->cap) {
        x->cap = 2 * x->cap + 64;
        x->all = xrealloc(x->all, x->cap, sizeof *x->all);
    }
    x->all[x->n++] = judge(x);
}

static void try_from(struct trial *x, uint32_t t, uint32_t s);

/* All states of cycle t have their action: where do they lead? */
static void try_next(struct trial *x, uint32_t t)
{
    const struct shifts *w = x->w;
    bool *then = x->reached + (size_t)(t + 1) * w->n;
    memset(then, 0, w->n * sizeof *then);
    for (uint32_t s = 0; s < w->n; s++) {
        uint32_t n;
        const struct fsm_edge *e = shifts_edges(w, s, x->policy[(size_t)t * w->n + s], &n);
        for (uint32_t i = 0; x->reached[(size_t)t * w->n + s] && i < n; i++)
            then[e[i].next] = true;
    }
    if (t + 1 == w->H)
        keep(x);
    else
        try_from(x, t + 1, 0);
}

/* Every action of every state from s on that is reached in cycle t. */
static void try_from(struct trial *x, uint32_t t, uint32_t s)
{
    const struct shifts *w = x->w;
    while (s < w->n && !x->reached[(size_t)t * w->n + s])
        s++;
    if (s == w->n) {
        try_next(x, t);
        return;
    }
    for (unsigned a = 0; a < w->n_actions && !x->full; a++) {
        x->policy[(size_t)t * w->n + s] = (uint8_t)a;
        try_from(x, t, s + 1);
    }
}

/* ---- what is best of them */

static double value_of(const struct behaviour *b, enum notion notion)
{
    switch (notion) {
    case NOTION_REALTIME:
    case NOTION_CONSTRAINED: return b->realtime;
    case NOTION_FINAL: return b->final;
    case NOTION_INITIAL: return b->initial;
    case NOTION_NATURAL: return b->natural;
    case NOTION_MYOPIC:
    case NOTION_PARETO: return 0; /* they are or are not */
    case NOTION_PRIVILEGED:
    default: return b->of[notion - NOTION_PRIVILEGED];
    }
}

/* Whether a is at least as good as b for every theta, and better for one where strict. */
static bool dominates(const struct behaviour *a, const struct behaviour *b, uint32_t n,
                      bool strict)
{
    bool better = false;
    for (uint32_t k = 0; k < n; k++) {
        if (a->of[k] < b->of[k] - EQUAL)
            return false;
        better |= a->of[k] > b->of[k] + EQUAL;
    }
    return better || !strict;
}

/* Marks the unambiguously desirable that nobody of them dominates. The front of those seen
 * so far is enough to compare with. */
static void mark_pareto(const struct trial *x, const struct behaviour *noop, bool *in)
{
    const uint32_t n = x->w->n_theta;
    size_t *front = xcalloc(x->n, sizeof *front), m = 0;
    for (size_t i = 0; i < x->n; i++) {
        bool good = dominates(&x->all[i], noop, n, false);
        size_t left = 0;
        for (size_t k = 0; good && k < m; k++)
            good = !dominates(&x->all[front[k]], &x->all[i], n, true);
        for (size_t k = 0; good && k < m; k++)
            if (!dominates(&x->all[i], &x->all[front[k]], n, true))
                front[left++] = front[k];
        if (good) {
            m = left;
            front[m++] = i;
        }
    }
    for (size_t k = 0; k < m; k++)
        in[front[k]] = true;
    free(front);
}

static bool may(const struct behaviour *b, enum notion notion, bool pareto)
{
    return notion == NOTION_CONSTRAINED ? b->leaves
           : notion == NOTION_MYOPIC    ? b->myopic
           : notion == NOTION_PARETO    ? pareto
                                        : true;
}

static void choose(const struct trial *x, const bool *pareto, enum notion notion,
                   struct judgement *j)
{
    const bool valued = notion != NOTION_MYOPIC && notion != NOTION_PARETO;
    double best = -HUGE_VAL;
    size_t influence = 0, cap = 0;
    for (size_t i = 0; i < x->n; i++)
        if (may(&x->all[i], notion, pareto[i]))
            best = fmax(best, value_of(&x->all[i], notion));
    for (size_t i = 0; i < x->n; i++) {
        const struct behaviour *b = &x->all[i];
        if (!may(b, notion, pareto[i]) ||
            value_of(b, notion) < best - EQUAL * fmax(1, fabs(best)))
            continue;
        if (!x->w->draws && j->n == cap) {
            cap = 2 * cap + 8;
            j->sequence = xrealloc(j->sequence, cap, sizeof *j->sequence);
        }
        if (!x->w->draws)
            j->sequence[j->n] = b->sequence;
        j->n++;
        influence += !b->leaves;
    }
    j->known = true;
    j->value = valued ? best : (double)NAN;
    j->influence = !influence          ? INFLUENCES_NONE
                   : influence == j->n ? INFLUENCES_ALL
                                       : INFLUENCES_SOME;
}

static void judge_all(struct trial *x, struct notions *n)
{
    const struct shifts *w = x->w;
    memset(x->policy, 0, (size_t)w->H * w->n);
    struct behaviour noop = judge(x);
    bool *pareto = xcalloc(x->n, sizeof *pareto);
    mark_pareto(x, &noop, pareto);
    for (unsigned k = 0; k < NOTION_PRIVILEGED + w->n_theta; k++)
        choose(x, pareto, (enum notion)k, &n->of[k]);
    free(pareto);
}

/* Every behaviour; false: there are too many. */
static bool try_all(const struct shifts *w, struct notions *n)
{
    struct trial x = { .w = w,
                       .policy = xcalloc((size_t)w->H * w->n, 1),
                       .reached = xcalloc(((size_t)w->H + 1) * w->n, sizeof(bool)) };
    judge(&x); /* of no action: its courses are what others are compared with */
    x.noop = x.course;
    x.n_noop = x.n_course;
    x.course = NULL;
    x.course_cap = 0;
    x.reached[w->start] = true;
    try_from(&x, 0, 0);
    if (!x.full)
        judge_all(&x, n);
    free(x.policy);
    free(x.reached);
    free(x.all);
    free(x.noop);
    free(x.course);
    return !x.full;
}

/* Whether the actions of H cycles are digits of one number, and so are the thetas; where
 * chance has a say, whether the ways through are few. */
static bool is_small(const struct shifts *w)
{
    double base = fmax(w->n_actions, w->n_theta);
    double ways = w->draws ? pow(w->n, w->H) : 1;
    return (w->H + 1) * log2(base) < 63 && ways <= 1e6 &&
           w->H * log2(w->n_actions) <= log2(BEHAVIOURS);
}

bool notions_find(struct notions *n, const struct env *env, uint32_t horizon,
                  struct err *err)
{
    struct shifts w = { .H = horizon };
    *n = (struct notions){ .horizon = horizon };
    bool ok = shifts_open(&w, n, env, err);
    if (ok) {
        n->whole = is_small(&w) && try_all(&w, n);
        if (!n->whole)
            notions_plan(&w, n);
    } else
        notions_release(n);
    shifts_release(&w);
    return ok;
}

void notions_release(struct notions *n)
{
    for (uint32_t k = 0; k < n->n_theta; k++)
        free(n->theta[k]);
    for (unsigned k = 0; k < NOTION_PRIVILEGED + THETAS; k++)
        free(n->of[k].sequence);
    *n = (struct notions){ 0 };
}
