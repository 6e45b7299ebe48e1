#include "config.h"

#include "belief.h"
#include "bytes.h"
#include "hash.h"
#include "mixture.h"
#include "mixture_class.h"
#include "num.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- one hypothesis */

/* nu_k(e | h, a), moving its state when above 0; `percept` is the number of e. */
static inline double condition_one(struct mixture *m, size_t k, unsigned action,
                                   struct percept e, uint32_t percept)
{
    const struct hypothesis *h = &m->hyp[k];
    if (!h->fsm)
        return env_condition(h->env, state_of(m, k), action, e, m->out, m->next);
    const struct fsm *f = h->fsm;
    size_t pair = (size_t)m->at[k] * f->n_actions + action;
    if (f->jump && !f->jump[pair].alt) {
        if (f->jump[pair].percept != percept)
            return 0;
        m->at[k] = f->jump[pair].next;
        return 1;
    }
    const uint32_t *first = f->first + pair;
    for (uint32_t i = first[0]; i < first[1]; i++)
        if (f->edge[i].percept == percept) {
            m->at[k] = f->edge[i].next;
            return f->edge[i].p;
        }
    return 0;
}

static size_t transitions_of(struct mixture *m, size_t k, unsigned action)
{
    const struct env *env = m->hyp[k].env;
    return env->ops->transitions(env, state_of(m, k), action, m->out, m->next);
}

static struct percept draw_one(struct mixture *m, size_t k, unsigned action,
                               struct rng *rng)
{
    const struct fsm *f = m->hyp[k].fsm;
    double u = rng_unit(rng);
    if (!f) {
        size_t n = transitions_of(m, k, action), i = 0;
        while (i + 1 < n && (u -= m->out[i].p) >= 0)
            i++;
        return m->out[i].e;
    }
    const uint32_t *first = f->first + (size_t)m->at[k] * f->n_actions + action;
    uint32_t i = first[0];
    while (i + 1 < first[1] && (u -= f->edge[i].p) >= 0)
        i++;
    return m->percepts.at[f->edge[i].percept];
}

/* ---- the posterior */

static double total(const struct mixture *m)
{
    if (isnan(m->live[TOTAL])) {
        m->live[TOTAL] = 0;
        for (size_t k = 0; k < m->base.n; k++)
            m->live[TOTAL] += m->w[k];
    }
    return m->live[TOTAL];
}

static double entropy_mixture(const struct model *model)
{
    const struct mixture *m = (const struct mixture *)model;
    if (isnan(m->live[ENTROPY]))
        m->live[ENTROPY] = num_entropy(m->w, m->base.n);
    return m->live[ENTROPY];
}

/* Real percepts count in log space, so that no hypothesis dies of underflow; w follows.
 * Returns xi(e | h, a); 0 leaves the weights alone. */
static double learn(struct mixture *m, const double *likelihood)
{
    double before = -HUGE_VAL, after = -HUGE_VAL;
    for (size_t k = 0; k < m->base.n; k++) {
        before = log_add(before, m->log_w[k]);
        after = log_add(after, m->log_w[k] + log(likelihood[k]));
    }
    if (after == -HUGE_VAL)
        return 0;
    for (size_t k = 0; k < m->base.n; k++) {
        m->log_w[k] += log(likelihood[k]) - after;
        m->w[k] = exp(m->log_w[k]);
    }
    m->log_z += after;
    m->live[TOTAL] = NAN;
    return exp(after - before);
}

/* Imagined percepts only multiply. Before that underflows all weights are scaled, by a
 * power of two: without rounding. */
static void lift(struct mixture *m)
{
    static const double LOW = 0x1p-500, UP = 0x1p500;
    if (m->live[TOTAL] >= LOW)
        return;
    for (size_t k = 0; k < m->base.n; k++)
        m->w[k] *= UP;
    m->live[TOTAL] *= UP;
}

/* The same for imagined ones: products will do. */
static double imagine(struct mixture *m, const double *likelihood)
{
    double before = total(m), after = 0;
    for (size_t k = 0; k < m->base.n; k++)
        after += m->w[k] * likelihood[k];
    if (after <= 0)
        return 0;
    for (size_t k = 0; k < m->base.n; k++)
        m->w[k] *= likelihood[k];
    m->live[TOTAL] = after;
    lift(m);
    return after / before;
}

