#include "config.h"

#include "automata.h"
#include "bayes.h"
#include "ice.h"
#include "posterior.h"
#include "potential.h"
#include "registry.h"
#include "xalloc.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The effective horizon H_t(eps) that a known world is planned over. */
static const double EPSILON = 0.01;

const char *const no_yes[] = { "no", "yes", NULL };

/* ---- tasks */

static struct utility within(struct utility u, double lo, double hi)
{
    u.lo = lo;
    u.hi = hi;
    return u;
}

struct utility task_reward(struct model *m)
{
    const struct space *sp = &m->space;
    return within(space_unseen(sp) ? utility_worth : utility_reward,
                  (double)sp->rew_min + sp->worth_min, (double)sp->rew_max + sp->worth_max);
}

/* How many percepts there may be. */
static double n_percepts(struct model *m)
{
    const struct automata *au = automata_of(m);
    if (au)
        return au->percepts->n;
    double obs = m->space.n_obs ? m->space.n_obs : 0x1p32;
    return obs * ((double)m->space.rew_max - m->space.rew_min + 1);
}

/* The sum of xi(e)^2 over |E| percepts lies in [1 / |E|, 1]. */
struct utility task_square(struct model *m)
{
    return within(utility_square, -1, -1 / n_percepts(m));
}

struct utility task_shannon(struct model *m)
{
    return within(utility_shannon, 0, log(n_percepts(m)));
}

struct utility task_gain(struct model *m)
{
    return within(utility_gain, 0, log(n_percepts(m)));
}

/* ---- the model */

struct model *bayes_model(const struct bayes_conf *conf, const struct env *truth,
                          const char *family, struct err *err)
{
    if (truth->single && strcmp(conf->model->name, "programs") != 0) {
        err_set(err,
                "%s worlds have no law, and nobody can imagine in them: mc-aixi, aiqi, "
                "program-aixi, q-learning, sarsa, q-lambda, sarsa-lambda, soft-q, ucb1, "
                "kl-ucb, gittins, random, scripted and exec agents can live there",
                truth->ops->kind.name);
        return NULL;
    }
    if (family)
        return posterior_new(family_find(family, truth, err), NULL, err);
    size_t k = 0;
    while (model_shelf.at[k] != conf->model)
        k++;
    return ((const struct model_kind *)conf->model)->open(conf->models[k], truth, err);
}

const struct kind *bayes_plain(const struct kind *model)
{
    return strcmp(model->name, "mixture") ? model
                                          : kind_find(&model_shelf, "plain-mixture");
}

/* ---- aims */

/* How far to look: as told, or as far as the discount does at age 1. */
static bool choose_horizon(struct aim *m, int64_t told, struct err *err)
{
    m->plan.effective = told == 0;
    if (told) {
        m->plan.horizon = (uint32_t)told;
        return true;
    }
    uint64_t h = discount_horizon(&m->plan.discount, 1, EPSILON);
    if (!h)
        return err_set(err,
                       "horizon=0 needs a discount with an effective horizon, and this "
                       "one has an infinite sum; give a horizon");
    m->plan.horizon = h > 100000 ? 100000 : (uint32_t)h;
    return true;
}

/* The way of planner k of the shelf, which others may have taken, too. */
static unsigned take(struct aim *m, size_t k)
{
    unsigned i = 0;
    while (i < m->n_ways && m->way[i].k != k)
        i++;
    if (i < m->n_ways)
        return i;
    const struct planner_ops *ops = planner_at(&planner_shelf, k);
    m->way[m->n_ways++] = (struct way){ .k = k, .ops = ops };
    m->needs |= ops->needs ? ops->needs(m->planners[k]) : 0;
    return i;
}

