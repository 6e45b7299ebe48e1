#include "config.h"

#include "certify.h"
#include "pomdp.h"
#include "registry.h"
#include "vectors.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Exact values of all beliefs at once, for few states and a last cycle: backwards,
 *     V_k = max_a [ R_a + ratio_k sum_z V_{k+1}(b^{az}) P(z | b, a) ]
 * as sets of vectors, pruned after every percept. Incremental pruning: Cassandra, Littman &
 * Zhang, UAI (1997). What pruning may have lost is in the upper bound. */

enum {
    STATES_MAX = 32,
    HORIZON_MAX = 1000,
    VECTORS_MAX = 50000,     /* in one sum, */
    VECTORS_PLAIN = 1 << 20, /* in two states */
    PROGRAMS_MAX = 8000,     /* vectors judged by linear programs in all */
    PLAIN_MAX = 50000000     /* vectors made in two states, which need none */
};

struct solver {
    const struct certify *c;
    const struct plan *plan;
    const struct pomdp *p;
    struct vectors next; /* of the cycle after the one that is being made */
    struct vectors all;  /* of this cycle, of the actions before */
    struct vectors sum;  /* of the action that is being made, of the percepts before */
    uint32_t k;          /* the cycle, from the last one down */
    unsigned a;
    uint32_t z;
    double ratio;           /* of the weights of the cycle after and this one */
    double lost, lost_next; /* of all before, and of the cycle after, at most */
    double lost_sum;        /* of the action */
    double lo[ACTIONS_MAX], hi[ACTIONS_MAX]; /* in the first cycle */
    double *scratch;                         /* [n_states] owned */
    uint64_t judged;
    bool stopped; /* in the midst of a sum, which is then made again */
};

static bool fits(const struct certify_task *t, struct err *err)
{
    if (t->endless || t->plan->horizon > HORIZON_MAX)
        return err_set(err, "it wants a last cycle, at most %d ahead", HORIZON_MAX);
    return certify_has_pomdp(t, err);
}

static double weight(const struct solver *s, uint32_t k)
{
    return discount_weight(&s->plan->discount, s->plan->now, k);
}

/* What may be earned at most and at least in a cycle, times the weight of all. */
static void begin_bracket(const struct solver *s, struct bracket *b)
{
    double least = HUGE_VAL, most = -HUGE_VAL, sum = 0;
    for (size_t i = 0; i < (size_t)s->p->n_states * s->p->n_actions; i++) {
        least = fmin(least, s->p->reward[i]);
        most = fmax(most, s->p->reward[i]);
    }
    for (uint32_t k = 0; k < s->plan->horizon; k++)
        sum += weight(s, k) / weight(s, 0);
    b->lower = least * sum;
    b->upper = most * sum;
    for (unsigned a = 0; a < s->p->n_actions; a++) {
        b->lo[a] = b->lower;
        b->hi[a] = b->upper;
    }
}

static void begin_action(struct solver *s)
{
    s->z = 0;
    s->lost_sum = 0;
    s->sum.count = 0;
    vectors_add(&s->sum, pomdp_reward(s->p, s->a), 0);
}

static void begin_cycle(struct solver *s, uint32_t k)
{
    s->k = k;
    s->a = 0;
    s->lost = 0;
    s->ratio = weight(s, k) > 0 ? weight(s, k + 1) / weight(s, k) : 0;
    s->all.count = 0;
    begin_action(s);
}

static void *open_solver(const struct certify *c, struct bracket *b, struct err *err)
{
    const struct pomdp *p = certify_pomdp(c, err);
    if (!p)
        return NULL;
    if (p->n_states > STATES_MAX)
        return err_null(err, "vectors: %" PRIu32 " hidden states, at most %d", p->n_states,
                        STATES_MAX);
    struct solver *s = xcalloc(1, sizeof *s);
    s->c = c;
    s->plan = certify_task_of(c)->plan;
    s->p = p;
    s->scratch = xcalloc(p->n_states, sizeof *s->scratch);
    vectors_init(&s->next, p->n_states);
    vectors_init(&s->all, p->n_states);
    vectors_init(&s->sum, p->n_states);
    begin_bracket(s, b);
    begin_cycle(s, s->plan->horizon - 1);
    return s;
}

static void close_solver(void *self)
{
    struct solver *s = self;
    vectors_release(&s->next);
    vectors_release(&s->all);
    vectors_release(&s->sum);
    free(s->scratch);
    free(s);
}

static bool must_stop(void *context)
{
    struct solver *s = context;
    s->stopped |= certify_must_stop(s->c);
    return s->stopped;
}

static double prune(struct solver *s, struct vectors *v)
{
    s->judged += v->count;
    return vectors_prune(v, 0, must_stop, s);
}