/* KL(after || before) of two unnormalised posteriors. */
static double divergence(const double *after, const double *before, size_t n)
{
    double kl = 0, z1 = 0, z0 = 0;
    for (size_t k = 0; k < n; k++) {
        z1 += after[k];
        z0 += before[k];
    }
    for (size_t k = 0; k < n; k++)
        if (after[k] > 0)
            kl += after[k] / z1 * log(after[k] / z1 / (before[k] / z0));
    return kl;
}

/* nu_k(e | h, a) of every live hypothesis. One that says 0 stays where it was, nothing will
 * ask it again; when all do, none has moved. Returns what all live ones say when they say
 * the same, else 0. */
static double ask_all(struct mixture *m, unsigned action, struct percept e,
                      double *likelihood)
{
    uint32_t percept = alphabet_find(&m->percepts, e);
    double least = HUGE_VAL, greatest = 0;
    for (size_t k = 0; k < m->base.n; k++) {
        bool live = m->base.held ? m->w[k] > 0 : m->log_w[k] > -HUGE_VAL;
        likelihood[k] = live ? condition_one(m, k, action, e, percept) : 0;
        if (!live)
            continue;
        least = likelihood[k] < least ? likelihood[k] : least;
        greatest = likelihood[k] > greatest ? likelihood[k] : greatest;
    }
    return least == greatest ? least : 0;
}

/* Whether an imagined percept that all live hypotheses give chance p, a power of two, has
 * been taken in: it teaches nothing, and scales all weights without rounding. */
static bool agreed(struct mixture *m, double p, struct outcome *o)
{
    int exponent;
    if (!m->base.held || !(p > 0) || frexp(p, &exponent) != 0.5)
        return false;
    m->live[TOTAL] = total(m) * p;
    for (size_t k = 0; k < m->base.n && p != 1; k++)
        m->w[k] *= p;
    lift(m);
    o->prob = p;
    o->gain = 0;
    return true;
}

/* What hypothesis k expects to earn beside percept e, times its chance, which is added to
 * *p. */
static double unseen_in(struct mixture *m, size_t k, unsigned action, struct percept e,
                        double *p)
{
    const struct hypothesis *h = &m->hyp[k];
    if (!h->fsm) {
        memcpy(m->was, state_of(m, k), m->state_size);
        double chance = env_condition(h->env, m->was, action, e, m->out, m->next);
        *p += m->w[k] * chance;
        if (!(chance > 0))
            return 0;
        return m->w[k] * chance * env_worth(h->env, state_of(m, k), action, e, m->was);
    }
    const struct fsm *f = h->fsm;
    const uint32_t *first = f->first + (size_t)m->at[k] * f->n_actions + action;
    for (uint32_t i = first[0]; i < first[1]; i++)
        if (percept_key(m->percepts.at[f->edge[i].percept]) == percept_key(e)) {
            *p += m->w[k] * f->edge[i].p;
            return m->w[k] * f->edge[i].p * (f->worth ? f->worth[i] : 0);
        }
    return 0;
}

/* E[reward that is not in the percept | h, a, e], before e is learned. */
static double unseen(struct mixture *m, unsigned action, struct percept e)
{
    double p = 0, sum = 0;
    for (size_t k = 0; k < m->base.n; k++)
        if (m->w[k] > 0)
            sum += unseen_in(m, k, action, e, &p);
    return p > 0 ? sum / p : 0;
}

/* sum w l^2 / sum w l. */
static double in_hindsight(const struct mixture *m, const double *likelihood)
{
    double once = 0, twice = 0;
    for (size_t k = 0; k < m->base.n; k++) {
        once += m->w[k] * likelihood[k];
        twice += m->w[k] * likelihood[k] * likelihood[k];
    }
    return once > 0 ? twice / once : 0;
}

