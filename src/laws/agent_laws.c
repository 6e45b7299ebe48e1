#include "config.h"

#include "laws.h"
#include "session.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The promises of src/core/agent.h. Agents are tried in a life: from the same start, with
 * the same luck, every time. */

enum { CYCLES = 50 };

struct trial {
    struct agent *ag; /* owned */
    struct session s;
    bool over; /* it called what happened impossible */
};

static bool begin_as(struct trial *l, const struct subject *s, uint32_t seed,
                     struct err *err)
{
    *l = (struct trial){ .ag = agent_open(s->spec, s->env, err) };
    if (!l->ag)
        return false;
    session_init(&l->s, s->env, l->ag, 1, seed);
    return true;
}

static bool begin(struct trial *l, const struct subject *s, struct err *err)
{
    return begin_as(l, s, s->seed + 1, err);
}

static void end(struct trial *l)
{
    if (l->ag) {
        session_release(&l->s);
        l->ag->ops->close(l->ag);
    }
    *l = (struct trial){ 0 };
}

/* One cycle, where life goes on. */
static bool live(struct trial *l, struct err *err)
{
    unsigned action;
    struct err refusal = { 0 };
    if (l->over)
        return true;
    if (!session_act(&l->s, &action, err))
        return false;
    l->over = !session_answer(&l->s, action, &refusal);
    return true;
}

static bool same_cycle(const struct trial *x, const struct trial *y, const char *what,
                       struct err *err)
{
    const struct record *r = &x->s.last, *q = &y->s.last;
    char one[64], two[64];
    if (r->hash == q->hash && x->over == y->over)
        return true;
    env_action_text(x->s.env, r->action, one, sizeof one);
    env_action_text(x->s.env, q->action, two, sizeof two);
    return err_set(err, "cycle %" PRIu64 " is %s (%u, %d), %s %s (%u, %d)", r->t, one,
                   r->e.obs, r->e.rew, what, two, q->e.obs, q->e.rew);
}

/* Two lives that should be one, where the second is also done something to. */
typedef bool meddle_fn(const struct subject *s, struct trial *l, struct err *err);

static bool live_alike(const struct subject *s, meddle_fn *meddle, const char *what,
                       struct err *err)
{
    struct trial x, y;
    bool ok = begin(&x, s, err);
    ok = begin(&y, s, err) && ok;
    for (int t = 0; ok && t < CYCLES; t++)
        ok = live(&x, err) && (!meddle || meddle(s, &y, err)) && live(&y, err) &&
             same_cycle(&x, &y, what, err);
    end(&x);
    end(&y);
    return ok;
}

bool law_agent_again(const struct subject *s, struct err *err)
{
    return live_alike(s, NULL, "and lived again", err);
}

/* ---- what is looked at */

/* Chances of what is hidden sum to 1. */
static bool sound_belief(const struct env *env, const struct agent *ag, struct err *err)
{
    const struct mind_ops *mind = mind_of(ag);
    double *p = xcalloc(env->n_hidden + 1, sizeof *p), sum = 0, least = 0;
    bool known = mind->hidden && env->n_hidden && mind->hidden(ag, p, env->n_hidden);
    for (uint32_t i = 0; known && i < env->n_hidden; i++) {
        sum += p[i];
        least = fmin(least, p[i]);
    }
    free(p);
    return !known || (least >= 0 && fabs(sum - 1) < 1e-9) ||
           err_set(err, "the chances of what is hidden sum to %.12g", sum);
}

/* Of its own actions, with a chance where it expects one. */
static bool sound_habits(const struct env *env, const struct agent *ag, struct err *err)
{
    const struct mind_ops *mind = mind_of(ag);
    size_t cells = (size_t)env->rows * (size_t)env->cols, i = 0;
    struct habit *h = xcalloc(cells + 1, sizeof *h);
    int n = (int)env->space.n_actions;
    bool known = mind->habits && cells && mind->habits(ag, h, cells);
    while (known && i < cells && h[i].own >= -1 && h[i].own < n && h[i].best >= -1 &&
           h[i].best < n && h[i].p <= 1 && (h[i].p > 0) == (h[i].own >= 0))
        i++;
    free(h);
    return !known || i == cells ||
           err_set(err, "its habit in cell %zu is none of its actions", i);
}

