#include "config.h"

#include "cassandra.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- sums */

static const double EXACT = 1e-9, TYPED = 1e-5, ROUGH = 1e-3;

bool cassandra_sums(struct cassandra *c, double sum, const char *at)
{
    double off = fabs(sum - 1);
    if (off > EXACT && off <= TYPED && !c->typed.n++)
        c->typed.at = at;
    if (off > TYPED && off <= ROUGH && !c->rough.n++) {
        c->rough.at = at;
        c->rough.sum = sum;
    }
    return off <= ROUGH;
}

static void remark(const struct cassandra *c)
{
    unsigned line, col;
    if (c->typed.n) {
        cassandra_place(c, c->typed.at, &line, &col);
        err_warn(c->in.err,
                 "%s:%u:%u: remark: these probabilities sum to 1 up to the digits typed: "
                 "scaled%s",
                 c->in.file, line, col, c->typed.n > 1 ? ", as are others below" : "");
    }
    if (c->rough.n) {
        cassandra_place(c, c->rough.at, &line, &col);
        err_warn(c->in.err, "%s:%u:%u: warning: these probabilities sum to %.9g: scaled%s",
                 c->in.file, line, col, c->rough.sum,
                 c->rough.n > 1 ? ", as are others below" : "");
    }
}

/* ---- distributions */

static void missing(struct cassandra *c, const struct mdp *m, const char *what, uint32_t a,
                    uint32_t s, uint32_t n)
{
    if (n > 1)
        err_set(c->in.err,
                "%s: error: action %s: nothing says %s %s and %" PRIu32 " more states",
                c->in.file, m->action[a], what, m->state[s], n - 1);
    else
        err_set(c->in.err, "%s: error: action %s: nothing says %s %s", c->in.file,
                m->action[a], what, m->state[s]);
    c->in.ok = false;
}

/* Where the last word about a line was said. */
static const char *last_word(const struct cassandra *c, const struct line *l)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < l->n; i++)
        at = l->cell[i].at > at ? l->cell[i].at : at;
    return c->text + at;
}

/* Whether a place is told of for the first time: what was said of many lines at once is one
 * mistake. */
static bool is_news(struct cassandra *c, const char *at)
{
    for (size_t i = 0; i < c->n_told; i++)
        if (c->told[i] == at)
            return false;
    if (c->n_told < FAULTS_MAX)
        c->told[c->n_told++] = at;
    return true;
}

/* Settles a line and scales it to sum 1. */
static void settle(struct cassandra *c, const struct mdp *m, struct line *l,
                   const char *what)
{
    const char *over, *at = last_word(c, l);
    unsigned line, col;
    double sum = line_settle(c, l, m->start, m->n_states, &over);
    if (!cassandra_sums(c, sum, at)) {
        char was[60] = "";
        if (over) {
            cassandra_place(c, over, &line, &col);
            snprintf(was, sizeof was, ", since line %u is overridden", line);
        }
        if (is_news(c, at))
            cassandra_fault(c, at, "the probabilities of %s sum to %.9g, not 1%s", what,
                            sum, was);
    }
    for (uint32_t i = 0; sum > 0 && i < l->n; i++)
        l->cell[i].p /= sum;
}

static void settle_t(struct cassandra *c, const struct mdp *m)
{
    char what[200];
    for (uint32_t a = 0; a < m->n_actions && !c->stopped; a++) {
        uint32_t n = 0, first = 0;
        for (uint32_t s = 0; s < m->n_states && !c->stopped; s++) {
            struct line *l = &c->t.line[(size_t)a * m->n_states + s];
            if (!l->said) {
                first = n++ ? first : s;
                continue;
            }
            snprintf(what, sizeof what, "state %.60s, action %.60s", m->state[s],
                     m->action[a]);
            settle(c, m, l, what);
        }
        if (n)
            missing(c, m, "what follows", a, first, n);
    }
}