/* The number of a percept that a hypothesis without an automaton may say. */
static uint32_t number_of(struct mixture *m, struct percept e)
{
    uint32_t known = m->percepts.n, k = alphabet_add(&m->percepts, e);
    if (k >= known) {
        m->seen = xrealloc(m->seen, k + 1, sizeof *m->seen);
        m->chance = xrealloc(m->chance, k + 1, sizeof *m->chance);
        m->seen[k] = 0;
    }
    return k;
}

/* Adds to the chance of a percept; returns what it comes to. */
static double add_chance(struct mixture *m, uint32_t percept, double p)
{
    if (m->seen[percept] != m->clock)
        m->chance[percept] = 0;
    m->seen[percept] = m->clock;
    return m->chance[percept] += p;
}

/* max_e xi(e | h, a), before anything is learned. */
static double likeliest(struct mixture *m, unsigned action)
{
    double top = 0;
    m->clock++;
    for (size_t k = 0; k < m->base.n; k++) {
        const struct fsm *f = m->hyp[k].fsm;
        if (m->w[k] <= 0)
            continue;
        size_t n = f ? 0 : transitions_of(m, k, action);
        for (size_t i = 0; i < n; i++)
            top =
                fmax(top, add_chance(m, number_of(m, m->out[i].e), m->w[k] * m->out[i].p));
        if (!f)
            continue;
        const uint32_t *first = f->first + (size_t)m->at[k] * f->n_actions + action;
        for (uint32_t i = first[0]; i < first[1]; i++)
            top = fmax(top, add_chance(m, f->edge[i].percept, m->w[k] * f->edge[i].p));
    }
    return top / total(m);
}

static double condition_mixture(struct model *model, unsigned action, struct outcome *o)
{
    struct mixture *m = (struct mixture *)model;
    size_t n = m->base.n;
    bool gain = m->base.want & WANT_GAIN;
    double *likelihood = m->scratch, *prior = m->scratch + n;
    bool compare = gain && m->base.gain_form == GAIN_KL;
    double entropy_before = gain ? entropy_mixture(model) : 0;
    if (compare)
        memcpy(prior, m->w, n * sizeof *m->w);
    if (model->want & WANT_WORTH && space_unseen(&model->space))
        o->worth = unseen(m, action, o->e);
    if (model->want & WANT_MOST)
        o->most = likeliest(m, action);
    double same = ask_all(m, action, o->e, likelihood);
    if (model->want & WANT_HINDSIGHT)
        o->hindsight = in_hindsight(m, likelihood);
    if (agreed(m, same, o))
        return o->prob;
    o->prob = m->base.held ? imagine(m, likelihood) : learn(m, likelihood);
    if (o->prob <= 0)
        return 0;
    m->live[ENTROPY] = NAN;
    if (!m->base.held && m->grows)
        history_add(&m->past, action, o->e);
    if (gain)
        o->gain =
            compare ? divergence(m->w, prior, n) : entropy_before - entropy_mixture(model);
    return o->prob;
}

static void step_mixture(struct model *model, unsigned action, struct rng *rng,
                         struct outcome *o)
{
    struct mixture *m = (struct mixture *)model;
    size_t k = rng_index(rng, m->w, (uint32_t)m->base.n, total(m));
    o->e = draw_one(m, k, action, rng);
    condition_mixture(model, action, o);
}

/* ---- the rest of the interface */

static void save_mixture(struct model *model, void *snap)
{
    memcpy(snap, ((struct mixture *)model)->live, model->snap_size);
}

static void restore_mixture(struct model *model, const void *snap)
{
    memcpy(((struct mixture *)model)->live, snap, model->snap_size);
}

static void follow_mixture(struct model *model, size_t k)
{
    struct mixture *m = (struct mixture *)model;
    memset(m->w, 0, m->base.n * sizeof *m->w);
    m->w[k] = 1;
    m->live[ENTROPY] = 0;
    m->live[TOTAL] = 1;
}

static void assume_mixture(struct model *model, struct rng *rng)
{
    struct mixture *m = (struct mixture *)model;
    follow_mixture(model, rng_index(rng, m->w, (uint32_t)m->base.n, total(m)));
}

static size_t posterior_mixture(const struct model *model, double *w, size_t cap)
{
    const struct mixture *m = (const struct mixture *)model;
    double z = total(m);
    for (size_t k = 0; k < m->base.n && k < cap; k++)
        w[k] = m->w[k] / z;
    return m->base.n;
}