/* Which planner for what: that which was asked for or a form of it. */
static bool choose_ways(struct aim *m, struct err *err)
{
    struct plan p = m->plan;
    p.followed = 0;
    const struct kind *form = kind_find(&planner_shelf, "exact");
    size_t whole = planner_choose(&planner_shelf, m->asked, &p, err);
    size_t exact = m->asked ? SIZE_MAX : planner_choose(&planner_shelf, form, &p, NULL);
    size_t spare = planner_choose(&planner_shelf, NULL, &p, NULL);
    p.followed = 1;
    size_t one = planner_choose(&planner_shelf, m->asked, &p, NULL);
    size_t judge = planner_choose(&planner_shelf, NULL, &p, NULL);
    if (whole == SIZE_MAX)
        return false;
    m->whole = take(m, whole);
    m->spare = take(m, spare);
    m->one = take(m, one);
    m->judge = take(m, judge);
    m->exact = exact == SIZE_MAX ? NO_WAY : take(m, exact);
    return true;
}

/* What an aim keeps of its configuration. */
struct config {
    void **planners;
};
static const struct param kept[] = { EACH(planners, planner_shelf), { 0 } };

bool aim_init(struct aim *m, const struct bayes_conf *conf, struct model *model,
              struct utility *u, struct err *err)
{
    *m = (struct aim){ .utility = u,
                       .memory = xcalloc(1, u->memory_size),
                       .asked = conf->planner,
                       .shape = model->shape };
    m->plan = (struct plan){
        .model = model, .utility = u, .memory = m->memory, .before = NOTHING_SEEN, .now = 1
    };
    for (int a = 0; a < ACTIONS_MAX; a++)
        m->verdict.value[a] = m->verdict.lo[a] = m->verdict.hi[a] = m->verdict.visits[a] =
            NAN;
    param_copy(kept, &m->planners, &conf->planners, sizeof m->planners);
    m->snap = xcalloc(1, model->snap_size);
    bool ok = discount_init(&m->plan.discount, &conf->discount, err) &&
              choose_horizon(m, conf->horizon, err);
    m->reach = m->plan.horizon;
    if (ok && choose_ways(m, err))
        return true;
    aim_release(m);
    return false;
}

static void close_planners(struct aim *m)
{
    for (unsigned i = 0; i < m->n_ways; i++)
        if (m->way[i].planner)
            m->way[i].ops->close(m->way[i].planner);
    m->n_ways = 0;
    m->last = NULL;
}

/* What was made for another shape of the model is made anew; what could be planned in
 * before can be still, if by another planner. */
static void reshape(struct aim *m)
{
    struct model *model = m->plan.model;
    m->shape = model->shape;
    m->foreseen.valid = false;
    close_planners(m);
    m->snap = xrealloc(m->snap, 1, model->snap_size);
    if (!choose_ways(m, NULL))
        bug("a model that grew can be planned in no more");
}

static void keep_up(struct aim *m)
{
    if (m->shape != m->plan.model->shape)
        reshape(m);
}

void aim_release(struct aim *m)
{
    close_planners(m);
    param_release(kept, &m->planners);
    free(m->snap);
    free(m->memory);
    *m = (struct aim){ 0 };
}

static struct planner *planner_of(struct aim *m, unsigned way)
{
    struct way *w = &m->way[way];
    if (!w->planner) {
        struct plan widest = m->plan;
        widest.horizon = m->reach;
        w->planner = w->ops->open(m->planners[w->k], &widest);
    }
    return w->planner;
}

/* A plan that way; false when there were too many belief states. */
static bool go(struct aim *m, unsigned way, struct rng *rng)
{
    struct planner *pl = planner_of(m, way);
    pl->ops->plan(pl, &m->plan, rng, &m->verdict);
    m->last = pl;
    if (m->verdict.how == PLAN_LIMIT)
        return false;
    m->samples += m->verdict.simulations;
    m->steps += m->verdict.steps;
    return true;
}

/* What is left to learn bounds what can be gained, whatever the horizon. */
static void bound_gain(struct aim *m)
{
    const struct model *model = m->plan.model;
    m->utility->total = model->ops->entropy(model);
}

/* A posterior that is certain of a hypothesis stays so whatever is done: all actions are
 * worth exactly nothing to a seeker of information, without a search. */
static bool has_learned_all(const struct aim *m)
{
    const struct utility *u = m->utility;
    return u->of == utility_gain.of && m->plan.model->n && u->total <= 0;
}

static double effort(const struct aim *m, unsigned way)
{
    const struct way *w = &m->way[way];
    return w->ops->effort ? w->ops->effort(m->planners[w->k], &m->plan) : 0;
}