/* Which states an action leads to: what is seen in the others need not be said. */
static void mark_next(const struct cassandra *c, const struct mdp *m, uint32_t a,
                      bool *is_next)
{
    memset(is_next, 0, m->n_states * sizeof *is_next);
    for (uint32_t s = 0; s < m->n_states; s++) {
        const struct line *l = &c->t.line[(size_t)a * m->n_states + s];
        for (uint32_t i = 0; i < l->n; i++)
            is_next[l->cell[i].col] = true;
    }
}

static void settle_o(struct cassandra *c, const struct mdp *m)
{
    char what[200];
    bool *is_next = xcalloc(m->n_states, sizeof *is_next);
    for (uint32_t a = 0; a < m->n_actions && !c->stopped; a++) {
        uint32_t n = 0, first = 0;
        mark_next(c, m, a, is_next);
        for (uint32_t s = 0; s < m->n_states && !c->stopped; s++) {
            struct line *l = &c->o.line[(size_t)a * m->n_states + s];
            if (!l->said) {
                if (is_next[s])
                    first = n++ ? first : s;
                continue;
            }
            snprintf(what, sizeof what, "what action %.60s shows in state %.60s",
                     m->action[a], m->state[s]);
            settle(c, m, l, what);
        }
        if (n)
            missing(c, m, "what is seen in", a, first, n);
    }
    free(is_next);
}

/* ---- rewards */

static const double POINTS_MAX = 1e9, SCALE_MAX = 1e9;

static bool is_whole(double x) { return fabs(x - round(x)) <= 8 * 0x1p-52 * fabs(x); }

/* The smallest power of ten from `scale` on that makes a reward whole; 0: none. */
static double scale_of(double reward, double scale)
{
    for (; scale <= SCALE_MAX; scale *= 10)
        if (is_whole(reward * scale))
            return scale;
    return 0;
}

static void find_scale(struct cassandra *c, struct mdp *m)
{
    for (uint32_t i = 0; i < c->r.n_slots && !c->stopped; i++) {
        const struct rule *r = &c->r.slot[i];
        double scale = r->rank ? scale_of(r->value, m->scale) : m->scale;
        if (scale > 0)
            m->scale = scale;
        else
            cassandra_fault(
                c, c->text + r->at,
                "reward %.17g is no whole number of points at any scale up to %g", r->value,
                SCALE_MAX);
    }
    for (uint32_t i = 0; i < c->r.n_slots && !c->stopped; i++)
        if (c->r.slot[i].rank && fabs(c->r.slot[i].value) * m->scale > POINTS_MAX)
            cassandra_fault(
                c, c->text + c->r.slot[i].at,
                "reward %.17g is more than %.0f points: others need a scale of %g",
                c->r.slot[i].value, POINTS_MAX, m->scale);
}

static int32_t points(const struct cassandra *c, const struct mdp *m, struct when w)
{
    const struct rule *r = rules_find(&c->r, w);
    double value = r ? r->value * m->scale : 0;
    return (int32_t)lround(c->cost ? -value : value);
}

/* ---- edges */

struct builder {
    struct cassandra *c;
    struct mdp *m;
    uint32_t *shown; /* [n_lines] where the sights of an action and a state begin */
    size_t n_sights, cap;
    bool by_sight; /* some reward depends on what is seen */
};

/* Room for n more sights. */
static struct sight *more(struct builder *b, size_t n)
{
    if (b->n_sights + n > b->cap) {
        b->cap = 2 * (b->n_sights + n);
        b->m->sight = xrealloc(b->m->sight, b->cap, sizeof *b->m->sight);
    }
    b->n_sights += n;
    return b->m->sight + b->n_sights - n;
}

/* What each action shows in each state, without rewards: shared by all that lead there. */
static void share_sights(struct builder *b)
{
    struct cassandra *c = b->c;
    for (size_t i = 0; c->o.line && i < c->n_lines; i++) {
        const struct line *l = &c->o.line[i];
        struct sight *to = more(b, l->n);
        b->shown[i] = (uint32_t)(to - b->m->sight);
        for (uint32_t k = 0; k < l->n; k++)
            to[k] = (struct sight){ l->cell[k].p, l->cell[k].col, 0 };
    }
}