static const double *log_weights_mixture(const struct model *model)
{
    return ((const struct mixture *)model)->log_w;
}

static const double *log_prior_mixture(const struct model *model)
{
    return ((const struct mixture *)model)->log_prior;
}

/* Weights and places of the live hypotheses. Percepts of which all say the same have only
 * scaled the weights: by a power of two, that is scaled back without rounding. */
static uint64_t key_mixture(const struct model *model)
{
    const struct mixture *m = (const struct mixture *)model;
    uint64_t key = 0;
    int exponent;
    frexp(total(m), &exponent);
    double scale = ldexp(1, -exponent);
    for (size_t k = 0; k < m->base.n; k++) {
        double w = m->w[k] * scale;
        uint64_t bits, place = m->at[k];
        if (w <= 0)
            continue;
        if (!m->hyp[k].fsm)
            place = hash_bytes(HASH_START, state_of(m, k), m->state_size);
        memcpy(&bits, &w, sizeof bits);
        key += hash_word(hash_mix((uint64_t)k << 32 ^ place), bits);
    }
    return key;
}

static int about_mixture(const struct model *model, size_t k)
{
    const struct env *env = ((const struct mixture *)model)->hyp[k].env;
    return env->ops->about ? env->ops->about(env) : -1;
}

/* Appends e unless this call has seen it. */
static void offer(struct mixture *m, uint32_t percept, struct percept *out, size_t cap,
                  size_t *n)
{
    if (m->seen[percept] == m->clock)
        return;
    m->seen[percept] = m->clock;
    if (*n < cap)
        out[*n] = m->percepts.at[percept];
    ++*n;
}

static size_t support_mixture(struct model *model, unsigned action, struct percept *out,
                              size_t cap)
{
    struct mixture *m = (struct mixture *)model;
    size_t n = 0;
    m->clock++;
    for (size_t k = 0; k < m->base.n; k++) {
        const struct fsm *f = m->hyp[k].fsm;
        if (m->w[k] <= 0)
            continue;
        if (f) {
            const uint32_t *first = f->first + (size_t)m->at[k] * f->n_actions + action;
            for (uint32_t i = first[0]; i < first[1]; i++)
                offer(m, f->edge[i].percept, out, cap, &n);
            continue;
        }
        size_t many = transitions_of(m, k, action);
        for (size_t i = 0; i < many; i++)
            offer(m, number_of(m, m->out[i].e), out, cap, &n);
    }
    return n;
}

/* What every hypothesis hides; false when the states of one are not numbered. */
static bool see_hidden(struct mixture *m)
{
    const struct fsm **fsm = xcalloc(m->base.n, sizeof *fsm);
    bool all = true;
    for (size_t k = 0; k < m->base.n && all; k++) {
        const struct fsm *f = belief_hidden(m->hyp[k].env);
        fsm[k] = f ? f : m->hyp[k].fsm;
        all = fsm[k];
    }
    if (all) {
        m->hidden_fsm = fsm;
        m->hidden_b = xcalloc(m->base.n, sizeof *m->hidden_b);
    } else {
        free(fsm);
    }
    return all;
}

/* The bytes of where hypothesis k stands are its belief, if it is one. */
static const void *belief_of(const struct mixture *m, size_t k)
{
    const struct hypothesis *h = &m->hyp[k];
    if (!belief_hidden(h->env))
        return NULL;
    return h->fsm ? h->fsm->state + (size_t)m->at[k] * h->fsm->state_size : state_of(m, k);
}

static double mean_mixture(struct model *model, size_t k, unsigned action)
{
    struct mixture *m = (struct mixture *)model;
    const struct fsm *f = m->hyp[k].fsm;
    double mean = 0;
    if (!f) {
        size_t n = transitions_of(m, k, action);
        for (size_t i = 0; i < n; i++)
            mean += m->out[i].p * m->out[i].e.rew;
        return mean;
    }
    const uint32_t *first = f->first + (size_t)m->at[k] * f->n_actions + action;
    for (uint32_t i = first[0]; i < first[1]; i++)
        mean += f->edge[i].p * m->percepts.at[f->edge[i].percept].rew;
    return mean;
}