/* planner=auto: an exact plan where a bound on its effort is below that of the search,
 * which it may not exceed. */
static bool go_exactly(struct aim *m, unsigned way, struct rng *rng)
{
    double most = way == m->whole && m->exact != NO_WAY ? effort(m, way) : 0;
    if (!(most > 0) || (!m->insists && effort(m, m->exact) > most))
        return false;
    double states = m->insists ? most : most / m->plan.model->space.n_actions;
    m->plan.patience = states < 1 ? 1 : (uint64_t)states;
    bool done = go(m, m->exact, rng);
    m->plan.patience = 0;
    return done;
}

/* Nothing can be gained, so all actions are worth it. */
static void rest(struct aim *m, struct rng *rng)
{
    static const double nothing[ACTIONS_MAX];
    verdict_exact(&m->verdict, nothing, m->plan.model->space.n_actions, rng);
    m->last = NULL;
}

static bool same_plan(const struct plan *a, const struct plan *b)
{
    return a->now == b->now && a->followed == b->followed && a->horizon == b->horizon &&
           a->simulations == b->simulations;
}

/* The plan that was foreseen, if it is this one; its best action is drawn now. */
static bool recall(struct aim *m, struct rng *rng)
{
    struct foreseen *f = &m->foreseen;
    struct verdict drawn;
    if (!f->valid || !same_plan(&f->plan, &m->plan))
        return false;
    verdict_exact(&drawn, f->verdict.value, f->verdict.n, rng);
    m->verdict = f->verdict;
    m->verdict.best = drawn.best;
    m->last = f->last;
    m->samples += m->verdict.simulations;
    m->steps += m->verdict.steps;
    return true;
}

static unsigned decide(struct aim *m, unsigned way, struct rng *rng)
{
    if (recall(m, rng))
        return m->verdict.best;
    if (has_learned_all(m)) {
        rest(m, rng);
    } else if (!go_exactly(m, way, rng) && !go(m, way, rng)) {
        m->fallbacks++;
        go(m, m->spare, rng);
    }
    return m->verdict.best;
}

static void set_out(struct aim *m, size_t followed, uint64_t now, const atomic_int *cancel)
{
    m->plan.followed = followed;
    m->plan.now = now;
    m->plan.cancel = cancel;
}

unsigned aim_act(struct aim *m, uint64_t now, const atomic_int *cancel, struct rng *rng)
{
    keep_up(m);
    set_out(m, 0, now, cancel);
    if (m->utility->wants & WANT_GAIN)
        bound_gain(m);
    return decide(m, m->whole, rng);
}

unsigned aim_follow(struct aim *m, size_t k, uint64_t now, const atomic_int *cancel,
                    struct rng *rng)
{
    struct model *model = m->plan.model;
    keep_up(m);
    if (m->way[m->one].ops->follows) {
        set_out(m, k + 1, now, cancel);
        return decide(m, m->one, rng);
    }
    model_save(model, m->snap);
    model->ops->follow(model, k);
    unsigned action = aim_act(m, now, cancel, rng);
    model_restore(model, m->snap);
    model_release(model);
    return action;
}

/* decide() where it draws nothing but the best of what it knows. */
static bool decide_surely(struct aim *m, unsigned way)
{
    if (has_learned_all(m))
        rest(m, NULL);
    else if (!(m->way[way].ops->exact ? go(m, way, NULL) : go_exactly(m, way, NULL)))
        return false;
    return m->verdict.how == PLAN_DONE;
}

/* The plan of aim_act() or aim_follow(), without a draw. */
static bool foresee(struct aim *m, size_t k, uint64_t now, const atomic_int *cancel)
{
    struct model *model = m->plan.model;
    bool follows = k != NO_HYPOTHESIS;
    if (follows && !m->way[m->one].ops->follows) {
        model_save(model, m->snap);
        model->ops->follow(model, k);
        bool sure = foresee(m, NO_HYPOTHESIS, now, cancel);
        model_restore(model, m->snap);
        model_release(model);
        return sure;
    }
    set_out(m, follows ? k + 1 : 0, now, cancel);
    if (!follows && m->utility->wants & WANT_GAIN)
        bound_gain(m);
    return decide_surely(m, follows ? m->one : m->whole);
}