/* ---- one cycle */

/* What v is worth before percept z under the action, into s->scratch; false: z cannot
 * follow. */
static bool project(struct solver *s, const double *v)
{
    bool may = false;
    for (uint32_t x = 0; x < s->p->n_states; x++) {
        const struct pomdp_edge *e;
        size_t n = pomdp_edges(s->p, s->a, x, &e);
        s->scratch[x] = 0;
        for (size_t i = 0; i < n; i++)
            if (e[i].percept == s->z) {
                s->scratch[x] += s->ratio * e[i].p * v[e[i].next];
                may = true;
            }
    }
    return may;
}

/* The sum of both sets, each with each, into *to. */
static void cross(struct vectors *to, const struct vectors *x, const struct vectors *y,
                  double *scratch)
{
    to->count = 0;
    for (size_t i = 0; i < x->count; i++)
        for (size_t j = 0; j < y->count; j++) {
            for (size_t k = 0; k < x->n; k++)
                scratch[k] = x->v[i * x->n + k] + y->v[j * x->n + k];
            vectors_add(to, scratch, 0);
        }
}

/* Adds what percept z brings to the sum; false: it grows too large. */
static bool add_percept(struct solver *s)
{
    struct vectors one, both;
    bool may = s->next.count > 0;
    vectors_init(&one, s->p->n_states);
    vectors_init(&both, s->p->n_states);
    for (size_t i = 0; i < s->next.count && may; i++) {
        may = project(s, s->next.v + i * s->next.n);
        if (may)
            vectors_add(&one, s->scratch, 0);
    }
    double lost = may ? prune(s, &one) : 0;
    size_t most = s->p->n_states > 2 ? VECTORS_MAX : VECTORS_PLAIN;
    bool ok = one.count * s->sum.count <= most;
    if (may && ok) {
        cross(&both, &s->sum, &one, s->scratch);
        lost += prune(s, &both);
    }
    if (may && ok && !s->stopped) {
        struct vectors keep = s->sum;
        s->sum = both;
        both = keep;
        s->lost_sum += lost;
    }
    vectors_release(&one);
    vectors_release(&both);
    return ok;
}

/* The action is made: what it is worth now, where that is asked for, or with the others. */
static void end_action(struct solver *s)
{
    double lost = s->lost_sum + s->ratio * s->lost_next;
    s->lost = fmax(s->lost, lost);
    s->lo[s->a] = vectors_value(&s->sum, s->p->start, NULL);
    s->hi[s->a] = s->lo[s->a] + lost;
    for (size_t i = 0; i < s->sum.count; i++)
        vectors_add(&s->all, s->sum.v + i * s->sum.n, s->a);
    if (++s->a < s->p->n_actions)
        begin_action(s);
}

/* All actions are; false: it was the first cycle. */
static bool end_cycle(struct solver *s)
{
    if (!s->k)
        return false;
    s->lost_next = s->lost + prune(s, &s->all);
    struct vectors keep = s->next;
    s->next = s->all;
    s->all = keep;
    begin_cycle(s, s->k - 1);
    return true;
}

static enum certify_end finish(const struct solver *s, struct bracket *b)
{
    b->lower = b->upper = -HUGE_VAL;
    for (unsigned a = 0; a < s->p->n_actions; a++) {
        b->lo[a] = s->lo[a];
        b->hi[a] = s->hi[a];
        b->lower = fmax(b->lower, b->lo[a]);
        b->upper = fmax(b->upper, b->hi[a]);
    }
    return CERTIFY_EXACT;
}

static enum certify_end step(void *self, struct bracket *b)
{
    struct solver *s = self;
    enum certify_end end = CERTIFY_ON;
    s->stopped = false;
    if (s->z < s->p->percepts.n && s->k + 1 < s->plan->horizon) {
        if (!add_percept(s))
            end = CERTIFY_SPENT;
        s->z += !s->stopped;
    } else {
        end_action(s);
        if (s->a == s->p->n_actions && !end_cycle(s))
            end = finish(s, b);
    }
    if (s->judged > (s->p->n_states > 2 ? PROGRAMS_MAX : PLAIN_MAX))
        end = end == CERTIFY_EXACT ? end : CERTIFY_SPENT;
    b->backups = s->judged;
    b->vectors = s->next.count;
    b->bytes = (s->next.cap + s->all.cap + s->sum.cap) * s->p->n_states * sizeof(double);
    return end;
}

const struct certifier certifier_vectors = {
    .name = "vectors",
    .title = "the values of all beliefs of few states, as sets of vectors",
    .finishes = true,
    .fits = fits,
    .open = open_solver,
    .step = step,
    .close = close_solver,
};