/* Sum over hypotheses of weight x chance, in the names of the world they are about. */
static bool hidden_mixture(const struct model *model, double *p, size_t n)
{
    const struct mixture *m = (const struct mixture *)model;
    const struct env *truth = m->family->truth;
    bool told = truth && n && n == truth->n_hidden;
    memset(p, 0, n * sizeof *p);
    for (size_t k = 0; told && k < m->base.n; k++) {
        const void *b = m->w[k] > 0 ? belief_of(m, k) : NULL;
        if (m->w[k] > 0)
            told = b && belief_tell(m->hyp[k].env, b, m->w[k] / total(m), truth, p);
    }
    return told;
}

static const struct hidden *show_hidden(struct mixture *m)
{
    if (!m->hidden_fsm && !see_hidden(m))
        return NULL;
    for (size_t k = 0; k < m->base.n; k++)
        m->hidden_b[k] = belief_of(m, k);
    m->hidden =
        (struct hidden){ m->base.n, m->w, total(m), m->hidden_fsm, m->hidden_b, m->at };
    return &m->hidden;
}

static const void *view_mixture(struct model *model, const struct view_kind *which)
{
    struct mixture *m = (struct mixture *)model;
    if (which == &view_hidden)
        return show_hidden(m);
    if (which != &view_automata || !m->fsms)
        return NULL;
    m->automata =
        (struct automata){ m->base.n, m->w, total(m), m->fsms, m->at, &m->percepts };
    return &m->automata;
}

/* How many hypotheses of how many and how large a snapshot, the evidence, the history where
 * it is kept, the log weights, then what a snapshot holds. */
struct frozen {
    size_t n, count, snap_size, past;
    double log_z, log_mass;
};

static size_t frozen_size_mixture(const struct model *model)
{
    const struct mixture *m = (const struct mixture *)model;
    return sizeof(struct frozen) + m->past.n * sizeof *m->past.at +
           model->n * sizeof *m->log_w + model->snap_size;
}

static void freeze_mixture(const struct model *model, void *bytes)
{
    const struct mixture *m = (const struct mixture *)model;
    struct frozen head = { model->n,         family_count(m->family),
                           model->snap_size, m->past.n,
                           m->log_z,         m->log_mass };
    bytes = bytes_put(bytes, &head, sizeof head);
    if (head.past)
        bytes = bytes_put(bytes, m->past.at, head.past * sizeof *m->past.at);
    bytes = bytes_put(bytes, m->log_w, model->n * sizeof *m->log_w);
    bytes_put(bytes, m->live, model->snap_size);
}

static bool thaw_mixture(struct model *model, const void *bytes, struct err *err)
{
    struct mixture *m = (struct mixture *)model;
    struct frozen head;
    struct cycle c;
    bytes = bytes_take(bytes, &head, sizeof head);
    if (head.count != family_count(m->family))
        return err_set(err, "what was frozen is of a class of %zu hypotheses, not %zu",
                       head.count, family_count(m->family));
    if (head.n != model->n && !class_resize(m, head.n, err))
        return false;
    if (head.snap_size != model->snap_size)
        return err_set(err, "what was frozen is of hypotheses with other states");
    m->log_z = head.log_z;
    m->log_mass = head.log_mass;
    m->past.n = 0;
    for (size_t t = 0; t < head.past; t++) {
        bytes = bytes_take(bytes, &c, sizeof c);
        history_add(&m->past, c.action, c.e);
    }
    bytes = bytes_take(bytes, m->log_w, model->n * sizeof *m->log_w);
    bytes_take(bytes, m->live, model->snap_size);
    return true;
}

static void free_mixture(struct model *model) { class_release((struct mixture *)model); }

/* ---- opening and growing */

void mixture_settle(struct mixture *m)
{
    double total = -HUGE_VAL;
    for (size_t k = 0; k < m->base.n; k++)
        total = log_add(total, m->log_w[k]);
    if (total == -HUGE_VAL)
        total = 0;
    m->log_z += total;
    for (size_t k = 0; k < m->base.n; k++)
        m->w[k] = exp(m->log_w[k] -= total);
    m->live[ENTROPY] = m->live[TOTAL] = NAN;
}