static bool look(const struct subject *s, struct trial *l, struct err *err)
{
    enum { ROWS = 5 };
    const struct mind_ops *mind = mind_of(l->ag);
    size_t cells = (size_t)s->env->rows * (size_t)s->env->cols;
    double *cell = xcalloc(cells + 1, sizeof *cell);
    uint8_t *ink = xcalloc(cells + 1, sizeof *ink);
    struct insight in;
    struct outlook *out = xcalloc(1, sizeof *out);
    struct twig twig[TWIGS_MAX];
    struct metric metric[METRICS_MAX];
    struct mind_row row[ROWS];
    insight_clear(&in);
    if (mind->inspect)
        mind->inspect(l->ag, &in);
    if (l->ag->ops->report)
        l->ag->ops->report(l->ag, metric, METRICS_MAX);
    if (mind->belief && cells)
        mind->belief(l->ag, cell, cells);
    if (mind->chart && cells)
        mind->chart(l->ag, ink, cells);
    if (mind->foresee)
        mind->foresee(l->ag, out);
    if (mind->twigs)
        mind->twigs(l->ag, twig, TWIGS_MAX);
    bool ok = sound_belief(s->env, l->ag, err);
    for (const char *const *t = mind->tables; t && *t; t++)
        mind->rows(l->ag, *t, row, ROWS);
    ok = ok && sound_habits(s->env, l->ag, err);
    free(cell);
    free(ink);
    free(out);
    return ok;
}

bool law_agent_looking(const struct subject *s, struct err *err)
{
    return live_alike(s, look, "and of whom was looked at", err);
}

static bool sound_metrics(const struct metric *m, size_t n, struct err *err)
{
    if (n > METRICS_MAX)
        return err_set(err, "%zu metrics are more than %d", n, METRICS_MAX);
    for (size_t i = 0; i < n; i++) {
        if (!m[i].name || !m[i].name[0])
            return err_set(err, "metric %zu has no name", i);
        if (isinf(m[i].value))
            return err_set(err, "%s is not finite", m[i].name);
        for (size_t j = 0; j < i; j++)
            if (!strcmp(m[i].name, m[j].name))
                return err_set(err, "two metrics are called %s", m[i].name);
    }
    return true;
}

/* All of them, and again with room for all but one. */
static bool reports(const struct agent *ag, struct err *err)
{
    struct metric m[METRICS_MAX + 1] = { { 0 } }, few[METRICS_MAX + 1] = { { 0 } };
    size_t n = ag->ops->report(ag, m, METRICS_MAX);
    if (!sound_metrics(m, n, err))
        return false;
    if (n && (ag->ops->report(ag, few, n - 1) != n - 1 || few[n - 1].name))
        return err_set(err, "with room for %zu metrics it writes more", n - 1);
    return true;
}

bool law_agent_metrics(const struct subject *s, struct err *err)
{
    const struct agent_ops *ops = (const struct agent_ops *)s->spec->kind;
    struct trial l;
    if (!ops->report)
        return law_idle(err, "it reports no metrics");
    bool ok = begin(&l, s, err) && reports(l.ag, err);
    for (int t = 0; ok && t < CYCLES; t++)
        ok = live(&l, err) && reports(l.ag, err);
    end(&l);
    return ok;
}

/* ---- cancelling */

/* A search that is cancelled before it begins makes a few samples at most, whatever was
 * asked for, and an action all the same. */
bool law_agent_cancel(const struct subject *s, struct err *err)
{
    enum { SAMPLES = 64, NODES = 1000 };
    struct trial l;
    struct insight in;
    atomic_int cancel = 1;
    unsigned action;
    bool ok = begin(&l, s, err);
    if (ok && mind_of(l.ag)->inspect) {
        l.ag->cancel = &cancel;
        insight_clear(&in);
        ok = session_act(&l.s, &action, err);
        mind_of(l.ag)->inspect(l.ag, &in);
        if (in.samples > SAMPLES || in.nodes > NODES)
            ok = err_set(err,
                         "a cancelled search made %" PRIu64 " samples, %" PRIu64 " nodes",
                         in.samples, in.nodes);
    }
    end(&l);
    return ok;
}