/* What is on the screen is the last plan that was acted on. */
bool aim_chances(struct aim *m, size_t k, uint64_t now, const atomic_int *cancel, double *p)
{
    keep_up(m);
    const struct plan plan = m->plan;
    const struct verdict verdict = m->verdict;
    const struct planner *last = m->last;
    uint64_t samples = m->samples, steps = m->steps;
    bool sure = foresee(m, k, now, cancel);
    bool named = k == NO_HYPOTHESIS || m->plan.followed; /* or the model followed it */
    m->foreseen = (struct foreseen){ m->plan, m->verdict, m->last, sure && named };
    m->plan = plan;
    m->verdict = verdict;
    m->last = last;
    m->samples = samples;
    m->steps = steps;
    if (sure)
        verdict_law(&m->foreseen.verdict, p);
    return sure;
}

double aim_promise(struct aim *m, size_t k, uint64_t now)
{
    keep_up(m);
    struct planner *pl = planner_of(m, m->judge);
    set_out(m, k + 1, now, m->plan.cancel);
    return pl->ops->promise(pl, &m->plan);
}

bool aim_can_promise(const struct aim *m) { return m->way[m->judge].ops->promise; }

void aim_look(struct aim *m, uint32_t horizon) { m->plan.horizon = horizon; }

void aim_insist(struct aim *m) { m->insists = true; }

void aim_samples(struct aim *m, uint32_t samples) { m->plan.simulations = samples; }

double aim_best(const struct aim *m)
{
    double top = -INFINITY;
    for (int a = 0; a < ACTIONS_MAX; a++)
        if (m->verdict.value[a] > top)
            top = m->verdict.value[a];
    return top;
}

double aim_weight(const struct aim *m, uint32_t from)
{
    const struct discount *d = &m->plan.discount;
    double weight = 0, first = discount_weight(d, m->plan.now, 0);
    for (uint32_t k = from; k < m->plan.horizon; k++)
        weight += discount_weight(d, m->plan.now, k) / first;
    return weight;
}

double aim_value(const struct aim *m) { return aim_best(m) / aim_weight(m, 0); }

void aim_advance(struct aim *m, const struct outcome *o, bool same_belief)
{
    m->plan.before = o->e.obs;
    m->foreseen.valid = false;
    if (m->utility->memory_size)
        m->utility->of(m->utility, m->memory, o);
    for (unsigned i = 0; i < m->n_ways; i++)
        if (m->way[i].planner && m->way[i].ops->advance)
            m->way[i].ops->advance(m->way[i].planner, o->action, o->e, same_belief);
}

/* A planner that has more to keep than what can be found again. */
static void ice_way(struct aim *m, unsigned i, struct ice *ice)
{
    struct way *w = &m->way[i];
    bool open = w->planner;
    if (!w->ops->ice)
        return;
    ice_piece(ice, &open, sizeof open);
    if (open)
        w->ops->ice(planner_of(m, i), &m->plan, ice);
}

void aim_ice(struct aim *m, struct ice *ice)
{
    uint32_t last = 0;
    while (last < m->n_ways && (!m->last || m->way[last].planner != m->last))
        last++;
    ice_piece(ice, m->memory, m->utility->memory_size);
    ice_piece(ice, &m->plan.before, sizeof m->plan.before);
    ice_piece(ice, &m->plan.horizon, sizeof m->plan.horizon);
    ice_piece(ice, &m->plan.now, sizeof m->plan.now);
    ice_piece(ice, &m->plan.followed, sizeof m->plan.followed);
    ice_piece(ice, &m->verdict, sizeof m->verdict);
    ice_piece(ice, &last, sizeof last);
    ice_piece(ice, &m->samples, sizeof m->samples);
    ice_piece(ice, &m->steps, sizeof m->steps);
    ice_piece(ice, &m->fallbacks, sizeof m->fallbacks);
    if (ice->way == ICE_THAW) {
        m->foreseen.valid = false;
        close_planners(m);
        choose_ways(m, NULL);
    }
    for (unsigned i = 0; i < m->n_ways; i++)
        ice_way(m, i, ice);
    m->last = last < m->n_ways ? planner_of(m, last) : NULL;
}

