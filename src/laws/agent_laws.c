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

static bool begin(struct trial *l, const struct subject *s, struct err *err)
{
    *l = (struct trial){ .ag = agent_open(s->spec, s->env, err) };
    if (!l->ag)
        return false;
    session_init(&l->s, s->env, l->ag, 1, 1);
    return true;
}

static void end(struct trial *l)
{
    if (l->ag) {
        session_release(&l->s);
        l->ag->ops->close(l->ag);
    }
    *l = (struct trial){ 0 };
}

/* The agent's next action, which must be one. */
static bool decide(struct trial *l, unsigned *action, struct err *err)
{
    return session_act(&l->s, action, err) &&
           (*action < l->s.env->space.n_actions ||
            err_set(err, "cycle %" PRIu64 ": action %u of %u", l->s.last.t + 1, *action,
                    l->s.env->space.n_actions));
}

/* One cycle, where life goes on. */
static bool live(struct trial *l, struct err *err)
{
    unsigned action;
    struct err refusal = { 0 };
    if (l->over)
        return true;
    if (!decide(l, &action, err))
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
    (void)err;
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
    for (const char *const *t = mind->tables; t && *t; t++)
        mind->rows(l->ag, *t, row, ROWS);
    free(cell);
    free(ink);
    free(out);
    return true;
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
static bool reports(const struct subject *s, struct trial *l, struct err *err)
{
    struct metric m[METRICS_MAX + 1] = { { 0 } }, few[METRICS_MAX + 1] = { { 0 } };
    size_t n = l->ag->ops->report(l->ag, m, METRICS_MAX);
    (void)s;
    if (!sound_metrics(m, n, err))
        return false;
    if (n && (l->ag->ops->report(l->ag, few, n - 1) != n - 1 || few[n - 1].name))
        return err_set(err, "with room for %zu metrics it writes more", n - 1);
    return true;
}

bool law_agent_metrics(const struct subject *s, struct err *err)
{
    const struct agent_ops *ops = (const struct agent_ops *)s->spec->kind;
    if (!ops->report)
        return law_idle(err, "it reports no metrics");
    return live_alike(s, reports, "and reported", err);
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
        ok = decide(&l, &action, err);
        mind_of(l.ag)->inspect(l.ag, &in);
        if (in.samples > SAMPLES || in.nodes > NODES)
            ok = err_set(err,
                         "a cancelled search made %" PRIu64 " samples, %" PRIu64 " nodes",
                         in.samples, in.nodes);
    }
    end(&l);
    return ok;
}