/* The rewards of one edge: its own, or of sights of its own where they differ. */
static void pay(struct builder *b, struct edge *e, struct when w)
{
    const struct line *seen = b->c->o.line ? &b->c->o.line[e->sight] : NULL;
    uint32_t shared = seen ? b->shown[e->sight] : 0;
    e->n_sights = seen ? seen->n : 0;
    e->sight = shared;
    if (!seen || !b->by_sight) {
        e->rew = points(b->c, b->m, w);
        return;
    }
    struct sight *own = more(b, seen->n);
    bool alike = true;
    for (uint32_t k = 0; k < seen->n; k++) {
        w.obs = seen->cell[k].col;
        own[k] =
            (struct sight){ seen->cell[k].p, seen->cell[k].col, points(b->c, b->m, w) };
        alike = alike && own[k].rew == own[0].rew;
    }
    if (alike) {
        e->rew = own[0].rew;
        b->n_sights -= seen->n;
    } else {
        e->sight = (uint32_t)(own - b->m->sight);
    }
}

/* How many edges there are, and in *all with what may be seen on each. */
static size_t count(const struct cassandra *c, uint32_t n_states, uint64_t *all)
{
    size_t n = 0;
    *all = 0;
    for (size_t i = 0; i < c->n_lines; i++) {
        const struct line *l = &c->t.line[i];
        size_t action = i / n_states;
        n += l->n;
        for (uint32_t k = 0; k < l->n; k++)
            *all += c->o.line ? c->o.line[action * n_states + l->cell[k].col].n : 1;
    }
    return n;
}

static void fill_edges(struct builder *b)
{
    const struct cassandra *c = b->c;
    struct mdp *m = b->m;
    uint32_t n = 0;
    for (uint32_t s = 0; s < m->n_states; s++)
        for (uint32_t a = 0; a < m->n_actions; a++) {
            const struct line *l = &c->t.line[(size_t)a * m->n_states + s];
            m->first[(size_t)s * m->n_actions + a] = n;
            for (uint32_t i = 0; i < l->n; i++, n++) {
                uint32_t next = l->cell[i].col;
                m->edge[n] = (struct edge){ .p = l->cell[i].p,
                                            .next = next,
                                            .sight = a * m->n_states + next };
                pay(b, &m->edge[n], (struct when){ a, s, next, NO_MATTER });
            }
        }
    m->first[(size_t)m->n_states * m->n_actions] = n;
}

static void build(struct cassandra *c, struct mdp *m)
{
    enum { BY_SIGHT = 0xff00 }; /* shapes in which the observation matters */
    struct builder b = { .c = c, .m = m, .by_sight = c->r.shapes & BY_SIGHT };
    uint64_t all;
    size_t n = count(c, m->n_states, &all);
    if (all > MDP_TRANSITIONS) {
        c->in.ok = err_set(c->in.err, "%s: error: %" PRIu64 " transitions: at most %d",
                           c->in.file, all, MDP_TRANSITIONS);
        return;
    }
    m->first = xcalloc((size_t)m->n_states * m->n_actions + 1, sizeof *m->first);
    m->edge = xcalloc(n, sizeof *m->edge);
    b.shown = xcalloc(c->n_lines, sizeof *b.shown);
    share_sights(&b);
    fill_edges(&b);
    free(b.shown);
}

void cassandra_build(struct cassandra *c, struct mdp *m)
{
    m->state = names_take(&c->state, &m->n_states);
    m->action = names_take(&c->action, &m->n_actions);
    m->obs = names_take(&c->obs, &m->n_obs);
    m->discount = c->discount;
    settle_t(c, m);
    if (c->o.line)
        settle_o(c, m);
    find_scale(c, m);
    if (c->in.ok)
        build(c, m);
    if (c->in.ok)
        remark(c);
}