/* ---- agents */

/* Of the posterior, nats; NAN: the model has none. */
double bayes_entropy(const struct model *m)
{
    return m->ops->entropy ? m->ops->entropy(m) : (double)NAN;
}

/* For posteriors before and after a percept. */
static void make_room(struct bayes *b)
{
    size_t n = b->model->n;
    b->before = xrealloc(b->before, n, sizeof *b->before);
    b->after = xrealloc(b->after, n, sizeof *b->after);
    b->n_before = n;
}

/* An agent with that model, which it takes over, and that utility. */
static bool begin(struct bayes *b, const struct bayes_conf *conf, struct model *model,
                  struct utility *u, struct err *err)
{
    b->shown = &b->aim;
    b->phase = "";
    b->sampled = NO_HYPOTHESIS;
    b->model = model;
    if (!aim_init(&b->aim, conf, model, u, err)) {
        bayes_release(b);
        return false;
    }
    b->base.timed = b->aim.needs & PLAN_BY_CLOCK;
    if (b->aim.needs & PLAN_BY_BELIEF && model->ops->posterior)
        make_room(b);
    b->entropy_start = bayes_entropy(model);
    b->gain = NAN;
    return true;
}

bool bayes_take(struct bayes *b, const struct bayes_conf *conf, struct model *model,
                task_fn *task, struct err *err)
{
    b->task = task(model);
    return begin(b, conf, model, &b->task, err);
}

/* Hypotheses are compared as automata, and fast forms of the mixture have none: the same
 * measure then lives beside them. */
struct potential *bayes_potential(const struct bayes_conf *conf, struct model *model,
                                  const struct plan *plan, const struct env *truth,
                                  struct err *err)
{
    struct bayes_conf plain = *conf;
    struct plan p = *plan;
    bool own = !model || (!automata_of(model) && !strcmp(conf->model->name, "mixture"));
    plain.model = bayes_plain(conf->model);
    p.model = own ? bayes_model(&plain, truth, NULL, err) : model;
    if (!p.model)
        return NULL;
    struct utility reward = task_reward(p.model);
    p.utility = &reward;
    struct model *alone = bayes_model(conf, truth, "mu", err);
    if (alone)
        return potential_new(&p, own, alone, err);
    if (own)
        p.model->ops->free(p.model);
    return NULL;
}

/* What it tells beside, of the family of its model. */
static bool watch(struct bayes *b, const struct bayes_conf *conf, const struct env *truth,
                  struct err *err)
{
    if (!conf->potential)
        return true;
    b->potential = bayes_potential(conf, b->model, &b->aim.plan, truth, err);
    if (!b->potential)
        bayes_release(b);
    return b->potential;
}

bool bayes_init(struct bayes *b, const struct bayes_conf *conf, const struct env *truth,
                const char *family, task_fn *task, struct err *err)
{
    struct model *model = bayes_model(conf, truth, family, err);
    b->informed = model && !family && model->n == 1;
    return model && bayes_take(b, conf, model, task, err) && watch(b, conf, truth, err);
}

