#include "config.h"

#include "automata.h"
#include "bayes.h"
#include "dirichlet.h"
#include "ice.h"
#include "mixture.h"
#include "posterior.h"
#include "registry.h"
#include "xalloc.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const planner_names[] = { "auto", "mcts", "exact", NULL };
const char *const model_names[] = { "mixture", "plain-mixture", "dirichlet", NULL };
enum { MODEL_MIXTURE, MODEL_PLAIN, MODEL_DIRICHLET };
const char *const no_yes[] = { "no", "yes", NULL };

/* The effective horizon H_t(eps) that a known world is planned over. */
static const double EPSILON = 0.01;

/* ---- tasks */

static struct utility within(struct utility u, double lo, double hi)
{
    u.lo = lo;
    u.hi = hi;
    return u;
}

struct utility task_reward(struct model *m)
{
    return within(utility_reward, m->space.rew_min, m->space.rew_max);
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

static const char *first_family(const struct env *truth)
{
    const struct kind *const *own = truth->ops->families;
    return own ? own[0]->name : family_mu.kind.name;
}

struct model *bayes_model(const struct bayes_conf *conf, const struct env *truth,
                          const char *family, struct err *err)
{
    if (conf->model == MODEL_DIRICHLET && !family)
        return dirichlet_new(truth, err);
    if (!family)
        family = conf->family ? conf->family : first_family(truth);
    struct family *f = family_find(family, truth, err);
    size_t n = f ? family_count(f) : 0;
    if (!n || n == SIZE_MAX)
        return mixture_new(f, NULL, err); /* which says why not */
    double *w = xcalloc(n, sizeof *w);
    struct prior_conf prior = { (enum prior)conf->prior, conf->prior_file,
                                conf->prior_first };
    struct model *m = NULL;
    if (!prior_fill(w, n, &prior, err))
        family_close(f);
    else if (conf->model == MODEL_MIXTURE)
        m = posterior_new(f, w, err);
    else
        m = mixture_new(f, w, err);
    free(w);
    return m;
}

/* ---- aims */

static struct mcts_conf search_conf(const struct bayes_conf *c)
{
    return (struct mcts_conf){ .samples = (uint32_t)c->samples,
                               .budget = c->budget,
                               .max_nodes = (uint32_t)c->max_nodes,
                               .explore = c->ucb,
                               .root_sampling = c->root_sampling,
                               .reuse = (enum reuse)c->reuse,
                               .range = (enum range)c->range };
}

/* How far to look: as told, or as far as the discount does at age 1. */
static bool choose_horizon(struct aim *m, int64_t told, struct err *err)
{
    m->effective = told == 0;
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

bool aim_init(struct aim *m, const struct bayes_conf *conf, struct model *model,
              struct utility *u, struct err *err)
{
    *m = (struct aim){ .planner = (enum planner)conf->planner,
                       .max_states = (uint64_t)conf->max_states,
                       .search = search_conf(conf),
                       .utility = u,
                       .memory = xcalloc(1, u->memory_size) };
    m->plan = (struct plan){
        .model = model, .utility = u, .memory = m->memory, .before = NOTHING_SEEN, .now = 1
    };
    for (int a = 0; a < ACTIONS_MAX; a++)
        m->value[a] = NAN;
    if (!discount_init(&m->plan.discount, &conf->discount, err) ||
        !choose_horizon(m, conf->horizon, err))
        return false;
    m->reach = m->plan.horizon;
    if (m->planner == PLANNER_EXACT && !model->ops->support)
        return err_set(err,
                       "planner=exact cannot plan in model %s: it does not list its "
                       "percepts; use planner=mcts",
                       model->ops->name);
    if (m->planner == PLANNER_EXACT)
        m->hunter = hunter_new(&m->plan);
    m->shape = model->shape;
    m->snap = xcalloc(1, model->snap_size);
    return true;
}

static void free_values(struct aim *m)
{
    for (size_t k = 0; k < m->n_vi; k++)
        vi_free(m->vi[k]);
    free(m->vi);
    m->vi = NULL;
    m->n_vi = 0;
}

/* What was made for another shape of the model is made anew. */
static void keep_up(struct aim *m)
{
    struct model *model = m->plan.model;
    if (m->shape == model->shape)
        return;
    m->shape = model->shape;
    free_values(m);
    mcts_free(m->mcts);
    expectation_free(m->exact);
    hunter_free(m->hunter);
    m->mcts = NULL;
    m->exact = NULL;
    m->hunter = m->planner == PLANNER_EXACT ? hunter_new(&m->plan) : NULL;
    m->searched = false;
    m->snap = xrealloc(m->snap, 1, model->snap_size);
}

void aim_release(struct aim *m)
{
    mcts_free(m->mcts);
    hunter_free(m->hunter);
    expectation_free(m->exact);
    free_values(m);
    free(m->snap);
    free(m->memory);
    *m = (struct aim){ 0 };
}

static unsigned best_of(const double *value, uint32_t n, struct rng *rng)
{
    unsigned best = 0, ties = 0;
    double top = -INFINITY;
    for (unsigned a = 0; a < n; a++) {
        if (value[a] > top) {
            top = value[a];
            ties = 0;
        }
        if (value[a] == top && !rng_below(rng, ++ties))
            best = a;
    }
    return best;
}

static void note(struct aim *m, const double *value)
{
    memcpy(m->value, value, m->plan.model->space.n_actions * sizeof *value);
}

static void need_mcts(struct aim *m)
{
    if (m->mcts)
        return;
    struct plan widest = m->plan;
    widest.horizon = m->reach;
    m->mcts = mcts_new(&m->search, &widest);
}

static unsigned search(struct aim *m, struct rng *rng)
{
    need_mcts(m);
    unsigned action = mcts_search(m->mcts, &m->plan, rng);
    struct mcts_stats st = mcts_stats(m->mcts);
    m->way = BY_MCTS;
    m->searched = true;
    m->samples += st.samples;
    m->steps += st.steps;
    mcts_values(m->mcts, m->value, NULL);
    return action;
}

/* Exact values under the posterior; false when there were too many belief states. */
static bool solve(struct aim *m, double *value)
{
    if (!m->hunter && !m->exact) {
        struct plan widest = m->plan;
        widest.horizon = m->reach;
        m->exact = expectation_new(&widest);
    }
    struct exact x = m->hunter
                         ? hunter_solve(m->hunter, &m->plan, m->max_states, value)
                         : expectation_solve(m->exact, &m->plan, m->max_states, value);
    m->states = x.states;
    return x.done;
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

/* The values of all actions, exactly; false when only a search can tell them. */
static bool know(struct aim *m, double *value)
{
    m->states = 0;
    if (has_learned_all(m)) {
        memset(value, 0, m->plan.model->space.n_actions * sizeof *value);
        return true;
    }
    if (m->planner != PLANNER_EXACT)
        return false;
    bool solved = solve(m, value);
    m->fallbacks += !solved;
    return solved;
}

unsigned aim_act(struct aim *m, uint64_t now, const atomic_int *cancel, struct rng *rng)
{
    double value[ACTIONS_MAX];
    keep_up(m);
    m->plan.now = now;
    m->plan.cancel = cancel;
    if (m->utility->wants & WANT_GAIN)
        bound_gain(m);
    if (!know(m, value))
        return search(m, rng);
    m->way = BY_EXPECTIMAX;
    note(m, value);
    return best_of(value, m->plan.model->space.n_actions, rng);
}

/* The values of hypothesis k from where it stands, prepared once and for all. */
static const double *values_in(struct aim *m, const struct automata *au, size_t k)
{
    if (!m->vi) {
        m->n_vi = m->plan.model->n;
        m->vi = xcalloc(m->n_vi, sizeof *m->vi);
    }
    if (!m->vi[k])
        m->vi[k] = vi_new(au->fsm[k], m->plan.utility, &m->plan.discount,
                          m->effective ? 0 : m->plan.horizon);
    return vi_values(m->vi[k], au->at[k], m->plan.now);
}

static unsigned walk(struct aim *m, const struct automata *au, size_t k, struct rng *rng)
{
    const double *value = values_in(m, au, k);
    m->way = BY_VI;
    m->followed = k;
    m->at = au->at[k];
    note(m, value);
    return best_of(value, m->plan.model->space.n_actions, rng);
}

/* The automata of the model, where values of single hypotheses can be found in them. */
static const struct automata *known_worlds(const struct aim *m)
{
    struct model *model = m->plan.model;
    return vi_fits(m->utility, NULL) ? automata_of(model) : NULL;
}

unsigned aim_follow(struct aim *m, size_t k, uint64_t now, const atomic_int *cancel,
                    struct rng *rng)
{
    struct model *model = m->plan.model;
    keep_up(m);
    m->plan.now = now;
    m->plan.cancel = cancel;
    const struct automata *au = m->planner != PLANNER_MCTS ? known_worlds(m) : NULL;
    if (au)
        return walk(m, au, k, rng);
    model_save(model, m->snap);
    model->ops->follow(model, k);
    unsigned action = aim_act(m, now, cancel, rng);
    model_restore(model, m->snap);
    model_release(model);
    return action;
}

double aim_promise(struct aim *m, size_t k, uint64_t now)
{
    keep_up(m);
    const struct automata *au = known_worlds(m);
    m->plan.now = now;
    const double *value = values_in(m, au, k);
    double top = -INFINITY;
    for (unsigned a = 0; a < m->plan.model->space.n_actions; a++)
        top = fmax(top, value[a]);
    return top;
}

void aim_look(struct aim *m, uint32_t horizon) { m->plan.horizon = horizon; }

void aim_samples(struct aim *m, uint32_t samples)
{
    m->search.samples = samples;
    if (m->mcts)
        mcts_samples(m->mcts, samples);
}

double aim_best(const struct aim *m)
{
    double top = -INFINITY;
    for (int a = 0; a < ACTIONS_MAX; a++)
        if (m->value[a] > top)
            top = m->value[a];
    return top;
}

double aim_value(const struct aim *m)
{
    const struct discount *d = &m->plan.discount;
    double weight = 0, first = discount_weight(d, m->plan.now, 0);
    for (uint32_t k = 0; k < m->plan.horizon; k++)
        weight += discount_weight(d, m->plan.now, k) / first;
    return aim_best(m) / weight;
}

void aim_advance(struct aim *m, const struct outcome *o, bool same_belief)
{
    m->plan.before = o->e.obs;
    if (m->utility->memory_size)
        m->utility->of(m->utility, m->memory, o);
    if (m->mcts && m->searched)
        mcts_advance(m->mcts, o->action, o->e, same_belief);
    else if (m->mcts)
        mcts_forget(m->mcts);
    m->searched = false;
}

/* What the screen asks of the last plan, where it can be had again. */
static void plan_again(struct aim *m)
{
    const struct automata *au = m->way == BY_VI ? known_worlds(m) : NULL;
    if (au)
        values_in(m, au, m->followed);
    if (m->mcts)
        mcts_reset(m->mcts);
}

void aim_ice(struct aim *m, struct ice *ice)
{
    bool kept = m->mcts && mcts_keeps(m->mcts);
    uint32_t way = m->way;
    ice_piece(ice, m->memory, m->utility->memory_size);
    ice_piece(ice, &m->plan.before, sizeof m->plan.before);
    ice_piece(ice, &m->plan.horizon, sizeof m->plan.horizon);
    ice_piece(ice, &m->plan.now, sizeof m->plan.now);
    ice_piece(ice, &m->followed, sizeof m->followed);
    ice_piece(ice, m->value, sizeof m->value);
    ice_piece(ice, &way, sizeof way);
    ice_piece(ice, &m->at, sizeof m->at);
    ice_piece(ice, &m->samples, sizeof m->samples);
    ice_piece(ice, &m->steps, sizeof m->steps);
    ice_piece(ice, &m->fallbacks, sizeof m->fallbacks);
    ice_piece(ice, &m->states, sizeof m->states);
    ice_piece(ice, &m->searched, sizeof m->searched);
    ice_piece(ice, &kept, sizeof kept);
    m->way = (enum way)way;
    if (ice->way == ICE_THAW)
        plan_again(m);
    if (!kept)
        return;
    need_mcts(m);
    mcts_ice(m->mcts, &m->plan, ice);
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

bool bayes_take(struct bayes *b, const struct bayes_conf *conf, struct model *model,
                task_fn *task, struct err *err)
{
    b->shown = &b->aim;
    b->phase = "";
    b->sampled = NO_HYPOTHESIS;
    b->reuse = (enum reuse)conf->reuse;
    b->base.timed = conf->budget > 0;
    b->model = model;
    b->task = task(model);
    if (!aim_init(&b->aim, conf, model, &b->task, err)) {
        bayes_release(b);
        return false;
    }
    if (b->reuse == REUSE_BELIEF && model->ops->posterior)
        make_room(b);
    b->entropy_start = bayes_entropy(model);
    b->gain = NAN;
    return true;
}

bool bayes_init(struct bayes *b, const struct bayes_conf *conf, const struct env *truth,
                const char *family, task_fn *task, struct err *err)
{
    struct model *model = bayes_model(conf, truth, family, err);
    return model && bayes_take(b, conf, model, task, err);
}

void bayes_release(struct bayes *b)
{
    aim_release(&b->aim);
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
    return known_worlds(&b->aim) ||
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
    if (b->task.memory_size)
        m->want = b->task.wants;
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