double mixture_relive(struct mixture *m, size_t k, const struct history *past)
{
    double sum = 0;
    for (size_t t = 0; t < past->n && sum > -HUGE_VAL; t++) {
        const struct cycle *c = &past->at[t];
        uint32_t percept = alphabet_find(&m->percepts, c->e);
        sum += log(condition_one(m, k, c->action, c->e, percept));
    }
    return sum;
}

static bool grow_mixture(struct model *model, uint64_t work, struct err *err)
{
    struct mixture *m = (struct mixture *)model;
    size_t n = model->n, left = family_count(m->family) - n;
    size_t more = left < work ? left : (size_t)work;
    if (!more)
        return true;
    if (!class_resize(m, n + more, err))
        return false;
    for (size_t k = n; k < model->n; k++)
        m->log_w[k] = m->log_prior[k] + mixture_relive(m, k, &m->past) - m->log_z;
    mixture_settle(m);
    return true;
}

static void text_mixture(const struct model *model, size_t k, char *buf, size_t n)
{
    family_text(((const struct mixture *)model)->family, k, buf, n);
}

static const struct model_ops mixture_ops = {
    .name = "mixture",
    .step = step_mixture,
    .condition = condition_mixture,
    .save = save_mixture,
    .restore = restore_mixture,
    .free = free_mixture,
    .frozen_size = frozen_size_mixture,
    .freeze = freeze_mixture,
    .thaw = thaw_mixture,
    .support = support_mixture,
    .assume = assume_mixture,
    .follow = follow_mixture,
    .entropy = entropy_mixture,
    .posterior = posterior_mixture,
    .log_weights = log_weights_mixture,
    .log_prior = log_prior_mixture,
    .key = key_mixture,
    .about = about_mixture,
    .hidden = hidden_mixture,
    .mean = mean_mixture,
    .text = text_mixture,
    .grow = grow_mixture,
    .view = view_mixture,
};

/* The first n of the class at their start, without weights. */
static struct mixture *open_class(struct family *f, size_t n, bool wide, struct err *err)
{
    struct mixture *m = xcalloc(1, sizeof *m);
    m->family = f;
    m->wide = wide;
    m->base.ops = &mixture_ops;
    if (!n)
        err_set(err, "family %s has no hypotheses in this world", f->ops->kind.name);
    if (n && class_resize(m, n, err))
        return m;
    class_release(m);
    return NULL;
}

static struct model *open_first(struct family *f, size_t n, bool wide, struct err *err)
{
    if (f && !f->ops->log_prior) {
        err_set(err, "family %s has no prior of its own", f->ops->kind.name);
        family_close(f);
        f = NULL;
    }
    struct mixture *m = f ? open_class(f, n, wide, err) : NULL;
    for (size_t k = 0; m && k < n; k++)
        m->log_w[k] = m->log_prior[k];
    if (m)
        mixture_settle(m);
    return m ? &m->base : NULL;
}

static struct model *open_mixture(struct family *f, const double *w, bool wide,
                                  struct err *err)
{
    size_t n = f ? family_count(f) : 0;
    if (f && (n == SIZE_MAX || (!w && f->ops->log_prior))) {
        if (n < SIZE_MAX)
            return open_first(f, n, wide, err);
        err_set(err, "family %s has no end: not all of it can be believed in at once",
                f->ops->kind.name);
        family_close(f);
        return NULL;
    }
    struct mixture *m = f ? open_class(f, n, wide, err) : NULL;
    for (size_t k = 0; m && k < n; k++) {
        m->w[k] = w ? w[k] : 1.0 / (double)n;
        m->log_w[k] = m->log_prior[k] = log(m->w[k]);
    }
    return m ? &m->base : NULL;
}

struct model *mixture_new(struct family *f, const double *w, struct err *err)
{
    return open_mixture(f, w, false, err);
}

struct model *mixture_new_wide(struct family *f, struct err *err)
{
    return open_mixture(f, NULL, true, err);
}

struct model *mixture_new_first(struct family *f, size_t n, struct err *err)
{
    return open_first(f, n, false, err);
}