/* Bounds that depend on what the model may say. */
static void bound(struct utility *u, struct model *m)
{
    static const struct {
        const struct utility *of;
        task_fn *task;
    } all[] = { { &utility_reward, task_reward },
                { &utility_worth, task_reward },
                { &utility_square, task_square },
                { &utility_shannon, task_shannon },
                { &utility_gain, task_gain } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (u->of == all[i].of->of)
            *u = all[i].task(m);
}

bool bayes_seek(struct bayes *b, const struct bayes_conf *conf, const struct env *truth,
                struct utility *u, struct err *err)
{
    struct model *model = bayes_model(conf, truth, NULL, err);
    b->informed = model && model->n == 1;
    if (!model)
        return false;
    bound(u, model);
    return begin(b, conf, model, u, err) &&
           (!(u->wants & WANT_GAIN) || bayes_needs_entropy(b, err)) &&
           watch(b, conf, truth, err);
}

void bayes_release(struct bayes *b)
{
    aim_release(&b->aim);
    potential_free(b->potential);
    if (b->model)
        b->model->ops->free(b->model);
    free(b->before);
    free(b->after);
}

/* Takes the model's refusal back to the caller of an open(). */
static bool refuse(struct bayes *b, struct err *err, const char *why)
{
    err_set(err, "model %s %s", b->model->ops->name, why);
    bayes_release(b);
    return false;
}

bool bayes_needs_hypotheses(struct bayes *b, struct err *err)
{
    const struct model_ops *ops = b->model->ops;
    return (ops->log_weights && ops->follow) ||
           refuse(b, err, "lists no hypotheses, and this agent follows one at a time");
}

bool bayes_needs_automata(struct bayes *b, struct err *err)
{
    if (!bayes_needs_hypotheses(b, err))
        return false;
    return aim_can_promise(&b->aim) ||
           refuse(b, err,
                  "has hypotheses too large to be solved, and this agent compares "
                  "their optimal values");
}

bool bayes_needs_entropy(struct bayes *b, struct err *err)
{
    return b->model->ops->entropy ||
           refuse(b, err,
                  "has no posterior to learn about, and this agent seeks knowledge");
}

bool bayes_alive(const struct bayes *b, size_t k)
{
    return b->model->ops->log_weights(b->model)[k] > -HUGE_VAL;
}

void bayes_close(struct agent *ag)
{
    bayes_release((struct bayes *)ag);
    free(ag);
}

bool bayes_act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct bayes *b = (struct bayes *)ag;
    (void)err;
    *action = b->model->n == 1 ? aim_follow(&b->aim, 0, ag->t + 1, ag->cancel, rng)
                               : aim_act(&b->aim, ag->t + 1, ag->cancel, rng);
    return true;
}

bool bayes_chances(struct agent *ag, double *p)
{
    struct bayes *b = (struct bayes *)ag;
    return aim_chances(&b->aim, b->model->n == 1 ? 0 : NO_HYPOTHESIS, ag->t + 1, ag->cancel,
                       p);
}

static void posterior(const struct bayes *b, double *w)
{
    if (w)
        b->model->ops->posterior(b->model, w, b->model->n);
}

/* Conditions on the last percept; a utility that remembers is told what it wants to know of
 * it. */
static bool learn(struct bayes *b)
{
    struct model *m = b->model;
    unsigned want = m->want;
    if (b->aim.utility->memory_size)
        m->want = b->aim.utility->wants;
    double p = m->ops->condition(m, b->last.action, &b->last);
    m->want = want;
    return p > 0;
}

bool bayes_update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct bayes *b = (struct bayes *)ag;
    struct model *m = b->model;
    double entropy = bayes_entropy(m);
    (void)err;
    if (b->before && b->n_before != m->n)
        make_room(b);
    b->last =
        (struct outcome){ .e = c->e, .action = c->action, .before = b->aim.plan.before };
    posterior(b, b->before);
    if (!learn(b))
        return false;
    posterior(b, b->after);
    if (b->potential)
        potential_update(b->potential, c);
    b->gain = entropy - bayes_entropy(m);
    b->same_belief =
        b->before && !memcmp(b->before, b->after, b->model->n * sizeof *b->before);
    aim_advance(&b->aim, &b->last, b->same_belief);
    return true;
}

void bayes_ice(struct agent *ag, struct ice *ice)
{
    struct bayes *b = (struct bayes *)ag;
    ice_model(ice, b->model);
    aim_ice(&b->aim, ice);
    ice_piece(ice, &b->sampled, sizeof b->sampled);
    ice_piece(ice, &b->gain, sizeof b->gain);
    ice_piece(ice, &b->same_belief, sizeof b->same_belief);
    if (b->potential)
        potential_ice(b->potential, ice);
}

size_t bayes_report(const struct agent *ag, struct metric *out, size_t n)
{
    const struct bayes *b = (const struct bayes *)ag;
    const struct metric all[] = {
        { "entropy_bits", bayes_entropy(b->model) / M_LN2 },
        { "exact_fallbacks", (double)b->aim.fallbacks },
    };
    size_t k = 0;
    for (; k < n && k < sizeof all / sizeof *all; k++)
        out[k] = all[k];
    return k;
}