/* ---- freezing */

/* `to` stands where `from` does, in the same world with the same luck; its agent is
 * thawed. */
static bool move_over(const struct trial *from, struct trial *to, struct err *err)
{
    const struct env *env = from->s.env;
    void *bytes = xcalloc(1, agent_frozen_size(from->ag) + 1);
    agent_freeze(from->ag, bytes);
    bool ok = agent_thaw(to->ag, bytes, err);
    free(bytes);
    memcpy(to->s.state, from->s.state, env->state_size);
    memcpy(to->s.before, from->s.before, env->state_size);
    memcpy(to->s.visited, from->s.visited,
           (env->n_places / 64 + 1) * sizeof *to->s.visited);
    to->s.world = from->s.world;
    to->s.mind = from->s.mind;
    to->s.school = from->s.school;
    to->s.last = from->s.last;
    to->s.n_visited = from->s.n_visited;
    to->over = from->over;
    return ok;
}

/* After so many cycles; the other has lived one more with a luck of its own. */
static bool thaws_after(const struct subject *s, int cycles, struct err *err)
{
    struct trial x, y;
    bool ok = begin(&x, s, err);
    ok = begin_as(&y, s, s->seed + 2, err) && ok;
    for (int t = 0; ok && t < cycles; t++)
        ok = live(&x, err) && live(&y, err);
    ok = ok && live(&y, err);
    ok = ok && (x.over || move_over(&x, &y, err));
    for (int t = 0; ok && !x.over && t < CYCLES; t++)
        ok = live(&x, err) && live(&y, err) && same_cycle(&x, &y, "thawed in another", err);
    end(&x);
    end(&y);
    return ok;
}

static bool can_freeze(const struct subject *s)
{
    struct err err = { 0 };
    struct trial l;
    bool can = begin(&l, s, &err) && agent_frozen_size(l.ag) > 0;
    end(&l);
    return can;
}

bool law_agent_thaw(const struct subject *s, struct err *err)
{
    static const int after[] = { 0, 11 };
    if (!can_freeze(s))
        return law_idle(err, "it cannot be frozen");
    for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
        struct err what = { 0 };
        if (!thaws_after(s, after[i], &what))
            return err_set(err, "frozen after %d cycles: %s", after[i], what.text);
    }
    return true;
}

/* How often another, thawed each time, does what x is about to. */
static bool tally(struct trial *x, struct trial *y, int draws, unsigned *seen,
                  struct err *err)
{
    void *bytes = xcalloc(1, agent_frozen_size(x->ag) + 1);
    bool ok = true;
    agent_freeze(x->ag, bytes);
    for (int i = 0; ok && i < draws; i++) {
        unsigned action;
        ok = agent_thaw(y->ag, bytes, err) && session_act(&y->s, &action, err);
        if (ok)
            seen[action]++;
    }
    free(bytes);
    return ok;
}

/* The chances of the next action, and within five standard errors of it what is done. */
static bool acts_by_chance(struct trial *x, struct trial *y, struct err *err)
{
    enum { DRAWS = 1000 };
    double p[ACTIONS_MAX] = { 0 }, total = 0;
    unsigned seen[ACTIONS_MAX + 1] = { 0 };
    if (!x->ag->ops->chances(x->ag, p))
        return true; /* it searches by chance */
    for (unsigned a = 0; a < x->s.env->space.n_actions; a++)
        total += p[a];
    if (fabs(total - 1) > 1e-9)
        return err_set(err, "chances sum to %.17g", total);
    if (!tally(x, y, DRAWS, seen, err))
        return false;
    for (unsigned a = 0; a < x->s.env->space.n_actions; a++) {
        double sd = sqrt(fmax(p[a] * (1 - p[a]), 0) / DRAWS);
        if (!(p[a] >= 0) || fabs((double)seen[a] / DRAWS - p[a]) > 5 * sd + 1e-9)
            return err_set(err, "action %u has chance %g and is done %u times in %d", a,
                           p[a], seen[a], DRAWS);
    }
    return true;
}

