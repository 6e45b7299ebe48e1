#include "config.h"

#include "bayes.h"
#include "history.h"
#include "ice.h"
#include "registry.h"
#include "xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* AIxi whose class grows while it lives: families arrive at times of somebody's choice,
 * each with a mass of its own and without being charged for what went before:
 * ln w_i(tau) = ln pi_i - L(tau - 1), L the loss of the mixture. Yang-Zhao, Ng & Hutter,
 * "Dynamic Knowledge Injection for AIXI Agents" (AAAI 2024, arXiv 2312.16184);
 * mixture_inject() is the arithmetic. Before the first arrival it is aixi to the last bit;
 * with that the model becomes the readable mixture, to which hypotheses can be added. */

struct config {
    struct bayes_conf bayes;
    char *inject;
    double mass;
};
struct arrival {
    uint64_t t;   /* the first cycle that it foretells, from 1 */
    size_t order; /* as typed */
    char *family; /* owned */
};
struct hedge {
    struct bayes bayes;
    const struct env *truth;
    struct config conf; /* a copy, owned */
    struct history past;
    struct arrival *due; /* owned, [n], rising in t */
    size_t n, arrived;
};

static const struct param params[] = {
    TEXT("inject", inject, .unit = "T:FAMILY+...", .group = "latecomers",
         .help = "families that arrive before cycle T"),
    REAL("mass", mass, .def = 1, .min = 0.000001, .max = 1000000,
         .help = "prior weight of each of them, that of the first class being 1"),
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

/* ---- what is to come */

/* Opens the family and all in it once, so that what is wrong is told at the start. */
static bool try_family(const struct hedge *h, const char *text, struct err *err)
{
    struct family *f = family_find(text, h->truth, err);
    size_t n = f ? family_count(f) : 0;
    bool ok =
        f && ((n && n < SIZE_MAX) || err_set(err, "inject: family %s has %s hypotheses",
                                             text, n ? "endlessly many" : "no"));
    for (size_t k = 0; ok && k < n; k++) {
        struct env *env = f->ops->at(f, k, err);
        ok = env;
        if (env)
            family_drop(f, env);
    }
    family_close(f);
    return ok;
}

/* "500:maze:mazes=0-2"; false with *err. */
static bool read_arrival(struct hedge *h, const char *text, size_t n, struct err *err)
{
    char *item = xasprintf("%.*s", (int)n, text), *end;
    errno = 0;
    unsigned long long t = strtoull(item, &end, 10);
    bool ok = true;
    if (*item < '0' || *item > '9' || *end != ':' || !end[1] || errno)
        ok = err_set(err,
                     "inject=%s is not T:FAMILY, a cycle and what arrives before it; more "
                     "follow after a '+'",
                     item);
    else if (!t)
        ok = err_set(err, "inject=%s: cycle 0 is past, the first is 1", item);
    if (ok && try_family(h, end + 1, err)) {
        h->due = xrealloc(h->due, h->n + 1, sizeof *h->due);
        h->due[h->n] = (struct arrival){ t, h->n, xstrdup(end + 1) };
        h->n++;
    } else {
        ok = false;
    }
    free(item);
    return ok;
}

/* The length of what arrives first in "5:worlds:a+b+9:mu": up to a '+' before "N:". */
static size_t item_of(const char *text)
{
    for (size_t n = strcspn(text, "+"); text[n]; n += strcspn(text + n, "+")) {
        size_t plus = strspn(text + n, "+"), digits = strspn(text + n + plus, "0123456789");
        if (digits && text[n + plus + digits] == ':')
            return n;
        n += plus;
    }
    return strlen(text);
}

static int by_time(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    return x->t != y->t ? (x->t < y->t ? -1 : 1)
                        : (x->order > y->order) - (x->order < y->order);
}

static bool read_arrivals(struct hedge *h, struct err *err)
{
    const char *text = h->conf.inject, *model = h->conf.bayes.model->name;
    if (!text)
        return true;
    if (strcmp(model, "mixture") != 0 && strcmp(model, "plain-mixture") != 0)
        return err_set(err,
                       "inject needs model=mixture: a model %s has no hypotheses that "
                       "others could join",
                       model);
    for (size_t n; *text; text += n, text += strspn(text, "+")) {
        n = item_of(text);
        if (!read_arrival(h, text, n, err))
            return false;
    }
    if (h->n)
        qsort(h->due, h->n, sizeof *h->due, by_time);
    return true;
}

/* ---- the model */

/* Takes in cycles of the past up to `to`. */
static void learn_past(const struct hedge *h, struct model *m, size_t *from, size_t to)
{
    for (; *from < to; ++*from) {
        struct outcome o = { .e = h->past.at[*from].e };
        m->ops->condition(m, h->past.at[*from].action, &o);
    }
}

/* The model as it stands after the past, when the first n families have arrived. */
static struct model *model_of(const struct hedge *h, size_t n, struct err *err)
{
    struct bayes_conf conf = h->conf.bayes;
    size_t t = 0;
    if (n)
        conf.model = kind_find(&model_shelf, "plain-mixture");
    struct model *m = bayes_model(&conf, h->truth, NULL, err);
    for (size_t i = 0; m && i < n; i++) {
        const struct arrival *a = &h->due[i];
        struct history past = h->past;
        past.n = a->t - 1 < past.n ? (size_t)a->t - 1 : past.n;
        learn_past(h, m, &t, past.n);
        struct family *f = family_find(a->family, h->truth, err);
        if (!f || !mixture_inject(m, f, h->conf.mass, &past, err)) {
            m->ops->free(m);
            m = NULL;
        }
    }
    if (m)
        learn_past(h, m, &t, h->past.n);
    return m;
}

/* Believes in another model from now on, and counts on; when that fails it may only be
 * closed. */
static bool turn_to(struct hedge *h, struct model *model, struct err *err)
{
    struct bayes *b = &h->bayes;
    const struct aim old = b->aim;
    aim_release(&b->aim);
    b->model->ops->free(b->model);
    b->model = model;
    b->task = task_reward(model);
    b->informed = false;
    if (!aim_init(&b->aim, &h->conf.bayes, model, &b->task, err))
        return false;
    b->aim.plan.before = old.plan.before;
    b->aim.verdict = old.verdict;
    b->aim.samples = old.samples;
    b->aim.steps = old.steps;
    b->aim.fallbacks = old.fallbacks;
    return true;
}

/* Lets in who is due. */
static bool let_in(struct hedge *h, struct err *err)
{
    size_t n = h->arrived;
    while (n < h->n && h->due[n].t <= h->past.n + 1)
        n++;
    if (n == h->arrived)
        return true;
    struct model *m = model_of(h, n, err);
    h->arrived = n;
    return m && turn_to(h, m, err);
}

/* ---- the agent */

static void close_hedge(struct agent *ag)
{
    struct hedge *h = (struct hedge *)ag;
    bayes_release(&h->bayes);
    history_release(&h->past);
    for (size_t i = 0; i < h->n; i++)
        free(h->due[i].family);
    free(h->due);
    param_release(params, &h->conf);
    free(h);
}

static struct agent *open_hedge(const void *config, const struct env *truth,
                                struct err *err)
{
    struct hedge *h = xcalloc(1, sizeof *h);
    h->bayes.base.ops = &agent_hedge;
    h->truth = truth;
    param_copy(params, &h->conf, config, sizeof h->conf);
    if (read_arrivals(h, err) &&
        bayes_init(&h->bayes, &h->conf.bayes, truth, NULL, task_reward, err))
        return &h->bayes.base;
    h->bayes = (struct bayes){ 0 };
    close_hedge(&h->bayes.base);
    return NULL;
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    return let_in((struct hedge *)ag, err) && bayes_act(ag, rng, action, err);
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct hedge *h = (struct hedge *)ag;
    if (!let_in(h, err) || !bayes_update(ag, c, err))
        return false;
    history_add(&h->past, c->action, c->e);
    return true;
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    const struct hedge *h = (const struct hedge *)ag;
    size_t k = bayes_report(ag, out, n);
    if (k < n)
        out[k++] = (struct metric){ "hypotheses", (double)h->bayes.model->n };
    return k;
}

/* The past, who has come since, and then what those think. */
static void ice(struct agent *ag, struct ice *ice)
{
    struct hedge *h = (struct hedge *)ag;
    size_t past = h->past.n, arrived = h->arrived;
    ice_piece(ice, &past, sizeof past);
    ice_piece(ice, &arrived, sizeof arrived);
    if (ice->way == ICE_THAW) {
        if (arrived > h->n) {
            ice_fail(ice, "what was frozen knows of families that do not arrive here");
            return;
        }
        h->past.n = 0;
        struct model *m = model_of(h, arrived, ice->err);
        ice->failed |= !m || !turn_to(h, m, ice->err);
        h->arrived = arrived;
    }
    for (size_t t = 0; t < past && !ice->failed; t++) {
        struct cycle c = { 0 };
        if (ice->way != ICE_THAW)
            c = h->past.at[t];
        ice_piece(ice, &c, sizeof c);
        if (ice->way == ICE_THAW)
            history_add(&h->past, c.action, c.e);
    }
    if (!ice->failed)
        bayes_ice(ag, ice);
}

const struct agent_ops agent_hedge = {
    .kind.name = "hedge",
    .kind.title = "aixi to whose hypotheses others can be added while it lives",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_hedge,
    .close = close_hedge,
    .act = act,
    .update = update,
    .report = report,
    .ice = ice,
    .mind = &bayes_mind,
};