bool law_agent_chances(const struct subject *s, struct err *err)
{
    const struct agent_ops *ops = (const struct agent_ops *)s->spec->kind;
    struct trial x, y;
    if (!ops->chances || !can_freeze(s))
        return law_idle(err, "it does not know its chances");
    bool ok = begin(&x, s, err);
    ok = begin_as(&y, s, s->seed + 2, err) && ok;
    for (int t = 0; ok && !x.over && t < CYCLES; t++) {
        struct err what = { 0 };
        if (t % 7 == 0 && !acts_by_chance(&x, &y, &what))
            ok = err_set(err, "after %d cycles: %s", t, what.text);
        ok = ok && live(&x, err);
    }
    end(&x);
    end(&y);
    return ok;
}

/* ---- what is none of its business */

/* Something that nobody wants. */
static double whim(const struct env *env, const void *before, unsigned action,
                   struct percept e, const void *after)
{
    enum { MUCH = 1000 };
    (void)env, (void)before, (void)after;
    return MUCH * ((double)action - 1) - e.rew;
}

/* A life, of which the actions are kept in `done`. How long it was; -1 with *err. */
static int live_through(const struct subject *s, uint32_t *done, struct err *err)
{
    struct trial l;
    int t = 0;
    bool ok = begin(&l, s, err);
    for (; ok && !l.over && t < CYCLES; t++) {
        ok = live(&l, err);
        done[t] = l.s.last.action;
    }
    end(&l);
    return ok ? t : -1;
}

/* The world of the second life differs in nothing but what was wanted of it: the table of
 * its operations is exchanged, which nobody else looks at meanwhile, and put back. */
bool law_agent_blind(const struct subject *s, struct err *err)
{
    struct env *env = (struct env *)(uintptr_t)s->env;
    const struct env_ops *own = env->ops;
    struct env_ops other = *own;
    uint32_t one[CYCLES] = { 0 }, two[CYCLES] = { 0 };
    if (env->single)
        return law_idle(err, "its world has one present");
    other.performance = whim;
    int n = live_through(s, one, err);
    env->ops = &other;
    int m = n < 0 ? -1 : live_through(s, two, err);
    env->ops = own;
    if (m < 0)
        return false;
    for (int t = 0; t < n && t < m; t++)
        if (one[t] != two[t])
            return err_set(err,
                           "cycle %d is action %u, and %u where something else was wanted",
                           t + 1, one[t], two[t]);
    return n == m ||
           err_set(err, "it lives %d cycles, and %d where something else was wanted", n, m);
}

/* ---- what cannot be */

static struct percept any_percept(struct rng *rng, const struct space *sp)
{
    uint32_t span = (uint32_t)((int64_t)sp->rew_max - sp->rew_min) + 1;
    return (struct percept){ sp->n_obs ? rng_below(rng, sp->n_obs) : (uint32_t)rng_u64(rng),
                             sp->rew_min + (int32_t)(span ? rng_below(rng, span) : 0) };
}

/* Percepts of the space at random, which no world is behind: to who is open-minded all are
 * possible, and from who is not one is soon too much. */
bool law_agent_impossible(const struct subject *s, struct err *err)
{
    enum { PERCEPTS = 300 };
    const struct space *sp = &s->env->space;
    struct rng rng = { { 4, 3, 2, 1 } };
    struct trial l;
    bool ok = begin(&l, s, err);
    for (int t = 1; ok && !l.over && t <= PERCEPTS; t++) {
        struct err why = { 0 };
        struct cycle c = { .e = any_percept(&rng, sp) };
        unsigned action;
        ok = session_act(&l.s, &action, err);
        c.action = action;
        l.over = ok && !l.ag->ops->update(l.ag, &c, &why);
        l.ag->t++;
        if (l.over && l.ag->ops->open_minded)
            ok = err_set(err, "percept %d, (%u, %d), is impossible to an open mind%s%s", t,
                         c.e.obs, c.e.rew, why.n ? ": " : "", why.text);
    }
    if (ok && !l.over && !l.ag->ops->open_minded)
        law_idle(err, "no percept of this space is impossible to it");
    end(&l);
    return ok;
}
